//! The frame of a run: lease, a last look at what the plan relies on, journal, steps, end.
//!
//! 1. Nothing to do: nothing is written, not even that there was nothing to do.
//! 2. The lease is held by a session of its own from here to the end, and looked after the whole time.
//! 3. What the plan relies on is compared with what is there; **a stale plan is not begun.**
//! 4. The journal knows of the run before its first step, and how it ended after its last.
//!
//! Rollback and cleanup are plans too, and are executed the same way.

use std::collections::BTreeSet;
use std::time::Duration;

use dormer_core::engine::capabilities::Sessions;
use dormer_core::engine::journal::{RunDetail, RunState, StepState};
use dormer_core::engine::lease::{Lease, LeaseKind, LeaseTaken, Takeover};
use dormer_core::engine::session::{NewRun, RunEnd};
use dormer_core::engine::step::{StepId, StepKind};
use dormer_core::engine::{EngineError, ErrorKind, Session};
use dormer_core::plan::Plan;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout};

use crate::closing::{Told, last_error, nothing, outcome, records, summarize};
use crate::connect::{Connect, Purpose};
use crate::crash;
use crate::event::{Listener, What};
use crate::fresh::{Deeds, Looks};
use crate::ground::Grounds;
use crate::interrupt::{Interrupt, Urgency};
use crate::options::Options;
use crate::outcome::{DeployError, Difference, Ended, Outcome, StaleObject};
use crate::patience::millis;
use crate::prove::Readers;
use crate::refilled::Refills;
use crate::run::{Run, Running};
use crate::walk::{Signals, Walk, Walked};
use crate::web::Web;

/// The session of the lease is asked so often whether it is still there.
const HEARTBEAT: Duration = Duration::from_secs(2);
/// A target that says nothing for so long is not there.
const SILENCE: Duration = Duration::from_secs(10);
/// The end may take so long to be written when everything shall end at once.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// What is locked is looked at again so often.
const LOOKS: u32 = 5;
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// Executes a plan.
///
/// # Errors
///
/// When no step was begun: somebody else works on the target, it changed since the plan was made, or it
/// is not reached.
pub async fn apply(
    order: Order<'_>,
    connect: &dyn Connect,
    listener: &mut dyn Listener,
    interrupt: &Interrupt,
) -> Result<Outcome, DeployError> {
    let since = Instant::now();
    let plan = order.plan;
    if plan.noop() {
        return Ok(nothing(plan));
    }
    if !plan.refused.is_empty() {
        return Err(DeployError::Refused(plan.refused.clone()));
    }
    let web = Web::new(&plan.steps).map_err(|step| DeployError::Unreachable { step })?;
    let mut frame = Frame::take(order, connect).await?;
    let begun = match frame.begin(&web, interrupt).await {
        Ok(begun) => begun,
        Err(error) => {
            // The cause is what matters; a lease that is not given back ends with its session.
            let _given = frame.session.release(&frame.lease).await;
            return Err(error);
        }
    };
    let (sender, news) = mpsc::unbounded_channel();
    let run = Run {
        plan,
        web: &web,
        connect,
        options: order.options,
        token: frame.lease.token,
        grounds: begun.grounds,
        refills: Refills::default(),
        looks: Looks::default(),
        halt: Interrupt::new(),
        running: Running::default(),
        news: sender,
    };
    let mut walk = Walk::new(&run, listener, &begun.done);
    walk.tell(What::RunStarted {
        kind: plan.kind,
        steps: web.len(),
        already_done: begun.done.len(),
    });
    let over = Interrupt::new();
    let (lost_sender, lost) = oneshot::channel();
    let signals = Signals {
        interrupt,
        lost,
        news,
    };
    let walking = async {
        let walked = walk.go(signals).await;
        over.raise();
        if interrupt.urgency() == Urgency::Now {
            over.raise();
        }
        walked
    };
    let reading = async {
        match begun.readers {
            Some(readers) => Some(readers.read(&over).await),
            None => None,
        }
    };
    let beating = async {
        match connect.sessions() {
            Sessions::Many => beat(frame.session.as_mut(), &over, lost_sender).await,
            // The session of the lease is that of the work: what breaks the one shows in the other.
            Sessions::One => {
                over.reached(Urgency::Soon).await;
                drop(lost_sender);
            }
        }
    };
    let (walked, proof, ()) = tokio::join!(walking, reading, beating);
    let unwritten = frame.end(&walked, &web, interrupt).await;
    let told = Told {
        walked,
        proof,
        unwritten,
        took: millis(since.elapsed()),
    };
    Ok(outcome(plan, &web, told))
}

