//! What `dormer init` wrote, and what to do next.

use std::fmt;
use std::path::Path;

use serde::Serialize;

use super::style::{FAINT, STRONG, count, paint};
use crate::paste::quoted;

/// The result of `dormer init`.
#[derive(Debug, Serialize)]
pub(crate) struct InitView {
    folder: String,
    /// From the folder.
    files: Vec<&'static str>,
    /// Commands to run next, in order.
    next: Vec<String>,
}

impl InitView {
    pub(crate) fn new(folder: &Path, files: Vec<&'static str>) -> Self {
        let folder = folder.display().to_string();
        let enter = (folder != ".").then(|| format!("cd {}", quoted(&folder)));
        let commands = [
            "dormer graph",
            "dormer apply",
            "dormer show marts.orders_daily",
        ];
        let next = enter.into_iter().chain(commands.map(str::to_owned));
        Self {
            next: next.collect(),
            folder,
            files,
        }
    }
}

impl fmt::Display for InitView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files = count(self.files.len(), "file");
        writeln!(f, "Wrote {files} into {}:\n", paint(&self.folder, STRONG))?;
        for file in &self.files {
            writeln!(f, "  {}", paint(file, FAINT))?;
        }
        writeln!(f, "\nNext:")?;
        for command in &self.next {
            writeln!(f, "  {command}")?;
        }
        Ok(())
    }
}
