//! Dormer and PostgreSQL agree on what views read and what their columns are called.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a broken server or case is a failed test"
)]

use std::collections::BTreeMap;

use dormer_sql::query::Unresolved;
use dormer_testkit::oracle::{
    Body, Catalog, Known, Server, Told, Verdict, bodies, generated_query,
};
use dormer_testkit::server::Binaries;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

/// Compares all bodies on one server: what differs, by case; nothing where they agree.
fn differing(server: &mut Server, bodies: &[Body]) -> Vec<(String, String)> {
    let mut catalog = Catalog::read().unwrap();
    catalog.functions = server.functions().unwrap();
    let verdicts = server.judge(bodies).unwrap();
    let mut told = Vec::new();
    for (body, verdict) in bodies.iter().zip(verdicts) {
        let theirs = verdict.unwrap_or_else(|error| panic!("{} is refused: {error}", body.name));
        let (mine, query, lineage) = Verdict::of_text(body, &catalog);
        let mut text = mine.differences(&theirs);
        for problem in query.problems() {
            text.push_str(&format!(
                "  problem: {} at {:?}\n",
                problem.message, problem.span
            ));
        }
        for unresolved in &lineage.unresolved {
            text.push_str(&format!("  unresolved: {}\n", in_words(unresolved)));
        }
        for partial in &lineage.partial {
            text.push_str(&format!("  partial: {partial:?}\n"));
        }
        told.push((body.name.clone(), text));
    }
    told
}

#[test]
fn the_corpus_agrees_on_every_installed_server() {
    let mut known = Known::read().unwrap();
    let bodies = bodies().unwrap();
    assert!(
        bodies.len() >= 1200,
        "the corpus has shrunk to {}",
        bodies.len()
    );
    let mut told = Told::new();
    for body in &bodies {
        told.insert(body.name.clone(), BTreeMap::new());
    }
    for binaries in Binaries::all().unwrap() {
        let mut server = Server::start(&binaries).unwrap();
        let major = server.major();
        let accepted: Vec<Body> = bodies
            .iter()
            .filter(|body| body.since <= major)
            .cloned()
            .collect();
        for (name, text) in differing(&mut server, &accepted) {
            told.entry(name).or_default().insert(major, text);
        }
    }
    if std::env::var_os("BLESS").is_some() {
        known.bless(&told);
        known.write().unwrap();
    }
    let mut wrong = known.mistakes(&told);
    wrong.extend(known.surprises(&told));
    assert!(
        wrong.is_empty(),
        "{} wrong; when that is right, BLESS=1 writes oracle/known.toml:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// An unresolved name in words that outlive the types they come from.
fn in_words(unresolved: &Unresolved) -> String {
    match unresolved {
        Unresolved::UnknownColumn { column, of, .. } => {
            let of = of
                .as_ref()
                .map_or_else(|| "anything".to_owned(), ToString::to_string);
            format!("no column {column} of {of}")
        }
        Unresolved::AmbiguousColumn { column, .. } => format!("several columns {column}"),
        Unresolved::UnknownAlias { alias, .. } => format!("nothing called {alias}"),
    }
}

/// Where the server calls a name ambiguous or unknown, Dormer must too.
fn refusal_differs(error: &str, body: &Body, catalog: &Catalog) -> Option<String> {
    let (_, _, lineage) = Verdict::of_text(body, catalog);
    let agrees = lineage
        .unresolved
        .iter()
        .any(|unresolved| match unresolved {
            Unresolved::AmbiguousColumn { column, .. } => {
                error.contains("is ambiguous") && error.contains(&format!("\"{column}\""))
            }
            Unresolved::UnknownColumn { .. } => error.contains("does not exist"),
            Unresolved::UnknownAlias { .. } => error.contains("FROM-clause"),
        });
    let is_about_names = ["is ambiguous", "does not exist", "FROM-clause"];
    let is_about_names = is_about_names.iter().any(|words| error.contains(words));
    (is_about_names && !agrees).then(|| format!("{error}\n{:?}\n{}", lineage.unresolved, body.text))
}

/// How many queries are made, and how many of them the server must accept for the test to say
/// anything.
const MADE: usize = 600;
const ACCEPTED: usize = 500;

#[test]
fn generated_queries_agree() {
    let mut catalog = Catalog::read().unwrap();
    let mut server = Server::start(&Binaries::find().unwrap()).unwrap();
    catalog.functions = server.functions().unwrap();
    let mut runner = TestRunner::deterministic();
    let choices = proptest::collection::vec(proptest::num::u8::ANY, 20..160);
    let made = (0..MADE).map(|number| Body {
        name: format!("generated {number}"),
        since: 13,
        columns: Vec::new(),
        text: generated_query(&choices.new_tree(&mut runner).unwrap().current(), &catalog),
    });
    let made: Vec<Body> = made.collect();
    let verdicts = server.judge(&made).unwrap();
    let mut accepted = 0;
    let mut refused = Vec::new();
    let mut differing = Vec::new();
    for (body, verdict) in made.iter().zip(verdicts) {
        match verdict {
            Err(error) => {
                if let Some(difference) = refusal_differs(&error, body, &catalog) {
                    differing.push(difference);
                }
                refused.push(format!("{error}\n{}", body.text));
            }
            Ok(theirs) => {
                accepted += 1;
                let (mine, query, lineage) = Verdict::of_text(body, &catalog);
                let text = mine.differences(&theirs);
                let silent = query.problems().is_empty()
                    && lineage.unresolved.is_empty()
                    && lineage.partial.is_empty();
                if !text.is_empty() || !silent {
                    let (unresolved, partial) = (&lineage.unresolved, &lineage.partial);
                    differing.push(format!("{text}{unresolved:?} {partial:?}\n{}", body.text));
                }
            }
        }
    }
    assert!(
        differing.is_empty(),
        "{} differ:\n{}",
        differing.len(),
        differing.join("\n\n")
    );
    let first = refused.first();
    assert!(
        accepted >= ACCEPTED,
        "only {accepted} of {MADE} are accepted; one is not: {first:?}"
    );
}
