//! The small tree that everything here is asked of: what decides names and columns, and no more.
//!
//! **Nothing of the parser's own tree leaks past `convert`.** Operators, literals and types are
//! gone; an expression is the names in it.

use super::AliasSlot;
use crate::ident::{Ident, QualifiedName};
use crate::span::Span;

/// A query with what stands around its body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Tree {
    pub with: Option<With>,
    pub body: Body,
    pub order: Vec<Expr>,
    /// LIMIT, OFFSET, FETCH or TOP: with one of them the order decides which rows there are.
    pub limited: bool,
    pub limits: Vec<Expr>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Body {
    Select(Box<Select>),
    Set {
        op: SetOp,
        left: Box<Tree>,
        right: Box<Tree>,
    },
    Values(Vec<Vec<Expr>>),
    Table(QualifiedName),
    /// A query in parentheses with a WITH, ORDER BY or LIMIT of its own around it.
    Nested(Box<Tree>),
    /// Nothing that could be read.
    #[default]
    Missing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SetOp {
    UnionAll,
    Union,
    Intersect,
    Except,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct With {
    pub scope: WithScope,
    pub ctes: Vec<Cte>,
}

/// Which CTEs of a WITH see which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WithScope {
    /// Each sees those before it.
    Plain,
    /// WITH RECURSIVE and WITH MUTUALLY RECURSIVE: each sees all, itself too.
    Recursive,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cte {
    pub name: Ident,
    pub columns: Vec<Ident>,
    pub query: Tree,
    /// Columns that SEARCH and CYCLE add, and the columns that they are made of.
    pub added: Vec<(Ident, Vec<Ident>)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Select {
    pub distinct: Distinct,
    pub targets: Vec<Target>,
    pub from: Vec<FromItem>,
    pub filter: Option<Expr>,
    pub group: Vec<Expr>,
    pub having: Option<Expr>,
    pub windows: Vec<(Ident, Expr)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Distinct {
    #[default]
    No,
    All,
    On(Vec<Expr>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub span: Span,
    pub value: TargetValue,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TargetValue {
    /// `*`, or `t.*` with the parts before the star; and the columns that EXCLUDE takes away.
    Star {
        of: Vec<Ident>,
        without: Vec<Ident>,
    },
    /// `(expression).*`
    Fields(Expr),
    Value {
        name: String,
        expr: Expr,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FromItem {
    Relation {
        name: QualifiedName,
        alias: Option<Alias>,
        /// The argument of TABLESAMPLE.
        sample: Option<Expr>,
        /// Where an alias would stand, if there is none.
        slot: Option<AliasSlot>,
    },
    Subquery {
        query: Tree,
        lateral: bool,
        alias: Option<Alias>,
    },
    Functions {
        functions: Vec<TableFunction>,
        ordinality: bool,
        alias: Option<Alias>,
    },
    Join {
        left: Box<FromItem>,
        right: Box<FromItem>,
        condition: JoinCondition,
    },
    /// `(a JOIN b ..) AS j`
    Aliased { item: Box<FromItem>, alias: Alias },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum JoinCondition {
    None,
    On(Expr),
    Natural,
    Using {
        columns: Vec<Ident>,
        alias: Option<Ident>,
    },
}

/// A function in FROM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TableFunction {
    pub name: QualifiedName,
    pub args: Expr,
    /// Columns that the text itself names: `AS t(a int)`, XMLTABLE, JSON_TABLE.
    pub columns: Option<Vec<Ident>>,
    /// The relation of `TUMBLE(relation, ..)`.
    pub relation: Option<QualifiedName>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Alias {
    pub name: Ident,
    pub columns: Vec<Ident>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expr {
    /// A name path that a column can be meant by: `x`, `t.x`, `s.t.x`, `t.x.field`.
    Name(Vec<Ident>),
    /// `t.*` inside an expression: the whole row.
    Row(Vec<Ident>),
    /// `(expression).field`
    Field(Box<Expr>, Ident),
    /// A subquery that gives values: scalar, IN, ANY, ARRAY.
    Subquery(Box<Tree>),
    /// EXISTS: its value says whether there are rows.
    Exists(Box<Tree>),
    /// The number of an output column, in GROUP BY and ORDER BY.
    Ordinal(u32),
    /// A window by its name.
    Window(Ident),
    /// Any operator, function or construct over these.
    Of(Vec<Expr>),
}

impl Expr {
    pub(super) const NONE: Self = Self::Of(Vec::new());
}
