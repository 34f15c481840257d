//! What came of audits: those that failed first, with their first rows.

use std::fmt::{self, Write as _};

use anstyle::Style;
use dormer_core::engine::session::FirstRows;
use dormer_core::model::name::ObjectName;
use serde::Serialize;

use super::grid::middle;
use super::style::{ERROR, FAINT, GOOD, HELP, STRONG, Table, WARNING, count, paint};
use super::time::length;
use crate::exit::Exit;
use crate::output;
use crate::report::plain;

/// So much of a value is shown.
const CELL: usize = 40;

/// What is known around them.
#[derive(Debug)]
pub(crate) struct About {
    pub(crate) project: String,
    pub(crate) target: String,
    /// The engine and its version.
    pub(crate) engine: String,
    pub(crate) sessions: usize,
    /// The command that makes what is not there.
    pub(crate) apply: String,
}

/// One audit and what came of it.
#[derive(Debug)]
pub(crate) struct Audited {
    pub(crate) object: ObjectName,
    /// What it says in words: `revenue is never negative`.
    pub(crate) name: String,
    pub(crate) found: Found,
    /// None where it did not run.
    pub(crate) ms: Option<u64>,
}

/// What came of it.
#[derive(Debug)]
pub(crate) enum Found {
    Passed,
    Failed(FirstRows),
    /// It could not run.
    Error(String),
    /// Its object is not there.
    Missing,
}

/// The result of `dormer audit`.
#[derive(Debug, Serialize)]
pub(crate) struct AuditView {
    project: String,
    target: String,
    engine: String,
    sessions: usize,
    passed: usize,
    failed: usize,
    /// Those that could not run, for whatever reason.
    not_run: usize,
    audits: Vec<Shown>,
    #[serde(skip)]
    apply: String,
}

#[derive(Debug, Serialize)]
struct Shown {
    object: String,
    audit: String,
    state: State,
    ms: Option<u64>,
    /// The first rows of one that failed.
    columns: Vec<String>,
    rows: Vec<Vec<Option<String>>>,
    /// Whether there are more rows.
    more: bool,
    error: Option<String>,
}

/// The worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    Failed,
    Error,
    Missing,
    Passed,
}

impl State {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Error => "error",
            Self::Missing => "missing",
            Self::Passed => "passed",
        }
    }
}

fn shown(audited: Audited) -> Shown {
    let (state, rows, error) = match audited.found {
        Found::Passed => (State::Passed, FirstRows::default(), None),
        Found::Failed(rows) => (State::Failed, rows, None),
        Found::Error(error) => (State::Error, FirstRows::default(), Some(error)),
        Found::Missing => {
            let error = format!("{} is not there", audited.object);
            (State::Missing, FirstRows::default(), Some(error))
        }
    };
    Shown {
        object: audited.object.to_string(),
        audit: audited.name,
        state,
        ms: audited.ms,
        columns: rows.columns,
        rows: rows.rows,
        more: rows.more,
        error,
    }
}

impl AuditView {
    pub(crate) fn new(about: About, audits: Vec<Audited>) -> Self {
        let mut audits: Vec<Shown> = audits.into_iter().map(shown).collect();
        // Within a state, in the order of objects and of their files.
        audits.sort_by_key(|audit| audit.state);
        let of = |state: State| audits.iter().filter(|audit| audit.state == state).count();
        Self {
            project: about.project,
            target: about.target,
            engine: about.engine,
            sessions: about.sessions,
            passed: of(State::Passed),
            failed: of(State::Failed),
            not_run: of(State::Error) + of(State::Missing),
            audits,
            apply: about.apply,
        }
    }

    /// A failing audit counts before one that could not run.
    pub(crate) const fn exit(&self) -> Exit {
        match (self.failed, self.not_run) {
            (0, 0) => Exit::Done,
            (0, _) => Exit::Error,
            _ => Exit::Audit,
        }
    }

    /// The same as JUnit XML.
    pub(crate) fn junit(&self) -> String {
        let total: u64 = self.audits.iter().filter_map(|audit| audit.ms).sum();
        let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        let numbers = format!(
            "tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{}\"",
            self.audits.len(),
            self.failed,
            self.not_run,
            seconds(total)
        );
        let name = escaped(&format!("{} on {}", self.project, self.target));
        // Writing to a String cannot fail.
        let _ = writeln!(xml, "<testsuites {numbers}>");
        let _ = writeln!(xml, "  <testsuite name=\"{name}\" {numbers}>");
        for audit in &self.audits {
            let (object, name) = (escaped(&audit.object), escaped(&audit.audit));
            let time = seconds(audit.ms.unwrap_or(0));
            let _ = write!(
                xml,
                "    <testcase classname=\"{object}\" name=\"{name}\" time=\"{time}\""
            );
            let said = escaped(audit.error.as_deref().unwrap_or_default());
            let _ = match audit.state {
                State::Passed => writeln!(xml, "/>"),
                State::Failed => {
                    let text = escaped(&rows_text(audit));
                    let rows = escaped(&rows_said(audit));
                    writeln!(
                        xml,
                        ">\n      <failure message=\"{rows}\">{text}</failure>\n    </testcase>"
                    )
                }
                State::Error | State::Missing => {
                    writeln!(xml, ">\n      <error message=\"{said}\"/>\n    </testcase>")
                }
            };
        }
        xml.push_str("  </testsuite>\n</testsuites>\n");
        xml
    }
}

