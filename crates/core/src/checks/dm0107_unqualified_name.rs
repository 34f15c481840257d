//! DM0107: a name without its schema.

use std::collections::BTreeSet;

use super::{Check, Context, facts, reading};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::model::name::{DEFAULT_SCHEMA, ObjectName};
use crate::model::object::Object;

pub(super) const CHECK: Check = Check {
    code: Code::new("DM0107"),
    name: "unqualified-name",
    summary: "a name without its schema",
    text: concat!(
        r#"A name without a schema means whatever `search_path` of the session says, and that differs between people,
tools and targets. Dormer takes it for a name in `public`, which may be another object than the one that
the engine finds. On RisingWave a view even looks the name up anew for every reader.

```sql
CREATE VIEW orders AS SELECT id FROM raw_orders;
```

Better:

```sql
CREATE VIEW marts.orders AS SELECT id FROM raw.orders;
```
"#,
        off!("DM0107")
    ),
    severity: Severity::Warning,
    run,
};

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for object in context.project.catalog.objects.values() {
        if object.written.schema().is_none() {
            let taken = ObjectName::of(&object.written);
            findings.push(
                CHECK
                    .finding(format!("{} is named without its schema", object.name.name))
                    .at(
                        object.location(object.written.span),
                        format!("taken for {taken}"),
                    ),
            );
        }
        findings.extend(bare_reads(context, object));
    }
    findings
}

/// One finding for each bare name that the object reads, at its first mention.
fn bare_reads(context: &Context<'_>, object: &Object) -> Vec<Diagnostic> {
    let facts = facts::of(context.project.target.dialect);
    let names = reading::read_by_definition(object).chain(reading::read_by_audits(object));
    let bare =
        names.filter(|name| name.schema().is_none() && !facts.is_system_name(None, name.last()));
    let mut seen = BTreeSet::new();
    bare.filter(|name| seen.insert(name.last()))
        .map(|name| {
            let taken = ObjectName::new(DEFAULT_SCHEMA, name.last());
            CHECK
                .finding(format!("{} is read without its schema", name.last()))
                .at(object.location(name.span), format!("taken for {taken}"))
        })
        .collect()
}
