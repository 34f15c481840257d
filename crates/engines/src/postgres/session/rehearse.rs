//! Asks PostgreSQL what definitions mean: temporary views in a transaction that is rolled back.
//!
//! - **Nothing stays behind,** and nobody else ever sees any of it.
//! - A draft is made under the session's own `search_path`, as the statement of a file would be, and
//!   spelled under the settings of an inspection, so that the two can be compared byte for byte.
//!   Drafts hide no relation from each other: the scratch schema is searched last.
//! - All drafts are sent before the first answer. A draft that is refused costs one round more, and
//!   those that read it are refused by the server itself.
//! - **A draft is one statement:** the server is handed it in a message that takes no more than one.
//!
//! A future that is dropped half-way leaves the session in a transaction: drop the session too.

use std::collections::BTreeMap;
use std::future::{Future as _, poll_fn};
use std::task::Poll;

use dormer_core::engine::session::{Draft, Rehearsed};
use dormer_core::engine::{EngineError, ErrorKind};
use dormer_core::model::name::ObjectName;
use dormer_core::model::observed::relation::spelled;
use dormer_sql::ident::quote;
use futures_util::future::{join, join3};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Error, Row};

use super::super::capabilities::SCRATCH_SCHEMA;
use super::super::inspect::SPELLING;
use crate::wire::problem;

const BEGIN: &str = "\
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = '2s';
SELECT pg_catalog.set_config('search_path',
    pg_catalog.concat_ws(', ', NULLIF(pg_catalog.current_setting('search_path'), ''), 'pg_temp'), true);
SAVEPOINT draft";
const RIGHT: &str = "\
SELECT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'TEMPORARY'), \
pg_catalog.current_database()::pg_catalog.text, current_user::pg_catalog.text";
const KEEP: &str = "RELEASE SAVEPOINT draft; SAVEPOINT draft";
const UNDO: &str = "ROLLBACK TO SAVEPOINT draft";
/// Who waited once for a lock in vain need not wait that long again.
const UNDO_IN_HASTE: &str = "ROLLBACK TO SAVEPOINT draft; RELEASE SAVEPOINT draft; \
SET LOCAL lock_timeout = '100ms'; SAVEPOINT draft";
const READ: &str = "\
SELECT c.relname::pg_catalog.text,
       pg_catalog.pg_get_viewdef(c.oid),
       ARRAY(SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 ORDER BY a.attnum),
       ARRAY(SELECT pg_catalog.format_type(a.atttypid, a.atttypmod) FROM pg_catalog.pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 ORDER BY a.attnum),
       ARRAY(SELECT n.nspname::pg_catalog.text FROM pg_catalog.pg_attribute a
             JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
             LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation AND a.attcollation <> t.typcollation
             LEFT JOIN pg_catalog.pg_namespace n ON n.oid = co.collnamespace
             WHERE a.attrelid = c.oid AND a.attnum > 0 ORDER BY a.attnum),
       ARRAY(SELECT co.collname::pg_catalog.text FROM pg_catalog.pg_attribute a
             JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
             LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation AND a.attcollation <> t.typcollation
             WHERE a.attrelid = c.oid AND a.attnum > 0 ORDER BY a.attnum)
FROM pg_catalog.pg_class c
WHERE c.relnamespace = pg_catalog.pg_my_temp_schema() AND c.relkind = 'v'";

/// How many drafts are sent again after one was refused, at first: all that follow a refused one
/// are lost on the server.
const AFTER_REFUSAL: usize = 8;

pub(super) async fn rehearse(
    client: &Client,
    drafts: &[Draft],
) -> Result<Vec<Rehearsed>, EngineError> {
    if drafts.is_empty() {
        return Ok(Vec::new());
    }
    let answered = answer(client, drafts).await;
    if answered.is_err() {
        // The session is left as it was found; what went wrong first counts.
        drop(client.batch_execute("ROLLBACK").await);
    }
    answered
}

async fn answer(client: &Client, drafts: &[Draft]) -> Result<Vec<Rehearsed>, EngineError> {
    let fail = |error: Error| problem::of_statement(&error);
    let (begun, right) = join(
        client.batch_execute(BEGIN),
        client.query_typed_one(RIGHT, &[]),
    )
    .await;
    begun.map_err(fail)?;
    check_right(&right.map_err(fail)?)?;
    let refusals = make(client, drafts).await?;
    let (spelled, rows, ended) = join3(
        client.batch_execute(SPELLING),
        client.query_typed(READ, &[]),
        client.batch_execute("ROLLBACK"),
    )
    .await;
    spelled.map_err(fail)?;
    let rows = rows.map_err(fail)?;
    ended.map_err(fail)?;
    let mut made = BTreeMap::new();
    for row in &rows {
        let (name, accepted) = accepted(row).map_err(fail)?;
        made.insert(name, accepted);
    }
    let told = drafts.iter().zip(refusals).map(|(draft, refusal)| {
        let scratch = &draft.scratch;
        match refusal {
            Some(error) => Rehearsed::Refused(error),
            None => made.remove(scratch).unwrap_or_else(|| {
                let message = format!("the target says nothing of the draft \"{scratch}\"");
                Rehearsed::Refused(EngineError::new(ErrorKind::Other, message))
            }),
        }
    });
    Ok(told.collect())
}

