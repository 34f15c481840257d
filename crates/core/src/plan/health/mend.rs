//! The plan that puts markers and journal right, and what a rollback can make of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Cure, Finding};
use crate::engine::journal::{ObjectRecord, ObjectState, Record, StepRecord, StepState};
use crate::engine::step::{Captured, Deed, Form, Millis, Physical, StepId, StepKind};
use crate::engine::{Generation, Marker};
use crate::model::name::ObjectName;
use crate::model::observed::Observed;
use crate::model::observed::relation::{Ownership, Relation, RelationKind};
use crate::plan::Plan;
use crate::plan::change::{Action, Change, Reason, ReasonKind, Summary};
use crate::plan::sequence::steps::{Draft, Steps};
use crate::plan::sequence::{Frame, kind_words};

/// One safe mend: the object itself stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mending {
    /// A generation gets its marker again.
    Mark {
        object: ObjectName,
        relation: Physical,
        marker: Marker,
    },
    /// The journal learns of a generation again.
    Know(Box<ObjectRecord>),
    /// The journal learns what became of a generation.
    Moved {
        object: ObjectName,
        kind: RelationKind,
        generation: Generation,
        state: ObjectState,
        physical: String,
    },
}

impl Mending {
    /// The public name.
    #[must_use]
    pub const fn object(&self) -> &ObjectName {
        match self {
            Self::Mark { object, .. } | Self::Moved { object, .. } => object,
            Self::Know(record) => &record.name,
        }
    }

    /// What is done, in words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Mark { relation, .. } => format!("write the marker of {}", relation.name),
            Self::Know(record) if record.state == ObjectState::Live => {
                "write down what the target has".to_owned()
            }
            Self::Know(record) if record.state == ObjectState::Shadow => {
                format!("write down that {} is a shadow", record.physical)
            }
            Self::Know(record) => format!("write down that {} is kept", record.physical),
            Self::Moved {
                state, physical, ..
            } => match state {
                ObjectState::Dropped => format!("write down that {physical} is gone"),
                ObjectState::Retired | ObjectState::Live | ObjectState::Shadow => {
                    format!("write down that {physical} is {}", state.as_str())
                }
            },
        }
    }

    fn relation(&self) -> Physical {
        match self {
            Self::Mark { relation, .. } => relation.clone(),
            Self::Know(record) => Physical {
                name: ObjectName::new(&record.name.schema, &record.physical),
                kind: record.kind,
            },
            Self::Moved {
                object,
                kind,
                physical,
                ..
            } => Physical {
                name: ObjectName::new(&object.schema, physical),
                kind: *kind,
            },
        }
    }
}

/// The plan that does all mends: one step for each object.
#[must_use]
pub fn plan(findings: &[Finding], observed: &Observed, frame: &Frame<'_>) -> Plan {
    let mut by_object: BTreeMap<&ObjectName, Vec<&Mending>> = BTreeMap::new();
    for finding in findings {
        if let Cure::Mend(mending) = &finding.cure {
            by_object.entry(mending.object()).or_default().push(mending);
        }
    }
    let mut plan = frame.plan();
    let mut steps = Steps::default();
    for (object, mut mendings) in by_object {
        // A name is given up before another generation gets it.
        mendings.sort_by_key(|mending| match mending {
            Mending::Moved { state, .. } => *state == ObjectState::Live,
            Mending::Mark { .. } | Mending::Know(_) => false,
        });
        let mut step = Draft::about(StepKind::Settle, object, format!("mend {object}"));
        let mut reasons = Vec::new();
        for mending in &mendings {
            add(mending, &mut step);
            reasons.push(Reason {
                kind: ReasonKind::Requested,
                text: mending.words(),
            });
            let name = mending.relation().name;
            let relation = observed.relations.get(&name);
            let print = relation.map(Relation::fingerprint);
            match print {
                Some(Some(print)) => {
                    plan.observed.insert(name, Some(print.to_string()));
                }
                Some(None) => {}
                None => {
                    plan.observed.insert(name, None);
                }
            }
        }
        let kind = mendings.first().map(|mending| mending.relation().kind);
        plan.changes.push(Change {
            object: object.clone(),
            kind: kind.map(kind_words).unwrap_or_default(),
            action: Action::Mend,
            reasons,
            strategy: None,
            because: Vec::new(),
            hazards: Vec::new(),
        });
        steps.add(step);
    }
    plan.summary = Summary::of(&plan.changes);
    steps.finish(frame, &mut plan);
    plan
}

