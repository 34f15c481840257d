//! A session with PostgreSQL.
//!
//! | room | does |
//! |---|---|
//! | `prepare` | makes the journal |
//! | `journal` | reads it |
//! | `records` | what it is told, as SQL text, with `literal` for the values |
//! | `lease` | who may change the target; how runs begin and end |
//! | `execute` | does work, with `message` for many statements at once |
//! | `refreshes` | reads what the journal knows of refreshes, and who deploys |
//! | `rehearse` | asks what definitions mean |
//! | `script` | what a script says beside the statements of a plan |
//! | `pulses`, `locks`, `probe` | look at relations |
//! | `health` | who asks, what they may do, settings that hurt |
//! | `seed` | fills a new target from a script |
//!
//! **A call that writes and is dropped half-way leaves its transaction to the target:** it goes on there
//! until it ends or is cancelled. The next such call waits for that and rolls back what is open; what
//! became of the work, the journal tells.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use dormer_core::engine::journal::{Journal, ObjectRecord, RunDetail, RunRecord};
use dormer_core::engine::lease::{Lease, LeaseKind, LeaseTaken, Life, Takeover, Token};
use dormer_core::engine::refresh::{Deploying, Refreshes};
use dormer_core::engine::session::{
    Cancel, Draft, FirstRows, Health, LockHolder, Mentions, NewRun, Pulse, Rehearsed, RunEnd, Work,
    Worked,
};
use dormer_core::engine::{Access, EngineError, ErrorKind, RunId, Scope, ServerInfo, Session};
use dormer_core::model::name::ObjectName;
use dormer_core::model::observed::Observed;

use tokio_postgres::types::{ToSql, Type};

use super::inspect;
use crate::wire::connect::Wire;
use crate::wire::problem;
use crate::wire::settings::Settings;

mod execute;
mod health;
mod journal;
mod lease;
mod literal;
mod locks;
mod mentions;
mod message;
mod prepare;
mod probe;
mod pulses;
mod records;
mod refreshes;
mod rehearse;
mod rights;
pub(super) mod script;
mod seed;

/// What the session itself was set to says nothing about the target: the reset value does.
const SERVER: &str = "\
SELECT current_setting('server_version_num')::int4, current_setting('server_version'), \
version(), current_user::text, current_database()::text, pg_catalog.pg_is_in_recovery(), \
(SELECT reset_val = 'on' FROM pg_catalog.pg_settings WHERE name = 'default_transaction_read_only')";

/// What others see of a session.
const COUNT_NOW: &str = "SELECT pg_stat_force_next_flush()";
const ANNOUNCE: &str = "SELECT pg_catalog.set_config('application_name', $1, false)";

/// Engines that answer as PostgreSQL does and are none: what they say of themselves, and their name
/// in `dormer.toml` where they have one.
const OTHERS: [(&str, &str); 4] = [
    ("Redshift", "redshift"),
    ("RisingWave", "risingwave"),
    ("Materialize", "materialize"),
    ("CockroachDB", ""),
];

/// An open session.
#[derive(Debug)]
pub(crate) struct PostgresSession {
    wire: Wire,
    /// The leases whose locks it has: the server would give them to it a second time.
    held: BTreeSet<LeaseKind>,
    /// What was begun and not seen to its end: its future was dropped, or still runs.
    torn: Torn,
}

/// Whether a transaction may be open that nobody waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Torn {
    No,
    Perhaps,
}

impl PostgresSession {
    pub(crate) const fn new(wire: Wire) -> Self {
        Self {
            wire,
            held: BTreeSet::new(),
            torn: Torn::No,
        }
    }

    /// The wire, without what a call that was dropped half-way left open. Who takes it says
    /// [`Self::through`] afterwards.
    async fn whole(&mut self) -> Result<&Wire, EngineError> {
        if self.torn == Torn::Perhaps {
            message::roll_back(&self.wire).await?;
        }
        self.torn = Torn::Perhaps;
        Ok(&self.wire)
    }

