//! The time that bare statements take on one session.

use std::time::{Duration, Instant};

use dormer_sql::Dialect;
use dormer_sql::split::split;
use postgres::{Client, Error};

/// What a tool asks that knows nothing but materialized views.
const INVENTORY: &str = "
SELECT n.nspname::text, c.relname::text, pg_get_userbyid(c.relowner)::text, c.relispopulated,
       obj_description(c.oid, 'pg_class'), pg_total_relation_size(c.oid), c.reltuples::bigint,
       pg_get_viewdef(c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'm' ORDER BY 1, 2";

/// How a file is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sending {
    /// One statement after the other, as `psql -f` does.
    Single,
    /// All in one message, which is one transaction.
    Whole,
}

/// Sends a text and tells how long the server took over it.
///
/// # Errors
///
/// The first statement that fails ends it.
pub fn send(session: &mut Client, text: &str, sending: Sending) -> Result<Duration, Error> {
    let statements: Vec<&str> = match sending {
        Sending::Whole => vec![text],
        Sending::Single => {
            let pieces = split(text, Dialect::Postgres).pieces;
            let texts = pieces.iter().map(|piece| piece.span.slice(text));
            texts.collect()
        }
    };
    let started = Instant::now();
    for statement in statements {
        session.batch_execute(statement)?;
    }
    Ok(started.elapsed())
}

/// Asks once for all materialized views with their definitions.
///
/// # Errors
///
/// What the server says.
pub fn inventory(session: &mut Client) -> Result<Duration, Error> {
    let started = Instant::now();
    drop(session.query(INVENTORY, &[])?);
    Ok(started.elapsed())
}
