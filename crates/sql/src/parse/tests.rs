//! What the parser reads out of heads, as tables.

use super::*;
use crate::Span;
use crate::problem::ProblemKind;
use crate::split::split;
use crate::statement::{CreateTable, CreateView, Grant, HeadOption, OptionKind};
use proptest::prelude::*;

fn read(text: &str) -> (StatementKind, Vec<Problem>) {
    let split = split(text, Dialect::Postgres);
    assert_eq!(split.pieces.len(), 1, "{text}");
    let (statement, problems) = parse(text, &split, &split.pieces[0], Dialect::Postgres);
    (statement.kind, problems)
}

fn clean(text: &str) -> StatementKind {
    let (kind, problems) = read(text);
    assert_eq!(problems, [], "{text}");
    kind
}

fn view(text: &str) -> CreateView {
    match clean(text) {
        StatementKind::CreateView(view) => view,
        other => panic!("{other:?}"),
    }
}

fn table(text: &str) -> CreateTable {
    match clean(text) {
        StatementKind::CreateTable(table) => table,
        other => panic!("{other:?}"),
    }
}

fn grant(text: &str) -> Grant {
    match clean(text) {
        StatementKind::Grant(grant) => grant,
        other => panic!("{other:?}"),
    }
}

fn shown(options: &[HeadOption], text: &str) -> Vec<(OptionKind, String)> {
    let value = |option: &HeadOption| option.value.map_or("", |span| span.slice(text)).to_owned();
    options
        .iter()
        .map(|option| (option.kind, value(option)))
        .collect()
}

fn slices<'a>(spans: &[Span], text: &'a str) -> Vec<&'a str> {
    spans.iter().map(|span| span.slice(text)).collect()
}

#[test]
fn views_keep_the_query_apart_from_its_tail() {
    let cases = [
        ("create view v as select 1", "select 1"),
        (
            "create view v as (select 1) with no schema binding",
            "(select 1)",
        ),
        (
            "create view v as with x as (select 1) select * from x with local check option",
            "with x as (select 1) select * from x",
        ),
        (
            "create materialized view v as select 1 /* a */ with /* b */ no data -- c",
            "select 1",
        ),
        (
            "create materialized view v as select 1 emit on window close",
            "select 1",
        ),
        (
            "create view v as select * from emit immediately",
            "select * from emit immediately",
        ),
        ("create view v as values (1)", "values (1)"),
        ("create view v as table t with data", "table t"),
    ];
    for (text, query) in cases {
        assert_eq!(view(text).query.slice(text), query, "{text}");
    }
}

#[test]
fn options_of_all_engines_keep_their_values() {
    use OptionKind::{
        AutoRefresh, Backup, DistKey, DistStyle, InCluster, OrReplace, SortKey, Tablespace,
    };
    use OptionKind::{Using, With, WithNoData};
    let text = "create materialized view s.v backup no diststyle key distkey (a) \
                compound sortkey (a, b) auto refresh yes as select 1";
    let expected = [
        (Backup, "no"),
        (DistStyle, "key"),
        (DistKey, "a"),
        (SortKey, "a, b"),
        (AutoRefresh, "yes"),
    ];
    let owned = |pairs: &[(OptionKind, &str)]| -> Vec<(OptionKind, String)> {
        pairs
            .iter()
            .map(|(kind, value)| (*kind, (*value).to_owned()))
            .collect()
    };
    assert_eq!(shown(&view(text).options, text), owned(&expected));
    let text = "create or replace materialized view v (a, \"B\") in cluster c using heap \
                with (fillfactor = 70) tablespace fast as select 1, 2 with no data";
    let expected = [
        (OrReplace, ""),
        (InCluster, "c"),
        (Using, "heap"),
        (With, "fillfactor = 70"),
        (Tablespace, "fast"),
        (WithNoData, ""),
    ];
    assert_eq!(shown(&view(text).options, text), owned(&expected));
    assert_eq!(view(text).columns.len(), 2);
}

