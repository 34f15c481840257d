//! DM0104: a column or alias that nothing in scope has.

use std::collections::BTreeSet;

use dormer_sql::query::{Query, Unresolved};
use dormer_sql::{Name, Span};

use super::{Check, Context, facts, place, unresolved};
use crate::diagnostic::{Code, Diagnostic, Proposals, Severity};
use crate::model::name::ObjectName;
use crate::model::object::Object;

pub(super) const CHECK: Check = Check {
    code: Code::new("DM0104"),
    name: "unknown-column",
    summary: "a column is read that nothing in scope has",
    text: concat!(
        r#"The query names a column that none of the objects it reads has, or puts a name before a dot that no FROM
introduces. The engine would refuse the CREATE, in the middle of an apply. The columns of indexes, comments and
grants, and the queries of audits, are held against what the object has in the same way.

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
    let mut proposals = Proposals::default();
    let mut findings = Vec::new();
    for asked in unresolved::queries(context) {
        let scope = Scope::of(context, &asked);
        for unresolved in &*asked.unresolved {
            findings.extend(scope.finding(unresolved, &mut proposals));
        }
    }
    for (name, object) in &context.project.catalog.objects {
        let Some(columns) = context.lineages.columns.get(name) else {
            continue;
        };
        findings.extend(in_companions(context, object, columns, &mut proposals));
    }
    findings
}

/// The columns of indexes, comments and grants that the object itself does not have.
fn in_companions(
    context: &Context<'_>,
    object: &Object,
    columns: &[Name],
    proposals: &mut Proposals,
) -> Vec<Diagnostic> {
    let dialect = context.project.target.dialect;
    let facts = facts::of(dialect);
    let named = unresolved::in_companions(object, dialect);
    if named.is_empty() {
        return Vec::new();
    }
    let has: BTreeSet<&str> = columns.iter().map(Name::as_str).collect();
    let missing = named.into_iter().filter(|named| {
        !has.contains(named.column)
            && !facts.is_hidden_column(named.column)
            && !facts.system_columns.contains(&named.column)
    });
    missing
        .map(|named| {
            let finding = CHECK
                .finding(format!("column \"{}\" does not exist", named.column))
                .at(
                    object.location(named.span),
                    format!("{} has no such column", object.name),
                );
            with_proposal(finding, named.column, columns, proposals)
        })
        .collect()
}

/// A query with what it reads.
struct Scope<'a> {
    context: &'a Context<'a>,
    object: &'a Object,
    query: &'a Query,
    reads: BTreeSet<ObjectName>,
}

impl<'a> Scope<'a> {
    fn of(context: &'a Context<'a>, asked: &unresolved::Asked<'a>) -> Self {
        let references = asked.query.references().iter();
        Self {
            context,
            object: asked.object,
            query: asked.query,
            reads: references
                .map(|reference| ObjectName::of(&reference.name))
                .collect(),
        }
    }

    fn finding(&self, unresolved: &Unresolved, proposals: &mut Proposals) -> Option<Diagnostic> {
        match unresolved {
            Unresolved::UnknownColumn {
                span,
                column,
                of,
                candidates,
            } => {
                let finding = self.column((*span, column), of.as_deref(), candidates)?;
                Some(with_proposal(finding, column, candidates, proposals))
            }
            Unresolved::UnknownAlias { span, alias } => Some(self.alias(*span, alias, proposals)),
            Unresolved::AmbiguousColumn { .. } => None,
        }
    }

    fn column(
        &self,
        (span, column): (Span, &str),
        of: Option<&str>,
        candidates: &[String],
    ) -> Option<Diagnostic> {
        // Something is read and no column of it is known: then none is missing either.
        if of.is_none() && candidates.is_empty() && !self.query.references().is_empty() {
            return None;
        }
        if facts::of(self.context.project.target.dialect).is_hidden_column(column) {
            return None;
        }
        let read = of.map_or_else(|| self.only_read(), |of| self.named(of));
        let label = match (&read, of) {
            (Some(name), _) => format!("{name} has no such column"),
            (None, Some(of)) => format!("{of} has no such column"),
            (None, None) => "nothing in scope has such a column".to_owned(),
        };
        let mut finding = CHECK
            .finding(format!("column \"{column}\" does not exist"))
            .at(self.object.location(span), label);
        finding.notes = read
            .and_then(|name| place::declared_in(self.context, name))
            .into_iter()
            .collect();
        Some(finding)
    }

    fn alias(&self, span: Span, alias: &str, proposals: &mut Proposals) -> Diagnostic {
        let references = self.query.references().iter();
        let mut names = references.map(|reference| reference.name.last());
        let finding = CHECK
            .finding(format!("nothing is called \"{alias}\" here"))
            .at(
                self.object.location(span),
                "no FROM or JOIN in scope introduces this name",
            );
        if names.any(|name| name == alias) {
            return finding.note("it is read under an alias, and only that name holds");
        }
        let names = self.reads.iter().map(|read| read.name.as_str());
        match proposals.suggest(alias, names) {
            Some(meant) => finding.help(format!("did you mean \"{meant}\"?")),
            None => finding,
        }
    }

    /// The one object that the query reads, when it reads one only.
    fn only_read(&self) -> Option<&ObjectName> {
        let mut reads = self.reads.iter();
        let only = reads.next()?;
        reads.next().is_none().then_some(only)
    }

    /// The object that a qualifier stands for, when it is plain which one.
    fn named(&self, qualifier: &str) -> Option<&ObjectName> {
        let last = qualifier.rsplit('.').next().unwrap_or(qualifier);
        let mut named = self.reads.iter().filter(|name| name.name == last);
        match (named.next(), named.next()) {
            (Some(name), None) => Some(name),
            (Some(_), Some(_)) => None,
            // An alias: with one object read, it can stand for no other.
            (None, _) => self.only_read(),
        }
    }
}

/// Proposes the nearest column, or else one that is a part of the word: `net` for `net_amount`.
fn with_proposal<S: AsRef<str>>(
    finding: Diagnostic,
    column: &str,
    candidates: &[S],
    proposals: &mut Proposals,
) -> Diagnostic {
    let names = || candidates.iter().map(AsRef::as_ref);
    let meant = proposals.suggest(column, names()).or_else(|| {
        let shares = |name: &&str| starts_with_part(column, name) || starts_with_part(name, column);
        proposals
            .spend(names())
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
