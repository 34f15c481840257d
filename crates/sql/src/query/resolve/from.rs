//! FROM items to the names they bring into scope.

use std::rc::Rc;

use super::scope::{Cell, ColumnId, Derived, Namespace, Open, Relation, Scope, Sources, Star};
use super::{BaseRelation, Resolver};
use crate::ident::{Ident, Name, QualifiedName};
use crate::query::tree::{Alias, Expr, FromItem, JoinCondition, TableFunction};
use crate::query::{Clause, PartialReason, RelationPath, from::looks_left, functions};
use crate::span::Span;

impl<'a> Resolver<'a> {
    /// Resolves one FROM item; its rows are decided by what decides the rows of its parts.
    pub(super) fn item(&mut self, item: &'a FromItem) -> Namespace<'a> {
        match item {
            FromItem::Relation {
                name,
                alias,
                sample,
                ..
            } => {
                if let Some(sample) = sample {
                    let sources = self.value(sample);
                    self.decide(&sources);
                }
                self.named_relation(name, alias.as_deref())
            }
            FromItem::Navigation { path, alias } => self.navigated(path, alias.as_deref()),
            FromItem::Subquery {
                query,
                lateral,
                alias,
            } => {
                let was_hidden = self.hide(!lateral);
                let derived = self.tree(query);
                self.unhide(was_hidden);
                self.decide(&derived.rows);
                self.derived_relation(derived, alias.as_deref())
            }
            FromItem::Functions {
                functions,
                ordinality,
                alias,
            } => self.functions(functions, *ordinality, alias.as_deref()),
            FromItem::Join {
                left,
                right,
                condition,
            } => self.join(left, right, condition),
            FromItem::Aliased { item, alias } => {
                let inner = self.item(item);
                let open = inner.relations.iter().map(|relation| relation.open);
                let open = open.fold(Open::No, merge_open);
                let cells = renamed(inner.row, &alias.columns);
                relation_namespace(&alias.name.value, cells, open)
            }
        }
    }

    fn hide(&mut self, hide: bool) -> bool {
        let Some(scope) = self.scopes.last_mut() else {
            return false;
        };
        let was = scope.hidden;
        scope.hidden |= hide;
        was
    }

    fn unhide(&mut self, was: bool) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.hidden = was;
        }
    }

    fn named_relation(
        &mut self,
        name: &'a QualifiedName,
        alias: Option<&'a Alias>,
    ) -> Namespace<'a> {
        if let [only] = name.parts.as_slice()
            && let Some((_, derived)) = self.ctes.iter().rev().find(|(cte, _)| *cte == only.value)
        {
            let derived = derived.clone();
            self.decide(&derived.rows);
            let shown = alias.map_or(only.value.as_str(), |alias| &alias.name.value);
            let columns = alias.map_or(&[][..], |alias| &alias.columns);
            let cells = renamed(derived.cells, columns);
            return relation_namespace(shown, cells, derived.open);
        }
        let (base, cells, open) = self.base_cells(name);
        let columns = alias.map_or(&[][..], |alias| &alias.columns);
        let cells: Rc<[Cell<'a>]> = renamed(cells, columns).into();
        let (shown, path) = match alias {
            Some(alias) => (alias.name.value.as_str(), None),
            None => (
                name.parts.last().map_or("", |part| part.value.as_str()),
                Some(name),
            ),
        };
        let row = cells.to_vec();
        let relation = Relation {
            name: shown,
            path,
            cells,
            open,
            base: Some(base),
        };
        Namespace {
            relations: vec![relation],
            row,
        }
    }

    /// `FROM t, t.items AS i`: the items are made of the column.
    fn navigated(&mut self, path: &'a [Ident], alias: Option<&'a Alias>) -> Namespace<'a> {
        let sources = self.name(path);
        let shown = alias.map(|alias| &alias.name).or(path.last());
        let Some(shown) = shown else {
            return Namespace::default();
        };
        let cells = vec![Cell {
            name: &shown.value,
            sources,
            span: shown.span,
        }];
        relation_namespace(&shown.value, cells, Open::Fields(Star::One))
    }

    /// A relation outside the query and its columns, as far as the catalog knows them.
    pub(super) fn base_cells(&mut self, name: &'a QualifiedName) -> (u32, Vec<Cell<'a>>, Open) {
        let path = RelationPath::of(name);
        let base = match self.index.get(&path) {
            Some(base) => *base,
            None => {
                let base = u32::try_from(self.relations.len()).unwrap_or(u32::MAX);
                let known = self.columns.columns(&path);
                self.index.insert(path.clone(), base);
                self.relations.push(BaseRelation {
                    path,
                    known,
                    met: Vec::new(),
                });
                base
            }
        };
        let known = self
            .relations
            .get(base as usize)
            .and_then(|relation| relation.known);
        let Some(known) = known else {
            return (base, Vec::new(), Open::Base(base));
        };
        let cell = |(at, column): (usize, &'a Name)| {
            let column_number = u32::try_from(at).unwrap_or(u32::MAX);
            let id = ColumnId {
                relation: base,
                column: column_number,
            };
            Cell {
                name: column.as_str(),
                sources: Sources::One(id),
                span: name.span,
            }
        };
        (base, known.iter().enumerate().map(cell).collect(), Open::No)
    }

    fn derived_relation(
        &mut self,
        derived: Derived<'a>,
        alias: Option<&'a Alias>,
    ) -> Namespace<'a> {
        let Some(alias) = alias else {
            return relation_namespace("", derived.cells, derived.open);
        };
        let cells = renamed(derived.cells, &alias.columns);
        relation_namespace(&alias.name.value, cells, derived.open)
    }

    fn functions(
        &mut self,
        functions: &'a [TableFunction],
        ordinality: bool,
        alias: Option<&'a Alias>,
    ) -> Namespace<'a> {
        let mut cells = Vec::new();
        let mut open = Open::No;
        let single = functions.len() == 1;
        let shown = alias.map(|alias| &alias.name);
        for function in functions {
            let (found, found_open) = self.function(function, shown.filter(|_| single));
            cells.extend(found);
            open = merge_open(open, found_open);
        }
        let span = functions
            .first()
            .map_or_else(Span::default, |function| function.name.span);
        if ordinality {
            cells.push(Cell {
                name: "ordinality",
                sources: Sources::none(),
                span,
            });
        }
        let columns = alias.map_or(&[][..], |alias| &alias.columns);
        // A column list may name columns of a function that nobody knows.
        if matches!(open, Open::Fields(_)) && columns.len() >= cells.len() {
            let all = cells
                .iter()
                .fold(Sources::none(), |all, cell| all.union(&cell.sources));
            while cells.len() < columns.len() {
                cells.push(Cell {
                    name: "",
                    sources: all.clone(),
                    span,
                });
            }
            open = Open::No;
        }
        let name = functions
            .first()
            .and_then(|function| function.name.parts.last());
        let name = shown.or(name).map_or("", |name| name.value.as_str());
        relation_namespace(name, renamed(cells, columns), open)
    }

    /// The columns of one function in FROM, each made of all arguments.
    fn function(
        &mut self,
        function: &'a TableFunction,
        shown: Option<&'a Ident>,
    ) -> (Vec<Cell<'a>>, Open) {
        let span = function.name.span;
        if let Some(relation) = &function.relation {
            return self.windowed(function, relation);
        }
        let sources = self.value(&function.args);
        // How many rows a function gives depends on what it is given.
        self.decide(&sources);
        let cell = |name: &'a str| Cell {
            name,
            sources: sources.clone(),
            span,
        };
        if let Some(columns) = &function.columns {
            return (
                columns.iter().map(|column| cell(&column.value)).collect(),
                Open::No,
            );
        }
        let Some(last) = function.name.parts.last() else {
            return (Vec::new(), Open::Unknown);
        };
        let own = matches!(function.name.parts.as_slice(), [_])
            || function.name.schema() == Some("pg_catalog");
        if own
            && last.value == "unnest"
            && let Expr::Of(arrays) = &function.args
            && arrays.len() > 1
        {
            // Each array is a column of its own.
            let arrays = arrays.iter().map(|array| self.value(array));
            let cell = |sources| Cell {
                name: "unnest",
                sources,
                span,
            };
            return (arrays.map(cell).collect(), Open::No);
        }
        if own && let Some(columns) = functions::table_columns(&last.value) {
            if let ([only], Some(shown)) = (columns, shown) {
                // One column: the alias of the table names it too, unless it has its own name.
                let name = if *only == "value" {
                    only
                } else {
                    shown.value.as_str()
                };
                return (vec![cell(name)], Open::No);
            }
            return (
                columns.iter().map(|column| cell(column)).collect(),
                Open::No,
            );
        }
        let path = RelationPath::of(&function.name);
        if let Some(columns) = self.columns.function_columns(&path) {
            return (
                columns.iter().map(|column| cell(column)).collect(),
                Open::No,
            );
        }
        let name = shown.unwrap_or(last);
        let open = match last.value.as_str() {
            "unnest" if own => Open::Fields(Star::One),
            name if own && functions::one_column(name) => Open::No,
            _ => Open::Fields(Star::Unknown),
        };
        (vec![cell(&name.value)], open)
    }

    /// `TUMBLE(relation, time, ..)`: its arguments name columns of the relation.
    fn windowed(
        &mut self,
        function: &'a TableFunction,
        relation: &'a QualifiedName,
    ) -> (Vec<Cell<'a>>, Open) {
        let mut namespace = self.named_relation(relation, None);
        let open = namespace
            .relations
            .iter()
            .fold(Open::No, |open, r| merge_open(open, r.open));
        let items = vec![Rc::new(namespace.clone())];
        self.scopes.push(Scope {
            items,
            ..Scope::default()
        });
        let sources = self.value(&function.args);
        self.scopes.pop();
        let span = function.name.span;
        for name in ["window_start", "window_end"] {
            namespace.row.push(Cell {
                name,
                sources: sources.clone(),
                span,
            });
        }
        (namespace.row, open)
    }

    fn join(
        &mut self,
        left: &'a FromItem,
        right: &'a FromItem,
        condition: &'a JoinCondition,
    ) -> Namespace<'a> {
        let left = Rc::new(self.item(left));
        let lateral = looks_left(right);
        if lateral && let Some(scope) = self.scopes.last_mut() {
            scope.items.push(Rc::clone(&left));
        }
        let right = self.item(right);
        if lateral && let Some(scope) = self.scopes.last_mut() {
            scope.items.pop();
        }
        match condition {
            JoinCondition::None => side_by_side(left, right),
            JoinCondition::On(on) => {
                let joined = side_by_side(left, right);
                let joined = Rc::new(joined);
                self.scopes.push(Scope {
                    items: vec![Rc::clone(&joined)],
                    ..Scope::default()
                });
                let sources = self.value(on);
                // Subqueries in ON decide rows too.
                let inner = self.scopes.pop().and_then(|scope| scope.rows);
                self.decide_by(Clause::Join, &sources);
                self.decide(&inner.unwrap_or(Sources::None));
                Rc::unwrap_or_clone(joined)
            }
            JoinCondition::Natural => {
                let open = |namespace: &Namespace<'_>| {
                    namespace
                        .relations
                        .iter()
                        .any(|relation| relation.open != Open::No)
                };
                if open(&left) || open(&right) {
                    self.give_up(Span::default(), PartialReason::UnknownColumns);
                }
                let shared: Vec<(&'a str, Span)> = left
                    .row
                    .iter()
                    .filter(|cell| right.row.iter().any(|other| other.name == cell.name))
                    .map(|cell| (cell.name, cell.span))
                    .collect();
                self.merged(&left, right, &shared, None)
            }
            JoinCondition::Using { columns, alias } => {
                let shared: Vec<(&'a str, Span)> = columns
                    .iter()
                    .map(|column| (column.value.as_str(), column.span))
                    .collect();
                self.merged(&left, right, &shared, alias.as_ref())
            }
        }
    }

    /// JOIN .. USING and NATURAL JOIN: the shared columns come first and once.
    fn merged(
        &mut self,
        left: &Namespace<'a>,
        right: Namespace<'a>,
        shared: &[(&'a str, Span)],
        alias: Option<&'a Ident>,
    ) -> Namespace<'a> {
        let mut row = Vec::with_capacity(left.row.len() + right.row.len());
        for (name, span) in shared {
            let mine = self.side(left, name, *span);
            let theirs = self.side(&right, name, *span);
            let sources = mine.union(&theirs);
            self.read(sources.clone());
            self.decide_by(Clause::Join, &sources);
            row.push(Cell {
                name,
                sources,
                span: *span,
            });
        }
        let merged = row.clone();
        let is_shared = |cell: &&Cell<'a>| shared.iter().all(|(name, _)| *name != cell.name);
        row.extend(left.row.iter().filter(is_shared).cloned());
        row.extend(right.row.iter().filter(is_shared).cloned());
        let mut relations = left.relations.clone();
        relations.extend(right.relations);
        if let Some(alias) = alias {
            let cells = merged.into();
            let name = alias.value.as_str();
            relations.push(Relation {
                name,
                path: None,
                cells,
                open: Open::No,
                base: None,
            });
        }
        Namespace { relations, row }
    }

    /// One side's column of a shared name.
    fn side(&mut self, namespace: &Namespace<'a>, name: &str, span: Span) -> Sources {
        if let Some(cell) = namespace.row.iter().find(|cell| cell.name == name) {
            return cell.sources.clone();
        }
        let mut open = namespace
            .relations
            .iter()
            .filter(|relation| relation.open != Open::No);
        match (open.next().map(|relation| relation.open), open.next()) {
            (Some(Open::Base(base)), None) => self.meet(base, name),
            (Some(Open::Fields(_)), None) => {
                let cells = namespace.row.iter();
                cells.fold(Sources::none(), |all, cell| all.union(&cell.sources))
            }
            (Some(_), _) => {
                self.give_up(span, PartialReason::UnknownColumns);
                Sources::none()
            }
            (None, _) => {
                let candidates = namespace
                    .row
                    .iter()
                    .map(|cell| cell.name.to_owned())
                    .collect();
                let column = name.to_owned();
                let unknown = super::Unresolved::UnknownColumn {
                    span,
                    column,
                    of: None,
                    candidates,
                };
                self.unresolved.insert(unknown);
                Sources::none()
            }
        }
    }
}

