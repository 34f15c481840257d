//! From a folder to a project: read, fill in, split, parse, assemble.
//!
//! Each file is one piece of work, done in parallel and parsed once; what was found is put together
//! in the order of paths, so that the outcome does not depend on who was first.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dormer_sql::canonical::Fingerprint;
use dormer_sql::parse;
use dormer_sql::split::{self, Split};
use dormer_sql::statement::Statement;
use dormer_sql::{Dialect, Problem, ProblemKind, Span};

use super::config::{self, Config, TargetConfig};
use super::files::{self, File, FileError};
use super::readers::sql::{self, Contents, Declaration, Dropped};
use super::resolve::{Asked, Resolver};
use super::settings::{CheckLevel, ObjectSettings};
use super::strictness::Strictness;
use super::template::{self, Variable, Variables};
use super::{Project, Target, clause, codes, database, lockfile, rename};
use crate::diagnostic::{Code, Diagnostic, FilePath, Location, Severity, suggest};
use crate::model::catalog::Externals;
use crate::model::kind::ObjectKind;
use crate::model::name::TargetName;
use crate::model::object::{Object, ObjectColumns, SourceText};

/// A text in statements.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) split: Split,
    pub(crate) statements: Vec<Statement>,
    pub(crate) problems: Vec<Problem>,
    dialect: Dialect,
}

impl Parsed {
    pub(crate) fn of(text: &str, dialect: Dialect) -> Self {
        let split = split::split(text, dialect);
        let mut problems = split.problems.clone();
        let mut statements = Vec::with_capacity(split.pieces.len());
        for piece in &split.pieces {
            let (statement, found) = parse::parse(text, &split, piece, dialect);
            statements.push(statement);
            problems.extend(found);
        }
        Self {
            split,
            statements,
            problems,
            dialect,
        }
    }

    /// The fingerprint of one statement.
    pub(crate) fn fingerprint(&self, index: usize, source: &SourceText) -> Fingerprint {
        let span = self.split.pieces.get(index).map(|piece| piece.span);
        dormer_sql::canonical::fingerprint(&source.text, span.unwrap_or_default(), self.dialect)
    }
}

/// Turns what floor 0 found in a text into a diagnostic at its place on disk.
#[must_use]
pub fn problem(found: &Problem, source: &SourceText) -> Diagnostic {
    let (code, label) = match found.kind {
        ProblemKind::Syntax | ProblemKind::TooDeep => (codes::SYNTAX_ERROR, ""),
        ProblemKind::Unclosed => (codes::SYNTAX_ERROR, "opened here"),
        ProblemKind::StrayComma => (codes::STRAY_COMMA, "this comma"),
        ProblemKind::BadByte => (codes::UNREADABLE_TEXT, ""),
        ProblemKind::PsqlCommand => (codes::PSQL_COMMAND, "only psql understands this"),
        ProblemKind::ModifiesData => (codes::MODIFIES_DATA, ""),
    };
    let told = |message: String, at: Span| {
        Diagnostic::new(code, Severity::Error, message).at(source.location(at), label)
    };
    match (found.kind, clause::misspelled(&source.text, found.span)) {
        (ProblemKind::Syntax, Some((meant, at))) => {
            let message = if at == found.span {
                found.message.clone()
            } else {
                // What follows the word is no mistake once it is mended.
                format!("unexpected `{}`", at.slice(&source.text))
            };
            told(message, at).help(format!("did you mean {meant}?"))
        }
        _ => told(found.message.clone(), found.span),
    }
}

