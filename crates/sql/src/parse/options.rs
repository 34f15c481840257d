//! Options in heads and tails, of all engines, in one table.

use crate::cursor::Cursor;
use crate::lex::{Token, TokenKind};
use crate::span::Span;
use crate::statement::{HeadOption, OptionKind};

/// What follows the words of an option.
#[derive(Debug, Clone, Copy)]
enum Shape {
    Bare,
    /// One token, one bracket or a dotted name.
    Item,
    /// `( .. )`; without it the words are no option.
    Group,
    /// Words and one `( .. )`.
    WordsAndGroup,
    /// Everything up to the next option, where the listed words are no option.
    Run(&'static [&'static str]),
    /// An expression up to the end of the statement.
    Rest,
}

type Row = (&'static [&'static str], OptionKind, Shape);

/// The options, those with more words before those that begin like them.
const OPTIONS: &[Row] = &[
    (
        &["with", "serdeproperties"],
        OptionKind::Other,
        Shape::Group,
    ),
    (&["with", "oids"], OptionKind::Other, Shape::Bare),
    (&["with"], OptionKind::With, Shape::Group),
    (&["without", "oids"], OptionKind::Other, Shape::Bare),
    (&["using"], OptionKind::Using, Shape::Item),
    (&["tablespace"], OptionKind::Tablespace, Shape::Item),
    (&["backup"], OptionKind::Backup, Shape::Item),
    (&["diststyle"], OptionKind::DistStyle, Shape::Item),
    (&["distkey"], OptionKind::DistKey, Shape::Group),
    (&["compound", "sortkey"], OptionKind::SortKey, Shape::Group),
    (
        &["interleaved", "sortkey"],
        OptionKind::SortKey,
        Shape::Group,
    ),
    (&["sortkey"], OptionKind::SortKey, Shape::Item),
    (&["auto", "refresh"], OptionKind::AutoRefresh, Shape::Item),
    (&["encode"], OptionKind::Encode, Shape::Item),
    (&["in", "cluster"], OptionKind::InCluster, Shape::Item),
    (
        &["partition", "by"],
        OptionKind::PartitionBy,
        Shape::WordsAndGroup,
    ),
    (
        &["partitioned", "by"],
        OptionKind::PartitionBy,
        Shape::Group,
    ),
    (&["inherits"], OptionKind::Inherits, Shape::Group),
    (&["on", "commit"], OptionKind::OnCommit, Shape::Run(&[])),
    (&["on", "conflict"], OptionKind::OnConflict, Shape::Run(&[])),
    (&["append", "only"], OptionKind::AppendOnly, Shape::Bare),
    (
        &["include"],
        OptionKind::Include,
        Shape::Run(&["as", "headers"]),
    ),
    (
        &["key", "format"],
        OptionKind::Format,
        Shape::Run(&["using"]),
    ),
    (
        &["value", "format"],
        OptionKind::Format,
        Shape::Run(&["using"]),
    ),
    (
        &["body", "format"],
        OptionKind::Format,
        Shape::Run(&["using"]),
    ),
    (
        &["format"],
        OptionKind::Format,
        Shape::Run(&["encode", "using"]),
    ),
    (&["envelope"], OptionKind::Other, Shape::Run(&[])),
    (
        &["expose", "progress", "as"],
        OptionKind::Other,
        Shape::Item,
    ),
    (&["key"], OptionKind::Other, Shape::Group),
    (&["not", "enforced"], OptionKind::Other, Shape::Bare),
    (&["headers"], OptionKind::Other, Shape::Item),
    (&["check"], OptionKind::Other, Shape::Group),
    (&["validate"], OptionKind::Other, Shape::Rest),
    (&["for", "all", "tables"], OptionKind::Other, Shape::Bare),
    (&["for", "tables"], OptionKind::Other, Shape::Group),
    (&["for", "schemas"], OptionKind::Other, Shape::Group),
    (
        &["for", "values"],
        OptionKind::PartitionBy,
        Shape::Run(&["from", "with"]),
    ),
    (&["location"], OptionKind::Other, Shape::Item),
    (&["stored", "as"], OptionKind::Other, Shape::Run(&[])),
    (&["row", "format"], OptionKind::Other, Shape::Run(&[])),
    (&["table", "properties"], OptionKind::Other, Shape::Group),
    (&["engine"], OptionKind::Other, Shape::Run(&[])),
    (&["server"], OptionKind::Other, Shape::Item),
    (&["options"], OptionKind::Other, Shape::Group),
    (&["distributed", "by"], OptionKind::Other, Shape::Group),
    (
        &["nulls", "not", "distinct"],
        OptionKind::Other,
        Shape::Bare,
    ),
    (&["nulls", "distinct"], OptionKind::Other, Shape::Bare),
    (
        &["emit", "on", "window", "close"],
        OptionKind::EmitOnWindowClose,
        Shape::Bare,
    ),
    (
        &["emit", "immediately"],
        OptionKind::EmitImmediately,
        Shape::Bare,
    ),
];

