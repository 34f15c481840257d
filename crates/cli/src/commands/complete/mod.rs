//! `dormer __complete`, hidden: what fits at the end of a command line, asked by shells at every key.
//!
//! - **It never complains:** a project that cannot be read, or a target that does not answer, is an empty
//!   answer, and the shell offers files.
//! - Names come from the files alone; runs from the target, which has a second to answer.

mod names;

use clap::{Arg, Command, ValueEnum};

use super::Outcome;
use crate::help;
use crate::views::docs::Page;
use names::Source;

/// Say what fits at the end of a command line
#[derive(Debug, clap::Args)]
#[command(hide = true)]
pub(crate) struct Args {
    /// The shell that asks
    shell: Asking,
    /// The words behind `dormer`; the last is not finished
    #[arg(last = true)]
    words: Vec<String>,
}

/// The shells that ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Asking {
    Bash,
    Zsh,
    Fish,
}

/// One word that fits, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fit {
    pub(super) word: String,
    pub(super) about: String,
}

impl Fit {
    fn new(word: impl Into<String>, about: impl Into<String>) -> Self {
        Self {
            word: word.into(),
            about: about.into(),
        }
    }
}

/// Finds what fits.
pub(crate) fn run(args: &Args) -> Outcome {
    let found = fits(&args.words);
    let lines = found.iter().map(|fit| line(args.shell, fit) + "\n");
    Outcome::new(Page {
        text: lines.collect(),
    })
}

fn line(shell: Asking, fit: &Fit) -> String {
    let about = fit.about.replace(['\n', '\t'], " ");
    match shell {
        Asking::Bash => fit.word.clone(),
        Asking::Zsh => format!(
            "{}:{about}",
            fit.word.replace('\\', "\\\\").replace(':', "\\:")
        ),
        Asking::Fish => format!("{}\t{about}", fit.word),
    }
}

/// Where the unfinished word stands.
struct Place<'a> {
    /// The command, if there is one yet.
    command: Option<&'a Command>,
    /// The option whose value it is.
    option: Option<&'a Arg>,
    /// How many words without an option stand before it, behind the command.
    position: usize,
}

fn fits(words: &[String]) -> Vec<Fit> {
    let Some((last, before)) = words.split_last() else {
        return Vec::new();
    };
    let mut root = help::command();
    root.build();
    let place = place(&root, before);
    // `--target=pr`: the value alone is unfinished.
    if let Some((option, value)) = last.split_once('=').filter(|_| last.starts_with("--")) {
        let found = option_of(&root, place.command, option);
        let values = found
            .map(|arg| values(arg, place.command, before))
            .unwrap_or_default();
        let whole = values.into_iter().filter(|fit| fit.word.starts_with(value));
        return whole
            .map(|fit| Fit::new(format!("{option}={}", fit.word), fit.about))
            .collect();
    }
    let mut found = match (place.option, place.command) {
        (Some(option), _) => values(option, place.command, before),
        (None, _) if last.starts_with('-') => options(&root, place.command),
        (None, None) => commands(&root),
        (None, Some(command)) => {
            let mut positionals = command.get_positionals();
            let last_one = command.get_positionals().last();
            let argument = positionals
                .nth(place.position)
                .or(last_one.filter(|one| matches!(one.get_action(), clap::ArgAction::Append)));
            argument
                .map(|argument| values(argument, Some(command), before))
                .unwrap_or_default()
        }
    };
    found.retain(|fit| fit.word.starts_with(last.as_str()));
    found
}

fn place<'a>(root: &'a Command, before: &[String]) -> Place<'a> {
    let mut place = Place {
        command: None,
        option: None,
        position: 0,
    };
    for word in before {
        if place.option.take().is_some() {
            continue;
        }
        if word.starts_with('-') && word.len() > 1 {
            let takes = |arg: &&Arg| arg.get_action().takes_values() && !word.contains('=');
            place.option = option_of(root, place.command, word).filter(takes);
        } else if place.command.is_none() {
            // `dormer help plan` asks for the page of a command.
            place.command = root.find_subcommand(word);
        } else {
            place.position += 1;
        }
    }
    place
}

