//! One observed relation with all that belongs to it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::grant::{Grant, Grants, Holder};
use super::index::Index;
use crate::model::name::ObjectName;

/// How the marker of Dormer begins; the comment of somebody else is never taken for it.
pub const MARKER_PREFIX: &str = "dormer:";

/// Anything with rows, and sequences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    pub kind: RelationKind,
    pub persistence: Persistence,
    pub owner: String,
    pub ownership: Ownership,
    /// In their order; a sequence has none.
    pub columns: Vec<Column>,
    pub sight: Sight,
    /// The query of a view or materialized view, as the engine deparses it, with every name
    /// qualified; none for other kinds and behind a lock.
    pub definition: Option<String>,
    pub comment: Option<String>,
    /// What Dormer wrote beside the definition, apart from the comment.
    pub marker: Option<String>,
    /// What the target calls this very definition: the same through renames of the relation and of
    /// what it reads, another one after somebody defined it anew. None where the engine has none.
    pub version: Option<String>,
    /// Options as WITH takes them, `security_barrier` and `check_option` included.
    pub options: BTreeMap<String, String>,
    pub grants: Grants,
    pub indexes: BTreeMap<String, Index>,
    pub triggers: BTreeMap<String, Attachment>,
    /// Rules that are not the query of a view.
    pub rules: BTreeMap<String, Attachment>,
    pub policies: BTreeMap<String, Policy>,
    pub row_security: RowSecurity,
    /// Extended statistics, by qualified name: their CREATE STATISTICS.
    pub statistics: BTreeMap<ObjectName, String>,
    pub publications: BTreeSet<String>,
    /// What it inherits from or is a partition of, in order.
    pub parents: Vec<ObjectName>,
    /// The rows that a partition takes: `FOR VALUES FROM ..`.
    pub partition_bound: Option<String>,
    /// The column that a sequence belongs to.
    pub owned_by: Option<OwningColumn>,
    pub extension: Option<String>,
    /// None for the database's own.
    pub tablespace: Option<String>,
    pub access_method: Option<String>,
    /// False for a materialized view that was never refreshed.
    pub populated: bool,
    /// With indexes and all that belongs to it; none while it is locked.
    pub bytes: Option<u64>,
    /// As last counted by the engine; none when it never counted.
    pub estimated_rows: Option<u64>,
}

/// What a relation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RelationKind {
    Table,
    /// A table that only has partitions; it may itself be a partition.
    PartitionedTable,
    Partition,
    ForeignTable,
    View,
    MaterializedView,
    Sequence,
}

impl RelationKind {
    pub const ALL: [Self; 7] = [
        Self::Table,
        Self::PartitionedTable,
        Self::Partition,
        Self::ForeignTable,
        Self::View,
        Self::MaterializedView,
        Self::Sequence,
    ];

    /// The name in JSON and in `catalog.lock`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::PartitionedTable => "partitioned-table",
            Self::Partition => "partition",
            Self::ForeignTable => "foreign-table",
            Self::View => "view",
            Self::MaterializedView => "materialized-view",
            Self::Sequence => "sequence",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// How long a relation lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Persistence {
    Permanent,
    Unlogged,
    /// It belongs to one session, somebody else's as a rule.
    Temporary,
}

/// Whether the role that looked may do what only an owner may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ownership {
    /// It is the owner, a member of the owner's role, or a superuser.
    Held,
    Foreign,
}

/// Whether all texts of a relation could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    Whole,
    /// Its definition, a rule or a policy stands behind somebody's exclusive lock.
    Locked,
    /// All but its bytes, the definition, whose version was known to whoever asked, and which columns of others
    /// that reads.
    Known,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    /// As the engine spells it: `numeric(12,2)`.
    pub type_name: String,
    pub not_null: bool,
    pub value: ColumnValue,
    /// Only where it is not the type's own.
    pub collation: Option<ObjectName>,
    pub comment: Option<String>,
    /// Only where somebody set it.
    pub statistics_target: Option<i32>,
    /// `n_distinct` and the like.
    pub options: BTreeMap<String, String>,
    /// Only where it is not the type's own: `external`.
    pub storage: Option<String>,
    /// Privileges on this column alone.
    pub grants: BTreeSet<Grant>,
}

impl Column {
    /// The type with the collation.
    #[must_use]
    pub fn spelled(&self) -> String {
        spelled(&self.type_name, self.collation.as_ref())
    }
}

/// A type with the collation, where that is not the type's own.
#[must_use]
pub fn spelled(type_name: &str, collation: Option<&ObjectName>) -> String {
    match collation {
        Some(collation) => format!("{type_name} COLLATE {collation}"),
        None => type_name.to_owned(),
    }
}

/// Where the value of a column comes from when nobody gives one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnValue {
    None,
    Default(String),
    /// Computed and kept.
    GeneratedStored(String),
    /// Computed on reading.
    GeneratedVirtual(String),
    IdentityAlways,
    IdentityByDefault,
}

/// A column of a table, which a sequence belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwningColumn {
    pub table: ObjectName,
    pub column: String,
}

/// A trigger or rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The whole CREATE statement.
    pub definition: String,
    pub fires: Fires,
    pub comment: Option<String>,
}

/// When a trigger or rule fires, by `session_replication_role`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fires {
    Usually,
    Never,
    OnReplica,
    Always,
}

/// A policy of row level security.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    pub permissive: bool,
    /// `ALL`, `SELECT`, `INSERT`, `UPDATE` or `DELETE`.
    pub command: String,
    pub holders: BTreeSet<Holder>,
    pub using: Option<String>,
    pub check: Option<String>,
    pub comment: Option<String>,
}

/// Whether policies count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowSecurity {
    Off,
    /// For all but the owner.
    On,
    /// For the owner too.
    Forced,
}
