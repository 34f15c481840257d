//! The bodies of the corpus, as they lie in `oracle/bodies/`.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// One body of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    pub name: String,
    /// The lowest major version of PostgreSQL that accepts it.
    pub since: u16,
    /// The column list of the view as written, where the case has one.
    pub columns: Vec<String>,
    pub text: String,
}

pub(super) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle")
}

/// Reads all bodies, sorted by name.
///
/// # Errors
/// When a file of the corpus cannot be read, a case has a head or a text that cannot be, or two cases share a name.
pub fn bodies() -> io::Result<Vec<Body>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder().join("bodies"))? {
        let path = entry?.path();
        let bodies = read(&fs::read_to_string(&path)?);
        found.extend(bodies.map_err(|what| mistake(&format!("{}: {what}", path.display())))?);
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some(twice) = twice(&found) {
        return Err(mistake(&format!("there are two cases {twice}")));
    }
    Ok(found)
}

fn mistake(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

fn twice(sorted: &[Body]) -> Option<&str> {
    let mut pairs = sorted.iter().zip(sorted.iter().skip(1));
    pairs.find_map(|(a, b)| (a.name == b.name).then_some(a.name.as_str()))
}

const MARK: &str = "-- case: ";

fn read(text: &str) -> Result<Vec<Body>, String> {
    if let Some(line) = text.lines().find(|line| is_spoilt_mark(line)) {
        return Err(format!("{line:?} is meant as \"{MARK}<name>\""));
    }
    text.split(MARK).skip(1).map(read_one).collect()
}

/// A mark that is written in another way would make its case a part of the one before.
fn is_spoilt_mark(line: &str) -> bool {
    let words = line.trim().strip_prefix("--").map(str::trim_start);
    let mark = words.and_then(|words| words.get(..4));
    let rest = words.and_then(|words| words.get(4..));
    mark.is_some_and(|mark| mark.eq_ignore_ascii_case("case"))
        && rest.is_some_and(|rest| rest.trim_start().starts_with(':'))
        && !line.starts_with(MARK)
}

fn read_one(case: &str) -> Result<Body, String> {
    let (name, mut rest) = case.split_once('\n').unwrap_or((case, ""));
    let name = name.trim();
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Err(format!("{name:?} is no name of a case"));
    }
    let mut body = Body {
        name: name.to_owned(),
        since: 13,
        columns: Vec::new(),
        text: String::new(),
    };
    loop {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        if let Some(since) = line.strip_prefix("-- since:") {
            let since = since.trim();
            body.since = since
                .parse()
                .map_err(|_| format!("case {name}: {since:?} is no major version"))?;
        } else if let Some(columns) = line.strip_prefix("-- columns:") {
            body.columns = columns
                .split(',')
                .map(|column| column.trim().to_owned())
                .collect();
        } else {
            break;
        }
        rest = after;
    }
    body.text = rest.trim().trim_end_matches(';').to_owned();
    if body.text.is_empty() {
        return Err(format!("case {name} has no text"));
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_keeps_its_head_and_its_text() {
        let text = "-- about\n\n-- case: one\n-- since: 16\n-- columns: a, b\n-- kept\nSELECT 1, 2;\n\
                    -- case: two\nSELECT 3;\n";
        let cases = read(text).unwrap();
        assert_eq!(cases.len(), 2);
        assert_eq!(cases[0].since, 16);
        assert_eq!(cases[0].columns, ["a", "b"]);
        assert_eq!(cases[0].text, "-- kept\nSELECT 1, 2");
        assert_eq!(cases[1].name, "two");
    }

    #[test]
    fn case_that_cannot_be_read_is_never_dropped() {
        for wrong in [
            "-- case: \nSELECT 1",
            "-- case: two words\nSELECT 1",
            "-- case: one\n-- since: new\nSELECT 1",
            "-- case: one\n",
            "-- case: one",
            "-- case: one\nSELECT 1;\n--case: two\nSELECT 2;",
            "-- case: one\nSELECT 1;\n-- Case : two\nSELECT 2;",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        let two = read("-- case: one\nSELECT 1;\n-- case: one\nSELECT 2;").unwrap();
        assert_eq!(twice(&two), Some("one"));
    }
}
