//! One word, one thing: the glossary's last column is said nowhere in docs, help text, messages and public names.
//!
//! A word with a second meaning that is meant is listed in `words.toml`, as narrow as may be, with its reason.
//! **What that list allows is said somewhere**: an entry, phrase or path that matches nothing is a finding.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::Finding;
use super::code;
use super::prose::{self, Word};
use crate::failure::{Failure, Outcome};
use crate::workspace::File;

const GLOSSARY_PAGE: &str = "docs/glossary.md";

/// What may not be said, and what may be all the same.
#[derive(Debug)]
pub(super) struct Words {
    /// The words of a forbidden term, with the word to say instead.
    forbidden: Vec<(Vec<String>, String)>,
    allowed: Vec<Allowed>,
    /// What was needed of the list: an entry by number, and which part of it.
    used: BTreeSet<(usize, Part)>,
}

/// What of an entry allows a word.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Everywhere,
    Phrase(String),
    Path(String),
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct AllowedList {
    #[serde(default)]
    allowed: Vec<Allowed>,
}

/// A term in another meaning: everywhere, or in some phrases, or below some paths.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Allowed {
    word: String,
    reason: String,
    #[serde(default)]
    phrases: Vec<String>,
    #[serde(default)]
    paths: Vec<String>,
}

impl Words {
    /// Reads the glossary's table and the list of second meanings.
    pub(super) fn parse(glossary: &str, list: &str) -> Outcome<Self> {
        let forbidden = rows(glossary);
        if forbidden.is_empty() {
            return Err(Failure::new(format!(
                "{GLOSSARY_PAGE} has no table with forbidden words"
            )));
        }
        let list: AllowedList =
            toml::from_str(list).map_err(|error| Failure::while_("read words.toml", error))?;
        for allowed in &list.allowed {
            let term: Vec<String> = prose::split(&allowed.word).collect();
            if !forbidden.iter().any(|(known, _)| *known == term) {
                return Err(Failure::new(format!(
                    "words.toml allows {:?}, which is not forbidden",
                    allowed.word
                )));
            }
            if allowed.reason.trim().is_empty() {
                return Err(Failure::new(format!(
                    "words.toml allows {:?} without a reason",
                    allowed.word
                )));
            }
        }
        Ok(Self {
            forbidden,
            allowed: list.allowed,
            used: BTreeSet::new(),
        })
    }

    /// Looks at prose: pages, the doc comments that become help text, and messages.
    pub(super) fn check(&mut self, file: &File) -> Vec<Finding> {
        let path = file.path.as_str();
        let help = path == "crates/cli/src/args.rs" || path.starts_with("crates/cli/src/commands/");
        let mut words = Vec::new();
        if is_page(path) {
            words.extend(prose::markdown(&file.text));
        }
        if help && path.ends_with(".rs") {
            words.extend(prose::markdown(&doc_comments(&file.text)));
        }
        let mut findings = self.find(path, &words, "");
        if has_messages(path) {
            for (line, text) in code::strings(&file.text) {
                let words = message(line, text);
                findings.extend(self.find(path, &words, ""));
            }
        }
        findings
    }

    /// What the list allows and nobody says.
    pub(super) fn unused(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (number, entry) in self.allowed.iter().enumerate() {
            for part in entry.parts() {
                if !self.used.contains(&(number, part.clone())) {
                    let what = match part {
                        Part::Everywhere => "which nobody says".to_owned(),
                        Part::Phrase(phrase) => {
                            format!("in the phrase {phrase:?}, which nobody says")
                        }
                        Part::Path(path) => format!("below {path}, where nobody says it"),
                    };
                    let what = format!("allows {:?} {what}", entry.word);
                    findings.push(Finding::new("words.toml", 1, what));
                }
            }
        }
        findings
    }

