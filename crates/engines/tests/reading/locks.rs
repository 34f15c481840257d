//! Who stands in the way is told, up to the root of the chain.

use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};

use dormer_core::engine::session::{Behind, LockHolder};
use dormer_testkit::server::{Binaries, Server, Setup};

use super::{name, reading, run};

const START: &str = "
    CREATE TABLE base (a int); INSERT INTO base VALUES (1);
    CREATE TABLE other (a int);
    CREATE MATERIALIZED VIEW mv AS SELECT a FROM base";

fn locks(server: &Server, names: &[&str]) -> Vec<LockHolder> {
    let mut opened = reading(&server.url());
    let names: BTreeSet<_> = names.iter().copied().map(name).collect();
    opened
        .runtime
        .block_on(opened.session.locks(&names))
        .unwrap()
}

/// Asks until so many sessions are told.
fn wait_for(server: &Server, names: &[&str], sessions: usize) -> Vec<LockHolder> {
    let started = Instant::now();
    loop {
        let told = locks(server, names);
        let pids: BTreeSet<i32> = told.iter().map(|one| one.pid).collect();
        if pids.len() == sessions {
            return told;
        }
        assert!(started.elapsed() < Duration::from_secs(20), "{told:#?}");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn chain_is_told_up_to_its_root() {
    for binaries in Binaries::all().unwrap() {
        let server = Server::start(&binaries).unwrap();
        run(&server, START);
        assert_eq!(locks(&server, &["public.mv"]), []);
        let mut root = server.connect().unwrap();
        let mut root = root.transaction().unwrap();
        root.batch_execute(
            "SET LOCAL application_name = 'etl'; LOCK TABLE other IN ACCESS EXCLUSIVE MODE;
             UPDATE base SET a = 2",
        )
        .unwrap();
        thread::scope(|scope| {
            // It reads the view, and waits for the root on a table that nobody asked about.
            let middle = scope.spawn(|| {
                run(&server, "BEGIN; SELECT FROM mv; SELECT FROM other; COMMIT");
            });
            wait_for(&server, &["public.mv"], 2);
            let last = scope.spawn(|| run(&server, "REFRESH MATERIALIZED VIEW mv"));
            let told = wait_for(&server, &["public.mv"], 3);
            let find = |relation: &str, mode: &str| {
                let relation = name(relation);
                let mut told = told.iter();
                let found = told.find(|one| one.relation == relation && one.mode == mode);
                found.cloned().unwrap()
            };
            let waiter = find("public.mv", "AccessExclusiveLock");
            let reader = find("public.mv", "AccessShareLock");
            let stuck = find("public.other", "AccessShareLock");
            let holder = find("public.other", "AccessExclusiveLock");
            assert_eq!((waiter.granted, reader.granted), (false, true));
            assert_eq!((stuck.granted, holder.granted), (false, true));
            assert_eq!(waiter.blocked_by, [reader.pid]);
            assert_eq!(
                (stuck.pid, &stuck.blocked_by),
                (reader.pid, &vec![holder.pid])
            );
            assert_eq!(holder.blocked_by, [0; 0]);
            assert_eq!(holder.application.as_deref(), Some("etl"));
            assert_eq!(holder.user.as_deref(), Some("postgres"));
            assert_eq!(holder.activity.as_deref(), Some("idle in transaction"));
            assert!(holder.transaction_ms.is_some());
            assert!(waiter.query.unwrap().starts_with("REFRESH"));
            assert_eq!(
                holder.end,
                format!("SELECT pg_terminate_backend({})", holder.pid)
            );
            root.rollback().unwrap();
            middle.join().unwrap();
            last.join().unwrap();
        });
        assert_eq!(locks(&server, &["public.mv", "public.other"]), []);
    }
}

#[test]
fn lock_on_a_row_is_told_under_the_relation_that_led_to_it() {
    let server = Server::start(&Binaries::find().unwrap()).unwrap();
    run(&server, START);
    let mut root = server.connect().unwrap();
    let mut root = root.transaction().unwrap();
    root.batch_execute("UPDATE base SET a = 2").unwrap();
    thread::scope(|scope| {
        let second = scope.spawn(|| run(&server, "UPDATE base SET a = 3"));
        let started = Instant::now();
        let told = loop {
            let told = wait_for(&server, &["public.base"], 2);
            if told.iter().any(|one| !one.granted) {
                break told;
            }
            assert!(started.elapsed() < Duration::from_secs(20));
        };
        let waiting = told.iter().find(|one| !one.granted).unwrap();
        assert_eq!(waiting.mode, "ShareLock");
        assert_eq!(waiting.relation, name("public.base"));
        let holding = told
            .iter()
            .find(|one| one.pid == waiting.blocked_by[0] && one.mode == "ExclusiveLock");
        assert!(holding.unwrap().granted);
        root.rollback().unwrap();
        second.join().unwrap();
    });
}

#[test]
fn upkeep_is_told_from_sessions_also_to_whoever_may_not_look() {
    for binaries in Binaries::all().unwrap() {
        let setup = Setup {
            settings: vec![
                "autovacuum=on".to_owned(),
                "autovacuum_naptime=1".to_owned(),
            ],
            ..Setup::default()
        };
        let server = Server::start_with(&binaries, &setup).unwrap();
        run(&server, START);
        // So slow that it is there for as long as it takes to look.
        run(
            &server,
            "CREATE ROLE guest LOGIN;
             ALTER TABLE base SET (autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1,
                 autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0);
             INSERT INTO base SELECT generate_series(1, 100000)",
        );
        run(&server, "DELETE FROM base");
        let started = Instant::now();
        let upkeep = |told: &[LockHolder]| {
            let mut told = told.iter();
            told.any(|one| {
                one.behind == Behind::Upkeep
                    && one.granted
                    && one.mode == "ShareUpdateExclusiveLock"
            })
        };
        loop {
            let told = locks(&server, &["public.base"]);
            if upkeep(&told) {
                break;
            }
            assert!(started.elapsed() < Duration::from_secs(60), "{told:#?}");
            thread::sleep(Duration::from_millis(100));
        }
        let url = server
            .url()
            .replace("postgres://postgres@", "postgres://guest@");
        let mut guest = reading(&url);
        let names = BTreeSet::from([name("public.base")]);
        let seen = guest.runtime.block_on(guest.session.locks(&names)).unwrap();
        assert!(upkeep(&seen), "{seen:#?}");
        let mut session = server.connect().unwrap();
        let mut reader = session.transaction().unwrap();
        reader
            .batch_execute("LOCK TABLE base IN ACCESS SHARE MODE")
            .unwrap();
        let seen = guest.runtime.block_on(guest.session.locks(&names)).unwrap();
        let others = seen.iter().filter(|one| one.mode == "AccessShareLock");
        let others: Vec<Behind> = others.map(|one| one.behind).collect();
        assert_eq!(others, [Behind::Session]);
    }
}

#[test]
fn prepared_transaction_is_told_with_what_ends_it() {
    let setup = Setup {
        settings: vec!["max_prepared_transactions=2".to_owned()],
        ..Setup::default()
    };
    let server = Server::start_with(&Binaries::find().unwrap(), &setup).unwrap();
    run(&server, START);
    run(
        &server,
        "BEGIN; LOCK TABLE base IN ACCESS EXCLUSIVE MODE; PREPARE TRANSACTION 'it''s'",
    );
    let told = locks(&server, &["public.base"]);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!(told[0].end, "ROLLBACK PREPARED 'it''s'");
    assert_eq!(told[0].application.as_deref(), Some("prepared transaction"));
    thread::scope(|scope| {
        let reader = scope.spawn(|| run(&server, "SELECT FROM base"));
        let told = wait_for(&server, &["public.base"], 2);
        let waiting = told.iter().find(|one| !one.granted).unwrap();
        assert_eq!(waiting.blocked_by, [0]);
        run(&server, &told[0].end);
        reader.join().unwrap();
    });
}
