//! A target as a journal has it, for the tests of ways back.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::engine::journal::ObjectState;
use crate::engine::{Generation, Marker};
use crate::model::observed::dependency::{FunctionName, Read};
use crate::model::observed::grant::Grants;
use crate::model::observed::relation::RelationKind::{self};
use crate::model::observed::relation::{
    Column, ColumnValue, Ownership, Persistence, Relation, RowSecurity, Sight,
};
use crate::model::observed::{Observed, Schema};
use crate::plan::Plan;
use crate::plan::sequence::fixture::*;

pub(super) fn golden(plan: &Plan, wanted: &str) {
    let lines = wanted.trim_matches('\n').lines();
    let lines = lines.map(|line| line.strip_prefix("        ").unwrap_or(line).trim_end());
    let wanted = lines.collect::<Vec<_>>().join("\n");
    let given = render(plan);
    assert_eq!(given.trim_end(), wanted.trim_end(), "\n{given}");
}

pub(super) fn relation(kind: RelationKind, marker: Option<&Generation>) -> Relation {
    let marker = marker.map(|generation| {
        let project = "shop".to_owned();
        let generation = generation.clone();
        Marker {
            project,
            generation,
            after: None,
        }
    });
    Relation {
        kind,
        persistence: Persistence::Permanent,
        owner: "shop".to_owned(),
        ownership: Ownership::Held,
        columns: vec![Column {
            name: "a".to_owned(),
            type_name: "integer".to_owned(),
            not_null: false,
            value: ColumnValue::None,
            collation: None,
            comment: None,
            statistics_target: None,
            options: BTreeMap::new(),
            storage: None,
            grants: BTreeSet::new(),
        }],
        sight: Sight::Whole,
        definition: None,
        comment: None,
        marker: marker.map(|marker| marker.to_string()),
        options: BTreeMap::new(),
        grants: Grants::Default,
        indexes: BTreeMap::new(),
        triggers: BTreeMap::new(),
        rules: BTreeMap::new(),
        policies: BTreeMap::new(),
        row_security: RowSecurity::Off,
        statistics: BTreeMap::new(),
        publications: BTreeSet::new(),
        parents: Vec::new(),
        partition_bound: None,
        owned_by: None,
        extension: None,
        tablespace: None,
        access_method: None,
        populated: true,
        bytes: Some(10),
        estimated_rows: None,
        version: None,
    }
}

/// The target as a world's journal has it.
pub(super) fn observed(world: &World) -> Observed {
    let mut observed = Observed::default();
    for record in world.journal.objects.values() {
        let schema = Schema {
            owner: "shop".to_owned(),
            comment: None,
            grants: Grants::Default,
        };
        observed
            .schemas
            .insert(record.name.schema.to_string(), schema);
        if record.state == ObjectState::Dropped {
            continue;
        }
        let name = ObjectName::new(&record.name.schema, &record.physical);
        let relation = relation(record.kind, Some(&record.generation));
        observed.relations.insert(name, relation);
    }
    observed
}

pub(super) fn reads(observed: &mut Observed, reader: Reader, read: &ObjectName) {
    let reads = observed.dependencies.entry(reader).or_default();
    reads.insert(Read::Relation(read.clone()), BTreeSet::new());
}

pub(super) fn function(text: &str) -> Reader {
    Reader::Function(FunctionName {
        name: name(text),
        arguments: String::new(),
    })
}
