//! DM0104: a column or alias that nothing in scope has.

use dormer_sql::query::{Owner, Query, Unresolved};

use super::{Check, Context, facts, place};
use crate::diagnostic::{Code, Diagnostic, Severity, suggest};
use crate::model::name::ObjectName;
use crate::model::object::Object;

pub(super) const CHECK: Check = Check {
    code: Code::new("DM0104"),
    name: "unknown-column",
    summary: "a column is read that nothing in scope has",
    text: concat!(
        r#"The query names a column that none of the objects it reads has, or puts a name before a dot that no FROM
introduces. The engine would refuse the CREATE, in the middle of an apply.

Columns are known of every declared object, and of externals that `catalog.lock` records. Where the
columns of one object in scope are not known, a bare name may be its column, and nothing is said.

```sql
CREATE VIEW marts.orders_weekly AS
SELECT week, sum(net_amount) AS revenue   -- marts.orders_daily calls it net
FROM marts.orders_daily
GROUP BY week;
```

Better:

```sql
CREATE VIEW marts.orders_weekly AS
SELECT week, sum(net) AS revenue
FROM marts.orders_daily
GROUP BY week;
```

When an external has gained the column since, add it in `catalog.lock`.
"#,
        off!("DM0104")
    ),
    severity: Severity::Error,
    run,
};

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (name, lineage) in &context.lineages.of {
        if lineage.unresolved.is_empty() {
            continue;
        }
        let Some(object) = context.project.catalog.objects.get(name) else {
            continue;
        };
        let found = lineage
            .unresolved
            .iter()
            .filter_map(|unresolved| finding(context, object, unresolved));
        findings.extend(found);
    }
    findings
}

fn finding(context: &Context<'_>, object: &Object, unresolved: &Unresolved) -> Option<Diagnostic> {
    match unresolved {
        Unresolved::UnknownColumn {
            span,
            column,
            of,
            candidates,
        } => {
            // Something is read and no column of it is known: then none is missing either.
            let reads = object.definition.query.iter().flat_map(Query::references);
            if of.is_none() && candidates.is_empty() && reads.count() > 0 {
                return None;
            }
            if facts::of(context.project.target.dialect).is_hidden_column(column) {
                return None;
            }
            let read = match of {
                Some(Owner::Relation(path)) => Some(ObjectName::of_path(path)),
                // A CTE or a subquery: its name may be an object's too, and means none.
                Some(Owner::Derived(_)) => None,
                None => only_read(context, object),
            };
            let label = match (&read, of) {
                (Some(name), _) => format!("{name} has no such column"),
                (None, Some(of)) => format!("{of} has no such column"),
                (None, None) => "nothing in scope has such a column".to_owned(),
            };
            let mut finding = CHECK
                .finding(format!("column \"{column}\" does not exist"))
                .at(object.location(*span), label);
            finding.notes = read
                .and_then(|name| place::declared_in(context, &name))
                .into_iter()
                .collect();
            Some(with_proposal(finding, column, candidates))
        }
        Unresolved::UnknownAlias { span, alias } => {
            let names = object.definition.query.iter();
            let names = names.flat_map(Query::references);
            let names: Vec<&str> = names.map(|reference| reference.name.last()).collect();
            let hidden = names.contains(&alias.as_str());
            let finding = CHECK
                .finding(format!("nothing is called \"{alias}\" here"))
                .at(
                    object.location(*span),
                    "no FROM or JOIN in scope introduces this name",
                );
            if hidden {
                let note = "it is read under an alias, and only that name holds";
                return Some(finding.note(note));
            }
            Some(match suggest(alias, names) {
                Some(meant) => finding.help(format!("did you mean \"{meant}\"?")),
                None => finding,
            })
        }
        Unresolved::AmbiguousColumn { .. } => None,
    }
}

/// The one object that the query reads, when it reads one only.
fn only_read(context: &Context<'_>, object: &Object) -> Option<ObjectName> {
    let mut reads = context.graph.reads.get(&object.name)?.iter();
    let only = reads.next()?;
    reads.next().is_none().then(|| only.clone())
}

/// Proposes the nearest column, or else one that is a part of the word: `net` for `net_amount`.
fn with_proposal(finding: Diagnostic, column: &str, candidates: &[String]) -> Diagnostic {
    let names = || candidates.iter().map(String::as_str);
    let meant = suggest(column, names()).or_else(|| {
        let shares = |name: &&str| starts_with_part(column, name) || starts_with_part(name, column);
        names()
            .filter(shares)
            .min_by_key(|name| (name.len(), *name))
    });
    match meant {
        Some(meant) => finding.help(format!("did you mean \"{meant}\"?")),
        None if !candidates.is_empty() && candidates.len() <= SHOWN => {
            let mut names: Vec<&str> = names().collect();
            names.sort_unstable();
            finding.help(format!("it has {}", place::and_list(&names)))
        }
        None => finding,
    }
}

/// How many columns a help line names.
const SHOWN: usize = 12;

fn starts_with_part(long: &str, short: &str) -> bool {
    !short.is_empty()
        && long
            .strip_prefix(short)
            .is_some_and(|rest| rest.starts_with('_'))
}
