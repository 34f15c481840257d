//! One object: as the journal remembers it, and as it is.

use std::collections::BTreeMap;

use super::columns;
use super::companions::{self, Difference, Standing};
use super::definition;
use super::{Aspect, Change, Drifted, DriftedObject, added};
use crate::engine::journal::{ObjectRecord, ObjectState};
use crate::engine::step::{Commented, Deed, Physical};
use crate::engine::{Generation, Marker};
use crate::model::name::ObjectName;
use crate::model::observed::relation::{Relation, RelationKind};
use crate::model::observed::{Part, Unseen};
use crate::plan::decide::privileges;
use crate::plan::decide::worn::Worn;
use crate::plan::difference;
use crate::plan::input::Input;

/// A look at all objects of one target.
pub(super) struct Looking<'a> {
    input: &'a Input<'a>,
    /// Where generations of this project are, whatever they are called.
    places: BTreeMap<Generation, &'a ObjectName>,
    /// What the target said of definitions, by their versions.
    told: BTreeMap<&'a str, &'a str>,
}

impl<'a> Looking<'a> {
    pub(super) fn of(input: &'a Input<'a>) -> Self {
        let relations = input.observed.relations.iter();
        let places = relations.filter_map(|(name, relation)| {
            let marker = Marker::parse(relation.marker.as_deref()?)?;
            (marker.project == input.project.name).then_some((marker.generation, name))
        });
        let records = input.journal.objects.values();
        let told = records
            .filter_map(|record| Some((record.version.as_deref()?, record.observed.as_deref()?)));
        Self {
            input,
            places: places.collect(),
            told: told.collect(),
        }
    }

    /// What drifted of an object; none where it is as it was applied.
    pub(super) fn look(&self, record: &ObjectRecord) -> Option<DriftedObject> {
        let relation = self.input.observed.relations.get(&record.name);
        let mut drifted = match relation {
            None => vec![self.absent(record)],
            Some(relation) => match self.impostor(record, relation) {
                Some(one) => vec![one],
                None => self.changes(record, relation),
            },
        };
        drifted.retain(|one| !self.is_unseen(one.aspect));
        if drifted.is_empty() {
            return None;
        }
        drifted.sort_by(|one, other| {
            (one.aspect, one.change, &one.text).cmp(&(other.aspect, other.change, &other.text))
        });
        Some(DriftedObject {
            kind: record.kind,
            owner: relation.map(|relation| relation.owner.clone()),
            run: record.run.clone(),
            applied_at: record.since,
            statement: self.statement(record, relation),
            drifted,
        })
    }

    /// Whether the part of the catalog that tells of it was not to be read.
    fn is_unseen(&self, aspect: Aspect) -> bool {
        let part = match aspect {
            Aspect::Indexes => Part::Indexes,
            Aspect::Grants => Part::Grants,
            Aspect::Attachments => Part::Attachments,
            _ => return false,
        };
        self.input.observed.unseen.contains(&Unseen::Denied(part))
    }

    /// Where it went that has its name no more.
    fn absent(&self, record: &ObjectRecord) -> Drifted {
        let was = record.name.to_string();
        match self.places.get(&record.generation) {
            None => one(
                Aspect::Existence,
                Change::Missing,
                "is not there any more".to_owned(),
            ),
            Some(place) if place.schema == record.name.schema => Drifted {
                was: Some(was),
                now: Some(place.to_string()),
                ..changed(Aspect::Name, format!("is called {place} now"))
            },
            Some(place) => Drifted {
                was: Some(was),
                now: Some(place.to_string()),
                ..changed(Aspect::Schema, format!("is {place} now"))
            },
        }
    }

