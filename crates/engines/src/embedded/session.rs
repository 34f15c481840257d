//! Sessions that take turns on the one connection there is.
//!
//! **A call is never interrupted by that of another session:** each has the connection to itself from its
//! beginning to its end. Who comes after another one, or after a call that was dropped half-way, first ends
//! what is open and sets the connection as its own session was set.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use dormer_core::engine::journal::{Journal, ObjectRecord, RunDetail, RunRecord};
use dormer_core::engine::lease::{Lease, LeaseKind, LeaseTaken, Takeover, Token};
use dormer_core::engine::refresh::{Deploying, Refreshes};
use dormer_core::engine::session::{
    Cancel, Draft, FirstRows, Health, Limits, LockHolder, Mentions, NewRun, Pulse, Rehearsed,
    RunEnd, Work, Worked,
};
use dormer_core::engine::{EngineError, ErrorKind, RunId, Scope, ServerInfo, Session};
use dormer_core::model::name::ObjectName;
use dormer_core::model::observed::Observed;
use tokio::sync::{Mutex, MutexGuard};

use crate::postgres::session::PostgresSession;
#[cfg(feature = "embedded")]
use crate::wire::connect::Wire;
use crate::wire::settings::Settings;

/// The one connection, and the database behind it.
pub(crate) struct Shared {
    turn: Mutex<Turn>,
    sessions: AtomicU64,
}

struct Turn {
    session: PostgresSession,
    /// The number of the session that the connection is set for; none when nobody knows.
    set_for: Option<u64>,
    /// Ends after the connection.
    #[cfg(feature = "embedded")]
    _database: Arc<dormer_embedded::Embedded>,
}

impl Shared {
    #[cfg(feature = "embedded")]
    pub(super) fn new(wire: Wire, database: Arc<dormer_embedded::Embedded>) -> Arc<Self> {
        Arc::new(Self {
            turn: Mutex::new(Turn {
                session: PostgresSession::new(wire),
                set_for: None,
                _database: database,
            }),
            sessions: AtomicU64::new(0),
        })
    }

    pub(super) fn session(self: Arc<Self>, settings: &Settings) -> OneOfMany {
        OneOfMany {
            number: self.sessions.fetch_add(1, Ordering::Relaxed),
            settings: settings.clone(),
            name: None,
            shared: self,
        }
    }
}

/// A session that shares its connection.
pub(super) struct OneOfMany {
    shared: Arc<Shared>,
    number: u64,
    settings: Settings,
    /// What others see of it.
    name: Option<String>,
}

impl OneOfMany {
    /// Waits for its turn, and sets the connection where it was another's.
    async fn turn(&self) -> Result<MutexGuard<'_, Turn>, EngineError> {
        let mut turn = self.shared.turn.lock().await;
        if turn.set_for.take() != Some(self.number) {
            turn.session.set_anew(&self.settings).await?;
            if let Some(name) = &self.name {
                turn.session.announce(name).await?;
            }
        }
        Ok(turn)
    }
}

/// One call in its turn; one that is dropped half-way leaves nobody set.
macro_rules! in_turn {
    ($own:ident, $session:ident => $call:expr) => {{
        let mut turn = $own.turn().await?;
        let $session = &mut turn.session;
        let done = $call.await;
        turn.set_for = Some($own.number);
        done
    }};
}

#[async_trait]
impl Session for OneOfMany {
    async fn announce(&mut self, what: &str) -> Result<(), EngineError> {
        self.name = Some(what.to_owned());
        in_turn!(self, session => session.announce(what))
    }

    async fn server(&mut self) -> Result<ServerInfo, EngineError> {
        in_turn!(self, session => session.server())
    }

    async fn inspect(&mut self, scope: &Scope) -> Result<Observed, EngineError> {
        in_turn!(self, session => session.inspect(scope))
    }

    async fn rehearse(&mut self, drafts: &[Draft]) -> Result<Vec<Rehearsed>, EngineError> {
        in_turn!(self, session => session.rehearse(drafts))
    }

