//! The story of the demo: its headings, what is done between them, and its end.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};

use super::style::{self, paint};
use super::time::length;

/// Everything that came of it. Its text is the end: the rest was told while it happened.
#[derive(Debug, Serialize)]
pub(crate) struct Story {
    #[serde(rename = "steps")]
    pub(crate) parts: Vec<Part>,
    /// The folder, where it stays.
    pub(crate) kept: Option<String>,
    pub(crate) next: String,
    #[serde(rename = "ms", serialize_with = "millis")]
    pub(crate) took: Duration,
}

/// A part of the story.
#[derive(Debug, Serialize)]
pub(crate) struct Part {
    title: String,
    why: String,
    pub(crate) done: Vec<Done>,
}

impl Part {
    pub(crate) fn new(title: &str, why: &str) -> Self {
        Self {
            title: title.to_owned(),
            why: why.to_owned(),
            done: Vec::new(),
        }
    }
}

/// Something that was done.
#[derive(Debug, Serialize)]
pub(crate) struct Done {
    act: Act,
    #[serde(rename = "ms", serialize_with = "millis")]
    took: Duration,
    /// What the command came back with.
    result: Option<Map<String, Value>>,
}

impl Done {
    pub(crate) const fn new(act: Act, took: Duration, result: Option<Map<String, Value>>) -> Self {
        Self { act, took, result }
    }
}

/// What is done.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Act {
    Command(String),
    Edit {
        path: String,
        before: String,
        after: String,
    },
    Rows(String),
}

fn millis<S: serde::Serializer>(time: &Duration, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u64(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}

/// The head of a part: its number, what happens, and why.
pub(crate) fn heading(at: usize, title: &str, why: &str) -> String {
    let gap = if at == 0 { "" } else { "\n" };
    let title = paint(format!("{}. {title}", at + 1), style::STRONG);
    format!("{gap}{title}\n   {why}\n\n")
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(words) => {
                let line = paint(format!("> dormer {words}"), style::HELP);
                writeln!(f, "{line}")
            }
            Self::Edit {
                path,
                before,
                after,
            } => {
                writeln!(f, "{path}")?;
                let (had, has): (Vec<&str>, Vec<&str>) =
                    (before.lines().collect(), after.lines().collect());
                for line in had.iter().filter(|line| !has.contains(line)) {
                    writeln!(f, "-{line}")?;
                }
                for line in has.iter().filter(|line| !had.contains(line)) {
                    writeln!(f, "+{line}")?;
                }
                writeln!(f)
            }
            Self::Rows(sql) => writeln!(f, "{sql}"),
        }
    }
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let took = length(u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX));
        let left = match &self.kept {
            Some(folder) => format!("The project is in {folder}."),
            None => "Nothing is left of it.".to_owned(),
        };
        let hint = paint("hint", style::HELP);
        let (what, next) = match &self.kept {
            Some(_) => ("look around", &self.next),
            None => ("the same for yourself", &self.next),
        };
        writeln!(f, "\nAll of it in {took}. {left}")?;
        writeln!(f, "{hint}: {what}:  {next}")
    }
}
