//! What the server says about who asks, what they may do, and how it is set: three small queries.
//!
//! **Nothing here needs a right:** all of it is in views that everybody may read.

use std::collections::{BTreeMap, BTreeSet};

use dormer_core::engine::session::{Health, Remark, SchemaRights, Weight};
use dormer_core::engine::{EngineError, ErrorKind};
use dormer_sql::ident::quote;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error};

use super::prepare::Standing;
use crate::wire::problem;

const HEALTH: &str = include_str!("health.sql");
const SCHEMA_RIGHTS: &str = include_str!("schema_rights.sql");
/// Those that are looked at; a server that does not know one says nothing of it.
const SETTINGS: [&str; 6] = [
    "default_transaction_read_only",
    "idle_session_timeout",
    "lock_timeout",
    "statement_timeout",
    "track_counts",
    "transaction_timeout",
];

/// The tables of the journal, and what numbers its leases.
const PARTS: [&str; 8] = [
    "durations",
    "lease",
    "meta",
    "objects",
    "refreshes",
    "runs",
    "steps",
    "token",
];

pub(super) async fn health(
    client: &Client,
    schemas: &BTreeSet<String>,
) -> Result<Health, EngineError> {
    let fail = |error: Error| problem::of_statement(&error);
    let (names, parts) = (SETTINGS.to_vec(), PARTS.to_vec());
    let parameters: [(&(dyn ToSql + Sync), Type); 2] =
        [(&names, Type::TEXT_ARRAY), (&parts, Type::TEXT_ARRAY)];
    let rows = client
        .query_typed(HEALTH, &parameters)
        .await
        .map_err(fail)?;
    let row = rows
        .first()
        .ok_or_else(|| EngineError::new(ErrorKind::Other, "no answer about the server"))?;
    let names: Vec<String> = row.try_get(5).map_err(fail)?;
    let values: Vec<String> = row.try_get(6).map_err(fail)?;
    let user: String = row.try_get(4).map_err(fail)?;
    let settings: BTreeMap<String, String> = names.into_iter().zip(values).collect();
    let wanted: Vec<&str> = schemas.iter().map(String::as_str).collect();
    let parameters: [(&(dyn ToSql + Sync), Type); 1] = [(&wanted, Type::TEXT_ARRAY)];
    let rows = client.query_typed(SCHEMA_RIGHTS, &parameters).await;
    let mut rights = BTreeMap::new();
    for row in rows.map_err(fail)? {
        let owner: Option<String> = row.try_get(1).map_err(fail)?;
        let there = match owner {
            None => SchemaRights::Missing,
            Some(owner) => SchemaRights::There {
                owner,
                usage: row.try_get(2).map_err(fail)?,
                create: row.try_get(3).map_err(fail)?,
            },
        };
        rights.insert(row.try_get(0).map_err(fail)?, there);
    }
    Ok(Health {
        now_ms: row.try_get(0).map_err(fail)?,
        encrypted: row.try_get(1).map_err(fail)?,
        may_create_schemas: row.try_get(2).map_err(fail)?,
        sees_others: row.try_get(3).map_err(fail)?,
        schemas: rights,
        journal: Standing::of(client).await?.refusal(),
        journal_lacks: row.try_get(7).map_err(fail)?,
        remarks: remarks(&settings, &quote(&user)),
    })
}

/// What there is to say about settings, as new sessions of the role have them.
fn remarks(settings: &BTreeMap<String, String>, role: &str) -> Vec<Remark> {
    let value = |name: &str| settings.get(name).map(String::as_str);
    let mut found = Vec::new();
    let mut say = |weight, what: String, why: &str, statement: Option<String>| {
        found.push(Remark {
            weight,
            what,
            why: why.to_owned(),
            statement,
        });
    };
    if value("track_counts") == Some("off") {
        say(
            Weight::Problem,
            "track_counts is off".to_owned(),
            "nobody counts what is written, so no refresh can be spared and no table is analyzed by itself",
            Some("ALTER SYSTEM SET track_counts = on; SELECT pg_reload_conf()".to_owned()),
        );
    }
    if value("default_transaction_read_only") == Some("on") {
        say(
            Weight::Problem,
            "transactions only read unless they say otherwise".to_owned(),
            "no command can write anything",
            Some(format!(
                "ALTER ROLE {role} SET default_transaction_read_only = off"
            )),
        );
    }
    let ends = [
        (
            "transaction_timeout",
            Weight::Problem,
            "whatever builds longer than this is ended by the server",
        ),
        (
            "idle_session_timeout",
            Weight::Note,
            "a session that waits for the others of its run may be ended, and the run with it",
        ),
        (
            "statement_timeout",
            Weight::Fine,
            "it holds for other sessions of the role: plans set their own limits",
        ),
        (
            "lock_timeout",
            Weight::Fine,
            "it holds for other sessions of the role: plans set their own limits",
        ),
    ];
    for (name, weight, why) in ends {
        if let Some(limit) = value(name).filter(|limit| *limit != "0") {
            let statement =
                (weight != Weight::Fine).then(|| format!("ALTER ROLE {role} SET {name} = 0"));
            say(weight, format!("{name} is {limit} ms"), why, statement);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_hurts_has_a_statement() {
        let settings = [
            ("lock_timeout", "2000"),
            ("statement_timeout", "0"),
            ("track_counts", "off"),
            ("transaction_timeout", "60000"),
        ];
        let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let found = remarks(&settings.into_iter().collect(), "deployer");
        let told: Vec<(Weight, &str, bool)> = found
            .iter()
            .map(|one| (one.weight, one.what.as_str(), one.statement.is_some()))
            .collect();
        assert_eq!(
            told,
            [
                (Weight::Problem, "track_counts is off", true),
                (Weight::Problem, "transaction_timeout is 60000 ms", true),
                (Weight::Fine, "lock_timeout is 2000 ms", false),
            ]
        );
    }
}
