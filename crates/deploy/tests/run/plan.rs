//! Plans for a play, written as short as may be.

use std::collections::BTreeMap;

use dormer_core::engine::RunId;
use dormer_core::engine::journal::RunKind;
use dormer_core::engine::step::{Deed, Form, Millis, Physical, StepId, StepKind};
use dormer_core::engine::{Generation, Statement, Step};
use dormer_core::model::name::ObjectName;
use dormer_core::model::observed::relation::RelationKind;
use dormer_core::plan::change::{Action, Change, Summary};
use dormer_core::plan::{FORMAT_VERSION, Plan, PlanLimits, PlannedStep, ShadowInputs};

pub(crate) fn name(text: &str) -> ObjectName {
    ObjectName::new("s", text)
}

pub(crate) fn physical(text: &str) -> Physical {
    Physical {
        name: name(text),
        kind: RelationKind::MaterializedView,
    }
}

/// A step of one statement about one object.
pub(crate) fn step(id: u32, kind: StepKind, object: &str, needs: &[u32]) -> PlannedStep {
    let relation = physical(object);
    let deed = match kind {
        StepKind::Build => Deed::Build {
            relation,
            form: Form::Written(String::new()),
        },
        StepKind::Cutover | StepKind::Retire => Deed::Rename {
            relation,
            to: format!("{object}__old"),
        },
        StepKind::Drop => Deed::Drop { relation },
        _ => Deed::Fill { relation },
    };
    PlannedStep {
        step: Step {
            id: StepId(id),
            kind,
            title: format!("{} s.{object}", kind.as_str()),
            object: Some(name(object)),
            deeds: vec![deed],
            needs: needs.iter().copied().map(StepId).collect(),
            records: Vec::new(),
        },
        statements: vec![Statement::together(format!("statement of {id}"))],
        forecast: None,
        inputs: Vec::new(),
        undo: Vec::new(),
    }
}

/// The same step, which took so long the last time.
pub(crate) fn slow(mut step: PlannedStep, forecast: u64) -> PlannedStep {
    step.forecast = Some(Millis(forecast));
    step
}

/// The same step with what the rows of a shadow come from.
pub(crate) fn made_of(mut step: PlannedStep, shadow: &str, fill: u32, ground: &str) -> PlannedStep {
    let run = RunId::parse("0000000001").unwrap();
    step.inputs.push(ShadowInputs {
        shadow: name(shadow),
        generation: Generation::new(&run, &name(shadow)),
        live: Some(name("live")),
        grounds: vec![name(ground)],
        fill: StepId(fill),
    });
    step
}

pub(crate) fn plan(steps: Vec<PlannedStep>) -> Plan {
    let objects: BTreeMap<ObjectName, Action> = steps
        .iter()
        .filter_map(|step| step.step.object.clone())
        .map(|object| (object, Action::Replace))
        .collect();
    let changes: Vec<Change> = objects
        .into_iter()
        .map(|(object, action)| Change {
            object,
            kind: "materialized view".to_owned(),
            action,
            reasons: Vec::new(),
            strategy: None,
            because: Vec::new(),
            hazards: Vec::new(),
        })
        .collect();
    Plan {
        format_version: FORMAT_VERSION,
        tool: "0.1.0".to_owned(),
        kind: RunKind::Apply,
        project: "shop".to_owned(),
        target: "dev".to_owned(),
        engine: "played 1".to_owned(),
        run: RunId::parse("0000000001").unwrap(),
        summary: Summary::of(&changes),
        changes,
        notes: Vec::new(),
        hazards: Vec::new(),
        refused: Vec::new(),
        steps,
        observed: BTreeMap::new(),
        readers: BTreeMap::new(),
        limits: PlanLimits::default(),
    }
}
