//! Plans and runs against a real server: the transcripts in `cases/target` hold.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use dormer_testkit::server::{Binaries, Server};

use crate::shell::{Folder, Shell, Style, hold, replay, workspace};
use crate::steady::steady;

/// A server with the raw tables of the shop, and a shell that knows it.
pub(crate) struct Scene {
    pub(crate) server: Server,
    pub(crate) admin: postgres::Client,
    pub(crate) folder: Folder,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let server = Server::start(&Binaries::find().unwrap()).unwrap();
        let mut admin = server.connect().unwrap();
        let seed = workspace().join("examples/shop/seed.sql");
        admin
            .batch_execute(&fs::read_to_string(seed).unwrap())
            .unwrap();
        Self {
            server,
            admin,
            folder: Folder::new(),
        }
    }

    pub(crate) fn shell(&self) -> Shell {
        Shell::new(&self.folder.0)
            .with_variable("PROD_DATABASE_URL", self.server.url())
            .with_variable("DORMER_WHO", "anna".to_owned())
            .with_steady(steady)
    }

    /// Runs a transcript and compares it.
    fn hold(&mut self, name: &str) {
        let path = workspace().join("cases/target").join(name);
        let text = fs::read_to_string(&path).unwrap();
        let row = self.admin.query_one("SHOW server_version", &[]).unwrap();
        let version: String = row.get(0);
        let version = version.split(' ').next().unwrap();
        let now = replay(&text, &mut self.shell(), Style::Exact);
        let now = now.replace(&format!("postgres {version}"), "postgres [VERSION]");
        if let Err(difference) = hold(&path, &now) {
            panic!("\n{difference}\nrecord it anew with BLESS=1");
        }
    }
}

#[test]
fn runs_are_planned_done_and_taken_back() {
    Scene::new().hold("runs.txt");
}

#[test]
fn what_is_kept_no_more_is_built_anew() {
    Scene::new().hold("rebuilt.txt");
}

/// Everything about an object that a reader or an owner could notice, but for its rows.
const LOOKS: &str = "\
SELECT c.oid::regclass::text, c.relkind::text, c.relacl::text, pg_get_viewdef(c.oid), \
obj_description(c.oid, 'pg_class'), \
(SELECT string_agg(concat(a.attname, ' ', a.atttypid::regtype, ' ', col_description(c.oid, a.attnum)), \
', ' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0), \
(SELECT string_agg(pg_get_indexdef(i.indexrelid), ', ') FROM pg_index i WHERE i.indrelid = c.oid) \
FROM pg_class c WHERE c.relkind IN ('v', 'm') AND c.relname NOT LIKE '%\\_\\_%' \
AND c.relnamespace IN ('marts'::regnamespace, 'public'::regnamespace) ORDER BY 1";

fn looks(admin: &mut postgres::Client) -> Vec<Vec<Option<String>>> {
    let rows = admin.query(LOOKS, &[]).unwrap();
    rows.iter()
        .map(|row| (0..row.len()).map(|at| row.get(at)).collect())
        .collect()
}

