//! Which view is begun next: **one machine for the runner, the scheduler and the simulation.**
//!
//! - A view is begun when all its due parents are done; among those that can be begun, the one with the
//!   longest way to the end of the run is first, by how long refreshes took before.
//! - **With a budget, the most overdue is first,** and what it reads before it. What is not thought to end
//!   in time is not begun, but for the most overdue one and its parents: so each has its turn, however
//!   long it takes. A failure counts as a turn.
//! - Who reads a view that failed, or was not begun, is left out, and everybody else goes on.
//! - What another run replaces meanwhile is left to it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::Field;
use super::judge::Judgement;
use crate::engine::refresh::Moment;
use crate::engine::step::Millis;
use crate::model::name::ObjectName;

/// What to do after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FailFast {
    /// Begin nothing more.
    Yes,
    #[default]
    No,
}

/// What holds for a whole run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// How long it may take; none for no limit.
    pub budget: Option<Millis>,
    pub fail_fast: FailFast,
}

/// A view that is to be begun now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    pub name: ObjectName,
    /// Its number in the run, from 1.
    pub number: u32,
    pub expected: Millis,
    /// Whether it is begun even where the budget has no room for it.
    pub assured: bool,
}

/// How a refresh ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Done,
    Failed,
    /// Locks were not had, or another run replaces it: nobody is to blame.
    LeftOut,
}

/// A view that is not refreshed because of another one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    pub name: ObjectName,
    /// The one that it reads, through any number of others.
    pub because: ObjectName,
}

/// Why a view that was due was not begun.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unstarted {
    /// The budget was used up.
    Budget,
    /// This one, which it reads, was not refreshed.
    ParentStale(ObjectName),
    /// Another run replaces it.
    Replaced,
    /// The run ended before its time.
    Stopped,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stand {
    Waiting,
    Running,
    Done,
    Failed,
    LeftOut,
}

/// Whether it is assured, how urgent it is, how long its way is.
type Rank = (bool, u64, u64);

#[derive(Debug, Clone)]
struct Node {
    number: u32,
    /// Due parents that are not done.
    missing: usize,
    expected: Millis,
    /// The longest way to the end of the run, in milliseconds.
    way: u64,
    /// How overdue it is, or the most overdue of those that wait for it.
    urgency: u64,
    /// Whether its last try failed.
    failed: bool,
    stand: Stand,
    skipped: Option<ObjectName>,
    /// It is begun even where the budget has no room for it.
    assured: bool,
}

/// The views of a run and how each stands.
#[derive(Debug, Clone)]
pub struct Schedule {
    nodes: BTreeMap<ObjectName, Node>,
    parents: BTreeMap<ObjectName, BTreeSet<ObjectName>>,
    children: BTreeMap<ObjectName, BTreeSet<ObjectName>>,
    /// What can be begun, the first first.
    ready: BTreeSet<(Reverse<Rank>, ObjectName)>,
    held: BTreeSet<ObjectName>,
    began: Moment,
    limits: Limits,
    stopped: bool,
}

impl Schedule {
    /// Everything that is due.
    #[must_use]
    pub fn new(field: &Field, judgement: &Judgement, limits: Limits) -> Self {
        let due: BTreeSet<&ObjectName> = judgement.due().map(|(name, _)| name).collect();
        let mut parents: BTreeMap<ObjectName, BTreeSet<ObjectName>> = BTreeMap::new();
        let mut children: BTreeMap<ObjectName, BTreeSet<ObjectName>> = BTreeMap::new();
        for name in &due {
            let view = field.views.get(*name);
            let of_view = view.into_iter().flat_map(|view| &view.parents);
            for parent in of_view.filter(|parent| due.contains(parent)) {
                let of_name = parents.entry((*name).clone()).or_default();
                of_name.insert(parent.clone());
                let of_parent = children.entry(parent.clone()).or_default();
                of_parent.insert((*name).clone());
            }
        }
        let mut schedule = Self {
            nodes: BTreeMap::new(),
            parents,
            children,
            ready: BTreeSet::new(),
            held: BTreeSet::new(),
            began: judgement.now,
            limits,
            stopped: false,
        };
        let order: Vec<&ObjectName> = field
            .order()
            .into_iter()
            .filter(|name| due.contains(name))
            .collect();
        for (name, number) in order.iter().zip(1_u32..) {
            if let Some(verdict) = judgement.verdicts.get(*name) {
                // A failure was a turn: it is urgent again as time goes by.
                let since = verdict.failed.map_or(u64::MAX, |failed| {
                    judgement.now.since(failed).saturating_mul(1_000) / verdict.tolerated.max(1)
                });
                schedule.nodes.insert(
                    (*name).clone(),
                    Node {
                        number,
                        missing: schedule.parents.get(*name).map_or(0, BTreeSet::len),
                        expected: verdict.expected,
                        way: 0,
                        urgency: verdict.overdue.min(since),
                        failed: verdict.failed.is_some(),
                        stand: Stand::Waiting,
                        skipped: None,
                        assured: false,
                    },
                );
            }
        }
        schedule.weigh(&order);
        schedule.assure(&order);
        for name in order {
            schedule.offer(name);
        }
        schedule
    }

