//! Names that retired generations would get and something else has: the cutover could only fail.

use super::Deciding;
use crate::engine::step::{Deed, Physical};
use crate::plan::decision::How;

/// Refuses them.
pub(super) fn decide(deciding: &mut Deciding<'_>) {
    let longest = deciding.input.engine.capabilities().name_bytes;
    let olds = deciding
        .objects
        .iter()
        .filter_map(|(name, decision)| match &decision.how {
            How::Swap { old: Some(old), .. } | How::Retire { old } => Some((name, old)),
            _ => None,
        });
    let taken = olds.filter_map(|(name, old)| {
        let aside = old.generation.relation(name, longest);
        let relation = deciding.input.observed.relations.get(&aside)?;
        Some((name.clone(), aside, relation))
    });
    let refused: Vec<_> = taken
        .map(|(name, aside, relation)| {
            let marker = deciding.input.marker(&aside);
            let marker = marker.filter(|marker| marker.project == deciding.input.project.name);
            let own = marker.map(|marker| marker.generation.name(&name.name, longest));
            let back = own.and_then(|to| {
                let relation = Physical {
                    name: aside.clone(),
                    kind: relation.kind,
                };
                let statements = deciding.input.engine.lower(&Deed::Rename { relation, to });
                let statements = statements.ok()?.into_iter().map(|one| one.sql);
                Some(statements.collect::<Vec<_>>().join("; "))
            });
            let hint = back.map_or_else(
                || format!("give {aside} another name, then plan again"),
                |back| format!("{back};  then:  dormer doctor --mend"),
            );
            let text =
                format!("its generation would be kept as {aside}, and something has that name");
            (name, text, hint)
        })
        .collect();
    for (name, text, hint) in refused {
        deciding.refuse(&name, text, Some(hint));
    }
}
