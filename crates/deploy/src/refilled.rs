//! A fill counts as a refresh: what was seen of the ground before it is written down with it, under the
//! generation that it fills. Once that generation is what readers see, `dormer refresh` knows how fresh it is.
//!
//! **Pulses are read for the whole plan at once,** and again when they are older than a second: older ones
//! only have a view refreshed once more than needed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use dormer_core::engine::journal::Record;
use dormer_core::engine::refresh::{Before, Mode, RefreshNote};
use dormer_core::engine::session::Pulse;
use dormer_core::engine::step::{Deed, StepKind};
use dormer_core::engine::{EngineError, Session};
use dormer_core::model::name::ObjectName;
use dormer_core::model::observed::relation::RelationKind;
use dormer_core::plan::{Plan, PlannedStep};
use tokio::time::Instant;

/// Pulses that were seen so lately need not be seen again.
const YOUNG: Duration = Duration::from_secs(1);

/// What was seen of all that the shadows of a plan are made of.
#[derive(Debug, Default)]
pub(crate) struct Refills(Mutex<Option<Sounding>>);

#[derive(Debug, Clone)]
struct Sounding {
    at: Instant,
    epoch: Option<String>,
    pulses: BTreeMap<ObjectName, Pulse>,
}

impl Refills {
    /// What the journal is told of the fills among these steps.
    pub(crate) async fn notes(
        &self,
        session: &mut dyn Session,
        plan: &Plan,
        steps: &[&PlannedStep],
    ) -> Result<Vec<Record>, EngineError> {
        if !steps.iter().any(|step| fills_view(step)) {
            return Ok(Vec::new());
        }
        let sounding = self.sounding(session, plan).await?;
        Ok(told(&sounding, steps))
    }

    async fn sounding(
        &self,
        session: &mut dyn Session,
        plan: &Plan,
    ) -> Result<Sounding, EngineError> {
        let known = {
            let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            known.clone()
        };
        if let Some(known) = known.filter(|known| known.at.elapsed() < YOUNG) {
            return Ok(known);
        }
        let grounds = grounds(plan);
        let at = Instant::now();
        let epoch = session.counting().await?;
        let sounding = Sounding {
            at,
            epoch,
            pulses: if grounds.is_empty() {
                BTreeMap::new()
            } else {
                session.pulses(&grounds).await?
            },
        };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *known = Some(sounding.clone());
        Ok(sounding)
    }
}

/// All that the shadows of a plan are made of.
fn grounds(plan: &Plan) -> BTreeSet<ObjectName> {
    let inputs = plan.steps.iter().flat_map(|step| &step.inputs);
    inputs.flat_map(|inputs| &inputs.grounds).cloned().collect()
}

/// What the journal is told.
fn told(sounding: &Sounding, steps: &[&PlannedStep]) -> Vec<Record> {
    let fills = steps.iter().filter(|step| fills_view(step));
    let notes = fills.flat_map(|step| {
        let object = step.step.object.as_ref();
        step.inputs.iter().zip(object).map(|(inputs, object)| {
            let pulses = inputs.grounds.iter().filter_map(|name| {
                let pulse = sounding.pulses.get(name)?;
                Some((name.clone(), pulse.clone()))
            });
            Record::Refreshed(Box::new(RefreshNote {
                name: object.clone(),
                generation: inputs.generation.clone(),
                physical: inputs.shadow.clone(),
                mode: Mode::Fill,
                before: Some(Before {
                    epoch: sounding.epoch.clone(),
                    pulses: pulses.collect(),
                }),
                parents: Vec::new(),
                failed: None,
            }))
        })
    });
    notes.collect()
}

/// Whether a step brings the rows of a materialized view in.
fn fills_view(step: &PlannedStep) -> bool {
    let of_view = |deed: &Deed| match deed {
        Deed::Fill { relation } => relation.kind == RelationKind::MaterializedView,
        _ => false,
    };
    step.step.kind == StepKind::Fill && step.step.deeds.iter().any(of_view)
}
