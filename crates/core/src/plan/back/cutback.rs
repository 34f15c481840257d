//! The inverse of one cutover: the same instant, the other way around.
//!
//! Indexes give their names back first, which nobody who reads waits for. Markers change while
//! everything else has the names that the cutover gave. Then names go back in the opposite order, which finds each of them free; **what is locked is locked from the readers down**,
//! as in the cutover itself. Queries and everything else that is bound come last: their texts name what
//! has the public names by then.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::step::{Deed, Inverse, Physical};
use crate::model::name::ObjectName;
use crate::plan::sequence::Frame;
use crate::plan::sequence::cutover::there_and_back;

/// The deeds that undo others.
#[derive(Debug, Default)]
pub(super) struct Undone {
    pub(super) deeds: Vec<Deed>,
    /// Those that cannot be undone.
    pub(super) stays: Vec<Deed>,
}

/// Undoes deeds that have no names to give back, the last first.
pub(super) fn plainly(deeds: &[Deed]) -> Undone {
    let mut undone = Undone::default();
    for deed in deeds.iter().rev() {
        match deed.inverse() {
            Inverse::Deed(inverse) => undone.deeds.push(*inverse),
            Inverse::Nothing => {}
            Inverse::Irreversible => undone.stays.push(deed.clone()),
        }
    }
    undone
}

/// Undoes a cutover. Indexes that are there no more have no name to give back.
pub(super) fn cutover(deeds: &[Deed], indexes: &BTreeSet<ObjectName>, frame: &Frame<'_>) -> Undone {
    let redefined: BTreeMap<&ObjectName, &Physical> = deeds
        .iter()
        .filter_map(|deed| match deed {
            Deed::Redefine { relation, .. } => Some((&relation.name, relation)),
            _ => None,
        })
        .collect();
    let in_passing = |deed: &Deed| match deed {
        Deed::Rename { relation, to } => {
            let to = ObjectName::new(&relation.name.schema, to);
            redefined.contains_key(&relation.name) || redefined.contains_key(&to)
        }
        _ => false,
    };
    let mut touches = touches(deeds, &redefined);
    let (mut marks, mut names, mut rest) = (Vec::new(), Vec::new(), Vec::new());
    let mut first = Vec::new();
    let kept: Vec<Deed> = deeds
        .iter()
        .filter(|deed| !in_passing(deed) && !stays_marked(deed))
        .cloned()
        .collect();
    let Undone { deeds, stays } = plainly(&kept);
    for deed in deeds {
        match &deed {
            Deed::Mark { .. } => marks.push(deed),
            Deed::RenameIndex { index, .. } => {
                if indexes.contains(index) {
                    first.push(deed);
                }
            }
            Deed::Rename { relation, .. } => {
                for view in touches.before(&relation.name) {
                    names.extend(there_and_back(view, frame));
                }
                names.push(deed);
            }
            _ => rest.push(deed),
        }
    }
    for view in touches.rest() {
        names.extend(there_and_back(view, frame));
    }
    let mut deeds = first;
    deeds.append(&mut marks);
    deeds.append(&mut names);
    deeds.append(&mut rest);
    Undone { deeds, stays }
}

/// A generation of a project that got its marker late keeps it: the journal knows it from then on.
fn stays_marked(deed: &Deed) -> bool {
    match deed {
        Deed::Mark {
            marker: Some(marker),
            ..
        } => !marker.project.is_empty(),
        _ => false,
    }
}

/// The views that only got another query, in the order in which the cutover locked relations.
struct Touches<'a> {
    places: BTreeMap<&'a ObjectName, usize>,
    views: Vec<(usize, &'a Physical)>,
    next: usize,
}

fn touches<'a>(
    deeds: &'a [Deed],
    redefined: &BTreeMap<&'a ObjectName, &'a Physical>,
) -> Touches<'a> {
    let mut places = BTreeMap::new();
    let mut views = Vec::new();
    for (place, deed) in deeds.iter().enumerate() {
        let Deed::Rename { relation, .. } = deed else {
            continue;
        };
        if places.insert(&relation.name, place).is_none()
            && let Some(view) = redefined.get(&relation.name)
        {
            views.push((place, *view));
        }
    }
    Touches {
        places,
        views,
        next: 0,
    }
}

impl<'a> Touches<'a> {
    /// Those that were locked before a relation, and did not come yet.
    fn before(&mut self, name: &ObjectName) -> Vec<&'a Physical> {
        let limit = self.places.get(name).copied().unwrap_or_default();
        let views = self.views.iter().skip(self.next);
        let views: Vec<&Physical> = views
            .take_while(|(place, _)| *place < limit)
            .map(|(_, view)| *view)
            .collect();
        self.next += views.len();
        views
    }

    fn rest(&self) -> impl Iterator<Item = &'a Physical> {
        self.views.iter().skip(self.next).map(|(_, view)| *view)
    }
}
