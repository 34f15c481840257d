//! Refreshes as the journal remembers them, and what was seen of the ground before each.
//!
//! **Times are the target's own,** in milliseconds since 1970: who asks and who answers may have clocks
//! that differ.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::generation::{Generation, RunId};
use super::session::Pulse;
use super::step::Millis;
use crate::model::name::ObjectName;

/// A moment by the target's clock, in milliseconds since 1970.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Moment(pub i64);

impl Moment {
    /// How long after an earlier moment; nothing where that one is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> u64 {
        u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0)
    }

    /// The moment so many milliseconds later.
    #[must_use]
    pub fn after(self, ms: u64) -> Self {
        Self(self.0.saturating_add(i64::try_from(ms).unwrap_or(i64::MAX)))
    }
}

/// How rows were brought up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Readers go on meanwhile.
    Concurrently,
    /// Readers wait until it is done.
    Plain,
    /// A shadow was filled, which nobody read yet.
    Fill,
}

impl Mode {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Concurrently => "concurrently",
            Self::Plain => "plain",
            Self::Fill => "fill",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Concurrently, Self::Plain, Self::Fill]
            .into_iter()
            .find(|mode| mode.as_str() == text)
    }
}

/// What was seen of the ground before a refresh began.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Before {
    /// Since when the target counts: another one when its counters began anew. None where nobody counts.
    pub epoch: Option<String>,
    pub pulses: BTreeMap<ObjectName, Pulse>,
}

/// What the journal is told of a refresh, in the transaction that did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshNote {
    /// The public name.
    pub name: ObjectName,
    pub generation: Generation,
    /// The name that it has now.
    pub physical: ObjectName,
    pub mode: Mode,
    pub before: Option<Before>,
    /// What Dormer refreshes and this one reads, by the names that they have now: the journal writes down
    /// which storage of each was read.
    pub parents: Vec<ObjectName>,
    /// Why it failed, with the time that it took; none when it is done.
    pub failed: Option<(String, Millis)>,
}

/// The last refresh of a generation that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    pub run: RunId,
    pub mode: Mode,
    pub began: Moment,
    pub ended: Moment,
    pub ms: Millis,
    /// None where nobody counted them.
    pub rows: Option<u64>,
    pub bytes: Option<u64>,
    /// The storage that its rows were in afterwards.
    pub storage: Option<String>,
    pub before: Option<Before>,
    /// Which storage of what it reads was read.
    pub parents: BTreeMap<ObjectName, String>,
}

/// A refresh that failed after the last one that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    pub run: RunId,
    pub began: Moment,
    pub ended: Moment,
    pub error: String,
}

/// What is remembered of one generation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refreshed {
    pub done: Option<Done>,
    pub failed: Option<Failed>,
}

/// All that the journal remembers of refreshes, with the moment at which it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refreshes {
    pub now: Moment,
    /// Since when the target counts; none where it does not.
    pub epoch: Option<String>,
    /// By public name and generation.
    pub objects: BTreeMap<(ObjectName, Generation), Refreshed>,
}

/// A run that changes the target now: what it replaces is left to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deploying {
    pub run: RunId,
    /// Its plan, as it was written when it began; none where the run was known.
    pub plan: Option<String>,
}
