//! Pointing chosen references at other names, by span, and nothing else.
//!
//! A relation without alias is also the qualifier of its columns. So where its last name changes,
//! it gets its old name as alias; `t.c` then stays as it is, and `s.t.c` loses its schema. Where
//! that alias would stand twice in one FROM, columns get the new name instead. Where a relation of
//! a subquery would catch a column that means the one outside, there is no way by names alone, and
//! that is the answer.

use std::fmt;

use super::{LongName, Query, Reference};
use crate::ident::{QualifiedName, quote};
use crate::rewrite::Edit;
use crate::span::Span;

/// A column that would mean another relation after the renaming.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Captured {
    pub span: Span,
}

impl fmt::Display for Captured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a column would mean another relation of the same name: give them aliases")
    }
}

impl std::error::Error for Captured {}

/// A reference with its new name and the way its columns are qualified then.
struct Renamed<'a> {
    reference: &'a Reference,
    name: String,
    qualify: Qualify,
}

impl Query {
    /// The edits after which the query reads what `new_name` says instead; none for a relation
    /// that it has no name for. The new name is folded parts, without quotes.
    ///
    /// # Errors
    /// [`Captured`] when no edit of names keeps the meaning.
    pub fn rename(
        &self,
        text: &str,
        new_name: &dyn Fn(&QualifiedName) -> Option<Vec<String>>,
    ) -> Result<Vec<Edit>, Captured> {
        let renamed: Vec<Renamed<'_>> = self
            .references
            .iter()
            .filter_map(|reference| {
                let parts = new_name(&reference.name)?;
                let qualify = self.qualify(reference, &parts);
                Some(Renamed {
                    reference,
                    name: quoted(&parts),
                    qualify,
                })
            })
            .collect();
        let mut edits = Vec::new();
        for Renamed {
            reference,
            name,
            qualify,
        } in &renamed
        {
            let span = reference.name.span;
            edits.push(Edit {
                span,
                replacement: set_apart(text, span, name),
            });
            if let (Qualify::ByAlias, Some(slot)) = (qualify, reference.slot) {
                let old = reference.name.parts.last();
                let old = old.map_or("", |part| part.span.slice(text));
                let span = Span::new(slot.at, slot.at);
                edits.push(Edit {
                    span,
                    replacement: format!(" AS {old}"),
                });
            }
        }
        for long in &self.long_names {
            edits.extend(self.qualifier_edit(long, &renamed)?);
        }
        edits.sort_by_key(|edit| edit.span);
        edits.dedup();
        Ok(edits)
    }

    fn qualify(&self, reference: &Reference, new: &[String]) -> Qualify {
        let same_last = new.last().is_some_and(|last| last == reference.name.last());
        match reference.slot {
            None => Qualify::Never,
            Some(_) if same_last || self.alias_clashes(reference) => Qualify::ByNewName,
            Some(_) => Qualify::ByAlias,
        }
    }

    /// What a column written with its relation's schema becomes, if that relation is renamed.
    fn qualifier_edit(
        &self,
        long: &LongName,
        renamed: &[Renamed<'_>],
    ) -> Result<Option<Edit>, Captured> {
        // The innermost SELECT that reads such a relation is the one that is meant.
        let mut select = long.select;
        let meant = loop {
            let here = |found: &&Renamed<'_>| {
                let slot = found.reference.slot;
                slot.is_some_and(|slot| slot.select == select)
                    && is_same(&found.reference.name, &long.name)
            };
            if let Some(found) = renamed.iter().find(here) {
                break found;
            }
            if select == 0 {
                return Ok(None);
            }
            select = self.parents.get(select as usize).copied().unwrap_or(0);
        };
        if meant.qualify == Qualify::ByNewName {
            let replacement = meant.name.clone();
            return Ok(Some(Edit {
                span: long.name.span,
                replacement,
            }));
        }
        if self.is_caught(long, select) {
            return Err(Captured {
                span: long.name.span,
            });
        }
        let last = long
            .name
            .parts
            .last()
            .map_or(long.name.span, |part| part.span);
        let span = Span::new(long.name.span.start, last.start);
        Ok(Some(Edit {
            span,
            replacement: String::new(),
        }))
    }

    /// Tells whether a SELECT between the column and its relation reads something of the same name.
    fn is_caught(&self, long: &LongName, until: u32) -> bool {
        let mut select = long.select;
        while select != until && select != 0 {
            let here = |other: &&Reference| other.slot.is_some_and(|slot| slot.select == select);
            let mut others = self.references.iter().filter(here);
            if others.any(|other| other.name.last() == long.name.last()) {
                return true;
            }
            select = self.parents.get(select as usize).copied().unwrap_or(0);
        }
        false
    }

