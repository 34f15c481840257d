//! Which objects are the same under another name: by rounds, what reads nothing undecided first, so
//! that names which were renamed below count as one.

use std::collections::{BTreeMap, BTreeSet};

use dormer_sql::statement::StatementKind;
use dormer_sql::{Dialect, Span};

use crate::engine::hazard::{Note, NoteKind};
use crate::engine::journal::{ObjectRecord, ObjectState};
use crate::model::name::ObjectName;
use crate::model::object::Object;
use crate::model::observed::relation::{Ownership, RelationKind};
use crate::plan::back::declared_object;
use crate::plan::decide::standing::relation_kind;
use crate::plan::input::Input;
use crate::plan::text::{self, Names};

/// Which objects are renamed.
#[derive(Debug, Default)]
pub(super) struct Found<'a> {
    /// What the journal knows, and what is declared now.
    pub(super) pairs: Vec<(&'a ObjectRecord, &'a Object)>,
    pub(super) notes: Vec<Note>,
}

/// One side of what could be a rename.
struct Side<'a, T> {
    of: T,
    /// Its text, as an object.
    text: Text<'a>,
    kind: RelationKind,
    reads: BTreeSet<ObjectName>,
}

/// A text that is there, or one that was read out of the journal.
enum Text<'a> {
    Declared(&'a Object),
    Recorded(Box<Object>),
}

impl Text<'_> {
    fn object(&self) -> &Object {
        match self {
            Self::Declared(object) => object,
            Self::Recorded(object) => object,
        }
    }
}

/// Finds all renames.
pub(super) fn renames<'a>(input: &Input<'a>) -> Found<'a> {
    let mut found = Found::default();
    let mut new = undeployed(input);
    if new.is_empty() {
        return found;
    }
    let mut old = disappeared(input);
    let dialect = input.project.target.dialect;
    // Both names of what is renamed stand for a third one: so each text is written the same way.
    let mut names = Names::new();
    while !old.is_empty() && !new.is_empty() {
        let (ready_old, later_old) = ready(old);
        let (ready_new, later_new) = ready(new);
        (old, new) = (later_old, later_new);
        if ready_old.is_empty() || ready_new.is_empty() {
            break;
        }
        let mut alike: BTreeMap<Key, (Vec<&'a ObjectRecord>, Vec<&'a Object>)> = BTreeMap::new();
        for side in ready_old {
            if let Some(key) = key(&side.of.name, &side, (&names, dialect)) {
                alike.entry(key).or_default().0.push(side.of);
            }
        }
        for side in ready_new {
            if let Some(key) = key(&side.of.name, &side, (&names, dialect)) {
                alike.entry(key).or_default().1.push(side.of);
            }
        }
        for (records, objects) in alike.into_values() {
            match (records.as_slice(), objects.as_slice()) {
                (_, []) | ([], _) => {}
                ([record], [object]) => {
                    found.pairs.push((*record, *object));
                    stand_in(&mut names, (&record.name, &object.name));
                }
                (records, objects) => found.notes.extend(ambiguous(records, objects)),
            }
        }
    }
    found
}

/// Has both names of a renamed object stand for one that nothing else has.
pub(super) fn stand_in(names: &mut Names, (from, to): (&ObjectName, &ObjectName)) {
    let third = ObjectName::new("renamed", &format!("renamed {}", names.len()));
    names.insert(from.clone(), third.clone());
    names.insert(to.clone(), third);
}

/// Schema, kind and fingerprint without the name.
type Key = (String, RelationKind, String);

fn key<T>(
    name: &ObjectName,
    side: &Side<'_, T>,
    (names, dialect): (&Names, Dialect),
) -> Option<Key> {
    let print = neutral(side.text.object(), names, dialect)?;
    Some((name.schema.to_string(), side.kind, print))
}

/// The fingerprint of a definition as if it were called like all others.
pub(super) fn neutral(object: &Object, names: &Names, dialect: Dialect) -> Option<String> {
    let nobody = ObjectName::new("", "");
    let text = text::create(object, &nobody, names).ok()?;
    let whole = Span::of(0..text.len());
    Some(dormer_sql::canonical::fingerprint(&text, whole, dialect).to_string())
}

