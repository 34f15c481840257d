//! SELECT, VALUES and TABLE to cells; and what GROUP BY, ORDER BY and LIMIT add.

use std::rc::Rc;

use super::from::merge_open;
use super::scope::{Cell, Derived, Namespace, Open, Scope, Sources, Star};
use super::{MOST_CELLS, Resolver};
use crate::ident::{Ident, QualifiedName};
use crate::query::tree::{Distinct, Expr, Select, Target, TargetValue, Tree};
use crate::query::{Clause, PartialReason};
use crate::span::Span;

/// Names for the columns of VALUES.
const VALUE_NAMES: [&str; 16] = [
    "column1", "column2", "column3", "column4", "column5", "column6", "column7", "column8",
    "column9", "column10", "column11", "column12", "column13", "column14", "column15", "column16",
];

impl<'a> Resolver<'a> {
    pub(super) fn select(&mut self, select: &'a Select, tree: &'a Tree) -> Derived<'a> {
        self.scopes.push(Scope::default());
        for item in &select.from {
            let namespace = self.item(item);
            if let Some(scope) = self.scopes.last_mut() {
                scope.items.push(Rc::new(namespace));
            }
        }
        for expr in select.filter.iter() {
            let sources = self.value(expr);
            self.decide_by(Clause::Filter, &sources);
        }
        for (name, spec) in &select.windows {
            let sources = self.value(spec);
            if let Some(scope) = self.scopes.last_mut() {
                scope.windows.push((&name.value, sources));
            }
        }
        let (cells, open) = self.targets(&select.targets);
        for cell in cells.iter().filter(|_| select.group_all) {
            self.decide_by(Clause::Group, &cell.sources);
        }
        for key in &select.group {
            let sources = self.group_key(key, &cells);
            self.decide_by(Clause::Group, &sources);
        }
        for expr in select.having.iter() {
            let sources = self.value(expr);
            self.decide_by(Clause::Filter, &sources);
        }
        match &select.distinct {
            Distinct::No => {}
            Distinct::All => {
                for cell in &cells {
                    self.decide_by(Clause::Group, &cell.sources);
                }
            }
            Distinct::On(keys) => {
                for key in keys {
                    let sources = self.sort_key(key, &cells);
                    self.decide_by(Clause::Group, &sources);
                }
            }
        }
        let limited = tree.limited || matches!(select.distinct, Distinct::On(_));
        for key in &tree.order {
            let sources = self.sort_key(key, &cells);
            if limited {
                self.decide(&sources);
            }
        }
        for limit in &tree.limits {
            let sources = self.value(limit);
            self.decide(&sources);
        }
        let rows = self
            .scopes
            .pop()
            .and_then(|scope| scope.rows)
            .unwrap_or(Sources::None);
        Derived { cells, rows, open }
    }

    fn targets(&mut self, targets: &'a [Target]) -> (Vec<Cell<'a>>, Open) {
        let mut cells: Vec<Cell<'a>> = Vec::with_capacity(targets.len());
        let mut open = Open::No;
        for target in targets {
            if cells.len() > MOST_CELLS {
                self.give_up(target.span, PartialReason::TooComplex);
                break;
            }
            match &target.value {
                TargetValue::Star { of, without } => {
                    let first = cells.len();
                    open = merge_open(open, self.star(of, target.span, &mut cells));
                    let starred = cells.split_off(first).into_iter();
                    let kept = |cell: &Cell<'_>| without.iter().all(|w| w.value != cell.name);
                    cells.extend(starred.filter(kept));
                }
                TargetValue::Fields(expr) => {
                    open = merge_open(open, self.fields(expr, target.span, &mut cells));
                }
                TargetValue::Value { name, expr } => {
                    let sources = self.value(expr);
                    if self.rules.lateral_aliases
                        && let Some(scope) = self.scopes.last_mut()
                    {
                        scope.aliases.push((name, sources.clone()));
                    }
                    cells.push(Cell {
                        name,
                        sources,
                        span: target.span,
                    });
                }
            }
        }
        (cells, open)
    }

    /// `*` and `t.*`.
    fn star(&mut self, parts: &'a [Ident], span: Span, cells: &mut Vec<Cell<'a>>) -> Open {
        let (found, open) = if parts.is_empty() {
            let items = self
                .scopes
                .last()
                .map_or_else(Vec::new, |scope| scope.items.clone());
            let row = items
                .iter()
                .flat_map(|item| item.row.iter().cloned())
                .collect();
            let relations = items.iter().flat_map(|item| &item.relations);
            (
                row,
                relations.fold(Open::No, |open, relation| merge_open(open, relation.open)),
            )
        } else {
            let qualifier: Vec<&str> = parts.iter().map(|part| part.value.as_str()).collect();
            match self.relation(&qualifier) {
                Some(relation) => (relation.cells.to_vec(), relation.open),
                None => {
                    // The fields of a composite column: how many there are is not known.
                    let _sources = self.name(parts);
                    self.give_up(span, PartialReason::UnknownColumns);
                    return Open::Unknown;
                }
            }
        };
        let open = match open {
            Open::Fields(Star::One) => Open::No,
            Open::Fields(Star::Unknown) => Open::Unknown,
            other => other,
        };
        if open != Open::No {
            self.give_up(span, PartialReason::UnknownColumns);
        }
        for mut cell in found {
            self.read(cell.sources.clone());
            cell.span = span;
            cells.push(cell);
        }
        open
    }

    /// `(expression).*`
    fn fields(&mut self, expr: &'a Expr, span: Span, cells: &mut Vec<Cell<'a>>) -> Open {
        if let Expr::Name(parts) = expr {
            let qualifier: Vec<&str> = parts.iter().map(|part| part.value.as_str()).collect();
            if self.relation(&qualifier).is_some() {
                return self.star(parts, span, cells);
            }
        }
        let _sources = self.value(expr);
        self.give_up(span, PartialReason::UnknownColumns);
        Open::Unknown
    }

    /// A key of GROUP BY: a bare name is an input column first, then an output column.
    fn group_key(&mut self, key: &'a Expr, cells: &[Cell<'a>]) -> Sources {
        if let Expr::Name(parts) = key
            && let [only] = &**parts
            && !self.has_input(&only.value)
            && let Some(cell) = cells.iter().find(|cell| cell.name == only.value)
        {
            return cell.sources.clone();
        }
        self.key(key, cells)
    }

    fn has_input(&self, name: &str) -> bool {
        let items = self.scopes.last().map_or(&[][..], |scope| &scope.items);
        items
            .iter()
            .flat_map(|item| &item.row)
            .any(|cell| cell.name == name)
    }

    /// A key of ORDER BY or DISTINCT ON: a bare name is an output column first.
    fn sort_key(&mut self, key: &'a Expr, cells: &[Cell<'a>]) -> Sources {
        if let Expr::Name(parts) = key
            && let [only] = &**parts
            && let Some(cell) = cells.iter().find(|cell| cell.name == only.value)
        {
            return cell.sources.clone();
        }
        self.key(key, cells)
    }

    fn key(&mut self, key: &'a Expr, cells: &[Cell<'a>]) -> Sources {
        match key {
            Expr::Ordinal(number) => {
                let at = (*number as usize).checked_sub(1);
                let cell = at.and_then(|at| cells.get(at));
                cell.map_or_else(Sources::none, |cell| cell.sources.clone())
            }
            other => self.value(other),
        }
    }

    /// ORDER BY and LIMIT behind a set operation, VALUES or a query in parentheses: bare names are
    /// output columns.
    pub(super) fn tail(&mut self, tree: &'a Tree, derived: &mut Derived<'a>) {
        let row = derived.cells.clone();
        let namespace = Namespace {
            relations: Vec::new(),
            row,
        };
        self.scopes.push(Scope {
            items: vec![Rc::new(namespace)],
            ..Scope::default()
        });
        for key in &tree.order {
            let sources = self.sort_key(key, &derived.cells);
            if tree.limited {
                derived.rows = derived.rows.union(&sources);
            }
        }
        for limit in &tree.limits {
            let sources = self.value(limit);
            derived.rows = derived.rows.union(&sources);
        }
        if let Some(rows) = self.scopes.pop().and_then(|scope| scope.rows) {
            derived.rows = derived.rows.union(&rows);
        }
    }

    pub(super) fn values(&mut self, rows: &'a [Box<[Expr]>]) -> Derived<'a> {
        self.scopes.push(Scope::default());
        let mut columns: Vec<Sources> = Vec::new();
        for row in rows {
            for (at, value) in row.iter().enumerate() {
                let sources = self.value(value);
                match columns.get_mut(at) {
                    Some(column) => *column = column.union(&sources),
                    None => columns.push(sources),
                }
            }
        }
        let decided = self
            .scopes
            .pop()
            .and_then(|scope| scope.rows)
            .unwrap_or(Sources::None);
        let open = if columns.len() > VALUE_NAMES.len() {
            Open::Unknown
        } else {
            Open::No
        };
        let cells = columns.into_iter().enumerate().map(|(at, sources)| {
            let name = VALUE_NAMES.get(at).copied().unwrap_or("");
            Cell {
                name,
                sources,
                span: Span::default(),
            }
        });
        Derived {
            cells: cells.collect(),
            rows: decided,
            open,
        }
    }

    /// `TABLE name`, which is `SELECT * FROM name`.
    pub(super) fn table(&mut self, name: &'a QualifiedName) -> Derived<'a> {
        let cte = match name.parts.as_slice() {
            [only] => self.ctes.iter().rev().find(|(cte, _)| *cte == only.value),
            _ => None,
        };
        if let Some((_, derived)) = cte {
            return derived.clone();
        }
        let (_, cells, open) = self.base_cells(name);
        for cell in &cells {
            self.read(cell.sources.clone());
        }
        if open != Open::No {
            self.give_up(name.span, PartialReason::UnknownColumns);
        }
        Derived {
            cells,
            rows: Sources::none(),
            open,
        }
    }
}
