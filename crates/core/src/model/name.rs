//! The identity of objects, targets and roles.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use dormer_sql::ident::quote;
use dormer_sql::query::RelationPath;
use dormer_sql::{Dialect, Name, QualifiedName};

/// The schema that an unqualified name means, in every engine that Dormer knows.
pub const DEFAULT_SCHEMA: &str = "public";

/// The identity of an object in a target: schema and name, folded; the database only where another
/// one than the target's is meant.
///
/// A name stands in many places: its clones share the parts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectName(Arc<Parts>);

/// The parts of an [`ObjectName`], which are read as its fields.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Parts {
    pub database: Option<Name>,
    pub schema: Name,
    pub name: Name,
}

impl Deref for ObjectName {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl ObjectName {
    #[must_use]
    pub fn new(schema: &str, name: &str) -> Self {
        Self(Arc::new(Parts {
            database: None,
            schema: schema.into(),
            name: name.into(),
        }))
    }

    /// The same name in another schema.
    #[must_use]
    pub fn in_schema(&self, schema: &str) -> Self {
        Self(Arc::new(Parts {
            schema: schema.into(),
            ..Parts::clone(&self.0)
        }))
    }

    /// The same name in the target's own database.
    #[must_use]
    pub fn without_database(&self) -> Self {
        Self(Arc::new(Parts {
            database: None,
            ..Parts::clone(&self.0)
        }))
    }

    /// Reads a name as written in SQL; an unqualified one is in [`DEFAULT_SCHEMA`].
    #[must_use]
    pub fn of(name: &QualifiedName) -> Self {
        Self::from_parts(name.parts.iter().map(|part| &part.value))
    }

    /// The same for a path that lineage gives.
    #[must_use]
    pub fn of_path(path: &RelationPath) -> Self {
        Self::from_parts(path.parts().iter())
    }

    fn from_parts<'a>(parts: impl DoubleEndedIterator<Item = &'a Name>) -> Self {
        let mut parts = parts.rev().cloned();
        let name = parts.next().unwrap_or_default();
        let schema = parts.next();
        Self(Arc::new(Parts {
            database: parts.next(),
            schema: schema.unwrap_or(Name::new_static(DEFAULT_SCHEMA)),
            name,
        }))
    }

    /// Reads a name as a person types it on the command line: `marts.orders`, `orders`.
    #[must_use]
    pub fn parse(text: &str, dialect: Dialect) -> Option<Self> {
        let tokens = dormer_sql::lex::lex(text.trim(), dialect);
        let name = dormer_sql::ident::read_qualified(text.trim(), &tokens, dialect)?;
        Some(Self::of(&name))
    }
}

impl fmt::Display for ObjectName {
    /// Shows the name to people: quotes only where its letters need them. A name that is also a
    /// keyword of some engine stays bare; SQL is written with [`quote`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(database) = &self.database {
            write!(f, "{}.", shown(database))?;
        }
        write!(f, "{}.{}", shown(&self.schema), shown(&self.name))
    }
}

fn shown(part: &str) -> Cow<'_, str> {
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let plain = part.chars().all(letter) && part.starts_with(|c: char| !c.is_ascii_digit());
    if plain {
        Cow::Borrowed(part)
    } else {
        Cow::Owned(quote(part))
    }
}

/// The name of a target in `dormer.toml`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TargetName(pub String);

impl fmt::Display for TargetName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
