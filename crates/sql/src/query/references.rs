//! Every relation that a tree reads, and the columns that are qualified by one; needs no catalog.
//!
//! A CTE hides a relation of the same bare name where it is visible: in a plain WITH for the CTEs
//! after it and the body, in a recursive one for itself and those before it too.

use std::collections::BTreeSet;

use super::qualifiers::Sight;
use super::tree::{Alias, Body, Cte, Distinct, Expr, FromItem, JoinCondition, Select};
use super::tree::{TableFunction, Target, TargetValue, Tree, WithScope};
use super::{AliasSlot, Reference};
use crate::ident::{Ident, QualifiedName};

/// Collects the references of a tree in the order of the text, and what is in sight of each place.
pub(super) fn collect<'a>(
    tree: &'a Tree,
    naming_rows: &'a BTreeSet<u32>,
) -> (Vec<Reference>, Sight<'a>) {
    let mut walk = Walk {
        ctes: Vec::new(),
        naming_rows,
        sight: Sight::default(),
        found: Vec::new(),
    };
    walk.tree(tree, Vec::new());
    walk.found.sort_by_key(|reference| reference.name.span);
    (walk.found, walk.sight)
}

struct Walk<'a> {
    ctes: Vec<&'a str>,
    naming_rows: &'a BTreeSet<u32>,
    sight: Sight<'a>,
    found: Vec<Reference>,
}

impl<'a> Walk<'a> {
    /// Walks a query; the keys stand behind the parentheses around it, and see what it reads.
    fn tree(&mut self, tree: &'a Tree, mut keys: Vec<&'a Expr>) {
        let visible = self.ctes.len();
        if let Some(with) = &tree.with {
            if with.scope == WithScope::Recursive {
                self.ctes
                    .extend(with.ctes.iter().map(|cte| cte.name.value.as_str()));
            }
            for cte in &with.ctes {
                self.cte(cte);
                if with.scope == WithScope::Plain {
                    self.ctes.push(&cte.name.value);
                }
            }
        }
        keys.extend(tree.order.iter().chain(&tree.limits));
        match &tree.body {
            Body::Select(select) => self.select(select, &keys),
            Body::Set { left, right, .. } => {
                self.tree(left, Vec::new());
                self.tree(right, Vec::new());
                keys.iter().for_each(|key| self.expr(key));
            }
            Body::Values(rows) => {
                rows.iter().flatten().for_each(|value| self.expr(value));
                keys.iter().for_each(|key| self.expr(key));
            }
            Body::Table(name) => {
                self.sight.enter();
                self.relation(name, None);
                if self.is_cte(name) {
                    name.parts.iter().for_each(|name| self.sight.named(name));
                } else {
                    self.sight.relation(name);
                }
                keys.iter().for_each(|key| self.expr(key));
                self.sight.leave();
            }
            Body::Nested(inner) => self.tree(inner, keys),
            Body::Missing => keys.iter().for_each(|key| self.expr(key)),
        }
        self.ctes.truncate(visible);
    }

    fn cte(&mut self, cte: &'a Cte) {
        self.sight.give(&cte.name);
        self.sight.say(&cte.columns);
        for (name, by) in &cte.added {
            self.sight.say(std::slice::from_ref(name));
            self.sight.say(by);
        }
        self.tree(&cte.query, Vec::new());
    }