    /// Tells whether another relation of the same FROM is called the same without its schema.
    fn alias_clashes(&self, reference: &Reference) -> bool {
        let here = |other: &Reference| match (other.slot, reference.slot) {
            (Some(other), Some(slot)) => other.select == slot.select,
            _ => false,
        };
        let same = |other: &Reference| other.name.last() == reference.name.last();
        let apart = |other: &Reference| other.name.span != reference.name.span;
        self.references
            .iter()
            .any(|other| here(other) && same(other) && apart(other))
    }
}

/// How the columns of a renamed relation are qualified afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Qualify {
    /// By its old last name, which is its alias now.
    ByAlias,
    /// By its new name.
    ByNewName,
    /// It has an alias of its own: no column is qualified by its name.
    Never,
}

/// The new name, with a space where it would grow together with what stands beside it, as in
/// `FROM"a""b"`.
fn set_apart(text: &str, span: Span, name: &str) -> String {
    let clings = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '"');
    let before = text
        .get(..span.start as usize)
        .and_then(|text| text.chars().next_back());
    let after = text
        .get(span.end as usize..)
        .and_then(|text| text.chars().next());
    let before = if before.is_some_and(clings) { " " } else { "" };
    let after = if after.is_some_and(clings) { " " } else { "" };
    format!("{before}{name}{after}")
}

fn quoted(parts: &[String]) -> String {
    let parts: Vec<String> = parts.iter().map(|part| quote(part)).collect();
    parts.join(".")
}

/// Tells whether a qualifier names the relation, as far as both are written.
fn is_same(relation: &QualifiedName, qualifier: &QualifiedName) -> bool {
    let mine = relation.parts.iter().rev();
    mine.zip(qualifier.parts.iter().rev())
        .all(|(mine, theirs)| mine.value == theirs.value)
}

#[cfg(test)]
mod tests {
    use super::Captured;
    use crate::query::parse;
    use crate::rewrite::rewrite;
    use crate::{Dialect, Span};

    /// Renames `shop.orders` to `shop."Orders 2"` and `crm.orders` to `crm.deals`.
    fn renamed(text: &str) -> String {
        try_renamed(text).unwrap()
    }

    fn try_renamed(text: &str) -> Result<String, Captured> {
        let span = Span::of(0..text.len());
        let query = parse(text, span, Dialect::Postgres);
        let edits = query.rename(text, &|name| match name.dotted().as_str() {
            "shop.orders" => Some(vec!["shop".to_owned(), "Orders 2".to_owned()]),
            "crm.orders" => Some(vec!["crm".to_owned(), "deals".to_owned()]),
            _ => None,
        })?;
        Ok(rewrite(text, span, &edits).unwrap())
    }

    #[test]
    fn a_column_that_would_be_caught_is_an_error() {
        let caught = "SELECT orders.a FROM shop.orders WHERE EXISTS \
            (SELECT 1 FROM crm.orders WHERE shop.orders.id = orders.id)";
        let span = try_renamed(caught).unwrap_err().span;
        assert_eq!(span.slice(caught), "shop.orders");
    }

    #[test]
    fn columns_keep_their_qualifier_through_an_alias() {
        let cases = [
            (
                "SELECT o.id FROM shop.orders o",
                "SELECT o.id FROM shop.\"Orders 2\" o",
            ),
            (
                "SELECT orders.id FROM shop.orders",
                "SELECT orders.id FROM shop.\"Orders 2\" AS orders",
            ),
            (
                "SELECT shop.orders.id, shop.orders.* FROM shop.orders WHERE shop.Orders.id > 1",
                "SELECT orders.id, orders.* FROM shop.\"Orders 2\" AS orders WHERE Orders.id > 1",
            ),
            (
                "SELECT shop.orders.id FROM shop.orders, crm.orders",
                "SELECT shop.\"Orders 2\".id FROM shop.\"Orders 2\", crm.deals",
            ),
            (
                "SELECT 1 FROM ONLY (shop.orders)",
                "SELECT 1 FROM ONLY (shop.\"Orders 2\") AS orders",
            ),
            (
                "SELECT 1 FROM shop.orders * -- x\n TABLESAMPLE system (1)",
                "SELECT 1 FROM shop.\"Orders 2\" * AS orders -- x\n TABLESAMPLE system (1)",
            ),
            (
                "SELECT shop.orders.a FROM shop.orders UNION SELECT shop.orders.a FROM shop.orders, crm.orders",
                "SELECT orders.a FROM shop.\"Orders 2\" AS orders UNION SELECT shop.\"Orders 2\".a FROM shop.\"Orders 2\", crm.deals",
            ),
            ("TABLE shop.orders", "TABLE shop.\"Orders 2\""),
            (
                "WITH orders AS (SELECT 1) SELECT 'shop.orders' FROM orders -- shop.orders",
                "WITH orders AS (SELECT 1) SELECT 'shop.orders' FROM orders -- shop.orders",
            ),
        ];
        for (before, after) in cases {
            assert_eq!(renamed(before), after);
        }
    }
}
