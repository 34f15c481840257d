//! What is set in a session before it does anything.
//!
//! **A session that only reads is held to it by the server.** Times are whole milliseconds, as the
//! server counts them.

use std::fmt::Write as _;
use std::time::Duration;

/// What a session is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// The server refuses every write.
    Read,
    Write,
}

/// What a session is told at its start; none leaves what the server has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    pub purpose: Purpose,
    pub statement_timeout: Option<Duration>,
    pub lock_timeout: Option<Duration>,
}

impl Settings {
    /// Undoes what settings set.
    pub(crate) const UNDONE: &str =
        "RESET default_transaction_read_only;RESET statement_timeout;RESET lock_timeout;";

    /// Reading, with these limits.
    #[must_use]
    pub const fn reading(statement_timeout: Duration, lock_timeout: Duration) -> Self {
        Self {
            purpose: Purpose::Read,
            statement_timeout: Some(statement_timeout),
            lock_timeout: Some(lock_timeout),
        }
    }

    /// The statements, to be sent as one message; empty where nothing is set.
    pub(crate) fn statements(&self) -> String {
        let mut out = String::new();
        if self.purpose == Purpose::Read {
            out.push_str("SET default_transaction_read_only = on;");
        }
        for (name, value) in [
            ("statement_timeout", self.statement_timeout),
            ("lock_timeout", self.lock_timeout),
        ] {
            if let Some(value) = value {
                // The server takes no more than an i32 holds, and 0 would mean no limit at all.
                let milliseconds = value.as_millis().clamp(1, 2_147_483_647);
                // Writing to a String cannot fail.
                let _ = write!(out, "SET {name} = {milliseconds};");
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_set_in_milliseconds_and_never_lifted() {
        let settings = Settings::reading(Duration::from_secs(60), Duration::from_micros(5));
        assert_eq!(
            settings.statements(),
            "SET default_transaction_read_only = on;SET statement_timeout = 60000;SET lock_timeout = 1;"
        );
        let settings = Settings {
            purpose: Purpose::Write,
            statement_timeout: None,
            lock_timeout: Some(Duration::MAX),
        };
        assert_eq!(settings.statements(), "SET lock_timeout = 2147483647;");
    }
}
