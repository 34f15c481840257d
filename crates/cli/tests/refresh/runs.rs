//! Whole runs: what they send, in which order, what they leave when something is in the way.

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use crate::scene::{Scene, bed, objects};

#[test]
fn nothing_stale_sends_no_refresh_and_writes_nothing() {
    let bed = bed();
    let scene = Scene::new(&bed);
    scene.run(&["apply", "-y"], 0);
    let sent = || {
        bed.server()
            .log()
            .matches("REFRESH MATERIALIZED VIEW")
            .count()
    };
    let written = || {
        scene.value(
            "SELECT (SELECT count(*) FROM dormer.runs) + (SELECT count(*) FROM dormer.refreshes)",
        )
    };
    let before = (sent(), written());
    let ran = scene.run(&["refresh"], 0);
    assert_eq!(
        ran.stdout,
        "Nothing is stale: 4 views are fresh as counted.\n"
    );
    assert_eq!((sent(), written()), before);
    scene.run(&["refresh", "--all"], 0);
    assert_eq!(sent(), before.0 + 4);
}

#[test]
fn what_changed_is_refreshed_in_order_and_nothing_else() {
    let bed = bed();
    let scene = Scene::new(&bed);
    scene.run(&["apply", "-y"], 0);
    scene.write("UPDATE raw.orders SET net = net + 1");
    let result = scene.json(&["refresh", "--json"], 0);
    assert_eq!(
        objects(&result["refreshed"]),
        ["marts.daily", "marts.weekly", "marts.named"]
    );
    assert_eq!(scene.value("SELECT max(net) FROM marts.named"), "1325");
    let rows = "SELECT string_agg(name || ' ' || rows, ', ' ORDER BY started) FROM dormer.refreshes WHERE mode <> 'fill'";
    assert_eq!(scene.value(rows), "daily 7, weekly 1, named 7");
    // A part, and with what it reads.
    scene.write("UPDATE raw.orders SET net = net + 1");
    let ran = scene.run(&["refresh", "-s", "marts.weekly"], 8);
    assert!(
        ran.stdout.contains("parent stale  marts.weekly"),
        "{}",
        ran.told()
    );
    let result = scene.json(
        &["refresh", "-s", "marts.weekly", "--upstream", "--json"],
        0,
    );
    assert_eq!(
        objects(&result["refreshed"]),
        ["marts.daily", "marts.weekly"]
    );
    let result = scene.json(
        &["refresh", "-s", "marts.weekly", "--downstream", "--json"],
        0,
    );
    assert_eq!(objects(&result["refreshed"]), ["marts.named"]);
}

#[test]
fn failure_leaves_its_readers_stale_and_the_others_go_on() {
    let bed = bed();
    let scene = Scene::new(&bed);
    scene.run(&["apply", "-y"], 0);
    // 100 / count(*) of nothing.
    scene.write("DELETE FROM raw.orders; UPDATE raw.shops SET title = 'x'");
    let result = scene.json(&["refresh", "--json"], 8);
    let mut refreshed = objects(&result["refreshed"]);
    refreshed.sort();
    assert_eq!(refreshed, ["marts.daily", "marts.titles"]);
    assert_eq!(objects(&result["failed"]), ["marts.weekly"]);
    assert_eq!(objects(&result["parent_stale"]), ["marts.named"]);
    let error = "SELECT error FROM dormer.refreshes WHERE latest AND error IS NOT NULL";
    assert_eq!(scene.value(error), "22012: division by zero");
    let text = scene.run(&["refresh"], 8);
    assert!(
        text.stderr.contains("marts.weekly was not refreshed"),
        "{}",
        text.told()
    );
    assert!(
        text.stdout.contains("parent stale  marts.named"),
        "{}",
        text.told()
    );
    scene.run(&["history", result["run"].as_str().unwrap()], 0);
    scene.write("INSERT INTO raw.orders SELECT 1, 1, 1");
    scene.run(&["refresh"], 0);
    assert_eq!(scene.value("SELECT max(net) FROM marts.named"), "1");
    // No run that refreshed is one to go on with.
    scene.run(&["apply", "--resume"], 1);
}

