//! What the splitter does, as tables of texts.

use super::*;
use proptest::prelude::*;

fn pieces(text: &str) -> Vec<&str> {
    let split = split(text, Dialect::Postgres);
    split
        .pieces
        .iter()
        .map(|piece| piece.span.slice(text))
        .collect()
}

fn problems(text: &str) -> Vec<(ProblemKind, &str)> {
    let split = split(text, Dialect::Postgres);
    let show = |problem: &Problem| (problem.kind, problem.span.slice(text));
    split.problems.iter().map(show).collect()
}

#[test]
fn semicolons_split_only_at_the_top() {
    let cases: &[(&str, &[&str])] = &[
        ("", &[]),
        (" ;; ; -- none\n ; /* ; */", &[]),
        ("select 1", &["select 1"]),
        (
            "\u{feff}select 1;\r\nselect 2\r\n;",
            &["select 1", "select 2"],
        ),
        (
            "select ';', \";\", $a$;$a$ /*;*/; x",
            &["select ';', \";\", $a$;$a$", "x"],
        ),
        ("select (a; b); c", &["select (a; b)", "c"]),
        ("select E'\\';'; c", &["select E'\\';'", "c"]),
        ("select a[1;2]; c", &["select a[1;2]", "c"]),
        (
            "create rule r as on insert to v do instead (\n insert into a values (1);\n select 1\n); x",
            &[
                "create rule r as on insert to v do instead (\n insert into a values (1);\n select 1\n)",
                "x",
            ],
        ),
        (
            "create function f() begin atomic select case when a then 1 end as end; select t.end; end; x",
            &[
                "create function f() begin atomic select case when a then 1 end as end; select t.end; end",
                "x",
            ],
        ),
        (
            "begin; select 1; end; x",
            &["begin", "select 1", "end", "x"],
        ),
        (
            "create view begin as select atomic; x",
            &["create view begin as select atomic", "x"],
        ),
        ("\\set a 'b\nselect 1;\\q", &["select 1"]),
        ("select 1\n\\gset\nselect 2", &["select 1", "select 2"]),
    ];
    for (text, expected) in cases {
        assert_eq!(&pieces(text), expected, "{text}");
    }
}

#[test]
fn an_open_bracket_does_not_swallow_what_follows() {
    let text = "create view a as select (1;\n\ncreate view b as select 2;\n select (3;";
    assert_eq!(
        pieces(text),
        [
            "create view a as select (1",
            "create view b as select 2",
            "select (3"
        ]
    );
    let unclosed = (ProblemKind::Unclosed, "(");
    assert_eq!(problems(text), [unclosed, unclosed]);
    let body = "create function f() begin atomic select 1;\n select 2;\ndrop view x;";
    assert_eq!(pieces(body).len(), 2);
    assert_eq!(problems(body), [(ProblemKind::Unclosed, "begin")]);
}

#[test]
fn problems_name_the_opening() {
    use ProblemKind::{BadByte, PsqlCommand, Syntax, Unclosed};
    let cases: &[(&str, &[(ProblemKind, &str)])] = &[
        ("select E'abc", &[(Unclosed, "E'")]),
        ("select U&\"abc", &[(Unclosed, "U&\"")]),
        ("select 1 /* x /* y */", &[(Unclosed, "/*")]),
        ("select $tag$ x $tag", &[(Unclosed, "$tag$")]),
        ("select $$ x", &[(Unclosed, "$$")]),
        ("select (1, [2)", &[(Unclosed, "[")]),
        ("select 1)", &[(Syntax, ")")]),
        ("select\0\0 1", &[(BadByte, "\0\0")]),
        (
            "\\set x 1\n\\i y.sql\r\nselect 1",
            &[(PsqlCommand, "\\set x 1"), (PsqlCommand, "\\i y.sql")],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(&problems(text), expected, "{text}");
    }
}

#[test]
fn comments_belong_to_the_statement_below() {
    let text = "-- a\n/* b */ select 1 -- in\n; -- tail\n-- c\nselect 2 -- tail\n-- d\n";
    let split = split(text, Dialect::Postgres);
    let show = |spans: &[Span]| -> Vec<String> {
        spans
            .iter()
            .map(|span| span.slice(text).to_owned())
            .collect()
    };
    let comments: Vec<_> = split
        .pieces
        .iter()
        .map(|piece| show(&piece.comments))
        .collect();
    assert_eq!(comments, [vec!["-- a", "/* b */"], vec!["-- c"]]);
    assert_eq!(show(&split.trailing_comments), ["-- d"]);
}

#[test]
fn bad_utf8_has_its_place() {
    let problem = decode(b"select '\xff'").unwrap_err();
    assert_eq!(problem.span, Span::new(8, 9));
    assert_eq!(problem.message, "byte 0xff is not UTF-8");
    assert!(decode("ü".as_bytes()).is_ok());
}

#[test]
fn a_million_brackets_are_read_in_one_pass() {
    for text in [
        "(", ")", "([", "(;\n", "';'", "\0x", "\\\n", "/*", "case ", "[)",
    ] {
        let text = format!("create function f() begin atomic {}", text.repeat(300_000));
        assert!(split(&text, Dialect::Postgres).problems.len() <= 600_000);
    }
}

fn sql_like() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just(";"),
        Just("("),
        Just(")"),
        Just("["),
        Just("]"),
        Just("'a;b'"),
        Just("\"q;\""),
        Just("$x$;$x$"),
        Just("-- c;\n"),
        Just("/* ; */"),
        Just("\n"),
        Just(" "),
        Just("create"),
        Just("function"),
        Just("begin"),
        Just("atomic"),
        Just("case"),
        Just("end"),
        Just("select"),
        Just("1"),
        Just("\\q"),
        Just("\0"),
        Just("'"),
        Just("rule"),
        Just(","),
        Just("."),
    ];
    let word = (part, prop_oneof![Just(""), Just(" ")]).prop_map(|(a, b)| format!("{a}{b}"));
    proptest::collection::vec(word, 0..40).prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn every_token_is_in_one_piece_or_between(text in prop_oneof![sql_like(), ".*".boxed()]) {
        for dialect in Dialect::ALL {
            let split = split(&text, dialect);
            let mut at = 0;
            for piece in &split.pieces {
                prop_assert!(at <= piece.tokens.start && piece.tokens.start < piece.tokens.end);
                let first = split.tokens[piece.tokens.start].span;
                let last = split.tokens[piece.tokens.end - 1].span;
                prop_assert_eq!(piece.span, first.to(last));
                between(&split.tokens[at..piece.tokens.start])?;
                at = piece.tokens.end;
            }
            between(&split.tokens[at..])?;
        }
    }

    #[test]
    fn joined_pieces_split_again(text in sql_like()) {
        let split_once = split(&text, Dialect::Postgres);
        let psql = |p: &Problem| matches!(p.kind, ProblemKind::PsqlCommand | ProblemKind::Unclosed);
        if split_once.problems.iter().any(psql) {
            return Ok(());
        }
        let parts = pieces(&text);
        let joined = parts.join(";\n");
        prop_assert_eq!(pieces(&joined), parts);
    }
}

fn between(tokens: &[Token]) -> Result<(), TestCaseError> {
    for token in tokens {
        let skipped = matches!(
            token.kind,
            TokenKind::Semicolon | TokenKind::PsqlCommand | TokenKind::Nul
        );
        prop_assert!(skipped || token.kind.is_trivia());
    }
    Ok(())
}
