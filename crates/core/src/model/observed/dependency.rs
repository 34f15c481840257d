//! Who reads what in a target, bound by identity: the engine itself says so, no text is read.

use std::collections::BTreeSet;
use std::fmt;

use crate::model::name::ObjectName;

/// The columns that are read; empty for the relation as a whole, as `count(*)` reads it.
pub type Columns = BTreeSet<String>;

/// Something that is bound to what it reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reader {
    /// A view or materialized view, by its query.
    Relation(ObjectName),
    /// A function, by its body or by the types of its arguments and result.
    Function(FunctionName),
    /// A rule that is not the query of a view.
    Rule { on: ObjectName, name: String },
    /// A policy of row level security.
    Policy { on: ObjectName, name: String },
    /// The default of a column, on a sequence.
    Default { of: ObjectName, column: String },
    /// A column that has the row type of another relation.
    Column { of: ObjectName, column: String },
}

impl Reader {
    /// The relation that the reader is or belongs to.
    #[must_use]
    pub fn relation(&self) -> Option<&ObjectName> {
        match self {
            Self::Relation(name)
            | Self::Rule { on: name, .. }
            | Self::Policy { on: name, .. }
            | Self::Default { of: name, .. }
            | Self::Column { of: name, .. } => Some(name),
            Self::Function(_) => None,
        }
    }
}

/// What is read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Read {
    Relation(ObjectName),
    /// The type that a relation's rows have.
    RowType(ObjectName),
    Function(FunctionName),
}

impl Read {
    /// The relation that is read, or whose row type is used.
    #[must_use]
    pub fn relation(&self) -> Option<&ObjectName> {
        match self {
            Self::Relation(name) | Self::RowType(name) => Some(name),
            Self::Function(_) => None,
        }
    }
}

/// The identity of a function: names can be shared, with other arguments.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FunctionName {
    pub name: ObjectName,
    /// The arguments that tell it from its namesakes, as the engine spells them.
    pub arguments: String,
}

impl fmt::Display for FunctionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.name, self.arguments)
    }
}

impl fmt::Display for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Relation(name) => write!(f, "{name}"),
            Self::Function(name) => write!(f, "function {name}"),
            Self::Rule { on, name } => write!(f, "rule {name} on {on}"),
            Self::Policy { on, name } => write!(f, "policy {name} on {on}"),
            Self::Default { of, column } => write!(f, "default of {of}.{column}"),
            Self::Column { of, column } => write!(f, "column {of}.{column}"),
        }
    }
}

impl fmt::Display for Read {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Relation(name) => write!(f, "{name}"),
            Self::RowType(name) => write!(f, "row type of {name}"),
            Self::Function(name) => write!(f, "function {name}"),
        }
    }
}