    /// Measures the way to the end of each.
    fn weigh(&mut self, order: &[&ObjectName]) {
        for name in order.iter().rev() {
            let children = self.children.get(*name).into_iter().flatten();
            let ways = children.filter_map(|child| self.nodes.get(child));
            let longest = ways.map(|node| node.way).max().unwrap_or(0);
            if let Some(node) = self.nodes.get_mut(*name) {
                node.way = longest.saturating_add(node.expected.0.max(1));
            }
        }
    }

    /// Finds the most overdue, and hands urgency down to what is read. Who reads what failed lately had its
    /// turn with it.
    fn assure(&mut self, order: &[&ObjectName]) {
        let mut turns: BTreeMap<&ObjectName, u64> = BTreeMap::new();
        for name in order {
            let parents = self.parents.get(*name).into_iter().flatten();
            let turn = parents.filter_map(|parent| turns.get(parent)).min();
            let turn = turn.copied().unwrap_or(u64::MAX);
            if let Some(node) = self.nodes.get_mut(*name) {
                node.urgency = node.urgency.min(turn);
                turns.insert(name, if node.failed { node.urgency } else { turn });
            }
        }
        let urgency = |name: &&&ObjectName| self.nodes.get(**name).map(|node| node.urgency);
        let most = order.iter().rev().max_by_key(urgency);
        let mut open: Vec<ObjectName> = match (self.limits.budget, most) {
            (Some(_), Some(most)) => vec![(*most).clone()],
            _ => Vec::new(),
        };
        while let Some(name) = open.pop() {
            if let Some(node) = self.nodes.get_mut(&name)
                && !node.assured
            {
                node.assured = true;
                open.extend(self.parents.get(&name).into_iter().flatten().cloned());
            }
        }
        for name in order.iter().rev() {
            let children = self.children.get(*name).into_iter().flatten();
            let urgent = children.filter_map(|child| self.nodes.get(child));
            let urgent = urgent.map(|node| node.urgency).max().unwrap_or(0);
            if let Some(node) = self.nodes.get_mut(*name) {
                node.urgency = node.urgency.max(urgent);
            }
        }
    }

    /// How many views the run has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is nothing to refresh.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The views to begin now, as many as there is room for, in order.
    #[must_use]
    pub fn next(&mut self, now: Moment, free: usize) -> Vec<Start> {
        let mut starts = Vec::new();
        while starts.len() < free && !self.stopped {
            let Some(first) = self.first(now) else {
                break;
            };
            self.ready.remove(&first);
            let (_, name) = first;
            if let Some(node) = self.nodes.get_mut(&name) {
                node.stand = Stand::Running;
                starts.push(Start {
                    name,
                    number: node.number,
                    expected: node.expected,
                    assured: node.assured,
                });
            }
        }
        starts
    }

    fn first(&self, now: Moment) -> Option<(Reverse<Rank>, ObjectName)> {
        let spent = now.since(self.began);
        let fits = |node: &Node| {
            let budget = self.limits.budget;
            budget.is_none_or(|budget| {
                node.assured || spent.saturating_add(node.expected.0) <= budget.0
            })
        };
        let mut ready = self
            .ready
            .iter()
            .filter(|(_, name)| !self.held.contains(name));
        ready
            .find(|(_, name)| self.nodes.get(name).is_some_and(fits))
            .cloned()
    }