    /// Ends what is open, whoever left it, and sets the session as if it had just begun.
    pub(crate) async fn set_anew(&mut self, settings: &Settings) -> Result<(), EngineError> {
        self.torn = Torn::Perhaps;
        let wire = self.whole().await?;
        let set = format!("{}{}", Settings::UNDONE, settings.statements());
        let set = wire.session.batch_execute(&set).await;
        set.map_err(|error| problem::of_statement(&error))?;
        self.through();
        Ok(())
    }

    /// Has the counters of the server tell at once of what was written here; from 15 on.
    pub(crate) async fn count_now(&mut self) -> Result<(), EngineError> {
        let counted = self.wire.session.batch_execute(COUNT_NOW).await;
        counted.map_err(|error| problem::of_statement(&error))
    }

    const fn through(&mut self) {
        self.torn = Torn::No;
    }
}

#[async_trait]
impl Session for PostgresSession {
    async fn announce(&mut self, what: &str) -> Result<(), EngineError> {
        let name = format!("dormer {what}");
        let parameters: [(&(dyn ToSql + Sync), Type); 1] = [(&name, Type::TEXT)];
        let set = self.wire.session.query_typed(ANNOUNCE, &parameters).await;
        set.map_err(|error| problem::of_statement(&error))?;
        Ok(())
    }

    async fn server(&mut self) -> Result<ServerInfo, EngineError> {
        let fail = |error: tokio_postgres::Error| problem::of_statement(&error);
        let row = self
            .wire
            .session
            .query_one(SERVER, &[])
            .await
            .map_err(fail)?;
        refuse_others(row.try_get(2).map_err(fail)?)?;
        let number: i32 = row.try_get(0).map_err(fail)?;
        let version: String = row.try_get(1).map_err(fail)?;
        let standby: bool = row.try_get(5).map_err(fail)?;
        let read_only: Option<bool> = row.try_get(6).map_err(fail)?;
        Ok(ServerInfo {
            version_number: u32::try_from(number).unwrap_or(0),
            // Debian adds its own version in brackets.
            version: version.split(' ').next().unwrap_or_default().to_owned(),
            user: row.try_get(3).map_err(fail)?,
            database: row.try_get(4).map_err(fail)?,
            access: match (standby, read_only) {
                (true, _) => Access::Standby,
                (false, Some(true)) => Access::ReadOnly,
                (false, _) => Access::ReadWrite,
            },
        })
    }

    async fn inspect(&mut self, scope: &Scope) -> Result<Observed, EngineError> {
        inspect::inspect(&self.wire.session, scope).await
    }

    async fn rehearse(&mut self, drafts: &[Draft]) -> Result<Vec<Rehearsed>, EngineError> {
        rehearse::rehearse(&self.wire.session, drafts).await
    }

    async fn journal(&mut self) -> Result<Option<Journal>, EngineError> {
        let journal = journal::journal(&self.whole().await?.session).await;
        self.through();
        journal
    }

    async fn runs(&mut self, limit: u32) -> Result<Vec<RunRecord>, EngineError> {
        journal::runs(&self.wire.session, limit).await
    }

    async fn run(&mut self, id: &str) -> Result<Vec<RunDetail>, EngineError> {
        journal::details(&self.wire.session, id).await
    }

    async fn gone(
        &mut self,
        names: &BTreeSet<ObjectName>,
    ) -> Result<Vec<ObjectRecord>, EngineError> {
        journal::gone(&self.wire.session, names).await
    }

    async fn refreshes(&mut self) -> Result<Option<Refreshes>, EngineError> {
        refreshes::refreshes(&self.wire.session).await
    }

    async fn counting(&mut self) -> Result<Option<String>, EngineError> {
        refreshes::counting(&self.wire.session).await
    }

    async fn deploying(&mut self, known: Option<&RunId>) -> Result<Option<Deploying>, EngineError> {
        refreshes::deploying(&self.wire.session, known).await
    }

