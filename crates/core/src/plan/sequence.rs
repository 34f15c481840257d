//! From decisions to steps: what is done, in which order, and what the journal says of it.
//!
//! - **A step needs what must be done before it, and its number is higher.** Whatever does not need one
//!   another can be done at the same time.
//! - Nobody reads a shadow before its cutover; a cutover needs all that belongs to its shadows.
//! - **A cutover is one step for all that hangs together,** and independent ones stay apart: a failure
//!   stops what stands on it and nothing else.
//! - A created object is settled where it is built: nothing that it reads changes its name later.
//! - No deed here takes anything away but the shadows that earlier runs left.

pub(in crate::plan) mod build;
pub(in crate::plan) mod cutover;
#[cfg(test)]
pub(in crate::plan) mod fixture;
mod group;
mod learn;
mod order;
#[cfg(test)]
pub(in crate::plan) mod properties;
pub(in crate::plan) mod steps;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod waiting_tests;

use std::collections::BTreeMap;

use super::change::{Action, Change, Summary, Way};
use super::decision::{Decision, Decisions, How, Own};
use super::{FORMAT_VERSION, Plan, PlanLimits};
use crate::engine::hazard::Hazard;
use crate::engine::journal::{Journal, ObjectRecord, ObjectState, Record, RunKind, RunState};
use crate::engine::step::{Deed, Physical, StepKind};
use crate::engine::{Engine, RunId};
use crate::model::name::ObjectName;
use crate::model::observed::relation::RelationKind;
use build::Builder;
use steps::{Draft, Steps};

/// What a plan is made for.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// Dormer's own version.
    pub tool: &'a str,
    pub project: &'a str,
    pub target: &'a str,
    pub engine: &'a dyn Engine,
    /// The engine and its version, as people read it.
    pub engine_text: &'a str,
    pub run: &'a RunId,
    pub kind: RunKind,
    pub journal: &'a Journal,
    pub limits: PlanLimits,
}

impl Frame<'_> {
    /// A plan for it in which nothing is done.
    pub(in crate::plan) fn plan(&self) -> Plan {
        Plan {
            format_version: FORMAT_VERSION,
            tool: self.tool.to_owned(),
            kind: self.kind,
            project: self.project.to_owned(),
            target: self.target.to_owned(),
            engine: self.engine_text.to_owned(),
            run: self.run.clone(),
            summary: Summary::default(),
            changes: Vec::new(),
            notes: Vec::new(),
            hazards: Vec::new(),
            refused: Vec::new(),
            steps: Vec::new(),
            observed: BTreeMap::new(),
            readers: BTreeMap::new(),
            limits: self.limits,
        }
    }

    /// The longest name that the engine has.
    pub(in crate::plan) fn longest(&self) -> Option<usize> {
        self.engine.capabilities().name_bytes
    }
}

/// Makes the plan of what was decided.
#[must_use]
pub fn plan(decisions: Decisions, frame: &Frame<'_>) -> Plan {
    let changes = changes(&decisions);
    let mut steps = Steps::default();
    drop_leftovers(&decisions.leftovers, &mut steps);
    let order = order::reads_first(&decisions.objects);
    let mut builder = Builder::new(frame, &mut steps);
    builder.schemas(&decisions.schemas);
    for decision in &order {
        builder.decision(decision);
    }
    let built = builder.finish();
    let groups = group::of(&order, &decisions.rebinds, &decisions.sets);
    cutover::add(groups, &built, frame, &mut steps);
    let renamed = decisions.renames.sequence(frame, &mut steps);
    learn::kept(&decisions, (frame, renamed), &mut steps);

    let mut plan = frame.plan();
    plan.summary = Summary::of(&changes);
    plan.changes = changes;
    plan.notes = decisions.notes;
    plan.hazards = decisions.hazards;
    plan.refused = decisions.refused;
    plan.observed = decisions.relied_on;
    plan.readers = decisions.readers;
    steps.finish(frame, &mut plan);
    plan
}

/// Shadows of runs that will not go on: readers before what they read, as they were decided, so each
/// waits for the one before it. Nothing else waits for them: the names of other shadows differ.
fn drop_leftovers(leftovers: &[ObjectRecord], steps: &mut Steps) {
    let mut runs: Vec<&RunId> = leftovers.iter().map(|leftover| &leftover.run).collect();
    runs.sort_unstable();
    runs.dedup();
    let abandoned = |run: &RunId| Record::Run {
        run: run.clone(),
        state: RunState::Abandoned,
    };
    let mut records: Vec<Record> = runs.into_iter().map(abandoned).collect();
    let mut before = None;
    for leftover in leftovers {
        let mut step = drop_step(leftover);
        step.records.splice(0..0, records.drain(..));
        step.needs.extend(before);
        before = Some(steps.add(step));
    }
}

/// Takes a generation away for good.
pub(in crate::plan) fn drop_step(record: &ObjectRecord) -> Draft {
    let relation = Physical {
        name: ObjectName::new(&record.name.schema, &record.physical),
        kind: record.kind,
    };
    let mut step = Draft::about(
        StepKind::Drop,
        &record.name,
        format!("drop {}", relation.name),
    );
    step.deeds.push(Deed::Drop { relation });
    step.records.push(Record::Moved {
        name: record.name.clone(),
        generation: record.generation.clone(),
        state: ObjectState::Dropped,
        physical: record.physical.clone(),
    });
    step
}

fn changes(decisions: &Decisions) -> Vec<Change> {
    let mut hazards: BTreeMap<&ObjectName, Vec<String>> = BTreeMap::new();
    for Hazard { kind, object, .. } in &decisions.hazards {
        if let Some(object) = object {
            let named = hazards.entry(object).or_default();
            let name = kind.as_str().to_owned();
            if !named.contains(&name) {
                named.push(name);
            }
        }
    }
    let change = |decision: &Decision| Change {
        object: decision.object.clone(),
        kind: kind_words(decision.kind),
        action: decision.action,
        reasons: decision.reasons.clone(),
        strategy: strategy(decision),
        because: decision.because.clone(),
        hazards: hazards.get(&decision.object).cloned().unwrap_or_default(),
    };
    decisions.objects.values().map(change).collect()
}

fn strategy(decision: &Decision) -> Option<Way> {
    if !matches!(decision.action, Action::Replace | Action::Carry) {
        return None;
    }
    match &decision.how {
        How::Create(new) | How::Swap { new, .. } => Some(new.way),
        How::Redefine { .. } => Some(match decision.own {
            Own::Declared(_) | Own::Recorded => Way::Redefine,
            Own::External { .. } => Way::RePoint,
        }),
        How::Leave => Some(Way::Leave),
        How::Keep | How::Alter { .. } | How::Retire { .. } => None,
    }
}

/// A kind as people say it.
pub(in crate::plan) fn kind_words(kind: RelationKind) -> String {
    kind.as_str().replace('-', " ")
}
