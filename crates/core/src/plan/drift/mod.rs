//! Drift: what somebody changed in the target without Dormer, told by the journal and the catalog alone.
//!
//! | room | tells |
//! |---|---|
//! | `definition` | whether a definition, its columns or what it reads are others than were settled |
//! | `columns` | what became of the columns of a table |
//! | `companions` | what an object wears, beside what it should |
//! | `added` | what nobody declared and somebody gave an object |
//! | `extra` | relations that Dormer never made, in schemas of the project |
//!
//! - **One way to tell it**: plan, drift and status ask the same functions.
//! - **Drift is a difference from what was applied,** whatever the files say today. What a file says and
//!   nobody applied yet is no drift, and neither is a relation that Dormer never made.
//! - **What was added by hand is drift that a plan keeps:** it is told, and nothing is taken away for it.
//! - A part of the catalog that could not be read tells nothing, and is said in the observed catalog.

pub(in crate::plan) mod added;
pub(in crate::plan) mod columns;
pub(in crate::plan) mod companions;
pub(in crate::plan) mod definition;
mod extra;
mod object;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::difference::Line;
use super::input::Input;
use crate::engine::RunId;
use crate::engine::journal::{Journal, ObjectRecord, ObjectState};
use crate::model::name::ObjectName;
use crate::model::observed::relation::RelationKind;
use crate::project::Project;

/// What somebody changed, and what somebody made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Drift {
    /// How many objects were compared.
    pub compared: usize,
    pub objects: BTreeMap<ObjectName, DriftedObject>,
    /// Not drift: relations that Dormer never made.
    pub extra: Vec<Extra>,
}

/// One object that is not as it was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriftedObject {
    pub kind: RelationKind,
    /// Whose it is now; none for what is gone.
    pub owner: Option<String>,
    /// The run that applied it.
    pub run: RunId,
    /// When it took its name; seconds since 1970.
    pub applied_at: Option<i64>,
    /// Never empty; the worst first.
    pub drifted: Vec<Drifted>,
    /// What would settle it without building anything, where there is such a thing.
    pub statement: Option<String>,
}

impl DriftedObject {
    /// Whether all of it was added by hand, so that a plan keeps it.
    #[must_use]
    pub fn kept(&self) -> bool {
        self.drifted.iter().all(|one| one.change == Change::Added)
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drifted {
    pub aspect: Aspect,
    pub change: Change,
    /// A lowercase fragment without a period.
    pub text: String,
    pub was: Option<String>,
    pub now: Option<String>,
    /// How the text of it changed, where it has a text of several lines.
    pub lines: Vec<Line>,
    /// Whoever gave it, where the target says so.
    pub grantor: Option<String>,
}

/// What of an object drifted, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aspect {
    /// It is not there any more.
    Existence,
    /// Another relation has its name, or it has another one.
    Name,
    Schema,
    Kind,
    Definition,
    /// What it reads, although its text is the same.
    Reads,
    Columns,
    /// It holds none, and can be read by nobody.
    Rows,
    Owner,
    Indexes,
    Options,
    Grants,
    Comments,
    /// Triggers, rules, policies and statistics.
    Attachments,
}

impl Aspect {
    /// The word of the table and of JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Existence => "existence",
            Self::Name => "name",
            Self::Schema => "schema",
            Self::Kind => "kind",
            Self::Definition => "definition",
            Self::Reads => "reads",
            Self::Columns => "columns",
            Self::Rows => "rows",
            Self::Owner => "owner",
            Self::Indexes => "indexes",
            Self::Options => "options",
            Self::Grants => "grants",
            Self::Comments => "comments",
            Self::Attachments => "attachments",
        }
    }
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Dormer gave it, and it is gone.
    Missing,
    Changed,
    /// Nobody declared it; a plan keeps it.
    Added,
}

impl Change {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Changed => "changed",
            Self::Added => "added",
        }
    }
}

/// A relation in a schema of the project that Dormer never made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Extra {
    pub name: ObjectName,
    pub kind: RelationKind,
    pub owner: String,
    /// Whether a file declares it, so that it can be adopted as it is.
    pub declared: bool,
}

/// Tells what drifted.
#[must_use]
pub fn find(input: &Input<'_>) -> Drift {
    let mut drift = Drift::default();
    let looking = object::Looking::of(input);
    for record in records(input) {
        drift.compared += 1;
        if let Some(found) = looking.look(record) {
            drift.objects.insert(record.name.clone(), found);
        }
    }
    if input.selected.is_none() {
        drift.extra = extra::find(input, &drift);
    }
    drift
}

/// What the journal says that this project applied to this target, and that was asked for.
pub(in crate::plan) fn records<'a>(
    input: &Input<'a>,
) -> impl Iterator<Item = &'a ObjectRecord> + use<'a> {
    let input = *input;
    let records = input.journal.objects.values();
    records.filter(move |record| {
        record.state == ObjectState::Live
            && input.is_of_target(record)
            && input.wants(&record.name)
            && input.is_believed(record)
    })
}

/// The versions of definitions that nobody has to read: what has one of these is as it was settled.
#[must_use]
pub fn versions(project: &Project, journal: &Journal) -> BTreeSet<String> {
    let records = journal.objects.values();
    let ours = records.filter(|record| {
        record.state == ObjectState::Live && record.project.as_deref() == Some(&project.name)
    });
    ours.filter_map(|record| record.version.clone()).collect()
}

/// Whether something that was applied is not where it was, so that it may be anywhere.
#[must_use]
pub fn misses(input: &Input<'_>) -> bool {
    let mut records = records(input);
    records.any(|record| !input.observed.relations.contains_key(&record.name))
}
