//! A server, sessions with it, and plans for it.

use std::collections::BTreeMap;

use async_trait::async_trait;
use dormer_core::engine::journal::RunKind;
use dormer_core::engine::step::{Deed, Form, Physical, StepId, StepKind};
use dormer_core::engine::{EngineError, RunId, Session, Step};
use dormer_core::model::name::ObjectName;
use dormer_core::model::observed::relation::RelationKind;
use dormer_core::plan::change::{Action, Change, Summary};
use dormer_core::plan::{FORMAT_VERSION, Plan, PlanLimits, PlannedStep};
use dormer_deploy::{Connect, Event, Interrupt, Listener, Options, Order, Outcome, Purpose, What};
use dormer_engines::Settings;
use dormer_engines::registry::{self, Place};
use dormer_sql::Dialect;
use dormer_testkit::server::{Binaries, Server};

pub(crate) struct Desk {
    pub(crate) server: Server,
    url: String,
}

#[async_trait]
impl Connect for Desk {
    async fn open(&self, _: Purpose, name: &str) -> Result<Box<dyn Session>, EngineError> {
        let place = Place {
            dialect: Dialect::Postgres,
            url: &self.url,
            environment: &|_| None,
        };
        let settings = Settings {
            purpose: dormer_engines::Purpose::Write,
            statement_timeout: None,
            lock_timeout: None,
        };
        let mut session = registry::open(place, &settings).await?.session;
        session.announce(name).await?;
        Ok(session)
    }
}

impl Desk {
    pub(crate) fn new() -> Self {
        let server = Server::start(&Binaries::find().unwrap()).unwrap();
        let url = server.url();
        Self { server, url }
    }

    pub(crate) fn sql(&self, sql: &str) {
        self.server.connect().unwrap().batch_execute(sql).unwrap();
    }

    pub(crate) fn count(&self, sql: &str) -> i64 {
        let row = self.server.connect().unwrap().query_one(sql, &[]).unwrap();
        row.get(0)
    }

    pub(crate) fn apply(&self, plan: &Plan, options: &Options) -> (Outcome, Vec<What>) {
        self.apply_until(plan, options, &Interrupt::new())
    }

    pub(crate) fn apply_until(
        &self,
        plan: &Plan,
        options: &Options,
        interrupt: &Interrupt,
    ) -> (Outcome, Vec<What>) {
        let mut told = Told(Vec::new());
        let order = Order {
            plan,
            text: "{}",
            options,
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let applied = dormer_deploy::apply(order, self, &mut told, interrupt);
        (runtime.block_on(applied).unwrap(), told.0)
    }
}

struct Told(Vec<What>);

impl Listener for Told {
    fn event(&mut self, event: &Event) {
        self.0.push(event.what.clone());
    }
}

pub(crate) fn name(text: &str) -> ObjectName {
    ObjectName::new("s", text)
}

pub(crate) fn physical(text: &str) -> Physical {
    Physical {
        name: name(text),
        kind: RelationKind::MaterializedView,
    }
}

/// Steps one after the other, with the statements that the engine has for them.
pub(crate) struct Script(Vec<PlannedStep>);

impl Script {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn step(
        &mut self,
        kind: StepKind,
        object: &str,
        needs: &[u32],
        deeds: Vec<Deed>,
    ) -> u32 {
        let engine = registry::engine(Dialect::Postgres, None).unwrap();
        let statements = deeds
            .iter()
            .flat_map(|deed| engine.lower(deed).unwrap())
            .collect();
        let id = u32::try_from(self.0.len()).unwrap() + 1;
        self.0.push(PlannedStep {
            step: Step {
                id: StepId(id),
                kind,
                title: format!("{} s.{object}", kind.as_str()),
                object: Some(name(object)),
                deeds,
                needs: needs.iter().copied().map(StepId).collect(),
                records: Vec::new(),
            },
            statements,
            forecast: None,
            inputs: Vec::new(),
            undo: Vec::new(),
        });
        id
    }

    /// Builds and fills a materialized view; the number of the last step.
    pub(crate) fn create(&mut self, object: &str, needs: &[u32], query: &str) -> u32 {
        let form = Form::Written(format!("CREATE MATERIALIZED VIEW s.{object} AS {query}"));
        let relation = physical(object);
        let built = self.step(
            StepKind::Build,
            object,
            needs,
            vec![Deed::Build { relation, form }],
        );
        let relation = physical(object);
        self.step(
            StepKind::Fill,
            object,
            &[built],
            vec![Deed::Fill { relation }],
        )
    }

    pub(crate) fn plan(self, run: u64, action: Action) -> Plan {
        let objects: BTreeMap<ObjectName, ()> = self
            .0
            .iter()
            .filter_map(|step| Some((step.step.object.clone()?, ())))
            .collect();
        let changes: Vec<Change> = objects
            .into_keys()
            .map(|object| Change {
                object,
                kind: "materialized view".to_owned(),
                action,
                reasons: Vec::new(),
                strategy: None,
                because: Vec::new(),
                hazards: Vec::new(),
            })
            .collect();
        Plan {
            format_version: FORMAT_VERSION,
            tool: "0.1.0".to_owned(),
            kind: RunKind::Apply,
            project: "shop".to_owned(),
            target: "dev".to_owned(),
            engine: "postgres".to_owned(),
            run: RunId::new(1_800_000_000_000 + run, 0),
            summary: Summary::of(&changes),
            changes,
            notes: Vec::new(),
            hazards: Vec::new(),
            refused: Vec::new(),
            steps: self.0,
            observed: BTreeMap::new(),
            readers: BTreeMap::new(),
            limits: PlanLimits::default(),
        }
    }
}
