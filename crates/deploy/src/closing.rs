//! What is written down and told once the last step is over. **Pure.**

use std::collections::{BTreeMap, BTreeSet};

use dormer_core::engine::EngineError;
use dormer_core::engine::journal::{RunKind, StepRecord, StepState};
use dormer_core::engine::step::{Deed, Millis, StepId, StepKind};
use dormer_core::model::name::ObjectName;
use dormer_core::plan::Plan;
use dormer_core::plan::change::{Action, Summary, Way};

use crate::outcome::{Ended, Outcome, Proof, ReadersSee};
use crate::schedule::Stand;
use crate::walk::Walked;
use crate::web::Web;

/// One line: `1 created, 2 replaced`.
pub(crate) fn summarize(summary: Summary) -> String {
    let counts = [
        (summary.create, "created"),
        (summary.alter, "altered"),
        (summary.replace, "replaced"),
        (summary.drop, "dropped"),
        (summary.carry, "carried"),
        (summary.leave, "left behind"),
        (summary.adopt, "adopted"),
        (summary.mend, "mended"),
    ];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    counts.join(", ")
}

pub(crate) fn last_error(walked: &Walked) -> Option<String> {
    match &walked.ended {
        Ended::Nothing | Ended::Done => None,
        Ended::Partial | Ended::Blocked => {
            let failed = walked.failed.iter().map(|failed| failed.error.to_string());
            let audits = walked
                .audits
                .iter()
                .map(|audit| format!("{} failed", audit.title));
            let blocked = walked.blocked.iter().map(|blocked| blocked.reason.clone());
            failed.chain(audits).chain(blocked).next()
        }
        Ended::Stale(stale) => {
            let first = stale.first();
            first.map(|stale| format!("{}: {}", stale.object, stale.difference))
        }
        Ended::Interrupted => Some("interrupted".to_owned()),
        Ended::LeaseLost(error) | Ended::Unreachable(error) => Some(error.to_string()),
    }
}

/// What the journal says of steps that failed or were skipped.
pub(crate) fn records(walked: &Walked, web: &Web<'_>) -> Vec<StepRecord> {
    let mut errors: BTreeMap<StepId, String> = BTreeMap::new();
    for failed in &walked.failed {
        errors.insert(failed.step, failed.error.to_string());
    }
    for audit in &walked.audits {
        errors.insert(audit.step, format!("a row was returned: {}", audit.row));
    }
    let not_done = walked.stands.iter().filter_map(|(id, stand)| {
        let (state, error) = match stand {
            Stand::Failed => (StepState::Failed, errors.get(id).cloned()),
            Stand::Skipped(because) => (StepState::Skipped, Some(format!("step {because} failed"))),
            Stand::Pending
            | Stand::Ready
            | Stand::Running
            | Stand::Done
            | Stand::Blocked
            | Stand::Stopped => return None,
        };
        let step = &web.get(*id)?.step;
        Some(StepRecord {
            step: *id,
            kind: step.kind,
            title: step.title.clone(),
            object: step.object.clone(),
            state,
            ms: Millis(0),
            error,
            detail: None,
        })
    });
    not_done.collect()
}

pub(crate) fn nothing(plan: &Plan) -> Outcome {
    Outcome {
        run: plan.run.clone(),
        kind: plan.kind,
        ended: Ended::Nothing,
        steps: 0,
        done: Vec::new(),
        failed: Vec::new(),
        audits: Vec::new(),
        skipped: Vec::new(),
        blocked: Vec::new(),
        proof: None,
        took: Millis(0),
        resumable: false,
        readers: ReadersSee::default(),
        unwritten: None,
    }
}

/// All that is known of a run that is over.
pub(crate) struct Told {
    pub(crate) walked: Walked,
    pub(crate) proof: Option<Proof>,
    pub(crate) unwritten: Option<EngineError>,
    pub(crate) took: Millis,
}

pub(crate) fn outcome(plan: &Plan, web: &Web<'_>, told: Told) -> Outcome {
    let walked = told.walked;
    let done = walked
        .stands
        .iter()
        .filter(|(_, stand)| **stand == Stand::Done);
    let done: Vec<StepId> = done.map(|(id, _)| *id).collect();
    Outcome {
        run: plan.run.clone(),
        kind: plan.kind,
        resumable: walked.ended != Ended::Done,
        steps: web.len(),
        readers: readers_see(plan, web, &walked),
        done,
        ended: walked.ended,
        failed: walked.failed,
        audits: walked.audits,
        skipped: walked.skipped,
        blocked: walked.blocked,
        proof: told.proof,
        took: told.took,
        unwritten: told.unwritten,
    }
}

/// Tells the objects that changed for readers from those that did not: an object changed when all
/// steps that show are done, or all its steps where none does.
fn readers_see(plan: &Plan, web: &Web<'_>, walked: &Walked) -> ReadersSee {
    if matches!(plan.kind, RunKind::Cleanup | RunKind::Adopt | RunKind::Mend) {
        // What is retired is read by nobody, and what is written beside an object is no row of it.
        return ReadersSee::default();
    }
    let mut shown: BTreeSet<&ObjectName> = BTreeSet::new();
    let mut old: BTreeSet<ObjectName> = BTreeSet::new();
    for step in web.order().filter(|step| shows(step.step.kind)) {
        let renamed = step.step.deeds.iter().filter_map(|deed| match deed {
            Deed::Rename { relation, .. } | Deed::Redefine { relation, .. } => Some(&relation.name),
            _ => None,
        });
        let objects: BTreeSet<&ObjectName> = step.step.object.iter().chain(renamed).collect();
        if walked.stands.get(&step.step.id) != Some(&Stand::Done) {
            old.extend(objects.iter().map(|object| (*object).clone()));
            // What is new has no name yet but the one that it would have taken.
            old.extend(step.step.deeds.iter().filter_map(|deed| match deed {
                Deed::Rename { relation, to } => Some(ObjectName::new(&relation.name.schema, to)),
                _ => None,
            }));
        }
        shown.extend(objects);
    }
    let unbuilt = web
        .order()
        .filter(|step| walked.stands.get(&step.step.id) != Some(&Stand::Done));
    let unbuilt: BTreeSet<&ObjectName> = unbuilt
        .filter_map(|step| step.step.object.as_ref())
        .collect();
    let mut see = ReadersSee::default();
    for change in plan
        .changes
        .iter()
        .filter(|change| change.action != Action::Keep)
        // What stays behind is neither: it keeps reading what was replaced.
        .filter(|change| change.strategy != Some(Way::Leave))
    {
        let object = &change.object;
        // A new object, or one that is only filled, is there when all of it is done.
        let whole = change.action == Action::Create || !shown.contains(object);
        let side = if old.contains(object) || (whole && unbuilt.contains(object)) {
            &mut see.old
        } else {
            &mut see.new
        };
        side.push(object.clone());
    }
    see
}

/// Whether readers see something else once a step of this kind is done.
const fn shows(kind: StepKind) -> bool {
    matches!(
        kind,
        StepKind::Cutover | StepKind::Alter | StepKind::Retire | StepKind::Rename
    )
}
