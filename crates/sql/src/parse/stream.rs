//! CREATE SINK, SOURCE and SUBSCRIPTION.

use crate::cursor::Cursor;
use crate::ident::QualifiedName;
use crate::lex::TokenKind;
use crate::parse::table::{Elements, elements};
use crate::parse::{expect_end, options, query};
use crate::span::Span;
use crate::statement::{CreateStream, HeadOption, Noun, OptionKind, StatementKind};

/// Reads what follows the word for the stream; `None` for a subscription of PostgreSQL's
/// replication, which is no object of a graph.
pub(super) fn statement(
    cursor: &mut Cursor<'_>,
    noun: Noun,
    options: Vec<HeadOption>,
) -> Option<StatementKind> {
    let name = cursor.expect_name("a name");
    if noun == Noun::Subscription && cursor.at_word("connection") {
        return None;
    }
    let Elements {
        columns,
        constraints,
    } = elements(cursor);
    let mut stream = CreateStream {
        noun,
        name,
        columns,
        constraints,
        from: None,
        into: None,
        query: None,
        options,
    };
    options::take(cursor, &mut stream.options);
    while !cursor.at_end() && part(cursor, &mut stream) {
        options::take(cursor, &mut stream.options);
    }
    expect_end(cursor);
    if noun != Noun::Source && stream.from.is_none() && stream.query.is_none() {
        cursor.expected("FROM a relation");
    }
    Some(StatementKind::CreateStream(stream))
}

/// Takes `FROM ..`, `INTO ..` or `AS query`; false when none of them stands here.
fn part(cursor: &mut Cursor<'_>, stream: &mut CreateStream) -> bool {
    let start = cursor.mark();
    if cursor.take_word("as").is_some() {
        stream.query = sink_query(cursor);
    } else if cursor.take_word("from").is_some() {
        if stream.noun == Noun::Source {
            external(cursor, stream, start);
        } else {
            stream.from = Some(relation(cursor));
        }
    } else if cursor.take_word("into").is_some() {
        let connection = cursor.at_words(&["kafka", "connection"])
            || cursor.at_words(&["iceberg", "catalog", "connection"])
            || cursor.kind_after(1) == Some(TokenKind::Word) && second_is_connection(cursor);
        if connection {
            external(cursor, stream, start);
        } else {
            stream.into = Some(relation(cursor));
            cursor.take_group();
        }
    } else {
        return false;
    }
    true
}

fn second_is_connection(cursor: &mut Cursor<'_>) -> bool {
    let start = cursor.mark();
    cursor.bump();
    let connection = cursor.at_word("connection");
    cursor.reset(start);
    connection
}

fn relation(cursor: &mut Cursor<'_>) -> QualifiedName {
    cursor.expect_name("the name of a relation")
}

/// Takes the description of another system: a connection with its options, a generator.
fn external(cursor: &mut Cursor<'_>, stream: &mut CreateStream, start: crate::cursor::Mark) {
    let value =
        cursor.take_while(|cursor| !cursor.at_any(&["as", "from", "into"]) && !options::at(cursor));
    stream.options.push(HeadOption {
        kind: OptionKind::Other,
        span: cursor.span_from(start),
        value,
    });
}

/// Takes the query of a sink, up to the options that follow it.
fn sink_query(cursor: &mut Cursor<'_>) -> Option<Span> {
    if !query::starts(cursor) {
        cursor.expected("a query after AS");
    }
    cursor.take_while(|cursor| {
        let with = cursor.at_word("with") && cursor.kind_after(1) == Some(TokenKind::OpenParen);
        let emit = cursor.at_words(&["emit", "on", "window", "close"])
            || cursor.at_words(&["emit", "immediately"]);
        !with && !emit
    })
}
