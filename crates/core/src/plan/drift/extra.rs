//! Relations in schemas of the project that Dormer never made. **They are no drift:** nothing was applied
//! that they could differ from. Whoever made them may want to declare them, or to move them.

use std::collections::BTreeSet;

use super::{Drift, Extra};
use crate::graph::NodeKind;
use crate::model::name::ObjectName;
use crate::model::observed::relation::{Persistence, Relation, RelationKind};
use crate::plan::input::Input;

/// Finds them.
pub(super) fn find(input: &Input<'_>, drift: &Drift) -> Vec<Extra> {
    let catalog = &input.project.catalog;
    let mut schemas: BTreeSet<&str> = catalog.schemas.keys().map(String::as_str).collect();
    schemas.extend(catalog.objects.keys().map(|name| &*name.schema));
    let known = known(input, drift);
    let relations = input.observed.relations.iter();
    let extra = relations.filter(|(name, relation)| {
        schemas.contains(&*name.schema) && !known.contains(*name) && is_somebodys(relation)
    });
    extra
        .map(|(name, relation)| Extra {
            name: name.clone(),
            kind: relation.kind,
            owner: relation.owner.clone(),
            declared: catalog.objects.contains_key(name),
        })
        .collect()
}

/// What the journal knows, in any generation and of any project, and what the project reads.
fn known(input: &Input<'_>, drift: &Drift) -> BTreeSet<ObjectName> {
    let mut known = BTreeSet::new();
    for record in input.journal.objects.values() {
        known.insert(ObjectName::new(&record.name.schema, &record.physical));
    }
    let externals = input.graph.nodes.iter();
    let externals = externals.filter(|(_, (kind, _))| *kind == NodeKind::External);
    known.extend(externals.map(|(name, _)| name.clone()));
    known.extend(input.project.externals.relations.keys().cloned());
    known.extend(drift.objects.keys().cloned());
    known
}

/// A relation by itself, that no plan of anybody made.
fn is_somebodys(relation: &Relation) -> bool {
    let by_itself = match relation.kind {
        RelationKind::Table
        | RelationKind::PartitionedTable
        | RelationKind::ForeignTable
        | RelationKind::View
        | RelationKind::MaterializedView => true,
        RelationKind::Partition | RelationKind::Sequence => false,
    };
    by_itself
        && relation.persistence != Persistence::Temporary
        && relation.extension.is_none()
        && relation.marker.is_none()
}
