//! Which views are due now, and why. Parents are judged before those that read them.
//!
//! - **Stale:** never refreshed; a parent is refreshed now or was since; pulses moved since they were
//!   taken before the last refresh; or nobody can know.
//! - **Fresh is "as counted":** no pulse moved, and `max_skip` is not over.
//! - A view over a function that changes by itself is stale when its interval is over, too.
//! - **Rows that somebody else made are not known:** where a view is in another storage than after its last
//!   refresh, nothing of what was counted before that one tells of them.
//! - `min_interval` counts from the end of the last try, and is over when more than it has passed.
//! - A goal (`lag`) is handed down to all that is read, and half of it is kept in reserve.
//! - **Who reads a stale view that is not refreshed now is "parent stale", never fresh.** Where that
//!   parent is only not due by its own settings, what else changed still has its reader refreshed.

use std::collections::{BTreeMap, BTreeSet};

use super::mode::{Choice, Seen, choose};
use super::words::{Held, Reason};
use super::{Field, Settings, Skips, View};
use crate::engine::capabilities::Counters;
use crate::engine::journal::Journal;
use crate::engine::refresh::{Done, Moment, Refreshed, Refreshes};
use crate::engine::session::Pulse;
use crate::engine::step::{Millis, StepKind};
use crate::model::name::ObjectName;
use crate::project::settings::RefreshMode;

/// What a view is thought to take that was never refreshed.
const UNKNOWN: Millis = Millis(1_000);
/// Whoever runs every 15 minutes comes a little earlier now and then: by a twentieth, 30 s at most.
const EARLY: u64 = 20;
const EARLY_MS: u64 = 30_000;

/// All that is known at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    pub field: &'a Field,
    pub refreshes: &'a Refreshes,
    pub pulses: &'a BTreeMap<ObjectName, Pulse>,
    /// Views that somebody reads at this moment.
    pub read: &'a BTreeSet<ObjectName>,
    pub journal: &'a Journal,
    pub counters: Counters,
}

/// What somebody wants.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wish<'a> {
    /// The views that were asked for; none for all. What is asked for does not wait for its schedule.
    pub chosen: Option<&'a BTreeSet<ObjectName>>,
    /// Whether they are refreshed whatever is known of them.
    pub all: bool,
}

/// How a view stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It is to be refreshed now.
    Due,
    /// Nothing that it reads was seen to change.
    Fresh,
    /// It is stale, and its settings say later.
    Held(Held),
    /// This one, which it reads, is stale and not refreshed now.
    ParentStale(ObjectName),
    /// It is stale, and nobody asked for it.
    NotChosen,
    /// Its settings say that Dormer never refreshes it.
    Never,
}

/// What is thought of one view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub state: State,
    /// Why it is stale; empty for one that is fresh.
    pub reasons: Vec<Reason>,
    /// A parent that stays stale by its own settings, or by those of what it reads.
    pub behind: Option<ObjectName>,
    pub choice: Choice,
    /// How long its rows may be behind, its own goal or one handed down; none where nobody says.
    pub goal: Option<u64>,
    /// How long they are behind; none where nobody knows.
    pub lag: Option<u64>,
    /// How long a refresh is thought to take.
    pub expected: Millis,
    /// How overdue it is: its lag in thousandths of what it may be. The highest for one never refreshed.
    pub overdue: u64,
    /// How old it may become, by whatever says so.
    pub tolerated: u64,
    /// When it last was tried in vain, where that is later than it was last done.
    pub failed: Option<Moment>,
}

/// What is thought of all views.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Judgement {
    pub now: Moment,
    pub verdicts: BTreeMap<ObjectName, Verdict>,
}

impl Judgement {
    /// Those that are to be refreshed.
    pub fn due(&self) -> impl Iterator<Item = (&ObjectName, &Verdict)> {
        let verdicts = self.verdicts.iter();
        verdicts.filter(|(_, verdict)| verdict.state == State::Due)
    }
}

/// Judges all views.
#[must_use]
pub fn judge(look: &Look<'_>, wish: Wish<'_>) -> Judgement {
    let goals = goals(look.field);
    let mut judgement = Judgement {
        now: look.refreshes.now,
        verdicts: BTreeMap::new(),
    };
    for name in look.field.order() {
        if let Some(view) = look.field.views.get(name) {
            let judge = Judge {
                look,
                wish,
                name,
                view,
                goal: goals.get(name).copied(),
                known: look
                    .refreshes
                    .objects
                    .get(&(view.of.clone(), view.generation.clone())),
            };
            let verdict = judge.verdict(&judgement.verdicts);
            judgement.verdicts.insert(name.clone(), verdict);
        }
    }
    judgement
}

/// The goals of all views that have one, each the least of its own and of those that read it.
fn goals(field: &Field) -> BTreeMap<ObjectName, u64> {
    let mut goals: BTreeMap<ObjectName, u64> = BTreeMap::new();
    for name in field.order().into_iter().rev() {
        let Some(view) = field.views.get(name) else {
            continue;
        };
        let handed = goals.get(name).copied();
        let Some(goal) = view.settings.lag.into_iter().chain(handed).min() else {
            continue;
        };
        goals.insert(name.clone(), goal);
        for parent in &view.parents {
            let known = goals.entry(parent.clone()).or_insert(goal);
            *known = goal.min(*known);
        }
    }
    goals
}

