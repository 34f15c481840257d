//! DM0128: two columns of one object with the same name.

use std::collections::BTreeMap;

use dormer_sql::Span;
use dormer_sql::statement::StatementKind;

use super::{Check, Context};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::model::object::Object;

pub(super) const CHECK: Check = Check {
    code: Code::new("DM0128"),
    name: "duplicate-column",
    summary: "two columns of one object with the same name",
    text: concat!(
        r#"Columns of a relation are told apart by their names, so the engine refuses an object that gives one name
twice. Columns without an alias are called by their function, their type or the column they read, and two of them
easily meet: `SELECT o.id, c.id` gives `id` twice.

```sql
CREATE VIEW marts.orders AS
SELECT o.id, c.id FROM sub.orders o JOIN sub.customers c ON c.id = o.customer_id;
```

Better:

```sql
CREATE VIEW marts.orders AS
SELECT o.id, c.id AS customer_id FROM sub.orders o JOIN sub.customers c ON c.id = o.customer_id;
```
"#,
        off!("DM0128")
    ),
    severity: Severity::Error,
    run,
};

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (name, object) in &context.project.catalog.objects {
        let own = own_columns(object);
        let lineage = context.lineages.of.get(name);
        let outputs = lineage.into_iter().flat_map(|lineage| &lineage.outputs);
        let outputs = outputs
            .skip(own.len())
            .map(|output| (output.name.as_str(), output.span));
        let mut first: BTreeMap<&str, Span> = BTreeMap::new();
        for (column, span) in own.iter().copied().chain(outputs) {
            if let Some(first) = first.insert(column, span) {
                findings.push(
                    CHECK
                        .finding(format!("column \"{column}\" is given twice"))
                        .at(object.location(span), "the second one")
                        .related(object.location(first), "the first one")
                        .help("give one of them another name with AS"),
                );
            }
        }
    }
    findings
}

/// The columns that the head or the table names itself: they rename the first ones of the query.
fn own_columns(object: &Object) -> Vec<(&str, Span)> {
    let head = object.definition.head_columns.iter();
    let head = head.map(|column| (column.value.as_str(), column.span));
    match &object.definition.statement.kind {
        StatementKind::CreateTable(table) if table.query.is_none() => {
            let columns = table.columns.iter().map(|column| &column.name);
            columns
                .map(|name| (name.value.as_str(), name.span))
                .collect()
        }
        _ => head.collect(),
    }
}
