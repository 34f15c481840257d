//! Pointing chosen references at other names, by span, and nothing else.
//!
//! A relation without alias is also the qualifier of its columns. So where its last name changes,
//! its columns get the new name too. An engine that keeps no names in a definition then says the
//! same of it as if it had been made from the text, once the relation has the public name.
//!
//! **Where that may change the meaning, the relation gets its old name as alias**: where a word may
//! be its whole row, the new name means something else, or the query is not wholly understood; and
//! everywhere on an engine that keeps the words of a definition. `t.c` then stays as it is, and
//! `s.t.c` loses its schema. An alias that would stand twice in one FROM is not given. Where a
//! relation of a subquery would catch a column that means the one outside, there is no way by names
//! alone, and that is the answer.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::qualifiers::{Qualifier, Written};
use super::{Query, Reference};
use crate::dialect::Renaming;
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
    new: Vec<String>,
    qualify: Qualify,
}

/// How the columns of a renamed relation are qualified afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Qualify {
    /// By its old last name, which is its alias now.
    ByAlias,
    /// By its new name.
    ByNewName,
}

/// What each relation is called after the renaming, without its schema, by what it was called.
type LastNames<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

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
        let mut renamed: BTreeMap<u32, Renamed<'_>> = BTreeMap::new();
        for reference in &self.references {
            if let Some(new) = new_name(&reference.name) {
                let qualify = Qualify::ByNewName;
                let start = reference.name.span.start;
                renamed.insert(
                    start,
                    Renamed {
                        reference,
                        new,
                        qualify,
                    },
                );
            }
        }
        self.choose(&mut renamed)?;
        let mut edits = Vec::new();
        for of in renamed.values() {
            let span = of.reference.name.span;
            edits.push(Edit {
                span,
                replacement: set_apart(text, span, &quoted(&of.new)),
            });
            if let (Qualify::ByAlias, Some(slot)) = (of.qualify, of.reference.slot) {
                // A word that only a dot made a name has to be quoted where it stands alone.
                let old = quote(of.reference.name.last());
                let span = Span::new(slot.at, slot.at);
                edits.push(Edit {
                    span,
                    replacement: format!(" AS {old}"),
                });
            }
        }
        for qualifier in &self.qualifiers.found {
            if let Some(of) = renamed.get(&qualifier.of) {
                edits.extend(qualifier_edit(text, qualifier, of)?);
            }
        }
        edits.sort_by_key(|edit| edit.span);
        edits.dedup_by_key(|edit| edit.span);
        Ok(edits)
    }

    /// Chooses how the columns of each renamed relation are qualified.
    fn choose(&self, renamed: &mut BTreeMap<u32, Renamed<'_>>) -> Result<(), Captured> {
        let follows = self.rules.renaming == Renaming::Follows && self.partial.is_empty();
        let mut chosen = Vec::new();
        {
            let names = self.last_names(renamed);
            let clashing = self.clashing();
            for (start, of) in renamed.iter() {
                let old = of.reference.name.last();
                let new = of.new.last().map_or("", String::as_str);
                let bound = self.qualifiers.bound.contains(start);
                let free = follows && !bound && self.is_free(&names, old, new);
                match of.reference.slot {
                    _ if new == old => {}
                    Some(slot) if !free && !clashing.contains(&(slot.select, old)) => {
                        chosen.push(*start);
                    }
                    // `TABLE t ORDER BY t`: no alias can stand there.
                    None if bound => {
                        return Err(Captured {
                            span: of.reference.name.span,
                        });
                    }
                    Some(_) | None => {}
                }
            }
        }
        for start in chosen {
            if let Some(of) = renamed.get_mut(&start) {
                of.qualify = Qualify::ByAlias;
            }
        }
        Ok(())
    }

    /// What stands in FROM without alias is called what before and after.
    fn last_names<'a>(&'a self, renamed: &'a BTreeMap<u32, Renamed<'_>>) -> LastNames<'a> {
        let mut names = LastNames::new();
        for reference in &self.references {
            let old = reference.name.last();
            let of = renamed.get(&reference.name.span.start);
            let new = of.and_then(|of| of.new.last());
            for name in [Some(old), new.map(String::as_str)].into_iter().flatten() {
                names.entry(name).or_default().insert(old);
            }
        }
        names
    }

    /// Tells whether a new last name means nothing else anywhere in the query.
    fn is_free(&self, names: &LastNames<'_>, old: &str, new: &str) -> bool {
        let others = names.get(new).into_iter().flatten();
        let apart = others.filter(|other| **other != old).count() == 0;
        apart && !self.qualifiers.given.contains(new)
    }

    /// The names that several relations of one FROM are called by, without their schemas.
    fn clashing(&self) -> BTreeSet<(u32, &str)> {
        let mut seen = BTreeSet::new();
        let named = self.references.iter().filter_map(|reference| {
            let slot = reference.slot?;
            Some((slot.select, reference.name.last()))
        });
        named.filter(|name| !seen.insert(*name)).collect()
    }
}

