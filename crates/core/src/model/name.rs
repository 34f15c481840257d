//! The identity of objects, targets and roles.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use dormer_sql::ident::quote;
use dormer_sql::query::RelationPath;
use dormer_sql::{Dialect, Name, QualifiedName};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

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

impl Serialize for ObjectName {
    /// As people see it, which is unambiguous.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ObjectName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let parts = split_shown(&text);
        match parts.as_slice() {
            [_, _] | [_, _, _] => Ok(Self::from_parts(parts.iter())),
            _ => Err(de::Error::custom(format!("{text} is not a qualified name"))),
        }
    }
}

/// The parts of a name as it is shown: bare, or in quotes with inner quotes doubled.
fn split_shown(text: &str) -> Vec<Name> {
    let mut parts = Vec::new();
    let (mut part, mut quoted) = (String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                part.push('"');
            }
            '"' => quoted = !quoted,
            '.' if !quoted => parts.push(Name::from(std::mem::take(&mut part))),
            letter => part.push(letter),
        }
    }
    parts.push(Name::from(part));
    parts
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

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn names_come_back_from_json(schema in "\\PC{1,8}", name in "[a-z\".]{1,8}") {
            let name = ObjectName::new(&schema, &name);
            let text = serde_json::to_string(&name).unwrap();
            proptest::prop_assert_eq!(serde_json::from_str::<ObjectName>(&text).unwrap(), name);
        }
    }
}
