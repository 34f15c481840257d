//! The embedded target through the binary: the first hour, its one connection, and its death at any moment.

#![expect(clippy::unwrap_used, reason = "what cannot be set up is a failed test")]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use dormer_embedded::Embedded;
use dormer_testkit::project::{Project, Ran};
use serde_json::Value;

const TOML: &str = "\
[project]
name = \"shop\"

[target.dev]
url = \"embedded:.dormer/dev\"
seed = \"seed.sql\"
";

const SEED: &str = "\
CREATE SCHEMA raw; CREATE SCHEMA marts;
CREATE TABLE raw.t AS SELECT i % 50 AS k, i AS v FROM generate_series(1, 2000) AS i;
-- the end
";

/// A project with a chain of three views on a target that is not there yet.
fn project() -> Project {
    let mut project = Project::new(Path::new(env!("CARGO_BIN_EXE_dormer")), "").unwrap();
    // Unpacked once for all tests.
    project.variable("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"));
    project.write("dormer.toml", TOML).unwrap();
    project.write("seed.sql", SEED).unwrap();
    chain(&project, 1);
    project
}

fn chain(project: &Project, version: i32) {
    let made = |name: &str, query: &str| {
        let text = format!("CREATE MATERIALIZED VIEW marts.{name} AS {query};\n");
        project.view(name, &text).unwrap();
    };
    let first = format!("SELECT k, sum(v) + {version} AS v FROM raw.t GROUP BY k");
    made("first", &first);
    made("second", "SELECT k, v * 2 AS v FROM marts.first");
    made("third", "SELECT count(*) AS n FROM marts.second");
}

#[must_use]
fn ran(project: &Project, arguments: &[&str], code: i32) -> Ran {
    let ran = project.run(arguments).unwrap();
    assert_eq!(ran.code, Some(code), "{}", ran.told());
    ran
}

#[test]
fn new_project_is_applied_changed_and_taken_back_without_a_server() {
    let project = project();
    let first = ran(&project, &["apply", "-y"], 0);
    let filled = "Filled target dev, which was new, from seed.sql.";
    assert!(first.stderr.contains(filled), "{}", first.told());
    let plan = ran(&project, &["plan", "--detailed-exitcode"], 0);
    assert!(!plan.stderr.contains("Filled"), "{}", plan.told());

    let folder = project.folder().join(".dormer/dev");
    let mode = fs::metadata(&folder).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    assert_eq!(
        fs::read_to_string(folder.join(".gitignore")).unwrap(),
        "*\n"
    );

    chain(&project, 2);
    let plan = ran(&project, &["plan", "--json"], 0);
    let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
    assert_eq!(plan["summary"]["replace"], 3);
    assert_eq!(plan["limits"]["jobs"], 1, "{}", plan["limits"]);
    let many = ran(&project, &["apply", "-y", "-j", "4"], 0);
    let said = "target dev has one session: its steps are done one after the other";
    assert!(many.stderr.contains(said), "{}", many.told());
    let _taken_back = ran(&project, &["rollback", "-y"], 0);
    let _cleaned = ran(&project, &["cleanup", "-y", "--older-than", "0s"], 0);
    chain(&project, 1);
    let _nothing = ran(&project, &["plan", "--detailed-exitcode"], 0);
    let runs = ran(&project, &["history", "--json"], 0);
    let runs: Value = serde_json::from_str(&runs.stdout).unwrap();
    assert_eq!(runs["runs"].as_array().unwrap().len(), 4, "{runs}");
}

#[test]
fn reads_of_the_proof_are_interleaved_and_tell_no_stall() {
    let project = project();
    let _made = ran(&project, &["apply", "-y"], 0);
    chain(&project, 2);
    let proved = ran(&project, &["apply", "-y", "--prove", "--json"], 0);
    let last = proved.stdout.lines().last().unwrap();
    let result: Value = serde_json::from_str(last).unwrap();
    let proof = &result["proof"];
    assert_eq!(proof["interleaved"], true, "{result}");
    assert_eq!(proof["longest_stall_ms"], Value::Null);
    assert_eq!(proof["failures"], 0);
    assert!(proof["reads"].as_u64().unwrap() >= 3, "{result}");
    for object in proof["objects"].as_array().unwrap() {
        assert_eq!(object["longest_stall_ms"], Value::Null, "{object}");
        assert!(object["reads"].as_u64().unwrap() >= 2, "{object}");
    }
    chain(&project, 3);
    let proved = ran(&project, &["apply", "-y", "--prove"], 0);
    let said = "none failed; in one session no stall can be seen";
    assert!(proved.stdout.contains(said), "{}", proved.told());
}

#[test]
fn second_process_is_told_who_has_the_target() {
    let project = project();
    let held = Embedded::open(&project.folder().join(".dormer/dev")).unwrap();
    for arguments in [["plan"].as_slice(), &["apply", "-y"], &["history"]] {
        let refused = ran(&project, arguments, 11);
        let holder = format!("process {} has ", std::process::id());
        assert!(refused.stderr.contains(&holder), "{}", refused.told());
        assert!(refused.stderr.contains("ps -fp"), "{}", refused.told());
    }
    drop(held);
    // A database that was still being opened is left after a moment, and lets go when it is open.
    let free = (0..100).any(|_| project.run(&["plan"]).unwrap().code == Some(0));
    assert!(free, "nobody has it, and it cannot be opened");
}

