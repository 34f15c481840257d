//! `dormer docs`, hidden: prints the pages of the reference that the program knows best.
//!
//! `cargo xtask generate` keeps them in `docs/reference`. **One page, one source:** what a page
//! says comes from the arguments, codes and tables that the program itself uses.

mod config;
mod man;

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::ValueEnum;

use super::{Outcome, explain};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::help as below;
use crate::views::docs::Page;

/// Print a page of the reference
#[derive(Debug, clap::Args)]
#[command(hide = true)]
pub(crate) struct Args {
    /// The page
    page: PageName,
    /// Where man pages are written
    #[arg(long, value_name = "DIR", required_if_eq("page", "man"))]
    into: Option<PathBuf>,
}

/// The pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PageName {
    Cli,
    Config,
    Schema,
    ExitCodes,
    Checks,
    Hazards,
    Json,
    /// All of them below one another.
    All,
    /// A man page for each command, as files.
    Man,
}

const WIDTH: usize = 100;

/// Makes the page.
///
/// # Errors
///
/// When man pages cannot be written.
pub(crate) fn run(args: &Args) -> Result<Outcome, Failure> {
    let text = match args.page {
        PageName::Cli => marked(&cli()),
        PageName::Config => marked(&config::page()),
        PageName::Schema => config::schema(),
        PageName::ExitCodes => marked(&exit_codes()),
        PageName::Checks => marked(&checks()),
        PageName::Hazards => marked(&hazards()),
        PageName::Json => marked(include_str!("json.md")),
        PageName::All => all(),
        PageName::Man => {
            let into = args.into.clone().unwrap_or_default();
            return man::write(&into);
        }
    };
    Ok(Outcome::new(Page { text }))
}

/// The whole reference on one page.
fn all() -> String {
    let pages = [
        cli(),
        config::page(),
        exit_codes(),
        hazards(),
        checks(),
        include_str!("json.md").to_owned(),
    ];
    let pages: Vec<String> = pages
        .iter()
        .map(|page| page.trim_end().to_owned())
        .collect();
    pages.join("\n\n") + "\n"
}

/// Says under the title of a page where it comes from.
fn marked(page: &str) -> String {
    const MARK: &str = "<!-- Made by `cargo xtask generate`; change the program instead. -->";
    let (title, rest) = page.split_once('\n').unwrap_or((page, ""));
    format!("{title}\n\n{MARK}\n{rest}")
}

/// The help of the whole program, as `dormer` alone shows it.
pub(crate) fn help() -> String {
    below::command().render_help().ansi().to_string()
}

fn cli() -> String {
    let mut root = below::command().term_width(WIDTH);
    root.build();
    let mut out =
        "# The command line\n\nWhat `dormer --help` and `dormer COMMAND --help` say.\n".to_owned();
    section(&mut out, "dormer", &mut root.clone());
    for command in root
        .get_subcommands_mut()
        .filter(|command| !command.is_hide_set())
    {
        let title = format!("dormer {}", command.get_name());
        section(&mut out, &title, command);
    }
    out
}

fn section(out: &mut String, title: &str, command: &mut clap::Command) {
    let help = command.render_long_help().to_string();
    let _ = write!(out, "\n## {title}\n\n```text\n");
    for line in help.trim().lines() {
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out.push_str("```\n");
}

fn exit_codes() -> String {
    let mut out = "\
# Exit codes

The exit code is an API: a code never changes its meaning. When several hold, the first of 130, 6, 7,
9, 11, 5, 8, 1 counts. Codes marked *planned* belong to commands that are still to come.

| code | meaning | |
|---|---|---|
"
    .to_owned();
    for exit in Exit::ALL {
        let state = if exit.in_use() { "" } else { "planned" };
        let _ = writeln!(out, "| {} | {} | {state} |", exit.code(), exit.meaning());
    }
    out.push_str(
        "\nA reader that goes away, as in `dormer graph | head`, changes nothing: the exit code is that of the work.\n",
    );
    out
}

fn checks() -> String {
    let rules = explain::rules();
    let mut out = "\
# Codes

What `dormer check` can say, and what `dormer explain CODE` answers. How bad a check is can be set in
`dormer.toml`, for the project, for a rule or for one object:

```toml
[settings]
checks = { DM0114 = \"off\" }
```

| code | name | usually | says |
|---|---|---|---|
"
    .to_owned();
    for rule in &rules {
        let _ = writeln!(
            out,
            "| [{0}](#{1}) | {2} | {3} | {4} |",
            rule.code,
            rule.code.to_ascii_lowercase(),
            rule.name,
            rule.severity.as_str(),
            rule.summary
        );
    }
    for rule in &rules {
        let _ = write!(
            out,
            "\n## {}\n\n**{}**: {}.\n\n",
            rule.code, rule.name, rule.summary
        );
        let _ = writeln!(out, "{}", rule.text.trim());
    }
    out
}

fn hazards() -> String {
    let mut out = "\
# Hazards and notes

What a plan says about risk, and what `dormer explain NAME` answers. A **hazard** blocks `dormer apply`, which then ends
with 9, until it is allowed: `--allow data-loss:marts.x` for one object, `--allow data-loss` for all, or `allow` in
`dormer.toml` for good. A **note** never blocks.

| name | | says |
|---|---|---|
"
    .to_owned();
    let topics = explain::topics::topics();
    let shown = || topics.iter().filter(|topic| topic.kind != "exit code");
    for topic in shown() {
        let name = &topic.name;
        let _ = writeln!(
            out,
            "| [{name}](#{name}) | {} | {} |",
            topic.kind, topic.summary
        );
    }
    for topic in shown() {
        let _ = write!(
            out,
            "\n## {}\n\n**{}**: {}.\n\n{}\n",
            topic.name, topic.kind, topic.summary, topic.text
        );
    }
    out
}
