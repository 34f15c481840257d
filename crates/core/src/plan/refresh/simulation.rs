//! Thousands of hours of refreshes in an instant: random graphs, durations, writes and failures, and what has to
//! hold of them.
//!
//! Time is a number that the simulation moves from one end of a refresh to the next; the code that decides
//! is the one that a run has.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::fixture::{ALL, HOUR, MINUTE, SECOND, START, World, name, run};
use super::{Ending, FailFast, Limits, Schedule, Start, State};
use crate::engine::refresh::Moment;
use crate::engine::step::Millis;
use crate::model::name::ObjectName;

/// A small source of chance: the same seed gives the same days.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit.max(1)
    }
}

/// How a simulation goes.
struct Rules {
    slots: usize,
    budget: Option<u64>,
    /// Of a hundred refreshes, so many fail.
    failing: u64,
    /// Of a hundred tables, so many are written to between two runs.
    writing: u64,
    between: u64,
}

/// What happened to each view.
#[derive(Default)]
struct Told {
    /// When it was done last.
    done: BTreeMap<ObjectName, Moment>,
    /// The longest time between two tries while it was due.
    longest_wait: BTreeMap<ObjectName, u64>,
    tries: u64,
}

struct Simulation {
    world: World,
    durations: BTreeMap<ObjectName, u64>,
    chance: Chance,
    rules: Rules,
    now: Moment,
    told: Told,
    due_since: BTreeMap<ObjectName, Moment>,
}

impl Simulation {
    fn new(seed: u64, views: u64, rules: Rules) -> Self {
        let mut chance = Chance(seed | 1);
        let mut lines = String::new();
        for view in 0..views {
            lines += &format!("v{view:03}: t{}", chance.below(views));
            for _ in 0..chance.below(3) {
                if view > 0 {
                    lines += &format!(" v{:03}", chance.below(view));
                }
            }
            lines.push('\n');
        }
        let world = World::new(&lines);
        let mut durations = BTreeMap::new();
        for view in world.field.views.keys() {
            // Most are quick, some are not.
            let most = if chance.below(10) == 0 {
                10 * MINUTE
            } else {
                20 * SECOND
            };
            durations.insert(view.clone(), 100 + chance.below(most));
        }
        Self {
            world,
            durations,
            chance,
            rules,
            now: START,
            told: Told::default(),
            due_since: BTreeMap::new(),
        }
    }

    fn write(&mut self) {
        let tables: BTreeSet<ObjectName> = self
            .world
            .field
            .views
            .values()
            .flat_map(|view| view.grounds.clone())
            .collect();
        for table in tables {
            if self.chance.below(100) < self.rules.writing {
                self.world.write(&table.name);
            }
        }
    }

    /// One run, from its beginning to its end.
    fn run(&mut self) {
        self.world.refreshes.now = self.now;
        let judgement = self.world.judge(ALL);
        for (name, verdict) in &judgement.verdicts {
            match verdict.state {
                State::Due => {
                    self.due_since.entry(name.clone()).or_insert(self.now);
                }
                _ => {
                    self.due_since.remove(name);
                }
            }
        }
        let began = self.now;
        self.world.run = run(began);
        let limits = Limits {
            budget: self.rules.budget.map(Millis),
            fail_fast: FailFast::No,
        };
        let mut schedule = Schedule::new(&self.world.field, &judgement, limits);
        let mut running: BTreeMap<(Moment, ObjectName), Start> = BTreeMap::new();
        let mut ended: BTreeMap<ObjectName, Ending> = BTreeMap::new();
        loop {
            let free = self.rules.slots - running.len();
            for start in schedule.next(self.now, free) {
                let view = &self.world.field.views[&start.name];
                // Order: what is due and read is done; nothing runs twice.
                for parent in &view.parents {
                    if judgement.verdicts[parent].state == State::Due {
                        assert_eq!(ended.get(parent), Some(&Ending::Done), "{}", start.name);
                    }
                }
                assert!(!ended.contains_key(&start.name));
                assert!(running.keys().all(|(_, name)| *name != start.name));
                if let Some(budget) = self.rules.budget {
                    let fits = self.now.since(began) + start.expected.0 <= budget;
                    // What does not fit is the most overdue and its parents, which come first.
                    assert!(fits || start.assured, "{}", start.name);
                }
                if let Some(least) = view.settings.min_interval {
                    let key = (view.of.clone(), view.generation.clone());
                    let known = &self.world.refreshes.objects[&key];
                    let last = known.done.as_ref().map(|done| done.ended);
                    assert!(last.is_none_or(|last| began.since(last) > least));
                }
                let ms = self.durations[&start.name];
                running.insert((self.now.after(ms), start.name.clone()), start);
            }
            assert!(running.len() <= self.rules.slots);
            let Some(((at, name), _)) = running.pop_first() else {
                break;
            };
            let ms = self.durations[&name];
            let began = Moment(at.0 - i64::try_from(ms).unwrap());
            self.now = at;
            self.told.tries += 1;
            if let Some(since) = self.due_since.remove(&name) {
                let longest = self.told.longest_wait.entry(name.clone()).or_default();
                *longest = at.since(since).max(*longest);
            }
            let ending = if self.chance.below(100) < self.rules.failing {
                self.world.failed(&name, began, ms);
                Ending::Failed
            } else {
                self.world.refreshed(&name, began, ms);
                self.told.done.insert(name.clone(), at);
                Ending::Done
            };
            schedule.finished(&name, ending);
            ended.insert(name, ending);
        }
        // Who was left out is told, each with its reason, and nobody else.
        let left = schedule.unstarted();
        assert_eq!(left.len() + ended.len(), schedule.len());
        if self.rules.budget.is_none() {
            for (name, why) in &left {
                assert!(
                    matches!(why, super::Unstarted::ParentStale(_)),
                    "{name} {why:?}"
                );
            }
        }
    }

