//! Small targets for the tests of decisions: what was applied, what others made, what files say now, and
//! what is decided, as short text.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dormer_sql::Dialect;

use super::decide;
use crate::diagnostic::FilePath;
use crate::engine::capabilities::{
    Binding, Building, Capabilities, Counters, DdlTransactions, Dependencies, Exclusion, Filling,
    MarkerPlace, Redefine, Sessions, Support, Swap,
};
use crate::engine::journal::{Journal, ObjectRecord, ObjectState, RecordedCompanions};
use crate::engine::session::Rehearsed;
use crate::engine::step::{Deed, Form, Statement};
use crate::engine::{
    Access, Engine, EngineError, ErrorKind, Generation, RunId, ServerInfo, Unsupported,
};
use crate::graph::Graph;
use crate::model::name::ObjectName;
use crate::model::object::Object;
use crate::model::observed::dependency::{Read, Reader};
use crate::model::observed::grant::Grants;
use crate::model::observed::relation::{
    Column, ColumnValue, Ownership, Persistence, Relation, RelationKind, RowSecurity, Sight,
};
use crate::model::observed::{Observed, Schema};
use crate::plan::decision::{Decision, Decisions, How, New};
use crate::plan::input::Input;
use crate::plan::rehearsal::{Question, Rehearsal, questions};
use crate::plan::rename;
use crate::project::Project;
use crate::project::compile::Parsed;
use crate::project::readers::sql;
use crate::project::render;

/// An engine that binds by identity, has a scratch schema, and lowers nothing.
#[derive(Debug)]
struct Bound(Capabilities);

impl Bound {
    fn new() -> Self {
        Self(Capabilities {
            name: "pseudo",
            privileges: vec!["INSERT", "SELECT"],
            ddl: DdlTransactions::Full,
            swap: Swap::Renames,
            binding: Binding::Identity,
            redefine: Redefine::AppendedColumns,
            filling: Filling::Apart,
            building: Building::Blocks,
            marker: MarkerPlace::Rule,
            dependencies: Dependencies::Columns,
            exclusion: Exclusion::SessionLock,
            scratch_schema: Some("scratch"),
            name_bytes: Some(63),
            sessions: Sessions::Many,
            statement_timeout: Support::Yes,
            cancel: Support::Yes,
            concurrent_refresh: Support::Yes,
            counters: Counters::Soon,
        })
    }
}

impl Engine for Bound {
    fn capabilities(&self) -> &Capabilities {
        &self.0
    }

    fn lower(&self, _: &Deed) -> Result<Vec<Statement>, Unsupported> {
        let message = "pseudo lowers nothing".to_owned();
        Err(Unsupported { message })
    }
}

pub(in crate::plan) fn name(text: &str) -> ObjectName {
    ObjectName::parse(text, Dialect::Postgres).unwrap()
}

/// The objects that a text declares.
fn objects(text: &str) -> Vec<Object> {
    let source = Arc::new(crate::model::object::SourceText {
        file: FilePath::new("a.sql"),
        text: text.into(),
        origin: Vec::new(),
    });
    let parsed = Parsed::of(&source.text, Dialect::Postgres);
    let contents = sql::read(&source, &parsed, Dialect::Postgres);
    contents
        .objects
        .into_iter()
        .map(|declared| declared.object)
        .collect()
}

/// Columns from `day date, net numeric`.
fn columns(text: &str) -> Vec<(String, String)> {
    let columns = text.split(", ").filter(|column| !column.is_empty());
    columns
        .map(|column| {
            let (name, type_name) = column.split_once(' ').unwrap();
            (name.to_owned(), type_name.to_owned())
        })
        .collect()
}

/// A target, and what is asked of it.
pub(in crate::plan) struct World {
    engine: Bound,
    pub(in crate::plan) project: Project,
    pub(in crate::plan) observed: Observed,
    pub(in crate::plan) journal: Journal,
    pub(in crate::plan) selected: Option<BTreeSet<ObjectName>>,
    /// The columns that a new definition has; those that are there where nothing is said.
    next: BTreeMap<ObjectName, Vec<(String, String)>>,
    /// What the target says of a definition in whose text these words stand.
    refuses: Vec<(String, String)>,
    /// Words of definitions that somebody's lock stands before.
    pub(in crate::plan) locked: Vec<&'static str>,
    /// Definitions that the target spells alike.
    spelled: BTreeMap<String, String>,
    run: RunId,
}

