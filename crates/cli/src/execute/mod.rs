//! From a plan to its end: show it, ask, have it executed, say what came of it.
//!
//! **The one road for every command that changes a target.** Nothing is asked when there is nothing to
//! do; nothing is done that was not shown and said yes to.

mod approve;
mod how;
mod refuse;

use dormer_core::engine::capabilities::Sessions;
use std::collections::BTreeMap;

use dormer_core::engine::step::Millis;
use dormer_core::model::name::ObjectName;
use dormer_core::plan::change::Action;
use dormer_core::plan::{Plan, gate};
use dormer_deploy::{Ended, Interrupt, Order, Outcome as Ending, ReadersSee};

use crate::args::Global;
use crate::commands::{Face, Outcome};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::paste;
use crate::progress::Progress;
use crate::session::{self, Door};
use crate::views::outcome::{OutcomeView, Seen, complaint, exit, pasted};
use crate::views::plan::{Around, Detail, Face as PlanFace, PlanView};

pub(crate) use approve::listen;
pub(crate) use how::{How, allowances, span, unmatched};
pub(crate) use refuse::{refused, undeployed};

/// What engines of the PostgreSQL family call a full disk.
const DISK_FULL: &str = "53100";
/// The same for a relation that is not there.
const NO_TABLE: &str = "42P01";

/// A plan that waits for a yes.
pub(crate) struct Proposal {
    pub(crate) plan: Plan,
    /// The plan file, for the journal.
    pub(crate) text: String,
    pub(crate) around: Around,
    /// Whether its run began before and goes on; what blocks was allowed then.
    pub(crate) resume: bool,
    /// Where files declare objects, for what is said of one that fails.
    pub(crate) places: BTreeMap<ObjectName, String>,
    /// What was noticed on the way to the target.
    pub(crate) notes: Vec<String>,
}

/// Shows a plan, asks, and executes it.
///
/// # Errors
///
/// When it cannot or may not be executed, or nobody says yes.
pub(crate) fn execute(
    proposal: &Proposal,
    how: &How,
    global: &Global,
    door: &Door<'_>,
) -> Result<Outcome, Failure> {
    let output = Output::new(global);
    let asks = !how.approved() && !global.json;
    let mut view = view(proposal, output);
    view.around.command.push_str(&how.words());
    let plan = &proposal.plan;
    if plan.noop() && plan.refused.is_empty() {
        return Ok(nothing(plan, &view, global).notes(&proposal.notes));
    }
    if !global.json {
        let mut text = view.to_string();
        if !proposal.resume {
            text.extend(unmatched(&how.allow, plan));
        }
        if asks {
            output.complain(&text);
        } else {
            output.talk(&text);
        }
    }
    if !plan.refused.is_empty() {
        return Err(refused(&plan.refused));
    }
    if !proposal.resume && !view.around.blocking.is_empty() {
        return Err(refuse::hazards(&view));
    }
    let statements = plan.steps.iter().flat_map(|step| &step.statements);
    session::secrets(statements.map(|statement| statement.sql.as_str()))?;
    if !how.approved() {
        let question = format!("Do this on target {}?", plan.target);
        approve::ask(output, &question, &format!("{} -y", view.around.command))?;
    }
    let options = how.options(plan, proposal.resume);
    let mut notes = proposal.notes.clone();
    if door.sessions() == Sessions::One && how.jobs() > Some(1) {
        notes.push(format!(
            "target {} has one session: its steps are done one after the other",
            plan.target
        ));
    }
    let order = Order {
        plan,
        text: &proposal.text,
        options: &options,
    };
    let mut progress = Progress::new(output, global.json);
    let ended = session::wait(async {
        let interrupt = Interrupt::new();
        listen(&interrupt);
        Ok(dormer_deploy::apply(order, door, &mut progress, &interrupt).await)
    })?;
    drop(progress);
    match ended {
        Ok(ending) => Ok(told(&ending, proposal, global).notes(&notes)),
        Err(error) => Err(refuse::deploy(&error, &view, global)),
    }
}

/// Asks for a yes where nobody said it before.
///
/// # Errors
///
/// When there is no terminal, or the answer is another one.
pub(crate) fn confirmed(
    how: &How,
    global: &Global,
    question: &str,
    command: &str,
) -> Result<(), Failure> {
    if how.approved() {
        return Ok(());
    }
    let unasked = format!("{command}{} -y", how.words());
    approve::ask(Output::new(global), question, &unasked)
}

/// The plan as it is shown before a question.
fn view(proposal: &Proposal, output: Output) -> PlanView {
    PlanView {
        plan: proposal.plan.clone(),
        around: proposal.around.clone(),
        face: PlanFace::Text,
        detail: if output.is_verbose() {
            Detail::Steps
        } else {
            Detail::Changes
        },
    }
}

