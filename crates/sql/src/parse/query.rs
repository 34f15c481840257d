//! Queries as statements, and the query after AS.

use crate::cursor::Cursor;
use crate::lex::TokenKind;
use crate::span::Span;
use crate::statement::StatementKind;

const STARTS: &[&str] = &["select", "with", "values", "table", "execute"];

/// Reads a query that is a statement; `None` for one that only changes data.
pub(super) fn statement(cursor: &mut Cursor<'_>) -> Option<StatementKind> {
    if cursor.at_word("with") && changes_data(cursor) {
        return None;
    }
    cursor.take_rest().map(StatementKind::Query)
}

/// Tells whether the statement after `WITH ..` is INSERT, UPDATE, DELETE or MERGE.
fn changes_data(cursor: &mut Cursor<'_>) -> bool {
    const CHANGES: &[&str] = &["insert", "update", "delete", "merge"];
    const READS: &[&str] = &["select", "values", "table"];
    let start = cursor.mark();
    let mut list = false;
    cursor.take_while(|cursor| {
        let main = cursor.at_any(CHANGES) || cursor.at_any(READS);
        !main || cursor.kind_after(1) == Some(TokenKind::Dot)
    });
    list |= cursor.at_any(CHANGES);
    cursor.reset(start);
    list
}

pub(super) fn starts(cursor: &Cursor<'_>) -> bool {
    cursor.at_kind(TokenKind::OpenParen) || cursor.at_any(STARTS)
}

/// Takes the query up to the end of the statement.
pub(super) fn body(cursor: &mut Cursor<'_>) -> Span {
    if !starts(cursor) {
        cursor.expected("a query after AS");
    }
    let empty = cursor.span_from(cursor.mark());
    cursor.take_rest().unwrap_or(empty)
}

/// Moves to the query when its AS is missing; tells whether there is one.
///
/// The place where AS was expected is recorded either way.
pub(super) fn find(cursor: &mut Cursor<'_>) -> bool {
    cursor.expected("AS before the query");
    cursor.take_while(|cursor| !cursor.at_word("as") && !cursor.at_any(STARTS));
    cursor.take_word("as");
    !cursor.at_end()
}
