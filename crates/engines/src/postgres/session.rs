//! A session with PostgreSQL.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use dormer_core::engine::journal::{Journal, RunDetail, RunRecord};
use dormer_core::engine::lease::{Lease, LeaseKind, LeaseTaken, Takeover, Token};
use dormer_core::engine::session::{
    Cancel, Draft, LockHolder, NewRun, Pulse, Rehearsed, RunEnd, Work, Worked,
};
use dormer_core::engine::{Access, EngineError, ErrorKind, RunId, Scope, ServerInfo, Session};
use dormer_core::model::name::ObjectName;
use dormer_core::model::observed::Observed;

use super::inspect;
use crate::wire::connect::Wire;
use crate::wire::problem;

mod locks;
mod probe;
mod pulses;
mod rehearse;

/// What the session itself was set to says nothing about the target: the reset value does.
const SERVER: &str = "\
SELECT current_setting('server_version_num')::int4, current_setting('server_version'), \
version(), current_user::text, current_database()::text, pg_catalog.pg_is_in_recovery(), \
(SELECT reset_val = 'on' FROM pg_catalog.pg_settings WHERE name = 'default_transaction_read_only')";

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
}

impl PostgresSession {
    pub(crate) const fn new(wire: Wire) -> Self {
        Self { wire }
    }
}

#[async_trait]
impl Session for PostgresSession {
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
        Err(not_yet())
    }

    async fn runs(&mut self, _limit: u32) -> Result<Vec<RunRecord>, EngineError> {
        Err(not_yet())
    }

    async fn run(&mut self, _id: &str) -> Result<Vec<RunDetail>, EngineError> {
        Err(not_yet())
    }

    async fn prepare(&mut self) -> Result<(), EngineError> {
        Err(not_yet())
    }

    async fn take(
        &mut self,
        _kind: LeaseKind,
        _run: &NewRun<'_>,
        _takeover: Takeover,
    ) -> Result<LeaseTaken, EngineError> {
        Err(not_yet())
    }

    async fn release(&mut self, _lease: &Lease) -> Result<(), EngineError> {
        Err(not_yet())
    }

    async fn begin(&mut self, _token: &Token, _run: &NewRun<'_>) -> Result<(), EngineError> {
        Err(not_yet())
    }

    async fn end(
        &mut self,
        _token: &Token,
        _run: &RunId,
        _ended: &RunEnd<'_>,
    ) -> Result<(), EngineError> {
        Err(not_yet())
    }

    async fn execute(&mut self, _work: &Work<'_>) -> Result<Worked, EngineError> {
        Err(not_yet())
    }

    fn canceller(&self) -> Box<dyn Cancel> {
        Box::new(NoCancel)
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

    async fn probe(&mut self, name: &ObjectName) -> Result<(), EngineError> {
        probe::probe(&self.wire.session, name).await
    }
}

struct NoCancel;

#[async_trait]
impl Cancel for NoCancel {
    async fn cancel(&self) -> Result<(), EngineError> {
        Err(not_yet())
    }
}

fn not_yet() -> EngineError {
    EngineError::new(ErrorKind::Unsupported, "not supported yet")
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
