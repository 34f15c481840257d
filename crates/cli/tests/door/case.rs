//! A case of the door: a folder with a target as it was, two versions of a project, and what somebody did by hand.
//!
//! | file | what |
//! |---|---|
//! | `../ground.sql` | tables and schemas that every case has |
//! | `before.sql` | more of them |
//! | `v1/*.sql`, `v2/*.sql` | the project, in an order in which the files can be run |
//! | `by_hand.sql` | done by the superuser between the two; it must also fit what v2 makes |
//! | `direct.sql` | builds what v2 should make, where its files cannot be run as they are |
//! | `case.toml` | what else must hold, see [`Expected`] |

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use dormer_testkit::bed::Database;
use dormer_testkit::project::Project;
use postgres::Client;
use serde::Deserialize;

/// What `case.toml` says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Expected {
    /// The first major that it is for.
    since: u16,
    /// Who applies; the superuser when it says nothing.
    role: Option<String>,
    /// More arguments of `apply` for v2.
    pub(crate) apply: Vec<String>,
    /// How apply of v2 ends.
    pub(crate) code: i32,
    /// Whether the plan of v2 has no step.
    pub(crate) noop: bool,
    /// What the plan says of objects: `"marts.daily" = "replace"`; with `keep`, that it says nothing.
    pub(crate) actions: BTreeMap<String, String>,
    /// Hazards and notes that the plan must name.
    pub(crate) says: Vec<String>,
    /// Something of v2 is not taken back by a rollback, by design.
    pub(crate) one_way: bool,
    /// Lines at the end of dormer.toml.
    config: String,
}

/// One case.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) name: String,
    folder: PathBuf,
    pub(crate) expected: Expected,
}

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/door")
}

/// All cases that are wanted, by name.
pub(crate) fn all(major: u16) -> Vec<Case> {
    let only = env::var("DORMER_DOOR").unwrap_or_default();
    let mut names: Vec<String> = fs::read_dir(cases())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .filter(|name| name.starts_with(&only))
        .collect();
    names.sort();
    let cases = names.into_iter().map(Case::read);
    cases.filter(|case| case.expected.since <= major).collect()
}

impl Case {
    fn read(name: String) -> Self {
        let folder = cases().join(&name);
        let text = fs::read_to_string(folder.join("case.toml")).unwrap_or_default();
        let expected = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        Self {
            name,
            folder,
            expected,
        }
    }

    fn text(&self, file: &str) -> Option<String> {
        fs::read_to_string(self.folder.join(file)).ok()
    }

    /// Makes the target as it was.
    pub(crate) fn prepare(&self, database: &Database<'_>) -> Result<(), String> {
        let mut session = database.connect().map_err(|error| error.to_string())?;
        run(&mut session, "ground.sql", &ground())?;
        self.prepare_on_ground(&mut session)
    }

    /// Makes what the case has beside the ground.
    pub(crate) fn prepare_on_ground(&self, session: &mut Client) -> Result<(), String> {
        let before = self.text("before.sql").unwrap_or_default();
        run(session, "before.sql", &before)
    }

    /// Does what somebody did by hand.
    pub(crate) fn by_hand(&self, database: &Database<'_>) -> Result<(), String> {
        let mut session = database.connect().map_err(|error| error.to_string())?;
        self.by_hand_in(&mut session)
    }

    /// The same in an open session.
    pub(crate) fn by_hand_in(&self, session: &mut Client) -> Result<(), String> {
        let text = self.text("by_hand.sql").unwrap_or_default();
        run(session, "by_hand.sql", &text)
    }

    /// Builds what v2 should make, without Dormer.
    pub(crate) fn build_directly(&self, database: &Database<'_>) -> Result<(), String> {
        self.prepare(database)?;
        let mut session = database
            .connect_as(self.role())
            .map_err(|error| error.to_string())?;
        let texts = match self.text("direct.sql") {
            Some(text) => vec![("direct.sql".to_owned(), text)],
            None => self.files("v2"),
        };
        for (name, text) in texts {
            session
                .batch_execute(&text)
                .map_err(|error| format!("{name}: {}", told(&error)))?;
        }
        self.by_hand(database)
    }

    fn files(&self, version: &str) -> Vec<(String, String)> {
        let mut paths: Vec<PathBuf> = fs::read_dir(self.folder.join(version))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
        let read = |path: PathBuf| {
            (
                path.display().to_string(),
                fs::read_to_string(&path).unwrap(),
            )
        };
        paths.into_iter().map(read).collect()
    }

    /// Who applies.
    pub(crate) fn role(&self) -> &str {
        self.expected.role.as_deref().unwrap_or("postgres")
    }

    /// The address that apply uses.
    pub(crate) fn url(&self, database: &Database<'_>) -> String {
        database.url_as(self.role())
    }

    /// A project of this case on a database, with the files of v1.
    pub(crate) fn project(&self, database: &Database<'_>) -> Project {
        self.project_at(&self.url(database))
    }

    /// The same at an address.
    pub(crate) fn project_at(&self, url: &str) -> Project {
        let binary = Path::new(env!("CARGO_BIN_EXE_dormer"));
        let project = Project::new(binary, url).unwrap();
        project.configure(&self.expected.config).unwrap();
        project
    }

    /// Gives a project the files of a version.
    pub(crate) fn version(&self, project: &Project, version: &str) {
        project.views_from(&self.folder.join(version)).unwrap();
    }

    /// `apply -y` with what the case adds for v2.
    pub(crate) fn apply<'a>(&'a self, more: &[&'a str]) -> Vec<&'a str> {
        let mut arguments = vec!["apply", "-y"];
        arguments.extend(self.expected.apply.iter().map(String::as_str));
        arguments.extend(more);
        arguments
    }
}

/// What every case stands on.
pub(crate) fn ground() -> String {
    fs::read_to_string(cases().join("ground.sql")).unwrap()
}

fn run(session: &mut Client, name: &str, text: &str) -> Result<(), String> {
    session
        .batch_execute(text)
        .map_err(|error| format!("{name}: {}", told(&error)))
}

pub(crate) fn told(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(server) => format!("{}: {}", server.code().code(), server.message()),
        None => error.to_string(),
    }
}

/// A case that does not stand by itself proves nothing.
#[test]
fn every_case_can_be_built_without_dormer() {
    use crate::majors;
    use dormer_testkit::bed::Bed;

    let mut failures = Vec::new();
    for binaries in majors::deep() {
        let bed = Bed::start(&binaries).unwrap();
        failures.extend(majors::side_by_side(&all(bed.major()), |case| {
            let database = bed.database().map_err(|error| error.to_string())?;
            case.build_directly(&database)
                .map_err(|error| format!("{} on PostgreSQL {}: {error}", case.name, bed.major()))
        }));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
