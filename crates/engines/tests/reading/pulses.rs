//! Pulses move when rows do, and stay when nothing does.

use std::collections::{BTreeMap, BTreeSet};
use std::thread::sleep;
use std::time::{Duration, Instant};

use dormer_core::engine::session::Pulse;
use dormer_core::model::name::ObjectName;
use dormer_testkit::server::{Binaries, Server, Setup};

use super::{name, reading, run};

const START: &str = "
    CREATE SCHEMA s;
    CREATE TABLE s.plain (a int);
    CREATE TABLE s.parts (a int) PARTITION BY RANGE (a);
    CREATE TABLE s.parts_1 PARTITION OF s.parts FOR VALUES FROM (0) TO (10) PARTITION BY RANGE (a);
    CREATE TABLE s.parts_1a PARTITION OF s.parts_1 FOR VALUES FROM (0) TO (5);
    CREATE TABLE s.parts_2 PARTITION OF s.parts FOR VALUES FROM (10) TO (20);
    CREATE TABLE s.empty (a int) PARTITION BY RANGE (a);
    CREATE TABLE s.parent (a int);
    CREATE TABLE s.child () INHERITS (s.parent);
    CREATE VIEW s.view AS SELECT a FROM s.plain;
    CREATE MATERIALIZED VIEW s.\"M v\" AS SELECT a FROM s.plain;
    CREATE FOREIGN DATA WRAPPER nothing; CREATE SERVER far FOREIGN DATA WRAPPER nothing;
    CREATE FOREIGN TABLE s.foreign_one (a int) SERVER far";

fn all() -> BTreeSet<ObjectName> {
    [
        "s.plain",
        "s.parts",
        "s.empty",
        "s.parent",
        "s.view",
        "s.\"M v\"",
        "s.foreign_one",
        "s.gone",
    ]
    .into_iter()
    .map(name)
    .collect()
}

fn pulses(server: &Server) -> BTreeMap<ObjectName, Pulse> {
    let mut opened = reading(&server.url());
    let names = all();
    opened
        .runtime
        .block_on(opened.session.pulses(&names))
        .unwrap()
}

/// Waits until the counters say it: they come late.
fn wait_for(server: &Server, relation: &str, written: u64) -> BTreeMap<ObjectName, Pulse> {
    let started = Instant::now();
    loop {
        let pulses = pulses(server);
        if pulses[&name(relation)].written == Some(written) {
            return pulses;
        }
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "{}: {relation}: {pulses:?}",
            server.major()
        );
        sleep(Duration::from_millis(50));
    }
}

#[test]
fn writes_and_new_storage_show() {
    for binaries in Binaries::all().unwrap() {
        let server = Server::start(&binaries).unwrap();
        run(&server, START);
        let first = pulses(&server);
        assert!(!first.contains_key(&name("s.gone")));
        assert_eq!(first[&name("s.view")], Pulse::default());
        assert_eq!(first[&name("s.foreign_one")], Pulse::default());
        assert_eq!(first[&name("s.empty")], Pulse::default());
        assert_eq!(first, pulses(&server), "nothing moved");

        run(
            &server,
            "INSERT INTO s.plain SELECT generate_series(1, 3); DELETE FROM s.plain WHERE a = 1;
             UPDATE s.plain SET a = a + 1",
        );
        let second = wait_for(&server, "s.plain", 6);
        assert_eq!(
            second[&name("s.plain")].storage,
            first[&name("s.plain")].storage
        );
        run(
            &server,
            "INSERT INTO s.parts VALUES (1), (12), (13); INSERT INTO s.child VALUES (1)",
        );
        let third = wait_for(&server, "s.parts", 3);
        assert_eq!(
            wait_for(&server, "s.parent", 1)[&name("s.parts")],
            third[&name("s.parts")]
        );

        let storage = |name_of: &str| {
            let storage = pulses(&server)[&name(name_of)].storage.clone();
            storage.unwrap()
        };
        for (relation, change) in [
            ("s.plain", "TRUNCATE s.plain"),
            ("s.parts", "TRUNCATE s.parts_2"),
            ("s.parts", "ALTER TABLE s.parts DETACH PARTITION s.parts_2"),
            (
                "s.parts",
                "ALTER TABLE s.parts ATTACH PARTITION s.parts_2 FOR VALUES FROM (10) TO (30)",
            ),
            ("s.\"M v\"", "REFRESH MATERIALIZED VIEW s.\"M v\""),
            ("s.parent", "CREATE TABLE s.other () INHERITS (s.parent)"),
        ] {
            let before = storage(relation);
            run(&server, change);
            assert_ne!(before, storage(relation), "{change}");
        }
    }
}

#[test]
fn nobody_counts_where_counting_is_off() {
    let setup = Setup {
        settings: vec!["track_counts=off".to_owned()],
        ..Setup::default()
    };
    let server = Server::start_with(&Binaries::find().unwrap(), &setup).unwrap();
    run(&server, START);
    let plain = &pulses(&server)[&name("s.plain")];
    assert_eq!(plain.written, None);
    assert!(plain.storage.is_some());
}