/// Reads the project in `root` for a target; without one for the project's default.
///
/// It never stops at a mistake: what could be read is in the project, beside all diagnostics.
#[must_use]
pub fn open(
    root: &Path,
    target: Option<&TargetName>,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Project {
    let mut opening = Opening {
        root: root.to_owned(),
        ..Opening::default()
    };
    let text = opening.config_text(root);
    let (config, diagnostics) = config::read(&text);
    opening.diagnostics.extend(diagnostics);
    // Without it nobody knows the folders and variables: what was said of files would be noise.
    let readable = !opening.told(codes::INVALID_TOML) && !opening.told(codes::MISSING_FILE);
    let name = opening.choose(&config, target);
    let folder = || {
        root.file_name()
            .map(|name| name.to_string_lossy().into_owned())
    };
    opening.project.name = config.name.clone().or_else(folder).unwrap_or_default();
    opening.targets(&config, &name, environment);
    let engine_known = |target: &TargetConfig| target.engine_known;
    if readable && config.targets.get(&name).is_none_or(engine_known) {
        opening.lock(root, &config, &name);
        opening.files(root, &config, &name, environment);
    }
    opening.check_levels(&config);
    opening.finish()
}

#[derive(Default)]
struct Opening {
    root: PathBuf,
    project: Project,
    diagnostics: Vec<Diagnostic>,
}

/// What one file came to.
struct Read {
    path: FilePath,
    on_disk: Arc<str>,
    contents: Contents,
    unreadable: bool,
}

impl Opening {
    fn keep(&mut self, name: &str, bytes: &[u8]) -> String {
        let path = FilePath::new(name);
        let text = String::from_utf8_lossy(bytes).into_owned();
        self.diagnostics.extend(unreadable(&path, bytes));
        self.project.files.insert(path, Arc::from(text.as_str()));
        text
    }

    fn config_text(&mut self, root: &Path) -> String {
        match files::read_one(root, config::FILE_NAME) {
            Ok(Some(bytes)) => self.keep(config::FILE_NAME, &bytes),
            Ok(None) => {
                let message = format!("there is no {} here", config::FILE_NAME);
                let found = Diagnostic::new(codes::MISSING_FILE, Severity::Error, message)
                    .help("make a project: dormer init");
                self.diagnostics.push(found);
                String::new()
            }
            Err(error) => {
                self.diagnostics.push(file_error(&error));
                String::new()
            }
        }
    }

    /// Finds the target that is meant; an unknown one is told, and the default is taken.
    fn choose(&mut self, config: &Config, asked: Option<&TargetName>) -> TargetName {
        let known = |name: &TargetName| config.targets.contains_key(name);
        if let Some(asked) = asked {
            if known(asked) {
                return asked.clone();
            }
            let names: Vec<&str> = config.targets.keys().map(|name| name.0.as_str()).collect();
            let message = format!("target \"{asked}\" is not defined");
            let found = Diagnostic::new(codes::UNKNOWN_TARGET, Severity::Error, message)
                .note(format!("defined: {}", names.join(", ")));
            let found = match suggest(&asked.0, names) {
                Some(meant) => found.help(format!("did you mean \"{meant}\"?")),
                None => found,
            };
            self.diagnostics.push(found);
        }
        if asked.is_none() && !known(&config.default_target) && !self.told(codes::UNKNOWN_TARGET) {
            let names: Vec<&str> = config.targets.keys().map(|name| name.0.as_str()).collect();
            let message = "no target is named, and there is no default_target";
            let found = Diagnostic::new(codes::UNKNOWN_TARGET, Severity::Error, message)
                .note(format!("defined: {}", names.join(", ")))
                .help("add default_target = \"..\" to [project], or name a target with -t");
            self.diagnostics.push(found);
        }
        let first = || config.targets.keys().next().cloned();
        let default = Some(config.default_target.clone()).filter(known);
        default
            .or_else(first)
            .unwrap_or_else(|| config.default_target.clone())
    }

    fn told(&self, code: Code) -> bool {
        self.diagnostics.iter().any(|found| found.code == code)
    }

    fn targets(
        &mut self,
        config: &Config,
        chosen: &TargetName,
        environment: &dyn Fn(&str) -> Option<String>,
    ) {
        for (name, written) in &config.targets {
            let target = self.target((name, written), config, environment, name == chosen);
            if name == chosen {
                self.project.target = target;
            } else {
                self.project.other_targets.push(target);
            }
        }
    }

    fn target(
        &mut self,
        (name, written): (&TargetName, &TargetConfig),
        config: &Config,
        environment: &dyn Fn(&str) -> Option<String>,
        chosen: bool,
    ) -> Target {
        let filled = |text: &str| template::fill_environment(text, environment);
        let mut schemas = BTreeMap::new();
        for (declared, (text, at)) in &written.schemas {
            match filled(text) {
                Ok(own) => {
                    schemas.insert(declared.clone(), own);
                }
                Err(unset) if chosen => {
                    let message = format!("schema \"{declared}\" needs {unset}, which is not set");
                    let found = Diagnostic::new(codes::UNKNOWN_VARIABLE, Severity::Error, message)
                        .at(at.clone(), "used here")
                        .help(format!("export {unset}=.."));
                    self.diagnostics.push(found);
                }
                Err(_) => {}
            }
        }
        let variables = written.variables.iter().map(|(name, (text, _))| {
            let value = filled(text).unwrap_or_else(|_| text.clone());
            (name.clone(), value)
        });
        let mut limits = written.limits.clone();
        limits.max_extra_storage = limits.max_extra_storage.or(config.max_extra_storage());
        Target {
            name: name.clone(),
            dialect: written.dialect,
            url: written.url.clone(),
            folder: self.root.clone(),
            seed: written.seed.clone(),
            database: filled(&written.url)
                .ok()
                .and_then(|url| database::of_url(&url)),
            variables: variables.collect(),
            schemas,
            limits,
        }
    }

    fn lock(&mut self, root: &Path, config: &Config, target: &TargetName) {
        let bytes = match files::read_one(root, lockfile::FILE_NAME) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return,
            Err(error) => return self.diagnostics.push(file_error(&error)),
        };
        let text = self.keep(lockfile::FILE_NAME, &bytes);
        let dialect_of = |name: &str| {
            let target = config.targets.get(&TargetName(name.to_owned()));
            target.map_or(Dialect::Postgres, |target| target.dialect)
        };
        let (mut lock, diagnostics) = lockfile::read(&text, &dialect_of);
        self.diagnostics.extend(diagnostics);
        self.project.externals = lock.remove(target).unwrap_or_else(Externals::default);
        database::fold(&mut self.project.externals.relations, &self.project.target);
    }

    fn files(
        &mut self,
        root: &Path,
        config: &Config,
        target: &TargetName,
        environment: &dyn Fn(&str) -> Option<String>,
    ) {
        let written = config.targets.get(target).map(|target| &target.variables);
        let variable = |(name, (text, at)): (&String, &(String, Location))| {
            let variable = Variable {
                value: template::fill_environment(text, environment),
                at: at.clone(),
            };
            (name.clone(), variable)
        };
        let values = written.into_iter().flatten().map(variable).collect();
        let variables = Variables {
            target: &target.0,
            values: &values,
        };
        let target = &self.project.target;
        let each = |file| read_file(file, variables, target);
        let (read, errors) = files::read(root, &config.folders, each);
        self.diagnostics.extend(errors.iter().map(file_error));
        self.project.incomplete = !errors.is_empty();
        self.assemble(config, read);
    }

    /// Puts the contents of all files together, in the order of paths.
    fn assemble(&mut self, config: &Config, read: Vec<Read>) {
        let mut resolver = Resolver::new(config);
        let mut drops = Vec::new();
        let mut elsewhere = Vec::new();
        let mut altered = Vec::new();
        for file in read {
            self.project.files.insert(file.path.clone(), file.on_disk);
            if file.unreadable {
                self.project.unread.push(file.path.clone());
            }
            self.diagnostics.extend(file.contents.diagnostics);
            for (schema, at) in file.contents.schemas {
                self.project.catalog.schemas.entry(schema).or_insert(at);
            }
            drops.extend(file.contents.drops);
            elsewhere.extend(file.contents.elsewhere);
            altered.extend(file.contents.altered);
            for declaration in file.contents.objects {
                self.declare(declaration, &file.path, &mut resolver);
            }
        }
        // What came in order one by one fills half of each node of a map, what is built at once all.
        let catalog = &mut self.project.catalog;
        catalog.objects = std::mem::take(&mut catalog.objects).into_iter().collect();
        for name in altered {
            if let Some(object) = catalog.objects.get_mut(&name) {
                object.definition.columns = ObjectColumns::NotKnown;
            }
        }
        let (target, catalog) = (&self.project.target, &self.project.catalog);
        let told = elsewhere
            .iter()
            .filter_map(|name| name.tell(target, catalog));
        self.diagnostics.extend(told);
        for dropped in drops {
            self.absent(dropped);
        }
        self.diagnostics.extend(resolver.idle_rules());
    }

    fn declare(&mut self, declaration: Declaration, path: &FilePath, resolver: &mut Resolver<'_>) {
        let Declaration { object, directives } = declaration;
        let names = self.project.target.names_of(&object.name);
        let settings = resolver.settings(&Asked {
            names: &names,
            path: path.as_str(),
            kind: object.kind,
            directives: &directives,
        });
        if let Some(first) = self.project.catalog.objects.get(&object.name) {
            let is_function = |object: &Object| object.kind == ObjectKind::Function;
            let (kept, left_out) = match (is_function(first), is_function(&object)) {
                // A function may be called as a relation is; other objects need the relation.
                (true, false) => (&object, first),
                (false, false) | (_, true) => (first, &object),
            };
            self.diagnostics.push(second(kept, left_out));
            if kept.kind == first.kind {
                return;
            }
        }
        self.project.settings.insert(object.name.clone(), settings);
        self.project
            .catalog
            .objects
            .insert(object.name.clone(), object);
    }

    fn absent(&mut self, dropped: Dropped) {
        let Dropped { name, at, alone } = dropped;
        match (self.project.catalog.objects.get(&name), alone) {
            (None, true) => {
                self.project.catalog.absent.entry(name).or_insert(at);
            }
            (Some(object), true) => {
                let message = format!("{name} is declared, and declared absent");
                let declared = object.location(object.written.span);
                let found = Diagnostic::new(codes::DUPLICATE_OBJECT, Severity::Error, message)
                    .at(at, "must not exist")
                    .related(declared, "declared here");
                self.diagnostics.push(found);
            }
            (Some(_), false) => {}
            (None, false) => {
                let message = format!("DROP of {name} is kept out of the plan");
                let found = Diagnostic::new(codes::UNMANAGED_STATEMENT, Severity::Warning, message)
                    .at(at, "no file declares it")
                    .help("move the DROP to a file without a CREATE to declare that it must not exist");
                self.diagnostics.push(found);
            }
        }
    }

    fn check_levels(&mut self, config: &Config) {
        let mut settings = ObjectSettings::default();
        super::resolve::apply_project(&mut settings, config);
        let levels = settings.checks.into_iter();
        self.project.check_levels = levels.map(|(code, level)| (code, level.value)).collect();
    }

    fn finish(self) -> Project {
        let Self {
            mut project,
            diagnostics,
            root: _,
        } = self;
        let strictness = Strictness::of(&project);
        let mut kept: Vec<Diagnostic> = Vec::with_capacity(diagnostics.len());
        for mut found in diagnostics {
            // An error of reading stays one: what was not read cannot be planned.
            match strictness.asked(&found) {
                Some(CheckLevel::Off) if found.severity == Severity::Warning => continue,
                Some(CheckLevel::Error) => found.severity = Severity::Error,
                Some(CheckLevel::Off | CheckLevel::Warning) | None => {}
            }
            kept.push(found);
        }
        kept.sort_by(|a, b| a.order().cmp(&b.order()));
        kept.dedup();
        project.diagnostics = kept;
        project
    }
}

