//! Whether everything is as it should be between files, target, markers and journal; and the plan that
//! puts markers and journal right.
//!
//! - **A finding says what is, why it matters, and one way out:** a mend of the journal or of markers, which
//!   is always safe, or a command or statement that somebody has to decide on.
//! - **A mend never touches an object:** it writes markers and the journal, as a run of its own.
//! - The target is the truth. A marker says which generation a relation is; the journal says everything
//!   else, and where it is lost, the files and the target say what of it can still be known.

mod journal;
mod known;
mod leftovers;
mod mend;
mod rights;

use serde::{Deserialize, Serialize};

use crate::engine::session::Weight;
use crate::model::name::ObjectName;

pub use journal::journal;
pub use mend::{Mending, history, plan};
pub use rights::{clock, remarks, rights};

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Area {
    Project,
    Connection,
    Rights,
    Settings,
    Clock,
    Journal,
    Runs,
    Leftovers,
}

impl Area {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Connection => "connection",
            Self::Rights => "rights",
            Self::Settings => "settings",
            Self::Clock => "clock",
            Self::Journal => "journal",
            Self::Runs => "runs",
            Self::Leftovers => "leftovers",
        }
    }
}

/// Something that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub area: Area,
    pub weight: Weight,
    pub object: Option<ObjectName>,
    /// A lowercase fragment without a period.
    pub what: String,
    /// Why it matters; empty for what is fine.
    pub why: String,
    pub cure: Cure,
}

/// The way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cure {
    /// None is needed, or nobody but a person can tell.
    None,
    /// `dormer doctor --mend` does it.
    Mend(Mending),
    /// The words after `dormer`.
    Command(String),
    /// A statement for whoever may run it.
    Statement(String),
    /// In words.
    Words(String),
}

impl Finding {
    fn of(area: Area, weight: Weight, what: impl Into<String>) -> Self {
        Self {
            area,
            weight,
            object: None,
            what: what.into(),
            why: String::new(),
            cure: Cure::None,
        }
    }

    fn fine(area: Area, what: impl Into<String>) -> Self {
        Self::of(area, Weight::Fine, what)
    }

    fn note(area: Area, what: impl Into<String>) -> Self {
        Self::of(area, Weight::Note, what)
    }

    fn problem(area: Area, what: impl Into<String>) -> Self {
        Self::of(area, Weight::Problem, what)
    }

    fn about(mut self, object: &ObjectName) -> Self {
        self.object = Some(object.clone());
        self
    }

    fn why(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }

    fn cure(mut self, cure: Cure) -> Self {
        self.cure = cure;
        self
    }
}

/// Counts things in words: `1 object`, `2 objects`.
fn count(n: usize, one: &str) -> String {
    match n {
        1 => format!("1 {one}"),
        n => format!("{n} {one}s"),
    }
}
