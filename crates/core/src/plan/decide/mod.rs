//! What happens to each object, and why.
//!
//! 1. `standing`: each declared object against the journal and the target.
//! 2. Everything above what changes, in the order of reading: `member` decides how it follows. **What
//!    is bound by identity is built anew or re-pointed; nothing is left on a retired generation unless no
//!    right or no statement can bring it along, and that is a hazard.**
//! 3. `retire`: what is declared no more.
//! 4. `companions`: comments, grants, indexes, owner and options of what stays. **They never build.**
//!
//! An object that is none of these is kept, and no statement touches it.

mod companions;
pub(in crate::plan) mod compare;
mod dress;
pub(in crate::plan) mod index_names;
pub(in crate::plan) mod inherited;
mod left;
mod member;
mod notes;
pub(in crate::plan) mod privileges;
pub(in crate::plan) mod rebind;
pub(in crate::plan) mod restore;
mod retire;
pub(in crate::plan) mod standing;
pub(in crate::plan) mod supposing;
pub(in crate::plan) mod table;
mod taken;
mod touched;
mod words;
pub(in crate::plan) mod worn;

#[cfg(test)]
mod adopt_tests;
#[cfg(test)]
mod drift_tests;
#[cfg(test)]
pub(in crate::plan) mod fixture;
#[cfg(test)]
mod health_tests;
#[cfg(test)]
mod left_tests;
#[cfg(test)]
mod leftover_tests;
#[cfg(test)]
mod rename_tests;
#[cfg(test)]
mod table_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod touched_tests;
#[cfg(test)]
mod truth_tests;

use std::collections::{BTreeMap, BTreeSet};

use super::Refusal;
use super::change::{Action, Reason};
use super::decision::{Decision, Decisions, Declaration, How, Own};
use super::input::Input;
use super::readers::Readers;
use super::rehearsal::{Rehearsal, When};
use super::text::Names;
use crate::engine::Generation;
use crate::engine::hazard::{Hazard, Note, NoteKind};
use crate::engine::journal::{ObjectRecord, ObjectState, Record};
use crate::model::kind::ObjectKind;
use crate::model::name::ObjectName;
use crate::model::object::Object;
use crate::model::observed::relation::{Ownership, RelationKind};
use crate::project::render;
use index_names::IndexNames;
use standing::Standing;

/// How notes of what is kept end.
const KEPT: &str = "was set by hand and is kept";

/// Decides on everything.
#[must_use]
pub fn decide(input: &Input<'_>, rehearsal: &Rehearsal) -> Decisions {
    let mut deciding = Deciding::new(input, rehearsal);
    deciding.standings();
    deciding.members();
    retire::decide(&mut deciding);
    rebind::decide(&mut deciding);
    index_names::check(&mut deciding);
    left::decide(&mut deciding);
    deciding.schemas();
    deciding.leftovers();
    deciding.ended();
    table::by_hand(&mut deciding);
    taken::decide(&mut deciding);
    notes::add(&mut deciding);
    deciding.finish()
}

/// The work on one plan.
struct Deciding<'a> {
    input: &'a Input<'a>,
    rehearsal: &'a Rehearsal,
    readers: Readers<'a>,
    index_names: IndexNames<'a>,
    standings: BTreeMap<&'a ObjectName, Standing>,
    objects: BTreeMap<ObjectName, Decision>,
    /// What is built under another name than its public one.
    names: Names,
    /// What is declared no more: it stays as it is until it loses its name.
    going: BTreeSet<ObjectName>,
    /// Those that something above holds rows of.
    below_rows: BTreeSet<ObjectName>,
    /// What rows come from, through everything between.
    grounds: BTreeMap<ObjectName, BTreeSet<ObjectName>>,
    decisions: Decisions,
    notes: Vec<Note>,
    hazards: Vec<Hazard>,
    refused: Vec<Refusal>,
    /// What is refused, and all above.
    stuck: BTreeSet<ObjectName>,
}

impl<'a> Deciding<'a> {
    fn new(input: &'a Input<'a>, rehearsal: &'a Rehearsal) -> Self {
        Self {
            input,
            rehearsal,
            readers: Readers::of(input),
            index_names: IndexNames::of(input),
            standings: BTreeMap::new(),
            objects: BTreeMap::new(),
            names: Names::new(),
            going: retire::going(input),
            below_rows: BTreeSet::new(),
            grounds: BTreeMap::new(),
            decisions: Decisions::default(),
            notes: Vec::new(),
            hazards: Vec::new(),
            refused: Vec::new(),
            stuck: BTreeSet::new(),
        }
    }

