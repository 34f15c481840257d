//! Objects that only got another name: recognised, never guessed, and renamed where they stand.
//!
//! - **A rename is one object that no file declares any more, and one that is not deployed yet, of one
//!   kind, in one schema, with one definition.** Names that were renamed below count as one in the
//!   definition. Two that could be meant are none: both are planned as they are, and a note says why.
//! - Whatever else is planned, is planned for the target as the renames leave it: see [`world`]. So a
//!   renamed object is compared, altered and replaced as any other.
//! - The renames are the first step. Rows, grants, comments, indexes and readers that are bound by identity
//!   stay; whoever reads by name does not, and a note says so.

mod find;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use dormer_sql::Dialect;

use super::change::{Action, ReasonKind};
use super::decision::{Decision, Decisions, How};
use super::sequence::Frame;
use super::sequence::steps::{At, Draft, Steps};
use super::text::{self, Names};
use super::{Refusal, change::Reason};
use crate::engine::Generation;
use crate::engine::hazard::{Note, NoteKind};
use crate::engine::journal::{ObjectRecord, ObjectState, Record};
use crate::engine::step::{Deed, Physical, StepKind};
use crate::model::name::ObjectName;
use crate::model::observed::dependency::Reader;

pub use world::{World, world};

/// All renames of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Renames {
    found: Vec<Renamed>,
    /// Live generations of other objects whose text names a renamed one: as the journal has them, and as
    /// it will.
    respelled: Vec<(ObjectRecord, ObjectRecord)>,
    notes: Vec<Note>,
    /// What looks different by the renames, by the name that it will have: the name that it has, and its
    /// fingerprint, none behind a lock.
    looks: BTreeMap<ObjectName, (ObjectName, Option<String>)>,
    /// Who is bound to what is renamed, by the names of now.
    readers: BTreeMap<ObjectName, BTreeSet<String>>,
    /// Readers whose text could not be given the new names.
    unreadable: BTreeSet<ObjectName>,
    /// Functions, policies and rules that are bound to something renamed.
    bound: BTreeSet<String>,
    /// What is renamed, by its new name, and everything above.
    above: BTreeSet<ObjectName>,
}

/// One object with another name.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Renamed {
    from: Physical,
    to: ObjectName,
    /// As the journal will know it.
    record: ObjectRecord,
    indexes: Vec<(ObjectName, String)>,
}

impl Renames {
    /// New names to old ones: what is asked before the renames is asked in old ones.
    pub(in crate::plan) fn back(&self) -> Names {
        let found = self.found.iter();
        found
            .map(|one| (one.to.clone(), one.from.name.clone()))
            .collect()
    }

    /// What the target said before the renames, as it will say it after them.
    pub(in crate::plan) fn respelled(&self, definition: &str, dialect: Dialect) -> Option<String> {
        let found = self.found.iter();
        let names: Names = found
            .map(|one| (one.from.name.clone(), one.to.clone()))
            .collect();
        let text = text::captured(definition, &names, dialect).ok()?;
        Some(format!("{text};"))
    }

    /// Tells of the renames in decisions that were made for the target as it will be then.
    pub(in crate::plan) fn tell(&self, decisions: &mut Decisions) {
        for renamed in &self.found {
            let Some(decision) = decisions.objects.get_mut(&renamed.to) else {
                continue;
            };
            if decision.action == Action::Keep {
                decision.action = Action::Alter;
            }
            decision.reasons.insert(
                0,
                Reason {
                    kind: ReasonKind::Renamed,
                    text: format!("renamed: it was {}", renamed.from.name),
                },
            );
            decisions.notes.push(Note {
                kind: NoteKind::Renamed,
                object: Some(renamed.to.clone()),
                text: format!(
                    "whoever reads {} by name, a query or the text of a function, has to say {} from \
                     then on",
                    renamed.from.name, renamed.to
                ),
            });
        }
        decisions.notes.extend(self.notes.iter().cloned());
        self.rely(decisions);
        self.refuse(decisions);
        if !self.found.is_empty() {
            decisions.renames = self.clone();
        }
    }

    /// What the plan relies on is what is there before the renames.
    fn rely(&self, decisions: &mut Decisions) {
        let relied = &mut decisions.relied_on;
        for (name, (now, print)) in &self.looks {
            let Some(known) = relied.remove(name) else {
                continue;
            };
            if known.is_some() && print.is_some() {
                relied.insert(now.clone(), print.clone());
            }
        }
        for renamed in &self.found {
            let from = &renamed.from.name;
            if let Some((_, Some(print))) = self.looks.get(&renamed.to) {
                relied.insert(from.clone(), Some(print.clone()));
            }
            relied.insert(renamed.to.clone(), None);
            let readers = self.readers.get(from).cloned().unwrap_or_default();
            decisions.readers.insert(from.clone(), readers);
        }
    }

