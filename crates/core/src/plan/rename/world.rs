//! The target and the journal as the renames will leave them.

use std::collections::{BTreeMap, BTreeSet};

use dormer_sql::{Dialect, Span};

use super::find::{self, neutral};
use super::{Renamed, Renames, has_text};
use crate::engine::journal::{Journal, ObjectRecord, RecordedCompanions};
use crate::engine::step::Physical;
use crate::model::name::ObjectName;
use crate::model::object::Object;
use crate::model::observed::Observed;
use crate::model::observed::dependency::{Read, Reader};
use crate::model::observed::relation::Relation;
use crate::plan::back::declared_object;
use crate::plan::input::Input;
use crate::plan::readers::Readers;
use crate::plan::text::{self, IndexPlace, Names};
use crate::project::render;

/// A target after its renames.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct World {
    pub observed: Observed,
    pub journal: Journal,
    pub renames: Renames,
}

impl World {
    /// What is known when a plan is made for it.
    #[must_use]
    pub fn input<'a>(&'a self, before: Input<'a>) -> Input<'a> {
        Input {
            observed: &self.observed,
            journal: &self.journal,
            renames: Some(&self.renames),
            ..before
        }
    }
}

/// Finds the renames; none where there is nothing to say of any.
#[must_use]
pub fn world(input: &Input<'_>) -> Option<World> {
    let found = find::renames(input);
    if found.pairs.is_empty() && found.notes.is_empty() {
        return None;
    }
    let pairs = found.pairs.iter();
    let names: Names = pairs
        .map(|(record, object)| (record.name.clone(), object.name.clone()))
        .collect();
    let mut making = Making {
        input,
        dialect: input.project.target.dialect,
        observed: input.observed.clone(),
        journal: input.journal.clone(),
        renames: Renames {
            notes: found.notes,
            ..Renames::default()
        },
        names,
    };
    making.readers();
    for (record, object) in &found.pairs {
        making.renamed(record, object);
    }
    making.dependencies();
    making.above();
    Some(World {
        observed: making.observed,
        journal: making.journal,
        renames: making.renames,
    })
}

/// The name of an index that nobody named: it begins with that of its relation, as far as that fits.
fn follow(index: &str, from: &ObjectName, to: &ObjectName) -> String {
    let rest = index.strip_prefix(&*from.name);
    let rest = rest.filter(|rest| rest.starts_with('_') && rest.len() + to.name.len() < 64);
    rest.map_or_else(|| index.to_owned(), |rest| format!("{}{rest}", to.name))
}

struct Making<'a> {
    input: &'a Input<'a>,
    dialect: Dialect,
    observed: Observed,
    journal: Journal,
    renames: Renames,
    /// Old names to new ones.
    names: Names,
}

