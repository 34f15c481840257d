//! Which later runs have to be taken back before a run: it is followed through every name that its objects
//! had since.
//!
//! A run stands on an earlier one when it did something to an object of it, under whatever name, or when
//! it made something that reads an object by the name which a rename gave it.

use std::collections::BTreeSet;

use dormer_sql::Dialect;

use super::declared_object;
use crate::engine::journal::Record;
use crate::engine::step::StepKind;
use crate::model::name::ObjectName;
use crate::plan::Plan;
use crate::plan::change::Action;

/// The objects of a run and of those that stand on it.
#[derive(Debug, Clone)]
pub struct Trail {
    objects: BTreeSet<ObjectName>,
    /// Names that renames gave.
    given: BTreeSet<ObjectName>,
    dialect: Dialect,
}

impl Trail {
    /// Begins at a run.
    #[must_use]
    pub fn of(plan: &Plan, dialect: Dialect) -> Self {
        Self {
            objects: touched(plan),
            given: given(plan),
            dialect,
        }
    }

    /// Whether the next later run stands on what the trail holds; it is part of it then.
    pub fn follow(&mut self, later: &Plan) -> bool {
        let own = touched(later);
        let stands = !own.is_disjoint(&self.objects) || self.is_read_by(later);
        if stands {
            self.objects.extend(own);
            self.given.extend(given(later));
        }
        stands
    }

    fn is_read_by(&self, later: &Plan) -> bool {
        if self.given.is_empty() {
            return false;
        }
        let mut records = later.steps.iter().flat_map(|step| &step.step.records);
        records.any(|record| {
            let Record::Object(object) = record else {
                return false;
            };
            let object = declared_object(object, self.dialect);
            let query = object
                .as_ref()
                .and_then(|one| one.definition.query.as_ref());
            query.is_some_and(|query| {
                let mut reads = query.references().iter();
                reads.any(|read| self.given.contains(&ObjectName::of(&read.name)))
            })
        })
    }
}

/// The objects that a plan did something to: by both names those that it renamed, and those that say
/// another name since.
#[must_use]
pub fn touched(plan: &Plan) -> BTreeSet<ObjectName> {
    let changes = plan.changes.iter();
    let changed = changes.filter(|change| change.action != Action::Keep);
    let mut names: BTreeSet<ObjectName> = changed.map(|change| change.object.clone()).collect();
    names.extend(renames(plan).filter_map(|record| match record {
        Record::Object(object) => Some(object.name.clone()),
        Record::Moved { name, .. } | Record::Declared { name, .. } => Some(name.clone()),
        Record::Settled { .. } | Record::Refreshed(_) | Record::Run { .. } => None,
    }));
    names
}

fn given(plan: &Plan) -> BTreeSet<ObjectName> {
    use crate::engine::journal::ObjectState::Live;
    let names = renames(plan).filter_map(|record| match record {
        Record::Object(object) if object.state == Live => Some(object.name.clone()),
        Record::Moved {
            name, state: Live, ..
        } => Some(name.clone()),
        _ => None,
    });
    names.collect()
}

fn renames(plan: &Plan) -> impl Iterator<Item = &Record> {
    let steps = plan.steps.iter().map(|planned| &planned.step);
    let renames = steps.filter(|step| step.kind == StepKind::Rename);
    renames.flat_map(|step| &step.records)
}
