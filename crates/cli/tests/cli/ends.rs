//! How runs end before their time, and how others go on from there: Ctrl-C, a killed process, a lease
//! that is taken over, an audit that failed.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::runs::Scene;

const CONFIG: &str = "[project]\nname = \"shop\"\ndefault_target = \"prod\"\n[[folder]]\npath = \"views\"\n\
                      reader = \"sql\"\n[target.prod]\nengine = \"postgres\"\nurl = \"${env:PROD_DATABASE_URL}\"\n";

/// Sessions that fill at this moment.
const FILLING: &str = "SELECT pid FROM pg_stat_activity \
                       WHERE state = 'active' AND query ~ 'REFRESH' AND pid <> pg_backend_pid()";

impl Scene {
    /// A project of one file.
    fn declare(&self, sql: &str) {
        let folder = &self.folder.0;
        fs::create_dir_all(folder.join("views")).unwrap();
        fs::write(folder.join("dormer.toml"), CONFIG).unwrap();
        fs::write(folder.join("views/all.sql"), sql).unwrap();
    }

    /// Starts a run, and returns when the target works for it.
    fn start(&mut self, arguments: &[&str]) -> Child {
        let child = Command::new(env!("CARGO_BIN_EXE_dormer"))
            .args(arguments)
            .current_dir(&self.folder.0)
            .env("PROD_DATABASE_URL", self.server.url())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.until(FILLING);
        child
    }

    fn until(&mut self, sql: &str) {
        let since = Instant::now();
        while self.admin.query(sql, &[]).unwrap().is_empty() {
            assert!(since.elapsed() < Duration::from_secs(60), "never: {sql}");
            self.admin.execute("SELECT pg_sleep(0.02)", &[]).unwrap();
        }
    }

    /// Runs a command; its exit code and all that it said.
    fn says(&self, command: &str) -> (Option<i32>, String) {
        let output = self.shell().run(command);
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(said).unwrap())
    }
}

fn interrupt(child: &Child) {
    let kill = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
}

#[test]
fn a_watched_status_ends_calmly() {
    let mut scene = Scene::new();
    scene.declare("CREATE VIEW marts.plain AS SELECT id FROM raw.orders");
    let child = Command::new(env!("CARGO_BIN_EXE_dormer"))
        .args(["status", "--watch"])
        .current_dir(&scene.folder.0)
        .env("PROD_DATABASE_URL", scene.server.url())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut child = child;
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    // The hint is the last line of a look.
    while !first.contains("hint") {
        assert!(out.read_line(&mut first).unwrap() > 0, "{first}");
    }
    // It looks again.
    let mut line = String::new();
    while !line.contains("marts.plain") {
        line.clear();
        assert!(out.read_line(&mut line).unwrap() > 0, "{first}");
    }
    scene.admin.execute("SELECT pg_sleep(0.2)", &[]).unwrap();
    interrupt(&child);
    let ended = child.wait().unwrap();
    let mut said = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert_eq!((ended.code(), said.as_str()), (Some(0), ""));
}

#[test]
fn one_interrupt_lets_a_statement_end_and_two_do_not() {
    let mut scene = Scene::new();
    scene.declare("CREATE MATERIALIZED VIEW marts.slow AS SELECT pg_sleep(600)::text AS s");
    let mut child = scene.start(&["apply", "-y"]);
    interrupt(&child);
    // The second counts once the first was heard.
    scene.admin.execute("SELECT pg_sleep(0.5)", &[]).unwrap();
    assert!(
        child.try_wait().unwrap().is_none(),
        "it ended in the middle"
    );
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let (_, history) = scene.says("dormer history");
    assert!(history.contains("stopped"), "{history}");
    assert!(history.contains("interrupted"), "{history}");
    scene.until(&format!("SELECT 1 WHERE NOT EXISTS ({FILLING})"));
}

