//! The catalog that Dormer gets for the fixture: columns by name, names by search path.

use std::collections::BTreeMap;
use std::{fs, io};

use dormer_sql::Name;
use dormer_sql::query::{Columns, RelationPath};

use super::corpus::folder;

/// The schemas that an unqualified name is looked up in, as the suite sets them on the server.
pub(super) const SEARCH_PATH: [&str; 3] = ["shop", "crm", "public"];

/// The name of the database that three-part names are written with.
pub(super) const DATABASE: &str = "oracle";

/// The columns of the fixture's relations, and of what its functions return.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    pub relations: BTreeMap<String, Vec<Name>>,
    pub functions: BTreeMap<String, Vec<Name>>,
}

impl Catalog {
    /// Reads `columns.toml`.
    ///
    /// # Errors
    /// When it cannot be read or has another shape.
    pub fn read() -> io::Result<Self> {
        let text = fs::read_to_string(folder().join("columns.toml"))?;
        let table: toml::Table = text.parse().map_err(io::Error::other)?;
        let relations = table.get("relations").and_then(toml::Value::as_table);
        let mut catalog = Self::default();
        for (name, columns) in relations.into_iter().flatten() {
            let columns = columns.as_array().into_iter().flatten();
            let columns = columns.filter_map(|column| column.as_str().map(Name::new));
            catalog.relations.insert(name.clone(), columns.collect());
        }
        Ok(catalog)
    }

    /// The name `schema.relation` that a path means on the server; the path itself when the
    /// fixture has no such relation.
    #[must_use]
    pub fn full_name(&self, path: &RelationPath) -> String {
        let parts: Vec<&str> = path.parts().iter().map(Name::as_str).collect();
        let written = match parts.as_slice() {
            [DATABASE, schema, name] => format!("{schema}.{name}"),
            _ => parts.join("."),
        };
        Self::look_up(&self.relations, &written).unwrap_or(written)
    }

    fn look_up(names: &BTreeMap<String, Vec<Name>>, written: &str) -> Option<String> {
        if names.contains_key(written) {
            return Some(written.to_owned());
        }
        let candidates = SEARCH_PATH
            .iter()
            .map(|schema| format!("{schema}.{written}"));
        candidates.into_iter().find(|name| names.contains_key(name))
    }
}

impl Columns for Catalog {
    fn columns(&self, relation: &RelationPath) -> Option<&[Name]> {
        self.relations
            .get(&self.full_name(relation))
            .map(Vec::as_slice)
    }

    fn function_columns(&self, function: &RelationPath) -> Option<&[Name]> {
        let name = Self::look_up(&self.functions, &function.to_string())?;
        self.functions.get(&name).map(Vec::as_slice)
    }
}
