//! The frame of a refresh run: its own lease, the journal, the views in their order, the end.
//!
//! 1. Nothing is due: nothing is written, not even that there was nothing to do.
//! 2. The refresh lease is apart from that of deploying. One whose holder is dead is taken over: a refresh
//!    is done whole or not at all, so nothing is half done.
//! 3. **What a run replaces is left to that run:** its views are not begun while it works. Those under way
//!    are waited for by their locks.
//! 4. Each refresh, its line in the journal and the proof of the lease are one transaction.
//!
//! | room | does |
//! |---|---|
//! | `walk` | has the views refreshed, as many at once as there may be sessions |
//! | `worker` | one refresh: gives way to readers, tries again |

mod walk;
mod worker;

use std::collections::{BTreeMap, BTreeSet};

use dormer_core::engine::capabilities::Sessions;
use dormer_core::engine::journal::{Record, RunKind, RunState, StepRecord, StepState};
use dormer_core::engine::lease::{Lease, LeaseKind, LeaseTaken, Takeover, Token};
use dormer_core::engine::refresh::{Mode, Refreshes};
use dormer_core::engine::session::{Limits, NewRun, Pulse, RunEnd, Work};
use dormer_core::engine::step::{Millis, StepId, StepKind};
use dormer_core::engine::{Engine, EngineError, ErrorKind, RunId, Session};
use dormer_core::model::name::ObjectName;
use dormer_core::plan::change::Action;
use dormer_core::plan::file;
use dormer_core::plan::refresh::{Field, Judgement, Skipped, Unstarted};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Duration, Instant, timeout};

use crate::connect::{Connect, Purpose};
use crate::crash;
use crate::event::{Listener, What};
use crate::interrupt::{Interrupt, Urgency};
use crate::options::Options;
use crate::outcome::{Blocked, DeployError};
use crate::patience::millis;
use crate::run::Running;
use walk::{Signals, Walk, Walked};

/// The session of the lease is asked so often whether it is still there, and who deploys.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// A target that says nothing for so long is not there.
const SILENCE: Duration = Duration::from_secs(10);
/// The end may take so long to be written when everything shall end at once.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// What is to be refreshed, and how.
#[derive(Debug, Clone, Copy)]
pub struct RefreshOrder<'a> {
    pub run: &'a RunId,
    pub project: &'a str,
    pub field: &'a Field,
    pub judgement: &'a Judgement,
    /// What the journal said when it was judged.
    pub refreshes: &'a Refreshes,
    /// The pulses that were seen before it was judged.
    pub pulses: &'a BTreeMap<ObjectName, Pulse>,
    /// When they were seen.
    pub seen: Instant,
    pub engine: &'a dyn Engine,
    pub options: &'a Options,
    pub limits: dormer_core::plan::refresh::Limits,
    /// What was decided, for the journal.
    pub text: &'a str,
}

/// How a refresh run ended, whatever came of it.
#[derive(Debug, Clone)]
#[must_use]
pub struct RefreshOutcome {
    pub run: RunId,
    pub ended: RefreshEnded,
    /// In the order in which they were done.
    pub refreshed: Vec<RefreshedView>,
    pub failed: Vec<FailedRefresh>,
    pub blocked: Vec<Blocked>,
    /// Those that read what failed or was blocked.
    pub skipped: Vec<Skipped>,
    /// What else was due and was not begun.
    pub unstarted: Vec<(ObjectName, Unstarted)>,
    pub took: Millis,
    /// What went wrong while the end was written down; the run itself is as told.
    pub unwritten: Option<EngineError>,
}

/// What made a refresh run end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefreshEnded {
    /// Nothing was due, and nothing was written.
    Nothing,
    /// What was begun is done.
    Done,
    /// Some views failed; what does not read them is done.
    Partial,
    /// Some views did not get their locks.
    Blocked,
    Interrupted,
    LeaseLost(EngineError),
    Unreachable(EngineError),
}

impl RefreshEnded {
    const fn state(&self) -> RunState {
        match self {
            Self::Nothing | Self::Done => RunState::Done,
            Self::Partial | Self::Blocked => RunState::Partial,
            Self::Interrupted | Self::LeaseLost(_) | Self::Unreachable(_) => RunState::Stopped,
        }
    }
}

/// A view that was refreshed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshedView {
    pub name: ObjectName,
    pub mode: Mode,
    pub ms: Millis,
}

/// A view that could not be refreshed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedRefresh {
    pub step: StepId,
    pub name: ObjectName,
    pub mode: Mode,
    pub ms: Millis,
    pub error: EngineError,
}

/// One refresh run under its lease.
pub(crate) struct Refreshing<'a> {
    pub(crate) order: RefreshOrder<'a>,
    pub(crate) connect: &'a dyn Connect,
    pub(crate) token: Token,
    /// Raised when nothing more may begin, for whatever reason.
    pub(crate) halt: Interrupt,
    pub(crate) running: Running,
    pub(crate) news: mpsc::UnboundedSender<What>,
}

