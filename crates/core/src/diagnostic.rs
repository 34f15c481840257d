//! What is wrong, where, and what would help: data only; the roof renders it.
//!
//! Every diagnostic carries a [`Code`], and every code has its text for `dormer explain`.

mod gather;
mod suggest;

use std::fmt;
use std::sync::Arc;

use dormer_sql::Span;
use serde::Serialize;

pub use gather::gather;
pub use suggest::{Proposals, suggest, suggest_within};

/// The stable name of a rule: `DM0104`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Code(&'static str);

impl Code {
    #[must_use]
    pub const fn new(code: &'static str) -> Self {
        Self(code)
    }

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// What `dormer explain` says about a code.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    pub code: Code,
    /// In kebab-case: `unknown-key`.
    pub name: &'static str,
    /// One line for lists.
    pub summary: &'static str,
    /// How bad a finding is as a rule.
    pub severity: Severity,
    /// Why it matters, a bad case, a better way. Markdown.
    pub text: &'static str,
}

/// How bad a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    Error,
    Warning,
}

impl Severity {
    /// The word for it, as diagnostics begin and settings say it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A file of the project, by its path from the project's folder, with `/` between the parts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FilePath(Arc<str>);

impl FilePath {
    #[must_use]
    pub fn new(path: &str) -> Self {
        Self(Arc::from(path))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A place in a file as it lies on disk, variables not filled in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    pub file: FilePath,
    pub span: Span,
}

/// A place with the words that stand under its carets.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    pub at: Location,
    pub text: String,
}

/// A fact beside a diagnostic; the place that it ends with is told as the reader sees paths.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    text: String,
    at: Option<Location>,
}

impl Note {
    /// A text such as `marts.orders is declared in`, and the place that stands after it.
    #[must_use]
    pub fn with_place(text: impl Into<String>, at: Location) -> Self {
        Self {
            text: text.into(),
            at: Some(at),
        }
    }

    /// The whole text, with the place in the words of `place`.
    #[must_use]
    pub fn told(&self, place: impl FnOnce(&Location) -> String) -> String {
        match &self.at {
            Some(at) => format!("{} {}", self.text, place(at)),
            None => self.text.clone(),
        }
    }
}

impl<T: Into<String>> From<T> for Note {
    fn from(text: T) -> Self {
        Self {
            text: text.into(),
            at: None,
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub code: Code,
    pub severity: Severity,
    /// A fact, in lower case, without a period.
    pub message: String,
    /// The place it is about; none where it is about the project as a whole.
    pub primary: Option<Label>,
    /// Other places that belong to it, in the order of telling.
    pub related: Vec<Label>,
    /// Further places of the same mistake, in the order of the file.
    pub again: Vec<Location>,
    pub notes: Vec<Note>,
    /// What would help, best first.
    pub help: Vec<String>,
}

impl Diagnostic {
    #[must_use]
    pub fn new(code: Code, severity: Severity, message: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            primary: None,
            related: Vec::new(),
            again: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
        }
    }

    #[must_use]
    pub fn at(mut self, at: Location, text: impl Into<String>) -> Self {
        self.primary = Some(Label {
            at,
            text: text.into(),
        });
        self
    }

    #[must_use]
    pub fn related(mut self, at: Location, text: impl Into<String>) -> Self {
        self.related.push(Label {
            at,
            text: text.into(),
        });
        self
    }

    #[must_use]
    pub fn note(mut self, note: impl Into<Note>) -> Self {
        self.notes.push(note.into());
        self
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// The order in which diagnostics are shown: by file and place, then by code.
    #[must_use]
    pub fn order(&self) -> (Option<&Location>, Code, &str) {
        (
            self.primary.as_ref().map(|label| &label.at),
            self.code,
            &self.message,
        )
    }
}
