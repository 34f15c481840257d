//! Has the views refreshed, as many at once as there may be sessions, and tells what happens.
//!
//! **What comes next is asked of the schedule;** a failure keeps back who reads the view, and nobody else.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use dormer_core::engine::capabilities::Sessions;
use dormer_core::engine::refresh::Moment;
use dormer_core::engine::step::{StepId, StepKind};
use dormer_core::engine::{EngineError, Session};
use dormer_core::model::name::ObjectName;
use dormer_core::plan::refresh::{Ending, Schedule, Skipped, Start, Unstarted};
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until};

use super::worker::{End, Worker};
use super::{FailedRefresh, RefreshEnded, RefreshedView, Refreshing, title};
use crate::event::{Event, Listener, StepEnd, Timestamp, What};
use crate::interrupt::{Interrupt, Urgency};
use crate::outcome::Blocked;
use crate::patience::millis;
use crate::walk::{GRACE, LAST_GRACE, PROGRESS, until};
use crate::worker::broken;

/// What reaches a walk from outside.
pub(super) struct Signals<'s> {
    pub(super) interrupt: &'s Interrupt,
    pub(super) lost: oneshot::Receiver<EngineError>,
    pub(super) news: mpsc::UnboundedReceiver<What>,
}

/// What came of it.
#[derive(Debug)]
pub(super) struct Walked {
    pub(super) ended: RefreshEnded,
    pub(super) refreshed: Vec<RefreshedView>,
    pub(super) failed: Vec<FailedRefresh>,
    pub(super) blocked: Vec<Blocked>,
    pub(super) skipped: Vec<Skipped>,
    pub(super) unstarted: Vec<(ObjectName, Unstarted)>,
}

struct Stop {
    ended: RefreshEnded,
    cancel_at: Instant,
    give_up_at: Option<Instant>,
}

struct Report {
    start: Start,
    session: Option<Box<dyn Session>>,
    end: End,
}

/// The walk over all views of a run.
pub(super) struct Walk<'r, 'a> {
    run: &'r Refreshing<'a>,
    listener: &'r mut dyn Listener,
    schedule: Schedule,
    held: watch::Receiver<BTreeSet<ObjectName>>,
    jobs: FuturesUnordered<BoxFuture<'r, Report>>,
    under_way: BTreeMap<u32, (Start, Instant)>,
    idle: Vec<Box<dyn Session>>,
    /// How many sessions may work at once.
    most: usize,
    began: Instant,
    stop: Option<Stop>,
    walked: Walked,
}

