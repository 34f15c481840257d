//! What drifted, object by object: what it was, what it is, and what settles it.

use std::fmt;

use anstyle::Style;
use dormer_core::model::name::ObjectName;
use dormer_core::plan::difference::{Line, Side};
use dormer_core::plan::drift::{Aspect, Change, Drift, Drifted, DriftedObject, Extra};
use dormer_core::project::Project;
use serde::Serialize;

use super::style::{ERROR, FAINT, GOOD, HELP, STRONG, Table, WARNING, count, paint};
use super::time::length;
use crate::args::Global;
use crate::report::plain;
use crate::{output, paste};

/// So many lines of a difference are shown.
const SHOWN: usize = 24;

/// What is known around what drifted.
pub(crate) struct About<'a> {
    pub(crate) project: &'a Project,
    /// The engine and its version.
    pub(crate) engine: String,
    /// Whether the target has a journal at all.
    pub(crate) journal: bool,
    /// What could not be seen.
    pub(crate) unseen: Vec<String>,
    /// Seconds since 1970.
    pub(crate) now: i64,
    pub(crate) global: &'a Global,
}

/// The result of `dormer drift`.
#[derive(Debug, Serialize)]
pub(crate) struct DriftView {
    project: String,
    target: String,
    engine: String,
    /// Whether there is a journal to compare with.
    journal: bool,
    drifted: bool,
    compared: usize,
    objects: Vec<Shown>,
    extra: Vec<ShownExtra>,
    not_seen: Vec<String>,
    #[serde(skip)]
    now: i64,
}

/// One object.
#[derive(Debug, Serialize)]
struct Shown {
    object: String,
    kind: &'static str,
    /// Whose it is now; null for what is gone.
    owner: Option<String>,
    run: String,
    applied_at: Option<i64>,
    changes: Vec<ShownChange>,
    /// Whether all of it was added by hand, so that apply changes nothing.
    kept_by_apply: bool,
    /// The command that puts it back; null where nothing is to be put back.
    apply: Option<String>,
    /// The command that takes it over; null where that would settle nothing.
    adopt: Option<String>,
    /// A statement that settles it by itself.
    statement: Option<String>,
}

#[derive(Debug, Serialize)]
struct ShownChange {
    aspect: Aspect,
    change: Change,
    text: String,
    was: Option<String>,
    now: Option<String>,
    /// The lines that differ, each with its sign.
    diff: Vec<String>,
    grantor: Option<String>,
    #[serde(skip)]
    lines: Vec<Line>,
}

#[derive(Debug, Serialize)]
struct ShownExtra {
    object: String,
    kind: &'static str,
    owner: String,
    declared: bool,
    adopt: Option<String>,
}

impl DriftView {
    pub(crate) fn new(about: About<'_>, drift: Drift) -> Self {
        let objects = drift.objects.into_iter();
        let extra = drift.extra.into_iter();
        Self {
            project: about.project.name.clone(),
            target: about.project.target.name.to_string(),
            journal: about.journal,
            drifted: objects.len() > 0,
            compared: drift.compared,
            objects: objects
                .map(|(name, object)| shown(&about, &name, object))
                .collect(),
            extra: extra.map(|extra| shown_extra(&about, extra)).collect(),
            engine: about.engine,
            not_seen: about.unseen,
            now: about.now,
        }
    }

    /// Whether anything is not as it was applied.
    pub(crate) const fn drifted(&self) -> bool {
        self.drifted
    }
}

fn shown(about: &About<'_>, name: &ObjectName, object: DriftedObject) -> Shown {
    let quoted = paste::quoted(&name.to_string());
    let declared = about.project.catalog.objects.contains_key(name);
    let kept = object.kept();
    let there = object.owner.is_some();
    // Nobody wants to keep that it holds nothing.
    let drifted = object.drifted.iter();
    let other = drifted.clone().any(|one| one.aspect != Aspect::Rows);
    // What no file declares cannot be selected.
    let apply = match declared {
        true => format!("apply -s {quoted}"),
        false => "apply".to_owned(),
    };
    let adopt = || paste::command(about.global, &format!("adopt {quoted}"));
    Shown {
        object: name.to_string(),
        kind: object.kind.as_str(),
        run: object.run.to_string(),
        applied_at: object.applied_at,
        kept_by_apply: kept,
        apply: (!kept).then(|| paste::command(about.global, &apply)),
        adopt: (declared && there && other).then(adopt),
        statement: object.statement,
        owner: object.owner,
        changes: object.drifted.into_iter().map(shown_change).collect(),
    }
}

fn shown_change(drifted: Drifted) -> ShownChange {
    let diff = drifted.lines.iter();
    let diff = diff.filter(|line| line.side != Side::Gap);
    ShownChange {
        aspect: drifted.aspect,
        change: drifted.change,
        text: drifted.text,
        was: drifted.was,
        now: drifted.now,
        diff: diff
            .map(|line| format!("{}{}", line.side.sign(), line.text))
            .collect(),
        grantor: drifted.grantor,
        lines: drifted.lines,
    }
}

fn shown_extra(about: &About<'_>, extra: Extra) -> ShownExtra {
    let quoted = paste::quoted(&extra.name.to_string());
    let adopt = || paste::command(about.global, &format!("adopt {quoted}"));
    ShownExtra {
        object: extra.name.to_string(),
        kind: extra.kind.as_str(),
        owner: extra.owner,
        declared: extra.declared,
        adopt: extra.declared.then(adopt),
    }
}

