//! `dormer history`: the runs that the journal of a target remembers, or one of them with its steps.

use dormer_core::engine::RunId;
use dormer_core::engine::journal::{RunDetail, RunKind, RunState};
use dormer_core::engine::lease::Life;
use dormer_core::plan::file;

use super::Outcome;
use crate::args::Global;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::paste;
use crate::session;
use crate::views::history::{HistoryView, RunView};

const AFTER: &str = "\
Examples:
  dormer history                  the last 20 runs, the newest first
  dormer history -n 100           the last 100
  dormer history 7f3a             one run, with its steps and what became of each
  dormer history --json | jq -r '.runs[] | select(.state != \"done\") | .run'

The journal lives in the target, in the schema dormer.";

/// Show the runs on a target, or one run with its steps
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    /// One run, by the beginning of its id
    #[arg(value_name = "RUN")]
    run: Option<String>,
    /// So many runs at most
    #[arg(
        short = 'n',
        long,
        value_name = "N",
        default_value_t = 20,
        conflicts_with = "run"
    )]
    limit: u32,
}

/// Asks the journal.
///
/// # Errors
///
/// When there is no session, or no such run.
pub(crate) fn run(args: &Args, global: &Global) -> Result<Outcome, Failure> {
    let loaded = Loaded::open(global)?;
    let target = &loaded.project.target;
    let name = target.name.to_string();
    match &args.run {
        None => {
            let limit = args.limit;
            let answer =
                session::read(&loaded, async move |mut session| session.runs(limit).await)?;
            let runs = answer.value;
            Ok(Outcome::new(HistoryView { target: name, runs }).notes(&answer.notes))
        }
        Some(id) => {
            let asked = id.clone();
            let ask = async move |mut session: Box<dyn dormer_core::engine::Session>| {
                session.run(&asked).await
            };
            let answer = session::read(&loaded, ask)?;
            let detail = one(answer.value, id, global)?;
            let planned = file::read(&detail.plan).map_or_else(|_| Vec::new(), |plan| plan.steps);
            let next = next(&detail, global);
            let view = RunView::new(name, &detail, &planned, next);
            Ok(Outcome::new(view).notes(&answer.notes))
        }
    }
}

/// The one run that was meant.
///
/// # Errors
///
/// When there is none, or several.
pub(crate) fn one(found: Vec<RunDetail>, id: &str, global: &Global) -> Result<RunDetail, Failure> {
    let mut found = found.into_iter();
    match (found.next(), found.len()) {
        (Some(one), 0) => Ok(one),
        (None, _) => Err(
            Failure::new(Exit::Error, format!("no run begins with \"{id}\"")).hint(format!(
                "see the runs:  {}",
                paste::command(global, "history")
            )),
        ),
        (Some(first), more) => {
            let message = format!("\"{id}\" may be any of {} runs", more + 1);
            let runs: Vec<RunId> = std::iter::once(first)
                .chain(found)
                .map(|detail| detail.run.run)
                .collect();
            let failure = Failure::new(Exit::Error, message);
            Err(runs.iter().take(5).fold(failure, |failure, run| {
                let words = format!("history {run}");
                failure.hint(paste::command(global, &words))
            }))
        }
    }
}

/// What can be done about a run now.
fn next(detail: &RunDetail, global: &Global) -> Vec<String> {
    let shown = &detail.run.run;
    let hint = |what: &str, words: String| format!("{what}:  {}", paste::command(global, &words));
    if detail.run.session == Some(Life::Alive) {
        return vec![hint("see what it waits for", "locks".to_owned())];
    }
    match (detail.run.state, detail.run.kind) {
        (RunState::Partial | RunState::Stopped | RunState::Running, RunKind::Refresh) => {
            vec![hint("refresh what is stale", "refresh".to_owned())]
        }
        (RunState::Partial | RunState::Stopped | RunState::Running, _) => vec![
            hint("go on with it", format!("apply --resume {shown}")),
            hint("take back what it did", format!("rollback {shown}")),
        ],
        (RunState::Done, RunKind::Apply | RunKind::Rollback | RunKind::Adopt) => {
            vec![hint("take it back", format!("rollback {shown}"))]
        }
        (RunState::Done, RunKind::Cleanup | RunKind::Refresh | RunKind::Mend)
        | (RunState::Abandoned | RunState::RolledBack, _) => Vec::new(),
    }
}
