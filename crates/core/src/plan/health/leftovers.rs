//! What was left or is kept: shadows of dead runs and retired generations, and what they hold on to.

use std::collections::BTreeSet;

use super::{Area, Cure, Finding, count};
use crate::engine::journal::ObjectState;
use crate::model::name::ObjectName;
use crate::model::observed::dependency::{Read, Reader};
use crate::model::observed::relation::RelationKind;
use crate::plan::input::Input;

/// What is kept, how much room it takes, and which tables it holds on to.
pub(super) fn of(input: &Input<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let unfinished: BTreeSet<_> = input
        .journal
        .unfinished
        .iter()
        .map(|run| &run.run)
        .collect();
    let records = input.journal.objects.values();
    let ours = records.filter(|record| {
        record
            .project
            .as_deref()
            .is_none_or(|of| of == input.project.name)
    });
    let (mut retired, mut shadows) = (Vec::new(), Vec::new());
    for record in ours {
        let physical = ObjectName::new(&record.name.schema, &record.physical);
        let Some((name, relation)) = input.observed.relations.get_key_value(&physical) else {
            continue;
        };
        match record.state {
            ObjectState::Retired => retired.push((name, relation)),
            ObjectState::Shadow if !unfinished.contains(&record.run) => {
                shadows.push((name, relation));
            }
            ObjectState::Shadow | ObjectState::Live | ObjectState::Dropped => {}
        }
    }
    if !shadows.is_empty() {
        let room = size(
            shadows
                .iter()
                .filter_map(|(_, relation)| relation.bytes)
                .sum(),
        );
        let shadows = count(shadows.len(), "shadow");
        found.push(
            Finding::note(
                Area::Leftovers,
                format!("{shadows} of runs that will not go on, {room}"),
            )
            .cure(Cure::Command("cleanup".to_owned())),
        );
    }
    if retired.is_empty() {
        return found;
    }
    let room = size(
        retired
            .iter()
            .filter_map(|(_, relation)| relation.bytes)
            .sum(),
    );
    let held = tables(input, retired.iter().map(|(name, _)| *name));
    let generations = count(retired.len(), "retired generation");
    let finding = Finding::note(
        Area::Leftovers,
        format!("{generations} kept for rollback, {room}"),
    )
    .cure(Cure::Command("cleanup --older-than 0s".to_owned()));
    found.push(if held.is_empty() {
        finding
    } else {
        let held: Vec<String> = held.iter().map(ToString::to_string).collect();
        finding.why(format!(
            "they read {}: no column of these can change its type before they go",
            held.join(", ")
        ))
    });
    found
}

/// The tables that relations read, straight or through others.
fn tables<'a>(
    input: &Input<'a>,
    names: impl Iterator<Item = &'a ObjectName>,
) -> BTreeSet<&'a ObjectName> {
    let mut open: Vec<&ObjectName> = names.collect();
    let mut seen: BTreeSet<&ObjectName> = open.iter().copied().collect();
    let mut tables = BTreeSet::new();
    while let Some(name) = open.pop() {
        let reader = Reader::Relation(name.clone());
        let reads = input.observed.dependencies.get(&reader);
        let reads = reads.into_iter().flat_map(|reads| reads.keys());
        for read in reads.filter_map(Read::relation) {
            let kind = input
                .observed
                .relations
                .get(read)
                .map(|relation| relation.kind);
            if matches!(
                kind,
                Some(
                    RelationKind::Table | RelationKind::PartitionedTable | RelationKind::Partition
                )
            ) {
                tables.insert(read);
            } else if seen.insert(read) {
                open.push(read);
            }
        }
    }
    tables
}

/// Storage as people read it.
fn size(bytes: u64) -> String {
    let units = [
        ("TB", 1_u64 << 40),
        ("GB", 1 << 30),
        ("MB", 1 << 20),
        ("kB", 1 << 10),
    ];
    let fitting = units.into_iter().find(|(_, length)| bytes >= *length);
    fitting.map_or_else(
        || format!("{bytes} B"),
        |(unit, length)| format!("{} {unit}", bytes / length),
    )
}