fn add(mending: &Mending, step: &mut Draft) {
    match mending {
        Mending::Mark {
            relation, marker, ..
        } => step.deeds.push(Deed::Mark {
            relation: relation.clone(),
            marker: Some(marker.clone()),
            before: None,
        }),
        Mending::Know(record) => {
            step.records.push(Record::Object(record.clone()));
            // Of what nobody else is asked about, the text of the target is enough.
            if record.state == ObjectState::Live && record.project.is_some() {
                step.records.push(Record::Settled {
                    name: record.name.clone(),
                    generation: record.generation.clone(),
                });
            }
        }
        Mending::Moved {
            object,
            generation,
            state,
            physical,
            ..
        } => step.records.push(Record::Moved {
            name: object.clone(),
            generation: generation.clone(),
            state: *state,
            physical: physical.clone(),
        }),
    }
}

/// What a mend found of the runs that nobody wrote down: the last cutover of every object of which the
/// generation before is kept, as a plan that was done, so that it can be taken back. None where nothing is.
///
/// **Which one was before, the marker of the live one says;** what no marker tells is left out.
#[must_use]
pub fn history(
    mend: &Plan,
    observed: &Observed,
    frame: &Frame<'_>,
) -> Option<(Plan, BTreeMap<StepId, StepRecord>)> {
    let mut live: BTreeMap<&ObjectName, &ObjectRecord> = BTreeMap::new();
    let mut kept: BTreeMap<&ObjectName, Vec<&ObjectRecord>> = BTreeMap::new();
    for record in mend.steps.iter().flat_map(|step| &step.step.records) {
        if let Record::Object(record) = record {
            match record.state {
                ObjectState::Live => {
                    live.insert(&record.name, record);
                }
                ObjectState::Retired => kept.entry(&record.name).or_default().push(record),
                ObjectState::Shadow | ObjectState::Dropped => {}
            }
        }
    }
    let mut plan = mend.clone();
    plan.steps.clear();
    let mut steps = Steps::default();
    let mut pairs = BTreeMap::new();
    let mut step = Draft::of(StepKind::Cutover, "cutover".to_owned());
    for (name, kept) in kept {
        let marker = observed.relations.get(name);
        let marker = marker.and_then(|relation| Marker::parse(relation.marker.as_deref()?));
        let before = marker.and_then(|marker| marker.after);
        let mut kept = kept.into_iter();
        let old = kept.find(|record| Some(&record.generation) == before.as_ref());
        if let (Some(old), Some(new)) = (old, live.get(name)) {
            swapped(name, (old, new), observed, frame, &mut step);
            pairs.insert(name.clone(), ObjectName::new(&name.schema, &old.physical));
        }
    }
    if pairs.is_empty() {
        return None;
    }
    step.deeds.extend(re_pointed(&pairs, observed));
    steps.add(step);
    steps.finish(frame, &mut plan);
    let done = plan.steps.iter().map(|planned| {
        let step = &planned.step;
        let record = StepRecord {
            step: step.id,
            kind: step.kind,
            title: step.title.clone(),
            object: None,
            state: StepState::Done,
            ms: Millis(0),
            error: None,
            detail: None,
        };
        (step.id, record)
    });
    let done = done.collect();
    Some((plan, done))
}

