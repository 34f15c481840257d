//! `dormer lock`: writes `catalog.lock` from a target.

use std::collections::BTreeSet;
use std::path::Path;
use std::{fs, io};

use dormer_core::checks::externals;
use dormer_core::diagnostic::FilePath;
use dormer_core::engine::{Scope, Session};
use dormer_core::model::catalog::Externals;
use dormer_core::model::name::ObjectName;
use dormer_core::project::lockfile::{self, FILE_NAME, Lock};
use dormer_core::project::relock::{Relock, relock};
use dormer_sql::Dialect;

use super::Outcome;
use crate::args::Global;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::report::Reporter;
use crate::session;
use crate::views::lock::{LockView, Written};
use crate::views::style::{self, paint};

const AFTER: &str = "\
Examples:
  dormer lock                  ask the default target, and write what changed
  dormer lock -t prod          the section of prod; those of other targets stay as they are
  dormer lock -t prod --check  write nothing, fail when catalog.lock is not up to date
  dormer lock --json | jq .changes

The project is read as it is in the files; the target is only read, and told so.";

/// Write catalog.lock: kind, columns and types of what the project reads in a target
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    /// Write nothing; fail when the file is not up to date
    #[arg(long)]
    check: bool,
}

/// Asks the target, compares, writes.
///
/// # Errors
///
/// When there is no project or it cannot be read as a whole, or the target gives no answer.
pub(crate) fn run(args: &Args, global: &Global) -> Result<Outcome, Failure> {
    let loaded = Loaded::open(global)?;
    readable(&loaded)?;
    let read = externals::read(&loaded.context());
    let names: BTreeSet<ObjectName> = read.keys().cloned().collect();
    let scope = Scope::schemas(names.iter().map(|name| name.schema.as_str()));
    let ask = async move |mut session: Box<dyn Session>| {
        let server = session.server().await?;
        Ok((server, session.inspect(&scope).await?))
    };
    let answer = session::read(&loaded, ask)?;
    let (server, observed) = answer.value;
    let relock = relock(&loaded.project.externals, &names, &observed);
    let missing = relock.missing.iter().filter_map(|name| {
        let places = read.get(name)?;
        Some(externals::missing(&loaded.context(), name, places))
    });
    let missing: Vec<_> = missing.collect();
    let written = if relock.fresh {
        Written::Fresh
    } else if args.check {
        Written::Stale
    } else {
        write(&loaded, &relock)?;
        Written::Anew
    };
    let mut complaint = notes(&answer.notes);
    let reporter = Reporter::new(&loaded.project.files, &loaded.prefix);
    // Writing to a string cannot fail.
    let _written = reporter.write(&missing, &mut complaint);
    if written == Written::Stale {
        complaint.push_str(&stale(global));
    }
    let view = LockView::new(&loaded.project, &server, &relock, (written, &missing));
    let mut outcome = Outcome::new(view);
    let summary = outcome_summary(written, &relock);
    outcome.summary = Some(summary);
    outcome.complaint = Some(complaint).filter(|complaint| !complaint.is_empty());
    if written == Written::Stale {
        outcome.exit = Exit::Error;
    }
    Ok(outcome)
}

/// Refuses a project of which a part is not known: what that part reads would go from the file.
fn readable(loaded: &Loaded) -> Result<(), Failure> {
    if loaded.reading_errors() == 0 {
        return Ok(());
    }
    let message = "the project cannot be read as a whole, so what it reads is not known";
    Err(Failure::new(Exit::Project, message).hint("see the errors:  dormer check"))
}

/// Writes the file: the new section, and all others as they were.
fn write(loaded: &Loaded, relock: &Relock) -> Result<(), Failure> {
    let project = &loaded.project;
    let text = project.files.get(&FilePath::new(FILE_NAME));
    let dialect_of = |name: &str| {
        let targets = project.other_targets.iter().chain([&project.target]);
        let mut named = targets.filter(|target| target.name.0 == name);
        named
            .next()
            .map_or(Dialect::Postgres, |target| target.dialect)
    };
    let before = text.map(|text| lockfile::read(text, &dialect_of).0);
    let mut lock: Lock = before.unwrap_or_default();
    let section: Externals = relock.externals.clone();
    lock.insert(project.target.name.clone(), section);
    let path = loaded.root.join(FILE_NAME);
    replace(&path, &lockfile::to_text(&lock)).map_err(|error| {
        let message = format!("cannot write {}{FILE_NAME}", loaded.prefix);
        Failure::new(Exit::Error, message)
            .because(&error)
            .hint("see what it would say:  dormer lock --check")
    })
}

/// Puts a whole file in the place of another, so that nobody ever sees half of it.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let beside = path.with_extension("lock.new");
    fs::write(&beside, text)?;
    fs::rename(&beside, path).inspect_err(|_| {
        // The new one is of no use; the error that counts is the first.
        let _ = fs::remove_file(&beside);
    })
}

fn notes(notes: &[String]) -> String {
    let warning = paint("warning", style::WARNING);
    notes
        .iter()
        .map(|note| format!("{warning}: {note}\n"))
        .collect()
}

fn stale(global: &Global) -> String {
    let (error, hint) = (paint("error", style::ERROR), paint("hint", style::HELP));
    let target = global.target.as_ref().map(|name| format!(" -t {name}"));
    let target = target.unwrap_or_default();
    format!("{error}: {FILE_NAME} is not up to date\n{hint}: write it anew:  dormer lock{target}\n")
}

fn outcome_summary(written: Written, relock: &Relock) -> String {
    let externals = style::count(relock.externals.relations.len(), "external");
    match written {
        Written::Fresh => format!("{FILE_NAME} is up to date, {externals}\n"),
        Written::Stale => String::new(),
        Written::Anew => format!("wrote {FILE_NAME}, {externals}\n"),
    }
}
