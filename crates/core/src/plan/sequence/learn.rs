//! What the journal learns: of new generations, of old ones that it did not know, of other texts that
//! mean the same.
//!
//! **What a record writes over is kept beside it,** so that a run can be taken back from its plan alone.

use super::Frame;
use super::build::{carries_marker, marker};
use super::steps::{At, Draft, Steps};
use crate::engine::Generation;
use crate::engine::journal::{ObjectRecord, ObjectState, Record, RecordedCompanions};
use crate::engine::step::{Deed, Physical};
use crate::plan::decision::{Decision, Decisions, Declaration, How, Old, Own};

/// One generation of a decided object.
#[derive(Debug, Clone, Copy)]
pub(super) struct Story<'a> {
    pub(super) decision: &'a Decision,
    pub(super) generation: &'a Generation,
    pub(super) frame: &'a Frame<'a>,
}

/// Whether the run gave an object another text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Text {
    Same,
    New,
}

impl Story<'_> {
    /// What the journal says of a generation that this run makes, or of one that it declares anew.
    pub(super) fn object(&self, relation: &Physical, state: ObjectState) -> ObjectRecord {
        let mut record = self.bare(relation, state);
        match &self.decision.own {
            Own::Declared(declaration) => {
                record.fingerprint.clone_from(&declaration.fingerprint);
                record.declared.clone_from(&declaration.declared);
                record.companions.clone_from(&declaration.companions);
            }
            // It says of the new generation what its project said of the old one.
            Own::External { project: Some(_) } => {
                if let Some(before) = self.frame.journal.live(&self.decision.object) {
                    record.fingerprint.clone_from(&before.fingerprint);
                    record.declared.clone_from(&before.declared);
                    record.companions.clone_from(&before.companions);
                }
            }
            Own::Recorded | Own::External { project: None } => {}
        }
        record
    }

    /// A generation of which nothing is known but that it is there.
    fn bare(&self, relation: &Physical, state: ObjectState) -> ObjectRecord {
        let project = match &self.decision.own {
            Own::Declared(_) | Own::Recorded => Some(self.frame.project.to_owned()),
            Own::External { project } => project.clone(),
        };
        let target = match &self.decision.own {
            Own::Declared(_) | Own::Recorded => Some(self.frame.target.to_owned()),
            Own::External { .. } => {
                let before = self.frame.journal.live(&self.decision.object);
                before.and_then(|before| before.target.clone())
            }
        };
        ObjectRecord {
            name: self.decision.object.clone(),
            kind: relation.kind,
            generation: self.generation.clone(),
            physical: relation.name.name.to_string(),
            state,
            project,
            target,
            run: self.frame.run.clone(),
            fingerprint: String::new(),
            declared: String::new(),
            companions: RecordedCompanions::default(),
            observed: None,
            version: None,
            since: None,
        }
    }

    /// The journal hears another text or other companions of a generation that it knows.
    pub(super) fn declared(&self, declaration: &Declaration, step: &mut Draft) {
        step.records.push(self.declaration(declaration));
        step.undo.extend(self.former());
    }

    fn declaration(&self, declaration: &Declaration) -> Record {
        Record::Declared {
            name: self.decision.object.clone(),
            generation: self.generation.clone(),
            fingerprint: declaration.fingerprint.clone(),
            declared: declaration.declared.clone(),
            companions: Box::new(declaration.companions.clone()),
        }
    }

    /// What the journal says now.
    fn former(&self) -> Option<Record> {
        let key = (self.decision.object.clone(), self.generation.clone());
        let before = self.frame.journal.objects.get(&key)?;
        Some(Record::Declared {
            name: before.name.clone(),
            generation: before.generation.clone(),
            fingerprint: before.fingerprint.clone(),
            declared: before.declared.clone(),
            companions: Box::new(before.companions.clone()),
        })
    }

    /// What is left of an object that the journal hears of for the first time, once that is taken back:
    /// nobody declared its companions, nor, where the text is new as well, the object.
    pub(super) fn unheard(&self, text: Text) -> Record {
        let declaration = match (&self.decision.own, text) {
            (Own::Declared(declaration), Text::Same) => Declaration {
                companions: RecordedCompanions::default(),
                ..(**declaration).clone()
            },
            (Own::Declared(_), Text::New) | (Own::Recorded | Own::External { .. }, _) => {
                Declaration {
                    fingerprint: String::new(),
                    declared: String::new(),
                    companions: RecordedCompanions::default(),
                }
            }
        };
        self.declaration(&declaration)
    }

    pub(super) fn settled(&self) -> Record {
        Record::Settled {
            name: self.decision.object.clone(),
            generation: self.generation.clone(),
        }
    }
}

