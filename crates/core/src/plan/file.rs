//! The plan as a file: the JSON that `plan --json` prints is what `apply` reads.
//!
//! - **What is read back is the plan that was written,** but for the objects that are kept: they are
//!   counted and not listed, so that the plan of a large project stays small.
//! - A file says which version of the format it has. An older Dormer refuses a newer file instead of
//!   reading half of it; fields that it does not know are not errors within one version.
//! - **Steps are checked when they are read:** their numbers are in order and none needs a later one.
//! - No secret is in it: statements hold placeholders for them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::change::{Action, Change, Summary};
use super::{FORMAT_VERSION, Plan, PlanLimits, PlannedStep, Refusal, ShadowInputs};
use crate::engine::RunId;
use crate::engine::hazard::{Hazard, Note};
use crate::engine::journal::{Record, RunKind};
use crate::engine::step::{Deed, Expect, Millis, Placement, Statement, Step, StepId, StepKind};
use crate::model::name::ObjectName;

/// The command that writes such a file.
const COMMAND: &str = "plan";

/// Why a text is no plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAPlan {
    /// A lowercase fragment without a period.
    pub message: String,
    pub hint: Option<String>,
}

impl fmt::Display for NotAPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for NotAPlan {}

impl NotAPlan {
    fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: Some("dormer plan --out FILE".to_owned()),
        }
    }
}

/// The plan as text, with a line break at its end.
#[must_use]
pub fn to_text(plan: &Plan) -> String {
    // Every map in it has names for keys, so there is nothing that JSON could not say.
    let mut text = serde_json::to_string_pretty(&PlanFile::of(plan)).unwrap_or_default();
    text.push('\n');
    text
}

/// The plan as text without a space too many, for the journal.
#[must_use]
pub fn to_line(plan: &Plan) -> String {
    serde_json::to_string(&PlanFile::of(plan)).unwrap_or_default()
}

/// The plan as a value, for whoever prints it with other things.
#[must_use]
pub fn to_value(plan: &Plan) -> serde_json::Value {
    serde_json::to_value(PlanFile::of(plan)).unwrap_or_default()
}

/// Reads a plan.
///
/// # Errors
///
/// When the text is something else, damaged, or of a newer format.
pub fn read(text: &str) -> Result<Plan, NotAPlan> {
    let head: Head = serde_json::from_str(text).map_err(|error| not_json(text, &error))?;
    let Some(version) = head.format_version else {
        return Err(NotAPlan::new(
            "it is JSON, and not of Dormer: it has no format_version",
        ));
    };
    match head.command.as_deref() {
        Some(COMMAND) => {}
        Some(other) => {
            let message = format!("it is the output of dormer {other}, not a plan");
            return Err(NotAPlan::new(message));
        }
        None => return Err(NotAPlan::new("it does not say which command wrote it")),
    }
    if version > u64::from(FORMAT_VERSION) {
        let tool = head.tool.as_deref().unwrap_or("a newer version");
        return Err(NotAPlan {
            message: format!(
                "its format is {version}, and this Dormer reads {FORMAT_VERSION}: it was written by {tool}"
            ),
            hint: Some(
                "apply it with the Dormer that wrote it, or plan again with this one".to_owned(),
            ),
        });
    }
    let file: PlanFile<'_> = serde_json::from_str(text)
        .map_err(|error| NotAPlan::new(format!("it is a plan, and it is damaged: {error}")))?;
    file.into_plan()
}

fn not_json(text: &str, error: &serde_json::Error) -> NotAPlan {
    if text.trim().is_empty() {
        return NotAPlan::new("it is empty");
    }
    if error.is_eof() {
        return NotAPlan::new(format!("it ends in the middle: {error}"));
    }
    NotAPlan::new(format!("it is no plan: {error}"))
}

/// What is looked at first.
#[derive(Debug, Deserialize)]
struct Head {
    #[serde(default)]
    format_version: Option<u64>,
    #[serde(default)]
    command: Option<String>,
    #[serde(default)]
    tool: Option<String>,
}

/// The file, field by field; borrowed when it is written, owned when it is read.
#[derive(Debug, Serialize, Deserialize)]
struct PlanFile<'a> {
    format_version: u32,
    command: Text<'a>,
    tool: Text<'a>,
    kind: RunKind,
    project: Text<'a>,
    target: Text<'a>,
    engine: Text<'a>,
    run: RunId,
    noop: bool,
    summary: Summary,
    changes: Vec<Change>,
    notes: Vec<Note>,
    hazards: Vec<Hazard>,
    refused: Vec<Refusal>,
    steps: Vec<StepEntry<'a>>,
    observed_fingerprint: BTreeMap<ObjectName, Option<String>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    observed_readers: BTreeMap<ObjectName, BTreeSet<String>>,
    limits: PlanLimits,
}

type Text<'a> = std::borrow::Cow<'a, str>;

/// One step in the file.
#[derive(Debug, Serialize, Deserialize)]
struct StepEntry<'a> {
    id: StepId,
    kind: StepKind,
    title: Text<'a>,
    object: Option<ObjectName>,
    needs: BTreeSet<StepId>,
    forecast_ms: Option<Millis>,
    statements: Vec<StatementEntry<'a>>,
    deeds: Listed<'a, Deed>,
    records: Listed<'a, Record>,
    #[serde(default, skip_serializing_if = "is_empty")]
    undo: Listed<'a, Record>,
    #[serde(default, skip_serializing_if = "is_empty")]
    inputs: Listed<'a, ShadowInputs>,
}

