//! Statements of every engine: what Dormer reads out of them.
//!
//! The cases stand in `engines/<dialect>/*.sql`; `engines/README.md` tells their format. All
//! failures of a dialect are shown at once.

use std::collections::{BTreeMap, BTreeSet};

use dormer_sql::statement::{CreateView, GrantAction, HeadOption, Noun, OptionKind, Routine};
use dormer_sql::statement::{Statement, StatementKind, TableColumn};
use dormer_sql::{Dialect, Ident, QualifiedName, parse, query, split};

/// One case: its headers and its statement.
struct Case {
    file: String,
    headers: BTreeMap<String, String>,
    sql: String,
}

impl Case {
    fn header(&self, key: &str) -> Option<&str> {
        self.headers.get(key).map(String::as_str)
    }

    /// A header that is a list; an empty one is an empty list.
    fn list(&self, key: &str) -> Option<Vec<String>> {
        let items = self.header(key)?.split(',').map(str::trim);
        Some(
            items
                .filter(|item| !item.is_empty())
                .map(str::to_owned)
                .collect(),
        )
    }
}

/// The files of a dialect by name.
macro_rules! files {
    ($dialect:literal: $($name:literal),+) => {
        &[$(($name, include_str!(concat!("engines/", $dialect, "/", $name)))),+]
    };
}

const fn files(dialect: Dialect) -> &'static [(&'static str, &'static str)] {
    match dialect {
        Dialect::Postgres => files!("postgres": "views.sql", "others.sql"),
        Dialect::Redshift => files!("redshift": "heads.sql", "tables.sql", "bodies.sql"),
        Dialect::RisingWave => files!("risingwave": "heads.sql", "tables.sql", "bodies.sql"),
        Dialect::Materialize => files!("materialize": "heads.sql", "bodies.sql"),
    }
}

fn cases(dialect: Dialect) -> Vec<Case> {
    let mut cases = Vec::new();
    for (file, text) in files(dialect) {
        let blocks = text.split("-- case:").skip(1);
        cases.extend(blocks.map(|block| case(file, &format!("-- case:{block}"))));
    }
    cases
}

fn case(file: &str, block: &str) -> Case {
    let mut headers = BTreeMap::new();
    let mut sql = block;
    while let Some(line) = sql.strip_prefix("-- ") {
        let (line, rest) = line.split_once('\n').unwrap_or((line, ""));
        let (key, value) = line.split_once(':').unwrap_or((line, ""));
        headers.insert(key.trim().to_owned(), value.trim().to_owned());
        sql = rest;
    }
    Case {
        file: file.to_owned(),
        headers,
        sql: sql.to_owned(),
    }
}

/// Reads the case's statement and compares; each failure is one line.
fn check(case: &Case, dialect: Dialect) -> Vec<String> {
    let split = split::split(&case.sql, dialect);
    let mut failures: Vec<String> = split.problems.iter().map(|p| p.message.clone()).collect();
    let [piece] = split.pieces.as_slice() else {
        failures.push(format!("{} statements instead of one", split.pieces.len()));
        return failures;
    };
    let mut significant = split
        .tokens
        .iter()
        .rev()
        .filter(|token| !token.kind.is_trivia());
    let end = significant.next().map(|token| token.span);
    if end.is_none_or(|end| end.slice(&case.sql) != ";" || end.start < piece.span.end) {
        failures.push(format!("cut to `{}`", piece.span.slice(&case.sql)));
    }
    let (statement, problems) = parse::parse(&case.sql, &split, piece, dialect);
    failures.extend(problems.into_iter().map(|problem| problem.message));
    failures.extend(heads(case, &Head::of(&statement, &case.sql, dialect)));
    failures.extend(bodies(case, &statement, dialect));
    failures
}

