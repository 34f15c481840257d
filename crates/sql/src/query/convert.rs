//! The parser's tree to ours.
//!
//! The parser reads a text of the same length as the query, in which other engines' syntax has been
//! replaced ([`super::adapt`]), so that its offsets hold in the text itself; **names are always
//! taken from the text itself**. What has no meaning for names and columns is passed over: an
//! expression that is not known here still gives the names in it.

use std::collections::BTreeSet;

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::adapt::Adapted;
use super::aliases::Aliases;
use super::tree::{Body, Cte, Distinct, Expr, Select, SetOp, Target, TargetValue, Tree, With};
use super::tree::{JoinCondition, WithScope};
use super::{Call, Construct, ConstructKind, Partial, PartialReason};
use crate::dialect::Dialect;
use crate::ident::{Ident, QualifiedName, cut};
use crate::problem::{Problem, ProblemKind};
use crate::span::Span;

/// Walks the parser's tree; collects what is found on the way.
#[derive(Debug)]
pub(super) struct Converter<'a> {
    pub(super) text: &'a str,
    /// Where the query starts in the text.
    pub(super) base: u32,
    pub(super) dialect: Dialect,
    pub(super) adapted: &'a Adapted,
    /// How many SELECTs have begun, and the one that is being read.
    pub(super) selects: u32,
    pub(super) select: u32,
    /// How many queries stand around the one that is being read.
    pub(super) depth: u32,
    pub(super) aliases: Aliases,
    pub(super) found: Found,
}

/// What is found on the way through a tree.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) calls: Vec<Call>,
    /// Where each `t.*` starts that something may be called `t` for.
    pub(super) naming_rows: BTreeSet<u32>,
    /// Where the names of output columns start.
    pub(super) output_names: BTreeSet<u32>,
    pub(super) stars: Vec<Span>,
    pub(super) constructs: Vec<Construct>,
    pub(super) problems: Vec<Problem>,
    pub(super) partial: Vec<Partial>,
}

pub(super) fn child(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxNode> {
    node.children().find(|child| child.kind() == kind)
}

pub(super) fn has_token(node: &SyntaxNode, kind: SyntaxKind) -> bool {
    node.children_with_tokens()
        .any(|element| element.kind() == kind)
}

pub(super) const fn is_query(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::SELECT
            | SyntaxKind::COMPOUND_SELECT
            | SyntaxKind::PAREN_SELECT
            | SyntaxKind::VALUES
            | SyntaxKind::TABLE
            | SyntaxKind::SELECT_INTO
    )
}

pub(super) const fn is_type(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::PATH_TYPE
            | SyntaxKind::ARRAY_TYPE
            | SyntaxKind::VARCHAR_TYPE
            | SyntaxKind::CHARACTER_TYPE
            | SyntaxKind::BIT_TYPE
            | SyntaxKind::BIT_VARYING_TYPE
            | SyntaxKind::DOUBLE_TYPE
            | SyntaxKind::TIME_TYPE
            | SyntaxKind::TIMESTAMP_TYPE
            | SyntaxKind::INTERVAL_TYPE
    )
}

impl<'a> Converter<'a> {
    pub(super) fn new(text: &'a str, span: Span, dialect: Dialect, adapted: &'a Adapted) -> Self {
        let base = span.start;
        Self {
            text,
            base,
            dialect,
            adapted,
            selects: 0,
            select: 0,
            depth: 0,
            aliases: Aliases::default(),
            found: Found::default(),
        }
    }

    /// Remembers a part of the query that engines have rules about.
    pub(super) fn note(&mut self, kind: ConstructKind, node: &SyntaxNode) {
        let span = self.span(node);
        let depth = self.depth;
        self.found.constructs.push(Construct { kind, span, depth });
    }

    pub(super) fn span(&self, node: &SyntaxNode) -> Span {
        let range = node.text_range();
        Span::new(
            self.base + u32::from(range.start()),
            self.base + u32::from(range.end()),
        )
    }

    pub(super) fn ident(&self, node: &SyntaxNode) -> Ident {
        let span = self.span(node);
        let mut ident = Ident::parse(span.slice(self.text), span, self.dialect);
        ident.value = cut(ident.value, self.dialect);
        ident
    }

