//! The journal as data: what it remembers of objects, runs and steps, and what is written into it.
//!
//! **The journal is the memory, the target is the truth:** what somebody changed beside Dormer shows as
//! a difference between the two, and is never written over in silence.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::generation::{Generation, RunId};
use super::lease::Life;
use super::refresh::RefreshNote;
use super::step::{Millis, Privilege, StepId, StepKind};
use crate::model::name::ObjectName;
use crate::model::observed::relation::{Relation, RelationKind};

/// Everything that a plan asks of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Journal {
    /// By public name and generation: those that are read, shadows and retired ones, of all projects.
    pub objects: BTreeMap<(ObjectName, Generation), ObjectRecord>,
    /// Runs that did not end, the newest first.
    pub unfinished: Vec<RunRecord>,
    /// How long the last step of a kind took for an object.
    pub durations: BTreeMap<(ObjectName, StepKind), Millis>,
}

impl Journal {
    /// The generation of an object that has its public name.
    #[must_use]
    pub fn live(&self, name: &ObjectName) -> Option<&ObjectRecord> {
        self.of(name)
            .find(|record| record.state == ObjectState::Live)
    }

    /// All generations of an object.
    pub fn of(&self, name: &ObjectName) -> impl Iterator<Item = &ObjectRecord> {
        let first = (name.clone(), Generation::least());
        self.objects
            .range(first..)
            .take_while(move |((object, _), _)| object == name)
            .map(|(_, record)| record)
    }
}

/// What the journal remembers of one generation of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectRecord {
    /// The public name.
    pub name: ObjectName,
    pub kind: RelationKind,
    pub generation: Generation,
    /// The name that it has now, in the same schema.
    pub physical: String,
    pub state: ObjectState,
    /// The project that owns it; none for an external that was carried.
    pub project: Option<String>,
    /// The target that it was applied to: two targets of one project may share a database.
    pub target: Option<String>,
    /// The run that made it.
    pub run: RunId,
    /// Of the declared definition; empty for an external.
    pub fingerprint: String,
    /// The CREATE statement as it was declared, with public names; empty for an external.
    pub declared: String,
    pub companions: RecordedCompanions,
    /// What the target says of the definition, written down when it was settled. Left out where the
    /// version says as much: the target has this very definition. Of a table, its columns, as JSON:
    /// name, type, and whether it is NOT NULL.
    pub observed: Option<String>,
    /// What the target calls this very definition: it is another one after somebody changed it, and
    /// the same through renames. None where the engine has none. Of a table it is the relation itself,
    /// with the journal that knows it behind a dot.
    pub version: Option<String>,
    /// When it took or lost the name, as the target's clock says it; seconds since 1970.
    pub since: Option<i64>,
}

impl ObjectRecord {
    /// Whether a table is another one than this generation: somebody dropped that and made one under its
    /// name. **Where a side tells nothing, or the journal was copied with its database, nobody knows,**
    /// and it counts as the same.
    #[must_use]
    pub fn is_another(&self, relation: &Relation) -> bool {
        let parts = |version: &'_ Option<String>| {
            let (table, journal) = version.as_deref()?.split_once('.')?;
            Some((table.to_owned(), journal.to_owned()))
        };
        let table = |kind| {
            matches!(
                kind,
                RelationKind::Table | RelationKind::PartitionedTable | RelationKind::Partition
            )
        };
        let settled = parts(&self.version).zip(parts(&relation.version));
        table(self.kind)
            && table(relation.kind)
            && settled.is_some_and(|((was, by), (is, here))| by == here && was != is)
    }
}

/// What became of a generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ObjectState {
    /// Built, and not read by its public name.
    Shadow,
    /// It has the public name.
    Live,
    /// It had the public name, and is kept for rollback.
    Retired,
    /// It is gone.
    Dropped,
}

