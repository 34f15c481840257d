//! Expressions and names to sources.

use super::scope::{Cell, ColumnId, Open, Relation, Sources};
use super::{Resolver, Unresolved};
use crate::ident::Ident;
use crate::query::PartialReason;
use crate::query::tree::Expr;
use crate::query::{Clause, Owner};
use crate::span::Span;

/// What looking for a name in one scope found.
enum Found {
    Nothing,
    One(Sources),
    Several(Vec<String>, Sources),
}

/// Columns that every base relation has and no catalog lists.
fn is_system_column(name: &str) -> bool {
    matches!(
        name,
        "ctid" | "xmin" | "xmax" | "cmin" | "cmax" | "tableoid" | "oid"
    )
}

impl<'a> Resolver<'a> {
    /// The sources of an expression; everything it reads is remembered.
    pub(super) fn value(&mut self, expr: &'a Expr) -> Sources {
        match expr {
            Expr::Name(parts) => self.name(parts),
            Expr::Row(parts) => self.whole_row(parts),
            Expr::Field(field) => self.field(&field.0, &field.1),
            Expr::Subquery(query) => {
                let derived = self.tree(query);
                self.decide(&derived.rows);
                let cells = derived.cells.iter();
                cells.fold(Sources::none(), |all, cell| all.union(&cell.sources))
            }
            Expr::Exists(query) => {
                let derived = self.tree(query);
                self.decide(&derived.rows);
                derived.rows
            }
            Expr::Rows(value) => {
                let sources = self.value(value);
                self.decide(&sources);
                sources
            }
            Expr::Window(name) => self.window(name),
            Expr::Ordinal(_) | Expr::Nothing => Sources::none(),
            Expr::Of(parts) => {
                let mut all = Sources::none();
                for part in parts {
                    let sources = self.value(part);
                    all = all.union(&sources);
                }
                all
            }
        }
    }

    /// The same, by a clause that has a name.
    pub(super) fn decide_by(&mut self, clause: Clause, sources: &Sources) {
        self.clauses.extend(sources.iter().map(|id| (id, clause)));
        self.decide(sources);
    }

