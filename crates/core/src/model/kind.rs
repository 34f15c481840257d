//! The kinds of objects, and what each kind can have.

use std::fmt;

use serde::Serialize;

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ObjectKind {
    Table,
    /// A table made by CREATE TABLE AS: swapped like a materialized view.
    TableAs,
    View,
    MaterializedView,
    Source,
    Sink,
    Subscription,
    Function,
}

impl ObjectKind {
    pub const ALL: [Self; 8] = [
        Self::Table,
        Self::TableAs,
        Self::View,
        Self::MaterializedView,
        Self::Source,
        Self::Sink,
        Self::Subscription,
        Self::Function,
    ];

    /// The name in JSON and in `kind:` selections.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::TableAs => "table-as",
            Self::View => "view",
            Self::MaterializedView => "materialized-view",
            Self::Source => "source",
            Self::Sink => "sink",
            Self::Subscription => "subscription",
            Self::Function => "function",
        }
    }

    /// Reads a kind as people write it; `mv` is short for a materialized view.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text == "mv" {
            return Some(Self::MaterializedView);
        }
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The words that a sentence uses.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::TableAs => "table made by a query",
            Self::View => "view",
            Self::MaterializedView => "materialized view",
            Self::Source => "source",
            Self::Sink => "sink",
            Self::Subscription => "subscription",
            Self::Function => "function",
        }
    }
}

impl fmt::Display for ObjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}
