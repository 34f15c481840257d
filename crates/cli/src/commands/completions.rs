//! `dormer completions`: the script that teaches a shell the commands.

use clap::CommandFactory;
use clap_complete::Shell;

use super::Outcome;
use crate::args::Cli;
use crate::views::docs::Page;

const AFTER: &str = "\
Examples:
  dormer completions bash > ~/.local/share/bash-completion/completions/dormer
  dormer completions zsh  > ~/.zfunc/_dormer
  dormer completions fish > ~/.config/fish/completions/dormer.fish";

/// Print a completion script for your shell
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

/// Writes the script.
pub(crate) fn run(args: &Args) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "dormer", &mut script);
    let text = String::from_utf8_lossy(&script).into_owned();
    Outcome::new(Page { text })
}