    /// What is bound to a renamed object by a text that cannot be given the new name cannot be bound anew
    /// in the same plan.
    fn refuse(&self, decisions: &mut Decisions) {
        let stands = |decision: &&Decision| matches!(decision.how, How::Keep | How::Alter { .. });
        let mut changed: Vec<(ObjectName, String)> = Vec::new();
        for decision in decisions.objects.values().filter(|one| !stands(one)) {
            if self.unreadable.contains(&decision.object) {
                changed.push((decision.object.clone(), decision.object.to_string()));
            }
        }
        for rebind in &decisions.rebinds {
            if let (true, Some(on)) = (self.bound.contains(&rebind.what), rebind.on.first()) {
                changed.push((on.clone(), rebind.what.clone()));
            }
        }
        for (object, what) in changed {
            decisions.refused.push(Refusal {
                object,
                text: format!(
                    "{what} names what is renamed, and cannot be bound anew in the same plan"
                ),
                hint: Some("apply the new name first, and the other changes after it".to_owned()),
            });
        }
    }

    /// Adds the step of the renames, and has everything wait for it that stands on what is renamed.
    pub(in crate::plan) fn sequence(&self, frame: &Frame<'_>, steps: &mut Steps) -> Option<At> {
        if self.found.is_empty() {
            return None;
        }
        let rename = steps.add(self.step(frame));
        let settle = steps.add(self.settle(rename));
        let gate = BTreeSet::from([rename, settle]);
        steps.wait(settle, &gate, |object| {
            object.is_none_or(|object| self.above.contains(object))
        });
        Some(rename)
    }

    fn step(&self, frame: &Frame<'_>) -> Draft {
        let names: Vec<&ObjectName> = self.found.iter().map(|one| &one.from.name).collect();
        let mut step = match self.found.as_slice() {
            [one] => {
                let title = format!("rename {} to {}", one.from.name, one.to.name);
                Draft::about(StepKind::Rename, &one.to, title)
            }
            _ => Draft::about_all(StepKind::Rename, "rename", &names),
        };
        for renamed in &self.found {
            for (index, to) in &renamed.indexes {
                step.deeds.push(Deed::RenameIndex {
                    index: index.clone(),
                    to: to.clone(),
                });
            }
        }
        for renamed in &self.found {
            step.deeds.push(Deed::Rename {
                relation: renamed.from.clone(),
                to: renamed.to.name.to_string(),
            });
            step.records.push(Record::Moved {
                name: renamed.from.name.clone(),
                generation: renamed.record.generation.clone(),
                state: ObjectState::Dropped,
                physical: renamed.from.name.name.to_string(),
            });
            step.records.push(Record::Object(Box::new(ObjectRecord {
                run: frame.run.clone(),
                ..renamed.record.clone()
            })));
        }
        for (before, after) in &self.respelled {
            step.records.push(declared(after));
            step.undo.push(declared(before));
        }
        step
    }

    /// The target spells definitions in another way from then on.
    fn settle(&self, rename: At) -> Draft {
        let found = self.found.iter().map(|one| &one.record);
        let all: Vec<&ObjectRecord> = found
            .chain(self.respelled.iter().map(|(_, after)| after))
            .collect();
        let names: Vec<&ObjectName> = all.iter().map(|record| &record.name).collect();
        let mut step = Draft::about_all(StepKind::Settle, "settle", &names);
        step.needs.insert(rename);
        step.records = all.into_iter().map(settled).collect();
        step
    }
}

fn declared(record: &ObjectRecord) -> Record {
    Record::Declared {
        name: record.name.clone(),
        generation: record.generation.clone(),
        fingerprint: record.fingerprint.clone(),
        declared: record.declared.clone(),
        companions: Box::new(record.companions.clone()),
    }
}

fn settled(record: &ObjectRecord) -> Record {
    Record::Settled {
        name: record.name.clone(),
        generation: Generation::clone(&record.generation),
    }
}

/// Whether a reader is bound by a text of its own that is no query of a relation.
const fn has_text(reader: &Reader) -> bool {
    match reader {
        Reader::Function(_) | Reader::Rule { .. } | Reader::Policy { .. } => true,
        Reader::Relation(_) | Reader::Default { .. } | Reader::Column { .. } => false,
    }
}
