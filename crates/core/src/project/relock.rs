//! `catalog.lock` anew: what a target shows, beside what the file said before.
//!
//! Pure: the catalog comes in as data. **Externals of other databases stay as they were,** since no
//! session sees them. What the file says and nothing reads any more goes.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::catalog::{External, ExternalColumn, ExternalKind, Externals};
use crate::model::name::ObjectName;
use crate::model::observed::Observed;
use crate::model::observed::relation::{Relation, RelationKind};

/// The new section of a target, and how it differs from the one before.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relock {
    pub externals: Externals,
    pub changes: BTreeMap<ObjectName, Change>,
    /// Read, and not there.
    pub missing: BTreeSet<ObjectName>,
    /// Whether the file says the same already.
    pub fresh: bool,
}

/// What became of one external.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    Added(External),
    /// The file had it, and the target has it no more.
    Gone,
    /// The file had it, and nothing reads it any more.
    Unread,
    Changed(Vec<Difference>),
}

/// One difference of an external.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    Kind {
        was: ExternalKind,
        is: ExternalKind,
    },
    ColumnAdded(ExternalColumn),
    ColumnRemoved(ExternalColumn),
    Type {
        column: String,
        was: Option<String>,
        is: Option<String>,
    },
    /// The same columns stand in another order.
    Order,
}

/// Compares what the file said with what the target has of the externals that are read.
pub fn relock(before: &Externals, read: &BTreeSet<ObjectName>, observed: &Observed) -> Relock {
    let mut externals = Externals {
        recorded: true,
        ..Externals::default()
    };
    let mut changes = BTreeMap::new();
    let mut missing = BTreeSet::new();
    for name in read {
        let Some(relation) = observed.relations.get(name) else {
            missing.insert(name.clone());
            continue;
        };
        let external = external(relation);
        let change = match before.relations.get(name) {
            None => Some(Change::Added(external.clone())),
            Some(known) if *known == external => None,
            Some(known) => Some(Change::Changed(differences(known, &external))),
        };
        changes.extend(change.map(|change| (name.clone(), change)));
        externals.relations.insert(name.clone(), external);
    }
    for (name, known) in &before.relations {
        if name.database.is_some() {
            externals.relations.insert(name.clone(), known.clone());
        } else if missing.contains(name) {
            changes.insert(name.clone(), Change::Gone);
        } else if !read.contains(name) {
            changes.insert(name.clone(), Change::Unread);
        }
    }
    Relock {
        fresh: *before == externals,
        externals,
        changes,
        missing,
    }
}

fn external(relation: &Relation) -> External {
    let columns = relation.columns.iter().map(|column| ExternalColumn {
        name: column.name.as_str().into(),
        type_name: Some(column.type_name.clone()),
    });
    External {
        kind: kind(relation.kind),
        columns: columns.collect(),
    }
}

/// What a relation of the target is to the project that reads it: of a table no matter how it is laid out.
const fn kind(observed: RelationKind) -> ExternalKind {
    match observed {
        RelationKind::Table | RelationKind::PartitionedTable | RelationKind::Partition => {
            ExternalKind::Table
        }
        RelationKind::ForeignTable => ExternalKind::ForeignTable,
        RelationKind::View => ExternalKind::View,
        RelationKind::MaterializedView => ExternalKind::MaterializedView,
        RelationKind::Sequence => ExternalKind::Sequence,
    }
}

fn differences(was: &External, is: &External) -> Vec<Difference> {
    let by_name = |external: &External| -> BTreeMap<String, ExternalColumn> {
        let columns = external.columns.iter();
        columns
            .map(|column| (column.name.to_string(), column.clone()))
            .collect()
    };
    let (before, after) = (by_name(was), by_name(is));
    let mut found = Vec::new();
    if was.kind != is.kind {
        found.push(Difference::Kind {
            was: was.kind,
            is: is.kind,
        });
    }
    for column in &is.columns {
        match before.get(column.name.as_str()) {
            None => found.push(Difference::ColumnAdded(column.clone())),
            Some(known) if known.type_name != column.type_name => found.push(Difference::Type {
                column: column.name.to_string(),
                was: known.type_name.clone(),
                is: column.type_name.clone(),
            }),
            Some(_) => {}
        }
    }
    let removed = was
        .columns
        .iter()
        .filter(|column| !after.contains_key(column.name.as_str()));
    found.extend(removed.cloned().map(Difference::ColumnRemoved));
    if found.is_empty() {
        found.push(Difference::Order);
    }
    found
}

#[cfg(test)]
mod tests {
    use dormer_sql::Dialect;

    use super::*;

    fn column(name: &str, type_name: &str) -> ExternalColumn {
        ExternalColumn {
            name: name.into(),
            type_name: Some(type_name.to_owned()),
        }
    }

    fn table(columns: &[ExternalColumn]) -> External {
        External {
            kind: ExternalKind::Table,
            columns: columns.to_vec(),
        }
    }

    #[test]
    fn every_difference_of_columns_is_told() {
        let was = table(&[column("a", "int"), column("b", "text"), column("c", "date")]);
        let is = table(&[
            column("a", "bigint"),
            column("c", "date"),
            column("d", "text"),
        ]);
        assert_eq!(
            differences(&was, &is),
            [
                Difference::Type {
                    column: "a".to_owned(),
                    was: Some("int".to_owned()),
                    is: Some("bigint".to_owned()),
                },
                Difference::ColumnAdded(column("d", "text")),
                Difference::ColumnRemoved(column("b", "text")),
            ]
        );
        let turned = table(&[column("b", "text"), column("a", "int"), column("c", "date")]);
        assert_eq!(differences(&was, &turned), [Difference::Order]);
    }

    #[test]
    fn what_is_read_no_more_goes_and_other_databases_stay() {
        let elsewhere = ObjectName::parse("other.raw.t", Dialect::Redshift).unwrap();
        let known = table(&[column("a", "int")]);
        let before = Externals {
            relations: BTreeMap::from([
                (elsewhere.clone(), known.clone()),
                (ObjectName::new("raw", "gone"), known.clone()),
                (ObjectName::new("raw", "unread"), known.clone()),
            ]),
            recorded: true,
        };
        let read = BTreeSet::from([ObjectName::new("raw", "gone")]);
        let relock = relock(&before, &read, &Observed::default());
        assert_eq!(
            relock.externals.relations,
            BTreeMap::from([(elsewhere, known)])
        );
        assert_eq!(relock.missing, read);
        assert!(!relock.fresh);
        assert_eq!(
            relock.changes,
            BTreeMap::from([
                (ObjectName::new("raw", "gone"), Change::Gone),
                (ObjectName::new("raw", "unread"), Change::Unread),
            ])
        );
    }

    #[test]
    fn first_section_is_never_fresh() {
        let relock = relock(
            &Externals::default(),
            &BTreeSet::new(),
            &Observed::default(),
        );
        assert!(!relock.fresh);
    }
}
