//! DM0105: a bare column name that several things in scope have.

use dormer_sql::ident::quote;
use dormer_sql::query::Unresolved;

use super::{Check, Context, place, unresolved};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const CHECK: Check = Check {
    code: Code::new("DM0105"),
    name: "ambiguous-column",
    summary: "a bare column name that several things in scope have",
    text: concat!(
        r#"A column without a name before it is looked for in everything that FROM and JOIN bring in. Two of them have
it, so the engine refuses the query. It often starts far away: a column is added to one object, and a
query that joins it breaks.

```sql
CREATE VIEW marts.orders AS
SELECT id, total                 -- both have an id
FROM sub.orders o JOIN sub.shops s ON s.id = o.shop_id;
```

Better:

```sql
CREATE VIEW marts.orders AS
SELECT o.id, o.total
FROM sub.orders o JOIN sub.shops s ON s.id = o.shop_id;
```
"#,
        off!("DM0105")
    ),
    severity: Severity::Error,
    run,
};

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for asked in unresolved::queries(context) {
        for unresolved in &*asked.unresolved {
            let Unresolved::AmbiguousColumn { span, column, of } = unresolved else {
                continue;
            };
            let finding = CHECK
                .finding(format!("column \"{column}\" is ambiguous"))
                .at(
                    asked.object.location(*span),
                    format!("{} have it", place::and_list(of)),
                );
            let choices: Vec<String> = of
                .iter()
                .map(|of| format!("{of}.{}", quote(column)))
                .collect();
            findings.push(finding.help(format!("write {}", choices.join(" or "))));
        }
    }
    findings
}
