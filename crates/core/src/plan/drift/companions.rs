//! What an object wears, beside what it should: comments, grants, indexes, options, owner, rows.
//!
//! **One comparison for both questions:** with what a file says it tells a plan what to alter, and with what
//! the journal remembers it tells what somebody changed by hand. What it finds are deeds, which would make
//! the two equal. **What nobody declared is never among them.**

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::Generation;
use crate::engine::journal::RecordedCompanions;
use crate::engine::step::{Commented, Deed, Physical};
use crate::model::name::ObjectName;
use crate::model::observed::relation::{Relation, RelationKind};
use crate::plan::decide::privileges;
use crate::plan::decide::worn::{self, Worn};
use crate::plan::input::Input;
use crate::plan::text::{self, IndexPlace};

/// One thing that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::plan) struct Difference {
    /// None for what only belongs to another one.
    pub(in crate::plan) text: Option<String>,
    pub(in crate::plan) deed: Deed,
}

/// An object as it is, and what Dormer itself gave it.
#[derive(Debug, Clone, Copy)]
pub(in crate::plan) struct Standing<'a> {
    pub(in crate::plan) name: &'a ObjectName,
    pub(in crate::plan) relation: &'a Relation,
    pub(in crate::plan) recorded: &'a RecordedCompanions,
    /// Whether it is a view whose options are its companions, as opposed to a table's.
    pub(in crate::plan) queried: bool,
}

/// Finds what has to be done so that it wears what it should.
pub(in crate::plan) fn differences(
    input: &Input<'_>,
    standing: &Standing<'_>,
    worn: &Worn,
) -> Vec<Difference> {
    let mut comparing = Comparing {
        input,
        name: standing.name,
        relation: standing.relation,
        worn,
        recorded: standing.recorded,
        found: Vec::new(),
    };
    comparing.comments();
    comparing.indexes();
    comparing.grants();
    if standing.queried {
        comparing.options();
    }
    comparing.owner();
    comparing.rows();
    comparing.found
}

struct Comparing<'a, 'b> {
    input: &'a Input<'b>,
    name: &'a ObjectName,
    relation: &'a Relation,
    worn: &'a Worn,
    recorded: &'a RecordedCompanions,
    found: Vec<Difference>,
}

impl Comparing<'_, '_> {
    fn physical(&self) -> Physical {
        Physical {
            name: self.name.clone(),
            kind: self.relation.kind,
        }
    }

    fn differs(&mut self, text: impl Into<String>, deed: Deed) {
        self.found.push(Difference {
            text: Some(text.into()),
            deed,
        });
    }

    /// An index is made beside the old one, which is dropped for it then: readers wait for no build.
    fn made_anew(&mut self, sql: &str, (name, before): (&str, &str)) {
        let dialect = self.input.project.target.dialect;
        let longest = self.input.engine.capabilities().name_bytes;
        let beside = Generation::new(self.input.run, self.name).name(name, longest);
        let place = IndexPlace {
            name: &beside,
            on: self.name,
        };
        let Ok(sql) = text::index(sql, place, dialect) else {
            return;
        };
        let of = |name: &str| ObjectName::new(&self.name.schema, name);
        let (index, beside) = (of(name), of(&beside));
        self.differs(
            format!("index {name} changed"),
            Deed::Index {
                index: beside.clone(),
                sql,
            },
        );
        let gone = Deed::DropIndex {
            index,
            sql: before.to_owned(),
        };
        let named = Deed::RenameIndex {
            index: beside,
            to: name.to_owned(),
        };
        let quiet = |deed| Difference { text: None, deed };
        self.found.extend([gone, named].map(quiet));
    }

    fn comments(&mut self) {
        let before = self.relation.comment.clone();
        let given = self.recorded.comment.is_some() && self.recorded.comment == before;
        let wanted = match &self.worn.comment {
            None if given => None,
            None => before.clone(),
            declared => declared.clone(),
        };
        if wanted != before {
            let on = Commented::Relation(self.physical());
            self.differs(
                "comment changed",
                Deed::Comment {
                    on,
                    text: wanted,
                    before,
                },
            );
        }
        let columns = &self.relation.columns;
        for column in columns {
            let before = column.comment.clone();
            let given = self.recorded.column_comments.get(&column.name);
            let wanted = match self.worn.column_comments.get(&column.name) {
                Some(text) => Some(text.clone()),
                None if given.is_some() && given == before.as_ref() => None,
                None => before.clone(),
            };
            if wanted != before {
                let on = Commented::Column {
                    of: self.name.clone(),
                    column: column.name.clone(),
                };
                self.differs(
                    format!("comment on column {} changed", column.name),
                    Deed::Comment {
                        on,
                        text: wanted,
                        before,
                    },
                );
            }
        }
    }

