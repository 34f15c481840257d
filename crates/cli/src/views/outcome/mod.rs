//! How a run ended, in both faces. **Every failure says what readers see, what was kept, and the next
//! command.**

mod proof;
mod seen;
mod words;

use std::fmt;

use dormer_core::engine::EngineError;
use dormer_core::engine::step::StepId;
use dormer_core::model::name::ObjectName;
use dormer_deploy::{Ended, Outcome, StaleObject};
use serde::Serialize;

use super::style::{GOOD, count, flowing, paint};
use super::time::length;
use crate::exit::Exit;
use proof::ProofView;

pub(crate) use seen::Seen;
pub(crate) use words::{complaint, pasted};

/// The end of a run.
#[derive(Debug, Serialize)]
pub(crate) struct OutcomeView {
    /// The last line of a stream of events.
    event: &'static str,
    run: String,
    kind: &'static str,
    ended: &'static str,
    steps: usize,
    done: Vec<StepId>,
    failed: Vec<FailedView>,
    audits: Vec<AuditView>,
    skipped: Vec<SkippedView>,
    blocked: Vec<BlockedView>,
    /// What is not as the plan relies on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stale: Vec<StaleView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proof: Option<ProofView>,
    ms: u64,
    resumable: bool,
    readers: ReadersView,
    exit_code: u8,
    /// What readers see, in words.
    #[serde(skip)]
    seen: String,
    /// The commands that go on from here.
    next: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ReadersView {
    new: Vec<ObjectName>,
    old: Vec<ObjectName>,
}

#[derive(Debug, Serialize)]
struct FailedView {
    step: StepId,
    title: String,
    object: Option<ObjectName>,
    error: ErrorView,
    statement: Option<String>,
}

#[derive(Debug, Serialize)]
struct AuditView {
    step: StepId,
    title: String,
    object: Option<ObjectName>,
    row: String,
}

#[derive(Debug, Serialize)]
struct SkippedView {
    object: Option<ObjectName>,
    steps: Vec<StepId>,
    because: StepId,
    because_of: Option<ObjectName>,
}

#[derive(Debug, Serialize)]
struct BlockedView {
    step: StepId,
    title: String,
    object: Option<ObjectName>,
    tries: u32,
    reason: String,
    /// Those in the way, as seen last.
    pids: Vec<i32>,
}

#[derive(Debug, Serialize)]
struct StaleView {
    object: ObjectName,
    reason: String,
}

/// An error of the target.
#[derive(Debug, Serialize)]
pub(crate) struct ErrorView {
    sqlstate: Option<String>,
    message: String,
    detail: Option<String>,
    hint: Option<String>,
}

impl From<&EngineError> for ErrorView {
    fn from(error: &EngineError) -> Self {
        Self {
            sqlstate: error.sqlstate.as_ref().map(ToString::to_string),
            message: error.message.clone(),
            detail: error.detail.clone(),
            hint: error.hint.clone(),
        }
    }
}

impl OutcomeView {
    pub(crate) fn new(outcome: &Outcome, seen: &Seen, next: Vec<String>) -> Self {
        let failed = outcome.failed.iter().map(|failed| FailedView {
            step: failed.step,
            title: failed.title.clone(),
            object: failed.object.clone(),
            error: ErrorView::from(&failed.error),
            statement: failed.statement.clone(),
        });
        let audits = outcome.audits.iter().map(|audit| AuditView {
            step: audit.step,
            title: audit.title.clone(),
            object: audit.object.clone(),
            row: audit.row.clone(),
        });
        let skipped = outcome.skipped.iter().map(|skipped| SkippedView {
            object: skipped.object.clone(),
            steps: skipped.steps.clone(),
            because: skipped.because,
            because_of: skipped.because_of.clone(),
        });
        let blocked = outcome.blocked.iter().map(|blocked| BlockedView {
            step: blocked.step,
            title: blocked.title.clone(),
            object: blocked.object.clone(),
            tries: blocked.tries,
            reason: blocked.reason.clone(),
            pids: blocked.holders.iter().map(|holder| holder.pid).collect(),
        });
        let stale: &[StaleObject] = match &outcome.ended {
            Ended::Stale(stale) => stale,
            _ => &[],
        };
        let stale = stale.iter().map(|stale| StaleView {
            object: stale.object.clone(),
            reason: stale.difference.to_string(),
        });
        Self {
            event: "result",
            run: outcome.run.to_string(),
            kind: outcome.kind.as_str(),
            ended: word(&outcome.ended),
            steps: outcome.steps,
            done: outcome.done.clone(),
            failed: failed.collect(),
            audits: audits.collect(),
            skipped: skipped.collect(),
            blocked: blocked.collect(),
            stale: stale.collect(),
            proof: outcome.proof.as_ref().map(ProofView::new),
            ms: outcome.took.0,
            resumable: outcome.resumable,
            readers: ReadersView {
                new: outcome.readers.new.clone(),
                old: outcome.readers.old.clone(),
            },
            exit_code: exit(outcome).code(),
            seen: seen.done(),
            next,
        }
    }
}

/// How a run ended, in one word.
const fn word(ended: &Ended) -> &'static str {
    match ended {
        Ended::Nothing => "nothing",
        Ended::Done => "done",
        Ended::Partial => "partial",
        Ended::Blocked => "blocked",
        Ended::Stale(_) => "stale",
        Ended::Interrupted => "interrupted",
        Ended::LeaseLost(_) => "lease-lost",
        Ended::Unreachable(_) => "unreachable",
    }
}

/// The exit code of a run: the first that holds, in their order.
pub(crate) fn exit(outcome: &Outcome) -> Exit {
    let holds = [
        (
            Exit::Interrupted,
            matches!(outcome.ended, Ended::Interrupted),
        ),
        (
            Exit::Blocked,
            matches!(outcome.ended, Ended::Blocked | Ended::LeaseLost(_))
                || !outcome.blocked.is_empty(),
        ),
        (Exit::Stale, matches!(outcome.ended, Ended::Stale(_))),
        (
            Exit::Unavailable,
            matches!(outcome.ended, Ended::Unreachable(_)),
        ),
        (Exit::Audit, !outcome.audits.is_empty()),
        (
            Exit::Partial,
            matches!(outcome.ended, Ended::Partial) || !outcome.failed.is_empty(),
        ),
        (Exit::Error, outcome.unwritten.is_some()),
    ];
    let first = holds.into_iter().find(|(_, holds)| *holds);
    first.map_or(Exit::Done, |(exit, _)| exit)
}

impl fmt::Display for OutcomeView {
    /// What a run that failed has to say is a complaint, and no part of the result.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ended {
            "nothing" => writeln!(f, "Nothing to do.")?,
            "done" => {
                let steps = count(self.steps, "step");
                let said = format!(": {steps} in {}. {}", length(self.ms), self.seen);
                let said = flowing(&format!("Done{}", said.trim_end()));
                let said = said.trim_start_matches("Done");
                writeln!(f, "{}{said}", paint("Done", GOOD))?;
            }
            _ => {}
        }
        match &self.proof {
            Some(proof) => proof.fmt(f),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