    /// One ended; returns those that are left out because of it.
    pub fn finished(&mut self, name: &ObjectName, ending: Ending) -> Vec<Skipped> {
        let stand = match ending {
            Ending::Done => Stand::Done,
            Ending::Failed => Stand::Failed,
            Ending::LeftOut => Stand::LeftOut,
        };
        if let Some(node) = self.nodes.get_mut(name) {
            node.stand = stand;
        }
        if ending == Ending::Done {
            let children = self.children.get(name).cloned().unwrap_or_default();
            for child in &children {
                if let Some(node) = self.nodes.get_mut(child) {
                    node.missing = node.missing.saturating_sub(1);
                }
                self.offer(child);
            }
            return Vec::new();
        }
        if ending == Ending::Failed && self.limits.fail_fast == FailFast::Yes {
            self.stopped = true;
        }
        self.skip_readers(name)
    }

    fn skip_readers(&mut self, name: &ObjectName) -> Vec<Skipped> {
        let mut skipped = Vec::new();
        let mut open = vec![name.clone()];
        while let Some(parent) = open.pop() {
            for child in self.children.get(&parent).into_iter().flatten() {
                if let Some(node) = self.nodes.get_mut(child)
                    && node.stand == Stand::Waiting
                    && node.skipped.is_none()
                {
                    node.skipped = Some(name.clone());
                    open.push(child.clone());
                    skipped.push(Skipped {
                        name: child.clone(),
                        because: name.clone(),
                    });
                }
            }
        }
        skipped.sort();
        skipped
    }

    /// Another run replaces these now: none of them is begun until it is over.
    pub fn hold(&mut self, names: BTreeSet<ObjectName>) {
        self.held = names;
    }

    /// Nothing more is begun.
    pub const fn stop(&mut self) {
        self.stopped = true;
    }

    /// Whether something that is held back could be begun otherwise.
    #[must_use]
    pub fn waits(&self) -> bool {
        !self.stopped && self.ready.iter().any(|(_, name)| self.held.contains(name))
    }

    /// What was due and is not begun, with the reason.
    #[must_use]
    pub fn unstarted(&self) -> Vec<(ObjectName, Unstarted)> {
        let mut unstarted: BTreeMap<&ObjectName, Unstarted> = BTreeMap::new();
        let mut order: Vec<(&ObjectName, &Node)> = self.nodes.iter().collect();
        order.sort_by_key(|(_, node)| node.number);
        for (name, node) in order {
            if node.stand != Stand::Waiting {
                continue;
            }
            let parents = self.parents.get(name).into_iter().flatten();
            let parent = parents
                .filter(|parent| {
                    let parent = self.nodes.get(*parent);
                    parent.is_some_and(|parent| parent.stand != Stand::Done)
                })
                .min();
            let why = match (&node.skipped, parent) {
                (Some(because), _) => Unstarted::ParentStale(because.clone()),
                (None, Some(parent)) => Unstarted::ParentStale(parent.clone()),
                (None, None) if self.stopped => Unstarted::Stopped,
                (None, None) if self.held.contains(name) => Unstarted::Replaced,
                (None, None) => Unstarted::Budget,
            };
            unstarted.insert(name, why);
        }
        let unstarted = unstarted.into_iter();
        unstarted.map(|(name, why)| (name.clone(), why)).collect()
    }

    /// Nobody could refresh it now: it can be begun again.
    pub fn give_back(&mut self, name: &ObjectName) {
        if let Some(node) = self.nodes.get_mut(name) {
            node.stand = Stand::Waiting;
        }
        self.offer(name);
    }

    fn offer(&mut self, name: &ObjectName) {
        if let Some(node) = self.nodes.get(name)
            && node.stand == Stand::Waiting
            && node.missing == 0
            && node.skipped.is_none()
        {
            let rank = match self.limits.budget {
                Some(_) => (node.assured, node.urgency, node.way),
                None => (false, node.way, 0),
            };
            self.ready.insert((Reverse(rank), name.clone()));
        }
    }
}
