//! DM0127: a materialized view that every refresh has to compute as a whole.
//!
//! Found by what the query is built of. What the engine decides by the plan of the query is not seen
//! here: its own catalog tells it once the view exists.

use std::collections::BTreeMap;

use dormer_sql::Span;
use dormer_sql::query::{Construct, ConstructKind, Query};
use dormer_sql::statement::OptionKind;
use rayon::prelude::*;

use super::{Check, Context, facts};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::model::kind::ObjectKind;
use crate::model::name::ObjectName;
use crate::model::object::Object;
use crate::project::settings::RefreshMode;

pub(super) const CHECK: Check = Check {
    code: Code::new("DM0127"),
    name: "full-recompute",
    summary: "a query that the engine cannot refresh incrementally",
    text: concat!(
        r#"Redshift brings in only what changed when the query is simple enough: inner joins, WHERE, GROUP BY, and the
aggregates SUM, COUNT, MIN, MAX and AVG. Everything else is computed as a whole at every refresh: outer joins,
set operations, window functions, DISTINCT inside an aggregate, LISTAGG, MEDIAN and their like, subqueries
outside FROM, and whatever reads such a view.

```sql
CREATE MATERIALIZED VIEW marts.orders_daily AS
SELECT day, count(DISTINCT customer_id) AS customers FROM sub.orders GROUP BY day;
```

Better, where the numbers allow it: keep what can be counted up in the materialized view, and the rest in a
view that reads it.

```sql
CREATE MATERIALIZED VIEW marts.orders_by_customer AS
SELECT day, customer_id, count(*) AS orders FROM sub.orders GROUP BY day, customer_id;

CREATE VIEW marts.orders_daily AS
SELECT day, count(*) AS customers FROM marts.orders_by_customer GROUP BY day;
```
"#,
        off!("DM0127")
    ),
    severity: Severity::Warning,
    run,
};

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let project = context.project;
    if !facts::of(project.target.dialect).incremental_refresh {
        return Vec::new();
    }
    let reasons: BTreeMap<&ObjectName, Vec<(Span, &'static str)>> = project
        .catalog
        .objects
        .par_iter()
        .filter(|(_, object)| object.kind == ObjectKind::MaterializedView)
        .filter_map(|(name, object)| {
            let found = reasons(object);
            (!found.is_empty()).then_some((name, found))
        })
        .collect();
    let above = above(context, reasons.keys().copied().collect());
    let objects = project.catalog.objects.values();
    objects
        .filter(|object| is_refreshed(context, object))
        .filter_map(|object| match reasons.get(&object.name) {
            Some(found) => of_query(object, found),
            None => of_below(context, object, above.get(&object.name)?),
        })
        .collect()
}

fn is_refreshed(context: &Context<'_>, object: &Object) -> bool {
    let settings = context.project.settings.get(&object.name);
    object.kind == ObjectKind::MaterializedView
        && settings.is_none_or(|settings| settings.refresh_mode.value != RefreshMode::Never)
}

fn finding(object: &Object) -> Diagnostic {
    CHECK.finding(format!(
        "every refresh of {} computes all of it",
        object.name
    ))
}

fn of_query(object: &Object, found: &[(Span, &'static str)]) -> Option<Diagnostic> {
    let ((span, why), others) = found.split_first()?;
    let first = finding(object).at(object.location(*span), *why);
    Some(others.iter().fold(first, |finding, (span, why)| {
        finding.related(object.location(*span), *why)
    }))
}

fn of_below(context: &Context<'_>, object: &Object, below: &ObjectName) -> Option<Diagnostic> {
    let key = (object.name.clone(), below.clone());
    let at = context.graph.edges.get(&key)?.at.first()?;
    Some(finding(object).at(at.clone(), format!("{below} is computed as a whole itself")))
}

/// The materialized views that read one of these, at any distance, each with the one it reads.
fn above<'a>(
    context: &Context<'a>,
    mut wave: Vec<&'a ObjectName>,
) -> BTreeMap<&'a ObjectName, &'a ObjectName> {
    let objects = &context.project.catalog.objects;
    let mut above: BTreeMap<&ObjectName, &ObjectName> = BTreeMap::new();
    while let Some(name) = wave.pop() {
        for reader in context.graph.readers.get(name).into_iter().flatten() {
            let kind = objects.get(reader).map(|object| object.kind);
            if kind == Some(ObjectKind::MaterializedView) && !above.contains_key(reader) {
                above.insert(reader, name);
                wave.push(reader);
            }
        }
    }
    above
}

/// Aggregates that the engine brings up to date from what changed.
const COUNTED: [&str; 5] = ["avg", "count", "max", "min", "sum"];

/// Aggregates that it computes from all rows.
const NOT_COUNTED: [&str; 14] = [
    "bit_and",
    "bit_or",
    "bool_and",
    "bool_or",
    "listagg",
    "median",
    "percentile_cont",
    "percentile_disc",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "var_pop",
    "var_samp",
    "variance",
];

/// Each reason once, at its first place.
fn reasons(object: &Object) -> Vec<(Span, &'static str)> {
    let Some(query) = &object.definition.query else {
        return Vec::new();
    };
    let rows = Rows::of(object, query);
    let constructs = query.constructs().iter().filter_map(|construct| {
        let why = of_construct(construct, &rows)?;
        Some((construct.span, why))
    });
    let calls = query.calls().iter();
    let calls = calls.filter(|call| NOT_COUNTED.contains(&call.name.last()));
    let calls = calls.map(|call| (call.name.span, "an aggregate that cannot be counted up"));
    let mut all: Vec<(Span, &'static str)> = constructs.chain(calls).collect();
    all.sort_unstable();
    let mut reasons: Vec<(Span, &'static str)> = Vec::new();
    for (span, why) in all {
        if !reasons.iter().any(|(_, told)| *told == why) {
            reasons.push((span, why));
        }
    }
    reasons
}

fn of_construct(construct: &Construct, rows: &Rows) -> Option<&'static str> {
    match construct.kind {
        ConstructKind::OuterJoin => Some("an outer join"),
        ConstructKind::Union | ConstructKind::Intersect | ConstructKind::Except => {
            Some("a set operation")
        }
        // UNION ALL around plain queries alone can be brought up to date.
        ConstructKind::UnionAll => {
            let whole = construct.depth > 0 || *rows == Rows::Grouped;
            whole.then_some("a set operation")
        }
        ConstructKind::WindowFunction => Some("a window function"),
        ConstructKind::DistinctAggregate => Some("an aggregate over DISTINCT values"),
        ConstructKind::Subquery => Some("a subquery outside FROM"),
        ConstructKind::GroupBy
        | ConstructKind::OrderBy
        | ConstructKind::Limit
        | ConstructKind::Offset => None,
    }
}

/// Whether the rows are grouped or kept in an order, so that UNION ALL is more than two lists.
#[derive(PartialEq, Eq)]
enum Rows {
    Listed,
    Grouped,
}

impl Rows {
    fn of(object: &Object, query: &Query) -> Self {
        let mut constructs = query.constructs().iter();
        let mut calls = query.calls().iter();
        let mut options = object.definition.options.iter();
        let grouped = constructs.any(|construct| construct.kind == ConstructKind::GroupBy)
            || calls.any(|call| {
                let name = call.name.last();
                COUNTED.contains(&name) || NOT_COUNTED.contains(&name)
            })
            || options.any(|option| option.kind == OptionKind::SortKey);
        if grouped { Self::Grouped } else { Self::Listed }
    }
}
