//! DM0129: more column names before AS than the query gives columns.

use super::{Check, Context};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const CHECK: Check = Check {
    code: Code::new("DM0129"),
    name: "head-too-long",
    summary: "more column names before AS than the query has columns",
    text: concat!(
        r#"The names in parentheses before AS are given to the columns of the query from the left. There may be fewer,
never more: the engine refuses the CREATE. Mostly a column was taken out of the query and its name stayed, and then
every name behind it stands at the wrong column.

```sql
CREATE VIEW marts.orders (id, day, net) AS
SELECT id, net FROM sub.orders;
```

Better:

```sql
CREATE VIEW marts.orders (id, net) AS
SELECT id, net FROM sub.orders;
```
"#,
        off!("DM0129")
    ),
    severity: Severity::Error,
    run,
};

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (name, object) in &context.project.catalog.objects {
        let head = &object.definition.head_columns;
        // Only where the columns of the query are all known is there a number to compare.
        let Some(columns) = context.lineages.columns.get(name) else {
            continue;
        };
        let Some(lineage) = context.lineages.of.get(name) else {
            continue;
        };
        let (Some(first), Some(last)) = (head.get(columns.len()), head.last()) else {
            continue;
        };
        let count = |count: usize, noun: &str| match count {
            1 => format!("1 {noun}"),
            several => format!("{several} {noun}s"),
        };
        let mut finding = CHECK
            .finding(format!(
                "{} has {} and its query {}",
                object.name,
                count(head.len(), "column name"),
                count(columns.len(), "column")
            ))
            .at(
                object.location(first.span.to(last.span)),
                "the query has no column for this",
            );
        if let Some(output) = lineage.outputs.last() {
            finding = finding.related(object.location(output.span), "its last column");
        }
        findings.push(finding);
    }
    findings
}