struct Judge<'j> {
    look: &'j Look<'j>,
    wish: Wish<'j>,
    name: &'j ObjectName,
    view: &'j View,
    goal: Option<u64>,
    known: Option<&'j Refreshed>,
}

impl Judge<'_> {
    const fn now(&self) -> Moment {
        self.look.refreshes.now
    }

    fn done(&self) -> Option<&Done> {
        self.known.and_then(|known| known.done.as_ref())
    }

    fn settings(&self) -> &Settings {
        &self.view.settings
    }

    fn chosen(&self) -> bool {
        self.wish
            .chosen
            .is_none_or(|chosen| chosen.contains(self.name))
    }

    fn verdict(&self, others: &BTreeMap<ObjectName, Verdict>) -> Verdict {
        let parents = self.view.parents.iter();
        let parents: Vec<(&ObjectName, &Verdict)> = parents
            .filter_map(|parent| Some((parent, others.get(parent)?)))
            .collect();
        let mut reasons = Vec::new();
        if self.wish.all && self.chosen() {
            reasons.push(Reason::Requested);
        }
        let due = parents
            .iter()
            .find(|(_, parent)| parent.state == State::Due);
        reasons.extend(due.map(|(parent, _)| Reason::ReadsRefreshed((*parent).clone())));
        reasons.extend(self.own_reason());
        let stale = parents.iter().find(|(_, parent)| {
            matches!(
                parent.state,
                State::Held(_) | State::ParentStale(_) | State::NotChosen
            ) || parent.behind.is_some()
        });
        let (state, behind) = self.state(&reasons, stale.copied());
        let done = self.done();
        let behind_ms = done.map(|done| self.now().since(done.began));
        let of_parents = parents.iter().filter_map(|(_, parent)| parent.lag).max();
        let lag = match (&state, reasons.is_empty()) {
            (State::Never, _) => None,
            (State::Fresh, _) | (_, true) => Some(of_parents.unwrap_or(0)),
            (_, false) => behind_ms.map(|own| own.max(of_parents.unwrap_or(0))),
        };
        let failed = self.known.and_then(|known| known.failed.as_ref());
        let last = done.map(|done| done.ms);
        let filled = (self.view.of.clone(), StepKind::Fill);
        let last = last.or_else(|| self.look.journal.durations.get(&filled).copied());
        let seen = if self.look.read.contains(self.name) {
            Seen::Readers
        } else {
            Seen::Nobody
        };
        Verdict {
            state,
            reasons,
            behind,
            choice: choose(self.view, seen, last),
            goal: self.goal,
            lag,
            expected: last.unwrap_or(UNKNOWN),
            overdue: behind_ms.map_or(u64::MAX, |age| {
                age.saturating_mul(1_000) / self.tolerated().max(1)
            }),
            tolerated: self.tolerated(),
            failed: failed.map(|failed| failed.ended),
        }
    }

    /// How old it may become, by whatever says so.
    fn tolerated(&self) -> u64 {
        let settings = self.settings();
        let said = self.goal.or(settings.every).or(settings.min_interval);
        said.unwrap_or(settings.max_skip)
    }

    fn state(
        &self,
        reasons: &[Reason],
        stale: Option<(&ObjectName, &Verdict)>,
    ) -> (State, Option<ObjectName>) {
        if self.settings().mode == RefreshMode::Never {
            return (State::Never, None);
        }
        let parent_stale = |(parent, verdict): (&ObjectName, &Verdict)| {
            let behind = by_its_settings(verdict).then(|| parent.clone());
            (State::ParentStale(parent.clone()), behind)
        };
        if reasons.is_empty() {
            return stale.map_or((State::Fresh, None), parent_stale);
        }
        if !self.chosen() {
            return (State::NotChosen, None);
        }
        let mut behind = None;
        if let Some((parent, verdict)) = stale {
            if !by_its_settings(verdict) && !self.wish.all {
                return parent_stale((parent, verdict));
            }
            behind = Some(parent.clone());
        }
        match self.held() {
            Some(held) => (State::Held(held), None),
            None => (State::Due, behind),
        }
    }

    /// Why it is stale by itself; the first that is found.
    fn own_reason(&self) -> Option<Reason> {
        if !self.view.populated {
            return Some(Reason::Unpopulated);
        }
        let Some(done) = self.done() else {
            return Some(Reason::NeverRefreshed);
        };
        if self.by_somebody(done) {
            return Some(Reason::BySomebody);
        }
        if let Some(function) = &self.view.changing {
            let over = self.interval_over(done);
            let changing = over.then(|| Reason::Changing(function.clone()));
            return changing
                .or_else(|| self.by_parents(done))
                .or_else(|| self.by_grounds(done));
        }
        if let Some(reason) = self.by_parents(done) {
            return Some(reason);
        }
        if let Some(what) = &self.view.unseen {
            return Some(Reason::Unseen(what.clone()));
        }
        let late = self.look.counters != Counters::Soon;
        if late && self.settings().skips == Skips::ByDefault && !self.view.grounds.is_empty() {
            return Some(Reason::CountersLate);
        }
        if let Some(reason) = self.by_grounds(done) {
            return Some(reason);
        }
        let age = self.now().since(done.began);
        (age >= self.settings().max_skip).then_some(Reason::MaxSkip)
    }

    /// Whether the interval of a view that changes by itself is over.
    fn interval_over(&self, done: &Done) -> bool {
        let settings = self.settings();
        if settings.every.is_some() || settings.cron.is_some() || self.goal.is_some() {
            return self.scheduled(done).is_none();
        }
        let interval = settings.min_interval.unwrap_or(settings.max_skip);
        self.now().since(done.ended) > interval
    }

    /// Whether its rows are in another storage than its last refresh left them in.
    fn by_somebody(&self, done: &Done) -> bool {
        let now = self.look.pulses.get(self.name);
        let now = now.and_then(|pulse| pulse.storage.as_ref());
        let left = done.storage.as_ref();
        left.zip(now).is_some_and(|(left, now)| left != now)
    }

    /// A parent that was refreshed since, by Dormer or by somebody else.
    fn by_parents(&self, done: &Done) -> Option<Reason> {
        self.view.parents.iter().find_map(|name| {
            let parent = self.look.field.views.get(name)?;
            let key = (parent.of.clone(), parent.generation.clone());
            let known = self.look.refreshes.objects.get(&key);
            let known = known.and_then(|known| known.done.as_ref());
            // Within one run what is read comes first.
            let since =
                known.is_some_and(|known| known.run != done.run && known.ended >= done.began);
            if since {
                return Some(Reason::RefreshedSince(name.clone()));
            }
            let now = self.look.pulses.get(name)?.storage.as_ref()?;
            let read = done.parents.get(name);
            let read = read.or_else(|| known.and_then(|known| known.storage.as_ref()))?;
            (read != now).then(|| Reason::Rewritten(name.clone()))
        })
    }

    /// What moved of all that is read besides.
    fn by_grounds(&self, done: &Done) -> Option<Reason> {
        if self.view.grounds.is_empty() {
            return None;
        }
        let Some(before) = &done.before else {
            let first = self.view.grounds.first()?;
            return Some(Reason::NewGround(first.clone()));
        };
        if before.epoch.is_none() || before.epoch != self.look.refreshes.epoch {
            return Some(Reason::CountersReset);
        }
        self.view.grounds.iter().find_map(|name| {
            let (then, now) = (before.pulses.get(name), self.look.pulses.get(name));
            let (Some(then), Some(now)) = (then, now) else {
                return Some(Reason::NewGround(name.clone()));
            };
            if then.storage != now.storage {
                return Some(Reason::Rewritten(name.clone()));
            }
            match (then.written, now.written) {
                (Some(then), Some(now)) if then == now => None,
                (Some(_), Some(_)) => Some(Reason::Written(name.clone())),
                _ => Some(Reason::Uncounted(name.clone())),
            }
        })
    }

    /// What its settings say against a refresh now.
    fn held(&self) -> Option<Held> {
        if self.wish.all {
            return None;
        }
        if let Some(opens) = self
            .settings()
            .window
            .and_then(|window| window.opens(self.now()))
        {
            return Some(Held::Window(opens));
        }
        let known = self.known?;
        let done = known.done.as_ref().map(|done| done.ended);
        let failed = known.failed.as_ref().map(|failed| failed.ended);
        if let (Some(least), Some(ended)) = (self.settings().min_interval, done.max(failed))
            && self.now().since(ended) <= least
        {
            // At exactly the interval it is still held back.
            return Some(Held::MinInterval(ended.after(least + 1)));
        }
        if self.wish.chosen.is_some() || !self.view.populated {
            return None;
        }
        self.scheduled(known.done.as_ref()?).map(Held::Schedule)
    }

    /// When its schedule has it refreshed; none when that is now, or it has no schedule.
    fn scheduled(&self, done: &Done) -> Option<Moment> {
        let settings = self.settings();
        let mut next: Vec<Moment> = Vec::new();
        if let Some(every) = settings.every {
            next.push(done.began.after(every - early(every)));
        }
        if let Some(goal) = self.goal {
            next.push(done.began.after(goal / 2 - early(goal / 2)));
        }
        if let Some(cron) = &settings.cron {
            match cron.last(self.now()) {
                Some(last) if last > done.began => return None,
                // The next one is looked for when it has come.
                Some(_) | None => next.push(Moment(i64::MAX)),
            }
        }
        next.into_iter().min().filter(|next| *next > self.now())
    }
}

/// How much earlier than its time a view is due.
fn early(interval: u64) -> u64 {
    (interval / EARLY).min(EARLY_MS)
}

/// Whether a stale parent is not refreshed now only because settings say so.
fn by_its_settings(parent: &Verdict) -> bool {
    match parent.state {
        State::Held(_) | State::Due => true,
        State::ParentStale(_) => parent.behind.is_some(),
        State::Fresh | State::NotChosen | State::Never => false,
    }
}
