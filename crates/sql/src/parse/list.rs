//! Lists with commas, in parentheses and without; a comma too many has its exact place.

use crate::cursor::Cursor;
use crate::ident::{Ident, QualifiedName};
use crate::lex::TokenKind;
use crate::problem::ProblemKind;
use crate::span::Span;

/// Reads `( item, .. )`; `item` answers `None` when it has recorded a problem or kept the item.
pub(super) fn in_parens<'a, T>(
    cursor: &mut Cursor<'a>,
    mut item: impl FnMut(&mut Cursor<'a>) -> Option<T>,
) -> Vec<T> {
    let mut items = Vec::new();
    if cursor.take_kind(TokenKind::OpenParen).is_none() {
        return items;
    }
    let mut comma = None;
    loop {
        if cursor.take_kind(TokenKind::CloseParen).is_some() {
            if let Some(comma) = comma {
                stray(cursor, comma, "nothing follows this comma");
            }
            return items;
        }
        if let Some(here) = cursor.take_kind(TokenKind::Comma) {
            stray(cursor, here, "nothing stands before this comma");
            comma = None;
            continue;
        }
        if cursor.at_end() {
            return items;
        }
        let before = cursor.mark();
        items.extend(item(cursor));
        if !at_separator(cursor) {
            if cursor.mark() > before && !cursor.at_end() {
                cursor.expected("a comma or a closing parenthesis");
            }
            cursor.take_while(|cursor| !at_separator(cursor));
        }
        comma = cursor.take_kind(TokenKind::Comma);
    }
}

pub(super) fn at_separator(cursor: &Cursor<'_>) -> bool {
    cursor.at_kind(TokenKind::Comma) || cursor.at_kind(TokenKind::CloseParen)
}

fn stray(cursor: &mut Cursor<'_>, comma: Span, message: &str) {
    cursor.problem(ProblemKind::StrayComma, comma, message);
}

/// Reads `( name, .. )`.
pub(super) fn idents(cursor: &mut Cursor<'_>) -> Vec<Ident> {
    in_parens(cursor, |cursor| {
        let ident = cursor.take_ident();
        if ident.is_none() {
            cursor.expected("a column name");
        }
        ident
    })
}

/// Reads `item, ..` up to what is no comma; an item spans at least one token.
pub(super) fn bare<'a, T>(
    cursor: &mut Cursor<'a>,
    what: &str,
    mut item: impl FnMut(&mut Cursor<'a>) -> Option<T>,
) -> Vec<T> {
    let mut items = Vec::new();
    let mut comma: Option<Span> = None;
    loop {
        match (item(cursor), comma) {
            (Some(item), _) => items.push(item),
            (None, Some(comma)) if !cursor.at_kind(TokenKind::Comma) => {
                stray(cursor, comma, "nothing follows this comma");
            }
            (None, Some(_)) => {}
            (None, None) => cursor.expected(what),
        }
        let Some(mut next) = cursor.take_kind(TokenKind::Comma) else {
            return items;
        };
        while let Some(again) = cursor.take_kind(TokenKind::Comma) {
            stray(cursor, again, "nothing stands before this comma");
            next = again;
        }
        comma = Some(next);
    }
}

/// Reads `name, ..`, each with the types of a function's arguments where they stand.
pub(super) fn names(cursor: &mut Cursor<'_>, what: &str) -> Vec<QualifiedName> {
    bare(cursor, what, |cursor| {
        let name = cursor.take_name()?;
        cursor.take_group();
        Some(name)
    })
}
