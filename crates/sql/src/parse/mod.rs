//! The heads of statements: tokens to [`Statement`].
//!
//! - The heads of all engines are read in every dialect; whether the target's engine has an option
//!   is for a check to say, with the option's span.
//! - **No silent loss:** what is not known is [`StatementKind::Opaque`]; what is broken is the best
//!   statement that could be read and a [`Problem`] with its place.
//! - Bodies of queries, functions and constraints are spans; other modules look into them.

mod alter;
mod comment;
mod create;
mod drop;
mod grant;
mod index;
mod list;
mod noun;
mod options;
mod query;
mod refresh;
mod routine;
mod schema;
mod stream;
mod table;
mod view;

use crate::cursor::Cursor;
use crate::dialect::Dialect;
use crate::lex::TokenKind;
use crate::problem::Problem;
use crate::split::{Piece, Split};
use crate::statement::{Opaque, Statement, StatementKind};

/// Reads one statement of a text that was split.
#[must_use]
pub fn parse(
    text: &str,
    split: &Split,
    piece: &Piece,
    dialect: Dialect,
) -> (Statement, Vec<Problem>) {
    let tokens = split.tokens.get(piece.tokens.clone()).unwrap_or(&[]);
    let mut cursor = Cursor::new(text, dialect, tokens);
    let kind = statement(&mut cursor);
    let statement = Statement {
        span: piece.span,
        comments: piece.comments.clone(),
        kind,
    };
    (statement, cursor.into_problems())
}

fn statement(cursor: &mut Cursor<'_>) -> StatementKind {
    let start = cursor.mark();
    let known = match cursor.peek().map(|token| token.kind) {
        Some(TokenKind::Word) => known(cursor),
        Some(TokenKind::OpenParen) => query::statement(cursor),
        _ => {
            cursor.expected("a statement");
            None
        }
    };
    known.unwrap_or_else(|| {
        cursor.reset(start);
        StatementKind::Opaque(Opaque {
            words: noun::first_words(cursor),
        })
    })
}

/// Reads one kind of statement; `None` when it is kept whole.
type Read = fn(&mut Cursor<'_>) -> Option<StatementKind>;

fn known(cursor: &mut Cursor<'_>) -> Option<StatementKind> {
    const VERBS: &[(&str, Read)] = &[
        ("create", create::statement),
        ("select", query::statement),
        ("with", query::statement),
        ("comment", comment::statement),
        ("grant", grant::statement),
        ("revoke", grant::statement),
        ("drop", drop::statement),
        ("alter", alter::statement),
        ("values", query::statement),
        ("table", query::statement),
        ("refresh", refresh::statement),
        ("replace", create::statement),
    ];
    let (_, read) = VERBS.iter().find(|(verb, _)| cursor.at_word(verb))?;
    read(cursor)
}

/// Records what stands after the end of a statement's grammar.
fn expect_end(cursor: &mut Cursor<'_>) {
    if !cursor.at_end() {
        cursor.expected("the end of the statement");
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
