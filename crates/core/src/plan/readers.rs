//! Who reads whom, declared and observed together: the new definitions of what is declared, and what the
//! target says of the rest.

use std::collections::{BTreeMap, BTreeSet};

use super::input::Input;
use crate::engine::Generation;
use crate::engine::journal::{ObjectRecord, ObjectState};
use crate::model::name::ObjectName;
use crate::model::observed::dependency::{Columns, Read, Reader};

/// One that is bound to a relation by identity.
pub(in crate::plan) type Bound<'a> = (&'a Reader, &'a Read, &'a Columns);

/// Both directions of reading.
#[derive(Debug)]
pub(in crate::plan) struct Readers<'a> {
    /// Relations that read a relation, in the target or in the files.
    up: BTreeMap<&'a ObjectName, BTreeSet<&'a ObjectName>>,
    /// What relations will read: declared ones by their files, others by the target.
    down: BTreeMap<&'a ObjectName, BTreeSet<&'a ObjectName>>,
    /// All that the target has bound to a relation.
    bound: BTreeMap<&'a ObjectName, Vec<Bound<'a>>>,
    /// Generations that do not have their public name: shadows and retired ones.
    kept: BTreeSet<ObjectName>,
}

impl<'a> Readers<'a> {
    pub(in crate::plan) fn of(input: &Input<'a>) -> Self {
        let declared = &input.project.catalog.objects;
        let mut readers = Self {
            up: BTreeMap::new(),
            down: BTreeMap::new(),
            bound: BTreeMap::new(),
            kept: kept(&input.journal.objects),
        };
        for (reader, reads) in &input.observed.dependencies {
            for (read, columns) in reads {
                let Some(of) = read.relation() else { continue };
                let bound = readers.bound.entry(of).or_default();
                bound.push((reader, read, columns));
                if let (Reader::Relation(name), Read::Relation(_)) = (reader, read) {
                    readers.up.entry(of).or_default().insert(name);
                    if !declared.contains_key(name) {
                        readers.down.entry(name).or_default().insert(of);
                    }
                }
            }
        }
        for name in declared.keys() {
            let reads = input.graph.reads.get(name).into_iter().flatten();
            for read in reads {
                readers.up.entry(read).or_default().insert(name);
                readers.down.entry(name).or_default().insert(read);
            }
        }
        readers
    }

    /// What is bound to a relation in the target.
    pub(in crate::plan) fn bound(&self, name: &ObjectName) -> &[Bound<'a>] {
        self.bound.get(name).map_or(&[], Vec::as_slice)
    }

    /// What a relation will read.
    pub(in crate::plan) fn reads(
        &self,
        name: &ObjectName,
    ) -> impl Iterator<Item = &'a ObjectName> + use<'a, '_> {
        self.down.get(name).into_iter().flatten().copied()
    }

    pub(in crate::plan) fn readers(
        &self,
        name: &ObjectName,
    ) -> impl Iterator<Item = &'a ObjectName> {
        self.up.get(name).into_iter().flatten().copied()
    }

    /// Whether it is a generation that lost its name or never had it.
    pub(in crate::plan) fn is_kept_generation(&self, name: &ObjectName) -> bool {
        self.kept.contains(name)
    }

    /// Everything above, the given ones left out where nobody above reads back. **A generation without
    /// its public name follows nothing:** it is what a rollback goes back to, or leftover.
    pub(in crate::plan) fn above(&self, from: &BTreeSet<ObjectName>) -> BTreeSet<ObjectName> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&ObjectName> = from.iter().collect();
        while let Some(name) = open.pop() {
            for reader in self.readers(name) {
                if !self.is_kept_generation(reader) && reached.insert(reader.clone()) {
                    open.push(reader);
                }
            }
        }
        reached
    }

    /// The names in an order in which each stands after what it reads; those of a loop are left out.
    pub(in crate::plan) fn in_order(&self, names: &BTreeSet<ObjectName>) -> Vec<ObjectName> {
        let inside = |name: &ObjectName| {
            let reads = self.reads(name);
            reads
                .filter(|read| names.contains(*read) && *read != name)
                .count()
        };
        let mut waits: BTreeMap<&ObjectName, usize> =
            names.iter().map(|name| (name, inside(name))).collect();
        let mut ready: BTreeSet<&ObjectName> = waits
            .iter()
            .filter(|(_, waits)| **waits == 0)
            .map(|(name, _)| *name)
            .collect();
        let mut order = Vec::with_capacity(names.len());
        while let Some(name) = ready.pop_first() {
            order.push(name.clone());
            for reader in self.readers(name) {
                // Only what it will read makes it wait.
                if !self.reads(reader).any(|read| read == name) {
                    continue;
                }
                if let Some(left) = waits.get_mut(reader) {
                    *left = left.saturating_sub(1);
                    if *left == 0 {
                        ready.extend(names.get(reader));
                    }
                }
            }
        }
        order
    }
}

fn kept(records: &BTreeMap<(ObjectName, Generation), ObjectRecord>) -> BTreeSet<ObjectName> {
    let nameless = records
        .values()
        .filter(|record| record.state != ObjectState::Live);
    nameless
        .map(|record| ObjectName::new(&record.name.schema, &record.physical))
        .collect()
}