impl World {
    pub(in crate::plan) fn new() -> Self {
        let mut observed = Observed::default();
        for schema in ["sub", "marts", "bi"] {
            let schema_of = Schema {
                owner: "deployer".to_owned(),
                comment: None,
                grants: Grants::Default,
            };
            observed.schemas.insert(schema.to_owned(), schema_of);
        }
        let mut world = Self {
            engine: Bound::new(),
            project: Project {
                name: "shop".to_owned(),
                ..Project::default()
            },
            observed,
            journal: Journal::default(),
            selected: None,
            next: BTreeMap::new(),
            refuses: Vec::new(),
            locked: Vec::new(),
            spelled: BTreeMap::new(),
            run: RunId::new(1_700_000_000_000, 7),
        };
        world.there("sub.orders", RelationKind::Table, "id integer, net numeric");
        world
    }

    /// A relation that is there, of the role that builds.
    pub(in crate::plan) fn there(
        &mut self,
        of: &str,
        kind: RelationKind,
        with: &str,
    ) -> &mut Relation {
        let relation = Relation {
            kind,
            persistence: Persistence::Permanent,
            owner: "deployer".to_owned(),
            ownership: Ownership::Held,
            columns: columns(with).into_iter().map(column).collect(),
            sight: Sight::Whole,
            definition: None,
            version: None,
            comment: None,
            marker: None,
            options: BTreeMap::new(),
            grants: Grants::Default,
            indexes: BTreeMap::new(),
            triggers: BTreeMap::new(),
            rules: BTreeMap::new(),
            policies: BTreeMap::new(),
            row_security: RowSecurity::Off,
            statistics: BTreeMap::new(),
            publications: BTreeSet::new(),
            parents: Vec::new(),
            partition_bound: None,
            owned_by: None,
            extension: None,
            tablespace: None,
            access_method: None,
            populated: true,
            bytes: None,
            estimated_rows: None,
        };
        self.observed.relations.insert(name(of), relation);
        self.observed.relations.get_mut(&name(of)).unwrap()
    }

    /// A view or materialized view of somebody, as a CREATE statement says it.
    pub(in crate::plan) fn external(&mut self, sql: &str, with: &str) -> &mut Relation {
        let object = objects(sql).remove(0);
        let kind = super::standing::relation_kind(object.kind).unwrap();
        let of = object.name.to_string();
        self.there(&of, kind, with);
        let definition = object.definition.query_span;
        let definition = definition.map(|span| span.slice(&object.source.text).to_owned());
        let references = object.definition.query.iter();
        let references = references.flat_map(dormer_sql::query::Query::references);
        let read: Vec<ObjectName> = references
            .map(|reference| ObjectName::of(&reference.name))
            .collect();
        if kind != RelationKind::Table {
            for read in read {
                self.bound(Reader::Relation(object.name.clone()), Read::Relation(read));
            }
        }
        let relation = self.observed.relations.get_mut(&object.name).unwrap();
        relation.definition = definition.filter(|_| kind != RelationKind::Table);
        relation
    }

    pub(in crate::plan) fn bound(&mut self, reader: Reader, read: Read) {
        let of = read
            .relation()
            .and_then(|of| self.observed.relations.get(of));
        let columns = of.into_iter().flat_map(|of| &of.columns);
        let columns = columns.map(|column| column.name.clone()).collect();
        let reads = self.observed.dependencies.entry(reader).or_default();
        reads.insert(read, columns);
    }

    /// Something that an earlier run applied and that is there as it was applied.
    pub(in crate::plan) fn applied(&mut self, sql: &str, with: &str) -> &mut Relation {
        let object = objects(sql).remove(0);
        let observed = self.external(sql, with).definition.clone();
        let record = ObjectRecord {
            name: object.name.clone(),
            kind: super::standing::relation_kind(object.kind).unwrap(),
            generation: self.earlier(&object.name),
            physical: object.name.name.to_string(),
            state: ObjectState::Live,
            project: Some("shop".to_owned()),
            target: Some(self.project.target.name.to_string()),
            run: RunId::new(1_600_000_000_000, 7),
            fingerprint: object.definition.fingerprint.to_string(),
            declared: render::definition(&object).to_owned(),
            companions: RecordedCompanions::default(),
            observed,
            version: None,
            since: None,
        };
        let key = (object.name.clone(), record.generation.clone());
        self.journal.objects.insert(key, record);
        self.observed.relations.get_mut(&object.name).unwrap()
    }