    fn standings(&mut self) {
        for (name, object) in &self.input.project.catalog.objects {
            let now = self.rehearsal.answer(name, When::Now);
            let standing = standing::of(self.input, object, now);
            self.standings.insert(name, standing);
        }
    }

    /// Objects that get another definition, or are made, by themselves and not for what they read.
    fn roots(&self) -> BTreeSet<ObjectName> {
        let changes = |(name, standing): &(&&ObjectName, &Standing)| {
            !matches!(standing, Standing::Same) && self.input.wants(name)
        };
        self.standings
            .iter()
            .filter(changes)
            .map(|(name, _)| (*name).clone())
            .collect()
    }

    fn members(&mut self) {
        let roots = self.roots();
        let mut members = self.readers.above(&roots);
        members.extend(roots.iter().cloned());
        let order = self.readers.in_order(&members);
        for name in order.iter().rev() {
            let mut above = self.readers.readers(name);
            if above.any(|reader| self.below_rows.contains(reader) || self.takes_rows(reader)) {
                self.below_rows.insert(name.clone());
            }
        }
        self.refuse_loops(&members, &order);
        for name in &order {
            if self.is_stuck(name) {
                continue;
            }
            match self.input.project.catalog.objects.get(name) {
                Some(object) => member::declared(self, object),
                None if self.going.contains(name) => {}
                None => member::external(self, name),
            }
        }
        member::audits(self);
        for (name, object) in &self.input.project.catalog.objects {
            if !self.objects.contains_key(name) {
                self.stays(object);
            }
        }
    }

    /// What the order leaves out reads itself: a file names an external that stands on the object.
    fn refuse_loops(&mut self, members: &BTreeSet<ObjectName>, order: &[ObjectName]) {
        let ordered: BTreeSet<&ObjectName> = order.iter().collect();
        let left_out = members.iter().filter(|name| !ordered.contains(name));
        let declared = left_out.filter(|name| self.standings.contains_key(name));
        for name in declared.cloned().collect::<Vec<_>>() {
            let others = self.readers.reads(&name);
            let over: Vec<String> = others
                .filter(|read| members.contains(*read) && !ordered.contains(read))
                .map(ToString::to_string)
                .collect();
            let text = format!("it would read itself, through {}", over.join(" and "));
            self.refuse(&name, text, None);
        }
    }

    /// Whether something below it is refused, which is said there and once.
    fn is_stuck(&mut self, name: &ObjectName) -> bool {
        let mut reads = self.readers.reads(name);
        let stuck = reads.any(|read| self.stuck.contains(read));
        if stuck {
            self.stuck.insert(name.clone());
        }
        stuck
    }

    /// Whether a relation holds rows of its own that a plan would bring in anew.
    fn takes_rows(&self, name: &ObjectName) -> bool {
        if let Some(object) = self.input.project.catalog.objects.get(name) {
            return matches!(
                object.kind,
                ObjectKind::MaterializedView | ObjectKind::TableAs
            );
        }
        let relation = self.input.observed.relations.get(name);
        relation.is_some_and(|relation| {
            relation.kind == RelationKind::MaterializedView
                && relation.ownership == Ownership::Held
                && !self.readers.is_kept_generation(name)
                && !self.going.contains(name)
        })
    }

    /// The tables and externals that the rows of something come from.
    fn grounds(&mut self, name: &ObjectName) -> Vec<ObjectName> {
        let mut found = BTreeSet::new();
        let reads: Vec<ObjectName> = self.readers.reads(name).cloned().collect();
        let mut open = reads;
        let mut seen = BTreeSet::new();
        while let Some(read) = open.pop() {
            if !seen.insert(read.clone()) {
                continue;
            }
            if let Some(known) = self.grounds.get(&read) {
                found.extend(known.iter().cloned());
            } else if self.passes_rows(&read) {
                open.extend(self.readers.reads(&read).cloned());
            } else {
                found.insert(read);
            }
        }
        self.grounds.insert(name.clone(), found.clone());
        found.into_iter().collect()
    }

    /// Whether it shows the rows of others: a view.
    fn passes_rows(&self, name: &ObjectName) -> bool {
        match self.input.project.catalog.objects.get(name) {
            Some(object) => object.kind == ObjectKind::View,
            None => {
                let relation = self.input.observed.relations.get(name);
                relation.is_some_and(|relation| relation.kind == RelationKind::View)
            }
        }
    }

