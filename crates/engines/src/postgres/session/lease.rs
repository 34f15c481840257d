//! Who may change the target, and who may refresh in it.
//!
//! - **The proof of life is an advisory lock of the session,** which the server takes back when the
//!   session is gone, however it went. It is one of the database: two targets in one server have two.
//! - **The proof of the right is the token** in the row: each taking has a new one, and transactions
//!   that prove it hold the row, so that a takeover waits until they are over.
//! - **A run that has ended, or never began, has no right left:** it died before it could give the lease
//!   back, and whoever comes next takes it without being asked for leave.
//! - A lock that is free while the row names a run: the holder died, or lost its session while other
//!   sessions of it still work. These fail at their next proof.

use std::time::Duration;

use dormer_core::engine::journal::RunState;
use dormer_core::engine::lease::{
    Lease, LeaseHolder, LeaseKind, LeaseTaken, Life, Takeover, Token,
};
use dormer_core::engine::session::{Limits, NewRun, RunEnd};
use dormer_core::engine::{EngineError, ErrorKind, RunId};
use futures_util::future::join3;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Row};

use super::execute::opening;
use super::literal;
use super::message::roll_back;
use super::records::{Calls, Of, Took};
use crate::wire::connect::Wire;
use crate::wire::problem;

/// The first number of all advisory locks of Dormer; the second says what it is for.
pub(super) const LOCKS: i32 = 0x646f_726d;

/// How long a takeover or the end of a run waits for transactions that prove the lease.
const PATIENCE: Limits = Limits {
    lock: Some(Duration::from_secs(5)),
    statement: None,
    whole: None,
};

/// How often a lease is looked at whose holder has not said its name yet, or is said to be dead, and how
/// long between.
const LOOKS: u32 = 20;
const BETWEEN: Duration = Duration::from_millis(50);

/// A session that holds a lease is not ended for being idle, and its end shows soon when its machine
/// is gone. What a server does not know is left out.
const KEEP: &str = "\
SELECT pg_catalog.set_config(s.name, v.value, false) FROM pg_catalog.pg_settings s \
JOIN (VALUES ('idle_session_timeout', '0'), ('tcp_keepalives_idle', '30'), \
('tcp_keepalives_interval', '10'), ('tcp_keepalives_count', '3')) v (name, value) USING (name)";

/// Who has the lease; where the row says nothing, whose session has the lock.
const HOLDER: &str = "\
SELECT l.run, COALESCE(l.who, a.usename::text, ''), \
COALESCE(l.host, a.client_hostname, a.client_addr::text, ''), \
COALESCE(EXTRACT(epoch FROM l.since)::int8, EXTRACT(epoch FROM a.backend_start)::int8, 0) \
FROM dormer.lease l LEFT JOIN pg_catalog.pg_locks k ON k.locktype = 'advisory' AND k.granted \
AND k.database = (SELECT d.oid FROM pg_catalog.pg_database d \
WHERE d.datname = pg_catalog.current_database()) \
AND k.classid::int8 = $2 AND k.objid::int8 = $3 AND k.objsubid = 2 \
AND k.pid <> pg_catalog.pg_backend_pid() \
LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = k.pid WHERE l.kind = $1 LIMIT 1";

const TAKE: &str = "\
UPDATE dormer.lease SET token = pg_catalog.nextval('dormer.token'), run = $2, who = $3, host = $4, \
since = pg_catalog.clock_timestamp() WHERE kind = $1 RETURNING token";

const BEGIN: &str = "\
INSERT INTO dormer.runs (run, kind, project, state, who, host, tool, summary, plan) \
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
ON CONFLICT (run) DO UPDATE SET state = excluded.state, ended = NULL, error = NULL";

/// Runs that refresh come every few minutes: what they say is kept for a month, and the latest refresh of
/// each view for good.
const FORGET: [&str; 3] = [
    "DELETE FROM dormer.refreshes WHERE NOT latest AND started < pg_catalog.now() - interval '30 days'",
    "DELETE FROM dormer.steps s USING dormer.runs r WHERE s.run = r.run AND r.kind = 'refresh' \
     AND r.started < pg_catalog.now() - interval '30 days'",
    "DELETE FROM dormer.runs WHERE kind = 'refresh' AND started < pg_catalog.now() - interval '30 days'",
];

type Parameter<'a> = (&'a (dyn ToSql + Sync), Type);

/// The number of the advisory lock of a lease.
const fn number(kind: LeaseKind) -> i32 {
    match kind {
        LeaseKind::Deploy => 1,
        LeaseKind::Refresh => 2,
    }
}

