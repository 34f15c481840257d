//! A transcript: commands with what they print, run in an empty folder and compared.
//!
//! `$ ` starts a command, `> ` continues it, `! ` is a line of standard error, `? ` the exit code
//! when it is not 0; all else after a command is standard output. Text before the first command
//! says what the transcript shows. Commands run by `sh` without the environment of the caller;
//! `cd` holds for those that follow. Times and paths are made the same everywhere.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

/// The folder of the whole workspace.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// An empty folder that goes away with its owner.
#[must_use]
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("dormer-cli-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path.canonicalize().unwrap())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A shell that remembers its folder.
pub(crate) struct Shell {
    home: PathBuf,
    folder: PathBuf,
    /// Set for all commands.
    variables: Vec<(&'static str, String)>,
    /// Makes more of what is printed the same.
    steady: fn(&str) -> String,
}

impl Shell {
    pub(crate) fn new(home: &Path) -> Self {
        Self {
            home: home.to_owned(),
            folder: home.to_owned(),
            variables: Vec::new(),
            steady: str::to_owned,
        }
    }

    /// Sets a variable for all commands.
    pub(crate) fn with_variable(mut self, name: &'static str, value: String) -> Self {
        self.variables.push((name, value));
        self
    }

    /// Makes more of what is printed the same.
    pub(crate) fn with_steady(mut self, steady: fn(&str) -> String) -> Self {
        self.steady = steady;
        self
    }

    /// Where the next command runs.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs one command.
    pub(crate) fn run(&mut self, command: &str) -> Output {
        // The way down is remembered; a folder that is not there fails the next line.
        let command = match command.strip_prefix("cd ") {
            Some(folder) => {
                self.folder.push(folder);
                "true"
            }
            None => command,
        };
        let binary = Path::new(env!("CARGO_BIN_EXE_dormer"))
            .parent()
            .unwrap()
            .display();
        Command::new("sh")
            .args(["-c", command])
            .current_dir(&self.folder)
            .env_clear()
            .env("PATH", format!("{binary}:/usr/local/bin:/usr/bin:/bin"))
            .env("HOME", &self.home)
            .env("WORKSPACE", workspace())
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .output()
            .unwrap()
    }

    /// What a command printed, with paths and times that are the same everywhere.
    pub(crate) fn settle(&self, bytes: &[u8]) -> String {
        let text = String::from_utf8_lossy(bytes).replace('\u{1b}', "␛");
        let text = text.replace(&self.home.display().to_string(), "[HOME]");
        let text = text.replace(&workspace().display().to_string(), "[WORKSPACE]");
        let text: String = text.lines().map(|line| settle_time(line) + "\n").collect();
        (self.steady)(&text)
    }
}

/// Makes `in 31 ms` at the end of a line `in 3 ms`.
fn settle_time(line: &str) -> String {
    let Some((before, time)) = line.rsplit_once(" in ") else {
        return line.to_owned();
    };
    match time.strip_suffix(" ms").or_else(|| time.strip_suffix(" s")) {
        Some(number) if number.parse::<f64>().is_ok() => format!("{before} in 3 ms"),
        _ => line.to_owned(),
    }
}

/// How a command's output is written down.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Standard error marked, exit codes told.
    Exact,
    /// As a terminal shows it, for documents.
    Terminal,
}

/// Runs all commands of a transcript and writes it down as it is now.
pub(crate) fn replay(text: &str, shell: &mut Shell, style: Style) -> String {
    let mut out = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.peek() {
        if line.starts_with("$ ") {
            break;
        }
        out.push_str(line);
        out.push('\n');
        lines.next();
    }
    while let Some(line) = lines.next() {
        let Some(first) = line.strip_prefix("$ ") else {
            continue;
        };
        let mut command = first.to_owned();
        let _ = writeln!(out, "{line}");
        while let Some(more) = lines.next_if(|line| *line == ">" || line.starts_with("> ")) {
            let _ = writeln!(out, "{more}");
            command.push('\n');
            command.push_str(more.get(2..).unwrap_or(""));
        }
        let done = shell.run(&command);
        out.push_str(&shell.settle(&done.stdout));
        for line in shell.settle(&done.stderr).lines() {
            let mark = if style == Style::Exact { "! " } else { "" };
            let _ = writeln!(out, "{}", format!("{mark}{line}").trim_end());
        }
        if style == Style::Exact {
            if !done.status.success() {
                let _ = writeln!(out, "? {}", done.status.code().unwrap_or(-1));
            }
            out.push('\n');
        }
    }
    if style == Style::Exact {
        out.truncate(out.trim_end().len());
        out.push('\n');
    }
    out
}

/// Compares a file with what it should hold, or with `BLESS=1` writes it.
pub(crate) fn hold(path: &Path, now: &str) -> Result<(), String> {
    let before = fs::read_to_string(path).unwrap_or_default();
    if before == now {
        return Ok(());
    }
    if std::env::var_os("BLESS").is_some() {
        fs::write(path, now).unwrap();
        return Ok(());
    }
    let same = before
        .lines()
        .zip(now.lines())
        .take_while(|(a, b)| a == b)
        .count();
    let line = |text: &str| text.lines().nth(same).unwrap_or("(end)").to_owned();
    let (was, is) = (line(&before), line(now));
    let place = format!("{}:{}", path.display(), same + 1);
    Err(format!("{place}\n  recorded: {was}\n  now:      {is}\n"))
}
