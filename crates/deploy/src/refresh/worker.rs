//! One session that refreshes one view after the other.
//!
//! - **Readers come first:** a plain refresh asks for its lock for no longer than a cutover does, steps aside,
//!   and tries again; where readers can go on, the next try is concurrent.
//! - Pulses are taken before the refresh begins: those that were seen when it was judged, or others where
//!   these are older than a second.
//! - **A lost connection is no answer:** the journal is asked whether it was committed.

use std::time::Duration;

use dormer_core::engine::journal::{Record, StepRecord, StepState};
use dormer_core::engine::refresh::{Before, Mode, RefreshNote};
use dormer_core::engine::session::{Limits, LockHolder, Work, Worked};
use dormer_core::engine::step::{Deed, Millis, Physical, Readers, Statement, StepId, StepKind};
use dormer_core::engine::{EngineError, ErrorKind, Session};
use dormer_core::model::name::ObjectName;
use dormer_core::model::observed::relation::RelationKind;
use dormer_core::plan::refresh::{Start, Verdict, View};
use tokio::time::Instant;

use super::{Refreshing, title};
use crate::connect::Purpose;
use crate::crash;
use crate::event::What;
use crate::interrupt::Urgency;
use crate::options::OnLock;
use crate::outcome::Blocked;
use crate::patience::{described, millis, pause_after};
use crate::worker::{LONGEST_CUTOVER_LOCK, broken};

/// Pulses that were seen so lately need not be seen again.
const YOUNG: Duration = Duration::from_secs(1);

/// How a refresh ended.
#[derive(Debug)]
pub(super) enum End {
    Done(Mode, Duration),
    Failed(Mode, EngineError),
    Blocked(Box<Blocked>),
    /// There was no session to begin with.
    NoSession(EngineError),
    Stopped,
    LeaseLost(EngineError),
    Unreachable(EngineError),
}

/// A session, as far as it is open, and the view that it refreshes.
pub(super) struct Worker<'r, 'a> {
    pub(super) run: &'r Refreshing<'a>,
    pub(super) number: u32,
    pub(super) session: Option<Box<dyn Session>>,
}

/// The view at hand.
struct Task<'r> {
    start: &'r Start,
    view: &'r View,
    verdict: &'r Verdict,
    mode: Mode,
    tries: u32,
    lost: bool,
}

impl Task<'_> {
    fn step(&self) -> StepId {
        StepId(self.start.number)
    }

    fn title(&self) -> String {
        title(&self.start.name, self.mode)
    }
}

impl Worker<'_, '_> {
    /// Refreshes one view, as long as it takes.
    pub(super) async fn refresh(&mut self, start: &Start) -> End {
        let order = self.run.order;
        let known = order.field.views.get(&start.name);
        let known = known.zip(order.judgement.verdicts.get(&start.name));
        let Some((view, verdict)) = known else {
            return End::Stopped;
        };
        if self.session.is_none()
            && let Err(error) = self.session().await
        {
            return End::NoSession(error);
        }
        let mut task = Task {
            start,
            view,
            verdict,
            mode: verdict.choice.mode,
            tries: 0,
            lost: false,
        };
        loop {
            if self.run.halt.raised() {
                return End::Stopped;
            }
            let since = Instant::now();
            match self.attempt(&task).await {
                Ok(took) => return End::Done(task.mode, took),
                Err(error) => {
                    if let Some(end) = self.trouble(&mut task, error, since.elapsed()).await {
                        return end;
                    }
                }
            }
        }
    }

    async fn attempt(&mut self, task: &Task<'_>) -> Result<Duration, EngineError> {
        let run = self.run;
        let before = self.before(task.view).await?;
        let statements = lowered(run, task)?;
        let record = Record::Refreshed(Box::new(RefreshNote {
            name: task.view.of.clone(),
            generation: task.view.generation.clone(),
            physical: task.start.name.clone(),
            mode: task.mode,
            before: Some(before),
            parents: task.view.parents.iter().cloned().collect(),
            failed: None,
        }));
        let options = run.order.options;
        let lock = match task.mode {
            Mode::Concurrently => options.lock_timeout,
            // Readers queue behind whoever waits for this lock.
            Mode::Plain | Mode::Fill => options
                .lock_timeout
                .min(options.cutover_timeout)
                .min(LONGEST_CUTOVER_LOCK),
        };
        let work = Work {
            token: &run.token,
            statements: statements.iter().collect(),
            records: vec![&record],
            steps: vec![StepRecord {
                step: task.step(),
                kind: StepKind::Refresh,
                title: task.title(),
                object: Some(task.start.name.clone()),
                state: StepState::Done,
                // The session knows, and writes it down.
                ms: Millis(0),
                error: None,
                detail: None,
            }],
            limits: Limits {
                lock: Some(lock),
                statement: options.statement_timeout,
                whole: None,
            },
        };
        crash::point();
        let number = self.number;
        let session = self.session().await?;
        run.running
            .begin(number, StepKind::Refresh, session.canceller());
        let worked = session.execute(&work).await;
        run.running.end(number);
        crash::point();
        worked.map(|worked| match worked {
            Worked::Done { took } => took,
            Worked::Row { .. } => Duration::ZERO,
        })
    }

    /// The pulses of what a view reads, as they were before now.
    async fn before(&mut self, view: &View) -> Result<Before, EngineError> {
        let order = self.run.order;
        let young = order.seen.elapsed() < YOUNG;
        let pulses = if young || view.grounds.is_empty() {
            let seen = view.grounds.iter().filter_map(|name| {
                let pulse = order.pulses.get(name)?;
                Some((name.clone(), pulse.clone()))
            });
            seen.collect()
        } else {
            self.session().await?.pulses(&view.grounds).await?
        };
        Ok(Before {
            epoch: order.refreshes.epoch.clone(),
            pulses,
        })
    }

