//! What the engines differ in, as far as checks ask: one row an engine.
//!
//! **No check asks which engine it is.** It asks a fact of this table.

use dormer_sql::statement::Noun;
use dormer_sql::{Dialect, QualifiedName};

use crate::model::kind::ObjectKind;

/// The facts of one engine.
#[derive(Debug)]
pub(super) struct Facts {
    /// The name as people write it.
    pub(super) name: &'static str,
    /// A refresh that does not block readers needs a unique index.
    pub(super) concurrent_refresh: bool,
    /// Refreshing is a command; where it is none, rows follow by themselves.
    pub(super) refresh_command: bool,
    /// A materialized view may read plain views.
    pub(super) view_under_materialized: bool,
    /// The query of a materialized view may sort, and cut by LIMIT.
    pub(super) ordered_materialized: bool,
    /// A materialized view may call functions that users made.
    pub(super) user_functions_in_materialized: bool,
    /// The head of a materialized view may name its columns.
    pub(super) materialized_columns: bool,
    /// A materialized view may have columns that nobody gave a name.
    pub(super) unnamed_columns: bool,
    /// A refresh brings in what changed where the query allows it, and else recomputes everything.
    pub(super) incremental_refresh: bool,
    /// What a COMMENT may call an object of each kind; the first is the best.
    pub(super) comment_nouns: fn(ObjectKind) -> &'static [Noun],
    /// A name that is too long is cut without a word; where it is not, the engine refuses it.
    pub(super) cuts_names: bool,
    /// Strategies that this engine has no way to do.
    pub(super) alias_strategy: bool,
    pub(super) swap_strategy: bool,
    /// The schemas that belong to the engine.
    pub(super) system_schemas: &'static [&'static str],
    /// What the names of the engine's own views start with, in any schema or none.
    pub(super) system_prefixes: &'static [&'static str],
    /// What the names of columns start with that tables have and no list of columns shows.
    pub(super) hidden_columns: &'static [&'static str],
    /// Columns that every table has and no list of columns shows.
    pub(super) system_columns: &'static [&'static str],
    /// Functions whose answer depends on the time, on chance or on a counter.
    pub(super) changing_functions: &'static [&'static str],
    /// What becomes of a materialized view that calls one of them.
    pub(super) changing_effect: &'static str,
}

const POSTGRES: Facts = Facts {
    name: "PostgreSQL",
    concurrent_refresh: true,
    refresh_command: true,
    view_under_materialized: true,
    ordered_materialized: true,
    user_functions_in_materialized: true,
    materialized_columns: true,
    unnamed_columns: true,
    incremental_refresh: false,
    comment_nouns: own_noun,
    cuts_names: true,
    alias_strategy: false,
    swap_strategy: true,
    system_schemas: &["pg_catalog", "information_schema", "pg_toast", "pg_temp"],
    system_prefixes: &["pg_"],
    hidden_columns: &[],
    system_columns: &["ctid", "tableoid", "cmin", "cmax", "xmin", "xmax"],
    changing_functions: &[
        "clock_timestamp",
        "current_date",
        "current_time",
        "current_timestamp",
        "currval",
        "gen_random_uuid",
        "lastval",
        "localtime",
        "localtimestamp",
        "nextval",
        "now",
        "pg_current_xact_id",
        "random",
        "random_normal",
        "setseed",
        "setval",
        "statement_timestamp",
        "timeofday",
        "transaction_timestamp",
        "txid_current",
        "uuid_generate_v1",
        "uuid_generate_v1mc",
        "uuid_generate_v4",
        "uuidv4",
        "uuidv7",
    ],
    changing_effect: "its rows differ from refresh to refresh though no data changed, and an \
                      unchanged input is no reason to skip a refresh",
};

