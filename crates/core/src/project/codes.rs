//! The codes of what reading a project can find, and what `dormer explain` says about each.

use crate::diagnostic::{Code, Rule, Severity};

pub const INVALID_TOML: Code = Code::new("DM0001");
pub const UNKNOWN_KEY: Code = Code::new("DM0002");
pub const INVALID_VALUE: Code = Code::new("DM0003");
pub const UNKNOWN_VARIABLE: Code = Code::new("DM0004");
pub const MISPLACED_DIRECTIVE: Code = Code::new("DM0005");
pub const MISSING_FILE: Code = Code::new("DM0006");
pub const INVALID_LOCK: Code = Code::new("DM0007");
pub const UNREADABLE_TEXT: Code = Code::new("DM0008");
pub const UNKNOWN_TARGET: Code = Code::new("DM0009");
pub const RULE_MATCHES_NOTHING: Code = Code::new("DM0010");
pub const SYNTAX_ERROR: Code = Code::new("DM0101");
pub const DUPLICATE_OBJECT: Code = Code::new("DM0102");
pub const FOREIGN_COMPANION: Code = Code::new("DM0110");
pub const STRAY_COMMA: Code = Code::new("DM0118");
pub const UNMANAGED_STATEMENT: Code = Code::new("DM0120");
pub const PSQL_COMMAND: Code = Code::new("DM0121");
pub const PARTIAL_LINEAGE: Code = Code::new("DM0122");
pub const MODIFIES_DATA: Code = Code::new("DM0123");
pub const OTHER_DATABASE: Code = Code::new("DM0130");
pub const SCHEMA_IN_LITERAL: Code = Code::new("DM0131");

