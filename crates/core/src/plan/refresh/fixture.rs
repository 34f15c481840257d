//! Small fields for the tests: views and who reads what in few words, a journal that is kept while views are
//! refreshed, and counters that tables move.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{Concurrent, Field, Judgement, Look, Settings, State, View, Wish, judge};
use crate::engine::capabilities::Counters;
use crate::engine::journal::Journal;
use crate::engine::refresh::{Before, Done, Failed, Mode, Moment, Refreshes};
use crate::engine::session::Pulse;
use crate::engine::step::Millis;
use crate::engine::{Generation, RunId};
use crate::model::name::ObjectName;

/// 2026-11-20 22:07:10 UTC, a Friday.
pub(super) const START: Moment = Moment(1_795_212_430_000);
pub(super) const SECOND: u64 = 1_000;
pub(super) const MINUTE: u64 = 60 * SECOND;
pub(super) const HOUR: u64 = 60 * MINUTE;

pub(super) fn name(text: &str) -> ObjectName {
    ObjectName::new("m", text)
}

pub(super) fn run(now: Moment) -> RunId {
    RunId::new(u64::try_from(now.0).unwrap(), 0)
}

/// A target with its journal.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) field: Field,
    pub(super) refreshes: Refreshes,
    pub(super) pulses: BTreeMap<ObjectName, Pulse>,
    pub(super) read: BTreeSet<ObjectName>,
    pub(super) counters: Counters,
    /// The run that refreshes now.
    pub(super) run: RunId,
}

impl World {
    /// Views in lines: `b: a t` reads the view `a` and the table `t`. All were refreshed an hour ago, but for
    /// max_skip, which nobody comes near.
    pub(super) fn new(lines: &str) -> Self {
        let mut world = Self {
            field: Field::default(),
            refreshes: Refreshes {
                now: START,
                epoch: Some("1".to_owned()),
                objects: BTreeMap::new(),
            },
            pulses: BTreeMap::new(),
            read: BTreeSet::new(),
            counters: Counters::Soon,
            run: run(START),
        };
        let lines: Vec<(&str, Vec<&str>)> = lines
            .lines()
            .filter_map(|line| line.trim().split_once(':'))
            .map(|(view, reads)| (view, reads.split_whitespace().collect()))
            .collect();
        let views: BTreeSet<&str> = lines.iter().map(|(view, _)| *view).collect();
        for (view, reads) in &lines {
            let (parents, grounds): (Vec<&&str>, Vec<&&str>) =
                reads.iter().partition(|read| views.contains(**read));
            world.field.views.insert(
                name(view),
                View {
                    of: name(view),
                    generation: Generation::new(&run(START), &name(view)),
                    parents: parents.into_iter().map(|parent| name(parent)).collect(),
                    grounds: grounds.into_iter().map(|ground| name(ground)).collect(),
                    unseen: None,
                    changing: None,
                    populated: true,
                    concurrent: Concurrent::Possible,
                    settings: Settings {
                        max_skip: 1_000 * HOUR,
                        ..Settings::default()
                    },
                },
            );
        }
        for watched in world.field.watched() {
            let pulse = Pulse {
                storage: Some("1".to_owned()),
                written: Some(0),
            };
            world.pulses.insert(watched, pulse);
        }
        let order: Vec<ObjectName> = world.field.order().into_iter().cloned().collect();
        let before = Moment(START.0 - 3_600_000);
        world.run = run(before);
        for (view, at) in order.iter().zip(0..) {
            world.refreshed(view, before.after(2 * at), 1);
        }
        world.run = run(START);
        world
    }

    pub(super) fn view(&mut self, view: &str) -> &mut View {
        self.field.views.get_mut(&name(view)).unwrap()
    }

    pub(super) fn done(&mut self, view: &str) -> &mut Option<Done> {
        let view = self.field.views[&name(view)].clone();
        let known = self.refreshes.objects.entry((view.of, view.generation));
        &mut known.or_default().done
    }

    /// Rows are written to a table.
    pub(super) fn write(&mut self, table: &str) {
        let pulse = self.pulses.get_mut(&name(table)).unwrap();
        pulse.written = pulse.written.map(|written| written + 1);
    }

    /// A view is refreshed from then on for so long.
    pub(super) fn refreshed(&mut self, view: &ObjectName, began: Moment, ms: u64) {
        let known = self.field.views[view].clone();
        let pulse = |name: &ObjectName| self.pulses.get(name).cloned().unwrap_or_default();
        let pulses = known
            .grounds
            .iter()
            .map(|ground| (ground.clone(), pulse(ground)));
        let parents = known.parents.iter();
        let done = Done {
            run: self.run.clone(),
            mode: Mode::Plain,
            began,
            ended: began.after(ms),
            ms: Millis(ms),
            rows: None,
            bytes: None,
            storage: Some("1".to_owned()),
            before: Some(Before {
                epoch: self.refreshes.epoch.clone(),
                pulses: pulses.collect(),
            }),
            parents: parents
                .map(|parent| (parent.clone(), "1".to_owned()))
                .collect(),
        };
        let key = (known.of, known.generation);
        let refreshed = self.refreshes.objects.entry(key).or_default();
        refreshed.done = Some(done);
        refreshed.failed = None;
    }

    pub(super) fn failed(&mut self, view: &ObjectName, began: Moment, ms: u64) {
        let known = self.field.views[view].clone();
        let key = (known.of, known.generation);
        self.refreshes.objects.entry(key).or_default().failed = Some(Failed {
            run: run(began),
            began,
            ended: began.after(ms),
            error: "division by zero".to_owned(),
        });
    }

    pub(super) fn judge(&self, wish: Wish<'_>) -> Judgement {
        let journal = Journal::default();
        judge(
            &Look {
                field: &self.field,
                refreshes: &self.refreshes,
                pulses: &self.pulses,
                read: &self.read,
                journal: &journal,
                counters: self.counters,
            },
            wish,
        )
    }

    /// All views in short lines.
    pub(super) fn told(&self, wish: Wish<'_>) -> String {
        let judgement = self.judge(wish);
        let mut out = String::new();
        for name in self.field.order() {
            let verdict = &judgement.verdicts[name];
            let reasons: Vec<String> = verdict.reasons.iter().map(ToString::to_string).collect();
            let state = match &verdict.state {
                State::Due => format!("due {}", verdict.choice.mode.as_str()),
                State::Fresh => "fresh".to_owned(),
                State::Held(held) => {
                    let wait = held.until().since(judgement.now) / SECOND;
                    format!("held: {held}, {wait} s")
                }
                State::ParentStale(parent) => format!("parent stale: {}", parent.name),
                State::NotChosen => "not chosen".to_owned(),
                State::Never => "never".to_owned(),
            };
            write!(out, "{}  {state}", name.name).unwrap();
            if !reasons.is_empty() {
                write!(out, "  {}", reasons.join("; ")).unwrap();
            }
            if let Some(behind) = &verdict.behind {
                write!(out, "  behind {}", behind.name).unwrap();
            }
            out.push('\n');
        }
        out
    }
}

/// Every view asked for.
pub(super) const ALL: Wish<'static> = Wish {
    chosen: None,
    all: false,
};