fn seconds(ms: u64) -> String {
    format!("{}.{:03}", ms / 1_000, ms % 1_000)
}

/// A text inside XML, without what XML has no way to say.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' | '\t' => safe.push(letter),
            letter if letter.is_control() => safe.push('\u{fffd}'),
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            letter => safe.push(letter),
        }
    }
    safe
}

/// `3 rows`, or `5 rows and more`.
fn rows_said(audit: &Shown) -> String {
    let rows = count(audit.rows.len(), "row");
    match audit.more {
        true if audit.rows.is_empty() => "rows".to_owned(),
        true => format!("{rows} and more"),
        false => rows,
    }
}

/// The rows, one a line.
fn rows_text(audit: &Shown) -> String {
    let rows = audit.rows.iter().map(|row| {
        let cells = audit.columns.iter().zip(row);
        let cells = cells.map(|(column, cell)| {
            let cell = cell.as_deref().unwrap_or("NULL");
            format!("{column}={cell}")
        });
        cells.collect::<Vec<_>>().join(", ")
    });
    rows.collect::<Vec<_>>().join("\n")
}

impl fmt::Display for AuditView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.audits.is_empty() {
            return writeln!(f, "No audits are declared for what was asked.");
        }
        let mut table = Table::default();
        for audit in &self.audits {
            let style = match audit.state {
                State::Passed => GOOD,
                State::Failed | State::Error => ERROR,
                State::Missing => WARNING,
            };
            let ms = audit.ms.map_or_else(|| "-".to_owned(), length);
            let said = match (audit.state, &audit.error) {
                (State::Failed, _) => format!("{}: {}", audit.audit, rows_said(audit)),
                (_, Some(error)) => format!("{}: {error}", audit.audit),
                (_, None) => audit.audit.clone(),
            };
            table.row([
                (audit.state.as_str(), style),
                (&ms, FAINT),
                (&audit.object, STRONG),
                (&said, Style::new()),
            ]);
        }
        table.write_within(f, 0, output::width())?;
        for audit in self
            .audits
            .iter()
            .filter(|audit| audit.state == State::Failed)
        {
            rows(f, audit)?;
        }
        writeln!(f, "\n{}", self.summed())?;
        if self
            .audits
            .iter()
            .any(|audit| audit.state == State::Missing)
        {
            let hint = paint("hint", HELP);
            writeln!(f, "{hint}: make what is not there:  {}", self.apply)?;
        }
        Ok(())
    }
}

impl AuditView {
    /// `4 audits on target prod (postgres 16.4): 1 failed, 3 passed.`
    fn summed(&self) -> String {
        let parts = [
            (self.failed, "failed"),
            (self.not_run, "not run"),
            (self.passed, "passed"),
        ];
        let parts: Vec<String> = parts
            .into_iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, what)| format!("{n} {what}"))
            .collect();
        format!(
            "{} on target {} ({}): {}.",
            count(self.audits.len(), "audit"),
            self.target,
            self.engine,
            parts.join(", ")
        )
    }
}

/// The first rows of a failing audit, as a table.
fn rows(f: &mut fmt::Formatter<'_>, audit: &Shown) -> fmt::Result {
    let title = plain(&format!("{}: {}", audit.object, audit.audit));
    writeln!(f, "\n{}", paint(title, STRONG))?;
    let widths: Vec<usize> = (0..audit.columns.len())
        .map(|at| {
            let cells = audit.rows.iter().filter_map(|row| row.get(at));
            let cells = cells.map(|cell| unicode_width::UnicodeWidthStr::width(&*value(cell)));
            let head = audit.columns.get(at).map(|column| middle(column, CELL));
            let head = head.map_or(0, |head| unicode_width::UnicodeWidthStr::width(&*head));
            cells.max().unwrap_or(0).max(head)
        })
        .collect();
    let line = |f: &mut fmt::Formatter<'_>, cells: Vec<String>, style| {
        let mut text = String::new();
        for (cell, width) in cells.iter().zip(&widths) {
            let cell_width = unicode_width::UnicodeWidthStr::width(&**cell);
            let padding = width.saturating_sub(cell_width) + 2;
            // Writing to a String cannot fail.
            let _ = write!(text, "{cell}{:padding$}", "");
        }
        writeln!(f, "  {}", paint(text.trim_end(), style))
    };
    let heads = audit
        .columns
        .iter()
        .map(|column| middle(&plain(column), CELL));
    line(f, heads.collect(), FAINT)?;
    for row in &audit.rows {
        line(f, row.iter().map(value).collect(), Style::new())?;
    }
    if audit.more {
        writeln!(f, "  {}", paint("and more", FAINT))?;
    }
    Ok(())
}

fn value(cell: &Option<String>) -> String {
    let text = cell.as_deref().unwrap_or("NULL");
    middle(&plain(text).replace(['\n', '\t'], " "), CELL)
}
