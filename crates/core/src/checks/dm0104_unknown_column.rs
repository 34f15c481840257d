//! DM0104: a column or alias that nothing in scope has.

use std::collections::BTreeSet;

use dormer_sql::ident::quote;
use dormer_sql::lex::{TokenKind, lex};
use dormer_sql::query::{Owner, Query, Unresolved};
use dormer_sql::{Dialect, Ident, Name, Span};

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
    let mut named = unresolved::in_companions(object).peekable();
    if named.peek().is_none() {
        return Vec::new();
    }
    let has: BTreeSet<&str> = columns.iter().map(Name::as_str).collect();
    let missing = named.filter(|named| {
        !has.contains(named.column)
            && !facts.is_hidden_column(named.column)
            && !facts.system_columns.contains(&named.column)
    });
    missing
        .map(|named| {
            let finding = CHECK
                .finding(format!("column \"{}\" does not exist", named.column))
                .at(
                    object.location(named.span(object, dialect)),
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
                let finding = self.column((*span, column), of.as_ref(), candidates)?;
                Some(with_proposal(finding, column, candidates, proposals))
            }
            Unresolved::UnknownAlias { span, alias } => Some(self.alias(*span, alias, proposals)),
            Unresolved::AmbiguousColumn { .. } => None,
        }
    }

    fn column(
        &self,
        (span, column): (Span, &str),
        of: Option<&Owner>,
        candidates: &[String],
    ) -> Option<Diagnostic> {
        // Something is read and no column of it is known: then none is missing either.
        if of.is_none() && candidates.is_empty() && !self.query.references().is_empty() {
            return None;
        }
        if facts::of(self.context.project.target.dialect).is_hidden_column(column) {
            return None;
        }
        let read = match of {
            Some(Owner::Relation(path)) => self.reads.get(&ObjectName::of_path(path)),
            // A CTE or a subquery: its name may be an object's too, and means none.
            Some(Owner::Derived(_)) => None,
            None => self.only_read(candidates),
        };
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
        let dialect = self.context.project.target.dialect;
        let text = &self.object.source.text;
        let references = self.query.references().iter();
        let names: Vec<Name> = references
            .map(
                |reference| match alias_after(text, reference.name.span, dialect) {
                    Some(alias) => alias,
                    None => reference.name.last().into(),
                },
            )
            .collect();
        match proposals.suggest(alias, names.iter().map(Name::as_str)) {
            Some(meant) => finding.help(format!("did you mean \"{meant}\"?")),
            None => finding,
        }
    }

    /// The one object that the query reads, when it reads one only and what is in scope is its
    /// columns, not those of a CTE or a subquery over it.
    fn only_read(&self, in_scope: &[String]) -> Option<&ObjectName> {
        let mut reads = self.reads.iter();
        let only = reads.next().filter(|_| reads.next().is_none())?;
        let columns = self.context.lineages.columns.get(only)?;
        let same =
            columns.len() == in_scope.len() && in_scope.iter().zip(columns).all(|(a, b)| a == b);
        same.then_some(only)
    }
}

/// The alias that stands behind the name of a relation.
fn alias_after(text: &str, name: Span, dialect: Dialect) -> Option<Name> {
    // Enough for AS and a name, and some space.
    const ENOUGH: usize = 200;
    let rest = text.get(name.end as usize..)?;
    let rest = rest.get(..rest.floor_char_boundary(ENOUGH))?;
    let tokens = lex(rest, dialect);
    let mut tokens = tokens.iter().filter(|token| !token.kind.is_trivia());
    let first = tokens.next()?;
    let token = if first.is_word(rest, "as") {
        tokens.next()?
    } else {
        first
    };
    let alias = Ident::parse(token.text(rest), token.span, dialect).value;
    match token.kind {
        TokenKind::QuotedName(_) => Some(alias),
        // A word that would need quotes is a keyword, and begins what follows.
        TokenKind::Word => (quote(&alias) == alias.as_str()).then_some(alias),
        _ => None,
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
