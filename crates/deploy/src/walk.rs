//! Has the steps done, as many at once as there may be sessions, and tells what happens.
//!
//! **A failure stops what stands on it and nothing else.** Whoever interrupts, or a lost lease, keeps
//! everything new from beginning; what is under way gets time to end, is cancelled, and is given up
//! last.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use dormer_core::engine::capabilities::Sessions;
use dormer_core::engine::step::StepId;
use dormer_core::engine::{EngineError, Session};
use dormer_core::model::name::ObjectName;
use dormer_core::plan::PlannedStep;
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until};

use crate::event::{Event, Listener, StepEnd, Timestamp, What};
use crate::interrupt::{Interrupt, Urgency};
use crate::outcome::{Blocked, Ended, FailedAudit, FailedStep, SkippedObject, StaleObject};
use crate::patience::millis;
use crate::run::Run;
use crate::schedule::{Schedule, Stand};
use crate::worker::{End, Worker};

pub(crate) const PROGRESS: Duration = Duration::from_secs(1);
/// What was interrupted may end by itself for so long.
pub(crate) const GRACE: Duration = Duration::from_secs(5);
/// Cancelled statements may answer for so long when everything shall end at once.
pub(crate) const LAST_GRACE: Duration = Duration::from_secs(1);

/// What reaches a walk from outside.
pub(crate) struct Signals<'s> {
    pub(crate) interrupt: &'s Interrupt,
    pub(crate) lost: oneshot::Receiver<EngineError>,
    pub(crate) news: mpsc::UnboundedReceiver<What>,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Walked {
    pub(crate) ended: Ended,
    pub(crate) stands: BTreeMap<StepId, Stand>,
    pub(crate) failed: Vec<FailedStep>,
    pub(crate) audits: Vec<FailedAudit>,
    pub(crate) blocked: Vec<Blocked>,
    pub(crate) skipped: Vec<SkippedObject>,
}

struct Stop {
    ended: Ended,
    cancel_at: Instant,
    give_up_at: Option<Instant>,
}

struct Report<'p> {
    number: u32,
    session: Option<Box<dyn Session>>,
    steps: Vec<&'p PlannedStep>,
    end: End,
}

struct Job<'p> {
    first: &'p PlannedStep,
    since: Instant,
}

/// The walk over all steps of a run.
pub(crate) struct Walk<'r, 'a> {
    run: &'r Run<'a>,
    listener: &'r mut dyn Listener,
    schedule: Schedule<'r, 'r>,
    jobs: FuturesUnordered<BoxFuture<'r, Report<'r>>>,
    under_way: BTreeMap<u32, Job<'r>>,
    idle: Vec<Box<dyn Session>>,
    /// How many sessions may work at once.
    most: usize,
    stop: Option<Stop>,
    next_number: u32,
    failed: Vec<FailedStep>,
    audits: Vec<FailedAudit>,
    blocked: Vec<Blocked>,
    stale: Vec<StaleObject>,
    skipped: BTreeMap<(StepId, Option<ObjectName>), Vec<StepId>>,
    told: BTreeSet<ObjectName>,
}