impl fmt::Display for DriftView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let objects = count(self.compared, "object");
        let (target, engine) = (&self.target, &self.engine);
        if !self.journal {
            writeln!(
                f,
                "Nothing was applied to target {target} yet: there is nothing to drift from."
            )?;
        } else if self.objects.is_empty() {
            let is = if self.compared == 1 { "is" } else { "are" };
            writeln!(f, "No drift: {objects} of target {target} {is} as applied.")?;
        } else {
            let drifted = self.objects.len();
            let are = if drifted == 1 { "is" } else { "are" };
            let title = format!(
                "Drift on target {target} ({engine}): {drifted} of {objects} {are} not as applied"
            );
            writeln!(f, "{}", paint(plain(&title), STRONG))?;
            for object in &self.objects {
                self.object(f, object)?;
            }
            let nobody = "Who changed it, the target does not tell: its owner could, members of that role, and superusers.";
            writeln!(f, "\n{}", paint(nobody, FAINT))?;
        }
        self.extras(f)?;
        for unseen in &self.not_seen {
            writeln!(
                f,
                "\n{}: not seen: {}",
                paint("note", WARNING),
                plain(unseen)
            )?;
        }
        Ok(())
    }
}

impl DriftView {
    fn object(&self, f: &mut fmt::Formatter<'_>, object: &Shown) -> fmt::Result {
        let kind = object.kind.replace('-', " ");
        let of = match &object.owner {
            Some(owner) => format!("{kind} of {owner}"),
            None => kind,
        };
        let ago = object
            .applied_at
            .map(|at| format!("{} ago ", self.ago(at)))
            .unwrap_or_default();
        let about = plain(&format!("{of}, applied {ago}by run {}", object.run));
        writeln!(
            f,
            "\n{}  {}",
            paint(plain(&object.object), STRONG),
            paint(about, FAINT)
        )?;
        let mut table = Table::default();
        for change in &object.changes {
            table.row([
                (change.change.as_str(), style(change.change)),
                (&said(change), Style::new()),
            ]);
            // The difference stands below its line.
            if !change.lines.is_empty() {
                table.write_within(f, 2, output::width())?;
                table = Table::default();
                lines(f, &change.lines)?;
            }
        }
        table.write_within(f, 2, output::width())?;
        self.settles(f, object)
    }

    fn settles(&self, f: &mut fmt::Formatter<'_>, object: &Shown) -> fmt::Result {
        let mut table = Table::default();
        if let Some(statement) = &object.statement {
            table.row([("give the name back:", HELP), (statement, Style::new())]);
        }
        if let Some(apply) = &object.apply {
            let what = match (&object.owner, &object.statement) {
                (None, None) => "make it again:",
                (None, Some(_)) => "or make it again:",
                (Some(_), _) if object.changes.iter().all(empty) => "fill it:",
                (Some(_), _) => "put it back:",
            };
            table.row([(what, HELP), (apply, Style::new())]);
        }
        if object.kept_by_apply {
            table.row([
                ("kept by apply:", HELP),
                ("declare it in its file, or take it away", Style::new()),
            ]);
        }
        if let Some(adopt) = &object.adopt {
            table.row([("take it over:", HELP), (adopt, Style::new())]);
        }
        table.write(f, 2)
    }

    fn extras(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.extra.is_empty() {
            return Ok(());
        }
        writeln!(
            f,
            "\nIn schemas of the project, never made by Dormer, and left alone:"
        )?;
        let mut table = Table::default();
        for extra in &self.extra {
            let of = format!("{} of {}", extra.kind.replace('-', " "), extra.owner);
            let adopt = extra.adopt.as_ref();
            let declared = adopt.map(|adopt| format!("declared in a file:  {adopt}"));
            table.row([
                (&extra.object, STRONG),
                (&of, FAINT),
                (&declared.unwrap_or_default(), Style::new()),
            ]);
        }
        table.write(f, 2)
    }

    /// How long ago a moment was.
    fn ago(&self, at: i64) -> String {
        let seconds = u64::try_from(self.now.saturating_sub(at)).unwrap_or(0);
        length(seconds.saturating_mul(1_000))
    }
}

/// Whether all that happened is that it holds no rows.
fn empty(change: &ShownChange) -> bool {
    change.aspect == Aspect::Rows
}

/// One line about one change.
fn said(change: &ShownChange) -> String {
    let quoted = |text: &String| format!("\"{text}\"");
    let told = match (change.aspect, &change.was, &change.now) {
        (Aspect::Comments, Some(was), Some(now)) => {
            format!("{}: was {}, is {}", change.text, quoted(was), quoted(now))
        }
        (Aspect::Comments, Some(text), None) | (Aspect::Comments, None, Some(text)) => {
            format!("{}: {}", change.text, quoted(text))
        }
        (Aspect::Options | Aspect::Owner, Some(was), Some(now)) => {
            format!("{}: was {was}, is {now}", change.text)
        }
        (Aspect::Options, Some(value), None) | (Aspect::Options, None, Some(value)) => {
            format!("{}: {value}", change.text)
        }
        (Aspect::Indexes, _, Some(now)) => format!("{}: {now}", change.text),
        _ => change.text.clone(),
    };
    match &change.grantor {
        Some(grantor) => format!("{told}, granted by {grantor}"),
        None => told,
    }
}

fn lines(f: &mut fmt::Formatter<'_>, lines: &[Line]) -> fmt::Result {
    for line in lines.iter().take(SHOWN) {
        let style = match line.side {
            Side::Before => ERROR,
            Side::After => GOOD,
            Side::Both | Side::Gap => FAINT,
        };
        let text = plain(&format!("{} {}", line.side.sign(), line.text));
        writeln!(f, "           {}", paint(text, style))?;
    }
    match lines.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => writeln!(f, "           and {}", count(more, "more line")),
    }
}

const fn style(change: Change) -> Style {
    match change {
        Change::Missing => ERROR,
        Change::Changed => WARNING,
        Change::Added => FAINT,
    }
}