/// Tells that one of two objects with one name is left out.
fn second(kept: &Object, left_out: &Object) -> Diagnostic {
    let name = &kept.name;
    let found = match (kept.kind, left_out.kind) {
        (ObjectKind::Function, _) => {
            let message = format!("second declaration of function {name} is kept out of the plan");
            Diagnostic::new(codes::UNMANAGED_STATEMENT, Severity::Warning, message)
                .note("functions of one name are not told apart by their arguments")
        }
        (kind, ObjectKind::Function) => {
            let message = format!("function {name} is kept out of the plan");
            Diagnostic::new(codes::UNMANAGED_STATEMENT, Severity::Warning, message).note(format!(
                "it is called as a {kind} is, and the two are not told apart"
            ))
        }
        _ => {
            let message = format!("{name} is declared twice");
            Diagnostic::new(codes::DUPLICATE_OBJECT, Severity::Error, message)
                .note("the first one is taken for further checks")
        }
    };
    let at = |object: &Object| object.location(object.written.span);
    match left_out.kind {
        ObjectKind::Function if kept.kind != left_out.kind => found
            .at(at(left_out), "not managed")
            .related(at(kept), "declared here"),
        _ => found
            .at(at(left_out), "declared again")
            .related(at(kept), "declared first"),
    }
}