    /// Looks at the public names in a crate's blanked code.
    pub(super) fn check_names(&mut self, file: &File, blanked: &str) -> Vec<Finding> {
        let path = file.path.as_str();
        let ours = path
            .strip_prefix("crates/")
            .and_then(|rest| rest.split_once('/'));
        if !ours.is_some_and(|(_, inside)| inside.starts_with("src/")) {
            return Vec::new();
        }
        let mut findings = Vec::new();
        for (index, line) in blanked.lines().enumerate() {
            let Some(name) = public_name(line) else {
                continue;
            };
            let words: Vec<Word> = prose::split(name)
                .map(|text| Word {
                    text,
                    line: index + 1,
                })
                .collect();
            findings.extend(self.find(path, &words, &format!("public name {name}: ")));
        }
        findings
    }

    fn find(&mut self, path: &str, words: &[Word], before: &str) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (at, word) in words.iter().enumerate() {
            let here = words.get(at..).unwrap_or_default();
            let said = self.forbidden.iter();
            for (term, instead) in said.filter(|(term, _)| begins_with(here, term)) {
                let mut covered = false;
                for (number, allowed) in self.allowed.iter().enumerate() {
                    let parts = allowed.covering(path, words, at, term);
                    covered |= !parts.is_empty();
                    self.used
                        .extend(parts.into_iter().map(|part| (number, part)));
                }
                if !covered {
                    let what = format!(
                        "{before}says \"{}\"; the word is \"{instead}\"",
                        term.join(" ")
                    );
                    findings.push(Finding::new(path, word.line, what));
                }
            }
        }
        findings
    }
}

impl Allowed {
    fn parts(&self) -> Vec<Part> {
        if self.phrases.is_empty() && self.paths.is_empty() {
            return vec![Part::Everywhere];
        }
        let phrases = self.phrases.iter().cloned().map(Part::Phrase);
        phrases
            .chain(self.paths.iter().cloned().map(Part::Path))
            .collect()
    }

    /// The parts that allow the term that stands at `at`.
    fn covering(&self, path: &str, words: &[Word], at: usize, term: &[String]) -> Vec<Part> {
        if prose::split(&self.word).ne(term.iter().cloned()) {
            return Vec::new();
        }
        let mut parts = self.parts();
        parts.retain(|part| match part {
            Part::Everywhere => true,
            Part::Path(prefix) => path.starts_with(prefix.as_str()),
            Part::Phrase(phrase) => is_in_phrase(phrase, words, at),
        });
        parts
    }
}

/// Whether the word at `at` is one of a phrase, which may begin some words before it.
fn is_in_phrase(phrase: &str, words: &[Word], at: usize) -> bool {
    let phrase: Vec<String> = prose::split(phrase).collect();
    (0..phrase.len())
        .filter_map(|back| at.checked_sub(back))
        .any(|start| begins_with(words.get(start..).unwrap_or_default(), &phrase))
}

/// The pages that people read, but for the one that names the words.
fn is_page(path: &str) -> bool {
    let known = [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
    ];
    let docs = path.starts_with("docs/") && path.ends_with(".md");
    known.contains(&path) || (docs && path != GLOSSARY_PAGE)
}

/// The code whose texts are shown: the diagnostics of project and checks, and the roof.
fn has_messages(path: &str) -> bool {
    let folders = [
        "crates/core/src/checks/",
        "crates/core/src/project/",
        "crates/cli/src/",
    ];
    let ours = folders.iter().any(|folder| path.starts_with(folder));
    ours && path.ends_with(".rs") && !path.contains("tests")
}

/// The words of a message; a text of one word is a key or a name, and what stands in braces is a value.
fn message(line: usize, text: &str) -> Vec<Word> {
    if !text.trim().contains(' ') {
        return Vec::new();
    }
    let mut depth = 0_u32;
    let said = text.replace("\\n", " \n").replace("\\\"", " \" ");
    let said: String = said
        .chars()
        .map(|character| match character {
            '{' => {
                depth += 1;
                ' '
            }
            '}' => {
                depth = depth.saturating_sub(1);
                ' '
            }
            _ if depth > 0 => ' ',
            _ => character,
        })
        .collect();
    let words = prose::markdown(&said).into_iter();
    words.map(|word| Word { line, ..word }).collect()
}