impl<'r, 'a: 'r> Walk<'r, 'a> {
    pub(crate) fn new(
        run: &'r Run<'a>,
        listener: &'r mut dyn Listener,
        done: &BTreeSet<StepId>,
    ) -> Self {
        Self {
            run,
            listener,
            schedule: Schedule::new(run.web, done),
            jobs: FuturesUnordered::new(),
            under_way: BTreeMap::new(),
            idle: Vec::new(),
            most: match run.connect.sessions() {
                Sessions::Many => usize::try_from(run.options.jobs)
                    .unwrap_or(usize::MAX)
                    .max(1),
                Sessions::One => 1,
            },
            stop: None,
            next_number: 1,
            failed: Vec::new(),
            audits: Vec::new(),
            blocked: Vec::new(),
            stale: Vec::new(),
            skipped: BTreeMap::new(),
            told: BTreeSet::new(),
        }
    }

    pub(crate) fn tell(&mut self, what: What) {
        self.listener.event(&Event {
            ts: Timestamp::now(),
            run: self.run.plan.run.clone(),
            what,
        });
    }

    /// Goes over all steps that can be done.
    pub(crate) async fn go(mut self, mut signals: Signals<'_>) -> Walked {
        let mut tick = Instant::now() + PROGRESS;
        let mut urgency = Urgency::None;
        let mut lease = true;
        loop {
            self.begin();
            if self.jobs.is_empty() {
                break;
            }
            let next_urgency = match urgency {
                Urgency::None => Urgency::Soon,
                Urgency::Soon | Urgency::Now => Urgency::Now,
            };
            let cancel_at = self.stop.as_ref().map(|stop| stop.cancel_at);
            let give_up_at = self.stop.as_ref().and_then(|stop| stop.give_up_at);
            tokio::select! {
                biased;
                Some(what) = signals.news.recv() => self.tell(what),
                Some(report) = self.jobs.next() => self.settle(report),
                Ok(error) = &mut signals.lost, if lease => {
                    lease = false;
                    self.stop(Ended::LeaseLost(error), Urgency::Now);
                }
                () = signals.interrupt.reached(next_urgency), if urgency < Urgency::Now => {
                    urgency = next_urgency;
                    self.stop(Ended::Interrupted, urgency);
                }
                () = until(cancel_at) => self.cancel().await,
                () = until(give_up_at) => break,
                () = sleep_until(tick) => {
                    tick = Instant::now() + PROGRESS;
                    self.progress();
                }
            }
        }
        while let Ok(what) = signals.news.try_recv() {
            self.tell(what);
        }
        self.end()
    }

    fn begin(&mut self) {
        while self.stop.is_none() && self.jobs.len() < self.most && self.schedule.has_ready() {
            let steps = self.schedule.take(self.most - self.jobs.len());
            let Some(first) = steps.first().copied() else {
                return;
            };
            for step in &steps {
                self.tell(What::StepStarted {
                    step: step.step.id,
                    kind: step.step.kind,
                    title: step.step.title.clone(),
                    object: step.step.object.clone(),
                    forecast_ms: step.forecast,
                });
            }
            let number = self.next_number;
            self.next_number = self.next_number.wrapping_add(1);
            let since = Instant::now();
            self.under_way.insert(number, Job { first, since });
            let mut worker = Worker {
                run: self.run,
                number,
                session: self.idle.pop(),
                repeat: None,
            };
            self.jobs.push(Box::pin(async move {
                let end = worker.work(&steps).await;
                Report {
                    number,
                    session: worker.session,
                    steps,
                    end,
                }
            }));
        }
    }

    fn settle(&mut self, report: Report<'r>) {
        self.idle.extend(report.session);
        let job = self.under_way.remove(&report.number);
        let elapsed = job.map_or(Duration::ZERO, |job| job.since.elapsed());
        let ids: Vec<StepId> = report.steps.iter().map(|step| step.step.id).collect();
        match report.end {
            End::Done(took) => {
                self.schedule.done(&ids, elapsed);
                let took = if took.is_zero() { elapsed } else { took };
                let each = took / u32::try_from(ids.len()).unwrap_or(1).max(1);
                for step in report.steps {
                    self.finished(step, each, (StepEnd::Done, None));
                }
            }
            End::Parted(why, guilty) => self.schedule.part(&ids, why, guilty),
            End::Failed { at, error } => {
                let statement = self
                    .run
                    .web
                    .get(at)
                    .and_then(|step| failed_statement(step, &error));
                let reason = error.to_string();
                for step in report.steps {
                    self.failed.push(FailedStep {
                        step: at,
                        title: self.title(at),
                        object: self.object(at),
                        error: error.clone(),
                        statement: statement.clone(),
                    });
                    self.finished(step, elapsed, (StepEnd::Failed, Some(reason.clone())));
                    self.skip(step.step.id, at);
                }
            }
            End::Row { at, row } => {
                self.audits.push(FailedAudit {
                    step: at,
                    title: self.title(at),
                    object: self.object(at),
                    row: row.clone(),
                });
                for step in report.steps {
                    let reason = format!("a row was returned: {row}");
                    self.finished(step, elapsed, (StepEnd::AuditFailed, Some(reason)));
                    self.skip(step.step.id, at);
                }
                // It may have been done well before the shadow was filled again.
                self.schedule.leave(at, Stand::Failed);
            }
            End::Blocked(blocked) => {
                for step in report.steps {
                    self.schedule.leave(step.step.id, Stand::Blocked);
                    self.finished(
                        step,
                        elapsed,
                        (StepEnd::Blocked, Some(blocked.reason.clone())),
                    );
                }
                self.blocked.push(*blocked);
            }
            End::Stale(stale) => {
                let said = stale.first();
                let reason = said.map(|stale| format!("{}: {}", stale.object, stale.difference));
                for step in report.steps {
                    self.schedule.leave(step.step.id, Stand::Stopped);
                    self.finished(step, elapsed, (StepEnd::Stopped, reason.clone()));
                }
                self.stale.extend(stale);
            }
            End::NoSession(error) => {
                let others = self.jobs.len() + self.idle.len();
                if others == 0 {
                    self.stopped(report.steps, elapsed);
                    self.stop(Ended::Unreachable(error), Urgency::Soon);
                } else {
                    // The target takes no more of them: those that there are do it.
                    self.most = others;
                    self.schedule.give_back(&ids);
                }
            }
            End::Stopped => self.stopped(report.steps, elapsed),
            End::LeaseLost(error) => {
                self.stopped(report.steps, elapsed);
                self.stop(Ended::LeaseLost(error), Urgency::Now);
            }
            End::Unreachable(error) => {
                self.stopped(report.steps, elapsed);
                self.stop(Ended::Unreachable(error), Urgency::Soon);
            }
        }
    }

    fn stopped(&mut self, steps: Vec<&PlannedStep>, elapsed: Duration) {
        for step in steps {
            self.schedule.leave(step.step.id, Stand::Stopped);
            self.finished(step, elapsed, (StepEnd::Stopped, None));
        }
    }

    /// Skips what needs a failed step; the fault may be with one that was done again for it.
    fn skip(&mut self, failed: StepId, fault: StepId) {
        let because = self.object(fault);
        let title = self.title(fault);
        let skipped = self.schedule.fail(failed, fault);
        for id in skipped {
            for object in self.run.about(id) {
                if Some(&object) == because.as_ref() {
                    continue;
                }
                let key = (fault, Some(object.clone()));
                self.skipped.entry(key).or_default().push(id);
                if self.told.insert(object.clone()) {
                    self.tell(What::ObjectSkipped {
                        object,
                        because: because.clone(),
                        reason: format!("step {fault} failed: {title}"),
                    });
                }
            }
        }
    }

    /// Lets nothing new begin. The first cause is the one that is told, but for a lost lease.
    fn stop(&mut self, ended: Ended, urgency: Urgency) {
        let now = Instant::now();
        let (cancel_at, give_up_at) = match urgency {
            Urgency::None | Urgency::Soon => (now + GRACE, None),
            Urgency::Now => (now, Some(now + LAST_GRACE)),
        };
        if self.stop.is_none() {
            self.run.halt.raise();
            self.tell(What::RunStopping {
                reason: match &ended {
                    Ended::LeaseLost(error) => format!("the lease is lost: {error}"),
                    Ended::Unreachable(error) => format!("the target is not reached: {error}"),
                    _ => "interrupted".to_owned(),
                },
            });
        }
        let stop = self.stop.get_or_insert(Stop {
            ended: ended.clone(),
            cancel_at,
            give_up_at,
        });
        if matches!(ended, Ended::LeaseLost(_)) {
            stop.ended = ended;
        }
        stop.cancel_at = stop.cancel_at.min(cancel_at);
        stop.give_up_at = stop.give_up_at.or(give_up_at);
    }

    async fn cancel(&mut self) {
        let Some(stop) = &mut self.stop else {
            return;
        };
        stop.cancel_at = Instant::now() + LAST_GRACE;
        let urgency = stop.give_up_at.map_or(Urgency::Soon, |_| Urgency::Now);
        self.run.running.cancel(urgency).await;
    }

    fn progress(&mut self) {
        let running = self.under_way.values().map(|job| What::StepProgress {
            step: job.first.step.id,
            object: job.first.step.object.clone(),
            ms: millis(job.since.elapsed()),
            forecast_ms: job.first.forecast,
        });
        for what in running.collect::<Vec<_>>() {
            self.tell(what);
        }
    }

    fn finished(&mut self, step: &PlannedStep, took: Duration, how: (StepEnd, Option<String>)) {
        let (outcome, reason) = how;
        self.tell(What::StepFinished {
            step: step.step.id,
            object: step.step.object.clone(),
            ms: millis(took),
            outcome,
            reason,
        });
    }

    fn title(&self, id: StepId) -> String {
        let step = self.run.web.get(id);
        step.map(|step| step.step.title.clone()).unwrap_or_default()
    }

    fn object(&self, id: StepId) -> Option<ObjectName> {
        self.run
            .web
            .get(id)
            .and_then(|step| step.step.object.clone())
    }

    fn end(mut self) -> Walked {
        self.stale.sort();
        self.stale.dedup();
        let left = self.stop.map(|stop| stop.ended);
        let all_done = self
            .schedule
            .stands()
            .all(|(_, stand)| stand == Stand::Done);
        let ended = match left {
            Some(ended) => ended,
            None if all_done => Ended::Done,
            None if !self.stale.is_empty() => Ended::Stale(self.stale),
            None if !self.blocked.is_empty() => Ended::Blocked,
            None => Ended::Partial,
        };
        let web = self.run.web;
        let skipped = self.skipped.into_iter().map(|((because, object), steps)| {
            let failed = web.get(because);
            SkippedObject {
                object,
                steps,
                because,
                because_of: failed.and_then(|step| step.step.object.clone()),
            }
        });
        Walked {
            ended,
            stands: self.schedule.stands().collect(),
            failed: self.failed,
            audits: self.audits,
            blocked: self.blocked,
            skipped: skipped.collect(),
        }
    }
}

/// The statement that failed, where it is known which.
fn failed_statement(step: &PlannedStep, error: &EngineError) -> Option<String> {
    let number = match (error.statement, step.statements.len()) {
        (Some(number), _) => number,
        (None, 1) => 0,
        (None, _) => return None,
    };
    let statement = step.statements.get(number)?;
    Some(statement.sql.clone())
}

/// Until then, or for ever.
pub(crate) async fn until(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}