    /// Finds the query in the root of the parser's tree.
    pub(super) fn root(&mut self, root: &SyntaxNode) -> Tree {
        if let Some(query) = root.children().find(|node| is_query(node.kind())) {
            return self.query(&query);
        }
        if !self.refuse_change(root) {
            let span = self.span(root);
            self.found.partial.push(Partial {
                span,
                reason: PartialReason::Syntax,
            });
        }
        Tree::default()
    }

    /// Says that a child of the node changes data, if one does.
    fn refuse_change(&mut self, node: &SyntaxNode) -> bool {
        let modifies = node.children().find(|child| {
            use SyntaxKind::{DELETE, INSERT, MERGE, UPDATE};
            matches!(child.kind(), INSERT | UPDATE | DELETE | MERGE)
        });
        let Some(modifies) = modifies else {
            return false;
        };
        let span = self.span(&modifies);
        let message = "a view cannot hold a statement that changes data";
        self.found
            .problems
            .push(Problem::new(ProblemKind::ModifiesData, span, message));
        self.found.partial.push(Partial {
            span,
            reason: PartialReason::Syntax,
        });
        true
    }

    /// Reads a query that stands inside of another one.
    pub(super) fn nested(&mut self, node: &SyntaxNode) -> Tree {
        self.depth += 1;
        let tree = self.query(node);
        self.depth -= 1;
        tree
    }

    pub(super) fn query(&mut self, node: &SyntaxNode) -> Tree {
        let mut tree = match node.kind() {
            SyntaxKind::SELECT | SyntaxKind::SELECT_INTO => {
                let select = self.select(node);
                Tree {
                    body: Body::Select(Box::new(select)),
                    ..Tree::default()
                }
            }
            SyntaxKind::COMPOUND_SELECT => self.compound(node),
            SyntaxKind::PAREN_SELECT => self.parenthesised(node),
            SyntaxKind::VALUES => Tree {
                body: Body::Values(self.rows(node)),
                ..Tree::default()
            },
            SyntaxKind::TABLE => {
                let name = child(node, SyntaxKind::RELATION_NAME);
                let name = name.and_then(|name| self.relation_name(&name));
                Tree {
                    body: name.map_or(Body::Missing, Body::Table),
                    ..Tree::default()
                }
            }
            _ => {
                let (span, reason) = (self.span(node), PartialReason::Syntax);
                self.found.partial.push(Partial { span, reason });
                Tree::default()
            }
        };
        if let Some(with) = child(node, SyntaxKind::WITH_CLAUSE) {
            tree.with = Some(self.with(&with));
        }
        self.tail(node, &mut tree);
        tree
    }

    /// Reads ORDER BY, LIMIT, OFFSET and FETCH into the query they stand behind.
    fn tail(&mut self, node: &SyntaxNode, tree: &mut Tree) {
        let mut limits = Vec::new();
        for clause in node.children() {
            match clause.kind() {
                SyntaxKind::ORDER_BY_CLAUSE => {
                    self.note(ConstructKind::OrderBy, &clause);
                    tree.order = self.sort_keys(&clause);
                }
                kind @ (SyntaxKind::LIMIT_CLAUSE
                | SyntaxKind::OFFSET_CLAUSE
                | SyntaxKind::FETCH_CLAUSE) => {
                    let offset = kind == SyntaxKind::OFFSET_CLAUSE;
                    let kind = if offset {
                        ConstructKind::Offset
                    } else {
                        ConstructKind::Limit
                    };
                    self.note(kind, &clause);
                    tree.limited = true;
                    limits.append(&mut self.expressions(&clause));
                }
                _ => {}
            }
        }
        if !limits.is_empty() {
            tree.limits = limits.into();
        }
        let clause = child(node, SyntaxKind::SELECT_CLAUSE).map(|clause| self.span(&clause));
        let mut tops = self.adapted.tops.iter();
        if let Some(top) = tops.find(|top| clause.is_some_and(|clause| clause.contains(**top))) {
            let (kind, span, depth) = (ConstructKind::Limit, *top, self.depth);
            self.found.constructs.push(Construct { kind, span, depth });
            tree.limited = true;
        }
    }

