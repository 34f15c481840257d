//! Fills a new target from a script of somebody else: all of it or nothing.
//!
//! A script that begins or ends transactions of its own is done as far as it goes.

use dormer_core::engine::EngineError;
use tokio_postgres::error::ErrorPosition;

use super::message::roll_back;
use crate::wire::connect::Wire;
use crate::wire::problem;

const BEGIN: &str = "BEGIN;";

/// Runs a script in one transaction.
pub(super) async fn seed(wire: &Wire, script: &str) -> Result<(), EngineError> {
    // The last line may be a comment.
    let text = format!("{BEGIN}{script}\n;COMMIT");
    let Err(error) = wire.session.batch_execute(&text).await else {
        return Ok(());
    };
    // What went wrong first counts.
    drop(roll_back(wire).await);
    let position = error.as_db_error().and_then(|refusal| refusal.position());
    let line = match position {
        Some(ErrorPosition::Original(letter)) => line(&text, *letter),
        _ => None,
    };
    let mut failed = problem::of_statement(&error);
    if let Some(line) = line {
        failed.message = format!("line {line}: {}", failed.message);
    }
    Err(failed)
}

/// The line of a letter, both counted from 1; the text before the script is on its first line.
fn line(text: &str, letter: u32) -> Option<usize> {
    let before = usize::try_from(letter).ok()?.checked_sub(1)?;
    let breaks = text.chars().take(before).filter(|letter| *letter == '\n');
    Some(breaks.count() + 1)
}
