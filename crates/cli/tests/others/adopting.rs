//! Objects that others made are taken over as they stand, on the oldest and the newest server.

use std::fs;
use std::path::Path;

use dormer_testkit::bed::{Bed, Database};
use dormer_testkit::dump::{Dump, Looking};
use dormer_testkit::project::{Project, Ran};
use dormer_testkit::server::Binaries;

const MADE: &str = "
CREATE SCHEMA raw; CREATE SCHEMA marts;
CREATE TABLE raw.orders AS SELECT i AS id, i % 7 AS shop, i::numeric(12, 2) AS net FROM generate_series(1, 50) AS i;
CREATE TABLE marts.rates (code varchar(3) PRIMARY KEY, rate numeric(12, 4) NOT NULL, at timestamptz DEFAULT now(),
    n bigserial, names text[]);
CREATE MATERIALIZED VIEW marts.daily WITH (fillfactor = 70) AS
    SELECT shop, sum(net) AS net FROM raw.orders GROUP BY shop;
CREATE UNIQUE INDEX daily_key ON marts.daily (shop);
CREATE INDEX daily_by_hand ON marts.daily (net);
COMMENT ON MATERIALIZED VIEW marts.daily IS 'Per shop'; COMMENT ON COLUMN marts.daily.net IS 'Net';
GRANT SELECT ON marts.daily TO finance; GRANT SELECT ON marts.daily TO intern, anna;
GRANT USAGE, CREATE ON SCHEMA marts TO anna;
CREATE VIEW marts.shown WITH (security_barrier) AS SELECT shop, net FROM marts.daily WHERE net > 0;
ALTER VIEW marts.shown OWNER TO anna;
CREATE VIEW marts.\"Other\" AS SELECT shop, net FROM marts.shown WHERE net > 1;
";
/// The same in other words.
const DECLARED: [(&str, &str); 4] = [
    (
        "daily",
        "CREATE MATERIALIZED VIEW marts.daily WITH (fillfactor = 70) AS
select   o.shop, sum(o.net) net from raw.orders o group by o.shop;
CREATE UNIQUE INDEX daily_key ON marts.daily (shop);
COMMENT ON MATERIALIZED VIEW marts.daily IS 'Per shop';
COMMENT ON COLUMN marts.daily.net IS 'Net';
GRANT SELECT ON marts.daily TO finance;
",
    ),
    (
        "shown",
        "CREATE VIEW marts.shown WITH (security_barrier) AS
SELECT shop, net FROM marts.daily WHERE net > 0;
ALTER VIEW marts.shown OWNER TO anna;
",
    ),
    (
        "other",
        "-- What others see.
CREATE VIEW marts.\"Other\" AS
SELECT shop, net FROM marts.shown -- all of it
WHERE net > 1;
",
    ),
    (
        "rates",
        "CREATE TABLE marts.rates (
    code character varying(3) PRIMARY KEY, rate decimal(12,4) NOT NULL, at timestamp with time zone DEFAULT now(),
    n bigserial, names text[]
);
",
    ),
];

struct Scene<'a> {
    database: Database<'a>,
    project: Project,
}

impl<'a> Scene<'a> {
    fn new(bed: &'a Bed) -> Self {
        let database = bed.database().unwrap();
        let binary = Path::new(env!("CARGO_BIN_EXE_dormer"));
        let project = Project::new(binary, &database.url()).unwrap();
        let scene = Self { database, project };
        scene.sql(MADE);
        for (name, text) in DECLARED {
            // The alias of the file is another spelling to the target.
            let text = text.replace("raw.orders o", "raw.orders").replace("o.", "");
            scene.project.view(name, &text).unwrap();
        }
        scene
    }

    fn sql(&self, text: &str) {
        self.database
            .connect()
            .unwrap()
            .batch_execute(text)
            .unwrap();
    }

    fn value(&self, query: &str) -> String {
        let query = format!("SELECT ({query})::text");
        let row = self.database.connect().unwrap().query_one(&query, &[]);
        let value: Option<String> = row.unwrap().get(0);
        value.unwrap_or_default()
    }

    fn look(&self) -> Dump {
        let mut session = self.database.connect().unwrap();
        Dump::of(&mut session, Looking::CatalogAndRows).unwrap()
    }

