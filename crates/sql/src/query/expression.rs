//! Expressions of the parser's tree to ours: the names in them, and which of them are calls.

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::convert::{Converter, child, has_token, is_query, is_type};
use super::tree::{Expr, Tree};
use super::{Call, ConstructKind, functions};
use crate::dialect::UnitWords;
use crate::ident::{Ident, QualifiedName};

impl Converter<'_> {
    pub(super) fn expressions(&mut self, node: &SyntaxNode) -> Vec<Expr> {
        let children: Vec<SyntaxNode> = node.children().collect();
        let values = children.iter().map(|child| self.expr(child));
        values
            .filter(|value| !matches!(value, Expr::Nothing))
            .collect()
    }

    /// All that stands inside a node, as one expression.
    pub(super) fn inside(&mut self, node: &SyntaxNode) -> Expr {
        let mut values = self.expressions(node);
        if values.len() == 1 {
            values.pop().unwrap_or(Expr::Nothing)
        } else {
            Expr::of(values)
        }
    }

    pub(super) fn expr(&mut self, node: &SyntaxNode) -> Expr {
        match node.kind() {
            SyntaxKind::NAME_REF => self.name_ref(node),
            SyntaxKind::FIELD_EXPR => {
                let expr = self.field(node);
                if let Expr::Row(parts) = &expr
                    && gives_its_name(node)
                {
                    let start = parts.first().map(|part| part.span.start);
                    self.found.naming_rows.extend(start);
                }
                expr
            }
            SyntaxKind::CALL_EXPR => self.call(node),
            SyntaxKind::BIN_EXPR => self.chain(node),
            SyntaxKind::WINDOW_REF => Expr::Window(Box::new(self.ident(node))),
            kind if is_query(kind) => {
                self.note(ConstructKind::Subquery, node);
                Expr::Subquery(Box::new(self.nested(node)))
            }
            kind if is_type(kind) => Expr::Nothing,
            SyntaxKind::LITERAL | SyntaxKind::PARAM_NAME_REF | SyntaxKind::OPERATOR_CALL => {
                Expr::Nothing
            }
            _ => self.inside(node),
        }
    }

    /// Reads `a + b + c ..` without recursing for each operator.
    fn chain(&mut self, node: &SyntaxNode) -> Expr {
        let mut values = Vec::new();
        let mut current = node.clone();
        loop {
            let operands: Vec<SyntaxNode> = current.children().collect();
            let Some((first, rest)) = operands.split_first() else {
                break;
            };
            let tests = has_token(&current, SyntaxKind::IS_KW)
                || child(&current, SyntaxKind::IS_NOT).is_some();
            for operand in rest {
                if !(tests && self.is_test_word(operand)) {
                    values.push(self.expr(operand));
                }
            }
            if first.kind() != SyntaxKind::BIN_EXPR {
                values.push(self.expr(first));
                break;
            }
            current = first.clone();
        }
        values.retain(|value| !matches!(value, Expr::Nothing));
        Expr::of(values)
    }

    /// `x IS UNKNOWN`, `x IS DOCUMENT`: the parser takes the word for a name.
    fn is_test_word(&self, node: &SyntaxNode) -> bool {
        let name = (node.kind() == SyntaxKind::NAME_REF).then(|| self.ident(node));
        name.is_some_and(|n| !n.quoted && matches!(n.value.as_str(), "unknown" | "document"))
    }

    fn name_ref(&mut self, node: &SyntaxNode) -> Expr {
        let name = self.ident(node);
        let redshift = self.dialect.rules().lateral_aliases;
        let is_call = functions::keyword_call(&name.value)
            || redshift && functions::redshift_keyword_call(&name.value);
        if is_call && !name.quoted {
            self.found.calls.push(Call {
                name: QualifiedName::new(vec![name]),
            });
            return Expr::Nothing;
        }
        Expr::Name([name].into())
    }

    fn field(&mut self, node: &SyntaxNode) -> Expr {
        let Some(base) = node.first_child() else {
            return Expr::Nothing;
        };
        let star = has_token(node, SyntaxKind::STAR);
        let field = (!star).then(|| node.children().nth(1)).flatten();
        let field = field.map(|field| self.ident(&field));
        let base = match base.kind() {
            SyntaxKind::NAME_REF => Expr::Name([self.ident(&base)].into()),
            SyntaxKind::FIELD_EXPR => self.field(&base),
            _ => Expr::Of([self.expr(&base)].into()),
        };
        match (base, field) {
            (Expr::Name(parts), Some(field)) => {
                let longer = parts.into_iter().chain([field]);
                Expr::Name(longer.collect())
            }
            (Expr::Name(parts), None) => Expr::Row(parts),
            (Expr::Of(inner), field) => {
                let value = inner.into_vec().pop().unwrap_or(Expr::Nothing);
                match field {
                    Some(field) => Expr::Field(Box::new((value, field))),
                    None => value,
                }
            }
            (other, Some(field)) => Expr::Field(Box::new((other, field))),
            (other, None) => Expr::Of([other].into()),
        }
    }

    fn call(&mut self, node: &SyntaxNode) -> Expr {
        let mut children: Vec<SyntaxNode> = node.children().collect();
        if let [only] = children.as_slice() {
            return self.special_call(&only.clone());
        }
        let named = matches!(children.first(), Some(first)
            if matches!(first.kind(), SyntaxKind::NAME_REF | SyntaxKind::FIELD_EXPR));
        let mut function = String::new();
        if named {
            let name = self.path_of(&children.remove(0));
            name.last().clone_into(&mut function);
            self.found.calls.push(Call { name });
        }
        if child(node, SyntaxKind::OVER_CLAUSE).is_some() {
            self.note(ConstructKind::WindowFunction, node);
        }
        let mut values = Vec::new();
        for part in &children {
            if part.kind() == SyntaxKind::ARG_LIST {
                if child(part, SyntaxKind::DISTINCT).is_some() {
                    self.note(ConstructKind::DistinctAggregate, node);
                }
                values.append(&mut self.arguments(&function, part));
            } else {
                values.append(&mut self.expressions(part));
            }
        }
        let value = Expr::of(values);
        if functions::makes_rows(&function) {
            return Expr::Rows(Box::new(value));
        }
        value
    }

    /// The arguments of a call that are values.
    fn arguments(&mut self, function: &str, list: &SyntaxNode) -> Vec<Expr> {
        let units = self.dialect.rules().unit_words;
        let args: Vec<SyntaxNode> = list.children().collect();
        let values = args
            .iter()
            .enumerate()
            .map(|(at, arg)| match self.inside(arg) {
                Expr::Name(parts) if is_word_argument(function, at, &parts, units) => Expr::Nothing,
                value => value,
            });
        values.filter(|value| *value != Expr::Nothing).collect()
    }

    fn special_call(&mut self, node: &SyntaxNode) -> Expr {
        if node.kind() == SyntaxKind::EXISTS_FN {
            let query = node.children().find(|child| is_query(child.kind()));
            self.note(ConstructKind::Subquery, node);
            let query = query.map_or_else(Tree::default, |query| self.nested(&query));
            return Expr::Exists(Box::new(query));
        }
        self.inside(node)
    }
}

/// Tells whether something may be called like the `t` of this `t.*`.
fn gives_its_name(row: &SyntaxNode) -> bool {
    use SyntaxKind::{ARG, BIN_EXPR, POSTFIX_EXPR, TARGET};
    let around = row.parent().map(|parent| parent.kind());
    !matches!(around, Some(ARG | BIN_EXPR | POSTFIX_EXPR | TARGET))
}

/// Tells whether an argument is a word of the function's own grammar.
fn is_word_argument(function: &str, at: usize, parts: &[Ident], units: UnitWords) -> bool {
    matches!(parts, [word] if !word.quoted
        && functions::word_argument(function, at, &word.value, units))
}
