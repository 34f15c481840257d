//! Small worlds for the tests of plans: an engine of pseudo statements, decisions in few words, and a
//! plan as short text.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Frame;
use crate::engine::capabilities::{
    Binding, Building, Capabilities, Counters, DdlTransactions, Dependencies, Exclusion, Filling,
    MarkerPlace, Redefine, Sessions, Support, Swap,
};
use crate::engine::journal::{Journal, ObjectRecord, ObjectState, Record, RunKind};
use crate::engine::step::{Commented, Deed, Form, Physical, Statement};
use crate::engine::{Engine, Generation, Marker, RunId, Unsupported};
use crate::model::name::ObjectName;
use crate::model::observed::relation::RelationKind;
use crate::plan::change::{Action, Way};
use crate::plan::decision::{
    Audit, Decision, Decisions, Declaration, Dress, Filled, How, New, NewIndex, Old, Own,
};
use crate::plan::{Plan, PlanLimits};

/// An engine that says each deed in a few words, and has none for a table's options.
#[derive(Debug)]
pub(in crate::plan) struct Pseudo(Capabilities);

impl Pseudo {
    pub(in crate::plan) const fn new() -> Self {
        Self(Capabilities {
            privileges: Vec::new(),
            name: "pseudo",
            ddl: DdlTransactions::Full,
            swap: Swap::Renames,
            binding: Binding::Identity,
            redefine: Redefine::AppendedColumns,
            filling: Filling::Apart,
            building: Building::Blocks,
            marker: MarkerPlace::Rule,
            dependencies: Dependencies::Columns,
            exclusion: Exclusion::SessionLock,
            scratch_schema: None,
            name_bytes: Some(63),
            sessions: Sessions::Many,
            statement_timeout: Support::Yes,
            cancel: Support::Yes,
            concurrent_refresh: Support::Yes,
            counters: Counters::Soon,
        })
    }
}

impl Engine for Pseudo {
    fn capabilities(&self) -> &Capabilities {
        &self.0
    }

    fn lower(&self, deed: &Deed) -> Result<Vec<Statement>, Unsupported> {
        if matches!(deed, Deed::Options { .. }) {
            let message = "pseudo has no options".to_owned();
            return Err(Unsupported { message });
        }
        Ok(vec![Statement::together(say(deed))])
    }
}

fn say(deed: &Deed) -> String {
    match deed {
        Deed::CreateSchema { schema } => format!("schema {schema}"),
        Deed::Build { relation, form } => format!("build {} as {}", relation.name, text(form)),
        Deed::Fill { relation } => format!("fill {}", relation.name),
        Deed::Refresh { relation, .. } => format!("refresh {}", relation.name),
        Deed::Index { index, .. } => format!("index {index}"),
        Deed::DropIndex { index, .. } => format!("drop index {index}"),
        Deed::Comment { on, text, .. } => {
            let on = match on {
                Commented::Relation(relation) => relation.name.to_string(),
                Commented::Column { of, column } => format!("{of}.{column}"),
                Commented::Index(index) => index.to_string(),
            };
            format!("comment {on}: {}", text.as_deref().unwrap_or("none"))
        }
        Deed::Mark {
            relation, marker, ..
        } => match marker {
            Some(marker) => format!("mark {} {marker}", relation.name),
            None => format!("unmark {}", relation.name),
        },
        Deed::Grant { on, privilege } => format!(
            "grant {} on {} to {}",
            privilege.privilege, on.name, privilege.holder
        ),
        Deed::Revoke { on, privilege } => format!(
            "revoke {} on {} from {}",
            privilege.privilege, on.name, privilege.holder
        ),
        Deed::Owner { relation, role, .. } => format!("owner {} {role}", relation.name),
        Deed::Options { relation, .. } => format!("options {}", relation.name),
        Deed::AddColumn { table, column, .. } => format!("add {table}.{column}"),
        Deed::Analyze { relation } => format!("analyze {}", relation.name),
        Deed::Audit { name, .. } => format!("audit {name}"),
        Deed::Rename { relation, to } => format!("rename {} to {to}", relation.name),
        Deed::RenameIndex { index, to } => format!("rename index {index} to {to}"),
        Deed::Redefine { relation, form, .. } => {
            format!("redefine {} as {}", relation.name, text(form))
        }
        Deed::Rebind { what, sql, .. } => format!("rebind {what}: {sql}"),
        Deed::Verbatim { sql, .. } => sql.clone(),
        Deed::Drop { relation } => format!("drop {}", relation.name),
    }
}

fn text(form: &Form) -> &str {
    match form {
        Form::Written(text) => text,
        Form::Captured(captured) => &captured.query,
    }
}

/// `marts.a`.
pub(in crate::plan) fn name(text: &str) -> ObjectName {
    let (schema, name) = text.split_once('.').unwrap();
    ObjectName::new(schema, name)
}

