//! Steps while they are gathered: in any order, then numbered so that each stands after what it needs.

use std::collections::BTreeSet;

use super::{Frame, order};
use crate::engine::Unsupported;
use crate::engine::journal::Record;
use crate::engine::step::{Deed, Physical, Statement, Step, StepId, StepKind};
use crate::model::name::ObjectName;
use crate::plan::{Plan, PlannedStep, Refusal, ShadowInputs};

/// How many names a title holds before it counts the rest.
const NAMES_IN_TITLE: usize = 5;

/// The place of a step among those that are gathered; it becomes a number at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::plan) struct At(usize);

/// A step without its number.
#[derive(Debug)]
pub(in crate::plan) struct Draft {
    kind: StepKind,
    title: String,
    object: Option<ObjectName>,
    pub(in crate::plan) deeds: Vec<Deed>,
    pub(in crate::plan) needs: BTreeSet<At>,
    pub(in crate::plan) records: Vec<Record>,
    pub(in crate::plan) undo: Vec<Record>,
    pub(in crate::plan) inputs: Vec<Inputs>,
}

/// The inputs of a shadow, whose fill has no number yet.
#[derive(Debug, Clone)]
pub(in crate::plan) struct Inputs {
    /// None for the step that has them: it is the fill.
    pub(in crate::plan) fill: Option<At>,
    pub(in crate::plan) shadow: ShadowInputs,
}

impl Draft {
    /// A step about one object.
    pub(in crate::plan) fn about(kind: StepKind, object: &ObjectName, title: String) -> Self {
        Self {
            object: Some(object.clone()),
            ..Self::of(kind, title)
        }
    }

    /// A step about several objects, or about none.
    pub(in crate::plan) fn of(kind: StepKind, title: String) -> Self {
        Self {
            kind,
            title,
            object: None,
            deeds: Vec::new(),
            needs: BTreeSet::new(),
            records: Vec::new(),
            undo: Vec::new(),
            inputs: Vec::new(),
        }
    }

    /// A step about these objects: about the one, or about none where there are several.
    pub(in crate::plan) fn about_all(kind: StepKind, verb: &str, objects: &[&ObjectName]) -> Self {
        match objects {
            [object] => Self::about(kind, object, format!("{verb} {object}")),
            objects if kind == StepKind::Cutover => {
                let count = objects.len();
                let title = format!("{verb} of {count} objects: {}", list(objects));
                Self::of(kind, title)
            }
            objects => Self::of(kind, format!("{verb} {}", list(objects))),
        }
    }
}

