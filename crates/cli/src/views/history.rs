//! Runs as the journal remembers them, and one run with its steps.

use std::fmt;

use anstyle::Style;
use dormer_core::engine::RunId;
use dormer_core::engine::journal::{RunDetail, RunRecord, RunState, StepRecord, StepState};
use dormer_core::engine::lease::Life;
use dormer_core::plan::PlannedStep;
use serde::Serialize;

use super::run_id;
use super::style::{ERROR, FAINT, GOOD, STRONG, Table, WARNING, paint};
use super::time::{self, length, moment};
use crate::output;

/// The result of `dormer history`.
#[derive(Debug, Serialize)]
pub(crate) struct HistoryView {
    pub(crate) target: String,
    pub(crate) runs: Vec<RunRecord>,
}

impl fmt::Display for HistoryView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.runs.is_empty() {
            return writeln!(f, "No runs on target {} yet.", self.target);
        }
        let mut table = Table::default();
        for run in &self.runs {
            let others = self.runs.iter().map(|run| &run.run);
            let who = format!("{}@{}", run.who, run.host);
            let did = did(run);
            let said = match (&run.error, run.session) {
                (Some(error), _) => format!("{did}: {error}"),
                (None, Some(Life::Dead)) => format!("{did}: its session is gone"),
                (None, Some(Life::Alive) | None) => did,
            };
            table.row([
                (id(&run.run, others), STRONG),
                (run.kind.as_str(), Style::new()),
                (run.state.as_str(), style(run.state)),
                (&moment(run.started), FAINT),
                (&took(run), FAINT),
                (&who, FAINT),
                (&said, Style::new()),
            ]);
        }
        table.write_within(f, 0, output::width())
    }
}

/// An id as far as it is unique where somebody looks at it, and whole where it may be kept.
fn id<'r>(run: &'r RunId, others: impl IntoIterator<Item = &'r RunId>) -> &'r str {
    if output::is_terminal() {
        run_id::shown(run, others)
    } else {
        run.as_str()
    }
}

/// What a run did; of one that did not reach its end, what it was to do.
fn did(run: &RunRecord) -> String {
    match run.state {
        RunState::Done | RunState::RolledBack => run.summary.clone(),
        RunState::Running | RunState::Partial | RunState::Stopped | RunState::Abandoned => {
            format!("of {}", run.summary)
        }
    }
}

/// What colour a state has.
const fn style(state: RunState) -> Style {
    match state {
        RunState::Done => GOOD,
        RunState::Running | RunState::Partial | RunState::Stopped => WARNING,
        RunState::Abandoned | RunState::RolledBack => FAINT,
    }
}

fn took(run: &RunRecord) -> String {
    let ended = run.ended.map(|ended| ended.saturating_sub(run.started));
    let seconds = ended.and_then(|seconds| u64::try_from(seconds).ok());
    match seconds {
        None => "-".to_owned(),
        Some(0) => "< 1 s".to_owned(),
        Some(seconds) => time::seconds(seconds.saturating_mul(1_000)),
    }
}

/// The result of `dormer history RUN`.
#[derive(Debug, Serialize)]
pub(crate) struct RunView {
    pub(crate) target: String,
    run: RunRecord,
    steps: Vec<StepView>,
    /// What goes on from here, where something does.
    next: Vec<String>,
}

/// One step of a run.
#[derive(Debug, Serialize)]
struct StepView {
    id: u32,
    title: String,
    object: Option<String>,
    /// Null for a step that was not reached.
    state: Option<StepState>,
    ms: Option<u64>,
    error: Option<String>,
}

impl RunView {
    /// Puts what the plan said beside what became of it.
    pub(crate) fn new(
        target: String,
        detail: &RunDetail,
        planned: &[PlannedStep],
        next: Vec<String>,
    ) -> Self {
        let mut steps: Vec<StepView> = planned
            .iter()
            .filter(|planned| !detail.steps.contains_key(&planned.step.id))
            .map(not_reached)
            .chain(detail.steps.values().map(recorded))
            .collect();
        steps.sort_by_key(|step| step.id);
        Self {
            target,
            run: detail.run.clone(),
            steps,
            next,
        }
    }
}

fn not_reached(planned: &PlannedStep) -> StepView {
    StepView {
        id: planned.step.id.0,
        title: planned.step.title.clone(),
        object: planned.step.object.as_ref().map(ToString::to_string),
        state: None,
        ms: None,
        error: None,
    }
}

fn recorded(step: &StepRecord) -> StepView {
    StepView {
        id: step.step.0,
        title: step.title.clone(),
        object: step.object.as_ref().map(ToString::to_string),
        state: Some(step.state),
        ms: Some(step.ms.0),
        error: step.error.clone(),
    }
}