fn while_doing(doing: &'static str) -> impl FnOnce(EngineError) -> DeployError {
    move |source| DeployError::Session { doing, source }
}

/// Refreshes what is due.
///
/// # Errors
///
/// When nothing was begun: somebody else refreshes, or the target is not reached.
pub async fn refresh(
    order: RefreshOrder<'_>,
    connect: &dyn Connect,
    listener: &mut dyn Listener,
    interrupt: &Interrupt,
) -> Result<RefreshOutcome, DeployError> {
    let since = Instant::now();
    let due = order.judgement.due().count();
    if due == 0 {
        return Ok(nothing(order.run));
    }
    let mut frame = Frame::take(order, connect).await?;
    let held = match frame.begin(interrupt).await {
        Ok(held) => held,
        Err(error) => {
            // The cause is what matters; a lease that is not given back ends with its session.
            let _given = frame.session.release(&frame.lease).await;
            return Err(error);
        }
    };
    let (sender, news) = mpsc::unbounded_channel();
    let run = Refreshing {
        order,
        connect,
        token: frame.lease.token,
        halt: Interrupt::new(),
        running: Running::default(),
        news: sender,
    };
    let over = Interrupt::new();
    let (lost_sender, lost) = oneshot::channel();
    let (held_sender, held) = watch::channel(held);
    let mut walk = Walk::new(&run, listener, held);
    walk.tell(What::RunStarted {
        kind: RunKind::Refresh,
        steps: due,
        already_done: 0,
    });
    let walking = async {
        let walked = walk
            .go(Signals {
                interrupt,
                lost,
                news,
            })
            .await;
        over.raise();
        walked
    };
    let beating = async {
        match connect.sessions() {
            Sessions::Many => frame.beat(&over, lost_sender, &held_sender).await,
            // The session of the lease is that of the work, and nobody else can deploy meanwhile.
            Sessions::One => {
                over.reached(Urgency::Soon).await;
                drop(lost_sender);
            }
        }
    };
    let (walked, ()) = tokio::join!(walking, beating);
    let unwritten = frame.end(&walked, interrupt).await;
    Ok(RefreshOutcome {
        run: order.run.clone(),
        ended: walked.ended,
        refreshed: walked.refreshed,
        failed: walked.failed,
        blocked: walked.blocked,
        skipped: walked.skipped,
        unstarted: walked.unstarted,
        took: millis(since.elapsed()),
        unwritten,
    })
}

fn nothing(run: &RunId) -> RefreshOutcome {
    RefreshOutcome {
        run: run.clone(),
        ended: RefreshEnded::Nothing,
        refreshed: Vec::new(),
        failed: Vec::new(),
        blocked: Vec::new(),
        skipped: Vec::new(),
        unstarted: Vec::new(),
        took: Millis(0),
        unwritten: None,
    }
}

/// The lease, and the session that holds it.
struct Frame<'a> {
    order: RefreshOrder<'a>,
    session: Box<dyn Session>,
    lease: Lease,
    summary: String,
    /// The run that deploys, with the views that it replaces.
    deploying: Option<(RunId, BTreeSet<ObjectName>)>,
}

impl<'a> Frame<'a> {
    async fn take(order: RefreshOrder<'a>, connect: &dyn Connect) -> Result<Self, DeployError> {
        let name = format!("{} lease", order.run);
        let opened = connect.open(Purpose::Lease, &name).await;
        let mut session = opened.map_err(while_doing("open a session"))?;
        let prepared = session.prepare().await;
        prepared.map_err(while_doing("prepare the journal"))?;
        let summary = format!("{} due", order.judgement.due().count());
        let taken = session
            .take(
                LeaseKind::Refresh,
                &new_run(order, &summary),
                Takeover::Dead,
            )
            .await;
        match taken.map_err(while_doing("take the lease"))? {
            LeaseTaken::Held(lease, before) => {
                crash::point();
                let dead = before.and_then(|before| before.run);
                if let Some(dead) = dead.filter(|dead| dead != order.run) {
                    abandon(session.as_mut(), &lease.token, dead).await?;
                }
                Ok(Self {
                    order,
                    session,
                    lease,
                    summary,
                    deploying: None,
                })
            }
            LeaseTaken::Refused { holder, life } => Err(DeployError::LeaseHeld { holder, life }),
        }
    }

    async fn begin(&mut self, interrupt: &Interrupt) -> Result<BTreeSet<ObjectName>, DeployError> {
        if interrupt.raised() {
            return Err(DeployError::Interrupted);
        }
        let held = self.held().await;
        let held = held.map_err(while_doing("ask who deploys"))?;
        let run = new_run(self.order, &self.summary);
        let begun = self.session.begin(&self.lease.token, &run).await;
        begun.map_err(while_doing("write down that the run begins"))?;
        crash::point();
        Ok(held)
    }

