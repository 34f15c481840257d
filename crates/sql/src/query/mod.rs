//! What a query reads, and which column comes from which.
//!
//! The text of a query is parsed once into a small tree of our own; everything else is asked of
//! that tree. [`Query::references`] needs no catalog. [`Query::lineage`] takes one, because `*` and
//! bare column names mean nothing without the columns of what is read.
//!
//! - **A CTE name is never a reference**, and a name in a string or a comment never counts.
//! - **Nothing is guessed.** A piece that is not understood makes the answer partial and is named;
//!   its references are still found, by a scan of its tokens.

mod adapt;
mod aliases;
mod columns;
mod construct;
mod convert;
mod depth;
mod expression;
mod from;
mod functions;
mod mistake;
mod naming;
mod parse;
mod qualifiers;
mod references;
mod rename;
mod resolve;
mod scan;
mod tree;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use crate::dialect::{Dialect, Rules};
use crate::ident::{Name, QualifiedName};
use crate::problem::Problem;
use crate::span::Span;

pub use columns::{BaseColumn, ColumnSet};
pub use construct::{Construct, ConstructKind};
pub(crate) use functions::is_own_word;
pub use parse::{of, parse};
pub use rename::Captured;

/// A relation by its folded name parts, without a place: what a catalog is asked for. A clone
/// shares the parts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelationPath(Arc<[Name]>);

impl RelationPath {
    #[must_use]
    pub fn new(parts: impl IntoIterator<Item = Name>) -> Self {
        Self(parts.into_iter().collect())
    }

    #[must_use]
    pub fn of(name: &QualifiedName) -> Self {
        Self::new(name.parts.iter().map(|part| part.value.clone()))
    }

    #[must_use]
    pub fn parts(&self) -> &[Name] {
        &self.0
    }
}

impl fmt::Display for RelationPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("."))
    }
}

/// One mention of a relation that the query reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// The name as written, each part with its place.
    pub name: QualifiedName,
    /// Where an alias would stand, when there is none and one may.
    slot: Option<AliasSlot>,
}

/// A place for an alias, and the SELECT whose FROM it stands in, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct AliasSlot {
    at: u32,
    select: u32,
}

/// A function that the query calls, with the place of its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub name: QualifiedName,
}

/// Answers what columns a relation has; `None` when nobody knows.
pub trait Columns {
    fn columns(&self, relation: &RelationPath) -> Option<&[Name]>;

    /// The columns that a function returns when it stands in FROM.
    fn function_columns(&self, _function: &RelationPath) -> Option<&[Name]> {
        None
    }
}

/// One column that the query returns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The name as the engine would give it.
    pub name: Name,
    /// Where in the text it is made.
    pub span: Span,
    /// The columns that its value comes from.
    pub sources: ColumnSet,
}

/// What a column was looked for in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// A relation outside the query.
    Relation(RelationPath),
    /// A CTE, a subquery, a join or a function, by its name in the query.
    Derived(Name),
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Relation(path) => path.fmt(f),
            Self::Derived(name) => f.write_str(name),
        }
    }
}

/// Why a column name could not be resolved.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unresolved {
    /// No relation in scope has such a column; `of` names the relation when it was qualified.
    UnknownColumn {
        span: Span,
        column: String,
        of: Option<Owner>,
        candidates: Vec<String>,
    },
    /// Several relations in scope have it.
    AmbiguousColumn {
        span: Span,
        column: String,
        of: Vec<String>,
    },
    /// The qualifier names nothing in scope.
    UnknownAlias { span: Span, alias: String },
}

/// A piece of the query that was not understood, so that the answer is incomplete there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Partial {
    pub span: Span,
    pub reason: PartialReason,
}

/// Why an answer is incomplete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartialReason {
    /// The parser does not know this syntax.
    Syntax,
    /// The columns of a relation are not known.
    UnknownColumns,
    /// The query is larger than Dormer follows.
    TooComplex,
}

/// By which clause a column decides which rows there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Clause {
    /// WHERE, HAVING.
    Filter,
    /// GROUP BY, DISTINCT.
    Group,
    /// ON, USING, NATURAL.
    Join,
}

