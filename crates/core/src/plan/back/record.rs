//! The records of a step, read backwards.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::Generation;
use crate::engine::journal::{ObjectState, Record};
use crate::engine::step::Deed;
use crate::model::name::ObjectName;
use crate::plan::PlannedStep;

/// The objects whose names or queries a step changed.
pub(super) fn moved_names(planned: &PlannedStep) -> Vec<&ObjectName> {
    let records = planned
        .step
        .records
        .iter()
        .filter_map(|record| match record {
            Record::Moved { name, .. } => Some(name),
            Record::Object(object) => Some(&object.name),
            _ => None,
        });
    let views = planned.step.deeds.iter().filter_map(|deed| match deed {
        Deed::Redefine { relation, .. } => Some(&relation.name),
        _ => None,
    });
    let names: BTreeSet<&ObjectName> = records.chain(views).collect();
    names.into_iter().collect()
}

/// What a step told the journal of declarations, to be told again when its way back is taken back.
pub(super) fn declared_by(planned: &PlannedStep) -> Vec<Record> {
    let declared = |record: &Record| match record {
        Record::Declared { .. } => Some(record.clone()),
        Record::Object(object) if object.state == ObjectState::Live => Some(Record::Declared {
            name: object.name.clone(),
            generation: object.generation.clone(),
            fingerprint: object.fingerprint.clone(),
            declared: object.declared.clone(),
            companions: Box::new(object.companions.clone()),
        }),
        Record::Object(_)
        | Record::Moved { .. }
        | Record::Settled { .. }
        | Record::Refreshed(_)
        | Record::Run { .. } => None,
    };
    planned.step.records.iter().filter_map(declared).collect()
}

/// What a step told the journal of an object that it heard of for the first time and that stood already:
/// all of it, because taking that back forgets all of it. None for every other step.
pub(super) fn adopted_by(planned: &PlannedStep) -> Option<Vec<Record>> {
    let forgets = |record: &Record| match record {
        Record::Moved { state, .. } => *state == ObjectState::Dropped,
        Record::Object(_) => true,
        Record::Declared { .. }
        | Record::Settled { .. }
        | Record::Refreshed(_)
        | Record::Run { .. } => false,
    };
    planned
        .undo
        .iter()
        .any(forgets)
        .then(|| planned.step.records.clone())
}

/// A generation that lost its name: object, generation, the name that it has now.
pub(super) fn old_of(record: &Record) -> Option<(&ObjectName, &Generation, &str)> {
    match record {
        Record::Moved {
            name,
            generation,
            state: ObjectState::Retired,
            physical,
        } => Some((name, generation, physical)),
        Record::Object(object) if object.state == ObjectState::Retired => {
            Some((&object.name, &object.generation, &object.physical))
        }
        _ => None,
    }
}

pub(super) fn moved(record: &Record, state: ObjectState, physical: &str) -> Record {
    let (name, generation) = match record {
        Record::Object(object) => (&object.name, &object.generation),
        Record::Moved {
            name, generation, ..
        }
        | Record::Declared {
            name, generation, ..
        }
        | Record::Settled { name, generation } => (name, generation),
        Record::Refreshed(_) | Record::Run { .. } => return record.clone(),
    };
    Record::Moved {
        name: name.clone(),
        generation: generation.clone(),
        state,
        physical: physical.to_owned(),
    }
}

/// What each relation was called before it got its name: the last one wins.
pub(super) fn names_before(deeds: &[Deed]) -> BTreeMap<ObjectName, &ObjectName> {
    let renames = deeds.iter().filter_map(|deed| match deed {
        Deed::Rename { relation, to } => {
            let to = ObjectName::new(&relation.name.schema, to);
            Some((to, &relation.name))
        }
        _ => None,
    });
    renames.collect()
}