/// What is to be executed, and how.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    pub plan: &'a Plan,
    /// The plan file, for the journal.
    pub text: &'a str,
    pub options: &'a Options,
}

/// The lease, and the session that holds it.
struct Frame<'a> {
    order: Order<'a>,
    connect: &'a dyn Connect,
    session: Box<dyn Session>,
    lease: Lease,
    summary: String,
}

/// What was found out before the first step.
struct Begun<'a> {
    done: BTreeSet<StepId>,
    grounds: Grounds,
    readers: Option<Readers<'a>>,
}

fn while_doing(doing: &'static str) -> impl FnOnce(EngineError) -> DeployError {
    move |source| DeployError::Session { doing, source }
}

impl<'a> Frame<'a> {
    async fn take(order: Order<'a>, connect: &'a dyn Connect) -> Result<Self, DeployError> {
        let name = format!("{} lease", order.plan.run);
        let opened = connect.open(Purpose::Lease, &name).await;
        let mut session = opened.map_err(while_doing("open a session"))?;
        let prepared = session.prepare().await;
        prepared.map_err(while_doing("prepare the journal"))?;
        let options = order.options;
        let takeover = match options.takeover {
            Takeover::Never if options.resume => Takeover::SameRun,
            takeover => takeover,
        };
        let summary = summarize(order.plan.summary);
        let taken = session
            .take(LeaseKind::Deploy, &new_run(order, &summary), takeover)
            .await;
        match taken.map_err(while_doing("take the lease"))? {
            LeaseTaken::Held(lease, _) => {
                crash::point();
                Ok(Self {
                    order,
                    connect,
                    session,
                    lease,
                    summary,
                })
            }
            LeaseTaken::Refused { holder, life } => Err(DeployError::LeaseHeld { holder, life }),
        }
    }

