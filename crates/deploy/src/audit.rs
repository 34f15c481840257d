//! Runs audits on what is live, as many at once as there are sessions.
//!
//! **Nothing is written:** no lease is taken and no journal is told. An audit that cannot run is no audit
//! that passed, and keeps no other from running.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use dormer_core::engine::session::FirstRows;
use dormer_core::engine::{EngineError, ErrorKind, Session};
use futures_util::future::join_all;
use tokio::time::Instant;

use crate::connect::{Connect, Purpose};

/// A query that must return no row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What the target shows while it runs: `audit marts.orders_daily`.
    pub shown: String,
    pub sql: String,
}

/// What came of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// No row: it passed.
    pub found: Result<FirstRows, EngineError>,
    pub took: Duration,
}

/// What came of all, in the order of the questions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdicts {
    pub verdicts: Vec<Verdict>,
    /// How many sessions there were.
    pub sessions: usize,
}

/// Runs them all, each with so many of its rows.
///
/// # Errors
///
/// When not even one session is to be had.
pub async fn audit(
    connect: &dyn Connect,
    questions: &[Question],
    jobs: usize,
    rows: u32,
) -> Result<Verdicts, EngineError> {
    let Some(first) = questions.first() else {
        return Ok(Verdicts::default());
    };
    let session = connect.open(Purpose::Audit, &first.shown).await?;
    let next = AtomicUsize::new(0);
    let worker = |session| Worker {
        connect,
        questions,
        next: &next,
        rows,
        session,
    };
    let mut workers = vec![worker(Some(session))];
    workers.extend((1..jobs.min(questions.len())).map(|_| worker(None)));
    let done = join_all(workers.into_iter().map(Worker::work)).await;
    let sessions = done.iter().filter(|done| !done.is_empty()).count();
    let mut verdicts: Vec<(usize, Verdict)> = done.into_iter().flatten().collect();
    verdicts.sort_by_key(|(at, _)| *at);
    Ok(Verdicts {
        verdicts: verdicts.into_iter().map(|(_, verdict)| verdict).collect(),
        sessions,
    })
}

struct Worker<'a> {
    connect: &'a dyn Connect,
    questions: &'a [Question],
    next: &'a AtomicUsize,
    rows: u32,
    session: Option<Box<dyn Session>>,
}

impl Worker<'_> {
    /// Asks one question after another until none is left.
    async fn work(mut self) -> Vec<(usize, Verdict)> {
        let mut done = Vec::new();
        if self.session.is_none() {
            // Where there is no room for one more session, the others do the work.
            match self.connect.open(Purpose::Audit, "audit").await {
                Ok(session) => self.session = Some(session),
                Err(_) => return done,
            }
        }
        loop {
            let at = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(question) = self.questions.get(at) else {
                return done;
            };
            let started = Instant::now();
            let found = self.ask(question).await;
            let took = started.elapsed();
            done.push((at, Verdict { found, took }));
        }
    }

    async fn ask(&mut self, question: &Question) -> Result<FirstRows, EngineError> {
        let mut session = match self.session.take() {
            Some(session) => session,
            None => self.connect.open(Purpose::Audit, &question.shown).await?,
        };
        let found = match session.announce(&question.shown).await {
            Ok(()) => session.first_rows(&question.sql, self.rows).await,
            Err(error) => Err(error),
        };
        let broken = found.as_ref().is_err_and(|error| {
            matches!(error.kind, ErrorKind::Connection | ErrorKind::Unavailable)
        });
        if !broken {
            self.session = Some(session);
        }
        found
    }
}
