//! The plan that takes one run back, made of its plan and of what the journal says was done.
//!
//! 1. **One cutover undoes all its cutovers and retirements:** no name is missing for a moment, and a
//!    query that comes back finds every name that it reads, whichever step had changed it.
//! 2. What the run created loses its name and is retired, readers before what they read.
//! 3. Its alterations are undone, the last first.
//! 4. What it renamed gets its name back, and what reads it is told of as before.
//! 5. One last step settles what got another query back, and says that the run is taken back.
//!
//! Each step needs the one before it. Shadows that never took a name stay what they are: the run that
//! is taken back will not go on, so cleanup drops them. Tables that the run created stay: somebody may
//! have filled them.

use std::collections::{BTreeMap, BTreeSet};

use super::cutback::{self, Undone};
use super::record::{adopted_by, declared_by, moved, moved_names, names_before, old_of};
use super::{Obstacle, ObstacleKind, Readers, fingerprint};
use crate::engine::journal::{
    ObjectRecord, ObjectState, Record, RunKind, RunState, StepRecord, StepState,
};
use crate::engine::step::{Deed, Form, Physical, StepId, StepKind};
use crate::engine::{Generation, RunId};
use crate::model::name::ObjectName;
use crate::model::observed::Observed;
use crate::model::observed::relation::RelationKind;
use crate::plan::change::{Action, Change, Reason, ReasonKind, Summary, Way};
use crate::plan::decide::rebind::binding;
use crate::plan::sequence::Frame;
use crate::plan::sequence::steps::{At, Draft, Steps};
use crate::plan::{Plan, PlannedStep, Refusal};

/// How many created objects one transaction retires.
const RETIRED_TOGETHER: usize = 100;

/// A run that is to be taken back.
#[derive(Debug, Clone, Copy)]
pub struct PastRun<'a> {
    pub plan: &'a Plan,
    /// What the journal says of its steps.
    pub steps: &'a BTreeMap<StepId, StepRecord>,
    /// Runs that took others back. What they built anew is what the run left, where the text is.
    pub rollbacks: &'a BTreeSet<RunId>,
}

impl<'a> PastRun<'a> {
    /// The steps that were done, in their order.
    pub(super) fn done(self) -> impl DoubleEndedIterator<Item = &'a PlannedStep> {
        let done = |step: &&PlannedStep| {
            let record = self.steps.get(&step.step.id);
            record.is_some_and(|record| record.state == StepState::Done)
        };
        self.plan.steps.iter().filter(done)
    }
}

/// Makes the plan that takes a run back.
///
/// # Errors
///
/// With everything that stands in the way.
pub fn rollback(
    past: PastRun<'_>,
    observed: &Observed,
    frame: &Frame<'_>,
) -> Result<Plan, Vec<Obstacle>> {
    let mut back = Back::new(past, observed, frame);
    back.cutovers();
    back.created();
    for step in past.done().rev() {
        if step.step.kind == StepKind::Alter {
            back.altered(step);
        }
    }
    back.renamed();
    back.finish()
}

pub(super) struct Back<'a> {
    pub(super) past: PastRun<'a>,
    pub(super) observed: &'a Observed,
    pub(super) frame: &'a Frame<'a>,
    pub(super) readers: Readers<'a>,
    /// Everything that loses its name or gets its query back: who reads as one of these, reads no more.
    pub(super) ours: BTreeSet<&'a ObjectName>,
    /// Shadows and retired generations: they wait for cleanup, whatever they read.
    pub(super) aside: BTreeSet<ObjectName>,
    /// The indexes that are there and have the names that the run gave them.
    pub(super) indexes: BTreeSet<ObjectName>,
    pub(super) kinds: BTreeMap<&'a ObjectName, &'a str>,
    /// Functions, policies and rules that are there, with the statement that says what they say.
    pub(super) bound: BTreeMap<String, String>,
    pub(super) steps: Steps,
    pub(super) last: Option<At>,
    pub(super) settled: Vec<Record>,
    pub(super) changes: BTreeMap<ObjectName, Change>,
    pub(super) obstacles: BTreeSet<Obstacle>,
    pub(super) plan: Plan,
}

/// An object that the run created, and that is still as it made it.
struct Created<'a> {
    record: &'a ObjectRecord,
    relation: Physical,
    indexes: Vec<&'a ObjectName>,
}