#[test]
fn rebuilt_objects_are_what_they_were_with_the_rows_of_today() {
    let mut scene = Scene::new();
    let mut shell = scene.shell();
    let config = "[project]\nname = \"shop\"\ndefault_target = \"prod\"\n[[folder]]\npath = \"views\"\n\
                  reader = \"sql\"\n[target.prod]\nengine = \"postgres\"\nurl = \"${env:PROD_DATABASE_URL}\"\n";
    let folder = scene.folder.0.clone();
    fs::create_dir(folder.join("views")).unwrap();
    fs::write(folder.join("dormer.toml"), config).unwrap();
    let declare = |daily: &str, plain: &str| {
        fs::write(folder.join("views/daily.sql"), daily).unwrap();
        fs::write(folder.join("views/plain.sql"), plain).unwrap();
    };
    let mut done = |command: &str| {
        let output = shell.run(command);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{command}: {said}");
    };
    declare(
        "CREATE MATERIALIZED VIEW marts.daily AS SELECT placed_at::date AS day, count(*) AS n FROM raw.orders GROUP BY 1;
         CREATE UNIQUE INDEX daily_key ON marts.daily (day);
         COMMENT ON MATERIALIZED VIEW marts.daily IS 'It''s per day';
         COMMENT ON COLUMN marts.daily.n IS 'How many';
         GRANT SELECT ON marts.daily TO PUBLIC;",
        "CREATE VIEW marts.plain AS SELECT id FROM raw.orders;
         COMMENT ON VIEW marts.plain IS 'Plain';",
    );
    done("dormer apply -y");
    let theirs = "CREATE VIEW public.theirs AS SELECT day FROM marts.daily; \
                  CREATE VIEW public.more AS SELECT id FROM marts.plain";
    scene.admin.batch_execute(theirs).unwrap();
    let before = looks(&mut scene.admin);
    declare(
        "CREATE MATERIALIZED VIEW marts.daily AS SELECT placed_at::date AS day, max(id) AS last FROM raw.orders GROUP BY 1;
         CREATE INDEX daily_last ON marts.daily (last);
         COMMENT ON MATERIALIZED VIEW marts.daily IS 'The last of a day';",
        "CREATE VIEW marts.plain AS SELECT id, status FROM raw.orders;",
    );
    done("dormer apply -y");
    assert_ne!(looks(&mut scene.admin), before);
    done("dormer cleanup --older-than 0s -y");
    let fewer = "DELETE FROM raw.order_items; DELETE FROM raw.payments; DELETE FROM raw.orders";
    scene.admin.batch_execute(fewer).unwrap();
    done("dormer rollback -y");
    assert_eq!(looks(&mut scene.admin), before);
    let rows = "SELECT count(*) FROM marts.daily";
    let rows: i64 = scene.admin.query_one(rows, &[]).unwrap().get(0);
    assert_eq!(rows, 0);
    let fingerprints = "SELECT count(DISTINCT fingerprint) FROM dormer.objects \
                        WHERE name = 'daily' AND state IN ('live', 'dropped')";
    let same: i64 = scene.admin.query_one(fingerprints, &[]).unwrap().get(0);
    assert_eq!(same, 1);
    done("dormer plan --detailed-exitcode; test $? = 2");

    // Where nobody wrote down what it was, it is said, and nothing is done.
    done("dormer cleanup --older-than 0s -y");
    let forget = "UPDATE dormer.objects SET declared = '' WHERE state = 'dropped'";
    scene.admin.batch_execute(forget).unwrap();
    let output = scene
        .shell()
        .run("dormer rollback $(dormer history | sed -n 2p | cut -d' ' -f1) -y");
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("marts.daily: what it was before run "),
        "{said}"
    );
    assert!(said.contains(" was not written down"), "{said}");
    assert_eq!(looks(&mut scene.admin), before);
}

#[test]
fn what_goes_wrong_says_what_to_do() {
    let mut scene = Scene::new();
    let rights = "CREATE ROLE reader LOGIN; GRANT USAGE ON SCHEMA raw TO reader; \
                  GRANT SELECT ON ALL TABLES IN SCHEMA raw TO reader";
    scene.admin.batch_execute(rights).unwrap();
    scene.hold("runs_refused.txt");
}

#[test]
fn locks_show_who_waits_for_whom() {
    let mut scene = Scene::new();
    let mut holder = scene.server.connect().unwrap();
    holder
        .batch_execute("SET application_name = 'report'; BEGIN; LOCK TABLE raw.orders")
        .unwrap();
    let mut waiter = scene.server.connect().unwrap();
    let waiting = thread::spawn(move || {
        let sql = "SET application_name = 'loader'; SELECT count(*) FROM raw.orders";
        waiter.batch_execute(sql)
    });
    let waits = "SELECT 1 FROM pg_locks WHERE NOT granted";
    let since = Instant::now();
    while scene.admin.query(waits, &[]).unwrap().is_empty() {
        assert!(since.elapsed() < Duration::from_secs(10));
        // The server does the waiting.
        scene.admin.execute("SELECT pg_sleep(0.02)", &[]).unwrap();
    }
    scene.hold("locks.txt");
    holder.batch_execute("ROLLBACK").unwrap();
    waiting.join().unwrap().unwrap();
}

