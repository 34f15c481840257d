//! What the journal knows of refreshes, and who changes the target now.
//!
//! **The epoch of the counters** is made of when those of the database and of the server began anew: a
//! crash of the server throws all of them away, and shows in the second. Where nobody counts, on a standby or
//! without `track_counts`, there is none.

use dormer_core::engine::refresh::{
    Before, Deploying, Done, Failed, Mode, Moment, Refreshed, Refreshes,
};
use dormer_core::engine::step::Millis;
use dormer_core::engine::{EngineError, ErrorKind, Generation, RunId};
use dormer_core::model::name::ObjectName;
use futures_util::future::join;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error, Row};

use super::super::inspect::cells::Cells;
use super::journal::there;
use crate::wire::ask::Parameter;
use crate::wire::problem;

const NOW: &str = "\
SELECT (EXTRACT(epoch FROM pg_catalog.clock_timestamp()) * 1000)::int8, \
CASE WHEN pg_catalog.current_setting('track_counts') = 'on' AND NOT pg_catalog.pg_is_in_recovery() \
THEN pg_catalog.concat_ws('/', \
(SELECT EXTRACT(epoch FROM d.stats_reset)::text FROM pg_catalog.pg_stat_database d \
WHERE d.datname = pg_catalog.current_database()), \
EXTRACT(epoch FROM pg_catalog.pg_stat_get_bgwriter_stat_reset_time())::text) END";
const REFRESHES: &str = include_str!("refreshes.sql");
const DEPLOYING: &str = include_str!("deploying.sql");

/// Reads the latest refreshes of all generations.
pub(super) async fn refreshes(client: &Client) -> Result<Option<Refreshes>, EngineError> {
    let (now, rows) = join(
        client.query_typed(NOW, &[]),
        client.query_typed(REFRESHES, &[]),
    )
    .await;
    let fail = |error: Error| problem::of_statement(&error);
    let now = now.map_err(fail)?;
    let Some(rows) = there(rows)? else {
        return Ok(None);
    };
    let mut refreshes = Refreshes::default();
    if let Some(row) = now.first() {
        refreshes.now = Moment(row.try_get(0).map_err(fail)?);
        refreshes.epoch = row.try_get(1).map_err(fail)?;
    }
    for row in &rows {
        take(row, &mut refreshes)?;
    }
    Ok(Some(refreshes))
}

/// Since when the counters count.
pub(super) async fn counting(client: &Client) -> Result<Option<String>, EngineError> {
    let fail = |error: Error| problem::of_statement(&error);
    let rows = client.query_typed(NOW, &[]).await.map_err(fail)?;
    let epoch = rows.first().map(|row| row.try_get(1)).transpose();
    epoch.map(Option::flatten).map_err(fail)
}

/// Adds one row. What another Dormer wrote and this one cannot read is as if it was never refreshed.
fn take(row: &Row, refreshes: &mut Refreshes) -> Result<(), EngineError> {
    let fail = |error: Error| problem::of_statement(&error);
    let mut cells = Cells::of(row);
    let (schema, name): (&str, &str) = (cells.next().map_err(fail)?, cells.next().map_err(fail)?);
    let generation: &str = cells.next().map_err(fail)?;
    let run: &str = cells.next().map_err(fail)?;
    let mode: &str = cells.next().map_err(fail)?;
    let (began, ended) = (
        Moment(cells.next().map_err(fail)?),
        Moment(cells.next().map_err(fail)?),
    );
    let ms = Millis(cells.count().map_err(fail)?.unwrap_or(0));
    let (rows, bytes) = (cells.count().map_err(fail)?, cells.count().map_err(fail)?);
    let storage = cells.next().map_err(fail)?;
    let pulses: Option<&str> = cells.next().map_err(fail)?;
    let parents: Option<&str> = cells.next().map_err(fail)?;
    let error: Option<String> = cells.next().map_err(fail)?;
    let known = Generation::parse(generation)
        .zip(RunId::parse(run))
        .zip(Mode::parse(mode));
    let Some(((generation, run), mode)) = known else {
        let message = format!("the journal holds a refresh that is none: \"{run}\", \"{mode}\"");
        return Err(EngineError::new(ErrorKind::Other, message)
            .hint("let Dormer look at its journal:  dormer doctor"));
    };
    let key = (ObjectName::new(schema, name), generation);
    let refreshed: &mut Refreshed = refreshes.objects.entry(key).or_default();
    match error {
        Some(error) => {
            refreshed.failed = Some(Failed {
                run,
                began,
                ended,
                error,
            });
        }
        None => {
            refreshed.done = Some(Done {
                run,
                mode,
                began,
                ended,
                ms,
                rows,
                bytes,
                storage,
                before: pulses.and_then(|json| serde_json::from_str::<Before>(json).ok()),
                parents: parents
                    .and_then(|json| serde_json::from_str(json).ok())
                    .unwrap_or_default(),
            });
        }
    }
    Ok(())
}

/// Who changes the target now.
pub(super) async fn deploying(
    client: &Client,
    known: Option<&RunId>,
) -> Result<Option<Deploying>, EngineError> {
    let known = known.map_or("", RunId::as_str);
    let parameters: [Parameter<'_>; 1] = [(&known, Type::TEXT)];
    let rows = there(client.query_typed(DEPLOYING, &parameters).await)?;
    let rows = rows.unwrap_or_default();
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let fail = |error: Error| problem::of_statement(&error);
    let run: &str = row.try_get(0).map_err(fail)?;
    let plan = row.try_get(1).map_err(fail)?;
    Ok(RunId::parse(run).map(|run| Deploying { run, plan }))
}
