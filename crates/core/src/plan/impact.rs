//! Everything that stands on an object or on one of its columns, declared or not, and what would become of
//! it.
//!
//! - Files and target are looked at together: a view that nobody declared is read as the target tells it,
//!   and lineage goes through it.
//! - **What would happen is asked of those who decide**, as if the object alone had changed.
//! - Generations without their name are named apart: they read what they read, and nobody else does.

mod fall;
mod ground;
mod script;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use dormer_sql::{Dialect, ident};

pub use ground::Ground;
pub use script::{NoScript, Passage, Script, script};

use super::decide::supposing;
use super::decision::{Decisions, How, Own};
use super::input::Input;
use crate::engine::journal::{Journal, ObjectState};
use crate::graph::impact::{Certainty, Reached, RowEffect, Use};
use crate::model::name::ObjectName;
use crate::model::observed::dependency::{Read, Reader};

/// What the impact is of.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    pub object: &'a ObjectName,
    pub column: Option<&'a str>,
}

/// Everything that stands on the subject.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Impact {
    /// By layer above the subject, the nearest first, and by name.
    pub layers: Vec<BTreeMap<ObjectName, Affected>>,
    /// What else the target has bound to the subject or to what stands on it.
    pub bound: Vec<Bound>,
    /// Generations without their name that read the subject.
    pub kept: BTreeMap<ObjectName, Kept>,
    /// Whether the target was looked at.
    pub looked: bool,
}

/// One object above.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affected {
    /// As people say it: `materialized view`.
    pub kind: String,
    pub whose: Whose,
    /// The role that owns it, where the target was asked.
    pub owner: Option<String>,
    /// Its columns that carry the column.
    pub columns: Vec<String>,
    /// What it reads the column of, or one that is made of it.
    pub through: Vec<ObjectName>,
    pub uses: BTreeSet<Use>,
    pub rows: RowEffect,
    pub certainty: Certainty,
    /// What would become of it if the subject were replaced; none where nobody can tell.
    pub fate: Option<Fate>,
}

impl Affected {
    /// Whether its query names something that would be gone with the column.
    #[must_use]
    pub fn breaks(&self) -> bool {
        !self.through.is_empty()
    }
}

/// Whose an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    Declared,
    External,
}

/// What would become of something if what it stands on were replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// A new generation is built beside it and takes its name.
    Swapped,
    /// It keeps its identity and reads the new generation.
    RePointed,
    /// Somebody else's: it is built anew with all that it wears.
    Carried,
    /// What it reads keeps its identity, so nothing happens to it.
    Untouched,
    /// It is bound anew by its own statement.
    BoundAnew,
    /// It stays on the retired generation, and that is a hazard.
    Left { why: String, hint: Option<String> },
}

impl Fate {
    /// The word in text and in JSON.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Swapped => "swapped",
            Self::RePointed => "re-pointed",
            Self::Carried => "carried",
            Self::Untouched => "untouched",
            Self::BoundAnew => "bound-anew",
            Self::Left { .. } => "left",
        }
    }
}

/// Something that is bound and is no relation: a function, a policy, a rule, a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// `function marts.top(integer)`.
    pub what: String,
    /// What it is bound to.
    pub to: ObjectName,
    /// Whether it is the type of the rows that it uses.
    pub by_row_type: bool,
    /// The columns that it reads; empty for the whole.
    pub columns: Vec<String>,
    pub fate: Option<Fate>,
}

/// A generation that lost its name or never had it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The public name.
    pub of: ObjectName,
    pub state: ObjectState,
    pub run: String,
}

/// Finds everything above.
#[must_use]
pub fn impact(ground: &Ground<'_>, input: Option<&Input<'_>>, subject: Subject<'_>) -> Impact {
    let reached = ground.reached(subject);
    let kept = input.map_or_else(BTreeMap::new, |input| kept_generations(input.journal));
    let decisions = input.and_then(|input| supposed(input, subject));
    let mut layers: BTreeMap<u32, BTreeMap<ObjectName, Affected>> = BTreeMap::new();
    let mut holding = BTreeMap::new();
    for (name, reached) in &reached {
        match kept.get(name) {
            Some(generation) => {
                holding.insert(name.clone(), generation.clone());
            }
            None => {
                let layer = ground.layer(name).unwrap_or(u32::MAX);
                let affected = affected(ground, (name, reached), decisions.as_ref());
                layers
                    .entry(layer)
                    .or_default()
                    .insert(name.clone(), affected);
            }
        }
    }
    Impact {
        layers: layers.into_values().collect(),
        bound: input.map_or_else(Vec::new, |input| {
            bound(input, (subject, &reached), decisions.as_ref())
        }),
        kept: holding,
        looked: input.is_some(),
    }
}

