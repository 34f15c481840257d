//! Reads a relation once, as a plain reader does: no prepared statement that a swap could break.

use dormer_core::engine::EngineError;
use dormer_core::model::name::ObjectName;
use dormer_sql::ident::quote;
use tokio_postgres::Client;

use crate::wire::problem;

pub(super) async fn probe(client: &Client, name: &ObjectName) -> Result<(), EngineError> {
    let (schema, relation) = (quote(&name.schema), quote(&name.name));
    let sql = format!("SELECT * FROM {schema}.{relation} LIMIT 1");
    let read = client.batch_execute(&sql).await;
    read.map_err(|error| problem::of_statement(&error))
}
