//! `dormer drift`: what somebody changed in a target without Dormer.

use super::Outcome;
use crate::args::{Global, Wanted};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::session::{self, Door};
use crate::standing::Standing;
use crate::views::drift::{About, DriftView};
use crate::{clock, planning};

const AFTER: &str = "\
Examples:
  dormer drift -t prod                   what is not as it was applied, and how it was
  dormer drift -s marts.orders_daily     one object
  dormer drift --json | jq -r '.objects[] | .object'
  dormer drift -q || echo drifted        for a pipeline: it ends with 3 where there is drift

Changed, missing:  dormer apply puts it back, dormer adopt takes it over as it is.
Added by hand:     a grant, an index or a comment that nobody declared is drift as well, and ends
                   with 3; apply keeps it.
Relations that Dormer never made are listed and are no drift.";

/// Show what was changed in a target without Dormer
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    #[command(flatten)]
    wanted: Wanted,
}

/// Looks once.
///
/// # Errors
///
/// When there is no project, no session, or the target cannot be read.
pub(crate) fn run(args: &Args, global: &Global) -> Result<Outcome, Failure> {
    let loaded = Loaded::open(global)?;
    let selected = loaded.selected(&args.wanted)?;
    let project = &loaded.project;
    let door = Door::of(&loaded)?.knowing(project);
    session::wait(async {
        let failed = |error| session::unreadable(&project.target, &error);
        let opened = door.reading().await.map_err(failed)?;
        let mut session = opened.session;
        let standing = Standing::look(session.as_mut(), &loaded, selected.as_ref()).await;
        let standing = standing.map_err(failed)?;
        let drift = loaded.reading(|| standing.drift());
        let version = Some(standing.seen.server.version.as_str());
        let view = DriftView::new(
            About {
                project,
                engine: planning::engine_text(project, version),
                journal: standing.seen.journal.is_some(),
                unseen: standing.unseen(),
                now: clock::now_seconds(),
                global,
            },
            drift,
        );
        let drifted = view.drifted();
        let mut outcome = Outcome::new(view).notes(&opened.notes);
        if let Some(incomplete) = loaded.incomplete(global) {
            outcome.complaint = Some(incomplete + outcome.complaint.as_deref().unwrap_or(""));
        }
        if drifted {
            outcome.exit = Exit::Drift;
        }
        Ok(outcome)
    })
}