/// Plain views above have no generation of their own: they were, and will be, bound anew to whatever has
/// the names that they read. **One that reads what the generation before does not have was made since:** it
/// stays where it is, and the rollback says so.
fn re_pointed<'a>(
    pairs: &'a BTreeMap<ObjectName, ObjectName>,
    observed: &'a Observed,
) -> impl Iterator<Item = Deed> + 'a {
    let views = observed.relations.iter().filter(move |(name, relation)| {
        let reads = observed.reads_of(name).filter_map(|(read, columns)| {
            let read = read.relation()?;
            Some(((read, pairs.get(read)?), columns))
        });
        let reads: Vec<_> = reads.collect();
        let movable = relation.kind == RelationKind::View && relation.ownership == Ownership::Held;
        movable
            && !reads.is_empty()
            && reads
                .iter()
                .all(|(both, columns)| fits(observed, *both, columns))
    });
    views.filter_map(|(name, relation)| {
        let form = Form::Captured(Captured {
            columns: relation
                .columns
                .iter()
                .map(|column| column.name.clone())
                .collect(),
            query: relation
                .definition
                .as_ref()?
                .trim()
                .trim_end_matches(';')
                .to_owned(),
            options: relation.options.clone(),
            tablespace: relation.tablespace.clone(),
            access_method: relation.access_method.clone(),
        });
        Some(Deed::Redefine {
            relation: Physical {
                name: name.clone(),
                kind: RelationKind::View,
            },
            before: form.clone(),
            form,
        })
    })
}

/// Whether a generation has columns as the other one has them.
fn fits(
    observed: &Observed,
    (now, before): (&ObjectName, &ObjectName),
    columns: &BTreeSet<String>,
) -> bool {
    let typed = |of: &ObjectName, name: &String| {
        let mut columns = observed.relations.get(of)?.columns.iter();
        let column = columns.find(|column| column.name == *name)?;
        Some((column.type_name.clone(), column.collation.clone()))
    };
    columns.iter().all(|name| {
        let before = typed(before, name);
        before.is_some() && before == typed(now, name)
    })
}

/// The deeds by which a generation must have taken the name of another one.
fn swapped(
    name: &ObjectName,
    (old, new): (&ObjectRecord, &ObjectRecord),
    observed: &Observed,
    frame: &Frame<'_>,
    step: &mut Draft,
) {
    let longest = frame.longest();
    let of = |last: &str| ObjectName::new(&name.schema, last);
    let indexes = |relation: &ObjectName| {
        let relation = observed.relations.get(relation);
        let indexes = relation
            .into_iter()
            .flat_map(|relation| relation.indexes.keys());
        indexes.cloned().collect::<BTreeSet<String>>()
    };
    let aside = indexes(&of(&old.physical));
    let there = indexes(name);
    // An index of the old generation had the name that one of the new has, or one that nobody has now.
    let publics: Vec<&String> = there
        .iter()
        .filter(|index| aside.contains(&old.generation.name(index, longest)))
        .collect();
    for index in &publics {
        step.deeds.push(Deed::RenameIndex {
            index: of(index),
            to: old.generation.name(index, longest),
        });
    }
    for index in &there {
        step.deeds.push(Deed::RenameIndex {
            index: of(&new.generation.name(index, longest)),
            to: index.clone(),
        });
    }
    let shadow = new.generation.relation(name, longest);
    step.deeds.push(Deed::Rename {
        relation: Physical {
            name: name.clone(),
            kind: old.kind,
        },
        to: old.physical.clone(),
    });
    step.deeds.push(Deed::Rename {
        relation: Physical {
            name: shadow,
            kind: new.kind,
        },
        to: name.name.to_string(),
    });
    for (record, state, physical) in [
        (old, ObjectState::Retired, old.physical.clone()),
        (new, ObjectState::Live, name.name.to_string()),
    ] {
        step.records.push(Record::Moved {
            name: name.clone(),
            generation: record.generation.clone(),
            state,
            physical,
        });
    }
}