impl Making<'_> {
    fn name(&self, name: &ObjectName) -> ObjectName {
        self.names.get(name).unwrap_or(name).clone()
    }

    /// Everything that is bound to what is renamed says the new names.
    fn readers(&mut self) {
        let mut respelled: BTreeSet<&ObjectName> = BTreeSet::new();
        for (reader, reads) in &self.input.observed.dependencies {
            let renamed: Vec<&ObjectName> = reads
                .keys()
                .filter_map(Read::relation)
                .filter(|read| self.names.contains_key(*read) && reader.relation() != Some(*read))
                .collect();
            for read in &renamed {
                let readers = self.renames.readers.entry((*read).clone()).or_default();
                readers.insert(reader.to_string());
            }
            if renamed.is_empty() {
                continue;
            }
            if has_text(reader) {
                let now = self.reader(reader.clone());
                self.renames.bound.insert(now.to_string());
            }
            respelled.extend(reader.relation());
        }
        for name in respelled {
            self.respell(name);
        }
    }

    /// The text of a relation that reads something renamed, in the target and in the journal.
    fn respell(&mut self, name: &ObjectName) {
        let Some(relation) = self.observed.relations.get(name) else {
            return;
        };
        let relation = relation.clone();
        self.look(name, &relation);
        if let Some(relation) = self.observed.relations.get_mut(name)
            && let Some(definition) = &relation.definition
        {
            match text::captured(definition, &self.names, self.dialect) {
                Ok(text) => relation.definition = Some(format!("{text};")),
                Err(_) => {
                    let name = self.names.get(name).unwrap_or(name);
                    self.renames.unreadable.insert(name.clone());
                }
            }
        }
        // What is renamed itself is declared as its file says.
        if self.names.contains_key(name) {
            return;
        }
        let Some(record) = self.input.record(name) else {
            return;
        };
        if let Some(after) = self.declared(record) {
            let key = (record.name.clone(), record.generation.clone());
            self.journal.objects.insert(key, after.clone());
            self.renames.respelled.push((record.clone(), after));
        }
    }

    /// What the journal will say of a reader: what its file says, where that means the same.
    fn declared(&self, record: &ObjectRecord) -> Option<ObjectRecord> {
        let before = declared_object(record, self.dialect)?;
        let mut after = record.clone();
        let new = self.input.project.catalog.objects.get(&record.name);
        let same = new.filter(|new| self.is_same(&before, new));
        if let Some(new) = same {
            after.fingerprint = new.definition.fingerprint.to_string();
            render::definition(new).clone_into(&mut after.declared);
        } else {
            let text = text::create(&before, &record.name, &self.names).ok()?;
            let whole = Span::of(0..text.len());
            after.fingerprint =
                dormer_sql::canonical::fingerprint(&text, whole, self.dialect).to_string();
            after.declared = text;
        }
        Some(after)
    }

    /// Whether a file says what was applied, but for the names.
    fn is_same(&self, before: &Object, new: &Object) -> bool {
        let mut names = Names::new();
        for pair in &self.names {
            find::stand_in(&mut names, pair);
        }
        let print = neutral(before, &names, self.dialect);
        print.is_some() && print == neutral(new, &names, self.dialect)
    }

    /// Remembers how something looks now.
    fn look(&mut self, name: &ObjectName, relation: &Relation) {
        let print = relation.fingerprint().map(|print| print.to_string());
        let now = name.clone();
        self.renames
            .looks
            .entry(self.name(name))
            .or_insert((now, print));
    }

    fn renamed(&mut self, record: &ObjectRecord, object: &Object) {
        let (from, to) = (&record.name, &object.name);
        let Some(mut relation) = self.observed.relations.remove(from) else {
            return;
        };
        // One that reads another renamed one was looked at before it was changed.
        if !self.renames.looks.contains_key(to) {
            self.look(from, &relation);
        }
        let mut after = ObjectRecord {
            name: to.clone(),
            physical: to.name.to_string(),
            fingerprint: object.definition.fingerprint.to_string(),
            declared: render::definition(object).to_owned(),
            ..record.clone()
        };
        let indexes = self.indexes((from, object), (&mut relation, &mut after.companions));
        self.observed.relations.insert(to.clone(), relation);
        let key = (from.clone(), record.generation.clone());
        self.journal.objects.remove(&key);
        let key = (to.clone(), record.generation.clone());
        self.journal.objects.insert(key, after.clone());
        self.renames.found.push(Renamed {
            from: Physical {
                name: from.clone(),
                kind: record.kind,
            },
            to: to.clone(),
            record: after,
            indexes,
        });
    }

    /// Its indexes say the new name, and those that are declared under other names get these.
    fn indexes(
        &self,
        (from, object): (&ObjectName, &Object),
        (relation, recorded): (&mut Relation, &mut RecordedCompanions),
    ) -> Vec<(ObjectName, String)> {
        let declared = self.declared_indexes(object);
        let mut renamed = Vec::new();
        let mut known = RecordedCompanions::default();
        for (name, statement) in std::mem::take(&mut recorded.index_statements) {
            let print = recorded.indexes.remove(&name).unwrap_or_default();
            let neutral = self.neutral_index(&statement);
            let alike: Vec<(String, &String)> = declared
                .iter()
                .filter(|(_, declared)| self.neutral_index(declared) == neutral)
                .map(|(called, declared)| {
                    let called = called.clone();
                    (
                        called.unwrap_or_else(|| follow(&name, from, &object.name)),
                        declared,
                    )
                })
                .collect();
            let own = alike.iter().find(|(called, _)| *called == name);
            let other = match alike.as_slice() {
                [one] if self.is_free(object, &one.0) => Some(one),
                _ => None,
            };
            let (called, print, statement) = match own.or(other) {
                Some((called, declared)) => {
                    (called.clone(), self.print(declared), (*declared).clone())
                }
                None => (name.clone(), print, statement),
            };
            if let Some(mut index) = relation.indexes.remove(&name) {
                let place = IndexPlace {
                    name: &called,
                    on: &object.name,
                };
                if let Ok(text) = text::index(&index.definition, place, self.dialect) {
                    index.definition = text;
                }
                relation.indexes.insert(called.clone(), index);
                if called != name {
                    let now = ObjectName::new(&object.name.schema, &name);
                    renamed.push((now, called.clone()));
                }
            }
            known.indexes.insert(called.clone(), print);
            known.index_statements.insert(called, statement);
        }
        recorded.indexes.append(&mut known.indexes);
        recorded.index_statements = known.index_statements;
        renamed
    }

    /// The indexes of a file, with their names where it gives them any.
    fn declared_indexes(&self, object: &Object) -> Vec<(Option<String>, String)> {
        let source = &object.source.text;
        let indexes = object.companions.indexes.iter();
        indexes
            .map(|index| {
                let name = index.index.name.as_ref();
                let name = name.map(|name| name.last().to_owned());
                (name, index.span.slice(source).to_owned())
            })
            .collect()
    }

    /// Whether nothing in the schema has the name.
    fn is_free(&self, object: &Object, name: &str) -> bool {
        let mut relations = self.input.observed.relations.iter();
        relations.all(|(relation, found)| {
            relation.schema != object.name.schema
                || (*relation.name != *name && !found.indexes.contains_key(name))
        })
    }

    fn print(&self, sql: &str) -> String {
        let whole = Span::of(0..sql.len());
        dormer_sql::canonical::fingerprint(sql, whole, self.dialect).to_string()
    }

    fn neutral_index(&self, sql: &str) -> Option<String> {
        let nobody = ObjectName::new("", "");
        let place = IndexPlace {
            name: "",
            on: &nobody,
        };
        let text = text::index(sql, place, self.dialect).ok()?;
        Some(self.print(&text))
    }

    fn reader(&self, reader: Reader) -> Reader {
        match reader {
            Reader::Relation(name) => Reader::Relation(self.name(&name)),
            Reader::Rule { on, name } => Reader::Rule {
                on: self.name(&on),
                name,
            },
            Reader::Policy { on, name } => Reader::Policy {
                on: self.name(&on),
                name,
            },
            Reader::Default { of, column } => Reader::Default {
                of: self.name(&of),
                column,
            },
            Reader::Column { of, column } => Reader::Column {
                of: self.name(&of),
                column,
            },
            Reader::Function(name) => Reader::Function(name),
        }
    }

    fn dependencies(&mut self) {
        let all = std::mem::take(&mut self.observed.dependencies);
        let read = |read: Read| match read {
            Read::Relation(name) => Read::Relation(self.name(&name)),
            Read::RowType(name) => Read::RowType(self.name(&name)),
            Read::Function(name) => Read::Function(name),
        };
        let mut mapped = BTreeMap::new();
        for (reader, reads) in all {
            let reads: BTreeMap<Read, _> = reads
                .into_iter()
                .map(|(of, columns)| (read(of), columns))
                .collect();
            mapped.insert(self.reader(reader), reads);
        }
        self.observed.dependencies = mapped;
    }

    fn above(&mut self) {
        let renamed: BTreeSet<ObjectName> = self.names.values().cloned().collect();
        let input = Input {
            observed: &self.observed,
            journal: &self.journal,
            ..*self.input
        };
        let mut above = Readers::of(&input).above(&renamed);
        above.extend(renamed);
        self.renames.above = above;
    }
}
