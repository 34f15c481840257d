//! Times works on one session: how many a second, what a cutover's records cost, how long the journal
//! is read.
//!
//! `executing COUNT` starts a PostgreSQL of its own and prints lines, `name value`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a program for measuring: it reads the clock, tells, and ends when something breaks"
)]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use dormer_core::engine::journal::{
    ObjectRecord, ObjectState, Record, RecordedCompanions, RunKind, RunState, StepRecord, StepState,
};
use dormer_core::engine::lease::{LeaseKind, LeaseTaken, Takeover, Token};
use dormer_core::engine::session::{Limits, NewRun, RunEnd, Work};
use dormer_core::engine::step::{Millis, StepId, StepKind};
use dormer_core::engine::{Generation, RunId, Session, Statement};
use dormer_core::model::name::ObjectName;
use dormer_core::model::observed::relation::RelationKind;
use dormer_engines::registry::{Place, open};
use dormer_engines::{Purpose, Settings};
use dormer_sql::Dialect;
use dormer_testkit::server::{Binaries, Server};

fn name(number: usize) -> ObjectName {
    ObjectName::new("marts", &format!("o{number}"))
}

fn record(run: &RunId, number: usize) -> ObjectRecord {
    let name = name(number);
    ObjectRecord {
        kind: RelationKind::View,
        generation: Generation::new(run, &name),
        physical: name.name.to_string(),
        name,
        state: ObjectState::Shadow,
        project: Some("shop".to_owned()),
        target: Some("prod".to_owned()),
        run: run.clone(),
        fingerprint: "0123456789abcdef".repeat(4),
        declared: "SELECT net FROM sub.orders ".repeat(40),
        companions: RecordedCompanions {
            owner: Some("owner".to_owned()),
            comment: Some("Revenue per shop".to_owned()),
            ..RecordedCompanions::default()
        },
        observed: Some("SELECT net FROM sub.orders ".repeat(40)),
        version: None,
        since: None,
    }
}

fn step(number: usize, object: Option<ObjectName>) -> StepRecord {
    StepRecord {
        step: StepId(u32::try_from(number).unwrap()),
        kind: StepKind::Build,
        title: "build marts.orders".to_owned(),
        object,
        state: StepState::Done,
        ms: Millis(0),
        error: None,
        detail: None,
    }
}

fn work<'a>(token: &'a Token, statements: &'a [Statement], records: &'a [Record]) -> Work<'a> {
    Work {
        token,
        statements: statements.iter().collect(),
        records: records.iter().collect(),
        steps: Vec::new(),
        limits: Limits::default(),
    }
}

fn rate(name: &str, count: usize, took: Duration) {
    let each = took.as_micros() / u128::try_from(count).unwrap();
    println!("{name} {each} us each");
}

async fn measure(session: &mut dyn Session, plain: &mut dyn Session, count: usize) {
    session.prepare().await.unwrap();
    let run = RunId::new(1_700_000_000_000, 0);
    let new = NewRun {
        run: &run,
        kind: RunKind::Apply,
        project: "shop",
        who: "anna",
        host: "laptop",
        tool: "0",
        summary: "",
        plan: "{}",
    };
    let taken = session.take(LeaseKind::Deploy, &new, Takeover::Never).await;
    let Ok(LeaseTaken::Held(lease, _)) = taken else {
        panic!("no lease");
    };
    let token = lease.token;
    session.begin(&token, &new).await.unwrap();

    let one = [Statement::together("SELECT 1")];
    let started = Instant::now();
    for _ in 0..count {
        session.execute(&work(&token, &one, &[])).await.unwrap();
    }
    rate("trivial work", count, started.elapsed());
    let started = Instant::now();
    for number in 0..count {
        let mut work = work(&token, &one, &[]);
        work.steps = vec![step(number, Some(name(number)))];
        session.execute(&work).await.unwrap();
    }
    rate("trivial work with a step", count, started.elapsed());
    let started = Instant::now();
    for number in 0..count {
        let records = [Record::Object(Box::new(record(&run, number)))];
        let create = [Statement::together(format!(
            "CREATE VIEW marts.o{number} AS SELECT oid AS id, relname FROM pg_class"
        ))];
        let mut work = work(&token, &create, &records);
        work.steps = vec![step(count + number, Some(name(number)))];
        session.execute(&work).await.unwrap();
    }
    rate("view with a step and an object", count, started.elapsed());
    let started = Instant::now();
    for number in 0..count {
        let create = [Statement::together(format!(
            "CREATE VIEW marts.bare{number} AS SELECT oid AS id, relname FROM pg_class"
        ))];
        plain.execute(&work(&token, &create, &[])).await.unwrap();
    }
    rate("view with nothing", count, started.elapsed());

    for _ in 0..5 {
        cutover(session, &token, &run, count.min(100)).await;
    }
    let ended = RunEnd {
        state: RunState::Done,
        error: None,
        steps: &[],
    };
    session.end(&token, &run, &ended).await.unwrap();
    for _ in 0..3 {
        let started = Instant::now();
        let journal = session.journal().await.unwrap().unwrap();
        let took = started.elapsed().as_micros();
        let (objects, durations) = (journal.objects.len(), journal.durations.len());
        println!("journal of {objects} objects and {durations} durations {took} us");
    }
}

/// Renames there and back: with the records of both generations, with the step alone, and bare.
async fn cutover(session: &mut dyn Session, token: &Token, run: &RunId, count: usize) {
    let rename = |from: &str, to: &str| -> Vec<Statement> {
        let sql = (0..count).map(|n| format!("ALTER VIEW marts.{from}{n} RENAME TO {to}{n}"));
        sql.map(Statement::together).collect()
    };
    let (there, back) = (rename("o", "p"), rename("p", "o"));
    let records: Vec<Record> = (0..count)
        .map(|number| Record::Moved {
            name: name(number),
            generation: Generation::new(run, &name(number)),
            state: ObjectState::Live,
            physical: format!("p{number}"),
        })
        .collect();
    let mut line = String::from("cutover:");
    for (what, records, steps) in [
        ("bare", &[][..], 0),
        ("step", &[], 1),
        ("records", &records, 1),
    ] {
        let mut work = work(token, &there, records);
        work.steps = (0..steps).map(|n| step(900_000 + n, None)).collect();
        let started = Instant::now();
        session.execute(&work).await.unwrap();
        let _ = write!(line, " {what} {} us", started.elapsed().as_micros());
        let back = self::work(token, &back, &[]);
        session.execute(&back).await.unwrap();
    }
    println!("{line}");
}

fn main() {
    let count = std::env::args()
        .nth(1)
        .map_or(1000, |text| text.parse().unwrap());
    let server = Server::start(&Binaries::find().unwrap()).unwrap();
    let mut admin = server.connect().unwrap();
    admin.batch_execute("CREATE SCHEMA marts").unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let url = server.url();
    let place = Place {
        dialect: Dialect::Postgres,
        url: &url,
        environment: &|_| None,
    };
    let settings = Settings {
        purpose: Purpose::Write,
        statement_timeout: None,
        lock_timeout: None,
    };
    runtime.block_on(async {
        let mut session = open(place, &settings).await.unwrap().session;
        let mut plain = open(place, &settings).await.unwrap().session;
        measure(&mut *session, &mut *plain, count).await;
    });
}
