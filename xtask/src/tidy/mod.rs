//! Holds the rules of the house that no compiler holds: floors, sizes, module docs, words, paths.
//!
//! Every rule is a pure function over (path, text), and all findings are told at once with their place.

use std::fmt;

use crate::failure::{Failure, Outcome};
use crate::workspace::File;
use crate::{command, output, workspace};

mod architecture;
mod code;
mod floors;
mod manifests;
mod marks;
mod paths;
mod prose;
mod shape;
mod words;

/// One broken rule and its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    path: String,
    line: usize,
    what: String,
}

impl Finding {
    fn new(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            what: what.into(),
        }
    }

    /// Counts the line of a byte offset.
    fn at(file: &File, offset: usize, what: impl Into<String>) -> Self {
        Self::new(&file.path, line_of(&file.text, offset), what)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text
        .bytes()
        .take(offset)
        .filter(|byte| *byte == b'\n')
        .count()
}

/// Reads the tree once and applies every rule.
pub(crate) fn run() -> Outcome {
    let files = workspace::files()?;
    let floors = floors::Floors::parse(&workspace::read("floors.toml")?)?;
    let mut words = words::Words::parse(
        &workspace::read("docs/glossary.md")?,
        &workspace::read("words.toml")?,
    )?;
    let mut findings = examine(&files, &floors, &mut words);
    for package in floors.trees() {
        // A crate that is planned has no tree; one that is gone is a finding already.
        if !files
            .iter()
            .any(|file| file.path == format!("{}/Cargo.toml", package.path))
        {
            continue;
        }
        let arguments = [
            "tree",
            "--locked",
            "--package",
            &package.name,
            "--edges",
            "normal,build",
            "--prefix",
            "none",
        ];
        let tree = command::capture(&mut command::cargo(&arguments))?;
        findings.extend(manifests::tree(package, &tree));
    }
    findings.sort();
    findings.dedup();
    if findings.is_empty() {
        output::say(&format!("  {} files are tidy", files.len()));
        return Ok(());
    }
    for finding in &findings {
        output::say(&finding.to_string());
    }
    let count = findings.len();
    Err(Failure::new(format!(
        "the house is not tidy: {count} finding{}",
        if count == 1 { "" } else { "s" }
    )))
}

/// Applies every rule that needs nothing but the files.
fn examine(files: &[File], floors: &floors::Floors, words: &mut words::Words) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(manifests::check(files, floors));
    findings.extend(architecture::check(files));
    findings.extend(floors.missing(files));
    for file in files {
        findings.extend(marks::text(file));
        findings.extend(words.check(file));
        if file.path.ends_with(".rs") {
            let blanked = code::blank(&file.text);
            findings.extend(shape::check(file));
            findings.extend(marks::code(file, &blanked));
            findings.extend(floors.check(file, &blanked));
            findings.extend(words.check_names(file, &blanked));
        }
    }
    findings.extend(words.unused());
    findings
}

#[cfg(test)]
fn file(path: &str, text: &str) -> File {
    File {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_told_in_one_pass() {
        let floors = floors::Floors::parse(floors::SAMPLE).unwrap();
        let mut words = words::Words::parse(words::GLOSSARY, "").unwrap();
        let wrong = format!(
            "pub struct Adapter;\n#[{}(dead_code)]\nuse crate::plan::Plan;\n",
            "allow"
        );
        let files = [
            file("crates/core/src/graph/order.rs", &wrong),
            file(
                "crates/core/Cargo.toml",
                "[package]\nname = \"dormer-core\"\n[dependencies]\ntokio = \"1\"\n",
            ),
            file("docs/start.md", "Choose an adapter.\n"),
            file("ARCHITECTURE.md", "`crates/core/src/gone.rs`\n"),
        ];
        let told: Vec<String> = examine(&files, &floors, &mut words)
            .iter()
            .map(|f| format!("{}:{}", f.path, f.line))
            .collect();
        for place in [
            "crates/core/src/graph/order.rs:1",
            "crates/core/src/graph/order.rs:2",
            "crates/core/src/graph/order.rs:3",
            "crates/core/Cargo.toml:4",
            "docs/start.md:1",
            "ARCHITECTURE.md:1",
        ] {
            assert!(
                told.iter().any(|told| told == place),
                "{place} is missing in {told:?}"
            );
        }
    }
}
