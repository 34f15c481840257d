//! The names that FROM has brought in so far, for dialects in which `FROM t, t.items AS i` walks from
//! a relation into its column.
//!
//! **A schema may be called like a relation.** So a name that the text gives as an alias always walks;
//! the bare last name of a relation does behind a comma, and not behind JOIN, where tables stand.

use crate::ident::{Ident, Name};

/// How a name came into FROM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Given {
    /// As an alias.
    Alias,
    /// As the last part of a relation's name.
    Bare,
}

/// How the next item is joined to those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Joined {
    #[default]
    Comma,
    Join,
}

#[derive(Debug, Default)]
pub(super) struct Aliases {
    names: Vec<(Name, Given)>,
    /// Where the names of the SELECT that is read begin.
    own: usize,
    pub(super) joined: Joined,
}

/// What must be put back when a SELECT or a subquery ends.
#[derive(Debug)]
pub(super) struct Outer {
    own: usize,
    joined: Joined,
    neighbours: Vec<(Name, Given)>,
}

impl Aliases {
    pub(super) fn push(&mut self, name: &Ident, given: Given) {
        self.names.push((name.value.clone(), given));
    }

    /// Tells whether a path of names begins with something that it walks into.
    pub(super) fn walk_into(&self, parts: &[Ident]) -> bool {
        let [first, _, ..] = parts else { return false };
        let found = self
            .names
            .iter()
            .rev()
            .find(|(name, _)| *name == first.value);
        found.is_some_and(|(_, given)| *given == Given::Alias || self.joined == Joined::Comma)
    }

    /// Begins a SELECT.
    pub(super) fn begin(&mut self) -> Outer {
        let own = std::mem::replace(&mut self.own, self.names.len());
        let joined = std::mem::take(&mut self.joined);
        Outer {
            own,
            joined,
            neighbours: Vec::new(),
        }
    }

    /// Ends a SELECT: its names go out of sight.
    pub(super) fn end(&mut self, outer: &Outer) {
        self.names.truncate(self.own);
        self.own = outer.own;
        self.joined = outer.joined;
    }

    /// Hides the neighbours from a plain subquery in FROM.
    pub(super) fn hide(&mut self) -> Outer {
        let neighbours = self.names.split_off(self.own.min(self.names.len()));
        Outer {
            own: self.own,
            joined: self.joined,
            neighbours,
        }
    }

    pub(super) fn unhide(&mut self, outer: Outer) {
        self.names.extend(outer.neighbours);
        self.joined = outer.joined;
    }
}
