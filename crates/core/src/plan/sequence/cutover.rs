//! The instant when shadows take the names: one step for each group, and one that settles it.
//!
//! In one transaction, in this order:
//! 1. Old indexes give their names away and new ones take them; nobody who reads waits for that, so it
//!    comes before anything that somebody waits for.
//! 2. **What is locked is locked from the readers down to what they read,** as queries do it: old
//!    relations give their names away, and views that only get another query are named away and back.
//!    So nobody can hold a view whose relation is held here, and the other way around.
//! 3. Shadows take the names.
//! 4. Markers of what belongs to nobody here: off the new generation, onto the old one.
//! 5. Views get their new queries, whose names now mean the new generations; then everything else
//!    that is bound to an old one.
//! 6. What retires and is still named by one of those loses its name last.

use std::collections::BTreeSet;

use super::Frame;
use super::build::{Built, carries_marker, marker};
use super::group::{self, Group, Groups, old_of};
use super::learn::{self, Story, Text};
use super::steps::{At, Draft, Steps};
use crate::engine::Generation;
use crate::engine::journal::{ObjectState, Record};
use crate::engine::step::{Deed, Physical, StepKind};
use crate::model::name::ObjectName;
use crate::plan::decision::{Decision, How, New, Old, Own, Rebind};

/// Adds the steps of all groups.
pub(super) fn add(groups: Groups<'_>, built: &Built<'_>, frame: &Frame<'_>, steps: &mut Steps) {
    let mut done: Vec<(Group<'_>, At)> = Vec::new();
    for group in groups.groups {
        let cutover = cutover(&group, built, frame);
        let settled = settled(&group, frame);
        let at = steps.add(cutover);
        if !settled.is_empty() {
            let names: Vec<&ObjectName> = settled.iter().map(|(name, _)| *name).collect();
            let mut step = Draft::about_all(StepKind::Settle, "settle", &names);
            step.needs.insert(at);
            step.records = settled.into_iter().map(|(_, record)| record).collect();
            steps.add(step);
        }
        done.push((group, at));
    }
    for rebind in groups.loose {
        let mut step = Draft::of(StepKind::Alter, format!("re-point {}", rebind.what));
        step.deeds.push(rebind.deed.clone());
        steps.add(step);
    }
    wait_for_cutovers(&done, built, steps);
    retire_last(&done, built, steps);
}

/// Nothing loses its name before everything else is done, as far as that does not wait for the name:
/// what was moved would be under neither name after a failure. Where something retires within a
/// cutover, that waits for all that is created.
fn retire_last(done: &[(Group<'_>, At)], built: &Built<'_>, steps: &mut Steps) {
    let cutovers: BTreeSet<At> = done.iter().map(|(_, at)| *at).collect();
    let alone = done.iter().filter(|(group, _)| group.only_retires());
    let alone: BTreeSet<At> = alone.map(|(_, at)| *at).collect();
    let after_names = steps.after(&alone);
    let after_cutovers = steps.after(&cutovers);
    let made = built.made.iter();
    let created = made.filter(|(object, _)| built.created.contains(*object));
    let created: BTreeSet<At> = created
        .flat_map(|(_, made)| made.rows.union(&made.last))
        .filter(|at| !after_cutovers.contains(at))
        .copied()
        .collect();
    for (group, at) in done {
        if group.retires()
            && !alone.contains(at)
            && let Some(step) = steps.get_mut(*at)
        {
            step.needs.extend(created.iter());
        }
    }
    // The others wait for the first, so that each does not name all that the first waits for.
    let mut alone = alone.into_iter();
    let Some(first) = alone.next() else { return };
    let mut before = steps.ends();
    before.retain(|at| !after_names.contains(at));
    before.extend(created);
    for at in alone {
        before.remove(&at);
        if let Some(step) = steps.get_mut(at) {
            step.needs.insert(first);
        }
    }
    before.remove(&first);
    if let Some(step) = steps.get_mut(first) {
        step.needs.extend(before);
    }
}

/// Created objects that read a view with a new query, or take the name of an old index, come after
/// the cutover that gives it; unless that cutover itself waits for them.
fn wait_for_cutovers(done: &[(Group<'_>, At)], built: &Built<'_>, steps: &mut Steps) {
    for (group, cutover) in done {
        let mut waiting: BTreeSet<At> = BTreeSet::new();
        let mut freed: BTreeSet<&ObjectName> = BTreeSet::new();
        for member in &group.members {
            if matches!(member.how, How::Redefine { .. })
                && let Some(readers) = built.created_readers.get(&member.object)
            {
                waiting.extend(readers);
            }
            let old = old_of(member).map(|old| old.indexes.iter());
            freed.extend(old.into_iter().flatten().map(|(now, _)| now));
        }
        if !freed.is_empty() {
            let taken = built.indexes.iter();
            let taken = taken.filter(|(index, _)| freed.contains(index));
            waiting.extend(taken.map(|(_, at)| *at));
        }
        if waiting.is_empty() {
            continue;
        }
        let before = steps.before(*cutover);
        for at in waiting.difference(&before) {
            if let Some(step) = steps.get_mut(*at) {
                step.needs.insert(*cutover);
            }
        }
    }
}

/// What a member does in the cutover, found once.
struct Part<'a> {
    decision: &'a Decision,
    old: Option<(&'a Old, Physical)>,
    new: Option<&'a New>,
}

impl<'a> Part<'a> {
    fn of(decision: &'a Decision, longest: Option<usize>) -> Self {
        let old = old_of(decision).map(|old| {
            let away = old.generation.relation(&old.relation.name, longest);
            let kind = old.relation.kind;
            (old, Physical { name: away, kind })
        });
        let new = match &decision.how {
            How::Swap { new, .. } => Some(&**new),
            _ => None,
        };
        Self { decision, old, new }
    }

    fn public(&self, new: &New) -> Physical {
        Physical {
            name: self.decision.object.clone(),
            kind: new.relation.kind,
        }
    }
}

fn cutover(group: &Group<'_>, built: &Built<'_>, frame: &Frame<'_>) -> Draft {
    let longest = frame.longest();
    let members = group.members.iter();
    let parts: Vec<Part<'_>> = members.map(|member| Part::of(member, longest)).collect();
    let names: Vec<&ObjectName> = group.members.iter().map(|member| &member.object).collect();
    let mut step = if group.only_retires() {
        Draft::about_all(StepKind::Retire, "retire", &names)
    } else {
        Draft::about_all(StepKind::Cutover, "cutover", &names)
    };
    for member in &group.members {
        wait_for(member, built, &mut step);
        let taken = group::taken_indexes(member);
        step.needs
            .extend(taken.filter_map(|index| built.freed.get(&index)));
    }
    names_change(&parts, group, frame, &mut step.deeds);
    marks_change(&parts, frame, &mut step.deeds);
    texts_change(&parts, &group.rebinds, &mut step.deeds);
    for part in &parts {
        let late = part
            .old
            .iter()
            .filter(|_| retires_late(part.decision, group));
        step.deeds
            .extend(late.map(|(old, away)| rename(&old.relation, &away.name)));
        journal_of(part, frame, &mut step);
    }
    step
}

/// All that belongs to a member's shadow, and the rows of what its new query reads.
fn wait_for(member: &Decision, built: &Built<'_>, step: &mut Draft) {
    if let Some(made) = built.made.get(&member.object) {
        step.needs.extend(made.last.iter());
        step.inputs.extend(made.inputs.clone());
        return;
    }
    if !matches!(member.how, How::Redefine { .. }) {
        return;
    }
    for read in &member.reads {
        step.needs.extend(built.present.get(read));
        if let Some(made) = built.made.get(read) {
            step.needs.extend(made.rows.iter());
        }
    }
}

fn names_change(parts: &[Part<'_>], group: &Group<'_>, frame: &Frame<'_>, deeds: &mut Vec<Deed>) {
    for (old, _) in parts.iter().filter_map(|part| part.old.as_ref()) {
        for (index, to) in &old.indexes {
            deeds.push(Deed::RenameIndex {
                index: index.clone(),
                to: to.clone(),
            });
        }
    }
    for index in parts
        .iter()
        .filter_map(|part| part.new)
        .flat_map(|new| &new.dress.indexes)
        .filter(|index| *index.index.name != *index.public)
    {
        deeds.push(Deed::RenameIndex {
            index: index.index.clone(),
            to: index.public.clone(),
        });
    }
    for part in parts.iter().rev() {
        if let How::Redefine { relation, .. } = &part.decision.how {
            deeds.extend(there_and_back(relation, frame));
        }
        if let Some((old, away)) = &part.old
            && !retires_late(part.decision, group)
        {
            deeds.push(rename(&old.relation, &away.name));
        }
    }
    for part in parts {
        if let Some(new) = part.new {
            deeds.push(rename(&new.relation, &part.decision.object));
        }
    }
}

/// Takes the lock of a view before those of what it reads, and changes nothing.
pub(in crate::plan) fn there_and_back(relation: &Physical, frame: &Frame<'_>) -> [Deed; 2] {
    let generation = Generation::new(frame.run, &relation.name);
    let away = Physical {
        name: generation.relation(&relation.name, frame.longest()),
        kind: relation.kind,
    };
    [rename(relation, &away.name), rename(&away, &relation.name)]
}

fn rename(relation: &Physical, to: &ObjectName) -> Deed {
    Deed::Rename {
        relation: relation.clone(),
        to: to.name.to_string(),
    }
}

/// Whether what retires is still named by the new query of a member.
fn retires_late(decision: &Decision, group: &Group<'_>) -> bool {
    matches!(decision.how, How::Retire { .. }) && group.named_by_queries.contains(&decision.object)
}

/// A live generation of somebody else's object looks as its owner left it; its retired one is known by
/// the marker, as is one that the journal hears of for the first time, or that somebody made by hand.
fn marks_change(parts: &[Part<'_>], frame: &Frame<'_>, deeds: &mut Vec<Deed>) {
    let place = frame.engine.capabilities().marker;
    for part in parts {
        let own = &part.decision.own;
        let nobodys = matches!(own, Own::External { project: None });
        if let Some(new) = part
            .new
            .filter(|new| nobodys && carries_marker(place, new.relation.kind))
        {
            deeds.push(Deed::Mark {
                relation: part.public(new),
                marker: None,
                before: Some(marker(own, &new.generation, frame)),
            });
        }
        if let (
            How::Redefine {
                relation,
                generation: None,
                ..
            },
            Own::Declared(_),
        ) = (&part.decision.how, own)
            && carries_marker(place, relation.kind)
        {
            deeds.push(Deed::Mark {
                relation: relation.clone(),
                marker: Some(marker(own, &redefined(part.decision, None, frame), frame)),
                before: None,
            });
        }
        if let Some((old, away)) = &part.old {
            let marker = marker(own, &old.generation, frame);
            let marked = old.marker.as_ref();
            let marked = marked.is_some_and(|marked| marked.is_of(&marker));
            if !marked && carries_marker(place, away.kind) {
                deeds.push(Deed::Mark {
                    relation: away.clone(),
                    marker: Some(marker),
                    before: old.marker.clone(),
                });
            }
        }
    }
}

fn texts_change(parts: &[Part<'_>], rebinds: &[&Rebind], deeds: &mut Vec<Deed>) {
    for part in parts {
        if let How::Redefine {
            relation,
            form,
            before,
            with,
            ..
        } = &part.decision.how
        {
            deeds.push(Deed::Redefine {
                relation: relation.clone(),
                form: (**form).clone(),
                before: (**before).clone(),
            });
            deeds.extend(with.iter().cloned());
        }
    }
    deeds.extend(rebinds.iter().map(|rebind| rebind.deed.clone()));
}

fn journal_of(part: &Part<'_>, frame: &Frame<'_>, step: &mut Draft) {
    let decision = part.decision;
    if let Some((old, away)) = &part.old {
        step.records
            .push(learn::retired(decision, old, away, frame));
    }
    if let Some(new) = part.new {
        step.records.push(Record::Moved {
            name: decision.object.clone(),
            generation: new.generation.clone(),
            state: ObjectState::Live,
            physical: decision.object.name.to_string(),
        });
    }
    let (
        How::Redefine {
            relation,
            generation,
            ..
        },
        Own::Declared(declaration),
    ) = (&decision.how, &decision.own)
    else {
        return;
    };
    let own = redefined(decision, generation.as_ref(), frame);
    let story = Story {
        decision,
        generation: &own,
        frame,
    };
    if generation.is_some() {
        story.declared(declaration, step);
    } else {
        let record = story.object(relation, ObjectState::Live);
        step.records.push(Record::Object(Box::new(record)));
        step.undo.push(story.unheard(Text::New));
    }
}

/// The generation of a view that gets another query: its own, or one that is given to it now.
fn redefined(decision: &Decision, known: Option<&Generation>, frame: &Frame<'_>) -> Generation {
    known.map_or_else(
        || Generation::new(frame.run, &decision.object),
        Clone::clone,
    )
}

/// What the target is asked about once the names are taken: new generations, and views with another
/// query that the journal knows or now hears of.
fn settled<'a>(group: &Group<'a>, frame: &Frame<'_>) -> Vec<(&'a ObjectName, Record)> {
    let members = group.members.iter();
    let settled = members.filter_map(|member| {
        let generation = match (&member.how, &member.own) {
            (How::Swap { new, .. }, _) => new.generation.clone(),
            (How::Redefine { generation, .. }, Own::Declared(_) | Own::Recorded) => {
                redefined(member, generation.as_ref(), frame)
            }
            (How::Redefine { generation, .. }, Own::External { .. }) => generation.clone()?,
            _ => return None,
        };
        let record = Record::Settled {
            name: member.object.clone(),
            generation,
        };
        Some((&member.object, record))
    });
    settled.collect()
}
