//! What a run only renamed gets the name back that it had, and what took a name back loses it again.
//!
//! Whoever reads it says the other name from then on, in the journal too: so a run that came later and
//! made such a reader, or declared one anew, is to be taken back before.

use std::collections::BTreeSet;

use super::ObstacleKind;
use super::cutback;
use super::record::moved;
use super::rollback::Back;
use crate::engine::Generation;
use crate::engine::journal::{ObjectState, Record};
use crate::engine::step::{Deed, StepKind};
use crate::model::name::ObjectName;
use crate::model::observed::dependency::Reader;
use crate::plan::PlannedStep;
use crate::plan::change::Action;
use crate::plan::sequence::steps::Draft;

impl<'a> Back<'a> {
    /// The last of all: everything else that is undone names what is there by its new name.
    pub(super) fn renamed(&mut self) {
        let renames = self.past.done();
        let renames = renames.filter(|planned| planned.step.kind == StepKind::Rename);
        let renames: Vec<&'a PlannedStep> = renames.collect();
        for planned in renames.into_iter().rev() {
            self.rename_back(planned);
        }
    }

    fn rename_back(&mut self, planned: &'a PlannedStep) {
        let step = &planned.step;
        let mut names: Vec<&ObjectName> = Vec::new();
        let mut records = Vec::new();
        for record in &step.records {
            match record {
                Record::Object(object) if object.state == ObjectState::Live => {
                    self.has_new_name(&object.name, &object.generation);
                    self.not_read_later(&object.name);
                    self.declared_as_left(&object.name, &object.generation);
                    records.push(moved(record, ObjectState::Dropped, &object.physical));
                }
                // A rename that was taken back.
                Record::Moved {
                    name,
                    generation,
                    state: ObjectState::Live,
                    physical,
                } => {
                    self.has_new_name(name, generation);
                    self.not_read_later(name);
                    records.push(moved(record, ObjectState::Dropped, physical));
                }
                Record::Moved {
                    name,
                    generation,
                    state: ObjectState::Dropped,
                    ..
                } => {
                    self.is_free(name);
                    self.change(name, Action::Alter, None);
                    self.settle(name, generation);
                    records.push(moved(record, ObjectState::Live, &name.name));
                    names.push(name);
                }
                Record::Declared {
                    name, generation, ..
                } if self.is_live(name, generation) => {
                    self.declared_as_left(name, generation);
                    self.settle(name, generation);
                }
                _ => {}
            }
        }
        let (title, verb) = (step.title.as_str(), "rename back to");
        let mut draft = match names.as_slice() {
            [name] => Draft::about(StepKind::Rename, name, format!("{verb} {name}")),
            _ => Draft::of(StepKind::Rename, format!("take back: {title}")),
        };
        let deeds: Vec<Deed> = step
            .deeds
            .iter()
            .filter(|deed| match deed {
                Deed::RenameIndex { index, to } => {
                    let now = ObjectName::new(&index.schema, to);
                    self.indexes.contains(&now)
                }
                _ => true,
            })
            .cloned()
            .collect();
        draft.deeds = cutback::plainly(&deeds).deeds;
        draft.records = records;
        draft.records.extend(planned.undo.iter().cloned());
        draft.undo = super::record::declared_by(planned);
        self.rebuilt_no_more(&names);
        self.add(draft);
    }

    /// The renamed object is what the run made of it; what it was replaced by is looked at where that
    /// is taken back.
    fn has_new_name(&mut self, name: &ObjectName, generation: &Generation) {
        let replaced = self.past.done().any(|planned| {
            let mut records = planned.step.records.iter();
            records.any(|record| {
                matches!(record, Record::Moved { name: moved, state: ObjectState::Retired, .. }
                    if moved == name)
            })
        });
        if !replaced {
            self.still(name, generation);
        }
    }

    /// Nothing that a later run made names it.
    fn not_read_later(&mut self, name: &ObjectName) {
        let readers = self.readers.of_others(name);
        let relations: BTreeSet<&'a ObjectName> = readers.filter_map(Reader::relation).collect();
        for reader in relations {
            let Some(live) = self.frame.journal.live(reader) else {
                continue;
            };
            if live.project.is_some() && live.run > self.past.plan.run {
                let text = format!("run {} made it later, and it reads {name}", live.run);
                self.obstacle(ObstacleKind::Later, reader, text);
            }
        }
    }

    /// The journal says of it what the run said last.
    fn declared_as_left(&mut self, name: &ObjectName, generation: &Generation) {
        let records = self.past.done().flat_map(|planned| &planned.step.records);
        let mut said = records.filter_map(|record| match record {
            Record::Declared {
                name: of,
                generation: its,
                fingerprint,
                companions,
                ..
            } => Some((of, its, fingerprint, &**companions)),
            Record::Object(new) => Some((
                &new.name,
                &new.generation,
                &new.fingerprint,
                &new.companions,
            )),
            Record::Moved { .. }
            | Record::Settled { .. }
            | Record::Refreshed(_)
            | Record::Run { .. } => None,
        });
        let last = said.rfind(|(of, its, ..)| *of == name && *its == generation);
        let key = (name.clone(), generation.clone());
        if let (Some((_, _, fingerprint, companions)), Some(now)) =
            (last, self.frame.journal.objects.get(&key))
            && (now.fingerprint != *fingerprint || now.companions != *companions)
        {
            let text = "a later run declared it anew".to_owned();
            self.obstacle(ObstacleKind::Later, name, text);
        }
    }

    /// Nobody else has the name that comes back.
    fn is_free(&mut self, name: &ObjectName) {
        self.relies_on(name);
        if let Some(later) = self.frame.journal.live(name) {
            let text = format!("run {} made it anew later", later.run);
            self.obstacle(ObstacleKind::Later, name, text);
        } else if self.observed.relations.contains_key(name) {
            let text = "somebody else has its name now".to_owned();
            self.obstacle(ObstacleKind::Changed, name, text);
        }
    }

    fn is_live(&self, name: &ObjectName, generation: &Generation) -> bool {
        let live = self.frame.journal.live(name);
        live.is_some_and(|live| live.generation == *generation)
    }

    /// Building anew what the run replaced would not give a name back.
    fn rebuilt_no_more(&mut self, names: &[&ObjectName]) {
        let mut kinds = self.obstacles.iter().map(|obstacle| obstacle.kind);
        let lost = kinds.any(|kind| matches!(kind, ObstacleKind::KeptNoMore | ObstacleKind::Grown));
        for name in names.iter().filter(|_| lost) {
            let text =
                "the run renamed it, which cannot be taken back where others have to be built anew";
            self.obstacle(ObstacleKind::Unknown, name, text.to_owned());
        }
    }
}