/// Takes a lease, or says who has it.
pub(super) async fn take(
    wire: &Wire,
    kind: LeaseKind,
    run: &NewRun<'_>,
    takeover: Takeover,
) -> Result<LeaseTaken, EngineError> {
    let mut looks = 0;
    while !lock(&wire.session, kind).await? {
        let holder = holder(&wire.session, kind).await?;
        looks += 1;
        // Between the lock and the row, and between the row and the unlock, is a moment. So is between
        // the death of a holder and that of its session: who goes on with a run, or takes the lease of a
        // dead one, says that it is dead.
        let at_once = holder.run.is_some() && takeover == Takeover::Never;
        if at_once || looks == LOOKS {
            let life = Life::Alive;
            return Ok(LeaseTaken::Refused { holder, life });
        }
        tokio::time::sleep(BETWEEN).await;
    }
    let taken = inherit(wire, kind, run, takeover).await;
    if !matches!(taken, Ok(LeaseTaken::Held(..))) {
        // What went wrong first counts; the lock ends with the session anyway.
        drop(unlock(&wire.session, kind).await);
    }
    taken
}

/// Takes the row, now that the lock is had.
async fn inherit(
    wire: &Wire,
    kind: LeaseKind,
    run: &NewRun<'_>,
    takeover: Takeover,
) -> Result<LeaseTaken, EngineError> {
    let before = holder(&wire.session, kind).await?;
    let allowed = match (&before.run, takeover) {
        (None, _) | (_, Takeover::Dead) => true,
        (Some(before), Takeover::SameRun) if before == run.run => true,
        (Some(before), Takeover::Never | Takeover::SameRun) => {
            !under_way(&wire.session, before).await?
        }
    };
    if !allowed {
        return Ok(LeaseTaken::Refused {
            holder: before,
            life: Life::Dead,
        });
    }
    // Where the server does not let it be set, the lease is had all the same.
    drop(wire.session.query_typed(KEEP, &[]).await);
    let id = run.run.as_str();
    let rows = change(
        wire,
        TAKE,
        &[
            (&kind.as_str(), Type::TEXT),
            (&id, Type::TEXT),
            (&run.who, Type::TEXT),
            (&run.host, Type::TEXT),
        ],
    )
    .await?;
    let row = rows.first().ok_or_else(no_row)?;
    let number = row.try_get(0).map_err(|e| problem::of_statement(&e))?;
    let lease = Lease {
        token: Token { kind, number },
        run: run.run.clone(),
    };
    let before = before.run.is_some().then_some(before);
    Ok(LeaseTaken::Held(lease, before))
}

