//! A diagnostic as JSON: places as file, line and column, so that nobody has to count bytes.

use std::collections::BTreeMap;

use dormer_core::diagnostic::{Diagnostic, FilePath, Label, Location, Severity};
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
    /// Further places of the same mistake.
    again: Vec<PlaceView>,
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
    let notes = diagnostic.notes.iter().map(|note| {
        note.told(|at| {
            let place = place_view(project, lines, at, "");
            format!("{}:{}", place.file, place.line)
        })
    });
    let notes = notes.collect();
    let again = diagnostic.again.iter();
    let again = again.map(|at| place_view(project, lines, at, "")).collect();
    let mut place = |label: &Label| place_view(project, lines, &label.at, &label.text);
    DiagnosticView {
        code: diagnostic.code.as_str(),
        severity: diagnostic.severity,
        message: diagnostic.message.clone(),
        at: diagnostic.primary.as_ref().map(&mut place),
        again,
        related: diagnostic.related.iter().map(&mut place).collect(),
        notes,
        help: diagnostic.help.clone(),
    }
}

fn place_view<'p>(
    project: &'p Project,
    lines: &mut BTreeMap<&'p FilePath, LineIndex>,
    at: &Location,
    label: &str,
) -> PlaceView {
    let mut view = PlaceView {
        file: at.file.to_string(),
        line: 1,
        column: 1,
        end_line: 1,
        end_column: 1,
        label: label.to_owned(),
    };
    if let Some((file, text)) = project.files.get_key_value(&at.file) {
        let index = lines.entry(file).or_insert_with(|| LineIndex::new(text));
        let start = index.place(text, at.span.start);
        let end = index.place(text, at.span.end);
        (view.line, view.column) = (start.line, start.column);
        (view.end_line, view.end_column) = (end.line, end.column);
    }
    view
}