    async fn prepare(&mut self) -> Result<(), EngineError> {
        let done = prepare::prepare(self.whole().await?).await;
        self.through();
        done
    }

    async fn seed(&mut self, script: &str) -> Result<(), EngineError> {
        let done = seed::seed(self.whole().await?, script).await;
        self.through();
        done
    }

    async fn take(
        &mut self,
        kind: LeaseKind,
        run: &NewRun<'_>,
        takeover: Takeover,
    ) -> Result<LeaseTaken, EngineError> {
        self.whole().await?;
        let taken = if self.held.contains(&kind) {
            let holder = lease::holder(&self.wire.session, kind).await;
            let life = Life::Alive;
            holder.map(|holder| LeaseTaken::Refused { holder, life })
        } else {
            lease::take(&self.wire, kind, run, takeover).await
        };
        if matches!(taken, Ok(LeaseTaken::Held(..))) {
            self.held.insert(kind);
        }
        self.through();
        taken
    }

    async fn release(&mut self, lease: &Lease) -> Result<(), EngineError> {
        let released = lease::release(self.whole().await?, lease).await;
        self.held.remove(&lease.token.kind);
        self.through();
        released
    }

    async fn begin(&mut self, token: &Token, run: &NewRun<'_>) -> Result<(), EngineError> {
        let done = lease::begin(self.whole().await?, token, run).await;
        self.through();
        done
    }

    async fn end(
        &mut self,
        token: &Token,
        run: &RunId,
        ended: &RunEnd<'_>,
    ) -> Result<(), EngineError> {
        let done = lease::end(self.whole().await?, token, run, ended).await;
        self.through();
        done
    }

    async fn execute(&mut self, work: &Work<'_>) -> Result<Worked, EngineError> {
        let done = execute::execute(self.whole().await?, work).await;
        self.through();
        done
    }

    fn canceller(&self) -> Box<dyn Cancel> {
        Box::new(self.wire.canceller.clone())
    }

    async fn pulses(
        &mut self,
        names: &BTreeSet<ObjectName>,
    ) -> Result<BTreeMap<ObjectName, Pulse>, EngineError> {
        pulses::pulses(&self.wire.session, names).await
    }

    async fn locks(
        &mut self,
        names: &BTreeSet<ObjectName>,
    ) -> Result<Vec<LockHolder>, EngineError> {
        locks::locks(&self.wire.session, names).await
    }

    async fn mentions(&mut self, name: &ObjectName) -> Result<Mentions, EngineError> {
        mentions::mentions(&self.wire.session, name).await
    }

    async fn health(&mut self, schemas: &BTreeSet<String>) -> Result<Health, EngineError> {
        health::health(&self.wire.session, schemas).await
    }

    async fn probe(&mut self, name: &ObjectName) -> Result<(), EngineError> {
        probe::probe(&self.wire.session, name).await
    }

    async fn first_rows(&mut self, query: &str, limit: u32) -> Result<FirstRows, EngineError> {
        probe::first_rows(&self.wire.session, query, limit).await
    }
}

/// Refuses an engine that speaks the protocol and is no PostgreSQL.
fn refuse_others(version: &str) -> Result<(), EngineError> {
    let Some((word, name)) = OTHERS.into_iter().find(|(word, _)| version.contains(word)) else {
        return Ok(());
    };
    let message = format!("the target is {word}, not PostgreSQL");
    let error = EngineError::new(ErrorKind::Unsupported, message);
    Err(if name.is_empty() {
        error.hint("name a PostgreSQL in the target's url")
    } else {
        error.hint(format!(
            "name the engine in dormer.toml:  engine = \"{name}\""
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_engines_are_told_apart() {
        let refused = |version| refuse_others(version).err().map(|error| error.message);
        assert_eq!(refused("PostgreSQL 16.4 on x86_64-pc-linux-gnu"), None);
        assert_eq!(
            refused("PostgreSQL 13.14.0-RisingWave-2.1.0 (0)").as_deref(),
            Some("the target is RisingWave, not PostgreSQL")
        );
    }
}