pub(in crate::plan) fn names(texts: &[&str]) -> Vec<ObjectName> {
    texts.iter().map(|text| name(text)).collect()
}

/// The run of the plans of tests, and the one before it.
pub(in crate::plan) fn run() -> RunId {
    RunId::new(1_700_000_000_000, 7)
}

pub(in crate::plan) fn earlier() -> RunId {
    RunId::new(1_600_000_000_000, 7)
}

pub(in crate::plan) fn physical(of: &str, kind: RelationKind) -> Physical {
    let name = name(of);
    Physical { name, kind }
}

/// The name that a generation of a run has, as long as it has not the public one.
pub(in crate::plan) fn away(run: &RunId, of: &str) -> ObjectName {
    let public = name(of);
    Generation::new(run, &public).relation(&public, Some(63))
}

/// A world: what the frame of a plan borrows.
#[derive(Debug)]
pub(in crate::plan) struct World {
    pub(in crate::plan) engine: Pseudo,
    pub(in crate::plan) journal: Journal,
    pub(in crate::plan) run: RunId,
    pub(in crate::plan) decisions: Decisions,
}

impl World {
    pub(in crate::plan) fn new() -> Self {
        Self {
            engine: Pseudo::new(),
            journal: Journal::default(),
            run: run(),
            decisions: Decisions::default(),
        }
    }

    pub(in crate::plan) fn frame(&self) -> Frame<'_> {
        Frame {
            tool: "0.1.0",
            project: "shop",
            target: "prod",
            engine: &self.engine,
            engine_text: "pseudo 1",
            run: &self.run,
            kind: RunKind::Apply,
            journal: &self.journal,
            limits: PlanLimits::default(),
        }
    }

    pub(in crate::plan) fn plan(&self) -> Plan {
        super::plan(self.decisions.clone(), &self.frame())
    }

    /// Decides about an object.
    pub(in crate::plan) fn decide(
        &mut self,
        object: &str,
        reads: &[&str],
        how: How,
    ) -> &mut Decision {
        let (action, kind) = match &how {
            How::Keep => (Action::Keep, RelationKind::View),
            How::Create(new) => (Action::Create, new.relation.kind),
            How::Swap { new, old } => {
                let action = old.as_ref().map_or(Action::Create, |_| Action::Replace);
                (action, new.relation.kind)
            }
            How::Redefine { .. } => (Action::Replace, RelationKind::View),
            How::Alter { .. } => (Action::Alter, RelationKind::MaterializedView),
            How::Retire { old } => (Action::Drop, old.relation.kind),
            How::Leave => (Action::Carry, RelationKind::View),
        };
        let decision = Decision {
            object: name(object),
            kind,
            own: Own::Declared(Box::new(declaration(object))),
            action,
            reasons: Vec::new(),
            because: Vec::new(),
            how,
            reads: names(reads),
        };
        self.decisions.objects.insert(name(object), decision);
        self.decisions.objects.get_mut(&name(object)).unwrap()
    }

    /// The journal knows a live generation of an earlier run.
    pub(in crate::plan) fn live(&mut self, object: &str, kind: RelationKind) -> ObjectRecord {
        let record = ObjectRecord {
            name: name(object),
            kind,
            generation: Generation::new(&earlier(), &name(object)),
            physical: name(object).name.to_string(),
            state: ObjectState::Live,
            project: Some("shop".to_owned()),
            target: Some("prod".to_owned()),
            run: earlier(),
            fingerprint: "earlier".to_owned(),
            declared: format!("earlier {object}"),
            companions: Default::default(),
            observed: Some("earlier".to_owned()),
            version: None,
            since: Some(1_600_000_000),
        };
        self.remember(record.clone());
        record
    }

    pub(in crate::plan) fn remember(&mut self, record: ObjectRecord) {
        let key = (record.name.clone(), record.generation.clone());
        self.journal.objects.insert(key, record);
    }

    /// The journal after a plan was done, all of it or the steps that are named.
    pub(in crate::plan) fn hear(&mut self, plan: &Plan) {
        let steps = plan.steps.iter();
        for record in steps.flat_map(|step| step.step.records.clone()) {
            match record {
                Record::Object(record) => self.remember(*record),
                Record::Moved {
                    name,
                    generation,
                    state,
                    physical,
                } => {
                    let row = self.journal.objects.get_mut(&(name, generation)).unwrap();
                    row.state = state;
                    row.physical = physical;
                }
                Record::Declared {
                    name,
                    generation,
                    fingerprint,
                    declared,
                    companions,
                } => {
                    let row = self.journal.objects.get_mut(&(name, generation)).unwrap();
                    row.fingerprint = fingerprint;
                    row.declared = declared;
                    row.companions = *companions;
                }
                Record::Settled { .. } | Record::Refreshed(_) | Record::Run { .. } => {}
            }
        }
    }
}

