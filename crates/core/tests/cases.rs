//! The door of the project cases: each folder of `cases/project` is read, and what was found is
//! compared with its `expected.txt`. `BLESS=1` writes what was found instead.

#![expect(
    clippy::disallowed_methods,
    reason = "the door reads the case folders and the switches of whoever runs it"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use dormer_core::diagnostic::{Diagnostic, Label, Location, Severity};
use dormer_core::model::name::TargetName;
use dormer_core::model::object::Object;
use dormer_core::project::settings::{ObjectSettings, Origin, Setting};
use dormer_core::project::{self, Project, render};
use dormer_sql::LineIndex;

/// The environment that the cases see.
fn environment(name: &str) -> Option<String> {
    (name == "DORMER_CASE_USER").then(|| "anna".to_owned())
}

fn place(project: &Project, at: &Location) -> String {
    let text = project.files.get(&at.file).map_or("", |text| text);
    let place = LineIndex::new(text).place(text, at.span.start);
    format!("{}:{}:{}", at.file, place.line, place.column)
}

fn label(project: &Project, label: &Label) -> String {
    let text = project.files.get(&label.at.file).map_or("", |text| text);
    let under = label.at.span.slice(text).lines().next().unwrap_or("");
    let place = place(project, &label.at);
    format!("{place} `{under}` {}", label.text)
}

fn finding(project: &Project, found: &Diagnostic) -> String {
    let severity = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut line = found
        .primary
        .as_ref()
        .map_or_else(|| "-".to_owned(), |at| place(project, &at.at));
    let _ = write!(line, " {severity}[{}] {}", found.code, found.message);
    if let Some(primary) = &found.primary {
        let text = project.files.get(&primary.at.file).map_or("", |text| text);
        let under = primary.at.span.slice(text).lines().next().unwrap_or("");
        let _ = write!(line, " | `{under}` {}", primary.text);
    }
    for at in &found.again {
        let _ = write!(line, " | again {}", place(project, at));
    }
    for related in &found.related {
        let _ = write!(line, " | also {}", label(project, related));
    }
    for note in &found.notes {
        let _ = write!(line, " | note {}", note.told(|at| place(project, at)));
    }
    for help in &found.help {
        let _ = write!(line, " | help {help}");
    }
    line
}

fn origin(project: &Project, origin: &Origin) -> String {
    match origin {
        Origin::Default => "default".to_owned(),
        Origin::Project(at) | Origin::Directive(at) => place(project, at),
        Origin::Rule { pattern, at } => format!("{pattern} {}", place(project, at)),
    }
}

/// The settings that somebody wrote.
fn settings(project: &Project, settings: &ObjectSettings) -> Vec<String> {
    let mut lines = Vec::new();
    let mut add = |key: &str, value: String, from: &Origin| {
        if *from != Origin::Default {
            lines.push(format!("    {key} = {value}    {}", origin(project, from)));
        }
    };
    fn each<T: ToString>(
        add: &mut impl FnMut(&str, String, &Origin),
        key: &str,
        setting: Option<&Setting<T>>,
    ) {
        if let Some(setting) = setting {
            add(key, setting.value.to_string(), &setting.origin);
        }
    }
    each(&mut add, "strategy", settings.strategy.as_ref());
    each(&mut add, "keep_retired", Some(&settings.keep_retired));
    add("tags", settings.tags.value.join(" "), &settings.tags.origin);
    each(&mut add, "group", settings.group.as_ref());
    each(&mut add, "owner", settings.owner.as_ref());
    add(
        "allow",
        settings.allow.value.join(" "),
        &settings.allow.origin,
    );
    each(&mut add, "refresh.every", settings.refresh_every.as_ref());
    each(&mut add, "refresh.cron", settings.refresh_cron.as_ref());
    each(&mut add, "refresh.lag", settings.refresh_lag.as_ref());
    each(
        &mut add,
        "refresh.min_interval",
        settings.refresh_min_interval.as_ref(),
    );
    each(
        &mut add,
        "refresh.max_skip",
        Some(&settings.refresh_max_skip),
    );
    each(&mut add, "refresh.window", settings.refresh_window.as_ref());
    each(&mut add, "refresh.mode", Some(&settings.refresh_mode));
    each(&mut add, "sink", settings.sink.as_ref());
    each(&mut add, "audit.on", Some(&settings.audit_on));
    for (code, level) in &settings.checks {
        add(code, level.value.to_string(), &level.origin);
    }
    lines
}

