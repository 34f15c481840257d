//! A diagnostic as JSON: places as file, line and column, so that nobody has to count bytes.

use std::collections::BTreeMap;

use dormer_core::diagnostic::{Diagnostic, FilePath, Label, Severity};
use dormer_core::project::Project;
use dormer_sql::LineIndex;
use serde::Serialize;

/// One diagnostic.
#[derive(Debug, Serialize)]
pub(crate) struct DiagnosticView {
    code: &'static str,
    severity: Severity,
    message: String,
    /// Null where it is about the project as a whole.
    at: Option<PlaceView>,
    related: Vec<PlaceView>,
    notes: Vec<String>,
    help: Vec<String>,
}

/// A place with what is said about it. Lines and columns count from 1, columns in characters.
#[derive(Debug, Serialize)]
pub(crate) struct PlaceView {
    /// From the project's folder.
    file: String,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    label: String,
}

/// Turns diagnostics into their JSON form; the lines of a file are counted once.
pub(crate) fn views<'d>(
    project: &Project,
    diagnostics: impl IntoIterator<Item = &'d Diagnostic>,
) -> Vec<DiagnosticView> {
    let mut lines = BTreeMap::new();
    diagnostics
        .into_iter()
        .map(|diagnostic| view(project, &mut lines, diagnostic))
        .collect()
}

fn view<'p>(
    project: &'p Project,
    lines: &mut BTreeMap<&'p FilePath, LineIndex>,
    diagnostic: &Diagnostic,
) -> DiagnosticView {
    let mut place = |label: &Label| place_view(project, lines, label);
    DiagnosticView {
        code: diagnostic.code.as_str(),
        severity: diagnostic.severity,
        message: diagnostic.message.clone(),
        at: diagnostic.primary.as_ref().map(&mut place),
        related: diagnostic.related.iter().map(&mut place).collect(),
        notes: diagnostic.notes.clone(),
        help: diagnostic.help.clone(),
    }
}

fn place_view<'p>(
    project: &'p Project,
    lines: &mut BTreeMap<&'p FilePath, LineIndex>,
    label: &Label,
) -> PlaceView {
    let mut view = PlaceView {
        file: label.at.file.to_string(),
        line: 1,
        column: 1,
        end_line: 1,
        end_column: 1,
        label: label.text.clone(),
    };
    if let Some((file, text)) = project.files.get_key_value(&label.at.file) {
        let index = lines.entry(file).or_insert_with(|| LineIndex::new(text));
        let start = index.place(text, label.at.span.start);
        let end = index.place(text, label.at.span.end);
        (view.line, view.column) = (start.line, start.column);
        (view.end_line, view.end_column) = (end.line, end.column);
    }
    view
}