/// Whether the words begin with the term, its last word in singular or plural.
fn begins_with(words: &[Word], term: &[String]) -> bool {
    let last = term.len().saturating_sub(1);
    words.len() >= term.len()
        && term
            .iter()
            .zip(words)
            .enumerate()
            .all(|(index, (term, word))| {
                *term == word.text || (index == last && is_plural(&word.text, term))
            })
}

fn is_plural(word: &str, of: &str) -> bool {
    let ending = word.strip_prefix(of);
    matches!(ending, Some("s" | "es"))
        || of
            .strip_suffix('y')
            .is_some_and(|stem| word.strip_prefix(stem) == Some("ies"))
}

/// Reads `| word | meaning | never say |`; what stands in parentheses is a remark.
fn rows(glossary: &str) -> Vec<(Vec<String>, String)> {
    let mut found: BTreeMap<Vec<String>, String> = BTreeMap::new();
    for line in glossary
        .lines()
        .filter(|line| line.starts_with('|'))
        .skip(2)
    {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [word, _, never] = cells.as_slice() else {
            continue;
        };
        for term in without_remarks(never).split(',') {
            let term: Vec<String> = prose::split(term).collect();
            if !term.is_empty() {
                let instead = found.entry(term).or_default();
                if !instead.is_empty() {
                    instead.push_str("\" or \"");
                }
                instead.push_str(&word.replace('`', ""));
            }
        }
    }
    found.into_iter().collect()
}

