//! Which existing objects are what their files say, and the plan that takes them over as they stand.
//!
//! | found | then |
//! |---|---|
//! | the target itself says that both mean the same, companions too | it is adopted |
//! | the journal knows it as ours | nothing |
//! | anything differs | nothing, but where somebody accepts one side |
//! | not there, another kind, of another project, of somebody else | nothing |
//!
//! - **Adopting changes no object:** it writes a marker where the engine has a place for it, and the
//!   journal. Taken back, both are as before.
//! - **Accepting what is declared** writes down what the target has as what was applied: the file is then
//!   a change to come, and the next plan shows it. What others gave the object stays theirs.
//! - **Accepting what is observed** is a change of a file and none of the target; see [`rewrite`].
//! - The target does not tell which query filled a table: only who accepts that can say so.

mod rewrite;

use std::collections::{BTreeMap, BTreeSet};

use dormer_sql::Span;
use serde::{Deserialize, Serialize};

use super::Plan;
use super::change::{Action, Change, Reason, ReasonKind, Summary};
use super::decide::compare::{self, Compared};
use super::decide::standing::Standing;
use super::decision::Declaration;
use super::input::Input;
use super::rehearsal::{Rehearsal, When};
use super::sequence::build::carries_marker;
use super::sequence::steps::{Draft, Steps};
use super::sequence::{Frame, kind_words};
use super::text;
use crate::engine::journal::{ObjectRecord, ObjectState, Record, RecordedCompanions};
use crate::engine::session::Rehearsed;
use crate::engine::step::{Deed, Physical, StepKind};
use crate::engine::{Generation, Marker};
use crate::model::kind::ObjectKind;
use crate::model::name::ObjectName;
use crate::model::object::Object;
use crate::model::observed::Observed;
use crate::model::observed::relation::{Ownership, Relation, RelationKind};

pub use rewrite::{Rewrite, rewrite};

/// Which side somebody accepts where file and object differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Accept {
    /// What the target has: the file is made to say it.
    Observed,
    /// What the file says: the next apply brings the object there.
    Declared,
}

/// What was found out about one declared object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub object: ObjectName,
    /// As people say it: `materialized view`.
    pub kind: String,
    pub state: State,
    pub difference: Difference,
    /// What the journal will say of it once it is adopted.
    adopted: Option<Box<Adopted>>,
}

/// How an object stands to being adopted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It is what its file says.
    Adopt,
    /// The journal knows it already.
    Ours,
    /// Something differs, and nobody accepted it.
    Differs,
    /// Somebody accepted that something differs: the next apply brings it to the file.
    Accepted,
    Missing,
    /// The target has something else of its name.
    OtherKind {
        found: RelationKind,
    },
    OtherProject {
        project: String,
    },
    /// Only its owner can mark it.
    Foreign {
        owner: String,
    },
    /// Nobody can tell now, and why.
    Unknown {
        why: String,
    },
}

/// What differs between a file and its object.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    /// As the target spells them: what the file means, and what is there.
    pub definition: Option<(String, String)>,
    /// What would become of columns.
    pub columns: Option<String>,
    /// What would become of companions, each in words.
    pub companions: Vec<String>,
    /// What the target says against the file's definition, or why it cannot tell.
    pub refused: Option<String>,
}

