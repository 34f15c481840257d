//! Why a command could not do its work: a fact, its causes, and commands that help.
//!
//! **What is wrong with a project is no failure but a diagnostic.** A failure is about the command
//! itself: no project, no such object, a file that cannot be written.

use std::error::Error;

use serde::Serialize;

use crate::exit::Exit;

/// A command that ended without its result.
#[derive(Debug, Serialize)]
pub(crate) struct Failure {
    /// A fact, in lower case, without a period.
    pub(crate) message: String,
    /// Why, the nearest cause first.
    pub(crate) causes: Vec<String>,
    /// What readers see and what was kept, as sentences; none where nothing was begun that could change it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) kept: Option<&'static str>,
    /// What would help, best first; commands can be pasted.
    pub(crate) hints: Vec<String>,
    #[serde(skip)]
    pub(crate) exit: Exit,
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            causes: Vec::new(),
            kept: None,
            hints: Vec::new(),
            exit,
        }
    }

    /// Takes an error and all that is behind it as causes.
    pub(crate) fn because(mut self, error: &dyn Error) -> Self {
        let mut next = Some(error);
        while let Some(error) = next {
            self.causes.push(error.to_string());
            next = error.source();
        }
        self
    }

    pub(crate) fn cause(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }

    /// Adds the cause where there is one.
    pub(crate) fn maybe_cause(mut self, cause: Option<String>) -> Self {
        self.causes.extend(cause);
        self
    }

    /// Says that no step was begun.
    pub(crate) fn untouched(mut self) -> Self {
        self.kept = Some("Nothing was changed.");
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds the hint where there is something to say.
    pub(crate) fn maybe_hint(mut self, hint: Option<String>) -> Self {
        self.hints.extend(hint);
        self
    }
}
