//! How long a plan will take, from what its steps took the last time.
//!
//! Steps that wait for each other add up, others share the sessions: what counts is the longest chain,
//! or all the work spread over the sessions, whichever is more.

use std::collections::BTreeMap;
use std::fmt;

use dormer_core::engine::step::StepId;
use dormer_core::plan::Plan;

use super::super::time::length;

/// Less is not worth a line.
const WORTH_TELLING_MS: u64 = 2_000;

/// A forecast of a whole plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Forecast {
    pub(crate) ms: u64,
    pub(crate) jobs: u32,
    /// Steps that never ran, so that nobody knows.
    pub(crate) unknown: usize,
}

impl Forecast {
    /// Makes the forecast; none where no step ever ran, or there is too little to tell.
    pub(crate) fn of(plan: &Plan) -> Option<Self> {
        let mut ends: BTreeMap<StepId, u64> = BTreeMap::new();
        let (mut all, mut unknown) = (0_u64, 0);
        for planned in &plan.steps {
            let ms = planned.forecast.map_or(0, |forecast| forecast.0);
            unknown += usize::from(planned.forecast.is_none());
            all = all.saturating_add(ms);
            let needs = planned.step.needs.iter();
            let start = needs.filter_map(|id| ends.get(id)).max().copied();
            let end = start.unwrap_or(0).saturating_add(ms);
            ends.insert(planned.step.id, end);
        }
        let chain = ends.values().max().copied().unwrap_or(0);
        let jobs = plan.limits.jobs.max(1);
        let ms = chain.max(all / u64::from(jobs));
        (ms >= WORTH_TELLING_MS).then_some(Self { ms, jobs, unknown })
    }
}

impl fmt::Display for Forecast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = length(self.ms);
        let sessions = match self.jobs {
            1 => "1 session".to_owned(),
            jobs => format!("{jobs} sessions"),
        };
        write!(f, "about {time} on {sessions}, as the last time")?;
        if self.unknown > 0 {
            let steps = if self.unknown == 1 { "step" } else { "steps" };
            write!(f, "; {} {steps} not counted that never ran", self.unknown)?;
        }
        Ok(())
    }
}
