//! From the arguments of the process to its exit code: parse, do, print.

use std::ffi::OsString;
use std::process::ExitCode;
use std::thread;
use std::time::Instant;

use clap::FromArgMatches;
use clap::error::ErrorKind;
use serde_json::{Map, Value};

use crate::args::{Cli, Command, Global};
use crate::commands::{self, Face, Outcome};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::{help, report, views};

/// Address space for the stack of each thread that reads SQL; pages are used as they are touched.
const STACK_BYTES: usize = 256 << 20;

/// Runs the command line on a thread whose stack does not end where SQL nests.
pub(crate) fn main() -> ExitCode {
    let bytes = stack_sizes(1).next().unwrap_or(STACK_BYTES);
    let worker = thread::Builder::new().stack_size(bytes).spawn(whole);
    let exit = match worker {
        Ok(worker) => worker.join().unwrap_or(Exit::Error),
        // Where so much address space is not to be had, the first thread does it.
        Err(_) => whole(),
    };
    ExitCode::from(exit.code())
}

/// The sizes of stacks to try for so many threads, the largest first: those that leave as much room
/// again for one more, because what is read needs memory as well.
pub(crate) fn stack_sizes(threads: usize) -> impl Iterator<Item = usize> {
    // One probe for many threads would be refused where each of their stacks is not.
    let share = threads.min(2) + 1;
    let fits = move |bytes: &usize| {
        let probe = thread::Builder::new().stack_size(bytes.saturating_mul(share));
        probe.spawn(|| ()).is_ok_and(|probe| probe.join().is_ok())
    };
    [STACK_BYTES, STACK_BYTES / 8, STACK_BYTES / 64]
        .into_iter()
        .filter(fits)
}

fn whole() -> Exit {
    let started = Instant::now();
    let arguments = asking_for_help(std::env::args_os().collect());
    let parsed = help::command().try_get_matches_from(&arguments);
    let cli = match parsed.and_then(|parsed| Cli::from_arg_matches(&parsed)) {
        Ok(cli) => cli,
        Err(error) => return refuse(&error, &arguments),
    };
    let output = Output::new(&cli.global);
    let Some(command) = &cli.command else {
        if cli.global.json {
            let failure = Failure::new(Exit::Usage, "a command is missing");
            return tell(output, true, None, &failure.hint("dormer --help"));
        }
        return print(output, commands::docs::help().as_bytes());
    };
    let result = commands::run(command, &cli.global)
        .and_then(|outcome| show(&cli.global, command, &outcome, started));
    match result {
        Ok(exit) => exit,
        Err(failure) => tell(output, cli.global.json, Some(command.name()), &failure),
    }
}

/// Reads `dormer help show` as `dormer show --help`, and the help of everything as what prints it.
fn asking_for_help(mut arguments: Vec<OsString>) -> Vec<OsString> {
    if arguments.get(1).is_none_or(|verb| verb != "help") {
        return arguments;
    }
    let instead: Option<&[&str]> = match arguments.get(2).and_then(|word| word.to_str()) {
        Some("--all") => Some(&["docs", "all"]),
        Some("--man") => Some(&["docs", "man", "--into"]),
        _ => None,
    };
    if let Some(instead) = instead {
        arguments.splice(1..3, instead.iter().map(OsString::from));
        // `dormer help --man` alone writes into a folder of that name.
        if instead.last() == Some(&"--into") && arguments.len() == 1 + instead.len() {
            arguments.push("man".into());
        }
    } else {
        arguments.remove(1);
        arguments.push("--help".into());
    }
    arguments
}

/// Prints what a command came back with.
fn show(
    global: &Global,
    command: &Command,
    outcome: &Outcome,
    started: Instant,
) -> Result<Exit, Failure> {
    let output = Output::new(global);
    let text = match outcome.face {
        Face::Shown => String::new(),
        Face::Json => json(command, outcome.view.as_ref(), views::frame)?,
        // Also what is said in place of a run, such as the errors of the project, is one line of the stream.
        Face::Asked if global.json && !streams(command.name()) => {
            json(command, outcome.view.as_ref(), views::frame)?
        }
        Face::Asked | Face::Stream if global.json => {
            json(command, outcome.view.as_ref(), views::line)?
        }
        Face::Asked | Face::Stream => outcome.view.text(),
    };
    output.data(&text).map_err(|error| cannot_write(&error))?;
    if let Some(complaint) = &outcome.complaint {
        output.complain(complaint);
    }
    if let Some(summary) = &outcome.summary {
        output.talk(summary);
    }
    output.detail(&format!(
        "{} took {}\n",
        command.name(),
        commands::took(started)
    ));
    Ok(outcome.exit)
}

