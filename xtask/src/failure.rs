//! Why a chore stopped, and the command that goes on from there.

use std::fmt;

/// The result of a chore.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

/// What went wrong, and hints that can be pasted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    what: String,
    hints: Vec<String>,
}

impl Failure {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            hints: Vec::new(),
        }
    }

    /// Takes an error's own text after what was being done.
    pub(crate) fn while_(doing: impl fmt::Display, error: impl fmt::Display) -> Self {
        Self::new(format!("could not {doing}: {error}"))
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.what)?;
        self.hints
            .iter()
            .try_for_each(|hint| write!(f, "\nhint: {hint}"))
    }
}