/// Whether the journal says that a run began and did not end.
async fn under_way(client: &Client, run: &RunId) -> Result<bool, EngineError> {
    let fail = |error: tokio_postgres::Error| problem::of_statement(&error);
    let sql = "SELECT EXISTS (SELECT FROM dormer.runs WHERE run = $1 AND state = $2)";
    let (run, running) = (run.as_str(), RunState::Running.as_str());
    let parameters: [Parameter<'_>; 2] = [(&run, Type::TEXT), (&running, Type::TEXT)];
    let rows = client.query_typed(sql, &parameters).await.map_err(fail)?;
    match rows.first() {
        Some(row) => row.try_get(0).map_err(fail),
        None => Ok(false),
    }
}

/// Gives a lease back. The lock goes even where the row is another's by now.
pub(super) async fn release(wire: &Wire, lease: &Lease) -> Result<(), EngineError> {
    let token = lease.token;
    let released = change(
        wire,
        "UPDATE dormer.lease SET token = NULL, run = NULL, who = NULL, host = NULL, since = NULL \
         WHERE kind = $1 AND token = $2 RETURNING kind",
        &[
            (&token.kind.as_str(), Type::TEXT),
            (&token.number, Type::INT8),
        ],
    )
    .await;
    let unlocked = unlock(&wire.session, token.kind).await;
    if released?.is_empty() {
        return Err(
            EngineError::new(ErrorKind::LeaseLost, "another run has the lease")
                .hint("see which:  dormer history"),
        );
    }
    unlocked
}

/// Changes the row of a lease, and waits for those who hold it, but not for ever.
async fn change(
    wire: &Wire,
    sql: &str,
    parameters: &[Parameter<'_>],
) -> Result<Vec<Row>, EngineError> {
    let begun = wire
        .session
        .batch_execute("BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = 0")
        .await;
    begun.map_err(|error| problem::of_statement(&error))?;
    let changed = wire.session.query_typed(sql, parameters).await;
    let ended = match &changed {
        Ok(_) => wire.session.batch_execute("COMMIT").await,
        Err(_) => {
            drop(roll_back(wire).await);
            Ok(())
        }
    };
    let rows = changed.map_err(|error| waited(problem::of_statement(&error)))?;
    ended.map_err(|error| problem::of_statement(&error))?;
    Ok(rows)
}

/// Says what a lock timeout on the row of a lease means.
fn waited(error: EngineError) -> EngineError {
    if error.kind != ErrorKind::LockTimeout {
        return error;
    }
    EngineError {
        detail: Some(format!(
            "it was waited for 5 s; it ends by itself, or with its session: {}",
            error.message
        )),
        message: "a transaction of the run that had the lease still works".to_owned(),
        hint: Some("see what it does:  dormer locks".to_owned()),
        ..error
    }
}

async fn lock(client: &Client, kind: LeaseKind) -> Result<bool, EngineError> {
    let sql = "SELECT pg_catalog.pg_try_advisory_lock($1, $2)";
    flag(client, sql, kind).await
}

async fn unlock(client: &Client, kind: LeaseKind) -> Result<(), EngineError> {
    let sql = "SELECT pg_catalog.pg_advisory_unlock($1, $2)";
    flag(client, sql, kind).await.map(|_| ())
}

async fn flag(client: &Client, sql: &str, kind: LeaseKind) -> Result<bool, EngineError> {
    let fail = |error: tokio_postgres::Error| problem::of_statement(&error);
    let parameters: [Parameter<'_>; 2] = [(&LOCKS, Type::INT4), (&number(kind), Type::INT4)];
    let rows = client.query_typed(sql, &parameters).await.map_err(fail)?;
    match rows.first() {
        Some(row) => row.try_get(0).map_err(fail),
        None => Ok(false),
    }
}

pub(super) async fn holder(client: &Client, kind: LeaseKind) -> Result<LeaseHolder, EngineError> {
    let fail = |error: tokio_postgres::Error| problem::of_statement(&error);
    let parameters: [Parameter<'_>; 3] = [
        (&kind.as_str(), Type::TEXT),
        (&i64::from(LOCKS), Type::INT8),
        (&i64::from(number(kind)), Type::INT8),
    ];
    let asked = client.query_typed(HOLDER, &parameters).await;
    let rows = asked.map_err(fail)?;
    let row = rows.first().ok_or_else(no_row)?;
    let run: Option<&str> = row.try_get(0).map_err(fail)?;
    Ok(LeaseHolder {
        run: run.and_then(RunId::parse),
        who: row.try_get(1).map_err(fail)?,
        host: row.try_get(2).map_err(fail)?,
        since: row.try_get(3).map_err(fail)?,
    })
}

fn no_row() -> EngineError {
    EngineError::new(ErrorKind::Other, "the journal has no such lease")
        .hint("let Dormer look at its journal:  dormer doctor")
}

/// Writes down that a run begins, or begins again.
pub(super) async fn begin(wire: &Wire, token: &Token, run: &NewRun<'_>) -> Result<(), EngineError> {
    let values = [
        run.run.as_str(),
        run.kind.as_str(),
        run.project,
        RunState::Running.as_str(),
        run.who,
        run.host,
        run.tool,
        run.summary,
        run.plan,
    ];
    let parameters = values
        .each_ref()
        .map(|value| (value as &(dyn ToSql + Sync), Type::TEXT));
    // The plan is sent as it is: as a part of a text, it would be copied again and again. A COMMIT of
    // what failed rolls it back.
    let opening = opening(token, PATIENCE);
    let (opened, written, ended) = join3(
        opening.send(wire),
        wire.session.query_typed(BEGIN, &parameters),
        wire.session.batch_execute("COMMIT"),
    )
    .await;
    opened.map_err(waited)?;
    written.map_err(|error| problem::of_statement(&error))?;
    ended.map_err(|error| problem::of_statement(&error))
}

/// Writes down how a run ended.
pub(super) async fn end(
    wire: &Wire,
    token: &Token,
    run: &RunId,
    ended: &RunEnd<'_>,
) -> Result<(), EngineError> {
    let mut message = opening(token, PATIENCE);
    let mut calls = Calls::default();
    calls.steps(Of::Run(run), ended.steps, Took::AsSaid);
    calls.end(&mut message);
    // The letters of an id and of a state need no quoting.
    let (run, state) = (run.as_str(), ended.state.as_str());
    let mut error = String::new();
    literal::optional(&mut error, ended.error);
    let still = match ended.state {
        RunState::Running => "NULL",
        _ => "pg_catalog.clock_timestamp()",
    };
    message.own(&format!(
        "UPDATE dormer.runs SET state = '{state}', error = {error}, ended = {still} \
         WHERE run = '{run}'"
    ));
    message.own(&format!(
        "INSERT INTO dormer.durations (schema, name, kind, ms) \
         SELECT DISTINCT ON (schema, name, kind) schema, name, kind, ms FROM dormer.steps \
         WHERE run = '{run}' AND state = 'done' AND schema IS NOT NULL AND name IS NOT NULL \
         ORDER BY schema, name, kind, step DESC \
         ON CONFLICT (schema, name, kind) DO UPDATE SET ms = excluded.ms"
    ));
    if token.kind == LeaseKind::Refresh {
        for forget in FORGET {
            message.own(forget);
        }
    }
    message.own("COMMIT");
    let sent = message.send(wire).await;
    if sent.is_err() {
        // What went wrong first counts.
        drop(roll_back(wire).await);
    }
    sent.map(|_| ()).map_err(waited)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn history_asks_for_the_locks_that_leases_take() {
        let runs = include_str!("runs.sql");
        assert!(runs.contains(&format!("k.classid::int8 = {LOCKS} ")));
        let (deploy, refresh) = (number(LeaseKind::Deploy), number(LeaseKind::Refresh));
        let kinds = format!("CASE l.kind WHEN 'deploy' THEN {deploy} ELSE {refresh} END");
        assert!(runs.contains(&kinds));
    }
}
