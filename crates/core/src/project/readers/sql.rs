//! The reader `sql`: plain SQL files of the engine become objects with their companions.
//!
//! - A CREATE makes an object; what follows in the same file and names it belongs to it.
//! - `DROP .. IF EXISTS` beside a CREATE is passed over; in a file without one it declares absence.
//! - **What is not managed is told,** and kept out of the plan.
//! - **Directives bind to the next statement;** a DROP that is passed over hands them on.

use std::collections::BTreeMap;
use std::sync::Arc;

use dormer_sql::canonical::Fingerprint;
use dormer_sql::query::{self, PartialReason, Query};
use dormer_sql::statement::{
    CreateFunction, CreateStream, CreateTable, CreateView, Drop, HeadOption, Noun, OptionKind,
    Statement, StatementKind,
};
use dormer_sql::{Dialect, Ident, Name, Problem, ProblemKind, QualifiedName, Span};

use super::{columns, companion};
use crate::diagnostic::{Diagnostic, Location, Severity};
use crate::model::kind::ObjectKind;
use crate::model::name::ObjectName;
use crate::model::object::{Companions, Definition, Object, SourceText};
use crate::project::codes;
use crate::project::compile::{Parsed, problem};
use crate::project::database::Elsewhere;
use crate::project::directive::{self, Directive, Said, is_directive, misplaced};
use crate::project::reading::Given;

/// What one file declares.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    pub(crate) objects: Vec<Declaration>,
    pub(crate) drops: Vec<Dropped>,
    pub(crate) schemas: Vec<(String, Location)>,
    /// Tables whose columns a statement changes.
    pub(crate) altered: Vec<ObjectName>,
    /// Names that begin with a database that is not known to be the target's.
    pub(crate) elsewhere: Vec<Elsewhere>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// An object and the settings of its file.
#[derive(Debug)]
pub(crate) struct Declaration {
    pub(crate) object: Object,
    pub(crate) directives: Vec<Given>,
}

/// An object that a DROP names.
#[derive(Debug)]
pub(crate) struct Dropped {
    pub(crate) name: ObjectName,
    pub(crate) at: Location,
    /// Whether the file has no CREATE, so that the DROP declares absence.
    pub(crate) alone: bool,
}

/// A file on its way to contents.
pub(super) struct FileReader<'a> {
    pub(super) source: &'a Arc<SourceText>,
    pub(super) dialect: Dialect,
    /// What is wrong with the statements themselves.
    problems: &'a [Problem],
    pub(super) contents: Contents,
    /// Where the objects of the file are in `contents`.
    pub(super) by_name: BTreeMap<ObjectName, usize>,
    /// The objects of the file by their last names, once somebody has asked.
    pub(super) by_last: Option<BTreeMap<Name, ObjectName>>,
    /// The names of the objects as text, once somebody has asked.
    pub(super) declared: Option<Vec<String>>,
    /// How many companions belong to no object of the file.
    pub(super) foreign: u32,
}

/// A statement that needs the objects of its file to be known.
pub(super) struct Waiting<'a> {
    pub(super) statement: &'a Statement,
    pub(super) fingerprint: Option<Fingerprint>,
    pub(super) audits: Vec<(String, Location)>,
}

