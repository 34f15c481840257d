//! A target that is played in memory: it does what it is told, takes as long as it is told, and keeps
//! a list of what went against the rules.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use dormer_core::engine::journal::{
    Journal, RunDetail, RunRecord, RunState, StepRecord, StepState,
};
use dormer_core::engine::lease::{
    Lease, LeaseHolder, LeaseKind, LeaseTaken, Life, Takeover, Token,
};
use dormer_core::engine::session::{
    Cancel, Draft, FirstRows, LockHolder, NewRun, Pulse, Rehearsed, RunEnd, Work, Worked,
};
use dormer_core::engine::step::StepId;
use dormer_core::engine::{Access, EngineError, ErrorKind, RunId, Scope, ServerInfo, Session};
use dormer_core::model::name::ObjectName;
use dormer_core::model::observed::Observed;
use dormer_core::plan::Plan;
use dormer_deploy::{
    Connect, DeployError, Event, Interrupt, Listener, Options, Order, Outcome, Purpose, What, apply,
};
use tokio::sync::Notify;
use tokio::time::Instant;

/// What happens instead when a step is to be done.
#[derive(Debug, Clone)]
pub(crate) enum Turn {
    Fail(ErrorKind),
    Row(&'static str),
    /// The connection goes before the commit.
    LostBefore,
    /// The connection goes after the commit, before its answer.
    LostAfter,
    /// It goes well.
    Well,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) turns: BTreeMap<StepId, VecDeque<Turn>>,
    pub(crate) slow: BTreeMap<StepId, Duration>,
    pub(crate) needs: BTreeMap<StepId, BTreeSet<StepId>>,
    /// Steps that may be done more than once.
    pub(crate) repeated: BTreeSet<StepId>,
    pub(crate) observed: Observed,
    pub(crate) pulses: BTreeMap<ObjectName, Pulse>,
    /// What a pulse becomes once a step is done.
    pub(crate) beats: BTreeMap<StepId, VecDeque<(ObjectName, Pulse)>>,
    pub(crate) locks: Vec<LockHolder>,
    pub(crate) locks_until: Option<Instant>,
    pub(crate) holder: Option<LeaseHolder>,
    pub(crate) lease_breaks: bool,
    /// How many sessions can work at once; as many as wished where it is not said.
    pub(crate) room: Option<usize>,
    pub(crate) sessions: usize,
    /// Reads of these fail, as if they were not there.
    pub(crate) unreadable: BTreeSet<ObjectName>,

    pub(crate) run: Option<(RunState, Option<String>)>,
    pub(crate) steps: BTreeMap<StepId, StepRecord>,
    pub(crate) written: Vec<&'static str>,
    pub(crate) opened: Vec<(Purpose, String)>,
    /// Work that was committed, in order.
    pub(crate) works: Vec<Vec<StepId>>,
    pub(crate) tried: BTreeMap<StepId, u32>,
    pub(crate) active: usize,
    pub(crate) most_active: usize,
    pub(crate) wrongs: Vec<String>,
}

/// The target, and the stage that it is played on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stage(Arc<Mutex<State>>);

impl Stage {
    pub(crate) fn new(plan: &Plan) -> Self {
        let stage = Self::default();
        let needs = plan.steps.iter();
        stage.set().needs = needs
            .map(|step| (step.step.id, step.step.needs.clone()))
            .collect();
        stage
    }

