//! What has to do with a relation without being bound to it: foreign keys, and functions whose text names it.
//!
//! **A text that names it may mean something else,** and one that puts the name together at run time is not
//! found: these are possible readers, never certain ones.

use dormer_core::engine::EngineError;
use dormer_core::engine::session::{ForeignKey, Mentions};
use dormer_core::model::name::ObjectName;
use dormer_core::model::observed::dependency::FunctionName;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error, Row};

use crate::wire::problem;

const MENTIONS: &str = include_str!("mentions.sql");

pub(super) async fn mentions(client: &Client, name: &ObjectName) -> Result<Mentions, EngineError> {
    let (schema, relation) = (name.schema.as_str(), name.name.as_str());
    let word = word(schema, relation);
    let parameters: [(&(dyn ToSql + Sync), Type); 3] = [
        (&schema, Type::TEXT),
        (&relation, Type::TEXT),
        (&word, Type::TEXT),
    ];
    let rows = client.query_typed(MENTIONS, &parameters).await;
    let found = rows.and_then(|rows| {
        let mut found = Mentions::default();
        for row in &rows {
            add(&mut found, row)?;
        }
        Ok(found)
    });
    found.map_err(|error| problem::of_statement(&error))
}

fn add(found: &mut Mentions, row: &Row) -> Result<(), Error> {
    let kind: i8 = row.try_get(0)?;
    let name = ObjectName::new(row.try_get(1)?, row.try_get(2)?);
    let says: String = row.try_get(3)?;
    if kind == i8::from_ne_bytes([b'k']) {
        found.foreign_keys.push(ForeignKey {
            on: name,
            to: ObjectName::new(row.try_get(4)?, row.try_get(5)?),
            says,
            columns: row.try_get(6)?,
        });
    } else {
        found.functions.push(FunctionName {
            name,
            arguments: says,
        });
    }
    Ok(())
}

/// A name as a whole word, bare or behind its own schema.
fn word(schema: &str, name: &str) -> String {
    let (schema, name) = (escaped(schema), escaped(name));
    format!(
        "(^|[^[:alnum:]_$.\"]|(^|[^[:alnum:]_$]){schema}\"?\\s*\\.\\s*)\"?{name}($|[^[:alnum:]_$])"
    )
}

fn escaped(name: &str) -> String {
    let escape = |letter: char| {
        let plain = letter.is_alphanumeric() || letter == '_';
        (!plain).then_some('\\').into_iter().chain([letter])
    };
    name.chars().flat_map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn names_mean_themselves() {
        assert_eq!(escaped("a.b(c_d"), r"a\.b\(c_d");
    }
}
