//! What stands below every help page: how the command can end, and which commands are near it.
//!
//! **Every command has a line in the table**, and examples of its own at its arguments.

use clap::{Command, CommandFactory};

use crate::args::Cli;
use crate::exit::Exit;

/// No line of a list is longer.
const WIDTH: usize = 96;

/// A command, how it can end, and what is near it.
type Row = (&'static str, &'static [Exit], &'static [&'static str]);

use Exit::{
    Audit, Blocked, Changes, Done, Drift, Error, Hazard, Interrupted, Partial, Project, Stale,
    Unavailable, Usage,
};

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("init", &[Done, Error, Usage], &["check", "plan"]),
    ("demo", &[Done, Error, Unavailable, Usage, Interrupted], &["init", "plan", "apply"]),
    ("check", &[Done, Error, Project, Usage], &["explain", "show", "plan"]),
    ("show", &[Done, Error, Project, Unavailable, Usage], &["impact", "graph", "check"]),
    ("graph", &[Done, Error, Project, Usage], &["impact", "show"]),
    ("impact", &[Done, Error, Project, Unavailable, Usage], &["show", "graph", "plan", "locks"]),
    ("lock", &[Done, Error, Project, Unavailable, Usage], &["check"]),
    ("plan", &[Done, Error, Changes, Project, Unavailable, Usage], &["apply", "explain", "impact"]),
    ("apply", &[Done, Error, Project, Audit, Blocked, Stale, Partial, Hazard, Unavailable, Usage, Interrupted],
        &["plan", "rollback", "history", "locks", "explain"]),
    ("refresh", &[Done, Error, Project, Blocked, Partial, Unavailable, Usage, Interrupted], &["status", "history", "locks"]),
    ("rollback", &[Done, Error, Blocked, Stale, Partial, Unavailable, Usage, Interrupted],
        &["history", "apply", "cleanup"]),
    ("cleanup", &[Done, Error, Blocked, Stale, Partial, Unavailable, Usage, Interrupted],
        &["history", "rollback", "impact"]),
    ("adopt", &[Done, Error, Project, Blocked, Stale, Partial, Unavailable, Usage, Interrupted], &["plan", "drift", "doctor"]),
    ("doctor", &[Done, Error, Blocked, Unavailable, Usage, Interrupted], &["status", "drift", "adopt"]),
    ("status", &[Done, Error, Drift, Project, Unavailable, Usage, Interrupted], &["drift", "audit", "history"]),
    ("drift", &[Done, Error, Drift, Project, Unavailable, Usage], &["status", "apply", "history"]),
    ("audit", &[Done, Error, Project, Audit, Unavailable, Usage, Interrupted], &["status", "check"]),
    ("history", &[Done, Error, Unavailable, Usage], &["rollback", "apply"]),
    ("locks", &[Done, Error, Unavailable, Usage], &["impact", "apply"]),
    ("explain", &[Done, Error, Usage], &["check", "plan"]),
    ("local", &[Done, Error, Usage], &["init", "status"]),
    ("completions", &[Done, Usage], &["explain"]),
];

/// The whole command line with all that its help says.
pub(crate) fn command() -> Command {
    let mut root = Cli::command();
    for (name, exits, near) in ROWS {
        let known = root.find_subcommand(name).is_some();
        if known {
            root = root.mut_subcommand(name, |command| with_below(command, exits, near));
        }
    }
    root
}

fn with_below(command: Command, exits: &[Exit], near: &[&str]) -> Command {
    let above = command.get_after_help().map(ToString::to_string);
    let exits = exits
        .iter()
        .map(|exit| format!("{} {}", exit.code(), exit.brief()));
    let near = near.iter().map(|name| format!("dormer {name}"));
    let below = format!(
        "{}\n\n{}\n{}",
        above.unwrap_or_default(),
        list("Exit codes:  ", exits),
        list("See also:    ", near)
    );
    command.after_help(below)
}

/// Words with commas between, below one another where they are many.
fn list(heading: &str, words: impl Iterator<Item = String>) -> String {
    let mut text = heading.to_owned();
    let mut column = heading.len();
    for (at, word) in words.enumerate() {
        if at > 0 {
            text.push(',');
            if column + 2 + word.len() > WIDTH {
                text.push('\n');
                text.push_str(&" ".repeat(heading.len()));
                column = heading.len();
            } else {
                text.push(' ');
                column += 2;
            }
        }
        column += word.len();
        text.push_str(&word);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The part of a help page under a heading, up to the next empty line.
    fn part<'h>(help: &'h str, heading: &str) -> Option<&'h str> {
        let (_, rest) = help.split_once(heading)?;
        Some(rest.split("\n\n").next().unwrap_or(rest).trim())
    }

    #[test]
    fn every_page_has_examples_exit_codes_and_related_commands() {
        let mut root = command();
        root.build();
        let names: Vec<String> = root
            .get_subcommands()
            .map(|command| command.get_name().to_owned())
            .collect();
        let mut lacking = Vec::new();
        for command in root.get_subcommands_mut().filter(|one| !one.is_hide_set()) {
            let name = command.get_name().to_owned();
            let help = command.render_long_help().to_string();
            let example = part(&help, "Examples:").is_some_and(|examples| {
                let of = format!("dormer {name}");
                examples.lines().filter(|line| line.contains(&of)).count() > 1
            });
            let exits = part(&help, "Exit codes:").is_some_and(|exits| exits.starts_with("0 done"));
            let near = part(&help, "See also:").is_some_and(|near| {
                near.split(',').all(|one| {
                    let one = one.trim().strip_prefix("dormer ");
                    one.is_some_and(|one| names.iter().any(|name| name == one))
                })
            });
            for (there, what) in [
                (example, "examples"),
                (exits, "exit codes"),
                (near, "related commands"),
            ] {
                if !there {
                    lacking.push(format!("{name}: {what}"));
                }
            }
        }
        assert!(lacking.is_empty(), "help pages lack: {lacking:?}");
        let help = root.render_long_help().to_string();
        for heading in ["Examples:", "Exit codes:", "See also:"] {
            assert!(help.contains(heading), "the first page lacks {heading}");
        }
    }

    #[test]
    fn long_lists_are_broken() {
        let text = list(
            "Exit codes:  ",
            (0..30).map(|number| format!("{number} done")),
        );
        assert!(text.lines().all(|line| line.len() <= WIDTH + 1), "{text}");
        assert!(text.lines().count() > 2);
    }
}