impl<'a> Back<'a> {
    fn new(past: PastRun<'a>, observed: &'a Observed, frame: &'a Frame<'a>) -> Self {
        let mut ours = BTreeSet::new();
        for step in past.done() {
            ours.extend(step.step.records.iter().filter_map(|record| match record {
                Record::Object(object) if object.state == ObjectState::Live => Some(&object.name),
                Record::Moved {
                    name,
                    state: ObjectState::Live,
                    ..
                } => Some(name),
                _ => None,
            }));
            ours.extend(step.step.deeds.iter().filter_map(|deed| match deed {
                Deed::Redefine { relation, .. } => Some(&relation.name),
                _ => None,
            }));
        }
        let indexes = observed.relations.iter().flat_map(|(name, relation)| {
            let indexes = relation.indexes.keys();
            indexes.map(|index| ObjectName::new(&name.schema, index))
        });
        let records = frame.journal.objects.values();
        let aside = records
            .filter(|record| matches!(record.state, ObjectState::Shadow | ObjectState::Retired))
            .map(|record| ObjectName::new(&record.name.schema, &record.physical));
        let changes = past.plan.changes.iter();
        let kinds = changes.map(|change| (&change.object, change.kind.as_str()));
        let readers = observed.dependencies.keys();
        let bound = readers.filter_map(|reader| {
            let statement = binding(observed, reader)?;
            Some((reader.to_string(), statement))
        });
        let mut plan = frame.plan();
        plan.kind = RunKind::Rollback;
        Self {
            past,
            observed,
            frame,
            readers: Readers::of(observed),
            ours,
            aside: aside.collect(),
            indexes: indexes.collect(),
            kinds: kinds.collect(),
            bound: bound.collect(),
            steps: Steps::default(),
            last: None,
            settled: Vec::new(),
            changes: BTreeMap::new(),
            obstacles: BTreeSet::new(),
            plan,
        }
    }

    fn finish(mut self) -> Result<Plan, Vec<Obstacle>> {
        if !self.obstacles.is_empty() {
            return Err(self.obstacles.into_iter().collect());
        }
        let run = &self.past.plan.run;
        let mut step = Draft::of(StepKind::Settle, format!("settle run {run} as taken back"));
        step.records = std::mem::take(&mut self.settled);
        step.records.push(Record::Run {
            run: run.clone(),
            state: RunState::RolledBack,
        });
        self.add(step);
        self.note_older_rows();
        self.plan.changes = self.changes.into_values().collect();
        self.plan.summary = Summary::of(&self.plan.changes);
        self.plan.hazards.sort();
        self.plan.hazards.dedup();
        self.steps.finish(self.frame, &mut self.plan);
        Ok(self.plan)
    }

    pub(super) fn add(&mut self, mut step: Draft) {
        step.needs.extend(self.last);
        self.last = Some(self.steps.add(step));
    }

    pub(super) fn relies_on(&mut self, name: &ObjectName) {
        let seen = fingerprint(self.observed, name);
        self.plan.observed.insert(name.clone(), seen);
        let bound = self.readers.of_others(name).map(ToString::to_string);
        self.plan.readers.insert(name.clone(), bound.collect());
    }

    pub(super) fn obstacle(&mut self, kind: ObstacleKind, object: &ObjectName, text: String) {
        let run = &self.past.plan.run;
        let hint =
            (kind == ObstacleKind::Later).then(|| format!("dormer rollback {run} --through"));
        self.obstacles.insert(Obstacle {
            kind,
            refusal: Refusal {
                object: object.clone(),
                text,
                hint,
            },
        });
    }

    pub(super) fn change(&mut self, object: &ObjectName, action: Action, strategy: Option<Way>) {
        let kind = self
            .kinds
            .get(object)
            .copied()
            .unwrap_or("relation")
            .to_owned();
        let reason = Reason {
            kind: ReasonKind::Requested,
            text: format!("run {} is taken back", self.past.plan.run),
        };
        let change = Change {
            object: object.clone(),
            kind,
            action,
            reasons: vec![reason],
            strategy,
            because: Vec::new(),
            hazards: Vec::new(),
        };
        self.changes.insert(object.clone(), change);
    }

