//! The names of indexes: those of indexes that nobody named, and whether a name is free.
//!
//! - An index that nobody named is called as PostgreSQL would call it: as much of the relation's and of
//!   the columns' names as there is room for, and a number where others of the schema have that name.
//! - **A name that was given once stays,** whatever else is declared later.

use std::collections::{BTreeMap, BTreeSet};

use super::Deciding;
use crate::engine::step::Deed;
use crate::model::name::ObjectName;
use crate::model::object::{DeclaredIndex, Object};
use crate::plan::decision::{Decision, How};
use crate::plan::input::Input;
use crate::plan::text::sql_name;

/// Names for the indexes of objects that nobody named, by object and place among its indexes.
#[derive(Debug, Default)]
pub(in crate::plan) struct IndexNames<'a>(BTreeMap<&'a ObjectName, BTreeMap<usize, String>>);

impl<'a> IndexNames<'a> {
    pub(in crate::plan) fn of(input: &Input<'a>) -> Self {
        let mut nameless: Vec<(&'a Object, usize, &'a DeclaredIndex)> = Vec::new();
        for object in input.project.catalog.objects.values() {
            let indexes = object.companions.indexes.iter().enumerate();
            let unnamed = indexes.filter(|(_, index)| index.index.name.is_none());
            nameless.extend(unnamed.map(|(place, index)| (object, place, index)));
        }
        if nameless.is_empty() {
            return Self::default();
        }
        let mut naming = Naming {
            taken: taken(input),
            longest: input.engine.capabilities().name_bytes,
            names: BTreeMap::new(),
        };
        nameless.retain(|(object, place, index)| {
            let recorded = input.record(&object.name);
            let given = recorded.map(|record| &record.companions.indexes);
            let count = object.companions.indexes.len();
            let name = given.filter(|given| !given.is_empty()).and_then(|given| {
                let mut names = (0..=count).map(|number| naming.invent(object, index, number));
                names.find(|name| given.contains_key(name) && naming.is_free(object, name))
            });
            let known = name.is_some();
            if let Some(name) = name {
                naming.take((object, *place), name);
            }
            !known
        });
        for (object, place, index) in nameless {
            let mut names = (0..).map(|number| naming.invent(object, index, number));
            let name = names.find(|name| naming.is_free(object, name));
            naming.take((object, place), name.unwrap_or_default());
        }
        Self(naming.names)
    }

    pub(in crate::plan) fn get(&self, object: &ObjectName, place: usize) -> Option<&str> {
        self.0.get(object)?.get(&place).map(String::as_str)
    }
}

/// Who has a name: an index of a relation, or somebody who keeps it in any case.
type Taken<'a> = BTreeMap<ObjectName, Option<&'a ObjectName>>;

fn taken<'a>(input: &Input<'a>) -> Taken<'a> {
    let mut taken = Taken::new();
    for (name, relation) in &input.observed.relations {
        taken.insert(name.clone(), None);
        for index in relation.indexes.keys() {
            taken.insert(ObjectName::new(&name.schema, index), Some(name));
        }
    }
    for (name, object) in &input.project.catalog.objects {
        taken.insert(name.clone(), None);
        let indexes = object.companions.indexes.iter();
        for index in indexes.filter_map(|index| index.index.name.as_ref()) {
            taken.insert(ObjectName::new(&name.schema, index.last()), None);
        }
    }
    taken
}

struct Naming<'a> {
    taken: Taken<'a>,
    longest: Option<usize>,
    names: BTreeMap<&'a ObjectName, BTreeMap<usize, String>>,
}

impl<'a> Naming<'a> {
    fn invent(&self, object: &Object, index: &DeclaredIndex, number: usize) -> String {
        let keys = index.index.keys.iter();
        let keys: Vec<&str> = keys
            .map(|key| key.as_ref().map_or("expr", |key| key.value.as_str()))
            .collect();
        let label = match number {
            0 => "idx".to_owned(),
            number => format!("idx{number}"),
        };
        let (mut of, mut keys) = (object.name.name.to_string(), keys.join("_"));
        let room = self.longest.unwrap_or(usize::MAX);
        while of.len() + keys.len() + label.len() + 2 > room {
            let longer = if of.len() > keys.len() {
                &mut of
            } else {
                &mut keys
            };
            if longer.pop().is_none() {
                break;
            }
        }
        format!("{of}_{keys}_{label}")
    }