/// Reads one file.
pub(crate) fn read(source: &Arc<SourceText>, parsed: &Parsed, dialect: Dialect) -> Contents {
    let mut reader = FileReader {
        source,
        dialect,
        problems: &parsed.problems,
        contents: Contents::default(),
        by_name: BTreeMap::new(),
        by_last: None,
        declared: None,
        foreign: 0,
    };
    let mut waiting = Vec::new();
    let mut handed_on: Vec<Directive> = Vec::new();
    let mut comments: Vec<Span> = Vec::new();
    for (index, statement) in parsed.statements.iter().enumerate() {
        let mut directives = std::mem::take(&mut handed_on);
        directives.extend(reader.directives(statement));
        comments.extend(&statement.comments);
        if let StatementKind::Drop(_) = &statement.kind {
            handed_on = directives;
            waiting.push(Waiting {
                statement,
                fingerprint: None,
                audits: Vec::new(),
            });
            continue;
        }
        let comments = std::mem::take(&mut comments);
        if let Some(mut object) = reader.object(statement, || parsed.fingerprint(index, source)) {
            object.description = reader.description(&comments);
            let directives = reader.settings(directives);
            reader.add(object, directives);
            continue;
        }
        let audits = reader.audits(statement, directives);
        let is_index = matches!(statement.kind, StatementKind::CreateIndex(_));
        waiting.push(Waiting {
            statement,
            fingerprint: is_index.then(|| parsed.fingerprint(index, source)),
            audits,
        });
    }
    for directive in handed_on {
        reader.misplaced(&directive, "no CREATE follows");
    }
    for statement in waiting {
        companion::attach(&mut reader, statement);
    }
    reader.stray_directives(parsed);
    // The contents of all files wait for each other, and most have one object.
    reader.contents.objects.shrink_to_fit();
    reader.contents
}