    /// The generation that an earlier run gave.
    pub(in crate::plan) fn earlier(&self, of: &ObjectName) -> Generation {
        Generation::new(&RunId::new(1_600_000_000_000, 7), of)
    }

    /// A generation of an object that lost its name in an earlier run, and still reads this.
    pub(in crate::plan) fn retired(&mut self, of: &str, reads: &str) -> ObjectName {
        let of = name(of);
        let before = RunId::new(1_500_000_000_000, 7);
        let generation = Generation::new(&before, &of);
        let physical = generation.relation(&of, Some(63));
        let live = self.journal.live(&of).unwrap().clone();
        let record = ObjectRecord {
            generation: generation.clone(),
            physical: physical.name.to_string(),
            state: ObjectState::Retired,
            run: before,
            ..live
        };
        self.journal.objects.insert((of, generation), record);
        let sql = format!("CREATE MATERIALIZED VIEW {physical} AS SELECT id FROM {reads}");
        self.external(&sql, "id integer");
        physical
    }

    /// What the files say.
    pub(in crate::plan) fn files(&mut self, sql: &str) {
        for object in objects(sql) {
            let catalog = &mut self.project.catalog.objects;
            catalog.insert(object.name.clone(), object);
        }
    }

    pub(in crate::plan) fn next(&mut self, of: &str, with: &str) {
        self.next.insert(name(of), columns(with));
    }

    pub(in crate::plan) fn refuses(&mut self, words: &str, error: &str) {
        self.refuses.push((words.to_owned(), error.to_owned()));
    }

    pub(in crate::plan) fn spells(&mut self, query: &str, like: &str) {
        self.spelled.insert(query.to_owned(), like.to_owned());
    }

    pub(super) fn answer(&self, question: &Question) -> Rehearsed {
        let query = question.draft.query.clone();
        if self.locked.iter().any(|words| query.contains(words)) {
            let error = EngineError::new(ErrorKind::LockTimeout, "lock timeout");
            return Rehearsed::Refused(error);
        }
        let refused = self
            .refuses
            .iter()
            .find(|(words, _)| query.contains(words.as_str()));
        if let Some((_, error)) = refused {
            return Rehearsed::Refused(EngineError::new(ErrorKind::Syntax, error.clone()));
        }
        let there = || {
            let relation = self.observed.relations.get(&question.of);
            let columns = relation.into_iter().flat_map(|relation| &relation.columns);
            columns
                .map(|column| (column.name.clone(), column.type_name.clone()))
                .collect()
        };
        Rehearsed::Accepted {
            columns: self.next.get(&question.of).cloned().unwrap_or_else(there),
            definition: self.spelled.get(&query).cloned().unwrap_or(query),
        }
    }

    /// Decides after a rehearsal.
    pub(in crate::plan) fn decide(&self) -> Decisions {
        self.with(|input| self.rehearsed(input))
    }

    /// The same for the target as its renames leave it.
    pub(in crate::plan) fn decide_renamed(&self) -> Decisions {
        self.with(|input| {
            let renamed = rename::world(input).unwrap();
            self.rehearsed(&renamed.input(*input))
        })
    }

    fn rehearsed(&self, input: &Input<'_>) -> Decisions {
        let questions = questions(input);
        let mut answers = Vec::new();
        let mut refused: Vec<String> = Vec::new();
        for one in &questions {
            let reads = |scratch: &String| one.draft.query.contains(scratch.as_str());
            let answer = match refused.iter().find(|scratch| reads(scratch)) {
                Some(scratch) => Rehearsed::Refused(EngineError::new(
                    ErrorKind::Syntax,
                    format!("relation \"{scratch}\" does not exist"),
                )),
                None => self.answer(one),
            };
            if matches!(answer, Rehearsed::Refused(_)) {
                refused.push(format!("scratch.{}", one.draft.scratch));
            }
            answers.push(answer);
        }
        decide(
            input,
            &Rehearsal::of(questions, answers).after_renames(input),
        )
    }

    /// What the target is asked, one question a line.
    pub(in crate::plan) fn asked(&self) -> Vec<String> {
        let questions = self.with(questions);
        let lines = questions.iter().map(|question| {
            let of = format!("{:?} {}", question.when, question.of);
            format!("{of} {}: {}", question.draft.scratch, question.draft.query)
        });
        lines.collect()
    }

    /// Decides without one.
    pub(in crate::plan) fn decide_offline(&self) -> Decisions {
        let why = "no rights".to_owned();
        self.with(|input| decide(input, &Rehearsal::NotAsked { why }))
    }