impl ObjectState {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shadow => "shadow",
            Self::Live => "live",
            Self::Retired => "retired",
            Self::Dropped => "dropped",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Shadow, Self::Live, Self::Retired, Self::Dropped]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// The companions that Dormer itself gave an object, so that what others gave can be told apart.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RecordedCompanions {
    pub owner: Option<String>,
    pub comment: Option<String>,
    pub column_comments: BTreeMap<String, String>,
    pub grants: BTreeSet<Privilege>,
    /// By name, the fingerprints of their statements.
    pub indexes: BTreeMap<String, String>,
    /// By name, their statements as they were written, for making them again.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub index_statements: BTreeMap<String, String>,
    pub options: BTreeMap<String, String>,
}

/// What kind of run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunKind {
    Apply,
    Rollback,
    Cleanup,
    Refresh,
    /// Takes existing objects over.
    Adopt,
    /// Puts the journal and the markers right.
    Mend,
}

impl RunKind {
    const ALL: [Self; 6] = [
        Self::Apply,
        Self::Rollback,
        Self::Cleanup,
        Self::Refresh,
        Self::Adopt,
        Self::Mend,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Apply => "apply",
            Self::Rollback => "rollback",
            Self::Cleanup => "cleanup",
            Self::Refresh => "refresh",
            Self::Adopt => "adopt",
            Self::Mend => "mend",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunState {
    /// It works, or died without a word: the lease tells which.
    Running,
    Done,
    /// Some objects failed; the rest is done. It can be resumed.
    Partial,
    /// It stopped before its end and can be resumed: by Ctrl-C, an error, or a lock.
    Stopped,
    /// Another run took its place: what it left is leftover.
    Abandoned,
    /// A rollback took it back.
    RolledBack,
}

impl RunState {
    const ALL: [Self; 6] = [
        Self::Running,
        Self::Done,
        Self::Partial,
        Self::Stopped,
        Self::Abandoned,
        Self::RolledBack,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Partial => "partial",
            Self::Stopped => "stopped",
            Self::Abandoned => "abandoned",
            Self::RolledBack => "rolled-back",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// One run, without its plan and its steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRecord {
    pub run: RunId,
    pub kind: RunKind,
    pub project: String,
    pub state: RunState,
    pub who: String,
    pub host: String,
    /// Dormer's own version.
    pub tool: String,
    /// Seconds since 1970, by the target's clock.
    pub started: i64,
    pub ended: Option<i64>,
    /// One line about what was done: `2 replaced, 1 carried`.
    pub summary: String,
    /// Why it ended before its time.
    pub error: Option<String>,
    /// Whether somebody still works on it; none for a run that ended.
    #[serde(default)]
    pub session: Option<Life>,
}

/// One run with everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunDetail {
    pub run: RunRecord,
    /// The plan file, as it was written when the run began.
    pub plan: String,
    pub steps: BTreeMap<StepId, StepRecord>,
}

/// What the journal says of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepRecord {
    pub step: StepId,
    pub kind: StepKind,
    pub title: String,
    pub object: Option<ObjectName>,
    pub state: StepState,
    pub ms: Millis,
    pub error: Option<String>,
    /// What a later try has to know: the pulses seen before a fill, as JSON.
    pub detail: Option<String>,
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepState {
    Done,
    Failed,
    /// Something that it needs failed.
    Skipped,
}

impl StepState {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Done, Self::Failed, Self::Skipped]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// Something that is written into the journal, in the transaction of what it tells of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Record {
    /// A generation that is new to the journal, or new in all it says. Its version is what the target
    /// says at that moment.
    Object(Box<ObjectRecord>),
    /// A known generation has another state and physical name.
    Moved {
        name: ObjectName,
        generation: Generation,
        state: ObjectState,
        physical: String,
    },
    /// A known generation has another text that means the same, or other companions.
    Declared {
        name: ObjectName,
        generation: Generation,
        fingerprint: String,
        declared: String,
        companions: Box<RecordedCompanions>,
    },
    /// The target is asked what it says of a generation's definition, and that is written down.
    Settled {
        name: ObjectName,
        generation: Generation,
    },
    /// A generation was refreshed, or could not be.
    Refreshed(Box<RefreshNote>),
    /// Another run has no more to say: what it left is leftover.
    Run { run: RunId, state: RunState },
}
