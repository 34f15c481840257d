//! Each as a short story on a server: what somebody does, and what becomes of it.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use dormer_testkit::bed::{Bed, Database};
use dormer_testkit::project::{Project, Ran};
use dormer_testkit::server::Binaries;

const GROUND: &str = "
CREATE SCHEMA raw; CREATE SCHEMA marts; CREATE SCHEMA bi;
CREATE TABLE raw.orders AS SELECT i AS id, i % 7 AS shop, i::numeric AS net FROM generate_series(1, 50) AS i;";

const DAILY: &str = "CREATE MATERIALIZED VIEW marts.daily AS
SELECT shop, sum(net) AS net FROM raw.orders GROUP BY shop;
CREATE UNIQUE INDEX daily_key ON marts.daily (shop);
COMMENT ON MATERIALIZED VIEW marts.daily IS 'Per shop';
";
const SHOWN: &str = "CREATE VIEW marts.shown AS
SELECT shop, net FROM marts.daily;
";

pub(crate) struct Scene<'a> {
    database: Database<'a>,
    project: Project,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(bed: &'a Bed) -> Self {
        let scene = Self::bare(bed);
        scene.view("daily", DAILY);
        scene.view("shown", SHOWN);
        scene
    }

    /// The ground, and no file.
    pub(crate) fn bare(bed: &'a Bed) -> Self {
        let database = bed.database().unwrap();
        let binary = Path::new(env!("CARGO_BIN_EXE_dormer"));
        let project = Project::new(binary, &database.url()).unwrap();
        let scene = Self { database, project };
        scene.sql(GROUND);
        scene
    }

    pub(crate) fn forget(&self, name: &str) {
        self.project.forget(name).unwrap();
    }

    pub(crate) fn view(&self, name: &str, text: &str) {
        self.project.view(name, text).unwrap();
    }

    /// Writes the lower view, and runs the binary.
    #[track_caller]
    pub(crate) fn view_and_run(&self, daily: &str, arguments: &[&str], code: i32) -> Ran {
        self.view("daily", daily);
        self.run(arguments, code)
    }

    /// A file in the folder of the project.
    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.project.folder().join(name)).unwrap()
    }

    /// Another query of the view below.
    fn edit(&self, condition: &str) {
        let text = DAILY.replace("GROUP BY", &format!("WHERE {condition} GROUP BY"));
        self.view("daily", &text);
    }

    pub(crate) fn sql(&self, text: &str) {
        self.database
            .connect()
            .unwrap()
            .batch_execute(text)
            .unwrap();
    }

    /// Takes a file away.
    pub(crate) fn remove(&self, name: &str) {
        self.project.forget(name).unwrap();
    }

    pub(crate) fn value(&self, query: &str) -> String {
        let query = format!("SELECT ({query})::text");
        let row = self.database.connect().unwrap().query_one(&query, &[]);
        let value: Option<String> = row.unwrap().get(0);
        value.unwrap_or_default()
    }

    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str], code: i32) -> Ran {
        let ran = self.project.run(arguments).unwrap();
        assert_eq!(ran.code, Some(code), "{}", ran.told());
        ran
    }

    #[track_caller]
    pub(crate) fn settled(&self) {
        self.run(&["plan", "--detailed-exitcode"], 0);
    }

    /// Runs the plan as a script, as psql would.
    fn script(&self) -> Result<(), String> {
        let script = self.run(&["plan", "--format", "sql"], 0).stdout;
        let lines = script.lines().filter(|line| !line.starts_with('\\'));
        let script = lines.collect::<Vec<_>>().join("\n");
        let mut session = self.database.connect().unwrap();
        session.batch_execute(&script).map_err(|error| {
            let error = error.as_db_error().map(|error| error.message().to_owned());
            error.unwrap_or_default()
        })
    }
}

pub(crate) fn bed() -> Bed {
    Bed::start(&Binaries::find().unwrap()).unwrap()
}

#[test]
fn a_script_tells_the_journal_what_it_did() {
    let bed = bed();
    let scene = Scene::new(&bed);
    scene.script().unwrap();
    scene.settled();
    scene.edit("id > 10");
    scene.script().unwrap();
    scene.settled();
    let live = "SELECT count(*) FROM dormer.objects WHERE state = 'live' AND observed IS NOT NULL";
    assert_eq!(scene.value(live), "2");
    let runs = "SELECT string_agg(state || ' ' || host, ', ') FROM dormer.runs";
    assert_eq!(scene.value(runs), "done script, done script");

    scene.run(&["rollback", "-y"], 0);
    assert_eq!(scene.value("SELECT sum(net) FROM marts.shown"), "1275");
    scene.run(&["apply", "-y"], 0);
    scene.settled();
    assert_eq!(scene.value("SELECT sum(net) FROM marts.shown"), "1220");
    scene.run(&["cleanup", "--older-than", "0s", "-y"], 0);
    let left = "SELECT count(*) FROM pg_class WHERE relname LIKE 'daily\\_\\_%'";
    assert_eq!(scene.value(left), "0");
}