fn list(objects: &[&ObjectName]) -> String {
    let shown: Vec<String> = objects
        .iter()
        .take(NAMES_IN_TITLE)
        .map(ToString::to_string)
        .collect();
    let shown = shown.join(", ");
    match objects.len().saturating_sub(NAMES_IN_TITLE) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// The steps of a plan that is being made.
#[derive(Debug, Default)]
pub(in crate::plan) struct Steps(Vec<Draft>);

impl Steps {
    pub(in crate::plan) fn add(&mut self, step: Draft) -> At {
        self.0.push(step);
        At(self.0.len() - 1)
    }

    pub(in crate::plan) fn get_mut(&mut self, at: At) -> Option<&mut Draft> {
        self.0.get_mut(at.0)
    }

    /// The first step, whichever it is.
    pub(in crate::plan) fn first_mut(&mut self) -> Option<&mut Draft> {
        self.0.first_mut()
    }

    /// All steps that must be done before one, through any number of others.
    pub(in crate::plan) fn before(&self, at: At) -> BTreeSet<At> {
        let mut seen = BTreeSet::new();
        let mut open = vec![at];
        while let Some(step) = open.pop().and_then(|at| self.0.get(at.0)) {
            open.extend(step.needs.iter().filter(|need| seen.insert(**need)));
        }
        seen
    }

    /// These steps and all that must be done after one of them, through any number of others.
    pub(in crate::plan) fn after(&self, these: &BTreeSet<At>) -> BTreeSet<At> {
        let mut wanted_by: Vec<Vec<At>> = vec![Vec::new(); self.0.len()];
        for (place, step) in self.0.iter().enumerate() {
            for need in &step.needs {
                if let Some(by) = wanted_by.get_mut(need.0) {
                    by.push(At(place));
                }
            }
        }
        let mut seen = these.clone();
        let mut open: Vec<At> = these.iter().copied().collect();
        while let Some(at) = open.pop() {
            let by = wanted_by.get(at.0).into_iter().flatten();
            open.extend(by.filter(|by| seen.insert(**by)));
        }
        seen
    }

    /// Has all steps wait for one that are about some objects, but for those that it waits for itself.
    pub(in crate::plan) fn wait(
        &mut self,
        gate: At,
        but: &BTreeSet<At>,
        about: impl Fn(Option<&ObjectName>) -> bool,
    ) {
        for (place, step) in self.0.iter_mut().enumerate() {
            if !but.contains(&At(place))
                && step.kind != StepKind::Drop
                && about(step.object.as_ref())
            {
                step.needs.insert(gate);
            }
        }
    }

    /// The steps that no other one waits for.
    pub(in crate::plan) fn ends(&self) -> BTreeSet<At> {
        let needs = self.0.iter().flat_map(|step| &step.needs);
        let needed: BTreeSet<&At> = needs.collect();
        let all = (0..self.0.len()).map(At);
        all.filter(|at| !needed.contains(at)).collect()
    }

    /// Numbers the steps, has the engine say its statements, and puts all into the plan.
    pub(in crate::plan) fn finish(self, frame: &Frame<'_>, plan: &mut Plan) {
        let needs = |step: &Draft| step.needs.iter().map(|need| need.0).collect();
        let edges: Vec<Vec<usize>> = self.0.iter().map(needs).collect();
        let sorted = order::topological(&edges);
        let circle = sorted.is_err();
        let sorted = sorted.unwrap_or_else(|order| order);
        let mut ids = vec![StepId(0); sorted.len()];
        for (number, place) in (1..).zip(&sorted) {
            if let Some(id) = ids.get_mut(*place) {
                *id = StepId(number);
            }
        }
        let id_of = |at: At| ids.get(at.0).copied().unwrap_or(StepId(0));
        let mut numbered: Vec<(StepId, Draft)> = ids.iter().copied().zip(self.0).collect();
        numbered.sort_unstable_by_key(|(id, _)| *id);
        plan.steps.reserve(numbered.len());
        for (id, draft) in numbered {
            let needs: BTreeSet<StepId> = draft.needs.iter().map(|at| id_of(*at)).collect();
            if circle && needs.iter().any(|need| *need >= id) {
                plan.refused.push(waits_for_itself(&draft));
            }
            let step = Step {
                id,
                kind: draft.kind,
                title: draft.title,
                object: draft.object,
                deeds: draft.deeds,
                needs: needs.into_iter().filter(|need| *need < id).collect(),
                records: draft.records,
            };
            let forecast = step.object.as_ref().and_then(|object| {
                let key = (object.clone(), step.kind);
                frame.journal.durations.get(&key).copied()
            });
            let inputs = draft.inputs.into_iter().map(|inputs| ShadowInputs {
                fill: inputs.fill.map_or(id, id_of),
                ..inputs.shadow
            });
            plan.steps.push(PlannedStep {
                statements: statements(&step, frame, &mut plan.refused),
                forecast,
                inputs: inputs.collect(),
                undo: draft.undo,
                step,
            });
        }
    }
}

fn waits_for_itself(draft: &Draft) -> Refusal {
    Refusal {
        object: draft.object.clone().unwrap_or_else(nameless),
        text: format!(
            "the step \"{}\" would wait for one that waits for it",
            draft.title
        ),
        hint: None,
    }
}

/// Stands where a refusal is about a step of several objects.
fn nameless() -> ObjectName {
    ObjectName::new("", "")
}

fn statements(step: &Step, frame: &Frame<'_>, refused: &mut Vec<Refusal>) -> Vec<Statement> {
    let mut statements = Vec::new();
    for deed in &step.deeds {
        match frame.engine.lower(deed) {
            Ok(lowered) => statements.extend(lowered),
            Err(Unsupported { message }) => refused.push(Refusal {
                object: step
                    .object
                    .clone()
                    .or_else(|| relation_of(deed).cloned())
                    .unwrap_or_else(nameless),
                text: message,
                hint: None,
            }),
        }
    }
    statements
}

/// The relation that a deed is about, under the name that it has then.
pub(in crate::plan) const fn relation_of(deed: &Deed) -> Option<&ObjectName> {
    match deed {
        Deed::Build { relation, .. }
        | Deed::Fill { relation }
        | Deed::Refresh { relation, .. }
        | Deed::Mark { relation, .. }
        | Deed::Owner { relation, .. }
        | Deed::Options { relation, .. }
        | Deed::Analyze { relation }
        | Deed::Rename { relation, .. }
        | Deed::Redefine { relation, .. }
        | Deed::Drop { relation }
        | Deed::Grant { on: relation, .. }
        | Deed::Revoke { on: relation, .. } => Some(&relation.name),
        Deed::Comment { on, .. } => commented(on),
        Deed::AddColumn { table, .. } => Some(table),
        Deed::CreateSchema { .. }
        | Deed::Index { .. }
        | Deed::DropIndex { .. }
        | Deed::RenameIndex { .. }
        | Deed::Audit { .. }
        | Deed::Rebind { .. }
        | Deed::Verbatim { .. } => None,
    }
}

const fn commented(on: &crate::engine::step::Commented) -> Option<&ObjectName> {
    use crate::engine::step::Commented;
    match on {
        Commented::Relation(Physical { name, .. }) | Commented::Column { of: name, .. } => {
            Some(name)
        }
        Commented::Index(_) => None,
    }
}
