//! From a target to its engine and an open session with it: which are there, and which not yet.
//!
//! | engine | address | here |
//! |---|---|---|
//! | postgres | `postgres://..`, `postgresql://..` | a session |
//! | postgres | `local:..` | a session with a private server, which runs as long as its keeper lives |
//! | postgres | `embedded:PATH` | sessions that share the one connection of a [`Keeper`] |
//! | redshift, risingwave, materialize | any | refused in words |

use std::path::Path;

use dormer_core::engine::{Engine, EngineError, ErrorKind, Session};
use dormer_sql::Dialect;

use crate::embedded::{self, Embedded, Kept};
#[cfg(unix)]
use crate::local::{self, Site};
use crate::postgres::lower::Postgres;
use crate::postgres::session::PostgresSession;
use crate::wire::address::Address;
use crate::wire::settings::Settings;

/// The value of an environment variable, where it is set.
pub type Environment<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

/// How the address of PostgreSQL in this process begins.
const EMBEDDED: &str = "embedded:";
/// How the addresses of targets begin that live in a folder.
const FOLDERS: [&str; 2] = [EMBEDDED, "local:"];
/// How the address of a target begins that needs nothing but a folder: what is built in, else a private server.
pub const OF_ITS_OWN: &str = if cfg!(feature = "embedded") {
    EMBEDDED
} else {
    "local:"
};

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

/// The engine behind an address, without a session. The address may have its placeholders still.
///
/// # Errors
///
/// When the engine is not there yet.
pub fn engine_at(
    (dialect, url): (Dialect, &str),
    version_number: Option<u32>,
) -> Result<Box<dyn Engine>, EngineError> {
    if dialect == Dialect::Postgres && url.starts_with(EMBEDDED) {
        return Ok(Box::new(Embedded::new(version_number)));
    }
    engine(dialect, version_number)
}

/// The engine of a server: what it can do, and its statements. Where the version of the target
/// is not known, it is taken for the newest.
///
/// # Errors
///
/// When the engine is not there yet.
pub fn engine(
    dialect: Dialect,
    version_number: Option<u32>,
) -> Result<Box<dyn Engine>, EngineError> {
    known(dialect)?;
    Ok(Box::new(Postgres::new(version_number)))
}

/// What sessions share, and what must outlive them: the private servers of a command, and what lives in this
/// process.
#[derive(Default)]
pub struct Keeper {
    embedded: Kept,
    #[cfg(unix)]
    local: local::Keeper,
}

impl std::fmt::Debug for Keeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keeper").finish_non_exhaustive()
    }
}

impl Keeper {
    /// Opens a session; the caller brings the runtime, a current-thread one will do. **A session ends
    /// before its keeper,** and sessions that are open at the same time are opened by one keeper.
    ///
    /// # Errors
    ///
    /// When the engine or the kind of address is not there yet, or the target cannot be reached.
    pub async fn open(&self, place: Place<'_>, settings: &Settings) -> Result<Opened, EngineError> {
        if let (Dialect::Postgres, Some(path)) = (place.dialect, place.url.strip_prefix(EMBEDDED)) {
            if path.is_empty() {
                let message = "the address of the embedded PostgreSQL names no folder";
                return Err(EngineError::new(ErrorKind::Unsupported, message)
                    .hint("name one:  url = \"embedded:.dormer/dev\""));
            }
            let folder = Path::new(path);
            let session = embedded::open(folder, settings, &self.embedded).await?;
            let notes = Vec::new();
            return Ok(Opened { session, notes });
        }
        enter(&self.address(place)?, settings).await
    }

    /// The address of what is there, once it is there.
    fn address(&self, place: Place<'_>) -> Result<Address, EngineError> {
        #[cfg(unix)]
        if place.dialect == Dialect::Postgres && local::is_local(place.url) {
            return self.local.address(Site {
                url: place.url,
                environment: place.environment,
            });
        }
        address(place)
    }
}

/// Opens a session with a server that is there without a keeper.
///
/// # Errors
///
/// When the engine or the kind of address is not there yet or needs a keeper, or the target cannot be
/// reached.
pub async fn open(place: Place<'_>, settings: &Settings) -> Result<Opened, EngineError> {
    enter(&address(place)?, settings).await
}

async fn enter(address: &Address, settings: &Settings) -> Result<Opened, EngineError> {
    let (wire, notes) = crate::wire::connect::connect(address, settings).await?;
    Ok(Opened {
        session: Box::new(PostgresSession::new(wire)),
        notes,
    })
}

