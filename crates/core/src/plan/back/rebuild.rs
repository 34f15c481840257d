//! The way back of a run whose generations before it are kept no more: what was declared then is built
//! anew, like a change of the files.
//!
//! 1. [`Earlier::before`] makes the project as it was deployed before the run: what the run changed has the
//!    text and the companions from before it, and what it created is not declared. **Everything else
//!    is as the journal has it, whatever the files say now:** a pending change is none of a rollback.
//! 2. That project is decided on as any other, for the objects of the run alone.
//! 3. [`anew`] makes the plan of it, whose last step says that the run is taken back.
//!
//! **All or nothing is built anew,** also where some generations are kept: a plan of two ways would
//! swap in rows of two times. No audit runs: those of the files are meant for other texts.
//! Declared tables stay as they are: their rows are nowhere else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dormer_sql::statement::Noun;
use dormer_sql::{Dialect, Ident, Span};

use super::record::old_of;
use super::rollback::PastRun;
use super::{Obstacle, ObstacleKind};
use crate::diagnostic::FilePath;
use crate::engine::hazard::{HazardKind, Note, NoteKind};
use crate::engine::journal::{
    Journal, ObjectRecord, ObjectState, Record, RecordedCompanions, RunState,
};
use crate::engine::step::{Privilege, Step, StepId, StepKind};
use crate::graph::Graph;
use crate::model::kind::ObjectKind;
use crate::model::name::ObjectName;
use crate::model::object::{
    Companions, DeclaredComment, DeclaredGrant, DeclaredOwner, Grantee, Object, SourceText,
};
use crate::model::observed::grant::Holder;
use crate::plan::change::{Action, Reason, ReasonKind};
use crate::plan::decision::Decisions;
use crate::plan::sequence::{self, Frame};
use crate::plan::{Plan, PlannedStep, Refusal};
use crate::project::Project;
use crate::project::compile::Parsed;
use crate::project::readers::sql;

/// The project as it was deployed before a run.
#[derive(Debug)]
pub struct Earlier {
    pub project: Project,
    pub graph: Graph,
    /// The objects that the run changed: the plan is for these.
    pub touched: BTreeSet<ObjectName>,
    /// Those that it made.
    created: BTreeSet<ObjectName>,
    notes: Vec<Note>,
}

/// Whether building anew is the way round everything that stands in the way.
#[must_use]
pub fn rebuildable(obstacles: &[Obstacle]) -> bool {
    obstacles.iter().all(|obstacle| {
        matches!(
            obstacle.kind,
            ObstacleKind::KeptNoMore | ObstacleKind::Grown
        )
    })
}

/// The objects whose generations before a run have to be asked for.
#[must_use]
pub fn replaced(past: PastRun<'_>) -> BTreeSet<ObjectName> {
    let steps = past.done();
    let records = steps.flat_map(|planned| planned.step.records.iter());
    records
        .filter_map(|record| old_of(record).map(|(name, _, _)| name.clone()))
        .collect()
}

