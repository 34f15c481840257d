//! What is wrong with a project.

use std::fmt;

use dormer_core::diagnostic::{Diagnostic, Severity};
use serde::{Serialize, Serializer};

use super::diagnostic::{self, DiagnosticView};
use super::style::{self, count, paint};
use crate::load::Loaded;
use crate::report::Reporter;

/// The most findings that a person is shown; JSON has them all.
const MOST_SHOWN: usize = 200;

/// The result of `dormer check`; each face is made only when it is asked for.
#[derive(Debug)]
pub(crate) struct CheckView {
    loaded: Loaded,
    diagnostics: Vec<Diagnostic>,
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
}

/// The fields of the JSON face.
#[derive(Serialize)]
struct Fields<'a> {
    project: &'a str,
    target: &'a str,
    engine: &'static str,
    objects: usize,
    layers: u32,
    errors: usize,
    warnings: usize,
    diagnostics: Vec<DiagnosticView>,
}

impl CheckView {
    pub(crate) fn new(loaded: Loaded, diagnostics: Vec<Diagnostic>) -> Self {
        let of = |severity| {
            let found = diagnostics.iter();
            found.filter(|found| found.severity == severity).count()
        };
        Self {
            errors: of(Severity::Error),
            warnings: of(Severity::Warning),
            loaded,
            diagnostics,
        }
    }

    /// What is said at the end, without the time.
    pub(crate) fn summary(&self) -> String {
        let errors = paint(count(self.errors, "error"), style::ERROR);
        let warnings = paint(count(self.warnings, "warning"), style::WARNING);
        let found = match (self.errors, self.warnings) {
            (0, 0) => paint("nothing wrong", style::GOOD),
            (0, _) => warnings,
            (_, 0) => errors,
            (_, _) => format!("{errors}, {warnings}"),
        };
        let objects = count(self.loaded.project.catalog.objects.len(), "object");
        match self.loaded.layers() {
            0 => format!("{objects}, {found}"),
            layers => format!("{objects} in {}, {found}", count(layers as usize, "layer")),
        }
    }
}

impl Serialize for CheckView {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let project = &self.loaded.project;
        let fields = Fields {
            project: &project.name,
            target: &project.target.name.0,
            engine: project.target.dialect.rules().name,
            objects: project.catalog.objects.len(),
            layers: self.loaded.layers(),
            errors: self.errors,
            warnings: self.warnings,
            diagnostics: diagnostic::views(project, &self.diagnostics),
        };
        fields.serialize(serializer)
    }
}

impl fmt::Display for CheckView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reporter = Reporter::new(&self.loaded.project.files, &self.loaded.prefix);
        reporter.write(self.diagnostics.iter().take(MOST_SHOWN), f)?;
        match self.diagnostics.len().saturating_sub(MOST_SHOWN) {
            0 => Ok(()),
            more => writeln!(f, "and {more} more; all of them:  dormer check --json\n"),
        }
    }
}