    /// What has its name and is another relation.
    fn impostor(&self, record: &ObjectRecord, relation: &Relation) -> Option<Drifted> {
        if !same_kind(record.kind, relation.kind) {
            let (is, was) = (words(relation.kind), words(record.kind));
            return Some(Drifted {
                was: Some(was.clone()),
                now: Some(is.clone()),
                ..changed(Aspect::Kind, format!("is a {is}, was a {was}"))
            });
        }
        if self.input.is_made_anew(record) {
            let text = "somebody made it anew by hand: it is not the table that was applied";
            return Some(changed(Aspect::Name, text.to_owned()));
        }
        let marker = Marker::parse(relation.marker.as_deref()?)?;
        if marker.generation == record.generation {
            return None;
        }
        let mut records = self.input.journal.objects.values();
        let text = if marker.project == self.input.project.name {
            let other = records.find(|other| other.generation == marker.generation)?;
            if other.name == record.name {
                format!("an earlier generation has its name, {}", other.generation)
            } else {
                format!("what has its name was applied as {}", other.name)
            }
        } else {
            format!("project {} has its name now", marker.project)
        };
        Some(changed(Aspect::Name, text))
    }

    fn changes(&self, record: &ObjectRecord, relation: &Relation) -> Vec<Drifted> {
        let mut found: Vec<Drifted> = self.definition(record, relation).into_iter().collect();
        found.extend(self.columns(record, relation));
        let queried = record.kind != RelationKind::Table;
        let standing = Standing {
            name: &record.name,
            relation,
            recorded: &record.companions,
            queried,
        };
        let worn = Worn::remembered(&record.companions);
        let differences = companions::differences(self.input, &standing, &worn);
        found.extend(differing(&differences, record));
        found.extend(added::find(self.input, &standing));
        found
    }

    fn definition(&self, record: &ObjectRecord, relation: &Relation) -> Option<Drifted> {
        let dialect = self.input.project.target.dialect;
        if definition::changed(record, relation, dialect) {
            let now = relation.definition.as_deref();
            let version = relation.version.as_deref();
            let now = now.or_else(|| self.told.get(version?).copied());
            let was = record.observed.as_deref();
            let lines = match (was, now) {
                (Some(was), Some(now)) => difference::lines(was, now),
                _ => Vec::new(),
            };
            return Some(Drifted {
                was: was.map(str::to_owned),
                now: now.map(str::to_owned),
                lines,
                ..changed(Aspect::Definition, "has another definition".to_owned())
            });
        }
        let object = self.input.project.catalog.objects.get(&record.name);
        // Of another text than the one that was applied, nobody can tell what it would be bound to.
        let applied = object
            .is_some_and(|object| object.definition.fingerprint.to_string() == record.fingerprint);
        let rebound = || definition::rebound(self.input, &record.name, relation);
        if let Some(text) = applied.then(rebound).flatten() {
            return Some(changed(Aspect::Reads, text));
        }
        let renamed = definition::renamed(self.input, &record.name, relation)?;
        Some(changed(Aspect::Columns, renamed))
    }

    /// Columns of a table beside those that were applied.
    fn columns(&self, record: &ObjectRecord, relation: &Relation) -> Vec<Drifted> {
        let dialect = self.input.project.target.dialect;
        let found = columns::compare(record, relation, dialect);
        let gone = found.gone.iter().map(|name| {
            let text = format!("column \"{name}\" is gone");
            one(Aspect::Columns, Change::Missing, text)
        });
        let more = found.more.iter().map(|name| {
            let text = format!("column \"{name}\"");
            one(Aspect::Columns, Change::Added, text)
        });
        let other = found.retyped.iter().chain(&found.nulls);
        let other = other.map(|text| changed(Aspect::Columns, text.clone()));
        gone.chain(more).chain(other).collect()
    }

    /// The statement that gives it back its name, where that is all.
    fn statement(&self, record: &ObjectRecord, relation: Option<&Relation>) -> Option<String> {
        if relation.is_some() {
            return None;
        }
        let place = *self.places.get(&record.generation)?;
        if place.schema != record.name.schema {
            return None;
        }
        let kind = self.input.observed.relations.get(place)?.kind;
        let rename = Deed::Rename {
            relation: Physical {
                name: place.clone(),
                kind,
            },
            to: record.name.name.to_string(),
        };
        let statements = self.input.engine.lower(&rename).ok()?;
        let mut statements = statements.into_iter().map(|statement| statement.sql);
        statements.next().filter(|_| statements.next().is_none())
    }
}

