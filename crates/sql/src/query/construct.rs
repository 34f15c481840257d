//! What a query is built of, for rules of engines that allow one thing and not another.

use crate::span::Span;

/// A part of a query that some engine has a rule about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConstructKind {
    OrderBy,
    /// LIMIT, FETCH or TOP.
    Limit,
    Offset,
    /// LEFT, RIGHT or FULL JOIN, and the `(+)` of old.
    OuterJoin,
    Union,
    UnionAll,
    Intersect,
    Except,
    GroupBy,
    WindowFunction,
    /// `count(DISTINCT x)`.
    DistinctAggregate,
    /// A subquery outside FROM.
    Subquery,
}

/// One such part, where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Construct {
    pub kind: ConstructKind,
    pub span: Span,
    /// How many queries it stands inside of: 0 in the query itself, whatever parentheses hold it.
    pub depth: u32,
}
