//! Objects that get another name, and the ways back from there; what is bound to a type; and half a set.

use super::hands::{Scene, bed};

const A: &str = "CREATE MATERIALIZED VIEW marts.a AS SELECT id, shop FROM raw.orders;\n";
const B: &str = "CREATE MATERIALIZED VIEW marts.b AS SELECT count(*) AS n FROM marts.a;\n";

const NAMES: &str = "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class
WHERE relnamespace = 'marts'::regnamespace AND relkind IN ('v', 'm', 'r') AND relname NOT LIKE '%\\_\\_%'";
const LIVE: &str = "SELECT string_agg(name, ' ' ORDER BY name) FROM dormer.objects
WHERE schema = 'marts' AND state = 'live'";

/// Has everything of `a` say another name.
fn rename(scene: &Scene<'_>, a: &str, to: &str, others: &[(&str, &str)]) {
    scene.forget("a");
    scene.view(to, &a.replace("marts.a", &format!("marts.{to}")));
    for (name, text) in others {
        scene.view(name, &text.replace("marts.a", &format!("marts.{to}")));
    }
}

fn apply(scene: &Scene<'_>) -> String {
    scene.run(&["apply", "-y", "--allow", "data-loss"], 0);
    last_run(scene)
}

fn last_run(scene: &Scene<'_>) -> String {
    scene.value("SELECT max(run) FROM dormer.runs")
}

fn both(scene: &Scene<'_>, wanted: &str) {
    assert_eq!(scene.value(NAMES), wanted);
    assert_eq!(scene.value(LIVE), wanted);
}

#[test]
fn rename_that_is_taken_back_twice_stands_as_one_object() {
    let bed = bed();
    let scene = Scene::bare(&bed);
    scene.view("a", A);
    scene.view("b", B);
    apply(&scene);
    rename(&scene, A, "z", &[("b", B)]);
    let mut run = apply(&scene);
    for wanted in ["a b", "b z", "a b", "b z"] {
        scene.run(&["rollback", &run, "-y"], 0);
        both(&scene, wanted);
        run = last_run(&scene);
    }
    scene.run(&["drift"], 0);
    scene.settled();
    scene.view(
        "z",
        &A.replace("marts.a", "marts.z")
            .replace("id,", "id, 1 AS x,"),
    );
    apply(&scene);
    let ran = scene.run(&["rollback", &run, "-y"], 1);
    assert!(ran.stderr.contains("changed it later"), "{}", ran.told());
    both(&scene, "b z");
    scene.settled();
}

#[test]
fn later_runs_are_found_under_the_names_that_an_object_got_since() {
    let bed = bed();
    let scene = Scene::bare(&bed);
    scene.view("a", A);
    scene.view("b", B);
    apply(&scene);
    let edited = A.replace("id,", "id, 1 AS x,");
    scene.view("a", &edited);
    let edit = apply(&scene);
    rename(&scene, &edited, "a2", &[("b", B)]);
    apply(&scene);
    scene.view(
        "a2",
        &A.replace("marts.a", "marts.a2")
            .replace("id,", "id, 1 AS x, 2 AS y,"),
    );
    apply(&scene);
    scene.run(&["rollback", &edit, "-y"], 1);
    both(&scene, "a2 b");
    scene.run(&["rollback", &edit, "--through", "-y"], 0);
    both(&scene, "a b");
    scene.run(&["drift"], 0);
    scene.forget("a2");
    scene.view("a", A);
    scene.view("b", B);
    scene.settled();
}

