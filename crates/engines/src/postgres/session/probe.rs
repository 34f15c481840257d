//! Reads a relation or a query once, as a plain reader does: no prepared statement that a swap could break.

use dormer_core::engine::session::FirstRows;
use dormer_core::engine::{EngineError, ErrorKind};
use dormer_core::model::name::ObjectName;
use dormer_sql::ident::quote;
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::postgres::lower;
use crate::wire::problem;

pub(super) async fn probe(client: &Client, name: &ObjectName) -> Result<(), EngineError> {
    let (schema, relation) = (quote(&name.schema), quote(&name.name));
    let sql = format!("SELECT * FROM {schema}.{relation} LIMIT 1");
    let read = client.batch_execute(&sql).await;
    read.map_err(|error| problem::of_statement(&error))
}

/// The first rows of a query. **One statement, and a query:** the text is read before it is sent.
pub(super) async fn first_rows(
    client: &Client,
    query: &str,
    limit: u32,
) -> Result<FirstRows, EngineError> {
    let refuse = |why: String| EngineError::new(ErrorKind::Unsupported, why);
    // One more row tells that there are more.
    let sql = lower::first_rows(query, limit.saturating_add(1))
        .map_err(|unsupported| refuse(unsupported.message))?;
    let told = client.simple_query(&sql).await;
    let told = told.map_err(|error| problem::of_statement(&error))?;
    let mut found = FirstRows::default();
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    for message in told {
        match message {
            SimpleQueryMessage::RowDescription(columns) => {
                let names = columns.iter().map(|column| column.name().to_owned());
                found.columns = names.collect();
            }
            SimpleQueryMessage::Row(_) if found.rows.len() == wanted => found.more = true,
            SimpleQueryMessage::Row(row) => {
                let cells = (0..row.len()).map(|at| row.get(at).map(str::to_owned));
                found.rows.push(cells.collect());
            }
            _ => {}
        }
    }
    Ok(found)
}
