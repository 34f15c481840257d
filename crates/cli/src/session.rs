//! From a target to sessions with it: the one place where a runtime is made.
//!
//! **Only commands that connect come here.** The runtime has one thread, this one; it ends with the
//! work. What the engine says becomes a failure with an exit code. **The address may hold a password
//! and is never shown.**

use std::future::Future;
use std::time::Duration;

use async_trait::async_trait;
use dormer_core::diagnostic::FilePath;
use dormer_core::engine::capabilities::Sessions;
use dormer_core::engine::{Engine, EngineError, ErrorKind, Session, secret};
use dormer_core::project::config::FILE_NAME;
use dormer_core::project::template::fill_environment;
use dormer_core::project::{Project, Target};
use dormer_deploy::Connect;
use dormer_engines::registry::{self, Keeper, Opened, Place};
use dormer_engines::{Purpose, Secrets, Settings};
use dormer_sql::Dialect;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::paste::{self, TARGET};

/// How long a query on the catalog may take, and how long it may wait for a lock.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(60);
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// What came back, and what was noticed while connecting.
pub(crate) struct Answer<T> {
    pub(crate) value: T,
    pub(crate) notes: Vec<String>,
}

/// A target that can be reached: its address with everything filled in.
pub(crate) struct Door<'a> {
    dialect: Dialect,
    url: String,
    keeper: &'a Keeper,
    lock_timeout: Duration,
    audit_timeout: Duration,
    secrets: Secrets,
    sessions: Sessions,
}

impl std::fmt::Debug for Door<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Door")
            .field("dialect", &self.dialect)
            .finish_non_exhaustive()
    }
}

impl<'a> Door<'a> {
    /// Finds the address of the target of a project. What must outlive a session lives as long as the project.
    ///
    /// # Errors
    ///
    /// When it needs a variable of the environment that is not set.
    pub(crate) fn of(loaded: &'a Loaded) -> Result<Self, Failure> {
        let target = &loaded.project.target;
        let url = url(loaded)?;
        // An engine that is not there yet is refused when a session is opened.
        let engine = registry::engine_at((target.dialect, &url), None).ok();
        let sessions = engine.map_or(Sessions::Many, |engine| engine.capabilities().sessions);
        let lock_timeout = target.limits.lock_timeout.as_ref();
        Ok(Self {
            dialect: target.dialect,
            url,
            keeper: &loaded.keeper,
            lock_timeout: lock_timeout.map_or(LOCK_TIMEOUT, |limit| {
                Duration::from_millis(limit.milliseconds)
            }),
            audit_timeout: STATEMENT_TIMEOUT,
            secrets: Secrets::new(environment),
            sessions,
        })
    }

    /// How many of its sessions work at once.
    pub(crate) const fn sessions(&self) -> Sessions {
        self.sessions
    }

    /// The address, for code that asks what kind it is. **It may hold a password and is never shown.**
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Knows the secrets of a project, so that what the target tells of them is not shown.
    pub(crate) fn knowing(mut self, project: &Project) -> Self {
        for text in project.files.values() {
            self.secrets.learn(text);
        }
        self
    }

    /// Where it leads, as people may read it: without any password.
    pub(crate) fn shown(&self) -> Result<Vec<(&'static str, String)>, EngineError> {
        registry::shown(Place {
            dialect: self.dialect,
            url: &self.url,
            environment: &environment,
        })
    }

    /// Opens a session that only reads: what is tried in it is taken back.
    pub(crate) async fn reading(&self) -> Result<Opened, EngineError> {
        let settings = Settings::reading(STATEMENT_TIMEOUT, self.lock_timeout);
        self.with(&settings).await
    }

    /// The same, for queries that may take as long as somebody said.
    async fn auditing(&self) -> Result<Opened, EngineError> {
        self.with(&Settings::reading(self.audit_timeout, self.lock_timeout))
            .await
    }

    /// Lets each audit take so long.
    pub(crate) const fn patient(mut self, audit_timeout: Duration) -> Self {
        self.audit_timeout = audit_timeout;
        self
    }

    /// Opens a session whose work says itself how long it may take.
    pub(crate) async fn working(&self) -> Result<Opened, EngineError> {
        self.with(&Settings {
            purpose: Purpose::Write,
            statement_timeout: None,
            lock_timeout: Some(self.lock_timeout),
        })
        .await
    }

    async fn with(&self, settings: &Settings) -> Result<Opened, EngineError> {
        let place = Place {
            dialect: self.dialect,
            url: &self.url,
            environment: &environment,
        };
        let opened = self.keeper.open(place, settings).await?;
        Ok(Opened {
            session: self.secrets.session(opened.session),
            notes: opened.notes,
        })
    }
}

