//! One session that does one piece of work after the other.
//!
//! - **A lost connection is no answer:** the journal is asked whether the work was committed, and only
//!   then is it tried again, once.
//! - Work of several steps is all or nothing; when it fails, its steps part.

use std::time::Duration;

use dormer_core::engine::journal::{StepRecord, StepState};
use dormer_core::engine::session::{Limits, Work, Worked};
use dormer_core::engine::step::{Millis, StepId, StepKind};
use dormer_core::engine::{EngineError, ErrorKind, Session};
use dormer_core::plan::PlannedStep;
use tokio::time::Instant;

use crate::connect::Purpose;
use crate::crash;
use crate::event::What;
use crate::ground::{Grounds, Seen};
use crate::outcome::{Blocked, StaleObject};
use crate::run::Run;
use crate::schedule::Parting;

/// Steps that are thought to be quick may take this long together.
const COMPANY_TIMEOUT: Duration = Duration::from_secs(2);
/// Below the time after which a target looks for deadlocks, so that no reader is ever its victim.
pub(crate) const LONGEST_CUTOVER_LOCK: Duration = Duration::from_millis(900);

/// How a piece of work ended.
#[derive(Debug)]
pub(crate) enum End {
    Done(Duration),
    /// Nothing of it is left; its steps are done again, apart. The one to blame, where it is known.
    Parted(Parting, Option<StepId>),
    /// The step at fault may be one that was done again.
    Failed {
        at: StepId,
        error: EngineError,
    },
    /// An audit returned a row.
    Row {
        at: StepId,
        row: String,
    },
    Blocked(Box<Blocked>),
    /// What it takes the names from is not as the plan relies on.
    Stale(Vec<StaleObject>),
    /// There was no session to begin with.
    NoSession(EngineError),
    /// It was ended before its time.
    Stopped,
    LeaseLost(EngineError),
    Unreachable(EngineError),
}

/// Steps that are done again before a cutover.
#[derive(Debug)]
pub(crate) struct Repeat {
    /// The audit that comes last, and with which the journal learns what was seen.
    pub(crate) last_audit: Option<StepId>,
    pub(crate) seen: Seen,
}

/// A session, as far as it is open.
pub(crate) struct Worker<'r, 'a> {
    pub(crate) run: &'r Run<'a>,
    pub(crate) number: u32,
    pub(crate) session: Option<Box<dyn Session>>,
    pub(crate) repeat: Option<Repeat>,
}

