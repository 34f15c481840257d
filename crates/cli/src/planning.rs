//! From a project and a target to a fresh plan: the one road for `plan` and `apply`.
//!
//! **Nothing is written to the target.** It is read once, asked once what changed definitions mean, and
//! left alone. A project with errors is never planned.

use std::collections::BTreeSet;

use dormer_core::diagnostic::{Diagnostic, Severity};
use dormer_core::engine::journal::{Journal, RunKind};
use dormer_core::engine::step::Millis;
use dormer_core::engine::{Engine, RunId, Scope, ServerInfo};
use dormer_core::model::name::ObjectName;
use dormer_core::model::observed::Observed;
use dormer_core::plan::{Plan, PlanLimits, sequence};
use dormer_core::project::{Project, quantity};
use dormer_engines::registry;

use crate::args::{Global, Wanted};
use crate::clock;
use crate::commands::Outcome;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::session::{self, Door};
use crate::views::check::CheckView;
use crate::views::plan::Knowledge;
use crate::views::run_id;

/// Limits that the command line sets.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Limits {
    pub(crate) lock_timeout: Option<quantity::Duration>,
    pub(crate) cutover_timeout: Option<quantity::Duration>,
    pub(crate) jobs: Option<u32>,
}

/// A fresh plan, and what is known around it.
#[derive(Debug)]
pub(crate) struct Fresh {
    pub(crate) plan: Plan,
    /// The id of its run, as far as it is unique.
    pub(crate) run: String,
    pub(crate) along: Vec<ObjectName>,
    pub(crate) knowledge: Knowledge,
    /// What was noticed while connecting.
    pub(crate) notes: Vec<String>,
}

/// A project that can be planned, or what is wrong with it.
pub(crate) enum Readied {
    Ready(Box<Loaded>),
    Wrong(Outcome),
}

/// Reads a project and checks it.
///
/// # Errors
///
/// When there is no project.
pub(crate) fn ready(global: &Global) -> Result<Readied, Failure> {
    let loaded = Loaded::open(global)?;
    let mut found: Vec<Diagnostic> = loaded.project.diagnostics.clone();
    found.extend(loaded.check());
    found.retain(|found| found.severity == Severity::Error);
    if found.is_empty() {
        return Ok(Readied::Ready(Box::new(loaded)));
    }
    found.sort_by(|a, b| a.order().cmp(&b.order()));
    let view = CheckView::new(loaded, found);
    let summary = format!("{}: no plan is made of a project with errors\n", view.summary());
    let mut outcome = Outcome::new(view).summary(summary);
    outcome.exit = Exit::Project;
    Ok(Readied::Wrong(outcome))
}

/// The limits of a plan: of the command line, else of the target, else Dormer's own.
pub(crate) fn limits(project: &Project, given: Limits) -> PlanLimits {
    let usual = PlanLimits::default();
    let set = &project.target.limits;
    let millis = |given: Option<quantity::Duration>, set: Option<quantity::Duration>, usual| {
        given.or(set).map_or(usual, |time| Millis(time.milliseconds))
    };
    PlanLimits {
        lock_timeout_ms: millis(given.lock_timeout, set.lock_timeout, usual.lock_timeout_ms),
        cutover_timeout_ms: millis(
            given.cutover_timeout,
            set.cutover_timeout,
            usual.cutover_timeout_ms,
        ),
        statement_timeout_ms: usual.statement_timeout_ms,
        jobs: given.jobs.or(set.jobs).unwrap_or(usual.jobs),
    }
}
