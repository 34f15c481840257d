//! Which engine has which option of a CREATE, by the kind of object, and what to write instead.

use dormer_sql::Dialect::{self, Materialize, Postgres, Redshift, RisingWave};
use dormer_sql::statement::OptionKind;

use crate::model::kind::ObjectKind;

/// What is said about an option that the engine does not have.
pub(super) struct Refusal {
    /// The option as SQL writes it.
    pub(super) words: &'static str,
    pub(super) help: &'static str,
}

/// Tells why the engine refuses the option on this kind of object; none where it has it, or where
/// nobody knows.
pub(super) fn refusal(option: OptionKind, on: ObjectKind, dialect: Dialect) -> Option<Refusal> {
    let engines = match on {
        ObjectKind::MaterializedView => on_materialized_view(option),
        ObjectKind::View => on_view(option),
        ObjectKind::Table | ObjectKind::TableAs => on_table(option),
        ObjectKind::Source | ObjectKind::Sink | ObjectKind::Subscription | ObjectKind::Function => {
            return None;
        }
    }?;
    (!engines.contains(&dialect)).then(|| Refusal {
        words: words(option),
        help: help(option, on, dialect),
    })
}

type Engines = Option<&'static [Dialect]>;

const NONE: Engines = Some(&[]);
const POSTGRES: Engines = Some(&[Postgres]);
const REDSHIFT: Engines = Some(&[Redshift]);
const RISINGWAVE: Engines = Some(&[RisingWave]);
const MATERIALIZE: Engines = Some(&[Materialize]);
/// Nobody knows, or every engine has it.
const ANY: Engines = None;

const fn on_materialized_view(option: OptionKind) -> Engines {
    match option {
        OptionKind::IfNotExists | OptionKind::With => Some(&[Postgres, RisingWave, Materialize]),
        OptionKind::Using => Some(&[Postgres, Redshift]),
        OptionKind::Tablespace | OptionKind::WithData | OptionKind::WithNoData => POSTGRES,
        OptionKind::Backup
        | OptionKind::DistStyle
        | OptionKind::DistKey
        | OptionKind::SortKey
        | OptionKind::AutoRefresh
        | OptionKind::PartitionBy => REDSHIFT,
        OptionKind::EmitOnWindowClose | OptionKind::EmitImmediately => RISINGWAVE,
        OptionKind::InCluster | OptionKind::Replacement | OptionKind::OrReplace => MATERIALIZE,
        OptionKind::Temporary
        | OptionKind::Unlogged
        | OptionKind::Recursive
        | OptionKind::CheckOption
        | OptionKind::NoSchemaBinding
        | OptionKind::Encode
        | OptionKind::Inherits
        | OptionKind::OnCommit
        | OptionKind::Format
        | OptionKind::Include
        | OptionKind::OnConflict
        | OptionKind::AppendOnly => NONE,
        _ => ANY,
    }
}

const fn on_view(option: OptionKind) -> Engines {
    match option {
        OptionKind::OrReplace => Some(&[Postgres, Redshift, Materialize]),
        OptionKind::IfNotExists => Some(&[RisingWave, Materialize]),
        OptionKind::Temporary => Some(&[Postgres, Materialize]),
        OptionKind::With => Some(&[Postgres, RisingWave]),
        OptionKind::Recursive | OptionKind::CheckOption => POSTGRES,
        OptionKind::NoSchemaBinding => REDSHIFT,
        OptionKind::EmitOnWindowClose | OptionKind::EmitImmediately => RISINGWAVE,
        OptionKind::Unlogged
        | OptionKind::Replacement
        | OptionKind::Using
        | OptionKind::Tablespace
        | OptionKind::WithData
        | OptionKind::WithNoData
        | OptionKind::Backup
        | OptionKind::DistStyle
        | OptionKind::DistKey
        | OptionKind::SortKey
        | OptionKind::AutoRefresh
        | OptionKind::Encode
        | OptionKind::InCluster
        | OptionKind::PartitionBy
        | OptionKind::Inherits
        | OptionKind::OnCommit
        | OptionKind::Format
        | OptionKind::Include
        | OptionKind::OnConflict
        | OptionKind::AppendOnly => NONE,
        _ => ANY,
    }
}