    #[track_caller]
    fn run(&self, arguments: &[&str], code: i32) -> Ran {
        let ran = self.project.run(arguments).unwrap();
        assert_eq!(ran.code, Some(code), "{}", ran.told());
        ran
    }

    #[track_caller]
    fn same(&self, before: &Dump) {
        let differences = before.differences(&self.look());
        assert!(differences.is_empty(), "{differences}");
    }
}

fn on_both_ends(story: fn(&Scene<'_>)) {
    for major in [13, 18] {
        let bed = Bed::start(&Binaries::find_major(major).unwrap()).unwrap();
        story(&Scene::new(&bed));
    }
}

#[test]
fn what_is_as_its_file_says_is_adopted_and_nothing_changes() {
    on_both_ends(|scene| {
        let before = scene.look();
        let dry = scene.run(&["adopt", "--dry-run", "--json"], 0);
        assert!(dry.stdout.contains("\"adopt\""), "{}", dry.told());
        assert_eq!(
            scene.value("SELECT to_regnamespace('dormer') IS NULL"),
            "true"
        );
        scene.run(&["adopt", "-y"], 0);
        scene.same(&before);
        let live = "SELECT string_agg(name, ' ' ORDER BY name COLLATE \"C\") FROM dormer.objects \
                    WHERE state = 'live' AND (observed IS NOT NULL OR kind = 'table')";
        assert_eq!(scene.value(live), "Other daily rates shown");
        let plan = scene.run(&["plan", "--detailed-exitcode"], 0);
        assert!(
            plan.stdout.contains("4 objects unchanged"),
            "{}",
            plan.told()
        );
        // Twice is once: not even a run is written.
        let again = scene.run(&["adopt", "-y"], 0);
        assert!(again.stdout.contains("Nothing to do"), "{}", again.told());
        assert_eq!(scene.value("SELECT count(*) FROM dormer.runs"), "1");
        scene.run(&["doctor"], 0);
        // What others gave is kept through the first replace.
        let text = DECLARED[0]
            .1
            .replace("raw.orders o group", "raw.orders o where id > 1 group");
        scene.project.view("daily", &text).unwrap();
        scene.run(&["apply", "-y"], 0);
        scene.run(&["plan", "--detailed-exitcode"], 0);
        let kept = "SELECT has_table_privilege('intern', 'marts.daily', 'SELECT') \
                    AND to_regclass('marts.daily_by_hand') IS NOT NULL";
        assert_eq!(scene.value(kept), "true");
        // And it can be taken back to what was adopted.
        scene.run(&["rollback", "-y"], 0);
        let without = |dump: Dump| dump.without(|key| key.contains("__"));
        let differences = without(before).differences(&without(scene.look()));
        assert!(differences.is_empty(), "{differences}");
    });
}

#[test]
fn an_adoption_is_taken_back_and_forth() {
    on_both_ends(|scene| {
        let before = scene.look();
        scene.run(&["adopt", "-y"], 0);
        scene.run(&["rollback", "-y"], 0);
        scene.same(&before);
        let left = "SELECT (SELECT count(*) FROM dormer.objects WHERE state <> 'dropped') \
                    + (SELECT count(*) FROM pg_description WHERE description LIKE 'dormer:%')";
        assert_eq!(scene.value(left), "0");
        let again = scene.run(&["adopt", "--dry-run"], 0);
        assert!(again.stdout.contains("4 to adopt"), "{}", again.told());
        let last = scene.value("SELECT run FROM dormer.runs ORDER BY run DESC LIMIT 1");
        scene.run(&["rollback", &last, "-y"], 0);
        let ours = scene.run(&["adopt", "-y"], 0);
        assert!(
            ours.stderr.contains("4 objects are ours"),
            "{}",
            ours.told()
        );
        // Three definitions, and the columns of the table.
        assert_eq!(
            scene.value("SELECT count(*) FROM dormer.objects WHERE observed IS NOT NULL"),
            "4"
        );
        scene.run(&["plan", "--detailed-exitcode"], 0);
        // Who adopted anew meanwhile is not written over.
        let last = scene.value("SELECT run FROM dormer.runs ORDER BY run DESC LIMIT 1");
        scene.run(&["rollback", &last, "-y"], 0);
        scene.run(&["adopt", "-y"], 0);
        let back = scene
            .value("SELECT run FROM dormer.runs WHERE kind = 'rollback' ORDER BY run DESC LIMIT 1");
        let refused = scene.run(&["rollback", &back, "-y"], 1);
        assert!(
            refused.stderr.contains("took it over since"),
            "{}",
            refused.told()
        );
    });
}

#[test]
fn what_differs_is_left_until_somebody_accepts_a_side() {
    on_both_ends(|scene| {
        let file = scene.project.folder().join("views/other.sql");
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, text.replace("net > 1", "net > 2")).unwrap();
        let before = scene.look();
        let plan = scene.run(&["plan"], 1);
        assert!(plan.stdout.contains("dormer adopt"), "{}", plan.told());
        let ran = scene.run(&["adopt", "-y"], 0);
        assert!(ran.stderr.contains("net > (2)::numeric"), "{}", ran.told());
        let live = "SELECT count(*) FROM dormer.objects WHERE state = 'live'";
        assert_eq!(scene.value(live), "3");
        let named = scene.run(&["adopt", "marts.\"Other\"", "-y"], 1);
        assert!(named.stderr.contains("--accept"), "{}", named.told());
        scene.run(&["adopt", "--accept", "observed"], 64);

        // The target holds: the file says it, byte for byte but for the query.
        scene.run(
            &[
                "adopt",
                "--accept",
                "observed",
                "marts.\"Other\"",
                "--dry-run",
            ],
            1,
        );
        scene.run(&["adopt", "--accept", "observed", "marts.\"Other\""], 64);
        assert!(fs::read_to_string(&file).unwrap().contains("net > 2"));
        scene.run(
            &["adopt", "--accept", "observed", "marts.\"Other\"", "-y"],
            0,
        );
        let now = fs::read_to_string(&file).unwrap();
        assert!(
            now.starts_with("-- What others see.\nCREATE VIEW marts.\"Other\" AS\nSELECT"),
            "{now}"
        );
        assert!(
            now.ends_with("WHERE (net > (1)::numeric);\n")
                || now.contains("shown.net > (1)::numeric"),
            "{now}"
        );
        scene.run(&["plan", "--detailed-exitcode"], 0);
        scene.same(&before);

        // The file holds: the next plan is a change, which can be taken back to what was.
        scene.run(&["rollback", "-y"], 0);
        fs::write(&file, text.replace("net > 1", "net > 3")).unwrap();
        scene.run(
            &["adopt", "--accept", "declared", "marts.\"Other\"", "-y"],
            0,
        );
        scene.same(&before);
        let plan = scene.run(&["plan"], 0);
        assert!(
            plan.stdout.contains("definition changed"),
            "{}",
            plan.told()
        );
        scene.run(&["apply", "-y"], 0);
        scene.run(&["plan", "--detailed-exitcode"], 0);
        scene.run(&["rollback", "-y"], 0);
        scene.same(&before);
    });
}

