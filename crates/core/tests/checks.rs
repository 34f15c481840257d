//! The cases of the checks: every folder of `cases/checks`, `cases/engines` and `cases/scenarios`
//! is a project, its `expected.txt` what is found in it.
//!
//! - A case of `cases/engines` is a project as teams have them: nothing false is found in it.
//! - A case of `cases/scenarios` is a known failure of other tools; its graph is written down too.
//!
//! `BLESS=1` writes what was found instead, `CASE=part` picks folders by a part of their path, and
//! a `target.txt` in a folder names the target.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads its cases from the disk, and fails where that fails"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use dormer_core::checks::{self, Context};
use dormer_core::diagnostic::{Diagnostic, Label, Location, Severity};
use dormer_core::graph::{Graph, lineage};
use dormer_core::model::name::TargetName;
use dormer_core::project::{self, Project};
use dormer_sql::LineIndex;

#[test]
fn every_case_finds_what_it_says() {
    let part = std::env::var("CASE").unwrap_or_default();
    let bless = std::env::var_os("BLESS").is_some();
    let mut wrong = String::new();
    let mut count = 0;
    for case in ROOTS.iter().flat_map(|root| folders(&cases(root))) {
        if !case.to_string_lossy().contains(&part) {
            continue;
        }
        count += 1;
        let found = found(&case);
        let file = case.join("expected.txt");
        let expected = fs::read_to_string(&file).unwrap_or_default();
        if found == expected {
            continue;
        }
        if bless {
            fs::write(&file, &found).unwrap();
        } else {
            writeln!(
                wrong,
                "{}\n--- expected\n{expected}--- found\n{found}",
                case.display()
            )
            .unwrap();
        }
    }
    assert!(count > 0, "no case has {part:?} in its path");
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_check_has_a_finding_and_a_clean_case() {
    let root = cases("checks");
    for check in checks::ALL {
        let code = check.code.as_str().to_ascii_lowercase();
        let of_check: Vec<PathBuf> = folders(&root)
            .into_iter()
            .filter(|case| {
                case.file_name()
                    .unwrap()
                    .to_string_lossy()
                    .starts_with(&code)
            })
            .collect();
        let has = |case: &PathBuf| {
            let expected = fs::read_to_string(case.join("expected.txt")).unwrap();
            expected.contains(check.code.as_str())
        };
        assert!(of_check.iter().any(has), "{code} has no case that finds it");
        assert!(!of_check.iter().all(has), "{code} has no clean case");
    }
}

#[test]
fn line_ends_do_not_count_and_joined_lines_do() {
    let print = |case: &str| {
        let project = project::open(&cases("scenarios").join(case), None, &|_| None);
        let objects = project.catalog.objects.values();
        let prints: Vec<_> = objects
            .map(|object| object.definition.fingerprint)
            .collect();
        assert_eq!(prints.len(), 1, "{case}: {:?}", project.diagnostics);
        prints
    };
    let first = print("sc01-line-ends-lf");
    for same in ["crlf", "byte-order-mark", "no-last-line-end"] {
        assert_eq!(first, print(&format!("sc01-line-ends-{same}")), "{same}");
    }
    assert_ne!(first, print("sc01-line-ends-joined"));
}

const ROOTS: [&str; 3] = ["checks", "engines", "scenarios"];

fn cases(root: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../cases")
        .join(root)
}

fn folders(root: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

fn found(case: &Path) -> String {
    let target = fs::read_to_string(case.join("target.txt")).ok();
    let target = target.map(|name| TargetName(name.trim().to_owned()));
    let mut project = project::open(case, target.as_ref(), &|_| None);
    let graph = Graph::build(&project.catalog);
    let lineages = lineage::resolve(&mut project.catalog, &graph, &project.externals);
    let context = Context {
        project: &project,
        graph: &graph,
        lineages: &lineages,
    };
    let mut diagnostics = project.diagnostics.clone();
    diagnostics.extend(checks::run(&context));
    let lines: Vec<String> = diagnostics
        .iter()
        .map(|diagnostic| finding(&project, diagnostic))
        .collect();
    let mut found = if lines.is_empty() {
        "nothing found\n".to_owned()
    } else {
        lines.join("\n") + "\n"
    };
    if case.parent() == Some(&cases("scenarios")) {
        write_graph(&mut found, &graph);
    }
    found
}

/// One line an object: its layer and what it reads.
fn write_graph(found: &mut String, graph: &Graph) {
    for (name, (_, layer)) in &graph.nodes {
        let layer = layer.map_or_else(|| "-".to_owned(), |layer| layer.to_string());
        write!(found, "layer {layer} {name}").unwrap();
        for read in graph.reads.get(name).into_iter().flatten() {
            write!(found, " <- {read}").unwrap();
        }
        found.push('\n');
    }
}

/// One line a finding, as in the cases of projects.
fn finding(project: &Project, found: &Diagnostic) -> String {
    let severity = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let (place, label) = found.primary.as_ref().map_or_else(
        || ("-".to_owned(), String::new()),
        |label| {
            (
                place(project, label),
                format!(" | {}", words(project, label)),
            )
        },
    );
    let mut line = format!(
        "{place} {severity}[{}] {}{label}",
        found.code, found.message
    );
    for at in &found.again {
        write!(line, " | again {}", location(project, at)).unwrap();
    }
    for related in &found.related {
        let place = self::place(project, related);
        write!(line, " | also {place} {}", words(project, related)).unwrap();
    }
    for note in &found.notes {
        write!(line, " | note {}", note.told(|at| location(project, at))).unwrap();
    }
    for help in &found.help {
        write!(line, " | help {help}").unwrap();
    }
    line
}

/// `views/a.sql:3:5`
fn place(project: &Project, label: &Label) -> String {
    location(project, &label.at)
}

fn location(project: &Project, at: &Location) -> String {
    let on_disk = project.files.get(&at.file).map_or("", |file| file);
    let place = LineIndex::new(on_disk).place(on_disk, at.span.start);
    format!("{}:{}:{}", at.file, place.line, place.column)
}

/// What is marked, and the words under it.
fn words(project: &Project, label: &Label) -> String {
    let on_disk = project.files.get(&label.at.file).map_or("", |file| file);
    let written = label.at.span.slice(on_disk).lines().next().unwrap_or("");
    format!("`{written}` {}", label.text)
}