impl<'r> Worker<'r, '_> {
    /// Does steps that were taken together.
    pub(crate) async fn work(&mut self, steps: &[&'r PlannedStep]) -> End {
        if let Some(first) = steps.first() {
            match self.session.as_mut() {
                // For people who look at the target: nothing hangs on it.
                Some(session) => drop(session.announce(&name(self.run, first.step.id)).await),
                None => {
                    if let Err(error) = self.session(first.step.id).await {
                        return End::NoSession(error);
                    }
                }
            }
        }
        match steps {
            [] => End::Done(Duration::ZERO),
            [step] => self.alone(step).await,
            company => self.company(company).await,
        }
    }

    async fn company(&mut self, steps: &[&PlannedStep]) -> End {
        let limits = Limits {
            lock: Some(self.run.options.lock_timeout),
            statement: self.run.options.statement_timeout,
            whole: Some(COMPANY_TIMEOUT),
        };
        let since = Instant::now();
        match self.surely(steps, limits).await {
            Ok(Worked::Done { took }) => End::Done(took),
            Ok(Worked::Row { statement, .. }) => {
                End::Parted(Parting::Failure, owner(steps, statement))
            }
            Err(error) => match self.trouble(StepId(0), error) {
                End::Failed { .. } if since.elapsed() >= COMPANY_TIMEOUT => {
                    End::Parted(Parting::TooLong, None)
                }
                End::Failed { error, .. } => {
                    let guilty = error.statement.and_then(|number| owner(steps, number));
                    End::Parted(Parting::Failure, guilty)
                }
                end => end,
            },
        }
    }

    /// Does work, and finds out whether it is done when the connection is lost over it.
    pub(crate) async fn surely(
        &mut self,
        steps: &[&PlannedStep],
        limits: Limits,
    ) -> Result<Worked, EngineError> {
        match self.attempt(steps, limits).await {
            Err(error) if broken(&error) => {
                if self.written(steps).await? {
                    return Ok(Worked::Done {
                        took: Duration::ZERO,
                    });
                }
                if let Some(first) = steps.first() {
                    self.run.tell(What::StepWaiting {
                        step: first.step.id,
                        object: first.step.object.clone(),
                        reason: format!("tried again: {error}"),
                        waiting_for: None,
                        tries: 1,
                    });
                }
            }
            other => return other,
        }
        match self.attempt(steps, limits).await {
            // The first try may have been committed after the journal was asked.
            Err(error) if error.kind != ErrorKind::LeaseLost => {
                if self.written(steps).await? {
                    return Ok(Worked::Done {
                        took: Duration::ZERO,
                    });
                }
                Err(error)
            }
            other => other,
        }
    }

    async fn attempt(
        &mut self,
        steps: &[&PlannedStep],
        limits: Limits,
    ) -> Result<Worked, EngineError> {
        let (run, number) = (self.run, self.number);
        let first = steps.first().map(|step| (step.step.id, step.step.kind));
        let (id, kind) = first.unwrap_or((StepId(0), StepKind::Settle));
        let session = self.session(id).await?;
        let seen = Grounds::look(session, steps).await?;
        let refilled = run.refills.notes(session, run.plan, steps).await?;
        let repeat = self.repeat.as_ref();
        let records = steps.iter().map(|step| record(step, repeat, &seen));
        let work = Work {
            token: &run.token,
            statements: steps.iter().flat_map(|step| &step.statements).collect(),
            records: steps
                .iter()
                .flat_map(|step| &step.step.records)
                .chain(&refilled)
                .collect(),
            steps: records.collect(),
            limits,
        };
        crash::point();
        let session = self.session(id).await?;
        run.running.begin(number, kind, session.canceller());
        let worked = session.execute(&work).await;
        run.running.end(number);
        crash::point();
        match &worked {
            Ok(Worked::Done { .. }) => {
                if let Some(repeat) = &mut self.repeat {
                    repeat.seen.add(seen.clone());
                }
                run.grounds.keep(seen);
            }
            Err(error) if broken(error) => self.session = None,
            Ok(Worked::Row { .. }) | Err(_) => {}
        }
        worked
    }

    /// Asks the journal whether these steps are done.
    async fn written(&mut self, steps: &[&PlannedStep]) -> Result<bool, EngineError> {
        let run = self.run;
        if self.repeat.is_some() {
            // It was done before: the journal cannot tell the one time from the other.
            return Ok(false);
        }
        let Some(first) = steps.first() else {
            return Ok(true);
        };
        let session = self.session(first.step.id).await?;
        let details = session.run(run.plan.run.as_str()).await?;
        let detail = details.iter().find(|detail| detail.run.run == run.plan.run);
        let Some(detail) = detail else {
            return Ok(false);
        };
        for step in steps {
            match detail.steps.get(&step.step.id) {
                Some(record) if record.state == StepState::Done => {
                    if let Some(seen) = &record.detail {
                        run.grounds.recall(seen);
                    }
                }
                _ => return Ok(false),
            }
        }
        Ok(true)
    }

    /// The session, opened where there is none.
    pub(crate) async fn session(&mut self, at: StepId) -> Result<&mut dyn Session, EngineError> {
        let session = match self.session.take() {
            Some(session) => session,
            None => {
                let name = name(self.run, at);
                self.run.connect.open(Purpose::Work, &name).await?
            }
        };
        Ok(self.session.insert(session).as_mut())
    }

    /// What an error means for the run.
    pub(crate) fn trouble(&self, at: StepId, error: EngineError) -> End {
        match error.kind {
            ErrorKind::LeaseLost => End::LeaseLost(error),
            _ if broken(&error) => End::Unreachable(error),
            ErrorKind::Cancelled if self.run.halted() => End::Stopped,
            _ => End::Failed { at, error },
        }
    }

    pub(crate) fn limits(&self, kind: StepKind) -> Limits {
        let options = self.run.options;
        match kind {
            StepKind::Cutover | StepKind::Retire | StepKind::Rename => Limits {
                lock: Some(options.cutover_timeout.min(LONGEST_CUTOVER_LOCK)),
                statement: None,
                whole: Some(options.cutover_timeout),
            },
            // It changes what is read now: readers wait behind it no longer than behind a cutover.
            StepKind::Alter => Limits {
                lock: Some(options.lock_timeout.min(options.cutover_timeout)),
                statement: options.statement_timeout,
                whole: None,
            },
            StepKind::Build
            | StepKind::Fill
            | StepKind::Refresh
            | StepKind::Index
            | StepKind::Analyze
            | StepKind::Audit
            | StepKind::Settle
            | StepKind::Drop => Limits {
                lock: Some(options.lock_timeout),
                statement: options.statement_timeout,
                whole: None,
            },
        }
    }
}

/// Whether the session is of no use any more.
pub(crate) fn broken(error: &EngineError) -> bool {
    matches!(error.kind, ErrorKind::Connection | ErrorKind::Unavailable)
}

fn name(run: &Run<'_>, at: StepId) -> String {
    format!("{} step {at}", run.plan.run)
}

fn record(step: &PlannedStep, repeat: Option<&Repeat>, seen: &Seen) -> StepRecord {
    let step = &step.step;
    let detail = match repeat {
        Some(repeat) if repeat.last_audit == Some(step.id) => repeat.seen.detail(),
        // The audits are still to come.
        Some(Repeat {
            last_audit: Some(_),
            ..
        }) => None,
        Some(_) | None => seen.of(step.id).detail(),
    };
    StepRecord {
        step: step.id,
        kind: step.kind,
        title: step.title.clone(),
        object: step.object.clone(),
        state: StepState::Done,
        // The session knows, and writes it down.
        ms: Millis(0),
        error: None,
        detail,
    }
}

/// The step that a statement of a work is of.
fn owner(steps: &[&PlannedStep], statement: usize) -> Option<StepId> {
    let mut end = 0;
    let of = steps.iter().find(|step| {
        end += step.statements.len();
        statement < end
    });
    of.map(|step| step.step.id)
}