    fn is_free(&self, object: &Object, name: &str) -> bool {
        let name = ObjectName::new(&object.name.schema, name);
        match self.taken.get(&name) {
            None => true,
            Some(holder) => *holder == Some(&object.name),
        }
    }

    fn take(&mut self, (object, place): (&'a Object, usize), name: String) {
        let taken = ObjectName::new(&object.name.schema, &name);
        self.taken.insert(taken, None);
        let names = self.names.entry(&object.name).or_default();
        names.insert(place, name);
    }
}

/// Refuses indexes whose names others have and keep.
pub(super) fn check(deciding: &mut Deciding<'_>) {
    let mut wanted: BTreeMap<ObjectName, &ObjectName> = BTreeMap::new();
    let mut freed: BTreeSet<&ObjectName> = BTreeSet::new();
    let mut refused: Vec<(ObjectName, String, Option<String>)> = Vec::new();
    for decision in deciding.objects.values() {
        freed.extend(frees(decision));
        for index in takes(decision) {
            if let Some(other) = wanted.insert(index.clone(), &decision.object) {
                let text = format!("its index {} has the name of one of {other}", index.name);
                refused.push((decision.object.clone(), text, None));
            }
        }
    }
    if wanted.is_empty() {
        return;
    }
    let relations = &deciding.input.observed.relations;
    for (name, relation) in relations {
        for index in relation.indexes.keys() {
            let index = ObjectName::new(&name.schema, index);
            let Some(object) = wanted.get(&index).filter(|_| !freed.contains(&index)) else {
                continue;
            };
            let text = format!(
                "an index of {name} has the name of its index {}",
                index.name
            );
            let hint = format!(
                "ALTER INDEX {} RENAME TO {};",
                sql_name(&index),
                dormer_sql::ident::quote(&format!("{}_old", index.name))
            );
            refused.push(((*object).clone(), text, Some(hint)));
        }
    }
    for (index, object) in &wanted {
        if relations.contains_key(index) && !freed.contains(index) {
            let text = format!("{index} has the name of its index {}", index.name);
            refused.push(((*object).clone(), text, None));
        }
    }
    for (object, text, hint) in refused {
        deciding.refuse(&object, text, hint);
    }
}

/// The names that indexes of an object take.
fn takes(decision: &Decision) -> Vec<ObjectName> {
    match &decision.how {
        How::Create(new) | How::Swap { new, .. } => {
            let indexes = new.dress.indexes.iter();
            indexes
                .map(|index| ObjectName::new(&decision.object.schema, &index.public))
                .collect()
        }
        How::Alter { deeds, .. } => {
            let made = deeds.iter().filter_map(|deed| match deed {
                Deed::Index { index, .. } => Some(index.clone()),
                _ => None,
            });
            made.collect()
        }
        How::Keep | How::Redefine { .. } | How::Retire { .. } | How::Leave => Vec::new(),
    }
}

/// The names that become free.
fn frees(decision: &Decision) -> Vec<&ObjectName> {
    match &decision.how {
        How::Swap { old: Some(old), .. } => old.indexes.iter().map(|(now, _)| now).collect(),
        How::Retire { old } => {
            let indexes = old.indexes.iter().map(|(now, _)| now);
            indexes.chain([&old.relation.name]).collect()
        }
        How::Alter { deeds, .. } => {
            let gone = deeds.iter().filter_map(|deed| match deed {
                Deed::DropIndex { index, .. } => Some(index),
                _ => None,
            });
            gone.collect()
        }
        How::Swap { old: None, .. }
        | How::Create(_)
        | How::Keep
        | How::Redefine { .. }
        | How::Leave => Vec::new(),
    }
}
