//! DM0125: a grant, an index, a comment or an owner that the file says twice.

use std::collections::BTreeMap;

use dormer_sql::Span;

use super::{Check, Context};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::model::object::{Object, Replaced, Single};

pub(super) const CHECK: Check = Check {
    code: Code::new("DM0125"),
    name: "said-twice",
    summary: "a grant, an index, a comment or an owner that is declared twice",
    text: concat!(
        r#"The same right for the same grantee, or two indexes over the same columns. A second index is written at every
refresh and read by nobody; a second grant is mostly a grantee that somebody forgot to change. Of two comments or
owners the last one holds.

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
        let first = findings.len();
        grants(object, &mut findings);
        indexes(object, &mut findings);
        let twice = object.companions.replaced.iter();
        findings.extend(twice.map(|found| replaced(object, found)));
        for finding in findings.iter_mut().skip(first) {
            finding.belongs_to = Some(object.place());
        }
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

/// A comment or an owner that a later statement takes the place of.
fn replaced(object: &Object, found: &Replaced) -> Diagnostic {
    let what = match &found.what {
        Single::Comment => format!("the comment on {}", object.name),
        Single::ColumnComment(column) => format!("the comment on {}.{column}", object.name),
        Single::Owner => format!("the owner of {}", object.name),
    };
    CHECK
        .finding(format!("{what} is given twice"))
        .at(object.location(found.by), "the last one holds")
        .related(object.location(found.span), "given before")
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
