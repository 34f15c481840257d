//! Relations as they stand, with all that they wear: what has to be said to make them again.
//!
//! The same capture that carries an external through a replace, under its own name. **Who runs it is not
//! known:** every privilege is given by name, and the owner is always said.

use std::collections::BTreeMap;

use super::Deciding;
use super::KEPT;
use super::dress::{self, Figure};
use super::member::captured;
use super::standing::{self, Standing};
use super::worn::Worn;
use crate::engine::capabilities::Filling;
use crate::engine::hazard::Note;
use crate::engine::journal::RecordedCompanions;
use crate::engine::step::{Deed, Form, Physical};
use crate::engine::{Generation, Marker};
use crate::model::name::ObjectName;
use crate::model::observed::relation::{Relation, RelationKind};
use crate::plan::change::Way;
use crate::plan::decision::{Filled, New};
use crate::plan::input::Input;
use crate::plan::rehearsal::Rehearsal;
use crate::plan::text::{self, Names, NotRenamed};

/// One relation, ready to be made again.
#[derive(Debug)]
pub(in crate::plan) struct Again {
    pub(in crate::plan) new: New,
    pub(in crate::plan) marker: Option<Marker>,
    /// Whether its own file is what makes it.
    pub(in crate::plan) written: bool,
    /// Options that its file does not say.
    pub(in crate::plan) options: Option<Deed>,
}

/// Relations that can be made again, and what of them cannot.
#[derive(Debug)]
pub(in crate::plan) struct Restored {
    pub(in crate::plan) relations: BTreeMap<ObjectName, Result<Again, NotRenamed>>,
    pub(in crate::plan) lost: Vec<Note>,
}

/// Captures relations as they stand.
pub(in crate::plan) fn as_they_stand<'n>(
    input: &Input<'_>,
    names: impl Iterator<Item = &'n ObjectName>,
) -> Restored {
    // Default privileges are those of whoever runs it: nobody is anybody here.
    let anybody = Input {
        server: None,
        ..*input
    };
    let rehearsal = Rehearsal::NotAsked { why: String::new() };
    let mut deciding = Deciding::new(&anybody, &rehearsal);
    let mut relations = BTreeMap::new();
    for name in names {
        if let Some(relation) = input.observed.relations.get(name) {
            relations.insert(name.clone(), again(&mut deciding, name, relation));
        }
    }
    let mut lost = deciding.notes;
    lost.retain(|note| !note.text.ends_with(KEPT));
    Restored { relations, lost }
}

fn again(
    deciding: &mut Deciding<'_>,
    name: &ObjectName,
    before: &Relation,
) -> Result<Again, NotRenamed> {
    let relation = Physical {
        name: name.clone(),
        kind: before.kind,
    };
    let file = written(deciding, name, before);
    let written = file.is_some();
    let form = match file {
        Some(text) => Form::Written(text),
        None => captured(before, before.definition.as_deref().unwrap_or_default()),
    };
    let generation = Generation::new(deciding.input.run, name);
    let figure = Figure {
        public: name,
        relation: &relation,
        generation: &generation,
        columns: None,
        before: Some(before),
    };
    let worn = Worn {
        foreign: true,
        ..Worn::default()
    };
    let dress = dress::dress(deciding, figure, (&worn, &RecordedCompanions::default()))?;
    let options = (written && !before.options.is_empty()).then(|| {
        let set = before.options.iter();
        let set: BTreeMap<String, Option<String>> = set
            .map(|(option, value)| (option.clone(), Some(value.clone())))
            .collect();
        Deed::Options {
            relation: relation.clone(),
            before: set.clone(),
            set,
        }
    });
    let apart = deciding.input.engine.capabilities().filling == Filling::Apart;
    let rows = before.kind == RelationKind::MaterializedView && before.populated && apart;
    Ok(Again {
        marker: deciding.input.marker(name),
        options,
        written,
        new: New {
            generation,
            form,
            filled: if rows {
                Filled::Apart
            } else {
                Filled::WithBuild
            },
            dress,
            audits: Vec::new(),
            grounds: Vec::new(),
            way: Way::Swap,
            relation,
        },
    })
}

/// The statement of the file, where it means what is there: spelled by the target, a definition may hold
/// casts for the very type that is about to change.
fn written(deciding: &Deciding<'_>, name: &ObjectName, before: &Relation) -> Option<String> {
    const USUAL_METHOD: &str = "heap";
    let input = deciding.input;
    let object = input.project.catalog.objects.get(name)?;
    let moved = before.tablespace.is_some()
        || before
            .access_method
            .as_deref()
            .is_some_and(|method| method != USUAL_METHOD);
    let same = standing::of(input, object, None) == Standing::Same;
    (same && !moved)
        .then(|| text::create(object, name, &Names::new()).ok())
        .flatten()
}