fn option_of<'a>(root: &'a Command, command: Option<&'a Command>, word: &str) -> Option<&'a Arg> {
    let is = |arg: &&Arg| match word.strip_prefix("--") {
        Some(long) => arg.get_long() == Some(long),
        None => {
            let mut letters = word.chars().skip(1);
            let letter = letters.next();
            letters.next().is_none() && letter.is_some() && arg.get_short() == letter
        }
    };
    let own = command.into_iter().flat_map(Command::get_arguments);
    own.chain(root.get_arguments()).find(is)
}

fn commands(root: &Command) -> Vec<Fit> {
    let shown = root
        .get_subcommands()
        .filter(|command| !command.is_hide_set());
    shown
        .map(|command| Fit::new(command.get_name(), about(command.get_about())))
        .chain([Fit::new("help", "Show the help of a command")])
        .collect()
}

fn options(root: &Command, command: Option<&Command>) -> Vec<Fit> {
    let mut found: Vec<Fit> = Vec::new();
    let own = command.into_iter().flat_map(Command::get_arguments);
    for arg in own
        .chain(root.get_arguments())
        .filter(|arg| !arg.is_hide_set())
    {
        let long = arg.get_long().map(|long| format!("--{long}"));
        let short = arg.get_short().map(|short| format!("-{short}"));
        let Some(word) = long.or(short) else { continue };
        if found.iter().all(|fit| fit.word != word) {
            found.push(Fit::new(word, about(arg.get_help())));
        }
    }
    found
}

fn about(text: Option<&clap::builder::StyledStr>) -> String {
    text.map(ToString::to_string).unwrap_or_default()
}

/// The values of an option or an argument.
fn values(arg: &Arg, command: Option<&Command>, before: &[String]) -> Vec<Fit> {
    let named = arg.get_possible_values();
    if !named.is_empty() {
        return named
            .iter()
            .filter(|value| !value.is_hide_set())
            .map(|value| Fit::new(value.get_name(), about(value.get_help())))
            .collect();
    }
    let command = command.map(Command::get_name);
    source(command, arg.get_id().as_str())
        .map(|source| names::of(source, before))
        .unwrap_or_default()
}

/// Which names an argument takes; none where it takes files or anything else.
fn source(command: Option<&str>, id: &str) -> Option<Source> {
    match (command, id) {
        (_, "target") => Some(Source::Targets),
        (Some("impact"), "name") => Some(Source::ObjectsAndColumns),
        (_, "select" | "exclude") | (Some("show"), "name") | (Some("locks"), "names") => {
            Some(Source::Objects)
        }
        (Some("history" | "rollback"), "run") => Some(Source::Runs),
        (Some("explain"), _) => Some(Source::Codes),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Vec<String> {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        fits(&words).into_iter().map(|fit| fit.word).collect()
    }

    #[test]
    fn commands_and_options_fit_where_they_stand() {
        assert_eq!(of("ro"), ["rollback"]);
        assert_eq!(of("he"), ["help"]);
        assert_eq!(of("apply --res"), ["--resume"]);
        assert_eq!(of("apply --pl"), [""; 0]);
        assert_eq!(of("plan --format m"), ["markdown"]);
        assert_eq!(of("plan --format=s"), ["--format=sql"]);
        assert!(of("-").contains(&"--target".to_owned()));
        assert!(!of("").contains(&"docs".to_owned()));
        assert!(!of("").contains(&"__complete".to_owned()));
    }

    #[test]
    fn values_of_options_are_no_commands() {
        assert_eq!(of("-C plan co"), ["completions"]);
        assert_eq!(of("completions z"), ["zsh"]);
        assert_eq!(of("explain DM0104")[0], "DM0104");
    }

    #[test]
    fn shells_read_what_they_can() {
        let fit = Fit::new("tag:x", "two\nlines");
        assert_eq!(line(Asking::Bash, &fit), "tag:x");
        assert_eq!(line(Asking::Zsh, &fit), "tag\\:x:two lines");
        assert_eq!(line(Asking::Fish, &fit), "tag:x\ttwo lines");
    }
}
