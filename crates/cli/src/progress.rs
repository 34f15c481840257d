//! What happens during a run, as it happens: live lines on a terminal, plain lines elsewhere, one JSON
//! object a line for programs.
//!
//! **Live lines are drawn here alone;** everything that stays goes through [`Output`].

use std::collections::BTreeMap;

use dormer_core::engine::step::{Millis, StepId};
use dormer_deploy::{Event, Listener, StepEnd, What};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use unicode_width::UnicodeWidthStr as _;

use crate::output::{self, Output};
use crate::views::grid::middle;
use crate::views::style::{ERROR, FAINT, WARNING, paint};
use crate::views::time::{length, seconds};

/// A step that took at least so long has a line of its own that stays.
const WORTH_A_LINE_MS: u64 = 1_000;
/// In plans of up to so many steps each has one.
const FEW: usize = 60;
/// What is waited for is said again after so long.
const TELL_AGAIN_MS: u64 = 30_000;
/// The title of a running step is cut to no less.
const SHORTEST_TITLE: usize = 24;
/// So many running steps are shown at once.
const SHOWN: usize = 12;

/// Shows the events of one run.
pub(crate) struct Progress {
    output: Output,
    face: Face,
    steps: usize,
    done: usize,
    told: usize,
    titles: BTreeMap<StepId, String>,
    waits: BTreeMap<StepId, Wait>,
}

/// What a step waits for, as it was told last.
struct Wait {
    /// Why, and behind whom, without what changes from try to try.
    what: String,
    told_at: u64,
}

/// How events are shown.
enum Face {
    Live(Live),
    Plain,
    Json,
    Quiet,
}

/// The lines on a terminal that change.
struct Live {
    all: MultiProgress,
    total: ProgressBar,
    running: BTreeMap<StepId, ProgressBar>,
}

impl Live {
    fn new() -> Self {
        let all = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let total = all.add(ProgressBar::no_length());
        total.set_style(style());
        Self {
            all,
            total,
            running: BTreeMap::new(),
        }
    }

    /// Writes a running step's line anew; a step has one once it takes longer.
    fn show(&mut self, step: StepId, text: String) {
        if let Some(line) = self.running.get(&step) {
            line.set_message(text);
        } else if self.running.len() < SHOWN {
            let line = self
                .all
                .insert_before(&self.total, ProgressBar::no_length());
            line.set_style(style());
            line.set_message(text);
            self.running.insert(step, line);
        }
    }

    fn remove(&mut self, step: StepId) {
        if let Some(line) = self.running.remove(&step) {
            line.finish_and_clear();
            self.all.remove(&line);
        }
    }
}

/// A line is its text alone.
fn style() -> ProgressStyle {
    ProgressStyle::with_template("{wide_msg}").unwrap_or_else(|_| ProgressStyle::default_spinner())
}

impl std::fmt::Debug for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Progress")
            .field("done", &self.done)
            .finish_non_exhaustive()
    }
}

impl Progress {
    /// Chooses how events are shown, once.
    pub(crate) fn new(output: Output, json: bool) -> Self {
        let face = if json {
            Face::Json
        } else if output.is_quiet() {
            Face::Quiet
        } else if output.is_live() {
            Face::Live(Live::new())
        } else {
            Face::Plain
        };
        Self {
            output,
            face,
            steps: 0,
            done: 0,
            told: 0,
            titles: BTreeMap::new(),
            waits: BTreeMap::new(),
        }
    }

    /// Says something that stays.
    fn say(&self, text: &str) {
        match &self.face {
            // The live lines go away for a moment, so that nothing is drawn over.
            Face::Live(live) => live.all.suspend(|| self.output.talk(text)),
            Face::Plain => self.output.talk(text),
            Face::Json | Face::Quiet => {}
        }
    }

    fn title(&self, step: StepId) -> String {
        let title = self.titles.get(&step);
        title.map_or_else(|| format!("step {step}"), Clone::clone)
    }

    /// Shows a running step: its title, how long it works, how long it will.
    fn running(&mut self, step: StepId, ms: Millis, forecast: Option<Millis>) {
        let title = self.title(step);
        if let Face::Live(live) = &mut self.face {
            let forecast = forecast.map(|forecast| format!(" of about {}", seconds(forecast.0)));
            let forecast = forecast.unwrap_or_default();
            let wait = self.waits.get(&step);
            let wait = wait.map(|wait| format!(", waits: {}", wait.what));
            let tail = format!("{}{forecast}{}", seconds(ms.0), wait.unwrap_or_default());
            // The title gives way to how long it takes and why, down to what is still a name.
            let width = output::width();
            let room = width.saturating_sub(tail.width() + 5);
            let title = middle(&title, room.max(SHORTEST_TITLE));
            let line = format!("  {title}  {tail}");
            live.show(step, middle(&line, width.saturating_sub(1)));
        }
    }

    /// Says what a step waits for: when that is another thing than before, and now and then.
    fn waiting(&mut self, step: StepId, what: String, (told, now): (&str, u64)) {
        let known = self.waits.get(&step);
        let again = known.is_some_and(|known| known.what == what);
        if again && known.is_some_and(|known| now.saturating_sub(known.told_at) < TELL_AGAIN_MS) {
            return;
        }
        let waiting = paint("waiting", WARNING);
        let title = self.title(step);
        // A terminal has the line of the step for it.
        if !(again && matches!(self.face, Face::Live(_))) {
            self.say(&format!("{waiting}  {title}: {told}\n"));
        }
        self.waits.insert(step, Wait { what, told_at: now });
    }

