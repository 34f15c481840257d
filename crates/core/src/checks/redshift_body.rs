//! What Redshift refuses in the query of a materialized view.
//!
//! Every rule asks its own fact, so an engine with the same limit gets the same findings.

use dormer_sql::lex::{Token, TokenKind, lex};
use dormer_sql::query::{Construct, ConstructKind, Query};
use dormer_sql::{Dialect, Span};

use super::facts::{self, Facts};
use super::{Check, Context, reading};
use crate::diagnostic::Diagnostic;
use crate::model::kind::ObjectKind;
use crate::model::name::ObjectName;
use crate::model::object::Object;

/// Functions that only the leader of a cluster can run.
const LEADER_FUNCTIONS: [&str; 9] = [
    "current_schema",
    "current_schemas",
    "has_database_privilege",
    "has_schema_privilege",
    "has_table_privilege",
    "has_column_privilege",
    "pg_get_viewdef",
    "obj_description",
    "col_description",
];

/// The findings of one materialized view.
pub(super) fn refused(check: &Check, context: &Context<'_>, object: &Object) -> Vec<Diagnostic> {
    let facts = facts::of(context.project.target.dialect);
    let mut findings = Vec::new();
    if !facts.ordered_materialized {
        findings.extend(ordered(check, context, object, facts));
    }
    if !facts.view_under_materialized {
        findings.extend(views_below(check, context, object, facts));
    }
    if !facts.user_functions_in_materialized {
        findings.extend(functions(check, context, object, facts));
    }
    findings
}

/// ORDER BY, LIMIT, OFFSET, FETCH and TOP, around the whole query or in any other one inside it.
fn ordered(
    check: &Check,
    context: &Context<'_>,
    object: &Object,
    facts: &Facts,
) -> Option<Diagnostic> {
    let dialect = context.project.target.dialect;
    let constructs = object.definition.query.iter().flat_map(Query::constructs);
    let mut refused = constructs.filter(|construct| {
        matches!(
            construct.kind,
            ConstructKind::OrderBy | ConstructKind::Limit | ConstructKind::Offset
        )
    });
    let (span, words) = head(object, dialect, refused.next()?);
    let engine = facts.name;
    let first = check
        .finding(format!(
            "{engine} has no {words} in the query of a materialized view"
        ))
        .at(object.location(span), format!("{engine} refuses this"))
        .help("sort and cut where the view is read, and write SORTKEY (..) before AS");
    Some(refused.fold(first, |finding, construct| {
        let (span, _) = head(object, dialect, construct);
        finding.related(object.location(span), "and this")
    }))
}

/// The words that a clause begins with, and their place.
fn head(object: &Object, dialect: Dialect, construct: &Construct) -> (Span, String) {
    let written = construct.span.slice(&object.source.text);
    let count = usize::from(construct.kind == ConstructKind::OrderBy) + 1;
    let tokens = lex(written, dialect);
    let words = tokens.iter().filter(|token| token.kind == TokenKind::Word);
    let words: Vec<_> = words.take(count).collect();
    let (Some(first), Some(last)) = (words.first(), words.last()) else {
        return (construct.span, written.to_ascii_uppercase());
    };
    let start = construct.span.start;
    let upper = |token: &&Token| token.text(written).to_ascii_uppercase();
    (
        Span::new(start + first.span.start, start + last.span.end),
        words.iter().map(upper).collect::<Vec<_>>().join(" "),
    )
}

/// Plain views, the engine's own views, and temporary tables.
fn views_below(
    check: &Check,
    context: &Context<'_>,
    object: &Object,
    facts: &Facts,
) -> Vec<Diagnostic> {
    let project = context.project;
    let kind_below = |written: &dormer_sql::QualifiedName| {
        let name = ObjectName::of(written);
        if let Some(below) = project.catalog.objects.get(&name) {
            return (below.kind == ObjectKind::View).then_some("plain view");
        }
        if facts.is_system_name(written.schema(), written.last()) {
            return Some("view of the engine");
        }
        if written.last().starts_with('#') {
            return Some("temporary table");
        }
        let external = project.externals.relations.get(&name)?;
        (external.kind == "view").then_some("plain view")
    };
    let mut findings = Vec::new();
    for written in reading::read_by_definition(object) {
        let Some(kind) = kind_below(written) else {
            continue;
        };
        let engine = facts.name;
        let mut finding = check
            .finding(format!(
                "a materialized view of {engine} cannot read a {kind}"
            ))
            .at(object.location(written.span), format!("this is a {kind}"));
        if kind == "plain view" {
            let name = ObjectName::of(written);
            finding = finding.help(format!(
                "make {name} a materialized view, or read what it reads"
            ));
        }
        findings.push(finding);
    }
    findings
}

/// Functions of users, and those that only the leader can run.
fn functions(
    check: &Check,
    context: &Context<'_>,
    object: &Object,
    facts: &Facts,
) -> Vec<Diagnostic> {
    let calls = object.definition.query.iter();
    let calls = calls.flat_map(Query::calls);
    let engine = facts.name;
    let finding = |call: &dormer_sql::query::Call| {
        let declared = context
            .project
            .catalog
            .objects
            .get(&ObjectName::of(&call.name));
        let why = if declared.is_some_and(|declared| declared.kind == ObjectKind::Function) {
            "a user-defined function"
        } else if LEADER_FUNCTIONS.contains(&call.name.last()) {
            "a leader-only function"
        } else {
            return None;
        };
        Some(
            check
                .finding(format!("a materialized view of {engine} cannot call {why}"))
                .at(
                    object.location(call.name.span),
                    format!("{} is {why}", call.name.last()),
                )
                .help("call it in a view that reads the materialized view"),
        )
    };
    calls.filter_map(finding).collect()
}
