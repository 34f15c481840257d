//! `dormer refresh`: brings what is stale up to date, in the order of the graph, several at once.

use std::collections::BTreeSet;
use std::time::Duration;

use dormer_core::engine::ErrorKind;
use dormer_core::engine::step::Millis;
use dormer_core::model::name::ObjectName;
use dormer_core::plan::refresh::{FailFast, Judgement, Limits};
use dormer_core::project::{Project, quantity};
use dormer_deploy::{DeployError, Interrupt, Options, RefreshOrder, RefreshOutcome};

use super::{Face, Outcome};
use crate::args::{Global, Wanted};
use crate::execute::{listen, span, undeployed};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::output::Output;
use crate::progress::Progress;
use crate::refreshing::{Asked, Looked};
use crate::session::{self, Door};
use crate::views::refresh::{RefreshView, ResultView, away, document};
use crate::{clock, paste, planning};

const AFTER: &str = "\
Examples:
  dormer refresh -t prod                  what is stale, in order, several at once
  dormer refresh -t prod --dry-run        what would be refreshed, how, and why
  dormer refresh -s marts.weekly --upstream   one view and all that it reads
  dormer refresh --all                    everything, changed or not
  dormer refresh --budget 7m              the most overdue first, and no longer than that
  dormer refresh --json                   one JSON event a line, the result last

A view is left alone where the counters of the target tell of no change since its last refresh;
refresh.max_skip says for how long they are believed. What waits for its refresh.every,
refresh.min_interval or refresh.window is not refreshed before its time.

Ends with 0 also where nothing was stale, with 6 when somebody else refreshes or locks block, 8
when some views failed or were left out for a stale parent, 11 when the target is away.";

/// Bring stale views up to date: parents first, several at once
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    #[command(flatten)]
    wanted: Wanted,
    /// Also what the selected views read
    #[arg(long)]
    upstream: bool,
    /// Also who reads the selected views
    #[arg(long)]
    downstream: bool,
    /// Refresh whatever is selected, changed or not, and whatever its settings say of the time
    #[arg(long)]
    all: bool,
    /// Begin nothing that will not end in this time; the most overdue is refreshed in any case
    #[arg(long, value_name = "TIME", value_parser = span)]
    budget: Option<quantity::Duration>,
    /// How many views may be refreshed at once
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=64))]
    jobs: Option<u32>,
    /// Begin nothing more after a failure
    #[arg(long)]
    fail_fast: bool,
    /// How long a refresh may wait for one lock: 500ms, 5s
    #[arg(long, value_name = "TIME", value_parser = span)]
    lock_timeout: Option<quantity::Duration>,
    /// End a refresh that takes longer
    #[arg(long, value_name = "TIME", value_parser = span)]
    statement_timeout: Option<quantity::Duration>,
    /// Say what would be refreshed, and refresh nothing
    #[arg(long)]
    dry_run: bool,
}

/// Looks, judges, and has refreshed what is due.
///
/// # Errors
///
/// When the target cannot be read, or nothing was begun.
pub(crate) fn run(args: &Args, global: &Global) -> Result<Outcome, Failure> {
    let loaded = Loaded::open(global)?;
    let project = &loaded.project;
    let incomplete = loaded.incomplete(global);
    let selected = loaded.selected(&args.wanted)?;
    let door = Door::of(&loaded)?.knowing(project);
    session::wait(async {
        let looked = match Looked::at(&loaded, &door).await {
            Ok(looked) => looked,
            Err(error) if error.kind == ErrorKind::Unavailable => {
                return Ok(away(&error, &project.target.name.0, global));
            }
            Err(error) => return Err(session::unreadable(&project.target, &error)),
        };
        let asked = asked(args, selected);
        let judgement = looked.judge(&asked);
        let engine = planning::engine_text(project, Some(&looked.server.version));
        let mut view = RefreshView::new(&looked, &judgement, &asked);
        view.of(&project.target.name.0, &engine);
        let notes = looked.notes.clone();
        let mut outcome = if args.dry_run || judgement.due().next().is_none() {
            let exit = view.exit();
            let mut outcome = Outcome::new(view).face(Face::Stream);
            outcome.exit = exit;
            outcome
        } else {
            let job = Job {
                args,
                global,
                project,
                looked: &looked,
                judgement: &judgement,
                door: &door,
            };
            job.done(view).await?
        };
        if outcome.exit == Exit::Done {
            outcome = outcome.incomplete(incomplete);
        }
        Ok(outcome.notes(&notes))
    })
}

/// Everything that is at hand when there is something to refresh.
struct Job<'a> {
    args: &'a Args,
    global: &'a Global,
    project: &'a Project,
    looked: &'a Looked,
    judgement: &'a Judgement,
    door: &'a Door<'a>,
}

impl Job<'_> {
    /// Has it refreshed, and tells what came of it.
    async fn done(&self, view: RefreshView) -> Result<Outcome, Failure> {
        let output = Output::new(self.global);
        if !self.global.json {
            output.talk(&view.head());
        }
        let run = clock::new_run();
        let text = document(self.judgement);
        let options = self.options();
        let order = RefreshOrder {
            run: &run,
            project: &self.project.name,
            field: &self.looked.field,
            judgement: self.judgement,
            refreshes: &self.looked.refreshes,
            pulses: &self.looked.pulses,
            seen: self.looked.seen,
            engine: self.looked.engine.as_ref(),
            options: &options,
            limits: Limits {
                budget: self.args.budget.map(|time| Millis(time.milliseconds)),
                fail_fast: if self.args.fail_fast {
                    FailFast::Yes
                } else {
                    FailFast::No
                },
            },
            text: &text,
        };
        let mut progress = Progress::new(output, self.global.json);
        let interrupt = Interrupt::new();
        listen(&interrupt);
        let ended = dormer_deploy::refresh(order, self.door, &mut progress, &interrupt).await;
        drop(progress);
        match ended {
            Ok(ending) => Ok(self.told(&ending, view)),
            Err(DeployError::Session { source, .. }) if source.kind == ErrorKind::Unavailable => {
                Ok(away(&source, &self.project.target.name.0, self.global))
            }
            Err(error) => {
                let target = self.project.target.name.0.as_str();
                let command = paste::command(self.global, "refresh");
                Err(undeployed(&error, (target, &command), self.global))
            }
        }
    }

    fn told(&self, ending: &RefreshOutcome, view: RefreshView) -> Outcome {
        let result = ResultView::new(ending, view, self.global);
        let exit = result.exit();
        let complaint = result.complaint();
        let mut outcome = Outcome::new(result).face(Face::Stream);
        outcome.exit = exit;
        outcome.complaint = complaint;
        outcome
    }

    fn options(&self) -> Options {
        let given = planning::Limits {
            lock_timeout: self.args.lock_timeout,
            cutover_timeout: None,
            jobs: self.args.jobs,
        };
        let mut options = Options::new(planning::limits(self.project, given));
        let ends = self.args.statement_timeout;
        options.statement_timeout = ends.map(|time| Duration::from_millis(time.milliseconds));
        options.who = clock::who();
        options.host = clock::host();
        options.tool = clock::TOOL.to_owned();
        options
    }
}

fn asked(args: &Args, selected: Option<BTreeSet<ObjectName>>) -> Asked {
    Asked {
        selected,
        all: args.all,
        upstream: args.upstream,
        downstream: args.downstream,
    }
}
