//! The one server that everything of a run shares, with a database for each that is measured.
//!
//! **It keeps what it says it kept,** as servers do that nobody changed: fsync, full page writes and synchronous
//! commits are on. `--no-fsync` takes the disk out of the numbers; the head of the table says which it was.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::failure::{Failure, Outcome};
use crate::{command, workspace};

use super::project;

/// What makes a server for tests one that is meant in earnest again, but for fsync.
const SETTINGS: [&str; 4] = [
    "full_page_writes=on",
    "synchronous_commit=on",
    "shared_buffers=128MB",
    "max_locks_per_transaction=256",
];

/// Whether the server waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::bench) enum Fsync {
    On,
    Off,
}

impl Fsync {
    const fn setting(self) -> &'static str {
        match self {
            Self::On => "fsync=on",
            Self::Off => "fsync=off",
        }
    }
}

/// The database that all others are copies of: the ground, and nothing on it.
const GROUND: &str = "ground";

/// A running server, stopped when dropped.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    yardstick: PathBuf,
    fsync: Fsync,
    url: String,
    pub(super) folder: String,
    pub(super) port: String,
    pub(super) version: String,
}

impl Server {
    pub(super) fn start(release: &Path, fsync: Fsync) -> Outcome<Self> {
        let yardstick = release.join("yardstick");
        let failed = |error| Failure::while_("start a server", error);
        let mut child = Command::new(&yardstick)
            .args(["serve", fsync.setting()])
            .args(SETTINGS)
            .current_dir(workspace::root())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let output = child.stdout.take().map(BufReader::new);
        let mut lines = output.into_iter().flat_map(BufRead::lines);
        let mut line = || match lines.next() {
            Some(Ok(line)) => Ok(line),
            Some(Err(error)) => Err(failed(error)),
            None => Err(Failure::new("the server did not start")),
        };
        let (url, folder, port, version) = (line()?, line()?, line()?, line()?);
        let server = Self {
            child,
            yardstick,
            fsync,
            url,
            folder,
            port,
            version,
        };
        server.run(&server.url, &format!("CREATE DATABASE {GROUND};"))?;
        server.run(&server.database_url(GROUND), &project::ground())?;
        Ok(server)
    }

    /// What it was set to, to be told beside the numbers.
    pub(super) fn settings(&self) -> String {
        format!("{}, {}", self.fsync.setting(), SETTINGS.join(", "))
    }

    /// Makes a database with the ground in it, in place of one of the same name.
    pub(super) fn database(&self, name: &str) -> Outcome<Database<'_>> {
        self.run(
            &self.url,
            &format!(
                "DROP DATABASE IF EXISTS {name} WITH (FORCE);\
                 CREATE DATABASE {name} TEMPLATE {GROUND};CHECKPOINT;"
            ),
        )?;
        Ok(Database {
            server: self,
            name: name.to_owned(),
            url: self.database_url(name),
        })
    }

    fn database_url(&self, name: &str) -> String {
        let server = self.url.rsplit_once('/').map_or("", |(server, _)| server);
        format!("{server}/{name}")
    }

    fn run(&self, url: &str, sql: &str) -> Outcome {
        let path = scratch("run.sql")?;
        write(&path, sql)?;
        self.nanoseconds(&["send", url], &[&path]).map(drop)
    }

    fn nanoseconds(&self, words: &[&str], files: &[&Path]) -> Outcome<Duration> {
        let mut yardstick = Command::new(&self.yardstick);
        let told = command::capture(yardstick.args(words).args(files))?;
        let nanoseconds = told
            .trim()
            .parse()
            .map_err(|error| Failure::while_("read a time", error))?;
        Ok(Duration::from_nanos(nanoseconds))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Closing its input is what stops it.
        drop(self.child.stdin.take());
        drop(self.child.wait());
    }
}

/// A database of its own for one that is measured.
#[derive(Debug)]
pub(super) struct Database<'a> {
    server: &'a Server,
    pub(super) name: String,
    pub(super) url: String,
}

impl Database<'_> {
    /// The time of the statements of a file, sent one by one.
    pub(super) fn send(&self, file: &Path) -> Outcome<Duration> {
        self.server.nanoseconds(&["send", &self.url], &[file])
    }

    /// The time of a file in one message.
    pub(super) fn send_whole(&self, file: &Path) -> Outcome<Duration> {
        self.server.nanoseconds(&["send-whole", &self.url], &[file])
    }

    /// The time of one catalog query.
    pub(super) fn ask(&self) -> Outcome<Duration> {
        self.server.nanoseconds(&["ask", &self.url], &[])
    }

    /// Starts readers of the relations that a file names.
    pub(super) fn readers(&self, names: &Path, readers: usize, pause_ms: usize) -> Outcome<Child> {
        let failed = |error| Failure::while_("start readers", error);
        let mut child = Command::new(&self.server.yardstick)
            .args(["read", &self.url])
            .arg(names)
            .args([readers.to_string(), pause_ms.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        if child.stdin.is_none() || child.stdout.is_none() {
            drop(child.kill());
            return Err(Failure::new("readers cannot be heard"));
        }
        Ok(child)
    }
}

/// A file below the folder of the benches, for what is read once.
pub(super) fn scratch(name: &str) -> Outcome<PathBuf> {
    let folder = workspace::target().join("bench/deploy");
    fs::create_dir_all(&folder)
        .map_err(|error| Failure::while_(format!("make {}", folder.display()), error))?;
    Ok(folder.join(name))
}

pub(super) fn write(path: &Path, text: &str) -> Outcome {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .map_err(|error| Failure::while_(format!("write {}", path.display()), error))
}
