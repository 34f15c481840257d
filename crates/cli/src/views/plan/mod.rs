//! A plan with all its faces: text for people, JSON for programs and files, SQL for somebody who runs
//! it by hand, Markdown for a pull request.
//!
//! **What does not change is counted, never listed.** Hazards come with the words that allow them.

mod forecast;
mod markdown;
pub(in crate::views) mod sql;
mod text;

use std::fmt;

use dormer_core::engine::hazard::Hazard;
use dormer_core::engine::journal::RunKind;
use dormer_core::engine::session::LockHolder;
use dormer_core::model::name::ObjectName;
use dormer_core::plan::change::{Action, Change, Reason, ReasonKind, Way};
use dormer_core::plan::{Plan, file};
use serde::{Serialize, Serializer};
use serde_json::Value;

pub(crate) use forecast::Forecast;

/// Which text a plan is shown as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    Text,
    Sql,
    Markdown,
}

/// How much of a plan is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    Changes,
    /// Steps and statements too.
    Steps,
}

/// What is known around a plan.
#[derive(Debug, Clone)]
pub(crate) struct Around {
    /// Hazards that nobody allowed.
    pub(crate) blocking: Vec<Hazard>,
    /// The command that does what the plan says.
    pub(crate) command: String,
    /// The file it is read from or written to, ready to be pasted.
    pub(crate) file: Option<String>,
    /// What the selection took along: readers of what is replaced.
    pub(crate) along: Vec<ObjectName>,
    pub(crate) knowledge: Knowledge,
    /// Who holds locks now that steps would wait for.
    pub(crate) blockers: Vec<LockHolder>,
}

/// What a plan was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Knowledge {
    Target,
    /// Nothing but the files: as for an empty target.
    Files,
    /// The journal: a run that began before goes on.
    Journal,
}

/// A plan to show.
#[derive(Debug, Clone)]
pub(crate) struct PlanView {
    pub(crate) plan: Plan,
    pub(crate) around: Around,
    pub(crate) face: Face,
    pub(crate) detail: Detail,
}

impl fmt::Display for PlanView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.face {
            Face::Text => text::write(self, f),
            Face::Sql => sql::write(self, f),
            Face::Markdown => markdown::write(self, f),
        }
    }
}

impl Serialize for PlanView {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut whole = file::to_value(&self.plan);
        if let Value::Object(fields) = &mut whole {
            let blocking = self.around.blocking.iter().map(allowance);
            fields.insert("blocking".to_owned(), blocking.collect());
            let blockers = serde_json::to_value(&self.around.blockers);
            let blockers = blockers.map_err(serde::ser::Error::custom)?;
            fields.insert("blockers".to_owned(), blockers);
        }
        whole.serialize(serializer)
    }
}

impl PlanView {
    /// What is planned, for whom: `Plan for target prod (postgres 16.4), run 7f3a`.
    fn title(&self) -> String {
        let Plan {
            target,
            engine,
            kind,
            ..
        } = &self.plan;
        let run = &self.plan.run;
        match (self.around.knowledge, kind) {
            (Knowledge::Files, _) => format!("Plan for an empty target {target} ({engine})"),
            (Knowledge::Journal, _) => format!("Run {run} on target {target} ({engine}) goes on"),
            (_, RunKind::Apply | RunKind::Refresh) => {
                format!("Plan for target {target} ({engine}), run {run}")
            }
            (_, RunKind::Rollback) => {
                format!("Plan to roll back on target {target} ({engine}), run {run}")
            }
            (_, RunKind::Cleanup) => {
                format!("Plan to clean up target {target} ({engine}), run {run}")
            }
            (_, RunKind::Adopt) => {
                format!("Plan to take over on target {target} ({engine}), run {run}")
            }
            (_, RunKind::Mend) => {
                format!("Plan to mend target {target} ({engine}), run {run}")
            }
        }
    }