fn side_by_side<'a>(left: Rc<Namespace<'a>>, right: Namespace<'a>) -> Namespace<'a> {
    // The only owner by now: nothing is copied.
    let mut joined = Rc::unwrap_or_clone(left);
    joined.relations.extend(right.relations);
    joined.row.extend(right.row);
    joined
}

fn relation_namespace<'a>(name: &'a str, cells: Vec<Cell<'a>>, open: Open) -> Namespace<'a> {
    let row = cells.clone();
    let relation = Relation {
        name,
        path: None,
        cells: cells.into(),
        open,
        base: None,
    };
    Namespace {
        relations: vec![relation],
        row,
    }
}

/// The cells under the names of an alias's column list, as far as it goes.
fn renamed<'a>(mut cells: Vec<Cell<'a>>, names: &'a [Ident]) -> Vec<Cell<'a>> {
    for (cell, name) in cells.iter_mut().zip(names) {
        cell.name = &name.value;
    }
    cells
}

pub(super) fn merge_open(one: Open, other: Open) -> Open {
    match (one, other) {
        (Open::No, open) | (open, Open::No) => open,
        (Open::Base(a), Open::Base(b)) if a == b => one,
        (Open::Fields(_), Open::Fields(_)) => Open::Fields(Star::Unknown),
        _ => Open::Unknown,
    }
}
