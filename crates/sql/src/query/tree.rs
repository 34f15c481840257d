//! The small tree that everything here is asked of: what decides names and columns, and no more.
//!
//! **Nothing of the parser's own tree leaks past `convert`.** Operators, literals and types are
//! gone; an expression is the names in it. **Lists are boxes of their exact size:** the trees of all
//! objects are in memory at once.

use super::AliasSlot;
use crate::ident::{Ident, Name, QualifiedName};
use crate::span::Span;

/// A query with what stands around its body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Tree {
    pub with: Option<With>,
    pub body: Body,
    pub order: Box<[Expr]>,
    /// LIMIT, OFFSET, FETCH or TOP: with one of them the order decides which rows there are.
    pub limited: bool,
    pub limits: Box<[Expr]>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Body {
    Select(Box<Select>),
    Set {
        op: SetOp,
        left: Box<Tree>,
        right: Box<Tree>,
    },
    Values(Box<[Box<[Expr]>]>),
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
    pub ctes: Box<[Cte]>,
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
    pub columns: Box<[Ident]>,
    pub query: Tree,
    /// Columns that SEARCH and CYCLE add, and the columns that they are made of.
    pub added: Box<[(Ident, Box<[Ident]>)]>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Select {
    pub distinct: Distinct,
    pub targets: Box<[Target]>,
    pub from: Box<[FromItem]>,
    pub filter: Option<Expr>,
    pub group: Box<[Expr]>,
    /// GROUP BY ALL: by all that is no aggregate.
    pub group_all: bool,
    pub having: Option<Expr>,
    pub windows: Box<[(Ident, Expr)]>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Distinct {
    #[default]
    No,
    All,
    On(Box<[Expr]>),
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
        of: Box<[Ident]>,
        without: Box<[Ident]>,
    },
    /// `(expression).*`
    Fields(Expr),
    Value {
        name: Name,
        expr: Expr,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FromItem {
    Relation {
        name: QualifiedName,
        alias: Option<Box<Alias>>,
        /// The argument of TABLESAMPLE.
        sample: Option<Expr>,
        /// Where an alias would stand, if there is none.
        slot: Option<AliasSlot>,
    },
    /// `t.items` of an item `t` before it, where names walk into columns.
    Navigation {
        path: Box<[Ident]>,
        alias: Option<Box<Alias>>,
    },
    Subquery {
        query: Box<Tree>,
        lateral: bool,
        alias: Option<Box<Alias>>,
    },
    Functions {
        functions: Box<[TableFunction]>,
        ordinality: bool,
        alias: Option<Box<Alias>>,
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
        columns: Box<[Ident]>,
        alias: Option<Ident>,
    },
}

/// A function in FROM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TableFunction {
    pub name: QualifiedName,
    pub args: Expr,
    /// Columns that the text itself names: `AS t(a int)`, XMLTABLE, JSON_TABLE.
    pub columns: Option<Box<[Ident]>>,
    /// The relation of `TUMBLE(relation, ..)`.
    pub relation: Option<QualifiedName>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Alias {
    pub name: Ident,
    pub columns: Box<[Ident]>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expr {
    /// A name path that a column can be meant by: `x`, `t.x`, `s.t.x`, `t.x.field`.
    Name(Box<[Ident]>),
    /// `t.*` inside an expression: the whole row.
    Row(Box<[Ident]>),
    /// `(expression).field`
    Field(Box<(Self, Ident)>),
    /// A subquery that gives values: scalar, IN, ANY, ARRAY.
    Subquery(Box<Tree>),
    /// EXISTS: its value says whether there are rows.
    Exists(Box<Tree>),
    /// The number of an output column, in GROUP BY and ORDER BY.
    Ordinal(u32),
    /// A window by its name.
    Window(Box<Ident>),
    /// A function that gives several rows, in a select list: what it is given decides how many.
    Rows(Box<Self>),
    /// Any operator, function or construct over these.
    Of(Box<[Self]>),
    /// No name in it: a literal, a type.
    Nothing,
}

impl Expr {
    pub(super) fn of(parts: Vec<Self>) -> Self {
        if parts.is_empty() {
            Self::Nothing
        } else {
            Self::Of(parts.into())
        }
    }
}
