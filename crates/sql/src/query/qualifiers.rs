//! The columns that are qualified by a relation without alias, and which relation each one means.
//!
//! PostgreSQL's rules: a qualifier means the innermost FROM item of that name in sight. A plain
//! subquery in FROM sees none of its neighbours, a LATERAL one and a function those before it, and
//! an ON those of its own join. A name of several parts means relations without alias only.
//!
//! **A relation is free when every word that may mean it is known**: then its columns can be
//! qualified in another way. It is bound to its name where a word may be its whole row, or is not
//! understood.

use std::collections::{BTreeMap, BTreeSet};

use crate::dialect::Dialect;
use crate::ident::{Ident, Name, QualifiedName, cut};
use crate::lex::{Token, TokenKind};
use crate::span::Span;

/// A qualifier, and the relation without alias that it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Qualifier {
    pub span: Span,
    /// Where its last part starts.
    pub last: u32,
    /// Where the name of the relation starts.
    pub of: u32,
    pub written: Written,
}

/// How a qualifier says which relation it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// By the last name alone.
    Short,
    /// With the schema.
    Long,
    /// With the schema, and the last name alone would mean another relation.
    LongOnly,
    /// With a schema, where a relation without one and another further out may be meant.
    Unsure,
}

/// What stands in a query in place of relations, as far as renaming them asks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Qualifiers {
    pub found: Box<[Qualifier]>,
    /// Where the names of relations start that are bound to their names.
    pub bound: BTreeSet<u32>,
    /// The aliases and CTEs.
    pub given: BTreeSet<Name>,
}

/// A FROM item under the name that a qualifier must have.
#[derive(Debug)]
struct Item<'a> {
    name: &'a Name,
    /// The relation that it is, where no alias hides it.
    relation: Option<&'a QualifiedName>,
}

/// The FROM items of one SELECT that stand before the place that is read.
#[derive(Debug, Default)]
struct Scope<'a> {
    items: Vec<Item<'a>>,
    /// The first item that is in sight.
    first: usize,
}

/// What was out of sight before.
#[derive(Debug, Clone, Copy)]
pub(super) struct Before(usize);

/// The names in sight at one place of a query.
#[derive(Debug, Default)]
pub(super) struct Sight<'a> {
    scopes: Vec<Scope<'a>>,
    found: Vec<Qualifier>,
    /// Where words start whose meaning is known.
    known: BTreeSet<u32>,
    bound: BTreeSet<u32>,
    given: BTreeSet<Name>,
    /// Where the names of relations without alias start, by their last part.
    bare: BTreeMap<&'a Name, Vec<u32>>,
}

impl<'a> Sight<'a> {
    pub(super) fn enter(&mut self) {
        self.scopes.push(Scope::default());
    }

    pub(super) fn leave(&mut self) {
        self.scopes.pop();
    }

    /// How many items the SELECT has so far.
    pub(super) fn items(&self) -> usize {
        self.scopes.last().map_or(0, |scope| scope.items.len())
    }

    /// Takes the items of the SELECT out of sight, all or those before one.
    pub(super) fn hide(&mut self, first: usize) -> Before {
        let scope = self.scopes.last_mut();
        Before(scope.map_or(0, |scope| std::mem::replace(&mut scope.first, first)))
    }

    pub(super) fn unhide(&mut self, before: Before) {
        self.hide(before.0);
    }