    pub(crate) fn set(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub(crate) fn turn(&self, step: u32, turns: impl IntoIterator<Item = Turn>) {
        self.set()
            .turns
            .entry(StepId(step))
            .or_default()
            .extend(turns);
    }

    pub(crate) fn slow(&self, step: u32, time: u64) {
        self.set()
            .slow
            .insert(StepId(step), Duration::from_millis(time));
    }

    pub(crate) fn tried(&self, step: u32) -> u32 {
        self.set().tried.get(&StepId(step)).copied().unwrap_or(0)
    }

    pub(crate) fn works(&self) -> Vec<Vec<u32>> {
        let works = self.set().works.clone();
        works
            .into_iter()
            .map(|work| work.into_iter().map(|id| id.0).collect())
            .collect()
    }

    pub(crate) fn done(&self) -> Vec<u32> {
        let set = self.set();
        let done = set
            .steps
            .values()
            .filter(|record| record.state == StepState::Done);
        done.map(|record| record.step.0).collect()
    }

    /// Applies, and checks that nothing went against the rules.
    pub(crate) async fn apply(
        &self,
        plan: &Plan,
        options: &Options,
    ) -> (Result<Outcome, DeployError>, Told) {
        self.apply_until(plan, options, &Interrupt::new()).await
    }

    pub(crate) async fn apply_until(
        &self,
        plan: &Plan,
        options: &Options,
        interrupt: &Interrupt,
    ) -> (Result<Outcome, DeployError>, Told) {
        let mut told = Told::default();
        let order = Order {
            plan,
            text: "the plan",
            options,
        };
        let outcome = apply(order, self, &mut told, interrupt).await;
        assert_eq!(self.set().wrongs, Vec::<String>::new());
        (outcome, told)
    }
}

pub(crate) fn options(plan: &Plan) -> Options {
    Options::new(plan.limits)
}

/// Everything that was told.
#[derive(Debug, Default)]
pub(crate) struct Told(pub(crate) Vec<What>);

impl Listener for Told {
    fn event(&mut self, event: &Event) {
        self.0.push(event.what.clone());
    }
}

#[async_trait]
impl Connect for Stage {
    async fn open(&self, purpose: Purpose, name: &str) -> Result<Box<dyn Session>, EngineError> {
        let mut set = self.set();
        if matches!(purpose, Purpose::Work | Purpose::Audit) {
            if set.room.is_some_and(|room| set.sessions >= room) {
                return Err(error(ErrorKind::Unavailable));
            }
            set.sessions += 1;
        }
        set.opened.push((purpose, name.to_owned()));
        Ok(Box::new(Actor {
            stage: self.clone(),
            purpose,
            ended: Arc::new(Notify::new()),
            broken: false,
        }))
    }
}

struct Actor {
    stage: Stage,
    purpose: Purpose,
    ended: Arc<Notify>,
    broken: bool,
}

impl Drop for Actor {
    fn drop(&mut self) {
        if matches!(self.purpose, Purpose::Work | Purpose::Audit) {
            self.stage.set().sessions -= 1;
        }
    }
}

struct Ending(Arc<Notify>);

#[async_trait]
impl Cancel for Ending {
    async fn cancel(&self) -> Result<(), EngineError> {
        self.0.notify_waiters();
        Ok(())
    }
}

fn error(kind: ErrorKind) -> EngineError {
    EngineError::new(kind, format!("played {kind:?}"))
}

impl Actor {
    fn set(&self) -> MutexGuard<'_, State> {
        assert!(!self.broken, "a broken session was used again");
        self.stage.set()
    }

    fn commit(&self, work: &Work<'_>) {
        let mut set = self.set();
        for record in &work.steps {
            let needs = set.needs.get(&record.step).cloned().unwrap_or_default();
            for need in needs {
                if set
                    .steps
                    .get(&need)
                    .is_none_or(|record| record.state != StepState::Done)
                {
                    set.wrongs.push(format!("{} before {need}", record.step));
                }
            }
            let before = set.steps.insert(record.step, record.clone());
            let twice = before.is_some_and(|before| before.state == StepState::Done);
            if twice && !set.repeated.contains(&record.step) {
                set.wrongs.push(format!("{} twice", record.step));
            }
            let beat = set
                .beats
                .get_mut(&record.step)
                .and_then(VecDeque::pop_front);
            set.pulses.extend(beat);
        }
        let ids = work.steps.iter().map(|record| record.step).collect();
        set.works.push(ids);
    }
}

#[async_trait]
impl Session for Actor {
    async fn server(&mut self) -> Result<ServerInfo, EngineError> {
        if self.purpose == Purpose::Lease && self.set().lease_breaks {
            return Err(error(ErrorKind::Connection));
        }
        Ok(ServerInfo {
            version_number: 1,
            version: "1".to_owned(),
            user: "u".to_owned(),
            database: "d".to_owned(),
            access: Access::ReadWrite,
        })
    }

    async fn inspect(&mut self, _: &Scope) -> Result<Observed, EngineError> {
        Ok(self.set().observed.clone())
    }

    async fn rehearse(&mut self, _: &[Draft]) -> Result<Vec<Rehearsed>, EngineError> {
        Ok(Vec::new())
    }

    async fn journal(&mut self) -> Result<Option<Journal>, EngineError> {
        Ok(None)
    }

    async fn runs(&mut self, _: u32) -> Result<Vec<RunRecord>, EngineError> {
        Ok(Vec::new())
    }

    async fn run(&mut self, id: &str) -> Result<Vec<RunDetail>, EngineError> {
        let set = self.set();
        let Some((state, error)) = set.run.clone() else {
            return Ok(Vec::new());
        };
        Ok(vec![RunDetail {
            run: RunRecord {
                run: RunId::parse(id).unwrap(),
                kind: dormer_core::engine::journal::RunKind::Apply,
                project: "shop".to_owned(),
                state,
                who: String::new(),
                host: String::new(),
                tool: String::new(),
                started: 0,
                ended: None,
                summary: String::new(),
                error,
                session: None,
            },
            plan: "the plan".to_owned(),
            steps: set.steps.clone(),
        }])
    }

    async fn gone(
        &mut self,
        _: &BTreeSet<ObjectName>,
    ) -> Result<Vec<dormer_core::engine::journal::ObjectRecord>, EngineError> {
        Ok(Vec::new())
    }

    async fn prepare(&mut self) -> Result<(), EngineError> {
        self.set().written.push("prepare");
        Ok(())
    }

