//! The columns that readers of an object find, as far as its own file tells them.
//!
//! **Columns that are not wholly known are not known at all:** what is missing from a list would be
//! called unknown wherever it is read.

use dormer_sql::lex::{Token, TokenKind, lex};
use dormer_sql::statement::{HeadOption, Noun, OptionKind, StatementKind};
use dormer_sql::{Dialect, Name};

use crate::model::object::ObjectColumns;

/// Reads the columns of a CREATE.
pub(crate) fn of(kind: &StatementKind, text: &str) -> ObjectColumns {
    match (kind.query(), listed(kind, text)) {
        (Some(_), _) => ObjectColumns::OfQuery,
        (None, Some(columns)) => ObjectColumns::Listed(columns),
        (None, None) => ObjectColumns::NotKnown,
    }
}

/// Tells whether the actions of an ALTER TABLE add, drop or rename columns.
pub(super) fn changed_by(actions: &str, dialect: Dialect) -> bool {
    const NO_COLUMN: [&str; 9] = [
        "constraint",
        "primary",
        "unique",
        "check",
        "foreign",
        "exclude",
        "to",
        "partition",
        "not",
    ];
    let tokens = lex(actions, dialect);
    let mut depth = 0_u32;
    let mut begins = true;
    let mut tokens = tokens
        .iter()
        .filter(|token| !token.kind.is_trivia())
        .peekable();
    let one_of = |token: Option<&&Token>, words: &[&str]| {
        token.is_some_and(|token| words.iter().any(|word| token.is_word(actions, word)))
    };
    while let Some(token) = tokens.next() {
        if begins && one_of(Some(&token), &["add", "drop", "rename", "append"]) {
            if !one_of(tokens.peek(), &NO_COLUMN) {
                return true;
            }
        } else if begins && one_of(Some(&token), &["inherit", "of"]) {
            return true;
        }
        match token.kind {
            TokenKind::OpenParen => depth += 1,
            TokenKind::CloseParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        begins = depth == 0 && token.kind == TokenKind::Comma;
    }
    false
}

/// The columns that a CREATE TABLE or CREATE SOURCE lists, where it lists all of them.
fn listed(kind: &StatementKind, text: &str) -> Option<Box<[Name]>> {
    let (columns, constraints, options) = match kind {
        StatementKind::CreateTable(table) if table.query.is_none() => {
            (&table.columns, &table.constraints, &table.options)
        }
        StatementKind::CreateStream(stream) if stream.noun == Noun::Source => {
            (&stream.columns, &stream.constraints, &stream.options)
        }
        _ => return None,
    };
    // INHERITS brings the columns of other tables, INCLUDE those of the message, and PARTITIONED
    // BY (day date) has its own; PARTITION BY (day) names one of the list.
    let more = |option: &HeadOption| match option.kind {
        OptionKind::Inherits | OptionKind::Include => true,
        OptionKind::PartitionBy => {
            let word = option.span.slice(text).get(.."partitioned".len());
            word.is_some_and(|word| word.eq_ignore_ascii_case("partitioned"))
        }
        _ => false,
    };
    let whole = !columns.is_empty()
        && !options.iter().any(more)
        && constraints.iter().all(|span| constrains(span.slice(text)));
    let names = columns.iter().map(|column| column.name.value.clone());
    whole.then(|| names.collect())
}

/// Tells whether an item among the columns is a constraint; anything else may stand for columns,
/// as `LIKE other` and `*` do.
fn constrains(item: &str) -> bool {
    const WORDS: [&str; 7] = [
        "constraint",
        "primary",
        "unique",
        "check",
        "foreign",
        "exclude",
        "watermark",
    ];
    let first = item.split(|c: char| !c.is_ascii_alphabetic()).next();
    first.is_some_and(|first| WORDS.iter().any(|word| first.eq_ignore_ascii_case(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_on_columns_are_told_from_others() {
        let changed = |actions| changed_by(actions, Dialect::Postgres);
        for actions in [
            "ADD COLUMN c int",
            "add if not exists c int",
            "ADD CONSTRAINT k UNIQUE (a, b), ADD c int",
            "RENAME COLUMN a TO b",
            "RENAME a TO b",
            "DROP c",
        ] {
            assert!(changed(actions), "{actions}");
        }
        for actions in [
            "ADD CONSTRAINT k CHECK (a > 0)",
            "ADD PRIMARY KEY (a, b)",
            "RENAME TO other",
            "ALTER COLUMN a DROP DEFAULT",
            "ALTER a TYPE bigint, DROP CONSTRAINT k",
            "SET (fillfactor = 70)",
        ] {
            assert!(!changed(actions), "{actions}");
        }
    }
}