#[test]
fn what_somebody_changed_and_what_fails_is_told() {
    let mut scene = Scene::new();
    let applied = scene
        .shell()
        .run("dormer init shop && cd shop && dormer apply -t prod -y");
    let said = String::from_utf8_lossy(&applied.stderr).into_owned();
    assert!(applied.status.success(), "{said}");
    let shown = "SELECT pg_get_viewdef('marts.open_payments'::regclass)";
    let shown: String = scene.admin.query_one(shown, &[]).unwrap().get(0);
    let shown = shown.replace("net > ", "net >= ");
    let by_hand = format!(
        "CREATE OR REPLACE VIEW marts.open_payments AS {shown}
         DROP INDEX marts.orders_daily_key;
         COMMENT ON MATERIALIZED VIEW marts.orders_daily IS 'Revenue';
         DROP VIEW bi.best_sellers;
         REFRESH MATERIALIZED VIEW bi.retention WITH NO DATA;
         CREATE ROLE anna; GRANT SELECT ON clean.orders TO anna;
         CREATE TABLE marts.scratch (id integer)"
    );
    scene.admin.batch_execute(&by_hand).unwrap();
    scene.hold("standing.txt");
}

/// A project with its targets, which share a database.
fn project(scene: &Scene, targets: &str) {
    let folder = &scene.folder.0;
    let config = format!(
        "[project]\nname = \"shop\"\ndefault_target = \"prod\"\n[[folder]]\npath = \"views\"\n\
         reader = \"sql\"\n[target.prod]\nengine = \"postgres\"\nurl = \"${{env:PROD_DATABASE_URL}}\"\n{targets}"
    );
    fs::create_dir(folder.join("views")).unwrap();
    fs::write(folder.join("dormer.toml"), config).unwrap();
}

#[test]
fn a_secret_reaches_the_target_and_nothing_else() {
    let mut scene = Scene::new();
    project(&scene, "");
    let file = scene.folder.0.join("views/sealed.sql");
    let declare = |sql: &str| fs::write(&file, sql).unwrap();
    let told = |variable: Option<&str>, command: &str| {
        let shell = scene.shell();
        let mut shell = match variable {
            Some(value) => shell.with_variable("SALT", value.to_owned()),
            None => shell,
        };
        let output = shell.run(command);
        let both = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&both).into_owned();
        assert!(!said.contains("hunter2"), "{said}");
        (output.status.code(), said)
    };
    let salted = Some("hunter2");
    declare(
        "CREATE MATERIALIZED VIEW marts.sealed AS SELECT id, md5(id || '${secret:SALT}') AS mark FROM raw.orders;\n",
    );
    let (code, said) = told(None, "dormer apply -y");
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("export SALT=.."), "{said}");
    let (code, said) = told(salted, "dormer apply -y");
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = told(salted, "dormer plan --detailed-exitcode");
    assert_eq!(code, Some(0), "{said}");
    declare(
        "CREATE MATERIALIZED VIEW marts.sealed AS SELECT id, md5(id || '${secret:SALT}') AS other FROM raw.orders;\n",
    );
    let (code, said) = told(
        salted,
        "dormer plan --out plan.json && dormer apply plan.json -y",
    );
    assert_eq!(code, Some(0), "{said}");
    let plan = fs::read_to_string(scene.folder.0.join("plan.json")).unwrap();
    assert!(plan.contains("${secret:SALT}") && !plan.contains("hunter2"));
    declare(
        "CREATE MATERIALIZED VIEW marts.sealed AS SELECT id, ('${secret:SALT}' || id)::int AS other FROM raw.orders;\n",
    );
    let (code, said) = told(salted, "dormer apply -y");
    assert_ne!(code, Some(0), "{said}");
    assert!(said.contains("${secret:SALT}"), "{said}");
    let row = "SELECT (SELECT count(*) FROM marts.sealed WHERE other = md5(id || 'hunter2')), \
               (SELECT count(*) FROM dormer.objects o WHERE o::text LIKE '%hunter2%') \
               + (SELECT count(*) FROM dormer.runs r WHERE r::text LIKE '%hunter2%') \
               + (SELECT count(*) FROM dormer.steps s WHERE s::text LIKE '%hunter2%')";
    let row = scene.admin.query_one(row, &[]).unwrap();
    assert!(row.get::<_, i64>(0) > 0);
    assert_eq!(row.get::<_, i64>(1), 0);
}