#[test]
fn tables_keep_columns_types_and_constraints() {
    let text = "create table t (a numeric(10, 2) not null, b timestamp with time zone, c int[] default '{}', \
                d struct<x int, y map(text, struct<z int>)> encode zstd, e double precision, \
                check (a > 0), like u including all, watermark for b as b - 1, \"like\" text)";
    let table = table(text);
    let types: Vec<_> = table
        .columns
        .iter()
        .map(|column| column.type_name.slice(text))
        .collect();
    let expected = [
        "numeric(10, 2)",
        "timestamp with time zone",
        "int[]",
        "struct<x int, y map(text, struct<z int>)>",
        "double precision",
        "text",
    ];
    assert_eq!(types, expected);
    assert_eq!(table.columns[3].rest.unwrap().slice(text), "encode zstd");
    let constraints = [
        "check (a > 0)",
        "like u including all",
        "watermark for b as b - 1",
    ];
    assert_eq!(slices(&table.constraints, text), constraints);
}

#[test]
fn grants_name_who_gets_what_on_which() {
    let text = "grant select (a, b), update on table s.t, u to group g, \"R\" with grant option";
    let read = grant(text);
    assert_eq!(slices(&read.privileges, text), ["select (a, b)", "update"]);
    assert_eq!(slices(&read.grantees, text), ["group g", "\"R\""]);
    assert!(read.grant_option);
    let text = "revoke all on all tables in schema a, b from public cascade";
    let read = grant(text);
    let schemas: Vec<_> = read
        .in_schemas
        .iter()
        .map(crate::QualifiedName::dotted)
        .collect();
    assert_eq!(schemas, ["a", "b"]);
    assert_eq!(slices(&read.grantees, text), ["public"]);
    assert_eq!(grant("grant select on view to x").on[0].dotted(), "view");
}

#[test]
fn unknown_statements_show_their_first_words() {
    let cases = [
        ("create policy p on t", "CREATE POLICY"),
        (
            "create or replace rule r as on insert to t do nothing",
            "CREATE RULE",
        ),
        (
            "alter default privileges grant select on tables to x",
            "ALTER DEFAULT PRIVILEGES",
        ),
        ("create event trigger t on x", "CREATE EVENT TRIGGER"),
        (
            "create foreign data wrapper w",
            "CREATE FOREIGN DATA WRAPPER",
        ),
        ("create user anna", "CREATE USER"),
        ("copy t from 'x'", "COPY"),
        ("with x as (select 1) insert into t select * from x", "WITH"),
        ("attach rls policy p on t to role r", "ATTACH RLS POLICY"),
    ];
    for (text, words) in cases {
        let StatementKind::Opaque(opaque) = clean(text) else {
            panic!("{text}");
        };
        assert_eq!(opaque.words, words);
    }
}

#[test]
fn broken_heads_say_what_was_expected_and_where() {
    use ProblemKind::{StrayComma, Syntax};
    let cases: &[(&str, ProblemKind, &str, &str)] = &[
        (
            "create view v select 1",
            Syntax,
            "select",
            "expected AS before the query, found `select`",
        ),
        (
            "create view v",
            Syntax,
            "v",
            "expected AS before the query, found the end of the statement",
        ),
        (
            "create view v as",
            Syntax,
            "as",
            "expected a query after AS, found the end of the statement",
        ),
        (
            "create view v bakup no as select 1",
            Syntax,
            "bakup",
            "expected AS before the query, found `bakup`",
        ),
        (
            "create view as select 1",
            Syntax,
            "as",
            "expected the name of a view, found `as`",
        ),
        (
            "create view s. as select 1",
            Syntax,
            "select",
            "expected AS before the query, found `select`",
        ),
        (
            "create view v (a,, b) as select 1",
            StrayComma,
            ",",
            "nothing stands before this comma",
        ),
        (
            "create table t (a int, b int,)",
            StrayComma,
            ",",
            "nothing follows this comma",
        ),
        (
            "create table t (a int, b)",
            Syntax,
            "b",
            "expected the type of column b",
        ),
        (
            "create table t (a int) as",
            Syntax,
            "as",
            "expected a query after AS, found the end of the statement",
        ),
        (
            "create table t (a int) foo",
            Syntax,
            "foo",
            "expected the end of the statement, found `foo`",
        ),
        (
            "create index i on t (a) where",
            Syntax,
            "where",
            "expected a condition after WHERE, found the end of the statement",
        ),
        (
            "create index i t (a)",
            Syntax,
            "t",
            "expected ON before the indexed relation, found `t`",
        ),
        (
            "drop view a, b,",
            StrayComma,
            ",",
            "nothing follows this comma",
        ),
        (
            "drop view",
            Syntax,
            "view",
            "expected the name of what is dropped, found the end of the statement",
        ),
        (
            "comment on view v 'x'",
            Syntax,
            "'x'",
            "expected IS before the text, found `'x'`",
        ),
        (
            "comment on column c is 'x'",
            Syntax,
            "c",
            "expected the relation of column c",
        ),
        (
            "grant select on t",
            Syntax,
            "t",
            "expected TO before the grantees, found the end of the statement",
        ),
        (
            "grant select, on t to x",
            StrayComma,
            ",",
            "nothing follows this comma",
        ),
        (
            "refresh materialized view v foo",
            Syntax,
            "foo",
            "expected the end of the statement, found `foo`",
        ),
        (
            "alter view v",
            Syntax,
            "v",
            "expected what is altered, found the end of the statement",
        ),
        (", select", Syntax, ",", "expected a statement, found `,`"),
    ];
    for (text, kind, place, message) in cases {
        let (_, problems) = read(text);
        let shown: Vec<_> = problems
            .iter()
            .map(|problem| {
                (
                    problem.kind,
                    problem.span.slice(text),
                    problem.message.as_str(),
                )
            })
            .collect();
        assert!(
            shown.contains(&(*kind, *place, *message)),
            "{text}: {shown:?}"
        );
    }
}

