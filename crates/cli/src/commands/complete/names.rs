//! The names that a project, its target or the program itself knows, for shells that ask.

use std::path::PathBuf;
use std::time::Duration;

use dormer_core::model::name::ObjectName;

use super::Fit;
use crate::args::{Global, When};
use crate::commands::explain;
use crate::load::Loaded;
use crate::session::Door;

/// So long a target may take to tell its runs.
const PATIENCE: Duration = Duration::from_secs(1);
/// So many runs are told.
const RUNS: u32 = 20;

/// What kind of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Objects,
    ObjectsAndColumns,
    Targets,
    Runs,
    Codes,
}

/// The names; none where something is wrong.
pub(super) fn of(source: Source, before: &[String]) -> Vec<Fit> {
    match source {
        Source::Codes => codes(),
        Source::Targets => project(before)
            .map(|found| targets(&found))
            .unwrap_or_default(),
        Source::Objects => project(before)
            .map(|found| objects(&found))
            .unwrap_or_default(),
        Source::ObjectsAndColumns => project(before)
            .map(|found| [objects(&found), columns(&found)].concat())
            .unwrap_or_default(),
        Source::Runs => project(before)
            .map(|found| runs(&found))
            .unwrap_or_default(),
    }
}

/// The project that the words before name.
fn project(before: &[String]) -> Option<Loaded> {
    let global = Global {
        directory: value(before, &["-C"]).map(PathBuf::from),
        target: value(before, &["-t", "--target"]),
        json: false,
        quiet: true,
        verbose: false,
        color: When::Never,
        keeper: std::sync::Arc::default(),
    };
    Loaded::open(&global).ok()
}

/// The value of an option that stands before, in one word or in two.
fn value(before: &[String], options: &[&str]) -> Option<String> {
    let mut words = before.iter();
    let mut found = None;
    while let Some(word) = words.next() {
        for option in options {
            if word == option {
                found = words.next().cloned();
            } else if let Some(value) = word.strip_prefix(&format!("{option}=")) {
                found = Some(value.to_owned());
            }
        }
    }
    found
}

fn targets(loaded: &Loaded) -> Vec<Fit> {
    let others = loaded.project.other_targets.iter();
    let targets = std::iter::once(&loaded.project.target).chain(others);
    let mut found: Vec<Fit> = targets
        .map(|target| Fit::new(target.name.to_string(), target.dialect.rules().name))
        .collect();
    found.sort_by(|a, b| a.word.cmp(&b.word));
    found
}

fn objects(loaded: &Loaded) -> Vec<Fit> {
    let declared = loaded.project.catalog.objects.iter();
    let declared = declared.map(|(name, object)| fit(name, object.kind.words()));
    let externals = loaded.graph.nodes.keys();
    let externals = externals.filter(|name| !loaded.project.catalog.objects.contains_key(*name));
    declared
        .chain(externals.map(|name| fit(name, "external")))
        .collect()
}

fn fit(name: &ObjectName, about: &str) -> Fit {
    Fit::new(name.to_string(), about)
}

/// Columns, as far as files and catalog.lock tell.
fn columns(loaded: &Loaded) -> Vec<Fit> {
    let known = loaded.lineages.columns.iter();
    known
        .flat_map(|(name, columns)| {
            let columns = columns.iter();
            columns.map(move |column| Fit::new(format!("{name}.{column}"), "column"))
        })
        .collect()
}

fn codes() -> Vec<Fit> {
    let rules = explain::rules();
    let rules = rules.iter().map(|rule| Fit::new(rule.code, rule.name));
    let topics = explain::topics::topics();
    let topics = topics
        .iter()
        .map(|topic| Fit::new(topic.name.clone(), topic.kind));
    rules.chain(topics).collect()
}

/// The last runs, as long as the target answers at once. **No server is started for a word.**
fn runs(loaded: &Loaded) -> Vec<Fit> {
    let url = &loaded.project.target.url;
    if url.starts_with("local:") || url.starts_with("embedded:") {
        return Vec::new();
    }
    let Ok(door) = Door::of(loaded) else {
        return Vec::new();
    };
    let asked = async {
        let opened = door.reading().await?;
        let mut session = opened.session;
        session.runs(RUNS).await
    };
    let found = crate::session::wait(async { Ok(tokio::time::timeout(PATIENCE, asked).await) });
    let Ok(Ok(Ok(runs))) = found else {
        return Vec::new();
    };
    let told = runs.iter().map(|run| {
        let about = format!(
            "{} {}, {}",
            run.kind.as_str(),
            run.state.as_str(),
            run.summary
        );
        Fit::new(run.run.to_string(), about)
    });
    told.collect()
}
