//! What goes wrong on the way to a target and in it.
//!
//! A fact, its detail, a hint that can be pasted. **Never a password in any of them:** whoever makes
//! an error hands in texts that carry none. The kind is what code decides by; the rest is for people.

use std::fmt;
use std::num::NonZeroU32;

/// What kind of trouble it is: what code decides by, the same for all engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorKind {
    /// The target was not reached, or the session broke.
    Connection,
    /// The target does not know who asks.
    Authentication,
    /// The session could not be made private, or had to be.
    Tls,
    /// The right to do it is missing.
    Permission,
    /// A lock was not had in time.
    LockTimeout,
    /// Somebody ended the statement, or its time was up.
    Cancelled,
    /// It met the work of somebody else: a deadlock, a serialization failure. Trying again may do.
    Conflict,
    /// The statement is not one, or names what is not there.
    Syntax,
    /// Another run has the lease: nothing more may be done under this token.
    LeaseLost,
    /// The engine, its version, or Dormer cannot do this.
    Unsupported,
    /// The target takes no sessions now: it starts, stops, or is full.
    Unavailable,
    /// Anything else, as the engine says it.
    Other,
}

/// The five characters that an engine of the PostgreSQL family gives each error.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sqlstate(pub String);

impl fmt::Display for Sqlstate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An error of an engine or of the way to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineError {
    pub kind: ErrorKind,
    /// None where the engine had no word in it.
    pub sqlstate: Option<Sqlstate>,
    /// The fact: a lowercase fragment without a period.
    pub message: String,
    /// What the engine or the system said about it.
    pub detail: Option<String>,
    /// What to do, a command where there is one.
    pub hint: Option<String>,
    /// The number, from 0, of the statement that failed, where several were sent as one work.
    pub statement: Option<usize>,
    /// The letter of that statement, from 1, at which the engine stumbled.
    pub letter: Option<NonZeroU32>,
}

impl EngineError {
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            sqlstate: None,
            message: message.into(),
            detail: None,
            hint: None,
            statement: None,
            letter: None,
        }
    }

    #[must_use]
    pub fn sqlstate(mut self, sqlstate: impl Into<String>) -> Self {
        self.sqlstate = Some(Sqlstate(sqlstate.into()));
        self
    }

    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says which statement of a work it was.
    #[must_use]
    pub const fn of_statement(mut self, number: usize) -> Self {
        self.statement = Some(number);
        self
    }

    /// Says at which letter of it.
    #[must_use]
    pub const fn at_letter(mut self, letter: Option<NonZeroU32>) -> Self {
        self.letter = letter;
        self
    }
}

impl fmt::Display for EngineError {
    /// The fact, with the engine's own code where it has one: `55P03: lock not obtained`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(sqlstate) = &self.sqlstate {
            write!(f, "{sqlstate}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for EngineError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_shows_the_code_of_the_engine_before_the_fact() {
        let error = EngineError::new(ErrorKind::LockTimeout, "lock not obtained");
        assert_eq!(error.to_string(), "lock not obtained");
        let error = error.sqlstate("55P03");
        assert_eq!(error.to_string(), "55P03: lock not obtained");
    }
}
