//! DM0114: `*` in the select list of a materialized view.

use dormer_sql::Span;
use dormer_sql::ident::quote;
use dormer_sql::query::Query;

use super::body::{self, Body};
use super::{Check, Context};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::model::kind::ObjectKind;
use crate::model::object::Object;

pub(super) const CHECK: Check = Check {
    code: Code::new("DM0114"),
    name: "select-star",
    summary: "`*` in a select list of a materialized view",
    text: concat!(
        r#"The engine replaces `*` by the columns of the moment when the view is created. A column that comes later is
not in the view, and the same text gives another view when it is created anew: a replace that nobody asked
for changes the columns that readers see. A column with personal data comes along unseen.

```sql
CREATE MATERIALIZED VIEW marts.orders AS
SELECT * FROM sub.orders_clean;
```

Better:

```sql
CREATE MATERIALIZED VIEW marts.orders AS
SELECT id, day, net FROM sub.orders_clean;
```

`count(*)`, `EXISTS (SELECT * ..)` and a `*` in a CTE or a subquery whose columns are named further out are fine.
"#,
        off!("DM0114")
    ),
    severity: Severity::Warning,
    run,
};

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for object in context.project.catalog.objects.values() {
        if object.kind != ObjectKind::MaterializedView {
            continue;
        }
        let stars = object.definition.query.iter();
        let stars = stars.flat_map(Query::stars);
        let counts = |star: &&Span| {
            decides(context, object, **star) && !body::is_in_exists(&object.source.text, **star)
        };
        for star in stars.filter(counts) {
            findings.push(finding(context, object, *star));
        }
    }
    findings
}

/// Tells whether the star makes columns of the object itself: one in a subquery whose columns are
/// named further out makes none. Where its columns are not known, its place decides.
fn decides(context: &Context<'_>, object: &Object, star: Span) -> bool {
    let Some(lineage) = context.lineages.of.get(&object.name) else {
        return true;
    };
    let makes_none = lineage.partial.iter().any(|partial| partial.span == star);
    lineage.outputs.iter().any(|output| output.span == star)
        || makes_none
            && Body::of(object, context.project.target.dialect)
                .is_none_or(|body| body.is_outside(star))
}

fn finding(context: &Context<'_>, object: &Object, star: Span) -> Diagnostic {
    let written = star.slice(&object.source.text);
    let finding = CHECK
        .finding(format!(
            "`{written}` decides the columns of {} when it is created",
            object.name
        ))
        .at(
            object.location(star),
            "columns that come later are not in the view",
        );
    match columns(context, object, star) {
        Some(columns) => finding.help(format!("name the columns: {columns}")),
        None => finding.help("name the columns"),
    }
}

/// The columns that this star stands for, with the qualifier that it has.
fn columns(context: &Context<'_>, object: &Object, star: Span) -> Option<String> {
    let lineage = context.lineages.of.get(&object.name)?;
    let written = star.slice(&object.source.text);
    let qualifier = written.strip_suffix('*').unwrap_or("").trim_end();
    let columns: Vec<String> = lineage
        .outputs
        .iter()
        .filter(|output| output.span == star && output.name != "*")
        .map(|output| format!("{qualifier}{}", quote(&output.name)))
        .collect();
    (!columns.is_empty()).then(|| columns.join(", "))
}
