//! Diagnostics and failures as a person reads them: the place, the line, the carets, the way out.
//!
//! Only the lines around a place are handed to the renderer, so that a report costs what it shows
//! and not what the file weighs. **Any span is answered:** one that does not fit its text is moved
//! to where it does.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::renderer::{AnsiColor, Effects, Style};
use annotate_snippets::{AnnotationKind, Element, Group, Level, Renderer, Snippet};
use dormer_core::diagnostic::{Diagnostic, FilePath, Location, Severity};
use dormer_sql::LineIndex;

use crate::failure::Failure;
use crate::output;
use crate::views::style::{self, count, paint};

/// Files as they lie on disk.
type Files = BTreeMap<FilePath, Arc<str>>;

/// A place to mark: how, where, and the words beside it.
type Mark<'a> = (AnnotationKind, &'a Location, &'a str);

/// How many further places of one mistake are shown; a note counts the others.
const SHOWN_AGAIN: usize = 4;

/// Turns diagnostics into text; knows the files and how their paths are shown.
#[derive(Debug)]
pub(crate) struct Reporter<'a> {
    files: &'a Files,
    /// What stands before a path: the way from where the person is to the project.
    prefix: &'a str,
    lines: BTreeMap<FilePath, LineIndex>,
    renderer: Renderer,
}

impl<'a> Reporter<'a> {
    pub(crate) fn new(files: &'a Files, prefix: &'a str) -> Self {
        let bold = |colour: AnsiColor| colour.on_default().effects(Effects::BOLD);
        let renderer = Renderer::styled()
            .error(bold(AnsiColor::Red))
            .warning(bold(AnsiColor::Yellow))
            .note(bold(AnsiColor::Cyan))
            .help(bold(AnsiColor::Cyan))
            .context(bold(AnsiColor::Blue))
            .line_num(AnsiColor::Blue.on_default())
            .emphasis(Style::new().effects(Effects::BOLD))
            .term_width(output::width());
        Self {
            files,
            prefix,
            lines: BTreeMap::new(),
            renderer,
        }
    }

