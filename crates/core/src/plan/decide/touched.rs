//! Which columns of what is replaced are not what they were: whoever reads others follows for the binding
//! alone.
//!
//! - Two texts that differ in items of the select list alone, in the same places, differ in these columns.
//!   Everything else, and `DISTINCT`, may change every row.
//! - What reads a changed column may be another in all of its own.

use std::collections::{BTreeMap, BTreeSet};

use dormer_sql::ident::Name;
use dormer_sql::query::{Columns, RelationPath};
use dormer_sql::rewrite::{Edit, rewrite};
use dormer_sql::{Dialect, Span};

use super::Deciding;
use crate::model::name::ObjectName;
use crate::model::object::Object;
use crate::model::observed::dependency::{Read, Reader};
use crate::plan::back::declared_object;
use crate::plan::change::ReasonKind;
use crate::plan::decision::{Decision, How};

/// The columns that changed of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Touched {
    /// Nobody can tell that any did not.
    All,
    Columns(BTreeSet<String>),
}

/// What changed of everything that gets another definition or generation.
pub(super) fn columns(deciding: &Deciding<'_>) -> BTreeMap<ObjectName, Touched> {
    let objects = deciding.objects.iter();
    let new = objects
        .filter(|(_, decision)| matches!(decision.how, How::Swap { .. } | How::Redefine { .. }));
    let names: BTreeSet<ObjectName> = new.map(|(name, _)| name.clone()).collect();
    let mut found: BTreeMap<ObjectName, Touched> = BTreeMap::new();
    for name in deciding.readers.in_order(&names) {
        let Some(decision) = deciding.objects.get(&name) else {
            continue;
        };
        let touched = if follows(deciding, (&name, decision), &found) {
            Touched::All
        } else {
            itself(deciding, decision)
        };
        found.insert(name, touched);
    }
    found
}

/// Whether something that it reads is not what it was.
fn follows(
    deciding: &Deciding<'_>,
    (name, decision): (&ObjectName, &Decision),
    found: &BTreeMap<ObjectName, Touched>,
) -> bool {
    let reader = Reader::Relation(name.clone());
    let used = deciding.input.observed.dependencies.get(&reader);
    decision.because.iter().any(|read| {
        let used = used.and_then(|reads| reads.get(&Read::Relation(read.clone())));
        match (found.get(read), used) {
            (Some(Touched::Columns(touched)), Some(used)) => !touched.is_disjoint(used),
            (Some(Touched::Columns(touched)), None) => !touched.is_empty(),
            (Some(Touched::All) | None, _) => true,
        }
    })
}

/// What its own definition changes.
fn itself(deciding: &Deciding<'_>, decision: &Decision) -> Touched {
    let mut own = decision.reasons.iter().map(|reason| reason.kind);
    let mut own = own.by_ref().filter(|kind| {
        !matches!(
            kind,
            ReasonKind::ReadsReplaced | ReasonKind::PropertyChanged | ReasonKind::Renamed
        )
    });
    match (own.next(), own.next()) {
        (None, _) => Touched::Columns(BTreeSet::new()),
        (Some(ReasonKind::DefinitionChanged), None) => {
            let dialect = deciding.input.project.target.dialect;
            let name = &decision.object;
            let record = deciding.input.record(name);
            let before = record.and_then(|record| declared_object(record, dialect));
            let after = deciding.input.project.catalog.objects.get(name);
            let items = before
                .as_ref()
                .zip(after)
                .and_then(|(before, after)| differences(before, after, dialect));
            items.map_or(Touched::All, Touched::Columns)
        }
        _ => Touched::All,
    }
}

/// The columns whose items differ; none where anything else does.
fn differences(before: &Object, after: &Object, dialect: Dialect) -> Option<BTreeSet<String>> {
    let (before, after) = (Items::of(before, dialect)?, Items::of(after, dialect)?);
    if before.rest != after.rest {
        return None;
    }
    let mut differ = BTreeSet::new();
    let longest = before.items.len().max(after.items.len());
    for place in 0..longest {
        match (before.items.get(place), after.items.get(place)) {
            (Some(one), Some(other)) if one == other => {}
            (one, other) => {
                let both = one.into_iter().chain(other);
                differ.extend(both.map(|(name, _)| name.clone()));
            }
        }
    }
    Some(differ)
}

/// A query as its select list and everything else.
struct Items {
    /// Names and canonical texts, in their order.
    items: Vec<(String, String)>,
    rest: String,
}

impl Items {
    fn of(object: &Object, dialect: Dialect) -> Option<Self> {
        let text = &object.source.text;
        let definition = &object.definition;
        let span = definition.query_span?;
        // That of the object has told its lineage already, and keeps nothing to tell it again.
        let query = dormer_sql::query::parse(text, span, dialect);
        if !query.partial().is_empty() || !query.stars().is_empty() {
            return None;
        }
        // Names in the head are names of columns, and stand elsewhere.
        if !definition.head_columns.is_empty() {
            return None;
        }
        let canonical = |span: Span| dormer_sql::canonical::canonical(text, span, dialect);
        let lineage = query.lineage(&NoColumns);
        let items: Vec<(String, String)> = lineage
            .outputs
            .iter()
            .map(|output| (output.name.to_string(), canonical(output.span)))
            .collect();
        let (first, last) = (lineage.outputs.first()?, lineage.outputs.last()?);
        let list = Edit {
            span: Span::new(first.span.start, last.span.end),
            replacement: " 1 ".to_owned(),
        };
        let rest = rewrite(text, span, &[list]).ok()?;
        let whole = Span::of(0..rest.len());
        let rest = dormer_sql::canonical::canonical(&rest, whole, dialect);
        let distinct = rest.to_ascii_lowercase().contains("distinct");
        (!distinct).then_some(Self { items, rest })
    }
}

/// Items name their columns; stars are not read.
struct NoColumns;

impl Columns for NoColumns {
    fn columns(&self, _: &RelationPath) -> Option<&[Name]> {
        None
    }
}
