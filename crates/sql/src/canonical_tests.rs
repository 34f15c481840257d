//! What the canonical form keeps and what it drops.

use super::*;
use proptest::prelude::*;

fn form_in(text: &str, dialect: Dialect) -> String {
    canonical(text, Span::of(0..text.len()), dialect)
}

fn form(text: &str) -> String {
    form_in(text, Dialect::Postgres)
}

fn print(text: &str) -> Fingerprint {
    fingerprint(text, Span::of(0..text.len()), Dialect::Postgres)
}

#[test]
fn formatting_is_one() {
    let cases = [
        (
            "SELECT  A.*, Count( * )\r\nFROM S . T -- x\nWHERE x!=1;",
            "select a.*, count(*) from s.t where x <> 1",
        ),
        (
            "\"abc\" \"Abc\" \"order\" \"a b\" \"a\"\"b\"",
            "abc \"Abc\" \"order\" \"a b\" \"a\"\"b\"",
        ),
        (
            "u&\"d\\0061ta\" u&\"!0061\" uescape '!'",
            "data U&\"!0061\" uescape '!'",
        ),
        (
            "e'A\\n' x'FF' b'1' u&'a' n'x'",
            "E'A\\n' X'FF' B'1' U&'a' N'x'",
        ),
        (
            "interval '1' \"year\", \"name\"",
            "interval '1' \"year\", name",
        ),
        ("a :: int [ 1 ] . b", "a::int [1].b"),
        ("'a'  \n 'b' 'c'", "'a'\n'b' 'c'"),
        ("x in(1)  and f (2)", "x in (1) and f(2)"),
        ("1 . .5 t . 5 t .5", "1 . .5 t. 5 t .5"),
        (";;", ""),
    ];
    for (text, expected) in cases {
        assert_eq!(form(text), expected, "{text}");
    }
    assert_eq!(
        form_in("\"ORDERS\".\"Order\"", Dialect::Redshift),
        "orders.\"order\""
    );
}

#[test]
fn what_counts_is_told_apart() {
    let pairs = [
        ("select 'a'", "select 'A'"),
        ("select 'a\nb'", "select 'a\r\nb'"),
        ("select a.b", "select a b"),
        ("select \"A\"", "select a"),
        ("select 'a' 'b'", "select 'a'\n'b'"),
        ("select 1", "select 1.0"),
        ("interval '1' year", "interval '1' \"year\""),
        ("select E'a'", "select 'a'"),
        ("select a, b", "select a ,b, c"),
        ("'a' 'b'", "'a'' ''b'"),
    ];
    for (one, other) in pairs {
        assert_ne!(print(one), print(other), "{one} / {other}");
        assert_ne!(form(one), form(other), "{one} / {other}");
    }
}

#[test]
fn fingerprints_are_written_and_read() {
    let print = print("select 1");
    assert_eq!(print.to_string().parse(), Ok(print));
    assert_eq!(print.short().len(), 12);
    assert!(print.to_string().starts_with(&print.short()));
    for bad in ["", "12", &"g".repeat(64), &"A".repeat(64), &"ü".repeat(32)] {
        assert_eq!(bad.parse::<Fingerprint>(), Err(NotAFingerprint));
    }
}

/// The form of the rules of this version; it changes only with [`VERSION`].
#[test]
fn fingerprints_stay_over_releases() {
    assert_eq!(print("SELECT a FROM t").short(), "1211e2edc7b8");
}

fn significant(text: &str, dialect: Dialect) -> Vec<(TokenKind, String)> {
    let mut tokens = Vec::new();
    each(text, dialect, |written| {
        tokens.push((written.kind, written.text.into_owned()));
    });
    tokens
}

fn texts(text: &str, dialect: Dialect) -> Vec<String> {
    let tokens = significant(text, dialect).into_iter();
    tokens.map(|(_, text)| text).collect()
}

fn same_tokens(text: &str) -> Result<(), TestCaseError> {
    for dialect in Dialect::ALL {
        let once = form_in(text, dialect);
        prop_assert_eq!(&form_in(&once, dialect), &once);
        prop_assert_eq!(texts(&once, dialect), texts(text, dialect));
        let whole = |text: &str| fingerprint(text, Span::of(0..text.len()), dialect);
        prop_assert_eq!(whole(&once), whole(text));
    }
    Ok(())
}

const PARTS: &[&str] = &[
    "select",
    "From",
    "a",
    "B1",
    "\"a\"",
    "\"A\"",
    "\"e\"",
    "\"u\"",
    "U&\"x\"",
    "u&'x'",
    "'s'",
    "'S'",
    "E'\\''",
    "e",
    "$x$ y $x$",
    "$1",
    "$",
    "1",
    ".5",
    "1.",
    "1e5",
    ".",
    ",",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "::",
    ":",
    "!=",
    "<>",
    "+",
    "-",
    "*",
    "/",
    "@",
    "&",
    "uescape",
    ";",
    "#t",
    "\u{feff}",
    "ü",
    "\"ü\"",
    "\\x",
    "\0",
    "order",
    "\"order\"",
    "\"year\"",
    "x'ff'",
    "n",
    "=>",
    "..",
    "\"",
];

const GAPS: &[&str] = &[
    "",
    " ",
    "\n",
    "\r\n\t",
    "/* c */",
    "-- c\n",
    " /* a /* b */ */ ",
];

fn soup() -> impl Strategy<Value = String> {
    let part = (
        proptest::sample::select(PARTS),
        proptest::sample::select(GAPS),
    );
    let part = part.prop_map(|(part, gap)| format!("{part}{gap}"));
    proptest::collection::vec(part, 0..30).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn the_form_reads_as_the_same_tokens(text in prop_oneof![soup(), ".*".boxed(), "[ -~\n]*".boxed()]) {
        same_tokens(&text)?;
    }

    #[test]
    fn noise_never_counts(
        tokens in proptest::collection::vec((0..PARTS.len(), 1..GAPS.len(), any::<bool>()), 0..30),
    ) {
        let calm = |part: &&str| !matches!(*part, "\\x" | "\"" | "\0" | "$" | "\u{feff}");
        let parts: Vec<&str> = PARTS.iter().copied().filter(calm).collect();
        let mut plain = String::new();
        let mut noisy = String::new();
        for (part, gap, upper) in tokens {
            let part = parts[part % parts.len()];
            let bare = part.chars().all(|c| c.is_ascii_alphanumeric()) && !part.starts_with('1');
            plain.push_str(part);
            plain.push(' ');
            noisy.push_str(&if upper && bare { part.to_uppercase() } else { part.to_owned() });
            // Between two strings a new line counts.
            let gap = if part.ends_with('\'') { "/*
 */ " } else { GAPS[gap] };
            noisy.push(' ');
            noisy.push_str(gap);
        }
        prop_assert_eq!(print(&plain), print(&noisy));
    }

    #[test]
    fn every_token_counts(text in soup(), at in 0..30_usize, other in proptest::sample::select(PARTS)) {
        let mut tokens = significant(&text, Dialect::Postgres);
        prop_assume!(!tokens.is_empty());
        let at = at % tokens.len();
        let joined = |tokens: &[(TokenKind, String)]| {
            let texts: Vec<&str> = tokens.iter().map(|(_, text)| text.as_str()).collect();
            texts.join("\n")
        };
        let before = joined(&tokens);
        tokens[at].1 = other.to_owned();
        let after = joined(&tokens);
        prop_assume!(texts(&before, Dialect::Postgres) != texts(&after, Dialect::Postgres));
        prop_assert_ne!(print(&before), print(&after));
    }
}