/// What a qualifier becomes whose relation is renamed.
fn qualifier_edit(
    text: &str,
    qualifier: &Qualifier,
    of: &Renamed<'_>,
) -> Result<Option<Edit>, Captured> {
    let span = qualifier.span;
    let last = Span::new(qualifier.last, span.end);
    let stays = of
        .new
        .last()
        .is_some_and(|new| new == of.reference.name.last());
    let name = match (of.qualify, qualifier.written) {
        (Qualify::ByAlias, Written::LongOnly) => return Err(Captured { span }),
        (_, Written::Unsure) if !stays => return Err(Captured { span }),
        (Qualify::ByAlias, Written::Short) => return Ok(None),
        (Qualify::ByAlias, Written::Long | Written::Unsure) => last.slice(text).to_owned(),
        (Qualify::ByNewName, Written::Short) if stays => return Ok(None),
        (Qualify::ByNewName, Written::Short) => {
            of.new.last().map_or_else(String::new, |n| quote(n))
        }
        (Qualify::ByNewName, _) => quoted(&of.new),
    };
    let replacement = set_apart(text, span, &name);
    Ok(Some(Edit { span, replacement }))
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

#[cfg(test)]
mod tests {
    use super::Captured;
    use crate::query::parse;
    use crate::rewrite::rewrite;
    use crate::{Dialect, Span};

    /// Renames `shop.orders` to `shop."Orders 2"`, `crm.orders` to `crm.deals`, and `orders` to
    /// `o2`.
    fn renamed(text: &str) -> String {
        try_renamed(text, Dialect::Postgres).unwrap()
    }

    fn try_renamed(text: &str, dialect: Dialect) -> Result<String, Captured> {
        let span = Span::of(0..text.len());
        let query = parse(text, span, dialect);
        let edits = query.rename(text, &|name| match name.dotted().as_str() {
            "shop.orders" => Some(vec!["shop".to_owned(), "Orders 2".to_owned()]),
            "crm.orders" => Some(vec!["crm".to_owned(), "deals".to_owned()]),
            "orders" => Some(vec!["o2".to_owned()]),
            _ => None,
        })?;
        Ok(rewrite(text, span, &edits).unwrap())
    }

    #[test]
    fn a_column_that_would_be_caught_is_an_error() {
        let caught = "SELECT orders.a, orders FROM shop.orders WHERE EXISTS \
            (SELECT 1 FROM crm.orders WHERE shop.orders.id = orders.id)";
        let span = try_renamed(caught, Dialect::Postgres).unwrap_err().span;
        assert_eq!(span.slice(caught), "shop.orders");
        for caught in [
            "SELECT 1 FROM shop.orders WHERE EXISTS (SELECT 1 FROM orders WHERE shop.orders.id = 1)",
            "TABLE shop.orders ORDER BY orders",
        ] {
            assert!(try_renamed(caught, Dialect::Postgres).is_err(), "{caught}");
        }
    }

    fn assert_renamed(cases: &[(&str, &str)]) {
        for (before, after) in cases {
            assert_eq!(renamed(before), *after);
        }
    }

    #[test]
    fn columns_get_the_new_name_as_qualifier() {
        assert_renamed(&[
            (
                "SELECT o.id FROM shop.orders o",
                "SELECT o.id FROM shop.\"Orders 2\" o",
            ),
            (
                "SELECT\"orders\".id, ORDERS.*, count(orders.*) FROM shop.orders",
                "SELECT \"Orders 2\".id, \"Orders 2\".*, count(\"Orders 2\".*) FROM shop.\"Orders 2\"",
            ),
            (
                "SELECT shop.orders.id, shop.orders.* FROM shop.orders WHERE shop.Orders.id > 1",
                "SELECT shop.\"Orders 2\".id, shop.\"Orders 2\".* FROM shop.\"Orders 2\" WHERE shop.\"Orders 2\".id > 1",
            ),
            (
                "SELECT shop.orders.id FROM shop.orders, crm.orders",
                "SELECT shop.\"Orders 2\".id FROM shop.\"Orders 2\", crm.deals",
            ),
            (
                "SELECT shop.orders.a FROM shop.orders UNION SELECT orders.a FROM crm.orders",
                "SELECT shop.\"Orders 2\".a FROM shop.\"Orders 2\" UNION SELECT deals.a FROM crm.deals",
            ),
            (
                "SELECT 1 FROM shop.orders * -- x\n TABLESAMPLE system (1)",
                "SELECT 1 FROM shop.\"Orders 2\" * -- x\n TABLESAMPLE system (1)",
            ),
            (
                "TABLE shop.orders ORDER BY orders.id",
                "TABLE shop.\"Orders 2\" ORDER BY \"Orders 2\".id",
            ),
            (
                "(SELECT 1 FROM crm.orders) ORDER BY orders.id, crm.orders.id LIMIT 1",
                "(SELECT 1 FROM crm.deals) ORDER BY deals.id, crm.deals.id LIMIT 1",
            ),
            (
                "SELECT max(orders.id) FILTER (WHERE orders.a > 1) OVER w AS orders, b orders \
                 FROM crm.orders WINDOW w AS (PARTITION BY orders.b ORDER BY orders.c) ORDER BY orders",
                "SELECT max(deals.id) FILTER (WHERE deals.a > 1) OVER w AS orders, b orders \
                 FROM crm.deals WINDOW w AS (PARTITION BY deals.b ORDER BY deals.c) ORDER BY orders",
            ),
        ]);
    }

    #[test]
    fn columns_of_others_of_the_name_stay() {
        assert_renamed(&[
            (
                "WITH orders AS (SELECT 1) SELECT 'shop.orders' FROM orders -- shop.orders",
                "WITH orders AS (SELECT 1) SELECT 'shop.orders' FROM orders -- shop.orders",
            ),
            (
                "WITH orders AS (SELECT orders.id FROM crm.orders) SELECT orders.id FROM orders",
                "WITH orders AS (SELECT deals.id FROM crm.deals) SELECT orders.id FROM orders",
            ),
            (
                "SELECT orders.a FROM crm.orders WHERE EXISTS (SELECT orders.b FROM x AS orders)",
                "SELECT deals.a FROM crm.deals WHERE EXISTS (SELECT orders.b FROM x AS orders)",
            ),
            (
                "SELECT orders.a FROM crm.orders WHERE EXISTS (SELECT orders.b FROM shop.orders, \
                 x JOIN y ON orders.c = 1, (SELECT orders.d) s, LATERAL (SELECT orders.e) t)",
                "SELECT deals.a FROM crm.deals WHERE EXISTS (SELECT \"Orders 2\".b FROM shop.\"Orders 2\", \
                 x JOIN y ON deals.c = 1, (SELECT deals.d) s, LATERAL (SELECT \"Orders 2\".e) t)",
            ),
            (
                "SELECT orders.a FROM crm.orders WHERE EXISTS \
                 (SELECT orders.b FROM (shop.orders JOIN x ON orders.id = 1) AS j)",
                "SELECT deals.a FROM crm.deals WHERE EXISTS \
                 (SELECT deals.b FROM (shop.\"Orders 2\" JOIN x ON \"Orders 2\".id = 1) AS j)",
            ),
            (
                "SELECT orders.a FROM shop.orders WHERE EXISTS \
                 (SELECT 1 FROM crm.orders WHERE shop.orders.id = orders.id)",
                "SELECT \"Orders 2\".a FROM shop.\"Orders 2\" WHERE EXISTS \
                 (SELECT 1 FROM crm.deals WHERE shop.\"Orders 2\".id = deals.id)",
            ),
        ]);
    }

    #[test]
    fn an_alias_keeps_the_name_where_the_meaning_may_change() {
        let bound = [
            "orders",
            "count(orders)",
            "ROW(orders)",
            "orders::text",
            "(orders).id",
            "(orders.*)",
            "(SELECT orders)",
            "id::orders",
        ];
        for value in bound {
            let before = format!("SELECT {value}, crm.orders.id FROM crm.orders");
            let after = format!("SELECT {value}, orders.id FROM crm.deals AS orders");
            assert_eq!(renamed(&before), after);
        }
        assert_renamed(&[
            (
                "SELECT orders.id FROM crm.orders FOR UPDATE OF orders",
                "SELECT orders.id FROM crm.deals AS orders FOR UPDATE OF orders",
            ),
            (
                "SELECT orders.id FROM crm.orders, deals",
                "SELECT orders.id FROM crm.deals AS orders, deals",
            ),
            (
                "SELECT orders.id FROM crm.orders, x AS deals",
                "SELECT orders.id FROM crm.deals AS orders, x AS deals",
            ),
            (
                "SELECT (orders).id FROM ONLY (shop.orders)",
                "SELECT (orders).id FROM ONLY (shop.\"Orders 2\") AS orders",
            ),
            (
                "SELECT orders FROM shop.orders * -- x\n TABLESAMPLE system (1)",
                "SELECT orders FROM shop.\"Orders 2\" * AS orders -- x\n TABLESAMPLE system (1)",
            ),
        ]);
    }

    #[test]
    fn an_engine_that_keeps_the_words_gets_the_alias() {
        let before = "SELECT shop.orders.id FROM shop.orders ORDER BY shop.orders.id";
        let after = "SELECT orders.id FROM shop.\"Orders 2\" AS orders ORDER BY orders.id";
        for dialect in [Dialect::Redshift, Dialect::RisingWave, Dialect::Materialize] {
            assert_eq!(try_renamed(before, dialect).unwrap(), after);
        }
    }
}
