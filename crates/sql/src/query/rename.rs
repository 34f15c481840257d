//! Pointing chosen references at other names, by span, and nothing else.
//!
//! A relation without alias is also the qualifier of its columns. So where its last name changes,
//! it gets its old name as alias; `t.c` then stays as it is, and `s.t.c` loses its schema. Where
//! that alias would stand twice in one FROM, columns get the new name instead.

use super::{Query, Reference};
use crate::ident::{QualifiedName, quote};
use crate::rewrite::Edit;
use crate::span::Span;

impl Query {
    /// The edits after which the query reads what `new_name` says instead; none for a relation
    /// that it has no name for. The new name is folded parts, without quotes.
    #[must_use]
    pub fn rename(
        &self,
        text: &str,
        new_name: &dyn Fn(&QualifiedName) -> Option<Vec<String>>,
    ) -> Vec<Edit> {
        let mut edits = Vec::new();
        let mut renamed: Vec<(&Reference, String, Qualify)> = Vec::new();
        for reference in &self.references {
            let Some(parts) = new_name(&reference.name) else {
                continue;
            };
            let replacement = quoted(&parts);
            let qualify = match reference.slot {
                Some(_)
                    if parts
                        .last()
                        .is_some_and(|last| last == reference.name.last()) =>
                {
                    Qualify::ByNewName
                }
                Some(_) if self.alias_clashes(reference) => Qualify::ByNewName,
                Some(slot) => {
                    let old = reference
                        .name
                        .parts
                        .last()
                        .map_or("", |part| part.span.slice(text));
                    let at = Span::new(slot.at, slot.at);
                    edits.push(Edit {
                        span: at,
                        replacement: format!(" AS {old}"),
                    });
                    Qualify::ByAlias
                }
                None => Qualify::Never,
            };
            let span = reference.name.span;
            let apart = set_apart(text, span, &replacement);
            edits.push(Edit {
                span,
                replacement: apart,
            });
            renamed.push((reference, replacement, qualify));
        }
        for long in &self.long_names {
            let mut renamed = renamed
                .iter()
                .filter(|(_, _, qualify)| *qualify != Qualify::Never);
            match renamed.find(|(reference, ..)| is_same(&reference.name, long)) {
                Some((_, _, Qualify::ByAlias)) => {
                    let last = long.parts.last().map_or(long.span, |part| part.span);
                    let span = Span::new(long.span.start, last.start);
                    edits.push(Edit {
                        span,
                        replacement: String::new(),
                    });
                }
                Some((_, name, Qualify::ByNewName)) => {
                    edits.push(Edit {
                        span: long.span,
                        replacement: name.clone(),
                    });
                }
                Some((_, _, Qualify::Never)) | None => {}
            }
        }
        edits.sort_by_key(|edit| edit.span);
        edits.dedup();
        edits
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
    use crate::query::parse;
    use crate::rewrite::rewrite;
    use crate::{Dialect, Span};

    /// Renames `shop.orders` to `shop."Orders 2"` and `crm.orders` to `crm.deals`.
    fn renamed(text: &str) -> String {
        let span = Span::of(0..text.len());
        let query = parse(text, span, Dialect::Postgres);
        let edits = query.rename(text, &|name| match name.dotted().as_str() {
            "shop.orders" => Some(vec!["shop".to_owned(), "Orders 2".to_owned()]),
            "crm.orders" => Some(vec!["crm".to_owned(), "deals".to_owned()]),
            _ => None,
        });
        rewrite(text, span, &edits).unwrap()
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
