//! Every relation that a tree reads; needs no catalog.
//!
//! A CTE hides a relation of the same bare name where it is visible: in a plain WITH for the CTEs
//! after it and the body, in a recursive one for itself and those before it too.

use super::tree::WithScope;
use super::tree::{Body, Cte, Distinct, Expr, FromItem, JoinCondition, Select, TargetValue, Tree};
use super::{AliasSlot, Reference};
use crate::ident::QualifiedName;

/// Collects the references of a tree in the order of the text.
pub(super) fn collect(tree: &Tree) -> Vec<Reference> {
    let mut walk = Walk {
        ctes: Vec::new(),
        found: Vec::new(),
    };
    walk.tree(tree);
    walk.found.sort_by_key(|reference| reference.name.span);
    walk.found
}

struct Walk<'a> {
    ctes: Vec<&'a str>,
    found: Vec<Reference>,
}

impl<'a> Walk<'a> {
    fn tree(&mut self, tree: &'a Tree) {
        let visible = self.ctes.len();
        if let Some(with) = &tree.with {
            if with.scope == WithScope::Recursive {
                self.ctes
                    .extend(with.ctes.iter().map(|cte| cte.name.value.as_str()));
            }
            for Cte { name, query, .. } in &with.ctes {
                self.tree(query);
                if with.scope == WithScope::Plain {
                    self.ctes.push(&name.value);
                }
            }
        }
        match &tree.body {
            Body::Select(select) => self.select(select),
            Body::Set { left, right, .. } => {
                self.tree(left);
                self.tree(right);
            }
            Body::Values(rows) => rows.iter().flatten().for_each(|value| self.expr(value)),
            Body::Table(name) => self.relation(name, None),
            Body::Nested(inner) => self.tree(inner),
            Body::Missing => {}
        }
        tree.order
            .iter()
            .chain(&tree.limits)
            .for_each(|expr| self.expr(expr));
        self.ctes.truncate(visible);
    }

    fn select(&mut self, select: &'a Select) {
        select.from.iter().for_each(|item| self.from(item));
        for target in &select.targets {
            match &target.value {
                TargetValue::Value { expr, .. } | TargetValue::Fields(expr) => self.expr(expr),
                TargetValue::Star { .. } => {}
            }
        }
        if let Distinct::On(keys) = &select.distinct {
            keys.iter().for_each(|key| self.expr(key));
        }
        select
            .filter
            .iter()
            .chain(&select.having)
            .for_each(|expr| self.expr(expr));
        select.group.iter().for_each(|expr| self.expr(expr));
        select.windows.iter().for_each(|(_, spec)| self.expr(spec));
    }

    fn relation(&mut self, name: &QualifiedName, slot: Option<AliasSlot>) {
        let hidden = match &*name.parts {
            [only] => self.ctes.contains(&only.value.as_str()),
            parts => parts.is_empty(),
        };
        if !hidden {
            self.found.push(Reference {
                name: name.clone(),
                slot,
            });
        }
    }

    fn from(&mut self, item: &'a FromItem) {
        match item {
            FromItem::Relation {
                name, sample, slot, ..
            } => {
                self.relation(name, *slot);
                sample.iter().for_each(|sample| self.expr(sample));
            }
            FromItem::Navigation { .. } => {}
            FromItem::Subquery { query, .. } => self.tree(query),
            FromItem::Functions { functions, .. } => {
                for function in functions {
                    self.expr(&function.args);
                    if let Some(relation) = &function.relation {
                        self.relation(relation, None);
                    }
                }
            }
            FromItem::Join {
                left,
                right,
                condition,
            } => {
                self.from(left);
                self.from(right);
                if let JoinCondition::On(on) = condition {
                    self.expr(on);
                }
            }
            FromItem::Aliased { item, .. } => self.from(item),
        }
    }

    fn expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(_) | Expr::Row(_) | Expr::Window(_) | Expr::Ordinal(_) | Expr::Nothing => {}
            Expr::Rows(value) => self.expr(value),
            Expr::Field(field) => self.expr(&field.0),
            Expr::Subquery(query) | Expr::Exists(query) => self.tree(query),
            Expr::Of(parts) => parts.iter().for_each(|part| self.expr(part)),
        }
    }
}
