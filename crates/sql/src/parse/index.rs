//! CREATE INDEX.

use crate::cursor::Cursor;
use crate::ident::Ident;
use crate::lex::TokenKind;
use crate::parse::create::bare;
use crate::parse::{expect_end, list, options};
use crate::statement::{CreateIndex, HeadOption, OptionKind, StatementKind};

/// Reads from UNIQUE or INDEX.
pub(super) fn statement(
    cursor: &mut Cursor<'_>,
    mut options: Vec<HeadOption>,
) -> Option<StatementKind> {
    let unique = cursor.take_word("unique").is_some();
    cursor.take_word("index")?;
    let concurrently = cursor.take_word("concurrently").is_some();
    let exists = cursor.take_words(&["if", "not", "exists"]);
    options.extend(exists.map(|span| bare(OptionKind::IfNotExists, span)));
    let cluster = cursor.at_words(&["in", "cluster"]);
    let name = if cluster || cursor.at_word("on") {
        None
    } else {
        Some(cursor.expect_name("the name of an index")).filter(|name| !name.parts.is_empty())
    };
    options::take(cursor, &mut options);
    cursor.expect_word("on", " before the indexed relation");
    cursor.take_word("only");
    let on = cursor.expect_name("the indexed relation");
    options::take(cursor, &mut options);
    let keys = list::in_parens(cursor, |cursor| {
        let key = key(cursor);
        cursor.take_while(|cursor| !list::at_separator(cursor));
        Some(key)
    });
    while cursor.at_word("include") && cursor.kind_after(1) == Some(TokenKind::OpenParen) {
        let start = cursor.mark();
        cursor.bump();
        let value = cursor.take_group();
        options.push(HeadOption {
            kind: OptionKind::Include,
            span: cursor.span_from(start),
            value,
        });
    }
    options::take(cursor, &mut options);
    let predicate = match cursor.take_word("where") {
        Some(_) => {
            let predicate = cursor.take_rest();
            if predicate.is_none() {
                cursor.expected("a condition after WHERE");
            }
            predicate
        }
        None => None,
    };
    expect_end(cursor);
    Some(StatementKind::CreateIndex(CreateIndex {
        name,
        on,
        unique,
        concurrently,
        if_not_exists: exists.is_some(),
        keys,
        predicate,
        options,
    }))
}

/// Takes the column of a key; `None` for an expression.
fn key(cursor: &mut Cursor<'_>) -> Option<Ident> {
    let start = cursor.mark();
    let name = cursor.take_ident();
    let after = cursor.peek().map(|token| token.kind);
    let plain = matches!(
        after,
        None | Some(
            TokenKind::Word | TokenKind::QuotedName(_) | TokenKind::Comma | TokenKind::CloseParen
        )
    );
    if !plain {
        cursor.reset(start);
        return None;
    }
    name
}