    async fn journal(&mut self) -> Result<Option<Journal>, EngineError> {
        in_turn!(self, session => session.journal())
    }

    async fn runs(&mut self, limit: u32) -> Result<Vec<RunRecord>, EngineError> {
        in_turn!(self, session => session.runs(limit))
    }

    async fn run(&mut self, id: &str) -> Result<Vec<RunDetail>, EngineError> {
        in_turn!(self, session => session.run(id))
    }

    async fn gone(
        &mut self,
        names: &BTreeSet<ObjectName>,
    ) -> Result<Vec<ObjectRecord>, EngineError> {
        in_turn!(self, session => session.gone(names))
    }

    async fn prepare(&mut self) -> Result<(), EngineError> {
        in_turn!(self, session => session.prepare())
    }

    async fn seed(&mut self, script: &str) -> Result<(), EngineError> {
        in_turn!(self, session => session.seed(script))
    }

    async fn take(
        &mut self,
        kind: LeaseKind,
        run: &NewRun<'_>,
        takeover: Takeover,
    ) -> Result<LeaseTaken, EngineError> {
        in_turn!(self, session => session.take(kind, run, takeover))
    }

    async fn release(&mut self, lease: &Lease) -> Result<(), EngineError> {
        in_turn!(self, session => session.release(lease))
    }

    async fn begin(&mut self, token: &Token, run: &NewRun<'_>) -> Result<(), EngineError> {
        in_turn!(self, session => session.begin(token, run))
    }

    async fn end(
        &mut self,
        token: &Token,
        run: &RunId,
        ended: &RunEnd<'_>,
    ) -> Result<(), EngineError> {
        in_turn!(self, session => session.end(token, run, ended))
    }

    async fn execute(&mut self, work: &Work<'_>) -> Result<Worked, EngineError> {
        // Nobody could end it when its time is up, and nobody waits behind it.
        let work = Work {
            limits: Limits {
                whole: None,
                ..work.limits
            },
            ..work.clone()
        };
        in_turn!(self, session => session.execute(&work))
    }

    fn canceller(&self) -> Box<dyn Cancel> {
        Box::new(Never)
    }

    async fn pulses(
        &mut self,
        names: &BTreeSet<ObjectName>,
    ) -> Result<BTreeMap<ObjectName, Pulse>, EngineError> {
        // What this connection wrote would be counted after a while: nobody else counts here.
        in_turn!(self, session => async {
            session.count_now().await?;
            session.pulses(names).await
        })
    }

    async fn locks(
        &mut self,
        names: &BTreeSet<ObjectName>,
    ) -> Result<Vec<LockHolder>, EngineError> {
        in_turn!(self, session => session.locks(names))
    }

    async fn probe(&mut self, name: &ObjectName) -> Result<(), EngineError> {
        in_turn!(self, session => session.probe(name))
    }

    async fn first_rows(&mut self, query: &str, limit: u32) -> Result<FirstRows, EngineError> {
        in_turn!(self, session => session.first_rows(query, limit))
    }

    async fn health(&mut self, schemas: &BTreeSet<String>) -> Result<Health, EngineError> {
        in_turn!(self, session => session.health(schemas))
    }

    async fn refreshes(&mut self) -> Result<Option<Refreshes>, EngineError> {
        in_turn!(self, session => session.refreshes())
    }

    async fn counting(&mut self) -> Result<Option<String>, EngineError> {
        in_turn!(self, session => session.counting())
    }

    async fn deploying(&mut self, known: Option<&RunId>) -> Result<Option<Deploying>, EngineError> {
        in_turn!(self, session => session.deploying(known))
    }

    async fn mentions(&mut self, name: &ObjectName) -> Result<Mentions, EngineError> {
        in_turn!(self, session => session.mentions(name))
    }
}

/// What ends nothing.
struct Never;

#[async_trait]
impl Cancel for Never {
    async fn cancel(&self) -> Result<(), EngineError> {
        Err(EngineError::new(
            ErrorKind::Unsupported,
            "the embedded PostgreSQL ends no statement before its time",
        ))
    }
}