/// What would be decided; none for what no plan replaces.
fn supposed(input: &Input<'_>, subject: Subject<'_>) -> Option<Decisions> {
    let declared = input.project.catalog.objects.get(subject.object)?;
    let there = input.observed.relations.contains_key(subject.object);
    (there && declared.definition.query.is_some())
        .then(|| supposing::replaced(input, subject.object))
}

fn affected(
    ground: &Ground<'_>,
    (name, reached): (&ObjectName, &Reached),
    decisions: Option<&Decisions>,
) -> Affected {
    let columns = reached.columns.iter().map(ToString::to_string);
    Affected {
        kind: ground.kind(name),
        whose: ground.whose(name),
        owner: ground.owner(name),
        columns: columns.collect(),
        through: reached.through.iter().cloned().collect(),
        uses: reached.uses.clone(),
        rows: reached.rows,
        certainty: reached.certainty,
        fate: decisions.and_then(|decisions| fate(decisions, name)),
    }
}

fn fate(decisions: &Decisions, name: &ObjectName) -> Option<Fate> {
    let Some(decision) = decisions.objects.get(name) else {
        return Some(Fate::Untouched);
    };
    let external = matches!(decision.own, Own::External { .. });
    match &decision.how {
        How::Swap { .. } | How::Create(_) if external => Some(Fate::Carried),
        How::Swap { .. } | How::Create(_) => Some(Fate::Swapped),
        How::Redefine { .. } => Some(Fate::RePointed),
        How::Leave => Some(left(decisions, name, None)),
        How::Keep => Some(Fate::Untouched),
        // Nothing else is decided of what nobody changed.
        How::Alter { .. } | How::Retire { .. } => None,
    }
}

/// The words of the hazard about it.
fn left(decisions: &Decisions, on: &ObjectName, what: Option<&str>) -> Fate {
    let hazard = decisions.hazards.iter().find(|hazard| {
        hazard.object.as_ref() == Some(on) && what.is_none_or(|what| hazard.text.starts_with(what))
    });
    Fate::Left {
        why: hazard.map_or_else(String::new, |hazard| {
            let text = hazard.text.as_str();
            text.split_once("retired generation: ")
                .map_or(text, |(_, why)| why)
                .to_owned()
        }),
        hint: hazard.and_then(|hazard| hazard.hint.clone()),
    }
}

fn bound(
    input: &Input<'_>,
    (subject, reached): (Subject<'_>, &BTreeMap<ObjectName, Reached>),
    decisions: Option<&Decisions>,
) -> Vec<Bound> {
    let mut found: Vec<Bound> = Vec::new();
    for (reader, reads) in &input.observed.dependencies {
        if matches!(reader, Reader::Relation(_)) {
            continue;
        }
        for (read, columns) in reads {
            let Some(to) = read.relation() else { continue };
            let by_row_type = matches!(read, Read::RowType(_));
            // Whatever is bound to something above is in the way of it, whichever columns it reads.
            let touched = match subject.column {
                Some(column) if to == subject.object => by_row_type || columns.contains(column),
                _ => to == subject.object || reached.contains_key(to),
            };
            if !touched {
                continue;
            }
            found.push(Bound {
                what: reader.to_string(),
                to: to.clone(),
                by_row_type,
                columns: columns.iter().cloned().collect(),
                fate: decisions.and_then(|decisions| bound_fate(decisions, (reader, to))),
            });
        }
    }
    found
}

fn bound_fate(decisions: &Decisions, (reader, to): (&Reader, &ObjectName)) -> Option<Fate> {
    let what = reader.to_string();
    if decisions.rebinds.iter().any(|rebind| rebind.what == what) {
        return Some(Fate::BoundAnew);
    }
    let named = |hazard: &&crate::engine::hazard::Hazard| {
        hazard.object.as_ref() == Some(to) && hazard.text.starts_with(&what)
    };
    decisions
        .hazards
        .iter()
        .find(named)
        .map(|_| left(decisions, to, Some(&what)))
}

/// The generations that the journal knows under another name than their public one.
pub(in crate::plan) fn kept_generations(journal: &Journal) -> BTreeMap<ObjectName, Kept> {
    let records = journal.objects.values();
    records
        .filter(|record| record.state != ObjectState::Live)
        .map(|record| {
            let kept = Kept {
                of: record.name.clone(),
                state: record.state,
                run: record.run.to_string(),
            };
            (ObjectName::new(&record.name.schema, &record.physical), kept)
        })
        .collect()
}

/// Whether a text of the target names a column, as far as its words tell.
fn says(text: &str, column: &str, dialect: Dialect) -> bool {
    let quoted = ident::quote(column);
    let tokens = dormer_sql::lex::lex(text, dialect);
    tokens
        .iter()
        .map(|token| token.span.slice(text))
        .any(|word| word == column || word == quoted)
}
