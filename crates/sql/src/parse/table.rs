//! CREATE TABLE with columns, and CREATE TABLE AS.

use crate::cursor::Cursor;
use crate::ident::Ident;
use crate::lex::TokenKind;
use crate::parse::create::bare;
use crate::parse::{expect_end, list, options, query};
use crate::span::Span;
use crate::statement::{CreateTable, HeadOption, OptionKind, StatementKind, TableColumn};

/// Columns and what stands among them.
#[derive(Debug, Default)]
pub(super) struct Elements {
    pub(super) columns: Vec<TableColumn>,
    pub(super) constraints: Vec<Span>,
}

/// Reads what follows the words CREATE .. TABLE.
pub(super) fn statement(cursor: &mut Cursor<'_>, mut options: Vec<HeadOption>) -> StatementKind {
    let name = cursor.expect_name("the name of a table");
    let typed = parent(cursor, &mut options);
    let elements = elements(cursor);
    options::take(cursor, &mut options);
    if typed && let Some(span) = cursor.take_word("default") {
        options.push(bare(OptionKind::PartitionBy, span));
        options::take(cursor, &mut options);
    }
    let from = from(cursor, &mut options);
    let query = if cursor.take_word("as").is_some() {
        options::take_tail(cursor, &mut options);
        Some(query::body(cursor))
    } else if !cursor.at_end() && query::starts(cursor) {
        cursor.expected("AS before the query");
        options::take_tail(cursor, &mut options);
        cursor.take_rest()
    } else {
        None
    };
    expect_end(cursor);
    if query.is_none() && from.is_none() && !typed {
        untyped(cursor, &elements.columns);
    }
    StatementKind::CreateTable(CreateTable {
        name,
        columns: elements.columns,
        constraints: elements.constraints,
        options,
        from,
        query,
    })
}

/// Takes `PARTITION OF parent` and `OF type`; their columns need no types.
fn parent(cursor: &mut Cursor<'_>, options: &mut Vec<HeadOption>) -> bool {
    let start = cursor.mark();
    let words = cursor.take_words(&["partition", "of"]);
    if words.or_else(|| cursor.take_word("of")).is_none() {
        return false;
    }
    let parent = cursor.expect_name("the name of a table or type");
    options.push(HeadOption {
        kind: OptionKind::Other,
        span: cursor.span_from(start),
        value: Some(parent.span),
    });
    true
}

/// Takes `FROM source TABLE 'name'` and `FROM SOURCE source (..)`, and the options after it.
fn from(
    cursor: &mut Cursor<'_>,
    options: &mut Vec<HeadOption>,
) -> Option<crate::ident::QualifiedName> {
    let start = cursor.mark();
    cursor.take_word("from")?;
    let source = cursor.at_word("source");
    if source
        && cursor
            .kind_after(1)
            .is_some_and(|kind| kind != TokenKind::Dot)
    {
        let table = cursor.mark();
        cursor.bump();
        if cursor.at_word("table") {
            cursor.reset(table);
        }
    }
    let name = cursor.expect_name("the name of a source");
    let place = cursor.mark();
    if cursor.take_word("table").is_some() {
        cursor.bump();
    }
    cursor.take_group();
    if let Some(value) = cursor.some_from(place) {
        options.push(HeadOption {
            kind: OptionKind::Other,
            span: cursor.span_from(start),
            value: Some(value),
        });
    }
    options::take(cursor, options);
    Some(name)
}

fn untyped(cursor: &mut Cursor<'_>, columns: &[TableColumn]) {
    let untyped = columns
        .iter()
        .filter(|column| column.type_name.is_empty() && column.rest.is_none());
    for column in untyped {
        let message = format!("expected the type of column {}", column.name.value);
        cursor.problem(crate::ProblemKind::Syntax, column.name.span, message);
    }
}

/// Reads `( column type .., constraint, .. )`.
pub(super) fn elements(cursor: &mut Cursor<'_>) -> Elements {
    let mut constraints = Vec::new();
    let columns = list::in_parens(cursor, |cursor| {
        if constraint_starts(cursor) {
            constraints.extend(cursor.take_while(|cursor| !list::at_separator(cursor)));
            return None;
        }
        let Some(name) = cursor.take_ident() else {
            cursor.expected("a column name");
            return None;
        };
        Some(column(cursor, name))
    });
    Elements {
        columns,
        constraints,
    }
}

/// Tells whether no column stands here; words that also name columns need what follows them.
fn constraint_starts(cursor: &Cursor<'_>) -> bool {
    const ALWAYS: &[&str] = &["constraint", "unique", "check", "foreign", "like"];
    const PAIRS: &[&[&str]] = &[
        &["primary", "key"],
        &["exclude", "using"],
        &["watermark", "for"],
        &["period", "for"],
    ];
    let group = cursor.kind_after(1) == Some(TokenKind::OpenParen);
    cursor.at_any(ALWAYS)
        || cursor.at_kind(TokenKind::Operator)
        || PAIRS.iter().any(|pair| cursor.at_words(pair))
        || (cursor.at_word("exclude") && group)
}

fn column(cursor: &mut Cursor<'_>, name: Ident) -> TableColumn {
    let type_name = type_name(cursor).unwrap_or(Span::new(name.span.end, name.span.end));
    let rest = cursor.take_while(|cursor| !list::at_separator(cursor));
    TableColumn {
        name,
        type_name,
        rest,
    }
}

/// Takes a type: `numeric(10, 2)`, `timestamp with time zone`, `struct<a int, b text[]>`.
fn type_name(cursor: &mut Cursor<'_>) -> Option<Span> {
    const AFTER_TYPE: &[&str] = &[
        "not",
        "null",
        "default",
        "primary",
        "unique",
        "references",
        "check",
        "collate",
        "constraint",
        "generated",
        "encode",
        "distkey",
        "sortkey",
        "identity",
        "as",
        "storage",
        "compression",
        "options",
        "deferrable",
        "initially",
        "masked",
    ];
    let start = cursor.mark();
    let mut angles = 0_usize;
    while let Some(token) = cursor.peek() {
        if token.kind == TokenKind::Operator {
            let text = token.text(cursor.text());
            let count = |c| text.matches(c).count();
            angles = (angles + count('<')).saturating_sub(count('>'));
            cursor.bump();
            continue;
        }
        let with = cursor.at_word("with") && !cursor.at_words(&["with", "time"]);
        let local = cursor.at_words(&["with", "local", "time"]);
        let ends = list::at_separator(cursor) || cursor.at_any(AFTER_TYPE) || (with && !local);
        let closes = cursor.at_kind(TokenKind::CloseParen);
        if closes || (ends && angles == 0) {
            break;
        }
        cursor.bump_balanced();
    }
    cursor.some_from(start)
}
