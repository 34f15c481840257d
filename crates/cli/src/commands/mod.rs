//! One command a file: its arguments, and a `run` that loads, calls and returns a view.
//!
//! **Commands decide nothing and print nothing.**

pub(crate) mod adopt;
pub(crate) mod apply;
pub(crate) mod audit;
pub(crate) mod check;
pub(crate) mod cleanup;
pub(crate) mod complete;
pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod docs;
pub(crate) mod doctor;
pub(crate) mod drift;
pub(crate) mod explain;
pub(crate) mod graph;
pub(crate) mod history;
pub(crate) mod impact;
pub(crate) mod init;
#[cfg(unix)]
pub(crate) mod local;
pub(crate) mod lock;
pub(crate) mod locks;
pub(crate) mod plan;
pub(crate) mod refresh;
pub(crate) mod rollback;
pub(crate) mod show;
pub(crate) mod status;

use std::time::Instant;

use crate::args::{Command, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::report::plain;
use crate::views::View;
use crate::views::style::{self, paint};

/// Which face of a view is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    /// JSON with `--json`, else text.
    Asked,
    /// JSON in any case.
    Json,
    /// The last line of a stream with `--json`, else text.
    Stream,
    /// Neither: it was shown already.
    Shown,
}

/// What a command comes back with.
pub(crate) struct Outcome {
    pub(crate) view: Box<dyn View>,
    pub(crate) face: Face,
    pub(crate) exit: Exit,
    /// What stays unsaid with `--quiet`.
    pub(crate) summary: Option<String>,
    /// What is said in any case.
    pub(crate) complaint: Option<String>,
}

impl Outcome {
    pub(crate) fn new(view: impl View + 'static) -> Self {
        Self {
            view: Box::new(view),
            face: Face::Asked,
            exit: Exit::Done,
            summary: None,
            complaint: None,
        }
    }

    pub(crate) fn summary(mut self, summary: impl Into<String>) -> Self {
        self.summary = Some(summary.into());
        self
    }

    /// Says what was noticed on the way.
    pub(crate) fn notes(mut self, notes: &[String]) -> Self {
        let warning = paint("warning", style::WARNING);
        let notes: String = notes
            .iter()
            .map(|note| format!("{warning}: {}\n", plain(note)))
            .collect();
        if !notes.is_empty() {
            self.complaint = Some(notes + self.complaint.as_deref().unwrap_or_default());
        }
        self
    }

    pub(crate) fn face(mut self, face: Face) -> Self {
        self.face = face;
        self
    }

    /// Marks a result that is made from a project which could not be read as a whole.
    pub(crate) fn incomplete(mut self, complaint: Option<String>) -> Self {
        if complaint.is_some() {
            self.exit = Exit::Project;
            self.complaint = complaint;
        }
        self
    }
}

/// Runs a command.
///
/// # Errors
///
/// When it has no result.
pub(crate) fn run(command: &Command, global: &Global) -> Result<Outcome, Failure> {
    match command {
        Command::Init(args) => init::run(args, global),
        Command::Demo(args) => demo::run(args, global),
        Command::Check(args) => check::run(args, global),
        Command::Show(args) => show::run(args, global),
        Command::Graph(args) => graph::run(args, global),
        Command::Impact(args) => impact::run(args, global),
        Command::Lock(args) => lock::run(args, global),
        Command::Plan(args) => plan::run(args, global),
        Command::Apply(args) => apply::run(args, global),
        Command::Refresh(args) => refresh::run(args, global),
        Command::Rollback(args) => rollback::run(args, global),
        Command::Cleanup(args) => cleanup::run(args, global),
        Command::Adopt(args) => adopt::run(args, global),
        Command::Doctor(args) => doctor::run(args, global),
        Command::Status(args) => status::run(args, global),
        Command::Drift(args) => drift::run(args, global),
        Command::Audit(args) => audit::run(args, global),
        Command::History(args) => history::run(args, global),
        Command::Locks(args) => locks::run(args, global),
        #[cfg(unix)]
        Command::Local(args) => local::run(args, global),
        Command::Explain(args) => explain::run(args),
        Command::Completions(args) => Ok(completions::run(args)),
        Command::Complete(args) => Ok(complete::run(args)),
        Command::Docs(args) => docs::run(args),
    }
}

/// The time since then, as people say it.
pub(crate) fn took(started: Instant) -> String {
    let elapsed = started.elapsed();
    match elapsed.as_millis() {
        0..10_000 => format!("{} ms", elapsed.as_millis()),
        _ => format!("{:.1} s", elapsed.as_secs_f64()),
    }
}
