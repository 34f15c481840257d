//! What the target is asked before a plan is made: does a definition mean the same, and what would the
//! new generations look like.
//!
//! - **Now**: a declared query that differs from what was applied, over what is there. Where the target
//!   spells it as the relation that it has, nothing has to be built.
//! - **Next**: the same over the drafts of what changes, and every reader above: the columns and types of
//!   what will be, and what the target would refuse.

use std::collections::{BTreeMap, BTreeSet};

use super::decide::standing::{self, Standing};
use super::input::Input;
use super::readers::Readers;
use super::rename::Renames;
use super::text::{self, Names};
use crate::engine::ErrorKind;
use crate::engine::session::{Draft, Rehearsed};
use crate::model::name::ObjectName;
use crate::model::object::Object;
use crate::model::observed::relation::RelationKind;

/// One draft and what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub of: ObjectName,
    pub when: When,
    pub draft: Draft,
    /// The drafts that it reads, by their scratch names.
    pub over: BTreeSet<String>,
}

/// Over which state of the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    Now,
    Next,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rehearsal {
    Asked {
        answers: BTreeMap<(ObjectName, When), Rehearsed>,
        /// Those that somebody's lock stands before.
        locked: BTreeSet<ObjectName>,
    },
    NotAsked {
        why: String,
    },
}

impl Rehearsal {
    /// Joins questions with their answers, which come in the same order. **A lock that was not had in
    /// time is no answer:** nothing is known of that draft, nor of those that read it.
    #[must_use]
    pub fn of(questions: Vec<Question>, answers: Vec<Rehearsed>) -> Self {
        let drafts: BTreeMap<String, String> = questions
            .iter()
            .map(|question| (question.draft.scratch.clone(), question.of.to_string()))
            .collect();
        let mut answered = BTreeMap::new();
        let mut blind: BTreeSet<String> = BTreeSet::new();
        let mut locked = BTreeSet::new();
        for (question, mut answer) in questions.into_iter().zip(answers) {
            if let Rehearsed::Refused(error) = &answer
                && (error.kind == ErrorKind::LockTimeout || !blind.is_disjoint(&question.over))
            {
                blind.insert(question.draft.scratch);
                locked.insert(question.of);
                continue;
            }
            if let Rehearsed::Accepted { columns, .. } = &mut answer {
                for (_, type_name) in columns {
                    if let Some(shown) = rows_of_draft(type_name, &drafts) {
                        *type_name = shown;
                    }
                }
            }
            answered.insert((question.of, question.when), answer);
        }
        Self::Asked {
            answers: answered,
            locked,
        }
    }

    /// The same answers in the names that renames will give.
    #[must_use]
    pub fn after_renames(mut self, input: &Input<'_>) -> Self {
        if let (Self::Asked { answers, .. }, Some(renames)) = (&mut self, input.renames) {
            let dialect = input.project.target.dialect;
            for answer in answers.values_mut() {
                if let Rehearsed::Accepted { definition, .. } = answer
                    && let Some(respelled) = renames.respelled(definition, dialect)
                {
                    *definition = respelled;
                }
            }
        }
        self
    }

    pub(in crate::plan) fn answer(&self, of: &ObjectName, when: When) -> Option<&Rehearsed> {
        match self {
            Self::Asked { answers, .. } => answers.get(&(of.clone(), when)),
            Self::NotAsked { .. } => None,
        }
    }

    /// The columns that the new generation will have, where the target said so.
    pub(in crate::plan) fn columns(&self, of: &ObjectName) -> Option<&[(String, String)]> {
        match self
            .answer(of, When::Next)
            .or_else(|| self.answer(of, When::Now))
        {
            Some(Rehearsed::Accepted { columns, .. }) => Some(columns),
            _ => None,
        }
    }
}

/// The type of the rows of a draft, in words: **it is another one than that of what has the name now.**
fn rows_of_draft(type_name: &str, drafts: &BTreeMap<String, String>) -> Option<String> {
    let bare = type_name.strip_prefix("pg_temp.").unwrap_or(type_name);
    let one = bare.trim_end_matches("[]");
    let of = drafts.get(one)?;
    let lists = bare.get(one.len()..).unwrap_or_default();
    Some(format!("rows of the new {of}{lists}"))
}