#[test]
fn what_belongs_to_others_is_left_to_them() {
    on_both_ends(|scene| {
        let mut project = Project::new(
            Path::new(env!("CARGO_BIN_EXE_dormer")),
            &scene.database.url(),
        )
        .unwrap();
        let config = fs::read_to_string(project.folder().join("dormer.toml")).unwrap();
        let other = config.replacen("name = \"", "name = \"other_", 1);
        assert_ne!(config, other);
        fs::write(project.folder().join("dormer.toml"), other).unwrap();
        for (name, text) in DECLARED.iter().take(2) {
            project.view(name, text).unwrap();
        }
        // A role without rights on an object cannot mark it, and is told so before it tries.
        project.aim(&scene.database.url_as("outsider"));
        let ran = project.run(&["adopt", "-y"]).unwrap();
        assert!(ran.stderr.contains("it belongs to anna"), "{}", ran.told());
        assert_eq!(ran.code, Some(0), "{}", ran.told());
        project.aim(&scene.database.url());
        scene.run(&["adopt", "-y"], 0);
        let ran = project.run(&["adopt", "-y"]).unwrap();
        assert!(
            ran.stderr.contains("it belongs to project"),
            "{}",
            ran.told()
        );
        assert_eq!(scene.value("SELECT count(*) FROM dormer.runs"), "1");
    });
}
