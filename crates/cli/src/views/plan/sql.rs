//! A plan as a script that somebody runs by hand, with the borders of its transactions.
//!
//! **What stands in it is what the plan holds:** whoever shows it had the engine add what the journal
//! hears. It takes no lease and has no second try; the head says so.

use std::fmt;

use dormer_core::engine::step::{Expect, Placement, Statement, StepKind};
use dormer_core::plan::PlannedStep;

use super::{Knowledge, PlanView, deed, why};

pub(super) fn write(view: &PlanView, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    head(view, f)?;
    let all = view.plan.steps.len();
    for (at, planned) in view.plan.steps.iter().enumerate() {
        let title = one_line(&planned.step.title);
        writeln!(f, "\n-- step {} of {all}: {title}", at + 1)?;
        step(view, planned, f)?;
    }
    Ok(())
}

fn head(view: &PlanView, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    writeln!(f, "-- {}", view.title())?;
    writeln!(
        f,
        "-- Project {}, dormer {}.",
        view.plan.project, view.plan.tool
    )?;
    if view.around.knowledge == Knowledge::Files {
        writeln!(
            f,
            "-- Made from the files alone, as if nothing of it existed: the target was not asked."
        )?;
    }
    writeln!(f, "--")?;
    for change in view.changed() {
        let reasons: Vec<String> = change.reasons.iter().map(why).collect();
        let reasons = one_line(&reasons.join("; "));
        let sign = change.action.sign();
        let object = one_line(&change.object.to_string());
        writeln!(f, "--   {sign} {object}  {}  {reasons}", deed(change))?;
    }
    for hazard in &view.plan.hazards {
        let text = one_line(&hazard.text);
        writeln!(f, "-- HAZARD {}: {text}", super::allowance(hazard))?;
    }
    for refusal in &view.plan.refused {
        let text = one_line(&refusal.text);
        writeln!(f, "-- NOT IN THIS SCRIPT {}: {text}", refusal.object)?;
    }
    writeln!(f, "-- {}", view.summary())?;
    if view.plan.noop() {
        return writeln!(f, "-- Nothing to do.");
    }
    writeln!(
        f,
        "--\n\
         -- Run by hand, this takes no lease and tries nothing twice. It tells the journal what it does,\n\
         -- as run {}. A statement that fails must end the script; psql does that when it is\n\
         -- told to:\n\
         \\set ON_ERROR_STOP on",
        view.plan.run
    )
}

/// One step: what goes together in one transaction, what cannot by itself.
fn step(view: &PlanView, planned: &PlannedStep, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let statements = planned.statements.as_slice();
    for group in statements.chunk_by(|a, b| a.placement == b.placement) {
        let together = group
            .first()
            .is_some_and(|first| first.placement == Placement::Together);
        let (local, begins) = if together {
            ("LOCAL ", true)
        } else {
            ("", false)
        };
        if begins {
            writeln!(f, "BEGIN;")?;
        }
        let limits = &view.plan.limits;
        let lock = match planned.step.kind {
            StepKind::Cutover => limits.lock_timeout_ms.min(limits.cutover_timeout_ms),
            _ => limits.lock_timeout_ms,
        };
        writeln!(f, "SET {local}lock_timeout = '{}ms';", lock.0)?;
        if let Some(limit) = limits.statement_timeout_ms {
            writeln!(f, "SET {local}statement_timeout = '{}ms';", limit.0)?;
        }
        for statement in group {
            one(statement, f)?;
        }
        if begins {
            writeln!(f, "COMMIT;")?;
        }
    }
    Ok(())
}

pub(in crate::views) fn one(statement: &Statement, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match statement.expect {
        Expect::Anything => {}
        Expect::NoRow => writeln!(f, "-- must return no row:")?,
    }
    let sql = statement.sql.trim_end();
    write!(f, "{sql}")?;
    let last = sql.lines().next_back().unwrap_or_default();
    match (sql.ends_with(';'), last.contains("--")) {
        // What stands after a comment would be a part of it.
        (_, true) => writeln!(f, "\n;"),
        (true, false) => writeln!(f),
        (false, false) => writeln!(f, ";"),
    }
}

/// A text that stays in the comment that it is written into.
pub(in crate::views) fn one_line(text: &str) -> String {
    crate::report::plain(text).replace(['\n', '\r', '\t'], " ")
}