#[test]
fn name_that_a_later_query_reads_is_not_taken_away() {
    let bed = bed();
    let scene = Scene::bare(&bed);
    scene.view("a", A);
    scene.view("b", B);
    apply(&scene);
    rename(&scene, A, "z", &[("b", B)]);
    let renamed = apply(&scene);
    let b = B
        .replace("marts.a", "marts.z")
        .replace("AS n", "AS n, 1 AS k");
    scene.view("b", &b);
    apply(&scene);
    scene.view("c", "CREATE VIEW marts.c AS SELECT id FROM marts.z;\n");
    apply(&scene);
    let ran = scene.run(&["rollback", &renamed, "-y"], 1);
    for told in [
        "marts.b: ",
        "marts.c: ",
        "and it reads marts.z",
        "--through",
    ] {
        assert!(ran.stderr.contains(told), "{}", ran.told());
    }
    both(&scene, "b c z");
    scene.run(&["rollback", &renamed, "--through", "-y"], 0);
    both(&scene, "a b");
    scene.run(&["drift"], 0);
}

#[test]
fn function_that_returns_rows_of_what_is_replaced_stays_and_is_told() {
    let bed = bed();
    let scene = Scene::bare(&bed);
    scene.view("a", A);
    apply(&scene);
    scene.sql(
        "CREATE FUNCTION bi.f() RETURNS SETOF marts.a BEGIN ATOMIC SELECT * FROM marts.a; END;
         CREATE FUNCTION bi.g() RETURNS bigint BEGIN ATOMIC SELECT count(*) FROM marts.a; END;",
    );
    scene.view("a", &A.replace(";", " WHERE id < 10;"));
    let ran = scene.run(&["apply", "-y"], 9);
    assert!(ran.told().contains("leaves-foreign"), "{}", ran.told());
    scene.run(&["apply", "-y", "--allow", "leaves-foreign"], 0);
    assert_eq!(scene.value("SELECT bi.g()"), "9");
    assert_eq!(scene.value("SELECT count(*) FROM bi.f()"), "50");
    scene.settled();
}

#[test]
fn table_that_gets_another_name_keeps_its_rows() {
    let bed = bed();
    let scene = Scene::bare(&bed);
    let table = "CREATE TABLE marts.a (id integer PRIMARY KEY, says text DEFAULT 'x');\n";
    scene.view("a", table);
    scene.view("b", B);
    apply(&scene);
    scene.sql("INSERT INTO marts.a VALUES (1), (2), (3); REFRESH MATERIALIZED VIEW marts.b");
    rename(&scene, table, "t2", &[("b", B)]);
    let run = apply(&scene);
    both(&scene, "b t2");
    assert_eq!(scene.value("SELECT count(*) FROM marts.t2"), "3");
    assert_eq!(scene.value("SELECT n FROM marts.b"), "3");
    scene.settled();
    scene.run(&["drift"], 0);
    scene.run(&["rollback", &run, "-y"], 0);
    both(&scene, "a b");
    assert_eq!(scene.value("SELECT count(*) FROM marts.a"), "3");
}

#[test]
fn set_is_published_whole_where_one_of_it_is_selected() {
    let bed = bed();
    let scene = Scene::bare(&bed);
    let of = |name: &str, more: &str| {
        let head = "-- dormer: group = \"g\"\nCREATE MATERIALIZED VIEW marts.";
        scene.view(
            name,
            &format!("{head}{name} AS SELECT id{more} FROM raw.orders;\n"),
        );
    };
    let columns = || {
        scene.value(
            "SELECT string_agg(relname || relnatts, ' ' ORDER BY relname) FROM pg_class
             WHERE relname IN ('a', 'b') AND relkind = 'm'",
        )
    };
    of("a", "");
    of("b", "");
    apply(&scene);
    of("a", ", shop");
    of("b", ", shop");
    let only = ["apply", "-y", "-s", "marts.a", "--exclude", "marts.b"];
    let ran = scene.run(&["plan", "-s", "marts.a"], 0);
    let told = "taken along by the selection: marts.b";
    assert!(ran.stdout.contains(told), "{}", ran.told());
    scene.run(&["apply", "-y", "-s", "marts.a"], 0);
    assert_eq!(columns(), "a2 b2");
    scene.settled();
    of("a", "");
    of("b", "");
    scene.run(&only, 0);
    assert_eq!(columns(), "a1 b2");
}
