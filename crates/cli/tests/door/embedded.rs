//! The cases on PostgreSQL in the binary's own process: apply, plan again, rollback, a crash and a resume.
//!
//! Each begins from a copy of a folder. A few cases run as a rule, all of them with `DORMER_FULL=1`, and
//! those that `DORMER_DOOR` names. What this target cannot do is refused, and [`refusal`] lists why.

#![expect(clippy::unwrap_used, reason = "what cannot be set up is a failed test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::JoinHandle;

use dormer_embedded::Embedded;
use dormer_testkit::bed::ROLES;
use dormer_testkit::dump::{Dump, Looking};
use dormer_testkit::project::Project;
use postgres::{Client, NoTls};
use tokio::io::copy_bidirectional;
use tokio::net::UnixListener;

use crate::case::{self, Case, told};
use crate::end::{clean, finish, nothing_to_do, run, same};
use crate::majors;

/// The major of PostgreSQL that is embedded.
const MAJOR: u16 = 18;

/// What runs as a rule: one case of each way to change something.
const USUAL: &[&str] = &[
    "audit_fails",
    "by_hand_companions",
    "chain",
    "column_added",
    "dropped_chain",
    "external_view",
    "grant_only",
    "table_new_column",
    "view_between",
];

/// Why a case is none for this target, in the words of its capabilities.
fn refusal(case: &Case) -> Option<&'static str> {
    (case.role() != "postgres").then_some("one user: nobody else logs in")
}

#[test]
fn cases_go_through_the_door_of_the_embedded_target() {
    let scratch = Scratch::new();
    let ground = scratch.0.join("ground");
    let mut sitting = Sitting::new(&ground).unwrap();
    sitting.client.batch_execute(ROLES).unwrap();
    sitting.client.batch_execute(&case::ground()).unwrap();
    drop(sitting);
    let named = std::env::var_os("DORMER_DOOR").is_some();
    let wanted = |case: &Case| named || majors::full() || USUAL.contains(&case.name.as_str());
    let cases: Vec<(usize, Case)> = case::all(MAJOR)
        .into_iter()
        .filter(wanted)
        .filter(|case| refusal(case).is_none())
        .enumerate()
        .collect();
    let failures = majors::side_by_side(&cases, |(number, case)| {
        let folders = Folders {
            ground: &ground,
            own: scratch.0.join(&case.name),
        };
        walk(&folders, case, *number).map_err(|error| format!("{}: {error}", case.name))
    });
    let (failed, all) = (failures.len(), cases.len());
    assert!(
        failures.is_empty(),
        "{failed} of {all} failed\n\n{}",
        failures.join("\n\n")
    );
}

/// Where the databases of one case are.
struct Folders<'a> {
    ground: &'a Path,
    own: PathBuf,
}

impl Folders<'_> {
    fn copy(&self, from: &Path, name: &str) -> PathBuf {
        let to = self.own.join(name);
        copy(from, &to);
        to
    }
}

fn walk(folders: &Folders<'_>, case: &Case, number: usize) -> Result<(), String> {
    let first = folders.copy(folders.ground, "first");
    let mut sitting = Sitting::new(&first)?;
    case.prepare_on_ground(&mut sitting.client)?;
    drop(sitting);
    let mut project = case.project_at(&url(&first));
    project.variable("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"));
    case.version(&project, "v1");
    run(&project, &["apply", "-y"], 0).map_err(|error| format!("v1: {error}"))?;
    nothing_to_do(&project, "after v1")?;
    let mut sitting = Sitting::new(&first)?;
    case.by_hand_in(&mut sitting.client)?;
    let before = sitting.look()?;
    drop(sitting);

    case.version(&project, "v2");
    let whole = folders.copy(&first, "whole");
    project.aim(&url(&whole));
    let code = case.expected.code;
    run(&project, &case.apply(&[]), code).map_err(|error| format!("v2: {error}"))?;
    if code != 0 {
        let found = Sitting::new(&whole)?.look()?;
        return kept(&before, &found);
    }
    nothing_to_do(&project, "after v2")?;
    if case.expected.noop {
        return Ok(());
    }
    let cleaned = folders.copy(&whole, "cleaned");
    project.aim(&url(&cleaned));
    clean(&project)?;
    let after = Sitting::new(&cleaned)?.look()?;
    if !case.expected.one_way {
        project.aim(&url(&whole));
        run(&project, &["rollback", "-y"], 0)?;
        clean(&project)?;
        let back = Sitting::new(&whole)?.look()?;
        same("rollback left something else", &before, &back)?;
    }
    crash(folders, (case, number), &mut project, &after)
}

