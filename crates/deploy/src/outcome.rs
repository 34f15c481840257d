//! How a run ended: what was done, what was not and why, and what readers see now.
//!
//! **What happens after the run has begun is an [`Outcome`], never an error:** it says what was kept.
//! A [`DeployError`] means that no step was begun.

use std::collections::BTreeMap;
use std::fmt;

use dormer_core::engine::journal::{RunKind, RunState};
use dormer_core::engine::lease::{LeaseHolder, Life};
use dormer_core::engine::session::LockHolder;
use dormer_core::engine::step::{Millis, StepId};
use dormer_core::engine::{EngineError, RunId};
use dormer_core::model::name::ObjectName;
use dormer_core::plan::Refusal;

use crate::event::Timestamp;

/// How a run ended, whatever came of it.
#[derive(Debug, Clone)]
#[must_use]
pub struct Outcome {
    pub run: RunId,
    pub kind: RunKind,
    pub ended: Ended,
    /// All steps of the plan.
    pub steps: usize,
    /// Steps that are done now, by this try and earlier ones, in order of their numbers.
    pub done: Vec<StepId>,
    /// In the order in which they failed; failed audits are not among them.
    pub failed: Vec<FailedStep>,
    pub audits: Vec<FailedAudit>,
    pub skipped: Vec<SkippedObject>,
    /// Steps that could not have their locks.
    pub blocked: Vec<Blocked>,
    pub proof: Option<Proof>,
    pub took: Millis,
    /// Whether `apply --resume` can go on.
    pub resumable: bool,
    pub readers: ReadersSee,
    /// What went wrong while the end was written down; the run itself is as told.
    pub unwritten: Option<EngineError>,
}

/// What made a run end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// There was nothing to do, and nothing was written.
    Nothing,
    /// Every step is done.
    Done,
    /// Some steps failed; what does not need them is done.
    Partial,
    /// Some steps did not get their locks; what does not need them is done.
    Blocked,
    /// Somebody changed what some steps would have taken the names from; what does not need them is done.
    Stale(Vec<StaleObject>),
    /// Somebody interrupted it.
    Interrupted,
    /// Somebody else has the lease, or nobody knows.
    LeaseLost(EngineError),
    /// The target is not reached any more.
    Unreachable(EngineError),
}

impl Ended {
    /// What the journal says of it.
    #[must_use]
    pub const fn state(&self) -> RunState {
        match self {
            Self::Nothing | Self::Done => RunState::Done,
            Self::Partial => RunState::Partial,
            Self::Blocked
            | Self::Stale(_)
            | Self::Interrupted
            | Self::LeaseLost(_)
            | Self::Unreachable(_) => RunState::Stopped,
        }
    }
}

/// A step that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedStep {
    pub step: StepId,
    pub title: String,
    pub object: Option<ObjectName>,
    pub error: EngineError,
    /// The statement that failed, where it is known which.
    pub statement: Option<String>,
}

/// An audit that returned a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedAudit {
    pub step: StepId,
    pub title: String,
    pub object: Option<ObjectName>,
    /// The first row, as text.
    pub row: String,
}

/// An object that has steps which were not done because of a failure elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SkippedObject {
    /// None for steps about several objects.
    pub object: Option<ObjectName>,
    pub steps: Vec<StepId>,
    /// The step that failed.
    pub because: StepId,
    /// What it is about.
    pub because_of: Option<ObjectName>,
}

/// A step that could not have its locks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    pub step: StepId,
    pub title: String,
    pub object: Option<ObjectName>,
    pub tries: u32,
    /// Who is in the way, as seen last; empty when nobody was seen.
    pub holders: Vec<LockHolder>,
    /// A lowercase fragment without a period.
    pub reason: String,
    /// What the target said the last time.
    pub error: Option<EngineError>,
}

/// What readers see after a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadersSee {
    /// Objects whose new generation, or whose end, is what readers see.
    pub new: Vec<ObjectName>,
    /// Objects of the plan that are as they were before it.
    pub old: Vec<ObjectName>,
}

/// What reading the whole time showed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proof {
    pub reading: Reading,
    pub reads: u64,
    pub failures: u64,
    /// Says nothing where reads were interleaved.
    pub longest_stall: Millis,
    pub objects: BTreeMap<ObjectName, ProvedObject>,
    /// The first reads that failed, at most a hundred.
    pub failed: Vec<FailedRead>,
}

/// When a proof read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reading {
    /// The whole time, in sessions beside those that worked.
    #[default]
    Beside,
    /// Between the calls of the one session that there is: a reader that waits cannot be seen in it.
    Interleaved,
}

/// What reading one object showed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProvedObject {
    pub reads: u64,
    pub failures: u64,
    pub longest_stall: Millis,
    /// Why it was not read at all: it could not be before the run either.
    pub unread: Option<String>,
}

/// A read that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedRead {
    pub object: ObjectName,
    pub at: Timestamp,
    pub error: EngineError,
}

/// Why no step was begun.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeployError {
    /// The plan says itself that it cannot be done.
    #[error("the plan has changes that cannot be made")]
    Refused(Vec<Refusal>),
    /// Somebody else has the lease.
    #[error("{} on {} has the lease", holder.who, holder.host)]
    LeaseHeld { holder: LeaseHolder, life: Life },
    /// What the plan relies on is not there as it was.
    #[error("the target changed since the plan was made")]
    Stale(Vec<StaleObject>),
    /// The plan was begun before, and this was not meant as going on.
    #[error("run {run} has begun before")]
    Begun { run: RunId, state: RunState },
    /// There is nothing to go on with.
    #[error("run {run} has ended")]
    Ended { run: RunId, state: RunState },
    /// A step needs one that is not in the plan, or itself.
    #[error("step {step} of the plan cannot be reached")]
    Unreachable { step: StepId },
    /// Somebody interrupted it before it began.
    #[error("interrupted before the first step")]
    Interrupted,
    #[error("could not {doing}")]
    Session {
        /// As in `open a session`.
        doing: &'static str,
        #[source]
        source: EngineError,
    },
}

/// An object that is not as the plan relies on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StaleObject {
    pub object: ObjectName,
    pub difference: Difference,
}

/// In what way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    Changed,
    /// Something is bound to it that was not, as people say it.
    ReadBy(String),
    /// It was there.
    Gone,
    /// It was not there.
    Appeared,
    /// Somebody holds a lock on it, so that not all of it could be seen.
    Unseen,
    /// An earlier try of this run built it, and it is gone.
    ShadowGone,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ReadBy(reader) => return write!(f, "{reader} reads it now, and did not before"),
            Self::Changed => "it changed",
            Self::Gone => "it is gone",
            Self::Appeared => "it was not there before",
            Self::Unseen => "it is locked, so that it cannot be compared",
            Self::ShadowGone => "this run had built it, and it is gone",
        })
    }
}
