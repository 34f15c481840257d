//! Plans of a part: what a selection takes along, and what is published together.

use std::path::Path;

use dormer_testkit::bed::{Bed, Database};
use dormer_testkit::project::{Project, Ran};
use serde_json::Value;

use crate::end::{nothing_to_do, run};
use crate::majors;

const GROUND: &str = "CREATE SCHEMA raw; CREATE SCHEMA marts;
CREATE TABLE raw.t AS SELECT i % 5 AS k, i AS v FROM generate_series(1, 20) AS i;";

/// Runs a scene on every major that runs deep.
fn everywhere(scene: impl Fn(&Database<'_>, &Project) -> Result<(), String>) {
    for binaries in majors::deep() {
        let bed = Bed::start(&binaries).unwrap();
        let database = bed.database().unwrap();
        database.connect().unwrap().batch_execute(GROUND).unwrap();
        let binary = Path::new(env!("CARGO_BIN_EXE_dormer"));
        let project = Project::new(binary, &database.url()).unwrap();
        scene(&database, &project)
            .unwrap_or_else(|error| panic!("PostgreSQL {}: {error}", bed.major()));
    }
}

/// A materialized view `marts.NAME`.
fn write(project: &Project, name: &str, query: &str) {
    let text = format!("CREATE MATERIALIZED VIEW marts.{name} AS\n{query};\n");
    project.view(name, &text).unwrap();
}

fn value(database: &Database<'_>, sql: &str) -> String {
    let mut session = database.connect().unwrap();
    let row = session.query_one(&format!("SELECT ({sql})::text"), &[]);
    row.unwrap().get(0)
}

fn plan(project: &Project, more: &[&str]) -> Result<Value, String> {
    let ran = run(project, &[&["plan", "--json"], more].concat(), 0)?;
    serde_json::from_str(&ran.stdout).map_err(|error| format!("{error}: {}", ran.told()))
}

/// What a plan does to which objects.
fn actions(plan: &Value) -> Vec<String> {
    let changes = plan["changes"].as_array().into_iter().flatten();
    let said = changes.map(|change| {
        let text = |key: &str| change[key].as_str().unwrap_or_default().to_owned();
        format!("{} {}", text("action"), text("object"))
    });
    said.collect()
}

/// The names of what takes its name in each cutover.
fn cutovers(plan: &Value) -> Vec<String> {
    let steps = plan["steps"].as_array().into_iter().flatten();
    let cutovers = steps.filter(|step| step["kind"] == "cutover");
    cutovers.map(|step| step["title"].to_string()).collect()
}

fn says(ran: &Ran, words: &str) -> Result<(), String> {
    let said = ran.told();
    said.contains(words)
        .then_some(())
        .ok_or_else(|| format!("it should say {words:?}: {said}"))
}

#[test]
fn a_reader_that_was_not_selected_follows_as_it_was_applied() {
    everywhere(|database, project| {
        write(project, "a", "SELECT k, sum(v) AS v FROM raw.t GROUP BY k");
        write(project, "b", "SELECT sum(v) AS v FROM marts.a");
        write(project, "c", "SELECT count(*) AS n FROM raw.t");
        run(project, &["apply", "-y"], 0)?;
        write(
            project,
            "a",
            "SELECT k, 2 * sum(v) AS v FROM raw.t GROUP BY k",
        );
        write(project, "b", "SELECT 100 * sum(v) AS v FROM marts.a");
        write(project, "c", "SELECT count(*) + 1 AS n FROM raw.t");
        let ran = run(project, &["plan", "-s", "marts.a"], 0)?;
        says(&ran, "taken along by the selection: marts.b")?;
        says(&ran, "marts.b: is built anew as it was applied")?;
        run(project, &["apply", "-y", "-s", "marts.a"], 0)?;
        assert_eq!(value(database, "SELECT v FROM marts.b"), "420");
        assert_eq!(value(database, "SELECT n FROM marts.c"), "20");
        // What waits is still there to be applied.
        assert_eq!(
            actions(&plan(project, &[])?),
            ["replace marts.b", "replace marts.c"]
        );
        run(project, &["apply", "-y"], 0)?;
        assert_eq!(value(database, "SELECT v FROM marts.b"), "42000");
        nothing_to_do(project, "after everything")
    });
}

#[test]
fn a_reader_that_cannot_follow_as_it_was_applied_is_named() {
    everywhere(|database, project| {
        write(
            project,
            "a",
            "SELECT k, v, v AS gone FROM raw.t WHERE v < 5",
        );
        write(project, "b", "SELECT sum(gone) AS v FROM marts.a");
        run(project, &["apply", "-y"], 0)?;
        write(project, "a", "SELECT k, v FROM raw.t WHERE v < 5");
        write(project, "b", "SELECT sum(v) AS v FROM marts.a");
        let ran = run(project, &["apply", "-y", "-s", "marts.a"], 1)?;
        says(&ran, "marts.b")?;
        says(&ran, "what its file says now is not part of this plan")?;
        says(&ran, "--select marts.b")?;
        // What it reads may not be newer than what is applied either.
        let ran = run(project, &["plan", "-s", "marts.b"], 0)?;
        says(&ran, "marts.b")?;
        assert_eq!(value(database, "SELECT v FROM marts.b"), "10");
        run(
            project,
            &["apply", "-y", "-s", "marts.a", "-s", "marts.b"],
            0,
        )?;
        nothing_to_do(project, "after both")
    });
}

#[test]
fn a_part_can_be_what_differs_from_the_target() {
    everywhere(|_, project| {
        for name in ["a", "b", "c"] {
            write(project, name, "SELECT k FROM raw.t");
        }
        write(project, "above", "SELECT k FROM marts.b");
        run(project, &["apply", "-y"], 0)?;
        let modified = ["-s", "state:modified"];
        assert_eq!(actions(&plan(project, &modified)?), [""; 0]);
        write(project, "b", "SELECT k + 1 AS k FROM raw.t");
        project.forget("c").unwrap();
        let all = ["replace marts.above", "replace marts.b", "drop marts.c"];
        assert_eq!(actions(&plan(project, &modified)?), all);
        let but = [&modified[..], &["--exclude", "marts.b"]].concat();
        assert_eq!(actions(&plan(project, &but)?), all[2..]);
        let ran = run(project, &["check", "-s", "state:modified"], 1)?;
        says(&ran, "\"state:modified\" needs a target to compare with")?;
        says(&ran, "dormer plan -s state:modified")?;
        let ran = run(project, &["plan", "--offline", "-s", "state:modified"], 1)?;
        says(&ran, "needs a target")?;
        let apply = [
            "apply",
            "-y",
            "--allow",
            "data-loss",
            "-s",
            "state:modified",
        ];
        run(project, &apply, 0)?;
        nothing_to_do(project, "after what differed")
    });
}

#[test]
fn what_is_published_together_takes_its_names_together() {
    everywhere(|database, project| {
        let apart = |number: i32| {
            write(
                project,
                "a",
                &format!("SELECT k + {number} AS k FROM raw.t"),
            );
            write(
                project,
                "b",
                &format!("SELECT v + {number} AS v FROM raw.t"),
            );
            write(project, "c", &format!("SELECT {number} AS n FROM raw.t"));
        };
        apart(0);
        run(project, &["apply", "-y"], 0)?;
        apart(1);
        assert_eq!(cutovers(&plan(project, &[])?).len(), 3);
        let rule = |name: &str| format!("[[rule]]\nmatch = \"marts.{name}\"\ngroup = \"books\"\n");
        project
            .configure(&["a", "b", "new"].map(rule).concat())
            .unwrap();
        // One that is new is seen with the others, and not before.
        write(project, "new", "SELECT 7 AS seven");
        let grouped = plan(project, &[])?;
        let mut cutovers = cutovers(&grouped);
        cutovers.sort();
        assert_eq!(
            cutovers,
            [
                "\"cutover marts.c\"",
                "\"cutover of 3 objects: marts.a, marts.b, marts.new\""
            ]
        );
        // Where one of them may not be shown, none is.
        let audit =
            "\n-- dormer: audit \"nothing is seven\"\nSELECT * FROM marts.new WHERE seven = 7;\n";
        let text = format!("CREATE MATERIALIZED VIEW marts.new AS SELECT 7 AS seven;\n{audit}");
        project.view("new", &text).unwrap();
        run(project, &["apply", "-y"], 5)?;
        assert_eq!(value(database, "SELECT min(k) FROM marts.a"), "0");
        assert_eq!(value(database, "SELECT min(v) FROM marts.b"), "1");
        assert_eq!(value(database, "SELECT min(n) FROM marts.c"), "1");
        write(project, "new", "SELECT 7 AS seven");
        run(project, &["apply", "-y"], 0)?;
        assert_eq!(value(database, "SELECT min(k) FROM marts.a"), "1");
        assert_eq!(value(database, "SELECT min(seven) FROM marts.new"), "7");
        nothing_to_do(project, "after the group")?;
        run(project, &["rollback", "-y"], 0)?;
        assert_eq!(value(database, "SELECT min(v) FROM marts.b"), "1");
        let gone = "SELECT coalesce(to_regclass('marts.new')::text, 'gone')";
        assert_eq!(value(database, gone), "gone");
        Ok(())
    });
}