/// What readers had is there, whatever a run left beside it.
fn kept(before: &Dump, found: &Dump) -> Result<(), String> {
    let lost = before.lines.iter();
    let lost = lost.filter(|(key, line)| found.lines.get(*key) != Some(line));
    let lost: Vec<&String> = lost.map(|(key, _)| key).collect();
    if lost.is_empty() {
        Ok(())
    } else {
        Err(format!("a run that failed changed {lost:?}"))
    }
}

/// Ends a run at a boundary as `kill -9` does, another one for each case, and finishes it.
fn crash(
    folders: &Folders<'_>,
    (case, number): (&Case, usize),
    project: &mut Project,
    after: &Dump,
) -> Result<(), String> {
    if !cfg!(feature = "crash-points") {
        return Ok(());
    }
    let crashed = folders.copy(&folders.own.join("first"), "crashed");
    project.aim(&url(&crashed));
    project.variable("DORMER_CRASH_AT", (2 + number).to_string());
    let ran = project.run(&case.apply(&[]));
    project.forget_variable("DORMER_CRASH_AT");
    let ran = ran.map_err(|error| error.to_string())?;
    match ran.code {
        None => {}
        // There were fewer boundaries.
        Some(0) => return Ok(()),
        Some(_) => return Err(ran.told()),
    }
    let how = finish(project, &case.apply(&[]))?;
    clean(project).map_err(|error| format!("{error}\nafter {how}"))?;
    let found = Sitting::new(&crashed)?.look()?;
    same("finished is another", after, &found).map_err(|error| format!("{error}\nafter {how}"))
}

fn url(folder: &Path) -> String {
    format!("embedded:{}", folder.display())
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A folder for one test, removed with this value.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("dormer-embedded-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// A session of the test itself with a database that nobody has open.
struct Sitting {
    client: Client,
    /// Ends when the client does.
    _bridge: Bridge,
}

struct Bridge(Option<JoinHandle<()>>);

impl Drop for Bridge {
    fn drop(&mut self) {
        drop(self.0.take().map(JoinHandle::join));
    }
}

impl Sitting {
    fn new(folder: &Path) -> Result<Self, String> {
        let database = Embedded::open(folder).map_err(|error| error.to_string())?;
        static SAT: AtomicU32 = AtomicU32::new(0);
        // Its path is short: those of sockets have to be.
        let number = SAT.fetch_add(1, Ordering::Relaxed);
        let name = format!("dormer-sit-{}-{number}", std::process::id());
        let socket = std::env::temp_dir().join(name);
        fs::create_dir_all(&socket).unwrap();
        let path = socket.join(".s.PGSQL.5432");
        let listener = std::os::unix::net::UnixListener::bind(path).unwrap();
        listener.set_nonblocking(true).unwrap();
        let bridge = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = { runtime }.enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = UnixListener::from_std(listener).unwrap();
                let (mut client, _) = listener.accept().await.unwrap();
                let mut server = database.connect();
                // However it ends, it has ended.
                drop(copy_bidirectional(&mut client, &mut server).await);
            });
            drop(runtime);
            drop(database);
        });
        let text = format!("host={} user=postgres dbname=postgres", socket.display());
        let client = Client::connect(&text, NoTls).map_err(|error| told(&error));
        fs::remove_dir_all(&socket).unwrap();
        let client = client?;
        Ok(Self {
            client,
            _bridge: Bridge(Some(bridge)),
        })
    }

    fn look(&mut self) -> Result<Dump, String> {
        Dump::of(&mut self.client, Looking::CatalogAndRows).map_err(|error| told(&error))
    }
}