    /// An object that keeps its definition: its companions may differ.
    fn stays(&mut self, object: &Object) {
        let how = if self.input.wants(&object.name) {
            companions::decide(self, object)
        } else {
            None
        };
        let (action, how, reasons) = match how {
            Some((how, reasons)) => (Action::Alter, how, reasons),
            None => (Action::Keep, How::Keep, Vec::new()),
        };
        let Some(kind) = self.kind(object) else {
            return;
        };
        self.decided(Decision {
            object: object.name.clone(),
            kind,
            own: self.own(object, &how),
            action,
            reasons,
            because: Vec::new(),
            how,
            reads: self.reads(&object.name),
        });
    }

    /// The kind of an object in the target; none for what is no relation.
    fn kind(&self, object: &Object) -> Option<RelationKind> {
        let there = self.input.observed.relations.get(&object.name);
        let declared = standing::relation_kind(object.kind)?;
        match there {
            Some(relation) if declared == RelationKind::Table => Some(relation.kind),
            _ => Some(declared),
        }
    }

    /// What is to be said of it, where the journal does not say so already.
    fn own(&self, object: &Object, how: &How) -> Own {
        let declaration = self.declaration(object);
        let record = self.input.record(&object.name);
        let same = record.is_some_and(|record| {
            record.fingerprint == declaration.fingerprint
                && record.declared == declaration.declared
                && record.companions == declaration.companions
        });
        match how {
            How::Keep if same => Own::Recorded,
            _ => Own::Declared(Box::new(declaration)),
        }
    }

    fn declaration(&self, object: &Object) -> Declaration {
        let worn = worn::declared(self.input, &self.index_names, object);
        Declaration {
            fingerprint: object.definition.fingerprint.to_string(),
            declared: render::definition(object).to_owned(),
            companions: worn.recorded(self.input.project.target.dialect),
        }
    }

    fn reads(&self, name: &ObjectName) -> Vec<ObjectName> {
        self.readers.reads(name).cloned().collect()
    }

    fn generation(&self, name: &ObjectName) -> Generation {
        Generation::new(self.input.run, name)
    }

    fn decided(&mut self, decision: Decision) {
        self.objects.insert(decision.object.clone(), decision);
    }

    fn refuse(&mut self, object: &ObjectName, text: impl Into<String>, hint: Option<String>) {
        self.stuck.insert(object.clone());
        self.refused.push(Refusal {
            object: object.clone(),
            text: text.into(),
            hint,
        });
    }

    /// Whose it is, and that this is nobody here.
    fn foreign(&self, owner: &str) -> String {
        let user = self.input.server.map(|server| server.user.as_str());
        let user = user.unwrap_or("who applies");
        format!("belongs to {owner}, and {user} is no member of that role")
    }

    /// Somebody set it by hand, and it is kept.
    fn kept(&mut self, object: &ObjectName, what: &str) {
        self.notes.push(Note {
            kind: NoteKind::NotDeclared,
            object: Some(object.clone()),
            text: format!("{what} {KEPT}"),
        });
    }

    /// Somebody set it by hand, and it cannot be kept.
    fn gone(&mut self, object: &ObjectName, what: &str, why: &str) {
        self.notes.push(Note {
            kind: NoteKind::NotDeclared,
            object: Some(object.clone()),
            text: format!("{what} was set by hand and goes{why}"),
        });
    }