impl Earlier {
    /// Finds what was deployed before a run; `gone` is what the journal remembers of generations that are
    /// no more.
    ///
    /// # Errors
    ///
    /// With every object whose definition of then nobody wrote down.
    pub fn before(
        past: PastRun<'_>,
        journal: &Journal,
        gone: &[ObjectRecord],
        project: &Project,
    ) -> Result<Self, Vec<Obstacle>> {
        let before = Before::of(past, journal, gone, project);
        let live = journal.objects.values().filter(|record| {
            record.state == ObjectState::Live && record.project.as_deref() == Some(&project.name)
        });
        let mut read = Reading {
            run: past.plan.run.as_str(),
            dialect: project.target.dialect,
            objects: BTreeMap::new(),
            notes: Vec::new(),
            refused: Vec::new(),
        };
        for record in live {
            let now = Text {
                declared: &record.declared,
                companions: &record.companions,
            };
            match before.of.get(&record.name) {
                Some(before) => read.touched(&record.name, Some(now), *before),
                None => read.untouched(&record.name, now),
            }
        }
        for (name, before) in &before.of {
            if journal.live(name).is_none() {
                read.touched(name, None, *before);
            }
        }
        if !read.refused.is_empty() {
            return Err(read.refused);
        }
        let objects = read.objects;
        let created = before.of.iter().filter(|(_, before)| before.is_none());
        let created = created.map(|(name, _)| name.clone()).collect();
        let touched = before.of.into_keys().collect();
        let mut earlier = Project {
            name: project.name.clone(),
            target: project.target.clone(),
            externals: project.externals.clone(),
            settings: project.settings.clone(),
            ..Project::default()
        };
        // The owner is what the journal says, whatever the settings say now.
        for settings in earlier.settings.values_mut() {
            if settings.owner.is_some() {
                Arc::make_mut(settings).owner = None;
            }
        }
        earlier.catalog.objects = objects;
        let graph = Graph::build(&earlier.catalog);
        Ok(Self {
            project: earlier,
            graph,
            touched,
            created,
            notes: read.notes,
        })
    }
}

/// Makes the plan of what was decided on an earlier project.
#[must_use]
pub fn anew(
    mut decisions: Decisions,
    earlier: &Earlier,
    past: PastRun<'_>,
    frame: &Frame<'_>,
) -> Plan {
    let run = &past.plan.run;
    for (name, decision) in &mut decisions.objects {
        if decision.action == Action::Keep || !earlier.touched.contains(name) {
            continue;
        }
        let taken_back = Reason {
            kind: ReasonKind::Requested,
            text: format!("run {run} is taken back"),
        };
        match decision.action {
            Action::Create | Action::Drop => decision.reasons = vec![taken_back],
            Action::Alter
            | Action::Replace
            | Action::Carry
            | Action::Keep
            | Action::Adopt
            | Action::Mend => {
                decision.reasons.insert(0, taken_back);
            }
        }
    }
    // What the run made is retired as by every rollback, which asks for no leave.
    decisions.hazards.retain(|hazard| {
        let created = hazard.object.as_ref();
        let created = created.is_some_and(|name| earlier.created.contains(name));
        hazard.kind != HazardKind::DataLoss || !created
    });
    decisions.notes.extend(earlier.notes.iter().cloned());
    let built = decisions
        .objects
        .values()
        .filter(|decision| matches!(decision.action, Action::Create | Action::Replace));
    let text = match built.count() {
        0 => None,
        1 => Some("1 object is built by an earlier definition, with the rows of today".to_owned()),
        count => Some(format!(
            "{count} objects are built by earlier definitions, with the rows of today"
        )),
    };
    decisions.notes.extend(text.map(|text| Note {
        kind: NoteKind::BuiltAnew,
        object: None,
        text,
    }));
    decisions.notes.sort();
    let mut plan = sequence::plan(decisions, frame);
    plan.steps.push(taken_back(&plan, past));
    plan
}

/// The last step: it waits for all others.
fn taken_back(plan: &Plan, past: PastRun<'_>) -> PlannedStep {
    let run = &past.plan.run;
    let needs: BTreeSet<StepId> = plan.steps.iter().map(|step| step.step.id).collect();
    let last = needs.last().map_or(0, |last| last.0);
    PlannedStep {
        step: Step {
            id: StepId(last + 1),
            kind: StepKind::Settle,
            title: format!("settle run {run} as taken back"),
            object: None,
            deeds: Vec::new(),
            needs,
            records: vec![Record::Run {
                run: run.clone(),
                state: RunState::RolledBack,
            }],
        },
        statements: Vec::new(),
        forecast: None,
        inputs: Vec::new(),
        undo: Vec::new(),
    }
}

/// What the journal holds of how something was declared.
#[derive(Debug, Clone, Copy)]
struct Text<'a> {
    /// Empty where nobody wrote it down.
    declared: &'a str,
    companions: &'a RecordedCompanions,
}

