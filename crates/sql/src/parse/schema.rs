//! CREATE SCHEMA.

use crate::cursor::Cursor;
use crate::ident::{Ident, Name};
use crate::statement::{CreateSchema, HeadOption, OptionKind, StatementKind};

/// Reads what follows the words CREATE .. SCHEMA.
pub(super) fn statement(cursor: &mut Cursor<'_>, options: &[HeadOption]) -> StatementKind {
    let has = |kind| options.iter().any(|option| option.kind == kind);
    let named =
        (!cursor.at_word("authorization")).then(|| cursor.expect_name("the name of a schema"));
    let authorization = match cursor.take_word("authorization") {
        Some(_) => {
            let role = cursor.take_ident();
            if role.is_none() {
                cursor.expected("a role after AUTHORIZATION");
            }
            role
        }
        None => None,
    };
    let mut parts = named.map(|name| name.parts).unwrap_or_default();
    let last = parts.pop().or_else(|| authorization.clone());
    let nameless = Ident {
        value: Name::default(),
        quoted: false,
        span: cursor.here(),
    };
    StatementKind::CreateSchema(CreateSchema {
        database: parts.pop(),
        name: last.unwrap_or(nameless),
        if_not_exists: has(OptionKind::IfNotExists),
        authorization,
        external: has(OptionKind::External),
        rest: cursor.take_rest(),
    })
}
