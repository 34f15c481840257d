//! A project whose target is a private server, and what can be seen of that server from outside.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{fs, thread};

use dormer_testkit::project::{Project, Ran, Running};
use dormer_testkit::server::{Binaries, for_any_user};
use serde_json::Value;

/// Every wait ends: nothing here takes so long, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Scene {
    pub(crate) project: Project,
    /// The folder of the server.
    pub(crate) folder: PathBuf,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self::with(&Binaries::find().unwrap())
    }

    /// With binaries of one's own choice.
    pub(crate) fn with(binaries: &Binaries) -> Self {
        Self::of(Path::new(env!("CARGO_BIN_EXE_dormer")), binaries)
    }

    /// With another copy of the program.
    pub(crate) fn of(program: &Path, binaries: &Binaries) -> Self {
        let mut project = Project::new(program, "local:.dormer/pg").unwrap();
        project.variable("DORMER_PG_BIN", for_any_user(binaries).unwrap());
        project
            .view("one", "CREATE VIEW public.one AS SELECT 1 AS a;\n")
            .unwrap();
        let folder = project.folder().join(".dormer/pg");
        Self { project, folder }
    }

    /// Runs a command that must do its work.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        let ran = self.project.run(arguments).unwrap();
        assert_eq!(ran.code, Some(0), "{}", ran.told());
        ran
    }

    /// A command that stays at the target until it is killed; it has its session already.
    pub(crate) fn stay(&self) -> Running {
        let running = self.project.spawn(&["locks", "--watch", "--json"]).unwrap();
        until("a command to have its session", || {
            self.ready() && self.status()["used"] == true && self.sessions() > 0
        });
        running
    }

    fn sessions(&self) -> i64 {
        let asked = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'dormer%'";
        let row = self.connect().query_one(asked, &[]).unwrap();
        row.get(0)
    }

    /// What `dormer local --json` says.
    pub(crate) fn status(&self) -> Value {
        let ran = self.run(&["local", "--json"]);
        serde_json::from_str(&ran.stdout).unwrap()
    }

    /// The process that the server's own file names.
    pub(crate) fn pid(&self) -> Option<u32> {
        let text = fs::read_to_string(self.pidfile()).ok()?;
        text.lines().next()?.trim().parse().ok()
    }

    pub(crate) fn pidfile(&self) -> PathBuf {
        self.folder.join("data/postmaster.pid")
    }

    fn ready(&self) -> bool {
        let text = fs::read_to_string(self.pidfile()).unwrap_or_default();
        text.lines()
            .nth(7)
            .is_some_and(|line| line.trim() == "ready")
    }

    /// Nothing of the server is left but its data.
    pub(crate) fn assert_stopped(&self) {
        assert_eq!(self.pid(), None, "{}", self.log());
        assert!(!self.folder.join(".s.PGSQL.5432").exists());
        assert_eq!(self.status()["life"], "stopped");
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// A session beside Dormer's.
    pub(crate) fn connect(&self) -> postgres::Client {
        let mut config = postgres::Config::new();
        config
            .host_path(&self.folder)
            .user("dormer")
            .dbname("dormer");
        config.connect(postgres::NoTls).unwrap()
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        // A failed test must leave no server behind.
        drop(self.project.run(&["local", "down"]));
    }
}

/// Whether the tests run as root.
pub(crate) fn root() -> bool {
    fs::metadata("/proc/self").map_or_else(|_| false, |found| found.uid() == 0)
}

/// Ends a process at once.
pub(crate) fn kill(pid: u32) {
    let command = format!("kill -9 {pid}");
    let status = Command::new("sh").args(["-c", &command]).status().unwrap();
    assert!(status.success());
}

/// Whether there is such a process; one that nobody waited for is none.
pub(crate) fn alive(pid: u32) -> bool {
    let text = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    !text.is_empty()
}

/// Waits for something that comes soon.
pub(crate) fn until(what: &str, mut there: impl FnMut() -> bool) {
    let started = Instant::now();
    while !there() {
        assert!(started.elapsed() < PATIENCE, "waited too long for {what}");
        thread::sleep(Duration::from_millis(20));
    }
}
