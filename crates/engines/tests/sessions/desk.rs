//! What tests of the writing half share: servers, sessions that write, runs, works.

use dormer_core::engine::journal::{
    ObjectRecord, ObjectState, Record, RecordedCompanions, RunKind, StepRecord, StepState,
};
use dormer_core::engine::lease::{Lease, LeaseKind, LeaseTaken, Takeover, Token};
use dormer_core::engine::session::{Limits, NewRun, Work};
use dormer_core::engine::step::{Millis, StepId, StepKind};
use dormer_core::engine::{EngineError, Generation, RunId, Session, Statement};
use dormer_core::model::name::ObjectName;
use dormer_core::model::observed::relation::RelationKind;
use dormer_engines::registry::{self, Place};
use dormer_engines::{Purpose, Settings};
use dormer_sql::Dialect;
use dormer_testkit::server::{Binaries, Server};
use tokio::runtime::Runtime;

pub(crate) const WRITING: Settings = Settings {
    purpose: Purpose::Write,
    statement_timeout: None,
    lock_timeout: None,
};

pub(crate) fn runtime() -> Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().unwrap()
}

/// Runs a test on a new server of every major that the machine has.
pub(crate) fn everywhere<T: AsyncFn(&Server) + Copy>(test: T) {
    for binaries in Binaries::all().unwrap() {
        let server = Server::start(&binaries).unwrap();
        runtime().block_on(test(&server));
    }
}

/// Runs a test on a new server of the newest major.
pub(crate) fn once<T: AsyncFnOnce(&Server)>(test: T) {
    let server = Server::start(&Binaries::find().unwrap()).unwrap();
    runtime().block_on(test(&server));
}

/// Runs SQL as superuser, on a connection of its own.
pub(crate) fn sql(server: &Server, sql: &str) {
    // The synchronous driver has a runtime of its own, which must not stand in another.
    std::thread::scope(|scope| {
        let ran = scope.spawn(|| server.connect().unwrap().batch_execute(sql).unwrap());
        ran.join().unwrap();
    });
}

/// Asks for one value as superuser.
pub(crate) fn ask(server: &Server, sql: &str) -> String {
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| {
            let mut client = server.connect().unwrap();
            let row = client.query_one(&format!("SELECT ({sql})::text"), &[]);
            row.unwrap().get::<_, Option<String>>(0)
        });
        asked.join().unwrap().unwrap_or_default()
    })
}

pub(crate) async fn session_at(
    url: &str,
    settings: &Settings,
) -> Result<Box<dyn Session>, EngineError> {
    let place = Place {
        dialect: Dialect::Postgres,
        url,
        environment: &|_| None,
    };
    let opened = registry::open(place, settings).await;
    opened.map(|opened| opened.session)
}

pub(crate) async fn session(server: &Server) -> Box<dyn Session> {
    session_at(&server.url(), &WRITING).await.unwrap()
}

pub(crate) fn run(number: u64) -> RunId {
    RunId::new(1_700_000_000_000 + number, 0)
}

pub(crate) fn new_run(run: &RunId) -> NewRun<'_> {
    NewRun {
        run,
        kind: RunKind::Apply,
        project: "shop",
        who: "anna",
        host: "laptop",
        tool: "0.1.0",
        summary: "1 created",
        plan: "{}",
    }
}

pub(crate) async fn take(session: &mut dyn Session, run: &RunId, over: Takeover) -> LeaseTaken {
    let taken = session.take(LeaseKind::Deploy, &new_run(run), over).await;
    taken.unwrap()
}

/// A session that has the lease and has begun a run.
pub(crate) async fn working(server: &Server, run: &RunId) -> (Box<dyn Session>, Lease) {
    let mut session = session(server).await;
    session.prepare().await.unwrap();
    let LeaseTaken::Held(lease, None) = take(&mut *session, run, Takeover::Never).await else {
        panic!("the lease is not had");
    };
    session.begin(&lease.token, &new_run(run)).await.unwrap();
    (session, lease)
}

pub(crate) fn work<'a>(token: &'a Token, statements: &'a [Statement]) -> Work<'a> {
    Work {
        token,
        statements: statements.iter().collect(),
        records: Vec::new(),
        steps: Vec::new(),
        limits: Limits::default(),
    }
}

pub(crate) fn together(sql: &[&str]) -> Vec<Statement> {
    sql.iter().map(|sql| Statement::together(*sql)).collect()
}

pub(crate) fn step(number: u32, kind: StepKind, object: Option<&ObjectName>) -> StepRecord {
    StepRecord {
        step: StepId(number),
        kind,
        title: format!("step {number}"),
        object: object.cloned(),
        state: StepState::Done,
        ms: Millis(0),
        error: None,
        detail: None,
    }
}

pub(crate) fn shadow(run: &RunId, name: &ObjectName, kind: RelationKind) -> ObjectRecord {
    let generation = Generation::new(run, name);
    ObjectRecord {
        name: name.clone(),
        kind,
        physical: generation.name(&name.name, Some(63)),
        generation,
        state: ObjectState::Shadow,
        project: Some("shop".to_owned()),
        target: Some("prod".to_owned()),
        run: run.clone(),
        fingerprint: "f".to_owned(),
        declared: "CREATE VIEW it's \\ one".to_owned(),
        companions: RecordedCompanions::default(),
        observed: None,
        version: None,
        since: None,
    }
}

pub(crate) fn object(record: ObjectRecord) -> Record {
    Record::Object(Box::new(record))
}
