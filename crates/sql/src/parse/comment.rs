//! COMMENT ON.

use crate::cursor::Cursor;
use crate::ident::QualifiedName;
use crate::parse::{expect_end, noun};
use crate::span::Span;
use crate::statement::{Comment, Noun, StatementKind};

/// Reads COMMENT; `None` for a kind that is kept whole.
pub(super) fn statement(cursor: &mut Cursor<'_>) -> Option<StatementKind> {
    cursor.take_word("comment")?;
    cursor.expect_word("on", " after COMMENT")?;
    let (noun, naming) = noun::take(cursor)?;
    let (mut column, mut part) = (None, None);
    let on = match (noun, naming) {
        (Noun::Column, _) => {
            let mut name = cursor.expect_name("the name of a column");
            column = name.parts.pop();
            if name.parts.is_empty()
                && let Some(column) = &column
            {
                let message = format!("expected the relation of column {}", column.value);
                cursor.problem(crate::ProblemKind::Syntax, column.span, message);
            }
            QualifiedName::new(name.parts)
        }
        (_, noun::Naming::Name) => {
            let name = cursor.expect_name("the name of what is commented");
            cursor.take_group();
            name
        }
        (_, noun::Naming::PartOn | noun::Naming::PartOnOrName) => {
            let named = noun::part_on(cursor, naming);
            part = named.part;
            named.on
        }
    };
    let text = match cursor.expect_word("is", " before the text") {
        Some(_) => text(cursor),
        None => None,
    };
    Some(StatementKind::Comment(Comment {
        noun,
        on,
        column,
        part,
        text,
    }))
}

/// Takes the text, which may go on over lines in several strings.
fn text(cursor: &mut Cursor<'_>) -> Option<Span> {
    if cursor.take_word("null").is_some() {
        expect_end(cursor);
        return None;
    }
    let start = cursor.mark();
    while cursor.at_text() {
        cursor.bump();
    }
    let text = cursor.some_from(start);
    if text.is_none() {
        cursor.expected("a string or NULL");
    } else if cursor.take_word("uescape").is_some() {
        cursor.bump();
        expect_end(cursor);
        return cursor.some_from(start);
    } else {
        expect_end(cursor);
    }
    text
}