#[test]
fn a_script_that_the_journal_did_not_hear_of_is_known_by_its_markers() {
    let bed = bed();
    let scene = Scene::new(&bed);
    scene.run(&["apply", "-y"], 0);
    scene.sql("CREATE TABLE public.before AS SELECT * FROM dormer.objects");
    scene.edit("id > 10");
    scene.script().unwrap();
    scene.sql("TRUNCATE dormer.objects; INSERT INTO dormer.objects SELECT * FROM public.before");
    scene.settled();
    scene.edit("id > 20");
    let plan = scene.run(&["plan"], 0);
    assert!(!plan.stdout.contains("somebody"), "{}", plan.told());
    scene.run(&["apply", "-y"], 0);
    scene.settled();
    scene.run(&["rollback", "-y"], 0);
    assert_eq!(scene.value("SELECT sum(net) FROM marts.shown"), "1220");
    scene.run(&["apply", "-y"], 0);
    scene.run(&["cleanup", "--older-than", "0s", "-y"], 0);
    let left = "SELECT count(*) FROM pg_class WHERE relname LIKE 'daily\\_\\_%'";
    assert_eq!(scene.value(left), "0");
}

#[test]
fn a_failed_audit_stops_a_script() {
    let bed = bed();
    let scene = Scene::new(&bed);
    scene.run(&["apply", "-y"], 0);
    let audited = format!(
        "{}\n-- dormer: audit \"never zero\"\nSELECT * FROM marts.daily WHERE net > 0;\n",
        DAILY.replace("GROUP BY", "WHERE id > 5 GROUP BY")
    );
    scene.view("daily", &audited);
    let script = scene.run(&["plan", "--format", "sql"], 0);
    assert!(
        script.stdout.contains("RAISE EXCEPTION"),
        "{}",
        script.told()
    );
    let error = scene.script().unwrap_err();
    assert!(error.contains("never zero"), "{error}");
    assert_eq!(scene.value("SELECT sum(net) FROM marts.shown"), "1275");
}

#[test]
fn a_view_that_comes_while_shadows_are_filled_is_not_left_behind() {
    let bed = bed();
    let scene = Scene::new(&bed);
    scene.run(&["apply", "-y"], 0);
    scene.edit("pg_sleep(0.1) IS NOT NULL");
    let apply = scene.project.spawn(&["apply", "-y"]).unwrap();
    let since = Instant::now();
    let filling = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%REFRESH%' AND state = 'active' \
                   AND pid <> pg_backend_pid()";
    while scene.value(filling) == "0" {
        assert!(since.elapsed() < Duration::from_secs(30));
        thread::sleep(Duration::from_millis(50));
    }
    scene.sql("CREATE VIEW bi.late AS SELECT shop FROM marts.daily");
    let ended = apply.wait().unwrap();
    assert_eq!(ended.code, Some(7), "{}", ended.told());
    assert!(ended.told().contains("bi.late"), "{}", ended.told());
    assert_eq!(scene.value("SELECT sum(net) FROM marts.daily"), "1275");
    let refused = scene.run(&["apply", "--resume", "-y"], 7);
    assert!(refused.told().contains("bi.late"), "{}", refused.told());
    scene.run(&["apply", "-y"], 0);
    scene.settled();
    let reads = "SELECT string_agg(DISTINCT refobjid::regclass::text, ', ') FROM pg_depend d \
                 JOIN pg_rewrite r ON r.oid = d.objid WHERE r.ev_class = 'bi.late'::regclass \
                 AND refclassid = 'pg_class'::regclass AND refobjid <> r.ev_class";
    assert_eq!(scene.value(reads), "marts.daily");
}

#[test]
fn what_somebody_dropped_is_made_again_and_can_be_rolled_back_later() {
    let bed = bed();
    let scene = Scene::new(&bed);
    scene.run(&["apply", "-y"], 0);
    scene.sql("DROP MATERIALIZED VIEW marts.daily CASCADE");
    scene.run(&["apply", "-y"], 0);
    scene.settled();
    scene.edit("id > 10");
    scene.run(&["apply", "-y"], 0);
    scene.run(&["rollback", "-y"], 0);
    assert_eq!(scene.value("SELECT sum(net) FROM marts.shown"), "1275");
    let live = "SELECT count(*) FROM dormer.objects WHERE state = 'live'";
    assert_eq!(scene.value(live), "2");
}

#[test]
fn a_locked_table_refuses_no_definition() {
    let bed = bed();
    let scene = Scene::new(&bed);
    scene.run(&["apply", "-y"], 0);
    scene.edit("id > 10");
    let mut loader = scene.database.connect().unwrap();
    let mut loading = loader.transaction().unwrap();
    loading
        .batch_execute("LOCK TABLE raw.orders IN ACCESS EXCLUSIVE MODE")
        .unwrap();
    let plan = scene.run(&["plan"], 0);
    assert!(!plan.told().contains("refuses"), "{}", plan.told());
    assert!(plan.stdout.contains("not-rehearsed"), "{}", plan.told());
    loading.rollback().unwrap();
    scene.run(&["apply", "-y"], 0);
    scene.settled();
}
