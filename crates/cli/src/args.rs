//! The command line: what may be written, and the help that says so.
//!
//! Global options stand before or after the command. **No option is silently without effect:** one
//! that means nothing to a command is none of its options.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use dormer_engines::registry::Keeper;

use crate::{commands, paste};

const ABOUT: &str = "Keeps views and materialized views: declared in SQL files, planned, replaced while people read";

const AFTER: &str = "\
Examples:
  dormer demo                     all of it in one go, in a folder that goes again
  dormer init shop                start a project with a small shop in it
  dormer check -C shop            read it and say what is wrong
  dormer show -C shop retention   everything about one object
  dormer graph -C shop            who reads whom, layer by layer
  dormer impact -C shop orders    what stands on it, and what a change would do
  dormer lock -C shop -t prod     write down the columns of what it reads in the target prod
  dormer plan -C shop -t prod     what would change there, and why
  dormer apply -C shop -t prod    do it, after a look at the plan
  dormer refresh -C shop          bring what is stale up to date
  dormer status -C shop           how each object stands there, the worst first
  dormer rollback -C shop         take the last run back
  dormer adopt -C shop -t prod    take over objects that are there already
  dormer doctor -C shop           what works, what does not, why

Start here:  docs/start.md
See also:    dormer help COMMAND, dormer help --all (everything on one page),
             dormer help --man DIR (man pages into a folder)
Exit codes:  0 done, 1 error, 3 drift, 4 the project has errors, 5 an audit failed, 6 blocked,
             7 the plan is stale, 8 partial, 9 a hazard is not allowed, 11 no session,
             64 usage, 130 interrupted
             (docs/reference/exit-codes.md)";

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "dormer",
    version,
    about = ABOUT,
    after_help = AFTER,
    max_term_width = 100,
    disable_help_subcommand = true,
    propagate_version = false,
    subcommand_value_name = "COMMAND",
    override_usage = "dormer [OPTIONS] COMMAND",
    subcommand_help_heading = "Commands",
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// Options that every command takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Run as if started in DIR
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub(crate) directory: Option<PathBuf>,
    /// The target to read the project for, in place of default_target
    #[arg(short, long, value_name = "NAME", global = true)]
    pub(crate) target: Option<String>,
    /// Print JSON on standard output, and nothing else there
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Say nothing but the result
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say more about what is done
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// Colour the output: auto, always or never; auto heeds NO_COLOR
    #[arg(
        long,
        value_name = "WHEN",
        global = true,
        default_value = "auto",
        hide_possible_values = true,
        hide_default_value = true
    )]
    pub(crate) color: When,
    /// What sessions share, for all that one command line does.
    #[arg(skip)]
    pub(crate) keeper: Arc<Keeper>,
}

/// Options of the commands that can work on a part of the project.
#[derive(Debug, Args)]
pub(crate) struct Wanted {
    /// Only these objects: +a, a+, +a+, schema.*, tag:x, path:dir, kind:mv
    #[arg(short, long, value_name = "PATTERN", action = ArgAction::Append)]
    pub(crate) select: Vec<String>,
    /// All but these objects
    #[arg(long, value_name = "PATTERN", action = ArgAction::Append)]
    pub(crate) exclude: Vec<String>,
}

impl Wanted {
    /// Whether only a part of the project is asked for.
    pub(crate) const fn selects(&self) -> bool {
        !self.select.is_empty() || !self.exclude.is_empty()
    }

    /// The options again, each with a space before it.
    pub(crate) fn words(&self) -> String {
        let select = self.select.iter().map(|pattern| (" -s ", pattern));
        let exclude = self.exclude.iter().map(|pattern| (" --exclude ", pattern));
        let words = select.chain(exclude);
        words
            .map(|(option, pattern)| option.to_owned() + &paste::quoted(pattern))
            .collect()
    }
}

/// When output is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    Auto,
    Always,
    Never,
}

/// One command each; the text of its help stands at its arguments.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(commands::init::Args),
    Demo(commands::demo::Args),
    Check(commands::check::Args),
    Show(commands::show::Args),
    Graph(commands::graph::Args),
    Impact(commands::impact::Args),
    Lock(commands::lock::Args),
    Plan(commands::plan::Args),
    Apply(commands::apply::Args),
    Refresh(commands::refresh::Args),
    Rollback(commands::rollback::Args),
    Cleanup(commands::cleanup::Args),
    Adopt(commands::adopt::Args),
    Doctor(commands::doctor::Args),
    Status(commands::status::Args),
    Drift(commands::drift::Args),
    Audit(commands::audit::Args),
    History(commands::history::Args),
    Locks(commands::locks::Args),
    #[cfg(unix)]
    Local(commands::local::Args),
    Explain(commands::explain::Args),
    Completions(commands::completions::Args),
    #[command(name = "__complete")]
    Complete(commands::complete::Args),
    Docs(commands::docs::Args),
}

impl Command {
    /// The verb, as JSON and messages name it.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Init(_) => "init",
            Self::Demo(_) => "demo",
            Self::Check(_) => "check",
            Self::Show(_) => "show",
            Self::Graph(_) => "graph",
            Self::Impact(_) => "impact",
            Self::Lock(_) => "lock",
            Self::Plan(_) => "plan",
            Self::Apply(_) => "apply",
            Self::Refresh(_) => "refresh",
            Self::Rollback(_) => "rollback",
            Self::Cleanup(_) => "cleanup",
            Self::Adopt(_) => "adopt",
            Self::Doctor(_) => "doctor",
            Self::Status(_) => "status",
            Self::Drift(_) => "drift",
            Self::Audit(_) => "audit",
            Self::History(_) => "history",
            Self::Locks(_) => "locks",
            #[cfg(unix)]
            Self::Local(_) => "local",
            Self::Explain(_) => "explain",
            Self::Completions(_) => "completions",
            Self::Complete(_) => "__complete",
            Self::Docs(_) => "docs",
        }
    }
}
