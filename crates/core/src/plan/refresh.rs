//! Refreshing, decided: what is stale and why, how it is refreshed, and what comes next.
//!
//! | room | decides |
//! |---|---|
//! | `survey` | which views Dormer refreshes in a target, what each reads, and whose pulses tell of changes |
//! | `judge` | which of them are due now, in words; how old the others are |
//! | `mode` | whether readers go on while one is refreshed, and what would let them |
//! | `schedule` | which one is begun next, and what a failure keeps from being begun |
//! | `calendar` | when a cron expression had a time, and when a window opens |
//!
//! - **The order is that of the target,** who reads whom by identity, not of names or folders.
//! - **Whatever is not known is stale.** Equal counters are a hint that nothing changed, and `max_skip`
//!   bounds for how long it is believed.
//! - **Pure:** the moment is a parameter, so days of refreshes can be played in an instant.

pub mod calendar;
mod judge;
mod mode;
mod schedule;
mod survey;
mod words;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

pub use judge::{Judgement, Look, State, Verdict, Wish, judge};
pub use mode::{Choice, foreseen};
pub use schedule::{Ending, FailFast, Limits, Schedule, Skipped, Start, Unstarted};
pub use survey::survey;
pub use words::{Held, Reason};

use crate::engine::Generation;
use crate::model::name::ObjectName;
use crate::project::settings::RefreshMode;
use calendar::{Cron, Window};

/// A materialized view that Dormer refreshes, under the name that it has now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The public name: another one than its own for a retired generation that somebody reads.
    pub of: ObjectName,
    pub generation: Generation,
    /// Other such views that it reads, directly or through plain views.
    pub parents: BTreeSet<ObjectName>,
    /// What else it reads that has rows, through any number of plain views: its pulses tell of changes.
    pub grounds: BTreeSet<ObjectName>,
    /// Something that it reads and whose changes nobody can see, as people say it.
    pub unseen: Option<String>,
    /// A function in it that gives another value each time.
    pub changing: Option<String>,
    pub populated: bool,
    pub concurrent: Concurrent,
    pub settings: Settings,
}

/// Whether readers could go on during a refresh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Concurrent {
    Possible,
    /// Why not, and what would change it.
    Impossible {
        why: String,
        advice: String,
    },
}

/// The settings of one view that say when and how it is refreshed; times in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    pub every: Option<u64>,
    pub cron: Option<Cron>,
    /// How old it may be.
    pub lag: Option<u64>,
    pub min_interval: Option<u64>,
    pub max_skip: u64,
    /// Whether somebody wrote `max_skip`: where counters come late, skipping has to be asked for.
    pub skips: Skips,
    pub window: Option<Window>,
    pub mode: RefreshMode,
    /// Views of one group are published together.
    pub group: Option<String>,
}

/// Whether somebody asked for skipping in so many words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skips {
    Asked,
    ByDefault,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            every: None,
            cron: None,
            lag: None,
            min_interval: None,
            max_skip: 60 * 60 * 1_000,
            skips: Skips::ByDefault,
            window: None,
            mode: RefreshMode::Auto,
            group: None,
        }
    }
}

/// All views that Dormer refreshes in a target, by the names that they have now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Field {
    pub views: BTreeMap<ObjectName, View>,
    /// Declared views that are not there, or not Dormer's, and why, as people say it.
    pub others: BTreeMap<ObjectName, String>,
}

impl Field {
    /// Everything whose pulse tells of changes.
    #[must_use]
    pub fn watched(&self) -> BTreeSet<ObjectName> {
        let views = self.views.iter();
        views
            .flat_map(|(name, view)| view.grounds.iter().chain([name]))
            .cloned()
            .collect()
    }

    /// Who reads each view, among themselves.
    #[must_use]
    pub fn children(&self) -> BTreeMap<&ObjectName, BTreeSet<&ObjectName>> {
        let mut children: BTreeMap<&ObjectName, BTreeSet<&ObjectName>> = BTreeMap::new();
        for (name, view) in &self.views {
            for parent in &view.parents {
                children.entry(parent).or_default().insert(name);
            }
        }
        children
    }

    /// All views, each after everything that it reads.
    #[must_use]
    pub fn order(&self) -> Vec<&ObjectName> {
        let children = self.children();
        let mut missing: BTreeMap<&ObjectName, usize> = BTreeMap::new();
        for (name, view) in &self.views {
            let parents = view.parents.iter();
            let there = parents.filter(|parent| self.views.contains_key(*parent));
            missing.insert(name, there.count());
        }
        let free = missing.iter().filter(|(_, missing)| **missing == 0);
        let mut free: BTreeSet<&ObjectName> = free.map(|(name, _)| *name).collect();
        let mut order = Vec::with_capacity(self.views.len());
        while let Some(name) = free.pop_first() {
            order.push(name);
            for child in children.get(name).into_iter().flatten() {
                if let Some(missing) = missing.get_mut(child) {
                    *missing = missing.saturating_sub(1);
                    if *missing == 0 {
                        free.insert(child);
                    }
                }
            }
        }
        order
    }

    /// These and all that they read, or that reads them.
    #[must_use]
    pub fn with(&self, names: &BTreeSet<ObjectName>, towards: Along) -> BTreeSet<ObjectName> {
        let children = self.children();
        let mut found = names.clone();
        let mut open: Vec<&ObjectName> = names.iter().collect();
        while let Some(name) = open.pop() {
            let next: Vec<&ObjectName> = match towards {
                Along::Parents => {
                    let view = self.views.get(name);
                    view.into_iter().flat_map(|view| &view.parents).collect()
                }
                Along::Children => children.get(name).into_iter().flatten().copied().collect(),
            };
            for name in next {
                if found.insert(name.clone()) {
                    open.push(name);
                }
            }
        }
        found
    }
}

/// Which way a selection is made larger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Along {
    Parents,
    Children,
}