impl FileReader<'_> {
    pub(super) fn at(&self, span: Span) -> Location {
        self.source.location(span)
    }

    /// Tells that a statement is kept out of the plan.
    pub(super) fn unmanaged(&mut self, statement: &Statement, words: &str) -> &mut Self {
        let message = format!("{words} is kept out of the plan");
        let head = first_line(statement.span.slice(&self.source.text));
        let span = Span::new(statement.span.start, statement.span.start + head);
        let found = Diagnostic::new(codes::UNMANAGED_STATEMENT, Severity::Warning, message)
            .at(self.at(span), "never run by Dormer");
        self.contents.diagnostics.push(found);
        self
    }

    fn add(&mut self, object: Object, directives: Vec<Given>) {
        let index = self.contents.objects.len();
        self.by_name.entry(object.name.clone()).or_insert(index);
        self.contents
            .objects
            .push(Declaration { object, directives });
    }

    fn directives(&mut self, statement: &Statement) -> Vec<Directive> {
        let source = self.source;
        let diagnostics = &mut self.contents.diagnostics;
        let comments = statement.comments.iter();
        comments
            .filter_map(|comment| directive::read(source, *comment, diagnostics))
            .collect()
    }

    fn misplaced(&mut self, found: &Directive, label: &str) {
        let message = "directive has nothing to belong to";
        let found = misplaced(found.at.clone(), message, label);
        self.contents.diagnostics.push(found);
    }

    fn settings(&mut self, directives: Vec<Directive>) -> Vec<Given> {
        let mut given: Vec<Given> = Vec::new();
        for directive in directives {
            match directive.said {
                Said::Settings(settings) => {
                    for setting in settings {
                        self.said_before(&given, &setting);
                        given.push(setting);
                    }
                }
                Said::Audit(_) => self.misplaced(&directive, "expected a SELECT after an audit"),
                Said::Nothing => {}
            }
        }
        given
    }

    /// Tells a key that an earlier directive of the same object has.
    fn said_before(&mut self, given: &[Given], setting: &Given) {
        if let Some(first) = given.iter().find(|first| first.path == setting.path) {
            let message = format!("\"{}\" is given twice for one object", setting.path);
            let found = misplaced(setting.at.clone(), &message, "given again");
            let found = found.related(first.at.clone(), "given first");
            self.contents.diagnostics.push(found);
        }
    }

    fn audits(
        &mut self,
        statement: &Statement,
        directives: Vec<Directive>,
    ) -> Vec<(String, Location)> {
        let mut audits = Vec::new();
        for directive in directives {
            match &directive.said {
                Said::Audit(name) if matches!(statement.kind, StatementKind::Query(_)) => {
                    audits.push((name.clone(), directive.at));
                }
                Said::Audit(_) => self.misplaced(&directive, "expected a SELECT after an audit"),
                Said::Settings(_) => self.misplaced(
                    &directive,
                    "expected the CREATE of an object after settings",
                ),
                Said::Nothing => {}
            }
        }
        audits
    }

    /// Tells the directives that no statement has: inside of one, or after the last.
    fn stray_directives(&mut self, parsed: &Parsed) {
        let text = &self.source.text;
        if !text.contains(directive::WORD) {
            return;
        }
        let mut bound: Vec<Span> = Vec::new();
        for statement in &parsed.statements {
            bound.extend(&statement.comments);
        }
        bound.sort_unstable();
        let stray = parsed.split.tokens.iter().filter(|token| {
            token.kind.is_trivia()
                && is_directive(token.text(text))
                && bound.binary_search(&token.span).is_err()
        });
        let stray: Vec<Span> = stray.map(|token| token.span).collect();
        for span in stray {
            let message = "directive has nothing to belong to";
            let label = "expected on a line of its own before a statement";
            let found = misplaced(self.at(span), message, label);
            self.contents.diagnostics.push(found);
        }
    }

    /// Makes the object of a CREATE; none for any other statement.
    fn object(
        &mut self,
        statement: &Statement,
        fingerprint: impl FnOnce() -> Fingerprint,
    ) -> Option<Object> {
        let head = head(&statement.kind)?;
        let mut options = head.options.iter();
        if head.name.last().is_empty() || options.any(|option| option.kind == OptionKind::Temporary)
        {
            return None;
        }
        let query = self.query(&statement.kind);
        Some(Object {
            name: ObjectName::of(head.name),
            kind: head.kind,
            written: head.name.clone(),
            source: Arc::clone(self.source),
            definition: Definition {
                statement: statement.clone(),
                fingerprint: fingerprint(),
                query,
                query_span: head.query,
                head_columns: head.columns,
                columns: columns::of(&statement.kind, &self.source.text),
                options: head.options.to_vec(),
            },
            companions: Companions::default(),
            description: String::new(),
        })
    }

    /// Tells whether splitting has found a mistake in a part of the text.
    pub(super) fn told(&self, span: Span) -> bool {
        self.problems.iter().any(|found| span.contains(found.span))
    }

    /// Parses the query of a statement and tells what is wrong with it.
    pub(super) fn query(&mut self, kind: &StatementKind) -> Option<Query> {
        let span = kind.query()?;
        let query = query::of(&self.source.text, kind, self.dialect)?;
        let told = self.told(span);
        // What follows a mistake on its line is mostly its echo.
        let mut line = None;
        for found in query.problems() {
            let before = Span::new(span.start, found.span.start).slice(&self.source.text);
            let here = Some(before.matches('\n').count());
            let echo = found.kind == ProblemKind::Syntax && (told || here == line);
            line = here;
            if !echo {
                self.contents.diagnostics.push(problem(found, self.source));
            }
        }
        let mut partial = query.partial().iter();
        let unknown = partial.find(|partial| partial.reason != PartialReason::UnknownColumns);
        if let Some(partial) =
            unknown.filter(|_| query.problems().is_empty() && !told && !span.is_empty())
        {
            let message = "syntax is not understood, so the lineage of columns is incomplete";
            let found = Diagnostic::new(codes::PARTIAL_LINEAGE, Severity::Warning, message)
                .at(self.at(partial.span), "what it reads was still found");
            self.contents.diagnostics.push(found);
        }
        Some(query)
    }

    /// The words of the comments, without marks and directives.
    fn description(&self, comments: &[Span]) -> String {
        let mut lines: Vec<&str> = Vec::new();
        for comment in comments {
            let text = comment.slice(&self.source.text);
            if is_directive(text) {
                continue;
            }
            if let Some(line) = text.strip_prefix("--") {
                lines.push(line.trim_start_matches('-').trim());
            } else {
                let inside = text.strip_prefix("/*").unwrap_or(text);
                let inside = inside.strip_suffix("*/").unwrap_or(inside);
                let inside = inside
                    .lines()
                    .map(|line| line.trim().trim_start_matches('*').trim());
                lines.extend(inside);
            }
        }
        lines.join("\n").trim().to_owned()
    }

    /// Handles a DROP: passed over where the file makes the object itself.
    pub(super) fn drop(&mut self, statement: &Statement, drop: &Drop) {
        let alone = self.contents.objects.is_empty();
        let managed = matches!(
            drop.noun,
            Noun::View
                | Noun::MaterializedView
                | Noun::Table
                | Noun::Sink
                | Noun::Source
                | Noun::Subscription
                | Noun::Function
        );
        let own_index = drop.noun == Noun::Index
            && drop.names.iter().all(|name| {
                self.contents.objects.iter().any(|declaration| {
                    let mut indexes = declaration.object.companions.indexes.iter();
                    let is_it = |index: &QualifiedName| index.last() == name.last();
                    indexes.any(|index| index.index.name.as_ref().is_some_and(is_it))
                })
            });
        if own_index {
            return;
        }
        if !managed || drop.part.is_some() {
            self.unmanaged(statement, "DROP of something that Dormer does not own");
            return;
        }
        for written in &drop.names {
            let name = ObjectName::of(written);
            if !self.by_name.contains_key(&name) {
                let at = self.at(written.span);
                self.contents.drops.push(Dropped { name, at, alone });
            }
        }
    }
}

