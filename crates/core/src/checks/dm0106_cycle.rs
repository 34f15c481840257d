//! DM0106: objects that read each other in a loop.

use super::{Check, Context, place};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::graph::Cycle;

pub(super) const CHECK: Check = Check {
    code: Code::new("DM0106"),
    name: "cycle",
    summary: "objects that read each other in a loop",
    text: concat!(
        r#"Each object of the loop needs another one of it to exist first, so none of them can be created, refreshed or
replaced in order. The shortest loop is shown, with the place of every read.

```sql
-- views/marts/a.sql
CREATE VIEW marts.a AS SELECT id FROM marts.b;
-- views/marts/b.sql
CREATE VIEW marts.b AS SELECT id FROM marts.a;
```

Better: put what both need into an object of its own that reads neither of them.

```sql
CREATE VIEW marts.base AS SELECT id FROM raw.orders;
CREATE VIEW marts.a AS SELECT id FROM marts.base;
CREATE VIEW marts.b AS SELECT id FROM marts.a;
```

It can be switched off like any check, but no plan can be made of a loop.
"#,
        off!("DM0106")
    ),
    severity: Severity::Error,
    run,
};

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let cycles = context.graph.cycles();
    cycles.iter().filter_map(finding).collect()
}

fn finding(cycle: &Cycle) -> Option<Diagnostic> {
    let (first, others) = cycle.edges.split_first()?;
    let start = &first.reader;
    let message = if others.is_empty() {
        format!("{start} reads itself")
    } else {
        let through: Vec<String> = others.iter().map(|edge| edge.reader.to_string()).collect();
        format!("{start} reads itself through {}", place::and_list(&through))
    };
    let mut finding = CHECK.finding(message);
    if let Some(at) = first.at.first() {
        finding = finding.at(at.clone(), format!("{start} reads {}", first.read));
    }
    for edge in others {
        if let Some(at) = edge.at.first() {
            finding = finding.related(at.clone(), format!("{} reads {}", edge.reader, edge.read));
        }
    }
    Some(finding)
}
