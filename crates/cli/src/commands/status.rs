//! `dormer status`: how each object of a project stands on a target, one line each.

use std::time::Duration;

use dormer_core::engine::Session;
use dormer_core::model::name::ObjectName;
use dormer_core::plan::status;

use super::{Face, Outcome};
use crate::args::{Global, Wanted};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::session::{self, Door};
use crate::standing::Standing;
use crate::views::status::{About, Form, StatusView};
use crate::watching::{self, Again};
use crate::{clock, planning};

const AFTER: &str = "\
Examples:
  dormer status -t prod                every object, the worst first
  dormer status -s 'marts.*'           a part
  dormer status --watch                again every 2 seconds, until Ctrl-C
  dormer status --check                for a pipeline: it ends with 3 where there is drift
  dormer status --csv > status.csv
  dormer status --json | jq -r '.objects[] | select(.state != \"ok\") | .object'

States: missing, drifted, unpopulated, shadow-left, pending (its file says something that was
not applied yet), ok. Rows are as the target last counted them.";

/// Show how each object stands on a target, one line each, the worst first
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    #[command(flatten)]
    wanted: Wanted,
    /// Print comma-separated values, with a head
    #[arg(long, conflicts_with_all = ["json", "watch"])]
    csv: bool,
    /// Look again every 2 seconds, until Ctrl-C
    #[arg(short, long)]
    watch: bool,
    /// End with 3 where there is drift
    #[arg(long, conflicts_with = "watch")]
    check: bool,
}

/// Looks once, or again and again.
///
/// # Errors
///
/// When there is no project, no session, or the target cannot be read.
pub(crate) fn run(args: &Args, global: &Global) -> Result<Outcome, Failure> {
    let loaded = Loaded::open(global)?;
    let project = &loaded.project;
    let door = Door::of(&loaded)?.knowing(project);
    session::wait(async {
        let opened = door.reading().await;
        let opened = opened.map_err(|error| session::unreadable(&project.target, &error))?;
        let mut session = opened.session;
        let mut first = true;
        loop {
            let view = look(session.as_mut(), &loaded, (args, global)).await?;
            if args.watch {
                watching::show(&view, ("status", global), first)?;
                first = false;
                if watching::rest().await == Again::Yes {
                    continue;
                }
                // The last look is shown already.
                return Ok(Outcome::new(view).face(Face::Shown));
            }
            let drifted = view.drifted();
            let mut outcome = Outcome::new(view).notes(&opened.notes);
            if let Some(incomplete) = loaded.incomplete(global) {
                outcome.complaint = Some(incomplete + outcome.complaint.as_deref().unwrap_or(""));
            }
            if args.check && drifted {
                outcome.exit = Exit::Drift;
            }
            return Ok(outcome);
        }
    })
}

async fn look(
    session: &mut dyn Session,
    loaded: &Loaded,
    (args, global): (&Args, &Global),
) -> Result<StatusView, Failure> {
    let selected = loaded.selected(&args.wanted)?;
    let project = &loaded.project;
    let standing = Standing::look(session, loaded, selected.as_ref()).await;
    let standing = standing.map_err(|error| session::unreadable(&project.target, &error))?;
    let keep_retired = |name: &ObjectName| -> Duration { planning::keep_retired(project, name) };
    let (lines, drift) = loaded.reading(|| {
        let drift = standing.drift();
        let lines = status::status(&standing.input(), &drift, &keep_retired);
        (lines, drift)
    });
    let version = Some(standing.seen.server.version.as_str());
    let about = About {
        project,
        engine: planning::engine_text(project, version),
        drifted: drift.objects.len(),
        added: drift.objects.values().filter(|one| one.kept()).count(),
        form: if args.csv { Form::Csv } else { Form::Table },
        unseen: standing.unseen(),
        now: clock::now_seconds(),
        global,
        wanted: &args.wanted,
    };
    Ok(StatusView::new(about, lines))
}