/// What each object of a run was before it; none for what was not there.
struct Before<'a> {
    of: BTreeMap<ObjectName, Option<Text<'a>>>,
}

impl<'a> Before<'a> {
    fn of(
        past: PastRun<'a>,
        journal: &'a Journal,
        gone: &'a [ObjectRecord],
        project: &Project,
    ) -> Self {
        let known: BTreeMap<_, &ObjectRecord> = journal
            .objects
            .values()
            .chain(gone)
            .map(|record| ((&record.name, &record.generation), record))
            .collect();
        let ours: BTreeSet<&ObjectName> = known
            .values()
            .filter(|record| record.project.as_deref() == Some(&project.name))
            .map(|record| &record.name)
            .collect();
        let mut of: BTreeMap<ObjectName, Option<Text<'a>>> = BTreeMap::new();
        // The first that is said of an object is what it was before everything.
        let mut say = |name: &ObjectName, text: Option<Text<'a>>| {
            if ours.contains(name) {
                of.entry(name.clone()).or_insert(text);
            }
        };
        for planned in past.done() {
            let records = &planned.step.records;
            for (name, generation, _) in records.iter().filter_map(old_of) {
                let record = known.get(&(name, generation));
                say(
                    name,
                    Some(Text {
                        declared: record.map_or("", |record| &record.declared),
                        companions: record.map_or(&NOTHING, |record| &record.companions),
                    }),
                );
            }
            for record in &planned.undo {
                if let Record::Declared {
                    name,
                    declared,
                    companions,
                    ..
                } = record
                {
                    let companions = &**companions;
                    say(
                        name,
                        Some(Text {
                            declared,
                            companions,
                        }),
                    );
                }
            }
            for record in records {
                match record {
                    Record::Object(object) if object.state == ObjectState::Live => {
                        say(&object.name, None);
                    }
                    Record::Moved {
                        name,
                        state: ObjectState::Live,
                        ..
                    } => say(name, None),
                    Record::Object(_)
                    | Record::Moved { .. }
                    | Record::Declared { .. }
                    | Record::Settled { .. }
                    | Record::Refreshed(_)
                    | Record::Run { .. } => {}
                }
            }
        }
        Self { of }
    }
}

/// Companions of what nobody wrote down.
static NOTHING: RecordedCompanions = RecordedCompanions {
    owner: None,
    comment: None,
    column_comments: BTreeMap::new(),
    grants: BTreeSet::new(),
    indexes: BTreeMap::new(),
    index_statements: BTreeMap::new(),
    options: BTreeMap::new(),
};

/// Objects on their way from the journal into a catalog.
struct Reading<'a> {
    run: &'a str,
    dialect: Dialect,
    objects: BTreeMap<ObjectName, Object>,
    notes: Vec<Note>,
    refused: Vec<Obstacle>,
}

impl Reading<'_> {
    fn note(&mut self, kind: NoteKind, object: &ObjectName, text: String) {
        self.notes.push(Note {
            kind,
            object: Some(object.clone()),
            text,
        });
    }

    /// What cannot be read is left out: nothing is decided on what is neither asked for nor declared.
    fn untouched(&mut self, name: &ObjectName, now: Text<'_>) {
        if let Some(object) = object(name, now, self.dialect) {
            self.objects.insert(name.clone(), object);
        }
    }

    fn touched(&mut self, name: &ObjectName, now: Option<Text<'_>>, before: Option<Text<'_>>) {
        let now = now.and_then(|now| object(name, now, self.dialect));
        if let Some(table) = now.filter(|now| now.kind == ObjectKind::Table) {
            let why = "it stays as it is: it may hold rows that are nowhere else";
            self.note(NoteKind::Leftover, name, why.to_owned());
            self.objects.insert(name.clone(), table);
            return;
        }
        let Some(before) = before else { return };
        let run = self.run;
        let text = if before.declared.is_empty() {
            format!("what it was before run {run} was not written down")
        } else if let Some(object) = object(name, before, self.dialect) {
            self.objects.insert(name.clone(), object);
            if let Some(index) = nameless_index(before.companions) {
                let text = format!("how its index {index} was made was not written down");
                self.note(NoteKind::Unseen, name, text);
            }
            return;
        } else {
            format!("what it was before run {run} cannot be read from the journal")
        };
        self.refused.push(Obstacle {
            kind: ObstacleKind::Unknown,
            refusal: Refusal {
                object: name.clone(),
                text,
                hint: None,
            },
        });
    }
}