    async fn take(
        &mut self,
        kind: LeaseKind,
        run: &NewRun<'_>,
        _: Takeover,
    ) -> Result<LeaseTaken, EngineError> {
        assert_eq!(self.purpose, Purpose::Lease);
        let mut set = self.set();
        set.written.push("take");
        Ok(match set.holder.clone() {
            Some(holder) => LeaseTaken::Refused {
                holder,
                life: Life::Alive,
            },
            None => {
                let lease = Lease {
                    token: Token { kind, number: 1 },
                    run: run.run.clone(),
                };
                LeaseTaken::Held(lease, None)
            }
        })
    }

    async fn release(&mut self, _: &Lease) -> Result<(), EngineError> {
        self.set().written.push("release");
        Ok(())
    }

    async fn begin(&mut self, _: &Token, _: &NewRun<'_>) -> Result<(), EngineError> {
        let mut set = self.set();
        set.written.push("begin");
        set.run = Some((RunState::Running, None));
        Ok(())
    }

    async fn end(&mut self, _: &Token, _: &RunId, ended: &RunEnd<'_>) -> Result<(), EngineError> {
        let mut set = self.set();
        set.written.push("end");
        set.run = Some((ended.state, ended.error.map(str::to_owned)));
        for record in ended.steps {
            let done = set
                .steps
                .get(&record.step)
                .is_some_and(|known| known.state == StepState::Done);
            if !done {
                set.steps.insert(record.step, record.clone());
            }
        }
        Ok(())
    }

    async fn execute(&mut self, work: &Work<'_>) -> Result<Worked, EngineError> {
        let (time, turn) = {
            let mut set = self.set();
            set.active += 1;
            set.most_active = set.most_active.max(set.active);
            let mut time = Duration::ZERO;
            let mut turn = Turn::Well;
            for record in &work.steps {
                *set.tried.entry(record.step).or_default() += 1;
                time += set.slow.get(&record.step).copied().unwrap_or_default();
                let next = set
                    .turns
                    .get_mut(&record.step)
                    .and_then(VecDeque::pop_front);
                match next {
                    None | Some(Turn::Well) => {}
                    Some(fails @ (Turn::Fail(_) | Turn::Row(_))) => {
                        turn = fails;
                        break;
                    }
                    Some(lost) => turn = lost,
                }
            }
            (time, turn)
        };
        let limit = work.limits.whole.unwrap_or(Duration::MAX);
        let ended = tokio::select! {
            () = tokio::time::sleep(time.min(limit)) => (time > limit).then_some(ErrorKind::LockTimeout),
            () = self.ended.notified() => Some(ErrorKind::Cancelled),
        };
        self.set().active -= 1;
        if let Some(kind) = ended {
            return Err(error(kind));
        }
        match turn {
            Turn::Fail(kind) => return Err(error(kind)),
            Turn::Row(row) => {
                return Ok(Worked::Row {
                    statement: 0,
                    row: row.to_owned(),
                });
            }
            Turn::LostBefore => self.broken = true,
            Turn::LostAfter => {
                self.commit(work);
                self.broken = true;
            }
            Turn::Well => self.commit(work),
        }
        if self.broken {
            return Err(error(ErrorKind::Connection));
        }
        Ok(Worked::Done { took: time })
    }

    fn canceller(&self) -> Box<dyn Cancel> {
        Box::new(Ending(Arc::clone(&self.ended)))
    }

    async fn pulses(
        &mut self,
        names: &BTreeSet<ObjectName>,
    ) -> Result<BTreeMap<ObjectName, Pulse>, EngineError> {
        let set = self.set();
        let known = set.pulses.iter().filter(|(name, _)| names.contains(*name));
        Ok(known
            .map(|(name, pulse)| (name.clone(), pulse.clone()))
            .collect())
    }

    async fn locks(&mut self, _: &BTreeSet<ObjectName>) -> Result<Vec<LockHolder>, EngineError> {
        let set = self.set();
        let over = set.locks_until.is_some_and(|until| Instant::now() >= until);
        Ok(if over { Vec::new() } else { set.locks.clone() })
    }

    async fn first_rows(&mut self, query: &str, _: u32) -> Result<FirstRows, EngineError> {
        {
            let mut set = self.set();
            set.active += 1;
            set.most_active = set.most_active.max(set.active);
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
        self.set().active -= 1;
        let mut found = FirstRows::default();
        match query {
            "fails" => found.rows.push(vec![Some("1".to_owned())]),
            "cannot run" => return Err(error(ErrorKind::Syntax)),
            "breaks" => {
                self.broken = true;
                return Err(error(ErrorKind::Connection));
            }
            _ => {}
        }
        Ok(found)
    }

    async fn probe(&mut self, name: &ObjectName) -> Result<(), EngineError> {
        tokio::time::sleep(Duration::from_millis(1)).await;
        if self.set().unreadable.contains(name) {
            return Err(error(ErrorKind::Syntax));
        }
        Ok(())
    }
}