type Listed<'a, T> = std::borrow::Cow<'a, [T]>;

fn is_empty<T: Clone>(list: &Listed<'_, T>) -> bool {
    list.is_empty()
}

/// One statement in the file, with how long it may wait and work.
#[derive(Debug, Serialize, Deserialize)]
struct StatementEntry<'a> {
    sql: Text<'a>,
    /// Whether it stands in the transaction of its step.
    transaction: bool,
    expect: Expect,
    lock_timeout_ms: Millis,
    statement_timeout_ms: Option<Millis>,
}

impl<'a> PlanFile<'a> {
    fn of(plan: &'a Plan) -> Self {
        let kept = |change: &&Change| change.action == Action::Keep;
        let changes = plan.changes.iter().filter(|change| !kept(change));
        let steps = plan.steps.iter();
        Self {
            format_version: plan.format_version,
            command: Text::Borrowed(COMMAND),
            tool: Text::Borrowed(&plan.tool),
            kind: plan.kind,
            project: Text::Borrowed(&plan.project),
            target: Text::Borrowed(&plan.target),
            engine: Text::Borrowed(&plan.engine),
            run: plan.run.clone(),
            noop: plan.noop(),
            summary: plan.summary,
            changes: changes.cloned().collect(),
            notes: plan.notes.clone(),
            hazards: plan.hazards.clone(),
            refused: plan.refused.clone(),
            steps: steps
                .map(|step| StepEntry::of(step, &plan.limits))
                .collect(),
            observed_fingerprint: plan.observed.clone(),
            observed_readers: plan.readers.clone(),
            limits: plan.limits,
        }
    }

    fn into_plan(self) -> Result<Plan, NotAPlan> {
        if RunId::parse(self.run.as_str()).is_none() {
            let message = format!("{:?} is not the id of a run", self.run.as_str());
            return Err(NotAPlan::new(message));
        }
        if self.noop != self.steps.is_empty() {
            return Err(NotAPlan::new(
                "it says that nothing is to do, and steps, or neither",
            ));
        }
        for (number, step) in (1..).zip(&self.steps) {
            if step.id != StepId(number) {
                let message = format!("step {} stands in the place of step {number}", step.id);
                return Err(NotAPlan::new(message));
            }
            if step
                .needs
                .iter()
                .any(|need| *need >= step.id || need.0 == 0)
            {
                let message = format!("step {} needs one that does not come before it", step.id);
                return Err(NotAPlan::new(message));
            }
        }
        Ok(Plan {
            format_version: self.format_version,
            tool: self.tool.into_owned(),
            kind: self.kind,
            project: self.project.into_owned(),
            target: self.target.into_owned(),
            engine: self.engine.into_owned(),
            run: self.run,
            summary: self.summary,
            changes: self.changes,
            notes: self.notes,
            hazards: self.hazards,
            refused: self.refused,
            steps: self.steps.into_iter().map(StepEntry::into_step).collect(),
            observed: self.observed_fingerprint,
            readers: self.observed_readers,
            limits: self.limits,
        })
    }
}

impl<'a> StepEntry<'a> {
    fn of(planned: &'a PlannedStep, limits: &PlanLimits) -> Self {
        let step = &planned.step;
        let lock = lock_timeout(step.kind, limits);
        let statement = |statement: &'a Statement| StatementEntry {
            sql: Text::Borrowed(&statement.sql),
            transaction: statement.placement == Placement::Together,
            expect: statement.expect,
            lock_timeout_ms: lock,
            statement_timeout_ms: limits.statement_timeout_ms,
        };
        Self {
            id: step.id,
            kind: step.kind,
            title: Text::Borrowed(&step.title),
            object: step.object.clone(),
            needs: step.needs.clone(),
            forecast_ms: planned.forecast,
            statements: planned.statements.iter().map(statement).collect(),
            deeds: Listed::Borrowed(&step.deeds),
            records: Listed::Borrowed(&step.records),
            undo: Listed::Borrowed(&planned.undo),
            inputs: Listed::Borrowed(&planned.inputs),
        }
    }

    fn into_step(self) -> PlannedStep {
        let statement = |entry: StatementEntry<'_>| Statement {
            sql: entry.sql.into_owned(),
            placement: match entry.transaction {
                true => Placement::Together,
                false => Placement::Alone,
            },
            expect: entry.expect,
        };
        PlannedStep {
            step: Step {
                id: self.id,
                kind: self.kind,
                title: self.title.into_owned(),
                object: self.object,
                deeds: self.deeds.into_owned(),
                needs: self.needs,
                records: self.records.into_owned(),
            },
            statements: self.statements.into_iter().map(statement).collect(),
            forecast: self.forecast_ms,
            inputs: self.inputs.into_owned(),
            undo: self.undo.into_owned(),
        }
    }
}

/// How long a statement of a step may wait for one lock: what readers wait behind waits less.
#[must_use]
pub fn lock_timeout(kind: StepKind, limits: &PlanLimits) -> Millis {
    match kind {
        StepKind::Cutover | StepKind::Retire | StepKind::Rename => {
            limits.lock_timeout_ms.min(limits.cutover_timeout_ms)
        }
        StepKind::Build
        | StepKind::Fill
        | StepKind::Refresh
        | StepKind::Index
        | StepKind::Analyze
        | StepKind::Audit
        | StepKind::Alter
        | StepKind::Settle
        | StepKind::Drop => limits.lock_timeout_ms,
    }
}

#[cfg(test)]
mod tests;
