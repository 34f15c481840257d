//! DM0111: an option, a statement or a piece of a query that the target's engine does not have.

use dormer_sql::statement::{Noun, OptionKind};
use dormer_sql::{Dialect, Span};
use rayon::prelude::*;

use super::{Check, Context, facts, option, place, redshift_body};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::model::kind::ObjectKind;
use crate::model::object::{DeclaredIndex, Object};

pub(super) const CHECK: Check = Check {
    code: Code::new("DM0111"),
    name: "unsupported-by-engine",
    summary: "an option or statement that the target's engine does not have",
    text: concat!(
        r#"Every engine has its own CREATE MATERIALIZED VIEW. What one of them needs, another refuses, and only when the
statement runs. This check holds each option, companion and query against the engine of the target.

On Redshift:

```sql
CREATE MATERIALIZED VIEW IF NOT EXISTS marts.orders_daily AS
SELECT day, sum(net) AS revenue FROM sub.orders GROUP BY day ORDER BY day
WITH NO DATA;
CREATE INDEX orders_daily_day ON marts.orders_daily (day);
```

Better:

```sql
CREATE MATERIALIZED VIEW marts.orders_daily
SORTKEY (day)
AS SELECT day, sum(net) AS revenue FROM sub.orders GROUP BY day;
```

Redshift also refuses materialized views that sort or cut their rows, that read plain views, system views or
temporary tables, or that call functions of users.
"#,
        off!("DM0111")
    ),
    severity: Severity::Error,
    run,
};

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let objects = context.project.catalog.objects.par_iter();
    objects
        .flat_map_iter(|(_, object)| of_object(context, object))
        .collect()
}

fn of_object(context: &Context<'_>, object: &Object) -> Vec<Diagnostic> {
    let dialect = context.project.target.dialect;
    let mut findings = Vec::new();
    findings.extend(kind(object, dialect));
    findings.extend(options(object, dialect));
    findings.extend(head_columns(object, dialect));
    let indexes = object.companions.indexes.iter();
    findings.extend(indexes.filter_map(|index| self::index(object, index, dialect)));
    findings.extend(comments(object, dialect));
    findings.extend(unnamed(context, object));
    if object.kind == ObjectKind::MaterializedView {
        findings.extend(redshift_body::refused(&CHECK, context, object));
    }
    findings
}

/// The kind of object itself.
fn kind(object: &Object, dialect: Dialect) -> Option<Diagnostic> {
    use Dialect::{Materialize, Postgres, Redshift, RisingWave};
    let help = match (object.kind, dialect) {
        (ObjectKind::Subscription, Postgres) => {
            "a subscription of PostgreSQL is replication between servers: it is no object of a \
             project"
        }
        (ObjectKind::Source | ObjectKind::Sink, Postgres | Redshift)
        | (ObjectKind::Subscription, Redshift | Materialize) => {
            "move its file to a project whose targets are all risingwave"
        }
        (ObjectKind::Function, Materialize) => "write what the function does into the query",
        (ObjectKind::Source | ObjectKind::Sink, RisingWave | Materialize)
        | (ObjectKind::Subscription, RisingWave)
        | (ObjectKind::Function, Postgres | Redshift | RisingWave)
        | (
            ObjectKind::Table
            | ObjectKind::TableAs
            | ObjectKind::View
            | ObjectKind::MaterializedView,
            _,
        ) => return None,
    };
    let words = format!("CREATE {}", object.kind.as_str().to_ascii_uppercase());
    Some(refused(object, object.written.span, &words, dialect).help(help))
}

/// The options in the head and tail of the CREATE.
fn options(object: &Object, dialect: Dialect) -> Vec<Diagnostic> {
    let refused_option = |head: &dormer_sql::statement::HeadOption| {
        let refusal = option::refusal(head.kind, object.kind, dialect)?;
        let on = object.kind.words();
        let words = format!("{} on a {on}", refusal.words);
        Some(refused(object, head.span, &words, dialect).help(refusal.help))
    };
    let options = object.definition.options.iter();
    options.filter_map(refused_option).collect()
}

fn head_columns(object: &Object, dialect: Dialect) -> Option<Diagnostic> {
    let facts = facts::of(dialect);
    if object.kind != ObjectKind::MaterializedView || facts.materialized_columns {
        return None;
    }
    let first = object.definition.head_columns.first()?;
    let last = object.definition.head_columns.last()?;
    let words = "column list before AS on a materialized view";
    Some(
        refused(object, first.span.to(last.span), words, dialect)
            .help("name the columns in the query: SELECT a AS x"),
    )
}

