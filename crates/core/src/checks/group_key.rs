//! The output columns that a GROUP BY makes unique.
//!
//! - **Certain or nothing:** what is shown is pasted. A function may make several rows of a group,
//!   so every call in the select list has to be one that is known to give one value.
//! - **A name in GROUP BY is a column of what is read** before it is the name of an output, as the
//!   standard wants it.

use std::collections::{BTreeMap, BTreeSet};

use dormer_sql::ident::quote;
use dormer_sql::query::Call;
use dormer_sql::{Name, QualifiedName};

use super::Context;
use super::body::{Body, GroupItem};
use crate::model::object::Object;

/// The functions that give one value: aggregates, and scalars that reports are made of.
const ONE_VALUE: [&str; 109] = [
    "abs",
    "array_agg",
    "avg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "bool_and",
    "bool_or",
    "btrim",
    "cast",
    "ceil",
    "ceiling",
    "char_length",
    "coalesce",
    "concat",
    "concat_ws",
    "corr",
    "count",
    "covar_pop",
    "covar_samp",
    "current_date",
    "current_timestamp",
    "date",
    "date_bin",
    "date_part",
    "date_trunc",
    "degrees",
    "dense_rank",
    "div",
    "every",
    "exp",
    "extract",
    "first_value",
    "floor",
    "format",
    "greatest",
    "grouping",
    "initcap",
    "json_agg",
    "json_build_array",
    "json_build_object",
    "json_object_agg",
    "jsonb_agg",
    "jsonb_build_array",
    "jsonb_build_object",
    "jsonb_object_agg",
    "lag",
    "last_value",
    "lead",
    "least",
    "left",
    "length",
    "ln",
    "log",
    "lower",
    "lpad",
    "ltrim",
    "make_date",
    "max",
    "md5",
    "min",
    "mod",
    "mode",
    "now",
    "nullif",
    "octet_length",
    "overlay",
    "percentile_cont",
    "percentile_disc",
    "position",
    "power",
    "quote_ident",
    "rank",
    "regexp_replace",
    "regr_count",
    "repeat",
    "replace",
    "reverse",
    "right",
    "round",
    "row_number",
    "rpad",
    "rtrim",
    "sign",
    "split_part",
    "sqrt",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "string_agg",
    "strpos",
    "substr",
    "substring",
    "sum",
    "timezone",
    "to_char",
    "to_date",
    "to_json",
    "to_jsonb",
    "to_number",
    "to_timestamp",
    "translate",
    "trim",
    "trunc",
    "upper",
    "var_pop",
    "var_samp",
    "variance",
    "width_bucket",
];

/// The columns, quoted as SQL needs them, in the order of the GROUP BY.
pub(super) fn columns(context: &Context<'_>, object: &Object) -> Option<Vec<String>> {
    if !Body::may_hold(object, "group") {
        return None;
    }
    let query = object.definition.query.as_ref()?;
    let names = context.lineages.columns.get(&object.name)?;
    let body = Body::of(object, context.project.target.dialect)?;
    let gives_one = |call: &Call| {
        let own = call
            .name
            .schema()
            .is_none_or(|schema| schema == "pg_catalog");
        own && ONE_VALUE.binary_search(&call.name.last()).is_ok()
    };
    let selected = body.selected();
    let mut calls = query.calls().iter();
    if !calls.all(|call| gives_one(call) || !selected(call.name.span)) {
        return None;
    }
    let group_by = body.group_by()?;
    let outputs = Outputs::of(context, object, &body)?;
    let mut places = BTreeSet::new();
    let mut keys = Vec::new();
    for item in group_by {
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
    /// The outputs that are bare columns, by the last part of what is written.
    bare: BTreeMap<String, Vec<(usize, QualifiedName)>>,
    /// The outputs of each name.
    named: BTreeMap<&'a str, Vec<usize>>,
    /// How many columns of each name are read.
    read: BTreeMap<&'a str, usize>,
    /// The columns of all that is read; none where they are not all known.
    readable: Option<BTreeSet<&'a str>>,
}

impl<'a> Outputs<'a> {
    fn of(context: &'a Context<'_>, object: &Object, body: &Body<'_>) -> Option<Self> {
        let lineage = context.lineages.of.get(&object.name)?;
        let mut outputs = Self {
            bare: BTreeMap::new(),
            named: BTreeMap::new(),
            read: BTreeMap::new(),
            readable: readable(context, object, body),
        };
        for (place, output) in lineage.outputs.iter().enumerate() {
            outputs.named.entry(&output.name).or_default().push(place);
            if let Some(written) = body.plain_column(output.span) {
                let bare = outputs.bare.entry(written.last().to_owned());
                bare.or_default().push((place, written));
            }
        }
        for read in &lineage.reads {
            *outputs.read.entry(&read.column).or_default() += 1;
        }
        Some(outputs)
    }

    /// Where the select list has what the GROUP BY names.
    fn place(&self, column: &QualifiedName) -> Option<usize> {
        let bare = self.bare.get(column.last()).into_iter().flatten();
        let mut same = bare.filter(|(_, written)| self.is_same(written, column));
        if let Some((place, _)) = same.next() {
            return Some(*place);
        }
        let readable = self.readable.as_ref()?;
        if column.schema().is_some() || readable.contains(column.last()) {
            return None;
        }
        match self.named.get(column.last())?.as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }

    /// Tells whether two names with one last part are the same column.
    fn is_same(&self, written: &QualifiedName, column: &QualifiedName) -> bool {
        match (written.schema(), column.schema()) {
            (Some(of), Some(other)) => of == other,
            // One is bare: both are the same column only where nothing else is called so.
            (Some(_), None) | (None, Some(_)) => self.read.get(column.last()) == Some(&1),
            (None, None) => true,
        }
    }
}

/// The columns of all that the object reads; none where more may be in scope.
fn readable<'a>(
    context: &'a Context<'_>,
    object: &Object,
    body: &Body<'_>,
) -> Option<BTreeSet<&'a str>> {
    if !object.definition.head_columns.is_empty() || body.has_inner_query() {
        return None;
    }
    let mut readable = BTreeSet::new();
    for name in context.graph.reads.get(&object.name).into_iter().flatten() {
        let columns = context.lineages.columns.get(name)?;
        readable.extend(columns.iter().map(Name::as_str));
    }
    Some(readable)
}

#[cfg(test)]
mod tests {
    use super::ONE_VALUE;

    #[test]
    fn the_functions_are_in_order() {
        assert!(ONE_VALUE.is_sorted());
    }
}
