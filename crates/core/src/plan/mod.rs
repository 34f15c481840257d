//! The plan, floor 5: declared against observed becomes changes with reasons, and changes become steps.
//!
//! | room | decides |
//! |---|---|
//! | `rehearsal` | what the target is asked before the plan is made |
//! | `rename` | which objects only got another name |
//! | `unselected` | what was not asked for, as it was applied |
//! | `decide` | what happens to each object, and why |
//! | `decision` | the words in which that is said |
//! | `text` | statements with other names in them |
//! | `sequence` | the steps, their order and their inverses |
//! | `stands` | how an object stands to a target, for people |
//! | `gate` | which hazards still block |
//! | `file` | the plan as a file |
//! | `back` | the plans of rollback and cleanup |
//! | `adopt` | which existing objects are what their files say, and the plan that takes them over |
//! | `health` | journal against markers against catalog, and the plan that mends them |
//! | `refresh` | which views are refreshed, why, how, and in what order |
//! | `drift` | what somebody changed in the target without Dormer |
//! | `status` | how each object stands, in one word |
//! | `difference` | two texts beside each other |
//! | `impact` | what stands on an object, what would become of it, and a script around a change |
//!
//! **The plan is complete:** whoever executes it decides nothing. **Pure:** no clock, no randomness,
//! no environment, no session; what they would say is handed in.

pub mod adopt;
pub mod back;
pub mod change;
pub mod decide;
pub mod decision;
pub mod difference;
pub mod drift;
pub mod file;
pub mod gate;
pub mod health;
pub mod impact;
pub mod input;
mod readers;
pub mod refresh;
pub mod rehearsal;
pub mod rename;
pub mod sequence;
pub mod stands;
pub mod status;
pub mod text;
pub mod unselected;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::engine::hazard::{Hazard, Note};
use crate::engine::journal::{Record, RunKind};
use crate::engine::step::{Millis, Statement, Step};
use crate::engine::{Generation, RunId};
use crate::model::name::ObjectName;
use change::{Change, Summary};

/// The version of the plan file; it grows when a field changes its meaning or goes.
pub const FORMAT_VERSION: u32 = 1;

/// Everything that will happen to a target, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub format_version: u32,
    /// Dormer's own version.
    pub tool: String,
    pub kind: RunKind,
    pub project: String,
    pub target: String,
    /// The engine and its version: `postgres 16.4`.
    pub engine: String,
    /// The run that this plan is for: names of generations are made of it.
    pub run: RunId,
    pub summary: Summary,
    pub changes: Vec<Change>,
    pub notes: Vec<Note>,
    pub hazards: Vec<Hazard>,
    /// What cannot be done at all; with one of these the plan cannot be applied.
    pub refused: Vec<Refusal>,
    pub steps: Vec<PlannedStep>,
    /// The fingerprint of everything that the plan relies on, as it was observed; none for what must
    /// not exist.
    pub observed: BTreeMap<ObjectName, Option<String>>,
    /// Who was bound to what gets another identity, as people say it: whoever comes later would be left
    /// on the old one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub readers: BTreeMap<ObjectName, BTreeSet<String>>,
    pub limits: PlanLimits,
}

impl Plan {
    /// Whether there is nothing to do.
    #[must_use]
    pub const fn noop(&self) -> bool {
        self.steps.is_empty()
    }
}

/// A change that nobody can make, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Refusal {
    pub object: ObjectName,
    /// A lowercase fragment without a period.
    pub text: String,
    pub hint: Option<String>,
}

/// A step with the statements that the engine makes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedStep {
    #[serde(flatten)]
    pub step: Step,
    pub statements: Vec<Statement>,
    /// How long it took the last time; none when it never ran.
    pub forecast: Option<Millis>,
    /// The shadows that the step fills or moves, with what they are made of, for whoever has to know
    /// whether rows changed meanwhile.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<ShadowInputs>,
    /// What the journal says again when the step is taken back, where its records wrote over it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undo: Vec<Record>,
}

/// What the rows of a shadow come from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ShadowInputs {
    /// The shadow itself.
    pub shadow: ObjectName,
    pub generation: Generation,
    /// What readers see until the cutover; none for what is new.
    pub live: Option<ObjectName>,
    /// The tables and foreign materialized views that its rows come from, through any number of views
    /// and other shadows.
    pub grounds: Vec<ObjectName>,
    /// The step that fills it: it can be done again.
    pub fill: crate::engine::step::StepId,
}

/// How long the steps may wait; a command line can say otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanLimits {
    pub lock_timeout_ms: Millis,
    pub cutover_timeout_ms: Millis,
    pub statement_timeout_ms: Option<Millis>,
    pub jobs: u32,
}

impl Default for PlanLimits {
    fn default() -> Self {
        Self {
            lock_timeout_ms: Millis(5_000),
            cutover_timeout_ms: Millis(500),
            statement_timeout_ms: None,
            jobs: 4,
        }
    }
}
