//! What a private server is at, and how to get in.

use std::fmt;

use anstyle::Style;
use dormer_engines::local::{Down, Life, Status};
use serde::Serialize;

use super::style::{self, FAINT, STRONG, Table, paint};
use crate::args::Global;
use crate::paste;

/// The result of `dormer local`.
#[derive(Debug, Serialize)]
pub(crate) struct LocalView {
    target: String,
    life: &'static str,
    /// It stays when the last command ends.
    kept: bool,
    /// A command is at work.
    used: bool,
    folder: String,
    /// The major version of its data.
    version: Option<u16>,
    pid: Option<u32>,
    socket_folder: Option<String>,
    /// The command that opens a session by hand, while it runs.
    psql: Option<String>,
    /// How the stop ended that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    down: Option<&'static str>,
}

impl LocalView {
    pub(crate) fn new(target: String, status: Status, down: Option<Down>) -> Self {
        let psql = status.socket_folder.as_ref().map(|at| {
            let (port, user) = (status.port, status.user);
            let address = format!(
                "host={} port={port} user={user} dbname={user}",
                at.display()
            );
            format!("psql {}", paste::quoted(&address))
        });
        Self {
            target,
            life: match status.life {
                Life::NotMade => "not-made",
                Life::Stopped => "stopped",
                Life::Running => "running",
                Life::Changing => "recovering",
            },
            kept: status.kept,
            used: status.used,
            folder: status.folder.display().to_string(),
            version: status.major,
            pid: status.pid,
            socket_folder: status.socket_folder.map(|at| at.display().to_string()),
            psql,
            down: down.map(|down| match down {
                Down::Stopped => "stopped",
                Down::Nothing => "nothing",
                Down::Later => "later",
            }),
        }
    }

    /// What comes of it, and what to do next.
    pub(crate) fn summary(&self, global: &Global) -> Option<String> {
        let hint = |what: &str| {
            let hint = paint("hint", style::HELP);
            let command = paste::command(global, "local down");
            Some(format!("{hint}: {what}:  {command}\n"))
        };
        match (self.down, self.kept, self.life) {
            (Some("stopped"), ..) => Some("stopped\n".to_owned()),
            (Some("nothing"), ..) => Some("it did not run\n".to_owned()),
            (Some(_), ..) => Some("it stops when the last command ends\n".to_owned()),
            (None, true, "running") => hint("stop it"),
            (None, true, _) => hint("keep it no longer"),
            // Its command was killed; nobody else would stop it before the next one.
            (None, false, "running") if !self.used => hint("no command uses it; stop it"),
            (None, ..) => None,
        }
    }

    fn words(&self) -> &'static str {
        match (self.life, self.kept) {
            ("not-made", _) => "not made yet, the first command does",
            ("stopped", false) => "stopped, the next command starts it",
            ("stopped", true) => "stopped; the next command starts it, and it is kept",
            ("running", true) => "running, kept",
            ("running", false) => "running",
            (_, _) => "recovering from a crash",
        }
    }
}

impl fmt::Display for LocalView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let target = paint(&self.target, STRONG);
        writeln!(
            f,
            "Private PostgreSQL of target {target}: {}\n",
            self.words()
        )?;
        let mut table = Table::default();
        let mut line = |what: &str, value: Option<String>| {
            if let Some(value) = value {
                table.row([(what, FAINT), (&value, Style::new())]);
            }
        };
        line("folder", Some(self.folder.clone()));
        line("version", self.version.map(|version| version.to_string()));
        line("process", self.pid.map(|pid| pid.to_string()));
        let used = self.used.then(|| "by a command at work".to_owned());
        line("used", used);
        line("session", self.psql.clone());
        table.write(f, 2)
    }
}
