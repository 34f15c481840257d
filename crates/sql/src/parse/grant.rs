//! GRANT and REVOKE.

use crate::cursor::Cursor;
use crate::ident::QualifiedName;
use crate::lex::TokenKind;
use crate::parse::{list, noun};
use crate::span::Span;
use crate::statement::{Grant, GrantAction, Noun, StatementKind};

/// What the rights are on.
struct Objects {
    noun: Noun,
    on: Vec<QualifiedName>,
    in_schemas: Vec<QualifiedName>,
}

/// Reads GRANT or REVOKE.
pub(super) fn statement(cursor: &mut Cursor<'_>) -> Option<StatementKind> {
    let action = match cursor.take_word("grant") {
        Some(_) => GrantAction::Grant,
        None => {
            cursor.take_word("revoke")?;
            GrantAction::Revoke
        }
    };
    let (toward, place) = match action {
        GrantAction::Grant => ("to", " before the grantees"),
        GrantAction::Revoke => ("from", " before the grantees"),
    };
    let mut grant_option = cursor.take_words(&["grant", "option", "for"]).is_some();
    for kind in ["admin", "inherit", "set"] {
        cursor.take_words(&[kind, "option", "for"]);
    }
    let privileges = list::bare(cursor, "a privilege", |cursor| privilege(cursor, toward));
    let objects = objects(cursor);
    let mut grantees = Vec::new();
    if cursor.expect_word(toward, place).is_some() {
        grantees = list::bare(cursor, "a grantee", |cursor| {
            let grantee = cursor.take_while(|cursor| !ends_grantee(cursor));
            grant_option |= cursor.take_words(&["with", "grant", "option"]).is_some();
            grantee
        });
    }
    grant_option |= rest(cursor);
    Some(StatementKind::Grant(Grant {
        action,
        noun: objects.noun,
        privileges,
        on: objects.on,
        in_schemas: objects.in_schemas,
        grantees,
        grant_option,
    }))
}

fn privilege(cursor: &mut Cursor<'_>, toward: &str) -> Option<Span> {
    cursor.take_while(|cursor| {
        !cursor.at_kind(TokenKind::Comma) && !cursor.at_any(&["on", "for", toward])
    })
}

fn ends_grantee(cursor: &Cursor<'_>) -> bool {
    const ENDS: &[&str] = &["with", "granted", "cascade", "restrict", "for", "via"];
    cursor.at_kind(TokenKind::Comma) || cursor.at_any(ENDS)
}

/// Takes what follows the grantees; tells whether the grant option is among it.
fn rest(cursor: &mut Cursor<'_>) -> bool {
    const KNOWN: &[&str] = &["with", "granted", "cascade", "restrict", "for", "via"];
    if !cursor.at_end() && !cursor.at_any(KNOWN) {
        cursor.expected("a comma or the end of the statement");
    }
    let mut option = false;
    while !cursor.at_end() {
        option |= cursor.take_words(&["with", "grant", "option"]).is_some();
        cursor.bump_balanced();
    }
    option
}

/// Takes `ON ..` or `FOR .. IN ..`; without it the privileges are roles.
fn objects(cursor: &mut Cursor<'_>) -> Objects {
    let mut objects = Objects {
        noun: Noun::Other,
        on: Vec::new(),
        in_schemas: Vec::new(),
    };
    let scoped = cursor.take_word("for").is_some();
    if !scoped && cursor.take_word("on").is_none() {
        return objects;
    }
    if cursor.take_word("all").is_some() || scoped {
        objects.noun = plural(cursor);
        if cursor.take_words(&["in", "schema"]).is_some() {
            objects.in_schemas = list::names(cursor, "the name of a schema");
        } else if cursor.take_words(&["in", "database"]).is_some() {
            list::names(cursor, "the name of a database");
        }
        return objects;
    }
    let start = cursor.mark();
    objects.noun = Noun::Table;
    if let Some((noun, _)) = noun::take(cursor) {
        objects.noun = noun;
        if !cursor.at_name() || cursor.at_kind(TokenKind::Dot) {
            cursor.reset(start);
            objects.noun = Noun::Table;
        }
    }
    if cursor.take_words(&["large", "object"]).is_some() || cursor.at_text() {
        objects.noun = Noun::Other;
        cursor.take_while(|cursor| !cursor.at_any(&["to", "from"]));
        return objects;
    }
    if cursor.take_word("system").is_some() {
        if cursor.at_any(&["to", "from"]) {
            objects.noun = Noun::Other;
            return objects;
        }
        cursor.reset(start);
    }
    objects.on = list::names(cursor, "the name of an object");
    objects
}

/// Takes the word for all objects of a kind.
fn plural(cursor: &mut Cursor<'_>) -> Noun {
    const PLURALS: &[(&[&str], Noun)] = &[
        (&["tables"], Noun::Table),
        (&["materialized", "views"], Noun::MaterializedView),
        (&["views"], Noun::View),
        (&["sources"], Noun::Source),
        (&["sinks"], Noun::Sink),
        (&["subscriptions"], Noun::Subscription),
        (&["functions"], Noun::Function),
        (&["procedures"], Noun::Function),
        (&["routines"], Noun::Function),
        (&["schemas"], Noun::Schema),
    ];
    let known = PLURALS
        .iter()
        .find(|(words, _)| cursor.take_words(words).is_some());
    let Some((_, noun)) = known else {
        cursor.take_while(|cursor| !cursor.at_any(&["in", "to", "from"]));
        return Noun::Other;
    };
    *noun
}
