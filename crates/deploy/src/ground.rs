//! Whether rows changed since a shadow was filled. **A cutover never makes data older.**
//!
//! - Pulses are taken right before a fill, and kept with its step for a later try.
//! - What readers see now may have been refreshed meanwhile: its storage moved, and then the shadow is
//!   filled again, always. Counters are a hint: they have a shadow filled again a few times, no more,
//!   or a busy table would keep the cutover away for ever.
//! - **What is filled again is audited again.** Until all its audits passed, the journal does not say
//!   what it was filled from: a later try has to fill it once more.
//! - What is new to readers cannot be older than what they saw.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use dormer_core::engine::session::Pulse;
use dormer_core::engine::step::{StepId, StepKind};
use dormer_core::engine::{EngineError, Session};
use dormer_core::model::name::ObjectName;
use dormer_core::plan::{PlannedStep, ShadowInputs};

use crate::web::Web;

/// How often counters may have a group filled again.
const HINTED_ROUNDS: u32 = 3;
/// How often anything may.
const ALL_ROUNDS: u32 = 10;

type Pulses = BTreeMap<ObjectName, Pulse>;

/// The pulses that were seen before each fill of this run.
#[derive(Debug, Default)]
pub(crate) struct Grounds {
    before: Mutex<BTreeMap<StepId, Pulses>>,
}

/// What was read of pulses before fills, on its way into the journal.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen(BTreeMap<StepId, Pulses>);

impl Seen {
    /// What a later try has to know; none where there is nothing.
    pub(crate) fn detail(&self) -> Option<String> {
        (!self.0.is_empty()).then(|| serde_json::to_string(&self.0).ok())?
    }

    /// The part of it that is of one step.
    pub(crate) fn of(&self, step: StepId) -> Self {
        let pulses = self.0.get(&step).cloned();
        Self(pulses.into_iter().map(|pulses| (step, pulses)).collect())
    }

    /// Adds what was seen before other fills.
    pub(crate) fn add(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

impl Grounds {
    /// Takes over what the journal kept.
    pub(crate) fn recall(&self, detail: &str) {
        if let Ok(seen) = serde_json::from_str(detail) {
            self.keep(Seen(seen));
        }
    }

    /// Reads the pulses that the fills among these steps must be compared with later.
    pub(crate) async fn look(
        session: &mut dyn Session,
        steps: &[&PlannedStep],
    ) -> Result<Seen, EngineError> {
        let fills: Vec<(StepId, BTreeSet<ObjectName>)> = steps
            .iter()
            .filter(|step| step.step.kind == StepKind::Fill)
            .map(|step| (step.step.id, step.inputs.iter().flat_map(watched).collect()))
            .filter(|(_, names): &(_, BTreeSet<_>)| !names.is_empty())
            .collect();
        if fills.is_empty() {
            return Ok(Seen::default());
        }
        let names = fills.iter().flat_map(|(_, names)| names.iter().cloned());
        let pulses = session.pulses(&names.collect()).await?;
        let of = |names: BTreeSet<ObjectName>| {
            let found = names.into_iter().filter_map(|name| {
                let pulse = pulses.get(&name)?.clone();
                Some((name, pulse))
            });
            found.collect()
        };
        let seen = fills.into_iter().map(|(step, names)| (step, of(names)));
        Ok(Seen(seen.collect()))
    }

    /// Keeps what was seen before fills that are done now.
    pub(crate) fn keep(&self, seen: Seen) {
        let mut before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        before.extend(seen.0);
    }

    /// Which fills of a group are behind what they were made of.
    async fn behind(
        &self,
        session: &mut dyn Session,
        group: &[&ShadowInputs],
    ) -> Result<Behind, EngineError> {
        let names: BTreeSet<ObjectName> = group.iter().copied().flat_map(watched).collect();
        if names.is_empty() {
            return Ok(Behind::default());
        }
        let now = session.pulses(&names).await?;
        let before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        let mut behind = Behind::default();
        for inputs in group.iter().filter(|inputs| inputs.live.is_some()) {
            let Some(before) = before.get(&inputs.fill) else {
                behind.surely.insert(inputs.fill);
                continue;
            };
            let storage = |pulses: &Pulses| {
                let live = inputs.live.as_ref().and_then(|live| pulses.get(live));
                live.and_then(|pulse| pulse.storage.clone())
            };
            if storage(before) != storage(&now) {
                behind.surely.insert(inputs.fill);
            } else if watched(inputs).any(|name| before.get(&name) != now.get(&name)) {
                behind.perhaps.insert(inputs.fill);
            }
        }
        Ok(behind)
    }
}

/// The relations whose pulses tell whether a shadow is behind; none for what is new to readers.
fn watched(inputs: &ShadowInputs) -> impl Iterator<Item = ObjectName> {
    let grounds = inputs.live.is_some().then_some(&inputs.grounds);
    let grounds = grounds.into_iter().flatten();
    grounds.chain(&inputs.live).cloned()
}

#[derive(Debug, Default)]
struct Behind {
    surely: BTreeSet<StepId>,
    perhaps: BTreeSet<StepId>,
}

/// How often a group was filled again before its cutover.
#[derive(Debug, Default)]
pub(crate) struct Rounds {
    hinted: u32,
    all: u32,
}

/// What stands between a group and its cutover.
#[derive(Debug)]
pub(crate) enum Standing<'p> {
    /// Nothing.
    Firm,
    /// These steps have to be done again, in this order.
    Again(Vec<&'p PlannedStep>),
    /// It was filled again and again, and what readers see was refreshed each time.
    Restless,
}

impl Rounds {
    /// Tells what has to be done again before a cutover.
    pub(crate) async fn next<'p>(
        &mut self,
        (grounds, web): (&Grounds, &Web<'p>),
        session: &mut dyn Session,
        cutover: &PlannedStep,
    ) -> Result<Standing<'p>, EngineError> {
        let known = |inputs: &&ShadowInputs| web.get(inputs.fill).is_some();
        let group: Vec<&ShadowInputs> = cutover.inputs.iter().filter(known).collect();
        let mut behind = grounds.behind(session, &group).await?;
        if self.hinted < HINTED_ROUNDS {
            behind.surely.append(&mut behind.perhaps);
            self.hinted += u32::from(!behind.surely.is_empty());
        }
        if behind.surely.is_empty() {
            return Ok(Standing::Firm);
        }
        if self.all >= ALL_ROUNDS {
            return Ok(Standing::Restless);
        }
        self.all += 1;
        let fills: BTreeSet<StepId> = group.iter().map(|inputs| inputs.fill).collect();
        let needed = web.upstream(cutover.step.id);
        let mut again = web.downstream(behind.surely.iter().copied());
        again.append(&mut behind.surely);
        // What stands on a shadow that is filled again is filled again too, and audited again.
        let repeated = web.order().filter(|step| again.contains(&step.step.id));
        let audited = repeated
            .clone()
            .filter(|step| step.step.kind == StepKind::Audit && needed.contains(&step.step.id));
        let filled = repeated.filter(|step| fills.contains(&step.step.id));
        Ok(Standing::Again(filled.chain(audited).collect()))
    }
}