impl fmt::Display for RunView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let run = &self.run;
        let title = format!(
            "Run {} on target {}: {}, {}",
            run.run,
            self.target,
            run.kind.as_str(),
            run.state.as_str()
        );
        writeln!(f, "{}", paint(title, STRONG))?;
        let mut facts = Table::default();
        let plain = Style::new();
        facts.row([("id", FAINT), (run.run.as_str(), plain)]);
        facts.row([("started", FAINT), (&moment(run.started), plain)]);
        if run.ended.is_some() {
            facts.row([("took", FAINT), (&took(run), plain)]);
        }
        match run.session {
            Some(Life::Alive) => {
                facts.row([("lease", FAINT), ("held by a session that is alive", plain)]);
            }
            Some(Life::Dead) => facts.row([
                ("lease", ERROR),
                ("nobody holds it: its session is gone", plain),
            ]),
            None => {}
        }
        facts.row([("by", FAINT), (&format!("{}@{}", run.who, run.host), plain)]);
        facts.row([("with", FAINT), (&format!("dormer {}", run.tool), plain)]);
        facts.row([("project", FAINT), (&run.project, plain)]);
        facts.row([("did", FAINT), (&did(run), plain)]);
        if let Some(error) = &run.error {
            facts.row([("error", ERROR), (error, plain)]);
        }
        facts.write_within(f, 2, output::width())?;
        writeln!(f)?;
        let mut table = Table::default();
        for step in &self.steps {
            let (state, style) = match step.state {
                None => ("-", FAINT),
                Some(StepState::Done) => ("done", GOOD),
                Some(StepState::Failed) => ("failed", ERROR),
                Some(StepState::Skipped) => ("skipped", WARNING),
            };
            let ms = match (step.state, step.ms) {
                (Some(StepState::Done | StepState::Failed), Some(ms)) => length(ms),
                _ => String::new(),
            };
            let error = step.error.as_deref().unwrap_or_default();
            table.row([
                (&step.id.to_string(), FAINT),
                (state, style),
                (&ms, FAINT),
                (&step.title, plain),
                (error, ERROR),
            ]);
        }
        table.write_within(f, 2, output::width())?;
        for next in &self.next {
            writeln!(f, "\n{}: {next}", paint("hint", super::style::HELP))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use anstream::adapter::strip_str;
    use dormer_core::engine::journal::RunKind;
    use dormer_core::engine::step::{Millis, StepId, StepKind};

    use super::*;
    use crate::views::View;

    fn run(id: &str, state: RunState, error: Option<&str>) -> RunRecord {
        RunRecord {
            run: RunId::parse(id).unwrap(),
            kind: RunKind::Apply,
            project: "shop".to_owned(),
            state,
            who: "anna".to_owned(),
            host: "desk".to_owned(),
            tool: "0.1.0".to_owned(),
            started: 1_709_251_199,
            ended: (state != RunState::Running).then_some(1_709_251_391),
            summary: "2 replaced".to_owned(),
            error: error.map(str::to_owned),
            session: (state == RunState::Running).then_some(Life::Dead),
        }
    }

    #[test]
    fn runs_are_one_line_each() {
        let view = HistoryView {
            target: "prod".to_owned(),
            runs: vec![
                run("7f3b000000", RunState::Running, None),
                run("7f3a000000", RunState::Stopped, Some("lock not obtained")),
            ],
        };
        assert_eq!(
            strip_str(&view.text()).to_string(),
            "\
7f3b000000  apply  running  2024-02-29 23:59:59 UTC  -           anna@desk  of 2 replaced: its session is gone
7f3a000000  apply  stopped  2024-02-29 23:59:59 UTC  3 min 12 s  anna@desk  of 2 replaced: lock not obtained
"
        );
    }

    #[test]
    fn steps_show_what_became_of_them() {
        let step = |id, state, error: Option<&str>| {
            let record = StepRecord {
                step: StepId(id),
                kind: StepKind::Fill,
                title: format!("fill marts.a{id}"),
                object: None,
                state,
                ms: Millis(4_200),
                error: error.map(str::to_owned),
                detail: None,
            };
            (StepId(id), record)
        };
        let detail = RunDetail {
            run: run("7f3a000000", RunState::Partial, None),
            plan: String::new(),
            steps: BTreeMap::from([
                step(1, StepState::Done, None),
                step(2, StepState::Failed, Some("division by zero")),
                step(3, StepState::Skipped, None),
            ]),
        };
        let view = RunView::new("prod".to_owned(), &detail, &[], Vec::new());
        let text = strip_str(&view.text()).to_string();
        let steps = text.split_once("\n\n").unwrap().1;
        assert_eq!(
            steps,
            "  1  done     4.2 s  fill marts.a1
  2  failed   4.2 s  fill marts.a2  division by zero
  3  skipped         fill marts.a3
"
        );
    }
}