/// Compares what the statement's query reads and returns with the headers about it.
fn bodies(case: &Case, statement: &Statement, dialect: Dialect) -> Vec<String> {
    let mut failures = Vec::new();
    let span = statement.kind.query();
    let mut reads = head_reads(&statement.kind);
    let query = query::of(&case.sql, &statement.kind, dialect).unwrap_or_default();
    failures.extend(
        query
            .problems()
            .iter()
            .map(|problem| problem.message.clone()),
    );
    reads.extend(
        query
            .references()
            .iter()
            .map(|reference| reference.name.dotted()),
    );
    if let Some(expected) = case.list("reads") {
        let expected: BTreeSet<String> = expected.into_iter().filter(|r| r != "none").collect();
        if expected != reads {
            failures.push(format!("reads: expected {expected:?}, found {reads:?}"));
        }
    }
    if span.is_some() {
        let partial = query.partial();
        if partial.is_empty() == case.header("partial").is_some() {
            failures.push(format!("partial: {partial:?}"));
        }
    }
    if let (Some(expected), Some(_)) = (case.list("outputs"), span) {
        let lineage = query.lineage(&Nothing);
        let outputs: Vec<String> = lineage.outputs.into_iter().map(|o| o.name.into()).collect();
        if expected != outputs {
            failures.push(format!("outputs: expected {expected:?}, found {outputs:?}"));
        }
    }
    failures
}

/// The relations that the statement's head says it reads.
fn head_reads(kind: &StatementKind) -> BTreeSet<String> {
    let named = |name: &Option<QualifiedName>| dotted(name).into_iter().collect();
    match kind {
        StatementKind::CreateTable(table) => named(&table.from),
        StatementKind::CreateIndex(index) => BTreeSet::from([index.on.dotted()]),
        StatementKind::CreateStream(stream) => named(&stream.from),
        _ => BTreeSet::new(),
    }
}

/// A catalog that knows no relation.
struct Nothing;

impl query::Columns for Nothing {
    fn columns(&self, _relation: &query::RelationPath) -> Option<&[dormer_sql::Name]> {
        None
    }
}

/// Compares what the head says with the headers about it.
fn heads(case: &Case, head: &Head) -> Vec<String> {
    let mut expected = BTreeMap::new();
    let mut found = BTreeMap::new();
    let mut pair = |key: &'static str, header: Option<String>, read: String| {
        if let Some(header) = header {
            expected.insert(key, header);
            found.insert(key, read);
        }
    };
    let one = |key: &str| case.header(key).map(str::to_owned);
    let many = |key: &str| Some(case.list(key)?.join(", "));
    let kind = case.header("kind").unwrap_or("");
    pair("kind", Some(kind.to_owned()), head.kind.to_owned());
    if !matches!(kind, "opaque" | "query") {
        let name = case.header("name").unwrap_or("");
        pair(
            "name",
            Some(name.to_owned()),
            head.names.first().cloned().unwrap_or_default(),
        );
    }
    pair(
        "also",
        many("also"),
        head.names.get(1..).unwrap_or(&[]).join(", "),
    );
    pair("columns", many("columns"), head.columns.join(", "));
    pair("part", one("part"), head.part.clone());
    pair("replaces", one("replaces"), head.replaces.clone());
    if kind == "sink" {
        pair("writes", one("writes"), head.writes.clone());
    }
    let found_for = |key: &&str| found.get(*key).cloned().unwrap_or_default();
    let differ = expected
        .iter()
        .filter(|(key, value)| found.get(*key) != Some(value));
    differ
        .map(|(key, value)| format!("{key}: expected `{value}`, found `{}`", found_for(key)))
        .collect()
}

/// What a statement's head says, in the words of the headers.
#[derive(Default)]
struct Head {
    kind: &'static str,
    /// `name` and `also`.
    names: Vec<String>,
    columns: Vec<String>,
    part: String,
    writes: String,
    replaces: String,
}

fn dotted<'a>(names: impl IntoIterator<Item = &'a QualifiedName>) -> Vec<String> {
    names.into_iter().map(QualifiedName::dotted).collect()
}

fn values<'a>(idents: impl IntoIterator<Item = &'a Ident>) -> Vec<String> {
    idents
        .into_iter()
        .map(|ident| ident.value.to_string())
        .collect()
}

fn columns(columns: &[TableColumn]) -> Vec<String> {
    values(columns.iter().map(|column| &column.name))
}

impl Head {
    fn new(kind: &'static str, names: Vec<String>) -> Self {
        Self {
            kind,
            names,
            ..Self::default()
        }
    }

