//! Dormer's own mutual exclusion on a target, as data.
//!
//! **Every transaction of a run proves its token first.** So a run that lost its lease cannot go on,
//! whoever took it.

use serde::{Deserialize, Serialize};

use super::generation::RunId;

/// What a lease is for: one run of each kind at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeaseKind {
    Deploy,
    Refresh,
}

impl LeaseKind {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deploy => "deploy",
            Self::Refresh => "refresh",
        }
    }
}

/// The number that a holder proves its lease by: each taking has a higher one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token {
    pub kind: LeaseKind,
    pub number: i64,
}

/// A lease that is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    pub token: Token,
    pub run: RunId,
}

/// Whether the lease of a dead holder may be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takeover {
    /// Only one that was given back.
    Never,
    /// That of the same run, whose session is gone.
    SameRun,
    /// That of any run whose session is gone.
    Dead,
}

/// What came of the wish to have a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeaseTaken {
    /// It is held; where a dead holder had it, who that was.
    Held(Lease, Option<LeaseHolder>),
    Refused {
        holder: LeaseHolder,
        life: Life,
    },
}

/// Whether the session of a holder is still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Life {
    Alive,
    Dead,
}

/// Who has or had a lease.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeaseHolder {
    pub run: Option<RunId>,
    pub who: String,
    pub host: String,
    /// Seconds since 1970, by the target's clock.
    pub since: i64,
}
