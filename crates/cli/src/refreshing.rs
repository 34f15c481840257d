//! From a project and a target to what is due: the one road for everything that refreshes or tells of age.
//!
//! **Nothing is written to the target.** What is read is read before it is judged, so that a write in
//! between shows the next time.

use std::collections::{BTreeMap, BTreeSet};

use dormer_core::engine::journal::Journal;
use dormer_core::engine::refresh::{Mode, Refreshes};
use dormer_core::engine::session::Pulse;
use dormer_core::engine::{Engine, EngineError, ServerInfo, Session};
use dormer_core::model::name::ObjectName;
use dormer_core::plan::refresh::{Along, Field, Judgement, Look, Wish, judge, survey};
use tokio::time::Instant;

use crate::load::Loaded;
use crate::planning;
use crate::session::Door;

/// What a target said, and what it means for refreshes.
pub(crate) struct Looked {
    pub(crate) server: ServerInfo,
    pub(crate) engine: Box<dyn Engine>,
    pub(crate) journal: Journal,
    pub(crate) field: Field,
    pub(crate) refreshes: Refreshes,
    pub(crate) pulses: BTreeMap<ObjectName, Pulse>,
    /// When the pulses were asked for.
    pub(crate) seen: Instant,
    /// Views that somebody reads at this moment.
    pub(crate) read: BTreeSet<ObjectName>,
    /// What was noticed while connecting.
    pub(crate) notes: Vec<String>,
}

/// What somebody asked for on the command line.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    /// Public names; none for all.
    pub(crate) selected: Option<BTreeSet<ObjectName>>,
    pub(crate) all: bool,
    pub(crate) upstream: bool,
    pub(crate) downstream: bool,
}

impl Looked {
    /// Reads a target.
    ///
    /// # Errors
    ///
    /// When there is no session, or it cannot be read.
    pub(crate) async fn at(loaded: &Loaded, door: &Door<'_>) -> Result<Self, EngineError> {
        let opened = door.reading().await?;
        let mut session = opened.session;
        let mut looked = Self::with(session.as_mut(), loaded).await?;
        looked.notes = opened.notes;
        Ok(looked)
    }

    async fn with(session: &mut dyn Session, loaded: &Loaded) -> Result<Self, EngineError> {
        let refreshes = session.refreshes().await?.unwrap_or_default();
        let seen = planning::look(session, loaded).await?;
        let journal = seen.journal.unwrap_or_default();
        let field = survey(
            &loaded.project,
            &seen.observed,
            &journal,
            seen.engine.capabilities(),
        );
        let at = Instant::now();
        let watched = field.watched();
        let pulses = if watched.is_empty() {
            BTreeMap::new()
        } else {
            session.pulses(&watched).await?
        };
        let mut looked = Self {
            server: seen.server,
            engine: seen.engine,
            journal,
            field,
            refreshes,
            pulses,
            seen: at,
            read: BTreeSet::new(),
            notes: Vec::new(),
        };
        looked.read = looked.readers(session).await?;
        Ok(looked)
    }

    /// Who reads what could be refreshed either way.
    async fn readers(
        &self,
        session: &mut dyn Session,
    ) -> Result<BTreeSet<ObjectName>, EngineError> {
        let judgement = self.judge(&Asked::default());
        let open = judgement
            .due()
            .filter(|(_, verdict)| verdict.choice.possible && verdict.choice.mode == Mode::Plain);
        let open: BTreeSet<ObjectName> = open.map(|(name, _)| name.clone()).collect();
        if open.is_empty() {
            return Ok(open);
        }
        let holders = session.locks(&open).await?;
        let held = holders.into_iter().filter(|holder| holder.granted);
        Ok(held.map(|holder| holder.relation).collect())
    }

    /// Judges all views.
    pub(crate) fn judge(&self, asked: &Asked) -> Judgement {
        let chosen = self.chosen(asked);
        let look = Look {
            field: &self.field,
            refreshes: &self.refreshes,
            pulses: &self.pulses,
            read: &self.read,
            journal: &self.journal,
            counters: self.engine.capabilities().counters,
        };
        judge(
            &look,
            Wish {
                chosen: chosen.as_ref(),
                all: asked.all,
            },
        )
    }

    /// The views that were asked for, with what they read and who reads them where that was wished.
    fn chosen(&self, asked: &Asked) -> Option<BTreeSet<ObjectName>> {
        let selected = asked.selected.as_ref()?;
        let views = self.field.views.iter();
        let views = views.filter(|(_, view)| selected.contains(&view.of));
        let mut chosen: BTreeSet<ObjectName> = views.map(|(name, _)| name.clone()).collect();
        if asked.downstream {
            chosen = self.field.with(&chosen, Along::Children);
        }
        if asked.upstream {
            chosen = self.field.with(&chosen, Along::Parents);
        }
        Some(chosen)
    }
}