    /// What an error means; none when it shall be tried again.
    async fn trouble(
        &mut self,
        task: &mut Task<'_>,
        error: EngineError,
        took: Duration,
    ) -> Option<End> {
        match error.kind {
            ErrorKind::LeaseLost => Some(End::LeaseLost(error)),
            _ if broken(&error) => self.lost(task, error).await,
            ErrorKind::Cancelled if self.run.halt.raised() => Some(End::Stopped),
            ErrorKind::LockTimeout | ErrorKind::Conflict => self.wait(task, error).await,
            _ => {
                self.note_failure(task, &error, took).await;
                Some(End::Failed(task.mode, error))
            }
        }
    }

    /// The connection is lost: perhaps it was committed all the same.
    async fn lost(&mut self, task: &mut Task<'_>, error: EngineError) -> Option<End> {
        self.session = None;
        if task.lost {
            return Some(End::Unreachable(error));
        }
        task.lost = true;
        let id = self.run.order.run;
        let asked = match self.session().await {
            Ok(session) => session.run(id.as_str()).await,
            Err(_) => return Some(End::Unreachable(error)),
        };
        let Ok(details) = asked else {
            return Some(End::Unreachable(error));
        };
        let mut details = details.iter().filter(|detail| detail.run.run == *id);
        let done = details.any(|detail| {
            let step = detail.steps.get(&task.step());
            step.is_some_and(|step| step.state == StepState::Done)
        });
        if done {
            return Some(End::Done(task.mode, Duration::ZERO));
        }
        self.tell_waiting(task, format!("tried again: {error}"), None);
        None
    }

    /// Steps aside; returns an end when it was to no avail.
    async fn wait(&mut self, task: &mut Task<'_>, error: EngineError) -> Option<End> {
        task.tries = task.tries.saturating_add(1);
        let holders = self.holders(&task.start.name).await;
        let options = self.run.order.options;
        let over = match options.on_lock {
            OnLock::Fail => true,
            OnLock::Retry => task.tries >= options.tries,
            OnLock::Wait => false,
        };
        if over {
            return Some(End::Blocked(Box::new(Blocked {
                step: task.step(),
                title: task.title(),
                object: Some(task.start.name.clone()),
                tries: task.tries,
                holders,
                reason: error.to_string(),
                error: Some(error),
            })));
        }
        let mut reason = error.to_string();
        if task.mode == Mode::Plain
            && task.verdict.choice.possible
            && error.kind == ErrorKind::LockTimeout
        {
            task.mode = Mode::Concurrently;
            reason.push_str("; tried again while readers go on");
        }
        self.tell_waiting(task, reason, described(&holders));
        let pause = pause_after(task.tries);
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = self.run.halt.reached(Urgency::Soon) => {}
        }
        None
    }

    fn tell_waiting(&self, task: &Task<'_>, reason: String, waiting_for: Option<String>) {
        // Nobody listens any more when the run has been given up.
        let _told = self.run.news.send(What::StepWaiting {
            step: task.step(),
            object: Some(task.start.name.clone()),
            reason,
            waiting_for,
            tries: task.tries,
        });
    }

    /// Who holds a lock on a view; nobody where that cannot be seen.
    async fn holders(&mut self, name: &ObjectName) -> Vec<LockHolder> {
        let Ok(session) = self.session().await else {
            return Vec::new();
        };
        let holders = session.locks(&[name.clone()].into()).await;
        let mut holders = holders.unwrap_or_default();
        holders.retain(|holder| holder.granted);
        holders
    }

    /// Has the journal remember a failure. Where it cannot, the run tells of it all the same.
    async fn note_failure(&mut self, task: &Task<'_>, error: &EngineError, took: Duration) {
        let record = Record::Refreshed(Box::new(RefreshNote {
            name: task.view.of.clone(),
            generation: task.view.generation.clone(),
            physical: task.start.name.clone(),
            mode: task.mode,
            before: None,
            parents: Vec::new(),
            failed: Some((error.to_string(), millis(took))),
        }));
        let work = Work {
            token: &self.run.token,
            statements: Vec::new(),
            records: vec![&record],
            steps: Vec::new(),
            limits: Limits::default(),
        };
        if let Ok(session) = self.session().await {
            let _noted = session.execute(&work).await;
        }
    }

    /// The session, opened where there is none.
    async fn session(&mut self) -> Result<&mut dyn Session, EngineError> {
        let session = match self.session.take() {
            Some(session) => session,
            None => {
                let name = format!("{} refresh", self.run.order.run);
                self.run.connect.open(Purpose::Work, &name).await?
            }
        };
        Ok(self.session.insert(session).as_mut())
    }
}

/// The statements of a refresh.
fn lowered(run: &Refreshing<'_>, task: &Task<'_>) -> Result<Vec<Statement>, EngineError> {
    let deed = Deed::Refresh {
        relation: Physical {
            name: task.start.name.clone(),
            kind: RelationKind::MaterializedView,
        },
        readers: match task.mode {
            Mode::Concurrently => Readers::GoOn,
            Mode::Plain | Mode::Fill => Readers::Wait,
        },
    };
    let lowered = run.order.engine.lower(&deed);
    lowered.map_err(|cannot| EngineError::new(ErrorKind::Unsupported, cannot.message))
}