pub(in crate::plan) fn declaration(object: &str) -> Declaration {
    Declaration {
        fingerprint: "now".to_owned(),
        declared: format!("now {object}"),
        companions: Default::default(),
    }
}

/// A new generation, under its own name or as a shadow.
pub(in crate::plan) fn new(object: &str, kind: RelationKind, shadow: bool) -> Box<New> {
    let relation = if shadow {
        away(&run(), object)
    } else {
        name(object)
    };
    Box::new(New {
        generation: Generation::new(&run(), &name(object)),
        relation: Physical {
            name: relation,
            kind,
        },
        form: Form::Written("query".to_owned()),
        filled: match kind {
            RelationKind::MaterializedView => Filled::Apart,
            _ => Filled::WithBuild,
        },
        dress: Dress::default(),
        audits: Vec::new(),
        grounds: names(&["raw.orders"]),
        way: Way::Swap,
    })
}

pub(in crate::plan) fn created(object: &str, kind: RelationKind) -> How {
    How::Create(new(object, kind, false))
}

pub(in crate::plan) fn old(world: &mut World, object: &str, kind: RelationKind) -> Old {
    let recorded = world.live(object, kind);
    Old {
        relation: physical(object, kind),
        generation: recorded.generation.clone(),
        marker: Some(Marker {
            project: "shop".to_owned(),
            generation: recorded.generation.clone(),
            after: None,
        }),
        recorded: Some(Box::new(recorded)),
        indexes: Vec::new(),
    }
}

pub(in crate::plan) fn swapped(world: &mut World, object: &str, kind: RelationKind) -> How {
    How::Swap {
        new: new(object, kind, true),
        old: Some(old(world, object, kind)),
    }
}

pub(in crate::plan) fn redefined(world: &mut World, object: &str) -> How {
    How::Redefine {
        relation: physical(object, RelationKind::View),
        form: Box::new(Form::Written("new query".to_owned())),
        before: Box::new(Form::Written("old query".to_owned())),
        with: Vec::new(),
        generation: Some(world.live(object, RelationKind::View).generation),
    }
}

pub(in crate::plan) fn index(of: &New, public: &str) -> NewIndex {
    let schema = &of.relation.name.schema;
    let shadow = of.relation.name.name.contains("__");
    let made = match shadow {
        true => of.generation.name(public, Some(63)),
        false => public.to_owned(),
    };
    NewIndex {
        index: ObjectName::new(schema, &made),
        public: public.to_owned(),
        sql: format!("create index {made}"),
        comment: None,
    }
}

pub(in crate::plan) fn audit(says: &str) -> Audit {
    Audit {
        name: says.to_owned(),
        sql: "select".to_owned(),
        reads: Vec::new(),
    }
}

/// A plan without anything.
pub(in crate::plan) fn empty() -> Plan {
    World::new().frame().plan()
}

/// Steps as short text, with generations as `~earlier` and `~now`.
pub(in crate::plan) fn render(plan: &Plan) -> String {
    let mut text = String::new();
    for planned in &plan.steps {
        let step = &planned.step;
        let needs: Vec<String> = step.needs.iter().map(ToString::to_string).collect();
        let after = match needs.as_slice() {
            [] => String::new(),
            needs => format!(" after {}", needs.join(" ")),
        };
        writeln!(text, "{} {}{after}", step.id, step.title).unwrap();
        for statement in &planned.statements {
            writeln!(text, "    {}", statement.sql).unwrap();
        }
        for record in &step.records {
            writeln!(text, "  > {}", recorded(record)).unwrap();
        }
    }
    let mut seen = BTreeMap::new();
    for step in &plan.steps {
        for record in &step.step.records {
            if let Record::Object(object) = record {
                seen.insert(object.generation.clone(), object.name.clone());
            }
            if let Record::Moved {
                generation, name, ..
            }
            | Record::Settled { generation, name }
            | Record::Declared {
                generation, name, ..
            } = record
            {
                seen.insert(generation.clone(), name.clone());
            }
        }
    }
    for (generation, name) in seen {
        let word = if generation == Generation::new(&earlier(), &name) {
            "OLD"
        } else {
            "NEW"
        };
        text = text.replace(generation.as_str(), word);
    }
    text
}

fn recorded(record: &Record) -> String {
    match record {
        Record::Object(object) => format!(
            "{} {} is {} as {} of {}",
            object.name,
            object.generation,
            object.state.as_str(),
            object.physical,
            object.project.as_deref().unwrap_or("nobody"),
        ),
        Record::Moved {
            name,
            generation,
            state,
            physical,
        } => format!("{name} {generation} now {} as {physical}", state.as_str()),
        Record::Declared {
            name, fingerprint, ..
        } => format!("{name} declared {fingerprint}"),
        Record::Settled { name, generation } => format!("{name} {generation} settled"),
        Record::Refreshed(note) => format!("refreshed {}", note.name),
        Record::Run { run, state } => format!("run {run} {}", state.as_str()),
    }
}