/// An index of which the journal knows the name and not the statement.
fn nameless_index(companions: &RecordedCompanions) -> Option<&String> {
    let mut names = companions.indexes.keys();
    names.find(|name| !companions.index_statements.contains_key(*name))
}

/// Reads an object from what the journal holds of it, with audits that stand beside it.
#[must_use]
pub(in crate::plan) fn applied_object(
    record: &ObjectRecord,
    audits: &str,
    dialect: Dialect,
) -> Option<Object> {
    let text = Text {
        declared: &record.declared,
        companions: &record.companions,
    };
    object_beside(&record.name, (text, audits), dialect)
}

/// Reads an object from what the journal holds of it, without its companions.
#[must_use]
pub(in crate::plan) fn declared_object(record: &ObjectRecord, dialect: Dialect) -> Option<Object> {
    let text = Text {
        declared: &record.declared,
        companions: &NOTHING,
    };
    object(&record.name, text, dialect)
}

/// Reads an object from what the journal holds of it; none where that declares something else.
fn object(name: &ObjectName, of: Text<'_>, dialect: Dialect) -> Option<Object> {
    object_beside(name, (of, ""), dialect)
}

fn object_beside(
    name: &ObjectName,
    (of, beside): (Text<'_>, &str),
    dialect: Dialect,
) -> Option<Object> {
    let mut text = of.declared.trim_end().trim_end_matches(';').to_owned();
    for statement in of.companions.index_statements.values() {
        text.push_str("\n;\n");
        text.push_str(statement.trim_end().trim_end_matches(';'));
    }
    text.push_str("\n;\n");
    text.push_str(beside);
    let source = Arc::new(SourceText {
        file: FilePath::new("journal"),
        text: text.into(),
        origin: Vec::new(),
    });
    let parsed = Parsed::of(&source.text, dialect);
    let contents = sql::read(&source, &parsed, dialect);
    let mut objects = contents.objects.into_iter();
    let found = objects.find(|found| found.object.name == *name)?;
    let mut object = found.object;
    let span = object.definition.statement.span;
    dress(&mut object.companions, of.companions, span);
    Some(object)
}

/// Gives an object the companions that have no text of their own in the journal. Their spans are that of
/// the CREATE: nobody points at them.
fn dress(companions: &mut Companions, recorded: &RecordedCompanions, span: Span) {
    let comment = |text: &String| DeclaredComment {
        noun: Noun::View,
        text: Some(text.clone()),
        span,
    };
    companions.comment = recorded.comment.as_ref().map(comment);
    let columns = recorded.column_comments.iter();
    companions.column_comments = columns
        .map(|(column, text)| (column.clone(), comment(text)))
        .collect();
    companions.grants = recorded
        .grants
        .iter()
        .map(|grant| granted(grant, span))
        .collect();
    companions.owner = recorded.owner.as_ref().map(|role| DeclaredOwner {
        role: Ident {
            value: role.as_str().into(),
            quoted: true,
            span,
        },
        span,
    });
}

fn granted(privilege: &Privilege, span: Span) -> DeclaredGrant {
    let grantee = match &privilege.holder {
        Holder::Public => "public".to_owned(),
        Holder::Role(role) => role.clone(),
    };
    DeclaredGrant {
        privilege: privilege.privilege.clone(),
        columns: privilege.column.iter().cloned().collect(),
        grantee: Grantee(grantee),
        grant_option: privilege.grantable,
        span,
    }
}
