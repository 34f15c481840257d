//! `dormer plan`: what would change in a target, and why.

use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use dormer_core::engine::script::Part;
use dormer_core::engine::session::NewRun;
use dormer_core::plan::{Plan, file};
use dormer_core::project::Project;

use super::{Face, Outcome};
use crate::args::{Global, Wanted};
use crate::execute::{self, allowances, refused, unmatched};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::paste;
use crate::planning::{self, Limits, Readied};
use crate::session::{self, Door};
use crate::views::plan::{Around, Detail, Face as PlanFace, PlanView};

const AFTER: &str = "\
Examples:
  dormer plan -t prod                        what would change, and why
  dormer plan -t prod -v                     every step with its statements
  dormer plan -t prod --out plan.json        keep it:  dormer apply plan.json
  dormer plan -t prod --detailed-exitcode    for CI: 0 nothing to do, 2 changes
  dormer plan -t prod --format markdown      for a pull request
  dormer plan -t prod --format sql           a script for somebody who runs it by hand
  dormer plan -s marts.orders_daily+         a part, with the readers of what is replaced

Nothing is written to the target. A hazard blocks `dormer apply` until it is allowed; what a
hazard or a note means:  dormer explain data-loss";

/// Show what would change in a target, and why; changes nothing
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    #[command(flatten)]
    wanted: Wanted,
    /// How it is shown: text, json, sql or markdown
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "text",
        hide_possible_values = true
    )]
    format: Format,
    /// Write the plan to FILE, to be applied as it is
    #[arg(short, long, value_name = "FILE", conflicts_with = "offline")]
    out: Option<PathBuf>,
    /// End with 2 where there are changes, with 0 where there is nothing to do
    #[arg(long)]
    detailed_exitcode: bool,
    /// Do not ask the target: everything that is declared, as for an empty one
    #[arg(long)]
    offline: bool,
    /// Let a hazard pass: data-loss:marts.x, or data-loss for all objects
    #[arg(long, value_name = "HAZARD")]
    allow: Vec<String>,
}

/// The forms of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
    Sql,
    Markdown,
}

/// Makes a plan and shows it.
///
/// # Errors
///
/// When there is no project, no session, or the file cannot be written.
pub(crate) fn run(args: &Args, global: &Global) -> Result<Outcome, Failure> {
    let loaded = match planning::ready(global)? {
        Readied::Ready(loaded) => loaded,
        Readied::Wrong(outcome) => return Ok(outcome),
    };
    let allowed = allowances(&args.allow, &loaded.project)?;
    let limits = planning::limits(&loaded.project, Limits::default());
    let fresh = if args.offline {
        planning::offline(&loaded, &args.wanted, limits)?
    } else {
        let door = Door::of(&loaded)?.knowing(&loaded.project);
        planning::fresh(&loaded, &args.wanted, limits, (&door, Output::new(global)))?
    };
    let blocking = execute::blocking(&fresh.plan, &allowed);
    let command = match &args.out {
        Some(path) => {
            save(path, &file::to_text(&fresh.plan))?;
            format!("apply {}", paste::quoted(&path.display().to_string()))
        }
        None => format!("apply{}", args.wanted.words()),
    };
    let exit = if !fresh.plan.refused.is_empty() {
        Exit::Error
    } else if args.detailed_exitcode && !fresh.plan.noop() {
        Exit::Changes
    } else {
        Exit::Done
    };
    let refusal = (exit == Exit::Error).then(|| refused(&fresh.plan.refused));
    let view = PlanView {
        around: Around {
            blocking,
            command: args
                .allow
                .iter()
                .fold(paste::command(global, &command), |all, allow| {
                    format!("{all} --allow {}", paste::quoted(allow))
                }),
            file: None,
            along: fresh.along,
            blockers: fresh.blockers,
            knowledge: fresh.knowledge,
        },
        plan: match args.format {
            Format::Sql => scripted(fresh.plan, &loaded.project)?,
            Format::Text | Format::Json | Format::Markdown => fresh.plan,
        },
        face: match args.format {
            Format::Text | Format::Json => PlanFace::Text,
            Format::Sql => PlanFace::Sql,
            Format::Markdown => PlanFace::Markdown,
        },
        detail: if global.verbose {
            Detail::Steps
        } else {
            Detail::Changes
        },
    };
    let unmatched = unmatched(&args.allow, &view.plan);
    let mut outcome = Outcome::new(view).face(match args.format {
        Format::Json => Face::Json,
        Format::Text | Format::Sql | Format::Markdown => Face::Asked,
    });
    outcome.exit = exit;
    let refusal = refusal.map(|refusal| crate::report::failure(&refusal));
    let said: String = unmatched.into_iter().chain(refusal).collect();
    outcome.complaint = Some(said).filter(|said| !said.is_empty());
    if let Some(path) = &args.out {
        let path = paste::quoted(&path.display().to_string());
        let command = paste::command(global, &format!("apply {path}"));
        outcome.summary = Some(format!("wrote the plan; do it with:  {command}\n"));
    }
    Ok(outcome.notes(&fresh.notes))
}

/// The same plan with all that a script says: it stops where a run would, and the journal hears of it.
fn scripted(mut plan: Plan, project: &Project) -> Result<Plan, Failure> {
    let unreadable = |error| session::unreadable(&project.target, &error);
    let engine = session::engine(&project.target, None).map_err(unreadable)?;
    let text = file::to_text(&plan);
    let run = plan.run.clone();
    let begin = engine.script(&Part::Begin(&NewRun {
        run: &run,
        kind: plan.kind,
        project: &plan.project,
        who: "",
        host: "",
        tool: &plan.tool,
        summary: "a script",
        plan: &text,
    }));
    let mut begin = begin.map_err(unreadable)?;
    for planned in &mut plan.steps {
        let step = engine.script(&Part::Step {
            run: &run,
            step: &planned.step,
            statements: &planned.statements,
        });
        planned.statements = std::mem::take(&mut begin);
        planned.statements.extend(step.map_err(unreadable)?);
    }
    if let Some(last) = plan.steps.last_mut() {
        let end = engine.script(&Part::End(&run)).map_err(unreadable)?;
        last.statements.extend(end);
    }
    Ok(plan)
}

/// Writes the plan file.
fn save(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|error| {
        let message = format!("cannot write {}", path.display());
        Failure::new(Exit::Error, message).because(&error)
    })
}