impl<'r, 'a: 'r> Walk<'r, 'a> {
    pub(super) fn new(
        run: &'r Refreshing<'a>,
        listener: &'r mut dyn Listener,
        mut held: watch::Receiver<BTreeSet<ObjectName>>,
    ) -> Self {
        let order = run.order;
        let mut schedule = Schedule::new(order.field, order.judgement, order.limits);
        schedule.hold(held.borrow_and_update().clone());
        Self {
            run,
            listener,
            schedule,
            held,
            jobs: FuturesUnordered::new(),
            under_way: BTreeMap::new(),
            idle: Vec::new(),
            most: match run.connect.sessions() {
                Sessions::Many => usize::try_from(order.options.jobs)
                    .unwrap_or(usize::MAX)
                    .max(1),
                Sessions::One => 1,
            },
            began: Instant::now(),
            stop: None,
            walked: Walked {
                ended: RefreshEnded::Done,
                refreshed: Vec::new(),
                failed: Vec::new(),
                blocked: Vec::new(),
                skipped: Vec::new(),
                unstarted: Vec::new(),
            },
        }
    }

    pub(super) fn tell(&mut self, what: What) {
        self.listener.event(&Event {
            ts: Timestamp::now(),
            run: self.run.order.run.clone(),
            what,
        });
    }

    /// Refreshes all that can be.
    pub(super) async fn go(mut self, mut signals: Signals<'_>) -> Walked {
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
                    // Without its session nobody knows whose the lease is; the target is gone, though.
                    let ended = if broken(&error) {
                        RefreshEnded::Unreachable(error)
                    } else {
                        RefreshEnded::LeaseLost(error)
                    };
                    self.stop(ended, Urgency::Now);
                }
                () = signals.interrupt.reached(next_urgency), if urgency < Urgency::Now => {
                    urgency = next_urgency;
                    self.stop(RefreshEnded::Interrupted, urgency);
                }
                Ok(()) = self.held.changed() => {
                    let held = self.held.borrow_and_update().clone();
                    self.schedule.hold(held);
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

    /// The moment, by the target's clock as far as it is known here.
    fn now(&self) -> Moment {
        let judged = self.run.order.judgement.now;
        judged.after(millis(self.began.elapsed()).0)
    }

    fn begin(&mut self) {
        if self.stop.is_some() {
            return;
        }
        let free = self.most.saturating_sub(self.jobs.len());
        for start in self.schedule.next(self.now(), free) {
            let order = self.run.order;
            let verdict = order.judgement.verdicts.get(&start.name);
            let mode = verdict.map(|verdict| verdict.choice.mode);
            let name = &start.name;
            self.tell(What::StepStarted {
                step: StepId(start.number),
                kind: StepKind::Refresh,
                title: mode.map_or_else(|| name.to_string(), |mode| title(name, mode)),
                object: Some(name.clone()),
                forecast_ms: Some(start.expected),
            });
            self.under_way
                .insert(start.number, (start.clone(), Instant::now()));
            let mut worker = Worker {
                run: self.run,
                number: start.number,
                session: self.idle.pop(),
            };
            self.jobs.push(Box::pin(async move {
                let end = worker.refresh(&start).await;
                Report {
                    start,
                    session: worker.session,
                    end,
                }
            }));
        }
    }

    fn settle(&mut self, report: Report) {
        self.idle.extend(report.session);
        let since = self.under_way.remove(&report.start.number);
        let elapsed = since.map_or(Duration::ZERO, |(_, since)| since.elapsed());
        let name = report.start.name.clone();
        match report.end {
            End::Done(mode, took) => {
                let took = if took.is_zero() { elapsed } else { took };
                self.walked.refreshed.push(RefreshedView {
                    name: name.clone(),
                    mode,
                    ms: millis(took),
                });
                self.finished(&report.start, took, (StepEnd::Done, None));
                self.ended(&name, Ending::Done, "");
            }
            End::Failed(mode, error) => {
                let reason = error.to_string();
                self.walked.failed.push(FailedRefresh {
                    step: StepId(report.start.number),
                    name: name.clone(),
                    mode,
                    ms: millis(elapsed),
                    error,
                });
                self.finished(&report.start, elapsed, (StepEnd::Failed, Some(reason)));
                self.ended(&name, Ending::Failed, "failed");
            }
            End::Blocked(blocked) => {
                let reason = Some(blocked.reason.clone());
                self.finished(&report.start, elapsed, (StepEnd::Blocked, reason));
                self.walked.blocked.push(*blocked);
                self.ended(&name, Ending::LeftOut, "could not have its lock");
            }
            End::NoSession(error) => {
                let others = self.jobs.len() + self.idle.len();
                self.schedule.give_back(&name);
                if others == 0 {
                    self.stopped(&report.start, elapsed);
                    self.stop(RefreshEnded::Unreachable(error), Urgency::Soon);
                } else {
                    // The target takes no more of them: those that there are do it.
                    self.most = others;
                }
            }
            End::Stopped => {
                self.stopped(&report.start, elapsed);
                self.schedule.give_back(&name);
            }
            End::LeaseLost(error) => {
                self.stopped(&report.start, elapsed);
                self.schedule.give_back(&name);
                self.stop(RefreshEnded::LeaseLost(error), Urgency::Now);
            }
            End::Unreachable(error) => {
                self.stopped(&report.start, elapsed);
                self.schedule.give_back(&name);
                self.stop(RefreshEnded::Unreachable(error), Urgency::Soon);
            }
        }
    }

    /// Tells the schedule, and those who are skipped for it.
    fn ended(&mut self, name: &ObjectName, ending: Ending, how: &str) {
        for skipped in self.schedule.finished(name, ending) {
            self.tell(What::ObjectSkipped {
                object: skipped.name.clone(),
                because: Some(name.clone()),
                reason: format!("parent stale: {name} {how}"),
            });
            self.walked.skipped.push(skipped);
        }
    }

    fn stopped(&mut self, start: &Start, elapsed: Duration) {
        self.finished(start, elapsed, (StepEnd::Stopped, None));
    }

    /// Lets nothing new begin. The first cause is the one that is told, but for a lost lease.
    fn stop(&mut self, ended: RefreshEnded, urgency: Urgency) {
        let now = Instant::now();
        let (cancel_at, give_up_at) = match urgency {
            Urgency::None | Urgency::Soon => (now + GRACE, None),
            Urgency::Now => (now, Some(now + LAST_GRACE)),
        };
        self.schedule.stop();
        if self.stop.is_none() {
            self.run.halt.raise();
            self.tell(What::RunStopping {
                reason: match &ended {
                    RefreshEnded::LeaseLost(error) => format!("the lease is lost: {error}"),
                    RefreshEnded::Unreachable(error) => {
                        format!("the target is not reached: {error}")
                    }
                    _ => "interrupted".to_owned(),
                },
            });
        }
        let stop = self.stop.get_or_insert(Stop {
            ended: ended.clone(),
            cancel_at,
            give_up_at,
        });
        if matches!(ended, RefreshEnded::LeaseLost(_))
            && !matches!(stop.ended, RefreshEnded::Unreachable(_))
        {
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
        let running = self
            .under_way
            .values()
            .map(|(start, since)| What::StepProgress {
                step: StepId(start.number),
                object: Some(start.name.clone()),
                ms: millis(since.elapsed()),
                forecast_ms: Some(start.expected),
            });
        for what in running.collect::<Vec<_>>() {
            self.tell(what);
        }
    }

    fn finished(&mut self, start: &Start, took: Duration, how: (StepEnd, Option<String>)) {
        let (outcome, reason) = how;
        self.tell(What::StepFinished {
            step: StepId(start.number),
            object: Some(start.name.clone()),
            ms: millis(took),
            outcome,
            reason,
        });
    }

    fn end(mut self) -> Walked {
        let skipped: BTreeSet<&ObjectName> = self
            .walked
            .skipped
            .iter()
            .map(|skipped| &skipped.name)
            .collect();
        let mut unstarted = self.schedule.unstarted();
        unstarted.retain(|(name, _)| !skipped.contains(name));
        self.walked.unstarted = unstarted;
        self.walked.skipped.sort();
        self.walked.ended = match self.stop.map(|stop| stop.ended) {
            Some(ended) => ended,
            None if !self.walked.blocked.is_empty() => RefreshEnded::Blocked,
            None if !self.walked.failed.is_empty() => RefreshEnded::Partial,
            None => RefreshEnded::Done,
        };
        self.walked
    }
}
