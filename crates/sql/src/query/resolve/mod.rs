//! Names to columns: what each output is made of, under SQL's own rules of scope.
//!
//! A query becomes a [`Derived`]: named cells, each with the base columns its value comes from, and
//! the columns that decide which rows there are. Scopes nest as in SQL: a correlated subquery sees
//! the relations outside, a plain subquery in FROM does not see its neighbours, LATERAL ones and
//! functions do.
//!
//! **A relation whose columns nobody knows is open:** a name that fits nothing else is taken for
//! one of its columns where no other open relation could have it; otherwise the answer is partial.

mod from;
mod names;
mod scope;
mod select;

use std::collections::{BTreeMap, BTreeSet};

use super::tree::{Body, Cte, SetOp, Tree, With, WithScope};
use super::{
    BaseColumn, Clause, ColumnSet, Columns, Lineage, Output, Partial, PartialReason, RelationPath,
    Unresolved,
};
use crate::dialect::Rules;
use crate::ident::Name;
use crate::span::Span;
use scope::{Cell, ColumnId, Derived, Open, Scope, Sources};

/// The most columns that a derived relation is followed with; engines stop at 1,664.
const MOST_CELLS: usize = 2_000;

/// The most work for one query; beyond it the answer is partial.
const MOST_STEPS: usize = 1_000_000;

/// Resolves a tree against a catalog.
pub(super) fn resolve(
    tree: &Tree,
    columns: &dyn Columns,
    rules: &'static Rules,
    local_names: &[Name],
) -> Lineage {
    let mut resolver = Resolver {
        columns,
        rules,
        local_names,
        relations: Vec::new(),
        index: BTreeMap::new(),
        reads: BTreeSet::new(),
        whole_rows: BTreeSet::new(),
        clauses: BTreeSet::new(),
        scopes: Vec::new(),
        ctes: Vec::new(),
        unresolved: BTreeSet::new(),
        partial: BTreeSet::new(),
        steps: 0,
        gave_up: None,
    };
    let derived = resolver.tree(tree);
    resolver.finish(&derived)
}

/// A relation outside the query.
struct BaseRelation<'a> {
    path: RelationPath,
    known: Option<&'a [Name]>,
    /// Columns of an open relation, in the order in which they were met.
    met: Vec<Name>,
}

struct Resolver<'a> {
    columns: &'a dyn Columns,
    rules: &'static Rules,
    local_names: &'a [Name],
    relations: Vec<BaseRelation<'a>>,
    index: BTreeMap<RelationPath, u32>,
    reads: BTreeSet<ColumnId>,
    whole_rows: BTreeSet<u32>,
    clauses: BTreeSet<(ColumnId, Clause)>,
    scopes: Vec<Scope<'a>>,
    ctes: Vec<(&'a str, Derived<'a>)>,
    unresolved: BTreeSet<Unresolved>,
    partial: BTreeSet<Partial>,
    steps: usize,
    /// Where there was too much work: kept apart from what a further round may mend.
    gave_up: Option<Span>,
}

impl<'a> Resolver<'a> {
    fn finish(&self, derived: &Derived<'a>) -> Lineage {
        let outputs = derived.cells.iter().map(|cell| Output {
            name: cell.name.into(),
            span: cell.span,
            sources: self.base_columns(cell.sources.iter()),
        });
        let gave_up = self.gave_up.map(|span| Partial {
            span,
            reason: PartialReason::TooComplex,
        });
        Lineage {
            outputs: outputs.collect(),
            rows: self.base_columns(derived.rows.iter()),
            clauses: self
                .clauses
                .iter()
                .filter_map(|(id, clause)| Some((self.base_column(*id)?, *clause)))
                .collect(),
            reads: self.base_columns(self.reads.iter().copied()),
            whole_rows: self
                .whole_rows
                .iter()
                .filter_map(|base| self.path(*base))
                .collect(),
            unresolved: self.unresolved.iter().cloned().collect(),
            partial: self.partial.iter().cloned().chain(gave_up).collect(),
        }
    }

    fn path(&self, base: u32) -> Option<RelationPath> {
        self.relations
            .get(base as usize)
            .map(|relation| relation.path.clone())
    }

    fn base_columns(&self, ids: impl Iterator<Item = ColumnId>) -> ColumnSet {
        ids.filter_map(|id| self.base_column(id)).collect()
    }

    fn base_column(&self, id: ColumnId) -> Option<BaseColumn> {
        let relation = self.relations.get(id.relation as usize)?;
        let at = id.column as usize;
        let name = match relation.known {
            Some(known) => known.get(at),
            None => relation.met.get(at),
        };
        Some(BaseColumn {
            relation: relation.path.clone(),
            column: name?.clone(),
        })
    }

