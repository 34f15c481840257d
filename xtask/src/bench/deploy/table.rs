//! What the benches of plan and apply found: rows that are printed as they come, and kept for the results.

use serde::Serialize;

use crate::bench::measure::Measured;
use crate::bench::{median, millis};
use crate::output;

/// Everything that was found in one run.
#[derive(Debug, Default, Serialize)]
pub(in crate::bench) struct Deployed {
    server: String,
    settings: String,
    work: Vec<Work>,
    cutovers: Vec<Cutover>,
    /// What has to be known of numbers.
    remarks: Vec<String>,
    /// What could not be measured, and why.
    missing: Vec<String>,
}

/// What is measured, in how many objects.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) work: &'a str,
    pub(super) objects: usize,
}

/// The time of the bare work that a row is held against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Floor {
    pub(super) name: &'static str,
    pub(super) ms: f64,
}

#[derive(Debug, Serialize)]
struct Work {
    work: String,
    objects: usize,
    runs: usize,
    wall_ms: f64,
    user_ms: Option<f64>,
    peak_mb: Option<f64>,
    floor: Option<&'static str>,
    ratio: Option<f64>,
}

/// What readers saw while names changed hands.
#[derive(Debug, Serialize)]
pub(super) struct Cutover {
    pub(super) work: String,
    pub(super) runs: usize,
    pub(super) wall_ms: f64,
    /// How long the transaction took that changes the names; none where nobody tells.
    pub(super) cutover_ms: Option<f64>,
    pub(super) reads: u64,
    pub(super) failed: u64,
    pub(super) errors: Vec<String>,
    /// The longest read of each run, from the shortest to the longest.
    pub(super) longest_ms: Vec<f64>,
    /// The longest read of each run that touches the cutover.
    pub(super) longest_in_cutover_ms: Vec<f64>,
}

impl Deployed {
    pub(super) fn new(version: &str, settings: String) -> Self {
        let found = Self {
            server: format!("PostgreSQL {version}"),
            settings,
            ..Self::default()
        };
        output::say(&format!("{}: {}", found.server, found.settings));
        found
    }

    pub(super) fn head(&self) {
        output::say(&format!(
            "{:<44}{:>8}{:>6}{:>12}{:>8}{:>12}{:>10}",
            "work", "objects", "runs", "wall ms", "ratio", "user ms", "peak MB"
        ));
    }

    /// Adds what a yardstick took, and gives it back as a floor.
    pub(super) fn floor(
        &mut self,
        subject: Subject<'_>,
        name: &'static str,
        times: &[f64],
    ) -> Floor {
        let ms = median(times.to_vec());
        self.add(Work {
            work: subject.work.to_owned(),
            objects: subject.objects,
            runs: times.len(),
            wall_ms: ms,
            user_ms: None,
            peak_mb: None,
            floor: None,
            ratio: None,
        });
        Floor { name, ms }
    }

    /// Adds what a program took, beside a floor.
    pub(super) fn work(&mut self, subject: Subject<'_>, all: &[Measured], floor: Option<Floor>) {
        let of = |value: fn(&Measured) -> f64| median(all.iter().map(value).collect());
        let wall_ms = of(|one| millis(one.wall));
        self.add(Work {
            work: subject.work.to_owned(),
            objects: subject.objects,
            runs: all.len(),
            wall_ms,
            user_ms: Some(of(|one| millis(one.user))),
            peak_mb: Some(
                all.iter()
                    .map(|one| one.peak_kb as f64 / 1024.0)
                    .fold(0.0, f64::max),
            ),
            floor: floor.map(|floor| floor.name),
            ratio: floor.map(|floor| wall_ms / floor.ms),
        });
    }

    fn add(&mut self, work: Work) {
        let told = |value: Option<f64>, digits: usize| {
            value.map_or_else(String::new, |value| format!("{value:.digits$}"))
        };
        output::say(&format!(
            "{:<44}{:>8}{:>6}{:>12.1}{:>8}{:>12}{:>10}",
            work.work,
            work.objects,
            work.runs,
            work.wall_ms,
            told(work.ratio, 2),
            told(work.user_ms, 1),
            told(work.peak_mb, 1),
        ));
        self.work.push(work);
    }

    pub(super) fn cutover_head(&self) {
        output::say(&format!(
            "{:<32}{:>6}{:>10}{:>12}{:>8}{:>8}{:>12}{:>12}",
            "under readers",
            "runs",
            "wall ms",
            "cutover ms",
            "reads",
            "failed",
            "longest ms",
            "in cutover"
        ));
    }

    pub(super) fn cutover(&mut self, mut found: Cutover) {
        found.longest_ms.sort_by(f64::total_cmp);
        found.longest_in_cutover_ms.sort_by(f64::total_cmp);
        let last = |values: &[f64]| {
            let last = values.last();
            last.map_or_else(String::new, |value| format!("{value:.1}"))
        };
        let cutover = found.cutover_ms;
        output::say(&format!(
            "{:<32}{:>6}{:>10.1}{:>12}{:>8}{:>8}{:>12}{:>12}",
            found.work,
            found.runs,
            found.wall_ms,
            cutover.map_or_else(String::new, |ms| format!("{ms:.1}")),
            found.reads,
            found.failed,
            last(&found.longest_ms),
            last(&found.longest_in_cutover_ms),
        ));
        for error in &found.errors {
            output::say(&format!("    {error}"));
        }
        self.cutovers.push(found);
    }

    /// Says what has to be known of numbers.
    pub(super) fn remark(&mut self, what: String) {
        output::say(&format!("({what})"));
        self.remarks.push(what);
    }

    /// Says what could not be measured; nothing is left out in silence.
    pub(super) fn missing(&mut self, what: String) {
        output::say(&format!("not measured: {what}"));
        self.missing.push(what);
    }
}
