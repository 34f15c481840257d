//! The columns of a table, beside those that its text lists and those that it had when it was settled.
//!
//! A table that a query made lists none: those that were settled are its own. **Of a table that nobody
//! settled since its columns are written down, only the text tells.**

use std::collections::BTreeSet;

use dormer_sql::Dialect;

use crate::engine::journal::ObjectRecord;
use crate::model::observed::relation::{Column, Relation, RelationKind};
use crate::plan::decide::table;

/// What became of the columns of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::plan) struct Columns {
    /// The names of those that are gone.
    pub(in crate::plan) gone: Vec<String>,
    /// The names of those that nobody applied.
    pub(in crate::plan) more: Vec<String>,
    /// Those of another type, in words.
    pub(in crate::plan) retyped: Vec<String>,
    /// Those that were given or lost NOT NULL, in words.
    pub(in crate::plan) nulls: Vec<String>,
}

/// Compares; nothing differs where nothing was written down.
pub(in crate::plan) fn compare(
    record: &ObjectRecord,
    relation: &Relation,
    dialect: Dialect,
) -> Columns {
    if record.kind != RelationKind::Table {
        return Columns::default();
    }
    let settled = settled(record);
    let names = settled.iter().map(|(name, ..)| name.clone());
    let applied: BTreeSet<String> = match table::column_names(&record.declared, dialect) {
        Some(listed) => listed,
        None if settled.is_empty() => return Columns::default(),
        None => names.collect(),
    };
    let column = |name: &str| -> Option<&Column> {
        let mut columns = relation.columns.iter();
        columns.find(|column| column.name == name)
    };
    let gone = applied.iter().filter(|name| column(name).is_none());
    let more = relation.columns.iter().map(|column| &column.name);
    let more = more.filter(|name| !applied.contains(*name));
    let mut found = Columns {
        gone: gone.cloned().collect(),
        more: more.cloned().collect(),
        ..Columns::default()
    };
    for (name, type_name, not_null) in settled.iter().filter(|(name, ..)| applied.contains(name)) {
        let Some(now) = column(name) else {
            continue;
        };
        if now.type_name != *type_name {
            let is = &now.type_name;
            let text = format!("column \"{name}\" is {is}, was {type_name}");
            found.retyped.push(text);
        }
        match (not_null, now.not_null) {
            (false, true) => found.nulls.push(format!("column \"{name}\" is NOT NULL")),
            (true, false) => {
                let text = format!("column \"{name}\" is not NOT NULL any more");
                found.nulls.push(text);
            }
            _ => {}
        }
    }
    found
}

/// Name, type, and whether it is NOT NULL; empty where nobody wrote them down.
fn settled(record: &ObjectRecord) -> Vec<(String, String, bool)> {
    let observed = record.observed.as_deref();
    let settled = observed.and_then(|text| serde_json::from_str(text).ok());
    settled.unwrap_or_default()
}
