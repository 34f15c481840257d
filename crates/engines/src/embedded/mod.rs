//! PostgreSQL 18 in this process: `url = "embedded:PATH"`. What it is, `dormer-embedded` knows; statements,
//! catalog and journal are those of `postgres`.
//!
//! | limit | what follows |
//! |---|---|
//! | one session | all sessions of one [`Keeper`](crate::registry::Keeper) are one, and take turns between their calls |
//! | one process | a second one is refused at once, with the number of the first |
//! | no end before its time for a statement | no deadline of a cutover, no statement_timeout, nothing to cancel |
//! | no background processes | no autovacuum and no parallel queries; counters of rows may come late |
//! | a user and a database alone | `postgres` both |
//!
//! - **There is nobody else.** Who holds a lock, or reads while a view is swapped, cannot be asked and
//!   need not be: between two calls of this process nothing happens.
//! - Every commit that was answered is kept, also when the process is killed; the next one replays the log.

mod capabilities;
mod lower;
mod open;
mod session;

pub(crate) use lower::Embedded;
pub(crate) use open::{Kept, open};
