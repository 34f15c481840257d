//! A project with a chain of views on a server of its own.

use std::path::Path;

use dormer_testkit::bed::{Bed, Database};
use dormer_testkit::project::{Project, Ran};
use dormer_testkit::server::{Binaries, Setup};
use serde_json::Value;

const GROUND: &str = "
CREATE SCHEMA raw; CREATE SCHEMA marts;
CREATE TABLE raw.orders AS SELECT i AS id, i % 7 AS shop, i::numeric AS net FROM generate_series(1, 50) AS i;
CREATE TABLE raw.shops AS SELECT i AS shop, 'shop ' || i AS title FROM generate_series(0, 6) AS i;";

pub(crate) struct Scene<'a> {
    pub(crate) database: Database<'a>,
    pub(crate) project: Project,
}

pub(crate) fn bed() -> Bed {
    let setup = Setup {
        settings: ["max_connections=100", "autovacuum=off", "log_statement=all"]
            .map(str::to_owned)
            .to_vec(),
        ..Setup::default()
    };
    Bed::start_with(&Binaries::find().unwrap(), &setup).unwrap()
}

impl<'a> Scene<'a> {
    /// `daily` and `weekly` on orders, `named` on `weekly` and shops; `titles` on shops.
    pub(crate) fn new(bed: &'a Bed) -> Self {
        let database = bed.database().unwrap();
        let binary = Path::new(env!("CARGO_BIN_EXE_dormer"));
        let project = Project::new(binary, &database.url()).unwrap();
        let scene = Self { database, project };
        scene.sql(GROUND);
        scene.view(
            "daily",
            "CREATE MATERIALIZED VIEW marts.daily AS\n\
             SELECT shop, sum(net) AS net FROM raw.orders GROUP BY shop;\n\
             CREATE UNIQUE INDEX daily_key ON marts.daily (shop);\n",
        );
        scene.view(
            "shown",
            "CREATE VIEW marts.shown AS SELECT shop, net FROM marts.daily;\n",
        );
        scene.view(
            "weekly",
            "CREATE MATERIALIZED VIEW marts.weekly AS SELECT 100 / count(*) AS n, sum(net) AS net FROM marts.shown;\n",
        );
        scene.view(
            "named",
            "CREATE MATERIALIZED VIEW marts.named AS\n\
             SELECT s.title, w.net FROM marts.weekly w CROSS JOIN raw.shops s;\n",
        );
        scene.view(
            "titles",
            "CREATE MATERIALIZED VIEW marts.titles AS SELECT title FROM raw.shops;\n",
        );
        scene
    }

    pub(crate) fn view(&self, name: &str, text: &str) {
        self.project.view(name, text).unwrap();
    }

    pub(crate) fn sql(&self, text: &str) {
        let mut session = self.database.connect().unwrap();
        session.batch_execute(text).unwrap();
    }

    /// Writes, and has the counters tell of it at once.
    pub(crate) fn write(&self, text: &str) {
        let mut session = self.database.connect().unwrap();
        session.batch_execute(text).unwrap();
        session
            .batch_execute("SELECT pg_stat_force_next_flush()")
            .unwrap();
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

    /// The last line of a run with `--json`.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str], code: i32) -> Value {
        let ran = self.run(arguments, code);
        let last = ran.stdout.lines().last().unwrap_or_default();
        serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {}", ran.told()))
    }

    /// The state of each view, as a look says.
    #[track_caller]
    pub(crate) fn states(&self) -> Vec<(String, String)> {
        let looked = self.json(&["refresh", "--dry-run", "--json"], 0);
        let views = looked["views"].as_array().unwrap().iter();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        views
            .map(|view| (text(&view["object"]), text(&view["state"])))
            .collect()
    }
}

/// The objects of a list in a result.
pub(crate) fn objects(list: &Value) -> Vec<String> {
    let views = list.as_array().unwrap().iter();
    views
        .map(|view| view["object"].as_str().unwrap().to_owned())
        .collect()
}
