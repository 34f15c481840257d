//! DM0115: a name that holds the value of a variable, or the schema, of another target.

use std::collections::{BTreeMap, BTreeSet};

use dormer_sql::ident::quote;
use dormer_sql::lex::{TokenKind, lex};
use dormer_sql::{Dialect, Ident, QualifiedName, Span};

use super::{Check, Context, reading};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::model::name::TargetName;
use crate::model::object::{DeclaredGrant, Object};

pub(super) const CHECK: Check = Check {
    code: Code::new("DM0115"),
    name: "foreign-environment",
    summary: "a name with another target's schema or value of a variable written out",
    text: concat!(
        r#"A variable differs between the targets, and a name holds the value of another target in plain letters. Mostly
the text was copied from a running query. On this target it reads the data of the other one, or fails.

```toml
[target.dev]
vars = { namespace = "dev" }
[target.prod]
vars = { namespace = "prod" }
```

```sql
CREATE VIEW marts.orders AS SELECT id FROM shop_dev.orders;
```

Better:

```sql
CREATE VIEW marts.orders AS SELECT id FROM shop_${namespace}.orders;
```

What another target calls a schema in its `schemas` is looked for in the same way. Whole parts of a name
count: `dev` is in `shop_dev` and not in `devices`. Values of less than three letters and numbers are not
looked for.
"#,
        off!("DM0115")
    ),
    severity: Severity::Warning,
    run,
};

/// The shortest value that is looked for.
const SHORTEST: usize = 3;

/// A value that belongs to other targets.
struct Foreign<'a> {
    variable: &'a str,
    value: String,
    own: String,
    target: &'a str,
}

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let foreign = foreign_values(context);
    let schemas = foreign_schemas(context);
    if foreign.is_empty() && schemas.is_empty() {
        return Vec::new();
    }
    let dialect = context.project.target.dialect;
    let mut findings = Vec::new();
    for object in context.project.catalog.objects.values() {
        let names: Vec<&QualifiedName> = std::iter::once(&object.written)
            .chain(reading::read_by_definition(object))
            .chain(reading::read_by_audits(object))
            .collect();
        for name in &names {
            findings.extend(look_at_schema(object, name, &schemas));
        }
        let spans = names.iter().map(|name| name.span);
        let owner = object.companions.owner.iter().map(|owner| owner.span);
        let grants = object.companions.grants.iter();
        let roles = grants.filter_map(|grant| role(object, grant, dialect));
        let mut spans: Vec<Span> = spans.chain(owner).chain(roles).collect();
        spans.sort_unstable();
        spans.dedup();
        for span in spans {
            findings.extend(look(object, span, &foreign));
        }
    }
    findings
}

/// The place of the role in a GRANT, behind its TO.
fn role(object: &Object, grant: &DeclaredGrant, dialect: Dialect) -> Option<Span> {
    let grantee = grant.grantee.0.as_str();
    let words = ["GROUP ", "ROLE ", "USER "];
    let bare = words.iter().find_map(|word| grantee.strip_prefix(word));
    let role = bare.unwrap_or(grantee);
    let written = grant.span.slice(&object.source.text);
    let tokens = lex(written, dialect);
    let after = tokens
        .iter()
        .rposition(|token| token.is_word(written, "to"))?;
    let found = tokens.iter().skip(after).find(|token| {
        let is_name = matches!(token.kind, TokenKind::Word | TokenKind::QuotedName(_));
        is_name && Ident::parse(token.text(written), token.span, dialect).value == role
    })?;
    let start = grant.span.start;
    Some(Span::new(start + found.span.start, start + found.span.end))
}

/// The names that other targets have for schemas, each with the schema that files call it by and
/// the target; only those that mean nothing on this target.
fn foreign_schemas<'a>(context: &Context<'a>) -> BTreeMap<&'a str, (&'a str, &'a TargetName)> {
    let project = context.project;
    let declared = project.catalog.objects.keys();
    let recorded = project.externals.relations.keys();
    let own: BTreeSet<&str> = declared
        .chain(recorded)
        .map(|name| name.schema.as_str())
        .collect();
    let mut foreign = BTreeMap::new();
    for target in &project.other_targets {
        for (schema, name) in &target.schemas {
            if project.target.map_schema(schema) != name && !own.contains(name.as_str()) {
                foreign
                    .entry(name.as_str())
                    .or_insert((schema.as_str(), &target.name));
            }
        }
    }
    foreign
}

