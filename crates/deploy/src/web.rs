//! The steps of a plan and who needs whom. **Pure, and the same for the whole run.**

use std::collections::{BTreeMap, BTreeSet};

use dormer_core::engine::step::StepId;
use dormer_core::plan::PlannedStep;

/// All steps, in an order in which they could be done one by one.
#[derive(Debug)]
pub(crate) struct Web<'p> {
    steps: BTreeMap<StepId, &'p PlannedStep>,
    dependents: BTreeMap<StepId, Vec<StepId>>,
    order: Vec<StepId>,
}

impl<'p> Web<'p> {
    /// Joins steps; a step that can never be begun is the error.
    pub(crate) fn new(planned: &'p [PlannedStep]) -> Result<Self, StepId> {
        let steps: BTreeMap<StepId, &PlannedStep> =
            planned.iter().map(|step| (step.step.id, step)).collect();
        let mut dependents: BTreeMap<StepId, Vec<StepId>> = BTreeMap::new();
        let mut missing: BTreeMap<StepId, usize> = BTreeMap::new();
        for (id, step) in &steps {
            missing.insert(*id, step.step.needs.len());
            for need in &step.step.needs {
                dependents.entry(*need).or_default().push(*id);
            }
        }
        let mut free: BTreeSet<StepId> = missing
            .iter()
            .filter_map(|(id, missing)| (*missing == 0).then_some(*id))
            .collect();
        let mut order = Vec::with_capacity(steps.len());
        while let Some(id) = free.pop_first() {
            order.push(id);
            missing.remove(&id);
            for dependent in dependents.get(&id).into_iter().flatten() {
                if let Some(count) = missing.get_mut(dependent) {
                    *count -= 1;
                    if *count == 0 {
                        free.insert(*dependent);
                    }
                }
            }
        }
        match missing.into_keys().next() {
            Some(unreachable) => Err(unreachable),
            None => Ok(Self {
                steps,
                dependents,
                order,
            }),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.steps.len()
    }

    pub(crate) fn get(&self, id: StepId) -> Option<&'p PlannedStep> {
        self.steps.get(&id).copied()
    }

    pub(crate) fn order(&self) -> impl DoubleEndedIterator<Item = &'p PlannedStep> + Clone {
        self.order.iter().filter_map(|id| self.get(*id))
    }

    /// The steps that need this one themselves.
    pub(crate) fn dependents(&self, id: StepId) -> &[StepId] {
        self.dependents.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The steps that need one of these, through any number of others; not these.
    pub(crate) fn downstream(&self, of: impl IntoIterator<Item = StepId>) -> BTreeSet<StepId> {
        let mut found = BTreeSet::new();
        let mut open: Vec<StepId> = of.into_iter().collect();
        while let Some(id) = open.pop() {
            for dependent in self.dependents(id) {
                if found.insert(*dependent) {
                    open.push(*dependent);
                }
            }
        }
        found
    }

    /// The steps that this one needs, through any number of others.
    pub(crate) fn upstream(&self, of: StepId) -> BTreeSet<StepId> {
        let mut found = BTreeSet::new();
        let mut open = vec![of];
        while let Some(step) = open.pop().and_then(|id| self.get(id)) {
            for need in &step.step.needs {
                if found.insert(*need) {
                    open.push(*need);
                }
            }
        }
        found
    }
}
