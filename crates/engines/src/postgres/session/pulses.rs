//! The pulses of relations, in one query.
//!
//! - Storage is the number of the file that the rows are in; of a relation in several parts, a hash
//!   of the parts and their files, so that attaching and detaching shows.
//! - Written is the sum of rows inserted, updated and deleted, as the server counted them until now:
//!   **it comes seconds late, and before 15 not before the writer's session ends.**

use std::collections::{BTreeMap, BTreeSet};

use dormer_core::engine::EngineError;
use dormer_core::engine::session::Pulse;
use dormer_core::model::name::ObjectName;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error, Row};

use crate::wire::problem;

const PULSES: &str = include_str!("pulses.sql");

pub(super) async fn pulses(
    client: &Client,
    names: &BTreeSet<ObjectName>,
) -> Result<BTreeMap<ObjectName, Pulse>, EngineError> {
    let schemas: Vec<&str> = names.iter().map(|name| name.schema.as_str()).collect();
    let relations: Vec<&str> = names.iter().map(|name| name.name.as_str()).collect();
    let parameters: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 2] =
        [(&schemas, Type::TEXT_ARRAY), (&relations, Type::TEXT_ARRAY)];
    let rows = client.query_typed(PULSES, &parameters).await;
    let pulses = rows.and_then(|rows| rows.iter().map(pulse).collect());
    pulses.map_err(|error| problem::of_statement(&error))
}

fn pulse(row: &Row) -> Result<(ObjectName, Pulse), Error> {
    let name = ObjectName::new(row.try_get(0)?, row.try_get(1)?);
    let written: Option<i64> = row.try_get(3)?;
    let pulse = Pulse {
        storage: row.try_get(2)?,
        written: written.and_then(|written| u64::try_from(written).ok()),
    };
    Ok((name, pulse))
}
