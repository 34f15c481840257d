//! What a run only renamed gets the name back that it had.

use super::ObstacleKind;
use super::cutback;
use super::record::moved;
use super::rollback::Back;
use crate::engine::Generation;
use crate::engine::journal::{ObjectState, Record};
use crate::engine::step::{Deed, StepKind};
use crate::model::name::ObjectName;
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
                    records.push(moved(record, ObjectState::Dropped, &object.physical));
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
                } if self.is_live(name, generation) => self.settle(name, generation),
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