    /// Forgets the items since one: an alias stands for them all.
    pub(super) fn forget(&mut self, since: usize) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.items.truncate(since);
        }
    }

    /// Brings in a relation without alias.
    pub(super) fn relation(&mut self, name: &'a QualifiedName) {
        self.say(&name.parts);
        if let (Some(scope), Some(last)) = (self.scopes.last_mut(), name.parts.last()) {
            let starts = self.bare.entry(&last.value).or_default();
            starts.push(name.span.start);
            scope.items.push(Item {
                name: &last.value,
                relation: Some(name),
            });
        }
    }

    /// Brings in anything else by its name.
    pub(super) fn named(&mut self, name: &'a Ident) {
        self.give(name);
        if let Some(scope) = self.scopes.last_mut() {
            scope.items.push(Item {
                name: &name.value,
                relation: None,
            });
        }
    }

    /// Remembers a name that the query itself gives.
    pub(super) fn give(&mut self, name: &Ident) {
        self.known.insert(name.span.start);
        self.given.insert(name.value.clone());
    }

    /// Remembers words that mean no relation, or one that is known.
    pub(super) fn say(&mut self, words: &[Ident]) {
        self.known.extend(words.iter().map(|word| word.span.start));
    }

    /// Remembers the places of words that mean no relation.
    pub(super) fn know(&mut self, starts: &BTreeSet<u32>) {
        self.known.extend(starts);
    }

    /// A word that may be a column, or the whole row of a relation.
    pub(super) fn word(&mut self, word: &Ident) {
        self.known.insert(word.span.start);
        if let Some((_, Some(relation))) = self.short(&word.value) {
            self.bound.insert(relation.span.start);
        }
    }

    /// A row `t.*` that something may be called `t` for.
    pub(super) fn naming_row(&mut self, parts: &[Ident]) {
        let since = self.found.len();
        self.qualifier(parts);
        let meant = self.found.iter().skip(since);
        self.bound.extend(meant.map(|qualifier| qualifier.of));
    }

    pub(super) fn qualifier(&mut self, parts: &[Ident]) {
        match parts {
            [] => {}
            [only] => {
                let Some((_, relation)) = self.short(&only.value) else {
                    return;
                };
                self.known.insert(only.span.start);
                if let Some(relation) = relation {
                    self.keep(parts, relation, Written::Short);
                }
            }
            [.., last] => {
                let meant = self.long(parts, &last.value);
                if !meant.is_empty() {
                    self.say(parts);
                }
                for (relation, written) in meant {
                    self.keep(parts, relation, written);
                }
            }
        }
    }

    fn keep(&mut self, parts: &[Ident], relation: &QualifiedName, written: Written) {
        if let (Some(first), Some(last)) = (parts.first(), parts.last()) {
            self.found.push(Qualifier {
                span: first.span.to(last.span),
                last: last.span.start,
                of: relation.span.start,
                written,
            });
        }
    }

    /// The scopes from the innermost to the outermost, with what is in sight of each.
    fn visible(&self) -> impl Iterator<Item = (usize, &[Item<'a>])> {
        let scopes = self.scopes.iter().enumerate().rev();
        scopes.map(|(depth, scope)| (depth, scope.items.get(scope.first..).unwrap_or_default()))
    }

    /// What a single name means: the depth of its scope, and its relation if it is one. Two of a
    /// name make it a mistake, or a column where it stands alone.
    fn short(&self, name: &Name) -> Option<(usize, Option<&'a QualifiedName>)> {
        self.visible().find_map(|(depth, items)| {
            let mut named = items.iter().filter(|item| item.name == name);
            let first = named.next()?;
            let single = named.next().is_none();
            Some((depth, first.relation.filter(|_| single)))
        })
    }

    /// What a name of several parts means: one relation, or those that it may mean.
    fn long(&self, parts: &[Ident], last: &Name) -> Vec<(&'a QualifiedName, Written)> {
        let fits = self.visible().flat_map(|(depth, items)| {
            let relations = items.iter().filter_map(|item| item.relation);
            relations
                .filter(|relation| is_same(relation, parts))
                .map(move |relation| (depth, relation))
        });
        let mut fits = fits.peekable();
        let Some((depth, first)) = fits.next() else {
            return Vec::new();
        };
        if first.parts.len() == 1 && fits.peek().is_some() {
            let others = fits.map(|(_, other)| (other, Written::Unsure));
            return std::iter::once((first, Written::Unsure))
                .chain(others)
                .collect();
        }
        let near = self.short(last).is_some_and(|(near, _)| near != depth);
        let written = if near {
            Written::LongOnly
        } else {
            Written::Long
        };
        vec![(first, written)]
    }

    /// Looks at the words that nothing has accounted for: one that is called like a relation binds
    /// it, whatever it means.
    pub(super) fn end(mut self, text: &str, tokens: &[Token], dialect: Dialect) -> Qualifiers {
        if self.bare.is_empty() {
            return Qualifiers::default();
        }
        let mut before: Option<&Token> = None;
        let mut tokens = tokens.iter().peekable();
        while let Some(token) = tokens.next() {
            let dotted = before.is_some_and(|before| before.kind == TokenKind::Dot);
            let named = before.is_some_and(|before| before.is_word(text, "as"));
            let goes_on = tokens
                .peek()
                .is_some_and(|next| next.kind == TokenKind::Dot);
            before = Some(token);
            let is_name = matches!(token.kind, TokenKind::Word | TokenKind::QuotedName(_));
            if !is_name || named || dotted && !goes_on || self.known.contains(&token.span.start) {
                continue;
            }
            let word = Ident::parse(token.text(text), token.span, dialect).value;
            let starts = self.bare.remove(&cut(word, dialect));
            self.bound.extend(starts.into_iter().flatten());
        }
        Qualifiers {
            found: self.found.into(),
            bound: self.bound,
            given: self.given,
        }
    }
}

/// Tells whether a qualifier names the relation, as far as both are written.
fn is_same(relation: &QualifiedName, qualifier: &[Ident]) -> bool {
    let mine = relation.parts.iter().rev();
    mine.zip(qualifier.iter().rev())
        .all(|(mine, theirs)| mine.value == theirs.value)
}