    /// Writes all of them, an empty line after each.
    pub(crate) fn write<'d>(
        mut self,
        diagnostics: impl IntoIterator<Item = &'d Diagnostic>,
        out: &mut dyn fmt::Write,
    ) -> fmt::Result {
        for diagnostic in diagnostics {
            writeln!(out, "{}\n", self.one(diagnostic))?;
        }
        Ok(())
    }

    fn one(&mut self, diagnostic: &Diagnostic) -> String {
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level
            .primary_title(plain(&diagnostic.message))
            .id(diagnostic.code.as_str());
        let mut group = Group::with_title(title).elements(self.snippets(diagnostic));
        let unseen = diagnostic.again.len().saturating_sub(SHOWN_AGAIN);
        if unseen > 0 {
            let text = format!("and at {} of this file", count(unseen, "more place"));
            group = group.element(Level::NOTE.message(text));
        }
        for note in &diagnostic.notes {
            let told = note.told(|at| self.file_line(at));
            group = group.element(Level::NOTE.message(plain(&told)));
        }
        let has_places = diagnostic.primary.is_some();
        let mut report = vec![group];
        let mut tail = String::new();
        for help in &diagnostic.help {
            if has_places {
                report.push(Group::with_title(Level::HELP.secondary_title(plain(help))));
            } else {
                let _ = write!(tail, "\n{}: {}", paint("help", style::HELP), plain(help));
            }
        }
        self.renderer.render(&report) + &tail
    }

    /// A place as a note names it.
    fn file_line(&mut self, at: &Location) -> String {
        let path = format!("{}{}", self.prefix, at.file);
        let Some(text) = self.files.get(&at.file) else {
            return path;
        };
        let line = self.index(&at.file, text).place(text, at.span.start).line;
        format!("{path}:{line}")
    }

    /// The lines of a file, counted once.
    fn index(&mut self, file: &FilePath, text: &str) -> &LineIndex {
        let lines = self.lines.entry(file.clone());
        lines.or_insert_with(|| LineIndex::new(text))
    }

    /// One snippet a file, the file of the primary place first.
    fn snippets(&mut self, diagnostic: &Diagnostic) -> Vec<Element<'static>> {
        let mut places: Vec<(&FilePath, Vec<Mark<'_>>)> = Vec::new();
        let primary = diagnostic
            .primary
            .iter()
            .map(|label| (AnnotationKind::Primary, &label.at, label.text.as_str()));
        let related = diagnostic
            .related
            .iter()
            .map(|label| (AnnotationKind::Context, &label.at, label.text.as_str()));
        let again = diagnostic
            .again
            .iter()
            .take(SHOWN_AGAIN)
            .map(|at| (AnnotationKind::Context, at, "and here"));
        for mark in primary.chain(again).chain(related) {
            let (_, at, _) = mark;
            match places.iter_mut().find(|(file, _)| **file == at.file) {
                Some((_, marks)) => marks.push(mark),
                None => places.push((&at.file, vec![mark])),
            }
        }
        places
            .into_iter()
            .map(|(file, marks)| self.snippet(file, &marks))
            .collect()
    }

    fn snippet(&mut self, file: &FilePath, marks: &[Mark<'_>]) -> Element<'static> {
        let path = format!("{}{file}", self.prefix);
        let Some(text) = self.files.get(file) else {
            return annotate_snippets::Origin::path(path).into();
        };
        let spans: Vec<Range<usize>> = marks
            .iter()
            .map(|(_, at, _)| fit(text, at.span.range()))
            .collect();
        let window = window(text, &spans);
        let first = self
            .index(file, text)
            .place(text, u32::try_from(window.start).unwrap_or(u32::MAX));
        let mut snippet = Snippet::source(text.get(window.clone()).unwrap_or("").to_owned())
            .path(path)
            .line_start(first.line as usize)
            .fold(true);
        for ((kind, _, label), span) in marks.iter().zip(&spans) {
            let within =
                span.start.saturating_sub(window.start)..span.end.saturating_sub(window.start);
            let text = (!label.is_empty()).then(|| plain(label));
            snippet = snippet.annotation(kind.span(within).label(text));
        }
        snippet.into()
    }
}

/// A place as `file:line:column`.
pub(crate) fn place(files: &Files, prefix: &str, at: &Location) -> String {
    match files.get(&at.file) {
        Some(text) => {
            let place = LineIndex::new(text).place(text, at.span.start);
            format!("{prefix}{}:{}", at.file, place.line)
        }
        None => format!("{prefix}{}", at.file),
    }
}

/// Renders why a command has no result.
pub(crate) fn failure(failure: &Failure) -> String {
    let mut out = format!(
        "{}: {}\n",
        paint("error", style::ERROR),
        plain(&failure.message)
    );
    for cause in &failure.causes {
        let _ = writeln!(out, "  caused by: {}", plain(cause));
    }
    if let Some(kept) = failure.kept {
        let _ = writeln!(out, "{kept}");
    }
    for hint in &failure.hints {
        let _ = writeln!(out, "{}: {}", paint("hint", style::HELP), plain(hint));
    }
    out
}

/// Text from files and people without control characters, so that it cannot drive a terminal.
pub(crate) fn plain(text: &str) -> String {
    let harmless = |c: char| {
        if c.is_control() && c != '\n' && c != '\t' {
            '\u{fffd}'
        } else {
            c
        }
    };
    text.chars().map(harmless).collect()
}

/// Moves a span into the text and onto whole characters.
fn fit(text: &str, span: Range<usize>) -> Range<usize> {
    let mut start = span.start.min(text.len());
    let mut end = span.end.clamp(start, text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

/// The whole lines that hold all spans; a byte order mark is no part of a line.
fn window(text: &str, spans: &[Range<usize>]) -> Range<usize> {
    let first = spans.iter().map(|span| span.start).min().unwrap_or(0);
    let last = spans.iter().map(|span| span.end).max().unwrap_or(first);
    let before = text.get(..first).unwrap_or("");
    let mut start = before.rfind('\n').map_or(0, |newline| newline + 1);
    if start == 0 && first >= '\u{feff}'.len_utf8() && text.starts_with('\u{feff}') {
        start = '\u{feff}'.len_utf8();
    }
    let after = text.get(last..).unwrap_or("");
    let line = after.split('\n').next().unwrap_or("");
    start..last + line.trim_end_matches('\r').len()
}

#[cfg(test)]
mod tests;
