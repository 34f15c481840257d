//! Many statements in one message, and which of them failed.
//!
//! - **One round trip:** the server runs them one after the other and stops at the first that fails.
//! - Which one that was is counted by the answers before it; where nothing was run, the server could
//!   not read the text, and says at which letter.
//! - Rows are looked at only where there must be none, and few of them are taken.

use std::num::NonZeroU32;
use std::pin::pin;

use dormer_core::engine::session::Cancel as _;
use dormer_core::engine::step::{Expect, Statement};
use dormer_core::engine::{EngineError, ErrorKind};
use futures_util::StreamExt as _;
use tokio_postgres::error::{DbError, ErrorPosition, Severity, SqlState};
use tokio_postgres::{Error, SimpleQueryMessage, SimpleQueryRow};

use crate::wire::connect::Wire;
use crate::wire::problem;

/// How many rows are drained before the server is asked to stop.
const DRAINED: u32 = 1000;
/// How often a ROLLBACK is tried that was hit by a wish to cancel what was before it.
const ATTEMPTS: u32 = 5;

/// What is sent at once.
#[derive(Debug, Default)]
pub(super) struct Message {
    sql: String,
    items: Vec<Item>,
}

#[derive(Debug)]
struct Item {
    /// Where its text ends in the message, in bytes.
    end: usize,
    /// The number in the work; none for what Dormer adds.
    statement: Option<usize>,
    expect: Expect,
}

/// A row that must not be there.
#[derive(Debug)]
pub(super) struct Unwanted {
    pub(super) statement: usize,
    pub(super) row: String,
}

impl Message {
    /// Adds a statement of Dormer's own.
    pub(super) fn own(&mut self, sql: &str) {
        self.sql.push_str(sql);
        self.sql.push_str(";\n");
        self.close(None, Expect::Anything);
    }

    /// Adds statements that stand in one text, each at its own lines: `;` ends a line only there.
    pub(super) fn own_lines(&mut self, sql: &str) {
        for statement in sql.split(";\n") {
            self.own(statement);
        }
    }

    /// The statements in it, each as it was added.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        let mut begin = 0;
        self.items.iter().filter_map(move |item| {
            let text = self.sql.get(begin..item.end)?;
            begin = item.end;
            Some(text.trim_end().trim_end_matches(';'))
        })
    }

    /// Adds a statement of a work.
    pub(super) fn statement(&mut self, number: usize, statement: &Statement) {
        self.sql.push_str(&statement.sql);
        // It may end with a comment.
        self.sql.push_str("\n;\n");
        self.close(Some(number), statement.expect);
    }

    fn close(&mut self, statement: Option<usize>, expect: Expect) {
        self.items.push(Item {
            end: self.sql.len(),
            statement,
            expect,
        });
    }

    /// Sends everything and waits until the server is through with it.
    pub(super) async fn send(&self, wire: &Wire) -> Result<Option<Unwanted>, EngineError> {
        let mut done = 0;
        let mut unwanted: Option<Unwanted> = None;
        let fail = |error: &Error, done: usize| {
            let mut failed = problem::of_statement(error);
            if ends_session(error) {
                failed.kind = ErrorKind::Connection;
            }
            match self.failing(error, done) {
                Some((number, letter)) => failed.of_statement(number).at_letter(letter),
                None => failed,
            }
        };
        let sent = wire.session.simple_query_raw(&self.sql).await;
        let mut answers = pin!(sent.map_err(|error| fail(&error, done))?);
        let mut drained = 0;
        while let Some(answer) = answers.next().await {
            match answer {
                Ok(SimpleQueryMessage::CommandComplete(_)) => done += 1,
                Ok(SimpleQueryMessage::Row(row)) => {
                    let item = self.items.get(done);
                    let item = item.filter(|item| item.expect == Expect::NoRow);
                    let Some(statement) = item.and_then(|item| item.statement) else {
                        continue;
                    };
                    drained += 1;
                    if drained == DRAINED {
                        // Its success shows in the answers; without it, all rows come.
                        drop(wire.canceller.cancel().await);
                    }
                    if unwanted.is_none() {
                        let row = shown(&row);
                        unwanted = Some(Unwanted { statement, row });
                    }
                }
                Ok(_) => {}
                // What comes after a row that must not be there is of no account.
                Err(_) if unwanted.is_some() => return Ok(unwanted),
                Err(error) => return Err(fail(&error, done)),
            }
        }
        Ok(unwanted)
    }

    /// The statement that failed, and its letter at which the server stumbled.
    fn failing(&self, error: &Error, done: usize) -> Option<(usize, Option<NonZeroU32>)> {
        let refusal = error.as_db_error()?;
        let letter = match refusal.position() {
            Some(ErrorPosition::Original(letter)) => usize::try_from(*letter).ok()?.checked_sub(1),
            _ => None,
        };
        let at = letter.map(|letter| {
            let at = self.sql.char_indices().nth(letter);
            at.map_or(self.sql.len(), |(at, _)| at)
        });
        let number = match (done, at) {
            (0, Some(at)) => self.items.iter().position(|item| at < item.end),
            _ => Some(done).filter(|done| *done < self.items.len()),
        };
        let number = number.or(self.items.len().checked_sub(1))?;
        let before = number
            .checked_sub(1)
            .and_then(|before| self.items.get(before));
        let begin = before.map_or(0, |item| item.end);
        let within = at.and_then(|at| self.sql.get(begin..at));
        let statement = self.items.get(number)?.statement?;
        let letter = within.and_then(|text| u32::try_from(text.chars().count()).ok());
        let letter = letter.and_then(|before| NonZeroU32::MIN.checked_add(before));
        Some((statement, letter))
    }
}

/// Whether it is the last word of the server in this session: what became of a COMMIT is not known then.
fn ends_session(error: &Error) -> bool {
    let severity = error.as_db_error().and_then(DbError::parsed_severity);
    matches!(severity, Some(Severity::Fatal | Severity::Panic))
}

/// Ends a transaction that is not to be kept; says so when even that fails.
pub(super) async fn roll_back(wire: &Wire) -> Result<(), EngineError> {
    let mut attempt = 1;
    loop {
        match wire.session.batch_execute("ROLLBACK").await {
            Ok(()) => return Ok(()),
            Err(error) if attempt < ATTEMPTS && error.code() == Some(&SqlState::QUERY_CANCELED) => {
                attempt += 1;
            }
            Err(error) => return Err(problem::of_statement(&error)),
        }
    }
}

/// A row as people read it.
fn shown(row: &SimpleQueryRow) -> String {
    let cells = row.columns().iter().enumerate().map(|(at, column)| {
        let value = row.try_get(at).ok().flatten().unwrap_or("null");
        format!("{}={value}", column.name())
    });
    cells.collect::<Vec<_>>().join(", ")
}
