//! ALTER of one object; what it changes stays text.

use crate::cursor::Cursor;
use crate::ident::{Ident, QualifiedName};
use crate::lex::TokenKind;
use crate::parse::noun;
use crate::statement::{Alter, StatementKind};

/// Reads ALTER; `None` for a kind that is kept whole.
pub(super) fn statement(cursor: &mut Cursor<'_>) -> Option<StatementKind> {
    cursor.take_word("alter")?;
    let (noun, naming) = noun::take(cursor)?;
    cursor.take_words(&["if", "exists"]);
    cursor.take_word("only");
    let all = cursor.at_words(&["all", "in", "tablespace"]);
    let (part, name) = match naming {
        noun::Naming::Name if all => (None, QualifiedName::new(Vec::new())),
        noun::Naming::Name => (None, cursor.expect_name("the name of what is altered")),
        noun::Naming::PartOn | noun::Naming::PartOnOrName => {
            let named = noun::part_on(cursor, naming);
            (named.part, named.on)
        }
    };
    cursor.take_group();
    let star = cursor
        .peek()
        .is_some_and(|token| token.text(cursor.text()) == "*");
    if star {
        cursor.bump();
    }
    if cursor.at_end() && !name.parts.is_empty() {
        cursor.expected("what is altered");
    }
    let start = cursor.mark();
    let owner = owner(cursor);
    let part = part.or_else(|| renamed_column(cursor));
    cursor.reset(start);
    let nothing = cursor.span_from(start);
    Some(StatementKind::Alter(Alter {
        noun,
        name,
        part,
        owner,
        action: cursor.take_rest().unwrap_or(nothing),
    }))
}

/// Takes `OWNER TO role` where it is the whole action.
fn owner(cursor: &mut Cursor<'_>) -> Option<Ident> {
    cursor.take_words(&["owner", "to"])?;
    let role = cursor.take_ident();
    if role.is_none() {
        cursor.expected("a role after OWNER TO");
    }
    role.filter(|_| cursor.at_end() || cursor.at_kind(TokenKind::Semicolon))
}

/// Takes the column of `RENAME [COLUMN] a TO b`.
fn renamed_column(cursor: &mut Cursor<'_>) -> Option<Ident> {
    cursor.take_word("rename")?;
    cursor.take_word("column");
    let column = cursor.take_ident()?;
    cursor.at_word("to").then_some(column)
}
