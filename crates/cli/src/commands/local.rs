//! `dormer local`: keeps the private PostgreSQL of a target running, stops it, looks at it.

use clap::ValueEnum;
use dormer_core::engine::EngineError;
use dormer_engines::local::{self, Down, Site, Status};

use super::Outcome;
use crate::args::Global;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::session;
use crate::views::local::LocalView;

const AFTER: &str = "\
Examples:
  dormer local                 whether it runs, where, and how psql gets in
  dormer local up              start it, and keep it between commands
  dormer local down            stop it, at once or when the last command ends
  dormer local --json | jq -r .psql

A target with url = \"local:PATH\" needs none of these: the first command starts its server, the
last one out stops it. PATH is a folder from the project's, made on first use, for its owner
alone. The binaries come from PATH or the usual folders, the newest first; DORMER_PG_BIN names
another folder.";

/// Keep, stop or show the private PostgreSQL of a target with url = "local:PATH"
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    /// What to do
    #[arg(value_enum, default_value = "status", value_name = "ACTION")]
    action: Action,
}

/// What may be asked of a private server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Action {
    /// Start it, and keep it when commands end
    Up,
    /// Stop it as soon as no command uses it
    Down,
    /// Look at it
    Status,
}

/// Does it, and shows what is there then.
///
/// # Errors
///
/// When the target has no private server, or it does not start or stop.
pub(crate) fn run(args: &Args, global: &Global) -> Result<Outcome, Failure> {
    let loaded = Loaded::open(global)?;
    let target = &loaded.project.target;
    let url = session::url(&loaded)?;
    if !local::is_local(&url) {
        let message = format!("target {} has no private PostgreSQL", target.name);
        return Err(Failure::new(Exit::Usage, message)
            .cause("its url does not start with \"local:\"")
            .hint("give a target one:  url = \"local:.dormer/pg\""));
    }
    let site = Site {
        url: &url,
        environment: &session::environment,
    };
    let (status, down) = act(args.action, site).map_err(|error| {
        let doing = match args.action {
            Action::Up => "started",
            Action::Down => "stopped",
            Action::Status => "looked at",
        };
        let message = format!(
            "the private PostgreSQL of target {} cannot be {doing}",
            target.name
        );
        session::failure(message, &error)
    })?;
    let view = LocalView::new(target.name.to_string(), status, down);
    let summary = view.summary(global);
    let mut outcome = Outcome::new(view);
    outcome.summary = summary;
    Ok(outcome)
}

fn act(action: Action, site: Site<'_>) -> Result<(Status, Option<Down>), EngineError> {
    match action {
        Action::Up => Ok((local::up(site)?, None)),
        Action::Down => {
            let down = local::down(site)?;
            Ok((local::status(site)?, Some(down)))
        }
        Action::Status => Ok((local::status(site)?, None)),
    }
}
