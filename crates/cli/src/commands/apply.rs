//! `dormer apply`: has a plan executed: a file, a fresh one, or one that began before.

use std::fs;
use std::path::{Path, PathBuf};

use dormer_core::engine::Session;
use dormer_core::engine::journal::{RunKind, RunState};
use dormer_core::plan::{Plan, file};

use super::{Outcome, history};
use crate::args::{Global, Wanted};
use crate::execute::{self, How, Proposal, allowances};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::output::Output;
use crate::paste;
use crate::planning::{self, Readied};
use crate::session::{self, Door};
use crate::views::plan::{Around, Knowledge};
use crate::views::run_id;

const AFTER: &str = "\
Examples:
  dormer apply -t prod                   plan, show it, ask, do it
  dormer apply plan.json -y              what was planned and looked at before, as it is
  dormer apply -y -t prod                without a question, for a pipeline
  dormer apply --allow data-loss:marts.x let one hazard pass for one object
  dormer apply --resume                  go on with the run that did not end
  dormer apply --prove                   read everything the whole time, and report stalls
  dormer apply -y --json                 one JSON event a line, the result last

Ctrl-C once ends what is running and leaves a run that can go on; twice ends at once.
Ends with 5 when an audit failed, 6 when a lease or locks block, 7 when the plan is stale, 8
when some objects failed, 9 when a hazard is not allowed, 130 when it was interrupted.";

/// Change a target: as a plan file says, or after a plan that is shown first
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    /// A plan that `dormer plan --out` wrote; a fresh one without it
    #[arg(value_name = "PLAN", conflicts_with_all = ["select", "exclude", "resume"])]
    plan: Option<PathBuf>,
    #[command(flatten)]
    wanted: Wanted,
    #[command(flatten)]
    how: How,
    /// Go on with a run that did not end: this one, or the last
    #[arg(
        long,
        value_name = "RUN",
        num_args = 0..=1,
        default_missing_value = "",
        conflicts_with_all = ["select", "exclude"]
    )]
    resume: Option<String>,
}

/// Finds the plan and has it executed.
///
/// # Errors
///
/// When there is none, or it may not be executed.
pub(crate) fn run(args: &Args, global: &Global) -> Result<Outcome, Failure> {
    match (&args.plan, &args.resume) {
        (Some(path), _) => from_file(path, args, global),
        (None, Some(run)) => resume(run, args, global),
        (None, None) => fresh(args, global),
    }
}

fn fresh(args: &Args, global: &Global) -> Result<Outcome, Failure> {
    let loaded = match planning::ready(global)? {
        Readied::Ready(loaded) => loaded,
        Readied::Wrong(outcome) => return Ok(outcome),
    };
    let how = &args.how;
    let allowed = allowances(&how.allow, &loaded.project)?;
    let limits = planning::limits(&loaded.project, how.limits());
    let door = Door::of(&loaded)?.knowing(&loaded.project);
    let fresh = planning::fresh(&loaded, &args.wanted, limits, (&door, Output::new(global)))?;
    let proposal = Proposal {
        around: Around {
            blocking: execute::blocking(&fresh.plan, &allowed),
            command: paste::command(global, &format!("apply{}", args.wanted.words())),
            file: None,
            along: fresh.along,
            blockers: fresh.blockers,
            knowledge: fresh.knowledge,
        },
        text: file::to_line(&fresh.plan),
        plan: fresh.plan,
        resume: false,
        places: loaded.places(),
        notes: fresh.notes,
    };
    execute::execute(&proposal, how, global, &door)
}