/// Columns of a materialized view that nobody gave a name.
fn unnamed(context: &Context<'_>, object: &Object) -> Vec<Diagnostic> {
    /// What PostgreSQL and its like call them.
    const UNNAMED: &str = "?column?";
    let dialect = context.project.target.dialect;
    let facts = facts::of(dialect);
    if object.kind != ObjectKind::MaterializedView || facts.unnamed_columns {
        return Vec::new();
    }
    let lineage = context.lineages.of.get(&object.name);
    let outputs = lineage.into_iter().flat_map(|lineage| &lineage.outputs);
    let unnamed = outputs
        .skip(object.definition.head_columns.len())
        .filter(|output| output.name == UNNAMED);
    let words = "column without a name in a materialized view";
    unnamed
        .map(|output| refused(object, output.span, words, dialect).help("name it with AS"))
        .collect()
}

fn index(object: &Object, index: &DeclaredIndex, dialect: Dialect) -> Option<Diagnostic> {
    use Dialect::{Materialize, Postgres, Redshift, RisingWave};
    let declared = &index.index;
    let (words, help) = match dialect {
        Postgres => return None,
        Redshift => (
            "CREATE INDEX",
            "leave it out, and write SORTKEY (..) before AS for the columns that are searched by",
        ),
        RisingWave | Materialize if declared.unique => {
            ("CREATE UNIQUE INDEX", "write CREATE INDEX")
        }
        RisingWave | Materialize if declared.concurrently => {
            ("CREATE INDEX CONCURRENTLY", "write CREATE INDEX")
        }
        RisingWave | Materialize => {
            let predicate = declared.predicate?;
            let words = "WHERE on an index";
            return Some(refused(object, predicate, words, dialect).help("leave it out"));
        }
    };
    Some(refused(object, index.span, words, dialect).help(help))
}

/// The COMMENT statements, by the kind of thing that they name.
fn comments(object: &Object, dialect: Dialect) -> Vec<Diagnostic> {
    let companions = &object.companions;
    let of_columns = companions.column_comments.values();
    let lines = "write it as comment lines before the CREATE";
    if is_late_binding(object) {
        let all = companions.comment.iter().chain(of_columns);
        let words = "COMMENT on a view WITH NO SCHEMA BINDING";
        return all
            .map(|comment| refused(object, comment.span, words, dialect).help(lines))
            .collect();
    }
    let Some(comment) = &companions.comment else {
        return Vec::new();
    };
    let accepted = (facts::of(dialect).comment_nouns)(object.kind);
    if accepted.contains(&comment.noun) {
        return Vec::new();
    }
    let noun = noun(comment.noun);
    let words = match (object.kind, comment.noun) {
        // The word is right, and the engine has no such statement.
        (ObjectKind::MaterializedView, Noun::MaterializedView)
        | (ObjectKind::View, Noun::View)
        | (ObjectKind::Sink, Noun::Sink)
        | (ObjectKind::Source, Noun::Source)
        | (ObjectKind::Subscription, Noun::Subscription)
        | (ObjectKind::Function, Noun::Function) => format!("COMMENT ON {noun}"),
        (kind, _) => format!("COMMENT ON {noun} on a {kind}"),
    };
    let help = accepted.first().map_or_else(
        || lines.to_owned(),
        |best| {
            format!(
                "write COMMENT ON {} {}",
                self::noun(*best),
                place::sql(&object.name)
            )
        },
    );
    vec![refused(object, comment.span, &words, dialect).help(help)]
}

/// The word that a COMMENT has for a kind of thing.
const fn noun(noun: Noun) -> &'static str {
    match noun {
        Noun::View => "VIEW",
        Noun::MaterializedView => "MATERIALIZED VIEW",
        Noun::Table => "TABLE",
        Noun::Index => "INDEX",
        Noun::Schema => "SCHEMA",
        Noun::Sink => "SINK",
        Noun::Source => "SOURCE",
        Noun::Subscription => "SUBSCRIPTION",
        Noun::Function => "FUNCTION",
        Noun::Column => "COLUMN",
        Noun::Other => "something else",
    }
}

fn is_late_binding(object: &Object) -> bool {
    let mut options = object.definition.options.iter();
    object.kind == ObjectKind::View
        && options.any(|option| option.kind == OptionKind::NoSchemaBinding)
}

fn refused(object: &Object, span: Span, words: &str, dialect: Dialect) -> Diagnostic {
    let engine = facts::of(dialect).name;
    CHECK
        .finding(format!("{engine} has no {words}"))
        .at(object.location(span), format!("{engine} refuses this"))
}
