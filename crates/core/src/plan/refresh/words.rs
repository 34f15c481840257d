//! Why a view is refreshed, and why it is not, in words.

use std::fmt;

use crate::engine::refresh::Moment;
use crate::model::name::ObjectName;

/// Why a view is stale. **The first that holds comes first.**
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Somebody asked for all, changed or not.
    Requested,
    /// It has no rows yet.
    Unpopulated,
    /// The journal knows of no refresh.
    NeverRefreshed,
    /// Its own rows are not those that the last refresh that the journal knows of has made.
    BySomebody,
    /// What it reads is refreshed before it.
    ReadsRefreshed(ObjectName),
    /// What it reads was refreshed since.
    RefreshedSince(ObjectName),
    /// Rows of what it reads were written since, as counted.
    Written(ObjectName),
    /// What it reads has another storage: truncated, rewritten, refreshed by somebody.
    Rewritten(ObjectName),
    /// What it reads was not seen at the last refresh.
    NewGround(ObjectName),
    /// Nobody counts what is written there, or nobody did.
    Uncounted(ObjectName),
    /// It reads something whose changes nobody can see.
    Unseen(String),
    /// The counters began anew.
    CountersReset,
    /// Counters tell too late here to be believed.
    CountersLate,
    /// A function in it gives another value each time, and its interval is over.
    Changing(String),
    /// Nothing seems to have changed, for as long as that may be believed.
    MaxSkip,
}

impl Reason {
    /// As JSON names it.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Unpopulated => "unpopulated",
            Self::NeverRefreshed => "never-refreshed",
            Self::BySomebody => "by-somebody",
            Self::ReadsRefreshed(_) => "reads-refreshed",
            Self::RefreshedSince(_) => "refreshed-since",
            Self::Written(_) => "written",
            Self::Rewritten(_) => "rewritten",
            Self::NewGround(_) => "new-ground",
            Self::Uncounted(_) => "uncounted",
            Self::Unseen(_) => "unseen",
            Self::CountersReset => "counters-reset",
            Self::CountersLate => "counters-late",
            Self::Changing(_) => "changing-function",
            Self::MaxSkip => "max-skip",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Requested => f.write_str("requested"),
            Self::Unpopulated => f.write_str("it has no rows yet"),
            Self::NeverRefreshed => f.write_str("never refreshed as far as the journal knows"),
            Self::BySomebody => f.write_str("refreshed or rewritten by somebody else"),
            Self::ReadsRefreshed(name) => write!(f, "reads {name}, which is refreshed first"),
            Self::RefreshedSince(name) => write!(f, "{name} was refreshed since"),
            Self::Written(name) => write!(f, "rows of {name} were written since"),
            Self::Rewritten(name) => {
                write!(f, "{name} was rewritten, truncated or refreshed since")
            }
            Self::NewGround(name) => write!(f, "what {name} was like is not known"),
            Self::Uncounted(name) => write!(f, "nobody counts what is written to {name}"),
            Self::Unseen(what) => write!(f, "reads {what}, whose changes nobody sees"),
            Self::CountersReset => f.write_str("the counters of the target began anew"),
            Self::CountersLate => {
                f.write_str("the counters of the target tell too late to be believed")
            }
            Self::Changing(function) => {
                write!(f, "always stale: {function} gives another value each time")
            }
            Self::MaxSkip => f.write_str("nothing was seen to change for as long as max_skip"),
        }
    }
}

/// Why a stale view is not refreshed now though it is its turn by what it reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Held {
    /// Its schedule says later.
    Schedule(Moment),
    /// Its last refresh, done or failed, is too young.
    MinInterval(Moment),
    /// Outside of its window.
    Window(Moment),
}

impl Held {
    /// When it may be refreshed.
    #[must_use]
    pub const fn until(&self) -> Moment {
        match self {
            Self::Schedule(at) | Self::MinInterval(at) | Self::Window(at) => *at,
        }
    }

    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Schedule(_) => "schedule",
            Self::MinInterval(_) => "min-interval",
            Self::Window(_) => "window",
        }
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Schedule(_) => "not due yet",
            Self::MinInterval(_) => "within its min_interval",
            Self::Window(_) => "outside of its window",
        })
    }
}
