//! What PostgreSQL can do, as data.
//!
//! From 13 to 18 all versions are alike in what a plan asks for. What a single statement needs a
//! newer server for is said where the statement is made.

use dormer_core::engine::Capabilities;
use dormer_core::engine::capabilities::{
    Binding, Building, DdlTransactions, Dependencies, Exclusion, Filling, MarkerPlace, Redefine,
    Sessions, Support, Swap,
};
use dormer_sql::Dialect;

/// The schema that temporary things of a session stand in, whatever it is really called.
pub(crate) const SCRATCH_SCHEMA: &str = "pg_temp";

pub(crate) fn capabilities() -> Capabilities {
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
        sessions: Sessions::Many,
        statement_timeout: Support::Yes,
        cancel: Support::Yes,
        concurrent_refresh: Support::Yes,
    }
}

/// Privileges that came with a version, as `server_version_num` has it.
pub(super) const NEW_PRIVILEGES: [(&str, u32); 1] = [("MAINTAIN", 170_000)];

/// Options of relations that came with a version.
pub(super) const NEW_OPTIONS: [(&str, u32); 1] = [("security_invoker", 150_000)];
