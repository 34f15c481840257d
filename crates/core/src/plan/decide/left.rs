//! Who sees old rows although nothing of it is replaced: no reading leads to it that a plan follows.
//!
//! - A function that is bound to what is replaced is bound anew in the cutover; rows that are filled
//!   through it before are those of the retired generation.
//! - A view that stands on a retired *view* sees what that view reads. **A generation without its name
//!   follows nothing,** so whoever stands on it is frozen when what it reads is replaced.

use std::collections::{BTreeMap, BTreeSet};

use super::Deciding;
use crate::engine::hazard::{Hazard, HazardKind};
use crate::model::name::ObjectName;
use crate::model::observed::dependency::{FunctionName, Read, Reader};
use crate::model::observed::relation::RelationKind;
use crate::plan::decision::How;

/// Names them.
pub(super) fn decide(deciding: &mut Deciding<'_>) {
    let hazards = [through_functions(deciding), through_kept(deciding)].concat();
    deciding.hazards.extend(hazards);
}

/// Materialized views that call a function that is bound to what is replaced.
fn through_functions(deciding: &Deciding<'_>) -> Vec<Hazard> {
    let mut callers: BTreeMap<&FunctionName, BTreeSet<&Reader>> = BTreeMap::new();
    for (reader, reads) in &deciding.input.observed.dependencies {
        for read in reads.keys() {
            if let Read::Function(function) = read {
                callers.entry(function).or_default().insert(reader);
            }
        }
    }
    let mut hazards = Vec::new();
    for replaced in deciding.names.keys() {
        let bound = deciding.readers.bound(replaced).iter();
        let functions = bound.filter_map(|(reader, read, _)| match (reader, read) {
            (Reader::Function(function), Read::Relation(_)) => Some(function),
            _ => None,
        });
        for function in functions {
            for filled in filled_through(deciding, &callers, function) {
                hazards.push(Hazard {
                    kind: HazardKind::LeavesForeign,
                    object: Some(filled.clone()),
                    text: format!(
                        "its rows come through function {function}, which reads the old {replaced} \
                         until the cutover: they are old until it is filled again"
                    ),
                    hint: Some(format!(
                        "after the apply:  REFRESH MATERIALIZED VIEW {};",
                        crate::plan::text::sql_name(&filled)
                    )),
                });
            }
        }
    }
    hazards
}

/// Materialized views whose rows come through a function, also through others and through views.
fn filled_through(
    deciding: &Deciding<'_>,
    callers: &BTreeMap<&FunctionName, BTreeSet<&Reader>>,
    function: &FunctionName,
) -> BTreeSet<ObjectName> {
    let observed = deciding.input.observed;
    let mut found = BTreeSet::new();
    let mut seen: BTreeSet<&Reader> = BTreeSet::new();
    let mut open: Vec<&Reader> = callers
        .get(function)
        .into_iter()
        .flatten()
        .copied()
        .collect();
    while let Some(reader) = open.pop() {
        if !seen.insert(reader) {
            continue;
        }
        match reader {
            Reader::Function(other) => {
                open.extend(callers.get(other).into_iter().flatten().copied());
            }
            Reader::Relation(name) if !deciding.readers.is_kept_generation(name) => {
                let relation = observed.relations.get(name);
                match relation.map(|relation| relation.kind) {
                    Some(RelationKind::MaterializedView) if !deciding.going.contains(name) => {
                        found.insert(name.clone());
                    }
                    Some(RelationKind::View) => {
                        let above = deciding.readers.bound(name).iter();
                        open.extend(above.map(|(reader, _, _)| *reader));
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    found
}

/// Relations that stand on a retired view that reads what is replaced.
fn through_kept(deciding: &Deciding<'_>) -> Vec<Hazard> {
    let observed = deciding.input.observed;
    let mut hazards = Vec::new();
    for replaced in deciding.names.keys() {
        let mut seen: BTreeSet<&ObjectName> = BTreeSet::new();
        let mut open: Vec<&ObjectName> = vec![replaced];
        while let Some(read) = open.pop() {
            for (reader, _, _) in deciding.readers.bound(read) {
                let Reader::Relation(reader) = reader else {
                    continue;
                };
                let relation = observed.relations.get(reader);
                let passes = relation.is_some_and(|found| found.kind == RelationKind::View);
                if deciding.readers.is_kept_generation(reader) {
                    if passes && seen.insert(reader) {
                        open.push(reader);
                    }
                } else if read != replaced && stays(deciding, reader) {
                    hazards.push(Hazard {
                        kind: HazardKind::LeavesForeign,
                        object: Some(reader.clone()),
                        text: format!(
                            "stays on the old {replaced}: it reads {read}, which is kept for rollback \
                             and follows nothing"
                        ),
                        hint: None,
                    });
                }
            }
        }
    }
    hazards
}

/// Whether it will read what it reads now.
fn stays(deciding: &Deciding<'_>, name: &ObjectName) -> bool {
    let decision = deciding.objects.get(name);
    !deciding.going.contains(name)
        && decision.is_none_or(|decision| {
            !matches!(
                decision.how,
                How::Swap { .. } | How::Create(_) | How::Redefine { .. }
            )
        })
}
