//! Time and memory of one process: `xtask measure PROGRAM ARGUMENT..`, a process of its own.
//!
//! The system adds up what all children of a process used, and keeps the peak of the largest. So each measured
//! program gets a parent that has no other child.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;
use serde::{Deserialize, Serialize};

use crate::failure::{Failure, Outcome};
use crate::{command, output};

/// What one run took.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Measured {
    pub(crate) wall: Duration,
    pub(crate) user: Duration,
    pub(crate) peak_kb: i64,
    pub(crate) code: Option<i32>,
}

/// A program to be measured, with all that it needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Program<'a> {
    pub(crate) path: &'a Path,
    pub(crate) arguments: &'a [&'a str],
    pub(crate) environment: &'a [(&'a str, &'a str)],
    pub(crate) folder: &'a Path,
    /// The file that takes what it says; its errors go to a second one, with `.errors` behind the name.
    pub(crate) said: &'a Path,
}

/// Measures a program from a fresh parent.
pub(crate) fn measure(program: &Path, arguments: &[&str]) -> Outcome<Measured> {
    told(this()?.arg(program).args(arguments))
}

/// Measures a program in a folder and an environment of its own, and keeps what it says.
pub(crate) fn measure_in(program: Program<'_>) -> Outcome<Measured> {
    told(
        this()?
            .arg("--said")
            .arg(program.said)
            .arg(program.path)
            .args(program.arguments)
            .envs(program.environment.iter().copied())
            .current_dir(program.folder),
    )
}

fn this() -> Outcome<Command> {
    let this = env::current_exe().map_err(|error| Failure::while_("find this program", error))?;
    let mut command = Command::new(this);
    command.arg("measure");
    Ok(command)
}

fn told(command: &mut Command) -> Outcome<Measured> {
    let told = command::capture(command)?;
    serde_json::from_str(&told).map_err(|error| Failure::while_("read a measurement", error))
}

/// The parent: starts the program, waits, and tells what the system counted.
pub(crate) fn run(arguments: &[&str]) -> Outcome {
    let (said, program, rest) = match arguments {
        ["--said", said, program, rest @ ..] => (Some(*said), program, rest),
        [program, rest @ ..] => (None, program, rest),
        [] => return Err(crate::usage()),
    };
    let (output, errors) = match said {
        Some(path) => (file(path)?, file(&format!("{path}.errors"))?),
        None => (Stdio::null(), Stdio::null()),
    };
    let mut child = Command::new(program);
    child
        .args(rest)
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors);
    let started = Instant::now();
    let status = child
        .status()
        .map_err(|error| Failure::while_(format!("run {program}"), error))?;
    let wall = started.elapsed();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)
        .map_err(|error| Failure::while_("read what the program used", error))?;
    // Linux counts in kilobytes, macOS in bytes.
    let peak_kb = if cfg!(target_os = "macos") {
        usage.max_rss() / 1024
    } else {
        usage.max_rss()
    };
    let found = Measured {
        wall,
        user: duration(usage.user_time()),
        peak_kb,
        code: status.code(),
    };
    let text = serde_json::to_string(&found)
        .map_err(|error| Failure::while_("tell a measurement", error))?;
    output::say(&text);
    Ok(())
}

fn file(path: &str) -> Outcome<Stdio> {
    let file =
        fs::File::create(path).map_err(|error| Failure::while_(format!("write {path}"), error))?;
    Ok(Stdio::from(file))
}

fn duration(time: TimeVal) -> Duration {
    let seconds = u64::try_from(time.tv_sec()).unwrap_or_default();
    let micros = u64::try_from(time.tv_usec()).unwrap_or_default();
    Duration::from_secs(seconds) + Duration::from_micros(micros)
}