/// Which column comes from which.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lineage {
    pub outputs: Box<[Output]>,
    /// The columns that decide which rows there are: WHERE, JOIN, GROUP BY, HAVING, DISTINCT ON,
    /// ORDER BY under a LIMIT.
    pub rows: ColumnSet,
    /// The same by clause, where it is one of those; subqueries included.
    pub clauses: BTreeSet<(BaseColumn, Clause)>,
    /// Every column that is read anywhere, outputs and rows included.
    pub reads: ColumnSet,
    /// The relations that are read as whole rows, such as `row_to_json(t)`.
    pub whole_rows: BTreeSet<RelationPath>,
    pub unresolved: Vec<Unresolved>,
    pub partial: Vec<Partial>,
}

/// A parsed query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// None once it is released.
    tree: Option<Box<tree::Tree>>,
    rules: &'static Rules,
    local_names: Box<[Name]>,
    qualifiers: qualifiers::Qualifiers,
    references: Box<[Reference]>,
    calls: Box<[Call]>,
    stars: Box<[Span]>,
    constructs: Box<[Construct]>,
    problems: Box<[Problem]>,
    partial: Box<[Partial]>,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            tree: Some(Box::default()),
            rules: Dialect::default().rules(),
            local_names: Box::default(),
            qualifiers: qualifiers::Qualifiers::default(),
            references: Box::default(),
            calls: Box::default(),
            stars: Box::default(),
            constructs: Box::default(),
            problems: Box::default(),
            partial: Box::default(),
        }
    }
}

impl Query {
    /// Every relation that the query reads, in the order of the text, one entry a mention.
    #[must_use]
    pub fn references(&self) -> &[Reference] {
        &self.references
    }

    /// Every function that the query calls, words such as CURRENT_DATE too, in the order of the
    /// text.
    #[must_use]
    pub fn calls(&self) -> &[Call] {
        &self.calls
    }

    /// The places of `*` and `t.*` in the query's own select lists and those of its subqueries.
    #[must_use]
    pub fn stars(&self) -> &[Span] {
        &self.stars
    }

    /// The parts of the query that engines have rules about, in the order of the text.
    #[must_use]
    pub fn constructs(&self) -> &[Construct] {
        &self.constructs
    }

    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The pieces that the parser did not understand.
    #[must_use]
    pub fn partial(&self) -> &[Partial] {
        &self.partial
    }

    /// Frees what only [`Self::lineage`] asks, which is most of a query's memory. Lineage says
    /// afterwards that it knows nothing; everything else stays as it is.
    pub fn release(&mut self) {
        self.tree = None;
        self.local_names = Box::default();
    }

    /// Resolves all column names against the catalog.
    #[must_use]
    pub fn lineage(&self, columns: &dyn Columns) -> Lineage {
        let Some(tree) = &self.tree else {
            let partial = Partial {
                span: Span::default(),
                reason: PartialReason::TooComplex,
            };
            return Lineage {
                partial: vec![partial],
                ..Lineage::default()
            };
        };
        let mut lineage = resolve::resolve(tree, columns, self.rules, &self.local_names);
        if !self.partial.is_empty() {
            // What was not understood may hold anything: a name that fits nothing is no mistake.
            lineage.unresolved.clear();
            lineage.partial.extend(self.partial.iter().cloned());
            lineage.partial.sort();
            lineage.partial.dedup();
        }
        lineage
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nothing;

    impl Columns for Nothing {
        fn columns(&self, _relation: &RelationPath) -> Option<&[Name]> {
            None
        }
    }

    #[test]
    fn released_query_keeps_its_references_and_claims_no_lineage() {
        let text = "SELECT t.a FROM s.t";
        let mut query = parse(text, Span::of(0..text.len()), Dialect::Postgres);
        assert_eq!(query.lineage(&Nothing).reads.len(), 1);
        query.release();
        assert_eq!(query.references().len(), 1);
        let lineage = query.lineage(&Nothing);
        assert!(lineage.outputs.is_empty() && !lineage.partial.is_empty());
    }
}
