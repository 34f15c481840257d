//! `dormer check`: reads the project and says what is wrong with it.

use std::collections::BTreeSet;
use std::time::Instant;

use clap::ValueEnum;
use dormer_core::diagnostic::{Diagnostic, FilePath, Label};
use dormer_core::model::name::ObjectName;

use super::{Outcome, took};
use crate::args::{Global, Wanted};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::views::check::CheckView;

const AFTER: &str = "\
Examples:
  dormer check                      the project here, for its default target
  dormer check -t prod              as it will be for the target prod
  dormer check --deny warnings      for CI: a warning fails too
  dormer check -s 'marts.*'         only what is said about these objects
  dormer check --json | jq '.diagnostics[].code'

Ends with 0 when nothing is wrong or there are only warnings, with 4 when there are errors.
What a code means:  dormer explain DM0104";

/// Read the project and say what is wrong; needs no connection
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    #[command(flatten)]
    wanted: Wanted,
    /// Fail on warnings too
    #[arg(long, value_name = "warnings", hide_possible_values = true)]
    deny: Option<Deny>,
}

/// What counts as an error beyond errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Deny {
    Warnings,
}

/// Reads, checks, counts.
///
/// # Errors
///
/// When there is no project, or the selection is none.
pub(crate) fn run(args: &Args, global: &Global) -> Result<Outcome, Failure> {
    let started = Instant::now();
    let loaded = Loaded::open(global)?;
    let diagnostics = diagnostics(&loaded, &args.wanted)?;
    let view = CheckView::new(loaded, diagnostics);
    let failed = view.errors > 0 || (args.deny == Some(Deny::Warnings) && view.warnings > 0);
    let summary = format!("{} in {}\n", view.summary(), took(started));
    let mut outcome = Outcome::new(view).summary(summary);
    if failed {
        outcome.exit = Exit::Project;
    }
    Ok(outcome)
}

/// What reading and the checks found, where it is about the selection.
fn diagnostics(loaded: &Loaded, wanted: &Wanted) -> Result<Vec<Diagnostic>, Failure> {
    let selected = loaded.selected(wanted)?;
    let mut found = loaded.project.diagnostics.clone();
    found.extend(loaded.check());
    found.sort_by(|a, b| a.order().cmp(&b.order()));
    if let Some(selected) = selected {
        let asked = |name: &ObjectName| selected.contains(name);
        let objects = loaded.project.catalog.objects.values();
        let others: BTreeSet<&FilePath> = objects
            .filter(|object| !asked(&object.name))
            .map(|object| &object.source.file)
            .collect();
        let elsewhere = |label: &Label| others.contains(&label.at.file);
        found.retain(|found| !found.primary.as_ref().is_some_and(elsewhere));
    }
    Ok(found)
}
