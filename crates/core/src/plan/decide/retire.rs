//! What is declared no more: it loses its name and is kept until cleanup.
//!
//! **Nothing is retired that somebody will still read.**

use std::collections::BTreeSet;

use super::member::old;
use super::{Deciding, reason, table};
use crate::engine::hazard::{Hazard, HazardKind};
use crate::engine::journal::ObjectState;
use crate::model::name::ObjectName;
use crate::model::observed::dependency::Reader;
use crate::model::observed::relation::RelationKind;
use crate::plan::change::{Action, ReasonKind};
use crate::plan::decision::{Decision, How, Own};
use crate::plan::input::Input;

/// What the journal knows as ours and no file declares. **What another target of the project has in the
/// same database is not ours.**
pub(super) fn going(input: &Input<'_>) -> BTreeSet<ObjectName> {
    let records = input.journal.objects.values();
    let ours = records.filter(|record| {
        record.state == ObjectState::Live
            && input.is_of_target(record)
            && !input.is_made_anew(record)
            && !input.project.catalog.objects.contains_key(&record.name)
            && !input.project.may_declare(&record.name)
            && input.wants(&record.name)
    });
    ours.map(|record| record.name.clone()).collect()
}

/// Decides on everything that the journal knows as ours and no file declares.
pub(super) fn decide(deciding: &mut Deciding<'_>) {
    let input = deciding.input;
    let going = std::mem::take(&mut deciding.going);
    for name in &going {
        retire(deciding, name, &going);
    }
    for (name, at) in &input.project.catalog.absent {
        // Somebody else's object under a name that must not be there.
        if input.observed.relations.contains_key(name) && !going.contains(name) && input.wants(name)
        {
            let text = format!(
                "{} says that it must not exist, and it is not the project's",
                at.file
            );
            deciding.refuse(
                name,
                text,
                Some("drop it yourself, or take the DROP out of the file".to_owned()),
            );
        }
    }
}

fn retire(deciding: &mut Deciding<'_>, name: &ObjectName, going: &BTreeSet<ObjectName>) {
    let Some(relation) = deciding.input.observed.relations.get(name) else {
        return;
    };
    let dialect = deciding.input.project.target.dialect;
    if matches!(
        relation.kind,
        RelationKind::Table | RelationKind::PartitionedTable
    ) && deciding
        .input
        .record(name)
        .is_some_and(|record| table::has_columns(&record.declared, dialect))
    {
        // A table is never dropped because its file went.
        return;
    }
    for reader in staying(deciding, name, going) {
        let owner = reader
            .relation()
            .and_then(|reader| deciding.input.observed.relations.get(reader));
        let owner = owner.map_or_else(String::new, |relation| {
            format!(" of user {}", relation.owner)
        });
        let text = format!("no file declares it any more, and {reader}{owner} still reads it");
        let hint = format!("drop {reader} first, or declare {name} again");
        deciding.refuse(name, text, Some(hint));
    }
    deciding.hazards.push(Hazard {
        kind: HazardKind::DataLoss,
        object: Some(name.clone()),
        text: "loses its name now, and its rows with the next cleanup after keep_retired"
            .to_owned(),
        hint: None,
    });
    let decision = Decision {
        object: name.clone(),
        kind: relation.kind,
        own: Own::External {
            project: Some(deciding.input.project.name.clone()),
        },
        action: Action::Drop,
        reasons: vec![reason(
            ReasonKind::NotDeclared,
            "no file declares it any more",
        )],
        because: Vec::new(),
        how: How::Retire {
            old: old(deciding, name, relation),
        },
        reads: Vec::new(),
    };
    deciding.decided(decision);
}

/// Those that read it now and will read it after the plan.
fn staying(
    deciding: &Deciding<'_>,
    name: &ObjectName,
    going: &BTreeSet<ObjectName>,
) -> Vec<Reader> {
    let bound = deciding.readers.bound(name).iter();
    let mut staying: Vec<Reader> = bound
        .filter(|(reader, _, _)| match reader {
            Reader::Relation(reader) => {
                let changes = deciding.objects.get(reader).is_some_and(|decision| {
                    matches!(decision.how, How::Swap { .. } | How::Redefine { .. })
                        && !decision.reads.contains(name)
                });
                !going.contains(reader)
                    && !changes
                    && reader != name
                    && !deciding.readers.is_kept_generation(reader)
            }
            other => other.relation() != Some(name),
        })
        .map(|(reader, _, _)| (*reader).clone())
        .collect();
    staying.sort();
    staying.dedup();
    staying
}
