//! Which step comes next, and what a failure keeps from being done. **Pure: no clock, no session.**
//!
//! - The step with the longest way to the end of the run comes first.
//! - **Quick steps share one piece of work:** with a step come those that wait for it alone, and a fair
//!   part of the others that are ready. How many is learned: more while they are quick, fewer when
//!   not. What failed in company is done alone.
//! - What needs a failed step is skipped; what needs a blocked one waits for another run.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use dormer_core::engine::step::{Expect, Millis, Placement, StepId, StepKind};
use dormer_core::plan::PlannedStep;

use crate::web::Web;

/// A step that took longer the last time has its work for itself.
const QUICK: Millis = Millis(100);
const FIRST_COMPANY: usize = 8;
const LARGEST_COMPANY: usize = 32;
/// Work that ends sooner could have held more.
const EASY: Duration = Duration::from_millis(500);

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stand {
    /// It waits for others.
    Pending,
    Ready,
    Running,
    Done,
    Failed,
    /// It needs this one, which failed.
    Skipped(StepId),
    Blocked,
    /// It was ended before its time.
    Stopped,
}

#[derive(Debug)]
struct Node {
    missing: usize,
    weight: u64,
    stand: Stand,
    alone: bool,
}

/// The steps of a run and how each stands.
#[derive(Debug)]
pub(crate) struct Schedule<'w, 'p> {
    web: &'w Web<'p>,
    nodes: BTreeMap<StepId, Node>,
    /// Ready, and quick as far as anybody knows.
    quick: BTreeSet<(Reverse<u64>, StepId)>,
    /// Ready, each with a piece of work of its own.
    alone: BTreeSet<(Reverse<u64>, StepId)>,
    company: usize,
}

impl<'w, 'p> Schedule<'w, 'p> {
    /// All steps, some of which are done already.
    pub(crate) fn new(web: &'w Web<'p>, done: &BTreeSet<StepId>) -> Self {
        let mut weights: BTreeMap<StepId, u64> = BTreeMap::new();
        for step in web.order().rev() {
            let after = web.dependents(step.step.id).iter();
            let longest = after.filter_map(|id| weights.get(id)).max().copied();
            let own = step.forecast.map_or(1, |forecast| forecast.0.max(1));
            weights.insert(step.step.id, own.saturating_add(longest.unwrap_or(0)));
        }
        let mut schedule = Self {
            web,
            nodes: BTreeMap::new(),
            quick: BTreeSet::new(),
            alone: BTreeSet::new(),
            company: FIRST_COMPANY,
        };
        for step in web.order() {
            let id = step.step.id;
            let missing = step.step.needs.iter().filter(|need| !done.contains(need));
            let node = Node {
                missing: missing.count(),
                weight: weights.get(&id).copied().unwrap_or(1),
                stand: if done.contains(&id) {
                    Stand::Done
                } else {
                    Stand::Pending
                },
                alone: false,
            };
            schedule.nodes.insert(id, node);
            schedule.offer(id);
        }
        schedule
    }

    /// How a step stands.
    pub(crate) fn stand(&self, id: StepId) -> Option<Stand> {
        self.nodes.get(&id).map(|node| node.stand)
    }

    /// All steps in order of their numbers, with how they stand.
    pub(crate) fn stands(&self) -> impl Iterator<Item = (StepId, Stand)> {
        self.nodes.iter().map(|(id, node)| (*id, node.stand))
    }

    pub(crate) fn has_ready(&self) -> bool {
        !self.quick.is_empty() || !self.alone.is_empty()
    }