/// There is nothing to do: no question, no run.
fn nothing(plan: &Plan, view: &PlanView, global: &Global) -> Outcome {
    let ending = Ending {
        run: plan.run.clone(),
        kind: plan.kind,
        ended: Ended::Nothing,
        steps: 0,
        done: Vec::new(),
        failed: Vec::new(),
        audits: Vec::new(),
        skipped: Vec::new(),
        blocked: Vec::new(),
        proof: None,
        took: Millis(0),
        resumable: false,
        readers: ReadersSee::default(),
        unwritten: None,
    };
    let outcome =
        Outcome::new(OutcomeView::new(&ending, &Seen::default(), Vec::new())).face(Face::Stream);
    if plan.notes.is_empty() || global.json {
        outcome
    } else {
        // What is to be known is said even where nothing is to be done.
        outcome.summary(view.to_string())
    }
}

/// What came of a run.
fn told(ending: &Ending, proposal: &Proposal, global: &Global) -> Outcome {
    let plan = &proposal.plan;
    let next = next(ending, plan, global);
    let commands = next.iter().map(|(_, command)| command.clone()).collect();
    let seen = Seen::of(&plan.changes, &plan.hazards, ending);
    let mut outcome = Outcome::new(OutcomeView::new(ending, &seen, commands)).face(Face::Stream);
    outcome.exit = exit(ending);
    outcome.complaint = complaint(ending, &seen, (&proposal.places, &next));
    if outcome.exit == Exit::Done {
        let said = seen.left() + &pasted(&next);
        outcome.summary = Some(said).filter(|said| !said.is_empty());
    }
    outcome
}

/// What can be done from here: what for, and the command.
fn next(ending: &Ending, plan: &Plan, global: &Global) -> Vec<(String, String)> {
    let run = &ending.run;
    let hint = |what: &str, words: &str| (what.to_owned(), paste::command(global, words));
    let resume = format!("apply --resume {run}");
    let mut hints = Vec::new();
    let blocked = ending.blocked.iter().find_map(|step| {
        let held = step.holders.first().map(|holder| &holder.relation);
        held.or(step.object.as_ref())
    });
    if let Some(object) = blocked {
        let words = format!("locks {}", paste::quoted(&object.to_string()));
        hints.push(hint("see who holds the lock", &words));
    }
    let mut states = ending
        .failed
        .iter()
        .filter_map(|failed| failed.error.sqlstate.as_ref());
    if states.clone().any(|state| state.0 == NO_TABLE) {
        hints.push(hint("have such found before", "lock"));
    }
    if states.any(|state| state.0 == DISK_FULL) {
        hints.push(hint(
            "free what is kept for rollback",
            "cleanup --older-than 0s",
        ));
    }
    let resuming = match &ending.ended {
        Ended::Nothing => return hints,
        Ended::Done => {
            use dormer_core::engine::journal::RunKind;
            // What changed nothing that is seen leaves nothing to take back.
            let changed = plan
                .changes
                .iter()
                .any(|change| change.action != Action::Keep);
            if changed
                && matches!(
                    ending.kind,
                    RunKind::Apply | RunKind::Rollback | RunKind::Adopt
                )
            {
                hints.push(hint("take it back", &format!("rollback {run}")));
            }
            return hints;
        }
        Ended::Blocked => "continue when it is free",
        Ended::Stale(_) => "go on when that is taken back",
        Ended::Interrupted => "go on with it",
        Ended::LeaseLost(_) => {
            if ending.resumable {
                hints.push(hint("go on with it", &resume));
            }
            hints.push(hint("see the runs", "history"));
            return hints;
        }
        Ended::Unreachable(_) => "go on when it is back",
        Ended::Partial => "try the same again",
    };
    if ending.resumable {
        hints.push(hint(resuming, &resume));
    }
    if matches!(ending.ended, Ended::Stale(_)) {
        hints.push(hint("with what is there now", "apply"));
    }
    if matches!(ending.ended, Ended::Partial) {
        hints.push(hint("with mended files", "apply"));
        hints.push(hint("see the run", &format!("history {run}")));
    }
    if !ending.readers.new.is_empty() || matches!(ending.ended, Ended::Interrupted) {
        hints.push(hint("take back what was done", &format!("rollback {run}")));
    }
    hints
}

/// What blocks a plan, and what does not any more.
pub(crate) fn blocking(
    plan: &Plan,
    allowed: &[dormer_core::engine::hazard::Allowance],
) -> Vec<dormer_core::engine::hazard::Hazard> {
    gate::blocking(plan, allowed).into_iter().cloned().collect()
}
