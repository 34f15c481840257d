//! Does work: one message, one transaction, one round trip.
//!
//! | in the message | why there |
//! |---|---|
//! | BEGIN and the limits | |
//! | the proof of the lease | holds its row until the end, so that a takeover waits |
//! | what the journal knows beforehand | before a statement takes a lock that readers feel |
//! | the statements | |
//! | what the journal asks of what was made, and the steps | |
//! | COMMIT | in a message of its own where a row must not come back |
//!
//! - **Nothing is kept of a work that failed.** Statements that stand alone are the exception: what
//!   they did is there, and the journal says nothing of it.
//! - When the session breaks before the answer to COMMIT, nobody knows here whether it was kept: the
//!   error is of the kind [`ErrorKind::Connection`], and the journal knows, for the step is in it or not.
//! - **A future that is dropped half-way leaves a transaction open, or commits it:** the statements go
//!   on in the target until they are cancelled. The next work of the session first ends what is open.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use dormer_core::engine::lease::Token;
use dormer_core::engine::session::{Cancel as _, Limits, Work, Worked};
use dormer_core::engine::step::{Expect, Placement, Statement};
use dormer_core::engine::{EngineError, ErrorKind};
use tokio::time::Instant;

use super::message::{Message, Unwanted, roll_back};
use super::records::{Calls, Of, Told, Took};
use super::rights;
use crate::wire::connect::Wire;
use crate::wire::problem;

/// How long the server may take to end what was cancelled, before it is asked again.
const AGAIN: Duration = Duration::from_millis(200);

/// The settings that limits change, as the session has them.
const EARLIER: &str = "\
SELECT pg_catalog.current_setting('lock_timeout'), pg_catalog.current_setting('statement_timeout')";

/// Does all of the work or nothing.
pub(super) async fn execute(wire: &Wire, work: &Work<'_>) -> Result<Worked, EngineError> {
    let started = Instant::now();
    let alone = |statement: &&Statement| statement.placement == Placement::Alone;
    let done = if work.statements.iter().any(alone) {
        let done = within(wire, work.limits.whole, apart(wire, work)).await;
        match done {
            Ok(None) => note_apart(wire, work, started.elapsed())
                .await
                .map(|()| None),
            other => other,
        }
    } else {
        let done = within(wire, work.limits.whole, together(wire, work)).await;
        closed(wire, done).await
    };
    let done = match done {
        Err(error) => {
            let failed = error
                .statement
                .and_then(|number| work.statements.get(number));
            let failed = failed.map(|statement| statement.sql.as_str());
            return Err(rights::named(wire, error, failed).await);
        }
        Ok(done) => done,
    };
    Ok(match done {
        Some(Unwanted { statement, row }) => Worked::Row { statement, row },
        None => Worked::Done {
            took: started.elapsed(),
        },
    })
}

/// Ends the transaction where the work did not.
async fn closed(
    wire: &Wire,
    done: Result<Option<Unwanted>, EngineError>,
) -> Result<Option<Unwanted>, EngineError> {
    match done {
        Ok(None) => Ok(None),
        Ok(row) => roll_back(wire).await.map(|()| row),
        Err(error) => {
            // What went wrong first counts.
            drop(roll_back(wire).await);
            Err(error)
        }
    }
}

async fn together(wire: &Wire, work: &Work<'_>) -> Result<Option<Unwanted>, EngineError> {
    let told = Told::of(work.records.iter().copied());
    let mut message = opening(work.token, work.limits);
    told.before(&mut message)?;
    for (number, statement) in work.statements.iter().enumerate() {
        message.statement(number, statement);
    }
    note(&mut message, work, &told, Took::Transaction)?;
    told.last(&mut message)?;
    let watched = |statement: &&Statement| statement.expect == Expect::NoRow;
    if !work.statements.iter().any(watched) {
        message.own("COMMIT");
        return message.send(wire).await;
    }
    if let Some(row) = message.send(wire).await? {
        return Ok(Some(row));
    }
    let mut commit = Message::default();
    commit.own("COMMIT");
    commit.send(wire).await
}

/// Adds what the journal says of a work that is done.
fn note(
    message: &mut Message,
    work: &Work<'_>,
    told: &Told<'_>,
    took: Took,
) -> Result<(), EngineError> {
    let mut calls = Calls::default();
    told.after(&mut calls)?;
    told.refreshed(&mut calls, work.token)?;
    calls.steps(Of::Lease(work.token), &work.steps, took);
    calls.end(message);
    Ok(())
}

