//! What is wrong, where, and what would help: data only; the roof renders it.
//!
//! Every diagnostic carries a [`Code`], and every code has its text for `dormer explain`.

use std::fmt;
use std::sync::Arc;

use dormer_sql::Span;
use serde::Serialize;

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

/// How bad a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    Error,
    Warning,
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
    pub notes: Vec<String>,
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
    pub fn note(mut self, note: impl Into<String>) -> Self {
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