    fn parenthesised(&mut self, node: &SyntaxNode) -> Tree {
        let inner = node.children().find(|child| is_query(child.kind()));
        let inner = inner.map_or_else(Tree::default, |inner| self.query(&inner));
        let own = node.children().any(|child| !is_query(child.kind()));
        if own {
            Tree {
                body: Body::Nested(Box::new(inner)),
                ..Tree::default()
            }
        } else {
            inner
        }
    }

    fn compound(&mut self, node: &SyntaxNode) -> Tree {
        let mut operands = node.children().filter_map(|child| match child.kind() {
            kind if is_query(kind) => Some(child),
            SyntaxKind::PAREN_EXPR => child.children().find(|inner| is_query(inner.kind())),
            _ => None,
        });
        let (Some(left_node), right_node) = (operands.next(), operands.next()) else {
            return Tree::default();
        };
        let mut left = self.query(&left_node);
        // A WITH before the first operand belongs to the whole, unless parentheses hold it.
        let held = left_node.kind() == SyntaxKind::PAREN_SELECT
            && child(&left_node, SyntaxKind::WITH_CLAUSE).is_none();
        let with = if held { None } else { left.with.take() };
        let right = right_node.map_or_else(Tree::default, |right| self.query(&right));
        let op = self.set_op(node);
        let body = Body::Set {
            op,
            left: Box::new(left),
            right: Box::new(right),
        };
        Tree {
            with,
            body,
            ..Tree::default()
        }
    }

    /// Which set operation a compound is.
    fn set_op(&mut self, node: &SyntaxNode) -> SetOp {
        use SyntaxKind::{ALL, EXCEPT, INTERSECT, UNION};
        let mut parts = node.children();
        let Some(op) = parts.find(|part| matches!(part.kind(), UNION | INTERSECT | EXCEPT)) else {
            return SetOp::Union;
        };
        let start = self.span(&op).start;
        let minus = self.adapted.minus.iter().any(|span| span.start == start);
        let all = child(&op, ALL).is_some();
        let (op_is, kind) = match op.kind() {
            UNION if minus => (SetOp::Except, ConstructKind::Except),
            UNION if all => (SetOp::UnionAll, ConstructKind::UnionAll),
            UNION => (SetOp::Union, ConstructKind::Union),
            INTERSECT => (SetOp::Intersect, ConstructKind::Intersect),
            _ => (SetOp::Except, ConstructKind::Except),
        };
        self.note(kind, &op);
        op_is
    }

    fn rows(&mut self, node: &SyntaxNode) -> Box<[Box<[Expr]>]> {
        let list = child(node, SyntaxKind::ROW_LIST);
        let rows = list.iter().flat_map(SyntaxNode::children);
        let rows = rows.filter(|row| row.kind() == SyntaxKind::ROW);
        let rows: Vec<SyntaxNode> = rows.collect();
        rows.iter()
            .map(|row| row.children().map(|value| self.expr(&value)).collect())
            .collect()
    }

    fn with(&mut self, node: &SyntaxNode) -> With {
        let recursive = has_token(node, SyntaxKind::RECURSIVE_KW);
        let scope = if recursive {
            WithScope::Recursive
        } else {
            WithScope::Plain
        };
        let tables = node
            .children()
            .filter(|child| child.kind() == SyntaxKind::WITH_TABLE);
        let tables: Vec<SyntaxNode> = tables.collect();
        With {
            scope,
            ctes: tables.iter().filter_map(|table| self.cte(table)).collect(),
        }
    }

    fn cte(&mut self, node: &SyntaxNode) -> Option<Cte> {
        let name = self.ident(&child(node, SyntaxKind::CTE_NAME)?);
        let columns = child(node, SyntaxKind::COLUMN_LIST);
        let columns = columns.map_or_else(Box::default, |list| {
            self.names(&list, SyntaxKind::COLUMN_NAME)
        });
        self.refuse_change(node);
        let query = node.children().find(|child| is_query(child.kind()));
        let query = query.map_or_else(Tree::default, |query| self.nested(&query));
        let mut added = Vec::new();
        if let Some(search) = child(node, SyntaxKind::SEARCH_CLAUSE) {
            let by = self.refs_in(&search, SyntaxKind::SEARCH_COLUMNS);
            let set = self.refs_in(&search, SyntaxKind::SEARCH_SET_COLUMN);
            added.extend(set.into_iter().map(|name| (name, by.clone())));
        }
        if let Some(cycle) = child(node, SyntaxKind::CYCLE_CLAUSE) {
            let by = self.refs_in(&cycle, SyntaxKind::CYCLE_COLUMNS);
            let set = self.refs_in(&cycle, SyntaxKind::CYCLE_SET_COLUMN);
            let path = self.refs_in(&cycle, SyntaxKind::CYCLE_PATH);
            let set = set.into_iter().chain(path);
            added.extend(set.map(|name| (name, by.clone())));
        }
        Some(Cte {
            name,
            columns,
            query,
            added: added.into(),
        })
    }

