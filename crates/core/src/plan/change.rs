//! What a plan says about each object: action, reasons, strategy.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::name::ObjectName;

/// What happens to one object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub object: ObjectName,
    /// As people say it: `materialized view`.
    pub kind: String,
    pub action: Action,
    pub reasons: Vec<Reason>,
    /// How a replace is done: `swap`, `redefine`, `re-point`; none for other actions.
    pub strategy: Option<Way>,
    /// The changed objects that it follows, nearest first.
    pub because: Vec<ObjectName>,
    /// The names of the hazards about it.
    pub hazards: Vec<String>,
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    Create,
    Alter,
    Replace,
    Drop,
    Keep,
    Carry,
    /// It is taken over as it stands: a marker and the journal alone.
    Adopt,
    /// What the journal or a marker says of it is put right; the object stays as it is.
    Mend,
}

impl Action {
    /// The sign before the object's name.
    #[must_use]
    pub const fn sign(self) -> char {
        match self {
            Self::Create => '+',
            Self::Alter => '~',
            Self::Replace => '±',
            Self::Drop => '-',
            Self::Keep => '=',
            Self::Carry => '>',
            Self::Adopt | Self::Mend => '*',
        }
    }

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Alter => "alter",
            Self::Replace => "replace",
            Self::Drop => "drop",
            Self::Keep => "keep",
            Self::Carry => "carry",
            Self::Adopt => "adopt",
            Self::Mend => "mend",
        }
    }
}

/// How a replace or a carry is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// A shadow is built beside it and takes its name.
    Swap,
    /// It gets another query and keeps its identity.
    Redefine,
    /// It keeps its query and its identity, and reads the new generation.
    RePoint,
    /// It stays on the retired generation.
    Leave,
}

impl Way {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Swap => "swap",
            Self::Redefine => "redefine",
            Self::RePoint => "re-point",
            Self::Leave => "leave",
        }
    }
}

/// Why something happens to an object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reason {
    pub kind: ReasonKind,
    /// A lowercase fragment without a period: `column "net" added`.
    pub text: String,
}

/// The kinds of reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReasonKind {
    /// The file says something else than what was applied.
    DefinitionChanged,
    /// It reads something that is replaced.
    ReadsReplaced,
    /// A comment, grant, index, owner or option differs.
    PropertyChanged,
    /// It is declared and not there.
    Missing,
    /// It was declared and is no more.
    NotDeclared,
    /// The target says something else than what was applied.
    Drifted,
    ClassChanged,
    Requested,
    /// Its file says another name, and else what it said.
    Renamed,
}

impl ReasonKind {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DefinitionChanged => "definition-changed",
            Self::ReadsReplaced => "reads-replaced",
            Self::PropertyChanged => "property-changed",
            Self::Missing => "missing",
            Self::NotDeclared => "not-declared",
            Self::Drifted => "drifted",
            Self::ClassChanged => "class-changed",
            Self::Requested => "requested",
            Self::Renamed => "renamed",
        }
    }
}

impl fmt::Display for ReasonKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How many objects of each action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Summary {
    pub create: usize,
    pub alter: usize,
    pub replace: usize,
    pub drop: usize,
    pub keep: usize,
    pub carry: usize,
    /// Of other people's, what stays on a retired generation.
    #[serde(default)]
    pub leave: usize,
    /// What is taken over as it stands.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub adopt: usize,
    /// What the journal or a marker is put right of.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub mend: usize,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
const fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl Summary {
    #[must_use]
    pub fn of(changes: &[Change]) -> Self {
        let mut summary = Self::default();
        for change in changes {
            *match change.action {
                Action::Carry if change.strategy == Some(Way::Leave) => &mut summary.leave,
                Action::Create => &mut summary.create,
                Action::Alter => &mut summary.alter,
                Action::Replace => &mut summary.replace,
                Action::Drop => &mut summary.drop,
                Action::Keep => &mut summary.keep,
                Action::Carry => &mut summary.carry,
                Action::Adopt => &mut summary.adopt,
                Action::Mend => &mut summary.mend,
            } += 1;
        }
        summary
    }
}