#[test]
fn reader_who_stays_is_given_way_to() {
    let bed = bed();
    let scene = Scene::new(&bed);
    scene.run(&["apply", "-y"], 0);
    scene.write("UPDATE raw.orders SET net = net + 1; UPDATE raw.shops SET title = 'x'");
    let mut reader = scene.database.connect().unwrap();
    reader
        .batch_execute("BEGIN; SELECT * FROM marts.daily; SELECT * FROM marts.titles")
        .unwrap();
    let running = scene.project.spawn(&["refresh", "--json"]).unwrap();
    // Others who come meanwhile wait no longer than a cutover may.
    let mut longest = Duration::ZERO;
    let mut other = scene.database.connect().unwrap();
    for _ in 0..20 {
        let since = Instant::now();
        other
            .batch_execute("SELECT * FROM marts.titles; SELECT * FROM marts.daily")
            .unwrap();
        longest = longest.max(since.elapsed());
        thread::sleep(Duration::from_millis(100));
    }
    reader.batch_execute("COMMIT").unwrap();
    let ran = running.wait().unwrap();
    assert_eq!(ran.code, Some(0), "{}", ran.told());
    assert!(longest < Duration::from_millis(1_500), "{longest:?}");
    // Where readers can go on, it did not wait for them.
    let mode = "SELECT mode FROM dormer.refreshes WHERE name = 'daily' AND latest";
    assert_eq!(scene.value(mode), "concurrently");
    assert_eq!(
        scene.value("SELECT string_agg(DISTINCT title, '') FROM marts.titles"),
        "x"
    );
}

#[test]
fn killed_run_is_gone_on_with_by_the_next() {
    let bed = bed();
    let scene = Scene::new(&bed);
    scene.sql("CREATE FUNCTION raw.slow() RETURNS int LANGUAGE sql AS 'SELECT 1 FROM pg_sleep(2)'");
    scene.view(
        "slow",
        "CREATE MATERIALIZED VIEW marts.slow AS SELECT net, raw.slow() AS s FROM marts.weekly;\n",
    );
    scene.run(&["apply", "-y"], 0);
    scene.write("UPDATE raw.orders SET net = net + 1");
    let running = scene.project.spawn(&["refresh"]).unwrap();
    let working = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%REFRESH MATERIALIZED VIEW marts.slow%' AND pid <> pg_backend_pid() AND state = 'active'";
    let until = Instant::now() + Duration::from_secs(20);
    while scene.value(working) == "0" && Instant::now() < until {
        thread::sleep(Duration::from_millis(50));
    }
    // Two at once: the second one says who is there.
    let second = scene.run(&["refresh"], 6);
    assert!(second.stderr.contains("has the lease"), "{}", second.told());
    running.kill().unwrap();
    // What the dead one had begun ends in the target, and then the lease is free.
    thread::sleep(Duration::from_millis(2_500));
    scene.run(&["refresh"], 0);
    assert_eq!(
        scene.value(
            "SELECT string_agg(state, ' ' ORDER BY run) FROM dormer.runs WHERE kind = 'refresh'"
        ),
        "abandoned done"
    );
    assert_eq!(
        scene.value("SELECT (SELECT net FROM marts.slow) = (SELECT sum(net) FROM raw.orders)"),
        "true"
    );
}

