//! What a plan says about risk: notes that are shown, hazards that block until they are allowed.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::name::ObjectName;

/// Something to know; it never blocks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Note {
    pub kind: NoteKind,
    /// What it is about; none for the whole plan.
    pub object: Option<ObjectName>,
    /// A lowercase fragment without a period.
    pub text: String,
}

/// The kinds of notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoteKind {
    DoubleStorage,
    CarriesForeign,
    ShapeChange,
    ReplicaReaders,
    SnapshotReaders,
    /// Set by somebody, declared by nobody: kept.
    NotDeclared,
    /// The target was not asked whether a definition means the same.
    NotRehearsed,
    /// Rebuilt although nothing that it reads changed, and why.
    RebuiltByIdentity,
    /// A part of the target could not be seen.
    Unseen,
    /// What an earlier run left.
    Leftover,
    /// Rows are as of the time when a generation lost its name.
    OlderData,
    /// Declared, and of a kind that plans do not make yet.
    NotDeployed,
    /// What a run replaced is kept no more: it is made again, with the rows of now.
    BuiltAnew,
    /// Who has to say another name, or what may have been renamed and is not.
    Renamed,
    /// Taken along by a selection: with which definition.
    Unselected,
}

/// A named risk that blocks until it is allowed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Hazard {
    pub kind: HazardKind,
    pub object: Option<ObjectName>,
    /// A lowercase fragment without a period.
    pub text: String,
    /// What somebody can do about it: a statement or a command.
    pub hint: Option<String>,
}

/// The kinds of hazards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HazardKind {
    DataLoss,
    HistoryLoss,
    DropsReadObject,
    Irreversible,
    BlocksReaders,
    LeavesForeign,
    SinkGap,
    RightsMissing,
    NotEnoughSpace,
}

impl HazardKind {
    pub const ALL: [Self; 9] = [
        Self::DataLoss,
        Self::HistoryLoss,
        Self::DropsReadObject,
        Self::Irreversible,
        Self::BlocksReaders,
        Self::LeavesForeign,
        Self::SinkGap,
        Self::RightsMissing,
        Self::NotEnoughSpace,
    ];

    /// The name that `--allow` takes.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DataLoss => "data-loss",
            Self::HistoryLoss => "history-loss",
            Self::DropsReadObject => "drops-read-object",
            Self::Irreversible => "irreversible",
            Self::BlocksReaders => "blocks-readers",
            Self::LeavesForeign => "leaves-foreign",
            Self::SinkGap => "sink-gap",
            Self::RightsMissing => "rights-missing",
            Self::NotEnoughSpace => "not-enough-space",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

impl fmt::Display for HazardKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl NoteKind {
    pub const ALL: [Self; 15] = [
        Self::DoubleStorage,
        Self::CarriesForeign,
        Self::ShapeChange,
        Self::ReplicaReaders,
        Self::SnapshotReaders,
        Self::NotDeclared,
        Self::NotRehearsed,
        Self::RebuiltByIdentity,
        Self::Unseen,
        Self::Leftover,
        Self::OlderData,
        Self::NotDeployed,
        Self::BuiltAnew,
        Self::Renamed,
        Self::Unselected,
    ];

    /// The name that people see.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DoubleStorage => "double-storage",
            Self::CarriesForeign => "carries-foreign",
            Self::ShapeChange => "shape-change",
            Self::ReplicaReaders => "replica-readers",
            Self::SnapshotReaders => "snapshot-readers",
            Self::NotDeclared => "not-declared",
            Self::NotRehearsed => "not-rehearsed",
            Self::RebuiltByIdentity => "rebuilt-by-identity",
            Self::Unseen => "unseen",
            Self::Leftover => "leftover",
            Self::OlderData => "older-data",
            Self::NotDeployed => "not-deployed",
            Self::BuiltAnew => "built-anew",
            Self::Renamed => "renamed",
            Self::Unselected => "unselected",
        }
    }
}

impl fmt::Display for NoteKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One `--allow`, or one entry of the setting: a hazard, for one object or for all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    pub kind: HazardKind,
    /// As written after the colon; none allows it everywhere.
    pub object: Option<String>,
}

impl Allowance {
    /// Reads `data-loss` or `data-loss:marts.x`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, object) = match text.split_once(':') {
            Some((kind, object)) => (kind, Some(object.trim().to_owned())),
            None => (text, None),
        };
        Some(Self {
            kind: HazardKind::parse(kind.trim())?,
            object: object.filter(|object| !object.is_empty()),
        })
    }

    /// Tells whether it covers a hazard.
    #[must_use]
    pub fn covers(&self, hazard: &Hazard) -> bool {
        let named = |name: &ObjectName| Some(name.to_string()) == self.object;
        self.kind == hazard.kind
            && (self.object.is_none() || hazard.object.as_ref().is_some_and(named))
    }
}
