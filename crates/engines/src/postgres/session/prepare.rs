//! Makes the journal where there is none.
//!
//! - **Nothing is written where it is there,** and nothing by whoever only reads.
//! - Two that start at once: the second waits for the first, and finds it made.
//! - It needs the right to create a schema, or an empty schema of its own; who lacks both is told the
//!   statement for somebody who has it.

use dormer_core::engine::{EngineError, ErrorKind};
use dormer_sql::ident::quote;
use tokio_postgres::{Client, Row};

use super::lease::LOCKS;
use super::message::roll_back;
use crate::wire::connect::Wire;
use crate::wire::problem;

/// The format of the journal that this Dormer writes and reads.
pub(super) const FORMAT: i32 = 1;

pub(super) const TABLES: &str = include_str!("prepare.sql");
const STANDING: &str = include_str!("standing.sql");
const COMMENT: &str = "\
COMMENT ON SCHEMA dormer IS 'Journal of Dormer: what it made here, when, and what it keeps for rollback'";

/// What there is of the journal, and what the role may do about it.
pub(super) struct Standing {
    schema: bool,
    journal: bool,
    may_create_schema: bool,
    may_create_tables: bool,
    may_write: bool,
    owned: bool,
    owner: Option<String>,
    user: String,
    database: String,
}

impl Standing {
    pub(super) async fn of(client: &Client) -> Result<Self, EngineError> {
        let fail = |error: tokio_postgres::Error| problem::of_statement(&error);
        let rows = client.query_typed(STANDING, &[]).await.map_err(fail)?;
        let row = rows
            .first()
            .ok_or_else(|| EngineError::new(ErrorKind::Other, "no answer about the journal"))?;
        Self::read(row).map_err(fail)
    }

    fn read(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            schema: row.try_get(0)?,
            journal: row.try_get(1)?,
            may_create_schema: row.try_get(2)?,
            may_create_tables: row.try_get(3)?,
            may_write: row.try_get(4)?,
            owned: row.try_get(5)?,
            owner: row.try_get(6)?,
            user: row.try_get(7)?,
            database: row.try_get(8)?,
        })
    }

    /// Why the journal cannot be made or written; none where it can.
    pub(super) fn refusal(&self) -> Option<EngineError> {
        let user = quote(&self.user);
        let owner = self.owner.as_deref().unwrap_or_default();
        let (message, hint) = if self.journal {
            if self.may_write {
                return None;
            }
            (
                format!(
                    "the journal is of {owner}, and {} may not write it",
                    self.user
                ),
                format!("GRANT {} TO {user}", quote(owner)),
            )
        } else if self.schema {
            if self.may_create_tables {
                return None;
            }
            (
                format!(
                    "{} may not make the journal in the schema dormer of {owner}",
                    self.user
                ),
                format!("ALTER SCHEMA dormer OWNER TO {user}"),
            )
        } else {
            if self.may_create_schema {
                return None;
            }
            (
                format!(
                    "{} may not make the schema dormer for the journal",
                    self.user
                ),
                format!("CREATE SCHEMA dormer AUTHORIZATION {user}"),
            )
        };
        let detail = format!(
            "somebody with more rights in the database {} can",
            self.database
        );
        let refusal = EngineError::new(ErrorKind::Permission, message);
        Some(refusal.detail(detail).hint(hint))
    }
}

/// Makes the journal where there is none.
pub(super) async fn prepare(wire: &Wire) -> Result<(), EngineError> {
    let standing = Standing::of(&wire.session).await?;
    if let Some(refusal) = standing.refusal() {
        return Err(refusal);
    }
    if !standing.journal {
        let made = make(wire).await;
        if made.is_err() {
            // What went wrong first counts.
            drop(roll_back(wire).await);
        }
        made?;
    }
    let format = wire
        .session
        .query_typed("SELECT format FROM dormer.meta", &[]);
    known(
        &format
            .await
            .map_err(|error| problem::of_statement(&error))?,
    )
}

async fn make(wire: &Wire) -> Result<(), EngineError> {
    let client = &wire.session;
    let fail = |error: tokio_postgres::Error| problem::of_statement(&error);
    let begin = format!(
        "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL search_path = ''; \
         SELECT pg_catalog.pg_advisory_xact_lock({LOCKS}, 0)"
    );
    client.batch_execute(&begin).await.map_err(fail)?;
    // Another may have made it meanwhile.
    let standing = Standing::of(client).await?;
    if standing.journal {
        return client.batch_execute("COMMIT").await.map_err(fail);
    }
    let mut sql = String::new();
    if !standing.schema {
        sql.push_str("CREATE SCHEMA dormer;\n");
    }
    if standing.owned || !standing.schema {
        sql.push_str(COMMENT);
        sql.push_str(";\n");
    }
    sql.push_str(TABLES);
    sql.push_str(";\nCOMMIT");
    client.batch_execute(&sql).await.map_err(fail)
}

/// Refuses a journal that a newer Dormer made.
pub(super) fn known(rows: &[Row]) -> Result<(), EngineError> {
    let row = rows.first();
    let format = row.map(|row| row.try_get::<_, i32>(0)).transpose();
    let format = format.map_err(|error| problem::of_statement(&error))?;
    match format {
        Some(format) if format > FORMAT => {
            let message =
                format!("the journal has format {format}, and this Dormer knows {FORMAT}");
            Err(EngineError::new(ErrorKind::Unsupported, message)
                .detail("a newer Dormer wrote it")
                .hint("use the newer one; see which this is:  dormer --version"))
        }
        Some(_) => Ok(()),
        None => Err(
            EngineError::new(ErrorKind::Other, "the journal does not say its format")
                .hint("let Dormer look at its journal:  dormer doctor"),
        ),
    }
}
