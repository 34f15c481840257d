//! What changed in `catalog.lock`.

use std::fmt;

use anstyle::Style;
use dormer_core::diagnostic::Diagnostic;
use dormer_core::engine::ServerInfo;
use dormer_core::model::catalog::ExternalKind;
use dormer_core::model::name::ObjectName;
use dormer_core::project::Project;
use dormer_core::project::relock::{Change, Difference, Relock};
use serde::Serialize;

use super::diagnostic::{self, DiagnosticView};
use super::style::{self, FAINT, GOOD, STRONG, Table, WARNING, count, paint};

/// What became of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Written {
    /// It said the same already.
    Fresh,
    /// It does not, and was not to be written.
    Stale,
    Anew,
}

/// The result of `dormer lock`.
#[derive(Debug, Serialize)]
pub(crate) struct LockView {
    project: String,
    target: String,
    engine: &'static str,
    server_version: String,
    file: Written,
    externals: usize,
    changes: Vec<ChangeView>,
    diagnostics: Vec<DiagnosticView>,
}

/// One external that changed.
#[derive(Debug, Serialize)]
struct ChangeView {
    object: String,
    action: Action,
    /// Of an external that is added.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    differences: Vec<DifferenceView>,
    #[serde(skip)]
    columns: usize,
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Action {
    Add,
    Remove,
    Change,
}

/// One difference: of a column, or of the external where `column` is null.
#[derive(Debug, Serialize)]
struct DifferenceView {
    what: What,
    column: Option<String>,
    was: Option<String>,
    is: Option<String>,
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "kebab-case")]
enum What {
    ColumnAdded,
    ColumnRemoved,
    TypeChanged,
    KindChanged,
    OrderChanged,
}

impl LockView {
    pub(crate) fn new(
        project: &Project,
        server: &ServerInfo,
        relock: &Relock,
        (file, missing): (Written, &[Diagnostic]),
    ) -> Self {
        Self {
            project: project.name.clone(),
            target: project.target.name.to_string(),
            engine: project.target.dialect.rules().name,
            server_version: server.version.clone(),
            file,
            externals: relock.externals.relations.len(),
            changes: relock.changes.iter().map(change).collect(),
            diagnostics: diagnostic::views(project, missing),
        }
    }
}

fn change((name, change): (&ObjectName, &Change)) -> ChangeView {
    let (action, reason) = match change {
        Change::Added(_) => (Action::Add, None),
        Change::Gone => (Action::Remove, Some("not in the target")),
        Change::Unread => (Action::Remove, Some("no longer read")),
        Change::Changed(_) => (Action::Change, None),
    };
    let (kind, columns, differences) = match change {
        Change::Added(external) => (
            Some(external.kind.as_str().to_owned()),
            external.columns.len(),
            Vec::new(),
        ),
        Change::Gone | Change::Unread => (None, 0, Vec::new()),
        Change::Changed(found) => (None, 0, found.iter().map(difference).collect()),
    };
    ChangeView {
        object: name.to_string(),
        action,
        kind,
        reason,
        differences,
        columns,
    }
}

fn difference(found: &Difference) -> DifferenceView {
    let (what, column, was, is) = match found.clone() {
        Difference::Kind { was, is } => {
            let word = |kind: ExternalKind| Some(kind.as_str().to_owned());
            (What::KindChanged, None, word(was), word(is))
        }
        Difference::ColumnAdded(column) => (
            What::ColumnAdded,
            Some(column.name.to_string()),
            None,
            column.type_name,
        ),
        Difference::ColumnRemoved(column) => (
            What::ColumnRemoved,
            Some(column.name.to_string()),
            column.type_name,
            None,
        ),
        Difference::Type { column, was, is } => (What::TypeChanged, Some(column), was, is),
        Difference::Order => (What::OrderChanged, None, None, None),
    };
    DifferenceView {
        what,
        column,
        was,
        is,
    }
}

impl DifferenceView {
    fn words(&self) -> String {
        let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "unknown".to_owned());
        let column = text(&self.column);
        let (was, is) = (text(&self.was), text(&self.is));
        match self.what {
            What::ColumnAdded => format!("column \"{column}\" added: {is}"),
            What::ColumnRemoved => format!("column \"{column}\" removed: {was}"),
            What::TypeChanged => format!("column \"{column}\" is {is}, was {was}"),
            What::KindChanged => format!("a {is}, was a {was}").replace('-', " "),
            What::OrderChanged => "columns in another order".to_owned(),
        }
    }
}

impl ChangeView {
    fn rows(&self, table: &mut Table) {
        let (sign, style): (&str, Style) = match self.action {
            Action::Add => ("+", GOOD),
            Action::Remove => ("-", style::ERROR),
            Action::Change => ("~", WARNING),
        };
        let first = match (&self.kind, self.reason) {
            (Some(kind), _) => {
                format!(
                    "{}, {}",
                    kind.replace('-', " "),
                    count(self.columns, "column")
                )
            }
            (None, Some(reason)) => reason.to_owned(),
            (None, None) => self
                .differences
                .first()
                .map_or_else(String::new, DifferenceView::words),
        };
        table.row([(sign, style), (&self.object, STRONG), (&first, FAINT)]);
        for difference in self.differences.iter().skip(1) {
            table.row([("", style), ("", STRONG), (&difference.words(), FAINT)]);
        }
    }
}

impl fmt::Display for LockView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.changes.is_empty() {
            return Ok(());
        }
        let target = paint(&self.target, STRONG);
        writeln!(
            f,
            "catalog.lock for target {target} ({} {})\n",
            self.engine, self.server_version
        )?;
        let mut table = Table::default();
        for change in &self.changes {
            change.rows(&mut table);
        }
        table.write(f, 2)
    }
}