    fn total(&self) {
        if let Face::Live(live) = &self.face {
            let text = format!("  {} of {} steps", self.done, self.steps);
            live.total.set_message(text);
        }
    }

    fn finished(&mut self, step: StepId, (ms, end): (Millis, StepEnd), reason: Option<&str>) {
        let title = self.title(step);
        self.titles.remove(&step);
        self.waits.remove(&step);
        if let Face::Live(live) = &mut self.face {
            live.remove(step);
        }
        let reason = reason.map(|reason| format!(": {reason}"));
        let reason = reason.unwrap_or_default();
        let bad = |words: &str, style| {
            let words = paint(words, style);
            format!("{words}  {title}{reason}\n")
        };
        match end {
            StepEnd::Done => {
                self.done += 1;
                self.told_done(&title, ms);
            }
            StepEnd::Failed => self.say(&bad("failed", ERROR)),
            StepEnd::AuditFailed => self.say(&bad("audit failed", ERROR)),
            StepEnd::Blocked => self.say(&bad("blocked", ERROR)),
            StepEnd::Stopped => self.say(&bad("stopped", WARNING)),
        }
        self.total();
    }

    /// A line for a step that is done, or, where there are many quick ones, for each tenth of them.
    fn told_done(&mut self, title: &str, ms: Millis) {
        let counted = format!("{} of {}", self.done, self.steps);
        let tenth = self.steps.div_ceil(10).max(1);
        let live = matches!(self.face, Face::Live(_));
        if ms.0 >= WORTH_A_LINE_MS || (!live && self.steps <= FEW) {
            let took = paint(length(ms.0), FAINT);
            let counted = paint(counted, FAINT);
            self.say(&format!("{counted}  {title}  {took}\n"));
        } else if !live && self.done / tenth > self.told {
            self.told = self.done / tenth;
            self.say(&format!("{counted} steps done\n"));
        }
    }

    fn show(&mut self, what: &What, now: u64) {
        match what {
            What::RunStarted {
                steps,
                already_done,
                ..
            } => {
                (self.steps, self.done) = (*steps, *already_done);
                if *already_done > 0 {
                    self.say(&format!(
                        "{already_done} of {steps} steps were done before\n"
                    ));
                }
                self.total();
            }
            What::StepStarted { step, title, .. } => {
                self.titles.insert(*step, crate::report::plain(title));
            }
            What::StepProgress {
                step,
                ms,
                forecast_ms,
                ..
            } => self.running(*step, *ms, *forecast_ms),
            What::StepWaiting {
                step,
                reason,
                waiting_for,
                tries,
                ..
            } => {
                let behind = waiting_for.as_ref().map(|who| format!(", behind {who}"));
                let behind = behind.unwrap_or_default();
                let tries = match tries {
                    0 | 1 => String::new(),
                    tries => format!(" ({tries} tries)"),
                };
                let told = crate::report::plain(&format!("{reason}{behind}{tries}"));
                let who = waiting_for
                    .as_deref()
                    .and_then(|who| who.split(" since ").next());
                let what = who.map_or_else(|| reason.clone(), |who| format!("behind {who}"));
                let what = crate::report::plain(&what);
                self.waiting(*step, what, (&told, now));
            }
            What::StepRepeated { step, reason, .. } => {
                let again = paint("again", WARNING);
                let title = self.title(*step);
                let reason = crate::report::plain(reason);
                self.say(&format!("{again}  {title}: {reason}\n"));
            }
            What::StepFinished {
                step,
                ms,
                outcome,
                reason,
                ..
            } => self.finished(*step, (*ms, *outcome), reason.as_deref()),
            What::ObjectSkipped { object, reason, .. } => {
                let skipped = paint("skipped", WARNING);
                let text = crate::report::plain(&format!("{object}: {reason}"));
                self.say(&format!("{skipped}  {text}\n"));
            }
            What::RunStopping { reason } => {
                let stopping = paint("stopping", WARNING);
                let running = self.titles.values().next();
                let wait = running.filter(|_| reason == "interrupted").map(|title| {
                    let more = match self.titles.len() {
                        0 | 1 => String::new(),
                        n => format!(" and {} more", n - 1),
                    };
                    format!("; \"{title}\"{more} may end within 5 s, Ctrl-C again ends it now")
                });
                let wait = wait.unwrap_or_default();
                let reason = crate::report::plain(reason);
                self.say(&format!("{stopping}  {reason}{wait}\n"));
            }
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Face::Live(live) = &self.face {
            live.total.finish_and_clear();
            let _gone = live.all.clear();
        }
    }
}

impl Listener for Progress {
    fn event(&mut self, event: &Event) {
        if matches!(self.face, Face::Json) {
            if let Ok(line) = serde_json::to_string(event) {
                // Nobody is left to hear of a broken pipe; the work goes on.
                let _ = self.output.data(&(line + "\n"));
            }
        } else {
            self.show(&event.what, event.ts.0);
        }
    }
}
