//! DROP.

use crate::cursor::Cursor;
use crate::parse::{list, noun};
use crate::statement::{Drop, StatementKind};

/// Reads DROP; `None` for a kind that is kept whole.
pub(super) fn statement(cursor: &mut Cursor<'_>) -> Option<StatementKind> {
    cursor.take_word("drop")?;
    let (noun, naming) = noun::take(cursor)?;
    cursor.take_word("concurrently");
    let if_exists = cursor.take_words(&["if", "exists"]).is_some();
    let (part, names) = match naming {
        noun::Naming::Name => (None, list::names(cursor, "the name of what is dropped")),
        noun::Naming::PartOn | noun::Naming::PartOnOrName => {
            let named = noun::part_on(cursor, naming);
            (named.part, vec![named.on])
        }
    };
    let cascade = cascade(cursor);
    Some(StatementKind::Drop(Drop {
        noun,
        names,
        part,
        if_exists,
        cascade,
    }))
}

/// Takes the rest of the statement, and finds the word CASCADE in it.
fn cascade(cursor: &mut Cursor<'_>) -> Option<crate::Span> {
    cursor.take_words(&["drop", "external", "database"]);
    cursor.take_word("restrict");
    cursor.take_word("force");
    let cascade = cursor.take_word("cascade");
    cursor.take_word("force");
    super::expect_end(cursor);
    cascade
}
