//! REFRESH of a materialized view or a table.

use crate::cursor::Cursor;
use crate::statement::{Refresh, StatementKind};

/// Reads REFRESH; `None` for what is no relation.
pub(super) fn statement(cursor: &mut Cursor<'_>) -> Option<StatementKind> {
    cursor.take_word("refresh")?;
    let view = cursor.take_words(&["materialized", "view"]);
    view.or_else(|| cursor.take_word("table"))?;
    let concurrently = cursor.take_word("concurrently").is_some();
    let name = cursor.expect_name("the name of a materialized view");
    let start = cursor.mark();
    for words in [
        &["with", "data"][..],
        &["with", "no", "data"],
        &["cascade"],
        &["restrict"],
    ] {
        cursor.take_words(words);
    }
    let rest = cursor.some_from(start);
    super::expect_end(cursor);
    Some(StatementKind::Refresh(Refresh {
        name,
        concurrently,
        rest,
    }))
}