#[test]
fn a_killed_run_shows_as_dead_and_its_lease_is_taken_by_who_asks_for_it() {
    let mut scene = Scene::new();
    scene.declare("CREATE MATERIALIZED VIEW marts.slow AS SELECT pg_sleep(600)::text AS s");
    let mut child = scene.start(&["apply", "-y"]);
    let shown = "dormer history $(dormer history | cut -d' ' -f1)";
    let (_, alive) = scene.says(shown);
    assert!(alive.contains("held by a session that is alive"), "{alive}");
    let (code, held) = scene.says("dormer apply -y");
    assert_eq!(code, Some(6), "{held}");
    assert!(held.contains("its session is alive"), "{held}");
    let (code, held) = scene.says("dormer apply -y --take-lease");
    assert_eq!(code, Some(6), "{held}");

    child.kill().unwrap();
    child.wait().unwrap();
    // The server notices who died when it talks to them again.
    let end = FILLING.replace("SELECT pid", "SELECT pg_terminate_backend(pid)");
    scene.admin.query(&end, &[]).unwrap();
    scene.until("SELECT 1 WHERE NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory')");
    let (_, dead) = scene.says(shown);
    assert!(dead.contains("its session is gone"), "{dead}");
    let (_, list) = scene.says("dormer history");
    assert!(list.contains("running"), "{list}");
    assert!(list.contains("its session is gone"), "{list}");
    let (code, held) = scene.says("dormer apply -y");
    assert_eq!(code, Some(6), "{held}");
    assert!(held.contains("--take-lease"), "{held}");
    scene.declare("CREATE MATERIALIZED VIEW marts.slow AS SELECT 1 AS s");
    let (code, said) = scene.says("dormer apply -y --take-lease");
    assert_eq!(code, Some(0), "{said}");
    let (_, list) = scene.says("dormer history | head -1");
    assert!(list.contains("done"), "{list}");
}

#[test]
fn resuming_after_a_failed_audit_fills_again() {
    let mut scene = Scene::new();
    let bad =
        "CREATE SCHEMA scratch; CREATE TABLE scratch.t (n int); INSERT INTO scratch.t VALUES (-1)";
    scene.admin.batch_execute(bad).unwrap();
    scene.declare(
        "CREATE MATERIALIZED VIEW marts.a AS SELECT n FROM scratch.t;
         CREATE MATERIALIZED VIEW marts.b AS SELECT n FROM marts.a;
         -- dormer: audit \"never negative\"
         SELECT * FROM marts.b WHERE n < 0;",
    );
    let (code, said) = scene.says("dormer apply -y");
    assert_eq!(code, Some(5), "{said}");
    let (code, said) = scene.says("dormer apply -y --resume");
    assert_eq!(code, Some(5), "{said}");
    scene
        .admin
        .batch_execute("UPDATE scratch.t SET n = 1")
        .unwrap();
    let (code, said) = scene.says("dormer apply -y --resume");
    assert_eq!(code, Some(0), "{said}");
    let row = scene.admin.query_one("SELECT n FROM marts.b", &[]).unwrap();
    assert_eq!(row.get::<_, i32>(0), 1);
}

#[test]
fn a_plan_that_fits_no_more_ends_with_7() {
    let mut scene = Scene::new();
    scene.declare("CREATE MATERIALIZED VIEW marts.a AS SELECT 1 AS n");
    let (code, said) = scene.says("dormer plan -q --out plan.json && dormer apply plan.json -y");
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = scene.says("dormer apply plan.json -y");
    assert_eq!(code, Some(7), "{said}");
    assert!(said.contains("has ended: it is done"), "{said}");
    let resume = "dormer apply -y --resume $(dormer history | cut -d' ' -f1)";
    let (code, said) = scene.says(resume);
    assert_eq!(code, Some(7), "{said}");

    // A run that stopped, and a target that moved on meanwhile.
    scene.declare(
        "CREATE MATERIALIZED VIEW marts.a AS SELECT 2 AS n;
         CREATE MATERIALIZED VIEW marts.b AS SELECT n / (n - 2) AS n FROM marts.a;",
    );
    let (code, said) = scene.says("dormer apply -y");
    assert_eq!(code, Some(8), "{said}");
    let other = "COMMENT ON MATERIALIZED VIEW marts.a IS 'by hand'";
    scene.admin.batch_execute(other).unwrap();
    let (code, said) = scene.says("dormer apply -y --resume");
    assert_eq!(code, Some(7), "{said}");
    assert!(said.contains("marts.a: it changed"), "{said}");
}

#[test]
fn a_build_waits_for_what_its_own_run_fills() {
    let scene = Scene::new();
    scene.declare(
        "CREATE MATERIALIZED VIEW marts.a AS SELECT pg_sleep(2)::text AS s;
         CREATE MATERIALIZED VIEW marts.b AS SELECT s FROM marts.a;
         CREATE VIEW marts.v AS SELECT s FROM marts.a;",
    );
    let (code, said) = scene.says("dormer apply -y --lock-timeout 100ms --on-lock fail");
    assert_eq!(code, Some(0), "{said}");
}