    /// The views that a run replaces now.
    async fn held(&mut self) -> Result<BTreeSet<ObjectName>, EngineError> {
        let known = self.deploying.as_ref().map(|(run, _)| run);
        let deploying = self.session.deploying(known).await?;
        self.deploying = match (deploying, self.deploying.take()) {
            (None, _) => None,
            (Some(deploying), known) => match (deploying.plan, known) {
                (None, known) => known,
                (Some(plan), _) => Some((deploying.run, replaced(self.order.field, &plan))),
            },
        };
        let held = self.deploying.as_ref().map(|(_, held)| held.clone());
        Ok(held.unwrap_or_default())
    }

    /// Asks the session of the lease whether it is still there, until the run is over.
    async fn beat(
        &mut self,
        over: &Interrupt,
        lost: oneshot::Sender<EngineError>,
        held: &watch::Sender<BTreeSet<ObjectName>>,
    ) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(HEARTBEAT) => {}
                () = over.reached(Urgency::Soon) => return,
            }
            match timeout(SILENCE, self.held()).await {
                Ok(Ok(names)) => {
                    held.send_if_modified(|known| {
                        let other = *known != names;
                        *known = names;
                        other
                    });
                }
                Ok(Err(error)) => {
                    // Nobody listens when the walk has ended at this moment: then it does not matter.
                    let _told = lost.send(error);
                    return;
                }
                Err(_) => {
                    let _told = lost.send(silent());
                    return;
                }
            }
        }
    }

    /// Writes down how it ended, and gives the lease back. Returns what went wrong with that.
    async fn end(&mut self, walked: &Walked, interrupt: &Interrupt) -> Option<EngineError> {
        if matches!(walked.ended, RefreshEnded::LeaseLost(_)) {
            return None;
        }
        let error = match &walked.ended {
            RefreshEnded::Nothing | RefreshEnded::Done => None,
            RefreshEnded::Partial | RefreshEnded::Blocked => {
                let failed = walked.failed.iter().map(|failed| failed.error.to_string());
                let blocked = walked.blocked.iter().map(|blocked| blocked.reason.clone());
                failed.chain(blocked).next()
            }
            RefreshEnded::Interrupted => Some("interrupted".to_owned()),
            RefreshEnded::LeaseLost(error) | RefreshEnded::Unreachable(error) => {
                Some(error.to_string())
            }
        };
        let records: Vec<StepRecord> = walked.failed.iter().map(record).collect();
        let ended = RunEnd {
            state: walked.ended.state(),
            error: error.as_deref(),
            steps: &records,
        };
        let words = async {
            crash::point();
            let ended = self
                .session
                .end(&self.lease.token, self.order.run, &ended)
                .await;
            crash::point();
            let released = self.session.release(&self.lease).await;
            ended.and(released)
        };
        let limit = match interrupt.urgency() {
            Urgency::Now => LAST_WORDS,
            Urgency::None | Urgency::Soon => SILENCE,
        };
        match timeout(limit, words).await {
            Ok(written) => written.err(),
            Err(_) => Some(silent()),
        }
    }
}

/// Writes down that nobody works on a run any more.
async fn abandon(session: &mut dyn Session, token: &Token, run: RunId) -> Result<(), DeployError> {
    let record = Record::Run {
        run,
        state: RunState::Abandoned,
    };
    let work = Work {
        token,
        statements: Vec::new(),
        records: vec![&record],
        steps: Vec::new(),
        limits: Limits::default(),
    };
    let written = session.execute(&work).await;
    written
        .map(|_| ())
        .map_err(while_doing("write down that an earlier run is over"))
}

/// The views that a plan replaces, alters or drops. A plan that cannot be read may replace anything.
fn replaced(field: &Field, plan: &str) -> BTreeSet<ObjectName> {
    let plan = file::read(plan).ok();
    let touched = |of: &ObjectName| {
        plan.as_ref().is_none_or(|plan| {
            let mut changes = plan.changes.iter();
            changes.any(|change| change.object == *of && change.action != Action::Keep)
        })
    };
    let views = field.views.iter().filter(|(_, view)| touched(&view.of));
    views.map(|(name, _)| name.clone()).collect()
}

fn record(failed: &FailedRefresh) -> StepRecord {
    StepRecord {
        step: failed.step,
        kind: StepKind::Refresh,
        title: title(&failed.name, failed.mode),
        object: Some(failed.name.clone()),
        state: StepState::Failed,
        ms: failed.ms,
        error: Some(failed.error.to_string()),
        detail: None,
    }
}

/// What people read of a refresh.
fn title(name: &ObjectName, mode: Mode) -> String {
    match mode {
        Mode::Concurrently => format!("refresh {name} concurrently"),
        Mode::Plain | Mode::Fill => format!("refresh {name}"),
    }
}

fn silent() -> EngineError {
    EngineError::new(ErrorKind::Connection, "the target does not answer")
}

fn new_run<'a>(order: RefreshOrder<'a>, summary: &'a str) -> NewRun<'a> {
    NewRun {
        run: order.run,
        kind: RunKind::Refresh,
        project: order.project,
        who: &order.options.who,
        host: &order.options.host,
        tool: &order.options.tool,
        summary,
        plan: order.text,
    }
}