/// Looks at the schema of one name.
fn look_at_schema(
    object: &Object,
    name: &QualifiedName,
    foreign: &BTreeMap<&str, (&str, &TargetName)>,
) -> Option<Diagnostic> {
    let value = name.schema()?;
    let (schema, target) = foreign.get(value)?;
    if !is_literal(object, name.span) {
        return None;
    }
    let last = quote(name.last());
    Some(
        CHECK
            .finding(format!("{value} is the schema {schema} of target {target}"))
            .at(
                object.location(name.span),
                format!("stays {value} on every target"),
            )
            .help(format!("write {}.{last}", quote(schema))),
    )
}

/// The values of the other targets that this target has another value for.
fn foreign_values<'a>(context: &Context<'a>) -> Vec<Foreign<'a>> {
    let project = context.project;
    let mut foreign: Vec<Foreign<'a>> = Vec::new();
    for target in &project.other_targets {
        for (variable, value) in &target.variables {
            let Some(own) = project.target.variables.get(variable) else {
                continue;
            };
            let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
            let short = value.len() < SHORTEST;
            if own == value || short || is_number || !value.chars().all(is_word) {
                continue;
            }
            let value = value.to_ascii_lowercase();
            let twice = |other: &Foreign<'_>| other.variable == variable && other.value == value;
            if !foreign.iter().any(twice) {
                foreign.push(Foreign {
                    variable,
                    value,
                    own: own.to_ascii_lowercase(),
                    target: &target.name.0,
                });
            }
        }
    }
    foreign
}

/// Looks for the foreign values in one name.
fn look(object: &Object, span: Span, foreign: &[Foreign<'_>]) -> Option<Diagnostic> {
    let written = span.slice(&object.source.text);
    let lower = written.to_ascii_lowercase();
    let found = foreign.iter().find_map(|foreign| {
        let at = part_at(&lower, &foreign.value)?;
        let start = span.start as usize + at;
        let place = Span::of(start..start + foreign.value.len());
        let own = !foreign.own.is_empty() && part_at(&lower, &foreign.own).is_some();
        (!own && is_literal(object, place)).then_some((foreign, at))
    });
    let (foreign, at) = found?;
    let Foreign {
        variable,
        value,
        target,
        ..
    } = foreign;
    let (before, rest) = (written.get(..at)?, written.get(at + value.len()..)?);
    Some(
        CHECK
            .finding(format!(
                "{written} holds \"{value}\", the value of {variable} in target {target}"
            ))
            .at(
                object.location(span),
                format!("stays {value} on every target"),
            )
            .help(format!("write {before}${{{variable}}}{rest}")),
    )
}

/// Finds a value as a whole part of a name: what stands beside it is no letter and no digit.
fn part_at(name: &str, value: &str) -> Option<usize> {
    name.match_indices(value).find_map(|(at, _)| {
        let before = name.get(..at)?.chars().next_back();
        let after = name.get(at + value.len()..)?.chars().next();
        let ends = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
        (ends(before) && ends(after)).then_some(at)
    })
}

/// Tells whether a piece of the text stands in the file as it is, filled in by no variable.
fn is_literal(object: &Object, place: Span) -> bool {
    let pieces = &object.source.origin;
    let overlaps = |rendered: Span| rendered.start < place.end && place.start < rendered.end;
    !pieces.iter().any(|piece| overlaps(piece.rendered))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_parts_of_a_name_count() {
        assert_eq!(part_at("shop_dev.orders", "dev"), Some(5));
        assert_eq!(part_at("devices.dev", "dev"), Some(8));
        assert_eq!(part_at("shop_devices", "dev"), None);
        assert_eq!(part_at("my_shop_dev", "shop_dev"), Some(3));
    }
}