    fn refs_in(&self, node: &SyntaxNode, kind: SyntaxKind) -> Box<[Ident]> {
        child(node, kind).map_or_else(Box::default, |n| {
            self.names(&n, SyntaxKind::COLUMN_NAME_REF)
        })
    }

    pub(super) fn names(&self, list: &SyntaxNode, kind: SyntaxKind) -> Box<[Ident]> {
        let names = list.children().filter(|child| child.kind() == kind);
        names.map(|name| self.ident(&name)).collect()
    }

    fn select(&mut self, node: &SyntaxNode) -> Select {
        let mut select = Select::default();
        self.selects += 1;
        let outer = std::mem::replace(&mut self.select, self.selects);
        let aliases = self.aliases.begin();
        // FROM first: what stands before it may walk into its items.
        if let Some(from) = child(node, SyntaxKind::FROM_CLAUSE) {
            let items: Vec<SyntaxNode> = from.children().collect();
            select.from = items.iter().filter_map(|item| self.item_of(item)).collect();
        }
        for clause in node.children() {
            match clause.kind() {
                SyntaxKind::SELECT_CLAUSE => self.select_clause(&clause, &mut select),
                SyntaxKind::WHERE_CLAUSE => select.filter = Some(self.inside(&clause)),
                SyntaxKind::HAVING_CLAUSE => select.having = Some(self.inside(&clause)),
                SyntaxKind::GROUP_BY_CLAUSE => {
                    self.note(ConstructKind::GroupBy, &clause);
                    select.group_all = child(&clause, SyntaxKind::GROUP_BY_LIST).is_none();
                    let mut keys = Vec::new();
                    self.group_keys(&clause, &mut keys);
                    select.group = keys.into();
                }
                SyntaxKind::WINDOW_CLAUSE => {
                    let defs = clause
                        .children()
                        .filter(|c| c.kind() == SyntaxKind::WINDOW_DEF);
                    let defs: Vec<SyntaxNode> = defs.collect();
                    let named = defs.iter().filter_map(|def| {
                        let name = self.ident(&child(def, SyntaxKind::WINDOW)?);
                        Some((name, self.inside(def)))
                    });
                    select.windows = named.collect();
                }
                _ => {}
            }
        }
        self.aliases.end(&aliases);
        self.select = outer;
        select
    }

    fn select_clause(&mut self, clause: &SyntaxNode, select: &mut Select) {
        if let Some(distinct) = child(clause, SyntaxKind::DISTINCT_CLAUSE) {
            select.distinct = match child(&distinct, SyntaxKind::DISTINCT_ON) {
                Some(on) => Distinct::On(on.children().map(|key| self.sort_key(&key)).collect()),
                None => Distinct::All,
            };
        }
        let list = child(clause, SyntaxKind::TARGET_LIST);
        let targets: Vec<SyntaxNode> = list.iter().flat_map(SyntaxNode::children).collect();
        select.targets = targets
            .iter()
            .filter_map(|target| self.target(target))
            .collect();
    }

    fn target(&mut self, node: &SyntaxNode) -> Option<Target> {
        let span = self.span(node);
        if has_token(node, SyntaxKind::STAR) {
            self.found.stars.push(span);
            return Some(Target {
                span,
                value: self.star_of(Box::default(), span),
            });
        }
        let value = node
            .children()
            .find(|child| child.kind() != SyntaxKind::AS_NAME)?;
        let expr = self.expr(&value);
        let starred = value.kind() == SyntaxKind::FIELD_EXPR && has_token(&value, SyntaxKind::STAR);
        if starred {
            self.found.stars.push(span);
            let value = match expr {
                Expr::Row(parts) => self.star_of(parts, span),
                other => TargetValue::Fields(other),
            };
            return Some(Target { span, value });
        }
        let alias = child(node, SyntaxKind::AS_NAME);
        let alias = alias.and_then(|name| child(&name, SyntaxKind::COLUMN_NAME));
        let name = match alias {
            Some(alias) => {
                let alias = self.ident(&alias);
                self.found.output_names.insert(alias.span.start);
                alias.value
            }
            None => cut(self.invented_name(&value), self.dialect),
        };
        Some(Target {
            span,
            value: TargetValue::Value { name, expr },
        })
    }