    pub(super) fn decide(&mut self, sources: &Sources) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.decide(sources);
        }
    }

    fn window(&self, name: &Ident) -> Sources {
        let windows = self
            .scopes
            .last()
            .into_iter()
            .flat_map(|scope| &scope.windows);
        let found = windows.rev().find(|(window, _)| *window == name.value);
        found.map_or_else(Sources::none, |(_, sources)| sources.clone())
    }

    fn field(&mut self, base: &'a Expr, field: &'a Ident) -> Sources {
        if let Expr::Name(parts) = base
            && let [only] = &**parts
            && !self.is_column(&only.value)
            && let Some(relation) = self.relation(&[&only.value])
        {
            return self.column_of(&relation, field);
        }
        self.value(base)
    }

    fn is_column(&self, name: &str) -> bool {
        self.visible().any(|scope| {
            let mut cells = scope.items.iter().flat_map(|item| &item.row);
            cells.any(|cell| cell.name == name)
        })
    }

    fn visible(&self) -> impl Iterator<Item = &super::Scope<'a>> {
        self.scopes.iter().rev().filter(|scope| !scope.hidden)
    }

    pub(super) fn name(&mut self, parts: &'a [Ident]) -> Sources {
        let (Some(last), Some(first)) = (parts.last(), parts.first()) else {
            return Sources::none();
        };
        if !self.step(last.span) {
            return Sources::none();
        }
        if parts.len() == 1 {
            return self.bare(last);
        }
        // `t.c`, `s.t.c`, `db.s.t.c`; where the dialect walks into columns, also `t.c.field`.
        let longest = parts.len() - 1;
        let shortest = if self.rules.column_navigation {
            1
        } else {
            longest
        };
        for length in (shortest..=longest).rev() {
            let qualifier: Vec<&str> = parts
                .iter()
                .take(length)
                .map(|part| part.value.as_str())
                .collect();
            if let (Some(relation), Some(column)) = (self.relation(&qualifier), parts.get(length)) {
                return self.column_of(&relation, column);
            }
        }
        if self.is_column(&first.value) || self.is_local(&first.value) {
            return self.bare(first);
        }
        let alias = parts.iter().take(longest).map(|part| part.value.as_str());
        let alias = alias.collect::<Vec<_>>().join(".");
        let end = parts.get(longest - 1).map_or(first.span, |part| part.span);
        self.unresolved.insert(Unresolved::UnknownAlias {
            span: first.span.to(end),
            alias,
        });
        Sources::none()
    }

    fn is_local(&self, name: &str) -> bool {
        self.local_names.iter().any(|local| local == name)
    }

    /// The innermost relation in scope that the qualifier names.
    pub(super) fn relation(&self, qualifier: &[&str]) -> Option<Relation<'a>> {
        self.visible().find_map(|scope| {
            let mut relations = scope.items.iter().flat_map(|item| &item.relations);
            relations
                .find(|relation| relation.is_named(qualifier))
                .cloned()
        })
    }

    fn column_of(&mut self, relation: &Relation<'a>, column: &'a Ident) -> Sources {
        if let Some(cell) = relation.cells.iter().find(|cell| cell.name == column.value) {
            let sources = cell.sources.clone();
            return self.read(sources);
        }
        match relation.open {
            Open::Base(base) => self.meet(base, &column.value),
            Open::Fields(_) => {
                let cells = relation.cells.iter();
                cells.fold(Sources::none(), |all, cell| all.union(&cell.sources))
            }
            Open::Unknown => {
                self.give_up(column.span, PartialReason::UnknownColumns);
                Sources::none()
            }
            Open::No if relation.base.is_some() && is_system_column(&column.value) => {
                Sources::none()
            }
            // `t.t` and `t.length` may be the whole row or a function of it.
            Open::No => {
                let candidates = relation
                    .cells
                    .iter()
                    .map(|cell| cell.name.to_owned())
                    .collect();
                self.unresolved.insert(Unresolved::UnknownColumn {
                    span: column.span,
                    column: column.value.to_string(),
                    of: Some(self.owner(relation)),
                    candidates,
                });
                Sources::none()
            }
        }
    }

    fn owner(&self, relation: &Relation<'a>) -> Owner {
        let base = relation
            .base
            .and_then(|base| self.relations.get(base as usize));
        let derived = || Owner::Derived(relation.name.into());
        base.map_or_else(derived, |base| Owner::Relation(base.path.clone()))
    }

    /// Remembers that the sources are read, and hands them on.
    pub(super) fn read(&mut self, sources: Sources) -> Sources {
        self.reads.extend(sources.iter());
        sources
    }

    /// A column of a relation whose columns are not known: it must be there, or the query is wrong.
    pub(super) fn meet(&mut self, base: u32, column: &str) -> Sources {
        let Some(relation) = self.relations.get_mut(base as usize) else {
            return Sources::none();
        };
        let known = relation.met.iter().position(|met| met == column);
        let at = known.unwrap_or_else(|| {
            relation.met.push(column.into());
            relation.met.len() - 1
        });
        let column = u32::try_from(at).unwrap_or(u32::MAX);
        self.read(Sources::One(ColumnId {
            relation: base,
            column,
        }))
    }

    /// A name without qualifier: a column of the innermost scope that has it, or a whole row.
    fn bare(&mut self, name: &'a Ident) -> Sources {
        match self.find_bare(&name.value) {
            Found::One(sources) => return self.read(sources),
            Found::Several(of, sources) => {
                let (span, column) = (name.span, name.value.to_string());
                self.unresolved
                    .insert(Unresolved::AmbiguousColumn { span, column, of });
                return self.read(sources);
            }
            Found::Nothing => {}
        }
        let aliases = self
            .scopes
            .last()
            .into_iter()
            .flat_map(|scope| &scope.aliases);
        if let Some((_, sources)) = aliases.rev().find(|(alias, _)| *alias == name.value) {
            return sources.clone();
        }
        if self.is_local(&name.value) {
            return Sources::none();
        }
        if let Some(relation) = self.relation(&[&name.value]) {
            return self.row_of(&relation, name.span);
        }
        self.bare_unknown(name)
    }

    fn find_bare(&self, name: &str) -> Found {
        for scope in self.visible() {
            let cells = scope.items.iter().flat_map(|item| &item.row);
            let mut found = cells.filter(|cell| cell.name == name);
            let Some(first) = found.next() else { continue };
            let mut sources = first.sources.clone();
            let mut several = false;
            for other in found {
                several = true;
                sources = sources.union(&other.sources);
            }
            if !several {
                return Found::One(sources);
            }
            let relations = scope.items.iter().flat_map(|item| &item.relations);
            let having = relations.filter(|r| r.cells.iter().any(|cell| cell.name == name));
            let of = having.map(|relation| relation.name.to_owned()).collect();
            return Found::Several(of, sources);
        }
        Found::Nothing
    }

    /// A bare name that nothing known has: it belongs to the one open relation in sight, if there
    /// is exactly one.
    fn bare_unknown(&mut self, name: &'a Ident) -> Sources {
        let relations = self
            .visible()
            .flat_map(|scope| &scope.items)
            .flat_map(|i| &i.relations);
        let open: Vec<Open> = relations
            .map(|relation| relation.open)
            .filter(|open| *open != Open::No)
            .collect();
        match open.as_slice() {
            [Open::Base(base)] => return self.meet(*base, &name.value),
            [] => {}
            _ => {
                self.give_up(name.span, PartialReason::UnknownColumns);
                return Sources::none();
            }
        }
        let any_base = self
            .visible()
            .flat_map(|scope| &scope.items)
            .flat_map(|i| &i.relations);
        let any_base = any_base.filter(|relation| relation.base.is_some()).count();
        if any_base > 0 && is_system_column(&name.value) {
            return Sources::none();
        }
        let relations: Vec<Relation<'a>> = self
            .visible()
            .flat_map(|scope| &scope.items)
            .flat_map(|item| item.relations.iter().cloned())
            .collect();
        let of = match relations.as_slice() {
            [only] => Some(self.owner(only)),
            _ => None,
        };
        let cells = relations.iter().flat_map(|relation| relation.cells.iter());
        let mut candidates: Vec<String> = cells.map(|cell| cell.name.to_owned()).collect();
        candidates.sort();
        candidates.dedup();
        let (span, column) = (name.span, name.value.to_string());
        self.unresolved.insert(Unresolved::UnknownColumn {
            span,
            column,
            of,
            candidates,
        });
        Sources::none()
    }

    fn whole_row(&mut self, parts: &'a [Ident]) -> Sources {
        let qualifier: Vec<&str> = parts.iter().map(|part| part.value.as_str()).collect();
        let span = parts.first().map_or_else(Span::default, |part| part.span);
        if let Some(relation) = self.relation(&qualifier) {
            return self.row_of(&relation, span);
        }
        // `c.*` of a column that is a composite value.
        self.name(parts)
    }

    /// All columns of a relation as one value.
    fn row_of(&mut self, relation: &Relation<'a>, span: Span) -> Sources {
        if matches!(relation.open, Open::Base(_) | Open::Unknown) {
            self.give_up(span, PartialReason::UnknownColumns);
        }
        let cells: &[Cell<'a>] = &relation.cells;
        let all = cells
            .iter()
            .fold(Sources::none(), |all, cell| all.union(&cell.sources));
        if let Some(base) = relation.base {
            self.whole_rows.insert(base);
        }
        self.read(all)
    }
}
