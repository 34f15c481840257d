//! What all rooms of one run share.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use dormer_core::engine::Deed;
use dormer_core::engine::lease::Token;
use dormer_core::engine::session::Cancel;
use dormer_core::engine::step::{StepId, StepKind};
use dormer_core::model::name::ObjectName;
use dormer_core::plan::Plan;
use futures_util::future::join_all;
use tokio::sync::mpsc;

use crate::connect::Connect;
use crate::event::What;
use crate::fresh::Looks;
use crate::ground::Grounds;
use crate::interrupt::{Interrupt, Urgency};
use crate::options::Options;
use crate::refilled::Refills;
use crate::web::Web;

/// For asking the target to end something.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(1);

/// One run under its lease.
pub(crate) struct Run<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) web: &'a Web<'a>,
    pub(crate) connect: &'a dyn Connect,
    pub(crate) options: &'a Options,
    pub(crate) token: Token,
    pub(crate) grounds: Grounds,
    pub(crate) refills: Refills,
    pub(crate) looks: Looks,
    /// Raised when nothing more may begin, for whatever reason.
    pub(crate) halt: Interrupt,
    pub(crate) running: Running,
    pub(crate) news: mpsc::UnboundedSender<What>,
}

impl Run<'_> {
    pub(crate) fn tell(&self, what: What) {
        // Nobody listens any more when the run has been given up.
        let _told = self.news.send(what);
    }

    pub(crate) fn halted(&self) -> bool {
        self.halt.raised()
    }

    /// The objects of the plan that a step is about, however many.
    pub(crate) fn about(&self, id: StepId) -> BTreeSet<ObjectName> {
        let Some(step) = self.web.get(id) else {
            return BTreeSet::new();
        };
        if let Some(object) = &step.step.object {
            return BTreeSet::from([object.clone()]);
        }
        let mut names: BTreeSet<ObjectName> = BTreeSet::new();
        for deed in &step.step.deeds {
            match deed {
                Deed::Rename { relation, to } => {
                    names.insert(relation.name.clone());
                    names.insert(ObjectName::new(&relation.name.schema, to));
                }
                Deed::Redefine { relation, .. } | Deed::Drop { relation } => {
                    names.insert(relation.name.clone());
                }
                _ => {}
            }
        }
        names.retain(|name| {
            self.plan
                .changes
                .iter()
                .any(|change| change.object == *name)
        });
        names
    }

    /// Waits, unless nothing more may begin.
    pub(crate) async fn pause(&self, time: Duration) {
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            () = self.halt.reached(Urgency::Soon) => {}
        }
    }
}

/// The work that is under way, by the number of its worker.
#[derive(Default)]
pub(crate) struct Running(Mutex<BTreeMap<u32, Ender>>);

/// What a worker is at, and what ends it.
type Ender = (StepKind, Arc<dyn Cancel>);

impl Running {
    pub(crate) fn begin(&self, worker: u32, kind: StepKind, cancel: Box<dyn Cancel>) {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        running.insert(worker, (kind, Arc::from(cancel)));
    }

    pub(crate) fn end(&self, worker: u32) {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        running.remove(&worker);
    }

    /// Has the target end what is under way; what takes names ends by itself soon enough.
    pub(crate) async fn cancel(&self, urgency: Urgency) {
        let cancels: Vec<Arc<dyn Cancel>> = {
            let running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let ended = running.values().filter(|(kind, _)| {
                let names = matches!(
                    kind,
                    StepKind::Cutover | StepKind::Retire | StepKind::Rename
                );
                urgency == Urgency::Now || !names
            });
            ended.map(|(_, cancel)| Arc::clone(cancel)).collect()
        };
        let cancels = cancels.iter().map(|cancel| cancel.cancel());
        // Whether it worked shows in the statements.
        let _asked = tokio::time::timeout(CANCEL_TIMEOUT, join_all(cancels)).await;
    }
}