    fn days(&mut self, hours: u64) {
        let end = START.after(hours * HOUR);
        while self.now < end {
            self.write();
            self.run();
            self.now = self.now.after(self.rules.between);
        }
    }
}

fn rules() -> Rules {
    Rules {
        slots: 4,
        budget: None,
        failing: 0,
        writing: 30,
        between: 15 * MINUTE,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn order_overlap_and_intervals_hold_for_hundreds_of_hours(seed: u64, slots in 1_usize..6) {
        let mut simulation = Simulation::new(seed, 25, Rules { slots, failing: 5, ..rules() });
        for view in ["v003", "v010"] {
            simulation.world.view(view).settings.min_interval = Some(20 * MINUTE);
        }
        simulation.days(100);
        prop_assert!(simulation.told.tries > 0);
    }

    #[test]
    fn what_is_quiet_is_not_refreshed(seed: u64) {
        let mut simulation = Simulation::new(seed, 25, Rules { writing: 0, ..rules() });
        simulation.days(100);
        prop_assert_eq!(simulation.told.tries, 0);
    }

    #[test]
    fn within_a_budget_nobody_starves(seed: u64, failing in 0_u64..10) {
        let budget = Some(7 * MINUTE);
        let rules = Rules { slots: 2, budget, failing, writing: 100, between: 15 * MINUTE };
        let mut simulation = Simulation::new(seed, 25, rules);
        simulation.days(300);
        for view in simulation.world.field.views.keys() {
            let done = simulation.told.done.get(view);
            let age = done.map_or(u64::MAX, |done| simulation.now.since(*done));
            // 25 views have 25 first places, each of one run, its chain and its wait; failures cost some more.
            prop_assert!(age < 100 * HOUR, "{} was not refreshed for {:?} h", view, age / HOUR);
        }
    }

    #[test]
    fn with_time_enough_everybody_is_fresh_after_a_run(seed: u64) {
        let mut simulation = Simulation::new(seed, 40, rules());
        simulation.write();
        simulation.run();
        simulation.now = simulation.now.after(1);
        simulation.world.refreshes.now = simulation.now;
        let judgement = simulation.world.judge(ALL);
        let due: Vec<_> = judgement.due().map(|(name, _)| name.to_string()).collect();
        prop_assert_eq!(due, Vec::<String>::new());
    }
}

#[test]
fn longest_way_comes_first() {
    let mut world = World::new("a: t\nb: a\nc: t\nd: t");
    world.refreshes.objects.clear();
    let judgement = world.judge(ALL);
    let mut schedule = Schedule::new(&world.field, &judgement, Limits::default());
    let first: Vec<String> = schedule
        .next(START, 2)
        .iter()
        .map(|start| start.name.name.to_string())
        .collect();
    assert_eq!(first, ["a", "c"]);
    assert!(schedule.finished(&name("a"), Ending::Done).is_empty());
    let next = schedule.next(START, 9);
    assert_eq!(next.len(), 2);
}

#[test]
fn failure_leaves_out_its_readers_and_nobody_else() {
    let mut world = World::new("a: t\nb: a\nc: b\nd: t\ne: d c");
    world.refreshes.objects.clear();
    let judgement = world.judge(ALL);
    let mut schedule = Schedule::new(&world.field, &judgement, Limits::default());
    assert_eq!(schedule.next(START, 9).len(), 2);
    let skipped: Vec<String> = schedule
        .finished(&name("a"), Ending::Failed)
        .iter()
        .map(|skipped| format!("{} {}", skipped.name.name, skipped.because.name))
        .collect();
    assert_eq!(skipped, ["b a", "c a", "e a"]);
    assert!(schedule.finished(&name("d"), Ending::Done).is_empty());
    assert!(schedule.next(START, 9).is_empty());
}

#[test]
fn fail_fast_begins_nothing_more() {
    let mut world = World::new("a: t\nb: t\nc: t");
    world.refreshes.objects.clear();
    let judgement = world.judge(ALL);
    let limits = Limits {
        fail_fast: FailFast::Yes,
        ..Limits::default()
    };
    let mut schedule = Schedule::new(&world.field, &judgement, limits);
    let first = schedule.next(START, 1);
    schedule.finished(&first[0].name, Ending::Failed);
    assert!(schedule.next(START, 9).is_empty());
    assert_eq!(schedule.unstarted().len(), 2);
}

#[test]
fn what_another_run_replaces_waits() {
    let mut world = World::new("a: t\nb: a\nc: t");
    world.refreshes.objects.clear();
    let judgement = world.judge(ALL);
    let mut schedule = Schedule::new(&world.field, &judgement, Limits::default());
    schedule.hold([name("a")].into());
    let started = schedule.next(START, 9);
    assert_eq!(started.len(), 1);
    schedule.finished(&name("c"), Ending::Done);
    assert!(schedule.waits());
    schedule.hold(BTreeSet::new());
    assert_eq!(schedule.next(START, 9).len(), 1);
}

/// 12 views, one of them longer than the budget, parents older than children and the reverse.
#[test]
fn budget_is_kept_and_every_view_has_its_turn() {
    let lines = "p: t\nc: p\nlong: t\nq: t\nr: q\ns: r\n\
        w1: t\nw2: t\nw3: t\nw4: t\nw5: t\nw6: t";
    let mut simulation = Simulation::new(1, 1, rules());
    simulation.world = World::new(lines);
    simulation.rules = Rules {
        slots: 1,
        budget: Some(420 * SECOND),
        failing: 0,
        writing: 100,
        between: 3 * MINUTE,
    };
    simulation.durations.clear();
    let views: Vec<ObjectName> = simulation.world.field.views.keys().cloned().collect();
    for view in &views {
        let seconds = if view.name == "long" { 600 } else { 90 };
        simulation.durations.insert(view.clone(), seconds * SECOND);
        let began = Moment(START.0 - 3_600_000);
        simulation.world.refreshed(view, began, seconds * SECOND);
    }
    for _ in 0..10 {
        simulation.write();
        let began = simulation.now;
        simulation.run();
        let spent = simulation.now.since(began);
        assert!(spent <= 600 * SECOND, "{spent}");
        simulation.now = simulation.now.after(3 * MINUTE);
    }
    for view in &views {
        assert!(simulation.told.done.contains_key(view), "{view}");
    }
}

/// How long a run takes that refreshes everything, by the schedule, layer by layer, and at the very least.
fn makespans(simulation: &mut Simulation) -> (u64, u64, u64) {
    let field = simulation.world.field.clone();
    let slots = simulation.rules.slots;
    for (view, ms) in simulation.durations.clone() {
        let began = Moment(START.0 - 3_600_000);
        simulation.world.refreshed(&view, began, ms);
        simulation.world.failed(&view, began, ms);
    }
    simulation.world.refreshes.epoch = Some("2".to_owned());
    let began = simulation.now;
    simulation.run();
    let taken = simulation.now.since(began);

    let mut layers: BTreeMap<ObjectName, usize> = BTreeMap::new();
    let mut ways: BTreeMap<ObjectName, u64> = BTreeMap::new();
    for view in field.order() {
        let parents = &field.views[view].parents;
        let layer = parents.iter().map(|parent| layers[parent] + 1).max();
        let way = parents.iter().map(|parent| ways[parent]).max();
        layers.insert(view.clone(), layer.unwrap_or(0));
        ways.insert(view.clone(), way.unwrap_or(0) + simulation.durations[view]);
    }
    let mut by_layers = 0;
    for layer in 0..=layers.values().max().copied().unwrap_or(0) {
        let mut sessions = vec![0; slots];
        for (view, _) in layers.iter().filter(|(_, at)| **at == layer) {
            let free = sessions.iter_mut().min().unwrap();
            *free += simulation.durations[view];
        }
        by_layers += sessions.iter().max().unwrap();
    }
    let work: u64 = simulation.durations.values().sum();
    let least = ways
        .values()
        .max()
        .copied()
        .unwrap_or(0)
        .max(work / slots as u64);
    (taken, by_layers, least)
}

#[test]
fn a_run_is_near_the_least_time_and_beats_layer_by_layer() {
    let (mut taken, mut by_layers, mut least) = (0, 0, 0);
    for seed in 1..=20 {
        let mut simulation = Simulation::new(seed * 7_919, 60, rules());
        let of_one = makespans(&mut simulation);
        assert!(of_one.0 <= 2 * of_one.2, "{of_one:?}");
        taken += of_one.0;
        by_layers += of_one.1;
        least += of_one.2;
    }
    assert!(taken * 100 <= least * 115, "{taken} of {least}");
    assert!(taken * 100 <= by_layers * 90, "{taken} against {by_layers}");
}
