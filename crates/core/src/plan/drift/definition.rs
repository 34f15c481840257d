//! How a definition is now, beside how it was when it was settled.

use std::collections::BTreeSet;

use dormer_sql::ident::Name;
use dormer_sql::lex::TokenKind;
use dormer_sql::query::{Columns, RelationPath};
use dormer_sql::{Dialect, Span};

use super::columns;
use crate::engine::journal::ObjectRecord;
use crate::model::name::ObjectName;
use crate::model::observed::dependency::{Read, Reader};
use crate::model::observed::relation::{Relation, RelationKind, Sight};
use crate::plan::decide::standing::relation_kind;
use crate::plan::decide::table;
use crate::plan::input::Input;
use crate::plan::text::same_definition;

/// Whether somebody gave a relation another definition. What has none has no other one; the version of
/// one that was not read may be known as that of another relation.
pub(in crate::plan) fn changed(
    record: &ObjectRecord,
    relation: &Relation,
    dialect: Dialect,
) -> bool {
    match &relation.definition {
        None => relation.sight == Sight::Known && record.version != relation.version,
        Some(definition) => {
            let version = record.version.is_some() && record.version == relation.version;
            let told = record.observed.as_deref();
            !version && !told.is_some_and(|told| same_definition(told, definition, dialect))
        }
    }
}

/// What somebody changed without giving the relation another definition, as people say it.
pub(in crate::plan) fn told(
    input: &Input<'_>,
    object: &ObjectName,
    relation: &Relation,
) -> Option<String> {
    rebound(input, object, relation)
        .or_else(|| renamed(input, object, relation))
        .or_else(|| missing(input, object, relation))
}

/// Columns of a table that somebody dropped; of one that a query made, also those of another type.
fn missing(input: &Input<'_>, object: &ObjectName, relation: &Relation) -> Option<String> {
    let dialect = input.project.target.dialect;
    let record = input.record(object)?;
    let found = columns::compare(record, relation, dialect);
    let gone = found.gone.iter();
    let mut said: Vec<String> = gone
        .map(|name| format!("column \"{name}\" is gone"))
        .collect();
    if record.kind == RelationKind::Table && !table::has_columns(&record.declared, dialect) {
        said.extend(found.retyped);
    }
    (!said.is_empty()).then(|| said.join(", "))
}

/// Columns that somebody renamed, told by the names that the settled definition gives them.
pub(in crate::plan) fn renamed(
    input: &Input<'_>,
    object: &ObjectName,
    relation: &Relation,
) -> Option<String> {
    if !queried(relation) {
        return None;
    }
    let settled = input.record(object)?.observed.as_deref()?;
    // Every new name of a column is in the definition, too.
    if relation.definition.as_deref() == Some(settled) {
        return None;
    }
    let dialect = input.project.target.dialect;
    let there = relation.columns.iter().map(|column| column.name.as_str());
    if outputs(settled, dialect).is_some_and(|names| there.eq(names.iter().map(String::as_str))) {
        return None;
    }
    let whole = Span::of(0..settled.len());
    let query = dormer_sql::query::parse(settled, whole, dialect);
    let outputs = query.lineage(&NoColumns).outputs;
    if outputs.len() != relation.columns.len() {
        return None;
    }
    let columns = outputs.iter().zip(&relation.columns);
    let renamed = columns.filter(|(was, column)| *was.name != *column.name);
    let said: Vec<String> = renamed
        .map(|(was, column)| format!("column \"{}\" is called \"{}\"", was.name, column.name))
        .collect();
    (!said.is_empty()).then(|| said.join(", "))
}

const fn queried(relation: &Relation) -> bool {
    matches!(
        relation.kind,
        RelationKind::View | RelationKind::MaterializedView
    )
}

/// The names of the columns of a definition as a target tells it, from its words alone: the last word of
/// each item of the outermost list is its name. None where the list does not tell it so.
///
/// Most definitions are as they were, and a tree of each would take longer than all the rest.
fn outputs(definition: &str, dialect: Dialect) -> Option<Vec<String>> {
    let tokens = dormer_sql::lex::lex(definition, dialect);
    let mut depth = 0_usize;
    let mut listing = false;
    let mut names = Vec::new();
    let mut last: Option<&str> = None;
    for token in tokens.iter().filter(|token| !token.kind.is_trivia()) {
        let text = token.span.slice(definition);
        match token.kind {
            TokenKind::OpenParen | TokenKind::OpenBracket => depth += 1,
            TokenKind::CloseParen | TokenKind::CloseBracket => depth = depth.checked_sub(1)?,
            _ if depth > 0 => continue,
            TokenKind::Word if !listing => {
                listing = text.eq_ignore_ascii_case("select");
                // Behind DISTINCT ON stand brackets, and ALL and DISTINCT are no names.
                last = None;
                continue;
            }
            TokenKind::Comma if listing => names.push(plain(last.take()?)?),
            TokenKind::Semicolon => break,
            TokenKind::Word if ENDS.iter().any(|word| text.eq_ignore_ascii_case(word)) => break,
            _ => {}
        }
        let named = matches!(token.kind, TokenKind::Word | TokenKind::QuotedName(_));
        last = named.then_some(text);
    }
    names.push(plain(last?)?);
    listing.then_some(names)
}

/// What ends the list of the first query.
const ENDS: [&str; 13] = [
    "from",
    "where",
    "group",
    "having",
    "window",
    "union",
    "intersect",
    "except",
    "order",
    "limit",
    "offset",
    "fetch",
    "for",
];

/// A name without its quotes.
fn plain(word: &str) -> Option<String> {
    match word.strip_prefix('"') {
        None => Some(word.to_owned()),
        Some(rest) => Some(rest.strip_suffix('"')?.replace("\"\"", "\"")),
    }
}

/// A definition as the target tells it names every column that it returns.
struct NoColumns;

impl Columns for NoColumns {
    fn columns(&self, _: &RelationPath) -> Option<&[Name]> {
        None
    }
}

/// What a relation is bound to where it is not what its text says: somebody gave one of the names to
/// another relation, or took it away. Its definition is still the very same to the target.
pub(in crate::plan) fn rebound(
    input: &Input<'_>,
    object: &ObjectName,
    relation: &Relation,
) -> Option<String> {
    if !queried(relation) {
        return None;
    }
    let bound = Reader::Relation(object.clone());
    let bound = input.observed.dependencies.get(&bound);
    let bound: BTreeSet<&ObjectName> = bound
        .into_iter()
        .flat_map(|reads| reads.keys())
        .filter_map(|read| match read {
            Read::Relation(name) => Some(name),
            Read::RowType(_) | Read::Function(_) => None,
        })
        .collect();
    let declared = &input.project.catalog.objects;
    let is_relation = |name: &ObjectName| {
        let made = declared.get(name);
        input.observed.relations.contains_key(name)
            || made.is_some_and(|object| relation_kind(object.kind).is_some())
    };
    let reads = input.graph.reads.get(object);
    let reads = reads.into_iter().flatten();
    let says: BTreeSet<&ObjectName> = reads.filter(|name| is_relation(name)).collect();
    let lacks = names(says.difference(&bound));
    let instead = names(bound.difference(&says));
    if lacks.is_empty() {
        return None;
    }
    Some(match instead.as_str() {
        "" => format!("does not read {lacks}"),
        instead => format!("reads {instead}, not {lacks}"),
    })
}

fn names<'a>(names: impl Iterator<Item = &'a &'a ObjectName>) -> String {
    let names: Vec<String> = names.map(ToString::to_string).collect();
    names.join(" and ")
}