#[test]
fn two_targets_in_one_database_keep_what_they_have() {
    let mut scene = Scene::new();
    project(
        &scene,
        "schemas = { marts = \"anna\" }\n[target.bob]\nengine = \"postgres\"\n\
         url = \"${env:PROD_DATABASE_URL}\"\nschemas = { marts = \"bob\" }\n",
    );
    let views = scene.folder.0.join("views");
    let sql = "CREATE MATERIALIZED VIEW marts.a AS SELECT id FROM raw.orders;\n";
    fs::write(views.join("a.sql"), sql).unwrap();
    let mut shell = scene.shell();
    let mut done = |command: &str| {
        let output = shell.run(command);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{command}: {said}");
    };
    done("dormer apply -y");
    done("dormer apply --target bob -y");
    done("dormer plan --detailed-exitcode");
    fs::remove_file(views.join("a.sql")).unwrap();
    fs::write(views.join("b.sql"), sql.replace("marts.a", "marts.b")).unwrap();
    done("dormer apply --target bob -y --allow data-loss");
    let row = "SELECT to_regclass('anna.a') IS NOT NULL, to_regclass('bob.a') IS NULL, \
               to_regclass('bob.b') IS NOT NULL";
    let row = scene.admin.query_one(row, &[]).unwrap();
    let kept: [bool; 3] = [row.get(0), row.get(1), row.get(2)];
    assert_eq!(kept, [true; 3]);
}

#[test]
fn existing_objects_are_taken_over_and_a_lost_journal_is_mended() {
    let mut scene = Scene::new();
    project(&scene, "");
    let made = "CREATE SCHEMA IF NOT EXISTS marts; \
                CREATE MATERIALIZED VIEW marts.daily AS SELECT placed_at::date AS day, count(*) AS n FROM raw.orders GROUP BY 1; \
                COMMENT ON MATERIALIZED VIEW marts.daily IS 'Orders per day'; \
                CREATE VIEW marts.busy AS SELECT day FROM marts.daily WHERE n > 10; \
                CREATE VIEW marts.quiet AS SELECT day FROM marts.daily WHERE n < 3";
    scene.admin.batch_execute(made).unwrap();
    let files = [
        (
            "daily",
            "CREATE MATERIALIZED VIEW marts.daily AS\nselect placed_at::date as day, count(*) as n from raw.orders group by 1;\n\
             COMMENT ON MATERIALIZED VIEW marts.daily IS 'Orders per day';\n",
        ),
        (
            "busy",
            "-- Days with much to do.\nCREATE VIEW marts.busy AS\nSELECT day FROM marts.daily WHERE n > 20;\n",
        ),
        (
            "quiet",
            "CREATE VIEW marts.quiet AS\nSELECT day FROM marts.daily WHERE n < 3;\n",
        ),
        (
            "new",
            "CREATE VIEW marts.new AS\nSELECT day FROM marts.busy;\n",
        ),
    ];
    for (name, text) in files {
        let path = scene.folder.0.join(format!("views/{name}.sql"));
        fs::write(path, text).unwrap();
    }
    scene.hold("adopt.txt");
    let lose = "DROP SCHEMA dormer CASCADE";
    scene.admin.batch_execute(lose).unwrap();
    scene.hold("doctor.txt");
}