/// Begins a transaction that proves its lease.
pub(super) fn opening(token: &Token, limits: Limits) -> Message {
    let mut message = Message::default();
    message.own("BEGIN ISOLATION LEVEL READ COMMITTED");
    message.own(&limit("SET LOCAL lock_timeout", limits.lock));
    message.own(&limit("SET LOCAL statement_timeout", limits.statement));
    message.own(&proof(token));
    message
}

fn proof(token: &Token) -> String {
    let (kind, number) = (token.kind.as_str(), token.number);
    format!("SELECT dormer.prove('{kind}', {number})")
}

fn limit(setting: &str, limit: Option<Duration>) -> String {
    // The server takes no more than an i32 holds, and 0 is no limit at all.
    let ms = limit.map_or(0, |limit| limit.as_millis().clamp(1, 2_147_483_647));
    format!("{setting} = {ms}")
}

/// Runs statements in their order, those that stand alone by themselves.
async fn apart(wire: &Wire, work: &Work<'_>) -> Result<Option<Unwanted>, EngineError> {
    let fail = |error: tokio_postgres::Error| problem::of_statement(&error);
    let earlier = wire.session.query_typed(EARLIER, &[]).await;
    let earlier = earlier.map_err(fail)?;
    let done = one_by_one(wire, work).await;
    let mut restored = String::new();
    for row in &earlier {
        let (lock, statement): (&str, &str) =
            (row.try_get(0).map_err(fail)?, row.try_get(1).map_err(fail)?);
        restored = format!("SET lock_timeout = '{lock}'; SET statement_timeout = '{statement}'");
    }
    let restored = wire.session.batch_execute(&restored).await;
    let row = done?;
    restored.map_err(fail)?;
    Ok(row)
}

async fn one_by_one(wire: &Wire, work: &Work<'_>) -> Result<Option<Unwanted>, EngineError> {
    let mut statements = work.statements.iter().enumerate().peekable();
    while let Some((number, statement)) = statements.next() {
        if statement.placement == Placement::Alone {
            let mut message = Message::default();
            message.own(&limit("SET lock_timeout", work.limits.lock));
            message.own(&limit("SET statement_timeout", work.limits.statement));
            message.own(&proof(work.token));
            message.send(wire).await?;
            let mut message = Message::default();
            message.statement(number, statement);
            if let Some(row) = message.send(wire).await? {
                return Ok(Some(row));
            }
            continue;
        }
        let mut message = opening(work.token, work.limits);
        message.statement(number, statement);
        let more = |(_, next): &(usize, &&Statement)| next.placement == Placement::Together;
        while let Some((number, statement)) = statements.next_if(more) {
            message.statement(number, statement);
        }
        let sent = message.send(wire).await;
        if let Some(row) = closed(wire, sent).await? {
            return Ok(Some(row));
        }
        let mut commit = Message::default();
        commit.own("COMMIT");
        commit.send(wire).await?;
    }
    Ok(None)
}

/// Writes down a work that was done statement by statement.
async fn note_apart(wire: &Wire, work: &Work<'_>, took: Duration) -> Result<(), EngineError> {
    let told = Told::of(work.records.iter().copied());
    let mut message = opening(work.token, work.limits);
    told.before(&mut message)?;
    note(&mut message, work, &told, Took::Known(took))?;
    told.last(&mut message)?;
    message.own("COMMIT");
    let sent = message.send(wire).await;
    closed(wire, sent).await.map(|_| ())
}

/// Lets work go on until its deadline; then it is cancelled until it ends.
async fn within<T>(
    wire: &Wire,
    limit: Option<Duration>,
    work: impl Future<Output = Result<T, EngineError>>,
) -> Result<T, EngineError> {
    let Some(limit) = limit else {
        return work.await;
    };
    let mut work = pin!(work);
    if let Ok(done) = tokio::time::timeout(limit, &mut work).await {
        return done;
    }
    loop {
        // Whether it was heard shows in the work; a server that hears nothing is asked again.
        drop(wire.canceller.cancel().await);
        match tokio::time::timeout(AGAIN, &mut work).await {
            Ok(Err(error)) if error.kind == ErrorKind::Cancelled => {
                return Err(too_late(limit, error));
            }
            // It came to its end, one way or the other, before the wish arrived.
            Ok(done) => return done,
            Err(_) => {}
        }
    }
}

fn too_late(limit: Duration, cancelled: EngineError) -> EngineError {
    let ms = limit.as_millis();
    let message = format!("the deadline of {ms} ms was over");
    EngineError {
        kind: ErrorKind::LockTimeout,
        detail: Some(cancelled.message.clone()),
        message,
        ..cancelled
    }
}
