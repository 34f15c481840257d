//! What is wrong with a project.

use std::fmt;

use dormer_core::diagnostic::{Diagnostic, Severity};
use serde::Serialize;

use super::diagnostic::{self, DiagnosticView};
use super::style::count;
use crate::load::Loaded;
use crate::report::Reporter;

/// The result of `dormer check`.
#[derive(Debug, Serialize)]
pub(crate) struct CheckView {
    project: String,
    target: String,
    engine: &'static str,
    objects: usize,
    layers: u32,
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
    diagnostics: Vec<DiagnosticView>,
    #[serde(skip)]
    rendered: String,
}

impl CheckView {
    pub(crate) fn new(loaded: &Loaded, diagnostics: &[Diagnostic]) -> Self {
        let of = |severity| {
            diagnostics
                .iter()
                .filter(|found| found.severity == severity)
                .count()
        };
        let project = &loaded.project;
        Self {
            project: project.name.clone(),
            target: project.target.name.to_string(),
            engine: project.target.dialect.rules().name,
            objects: project.catalog.objects.len(),
            layers: loaded.layers(),
            errors: of(Severity::Error),
            warnings: of(Severity::Warning),
            diagnostics: diagnostic::views(project, diagnostics),
            rendered: Reporter::new(&project.files, &loaded.prefix).all(diagnostics),
        }
    }

    /// What is said at the end, without the time.
    pub(crate) fn summary(&self) -> String {
        let found = match (self.errors, self.warnings) {
            (0, 0) => "nothing wrong".to_owned(),
            (0, warnings) => count(warnings, "warning"),
            (errors, 0) => count(errors, "error"),
            (errors, warnings) => {
                format!("{}, {}", count(errors, "error"), count(warnings, "warning"))
            }
        };
        let objects = count(self.objects, "object");
        match self.layers {
            0 => format!("{objects}, {found}"),
            layers => format!("{objects} in {}, {found}", count(layers as usize, "layer")),
        }
    }
}

impl fmt::Display for CheckView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rendered)
    }
}
