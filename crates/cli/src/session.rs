//! From a target to an answer of it: the one place where a runtime is made.
//!
//! **Only commands that connect come here.** The runtime has one thread, this one; it ends with the
//! session. What the engine says becomes a failure with an exit code.

use std::future::Future;
use std::time::Duration;

use dormer_core::engine::{EngineError, ErrorKind, Session};
use dormer_core::project::Target;
use dormer_core::project::template::fill_environment;
use dormer_engines::Settings;
use dormer_engines::registry::{self, Place};

use crate::exit::Exit;
use crate::failure::Failure;

/// How long a query on the catalog may take, and how long it may wait for a lock.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(60);
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// What came back, and what was noticed while connecting.
pub(crate) struct Answer<T> {
    pub(crate) value: T,
    pub(crate) notes: Vec<String>,
}

/// Opens a session that only reads, asks, and closes it.
///
/// # Errors
///
/// When there is no session, or the question fails.
pub(crate) fn read<T, F>(
    target: &Target,
    ask: impl FnOnce(Box<dyn Session>) -> F,
) -> Result<Answer<T>, Failure>
where
    F: Future<Output = Result<T, EngineError>>,
{
    let environment = |name: &str| std::env::var(name).ok();
    let url = fill_environment(&target.url, &environment).map_err(|unset| {
        let message = format!(
            "the url of target {} needs {unset}, which is not set",
            target.name
        );
        Failure::new(Exit::Error, message).hint(format!("export {unset}=.."))
    })?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Exit::Error, "cannot connect to anything").because(&error))?;
    let place = Place {
        dialect: target.dialect,
        url: &url,
        environment: &environment,
    };
    let lock_timeout = target.limits.lock_timeout.as_ref();
    let lock_timeout = lock_timeout.map_or(LOCK_TIMEOUT, |limit| {
        Duration::from_millis(limit.milliseconds)
    });
    let settings = Settings::reading(STATEMENT_TIMEOUT, lock_timeout);
    let answered = runtime.block_on(async {
        let opened = registry::open(place, &settings).await?;
        let value = ask(opened.session).await?;
        Ok(Answer {
            value,
            notes: opened.notes,
        })
    });
    // A name that nobody resolves is asked for on another thread, which nobody waits for.
    runtime.shutdown_background();
    answered.map_err(|error| failure(target, error))
}

fn failure(target: &Target, error: EngineError) -> Failure {
    let exit = match error.kind {
        ErrorKind::Connection | ErrorKind::Unavailable => Exit::Unavailable,
        ErrorKind::LockTimeout | ErrorKind::LeaseLost => Exit::Blocked,
        ErrorKind::Authentication
        | ErrorKind::Tls
        | ErrorKind::Permission
        | ErrorKind::Cancelled
        | ErrorKind::Conflict
        | ErrorKind::Syntax
        | ErrorKind::Unsupported
        | ErrorKind::Other => Exit::Error,
    };
    let message = format!("target {} cannot be read", target.name);
    let failure = Failure::new(exit, message).because(&error);
    match error.detail {
        Some(detail) => failure.cause(detail),
        None => failure,
    }
    .maybe_hint(error.hint)
}
