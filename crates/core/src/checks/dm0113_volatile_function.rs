//! DM0113: a materialized view whose rows depend on the time, on chance or on a counter.

use dormer_sql::Dialect;
use dormer_sql::query::{Call, Query};

use super::below::Below;
use super::facts::{self, Facts};
use super::{Check, Context};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::model::kind::ObjectKind;
use crate::model::object::Object;

pub(super) const CHECK: Check = Check {
    code: Code::new("DM0113"),
    name: "volatile-function",
    summary: "a materialized view that calls a function of time, chance or a counter",
    text: concat!(
        r#"The rows of a materialized view are those of the last refresh. What `now()` or `random()` gave then is what
readers see later, and two refreshes over the same data give different rows. Redshift counts such a view
as stale for good and recomputes all of it each time; Materialize refuses it. On RisingWave `now()` in a
filter and `proctime()` move with the stream and are fine, as `mz_now()` is on Materialize. A plain view that it
reads counts like a part of its own query.

```sql
CREATE MATERIALIZED VIEW marts.orders_recent AS
SELECT id, day FROM sub.orders WHERE day > current_date - 7;
```

Better: keep the time out of the view, and filter where it is read.

```sql
CREATE MATERIALIZED VIEW marts.orders_by_day AS
SELECT id, day FROM sub.orders;

CREATE VIEW marts.orders_recent AS
SELECT id, day FROM marts.orders_by_day WHERE day > current_date - 7;
```
"#,
        off!("DM0113")
    ),
    severity: Severity::Warning,
    run,
};

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let facts = facts::of(context.project.target.dialect);
    let first_in = |view| {
        let first = changing_calls(view, facts).into_iter().next()?;
        Some((first.name.last(), first.name.span))
    };
    let below = Below::of(context, first_in);
    let mut findings = Vec::new();
    for object in context.project.catalog.objects.values() {
        if object.kind != ObjectKind::MaterializedView {
            continue;
        }
        let calls = changing_calls(object, facts);
        let finding = CHECK.finding(format!("{} depends on when it is refreshed", object.name));
        let finding = if let Some((first, others)) = calls.split_first() {
            let first = finding.at(object.location(first.name.span), label(first.name.last()));
            others.iter().fold(first, |finding, call| {
                finding.related(object.location(call.name.span), label(call.name.last()))
            })
        } else if let Some((span, function, at)) = below.read_by(object) {
            finding
                .at(object.location(span), "its rows depend on it too")
                .related(at.clone(), label(function))
        } else {
            continue;
        };
        findings.push(
            finding
                .note(format!("on {} {}", facts.name, facts.changing_effect))
                .help("keep it out of the view, and filter where the view is read"),
        );
    }
    findings
}

/// The calls of changing functions in the object's query, in the order of the text.
fn changing_calls<'a>(object: &'a Object, facts: &Facts) -> Vec<&'a Call> {
    let calls = object.definition.query.iter().flat_map(Query::calls);
    let mut calls: Vec<&Call> = calls
        .filter(|call| facts.is_changing_call(&call.name))
        .collect();
    calls.sort_unstable_by_key(|call| call.name.span);
    calls
}

/// The first function in an object that gives another value each time.
pub(super) fn first_in(dialect: Dialect, object: &Object) -> Option<String> {
    let calls = changing_calls(object, facts::of(dialect));
    calls.first().map(|call| call.name.last().to_owned())
}

fn label(function: &str) -> String {
    format!("{function} gives another value each time")
}
