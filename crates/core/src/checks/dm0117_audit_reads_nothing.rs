//! DM0117: an audit that does not look at the object that it stands beside.

use super::{Check, Context, place};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::model::name::ObjectName;

pub(super) const CHECK: Check = Check {
    code: Code::new("DM0117"),
    name: "audit-reads-nothing",
    summary: "an audit that does not read its object",
    text: concat!(
        r#"An audit is a query over the file's object that must return no row. Before cutover it runs against the
shadow: the object's name in it is pointed at the new generation. An audit that does not read the object
passes whatever the new rows are.

```sql
CREATE MATERIALIZED VIEW marts.orders_daily AS SELECT day, revenue FROM sub.orders;

-- dormer: audit "revenue is never negative"
SELECT * FROM sub.orders WHERE revenue < 0;
```

Better:

```sql
-- dormer: audit "revenue is never negative"
SELECT * FROM marts.orders_daily WHERE revenue < 0;
```
"#,
        off!("DM0117")
    ),
    severity: Severity::Error,
    run,
};

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for object in context.project.catalog.objects.values() {
        for audit in &object.companions.audits {
            let names = audit.query.references().iter();
            let reads: Vec<ObjectName> = names
                .map(|reference| ObjectName::of(&reference.name))
                .collect();
            if reads.contains(&object.name) {
                continue;
            }
            let label = reads.first().map_or_else(
                || "reads nothing at all".to_owned(),
                |read| format!("reads {read}"),
            );
            findings.push(
                CHECK
                    .finding(format!(
                        "the audit \"{}\" does not read {}",
                        audit.name, object.name
                    ))
                    .at(object.location(audit.span), label)
                    .note("before cutover it would pass whatever the new generation holds")
                    .help(format!("read {} in it", place::sql(&object.name))),
            );
        }
    }
    findings
}
