//! Places as they are shown, the odd ones above all.

use anstream::adapter::strip_str;
use dormer_core::diagnostic::Code;
use dormer_sql::Span;

use super::*;

/// A file, its text, the words to mark, and what is said about them.
type Marked<'a> = (&'a str, &'a str, &'a str, &'a str);

/// Renders a diagnostic about marked words, the first of them being its primary place.
fn shown(marked: &[Marked<'_>]) -> String {
    let mut texts = Files::new();
    let mut diagnostic =
        Diagnostic::new(Code::new("DM0104"), Severity::Error, "something is wrong");
    for (at, (path, text, needle, label)) in marked.iter().enumerate() {
        let start = text.find(needle).unwrap();
        let span = match *needle {
            "" => text.len()..text.len(),
            needle => start..start + needle.len(),
        };
        texts.insert(FilePath::new(path), Arc::from(*text));
        let place = Location {
            file: FilePath::new(path),
            span: Span::of(span),
        };
        diagnostic = match at {
            0 => diagnostic.at(place, *label),
            _ => diagnostic.related(place, *label),
        };
    }
    render(&texts, &diagnostic.note("a note").help("a way out"))
}

fn render(texts: &Files, diagnostic: &Diagnostic) -> String {
    let mut told = String::new();
    let written = Reporter::new(texts, "").write([diagnostic], &mut told);
    assert_eq!(written, Ok(()));
    strip_str(&told).to_string()
}

/// Compares with the recorded text; `BLESS=1` records it anew.
#[test]
fn places_are_shown_as_recorded() {
    let long = format!(
        "SELECT\n  {}net {}\nFROM x\n",
        "1 + ".repeat(100),
        "+ 2 ".repeat(100)
    );
    let far = format!(
        "CREATE VIEW a.b;\n{}CREATE VIEW c.d;\n",
        "-- x\n".repeat(20)
    );
    let deep = format!("SELECT (\n{}\n) AS x;\n", "  1 +\n".repeat(30));
    let cases: [(&str, &[Marked<'_>]); 15] = [
        (
            "a word",
            &[(
                "a.sql",
                "SELECT a,\n    sum(net) AS x\nFROM b\n",
                "net",
                "no such column",
            )],
        ),
        (
            "no label",
            &[("a.sql", "SELECT a,\n    sum(net) AS x\nFROM b\n", "net", "")],
        ),
        (
            "tab and CRLF",
            &[(
                "a.sql",
                "SELECT a,\r\n\tsum(net) AS x\r\nFROM b\r\n",
                "net",
                "here",
            )],
        ),
        (
            "CRLF over lines",
            &[(
                "a.sql",
                "SELECT a,\r\n\tsum(net)\r\nFROM b\r\n",
                "a,\r\n\tsum",
                "here",
            )],
        ),
        (
            "wide characters",
            &[("a.sql", "SELECT '日本語', net\n", "net", "here")],
        ),
        (
            "byte order mark",
            &[("a.sql", "\u{feff}SELECT x, net\n", "net", "here")],
        ),
        ("end of file", &[("a.sql", "SELECT x, (", "", "not closed")]),
        (
            "end of file after a newline",
            &[("a.sql", "SELECT x, (\n", "", "not closed")],
        ),
        ("empty file", &[("a.sql", "", "", "nothing here")]),
        (
            "several lines",
            &[("a.sql", "SELECT x\n, y,\nFROM z", "x\n, y,", "here")],
        ),
        ("many lines", &[("a.sql", &deep, deep.trim(), "here")]),
        ("long line", &[("a.sql", &long, "net", "here")]),
        (
            "control characters",
            &[("a.sql", "SELECT x\u{1b}[31mred\0 y", "y", "\u{1b}[31mhere")],
        ),
        (
            "two files",
            &[
                ("a.sql", "CREATE VIEW a.b;\n", "a.b", "declared again"),
                (
                    "b.sql",
                    "\n\nCREATE VIEW a.b;\n",
                    "a.b",
                    "first declared here",
                ),
            ],
        ),
        (
            "two places far apart",
            &[
                ("a.sql", &far, "c.d", "reads it"),
                ("a.sql", &far, "a.b", "is read"),
            ],
        ),
    ];
    let mut all = String::new();
    for (title, marked) in cases {
        all.push_str(&format!("# {title}\n\n{}", shown(marked)));
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/report/shown.txt");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, &all).unwrap();
    }
    let recorded = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(recorded, all, "record it anew with BLESS=1");
}

#[test]
fn spans_that_do_not_fit_are_moved_into_the_text() {
    let texts = Files::from([(FilePath::new("a.sql"), Arc::from("é = 日"))]);
    for (start, end) in [
        (1, 1),
        (0, 1),
        (5, 6),
        (7, 3),
        (90, 99),
        (u32::MAX, u32::MAX),
    ] {
        let at = Location {
            file: FilePath::new("a.sql"),
            span: Span { start, end },
        };
        let diagnostic = Diagnostic::new(Code::new("DM0001"), Severity::Warning, "x").at(at, "y");
        assert!(render(&texts, &diagnostic).contains("a.sql:1"));
    }
}

#[test]
fn diagnostics_without_a_place_keep_their_notes() {
    let diagnostic = Diagnostic::new(Code::new("DM0001"), Severity::Warning, "x")
        .note("n")
        .help("h");
    assert_eq!(
        render(&Files::new(), &diagnostic),
        "warning[DM0001]: x\n |\n = note: n\nhelp: h\n\n"
    );
}