    fn select(&mut self, select: &'a Select, keys: &[&'a Expr]) {
        self.sight.enter();
        select.from.iter().for_each(|item| self.from(item));
        for target in &select.targets {
            match &target.value {
                TargetValue::Value { expr, .. } | TargetValue::Fields(expr) => self.expr(expr),
                TargetValue::Star { of, without } => {
                    self.sight.qualifier(of);
                    self.sight.say(without);
                }
            }
        }
        if let Distinct::On(keys) = &select.distinct {
            keys.iter().for_each(|key| self.key(key, &select.targets));
        }
        select
            .filter
            .iter()
            .chain(&select.having)
            .for_each(|expr| self.expr(expr));
        let group = select.group.iter();
        group.for_each(|key| self.key(key, &select.targets));
        for (name, spec) in &select.windows {
            self.sight.say(std::slice::from_ref(name));
            self.expr(spec);
        }
        keys.iter().for_each(|key| self.key(key, &select.targets));
        self.sight.leave();
    }

    /// A key of ORDER BY, GROUP BY or DISTINCT ON: the name of an output column is never a row.
    fn key(&mut self, key: &'a Expr, targets: &[Target]) {
        let output = |word: &Ident| {
            let mut names = targets.iter().filter_map(|target| match &target.value {
                TargetValue::Value { name, .. } => Some(name),
                TargetValue::Star { .. } | TargetValue::Fields(_) => None,
            });
            names.any(|name| *name == word.value)
        };
        match key {
            Expr::Name(parts) if matches!(&**parts, [word] if output(word)) => {
                self.sight.say(parts);
            }
            _ => self.expr(key),
        }
    }

    fn is_cte(&self, name: &QualifiedName) -> bool {
        match &*name.parts {
            [only] => self.ctes.contains(&only.value.as_str()),
            parts => parts.is_empty(),
        }
    }

    fn relation(&mut self, name: &QualifiedName, slot: Option<AliasSlot>) {
        self.sight.say(&name.parts);
        if !self.is_cte(name) {
            self.found.push(Reference {
                name: name.clone(),
                slot,
            });
        }
    }

    fn alias(&mut self, alias: &'a Alias) {
        self.sight.say(&alias.columns);
        self.sight.named(&alias.name);
    }

    /// The name of an item: its alias, or what it is called without one.
    fn named(&mut self, alias: Option<&'a Alias>, otherwise: Option<&'a Ident>) {
        match (alias, otherwise) {
            (Some(alias), _) => self.alias(alias),
            (None, Some(name)) => self.sight.named(name),
            (None, None) => {}
        }
    }

    fn from(&mut self, item: &'a FromItem) {
        let since = self.sight.items();
        match item {
            FromItem::Relation {
                name,
                alias,
                sample,
                slot,
            } => {
                self.relation(name, *slot);
                sample.iter().for_each(|sample| self.expr(sample));
                if alias.is_some() || self.is_cte(name) {
                    self.named(alias.as_deref(), name.parts.last());
                } else {
                    self.sight.relation(name);
                }
            }
            FromItem::Navigation { path, alias } => {
                self.sight.say(path);
                self.named(alias.as_deref(), path.last());
            }
            FromItem::Subquery {
                query,
                lateral,
                alias,
            } => {
                let hidden = (!lateral).then(|| self.sight.hide(usize::MAX));
                self.tree(query, Vec::new());
                hidden
                    .into_iter()
                    .for_each(|before| self.sight.unhide(before));
                self.named(alias.as_deref(), None);
            }
            FromItem::Functions {
                functions, alias, ..
            } => {
                functions
                    .iter()
                    .for_each(|function| self.function(function));
                let first = functions.first();
                let otherwise = first.and_then(|first| first.name.parts.last());
                self.named(alias.as_deref(), otherwise);
            }
            FromItem::Join {
                left,
                right,
                condition,
            } => {
                self.from(left);
                self.from(right);
                self.condition(condition, since);
            }
            FromItem::Aliased { item, alias } => {
                self.from(item);
                self.sight.forget(since);
                self.alias(alias);
            }
        }
    }

    fn condition(&mut self, condition: &'a JoinCondition, since: usize) {
        match condition {
            JoinCondition::On(on) => {
                let before = self.sight.hide(since);
                self.expr(on);
                self.sight.unhide(before);
            }
            JoinCondition::Using { columns, alias } => {
                self.sight.say(columns);
                self.named(None, alias.as_ref());
            }
            JoinCondition::Natural | JoinCondition::None => {}
        }
    }

    fn function(&mut self, function: &'a TableFunction) {
        self.sight.say(&function.name.parts);
        self.sight
            .say(function.columns.as_deref().unwrap_or_default());
        self.expr(&function.args);
        if let Some(relation) = &function.relation {
            self.relation(relation, None);
        }
    }

    fn expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(parts) => match &**parts {
                [word] => self.sight.word(word),
                [qualifier @ .., _] => self.sight.qualifier(qualifier),
                [] => {}
            },
            Expr::Row(parts) => {
                let start = parts.first().map(|part| part.span.start);
                if start.is_some_and(|start| self.naming_rows.contains(&start)) {
                    self.sight.naming_row(parts);
                } else {
                    self.sight.qualifier(parts);
                }
            }
            Expr::Window(name) => self.sight.say(std::slice::from_ref(name)),
            Expr::Ordinal(_) | Expr::Nothing => {}
            Expr::Rows(value) => self.expr(value),
            Expr::Field(field) => self.expr(&field.0),
            Expr::Subquery(query) | Expr::Exists(query) => self.tree(query, Vec::new()),
            Expr::Of(parts) => parts.iter().for_each(|part| self.expr(part)),
        }
    }
}
