//! Sets of objects: what is declared in files and what is observed in a target, told apart by type.

use std::collections::BTreeMap;

use dormer_sql::Name;

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

/// A column of an external: name, and type as the engine spells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalColumn {
    pub name: Name,
    pub type_name: Option<String>,
}

/// An object that we read and do not own, as `catalog.lock` holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct External {
    /// As the lock file spells it: `table`, `view`, `materialized-view`, ..
    pub kind: String,
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
