//! From a target to an open session with it: which engine speaks, and which are not there yet.
//!
//! | engine | address | here |
//! |---|---|---|
//! | postgres | `postgres://..`, `postgresql://..` | a session |
//! | postgres | `embedded:..`, `local:..` | refused in words |
//! | redshift, risingwave, materialize | any | refused in words |

use dormer_core::engine::{EngineError, ErrorKind, Session};
use dormer_sql::Dialect;

use crate::postgres::session::PostgresSession;
use crate::wire::address::Address;
use crate::wire::settings::Settings;

/// The value of an environment variable, where it is set.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Where a target is: its engine, and its address with everything filled in.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub dialect: Dialect,
    pub url: &'a str,
    pub environment: Environment<'a>,
}

impl std::fmt::Debug for Place<'_> {
    /// The address may hold a password and stays unsaid.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Place")
            .field("dialect", &self.dialect)
            .finish_non_exhaustive()
    }
}

/// An open session, and what was noticed on the way to it.
#[must_use]
pub struct Opened {
    pub session: Box<dyn Session>,
    /// Warnings for people: lowercase fragments without a period.
    pub notes: Vec<String>,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened")
            .field("notes", &self.notes)
            .finish_non_exhaustive()
    }
}

/// Opens a session; the caller brings the runtime, a current-thread one will do.
///
/// # Errors
///
/// When the engine or the kind of address is not there yet, or the target cannot be reached.
pub async fn open(place: Place<'_>, settings: &Settings) -> Result<Opened, EngineError> {
    let address = address(place)?;
    let (wire, notes) = crate::wire::connect::connect(&address, settings).await?;
    Ok(Opened {
        session: Box::new(PostgresSession::new(wire)),
        notes,
    })
}

/// Reads the address as the engine understands it, or says what is not there yet.
fn address(place: Place<'_>) -> Result<Address, EngineError> {
    match place.dialect {
        Dialect::Postgres => {}
        Dialect::Redshift | Dialect::RisingWave | Dialect::Materialize => {
            let engine = place.dialect.rules().name;
            let message = format!("sessions with {engine} are not supported yet");
            return Err(EngineError::new(ErrorKind::Unsupported, message)
                .detail("projects for it are read and checked; its targets are not reached")
                .hint("check the project without a session:  dormer check"));
        }
    }
    let kinds = [
        ("embedded:", "the embedded PostgreSQL comes later"),
        ("local:", "a private PostgreSQL comes later"),
    ];
    for (prefix, detail) in kinds {
        if place.url.starts_with(prefix) {
            let message = format!("addresses that start with \"{prefix}\" are not supported yet");
            return Err(EngineError::new(ErrorKind::Unsupported, message)
                .detail(detail)
                .hint(
                    "give the target an address:  url = \"postgres://USER@HOST:5432/DATABASE\"",
                ));
        }
    }
    Address::parse(place.url, place.environment)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(dialect: Dialect, url: &str) -> String {
        let place = Place {
            dialect,
            url,
            environment: &|_| None,
        };
        let error = address(place).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unsupported);
        assert!(error.hint.is_some());
        error.message
    }

    #[test]
    fn what_is_not_there_yet_is_refused_in_words() {
        assert_eq!(
            refused(Dialect::Postgres, "embedded:.dormer/dev"),
            "addresses that start with \"embedded:\" are not supported yet"
        );
        assert_eq!(
            refused(Dialect::Postgres, "local:.dormer/dev"),
            "addresses that start with \"local:\" are not supported yet"
        );
        for (dialect, name) in [
            (Dialect::Redshift, "redshift"),
            (Dialect::RisingWave, "risingwave"),
            (Dialect::Materialize, "materialize"),
        ] {
            let said = refused(dialect, "postgres://h/d");
            assert_eq!(said, format!("sessions with {name} are not supported yet"));
        }
    }
}