fn object(project: &Project, object: &Object) -> Vec<String> {
    let at = place(project, &object.location(object.written.span));
    let mut lines = vec![format!("{} {} {at}", object.kind.as_str(), object.name)];
    if !object.description.is_empty() {
        lines.push(format!("    description {:?}", object.description));
    }
    let companions = &object.companions;
    for index in &companions.indexes {
        let keys = index.index.keys.len();
        let at = place(project, &object.location(index.span));
        lines.push(format!("    index of {keys} keys {at}"));
    }
    if let Some(comment) = &companions.comment {
        lines.push(format!("    comment {:?}", comment.text));
    }
    for (column, comment) in &companions.column_comments {
        lines.push(format!("    comment on {column} {:?}", comment.text));
    }
    for grant in &companions.grants {
        let columns = grant.columns.join(" ");
        lines.push(format!(
            "    grant {} ({columns}) to {}",
            grant.privilege, grant.grantee.0
        ));
    }
    if let Some(owner) = &companions.owner {
        lines.push(format!("    owner {}", owner.role.value));
    }
    for audit in &companions.audits {
        lines.push(format!("    audit {:?}", audit.name));
    }
    if let Some(found) = project.settings.get(&object.name) {
        lines.extend(settings(project, found));
    }
    lines
}

/// Everything that a case shows: findings, then what is declared, then rewritten texts.
fn shown(project: &Project) -> String {
    let mut lines: Vec<String> = Vec::new();
    let findings = project.diagnostics.iter();
    lines.extend(findings.map(|found| finding(project, found)));
    lines.push(String::new());
    let target = &project.target;
    lines.push(format!(
        "project {} target {} engine {} url {}",
        project.name,
        target.name,
        target.dialect.rules().name,
        target.url
    ));
    for (schema, at) in &project.catalog.schemas {
        lines.push(format!("schema {schema} {}", place(project, at)));
    }
    for (name, at) in &project.catalog.absent {
        lines.push(format!("absent {name} {}", place(project, at)));
    }
    for (name, external) in &project.externals.relations {
        let columns: Vec<_> = external.columns.iter().map(|column| &column.name).collect();
        lines.push(format!(
            "external {name} {} {columns:?}",
            external.kind.as_str()
        ));
    }
    for declared in project.catalog.objects.values() {
        lines.extend(object(project, declared));
        if !declared.source.origin.is_empty() {
            lines.push(format!("    text {:?}", render::definition(declared)));
        }
    }
    lines.join("\n") + "\n"
}

fn cases(root: &Path) -> io::Result<BTreeMap<String, PathBuf>> {
    let mut cases = BTreeMap::new();
    for entry in fs::read_dir(root)? {
        let entry = entry?;
        if entry.path().is_dir() {
            let name = entry.file_name().to_string_lossy().into_owned();
            cases.insert(name, entry.path());
        }
    }
    Ok(cases)
}

/// Reads a case, and tells how it differs from what is expected.
fn run(folder: &Path, bless: bool) -> io::Result<Option<String>> {
    let target = fs::read_to_string(folder.join("target.txt")).ok();
    let target = target.map(|name| TargetName(name.trim().to_owned()));
    let project = project::open(folder, target.as_ref(), &environment);
    let found = shown(&project);
    let path = folder.join("expected.txt");
    if bless {
        fs::write(path, found)?;
        return Ok(None);
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    Ok((expected != found).then(|| format!("expected:\n{expected}\nfound:\n{found}")))
}

#[test]
fn every_case_is_read_as_expected() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/project");
    let bless = std::env::var_os("BLESS").is_some();
    let only = std::env::var("CASE").unwrap_or_default();
    let cases = cases(&root).unwrap();
    let mut failures = Vec::new();
    let mut count = 0;
    for (name, folder) in cases {
        if !name.contains(&only) {
            continue;
        }
        count += 1;
        if let Some(difference) = run(&folder, bless).unwrap() {
            failures.push(format!("== {name}\n{difference}"));
        }
    }
    assert!(count > 0, "no case has {only:?} in its name");
    assert!(
        !only.is_empty() || count >= 50,
        "only {count} cases were found"
    );
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
