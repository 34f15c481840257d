//! DM0126: a name that starts with a digit.

use super::{Check, Context};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const CHECK: Check = Check {
    code: Code::new("DM0126"),
    name: "digit-first-name",
    summary: "a name that starts with a digit",
    text: concat!(
        r#"A name that starts with a digit is one to the engine only in quotes. Whoever reads the object must know that,
in every query and every tool, and text without the quotes fails far from here.

```sql
CREATE VIEW marts."2024_orders" AS SELECT id FROM sub.orders;
```

Better:

```sql
CREATE VIEW marts.orders_2024 AS SELECT id FROM sub.orders;
```
"#,
        off!("DM0126")
    ),
    severity: Severity::Warning,
    run,
};

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for object in context.project.catalog.objects.values() {
        let indexes = object.companions.indexes.iter();
        let indexes = indexes.filter_map(|index| index.index.name.as_ref());
        let names = object.written.parts.iter();
        let names = names.chain(indexes.flat_map(|name| &name.parts));
        let starts_with_digit = |value: &str| value.starts_with(|c: char| c.is_ascii_digit());
        for name in names.filter(|name| starts_with_digit(&name.value)) {
            findings.push(
                CHECK
                    .finding(format!("the name {} starts with a digit", name.value))
                    .at(object.location(name.span), "is a name in quotes only")
                    .help("put a word before the number, or the number last"),
            );
        }
    }
    findings
}
