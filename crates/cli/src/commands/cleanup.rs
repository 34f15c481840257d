//! `dormer cleanup`: drops what nobody needs any more: retired generations and abandoned shadows.

use std::time::Duration;

use dormer_core::engine::journal::RunKind;
use dormer_core::plan::back::{CleanupOptions, CleanupPlan, cleanup};
use dormer_core::plan::file;
use dormer_core::plan::sequence::Frame;
use dormer_core::project::quantity;

use super::{Face, Outcome};
use crate::args::Global;
use crate::execute::{self, How, Proposal, allowances, span};
use crate::failure::Failure;
use crate::load::Loaded;
use crate::session::Door;
use crate::views::cleanup::CleanupView;
use crate::views::plan::{Around, Detail, Face as PlanFace, Knowledge, PlanView};
use crate::{clock, paste, planning};

const AFTER: &str = "\
Examples:
  dormer cleanup --dry-run          what would be dropped, and what is kept and why
  dormer cleanup                    drop what is older than keep_retired of each object
  dormer cleanup --older-than 0s    everything that is retired, whatever its age
  dormer cleanup -y --json          one JSON event a line, the result last

Only what the journal knows is dropped, never what a name suggests, and nothing that
somebody reads. What is dropped cannot be rolled back to any more.";

/// Drop retired generations and abandoned shadows that nobody needs any more
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    /// Say what would be dropped, and drop nothing
    #[arg(long)]
    dry_run: bool,
    /// What is retired for longer than this, in place of keep_retired: 0s, 12h, 7d
    #[arg(long, value_name = "TIME", value_parser = span)]
    older_than: Option<quantity::Duration>,
    #[command(flatten)]
    how: How,
}

/// Makes the plan, and has it executed.
///
/// # Errors
///
/// When there is no session, or nobody says yes.
pub(crate) fn run(args: &Args, global: &Global) -> Result<Outcome, Failure> {
    let loaded = Loaded::open(global)?;
    let project = &loaded.project;
    let door = Door::of(&loaded)?.knowing(project);
    let how = &args.how;
    let seen = planning::seen(&loaded, &door)?;
    let run = clock::new_run();
    let journal = seen.journal.clone().unwrap_or_default();
    let engine_text = planning::engine_text(project, Some(&seen.server.version));
    let frame = Frame {
        tool: clock::TOOL,
        project: &project.name,
        target: &project.target.name.0,
        engine: seen.engine.as_ref(),
        engine_text: &engine_text,
        run: &run,
        kind: RunKind::Cleanup,
        journal: &journal,
        limits: planning::limits(project, how.limits()),
    };
    let options = CleanupOptions {
        older_than: args
            .older_than
            .map(|time| Duration::from_millis(time.milliseconds)),
        keep_retired: &|name| planning::keep_retired(project, name),
        now: clock::now_seconds(),
    };
    let CleanupPlan { plan, kept, bytes } = cleanup(&seen.observed, &frame, &options);
    let allowed = allowances(&how.allow, project)?;
    let around = Around {
        blocking: execute::blocking(&plan, &allowed),
        command: paste::command(global, &words(args)),
        file: None,
        along: Vec::new(),
        blockers: Vec::new(),
        knowledge: Knowledge::Target,
    };
    if args.dry_run {
        let plan = PlanView {
            plan,
            around,
            face: PlanFace::Text,
            detail: if global.verbose {
                Detail::Steps
            } else {
                Detail::Changes
            },
        };
        let view = CleanupView::new(plan, kept, bytes);
        return Ok(Outcome::new(view).face(Face::Stream).notes(&seen.notes));
    }
    let told = CleanupView::told(&kept, bytes);
    if !global.json {
        crate::output::Output::new(global).talk(&told);
    }
    let proposal = Proposal {
        text: file::to_line(&plan),
        plan,
        around,
        resume: false,
        places: std::collections::BTreeMap::new(),
        notes: seen.notes,
    };
    execute::execute(&proposal, how, global, &door)
}

/// The command again.
fn words(args: &Args) -> String {
    match &args.older_than {
        Some(time) => format!("cleanup --older-than {time}"),
        None => "cleanup".to_owned(),
    }
}