fn read_file(file: File, variables: Variables<'_>, target: &Target) -> Read {
    let File { path, bytes } = file;
    let bad = unreadable(&path, &bytes);
    let unreadable = bad.is_some();
    let on_disk: Arc<str> = Arc::from(String::from_utf8_lossy(&bytes));
    drop(bytes);
    let contents = if let Some(bad) = bad {
        Contents {
            diagnostics: vec![bad],
            ..Contents::default()
        }
    } else {
        let (source, diagnostics) = template::fill(&path, &on_disk, variables);
        let mut contents = read_text(source, target);
        if !diagnostics.is_empty() {
            // The text is not what it would be: what is said of its syntax would be an echo.
            contents.diagnostics.retain(|found| !is_syntax(found.code));
        }
        contents.diagnostics.extend(diagnostics);
        contents
    };
    Read {
        path,
        on_disk,
        contents,
        unreadable,
    }
}

fn is_syntax(code: Code) -> bool {
    [
        codes::SYNTAX_ERROR,
        codes::STRAY_COMMA,
        codes::PARTIAL_LINEAGE,
    ]
    .contains(&code)
}

fn read_text(source: SourceText, target: &Target) -> Contents {
    let dialect = target.dialect;
    let mut source = source;
    let mut parsed = Parsed::of(&source.text, dialect);
    let renamed = rename::rename(&source, &parsed, target);
    if let Some(renamed) = renamed.source {
        parsed = Parsed::of(&renamed.text, dialect);
        source = renamed;
    }
    let source = Arc::new(source);
    let mut contents = sql::read(&source, &parsed, dialect);
    contents.elsewhere = renamed.elsewhere;
    contents.diagnostics.extend(renamed.diagnostics);
    let mut told = BTreeSet::new();
    for found in &parsed.problems {
        // What is missing at one place after the first thing is mostly its echo.
        if found.kind != ProblemKind::Syntax || told.insert(found.span) {
            contents.diagnostics.push(problem(found, &source));
        }
    }
    contents
}