/// The length of the first line, without the space at its end.
fn first_line(text: &str) -> u32 {
    let line = text.lines().next().unwrap_or("").trim_end();
    Span::of(0..line.len()).end
}

struct Head<'a> {
    kind: ObjectKind,
    name: &'a QualifiedName,
    columns: Vec<Ident>,
    options: &'a [HeadOption],
    query: Option<Span>,
}

fn head(kind: &StatementKind) -> Option<Head<'_>> {
    match kind {
        StatementKind::CreateView(view) => Some(view_head(view)),
        StatementKind::CreateTable(table) => Some(table_head(table)),
        StatementKind::CreateStream(stream) => stream_head(stream),
        StatementKind::CreateFunction(CreateFunction { name, .. }) => Some(Head {
            kind: ObjectKind::Function,
            name,
            columns: Vec::new(),
            options: &[],
            query: None,
        }),
        StatementKind::CreateIndex(_)
        | StatementKind::CreateSchema(_)
        | StatementKind::Drop(_)
        | StatementKind::Alter(_)
        | StatementKind::Comment(_)
        | StatementKind::Grant(_)
        | StatementKind::Refresh(_)
        | StatementKind::Query(_)
        | StatementKind::Opaque(_) => None,
    }
}

fn view_head(view: &CreateView) -> Head<'_> {
    let kind = if view.materialized {
        ObjectKind::MaterializedView
    } else {
        ObjectKind::View
    };
    Head {
        kind,
        name: &view.name,
        columns: view.columns.clone(),
        options: &view.options,
        query: Some(view.query),
    }
}

fn table_head(table: &CreateTable) -> Head<'_> {
    let kind = if table.query.is_some() {
        ObjectKind::TableAs
    } else {
        ObjectKind::Table
    };
    Head {
        kind,
        name: &table.name,
        columns: table
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect(),
        options: &table.options,
        query: table.query,
    }
}

fn stream_head(stream: &CreateStream) -> Option<Head<'_>> {
    let kind = match stream.noun {
        Noun::Sink => ObjectKind::Sink,
        Noun::Source => ObjectKind::Source,
        Noun::Subscription => ObjectKind::Subscription,
        _ => return None,
    };
    Some(Head {
        kind,
        name: &stream.name,
        columns: stream
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect(),
        options: &stream.options,
        query: stream.query,
    })
}
