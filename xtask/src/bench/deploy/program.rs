//! Runs a program that is measured: in its folder, with its environment, and with what it said at hand.

use std::fs;
use std::path::{Path, PathBuf};

use crate::bench::measure::{self, Measured, Program};
use crate::failure::{Failure, Outcome};

use super::server::scratch;

/// How many lines of a failed program are shown.
const SHOWN: usize = 4;

/// A program with the folder and the environment that all its runs share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Runner<'a> {
    pub(super) path: &'a Path,
    pub(super) folder: &'a Path,
    pub(super) environment: &'a [(&'a str, &'a str)],
}

impl Runner<'_> {
    /// Runs it once; an end other than 0 is a failure with the first lines that it said.
    pub(super) fn run(&self, arguments: &[&str]) -> Outcome<Measured> {
        let said = said()?;
        let measured = measure::measure_in(Program {
            path: self.path,
            arguments,
            environment: self.environment,
            folder: self.folder,
            said: &said,
        })?;
        if measured.code == Some(0) {
            return Ok(measured);
        }
        let both = [read(&said.with_added_extension("errors")), read(&said)].concat();
        let lines: Vec<&str> = both.lines().take(SHOWN).collect();
        let head = lines.join("\n");
        Err(Failure::new(format!(
            "{} {} ended with {:?}\n{head}",
            self.path.display(),
            arguments.join(" "),
            measured.code
        )))
    }

    /// Runs it several times.
    pub(super) fn repeat(&self, runs: usize, arguments: &[&str]) -> Outcome<Vec<Measured>> {
        (0..runs).map(|_| self.run(arguments)).collect()
    }
}

fn said() -> Outcome<PathBuf> {
    scratch("said")
}

/// What the last program said.
pub(super) fn last_words() -> Outcome<String> {
    said().map(|path| read(&path))
}

fn read(path: &Path) -> String {
    fs::read(path)
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .unwrap_or_default()
}