impl Input<'_> {
    /// Whether a live record is the one that counts: a script may have put another generation in its
    /// place, and the marker knows.
    pub(in crate::plan) fn is_believed(&self, record: &ObjectRecord) -> bool {
        let Some(marker) = self.marker(&record.name) else {
            return true;
        };
        if marker.generation == record.generation || marker.project != self.project.name {
            return true;
        }
        let mut known = self.journal.objects.values();
        // One that the journal never heard of is a script's, and tells nothing of anybody's hand.
        known.any(|other| {
            let stands = other.name == record.name && other.state == ObjectState::Live;
            other.generation == marker.generation && !stands
        })
    }
}

/// What companions were changed or taken, said of deeds that would give them back.
fn differing(differences: &[Difference], record: &ObjectRecord) -> Vec<Drifted> {
    let mut found: Vec<Drifted> = Vec::new();
    for difference in differences {
        match (&difference.deed, &difference.text) {
            // What stands there of an index that is made anew.
            (Deed::DropIndex { index, sql }, None) => {
                if let Some(last) = found.last_mut() {
                    last.text = format!("index {}", index.name);
                    last.was = record
                        .companions
                        .index_statements
                        .get(&*index.name)
                        .cloned();
                    last.now = Some(sql.clone());
                }
            }
            (_, None) => {}
            (Deed::Options { set, before, .. }, _) => {
                found.extend(set.iter().map(|(name, was)| {
                    let now = before.get(name).cloned().flatten();
                    let change = change(now.as_ref());
                    Drifted {
                        was: was.clone(),
                        now,
                        ..one(Aspect::Options, change, format!("option {name}"))
                    }
                }));
            }
            (deed, Some(_)) => found.extend(of_deed(deed, record)),
        }
    }
    found
}

fn of_deed(deed: &Deed, record: &ObjectRecord) -> Option<Drifted> {
    let told = match deed {
        Deed::Comment { on, text, before } => {
            let on = match on {
                Commented::Relation(_) => "comment".to_owned(),
                Commented::Column { column, .. } => format!("comment on column \"{column}\""),
                Commented::Index(index) => format!("comment on index {index}"),
            };
            Drifted {
                was: text.clone(),
                now: before.clone(),
                ..one(Aspect::Comments, change(before.as_ref()), on)
            }
        }
        Deed::Index { index, sql } => {
            // One that is made anew has another name until the old one is gone.
            let change = match record.companions.indexes.contains_key(&*index.name) {
                true => Change::Missing,
                false => Change::Changed,
            };
            Drifted {
                was: Some(sql.clone()),
                ..one(Aspect::Indexes, change, format!("index {}", index.name))
            }
        }
        Deed::Grant { privilege, .. } => {
            let text = format!("grant of {}", privileges::shown(privilege));
            one(Aspect::Grants, Change::Missing, text)
        }
        Deed::Owner { role, before, .. } => Drifted {
            was: Some(role.clone()),
            now: Some(before.clone()),
            ..changed(Aspect::Owner, "owner".to_owned())
        },
        Deed::Fill { .. } => one(
            Aspect::Rows,
            Change::Missing,
            "holds no rows: nobody can read it until it is filled".to_owned(),
        ),
        _ => return None,
    };
    Some(told)
}

fn change(now: Option<&String>) -> Change {
    match now {
        Some(_) => Change::Changed,
        None => Change::Missing,
    }
}

pub(super) const fn one(aspect: Aspect, change: Change, text: String) -> Drifted {
    Drifted {
        aspect,
        change,
        text,
        was: None,
        now: None,
        lines: Vec::new(),
        grantor: None,
    }
}

const fn changed(aspect: Aspect, text: String) -> Drifted {
    one(aspect, Change::Changed, text)
}

/// Whether a relation is still of the kind that was applied; a table may have got partitions.
const fn same_kind(applied: RelationKind, now: RelationKind) -> bool {
    use RelationKind::{
        ForeignTable, MaterializedView, Partition, PartitionedTable, Sequence, Table, View,
    };
    matches!(
        (applied, now),
        (
            Table | PartitionedTable | Partition,
            Table | PartitionedTable | Partition
        ) | (View, View)
            | (MaterializedView, MaterializedView)
            | (ForeignTable, ForeignTable)
            | (Sequence, Sequence)
    )
}

fn words(kind: RelationKind) -> String {
    kind.as_str().replace('-', " ")
}
