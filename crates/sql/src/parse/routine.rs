//! CREATE FUNCTION, PROCEDURE and AGGREGATE: the name; the rest stays text.

use crate::cursor::Cursor;
use crate::lex::TokenKind;
use crate::statement::{CreateFunction, Routine, StatementKind};

/// Reads what follows the word for the routine.
pub(super) fn statement(cursor: &mut Cursor<'_>, routine: Routine) -> StatementKind {
    let name = cursor.expect_name("the name of a function");
    if !name.parts.is_empty() && !cursor.at_kind(TokenKind::OpenParen) {
        cursor.expected("the arguments in parentheses");
    }
    cursor.take_rest();
    StatementKind::CreateFunction(CreateFunction { routine, name })
}
