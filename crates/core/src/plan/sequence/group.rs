//! Which objects change names together: those that are connected by reading each other, by an index
//! name that goes from one to the other, by something that is bound to several of them, or because the
//! setting `group` says that they are published together.
//!
//! Members stand in their order: what is read before what reads it.

use std::collections::{BTreeMap, BTreeSet};

use super::order;
use crate::model::name::ObjectName;
use crate::plan::decision::{Decision, How, Old, Rebind};

/// Objects that change names in one cutover.
#[derive(Debug, Default)]
pub(super) struct Group<'a> {
    pub(super) members: Vec<&'a Decision>,
    pub(super) rebinds: Vec<&'a Rebind>,
    /// What the new queries of members read.
    pub(super) named_by_queries: BTreeSet<&'a ObjectName>,
}

impl Group<'_> {
    /// Whether something loses its name and nothing takes it.
    pub(super) fn retires(&self) -> bool {
        let mut members = self.members.iter();
        members.any(|member| matches!(member.how, How::Retire { .. }))
    }

    /// Whether nothing else happens.
    pub(super) fn only_retires(&self) -> bool {
        let mut members = self.members.iter();
        members.all(|member| matches!(member.how, How::Retire { .. }))
    }
}

/// All groups, by their first member.
#[derive(Debug, Default)]
pub(super) struct Groups<'a> {
    pub(super) groups: Vec<Group<'a>>,
    /// Bound to nothing that changes its name here.
    pub(super) loose: Vec<&'a Rebind>,
}

/// Finds the groups.
pub(super) fn of<'a>(
    order: &[&'a Decision],
    rebinds: &'a [Rebind],
    published: &BTreeMap<ObjectName, String>,
) -> Groups<'a> {
    let members: Vec<&Decision> = order
        .iter()
        .copied()
        .filter(|one| takes_part(one))
        .collect();
    let places = order::places(&members);
    let mut sets = Sets::new(members.len());
    let freed = freed_indexes(&members);
    for (place, member) in members.iter().enumerate() {
        for read in member.reads.iter().filter_map(|read| places.get(read)) {
            sets.join(place, *read);
        }
        for from in taken_indexes(member).filter_map(|index| freed.get(&index)) {
            sets.join(place, *from);
        }
    }
    let mut first_of: BTreeMap<&str, usize> = BTreeMap::new();
    for (place, member) in members.iter().enumerate() {
        if let Some(set) = published.get(&member.object) {
            let first = *first_of.entry(set).or_insert(place);
            sets.join(place, first);
        }
    }
    let mut bound: Vec<(usize, &Rebind)> = Vec::new();
    let mut loose = Vec::new();
    for rebind in rebinds {
        let mut on = rebind.on.iter().filter_map(|on| places.get(on).copied());
        let Some(first) = on.next() else {
            loose.push(rebind);
            continue;
        };
        on.for_each(|next| sets.join(first, next));
        bound.push((first, rebind));
    }
    let mut groups: BTreeMap<usize, Group<'a>> = BTreeMap::new();
    for (place, member) in members.into_iter().enumerate() {
        let group = groups.entry(sets.root(place)).or_default();
        if matches!(member.how, How::Redefine { .. }) {
            group.named_by_queries.extend(&member.reads);
        }
        group.members.push(member);
    }
    for (place, rebind) in bound {
        groups
            .entry(sets.root(place))
            .or_default()
            .rebinds
            .push(rebind);
    }
    Groups {
        groups: groups.into_values().collect(),
        loose,
    }
}

const fn takes_part(decision: &Decision) -> bool {
    matches!(
        decision.how,
        How::Swap { .. } | How::Redefine { .. } | How::Retire { .. }
    )
}

/// What has a public name and gives it away.
pub(super) const fn old_of(decision: &Decision) -> Option<&Old> {
    match &decision.how {
        How::Swap { old, .. } => old.as_ref(),
        How::Retire { old } => Some(old),
        How::Keep | How::Create(_) | How::Redefine { .. } | How::Alter { .. } | How::Leave => None,
    }
}

/// The index names that become free, and which member frees them.
fn freed_indexes<'a>(members: &[&'a Decision]) -> BTreeMap<&'a ObjectName, usize> {
    let freed = members.iter().enumerate().flat_map(|(place, member)| {
        let indexes = old_of(member).map(|old| old.indexes.iter());
        indexes
            .into_iter()
            .flatten()
            .map(move |(now, _)| (now, place))
    });
    freed.collect()
}

/// The index names that a new generation takes in the cutover.
pub(super) fn taken_indexes(member: &Decision) -> impl Iterator<Item = ObjectName> {
    let indexes = match &member.how {
        How::Swap { new, .. } => new.dress.indexes.as_slice(),
        _ => &[],
    };
    indexes
        .iter()
        .map(|index| ObjectName::new(&index.index.schema, &index.public))
}

/// Sets that can be joined; the root of one is its lowest member.
struct Sets(Vec<usize>);

impl Sets {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn root(&mut self, mut at: usize) -> usize {
        while let Some(parent) = self.0.get(at).copied().filter(|parent| *parent != at) {
            let above = self.0.get(parent).copied().unwrap_or(parent);
            if let Some(slot) = self.0.get_mut(at) {
                *slot = above;
            }
            at = parent;
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        if let Some(slot) = self.0.get_mut(one.max(other)) {
            *slot = one.min(other);
        }
    }
}
