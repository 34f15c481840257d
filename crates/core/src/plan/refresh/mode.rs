//! Whether readers go on while a view is refreshed.
//!
//! | refresh.mode | then |
//! |---|---|
//! | auto | concurrently where it is possible, and readers are there or would notice; else plain |
//! | concurrently | concurrently where it is possible; else plain, and said |
//! | plain | plain |
//!
//! What is refreshed concurrently costs the target more: its rows are compared with those that are there.

use dormer_sql::Dialect;

use super::{Concurrent, View};
use crate::checks::{Foreseen, concurrent_refresh};
use crate::engine::refresh::Mode;
use crate::engine::step::Millis;
use crate::model::object::Object;
use crate::project::settings::RefreshMode;

/// Readers notice when they wait for longer.
const NOTICED: Millis = Millis(100);

/// How a view is refreshed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub mode: Mode,
    /// A lowercase fragment.
    pub why: String,
    /// What to add so that readers could go on; none where they do, or need not.
    pub advice: Option<String>,
    /// Whether readers can go on: then they shall, should some be in the way of a plain one.
    pub possible: bool,
}

/// What can be said beforehand of how a declared view will be refreshed; none for what is not.
#[must_use]
pub fn foreseen(dialect: Dialect, object: &Object, mode: RefreshMode) -> Option<&'static str> {
    let foreseen = concurrent_refresh(dialect, object)?;
    Some(match (mode, foreseen) {
        (RefreshMode::Never, _) => "never by Dormer",
        (RefreshMode::Plain, _) => "plain: readers wait",
        (RefreshMode::Auto | RefreshMode::Concurrently, Foreseen::Impossible) => {
            "plain: readers wait, for it has no unique index on plain columns"
        }
        (RefreshMode::Auto, Foreseen::Possible) => {
            "concurrently where readers are there or would notice, else plain"
        }
        (RefreshMode::Concurrently, Foreseen::Possible) => "concurrently: readers go on",
    })
}

/// Whether somebody reads a view at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    Readers,
    Nobody,
}

/// Chooses.
pub(super) fn choose(view: &View, seen: Seen, last: Option<Millis>) -> Choice {
    let plain = |why: &str, advice: Option<String>| Choice {
        mode: Mode::Plain,
        why: why.to_owned(),
        advice,
        possible: false,
    };
    if view.settings.mode == RefreshMode::Plain {
        return plain("refresh.mode is plain", None);
    }
    if !view.populated {
        return plain("it has no rows yet that anybody could read", None);
    }
    if let Concurrent::Impossible { why, advice } = &view.concurrent {
        return plain(why, Some(advice.clone()));
    }
    let concurrently = |why: String| Choice {
        mode: Mode::Concurrently,
        why,
        advice: None,
        possible: true,
    };
    match (view.settings.mode, seen, last) {
        (RefreshMode::Concurrently, _, _) => {
            concurrently("refresh.mode is concurrently".to_owned())
        }
        (_, Seen::Readers, _) => concurrently("somebody reads it now".to_owned()),
        (_, Seen::Nobody, Some(last)) if last > NOTICED => {
            concurrently(format!("readers would wait for about {} ms", last.0))
        }
        (_, Seen::Nobody, Some(_)) => Choice {
            possible: true,
            ..plain("it is quick, and nobody reads it now", None)
        },
        (_, Seen::Nobody, None) => {
            concurrently("nobody knows how long readers would wait".to_owned())
        }
    }
}