const REDSHIFT: Facts = Facts {
    name: "Redshift",
    concurrent_refresh: false,
    view_under_materialized: false,
    ordered_materialized: false,
    user_functions_in_materialized: false,
    materialized_columns: false,
    incremental_refresh: true,
    comment_nouns: |kind| match kind {
        // That a materialized view is no table here is said nowhere.
        ObjectKind::MaterializedView => &[Noun::View, Noun::Table],
        ObjectKind::Table | ObjectKind::TableAs | ObjectKind::View => own_noun(kind),
        ObjectKind::Source | ObjectKind::Sink | ObjectKind::Subscription | ObjectKind::Function => {
            &[]
        }
    },
    alias_strategy: true,
    swap_strategy: false,
    system_schemas: &[
        "pg_catalog",
        "information_schema",
        "pg_internal",
        "catalog_history",
    ],
    system_prefixes: &[
        "pg_", "svv_", "stv_", "sys_", "stl_", "svl_", "svcs_", "stcs_",
    ],
    hidden_columns: &["$path", "$size", "$spectrum_oid"],
    changing_functions: &[
        "current_date",
        "current_time",
        "current_timestamp",
        "getdate",
        "localtime",
        "localtimestamp",
        "now",
        "random",
        "setseed",
        "sysdate",
        "timeofday",
    ],
    changing_effect: "it counts as stale for good, and every refresh recomputes all of it",
    ..POSTGRES
};

const RISINGWAVE: Facts = Facts {
    name: "RisingWave",
    concurrent_refresh: false,
    refresh_command: false,
    unnamed_columns: false,
    comment_nouns: |kind| match kind {
        ObjectKind::Table
        | ObjectKind::TableAs
        | ObjectKind::MaterializedView
        | ObjectKind::Source => &[Noun::Table],
        ObjectKind::View | ObjectKind::Sink | ObjectKind::Subscription | ObjectKind::Function => {
            &[]
        }
    },
    system_schemas: &["pg_catalog", "information_schema", "rw_catalog"],
    system_prefixes: &["pg_", "rw_"],
    hidden_columns: &["_row_id", "_rw_"],
    // Time moves by itself here: now() in a filter and proctime() are part of the stream.
    changing_functions: &[
        "clock_timestamp",
        "gen_random_uuid",
        "nextval",
        "random",
        "setseed",
        "timeofday",
    ],
    changing_effect: "a row that comes again after a recovery or a new generation has another value",
    ..POSTGRES
};

const MATERIALIZE: Facts = Facts {
    name: "Materialize",
    cuts_names: false,
    concurrent_refresh: false,
    refresh_command: false,
    system_schemas: &[
        "pg_catalog",
        "information_schema",
        "mz_catalog",
        "mz_internal",
        "mz_introspection",
        "mz_unsafe",
    ],
    system_prefixes: &["pg_", "mz_"],
    changing_functions: &["current_date", "current_timestamp", "now"],
    changing_effect: "the engine refuses it: mz_now() is the time that it can follow",
    ..POSTGRES
};

/// The word of CREATE.
fn own_noun(kind: ObjectKind) -> &'static [Noun] {
    match kind {
        ObjectKind::Table | ObjectKind::TableAs => &[Noun::Table],
        ObjectKind::View => &[Noun::View],
        ObjectKind::MaterializedView => &[Noun::MaterializedView],
        ObjectKind::Source => &[Noun::Source],
        ObjectKind::Sink => &[Noun::Sink],
        ObjectKind::Subscription => &[Noun::Subscription],
        ObjectKind::Function => &[Noun::Function],
    }
}

/// The facts of the engine that speaks this dialect.
pub(super) const fn of(dialect: Dialect) -> &'static Facts {
    match dialect {
        Dialect::Postgres => &POSTGRES,
        Dialect::Redshift => &REDSHIFT,
        Dialect::RisingWave => &RISINGWAVE,
        Dialect::Materialize => &MATERIALIZE,
    }
}

impl Facts {
    /// Tells whether a name belongs to the engine itself: by its schema, or, where no schema is
    /// written, by how it starts.
    pub(super) fn is_system_name(&self, schema: Option<&str>, name: &str) -> bool {
        match schema {
            Some(schema) => self.system_schemas.contains(&schema),
            None => {
                let starts = |prefix: &&str| name.starts_with(prefix);
                self.system_prefixes.iter().any(starts)
            }
        }
    }

    /// Tells whether a column is one that tables have without saying so.
    pub(super) fn is_hidden_column(&self, name: &str) -> bool {
        let mut starts = self.hidden_columns.iter();
        starts.any(|prefix| name.starts_with(prefix))
    }

    /// Tells whether a call is of one of the engine's changing functions, and not of a function
    /// of that name that somebody made in another schema.
    pub(super) fn is_changing_call(&self, name: &QualifiedName) -> bool {
        self.changing_functions.contains(&name.last())
            && name
                .schema()
                .is_none_or(|schema| self.system_schemas.contains(&schema))
    }
}