    /// What the run created is retired, the last built first.
    fn created(&mut self) {
        let mut indexes: BTreeMap<&ObjectName, Vec<&ObjectName>> = BTreeMap::new();
        let mut created: Vec<&ObjectRecord> = Vec::new();
        for step in self.past.done() {
            for deed in &step.step.deeds {
                if let (Deed::Index { index, .. }, Some(object)) = (deed, &step.step.object) {
                    indexes.entry(object).or_default().push(index);
                }
            }
            let built = step.step.kind == StepKind::Build;
            created.extend(step.step.records.iter().filter_map(|record| match record {
                Record::Object(object) if built && object.state == ObjectState::Live => {
                    Some(&**object)
                }
                _ => None,
            }));
        }
        let mut retiring = Vec::new();
        for record in created.into_iter().rev() {
            if !matches!(
                record.kind,
                RelationKind::View | RelationKind::MaterializedView
            ) {
                self.note_stays(&record.name, "it may hold rows that are nowhere else");
                continue;
            }
            if !self.still(&record.name, &record.generation) {
                continue;
            }
            if self.is_read(&record.name) {
                continue;
            }
            retiring.push(Created {
                record,
                relation: Physical {
                    name: record.name.clone(),
                    kind: record.kind,
                },
                indexes: indexes.remove(&record.name).unwrap_or_default(),
            });
        }
        for together in retiring.chunks(RETIRED_TOGETHER) {
            self.retire(together);
        }
    }