/// The texts, by code.
pub const TEXTS: &[Rule] = &[
    Rule {
        code: INVALID_TOML,
        name: "invalid-toml",
        summary: "dormer.toml or a directive is not TOML",
        severity: Severity::Error,
        text: "\
`dormer.toml` and the `-- dormer:` directives are written in TOML. What stands here is not, so \
nothing of it could be read.

```toml
[project]
name = shop          # a string needs quotes
```

Better:

```toml
[project]
name = \"shop\"
```
",
    },
    Rule {
        code: UNKNOWN_KEY,
        name: "unknown-key",
        summary: "a key that Dormer does not know",
        severity: Severity::Error,
        text: "\
A key that nobody reads is a setting that silently does nothing: a misspelled `keep_retired` would \
keep the default. Dormer refuses every key that it does not know, wherever it stands.

```toml
[settings]
keep_retird = \"48h\"
```

Better:

```toml
[settings]
keep_retired = \"48h\"
```

A key that exists but is not allowed at this place is told the same way, with the places where it is.
",
    },
    Rule {
        code: INVALID_VALUE,
        name: "invalid-value",
        summary: "a value that the key does not accept",
        severity: Severity::Error,
        text: "\
The value has the wrong type or is none of those that the key accepts. The message names the key, \
the value and what is accepted.

```toml
[settings]
keep_retired = 24          # a duration is a string
```

Better:

```toml
[settings]
keep_retired = \"24h\"
```
",
    },
    Rule {
        code: UNKNOWN_VARIABLE,
        name: "unknown-variable",
        summary: "a variable that the target does not define, or that is not closed",
        severity: Severity::Error,
        text: "\
`${name}` in SQL text is filled in from `vars` of the target. A variable that the target does not \
define would leave the text broken, so it is an error at its exact place.

```toml
[target.prod]
vars = { stage = \"production\" }
```

```sql
SELECT * FROM raw.orders_${stag};     -- no such variable
```

Write `$${` for a literal `${`. `${env:NAME}` works in `dormer.toml` only: put it into `vars` there. \
`${secret:NAME}` stays as it is until a statement runs.
",
    },
    Rule {
        code: MISPLACED_DIRECTIVE,
        name: "misplaced-directive",
        summary: "a directive that is unknown or stands where it means nothing",
        severity: Severity::Error,
        text: "\
A directive is a comment line `-- dormer: key = value` before the statement that it is for: settings \
before a CREATE, `audit \"text\"` before a SELECT. Anywhere else nobody would read it.

```sql
-- dormer: refresh = { every = \"5m\" }
COMMENT ON MATERIALIZED VIEW marts.orders IS 'Orders';
```

Better:

```sql
-- dormer: refresh = { every = \"5m\" }
CREATE MATERIALIZED VIEW marts.orders AS SELECT 1 AS id;
```
",
    },
    Rule {
        code: MISSING_FILE,
        name: "missing-file",
        summary: "a file or folder that does not exist or cannot be read",
        severity: Severity::Error,
        text: "\
A folder that `dormer.toml` names does not exist, or a file in it cannot be read. The default folder \
is `views` beside `dormer.toml`.

```toml
[[folder]]
path = \"veiws\"
```
",
    },
    Rule {
        code: INVALID_LOCK,
        name: "invalid-lock",
        summary: "catalog.lock does not have its form",
        severity: Severity::Error,
        text: "\
`catalog.lock` holds the columns and types of the externals of each target, so that checks need no \
connection. It stands beside `dormer.toml`, is TOML, and has one section for each external:

```toml
format_version = 1

[target.dev.external.\"raw.orders\"]
kind = \"table\"
columns = [
    { name = \"id\", type = \"bigint\" },
    { name = \"ordered_at\", type = \"timestamp with time zone\" },
]
```

Today it is written by hand; a command that writes it from a target is planned.
",
    },
    Rule {
        code: UNREADABLE_TEXT,
        name: "unreadable-text",
        summary: "a file that is not UTF-8 or holds a NUL byte",
        severity: Severity::Error,
        text: "\
SQL files are UTF-8 text. A byte that is none, or a NUL byte, is refused at its place rather than \
replaced, because the text is sent as it was written. Convert the file:

```sh
iconv -f latin1 -t utf-8 old.sql > new.sql
```
",
    },
    Rule {
        code: UNKNOWN_TARGET,
        name: "unknown-target",
        summary: "a target that dormer.toml does not define",
        severity: Severity::Error,
        text: "\
The target that was asked for, or that `default_target` names, has no `[target.NAME]` section.

```toml
[project]
default_target = \"dev\"

[target.dev]
engine = \"postgres\"
```
",
    },
    Rule {
        code: RULE_MATCHES_NOTHING,
        name: "rule-matches-nothing",
        summary: "a rule whose pattern matches no object",
        severity: Severity::Warning,
        text: "\
A `[[rule]]` that matches no object does nothing: either the pattern is misspelled or the objects are \
gone. Patterns are a glob on `schema.name`, `tag:x`, `path:dir` or `kind:mv`.

```toml
[[rule]]
match = \"mart.*\"       # the schema is called marts
strategy = \"swap\"
```
",
    },
    Rule {
        code: SYNTAX_ERROR,
        name: "syntax-error",
        summary: "text that is not SQL of the target's engine",
        severity: Severity::Error,
        text: "\
The statement cannot be read as SQL of the target's engine: a word is missing or too much, a quote, \
comment or parenthesis is not closed.

```sql
CREATE VIEW marts.orders AS SELECT (id FROM raw.orders;
```
",
    },
    Rule {
        code: DUPLICATE_OBJECT,
        name: "duplicate-object",
        summary: "two files declare the same object",
        severity: Severity::Error,
        text: "\
One name, one object: when two files declare it, nobody can say which definition holds. The first in \
the order of paths is taken for all further checks. Remove one, or rename it.
",
    },
    Rule {
        code: FOREIGN_COMPANION,
        name: "foreign-companion",
        summary: "an index, comment, grant or owner of an object that the file does not declare",
        severity: Severity::Error,
        text: "\
Indexes, comments, grants and owners belong to an object and stand in its file, so that they are \
built, replaced and put back together with it. One that names another object would be lost there.

```sql
CREATE MATERIALIZED VIEW marts.orders AS SELECT 1 AS id;
GRANT SELECT ON marts.order_lines TO finance;
```

Move it to the file that declares the object, or correct the name.
",
    },
    Rule {
        code: STRAY_COMMA,
        name: "stray-comma",
        summary: "a comma with no item before or after it",
        severity: Severity::Error,
        text: "\
A comma stands where an item must follow, mostly before FROM after a column was removed.

```sql
CREATE VIEW marts.orders AS SELECT id, total, FROM raw.orders;
```

Better:

```sql
CREATE VIEW marts.orders AS SELECT id, total FROM raw.orders;
```
",
    },
    Rule {
        code: UNMANAGED_STATEMENT,
        name: "unmanaged-statement",
        summary: "a statement that Dormer keeps out of the plan",
        severity: Severity::Warning,
        text: "\
Dormer manages objects: what they are, and their indexes, comments, grants and owners. A statement that \
does something else (REFRESH, INSERT, SET, CREATE POLICY ..) has no place in a declared project and is \
never run.
",
    },
    Rule {
        code: PSQL_COMMAND,
        name: "psql-command",
        summary: "a backslash line that only psql understands",
        severity: Severity::Error,
        text: "\
Lines such as `\\set` or `\\i` are commands of psql, not SQL; no engine understands them. Use `${name}` \
with `vars` of the target for what varies, and one file for each object instead of `\\i`.
",
    },
    Rule {
        code: PARTIAL_LINEAGE,
        name: "partial-lineage",
        summary: "a piece of a query that was not understood",
        severity: Severity::Warning,
        text: "\
The query has syntax that Dormer does not know. What it reads was still found, so order and plan are \
right, but which column comes from which is not known there: impact by column and the checks of columns \
are incomplete for this object.
",
    },
    Rule {
        code: MODIFIES_DATA,
        name: "modifies-data",
        summary: "a declared query that changes data",
        severity: Severity::Error,
        text: "\
The query of a view must only read. `WITH x AS (DELETE .. RETURNING ..)` and SELECT INTO are refused by \
the engines in views, and in an audit they would change data at every run.
",
    },
    Rule {
        code: OTHER_DATABASE,
        name: "other-database",
        summary: "a name that begins with a database that is not the target's",
        severity: Severity::Warning,
        text: "\
A name of three parts begins with a database. Where that is the database at the end of the target's \
`url`, the name is the same without it. PostgreSQL reads no other, so another one is an error there. \
On the other engines it may be meant, but where the url does not name the database, and a file \
declares an object of that schema and name, one object would have two names and order would be lost.

```sql
CREATE VIEW marts.orders AS SELECT 1 AS id;
CREATE VIEW marts.gross AS SELECT id FROM shop.marts.orders;
```

Better:

```sql
CREATE VIEW marts.orders AS SELECT 1 AS id;
CREATE VIEW marts.gross AS SELECT id FROM marts.orders;
```
",
    },
    Rule {
        code: SCHEMA_IN_LITERAL,
        name: "schema-in-literal",
        summary: "a literal that names a schema which has another name in the target",
        severity: Severity::Warning,
        text: "\
`schemas` of a target gives schemas another name wherever a statement names them. A literal stays as it \
is, because it may be anything; one that the engine reads as a name, as `nextval` and `::regclass` do, \
then names a schema that is not there, or that of another target.

```toml
[target.dev]
schemas = { marts = \"dev_marts\" }
```

```sql
CREATE VIEW marts.keys AS SELECT nextval('marts.key') AS id;
```

Better, by name, or with a variable in the literal:

```sql
CREATE VIEW marts.keys AS SELECT last_value AS id FROM marts.key;
```
",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_sorted_and_say_something() {
        assert!(TEXTS.is_sorted_by_key(|rule| rule.code));
        for rule in TEXTS {
            assert!(!rule.summary.ends_with('.'), "{}", rule.code);
            assert!(rule.text.len() > 80, "{}", rule.code);
        }
    }
}