/// A plan that was written before. Its target is the one that is meant.
fn from_file(path: &Path, args: &Args, global: &Global) -> Result<Outcome, Failure> {
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::new(Exit::Error, format!("cannot read {shown}")).because(&error)
    })?;
    let plan = file::read(&text).map_err(|error| {
        Failure::new(Exit::Error, format!("{shown} is no plan"))
            .because(&error)
            .hint(format!(
                "make one:  {}",
                paste::command(global, "plan --out plan.json")
            ))
    })?;
    let global = meant(&plan, global)?;
    let loaded = Loaded::open(&global)?;
    same_project(&plan, &loaded)?;
    let door = Door::of(&loaded)?.knowing(&loaded.project);
    let allowed = allowances(&args.how.allow, &loaded.project)?;
    let command = format!("apply {}", paste::quoted(&shown.to_string()));
    let proposal = Proposal {
        around: Around {
            blocking: execute::blocking(&plan, &allowed),
            command: paste::command(&global, &command),
            file: Some(paste::quoted(&shown.to_string())),
            along: Vec::new(),
            blockers: Vec::new(),
            knowledge: Knowledge::Target,
        },
        plan,
        text,
        resume: false,
        places: loaded.places(),
        notes: Vec::new(),
    };
    execute::execute(&proposal, &args.how, &global, &door)
}

/// The command line with the target of the plan, unless it names another one.
fn meant(plan: &Plan, global: &Global) -> Result<Global, Failure> {
    let mut meant = global.clone();
    match &global.target {
        Some(target) if *target != plan.target => {
            let message = format!("the plan is for target {}, not for {target}", plan.target);
            Err(Failure::new(Exit::Usage, message))
        }
        _ => {
            meant.target = Some(plan.target.clone());
            Ok(meant)
        }
    }
}

fn same_project(plan: &Plan, loaded: &Loaded) -> Result<(), Failure> {
    let project = &loaded.project.name;
    if plan.project == *project {
        return Ok(());
    }
    let message = format!(
        "the plan is of project {}, and this is {project}",
        plan.project
    );
    Err(Failure::new(Exit::Error, message))
}

/// A run that began before: its plan is in the journal.
fn resume(id: &str, args: &Args, global: &Global) -> Result<Outcome, Failure> {
    let loaded = Loaded::open(global)?;
    let target = &loaded.project.target;
    let door = Door::of(&loaded)?;
    let asked = id.to_owned();
    let project = loaded.project.name.clone();
    let ask = async move |mut session: Box<dyn Session>| {
        let runs = session.runs(run_id::LOOK_BACK).await?;
        let unfinished = runs.iter().find(|run| {
            let left = matches!(
                run.state,
                RunState::Running | RunState::Stopped | RunState::Partial
            );
            left && run.project == project && run.kind != RunKind::Refresh
        });
        let id = match (asked.as_str(), unfinished) {
            ("", Some(run)) => run.run.to_string(),
            ("", None) => return Ok(None),
            (asked, _) => asked.to_owned(),
        };
        Ok(Some((session.run(&id).await?, id)))
    };
    let answer = session::read(&loaded, ask)?;
    let Some((found, id)) = answer.value else {
        let message = format!("no run on target {} is left to go on with", target.name);
        return Err(Failure::new(Exit::Error, message).hint(format!(
            "see the runs:  {}",
            paste::command(global, "history")
        )));
    };
    let detail = history::one(found, &id, global)?;
    let run = detail.run.run.clone();
    let plan = file::read(&detail.plan).map_err(|error| {
        let message = format!("the plan of run {run} cannot be read from the journal");
        Failure::new(Exit::Error, message)
            .because(&error)
            .hint(format!("begin anew:  {}", paste::command(global, "apply")))
    })?;
    same_project(&plan, &loaded)?;
    let proposal = Proposal {
        around: Around {
            command: paste::command(global, &format!("apply --resume {run}")),
            file: None,
            blocking: Vec::new(),
            along: Vec::new(),
            blockers: Vec::new(),
            knowledge: Knowledge::Journal,
        },
        plan,
        text: detail.plan,
        resume: true,
        places: loaded.places(),
        notes: answer.notes,
    };
    execute::execute(&proposal, &args.how, global, &door)
}
