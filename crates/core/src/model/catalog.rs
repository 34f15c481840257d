//! Sets of objects: what is declared in files and what is observed in a target, told apart by type.

use std::collections::BTreeMap;

use dormer_sql::Name;
use serde::Serialize;

use super::name::ObjectName;
use super::object::Object;
use crate::diagnostic::Location;

/// The declared side of one target: what the files say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Declared {
    pub objects: BTreeMap<ObjectName, Object>,
    /// Objects that a file says must not exist: a DROP without a CREATE.
    pub absent: BTreeMap<ObjectName, Location>,
    /// Schemas that a file declares.
    pub schemas: BTreeMap<String, Location>,
}

/// What an external is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExternalKind {
    Table,
    View,
    MaterializedView,
    /// A table whose rows lie elsewhere: in files, or in another server.
    ForeignTable,
    Sequence,
    Source,
}

impl ExternalKind {
    pub const ALL: [Self; 6] = [
        Self::Table,
        Self::View,
        Self::MaterializedView,
        Self::ForeignTable,
        Self::Sequence,
        Self::Source,
    ];

    /// The name in `catalog.lock` and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::View => "view",
            Self::MaterializedView => "materialized-view",
            Self::ForeignTable => "foreign-table",
            Self::Sequence => "sequence",
            Self::Source => "source",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The words that a sentence uses.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::View => "view",
            Self::MaterializedView => "materialized view",
            Self::ForeignTable => "foreign table",
            Self::Sequence => "sequence",
            Self::Source => "source",
        }
    }
}

/// A column of an external: name, and type as the engine spells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalColumn {
    pub name: Name,
    pub type_name: Option<String>,
}

/// An object that we read and do not own, as `catalog.lock` holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct External {
    pub kind: ExternalKind,
    pub columns: Vec<ExternalColumn>,
}

/// The externals of one target.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Externals {
    pub relations: BTreeMap<ObjectName, External>,
    /// Whether there is a `catalog.lock` section for the target at all: without one, an unknown
    /// name may simply be an external that nobody has written down.
    pub recorded: bool,
}