    async fn begin(
        &mut self,
        web: &Web<'_>,
        interrupt: &Interrupt,
    ) -> Result<Begun<'a>, DeployError> {
        let Order { plan, options, .. } = self.order;
        let grounds = Grounds::default();
        let mut done = BTreeSet::new();
        if let Some(earlier) = self.earlier().await? {
            if ended(earlier.run.state) {
                return Err(DeployError::Ended {
                    run: plan.run.clone(),
                    state: earlier.run.state,
                });
            }
            if !options.resume {
                return Err(DeployError::Begun {
                    run: plan.run.clone(),
                    state: earlier.run.state,
                });
            }
            let again = filled_again(web, &earlier);
            let of_plan = earlier.steps.values().filter(|record| {
                record.state == StepState::Done
                    && web.get(record.step).is_some()
                    && !again.contains(&record.step)
            });
            for record in of_plan {
                done.insert(record.step);
                if let Some(detail) = &record.detail {
                    grounds.recall(detail);
                }
            }
        }
        self.verify(&Deeds::of(web, &done)).await?;
        let readers = if options.prove {
            let opened = Readers::open(self.connect, plan).await;
            Some(opened.map_err(while_doing("read as a reader would"))?)
        } else {
            None
        };
        if interrupt.raised() {
            return Err(DeployError::Interrupted);
        }
        let run = new_run(self.order, &self.summary);
        let begun = self.session.begin(&self.lease.token, &run).await;
        begun.map_err(while_doing("write down that the run begins"))?;
        crash::point();
        Ok(Begun {
            done,
            grounds,
            readers,
        })
    }

    /// What the journal knows of this very run.
    async fn earlier(&mut self) -> Result<Option<RunDetail>, DeployError> {
        let id = &self.order.plan.run;
        let runs = self.session.run(id.as_str()).await;
        let runs = runs.map_err(while_doing("read the journal"))?;
        Ok(runs.into_iter().find(|detail| detail.run.run == *id))
    }

    async fn verify(&mut self, deeds: &Deeds) -> Result<(), DeployError> {
        let Some(scope) = deeds.scope(self.order.plan) else {
            return Ok(());
        };
        let mut looks = 0;
        loop {
            looks += 1;
            let observed = self.session.inspect(&scope).await;
            let observed = observed.map_err(while_doing("read the catalog"))?;
            let stale = deeds.differences(self.order.plan, &observed);
            let unseen = |stale: &StaleObject| stale.difference == Difference::Unseen;
            if stale.is_empty() {
                return Ok(());
            }
            if looks >= LOOKS || !stale.iter().all(unseen) {
                return Err(DeployError::Stale(stale));
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Writes down how it ended, and gives the lease back. Returns what went wrong with that.
    async fn end(
        &mut self,
        walked: &Walked,
        web: &Web<'_>,
        interrupt: &Interrupt,
    ) -> Option<EngineError> {
        if matches!(walked.ended, Ended::LeaseLost(_)) {
            return None;
        }
        let error = last_error(walked);
        let records = records(walked, web);
        let ended = RunEnd {
            state: walked.ended.state(),
            error: error.as_deref(),
            steps: &records,
        };
        let words = async {
            crash::point();
            let (token, run) = (&self.lease.token, &self.order.plan.run);
            let ended = self.session.end(token, run, &ended).await;
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

/// Asks the session of the lease whether it is still there, until the run is over.
async fn beat(session: &mut dyn Session, over: &Interrupt, lost: oneshot::Sender<EngineError>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(HEARTBEAT) => {}
            () = over.reached(Urgency::Soon) => return,
        }
        let answer = timeout(SILENCE, session.server()).await;
        if let Some(error) = answer.map_or_else(|_| Some(silent()), Result::err) {
            // Nobody listens when the walk has ended at this moment: then it does not matter.
            let _told = lost.send(error);
            return;
        }
    }
}

/// The fills below audits that failed, and what follows from their rows: whoever tries again mended what
/// the rows come from, and not the rows of a shadow.
fn filled_again(web: &Web<'_>, earlier: &RunDetail) -> BTreeSet<StepId> {
    let kind = |id: StepId| web.get(id).map(|step| step.step.kind);
    let failed = earlier.steps.values().filter(|record| {
        record.state == StepState::Failed && kind(record.step) == Some(StepKind::Audit)
    });
    let below = failed.flat_map(|record| web.upstream(record.step));
    let fills: BTreeSet<StepId> = below
        .filter(|id| kind(*id) == Some(StepKind::Fill))
        .collect();
    let of_rows = |id: &StepId| {
        let kind = kind(*id);
        kind.is_some_and(|kind| {
            matches!(kind, StepKind::Fill | StepKind::Analyze | StepKind::Audit)
        })
    };
    let mut again: BTreeSet<StepId> = web.downstream(fills.iter().copied());
    again.retain(of_rows);
    again.extend(fills);
    again
}

/// Whether a run can never go on.
const fn ended(state: RunState) -> bool {
    match state {
        RunState::Done | RunState::RolledBack | RunState::Abandoned => true,
        RunState::Running | RunState::Partial | RunState::Stopped => false,
    }
}

fn silent() -> EngineError {
    EngineError::new(ErrorKind::Connection, "the target does not answer")
}

fn new_run<'a>(order: Order<'a>, summary: &'a str) -> NewRun<'a> {
    let Order {
        plan,
        text,
        options,
    } = order;
    NewRun {
        run: &plan.run,
        kind: plan.kind,
        project: &plan.project,
        who: &options.who,
        host: &options.host,
        tool: &options.tool,
        summary,
        plan: text,
    }
}