    fn star_of(&self, of: Box<[Ident]>, span: Span) -> TargetValue {
        let without = self
            .adapted
            .excluded
            .iter()
            .find(|(star_end, _)| *star_end == span.end);
        TargetValue::Star {
            of,
            without: without.map_or_else(Box::default, |(_, names)| names.as_slice().into()),
        }
    }

    fn group_keys(&mut self, node: &SyntaxNode, keys: &mut Vec<Expr>) {
        for item in node.children() {
            match item.kind() {
                SyntaxKind::GROUP_BY_LIST
                | SyntaxKind::GROUPING_EXPR
                | SyntaxKind::GROUPING_SETS
                | SyntaxKind::GROUPING_ROLLUP
                | SyntaxKind::GROUPING_CUBE
                | SyntaxKind::PAREN_EXPR
                | SyntaxKind::TUPLE_EXPR => self.group_keys(&item, keys),
                SyntaxKind::ALL | SyntaxKind::DISTINCT_CLAUSE => {}
                _ => keys.push(self.sort_key(&item)),
            }
        }
    }

    /// The keys of an ORDER BY, each of which may be the number of an output column.
    fn sort_keys(&mut self, clause: &SyntaxNode) -> Box<[Expr]> {
        let list = child(clause, SyntaxKind::SORT_BY_LIST);
        let keys: Vec<SyntaxNode> = list.iter().flat_map(SyntaxNode::children).collect();
        keys.iter()
            .filter_map(SyntaxNode::first_child)
            .map(|key| self.sort_key(&key))
            .collect()
    }

    fn sort_key(&mut self, node: &SyntaxNode) -> Expr {
        if node.kind() == SyntaxKind::LITERAL
            && let Ok(number) = node.text().to_string().parse::<u32>()
        {
            return Expr::Ordinal(number);
        }
        self.expr(node)
    }

    /// A dotted path of names, such as the name of a function.
    pub(super) fn path_of(&self, node: &SyntaxNode) -> QualifiedName {
        let mut parts = Vec::new();
        let mut walk = vec![node.clone()];
        while let Some(node) = walk.pop() {
            match node.kind() {
                SyntaxKind::NAME_REF | SyntaxKind::PATH_SEGMENT_REF => {
                    parts.push(self.ident(&node));
                }
                _ => {
                    let mut children: Vec<SyntaxNode> = node.children().collect();
                    children.reverse();
                    walk.extend(children);
                }
            }
        }
        QualifiedName::new(parts)
    }

    pub(super) fn relation_name(&self, node: &SyntaxNode) -> Option<QualifiedName> {
        let name = node
            .descendants()
            .find(|n| n.kind() == SyntaxKind::RELATION_NAME_REF)?;
        let name = self.path_of(&name);
        (!name.parts.is_empty()).then_some(name)
    }

    pub(super) fn join_condition(&mut self, join: &SyntaxNode) -> JoinCondition {
        if has_token(join, SyntaxKind::NATURAL_KW) {
            return JoinCondition::Natural;
        }
        if let Some(on) = child(join, SyntaxKind::ON_CLAUSE) {
            return JoinCondition::On(self.inside(&on));
        }
        let Some(using) = child(join, SyntaxKind::JOIN_USING_CLAUSE) else {
            return JoinCondition::None;
        };
        let columns = child(&using, SyntaxKind::COLUMN_REF_LIST)
            .map_or_else(Box::default, |list| {
                self.names(&list, SyntaxKind::COLUMN_NAME_REF)
            });
        let alias = child(&using, SyntaxKind::REQUIRED_AS_ALIAS)
            .and_then(|alias| child(&alias, SyntaxKind::TABLE_ALIAS))
            .map(|alias| self.ident(&alias));
        JoinCondition::Using { columns, alias }
    }
}