    /// Takes steps that one session does in one piece of work, in order. `free` sessions share what
    /// is ready.
    pub(crate) fn take(&mut self, free: usize) -> Vec<&'p PlannedStep> {
        let fair = self.quick.len().div_ceil(free.max(1));
        let Some(first) = self.pop() else {
            return Vec::new();
        };
        let mut taken = Vec::new();
        let mut from_ready = 1;
        let mut met: BTreeMap<StepId, usize> = BTreeMap::new();
        let mut unlocked = VecDeque::new();
        let mut next = Some(first);
        while let Some(id) = next {
            self.set(id, Stand::Running);
            taken.extend(self.web.get(id));
            if !self.sociable(id) || taken.len() >= self.company {
                break;
            }
            for dependent in self.web.dependents(id) {
                let met = met.entry(*dependent).or_insert(0);
                *met += 1;
                if self.waits_for_no_more_than(*dependent, *met) && self.sociable(*dependent) {
                    unlocked.push_back(*dependent);
                }
            }
            next = unlocked.pop_front();
            if next.is_none() && from_ready < fair {
                from_ready += 1;
                next = self.quick.pop_first().map(|(_, id)| id);
            }
        }
        taken
    }

    /// These are done, and took so long together.
    pub(crate) fn done(&mut self, ids: &[StepId], took: Duration) {
        if ids.len() >= self.company && took < EASY {
            self.company = (self.company * 2).min(LARGEST_COMPANY);
        }
        for id in ids {
            self.set(*id, Stand::Done);
            for dependent in self.web.dependents(*id) {
                if let Some(node) = self.nodes.get_mut(dependent) {
                    node.missing = node.missing.saturating_sub(1);
                }
            }
        }
        for id in ids {
            for dependent in self.web.dependents(*id) {
                self.offer(*dependent);
            }
        }
    }

    /// These failed in company, and nothing of them is left: the one to blame is done alone, or each
    /// of them where nobody knows which that is.
    pub(crate) fn part(&mut self, ids: &[StepId], why: Parting, guilty: Option<StepId>) {
        if why == Parting::TooLong {
            self.company = (self.company / 2).max(2);
        }
        for id in ids {
            if let Some(node) = self.nodes.get_mut(id) {
                node.alone |= guilty.is_none_or(|guilty| guilty == *id);
            }
            self.set(*id, Stand::Pending);
            self.offer(*id);
        }
    }

    /// Nobody could do them now.
    pub(crate) fn give_back(&mut self, ids: &[StepId]) {
        for id in ids {
            self.set(*id, Stand::Pending);
            self.offer(*id);
        }
    }

    /// It failed, or one that was done again for it did: what cannot be done now is skipped, and
    /// returned.
    pub(crate) fn fail(&mut self, id: StepId, fault: StepId) -> Vec<StepId> {
        let mut skipped = Vec::new();
        if id == fault {
            self.set(id, Stand::Failed);
        } else {
            self.set(id, Stand::Skipped(fault));
            skipped.push(id);
        }
        for dependent in self.web.downstream([id]) {
            if self.stand(dependent) == Some(Stand::Pending) {
                self.set(dependent, Stand::Skipped(fault));
                skipped.push(dependent);
            }
        }
        skipped
    }

    /// It is not done in this run, and nobody is to blame.
    pub(crate) fn leave(&mut self, id: StepId, stand: Stand) {
        self.set(id, stand);
    }

    fn set(&mut self, id: StepId, stand: Stand) {
        if let Some(node) = self.nodes.get_mut(&id) {
            node.stand = stand;
        }
    }

    fn pop(&mut self) -> Option<StepId> {
        let from = match (self.quick.first(), self.alone.first()) {
            (Some(quick), Some(alone)) if alone < quick => &mut self.alone,
            (None, _) => &mut self.alone,
            (Some(_), _) => &mut self.quick,
        };
        from.pop_first().map(|(_, id)| id)
    }

    fn offer(&mut self, id: StepId) {
        let sociable = self.sociable(id);
        if let Some(node) = self.nodes.get_mut(&id)
            && node.stand == Stand::Pending
            && node.missing == 0
        {
            node.stand = Stand::Ready;
            let ready = if sociable {
                &mut self.quick
            } else {
                &mut self.alone
            };
            ready.insert((Reverse(node.weight), id));
        }
    }

    fn waits_for_no_more_than(&self, id: StepId, met: usize) -> bool {
        let node = self.nodes.get(&id);
        node.is_some_and(|node| node.stand == Stand::Pending && node.missing == met)
    }

    fn sociable(&self, id: StepId) -> bool {
        self.nodes.get(&id).is_some_and(|node| !node.alone) && self.web.get(id).is_some_and(quick)
    }
}

/// Why steps are not done in company any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parting {
    /// One of them failed.
    Failure,
    /// Together they took too long.
    TooLong,
}

/// Whether a step can share a transaction with others: it is quick as far as anybody knows, and
/// nobody reads what it locks.
fn quick(step: &PlannedStep) -> bool {
    let seldom = match step.step.kind {
        StepKind::Build | StepKind::Index | StepKind::Analyze | StepKind::Settle => true,
        // What nobody has filled yet may be quick; what was large before is not.
        StepKind::Fill => {
            step.forecast.is_some() || step.inputs.iter().all(|inputs| inputs.live.is_none())
        }
        StepKind::Refresh
        | StepKind::Audit
        | StepKind::Alter
        | StepKind::Cutover
        | StepKind::Retire
        | StepKind::Rename
        | StepKind::Drop => false,
    };
    let together = |statement: &dormer_core::engine::Statement| {
        statement.placement == Placement::Together && statement.expect == Expect::Anything
    };
    seldom
        && step.forecast.is_none_or(|forecast| forecast <= QUICK)
        && step.statements.iter().all(together)
}
