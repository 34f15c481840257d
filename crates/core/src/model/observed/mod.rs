//! The observed side of one target: what its catalog holds, as data.
//!
//! - It holds every relation of the schemas that were asked for, and of the others those that stand
//!   on them or that they stand on, through any number of views.
//! - Names are the target's own: folded, unquoted. Texts are as the engine spells them.
//! - **What could not be seen is said in [`Observed::unseen`],** never left out in silence.
//! - **`Observed` and [`Declared`](super::catalog::Declared) are different types,** so that swapped
//!   arguments do not compile.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::name::ObjectName;

pub mod dependency;
pub mod fingerprint;
pub mod grant;
pub mod index;
pub mod relation;

use dependency::{Columns, FunctionName, Read, Reader};
use grant::{Grant, Grants};
use relation::{Ownership, Relation};

/// What the catalog of a target holds, as one consistent picture.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Observed {
    pub relations: BTreeMap<ObjectName, Relation>,
    /// Functions that are bound to one of the relations, or that one of them calls.
    pub functions: BTreeMap<FunctionName, Function>,
    /// Who reads what by identity, and which columns of it, but for readers whose definition was known.
    pub dependencies: BTreeMap<Reader, BTreeMap<Read, Columns>>,
    /// Schemas of the scope that exist.
    pub schemas: BTreeMap<String, Schema>,
    /// What a new object gets by ALTER DEFAULT PRIVILEGES.
    pub default_privileges: BTreeMap<Defaults, BTreeSet<Grant>>,
    pub unseen: BTreeSet<Unseen>,
}

impl Observed {
    /// What the query of a view or materialized view reads, with columns.
    pub fn reads_of(&self, name: &ObjectName) -> impl Iterator<Item = (&Read, &Columns)> {
        let reader = Reader::Relation(name.clone());
        self.dependencies.get(&reader).into_iter().flatten()
    }

    /// Who is bound to a relation, by its query, body, rule or row type, with the columns that
    /// are used.
    pub fn readers_of(&self, name: &ObjectName) -> impl Iterator<Item = (&Reader, &Columns)> {
        let reads = self.dependencies.iter();
        reads.flat_map(move |(reader, reads)| {
            let of_name = reads
                .iter()
                .filter(move |(read, _)| read.relation() == Some(name));
            of_name.map(move |(_, columns)| (reader, columns))
        })
    }
}

/// A schema of the scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    pub owner: String,
    pub comment: Option<String>,
    pub grants: Grants,
}

/// A function that binds to relations by identity, or that one of the relations calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    pub owner: String,
    pub ownership: Ownership,
    pub body: Body,
    /// The whole CREATE OR REPLACE statement; none while somebody holds a lock on what it reads,
    /// and for aggregates.
    pub definition: Option<String>,
    /// Settings that the function brings along, such as `search_path`.
    pub settings: BTreeMap<String, String>,
    pub comment: Option<String>,
    pub extension: Option<String>,
    pub grants: Grants,
}

/// How a function's body finds what it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Body {
    /// Parsed when it was made (`BEGIN ATOMIC`, `RETURN`): it follows the identity.
    Bound,
    /// A text: it follows the name.
    Text,
}

/// Whose new objects get privileges, in which schema, and of which kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Defaults {
    pub role: String,
    /// None for all schemas.
    pub schema: Option<String>,
    pub of: DefaultsOf,
}

/// The kinds of objects that default privileges tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DefaultsOf {
    Relations,
    Sequences,
    Functions,
}

/// Something that exists and could not be seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unseen {
    /// The definition, size, rules or policies of a relation: somebody holds, or waits for, an
    /// exclusive lock on it or on what it reads.
    Locked(ObjectName),
    /// The definition of a function, for the same reason.
    LockedFunction(FunctionName),
    /// A part of the catalog that the role may not read.
    Denied(Part),
}

/// A part of the catalog that can be done without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Indexes,
    Functions,
    /// Policies, triggers, rules, extended statistics and publications.
    Attachments,
    /// Grants and default privileges.
    Grants,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Indexes => "indexes",
            Self::Functions => "functions",
            Self::Attachments => "policies, triggers, rules, statistics and publications",
            Self::Grants => "grants",
        })
    }
}

impl fmt::Display for Unseen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Locked(name) => write!(f, "parts of {name}, which are locked"),
            Self::LockedFunction(name) => {
                write!(f, "the definition of {name}, which reads what is locked")
            }
            Self::Denied(part) => write!(f, "{part}, which the role may not read"),
        }
    }
}
