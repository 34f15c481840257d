//! What names can mean at one place in a query: cells, relations, and the scopes they stand in.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::ident::QualifiedName;
use crate::span::Span;

/// A column of a base relation, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ColumnId {
    pub relation: u32,
    pub column: u32,
}

/// The base columns that a value comes from; most values come from one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sources {
    None,
    One(ColumnId),
    Many(Rc<BTreeSet<ColumnId>>),
}

impl Sources {
    pub(super) const fn none() -> Self {
        Self::None
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = ColumnId> + '_ {
        let (one, many) = match self {
            Self::None => (None, None),
            Self::One(id) => (Some(*id), None),
            Self::Many(ids) => (None, Some(ids.iter().copied())),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }

    fn contains(&self, other: &Self) -> bool {
        match (self, other) {
            (_, Self::None) => true,
            (Self::One(mine), Self::One(theirs)) => mine == theirs,
            (Self::Many(mine), Self::One(theirs)) => mine.contains(theirs),
            (Self::Many(mine), Self::Many(theirs)) => {
                Rc::ptr_eq(mine, theirs) || mine.is_superset(theirs)
            }
            _ => false,
        }
    }

    #[must_use]
    pub(super) fn union(&self, other: &Self) -> Self {
        if self.contains(other) {
            return self.clone();
        }
        if other.contains(self) {
            return other.clone();
        }
        let mut ids: BTreeSet<ColumnId> = self.iter().collect();
        ids.extend(other.iter());
        Self::Many(Rc::new(ids))
    }
}

/// One named column of a relation in scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell<'a> {
    pub name: &'a str,
    pub sources: Sources,
    /// Where the text makes it.
    pub span: Span,
}

/// Whether a relation may have columns that are not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Open {
    No,
    /// The columns of this base relation are not known.
    Base(u32),
    /// A function in FROM: it may return fields that nobody knows, all made of its arguments.
    Fields(Star),
    /// It may have more columns, and nobody knows from where.
    Unknown,
}

/// What `*` gives of a function in FROM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Star {
    /// The one column, unless its type is a row type, which only the engine knows.
    One,
    Unknown,
}

/// The result of a query or a CTE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Derived<'a> {
    pub cells: Vec<Cell<'a>>,
    pub rows: Sources,
    pub open: Open,
}

impl Derived<'_> {
    pub(super) const fn unknown() -> Self {
        Self {
            cells: Vec::new(),
            rows: Sources::None,
            open: Open::Unknown,
        }
    }
}

/// A relation that qualified names can point at.
#[derive(Debug, Clone)]
pub(super) struct Relation<'a> {
    /// The name that a qualifier must have.
    pub name: &'a str,
    /// The full name, where no alias hides it.
    pub path: Option<&'a QualifiedName>,
    pub cells: Rc<[Cell<'a>]>,
    pub open: Open,
    /// The base relation it stands for, if it is one.
    pub base: Option<u32>,
}

impl Relation<'_> {
    /// Tells whether `qualifier` names this relation: its alias, or its name with or without
    /// schema and database.
    pub(super) fn is_named(&self, qualifier: &[&str]) -> bool {
        match (qualifier, self.path) {
            ([name], _) => self.name == *name,
            (parts, Some(path)) => {
                // `s.t.c` also fits a relation written `t`: the engine has found it in `s`.
                let mine = path.parts.iter().rev().map(|part| part.value.as_str());
                mine.zip(parts.iter().rev())
                    .all(|(mine, theirs)| mine == *theirs)
            }
            _ => false,
        }
    }
}

/// What one FROM item brings into scope.
#[derive(Debug, Clone, Default)]
pub(super) struct Namespace<'a> {
    pub relations: Vec<Relation<'a>>,
    /// The columns that bare names and `*` see, in order.
    pub row: Vec<Cell<'a>>,
}

/// The names of one SELECT.
#[derive(Debug, Default)]
pub(super) struct Scope<'a> {
    /// The FROM items read so far.
    pub items: Vec<Rc<Namespace<'a>>>,
    /// While a plain subquery in FROM is read, its neighbours are out of sight.
    pub hidden: bool,
    pub windows: Vec<(&'a str, Sources)>,
    /// Output columns that later targets may name, where the dialect lets them.
    pub aliases: Vec<(&'a str, Sources)>,
    /// The columns that decide which rows this SELECT has.
    pub rows: Option<Sources>,
}

impl Scope<'_> {
    pub(super) fn decide(&mut self, sources: &Sources) {
        let rows = self.rows.take().unwrap_or(Sources::None);
        self.rows = Some(rows.union(sources));
    }
}
