//! The differences that are known: for each case its reason, and exactly what differs on which majors.
//!
//! **A known case may be wrong in the known way alone.** What is written here must be there, and nothing else may be;
//! `BLESS=1` writes what is there now, and leaves the reason of a new case to be filled in.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::{fs, io};

use serde::Deserialize;

use super::corpus::folder;

const HEAD: &str = "\
# Cases in which Dormer and PostgreSQL differ: why, and how, on the majors `from` to `to` (all where neither is given).
# The suite fails when a case differs in another way or no longer differs. BLESS=1 writes how, never why;
# for that, have all majors: cargo xtask install postgres 13 14 15 16 17 18
";

/// Why one case differs, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownCase {
    pub reason: String,
    differs: Vec<Difference>,
}

/// What is told of a case on a range of majors.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Difference {
    from: Option<u16>,
    to: Option<u16>,
    expected: String,
}

/// The known cases by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known(BTreeMap<String, KnownCase>);

/// What each case tells on each major; the text is empty where nothing differs.
pub type Told = BTreeMap<String, BTreeMap<u16, String>>;

impl Known {
    /// Reads `known.toml`.
    ///
    /// # Errors
    /// When it cannot be read or has another shape.
    pub fn read() -> io::Result<Self> {
        Self::parse(&fs::read_to_string(path())?)
    }

    fn parse(text: &str) -> io::Result<Self> {
        toml::from_str(text).map(Self).map_err(io::Error::other)
    }

    #[must_use]
    pub fn contains(&self, case: &str) -> bool {
        self.0.contains_key(case)
    }

    /// What is wrong with the list itself: cases that do not exist, and reasons that are not given.
    #[must_use]
    pub fn mistakes(&self, told: &Told) -> Vec<String> {
        let mut mistakes = Vec::new();
        for (name, case) in &self.0 {
            if !told.contains_key(name) {
                mistakes.push(format!("{name}: there is no such case"));
            }
            if case.reason.trim().is_empty() {
                mistakes.push(format!("{name}: has no reason"));
            }
        }
        mistakes
    }

    /// The cases that tell something else than is known, with both texts.
    #[must_use]
    pub fn surprises(&self, told: &Told) -> Vec<String> {
        let mut surprises = Vec::new();
        for (name, by_major) in told {
            for (major, text) in by_major {
                let expected = self.expected(name, *major);
                if expected != text {
                    surprises.push(format!(
                        "PostgreSQL {major}: {name}\n{text}known is:\n{expected}"
                    ));
                }
            }
        }
        surprises
    }

    fn expected(&self, name: &str, major: u16) -> &str {
        let case = self.0.get(name);
        case.and_then(|case| case.differs.iter().find(|known| known.covers(major)))
            .map_or("", |known| known.expected.as_str())
    }

    /// Takes over what is told now; a case that tells what is known keeps its ranges, also over majors
    /// that are not there to ask.
    pub fn bless(&mut self, told: &Told) {
        for (name, by_major) in told {
            let fits = by_major
                .iter()
                .all(|(major, text)| self.expected(name, *major) == text);
            if fits {
                continue;
            }
            let differs = ranges(by_major);
            if differs.is_empty() {
                self.0.remove(name);
            } else {
                self.0.entry(name.clone()).or_default().differs = differs;
            }
        }
        self.0.retain(|name, _| told.contains_key(name));
    }

    /// Writes `known.toml`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self) -> io::Result<()> {
        fs::write(path(), self.to_text())
    }

    fn to_text(&self) -> String {
        let mut text = HEAD.to_owned();
        for (name, case) in &self.0 {
            // Writing to a String cannot fail; a debug text of plain words is a TOML text.
            let _ = writeln!(text, "\n[{name}]\nreason = {:?}", case.reason);
            for known in &case.differs {
                let _ = writeln!(text, "[[{name}.differs]]");
                let bounds = [("from", known.from), ("to", known.to)];
                for (bound, major) in bounds {
                    let _ = major.map(|major| writeln!(text, "{bound} = {major}"));
                }
                let _ = writeln!(text, "expected = '''\n{}'''", known.expected);
            }
        }
        text
    }
}

impl Difference {
    fn covers(&self, major: u16) -> bool {
        self.from.is_none_or(|from| from <= major) && self.to.is_none_or(|to| major <= to)
    }
}

fn path() -> PathBuf {
    folder().join("known.toml")
}

/// Neighbours with the same text become one range, open where no major beyond it was asked.
fn ranges(by_major: &BTreeMap<u16, String>) -> Vec<Difference> {
    let mut ranges: Vec<Difference> = Vec::new();
    let mut before = None;
    for (major, text) in by_major {
        match ranges.last_mut() {
            Some(last) if last.to.is_none() && last.expected == *text => {}
            last => {
                if let Some(last) = last {
                    last.to = last.to.or(before);
                }
                ranges.push(Difference {
                    from: before.map(|_| *major),
                    to: None,
                    expected: text.clone(),
                });
            }
        }
        before = Some(*major);
    }
    ranges.retain(|known| !known.expected.is_empty());
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(texts: &[(u16, &str)]) -> Told {
        let by_major = texts
            .iter()
            .map(|(major, text)| (*major, (*text).to_owned()));
        BTreeMap::from([("a".to_owned(), by_major.collect())])
    }

    #[test]
    fn known_case_may_not_differ_in_another_way() {
        let mut known = Known::default();
        known.bless(&told(&[
            (13, "  x\n"),
            (14, "  x\n"),
            (15, ""),
            (16, "  y\n"),
        ]));
        assert_eq!(known.mistakes(&told(&[])), ["a: has no reason"]);
        assert!(
            known
                .surprises(&told(&[(13, "  x\n"), (15, "")]))
                .is_empty()
        );
        for wrong in [(13, ""), (14, "  y\n"), (15, "  x\n"), (17, "")] {
            assert_eq!(known.surprises(&told(&[wrong])).len(), 1, "{wrong:?}");
        }
        assert_eq!(known.mistakes(&Told::new()).len(), 2);
    }

    #[test]
    fn blessing_keeps_reasons_and_ranges_that_hold() {
        let text = "[a]\nreason = \"r\"\n[[a.differs]]\nto = 14\nexpected = '''\n  x \"y\"\n'''\n";
        let mut known = Known::parse(text).unwrap();
        known.bless(&told(&[(13, "  x \"y\"\n"), (15, "")]));
        assert_eq!(known.to_text(), format!("{HEAD}\n{text}"));
        known.bless(&told(&[(13, ""), (15, "  z\n")]));
        let case = known.0.get("a").unwrap();
        assert_eq!(
            (case.reason.as_str(), case.differs[0].from),
            ("r", Some(15))
        );
        assert_eq!(Known::parse(&known.to_text()).unwrap(), known);
        known.bless(&told(&[(13, ""), (15, "")]));
        assert_eq!(known, Known::default());
    }
}