    /// The last line: `Plan: 0 to create, 1 to alter, ..`.
    pub(crate) fn summary(&self) -> String {
        if self.plan.noop() && self.plan.refused.is_empty() {
            return match self.plan.kind {
                RunKind::Apply => "Nothing to do: the target is as declared.".to_owned(),
                RunKind::Rollback
                | RunKind::Cleanup
                | RunKind::Refresh
                | RunKind::Adopt
                | RunKind::Mend => "Nothing to do.".to_owned(),
            };
        }
        let summary = &self.plan.summary;
        match self.plan.kind {
            RunKind::Adopt => {
                return format!("Plan: {} to adopt. Nothing of them changes.", summary.adopt);
            }
            RunKind::Mend => {
                return format!(
                    "Plan: {} to mend. Nothing that is read changes.",
                    summary.mend
                );
            }
            RunKind::Apply | RunKind::Rollback | RunKind::Cleanup | RunKind::Refresh => {}
        }
        let left = match summary.leave {
            0 => String::new(),
            n => format!("{n} left behind, "),
        };
        let mended = match summary.mend {
            0 => String::new(),
            n => format!("{n} to mend, "),
        };
        format!(
            "Plan: {} to create, {} to alter, {} to replace, {} to drop, {} carried, {}{}{} unchanged.",
            summary.create,
            summary.alter,
            summary.replace,
            summary.drop,
            summary.carry,
            left,
            mended,
            summary.keep
        )
    }

    /// What changes: all but what is kept.
    fn changed(&self) -> impl Iterator<Item = &Change> {
        let changes = self.plan.changes.iter();
        changes.filter(|change| change.action != Action::Keep)
    }

    fn blocks(&self, hazard: &Hazard) -> bool {
        self.around.blocking.contains(hazard)
    }

    /// The command with all that allows what blocks; none where nothing does.
    pub(crate) fn allowing(&self) -> Option<String> {
        let mut allowances: Vec<String> = self.around.blocking.iter().map(allowance).collect();
        allowances.sort();
        allowances.dedup();
        // Allowing does not help where something cannot be done at all.
        if allowances.is_empty() || !self.plan.refused.is_empty() {
            return None;
        }
        let words = allowances.iter().map(|allowance| {
            let allowance = crate::paste::quoted(allowance);
            format!(" --allow {allowance}")
        });
        Some(words.fold(self.around.command.clone(), |all, word| all + &word))
    }
}

/// What `--allow` takes for a hazard: `data-loss:marts.x`.
pub(crate) fn allowance(hazard: &Hazard) -> String {
    match &hazard.object {
        Some(object) => format!("{}:{object}", hazard.kind),
        None => hazard.kind.to_string(),
    }
}

/// What is done, in words: `replace by swap`.
fn deed(change: &Change) -> &'static str {
    match (change.action, change.strategy) {
        (Action::Create, _) => "create",
        (Action::Alter, _) => "alter",
        (Action::Replace, Some(Way::Redefine | Way::RePoint)) => "replace in place",
        (Action::Replace, Some(Way::Swap)) => "replace by swap",
        (Action::Replace, Some(Way::Leave) | None) => "replace",
        (Action::Drop, _) => "drop",
        (Action::Keep, _) => "unchanged",
        (Action::Carry, Some(Way::RePoint | Way::Redefine)) => "carried in place",
        (Action::Carry, Some(Way::Leave)) => "left behind",
        (Action::Carry, Some(Way::Swap) | None) => "carried",
        (Action::Adopt, _) => "adopt",
        (Action::Mend, _) => "mend",
    }
}

/// A reason in words; its text stands by itself but where the kind has to be said.
fn why(reason: &Reason) -> String {
    let text = reason.text.as_str();
    let said = |words: &str| match text {
        "" => words.to_owned(),
        text if text.starts_with(words) => text.to_owned(),
        text => format!("{words}: {text}"),
    };
    let bare = |words: &str| match text {
        "" => words.to_owned(),
        text => text.to_owned(),
    };
    match reason.kind {
        ReasonKind::DefinitionChanged => said("definition changed"),
        ReasonKind::Drifted => said("changed in the target"),
        ReasonKind::ClassChanged => said("class changed"),
        ReasonKind::Requested => bare("requested"),
        ReasonKind::Renamed => bare("renamed"),
        ReasonKind::ReadsReplaced => bare("reads what is replaced"),
        ReasonKind::PropertyChanged => bare("companions changed"),
        ReasonKind::Missing => bare("not there yet"),
        ReasonKind::NotDeclared => bare("no longer declared"),
    }
}

#[cfg(test)]
mod tests;