impl Difference {
    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What is written down of an object that is adopted.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Adopted {
    kind: RelationKind,
    generation: Generation,
    /// The marker that it has now.
    marker: Option<Marker>,
    declaration: Declaration,
    why: String,
}

/// Looks at every object that was asked for; `accept` is what somebody accepts for all of them.
#[must_use]
pub fn examine(input: &Input<'_>, rehearsal: &Rehearsal, accept: Option<Accept>) -> Vec<Found> {
    let compared = compare::compare(input, rehearsal);
    let objects = input.project.catalog.objects.iter();
    let found = objects.filter_map(|(name, object)| {
        let compared = compared.get(name)?;
        Some(of_object(input, (object, compared), rehearsal, accept))
    });
    found.collect()
}

fn of_object(
    input: &Input<'_>,
    (object, compared): (&Object, &Compared),
    rehearsal: &Rehearsal,
    accept: Option<Accept>,
) -> Found {
    let name = &object.name;
    let relation = input.observed.relations.get(name);
    let found = |state, difference, adopted: Option<Adopted>| Found {
        object: name.clone(),
        kind: relation.map_or_else(
            || object.kind.to_string(),
            |relation| kind_words(relation.kind),
        ),
        state,
        difference,
        adopted: adopted.map(Box::new),
    };
    let plain = |state| found(state, Difference::default(), None);
    let Some(relation) = relation else {
        return plain(State::Missing);
    };
    let marker = input.marker(name);
    if let Some(project) = other_project(input, name, marker.as_ref()) {
        return plain(State::OtherProject { project });
    }
    if input.record(name).is_some() {
        return plain(State::Ours);
    }
    if let Standing::OtherKind { found, .. } = compared.standing {
        return plain(State::OtherKind { found });
    }
    if relation.ownership == Ownership::Foreign {
        let owner = relation.owner.clone();
        return plain(State::Foreign { owner });
    }
    if is_view(relation) && relation.definition.is_none() {
        let why = "its definition is behind somebody's lock".to_owned();
        return plain(State::Unknown { why });
    }
    let difference = difference(input, (object, relation), (compared, rehearsal));
    let same = Declaration {
        ..compared.declaration.clone()
    };
    let adopted = |declaration, why: &str| Adopted {
        kind: relation.kind,
        generation: generation(input, name, marker.as_ref()),
        marker: marker.clone(),
        declaration,
        why: why.to_owned(),
    };
    if difference.is_empty() {
        let why = "as its file says";
        return found(State::Adopt, difference, Some(adopted(same, why)));
    }
    match accept {
        Some(Accept::Declared) => {
            let why = "as it stands: its file is a change to come";
            let declaration = as_it_stands(input, (object, relation), &difference, &same);
            found(State::Accepted, difference, Some(adopted(declaration, why)))
        }
        // The target cannot say which query filled a table: who accepts it says that it is this one.
        Some(Accept::Observed) if trusted(object, &difference) => {
            let why = "as accepted: the target cannot tell which query filled it";
            found(State::Adopt, difference, Some(adopted(same, why)))
        }
        Some(Accept::Observed) | None => found(State::Differs, difference, None),
    }
}

/// Whether the only thing that is not known of a table is what filled it.
fn trusted(object: &Object, difference: &Difference) -> bool {
    object.kind == ObjectKind::TableAs
        && difference.columns.is_none()
        && difference.companions.is_empty()
        && difference.definition.is_none()
}

/// Whose it is, if it is another project's.
fn other_project(input: &Input<'_>, name: &ObjectName, marker: Option<&Marker>) -> Option<String> {
    let ours = &input.project.name;
    let marked = marker.map(|marker| marker.project.clone());
    let recorded = || input.journal.live(name)?.project.clone();
    let project = match marked {
        Some(project) if !project.is_empty() => Some(project),
        _ => recorded(),
    };
    project.filter(|project| project != ours)
}

const fn is_view(relation: &Relation) -> bool {
    matches!(
        relation.kind,
        RelationKind::View | RelationKind::MaterializedView
    )
}

fn difference(
    input: &Input<'_>,
    (object, relation): (&Object, &Relation),
    (compared, rehearsal): (&Compared, &Rehearsal),
) -> Difference {
    let mut difference = Difference {
        columns: compared.columns.clone(),
        companions: compared.companions.clone(),
        ..Difference::default()
    };
    let answer = rehearsal.answer(&object.name, When::Now);
    match (answer, &relation.definition) {
        (Some(Rehearsed::Refused(error)), _) => {
            difference.refused = Some(format!("the target refuses its definition: {error}"));
        }
        (Some(Rehearsed::Accepted { definition, .. }), Some(there)) => {
            let dialect = input.project.target.dialect;
            if !text::same_definition(definition, there, dialect) {
                difference.definition = Some((definition.clone(), there.clone()));
            }
        }
        (Some(Rehearsed::Accepted { .. }), None) => {
            if object.kind == ObjectKind::TableAs {
                let why = "the target cannot tell which query filled it".to_owned();
                difference.refused = Some(why);
            }
        }
        (None, _) if compared.standing == Standing::Same => {}
        (None, _) => {
            difference.refused = Some(match rehearsal {
                Rehearsal::NotAsked { why } => format!("the target was not asked: {why}"),
                Rehearsal::Asked { .. } => "somebody's lock stands before what it reads".to_owned(),
            });
        }
    }
    difference
}

/// What was applied, if it is what the target has. Of companions nobody knows who gave them: they stay.
fn as_it_stands(
    input: &Input<'_>,
    (object, relation): (&Object, &Relation),
    difference: &Difference,
    same: &Declaration,
) -> Declaration {
    let companions = RecordedCompanions::default();
    let differs = difference.definition.is_some()
        || difference.refused.is_some()
        || difference.columns.is_some();
    match text::told(&object.name, relation).filter(|_| differs) {
        Some(declared) => Declaration {
            fingerprint: canonical(input, &declared),
            declared,
            companions,
        },
        None => Declaration {
            companions,
            ..same.clone()
        },
    }
}

pub(in crate::plan) fn canonical(input: &Input<'_>, statement: &str) -> String {
    let whole = Span::of(0..statement.len());
    let dialect = input.project.target.dialect;
    dormer_sql::canonical::fingerprint(statement, whole, dialect).to_string()
}

/// A marker that is there already says which generation it is.
fn generation(input: &Input<'_>, name: &ObjectName, marker: Option<&Marker>) -> Generation {
    marker.map_or_else(
        || Generation::new(input.run, name),
        |marker| marker.generation.clone(),
    )
}

/// The plan that takes over what can be.
#[must_use]
pub fn plan(found: &[Found], observed: &Observed, frame: &Frame<'_>) -> Plan {
    let mut plan = frame.plan();
    let mut steps = Steps::default();
    for found in found {
        let Some(adopted) = &found.adopted else {
            continue;
        };
        steps.add(step(&found.object, adopted, frame));
        plan.changes.push(Change {
            object: found.object.clone(),
            kind: found.kind.clone(),
            action: Action::Adopt,
            reasons: vec![Reason {
                kind: ReasonKind::Requested,
                text: adopted.why.clone(),
            }],
            strategy: None,
            because: Vec::new(),
            hazards: Vec::new(),
        });
        let relation = observed.relations.get(&found.object);
        let print = relation.and_then(Relation::fingerprint);
        if let Some(print) = print {
            let print = Some(print.to_string());
            plan.observed.insert(found.object.clone(), print);
        }
    }
    plan.summary = Summary::of(&plan.changes);
    steps.finish(frame, &mut plan);
    plan
}

fn step(name: &ObjectName, adopted: &Adopted, frame: &Frame<'_>) -> Draft {
    let mut step = Draft::about(StepKind::Alter, name, format!("adopt {name}"));
    let relation = Physical {
        name: name.clone(),
        kind: adopted.kind,
    };
    let marker = Marker {
        project: frame.project.to_owned(),
        generation: adopted.generation.clone(),
        after: None,
    };
    let place = frame.engine.capabilities().marker;
    let marked = adopted.marker.as_ref();
    let marked = marked.is_some_and(|marked| marked.is_of(&marker));
    if carries_marker(place, adopted.kind) && !marked {
        step.deeds.push(Deed::Mark {
            relation,
            marker: Some(marker),
            before: adopted.marker.clone(),
        });
    }
    let generation = adopted.generation.clone();
    let Declaration {
        fingerprint,
        declared,
        companions,
    } = adopted.declaration.clone();
    step.records.push(Record::Object(Box::new(ObjectRecord {
        name: name.clone(),
        kind: adopted.kind,
        generation: generation.clone(),
        physical: name.name.to_string(),
        state: ObjectState::Live,
        project: Some(frame.project.to_owned()),
        target: Some(frame.target.to_owned()),
        run: frame.run.clone(),
        fingerprint,
        declared,
        companions,
        observed: None,
        version: None,
        since: None,
    })));
    // The table that it was is gone, and somebody made this one by hand.
    let before = frame.journal.live(name);
    if let Some(before) = before.filter(|before| before.generation != generation) {
        let moved = |state| Record::Moved {
            name: name.clone(),
            generation: before.generation.clone(),
            state,
            physical: before.physical.clone(),
        };
        step.records.push(moved(ObjectState::Dropped));
        step.undo.push(moved(ObjectState::Live));
    }
    let key = (name.clone(), generation.clone());
    step.undo.push(match frame.journal.objects.get(&key) {
        Some(before) => Record::Object(Box::new(before.clone())),
        None => Record::Moved {
            name: name.clone(),
            generation: generation.clone(),
            state: ObjectState::Dropped,
            physical: name.name.to_string(),
        },
    });
    step.records.push(Record::Settled {
        name: name.clone(),
        generation,
    });
    step
}

/// The objects that could not be adopted although somebody asked for them by name.
#[must_use]
pub fn refused(found: &[Found]) -> BTreeSet<&ObjectName> {
    let refused = found.iter().filter(|found| match found.state {
        State::Adopt | State::Ours | State::Accepted => false,
        State::Differs
        | State::Missing
        | State::OtherKind { .. }
        | State::OtherProject { .. }
        | State::Foreign { .. }
        | State::Unknown { .. } => true,
    });
    refused.map(|found| &found.object).collect()
}

/// How many objects of each state, in words that JSON has too.
#[must_use]
pub fn counts(found: &[Found]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for found in found {
        *counts.entry(found.state.as_str()).or_insert(0) += 1;
    }
    counts
}

impl State {
    /// In one word, as JSON says it.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Adopt => "adopt",
            Self::Ours => "ours",
            Self::Differs => "differs",
            Self::Accepted => "accepted",
            Self::Missing => "missing",
            Self::OtherKind { .. } => "other-kind",
            Self::OtherProject { .. } => "other-project",
            Self::Foreign { .. } => "foreign",
            Self::Unknown { .. } => "unknown",
        }
    }
}