    /// Counts work; false when there has been too much.
    fn step(&mut self, span: Span) -> bool {
        self.steps += 1;
        if self.steps == MOST_STEPS {
            self.gave_up = Some(span);
        }
        self.steps < MOST_STEPS
    }

    fn give_up(&mut self, span: Span, reason: PartialReason) {
        self.partial.insert(Partial { span, reason });
    }

    /// Resolves one query with its WITH, body and ORDER BY.
    fn tree(&mut self, tree: &'a Tree) -> Derived<'a> {
        if !self.step(Span::default()) {
            return Derived::unknown();
        }
        let visible = self.ctes.len();
        if let Some(with) = &tree.with {
            self.with(with);
        }
        let mut derived = match &tree.body {
            Body::Select(select) => self.select(select, tree),
            Body::Set { op, left, right } => self.set(*op, left, right),
            Body::Values(rows) => self.values(rows),
            Body::Table(name) => self.table(name),
            Body::Nested(inner) => self.tree(inner),
            Body::Missing => Derived::unknown(),
        };
        if !matches!(tree.body, Body::Select(_)) {
            self.tail(tree, &mut derived);
        }
        self.ctes.truncate(visible);
        derived.cells.truncate(MOST_CELLS);
        derived
    }

    fn with(&mut self, with: &'a With) {
        match with.scope {
            WithScope::Plain => {
                for cte in &with.ctes {
                    let derived = self.tree(&cte.query);
                    self.bind(cte, derived);
                }
            }
            WithScope::Recursive => self.with_recursive(with),
        }
    }

    fn bind(&mut self, cte: &'a Cte, derived: Derived<'a>) {
        let derived = named_cells(cte, derived);
        self.ctes.push((&cte.name.value, derived));
    }

    /// Goes through the CTEs until their sources stay the same: each sees what the last round
    /// found for all.
    fn with_recursive(&mut self, with: &'a With) {
        let first = self.ctes.len();
        let (unresolved, partial) = (self.unresolved.clone(), self.partial.clone());
        for cte in &with.ctes {
            let start = self.recursion_start(cte);
            self.ctes.push((&cte.name.value, start));
        }
        // What the first rounds cannot resolve yet is no mistake: only the last round counts.
        // Sources only grow, so the rounds come to an end.
        while self.steps < MOST_STEPS {
            self.unresolved.clone_from(&unresolved);
            self.partial.clone_from(&partial);
            let mut changed = false;
            for (at, cte) in with.ctes.iter().enumerate() {
                let derived = self.tree(&cte.query);
                let derived = named_cells(cte, derived);
                if let Some(slot) = self.ctes.get_mut(first + at) {
                    changed |= slot.1 != derived;
                    slot.1 = derived;
                }
            }
            if !changed {
                break;
            }
        }
    }

    /// What a recursive CTE looks like before its first round: the columns of its list, made of
    /// nothing yet, or what stands before the UNION.
    fn recursion_start(&mut self, cte: &'a Cte) -> Derived<'a> {
        let cells = cte.columns.iter().map(|name| Cell {
            name: &name.value,
            sources: Sources::none(),
            span: name.span,
        });
        let (rows, open) = (Sources::none(), Open::No);
        let derived = match &cte.query.body {
            _ if !cte.columns.is_empty() => Derived {
                cells: cells.collect(),
                rows,
                open,
            },
            Body::Set { left, .. } => self.tree(left),
            _ => return Derived::unknown(),
        };
        named_cells(cte, derived)
    }

    fn set(&mut self, op: SetOp, left: &'a Tree, right: &'a Tree) -> Derived<'a> {
        let mut derived = self.tree(left);
        let other = self.tree(right);
        let decides = op != SetOp::UnionAll;
        for (at, cell) in derived.cells.iter_mut().enumerate() {
            let theirs = other.cells.get(at);
            if let (Some(theirs), true) = (theirs, op != SetOp::Except) {
                cell.sources = cell.sources.union(&theirs.sources);
            }
        }
        derived.rows = derived.rows.union(&other.rows);
        if decides {
            for cell in derived.cells.iter().chain(&other.cells) {
                derived.rows = derived.rows.union(&cell.sources);
            }
        }
        if derived.open == Open::No {
            derived.open = other.open;
        }
        derived
    }
}

/// The cells under the names of the CTE's column list, with those that SEARCH and CYCLE add.
fn named_cells<'a>(cte: &'a Cte, mut derived: Derived<'a>) -> Derived<'a> {
    for (cell, name) in derived.cells.iter_mut().zip(&cte.columns) {
        cell.name = &name.value;
    }
    for (name, by) in &cte.added {
        let mut sources = Sources::none();
        for cell in &derived.cells {
            if by.iter().any(|column| column.value == cell.name) {
                sources = sources.union(&cell.sources);
            }
        }
        derived.cells.push(Cell {
            name: &name.value,
            sources,
            span: name.span,
        });
    }
    derived
}
