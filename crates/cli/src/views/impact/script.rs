//! The script around somebody's own change: what is taken, a place for the change, what is put back.
//!
//! **One transaction:** readers wait and never find anything missing, and whatever fails undoes all of it.

use std::fmt;

use dormer_core::engine::step::{Millis, Statement};
use dormer_core::model::name::ObjectName;
use dormer_core::plan::impact::{Passage, Script};
use serde::{Serialize, Serializer};

use super::titled;
use crate::views::plan::sql::{one, one_line};
use crate::views::style::count;

/// The result of `dormer impact --script`.
#[derive(Debug)]
pub(crate) struct ScriptView {
    pub(crate) object: ObjectName,
    pub(crate) column: Option<String>,
    pub(crate) target: String,
    pub(crate) engine: String,
    pub(crate) lock_timeout: Millis,
    /// What is set before things are put back.
    pub(crate) again: Vec<Statement>,
    pub(crate) script: Script,
    /// The command that says what is left to do.
    pub(crate) plan: String,
}

impl ScriptView {
    fn subject(&self) -> String {
        one_line(&titled(&self.object, self.column.as_deref()))
    }

    fn head(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = self.subject();
        let (target, engine) = (one_line(&self.target), one_line(&self.engine));
        writeln!(
            f,
            "-- Around a change of {subject} in target {target} ({engine})."
        )?;
        let taken = count(self.script.taken.len(), "thing");
        writeln!(
            f,
            "-- {taken} in its way: taken away in part 1, put back as it was in part 3."
        )?;
        writeln!(
            f,
            "--\n\
             -- All of it is one transaction: readers of what is named below wait until its end, and\n\
             -- whatever fails undoes everything. Nothing is taken along that is not named: where\n\
             -- something new stands on it, a DROP is refused. Make the script anew right before it is run.\n\
             -- Run it as a role that may do this: a member of the roles that own what is named."
        )?;
        for note in &self.script.notes {
            writeln!(f, "-- NOTE {}", one_line(note))?;
        }
        writeln!(f, "\\set ON_ERROR_STOP on")
    }
}

impl fmt::Display for ScriptView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.head(f)?;
        writeln!(f, "\nBEGIN;")?;
        writeln!(f, "SET LOCAL lock_timeout = '{}ms';", self.lock_timeout.0)?;
        writeln!(f, "\n-- Part 1 of 3: what stands in the way")?;
        passages(f, &self.script.taken)?;
        let subject = self.subject();
        writeln!(
            f,
            "\n-- Part 2 of 3: your change here\n\
             -- >>>\n\
             -- {}\n\
             -- <<<",
            match &self.column {
                Some(_) => format!("ALTER TABLE .. ALTER COLUMN .. TYPE ..;   of {subject}"),
                None => format!("ALTER TABLE ..;   of {subject}"),
            }
        )?;
        writeln!(f, "\n-- Part 3 of 3: everything as it was")?;
        for statement in &self.again {
            one(statement, f)?;
        }
        passages(f, &self.script.restored)?;
        writeln!(f, "\nCOMMIT;")?;
        if !self.script.after.is_empty() {
            writeln!(
                f,
                "\n-- Readers wait no more; what follows makes their plans good again."
            )?;
            for statement in self.script.after.iter().flat_map(|one| &one.statements) {
                one(statement, f)?;
            }
        }
        writeln!(
            f,
            "\n-- The journal knows all of it still. What is left to do, if anything:  {}",
            one_line(&self.plan)
        )
    }
}

fn passages(f: &mut fmt::Formatter<'_>, passages: &[Passage]) -> fmt::Result {
    if passages.is_empty() {
        writeln!(f, "-- nothing")?;
    }
    for passage in passages {
        writeln!(f, "\n-- {}", one_line(&passage.title))?;
        for statement in &passage.statements {
            one(statement, f)?;
        }
    }
    Ok(())
}

/// A passage as JSON.
#[derive(Debug, Serialize)]
struct PassageFields<'a> {
    title: &'a str,
    statements: Vec<&'a str>,
}

/// The view as JSON.
#[derive(Debug, Serialize)]
struct Fields<'a> {
    object: &'a ObjectName,
    column: &'a Option<String>,
    target: &'a str,
    notes: &'a [String],
    taken: Vec<PassageFields<'a>>,
    restored: Vec<PassageFields<'a>>,
    after: Vec<PassageFields<'a>>,
    /// The whole, as text.
    script: String,
}

impl Serialize for ScriptView {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Fields {
            object: &self.object,
            column: &self.column,
            target: &self.target,
            notes: &self.script.notes,
            taken: fields(&self.script.taken),
            restored: fields(&self.script.restored),
            after: fields(&self.script.after),
            script: self.to_string(),
        }
        .serialize(serializer)
    }
}

fn fields(passages: &[Passage]) -> Vec<PassageFields<'_>> {
    passages
        .iter()
        .map(|passage| PassageFields {
            title: &passage.title,
            statements: passage
                .statements
                .iter()
                .map(|statement| statement.sql.as_str())
                .collect(),
        })
        .collect()
}
