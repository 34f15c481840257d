//! The room of a private server that starts programs, waits for them, and looks at processes.
//!
//! **A program gets an environment of its own:** no variable of the person has a say in the server, and no
//! secret of theirs stays in it. A server stands in a process group of its own, so that Ctrl-C in a
//! terminal ends the command alone.

#![expect(
    clippy::disallowed_methods,
    reason = "the room of a private server that starts programs"
)]

use std::fs::File;
use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use super::runner::Runner;
use super::{Environment, disk};

/// What programs may need to be found and to find their libraries, and the time that people see.
const PASSED_ON: [&str; 5] = [
    "PATH",
    "TZ",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH",
];

/// A program to run.
pub(super) struct Program<'a> {
    pub(super) path: PathBuf,
    pub(super) arguments: Vec<String>,
    /// Another user; only root can.
    pub(super) runner: Option<&'a Runner>,
    pub(super) folder: &'a Path,
    pub(super) environment: Environment<'a>,
}

/// What a program that ended said.
pub(super) struct Said {
    pub(super) success: bool,
    pub(super) text: String,
}

impl Program<'_> {
    fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.args(&self.arguments).current_dir(self.folder);
        command.env_clear().env("LC_ALL", "C");
        for name in PASSED_ON {
            if let Some(value) = (self.environment)(name) {
                command.env(name, value);
            }
        }
        if let Some(runner) = self.runner {
            command.uid(runner.user).gid(runner.group);
        }
        command.stdin(Stdio::null());
        command
    }

    /// Runs it to its end.
    pub(super) fn run(&self, input: &str) -> io::Result<Said> {
        let mut command = self.command();
        command.stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // A program that ended before it read everything says itself why.
            let _ = stdin.write_all(input.as_bytes());
        }
        let output = child.wait_with_output()?;
        let text = [output.stdout, output.stderr].concat();
        Ok(Said {
            success: output.status.success(),
            text: String::from_utf8_lossy(&text).into_owned(),
        })
    }

    /// Starts it, to live on after this process.
    pub(super) fn start(&self, log: File) -> io::Result<Child> {
        let also_log = log.try_clone()?;
        let mut command = self.command();
        command.stdout(log).stderr(also_log).process_group(0);
        command.spawn()
    }
}

/// What `postgres --version` says.
pub(super) fn version(postgres: &Path) -> Option<String> {
    let output = Command::new(postgres).arg("--version").output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether this process is root.
pub(super) fn am_root() -> bool {
    // Where the system does not show its processes as files, a program knows.
    disk::owner(Path::new("/proc/self")).map_or_else(
        || {
            let said = Command::new("id").arg("-u").output();
            said.is_ok_and(|said| said.stdout.trim_ascii() == b"0")
        },
        |owner| owner.user == 0,
    )
}

/// The number of this process.
pub(super) fn me() -> u32 {
    std::process::id()
}

/// Whether a process is the server of a data folder.
pub(super) fn serves(pid: u32, data: &Path) -> bool {
    let data = data.display().to_string();
    let words = if disk::exists(Path::new("/proc/self/cmdline")) {
        disk::read(&PathBuf::from(format!("/proc/{pid}/cmdline"))).unwrap_or_default()
    } else {
        let pid = pid.to_string();
        let said = Command::new("ps")
            .args(["-o", "command=", "-p", &pid])
            .output();
        said.map(|said| String::from_utf8_lossy(&said.stdout).into_owned())
            .unwrap_or_default()
    };
    words.contains("postgres") && words.contains(&data)
}

/// Asks a server to stop: sessions are ended, everything is written down.
pub(super) fn stop(pid: u32) -> io::Result<()> {
    let command = format!("kill -INT {pid}");
    // The shell can do it itself; the program of that name is not on every machine.
    let status = Command::new("/bin/sh")
        .args(["-c", &command])
        .stderr(Stdio::null())
        .status()?;
    if status.success() {
        Ok(())
    } else {
        Err(io::Error::other("its process cannot be reached"))
    }
}

/// Waits a moment.
pub(super) fn pause(milliseconds: u64) {
    thread::sleep(Duration::from_millis(milliseconds));
}
