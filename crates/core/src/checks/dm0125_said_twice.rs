//! DM0125: a grant or an index that the file says twice.

use std::collections::BTreeMap;

use dormer_sql::Span;

use super::{Check, Context};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::model::object::Object;

pub(super) const CHECK: Check = Check {
    code: Code::new("DM0125"),
    name: "said-twice",
    summary: "a grant or an index that is declared twice",
    text: concat!(
        r#"The same right for the same grantee, or two indexes over the same columns. A second index is written at every
refresh and read by nobody; a second grant is mostly a grantee that somebody forgot to change.

```sql
CREATE UNIQUE INDEX orders_key ON marts.orders (id);
CREATE UNIQUE INDEX orders_id ON marts.orders (id);
GRANT SELECT ON marts.orders TO finance;
GRANT SELECT ON marts.orders TO finance;
```

Better:

```sql
CREATE UNIQUE INDEX orders_key ON marts.orders (id);
GRANT SELECT ON marts.orders TO finance;
```
"#,
        off!("DM0125")
    ),
    severity: Severity::Warning,
    run,
};

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for object in context.project.catalog.objects.values() {
        grants(object, &mut findings);
        indexes(object, &mut findings);
    }
    findings
}

fn grants(object: &Object, findings: &mut Vec<Diagnostic>) {
    let mut said: BTreeMap<_, Span> = BTreeMap::new();
    for grant in &object.companions.grants {
        let key = (&grant.grantee, &grant.privilege, &grant.columns);
        match said.get(&key) {
            Some(first) => findings.push(
                CHECK
                    .finding(format!(
                        "{} has {} on {} already",
                        grant.grantee.0, grant.privilege, object.name
                    ))
                    .at(object.location(grant.span), "granted again")
                    .related(object.location(*first), "granted here"),
            ),
            None => {
                said.insert(key, grant.span);
            }
        }
    }
}

/// Indexes with the same plain columns; those with expressions or a WHERE are not compared.
fn indexes(object: &Object, findings: &mut Vec<Diagnostic>) {
    let mut said: BTreeMap<(bool, Vec<&str>), Span> = BTreeMap::new();
    for index in &object.companions.indexes {
        let keys = index.index.keys.iter();
        let keys: Option<Vec<&str>> = keys
            .map(|key| key.as_ref().map(|key| key.value.as_str()))
            .collect();
        let Some(keys) = keys.filter(|_| index.index.predicate.is_none()) else {
            continue;
        };
        let columns = keys.join(", ");
        let key = (index.index.unique, keys);
        match said.get(&key) {
            Some(first) => findings.push(
                CHECK
                    .finding(format!(
                        "{} has such an index on ({columns}) already",
                        object.name
                    ))
                    .at(object.location(index.span), "over the same columns")
                    .related(object.location(*first), "declared here"),
            ),
            None => {
                said.insert(key, index.span);
            }
        }
    }
}
