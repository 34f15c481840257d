//! CREATE: the words before the kind, then the kind's own grammar.

use crate::cursor::Cursor;
use crate::parse::{index, routine, schema, stream, table, view};
use crate::statement::{HeadOption, Noun, OptionKind, Routine, StatementKind};

/// Words between CREATE and the kind.
const MODIFIERS: &[(&[&str], OptionKind)] = &[
    (&["or", "replace"], OptionKind::OrReplace),
    (&["global"], OptionKind::Temporary),
    (&["local"], OptionKind::Temporary),
    (&["temporary"], OptionKind::Temporary),
    (&["temp"], OptionKind::Temporary),
    (&["unlogged"], OptionKind::Unlogged),
    (&["recursive"], OptionKind::Recursive),
    (&["replacement"], OptionKind::Replacement),
    (&["external"], OptionKind::External),
    (&["protected"], OptionKind::Other),
    (&["foreign"], OptionKind::External),
    (&["default"], OptionKind::Default),
];

/// Reads CREATE, and REPLACE of a sink; `None` for a kind that is kept whole.
pub(super) fn statement(cursor: &mut Cursor<'_>) -> Option<StatementKind> {
    let mut options = Vec::new();
    if let Some(span) = cursor.take_words(&["replace"]) {
        options.push(bare(OptionKind::OrReplace, span));
        cursor.take_word("sink")?;
        return stream::statement(cursor, Noun::Sink, options);
    }
    cursor.take_word("create")?;
    while let Some((kind, span)) = modifier(cursor) {
        options.push(bare(kind, span));
    }
    if cursor.take_words(&["materialized", "view"]).is_some() {
        if_not_exists(cursor, &mut options);
        return Some(view::statement(cursor, true, options));
    }
    if cursor.take_word("view").is_some() {
        if_not_exists(cursor, &mut options);
        return Some(view::statement(cursor, false, options));
    }
    if cursor.take_word("table").is_some() {
        if_not_exists(cursor, &mut options);
        return Some(table::statement(cursor, options));
    }
    if cursor.at_any(&["unique", "index"]) {
        return index::statement(cursor, options);
    }
    if cursor.take_word("schema").is_some() {
        if_not_exists(cursor, &mut options);
        return Some(schema::statement(cursor, &options));
    }
    for (word, noun) in [
        ("sink", Noun::Sink),
        ("source", Noun::Source),
        ("subscription", Noun::Subscription),
    ] {
        if cursor.take_word(word).is_some() {
            if_not_exists(cursor, &mut options);
            return stream::statement(cursor, noun, options);
        }
    }
    for (word, routine) in [
        ("function", Routine::Function),
        ("procedure", Routine::Procedure),
        ("aggregate", Routine::Aggregate),
    ] {
        if cursor.take_word(word).is_some() {
            if_not_exists(cursor, &mut options);
            return Some(routine::statement(cursor, routine));
        }
    }
    None
}

fn modifier(cursor: &mut Cursor<'_>) -> Option<(OptionKind, crate::Span)> {
    MODIFIERS
        .iter()
        .find_map(|(words, kind)| Some((*kind, cursor.take_words(words)?)))
}

pub(super) const fn bare(kind: OptionKind, span: crate::Span) -> HeadOption {
    HeadOption {
        kind,
        span,
        value: None,
    }
}

fn if_not_exists(cursor: &mut Cursor<'_>, options: &mut Vec<HeadOption>) {
    if let Some(span) = cursor.take_words(&["if", "not", "exists"]) {
        options.push(bare(OptionKind::IfNotExists, span));
    }
}