    pub(in crate::plan) fn with<T>(&self, work: impl FnOnce(&Input<'_>) -> T) -> T {
        let graph = Graph::build(&self.project.catalog);
        let server = ServerInfo {
            version_number: 160_004,
            version: "16.4".to_owned(),
            user: "deployer".to_owned(),
            database: "shop".to_owned(),
            access: Access::ReadWrite,
        };
        work(&Input {
            project: &self.project,
            graph: &graph,
            engine: &self.engine,
            server: Some(&server),
            observed: &self.observed,
            journal: &self.journal,
            run: &self.run,
            selected: self.selected.as_ref(),
            renames: None,
            pending: None,
        })
    }

    /// Decisions as lines, the generations of this run called NEW and those of earlier ones OLD.
    pub(in crate::plan) fn told(&self, decisions: &Decisions) -> String {
        let objects = decisions.objects.values();
        let mut lines: Vec<String> = objects
            .filter(|decision| decision.how != How::Keep)
            .map(told)
            .collect();
        let rebinds = decisions.rebinds.iter();
        lines.extend(rebinds.map(|rebind| format!("rebind {}", rebind.what)));
        let notes = decisions.notes.iter();
        lines
            .extend(notes.map(|note| about("note", note.kind, (note.object.as_ref(), &note.text))));
        let hazards = decisions.hazards.iter();
        lines.extend(hazards.map(|hazard| {
            about(
                "hazard",
                hazard.kind,
                (hazard.object.as_ref(), &hazard.text),
            )
        }));
        let refused = decisions.refused.iter();
        lines
            .extend(refused.map(|refusal| format!("refused {}: {}", refusal.object, refusal.text)));
        let mut text = lines.join("\n");
        for decision in decisions.objects.values() {
            let new = Generation::new(&self.run, &decision.object);
            text = text.replace(new.as_str(), "NEW");
        }
        for (of, generation) in self.journal.objects.keys() {
            let word = if *generation == self.earlier(of) {
                "OLD"
            } else {
                "OLDER"
            };
            text = text.replace(generation.as_str(), word);
        }
        text
    }
}

fn column((name, type_name): (String, String)) -> Column {
    Column {
        name,
        type_name,
        not_null: false,
        value: ColumnValue::None,
        collation: None,
        comment: None,
        statistics_target: None,
        options: BTreeMap::new(),
        storage: None,
        grants: BTreeSet::new(),
    }
}

fn about(
    word: &str,
    kind: impl std::fmt::Display,
    (object, text): (Option<&ObjectName>, &str),
) -> String {
    match object {
        Some(object) => format!("{word} {kind} {object}: {text}"),
        None => format!("{word} {kind}: {text}"),
    }
}

fn told(decision: &Decision) -> String {
    let how = match &decision.how {
        How::Keep => "keep".to_owned(),
        How::Create(new) => format!("create {}", made(new)),
        How::Swap { new, old } => {
            let old = old.as_ref().map_or("nothing", |_| "the old one");
            format!("swap for {old}: {}", made(new))
        }
        How::Redefine { form, .. } => format!("redefine: {}", text(form)),
        How::Alter { deeds, .. } => format!("alter {} deeds", deeds.len()),
        How::Retire { .. } => "retire".to_owned(),
        How::Leave => "leave".to_owned(),
    };
    let reasons = decision.reasons.iter();
    let reasons: Vec<String> = reasons.map(|reason| reason.text.clone()).collect();
    let (sign, object) = (decision.action.sign(), &decision.object);
    format!("{sign} {object} {how}\n    {}", reasons.join("; "))
}

fn made(new: &New) -> String {
    let grounds: Vec<String> = new.grounds.iter().map(ToString::to_string).collect();
    let mut said = text(&new.form);
    // Of what is new to readers they matter to the journal alone.
    let beside = new.relation.name.name.contains("__");
    if beside && !grounds.is_empty() {
        said.push_str(&format!(" -- rows of {}", grounds.join(" ")));
    }
    for statement in &new.dress.statements {
        said.push_str(&format!("\n    dress: {statement}"));
    }
    for index in &new.dress.indexes {
        said.push_str(&format!("\n    dress: {}", index.sql));
    }
    said
}

fn text(form: &Form) -> String {
    match form {
        Form::Written(text) => text.clone(),
        Form::Captured(captured) => format!("captured {}", captured.query),
    }
}
