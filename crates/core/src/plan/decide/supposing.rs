//! What would be decided if an object got another definition with the columns that it has: asked of
//! nobody, because nothing of it is going to happen.

use std::collections::{BTreeMap, BTreeSet};

use super::standing::Standing;
use super::{Deciding, left, rebind};
use crate::engine::session::Rehearsed;
use crate::model::name::ObjectName;
use crate::plan::decision::Decisions;
use crate::plan::input::Input;
use crate::plan::rehearsal::{Rehearsal, When};

/// Decides on everything above as if this alone had changed.
pub(in crate::plan) fn replaced(input: &Input<'_>, name: &ObjectName) -> Decisions {
    let rehearsal = columns_stay(input);
    let mut deciding = Deciding::new(input, &rehearsal);
    deciding.going.clear();
    for declared in input.project.catalog.objects.keys() {
        let standing = if declared == name {
            Standing::Changed {
                file: true,
                target: false,
            }
        } else {
            Standing::Same
        };
        deciding.standings.insert(declared, standing);
    }
    deciding.members();
    rebind::decide(&mut deciding);
    left::decide(&mut deciding);
    deciding.finish()
}

/// What a target would say if every relation kept its columns.
fn columns_stay(input: &Input<'_>) -> Rehearsal {
    let answers = input.observed.relations.iter();
    let answers: BTreeMap<_, _> = answers
        .filter_map(|(name, relation)| {
            let columns = relation.columns.iter();
            let accepted = Rehearsed::Accepted {
                definition: relation.definition.clone()?,
                columns: columns
                    .map(|column| (column.name.clone(), column.spelled()))
                    .collect(),
            };
            Some(((name.clone(), When::Next), accepted))
        })
        .collect();
    Rehearsal::Asked {
        answers,
        locked: BTreeSet::new(),
    }
}