    fn part(mut self, part: Option<&Ident>) -> Self {
        self.part = values(part).concat();
        self
    }

    fn columns(mut self, columns: Vec<String>) -> Self {
        self.columns = columns;
        self
    }

    fn of(statement: &Statement, text: &str, dialect: Dialect) -> Self {
        match &statement.kind {
            StatementKind::CreateView(view) => {
                let kind = if view.materialized {
                    "materialized-view"
                } else {
                    "view"
                };
                let head = Self::new(kind, dotted([&view.name])).columns(values(&view.columns));
                Self {
                    replaces: replaced(view, text, dialect),
                    ..head
                }
            }
            StatementKind::CreateTable(table) => {
                let kind = if table.query.is_some() {
                    "table-as"
                } else {
                    "table"
                };
                Self::new(kind, dotted([&table.name])).columns(columns(&table.columns))
            }
            StatementKind::CreateIndex(index) => Self::new("index", dotted(&index.name)),
            StatementKind::CreateSchema(schema) => {
                let parts = values(schema.database.iter().chain([&schema.name]));
                Self::new("schema", vec![parts.join(".")])
            }
            StatementKind::CreateStream(stream) => {
                let kind = match stream.noun {
                    Noun::Sink => "sink",
                    Noun::Source => "source",
                    _ => "subscription",
                };
                let head = Self::new(kind, dotted([&stream.name]));
                Self {
                    writes: dotted(&stream.into).concat(),
                    ..head.columns(columns(&stream.columns))
                }
            }
            StatementKind::CreateFunction(function) => {
                let kind = match function.routine {
                    Routine::Function => "function",
                    Routine::Procedure | Routine::Aggregate => "opaque",
                };
                Self::new(kind, dotted([&function.name]))
            }
            StatementKind::Drop(drop) => {
                Self::new("drop", dotted(&drop.names)).part(drop.part.as_ref())
            }
            StatementKind::Alter(alter) => {
                Self::new("alter", dotted([&alter.name])).part(alter.part.as_ref())
            }
            StatementKind::Comment(comment) => {
                let part = comment.column.as_ref().or(comment.part.as_ref());
                Self::new("comment", dotted([&comment.on])).part(part)
            }
            StatementKind::Grant(grant) => {
                let kind = match grant.action {
                    GrantAction::Grant => "grant",
                    GrantAction::Revoke => "revoke",
                };
                Self::new(kind, dotted(grant.on.iter().chain(&grant.in_schemas)))
            }
            StatementKind::Refresh(refresh) => Self::new("refresh", dotted([&refresh.name])),
            StatementKind::Query(_) => Self::new("query", Vec::new()),
            StatementKind::Opaque(_) => Self::new("opaque", Vec::new()),
        }
    }
}

/// The target of a replacement, which is the value of an option.
fn replaced(view: &CreateView, text: &str, dialect: Dialect) -> String {
    let named = |option: &&HeadOption| option.kind == OptionKind::Replacement;
    let mut targets = view
        .options
        .iter()
        .filter(named)
        .filter_map(|option| option.value);
    let Some(span) = targets.next_back() else {
        return String::new();
    };
    let part = |raw: &str| String::from(Ident::parse(raw, span, dialect).value);
    let parts: Vec<String> = span.slice(text).split('.').map(part).collect();
    parts.join(".")
}

fn hold(dialect: Dialect) {
    let mut report = Vec::new();
    let cases = cases(dialect);
    for case in &cases {
        for failure in check(case, dialect) {
            let name = case.header("case").unwrap_or("");
            report.push(format!("{} {name}: {failure}", case.file));
        }
    }
    assert!(
        report.is_empty(),
        "of {} cases:
{}",
        cases.len(),
        report.join(
            "
"
        )
    );
}

#[test]
fn postgres_statements_are_read() {
    hold(Dialect::Postgres);
}

#[test]
fn redshift_statements_are_read() {
    hold(Dialect::Redshift);
}

#[test]
fn risingwave_statements_are_read() {
    hold(Dialect::RisingWave);
}

#[test]
fn materialize_statements_are_read() {
    hold(Dialect::Materialize);
}