/// How fields become a text: spread out, or on one line.
type Layout = fn(Option<&str>, Map<String, Value>) -> String;

fn json(command: &Command, view: &dyn views::View, layout: Layout) -> Result<String, Failure> {
    let fields = view.fields().map_err(|error| {
        Failure::new(Exit::Error, "the result has no JSON form").because(&error)
    })?;
    Ok(layout(Some(command.name()), fields))
}

/// Says why there is no result: to people on standard error, to programs on standard output.
fn tell(output: Output, json: bool, command: Option<&str>, failure: &Failure) -> Exit {
    if json {
        let mut fields = Map::new();
        let error = serde_json::to_value(failure).unwrap_or_default();
        fields.insert("error".to_owned(), error);
        fields.insert("exit_code".to_owned(), Value::from(failure.exit.code()));
        let layout = if command.is_some_and(streams) {
            views::line
        } else {
            views::frame
        };
        print(output, layout(command, fields).as_bytes());
    } else {
        output.complain(&report::failure(failure));
    }
    failure.exit
}

/// Whether a command writes one JSON object a line.
fn streams(command: &str) -> bool {
    matches!(
        command,
        "apply" | "rollback" | "cleanup" | "adopt" | "refresh"
    )
}

fn print(output: Output, bytes: &[u8]) -> Exit {
    let text = String::from_utf8_lossy(bytes);
    match output.data(&text) {
        Ok(()) => Exit::Done,
        Err(error) => {
            output.complain(&report::failure(&cannot_write(&error)));
            Exit::Error
        }
    }
}

fn cannot_write(error: &std::io::Error) -> Failure {
    Failure::new(Exit::Error, "cannot write to standard output").because(error)
}

/// Help and version are results; everything else that the parser refuses is wrong usage.
fn refuse(error: &clap::Error, arguments: &[OsString]) -> Exit {
    let output = Output::before_arguments();
    let rendered = error.render().ansi().to_string();
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        return print(output, rendered.as_bytes());
    }
    tell(
        output,
        asks_for_json(arguments),
        None,
        &usage(error, arguments),
    )
}

/// The words of the parser as a failure: what it says up to its usage line, its tips as hints.
fn usage(error: &clap::Error, arguments: &[OsString]) -> Failure {
    let rendered = error.render().to_string().replace("subcommand", "command");
    let lines = rendered
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let (mut fact, mut hints) = (Vec::new(), Vec::new());
    for line in lines.take_while(|line| !line.starts_with("Usage: ")) {
        if let Some(tip) = line.strip_prefix("tip: ") {
            // That an option may also be meant as a value helps nobody who mistyped one.
            hints.extend((!tip.contains("as a value")).then(|| hint(tip)));
        } else if let Some(values) = line.strip_prefix("[possible values: ") {
            hints.push(format!("one of:        {}", values.trim_end_matches(']')));
        } else if !line.starts_with("For more information") {
            fact.push(line.trim_start_matches("error: "));
        }
    }
    let failure = Failure::new(Exit::Usage, fact.join(" "));
    let failure = hints.into_iter().fold(failure, Failure::hint);
    failure.hint(format!("see its help:  {} --help", verb(arguments)))
}

/// A tip such as `a similar command exists: 'check'` as something to paste.
fn hint(tip: &str) -> String {
    match tip.split_once("exists: '") {
        Some((what, near)) => {
            let near = near.trim_end_matches('\'');
            let before = if what.contains("command") {
                "dormer "
            } else {
                ""
            };
            format!("did you mean:  {before}{near}")
        }
        None => tip.to_owned(),
    }
}

/// The command that somebody meant to write, as far as it can be told.
fn verb(arguments: &[OsString]) -> String {
    let root = help::command();
    let verbs = arguments
        .iter()
        .skip(1)
        .filter_map(|argument| argument.to_str());
    let known = |verb: &&str| {
        root.get_subcommands()
            .any(|command| command.get_name() == *verb)
    };
    let verb = verbs.into_iter().find(known);
    verb.map_or_else(|| "dormer".to_owned(), |verb| format!("dormer {verb}"))
}

fn asks_for_json(arguments: &[OsString]) -> bool {
    let before_end = arguments.iter().take_while(|argument| *argument != "--");
    before_end.into_iter().any(|argument| argument == "--json")
}
