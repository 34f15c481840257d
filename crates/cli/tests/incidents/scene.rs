//! A shop on a target of its own: what most scripts begin with.

use std::path::Path;

use dormer_testkit::bed::{Bed, Database};
use dormer_testkit::dump::{Dump, Looking};
use dormer_testkit::probe::{Probe, Reader};
use dormer_testkit::project::{Project, Ran};
use serde_json::Value;

/// What happened, or what should not have.
pub(crate) type Told = Result<String, String>;

const GROUND: &str = "
CREATE SCHEMA raw; CREATE SCHEMA sub; CREATE SCHEMA marts; CREATE SCHEMA bi;
GRANT USAGE ON SCHEMA raw, sub, marts, bi TO PUBLIC;
CREATE TABLE raw.orders AS
SELECT i AS id, i % 7 AS shop_id, date '2026-01-01' + i % 30 AS day, i::numeric(12, 2) AS net
FROM generate_series(1, 3000) AS i;
GRANT SELECT ON raw.orders TO PUBLIC;";

pub(crate) const CLEAN: &str = "CREATE MATERIALIZED VIEW sub.clean AS
SELECT id, shop_id, day, net FROM raw.orders WHERE net > 0;
CREATE UNIQUE INDEX clean_id ON sub.clean (id);
";
pub(crate) const DAILY: &str = "CREATE MATERIALIZED VIEW marts.daily AS
SELECT day, shop_id, sum(net) AS revenue FROM sub.clean GROUP BY day, shop_id;
CREATE UNIQUE INDEX daily_key ON marts.daily (day, shop_id);
COMMENT ON MATERIALIZED VIEW marts.daily IS 'Revenue per shop and day';
GRANT SELECT ON marts.daily TO finance;
";
pub(crate) const WEEKLY: &str = "CREATE MATERIALIZED VIEW marts.weekly AS
SELECT date_trunc('week', day) AS week, sum(revenue) AS revenue FROM marts.daily GROUP BY 1;
";
pub(crate) const SHOWN: &str = "CREATE VIEW marts.shown AS
SELECT day, revenue FROM marts.daily;
";

/// The shop with its target.
pub(crate) struct Scene<'a> {
    pub(crate) database: Database<'a>,
    pub(crate) project: Project,
}

impl<'a> Scene<'a> {
    /// A target with tables and a project without objects.
    pub(crate) fn empty(bed: &'a Bed) -> Result<Self, String> {
        let database = bed.database().map_err(|error| error.to_string())?;
        let binary = Path::new(env!("CARGO_BIN_EXE_dormer"));
        let project = Project::new(binary, &database.url()).map_err(|error| error.to_string())?;
        let scene = Self { database, project };
        scene.sql(GROUND)?;
        Ok(scene)
    }

    /// The same with four objects that are applied.
    pub(crate) fn shop(bed: &'a Bed) -> Result<Self, String> {
        let scene = Self::empty(bed)?;
        for (name, text) in [
            ("clean", CLEAN),
            ("daily", DAILY),
            ("weekly", WEEKLY),
            ("shown", SHOWN),
        ] {
            scene.view(name, text);
        }
        scene.run(&["apply", "-y"], 0)?;
        Ok(scene)
    }

    pub(crate) fn view(&self, name: &str, text: &str) {
        self.project.view(name, text).unwrap();
    }

    /// Runs the binary and demands an exit code.
    pub(crate) fn run(&self, arguments: &[&str], code: i32) -> Result<Ran, String> {
        let ran = self.any(arguments);
        if ran.code == Some(code) {
            Ok(ran)
        } else {
            Err(format!("wanted the exit code {code}: {}", ran.told()))
        }
    }

    /// Runs the binary, however it ends.
    pub(crate) fn any(&self, arguments: &[&str]) -> Ran {
        self.project.run(arguments).unwrap()
    }

    /// The plan as JSON.
    pub(crate) fn plan(&self) -> Result<Plan, String> {
        let ran = self.run(&["plan", "--json"], 0)?;
        let json = serde_json::from_str(&ran.stdout)
            .map_err(|error| format!("{error}: {}", ran.told()))?;
        Ok(Plan { json })
    }

    /// Demands that there is nothing to do.
    pub(crate) fn settled(&self) -> Result<(), String> {
        self.run(&["plan", "--detailed-exitcode"], 0).map(drop)
    }

    pub(crate) fn clean_up(&self) -> Result<(), String> {
        self.run(&["cleanup", "--older-than", "0s", "-y"], 0)
            .map(drop)
    }

    pub(crate) fn session(&self) -> Result<postgres::Client, String> {
        self.database.connect().map_err(|error| error.to_string())
    }

    /// Runs statements as the superuser.
    pub(crate) fn sql(&self, text: &str) -> Result<(), String> {
        let ran = self.session()?.batch_execute(text);
        ran.map_err(|error| format!("{}: {text}", told(&error)))
    }

    /// The one value of a query, as text.
    pub(crate) fn value(&self, query: &str) -> Result<String, String> {
        let row = self
            .session()?
            .query_one(&format!("SELECT ({query})::text"), &[])
            .map_err(|error| format!("{}: {query}", told(&error)))?;
        Ok(row.get::<_, Option<String>>(0).unwrap_or_default())
    }

    pub(crate) fn look(&self) -> Result<Dump, String> {
        Dump::of(&mut self.session()?, Looking::CatalogAndRows).map_err(|error| told(&error))
    }

    pub(crate) fn probe(&self, readers: &[Reader]) -> Probe {
        Probe::start(&self.database.url(), readers)
    }
}

/// A plan as JSON.
pub(crate) struct Plan {
    pub(crate) json: Value,
}

impl Plan {
    /// The change of an object: action and reasons.
    pub(crate) fn change(&self, object: &str) -> Option<(String, String)> {
        let changes = self.json["changes"].as_array()?;
        let change = changes.iter().find(|change| change["object"] == object)?;
        let action = change["action"].as_str()?.to_owned();
        Some((action, change["reasons"].to_string()))
    }

    /// Demands an action and a reason.
    pub(crate) fn demand(&self, object: &str, action: &str, reason: &str) -> Result<(), String> {
        match self.change(object) {
            Some((found, reasons)) if found == action && reasons.contains(reason) => Ok(()),
            found => Err(format!(
                "{object} should be {action} for {reason}: {found:?}"
            )),
        }
    }

    /// How many objects have an action other than keep.
    pub(crate) fn changed(&self) -> usize {
        let changes = self.json["changes"].as_array().into_iter().flatten();
        changes.filter(|change| change["action"] != "keep").count()
    }
}

pub(crate) fn told(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(server) => format!("{}: {}", server.code().code(), server.message()),
        None => error.to_string(),
    }
}

/// An error unless something holds.
pub(crate) fn demand(holds: bool, otherwise: impl Into<String>) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise.into()) }
}

/// An error when two looks differ.
pub(crate) fn same(what: &str, wanted: &Dump, found: &Dump) -> Result<(), String> {
    let differs = wanted.differences(found);
    demand(
        differs.is_empty(),
        format!("{what} (- wanted, + found):\n{differs}"),
    )
}
