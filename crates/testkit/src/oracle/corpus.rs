//! The bodies of the corpus, as they lie in `oracle/bodies/`.

use std::collections::BTreeMap;
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
/// When a file of the corpus cannot be read.
pub fn bodies() -> io::Result<Vec<Body>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder().join("bodies"))? {
        found.extend(read(&fs::read_to_string(entry?.path())?));
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

fn read(text: &str) -> Vec<Body> {
    let cases = text.split("-- case: ").skip(1);
    cases.filter_map(read_one).collect()
}

fn read_one(case: &str) -> Option<Body> {
    let (name, mut rest) = case.split_once('\n')?;
    let mut body = Body {
        name: name.trim().to_owned(),
        since: 13,
        columns: Vec::new(),
        text: String::new(),
    };
    loop {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        if let Some(since) = line.strip_prefix("-- since: ") {
            body.since = since.trim().parse().ok()?;
        } else if let Some(columns) = line.strip_prefix("-- columns: ") {
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
    Some(body)
}

/// Reads the differences that are known, by case: each with its reason.
///
/// # Errors
/// When the list cannot be read or is no list of texts.
pub fn known_differences() -> io::Result<BTreeMap<String, String>> {
    let text = fs::read_to_string(folder().join("known.toml"))?;
    let table: toml::Table = text.parse().map_err(io::Error::other)?;
    let entry = |(case, reason): (String, toml::Value)| {
        let reason = reason.as_str().map(str::to_owned);
        reason
            .map(|reason| (case, reason))
            .ok_or_else(|| io::Error::other("a reason is no text"))
    };
    table.into_iter().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_keeps_its_head_and_its_text() {
        let text = "-- about\n\n-- case: one\n-- since: 16\n-- columns: a, b\n-- kept\nSELECT 1, 2;\n\
                    -- case: two\nSELECT 3;\n";
        let cases = read(text);
        assert_eq!(cases.len(), 2);
        assert_eq!(cases[0].since, 16);
        assert_eq!(cases[0].columns, ["a", "b"]);
        assert_eq!(cases[0].text, "-- kept\nSELECT 1, 2");
        assert_eq!(cases[1].name, "two");
    }
}