const fn on_table(option: OptionKind) -> Engines {
    match option {
        OptionKind::Temporary => Some(&[Postgres, Redshift, Materialize]),
        OptionKind::With => Some(&[Postgres, RisingWave, Materialize]),
        OptionKind::Using | OptionKind::PartitionBy => Some(&[Postgres, Redshift]),
        OptionKind::Unlogged
        | OptionKind::Tablespace
        | OptionKind::WithData
        | OptionKind::WithNoData
        | OptionKind::Inherits
        | OptionKind::OnCommit => POSTGRES,
        OptionKind::Backup
        | OptionKind::DistStyle
        | OptionKind::DistKey
        | OptionKind::SortKey
        | OptionKind::Encode => REDSHIFT,
        OptionKind::Format | OptionKind::Include => Some(&[RisingWave, Materialize]),
        OptionKind::OnConflict
        | OptionKind::AppendOnly
        | OptionKind::EmitOnWindowClose
        | OptionKind::EmitImmediately => RISINGWAVE,
        OptionKind::OrReplace
        | OptionKind::Recursive
        | OptionKind::Replacement
        | OptionKind::CheckOption
        | OptionKind::NoSchemaBinding
        | OptionKind::AutoRefresh
        | OptionKind::InCluster => NONE,
        _ => ANY,
    }
}

const fn words(option: OptionKind) -> &'static str {
    match option {
        OptionKind::OrReplace => "OR REPLACE",
        OptionKind::IfNotExists => "IF NOT EXISTS",
        OptionKind::Temporary => "TEMPORARY",
        OptionKind::Unlogged => "UNLOGGED",
        OptionKind::Recursive => "RECURSIVE",
        OptionKind::Replacement => "CREATE REPLACEMENT",
        OptionKind::With => "WITH (..)",
        OptionKind::Using => "USING",
        OptionKind::Tablespace => "TABLESPACE",
        OptionKind::WithData => "WITH DATA",
        OptionKind::WithNoData => "WITH NO DATA",
        OptionKind::CheckOption => "WITH CHECK OPTION",
        OptionKind::NoSchemaBinding => "WITH NO SCHEMA BINDING",
        OptionKind::Backup => "BACKUP",
        OptionKind::DistStyle => "DISTSTYLE",
        OptionKind::DistKey => "DISTKEY",
        OptionKind::SortKey => "SORTKEY",
        OptionKind::AutoRefresh => "AUTO REFRESH",
        OptionKind::Encode => "ENCODE",
        OptionKind::EmitOnWindowClose => "EMIT ON WINDOW CLOSE",
        OptionKind::EmitImmediately => "EMIT IMMEDIATELY",
        OptionKind::InCluster => "IN CLUSTER",
        OptionKind::PartitionBy => "PARTITION BY",
        OptionKind::Inherits => "INHERITS",
        OptionKind::OnCommit => "ON COMMIT",
        OptionKind::Format => "FORMAT",
        OptionKind::Include => "INCLUDE",
        OptionKind::OnConflict => "ON CONFLICT",
        OptionKind::AppendOnly => "APPEND ONLY",
        _ => "this option",
    }
}

/// What to write instead.
const fn help(option: OptionKind, on: ObjectKind, dialect: Dialect) -> &'static str {
    match (option, on, dialect) {
        (OptionKind::OrReplace, _, _) => {
            "write CREATE without OR REPLACE: the plan replaces what has changed"
        }
        (OptionKind::IfNotExists, _, _) => {
            "write CREATE without IF NOT EXISTS: the plan creates what is missing only"
        }
        (OptionKind::WithData | OptionKind::WithNoData, _, _) => {
            "leave it out: Dormer decides when the rows are built"
        }
        (OptionKind::DistStyle | OptionKind::DistKey | OptionKind::SortKey, _, Postgres) => {
            "leave it out, and write CREATE INDEX for the columns that are searched by"
        }
        (OptionKind::AutoRefresh, ObjectKind::MaterializedView, Postgres) => {
            "leave it out, and write -- dormer: refresh = { every = \"15m\" } before the CREATE"
        }
        (OptionKind::AutoRefresh, ObjectKind::MaterializedView, RisingWave | Materialize) => {
            "leave it out: rows are kept fresh here without a refresh"
        }
        (OptionKind::Temporary, _, _) => {
            "leave it out: an object that ends with its session cannot be managed"
        }
        (OptionKind::Recursive, _, _) => "write WITH RECURSIVE inside the query",
        (OptionKind::NoSchemaBinding, ObjectKind::MaterializedView, _) => {
            "leave it out: a materialized view is always bound to what it reads"
        }
        (OptionKind::With, ObjectKind::MaterializedView, Redshift) => {
            "leave it out: DISTSTYLE, DISTKEY, SORTKEY and AUTO REFRESH stand before AS"
        }
        _ => "leave it out",
    }
}
