//! Who holds or waits for locks on relations, in one query.
//!
//! **The whole chain:** those that a waiting session waits for are told too, up to those that wait
//! for nobody, also where what they hold is something else. A lock that is not on a relation is told
//! under the relation that led to it. The session that asks is left out.

use std::collections::BTreeSet;

use dormer_core::engine::EngineError;
use dormer_core::engine::session::{Behind, LockHolder};
use dormer_core::model::name::ObjectName;
use futures_util::future::join3;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error, Row};

use crate::wire::problem;

const LOCKS: &str = include_str!("locks.sql");

/// In order of relation and session.
pub(super) async fn locks(
    client: &Client,
    names: &BTreeSet<ObjectName>,
) -> Result<Vec<LockHolder>, EngineError> {
    let schemas: Vec<&str> = names.iter().map(|name| name.schema.as_str()).collect();
    let relations: Vec<&str> = names.iter().map(|name| name.name.as_str()).collect();
    let parameters: [(&(dyn ToSql + Sync), Type); 2] =
        [(&schemas, Type::TEXT_ARRAY), (&relations, Type::TEXT_ARRAY)];
    // The planner takes the query for a long one, and compiling it takes seconds.
    let (begun, rows, ended) = join3(
        client.batch_execute("BEGIN READ ONLY; SET LOCAL jit = off"),
        client.query_typed(LOCKS, &parameters),
        client.batch_execute("COMMIT"),
    )
    .await;
    let rows = begun.and(rows).and_then(|rows| ended.map(|()| rows));
    let holders = rows.and_then(|rows| rows.iter().map(holder).collect());
    let mut holders: Vec<LockHolder> = holders.map_err(|error| problem::of_statement(&error))?;
    holders.sort();
    Ok(holders)
}

fn holder(row: &Row) -> Result<LockHolder, Error> {
    let transaction_ms: Option<i64> = row.try_get(8)?;
    let blocked_by: Option<Vec<i32>> = row.try_get(11)?;
    Ok(LockHolder {
        relation: ObjectName::new(row.try_get(0)?, row.try_get(1)?),
        pid: row.try_get(2)?,
        behind: if row.try_get(13)? {
            Behind::Upkeep
        } else {
            Behind::Session
        },
        user: row.try_get(3)?,
        application: row.try_get(4)?,
        client: row.try_get(5)?,
        mode: row.try_get(6)?,
        granted: row.try_get(7)?,
        transaction_ms: transaction_ms.and_then(|ms| u64::try_from(ms).ok()),
        activity: row.try_get(9)?,
        query: row.try_get(10)?,
        blocked_by: blocked_by.unwrap_or_default(),
        end: row.try_get(12)?,
    })
}