#[test]
fn target_that_goes_away_is_no_failure_of_a_view() {
    let bed = bed();
    let scene = Scene::new(&bed);
    scene.sql("CREATE FUNCTION raw.slow() RETURNS int LANGUAGE sql AS 'SELECT 1 FROM pg_sleep(1)'");
    scene.view(
        "slow",
        "CREATE MATERIALIZED VIEW marts.slow AS SELECT net, raw.slow() AS s FROM marts.weekly;\n",
    );
    scene.run(&["apply", "-y"], 0);
    scene.write("UPDATE raw.orders SET net = net + 1");
    scene.sql("CREATE OR REPLACE FUNCTION raw.slow() RETURNS int LANGUAGE sql AS 'SELECT 1 FROM pg_sleep(60)'");
    let postmaster = scene.value("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)");
    let running = scene.project.spawn(&["refresh", "--json"]).unwrap();
    let working = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%REFRESH MATERIALIZED VIEW marts.slow%' AND pid <> pg_backend_pid() AND state = 'active'";
    let until = Instant::now() + Duration::from_secs(20);
    while scene.value(working) == "0" && Instant::now() < until {
        thread::sleep(Duration::from_millis(50));
    }
    let told = Command::new("kill")
        .args(["-INT", &postmaster])
        .status()
        .unwrap();
    assert!(told.success());
    let ran = running.wait().unwrap();
    assert_eq!(ran.code, Some(11), "{}", ran.told());
    assert!(
        ran.stderr.contains("the target went away"),
        "{}",
        ran.told()
    );
    assert!(!ran.stderr.contains("error:"), "{}", ran.told());
    let gone = scene.project.run(&["refresh"]).unwrap();
    assert_eq!(gone.code, Some(11), "{}", gone.told());
}

#[test]
fn what_an_apply_replaces_is_left_to_it() {
    let bed = bed();
    let scene = Scene::new(&bed);
    scene.sql("CREATE FUNCTION raw.slow() RETURNS int LANGUAGE sql AS 'SELECT 1 FROM pg_sleep(4)'");
    scene.run(&["apply", "-y"], 0);
    scene.write("UPDATE raw.orders SET net = net + 1; UPDATE raw.shops SET title = 'x'");
    scene.view(
        "weekly",
        "CREATE MATERIALIZED VIEW marts.weekly AS SELECT 200 / count(*) AS n, sum(net) AS net, raw.slow() AS s FROM marts.shown;\n",
    );
    let running = scene.project.spawn(&["apply", "-y"]).unwrap();
    let working = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%REFRESH MATERIALIZED VIEW marts.weekly%' AND pid <> pg_backend_pid() AND state = 'active'";
    let until = Instant::now() + Duration::from_secs(20);
    while scene.value(working) == "0" && Instant::now() < until {
        thread::sleep(Duration::from_millis(50));
    }
    let result = scene.json(&["refresh", "--json"], 0);
    let mut refreshed = objects(&result["refreshed"]);
    refreshed.sort();
    assert_eq!(refreshed, ["marts.daily", "marts.titles"]);
    assert_eq!(objects(&result["left"]), ["marts.weekly"]);
    let ran = running.wait().unwrap();
    assert_eq!(ran.code, Some(0), "{}", ran.told());
    scene.run(&["refresh"], 0);
    assert_eq!(
        scene
            .value("SELECT (SELECT max(net) FROM marts.named) = (SELECT sum(net) FROM raw.orders)"),
        "true"
    );
}

#[test]
fn generation_that_somebody_was_left_on_stays_fresh() {
    let bed = bed();
    let scene = Scene::new(&bed);
    scene.run(&["apply", "-y"], 0);
    // As an apply leaves it that may not touch somebody's view: a retired generation with a reader.
    scene.sql("CREATE SCHEMA bi; CREATE VIEW bi.report AS SELECT shop, net FROM marts.daily");
    scene.sql(
        "CREATE MATERIALIZED VIEW marts.daily__0000000x AS SELECT shop, sum(net) AS net FROM raw.orders GROUP BY shop;
         INSERT INTO dormer.objects SELECT schema, name, '0000000x', kind, 'daily__0000000x', 'retired', project, target,
             run, fingerprint, declared, companions, observed, version, since
         FROM dormer.objects WHERE name = 'daily'",
    );
    scene.run(&["refresh"], 0);
    assert!(!scene.states().iter().any(|(view, _)| view.contains("__")));
    scene.sql("CREATE OR REPLACE VIEW bi.report AS SELECT shop, net FROM marts.daily__0000000x");
    scene.write("UPDATE raw.orders SET net = net + 1");
    let result = scene.json(&["refresh", "--json"], 0);
    assert!(objects(&result["refreshed"]).contains(&"marts.daily__0000000x".to_owned()));
    assert_eq!(
        scene.value("SELECT (SELECT sum(net) FROM bi.report) = (SELECT sum(net) FROM raw.orders)"),
        "true"
    );
}