#[test]
fn nobody_is_watched_where_nobody_else_can_be() {
    let project = project();
    let _made = ran(&project, &["apply", "-y"], 0);
    let looked = ran(&project, &["locks"], 0);
    let said = "target dev has one session: nobody else can hold a lock in it";
    assert!(looked.stderr.contains(said), "{}", looked.told());
    let refused = ran(&project, &["locks", "--watch"], 1);
    assert!(
        refused.stderr.contains("nobody to watch"),
        "{}",
        refused.told()
    );
}

#[test]
fn seed_that_fails_leaves_nothing_and_is_tried_again() {
    let project = project();
    let broken = "CREATE TABLE public.t (a int);\nINSERT INTO public.t\nSELEKT 1;\n";
    project.write("seed.sql", broken).unwrap();
    let failed = ran(&project, &["plan"], 1);
    for said in [
        "does not take seed.sql",
        "line 3: ",
        "nothing of it is kept",
    ] {
        assert!(failed.stderr.contains(said), "{said}: {}", failed.told());
    }
    project.write("seed.sql", SEED).unwrap();
    let mended = ran(&project, &["plan"], 0);
    assert!(
        mended.stderr.contains("Filled target dev"),
        "{}",
        mended.told()
    );
    project.write("seed.sql", broken).unwrap();
    let _once = ran(&project, &["plan"], 0);
}

#[test]
fn folder_of_something_else_is_left_alone() {
    let project = project();
    let toml = TOML.replace(".dormer/dev", "views");
    project.write("dormer.toml", &toml).unwrap();
    let refused = ran(&project, &["plan"], 1);
    assert!(
        refused.stderr.contains("holds files of something else"),
        "{}",
        refused.told()
    );
    assert_eq!(
        fs::read_dir(project.folder().join("views"))
            .unwrap()
            .count(),
        3
    );
}

/// Kills a run with no chance to say a word, as soon as so many steps are done.
fn kill_after(project: &Project, steps: usize) -> usize {
    let mut child = project.command(&["apply", "-y", "--json"]).spawn().unwrap();
    let events = BufReader::new(child.stdout.take().unwrap()).lines();
    let finished = events
        .map_while(Result::ok)
        .filter(|line| line.contains("\"step-finished\""))
        .take(steps)
        .count();
    child.kill().unwrap();
    let _status = child.wait().unwrap();
    finished
}

#[test]
fn run_that_is_killed_goes_on_with_all_that_was_committed() {
    let project = project();
    let _made = ran(&project, &["apply", "-y"], 0);
    for (number, steps) in [1, 3, 6].into_iter().enumerate() {
        chain(&project, 10 + i32::try_from(number).unwrap());
        assert_eq!(kill_after(&project, steps), steps);
        let resumed = project.run(&["apply", "-y", "--resume"]).unwrap();
        if resumed.code != Some(0) {
            // It came to its end before it was killed.
            assert!(
                resumed.stderr.contains("left to go on with"),
                "{}",
                resumed.told()
            );
        }
        let _nothing = ran(&project, &["plan", "--detailed-exitcode"], 0);
    }
}

/// The story with its project kept, so that the commands that only look can be tried on it.
#[test]
fn demo_tells_its_story_and_every_command_works_on_what_it_leaves() {
    let project = project();
    let told = ran(&project, &["demo", "--keep", "kept", "--json"], 0);
    let story: Value = serde_json::from_str(&told.stdout).unwrap();
    let done: Vec<&Value> = story["steps"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|part| part["done"].as_array().unwrap())
        .collect();
    let result = |words: &str| {
        let one = done.iter().find(|one| one["act"]["command"] == *words);
        &one.unwrap()["result"]
    };
    assert_eq!(
        result("apply -y --prove")["proof"]["failures"],
        0,
        "{story}"
    );
    let refreshed = &result("refresh")["refreshed"];
    assert_eq!(refreshed.as_array().unwrap().len(), 5, "{refreshed}");
    for looking in [
        ["status"].as_slice(),
        &["audit"],
        &["drift"],
        &["doctor"],
        &["show", "core.orders", "--observed"],
        &["impact", "raw.payments.amount_cents"],
        &["adopt", "-y"],
        &["refresh", "--all", "-j", "4"],
    ] {
        let arguments: Vec<&str> = ["-C", "kept"].iter().chain(looking).copied().collect();
        let _looked = ran(&project, &arguments, 0);
    }
}

#[test]
fn demo_that_is_interrupted_leaves_nothing() {
    let project = project();
    let folder = project.folder().join("tmp");
    fs::create_dir(&folder).unwrap();
    let mut child = project
        .command(&["demo"])
        .env("TMPDIR", &folder)
        .spawn()
        .unwrap();
    let mut told = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = told.next().unwrap().unwrap();
    assert!(first.contains("Create the layers"), "{first}");
    let pid = child.id().to_string();
    let sent = std::process::Command::new("kill")
        .args(["-INT", &pid])
        .status()
        .unwrap();
    assert!(sent.success());
    let rest = told.count();
    assert_eq!(
        child.wait().unwrap().code(),
        Some(130),
        "after {rest} lines"
    );
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}
