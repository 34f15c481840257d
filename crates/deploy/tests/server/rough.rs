//! Readers that stay, sessions that break, people who interrupt.

use std::thread;
use std::time::{Duration, Instant};

use dormer_core::engine::step::{Deed, StepKind};
use dormer_core::plan::Plan;
use dormer_core::plan::change::Action;
use dormer_deploy::{Ended, Interrupt, Options, What};

use crate::desk::{Desk, Script, physical};

/// One object that is replaced by its shadow.
fn swap(run: u64) -> Plan {
    let mut script = Script::new();
    let filled = script.create("o__new", &[], "SELECT 2 AS a");
    let rename = |from: &str, to: &str| Deed::Rename {
        relation: physical(from),
        to: to.to_owned(),
    };
    let deeds = vec![rename("o", "o__old"), rename("o__new", "o")];
    script.step(StepKind::Cutover, "o", &[filled], deeds);
    let mut plan = script.plan(run, Action::Replace);
    plan.changes.retain(|change| &*change.object.name == "o");
    plan
}

fn live(desk: &Desk) {
    desk.sql("CREATE SCHEMA s; CREATE MATERIALIZED VIEW s.o AS SELECT 1 AS a");
}

#[test]
fn cutover_gives_way_to_a_reader_who_stays_and_no_read_fails() {
    let desk = Desk::new();
    live(&desk);
    let plan = swap(0);
    let mut options = Options::new(plan.limits);
    options.prove = true;
    let mut reader = desk.server.connect().unwrap();
    reader.batch_execute("BEGIN; SELECT * FROM s.o").unwrap();
    let leaving = thread::spawn(move || {
        thread::sleep(Duration::from_secs(2));
        reader.batch_execute("COMMIT").unwrap();
    });
    let (outcome, told) = desk.apply(&plan, &options);
    leaving.join().unwrap();
    assert_eq!(outcome.ended, Ended::Done, "{outcome:?}");
    assert_eq!(desk.count("SELECT a::int8 FROM s.o"), 2);
    let waiting = told.iter().find_map(|what| match what {
        What::StepWaiting { waiting_for, .. } => waiting_for.clone(),
        _ => None,
    });
    let waiting = waiting.unwrap();
    assert!(waiting.contains("AccessShareLock on s.o"), "{waiting}");
    assert!(waiting.contains("SELECT * FROM s.o"), "{waiting}");
    let proof = outcome.proof.unwrap();
    assert_eq!(proof.failures, 0, "{proof:?}");
    assert!(
        proof.reads > 50 && proof.longest_stall.0 <= 600,
        "{proof:?}"
    );
}

#[test]
fn session_that_is_ended_from_outside_is_opened_anew() {
    let desk = Desk::new();
    desk.sql("CREATE SCHEMA s; CREATE SEQUENCE s.calls");
    let mut script = Script::new();
    script.create(
        "o",
        &[],
        "SELECT nextval('s.calls') AS a, pg_sleep(0.8)::text AS b",
    );
    let plan = script.plan(0, Action::Create);
    let mut other = desk.server.connect().unwrap();
    let name = format!("dormer {} step %", plan.run);
    let ending = thread::spawn(move || {
        let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
            WHERE application_name LIKE $1 AND state = 'active'";
        let until = Instant::now() + Duration::from_secs(10);
        while Instant::now() < until {
            let ended: i64 = other.query_one(end, &[&name]).unwrap().get(0);
            if ended > 0 {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
    });
    let (outcome, _) = desk.apply(&plan, &Options::new(plan.limits));
    ending.join().unwrap();
    assert_eq!(outcome.ended, Ended::Done, "{outcome:?}");
    assert_eq!(desk.count("SELECT count(*) FROM s.o"), 1);
}

#[test]
fn interrupted_run_leaves_nothing_running_and_goes_on_later() {
    let desk = Desk::new();
    desk.sql("CREATE SCHEMA s; CREATE TABLE s.wait AS SELECT 60.0 AS s");
    let mut script = Script::new();
    script.create("o", &[], "SELECT pg_sleep(s)::text AS a FROM s.wait");
    let plan = script.plan(0, Action::Create);
    let interrupt = Interrupt::new();
    let raised = interrupt.clone();
    let raising = thread::spawn(move || {
        thread::sleep(Duration::from_secs(1));
        raised.raise();
        thread::sleep(Duration::from_secs(1));
        raised.raise();
    });
    let since = Instant::now();
    let mut options = Options::new(plan.limits);
    let (outcome, _) = desk.apply_until(&plan, &options, &interrupt);
    raising.join().unwrap();
    assert_eq!(outcome.ended, Ended::Interrupted, "{outcome:?}");
    assert!(since.elapsed() < Duration::from_secs(4));
    thread::sleep(Duration::from_millis(200));
    let running = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'dormer %'";
    assert_eq!(desk.count(running), 0);

    desk.sql("UPDATE s.wait SET s = 0");
    options.resume = true;
    let (outcome, _) = desk.apply(&plan, &options);
    assert_eq!(outcome.ended, Ended::Done, "{outcome:?}");
    assert_eq!(
        desk.count("SELECT count(*) FROM dormer.steps WHERE state = 'done'"),
        2
    );
}