    fn retire(&mut self, created: &[Created<'_>]) {
        let names: Vec<&ObjectName> = created.iter().map(|one| &one.record.name).collect();
        let mut step = Draft::about_all(StepKind::Retire, "retire", &names);
        let longest = self.frame.longest();
        for one in created {
            let generation = &one.record.generation;
            let there = one
                .indexes
                .iter()
                .filter(|index| self.indexes.contains(**index));
            step.deeds.extend(there.map(|index| Deed::RenameIndex {
                index: (*index).clone(),
                to: generation.name(&index.name, longest),
            }));
        }
        for one in created {
            let to = one.record.generation.name(&one.record.name.name, longest);
            step.deeds.push(Deed::Rename {
                relation: one.relation.clone(),
                to: to.clone(),
            });
            step.deeds
                .extend(self.marked_away((&one.record.name, &one.record.generation), &to));
            step.records.push(Record::Moved {
                name: one.record.name.clone(),
                generation: one.record.generation.clone(),
                state: ObjectState::Retired,
                physical: to,
            });
        }
        for name in names {
            self.change(name, Action::Drop, None);
        }
        self.add(step);
    }

    /// Names go back, all at once.
    fn cutovers(&mut self) {
        let changes =
            |step: &&PlannedStep| matches!(step.step.kind, StepKind::Cutover | StepKind::Retire);
        let done: Vec<&'a PlannedStep> = self.past.done().filter(changes).collect();
        let names: BTreeSet<&ObjectName> = done.iter().flat_map(|step| moved_names(step)).collect();
        if done.is_empty() {
            return;
        }
        let names: Vec<&ObjectName> = names.into_iter().collect();
        let mut draft = Draft::about_all(StepKind::Cutover, "cutover", &names);
        let mut marks = Vec::new();
        for planned in done.iter().rev() {
            self.cutover(planned, &mut draft, &mut marks);
        }
        let mut deeds = Vec::new();
        for planned in &done {
            let left = self.as_left(planned);
            deeds.extend(left);
        }
        let Undone { deeds, stays } = cutback::cutover(&deeds, &self.indexes, self.frame);
        let object = Some(names.as_slice()).filter(|names| names.len() == 1);
        self.note_all(object.and_then(|names| names.first().copied()), &stays);
        draft.deeds = self.freed_for(&deeds);
        draft.deeds.extend(deeds);
        draft.deeds.append(&mut marks);
        self.add(draft);
    }

    /// What one cutover gave and took.
    fn cutover(&mut self, planned: &'a PlannedStep, draft: &mut Draft, marks: &mut Vec<Deed>) {
        let step = &planned.step;
        let shadows = names_before(&step.deeds);
        let olds: BTreeSet<&ObjectName> = step
            .records
            .iter()
            .filter_map(|record| old_of(record).map(|(name, _, _)| name))
            .collect();
        for record in &step.records {
            if let Some((name, generation, physical)) = old_of(record) {
                let physical = ObjectName::new(&name.schema, physical);
                self.kept(name, generation, &physical);
                draft
                    .records
                    .push(moved(record, ObjectState::Live, &name.name));
                if matches!(record, Record::Object(_)) {
                    self.settle(name, generation);
                }
            } else if let Record::Moved {
                name,
                generation,
                state: ObjectState::Live,
                ..
            } = record
            {
                self.made(name, generation, olds.contains(name));
                let away = shadows.get(name).copied().unwrap_or(name);
                marks.extend(self.marked_away((name, generation), &away.name));
                draft
                    .records
                    .push(moved(record, ObjectState::Retired, &away.name));
            }
        }
        self.unretired(planned);
        for deed in &step.deeds {
            if let Deed::Redefine {
                relation,
                before,
                form,
            } = deed
            {
                self.redefined(planned, relation, before);
                self.redefined_since(&relation.name, form);
            }
        }
        draft.records.extend(planned.undo.iter().cloned());
        draft.undo.extend(declared_by(planned));
    }

    /// Indexes of what the run created give away the names that old ones get back.
    fn freed_for(&mut self, deeds: &[Deed]) -> Vec<Deed> {
        let wanted: BTreeSet<ObjectName> = deeds
            .iter()
            .filter_map(|deed| match deed {
                Deed::RenameIndex { index, to } => Some(ObjectName::new(&index.schema, to)),
                _ => None,
            })
            .collect();
        let mut freed = Vec::new();
        for step in self.past.done() {
            for deed in &step.step.deeds {
                if let (Deed::Index { index, .. }, Some(object)) = (deed, &step.step.object)
                    && wanted.contains(index)
                    && self.indexes.remove(index)
                {
                    let generation = Generation::new(&self.past.plan.run, object);
                    freed.push(Deed::RenameIndex {
                        index: index.clone(),
                        to: generation.name(&index.name, self.frame.longest()),
                    });
                }
            }
        }
        freed
    }

    /// A view gets its query back, as long as it has not grown.
    fn redefined(&mut self, planned: &'a PlannedStep, relation: &'a Physical, before: &Form) {
        let name = &relation.name;
        self.relies_on(name);
        self.change(name, Action::Replace, Some(Way::Redefine));
        self.not_declared_later(planned, name);
        if let Some(live) = self.frame.journal.live(name) {
            let generation = live.generation.clone();
            self.settle(name, &generation);
        }
        let Some(now) = self.observed.relations.get(name) else {
            let text = "it is not there any more".to_owned();
            self.obstacle(ObstacleKind::Changed, name, text);
            return;
        };
        if let Form::Captured(before) = before
            && now.columns.len() > before.columns.len()
        {
            let text = "it got columns, and a view cannot lose them again".to_owned();
            self.obstacle(ObstacleKind::Grown, name, text);
        }
    }

    /// Companions go back to what they were.
    fn altered(&mut self, planned: &'a PlannedStep) {
        let step = &planned.step;
        let done = self.as_left(planned);
        let Undone { deeds, stays } = cutback::plainly(&done);
        self.note_all(step.object.as_ref(), &stays);
        if let Some(object) = &step.object {
            self.relies_on(object);
            self.not_declared_later(planned, object);
            self.not_taken_since(planned, object);
            let marks = |deed: &Deed| matches!(deed, Deed::Mark { .. });
            // What was only written beside it is taken back beside it.
            let action = if done.iter().all(marks) {
                Action::Mend
            } else {
                Action::Alter
            };
            self.change(object, action, None);
        }
        if deeds.is_empty() && planned.undo.is_empty() {
            return;
        }
        let mut draft = match &step.object {
            Some(object) => Draft::about(StepKind::Alter, object, format!("alter {object}")),
            None => Draft::of(StepKind::Alter, step.title.clone()),
        };
        draft.deeds = deeds;
        draft.records.clone_from(&planned.undo);
        draft.undo = adopted_by(planned).unwrap_or_else(|| declared_by(planned));
        self.add(draft);
    }

    pub(super) fn settle(&mut self, name: &ObjectName, generation: &Generation) {
        self.settled.push(Record::Settled {
            name: name.clone(),
            generation: generation.clone(),
        });
    }
}
