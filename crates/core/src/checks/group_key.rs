//! The output columns that a GROUP BY makes unique.
//!
//! **Certain or nothing:** what is shown is pasted. A name in GROUP BY is a column of what is read
//! before it is the name of an output, as the standard wants it.

use std::collections::BTreeSet;

use dormer_sql::QualifiedName;
use dormer_sql::ident::quote;
use dormer_sql::query::{Lineage, Output};

use super::Context;
use super::body::{Body, GroupItem};
use crate::model::object::Object;

/// Functions that make several rows of one, so that groups are no longer unique.
const ROW_MAKERS: [&str; 8] = [
    "generate_series",
    "generate_subscripts",
    "json_array_elements",
    "jsonb_array_elements",
    "jsonb_path_query",
    "regexp_matches",
    "regexp_split_to_table",
    "unnest",
];

/// The columns, quoted as SQL needs them, in the order of the GROUP BY.
pub(super) fn columns(context: &Context<'_>, object: &Object) -> Option<Vec<String>> {
    if !Body::may_hold(object, "group") {
        return None;
    }
    let mut calls = object.definition.query.as_ref()?.calls().iter();
    if calls.any(|call| ROW_MAKERS.contains(&call.name.last())) {
        return None;
    }
    let names = context.lineages.columns.get(&object.name)?;
    let body = Body::of(object, context.project.target.dialect)?;
    let outputs = Outputs {
        context,
        object,
        lineage: context.lineages.of.get(&object.name)?,
        body: &body,
    };
    let mut places = BTreeSet::new();
    let mut keys = Vec::new();
    for item in body.group_by()? {
        let place = match item {
            GroupItem::Place(place) => place.checked_sub(1)?,
            GroupItem::Column(column) => outputs.place(&column)?,
        };
        if places.insert(place) {
            keys.push(quote(names.get(place)?));
        }
    }
    (!keys.is_empty()).then_some(keys)
}

/// The select list that the items of the GROUP BY are looked for in.
struct Outputs<'a> {
    context: &'a Context<'a>,
    object: &'a Object,
    lineage: &'a Lineage,
    body: &'a Body<'a>,
}

impl Outputs<'_> {
    /// Where the select list has what the GROUP BY names.
    fn place(&self, column: &QualifiedName) -> Option<usize> {
        let outputs = || self.lineage.outputs.iter();
        if let Some(place) = outputs().position(|output| self.is_column(output, column)) {
            return Some(place);
        }
        let names_an_output = column.schema().is_none() && !self.may_be_read(column.last());
        let mut named = outputs()
            .enumerate()
            .filter(|(_, output)| output.name == column.last());
        let (place, _) = named.next().filter(|_| names_an_output)?;
        named.next().is_none().then_some(place)
    }

    /// Tells whether an output is the bare column that the GROUP BY names.
    fn is_column(&self, output: &Output, column: &QualifiedName) -> bool {
        let Some(written) = self.body.plain_column(output.span) else {
            return false;
        };
        let same_place = match (written.schema(), column.schema()) {
            (Some(of), Some(other)) => of == other,
            // One is bare: both are the same column only where nothing else is called so.
            (Some(_), None) | (None, Some(_)) => self.is_the_only(column.last()),
            (None, None) => true,
        };
        same_place && written.last() == column.last()
    }

    /// Tells whether one column of this name is read and no more.
    fn is_the_only(&self, column: &str) -> bool {
        let reads = self.lineage.reads.iter();
        reads.filter(|read| read.column == column).count() == 1
    }

    /// Tells whether something that is read has, or may have, a column of this name.
    fn may_be_read(&self, column: &str) -> bool {
        let has_own_names = !self.object.definition.head_columns.is_empty();
        if has_own_names || self.body.has_inner_query() {
            return true;
        }
        let reads = self.context.graph.reads.get(&self.object.name);
        let columns_of = |name| self.context.lineages.columns.get(name);
        reads.into_iter().flatten().any(|name| {
            columns_of(name).is_none_or(|columns| columns.iter().any(|other| other == column))
        })
    }
}
