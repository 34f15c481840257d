//! A declared object with all that belongs to it, as it was read from one file.
//!
//! The statements stay text with spans: the fingerprint is taken from them, and they are sent as
//! they were written.

use std::collections::BTreeMap;
use std::sync::Arc;

use dormer_sql::canonical::Fingerprint;
use dormer_sql::query::Query;
use dormer_sql::statement::{CreateIndex, HeadOption, Noun, Statement};
use dormer_sql::{Ident, QualifiedName, Span};

use super::kind::ObjectKind;
use super::name::ObjectName;
use crate::diagnostic::{FilePath, Location};

/// The text of one file with its variables filled in, and the way back to what is on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceText {
    pub file: FilePath,
    /// What is parsed: variables filled in.
    pub text: Arc<str>,
    /// Where the text differs from the file: pieces in order.
    pub origin: Vec<OriginPiece>,
}

/// One variable that was filled in: its place in the rendered text and its place in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OriginPiece {
    pub rendered: Span,
    pub on_disk: Span,
}

impl SourceText {
    /// Turns a span of the rendered text into the place on disk; a span inside a variable's value
    /// is the whole `${name}`.
    #[must_use]
    pub fn location(&self, span: Span) -> Location {
        Location {
            file: self.file.clone(),
            span: self.on_disk(span),
        }
    }

    /// A variable without a value, beside the span, is no part of it; where the span itself is
    /// empty, it is what the span is about.
    fn on_disk(&self, span: Span) -> Span {
        let start = self.start_on_disk(span.start);
        if !span.is_empty() {
            return Span::new(start, self.end_on_disk(span.end));
        }
        let touches = |piece: &&OriginPiece| {
            piece.rendered == span
                || (piece.rendered.start < span.start && span.start < piece.rendered.end)
        };
        let piece = self.origin.iter().find(touches);
        piece.map_or(Span::new(start, start), |piece| piece.on_disk)
    }

    fn start_on_disk(&self, offset: u32) -> u32 {
        let count = self
            .origin
            .partition_point(|piece| piece.rendered.start <= offset);
        match count.checked_sub(1).and_then(|at| self.origin.get(at)) {
            None => offset,
            Some(piece) if offset >= piece.rendered.end => {
                offset - piece.rendered.end + piece.on_disk.end
            }
            Some(piece) => piece.on_disk.start,
        }
    }

    fn end_on_disk(&self, offset: u32) -> u32 {
        let count = self
            .origin
            .partition_point(|piece| piece.rendered.start < offset);
        match count.checked_sub(1).and_then(|at| self.origin.get(at)) {
            None => offset,
            Some(piece) if offset >= piece.rendered.end => {
                offset - piece.rendered.end + piece.on_disk.end
            }
            Some(piece) => piece.on_disk.end,
        }
    }
}

/// A role name as written after GRANT .. TO, with `GROUP` or `ROLE` where written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grantee(pub String);

/// One privilege for one grantee, as declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredGrant {
    /// In upper case: `SELECT`.
    pub privilege: String,
    /// The columns it is limited to; empty for the whole object.
    pub columns: Vec<String>,
    pub grantee: Grantee,
    pub grant_option: bool,
    pub span: Span,
}

/// An index of the object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredIndex {
    pub index: CreateIndex,
    pub fingerprint: Fingerprint,
    pub span: Span,
}

/// A comment on the object or one of its columns: the text without its quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredComment {
    /// What the statement says that it is on: `COMMENT ON VIEW`.
    pub noun: Noun,
    pub text: Option<String>,
    pub span: Span,
}

/// A query over the object that must return no row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// What it says in words: `revenue is never negative`.
    pub name: String,
    pub span: Span,
    pub query: Query,
}

/// What stands beside the CREATE in the file and belongs to the object.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Companions {
    pub indexes: Vec<DeclaredIndex>,
    pub comment: Option<DeclaredComment>,
    pub column_comments: BTreeMap<String, DeclaredComment>,
    pub grants: Vec<DeclaredGrant>,
    pub owner: Option<Ident>,
    pub audits: Vec<Audit>,
}

/// How the object is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The whole CREATE statement.
    pub statement: Statement,
    pub fingerprint: Fingerprint,
    /// The parsed query, for kinds that have one.
    pub query: Option<Query>,
    /// The place of the query in the text.
    pub query_span: Option<Span>,
    /// The column names given in the head, where there are any.
    pub head_columns: Vec<Ident>,
    pub options: Vec<HeadOption>,
}

/// One declared object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    pub name: ObjectName,
    pub kind: ObjectKind,
    /// The name as written in the CREATE.
    pub written: QualifiedName,
    pub source: Arc<SourceText>,
    pub definition: Definition,
    pub companions: Companions,
    /// The comment lines that stand before the CREATE, without `--` and without directives.
    pub description: String,
}

impl Object {
    /// The place of a span of this object's text, on disk.
    #[must_use]
    pub fn location(&self, span: Span) -> Location {
        self.source.location(span)
    }
}