fn without_remarks(cell: &str) -> String {
    let mut depth = 0_u32;
    cell.chars()
        .filter(|character| {
            match character {
                '(' => depth += 1,
                ')' => {
                    depth = depth.saturating_sub(1);
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect()
}

/// The doc comments alone, each on its line.
fn doc_comments(text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| line.trim_start().strip_prefix("///").unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

/// The name that a line makes public: an item or a field.
fn public_name(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("pub ")?;
    let items = [
        "fn", "struct", "enum", "trait", "type", "const", "static", "mod", "union",
    ];
    let mut words = rest
        .split_whitespace()
        .skip_while(|word| matches!(*word, "async" | "unsafe" | "extern"));
    let mut first = words.next()?;
    if first == "const" && rest.starts_with("const fn ") {
        first = words.next()?;
    }
    let name = if items.contains(&first) {
        words.next()?
    } else {
        first.strip_suffix(':')?
    };
    let end = name
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(name.len());
    name.get(..end).filter(|name| !name.is_empty())
}

#[cfg(test)]
pub(super) const GLOSSARY: &str = "\
# Words

| word | meaning | never say |
|---|---|---|
| engine | a kind of warehouse | adapter, driver |
| external | not ours | source (a kind, too), entity |
| change | a difference | diff entry |
| lineage | where it comes from | |
| project | a folder | package |
| run | one execution | package |
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::{code, file};

    fn found(list: &str, path: &str, text: &str) -> Vec<String> {
        let mut words = Words::parse(GLOSSARY, list).unwrap();
        let file = file(path, text);
        let mut findings = words.check(&file);
        findings.extend(words.check_names(&file, &code::blank(text)));
        findings.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn forbidden_words_are_found_in_prose_with_the_word_to_say() {
        assert_eq!(
            found("", "docs/a.md", "# A\nAn Adapter.\n"),
            ["docs/a.md:2: says \"adapter\"; the word is \"engine\""]
        );
        for wrong in [
            "two sources",
            "all entities",
            "a diff entry",
            "diff entries",
        ] {
            assert_eq!(found("", "README.md", wrong).len(), 1, "{wrong}");
        }
        assert_eq!(
            found("", "docs/a.md", "package").join(""),
            "docs/a.md:1: says \"package\"; the word is \"project\" or \"run\""
        );
    }

    #[test]
    fn code_other_words_and_the_glossary_itself_are_fine() {
        for fine in [
            "`adapter`",
            "adaptable",
            "entry diff",
            "```\nadapter\n```",
            "a kind, too",
        ] {
            assert!(found("", "docs/a.md", fine).is_empty(), "{fine}");
        }
        assert!(found("", GLOSSARY_PAGE, "adapter").is_empty());
        assert!(found("", "cases/a.md", "adapter").is_empty());
    }

    #[test]
    fn public_names_and_help_text_are_looked_at() {
        let path = "crates/core/src/a.rs";
        for wrong in [
            "pub struct PgAdapter;",
            "    pub source_count: u8,",
            "pub const fn driver() {}",
            "pub mod driver {",
        ] {
            assert_eq!(found("", path, wrong).len(), 1, "{wrong}");
        }
        for fine in [
            "struct Adapter;",
            "pub(crate) fn driver() {}",
            "// pub fn driver()",
            "pub use a::Adapter;",
        ] {
            assert!(found("", path, fine).is_empty(), "{fine}");
        }
        assert_eq!(
            found(
                "",
                "crates/cli/src/commands/plan.rs",
                "/// Chooses an adapter.\nstruct A;"
            )
            .len(),
            1
        );
        assert!(
            found(
                "",
                "crates/cli/src/output.rs",
                "/// Chooses an adapter.\nstruct A;"
            )
            .is_empty()
        );
    }

    #[test]
    fn second_meanings_are_as_narrow_as_they_are_written() {
        let phrase = "[[allowed]]\nword = \"source\"\nphrases = [\"source text\", \"of the source\"]\nreason = \"r\"\n";
        assert!(found(phrase, "docs/a.md", "the source text, and of the source").is_empty());
        assert_eq!(found(phrase, "docs/a.md", "the source").len(), 1);
        let path = "[[allowed]]\nword = \"source\"\npaths = [\"docs/engines/\"]\nreason = \"r\"\n";
        assert!(found(path, "docs/engines/a.md", "a source").is_empty());
        assert_eq!(found(path, "docs/a.md", "a source").len(), 1);
        let all = "[[allowed]]\nword = \"source\"\nreason = \"r\"\n";
        assert!(found(all, "docs/a.md", "a source").is_empty());
    }

    #[test]
    fn messages_are_looked_at_without_keys_values_and_tests() {
        let path = "crates/core/src/checks/a.rs";
        assert_eq!(found("", path, "f(\"the adapter\")").len(), 1);
        for fine in [
            "f(\"adapter\")",
            "f(\"the {adapter}\")",
            "f(\"the `adapter`\")",
            "#[cfg(test)] f(\"the adapter\")",
        ] {
            assert!(found("", path, fine).is_empty(), "{fine}");
        }
        assert!(found("", "crates/sql/src/a.rs", "f(\"the adapter\")").is_empty());
        for page in ["ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"] {
            assert_eq!(found("", page, "the adapter").len(), 1, "{page}");
        }
    }

    #[test]
    fn what_is_allowed_and_never_said_is_found() {
        let list = "[[allowed]]\nword = \"source\"\nphrases = [\"source text\", \"of the source\"]\n\
                    paths = [\"docs/b\"]\nreason = \"r\"\n[[allowed]]\nword = \"driver\"\nreason = \"r\"\n";
        let mut words = Words::parse(GLOSSARY, list).unwrap();
        assert_eq!(words.unused().len(), 4);
        assert!(
            words
                .check(&file("docs/a.md", "the source text"))
                .is_empty()
        );
        assert_eq!(words.unused().len(), 3);
        assert!(
            words
                .check(&file("docs/b.md", "a source, a driver"))
                .is_empty()
        );
        let unused: Vec<String> = words.unused().iter().map(ToString::to_string).collect();
        let told =
            "words.toml:1: allows \"source\" in the phrase \"of the source\", which nobody says";
        assert_eq!(unused, [told]);
    }

    #[test]
    fn list_without_reason_or_need_is_refused() {
        for wrong in [
            "word = \"source\"\nreason = \"\"",
            "word = \"tree\"\nreason = \"r\"",
            "word = \"source\"",
        ] {
            assert!(
                Words::parse(GLOSSARY, &format!("[[allowed]]\n{wrong}\n")).is_err(),
                "{wrong}"
            );
        }
        assert!(Words::parse("# Words\n", "").is_err());
    }
}
