//! CREATE VIEW and CREATE MATERIALIZED VIEW.

use crate::cursor::Cursor;
use crate::lex::TokenKind;
use crate::parse::{list, options, query};
use crate::statement::{CreateView, HeadOption, OptionKind, StatementKind};

/// Reads what follows the words CREATE .. VIEW.
pub(super) fn statement(
    cursor: &mut Cursor<'_>,
    materialized: bool,
    mut options: Vec<HeadOption>,
) -> StatementKind {
    let name = cursor.expect_name("the name of a view");
    if let Some(target) = target(cursor) {
        options.push(target);
    }
    let columns = list::idents(cursor);
    options::take(cursor, &mut options);
    if cursor.take_word("as").is_some() || query::find(cursor) {
        options::take_tail(cursor, &mut options);
    }
    let query = query::body(cursor);
    StatementKind::CreateView(CreateView {
        materialized,
        name,
        columns,
        options,
        query,
    })
}

/// Takes `FOR target` of a replacement.
fn target(cursor: &mut Cursor<'_>) -> Option<HeadOption> {
    if !cursor.at_word("for") || cursor.kind_after(1) == Some(TokenKind::OpenParen) {
        return None;
    }
    let start = cursor.mark();
    cursor.bump();
    let target = cursor.expect_name("the view that is replaced");
    Some(HeadOption {
        kind: OptionKind::Replacement,
        span: cursor.span_from(start),
        value: Some(target.span),
    })
}
