//! DM0124: AUTO REFRESH on a materialized view that the engine cannot refresh by itself.

use dormer_sql::Span;
use dormer_sql::query::Query;
use dormer_sql::statement::OptionKind;

use super::below::Below;
use super::{Check, Context, facts, reading};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::model::kind::ObjectKind;
use crate::model::name::ObjectName;
use crate::model::object::Object;

pub(super) const CHECK: Check = Check {
    code: Code::new("DM0124"),
    name: "auto-refresh-refused",
    summary: "AUTO REFRESH YES where the engine refuses it",
    text: concat!(
        r#"Redshift refuses `AUTO REFRESH YES` on a materialized view that reads another materialized view or that calls a
function of time or chance. The CREATE fails when it runs.

```sql
CREATE MATERIALIZED VIEW marts.orders_weekly
AUTO REFRESH YES
AS SELECT week, sum(revenue) AS revenue FROM marts.orders_daily GROUP BY week;
```

Better: let Dormer refresh it, after what it reads.

```sql
-- dormer: refresh = { every = "15m" }
CREATE MATERIALIZED VIEW marts.orders_weekly
AS SELECT week, sum(revenue) AS revenue FROM marts.orders_daily GROUP BY week;
```
"#,
        off!("DM0124")
    ),
    severity: Severity::Error,
    run,
};

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let objects = context.project.catalog.objects.values();
    let mut asked = objects
        .filter(|object| object.kind == ObjectKind::MaterializedView)
        .filter_map(|object| Some((object, asked(object)?)))
        .peekable();
    if asked.peek().is_none() {
        return Vec::new();
    }
    let below = Below::of(context, |view| reason(context, view));
    asked
        .filter_map(|(object, option)| finding(context, &below, (object, option)))
        .collect()
}

/// The place of an AUTO REFRESH that is switched on.
fn asked(object: &Object) -> Option<Span> {
    let options = object.definition.options.iter();
    let mut options = options.filter(|option| option.kind == OptionKind::AutoRefresh);
    let is_on = |value: Span| {
        let value = value.slice(&object.source.text);
        !["no", "off", "false"].contains(&value.to_ascii_lowercase().as_str())
    };
    options
        .find(|option| option.value.is_none_or(is_on))
        .map(|option| option.span)
}

/// Why an object with this query cannot refresh itself, and where that stands.
fn reason(context: &Context<'_>, object: &Object) -> Option<(&'static str, Span)> {
    let project = context.project;
    let facts = facts::of(project.target.dialect);
    let is_materialized = |name: &ObjectName| {
        let declared = project.catalog.objects.get(name);
        let external = project.externals.relations.get(name);
        declared.is_some_and(|below| below.kind == ObjectKind::MaterializedView)
            || external.is_some_and(|below| below.kind == "materialized-view")
    };
    let mut reads = reading::read_by_definition(object);
    let below = reads.find(|written| is_materialized(&ObjectName::of(written)));
    if let Some(written) = below {
        return Some(("a materialized view is read here", written.span));
    }
    let mut calls = object.definition.query.iter().flat_map(Query::calls);
    let call = calls.find(|call| facts.is_changing_call(&call.name))?;
    Some(("this function changes by itself", call.name.span))
}

fn finding(
    context: &Context<'_>,
    below: &Below<'_, &'static str>,
    (object, option): (&Object, Span),
) -> Option<Diagnostic> {
    let facts = facts::of(context.project.target.dialect);
    let finding = CHECK
        .finding(format!("{} cannot refresh itself", object.name))
        .at(
            object.location(option),
            format!("{} refuses this", facts.name),
        );
    let finding = match reason(context, object) {
        Some((why, at)) => finding.related(object.location(at), why),
        None => {
            let (span, why, at) = below.read_by(object)?;
            finding
                .related(object.location(span), "this plain view is a part of it")
                .related(at.clone(), why)
        }
    };
    Some(finding.help("leave it out, and write -- dormer: refresh = { every = \"15m\" }"))
}
