//! From a folder to a session: the database that one keeper runs, and the connection that its sessions share.

use std::path::Path;
use std::sync::{Arc, Weak};

use dormer_core::engine::{EngineError, Session};
use tokio::sync::Mutex;

use super::session::Shared;
use crate::wire::settings::Settings;

/// What a keeper has: the database from its first session on, the connection as long as a session is open.
#[derive(Default)]
pub(crate) struct Kept(Mutex<Both>);

#[derive(Default)]
struct Both {
    #[cfg(feature = "embedded")]
    database: Option<Arc<dormer_embedded::Embedded>>,
    connection: Weak<Shared>,
}

/// Opens a session, and the database with the first of them.
pub(crate) async fn open(
    folder: &Path,
    settings: &Settings,
    kept: &Kept,
) -> Result<Box<dyn Session>, EngineError> {
    let mut both = kept.0.lock().await;
    let shared = match both.connection.upgrade() {
        Some(shared) => shared,
        None => {
            let shared = both.connect(folder).await?;
            both.connection = Arc::downgrade(&shared);
            shared
        }
    };
    Ok(Box::new(shared.session(settings)))
}

#[cfg(feature = "embedded")]
impl Both {
    async fn connect(&mut self, folder: &Path) -> Result<Arc<Shared>, EngineError> {
        let database = match &self.database {
            Some(database) => Arc::clone(database),
            None => Arc::new(
                dormer_embedded::Embedded::open(folder).map_err(|trouble| refused(&trouble))?,
            ),
        };
        let who = (dormer_embedded::USER, dormer_embedded::DATABASE);
        let wire = crate::wire::connect::through(database.connect(), who).await?;
        // One that did not start is not kept.
        self.database = Some(Arc::clone(&database));
        Ok(Shared::new(wire, database))
    }
}

#[cfg(not(feature = "embedded"))]
impl Both {
    async fn connect(&mut self, _folder: &Path) -> Result<Arc<Shared>, EngineError> {
        use dormer_core::engine::ErrorKind;

        let message = "this dormer was built without the embedded PostgreSQL";
        Err(EngineError::new(ErrorKind::Unsupported, message)
            .detail("the cargo feature \"embedded\" is off in it")
            .hint("give the target an address:  url = \"postgres://USER@HOST:5432/DATABASE\""))
    }
}

#[cfg(feature = "embedded")]
fn refused(trouble: &dormer_embedded::Trouble) -> EngineError {
    use dormer_core::engine::ErrorKind;
    use dormer_embedded::{Holder, Trouble};

    let error = |kind| EngineError::new(kind, trouble.to_string());
    match trouble {
        Trouble::Held { by, .. } => {
            let error = error(ErrorKind::Unavailable)
                .detail("the embedded PostgreSQL is open in one process at a time");
            match by {
                Holder::Other(Some(pid)) => error.hint(format!(
                    "wait for its end, or see what it is:  ps -fp {pid}"
                )),
                Holder::Own | Holder::Other(None) => error.hint("wait for its end"),
            }
        }
        Trouble::Foreign { .. } => error(ErrorKind::Other)
            .detail("it needs a folder of its own, and nothing is ever overwritten")
            .hint("name another one in the target's url:  url = \"embedded:.dormer/dev\""),
        Trouble::Folder { error: cause, .. } => {
            error(ErrorKind::Unavailable).detail(cause.to_string())
        }
    }
}
