//! From a project and a target to how its objects stand: the one road for `drift` and `status`.
//!
//! **Nothing is written to the target,** and definitions that are as they were settled are not even read.

use std::collections::BTreeSet;

use dormer_core::engine::journal::Journal;
use dormer_core::engine::session::{Scope, Sizes};
use dormer_core::engine::{EngineError, RunId, Session};
use dormer_core::model::name::ObjectName;
use dormer_core::plan::drift::{self, Drift};
use dormer_core::plan::input::Input;

use crate::clock;
use crate::load::Loaded;
use crate::planning::{self, Depth, Seen};

/// What a target says of the objects of a project now.
pub(crate) struct Standing<'a> {
    loaded: &'a Loaded,
    selected: Option<&'a BTreeSet<ObjectName>>,
    pub(crate) seen: Seen,
    pub(crate) journal: Journal,
    run: RunId,
}

impl<'a> Standing<'a> {
    /// Looks; once more, and everywhere, where something is not at its place.
    pub(crate) async fn look(
        session: &mut dyn Session,
        loaded: &'a Loaded,
        selected: Option<&'a BTreeSet<ObjectName>>,
    ) -> Result<Self, EngineError> {
        let seen = planning::look_so(session, loaded, Depth::Settled).await?;
        let mut standing = Self {
            loaded,
            selected,
            journal: seen.journal.clone().unwrap_or_default(),
            seen,
            run: clock::new_run(),
        };
        if drift::misses(&standing.input()) {
            let everywhere = Scope {
                known: drift::versions(&loaded.project, &standing.journal),
                sizes: Sizes::OfAll,
                ..Scope::everything()
            };
            standing.seen.observed = session.inspect(&everywhere).await?;
        }
        Ok(standing)
    }

    pub(crate) fn drift(&self) -> Drift {
        drift::find(&self.input())
    }

    pub(crate) fn input(&self) -> Input<'_> {
        Input {
            project: &self.loaded.project,
            graph: &self.loaded.graph,
            engine: self.seen.engine.as_ref(),
            server: Some(&self.seen.server),
            observed: &self.seen.observed,
            journal: &self.journal,
            run: &self.run,
            selected: self.selected,
            renames: None,
            pending: None,
        }
    }

    /// What could not be seen, as people say it.
    pub(crate) fn unseen(&self) -> Vec<String> {
        let unseen = self.seen.observed.unseen.iter();
        unseen.map(ToString::to_string).collect()
    }
}
