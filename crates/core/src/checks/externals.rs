//! The externals of a project: what its objects and audits read and no file declares.
//!
//! What belongs to the engine itself is none, and neither is what lies in another database: no
//! session with the target sees it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Context, dm0103_unknown_relation, facts, reading};
use crate::diagnostic::{Diagnostic, Location};
use crate::graph::NodeKind;
use crate::model::name::{DEFAULT_SCHEMA, ObjectName};

/// Every external with the places where it is read.
#[must_use]
pub fn read(context: &Context<'_>) -> BTreeMap<ObjectName, BTreeSet<Location>> {
    let mut found: BTreeMap<ObjectName, BTreeSet<Location>> = BTreeMap::new();
    let graph = context.graph;
    for (name, (kind, _)) in &graph.nodes {
        if *kind == NodeKind::Declared || !is_external(context, name) {
            continue;
        }
        let places = found.entry(name.clone()).or_default();
        for reader in graph.readers.get(name).into_iter().flatten() {
            let edge = graph.edges.get(&(reader.clone(), name.clone()));
            places.extend(edge.into_iter().flat_map(|edge| edge.at.iter().cloned()));
        }
    }
    for object in context.project.catalog.objects.values() {
        for written in reading::read_by_audits(object) {
            let name = ObjectName::of(written);
            let declared = context.project.catalog.objects.contains_key(&name);
            if !declared && is_external(context, &name) {
                let at = object.location(written.span);
                found.entry(name).or_default().insert(at);
            }
        }
    }
    found
}

fn is_external(context: &Context<'_>, name: &ObjectName) -> bool {
    let facts = facts::of(context.project.target.dialect);
    let unqualified = name.schema == DEFAULT_SCHEMA;
    name.database.is_none()
        && !facts.is_system_name(Some(&name.schema), &name.name)
        && !(unqualified && facts.is_system_name(None, &name.name))
}

/// What is said of an external that the target does not have: at the first place that reads it.
#[must_use]
pub fn missing(
    context: &Context<'_>,
    name: &ObjectName,
    places: &BTreeSet<Location>,
) -> Diagnostic {
    let target = &context.project.target.name;
    let message = format!("target {target} has no {name}");
    let mut finding = dm0103_unknown_relation::CHECK.warning(message);
    let mut places = places.iter();
    if let Some(first) = places.next() {
        finding = finding.at(first.clone(), "read here");
    }
    let others = places.count();
    if others > 0 {
        let words = if others == 1 { "place" } else { "places" };
        finding = finding.note(format!("{others} other {words} read it too"));
    }
    finding.help("make it there, or see that the user of the target's url may look into its schema")
}
