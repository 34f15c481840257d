//! Tables that somebody drops, makes anew or alters by hand: they are told, and nothing of theirs is lost.

use dormer_testkit::bed::Bed;
use dormer_testkit::server::Binaries;

use crate::hands::Scene;

const MADE: &str = "CREATE TABLE marts.k AS\nSELECT id, net FROM raw.orders;\n";
const EDITED: &str = "CREATE TABLE marts.k AS\nSELECT id, net, 1 AS more FROM raw.orders;\n";
const APPLY: &[&str] = &["apply", "-y", "--allow", "data-loss"];
const CLEANUP: &[&str] = &["cleanup", "-y", "--older-than", "0s"];
/// What somebody makes where a table of ours was.
const PRECIOUS: &str = "(precious text); INSERT INTO marts.k VALUES ('gold')";

fn bed() -> Bed {
    Bed::start(&Binaries::find().unwrap()).unwrap()
}

/// Where the retired generation of the table is.
fn retired(scene: &Scene<'_>) -> String {
    scene.value("SELECT physical FROM dormer.objects WHERE name = 'k' AND state = 'retired'")
}

#[test]
fn table_under_the_name_of_one_of_ours_keeps_its_rows() {
    let bed = bed();
    let scene = Scene::new(&bed);
    scene.view("k", MADE);
    scene.run(APPLY, 0);
    scene.settled();
    scene.run(&["drift"], 0);
    scene.sql(&format!(
        "DROP TABLE marts.k; CREATE TABLE marts.k {PRECIOUS}"
    ));

    let ran = scene.run(&["plan"], 1);
    let anew = "somebody made it anew by hand";
    assert!(ran.told().contains(anew), "{}", ran.told());
    let ran = scene.run(&["drift"], 3);
    assert!(ran.told().contains(anew), "{}", ran.told());
    scene.view("k", EDITED);
    scene.run(APPLY, 1);
    scene.run(CLEANUP, 0);
    assert_eq!(scene.value("SELECT precious FROM marts.k"), "gold");

    // Neither does a rename take it along.
    scene.remove("k");
    scene.view("k2", &MADE.replace("marts.k", "marts.k2"));
    scene.run(APPLY, 0);
    assert_eq!(scene.value("SELECT precious FROM marts.k"), "gold");
    assert_eq!(scene.value("SELECT count(*) FROM marts.k2"), "50");
}

#[test]
fn table_under_a_retired_name_is_neither_dropped_nor_published() {
    let bed = bed();
    let scene = Scene::new(&bed);
    scene.view("k", MADE);
    scene.run(APPLY, 0);
    scene.view("k", EDITED);
    scene.run(APPLY, 0);
    let place = retired(&scene);
    scene.sql(&format!(
        "DROP TABLE marts.{place}; CREATE TABLE marts.{place} (precious text)"
    ));
    let ran = scene.run(CLEANUP, 0);
    let told = ran.told();
    assert!(told.contains("somebody made it anew by hand"), "{told}");
    let there = format!("SELECT to_regclass('marts.{place}') IS NOT NULL");
    assert_eq!(scene.value(&there), "true");
    // It is built anew from what the journal knows.
    scene.run(&["rollback", "-y"], 0);
    let columns = "SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute \
                   WHERE attrelid = 'marts.k'::regclass AND attnum > 0";
    assert_eq!(scene.value(columns), "id net");
    assert_eq!(scene.value(&there), "true");
}

#[test]
fn view_under_a_retired_name_is_not_published() {
    let bed = bed();
    let scene = Scene::new(&bed);
    let view = MADE.replace("TABLE", "MATERIALIZED VIEW");
    scene.view("k", &view);
    scene.run(APPLY, 0);
    scene.view("k", &EDITED.replace("TABLE", "MATERIALIZED VIEW"));
    scene.run(APPLY, 0);
    let place = retired(&scene);
    scene.sql(&format!(
        "DROP MATERIALIZED VIEW marts.{place}; \
         CREATE MATERIALIZED VIEW marts.{place} AS SELECT 'gold' AS precious"
    ));
    scene.run(&["rollback", "-y"], 0);
    assert_eq!(scene.value("SELECT count(net) FROM marts.k"), "50");
    let there = format!("SELECT precious FROM marts.{place}");
    assert_eq!(scene.value(&there), "gold");
}

#[test]
fn column_that_somebody_dropped_comes_back() {
    let bed = bed();
    let scene = Scene::new(&bed);
    scene.view("k", MADE);
    scene.view("t", "CREATE TABLE marts.t (id int, word text, late int);\n");
    scene.run(APPLY, 0);
    scene.sql(
        "ALTER TABLE marts.k DROP COLUMN net; ALTER TABLE marts.t DROP COLUMN word; \
         ALTER TABLE marts.t ALTER late SET NOT NULL, ALTER late TYPE bigint",
    );
    let told = scene.run(&["plan"], 0).told();
    for what in [
        "column \"net\" is gone",
        "column \"word\" is gone from the target, and is added again",
    ] {
        assert!(told.contains(what), "{what}: {told}");
    }
    let told = scene.run(&["drift"], 3).told();
    for what in ["\"late\" is NOT NULL", "\"late\" is bigint, was integer"] {
        assert!(told.contains(what), "{what}: {told}");
    }
    scene.run(APPLY, 0);
    assert_eq!(scene.value("SELECT count(net) FROM marts.k"), "50");
    assert_eq!(scene.value("SELECT count(word) FROM marts.t"), "0");
    scene.settled();
    // What apply left of it is as it was settled now.
    scene.run(&["drift"], 0);
}