/// Where a target is, as people may read it: a part and what it says, without any password.
///
/// # Errors
///
/// When the engine or the kind of address is not there yet, or the address cannot be read.
pub fn shown(place: Place<'_>) -> Result<Vec<(&'static str, String)>, EngineError> {
    Ok(address(place)?.shown())
}

/// The folder that an address names, where the target lives in one.
#[must_use]
pub fn folder(url: &str) -> Option<&Path> {
    let path = FOLDERS.iter().find_map(|start| url.strip_prefix(start));
    path.filter(|path| !path.is_empty()).map(Path::new)
}

/// The same address with a path from a folder, where it is the address of one.
#[must_use]
pub fn from_folder(url: &str, base: &Path) -> String {
    match (folder(url), url.split_once(':')) {
        (Some(path), Some((kind, _))) => format!("{kind}:{}", base.join(path).display()),
        _ => url.to_owned(),
    }
}

/// Reads the address as the engine understands it, or says what is not there yet.
fn address(place: Place<'_>) -> Result<Address, EngineError> {
    known(place.dialect)?;
    let kinds = [
        (
            "local:",
            "a private PostgreSQL needs unix sockets, and a keeper",
        ),
        (EMBEDDED, "the embedded PostgreSQL needs a keeper"),
    ];
    for (prefix, detail) in kinds {
        if place.url.starts_with(prefix) {
            let message = format!("addresses that start with \"{prefix}\" are not supported yet");
            return Err(EngineError::new(ErrorKind::Unsupported, message)
                .detail(detail)
                .hint(
                    "give the target an address:  url = \"postgres://USER@HOST:5432/DATABASE\", or name another \
                     target with -t",
                ));
        }
    }
    Address::parse(place.url, place.environment)
}

/// Refuses the engines that are not there yet.
fn known(dialect: Dialect) -> Result<(), EngineError> {
    match dialect {
        Dialect::Postgres => Ok(()),
        Dialect::Redshift | Dialect::RisingWave | Dialect::Materialize => {
            let engine = dialect.rules().name;
            let message = format!("sessions with {engine} are not supported yet");
            Err(EngineError::new(ErrorKind::Unsupported, message)
                .detail("projects for it are read and checked; its targets are not reached")
                .hint("check the project without a session:  dormer check"))
        }
    }
}

#[cfg(test)]
mod tests {
    use dormer_core::engine::capabilities::Sessions;

    use super::*;

    fn refused(dialect: Dialect, url: &str) -> String {
        let place = Place {
            dialect,
            url,
            environment: &|_| None,
        };
        let error = Keeper::default().address(place).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unsupported);
        assert!(error.hint.is_some());
        error.message
    }

    #[test]
    fn address_of_a_folder_is_found_from_the_project() {
        let found = |url| from_folder(url, Path::new("/shop"));
        assert_eq!(found("local:.dormer/pg"), "local:/shop/.dormer/pg");
        assert_eq!(found("local:/data/pg"), "local:/data/pg");
        assert_eq!(found("local:"), "local:");
        assert_eq!(found("embedded:.dormer/dev"), "embedded:/shop/.dormer/dev");
        assert_eq!(found("embedded:/data/dev"), "embedded:/data/dev");
        assert_eq!(found("postgres://h/d"), "postgres://h/d");
    }

    #[test]
    fn address_chooses_the_engine() {
        let sessions = |url| {
            let engine = engine_at((Dialect::Postgres, url), None).unwrap();
            engine.capabilities().sessions
        };
        assert_eq!(sessions("embedded:.dormer/dev"), Sessions::One);
        assert_eq!(sessions("postgres://h/d"), Sessions::Many);
    }

    #[test]
    fn what_is_not_there_yet_is_refused_in_words() {
        assert_eq!(
            refused(Dialect::Postgres, "embedded:.dormer/dev"),
            "addresses that start with \"embedded:\" are not supported yet"
        );
        for (dialect, name) in [
            (Dialect::Redshift, "redshift"),
            (Dialect::RisingWave, "risingwave"),
            (Dialect::Materialize, "materialize"),
        ] {
            let said = refused(dialect, "postgres://h/d");
            assert_eq!(said, format!("sessions with {name} are not supported yet"));
            assert_eq!(engine(dialect, None).unwrap_err().message, said);
        }
        let postgres = engine(Dialect::Postgres, Some(160_004)).unwrap();
        assert_eq!(postgres.capabilities().name, "postgres");
    }
}
