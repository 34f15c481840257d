//! What is wrong with a text, with its place: data for the diagnostics of the floors above.

use crate::Span;

/// What kind of thing is wrong; the floors above give each kind its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// The text is not SQL of this dialect.
    Syntax,
    /// A comma stands where an item must follow or has already ended.
    StrayComma,
    /// A string, quoted name, comment or parenthesis is not closed.
    Unclosed,
    /// A byte that no SQL text may hold, such as NUL.
    BadByte,
    /// A backslash line of psql, which only psql understands.
    PsqlCommand,
    /// The statement nests deeper than Dormer follows.
    TooDeep,
    /// A query that changes data, such as `WITH x AS (DELETE ..)`.
    ModifiesData,
}

/// One thing that is wrong, where, and what would help.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    pub kind: ProblemKind,
    pub span: Span,
    pub message: String,
}

impl Problem {
    #[must_use]
    pub fn new(kind: ProblemKind, span: Span, message: impl Into<String>) -> Self {
        Self {
            kind,
            span,
            message: message.into(),
        }
    }
}
