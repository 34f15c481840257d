//! The words for kinds of things, and the first words of a statement for people.

use crate::cursor::Cursor;
use crate::ident::{Ident, QualifiedName};
use crate::lex::TokenKind;
use crate::statement::Noun;

/// How an object of a kind is named after its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    /// `schema.name`, with argument types for functions.
    Name,
    /// `name ON relation`.
    PartOn,
    /// `name ON relation`, or the name alone.
    PartOnOrName,
}

/// Words of one kind, the longer before the shorter.
const NOUNS: &[(&[&str], Noun, Naming)] = &[
    (
        &["materialized", "view"],
        Noun::MaterializedView,
        Naming::Name,
    ),
    (&["view"], Noun::View, Naming::Name),
    (&["external", "view"], Noun::View, Naming::Name),
    (&["table"], Noun::Table, Naming::Name),
    (&["foreign", "table"], Noun::Table, Naming::Name),
    (&["external", "table"], Noun::Table, Naming::Name),
    (&["index"], Noun::Index, Naming::Name),
    (&["schema"], Noun::Schema, Naming::Name),
    (&["external", "schema"], Noun::Schema, Naming::Name),
    (&["sink"], Noun::Sink, Naming::Name),
    (&["source"], Noun::Source, Naming::Name),
    (&["subscription"], Noun::Subscription, Naming::Name),
    (&["function"], Noun::Function, Naming::Name),
    (&["procedure"], Noun::Function, Naming::Name),
    (&["routine"], Noun::Function, Naming::Name),
    (&["aggregate"], Noun::Function, Naming::Name),
    (&["column"], Noun::Column, Naming::Name),
    (&["trigger"], Noun::Other, Naming::PartOn),
    (&["rule"], Noun::Other, Naming::PartOn),
    (&["policy"], Noun::Other, Naming::PartOn),
    (&["constraint"], Noun::Other, Naming::PartOn),
    (&["rls", "policy"], Noun::Other, Naming::PartOnOrName),
    (&["masking", "policy"], Noun::Other, Naming::PartOnOrName),
    (&["network", "policy"], Noun::Other, Naming::Name),
    (&["event", "trigger"], Noun::Other, Naming::Name),
    (&["access", "method"], Noun::Other, Naming::Name),
    (&["cluster", "replica"], Noun::Other, Naming::Name),
    (&["foreign", "data", "wrapper"], Noun::Other, Naming::Name),
    (&["foreign", "server"], Noun::Other, Naming::Name),
    (&["procedural", "language"], Noun::Other, Naming::Name),
    (
        &["text", "search", "configuration"],
        Noun::Other,
        Naming::Name,
    ),
    (&["text", "search", "dictionary"], Noun::Other, Naming::Name),
    (&["text", "search", "parser"], Noun::Other, Naming::Name),
    (&["text", "search", "template"], Noun::Other, Naming::Name),
    (&["type"], Noun::Other, Naming::Name),
    (&["domain"], Noun::Other, Naming::Name),
    (&["sequence"], Noun::Other, Naming::Name),
    (&["extension"], Noun::Other, Naming::Name),
    (&["role"], Noun::Other, Naming::Name),
    (&["user"], Noun::Other, Naming::Name),
    (&["group"], Noun::Other, Naming::Name),
    (&["database"], Noun::Other, Naming::Name),
    (&["datashare"], Noun::Other, Naming::Name),
    (&["cluster"], Noun::Other, Naming::Name),
    (&["connection"], Noun::Other, Naming::Name),
    (&["secret"], Noun::Other, Naming::Name),
    (&["server"], Noun::Other, Naming::Name),
    (&["language"], Noun::Other, Naming::Name),
    (&["collation"], Noun::Other, Naming::Name),
    (&["conversion"], Noun::Other, Naming::Name),
    (&["publication"], Noun::Other, Naming::Name),
    (&["statistics"], Noun::Other, Naming::Name),
    (&["tablespace"], Noun::Other, Naming::Name),
    (&["parameter"], Noun::Other, Naming::Name),
    (&["fragment"], Noun::Other, Naming::Name),
    (&["library"], Noun::Other, Naming::Name),
];

/// Takes the words of a kind.
pub(super) fn take(cursor: &mut Cursor<'_>) -> Option<(Noun, Naming)> {
    let (_, noun, naming) = NOUNS
        .iter()
        .find(|(words, ..)| cursor.take_words(words).is_some())?;
    Some((*noun, *naming))
}

/// Words that stand before the one that names the kind.
const BEFORE_KIND: &[&str] = &[
    "or",
    "replace",
    "global",
    "local",
    "temp",
    "temporary",
    "unlogged",
    "recursive",
    "if",
    "not",
];

/// Words after which the next word still belongs to the kind.
const TWO_WORDS: &[&str] = &[
    "alter",
    "attach",
    "cancel",
    "create",
    "data",
    "detach",
    "drop",
    "external",
    "foreign",
    "materialized",
    "masking",
    "rls",
    "network",
    "event",
    "access",
    "default",
    "text",
    "search",
    "refresh",
    "import",
    "security",
    "reassign",
    "replace",
];

/// The first words of a statement, in capitals: `CREATE POLICY`, `COPY`.
pub(super) fn first_words(cursor: &mut Cursor<'_>) -> String {
    const LONGEST: usize = 4;
    let text = cursor.text();
    let mut shown: Vec<String> = Vec::new();
    while let Some(token) = cursor.peek() {
        let word = token.text(text);
        let is = |other: &&str| word.eq_ignore_ascii_case(other);
        let first = shown.is_empty();
        if token.kind != TokenKind::Word {
            if first {
                shown.push(word.chars().take(20).collect());
            }
            break;
        }
        cursor.bump();
        if !first && BEFORE_KIND.iter().any(&is) {
            continue;
        }
        shown.push(word.to_uppercase());
        if shown.len() == LONGEST || !TWO_WORDS.iter().any(is) {
            break;
        }
    }
    shown.join(" ")
}

/// A trigger, rule, policy or constraint, and the relation that it is on.
pub(super) struct PartOn {
    pub(super) part: Option<Ident>,
    pub(super) on: QualifiedName,
}

/// Takes `part ON relation`, or the name alone where a kind allows it.
pub(super) fn part_on(cursor: &mut Cursor<'_>, naming: Naming) -> PartOn {
    let name = cursor.expect_name("a name");
    if naming == Naming::PartOnOrName && !cursor.at_word("on") {
        return PartOn {
            part: None,
            on: name,
        };
    }
    cursor.expect_word("on", " before the relation");
    if cursor.at_word("domain") && cursor.kind_after(1) != Some(TokenKind::Dot) {
        let start = cursor.mark();
        cursor.bump();
        if !cursor.at_name() {
            cursor.reset(start);
        }
    }
    PartOn {
        part: name.parts.into_iter().next_back(),
        on: cursor.expect_name("the name of a relation"),
    }
}
