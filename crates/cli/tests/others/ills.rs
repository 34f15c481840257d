//! What others do to the journal, the rights and the names, and what `doctor` tells of it.

use std::path::Path;

use dormer_testkit::bed::{Bed, Database};
use dormer_testkit::project::{Project, Ran};
use dormer_testkit::server::Binaries;

const GROUND: &str = "
CREATE SCHEMA raw; CREATE SCHEMA marts;
CREATE TABLE raw.orders AS SELECT i AS id, i::numeric AS net FROM generate_series(1, 50) AS i;
GRANT USAGE ON SCHEMA raw TO outsider; GRANT SELECT ON raw.orders TO outsider;";
const DAILY: &str = "CREATE MATERIALIZED VIEW marts.daily AS\nSELECT id, net FROM raw.orders;\n";

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
        scene.sql(GROUND);
        scene.project.view("daily", DAILY).unwrap();
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

    #[track_caller]
    fn run(&self, arguments: &[&str], code: i32) -> Ran {
        let ran = self.project.run(arguments).unwrap();
        assert_eq!(ran.code, Some(code), "{}", ran.told());
        ran
    }

    /// Demands that `doctor` ends so and says this.
    #[track_caller]
    fn doctor(&self, code: i32, said: &str) -> Ran {
        let ran = self.run(&["doctor"], code);
        assert!(ran.stdout.contains(said), "{said}: {}", ran.told());
        ran
    }
}

fn on_both_ends(story: fn(&mut Scene<'_>)) {
    for major in [13, 18] {
        let bed = Bed::start(&Binaries::find_major(major).unwrap()).unwrap();
        story(&mut Scene::new(&bed));
    }
}

#[test]
fn nothing_is_wrong_before_and_after_the_first_apply() {
    on_both_ends(|scene| {
        scene.doctor(0, "there is no journal yet");
        assert_eq!(
            scene.value("SELECT to_regnamespace('dormer') IS NULL"),
            "true"
        );
        scene.run(&["apply", "-y"], 0);
        scene.doctor(0, "agree on 1 object");
        let runs = "SELECT count(*) FROM dormer.runs";
        scene.run(&["doctor", "--mend", "-y"], 0);
        assert_eq!(scene.value(runs), "1");
        let json = scene.run(&["doctor", "--json"], 0);
        assert!(
            json.stdout.contains("\"format_version\": 1"),
            "{}",
            json.told()
        );
    });
}

#[test]
fn what_a_role_lacks_is_told_before_a_command_fails() {
    on_both_ends(|scene| {
        let url = scene.database.url_as("outsider");
        scene.project.aim(&url);
        scene.doctor(1, "GRANT USAGE, CREATE ON SCHEMA marts TO outsider");
        scene.sql("GRANT USAGE, CREATE ON SCHEMA marts TO outsider");
        scene.doctor(0, "GRANT pg_read_all_stats TO outsider");
        scene.run(&["apply", "-y"], 0);
        scene.sql("ALTER MATERIALIZED VIEW marts.daily OWNER TO anna; ALTER SCHEMA dormer OWNER TO anna;
                   REVOKE ALL ON ALL TABLES IN SCHEMA dormer FROM outsider; ALTER TABLE dormer.lease OWNER TO anna");
        let ran = scene.doctor(1, "GRANT anna TO outsider");
        assert!(ran.stdout.contains("belong to anna"), "{}", ran.told());
    });
}

#[test]
fn settings_that_hurt_are_told_with_the_statement() {
    on_both_ends(|scene| {
        let database = scene.database.name().to_owned();
        scene.sql(&format!(
            "ALTER DATABASE {database} SET track_counts = off; ALTER DATABASE {database} SET statement_timeout = '3s'"
        ));
        let ran = scene.doctor(1, "track_counts is off");
        assert!(
            ran.stdout.contains("statement_timeout is 3000 ms"),
            "{}",
            ran.told()
        );
    });
}

#[test]
fn names_that_somebody_changed_have_a_way_back() {
    on_both_ends(|scene| {
        scene.run(&["apply", "-y"], 0);
        scene.sql("ALTER MATERIALIZED VIEW marts.daily RENAME TO tagesumsatz");
        let ran = scene.doctor(1, "daily is called marts.tagesumsatz now");
        let back = ran.stdout.lines().find(|line| line.contains("RENAME TO"));
        let back = back.unwrap_or_else(|| panic!("{}", ran.told()));
        scene.sql(back.split_once("run:  ").unwrap().1);
        scene.doctor(0, "agree on 1 object");
        scene.run(&["plan", "--detailed-exitcode"], 0);
    });
}

#[test]
fn a_journal_that_lacks_parts_is_laid_aside_and_written_anew() {
    on_both_ends(|scene| {
        scene.run(&["apply", "-y"], 0);
        scene.sql("DROP TABLE dormer.objects");
        let ran = scene.doctor(1, "the journal lacks 1 of its parts: objects");
        assert!(!ran.stdout.contains("safe mend"), "{}", ran.told());
        scene.sql("ALTER SCHEMA dormer RENAME TO dormer_damaged");
        scene.doctor(1, "the journal is gone");
        scene.run(&["doctor", "--mend", "-y"], 0);
        scene.doctor(0, "agree on 1 object");
        scene.run(&["plan", "--detailed-exitcode"], 0);
    });
}

#[test]
fn what_cannot_be_reached_is_told_and_the_rest_is_looked_at() {
    let bed = Bed::start(&Binaries::find().unwrap()).unwrap();
    let mut scene = Scene::new(&bed);
    scene
        .project
        .aim("postgres://nobody:secret@127.0.0.1:1/none");
    let ran = scene.doctor(1, "is not reached");
    assert!(ran.stdout.contains("1 object declared"), "{}", ran.told());
    assert!(!ran.told().contains("secret"), "{}", ran.told());
    let url = scene.database.url();
    scene.project.aim(&url);
    scene
        .project
        .view(
            "broken",
            "CREATE VIEW marts.broken AS SELECT nothing FROM marts.daily;",
        )
        .unwrap();
    scene.doctor(1, "the files have 1 error");
    let elsewhere = scene.project.run(&["doctor", "-C", "/"]).unwrap();
    assert_eq!(elsewhere.code, Some(1), "{}", elsewhere.told());
    assert!(
        elsewhere.stdout.contains("no dormer.toml"),
        "{}",
        elsewhere.told()
    );
}
