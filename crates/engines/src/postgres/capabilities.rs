//! What PostgreSQL can do, as data.
//!
//! From 13 to 18 all versions are alike in what a plan asks for, but for how soon counters tell of writes. What a single statement needs a
//! newer server for is said where the statement is made.

use dormer_core::engine::Capabilities;
use dormer_core::engine::capabilities::{
    Binding, Building, Counters, DdlTransactions, Dependencies, Exclusion, Filling, MarkerPlace,
    Redefine, Sessions, Support, Swap,
};
use dormer_sql::Dialect;

/// The schema that temporary things of a session stand in, whatever it is really called.
pub(crate) const SCRATCH_SCHEMA: &str = "pg_temp";

pub(crate) fn capabilities(version: Option<u32>) -> Capabilities {
    let rules = Dialect::Postgres.rules();
    Capabilities {
        name: rules.name,
        ddl: DdlTransactions::Full,
        swap: Swap::Renames,
        binding: Binding::Identity,
        redefine: Redefine::AppendedColumns,
        filling: Filling::Apart,
        building: Building::Blocks,
        marker: MarkerPlace::Rule,
        dependencies: Dependencies::Columns,
        exclusion: Exclusion::SessionLock,
        scratch_schema: Some(SCRATCH_SCHEMA),
        name_bytes: rules.name_bytes,
        privileges: privileges(version),
        sessions: Sessions::Many,
        statement_timeout: Support::Yes,
        cancel: Support::Yes,
        concurrent_refresh: Support::Yes,
        // Before 15 a session tells what it wrote when it ends, or by chance.
        counters: match version {
            Some(..150_000) => Counters::AtSessionEnd,
            Some(_) | None => Counters::Soon,
        },
    }
}

/// What ALL PRIVILEGES on a relation stands for; of the newest version where none is known.
fn privileges(version: Option<u32>) -> Vec<&'static str> {
    let always = [
        "SELECT",
        "INSERT",
        "UPDATE",
        "DELETE",
        "TRUNCATE",
        "REFERENCES",
        "TRIGGER",
    ];
    let new = NEW_PRIVILEGES.iter();
    let new = new.filter(|(_, since)| version.is_none_or(|version| version >= *since));
    always
        .into_iter()
        .chain(new.map(|(privilege, _)| *privilege))
        .collect()
}

/// Privileges that came with a version, as `server_version_num` has it.
pub(super) const NEW_PRIVILEGES: [(&str, u32); 1] = [("MAINTAIN", 170_000)];

/// Options of relations that came with a version.
pub(super) const NEW_OPTIONS: [(&str, u32); 1] = [("security_invoker", 150_000)];