/// Splits off what reads nothing that is still undecided.
fn ready<'a, T: Named>(all: Vec<Side<'a, T>>) -> (Vec<Side<'a, T>>, Vec<Side<'a, T>>) {
    let open: BTreeSet<ObjectName> = all.iter().map(|side| side.of.name().clone()).collect();
    all.into_iter()
        .partition(|side| side.reads.is_disjoint(&open))
}

trait Named {
    fn name(&self) -> &ObjectName;
}

impl Named for &ObjectRecord {
    fn name(&self) -> &ObjectName {
        &self.name
    }
}

impl Named for &Object {
    fn name(&self) -> &ObjectName {
        &self.name
    }
}

const fn can_be_renamed(kind: RelationKind) -> bool {
    matches!(
        kind,
        RelationKind::View | RelationKind::MaterializedView | RelationKind::Table
    )
}

/// By a query, or as a table does: its rows are nowhere else, and go where its name goes.
const fn says_its_columns(object: &Object) -> bool {
    object.definition.query.is_some()
        || matches!(
            object.definition.statement.kind,
            StatementKind::CreateTable(_)
        )
}

/// Declared, asked for, and neither in the target nor in the journal.
fn undeployed<'a>(input: &Input<'a>) -> Vec<Side<'a, &'a Object>> {
    let objects = input.project.catalog.objects.values();
    let new = objects.filter(|object| {
        says_its_columns(object)
            && input.wants(&object.name)
            && !input.observed.relations.contains_key(&object.name)
            && input.journal.live(&object.name).is_none()
    });
    new.filter_map(|object| {
        let kind = relation_kind(object.kind).filter(|kind| can_be_renamed(*kind))?;
        let reads = input.graph.reads.get(&object.name);
        Some(Side {
            of: object,
            text: Text::Declared(object),
            kind,
            reads: reads.cloned().unwrap_or_default(),
        })
    })
    .collect()
}

/// This project's, still there, and declared no more: neither by a file of its own nor by the text of
/// another.
fn disappeared<'a>(input: &Input<'a>) -> Vec<Side<'a, &'a ObjectRecord>> {
    let declared = &input.project.catalog.objects;
    let dialect = input.project.target.dialect;
    let records = input.journal.objects.values();
    let gone = records.filter(|record| {
        record.state == ObjectState::Live
            && input.is_of_target(record)
            && *record.physical == *record.name.name
            && !declared.contains_key(&record.name)
            && !input.project.may_declare(&record.name)
            && !input.graph.nodes.contains_key(&record.name)
            && can_be_renamed(record.kind)
    });
    gone.filter_map(|record| {
        let there = input.observed.relations.get(&record.name)?;
        if there.kind != record.kind || there.ownership != Ownership::Held {
            return None;
        }
        let object = declared_object(record, dialect)?;
        if !says_its_columns(&object) {
            return None;
        }
        let query = object.definition.query.iter();
        let references = query.flat_map(dormer_sql::query::Query::references);
        let reads = references.map(|reference| ObjectName::of(&reference.name));
        Some(Side {
            of: record,
            kind: record.kind,
            reads: reads.collect(),
            text: Text::Recorded(Box::new(object)),
        })
    })
    .collect()
}

/// Nobody says which one is meant.
fn ambiguous(records: &[&ObjectRecord], objects: &[&Object]) -> Vec<Note> {
    let names: Vec<String> = records
        .iter()
        .map(|record| record.name.to_string())
        .collect();
    let olds = names.join(" and ");
    let note = |object: &&Object| Note {
        kind: NoteKind::Renamed,
        object: Some(object.name.clone()),
        text: if names.len() == 1 {
            format!(
                "may be {olds} under another name, and so may others with its definition: it is made \
                 anew; one that is applied alone is renamed"
            )
        } else {
            format!(
                "may be any of {olds} under another name: it is made anew; what is applied alone is \
                 renamed"
            )
        },
    };
    objects.iter().map(note).collect()
}