/// Words that begin the next part of a head and so end an option.
const ENDS: &[&str] = &["as", "from", "into"];

/// Takes the options that stand here, one after the other.
pub(super) fn take(cursor: &mut Cursor<'_>, options: &mut Vec<HeadOption>) {
    while let Some(option) = take_one(cursor) {
        options.push(option);
    }
}

fn take_one(cursor: &mut Cursor<'_>) -> Option<HeadOption> {
    let (words, kind, shape) = *here(cursor)?;
    let start = cursor.mark();
    cursor.take_words(words);
    let value = match shape {
        Shape::Bare => None,
        Shape::Group => cursor.take_group(),
        Shape::Item => item(cursor),
        Shape::WordsAndGroup => {
            let start = cursor.mark();
            cursor.take_while(Cursor::at_name);
            cursor.take_group();
            cursor.some_from(start)
        }
        Shape::Rest => cursor.take_rest(),
        Shape::Run(within) => cursor.take_while(|cursor| !ends_run(cursor, within)),
    };
    if value.is_none() && matches!(shape, Shape::Item) {
        cursor.expected(&format!(
            "a value of {}",
            words.join(" ").to_ascii_uppercase()
        ));
    }
    Some(HeadOption {
        kind,
        span: cursor.span_from(start),
        value,
    })
}

/// Tells whether an option stands here.
pub(super) fn at(cursor: &Cursor<'_>) -> bool {
    here(cursor).is_some()
}

fn here(cursor: &Cursor<'_>) -> Option<&'static Row> {
    let stands = |(words, _, shape): &&Row| {
        cursor.at_words(words)
            && (!matches!(shape, Shape::Group)
                || cursor.kind_after(words.len()) == Some(TokenKind::OpenParen))
    };
    OPTIONS.iter().find(stands)
}

fn ends_run(cursor: &Cursor<'_>, within: &[&str]) -> bool {
    !cursor.at_any(within) && (cursor.at_any(ENDS) || here(cursor).is_some())
}

/// Takes the inside of a group, a name, or one token; `AS` is none of them.
fn item(cursor: &mut Cursor<'_>) -> Option<Span> {
    if cursor.at_kind(TokenKind::OpenParen) {
        return cursor.take_group();
    }
    if let Some(name) = cursor.take_name() {
        return Some(name.span);
    }
    if cursor.at_word("as") {
        return None;
    }
    cursor.bump_balanced()
}

/// Options that end a statement with a query.
const TAILS: &[(&[&str], OptionKind)] = &[
    (
        &["with", "no", "schema", "binding"],
        OptionKind::NoSchemaBinding,
    ),
    (&["with", "no", "data"], OptionKind::WithNoData),
    (&["with", "data"], OptionKind::WithData),
    (
        &["with", "cascaded", "check", "option"],
        OptionKind::CheckOption,
    ),
    (
        &["with", "local", "check", "option"],
        OptionKind::CheckOption,
    ),
    (&["with", "check", "option"], OptionKind::CheckOption),
    (
        &["emit", "on", "window", "close"],
        OptionKind::EmitOnWindowClose,
    ),
    (&["emit", "immediately"], OptionKind::EmitImmediately),
];

/// Words after which EMIT is the name of a relation or column.
const BEFORE_NAMES: &[&str] = &["from", "join", "select", "as", "table", "by"];

/// Takes the options after a query off the end of the statement, back to front.
///
/// Their last word stands at the end, so no bracket of the query is open there, and a query's own
/// WITH is never taken.
pub(super) fn take_tail(cursor: &mut Cursor<'_>, options: &mut Vec<HeadOption>) {
    let mut tails = Vec::new();
    while let Some(option) = last_tail(cursor) {
        cursor.cut(option.span.start);
        tails.push(option);
    }
    options.extend(tails.into_iter().rev());
}

fn last_tail(cursor: &Cursor<'_>) -> Option<HeadOption> {
    let text = cursor.text();
    let back = || {
        let tokens = cursor.remaining().iter().rev();
        tokens.filter(|token| !token.kind.is_trivia())
    };
    let ends_with = |words: &[&str]| {
        let mut tokens = back();
        words
            .iter()
            .rev()
            .all(|word| tokens.next().is_some_and(|token| token.is_word(text, word)))
    };
    let (words, kind) = TAILS.iter().find(|(words, _)| ends_with(words))?;
    let names = |token: &Token| {
        matches!(token.kind, TokenKind::Comma | TokenKind::Dot)
            || BEFORE_NAMES.iter().any(|word| token.is_word(text, word))
    };
    let emit = words.first() == Some(&"emit");
    if emit && back().nth(words.len()).is_none_or(names) {
        return None;
    }
    let last = back().next()?.span;
    let first = back().nth(words.len() - 1)?.span;
    let span = first.to(last);
    Some(HeadOption {
        kind: *kind,
        span,
        value: None,
    })
}