/// The questions, in an order in which each reads only drafts before it. None where nothing changed.
#[must_use]
pub fn questions(input: &Input<'_>) -> Vec<Question> {
    let Some(scratch) = input.engine.capabilities().scratch_schema else {
        return Vec::new();
    };
    let mut asked = Questions {
        input,
        scratch,
        found: Vec::new(),
    };
    // What is renamed first has its old name as long as questions are asked.
    let before = input.renames.map(Renames::back).unwrap_or_default();
    let mut changed = BTreeSet::new();
    for (name, object) in &input.project.catalog.objects {
        if !input.wants(name) || object.definition.query.is_none() {
            continue;
        }
        match standing::of(input, object, None) {
            Standing::Missing if input.record(name).is_some() => {
                changed.insert(name.clone());
            }
            Standing::Missing | Standing::Same => {}
            Standing::Changed { .. } | Standing::Stranger | Standing::OtherKind { .. } => {
                if input.observed.relations.contains_key(name) {
                    asked.declared(name, When::Now, &before);
                }
                changed.insert(name.clone());
            }
        }
    }
    let readers = Readers::of(input);
    let above = readers.above(&changed);
    let mut wanted: BTreeSet<ObjectName> = above.union(&changed).cloned().collect();
    // New objects that one of them reads are there only as drafts.
    let mut open: Vec<ObjectName> = wanted.iter().cloned().collect();
    while let Some(name) = open.pop() {
        for read in input.graph.reads.get(&name).into_iter().flatten() {
            let new = input.project.catalog.objects.contains_key(read)
                && !input.observed.relations.contains_key(read);
            if new && wanted.insert(read.clone()) {
                open.push(read.clone());
            }
        }
    }
    let mut names = before;
    let mut blind = unsettled_tables(input);
    for name in readers.in_order(&wanted) {
        // There is no draft of a table: what reads one that is not there yet would be refused.
        if readers.reads(&name).any(|read| blind.contains(read)) {
            blind.insert(name);
            continue;
        }
        let made = if input.project.catalog.objects.contains_key(&name) {
            asked.declared(&name, When::Next, &names)
        } else {
            asked.external(&name, &names)
        };
        if let Some(scratch) = made {
            let over = readers.reads(&name).filter_map(|read| names.get(read));
            if let Some(question) = asked.found.last_mut() {
                question.over = over.map(|scratch| scratch.name.to_string()).collect();
            }
            names.insert(name, scratch);
        }
    }
    asked.found
}

/// What the files mean of objects that stand, over what stands now: asked where nobody can tell without,
/// and for nothing else. Of a table, the types of its columns.
#[must_use]
pub fn of_what_stands(input: &Input<'_>) -> Vec<Question> {
    let Some(scratch) = input.engine.capabilities().scratch_schema else {
        return Vec::new();
    };
    let mut asked = Questions {
        input,
        scratch,
        found: Vec::new(),
    };
    let there = |name: &ObjectName| input.observed.relations.contains_key(name);
    let objects = input.project.catalog.objects.iter();
    for (name, object) in objects.filter(|(name, _)| input.wants(name) && there(name)) {
        if object.definition.query.is_none() {
            if input.record(name).is_none() {
                asked.table(object);
            }
        } else if standing::of(input, object, None) != Standing::Same {
            asked.declared(name, When::Now, &Names::new());
        }
    }
    asked.found
}

/// Declared tables that the plan makes or changes.
fn unsettled_tables(input: &Input<'_>) -> BTreeSet<ObjectName> {
    let objects = input.project.catalog.objects.values();
    let tables = objects.filter(|object| object.definition.query.is_none());
    tables
        .filter(|table| standing::of(input, table, None) != Standing::Same)
        .map(|table| table.name.clone())
        .collect()
}

struct Questions<'a> {
    input: &'a Input<'a>,
    scratch: &'static str,
    found: Vec<Question>,
}

impl Questions<'_> {
    fn declared(&mut self, name: &ObjectName, when: When, names: &Names) -> Option<ObjectName> {
        let object = self.input.project.catalog.objects.get(name)?;
        // What cannot be given other names is refused where it is decided.
        let query = text::query(object, names).ok()?;
        let columns = object.definition.head_columns.iter();
        let columns = columns.map(|column| column.value.to_string()).collect();
        Some(self.ask(name, when, (columns, query)))
    }

    /// No draft can be made of a table: one row of nothing has its columns.
    fn table(&mut self, object: &Object) -> Option<ObjectName> {
        let query = text::columns_as_query(object)?;
        Some(self.ask(&object.name, When::Now, (Vec::new(), query)))
    }

    fn external(&mut self, name: &ObjectName, names: &Names) -> Option<ObjectName> {
        let relation = self.input.observed.relations.get(name)?;
        if !matches!(
            relation.kind,
            RelationKind::View | RelationKind::MaterializedView
        ) {
            return None;
        }
        let dialect = self.input.project.target.dialect;
        let query = text::captured(relation.definition.as_deref()?, names, dialect).ok()?;
        let columns = relation.columns.iter();
        let columns = columns.map(|column| column.name.clone()).collect();
        Some(self.ask(name, When::Next, (columns, query)))
    }

    fn ask(&mut self, of: &ObjectName, when: When, head: (Vec<String>, String)) -> ObjectName {
        let (columns, query) = head;
        let scratch = format!("dormer_{}", self.found.len());
        let name = ObjectName::new(self.scratch, &scratch);
        self.found.push(Question {
            of: of.clone(),
            when,
            draft: Draft {
                scratch,
                columns,
                query,
            },
            over: BTreeSet::new(),
        });
        name
    }
}