    fn indexes(&mut self) {
        let dialect = self.input.project.target.dialect;
        let recorded = self.worn.recorded(dialect).indexes;
        for (name, sql) in &self.worn.indexes {
            let place = IndexPlace {
                name,
                on: self.name,
            };
            let Ok(sql) = text::index(sql, place, dialect) else {
                continue;
            };
            let index = ObjectName::new(&self.name.schema, name);
            let make = Deed::Index {
                index: index.clone(),
                sql: sql.clone(),
            };
            let Some(there) = self.relation.indexes.get(name) else {
                self.differs(format!("index {name} is missing"), make);
                continue;
            };
            let known = self.recorded.indexes.get(name);
            let same = match (known, recorded.get(name)) {
                (Some(known), Some(declared)) if known == declared => {
                    // Somebody may have made another one of the same name.
                    there.valid && worn::same_index(&sql, &there.definition, dialect)
                }
                (Some(_), _) => false,
                (None, _) => there.valid && worn::same_index(&sql, &there.definition, dialect),
            };
            if !same {
                self.made_anew(&sql, (name, &there.definition));
            }
        }
        for name in self.recorded.indexes.keys() {
            let Some(there) = self.relation.indexes.get(name) else {
                continue;
            };
            if !self.worn.indexes.contains_key(name) && there.constraint.is_none() {
                self.differs(
                    format!("index {name} is not declared any more"),
                    Deed::DropIndex {
                        index: ObjectName::new(&self.name.schema, name),
                        sql: there.definition.clone(),
                    },
                );
            }
        }
    }

    /// What is taken goes first: it may take more than it names, which is given again.
    fn grants(&mut self) {
        let all = &self.input.engine.capabilities().privileges;
        let mut given = privileges::observed(self.relation);
        let owner = crate::model::observed::grant::Holder::Role(self.relation.owner.clone());
        let declared = privileges::spelled(&self.worn.grants, all);
        let recorded = privileges::spelled(&self.recorded.grants, all);
        let mut wanted = self.worn.grants.clone();
        for privilege in &recorded {
            let one = BTreeSet::from([privilege.clone()]);
            let kept = privileges::missing(&one, &declared, all).is_empty();
            if kept || !given.contains(privilege) {
                continue;
            }
            let (taken, left): (BTreeSet<_>, BTreeSet<_>) = given
                .into_iter()
                .partition(|other| privileges::goes_with(other, privilege));
            given = left;
            wanted.extend(taken.difference(&recorded).cloned());
            let shown = privileges::shown(privilege);
            let text = format!("grant of {shown} is not declared any more");
            let (on, privilege) = (self.physical(), privilege.clone());
            self.differs(text, Deed::Revoke { on, privilege });
        }
        for privilege in privileges::missing(&wanted, &given, all) {
            if privilege.holder != owner {
                let text = format!("grant of {} is missing", privileges::shown(&privilege));
                let on = self.physical();
                self.differs(text, Deed::Grant { on, privilege });
            }
        }
    }

    fn options(&mut self) {
        if self.relation.kind == RelationKind::Table {
            return;
        }
        let mut set = BTreeMap::new();
        let mut before = BTreeMap::new();
        // The target tells nothing of the options of what is stored apart.
        let there = |name: &String| {
            let apart = name.starts_with("toast.");
            let known = apart.then(|| self.recorded.options.get(name)).flatten();
            self.relation.options.get(name).or(known)
        };
        for (name, value) in &self.worn.options {
            let there = there(name);
            if there.is_none_or(|there| !worn::same_value(there, value)) {
                set.insert(name.clone(), Some(value.clone()));
                before.insert(name.clone(), there.cloned());
            }
        }
        for (name, value) in &self.recorded.options {
            let there = there(name);
            let ours = there.is_some_and(|there| worn::same_value(there, value));
            if ours && !self.worn.options.contains_key(name) {
                set.insert(name.clone(), None);
                before.insert(name.clone(), there.cloned());
            }
        }
        if !set.is_empty() {
            let names: Vec<&str> = set.keys().map(String::as_str).collect();
            let text = format!("options changed: {}", names.join(", "));
            let relation = self.physical();
            self.differs(
                text,
                Deed::Options {
                    relation,
                    set,
                    before,
                },
            );
        }
    }

    /// A fill that failed, or somebody's `WITH NO DATA`, left it so that nobody can read it.
    fn rows(&mut self) {
        if self.relation.kind != RelationKind::MaterializedView || self.relation.populated {
            return;
        }
        let relation = self.physical();
        self.differs("was never filled", Deed::Fill { relation });
    }

    fn owner(&mut self) {
        let Some(role) = &self.worn.owner else { return };
        if *role != self.relation.owner {
            let deed = Deed::Owner {
                relation: self.physical(),
                role: role.clone(),
                before: self.relation.owner.clone(),
            };
            self.differs(
                format!("owner is {}, not {role}", self.relation.owner),
                deed,
            );
        }
    }
}
