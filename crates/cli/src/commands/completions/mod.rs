//! `dormer completions`: the script that teaches a shell the commands.
//!
//! Where a shell can ask, the script asks the program at every key, which knows the names of objects,
//! targets and runs; others get the commands and options as they are now.

use clap_complete::Shell;

use super::Outcome;
use crate::help;
use crate::views::docs::Page;

const AFTER: &str = "\
Examples:
  dormer completions bash > ~/.local/share/bash-completion/completions/dormer
  dormer completions zsh  > ~/.zfunc/_dormer
  dormer completions fish > ~/.config/fish/completions/dormer.fish

In bash, zsh and fish the names of objects, targets and runs are completed, too: objects and targets
from the files, runs from the target as long as it answers within a second.";

/// Print a completion script for your shell
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

/// Writes the script.
pub(crate) fn run(args: &Args) -> Outcome {
    let text = match args.shell {
        Shell::Bash => include_str!("bash.sh").to_owned(),
        Shell::Zsh => include_str!("zsh.sh").to_owned(),
        Shell::Fish => include_str!("fish.fish").to_owned(),
        other => {
            let mut script = Vec::new();
            clap_complete::generate(other, &mut help::command(), "dormer", &mut script);
            String::from_utf8_lossy(&script).into_owned()
        }
    };
    Outcome::new(Page { text })
}