#[test]
fn a_missing_as_still_yields_the_query() {
    for text in [
        "create view v select 1",
        "create view v bakup no as select 1",
    ] {
        let (StatementKind::CreateView(view), _) = read(text) else {
            panic!("{text}");
        };
        assert_eq!(view.query.slice(text), "select 1");
    }
}

#[test]
fn long_lists_are_read_in_one_pass() {
    let heads = [
        "create view v as ",
        "create view v (",
        "create table t (a ",
        "create table t (",
        "grant a ",
        "drop view a",
        "create index i on t (",
        "create sink s as ",
        "with ",
        "create source s include ",
        "comment on column a",
        "create table t partition by ",
        "create table t format ",
    ];
    for head in heads {
        for part in [
            "(",
            ",",
            "a ",
            "a.",
            "<",
            "as ",
            "with ",
            "()",
            "'x' ",
            "if not exists ",
            "/**/ ",
        ] {
            let text = format!("{head}{}", part.repeat(20_000));
            let split = split(&text, Dialect::Postgres);
            for piece in &split.pieces {
                let _ = parse(&text, &split, piece, Dialect::Postgres);
            }
        }
    }
}

const WORDS: &[&str] = &[
    "create",
    "view",
    "materialized",
    "table",
    "index",
    "sink",
    "source",
    "function",
    "schema",
    "drop",
    "alter",
    "comment",
    "on",
    "column",
    "is",
    "null",
    "grant",
    "revoke",
    "to",
    "from",
    "into",
    "as",
    "select",
    "with",
    "no",
    "data",
    "schema",
    "binding",
    "using",
    "include",
    "format",
    "encode",
    "in",
    "cluster",
    "partition",
    "by",
    "of",
    "distkey",
    "for",
    "values",
    "default",
    "owner",
    "rename",
    "all",
    "tables",
    "refresh",
    "emit",
    "immediately",
    "or",
    "replace",
    "if",
    "not",
    "exists",
    "unique",
    "where",
    "key",
    "policy",
    "constraint",
    "primary",
    "(",
    ")",
    "[",
    "]",
    ",",
    ".",
    ";",
    "<",
    ">",
    "'x'",
    "\"q\"",
    "a",
    "b",
    "1",
    "$$x$$",
    "\u{0}",
    "\u{fc}",
    "'",
    "-- c\n",
];

proptest! {
    #[test]
    fn any_words_are_read_without_panic_and_with_true_spans(
        words in proptest::collection::vec(proptest::sample::select(WORDS), 0..25),
    ) {
        let text = words.join(" ");
        for dialect in Dialect::ALL {
            let split = split(&text, dialect);
            for piece in &split.pieces {
                let (statement, problems) = parse(&text, &split, piece, dialect);
                prop_assert_eq!(statement.span, piece.span);
                for problem in problems {
                    prop_assert!(piece.span.contains(problem.span), "{:?} in {}", problem, text);
                    prop_assert!(text.get(problem.span.range()).is_some());
                }
                if let StatementKind::CreateView(view) = statement.kind {
                    prop_assert!(piece.span.contains(view.query));
                    for option in view.options {
                        prop_assert!(piece.span.contains(option.span));
                        prop_assert!(option.value.is_none_or(|value| option.span.contains(value)));
                    }
                }
            }
        }
    }
}