    /// The set that an object is published with.
    fn published(&self, name: &ObjectName) -> Option<&'a str> {
        let settings = self.input.project.settings.get(name)?;
        settings.group.as_ref().map(|set| set.value.as_str())
    }

    /// Whether the relation that has the name now will be another one.
    fn is_replaced(&self, name: &ObjectName) -> bool {
        self.names.contains_key(name)
    }

    fn schemas(&mut self) {
        let made = self
            .objects
            .values()
            .filter(|decision| matches!(decision.how, How::Create(_) | How::Swap { .. }))
            // What others have is there, and so is its schema, which nobody may have looked into.
            .filter(|decision| matches!(decision.own, Own::Declared(_)));
        let mut wanted: BTreeSet<String> = made
            .map(|decision| decision.object.schema.to_string())
            .collect();
        if self.input.selected.is_none() {
            wanted.extend(self.input.project.catalog.schemas.keys().cloned());
        }
        // Schemas beside the scope are seen by what stands in them.
        let relations = self.input.observed.relations.keys();
        let stood_in: BTreeSet<&str> = relations.map(|name| &*name.schema).collect();
        wanted.retain(|schema| {
            !self.input.observed.schemas.contains_key(schema) && !stood_in.contains(&**schema)
        });
        self.decisions.schemas = wanted.into_iter().collect();
    }

    /// Whether a shadow was made by this project: by whose run, as long as the journal knows that
    /// it may go on, and otherwise by whose object it is.
    fn is_ours(&self, shadow: &ObjectRecord) -> bool {
        let ours = self.input.project.name.as_str();
        let mut unfinished = self.input.journal.unfinished.iter();
        let run = unfinished.find(|run| run.run == shadow.run);
        run.map_or_else(
            || shadow.project.as_deref().is_none_or(|of| of == ours),
            |run| run.project == ours,
        )
    }

    /// Shadows of this project's runs that did not get to their end: readers before what they read.
    fn leftovers(&mut self) {
        let records = self.input.journal.objects.values();
        let shadows = records.filter(|record| {
            let left = record.state == ObjectState::Shadow && record.run != *self.input.run;
            left && self.is_ours(record)
        });
        let mut by_name: BTreeMap<ObjectName, _> = shadows
            .map(|record| {
                let name = ObjectName::new(&record.name.schema, &record.physical);
                (name, record)
            })
            .collect();
        let names: BTreeSet<ObjectName> = by_name.keys().cloned().collect();
        let mut order = self.readers.in_order(&names);
        order.reverse();
        self.decisions.leftovers = order
            .iter()
            .filter_map(|name| by_name.remove(name))
            .filter(|record| {
                let name = ObjectName::new(&record.name.schema, &record.physical);
                let there = self.input.observed.relations.get(&name);
                there.is_some_and(|relation| !record.is_another(relation))
            })
            .cloned()
            .collect();
        for record in &self.decisions.leftovers {
            self.notes.push(Note {
                kind: NoteKind::Leftover,
                object: Some(record.name.clone()),
                text: format!(
                    "{} was left by run {} and is dropped first",
                    record.physical, record.run
                ),
            });
        }
    }

    /// Generations without a name that the journal believes to have it: somebody took them away by
    /// hand, or a script retired them and the journal did not hear.
    fn ended(&mut self) {
        let longest = self.input.engine.capabilities().name_bytes;
        for (name, decision) in &self.objects {
            if matches!(decision.how, How::Keep) {
                continue;
            }
            let there = self.input.observed.relations.contains_key(name);
            let live = self.input.live(name).filter(|_| there);
            let live = live.map(|record| &record.generation);
            let untrue = self.input.journal.of(name).filter(|record| {
                record.state == ObjectState::Live && Some(&record.generation) != live
            });
            for record in untrue {
                let aside = record.generation.relation(name, longest);
                let retired = self.input.observed.relations.contains_key(&aside);
                let (state, physical) = match retired {
                    true => (ObjectState::Retired, aside.name.to_string()),
                    false => (ObjectState::Dropped, record.physical.clone()),
                };
                self.decisions.ended.push(Record::Moved {
                    name: name.clone(),
                    generation: record.generation.clone(),
                    state,
                    physical,
                });
            }
        }
    }

    fn finish(mut self) -> Decisions {
        for (name, decision) in &self.objects {
            if matches!(decision.how, How::Keep) {
                continue;
            }
            if matches!(
                decision.how,
                How::Swap { old: Some(_), .. } | How::Retire { .. }
            ) {
                let bound = self.readers.bound(name).iter();
                let bound = bound.map(|(reader, _, _)| reader.to_string());
                self.decisions.readers.insert(name.clone(), bound.collect());
            }
            let read = self.readers.reads(name);
            for name in std::iter::once(name).chain(read) {
                let print = self.input.observed.relations.get(name);
                let print =
                    print.map(|relation| relation.fingerprint().map(|print| print.to_string()));
                match print {
                    // Behind somebody's lock: nothing is known that could be held against it.
                    Some(None) => {}
                    Some(Some(print)) => {
                        self.decisions.relied_on.insert(name.clone(), Some(print));
                    }
                    None => {
                        self.decisions.relied_on.insert(name.clone(), None);
                    }
                }
            }
        }
        let sets = self.objects.keys().filter_map(|name| {
            let set = self.published(name)?;
            Some((name.clone(), set.to_owned()))
        });
        self.decisions.sets = sets.collect();
        self.notes.sort();
        self.notes.dedup();
        self.hazards.sort();
        self.hazards.dedup();
        self.refused.sort();
        self.refused.dedup();
        let renames = self.input.renames;
        let mut decisions = Decisions {
            objects: self.objects,
            notes: self.notes,
            hazards: self.hazards,
            refused: self.refused,
            ..self.decisions
        };
        if let Some(renames) = renames {
            renames.tell(&mut decisions);
        }
        decisions
    }
}

/// A reason of one kind.
fn reason(kind: super::change::ReasonKind, text: impl Into<String>) -> Reason {
    Reason {
        kind,
        text: text.into(),
    }
}