#[async_trait]
impl Connect for Door<'_> {
    fn sessions(&self) -> Sessions {
        self.sessions
    }

    async fn open(
        &self,
        purpose: dormer_deploy::Purpose,
        name: &str,
    ) -> Result<Box<dyn Session>, EngineError> {
        let opened = match purpose {
            dormer_deploy::Purpose::Work | dormer_deploy::Purpose::Lease => self.working().await?,
            dormer_deploy::Purpose::Probe => self.reading().await?,
            dormer_deploy::Purpose::Audit => self.auditing().await?,
        };
        let mut session = opened.session;
        session.announce(name).await?;
        Ok(session)
    }
}

/// Refuses texts that need a secret which the environment does not have.
///
/// # Errors
///
/// When one is missing.
pub(crate) fn secrets<'t>(texts: impl Iterator<Item = &'t str>) -> Result<(), Failure> {
    let missing = texts
        .flat_map(secret::secrets)
        .find(|name| environment(name).is_none());
    missing.map_or(Ok(()), |name| {
        let message = format!("a statement needs the secret {name}, which is not set");
        Err(Failure::new(Exit::Error, message).hint(format!("export {name}=..")))
    })
}

/// The address of the target with everything filled in, and from the project's folder where it names one.
///
/// # Errors
///
/// When it needs a variable of the environment that is not set.
pub(crate) fn url(loaded: &Loaded) -> Result<String, Failure> {
    let target = &loaded.project.target;
    let url = fill_environment(&target.url, &environment).map_err(|unset| {
        let message = format!(
            "the url of target {} needs {unset}, which is not set",
            target.name
        );
        let whole = target.url == format!("${{env:{unset}}}");
        let value = if whole {
            "postgres://USER@HOST:5432/DATABASE"
        } else {
            ".."
        };
        let other = loaded.project.other_targets.first();
        Failure::new(Exit::Error, message)
            .maybe_cause(place(loaded, &unset))
            .hint(format!("set it:              export {unset}={value}"))
            .maybe_hint(other.map(|other| {
                let again = paste::again(&TARGET, &other.name.0);
                format!("use another target:  {again}")
            }))
    })?;
    Ok(registry::from_folder(&url, &loaded.root))
}

/// Where `dormer.toml` asks for a variable of the environment.
fn place(loaded: &Loaded, name: &str) -> Option<String> {
    let text = loaded.project.files.get(&FilePath::new(FILE_NAME))?;
    let asks = format!("${{env:{name}}}");
    let asking = |line: &str| line.contains(&asks) && !line.trim_start().starts_with('#');
    let at = text.lines().position(asking)?;
    Some(format!(
        "asked for in {}{FILE_NAME}:{}",
        loaded.prefix,
        at + 1
    ))
}

pub(crate) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The engine of a target, as far as it is known without a session.
///
/// # Errors
///
/// When the engine is not there yet.
pub(crate) fn engine(
    target: &Target,
    version_number: Option<u32>,
) -> Result<Box<dyn Engine>, EngineError> {
    // An address that cannot be filled in tells what kind it is all the same, unless all of it is missing.
    let filled = fill_environment(&target.url, &environment);
    let url = filled.as_ref().unwrap_or(&target.url);
    registry::engine_at((target.dialect, url), version_number)
}

/// Does work that waits for the target, on a runtime of its own.
///
/// # Errors
///
/// When there is no runtime, or the work fails.
pub(crate) fn wait<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Exit::Error, "cannot connect to anything").because(&error))?;
    let done = runtime.block_on(work);
    // A name that nobody resolves is asked for on another thread, which nobody waits for.
    runtime.shutdown_background();
    done
}

/// Opens a session that only reads, asks, and closes it.
///
/// # Errors
///
/// When there is no session, or the question fails.
pub(crate) fn read<T, F>(
    loaded: &Loaded,
    ask: impl FnOnce(Box<dyn Session>) -> F,
) -> Result<Answer<T>, Failure>
where
    F: Future<Output = Result<T, EngineError>>,
{
    let target = &loaded.project.target;
    let door = Door::of(loaded)?;
    let work = async {
        let opened = door.reading().await?;
        let value = ask(opened.session).await?;
        Ok(Answer {
            value,
            notes: opened.notes,
        })
    };
    wait(async { work.await.map_err(|error| unreadable(target, &error)) })
}

/// The exit code for a kind of trouble.
pub(crate) const fn exit(kind: ErrorKind) -> Exit {
    match kind {
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
    }
}

/// What the target said, as a failure.
pub(crate) fn failure(message: impl Into<String>, error: &EngineError) -> Failure {
    let failure = Failure::new(exit(error.kind), message).because(error);
    match &error.detail {
        Some(detail) => failure.cause(detail.clone()),
        None => failure,
    }
    .maybe_hint(error.hint.clone())
}

/// The same where a target was only to be read.
pub(crate) fn unreadable(target: &Target, error: &EngineError) -> Failure {
    failure(format!("target {} cannot be read", target.name), error)
}