fn check_right(row: &Row) -> Result<(), EngineError> {
    let fail = |error: Error| problem::of_statement(&error);
    if row.try_get(0).map_err(fail)? {
        return Ok(());
    }
    let database: String = row.try_get(1).map_err(fail)?;
    let user: String = row.try_get(2).map_err(fail)?;
    let (on, to) = (quote(&database), quote(&user));
    Err(EngineError::new(
        ErrorKind::Permission,
        format!("user \"{user}\" may make no temporary views in database \"{database}\""),
    )
    .hint(format!(
        "let somebody who may run:  GRANT TEMPORARY ON DATABASE {on} TO {to}"
    )))
}

/// Makes one view after the other; for each draft the error that it was refused with.
async fn make(client: &Client, drafts: &[Draft]) -> Result<Vec<Option<EngineError>>, EngineError> {
    let mut refusals = Vec::with_capacity(drafts.len());
    let mut window = drafts.len();
    while let Some(rest) = drafts.get(refusals.len()..).filter(|rest| !rest.is_empty()) {
        let sent = rest.get(..window).unwrap_or(rest);
        let (made, refusal) = make_until_refused(client, sent).await;
        refusals.resize_with(refusals.len() + made, || None);
        let Some(refusal) = refusal else {
            window = window.saturating_mul(2);
            continue;
        };
        if concerns_all(&refusal) {
            return Err(problem::of_statement(&refusal));
        }
        window = AFTER_REFUSAL;
        let undo = if refusal.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) {
            UNDO_IN_HASTE
        } else {
            UNDO
        };
        let undone = client.batch_execute(undo).await;
        undone.map_err(|error| problem::of_statement(&error))?;
        refusals.push(Some(problem::of_statement(&refusal)));
    }
    Ok(refusals)
}

/// Sends all, and says how many were made and why the next was not.
async fn make_until_refused(client: &Client, drafts: &[Draft]) -> (usize, Option<Error>) {
    let mut sent = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let mut one = Box::pin(make_one(client, statement(draft)));
        // The first poll is what sends it: so they go out in order.
        let first = poll_fn(|context| Poll::Ready(one.as_mut().poll(context))).await;
        sent.push((one, first));
    }
    let mut made = 0;
    for (one, first) in sent {
        let answer = match first {
            Poll::Ready(answer) => answer,
            Poll::Pending => one.await,
        };
        match answer {
            Ok(()) => made += 1,
            Err(refusal) => return (made, Some(refusal)),
        }
    }
    (made, None)
}

async fn make_one(client: &Client, sql: String) -> Result<(), Error> {
    let (made, kept) = join(client.query_typed(&sql, &[]), client.batch_execute(KEEP)).await;
    made?;
    kept
}

fn statement(draft: &Draft) -> String {
    let scratch = quote(&draft.scratch);
    let columns: Vec<String> = draft.columns.iter().map(|one| quote(one)).collect();
    let head = if columns.is_empty() {
        String::new()
    } else {
        format!(" ({})", columns.join(", "))
    };
    let query = &draft.query;
    format!("CREATE TEMPORARY VIEW {SCRATCH_SCHEMA}.{scratch}{head} AS\n{query}")
}

/// Whether it says nothing about the draft: the session is gone, the transaction cannot write, the
/// server is short of something, somebody cancelled.
fn concerns_all(error: &Error) -> bool {
    error.code().is_none_or(|code| {
        let class = code.code().get(..2).unwrap_or_default();
        matches!(class, "08" | "25" | "53" | "57" | "58")
    })
}

fn accepted(row: &Row) -> Result<(String, Rehearsed), Error> {
    let names: Vec<String> = row.try_get(2)?;
    let types: Vec<String> = row.try_get(3)?;
    let schemas: Vec<Option<String>> = row.try_get(4)?;
    let collations: Vec<Option<String>> = row.try_get(5)?;
    let collations = schemas.into_iter().zip(collations).map(|(schema, name)| {
        let (schema, name) = schema.zip(name)?;
        Some(ObjectName::new(&schema, &name))
    });
    let types = types.iter().zip(collations);
    let types = types.map(|(type_name, collation)| spelled(type_name, collation.as_ref()));
    let accepted = Rehearsed::Accepted {
        definition: row.try_get(1)?,
        columns: names.into_iter().zip(types).collect(),
    };
    Ok((row.try_get(0)?, accepted))
}