/// An old generation loses its name: `to` is the one that it has afterwards.
pub(super) fn retired(decision: &Decision, old: &Old, to: &Physical, frame: &Frame<'_>) -> Record {
    if old.recorded.is_some() {
        return Record::Moved {
            name: decision.object.clone(),
            generation: old.generation.clone(),
            state: ObjectState::Retired,
            physical: to.name.name.to_string(),
        };
    }
    let story = Story {
        decision,
        generation: &old.generation,
        frame,
    };
    Record::Object(Box::new(story.bare(to, ObjectState::Retired)))
}

/// An object was altered where it stands.
pub(super) fn altered(
    decision: &Decision,
    known: (Option<&Generation>, &Generation),
    frame: &Frame<'_>,
    step: &mut Draft,
) {
    let (known, new) = known;
    let story = Story {
        decision,
        generation: known.unwrap_or(new),
        frame,
    };
    match (&decision.own, known) {
        (Own::Declared(declaration), Some(_)) => {
            story.declared(declaration, step);
            let grows = |deed: &Deed| matches!(deed, Deed::AddColumn { .. });
            let deeds = match &decision.how {
                How::Alter { deeds, .. } => deeds.as_slice(),
                _ => &[],
            };
            if deeds.iter().any(grows) {
                step.records.push(story.settled());
            }
        }
        (Own::Declared(_), None) => {
            let relation = Physical {
                name: decision.object.clone(),
                kind: decision.kind,
            };
            mark(&story, &relation, step);
            let record = story.object(&relation, ObjectState::Live);
            step.records.push(Record::Object(Box::new(record)));
            step.records.push(story.settled());
            step.undo.push(story.unheard(Text::Same));
        }
        (Own::Recorded | Own::External { .. }, _) => {}
    }
}

/// Writes the marker of a relation that gets its generation as it stands, where it was not decided.
fn mark(story: &Story<'_>, relation: &Physical, step: &mut Draft) {
    let place = story.frame.engine.capabilities().marker;
    let marked = step
        .deeds
        .iter()
        .any(|deed| matches!(deed, Deed::Mark { .. }));
    if !marked && carries_marker(place, relation.kind) {
        step.deeds.push(Deed::Mark {
            relation: relation.clone(),
            marker: Some(marker(&story.decision.own, story.generation, story.frame)),
            before: None,
        });
    }
}

/// Other texts that mean the same, for objects that nothing else is done to: the first step tells the
/// journal, or the one that gives them their names. A plan of nothing but these stays empty.
pub(super) fn kept(
    decisions: &Decisions,
    (frame, renamed): (&Frame<'_>, Option<At>),
    steps: &mut Steps,
) {
    let first = match renamed {
        Some(renamed) => steps.get_mut(renamed),
        None => steps.first_mut(),
    };
    let Some(first) = first else {
        return;
    };
    first.records.extend(decisions.ended.iter().cloned());
    for decision in decisions.objects.values() {
        let (How::Keep, Own::Declared(declaration)) = (&decision.how, &decision.own) else {
            continue;
        };
        let Some(live) = frame.journal.live(&decision.object) else {
            continue;
        };
        let same = live.fingerprint == declaration.fingerprint
            && live.declared == declaration.declared
            && live.companions == declaration.companions;
        if !same && live.project.as_deref() == Some(frame.project) {
            let story = Story {
                decision,
                generation: &live.generation,
                frame,
            };
            story.declared(declaration, first);
        }
    }
}