/// Tells what makes the bytes of a file no text: the first byte that is not UTF-8, or a NUL.
fn unreadable(path: &FilePath, bytes: &[u8]) -> Option<Diagnostic> {
    let (offset, message) = match split::decode(bytes) {
        Err(problem) => (problem.span.start, problem.message),
        Ok(text) => {
            let nul = text.bytes().position(|byte| byte == 0)?;
            (Span::of(0..nul).end, "NUL byte in text".to_owned())
        }
    };
    let at = Location {
        file: path.clone(),
        span: Span::new(offset, offset + 1),
    };
    let found = Diagnostic::new(codes::UNREADABLE_TEXT, Severity::Error, message);
    let found = found.at(at, "the file is read no further");
    Some(
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            found.help(format!("iconv -f utf-16 -t utf-8 {path}"))
        } else {
            found
        },
    )
}

fn file_error(error: &FileError) -> Diagnostic {
    let found = Diagnostic::new(codes::MISSING_FILE, Severity::Error, error.to_string());
    match error {
        FileError::FolderMissing { path, at: None, .. } => found.help(format!("mkdir {path}")),
        FileError::FolderMissing {
            at: Some(at),
            beside,
            ..
        } => {
            let found = found.at(at.clone(), "no such folder");
            match beside {
                Some(beside) => found.help(format!("path = \"{beside}\", where SQL files are")),
                None => found,
            }
        }
        FileError::FolderOutside { at, .. } => match at {
            Some(at) => found.at(at.clone(), "expected a path below dormer.toml"),
            None => found,
        },
        FileError::Unreadable { source, .. } => found.note(source.to_string()),
    }
}
