//! Dormer and PostgreSQL agree on what views read and what their columns are called.

use dormer_testkit::oracle::{Body, Catalog, Server, Verdict, bodies, known_differences};
use dormer_testkit::server::Binaries;

/// Compares all bodies on one server; returns the cases that differ, with how.
fn differing(server: &mut Server, bodies: &[Body]) -> Vec<(String, String)> {
    let mut catalog = Catalog::read().unwrap();
    catalog.functions = server.functions().unwrap();
    let verdicts = server.judge(bodies).unwrap();
    let mut differing = Vec::new();
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
            text.push_str(&format!("  unresolved: {unresolved:?}\n"));
        }
        for partial in &lineage.partial {
            text.push_str(&format!("  partial: {partial:?}\n"));
        }
        if !text.is_empty() {
            differing.push((
                body.name.clone(),
                format!("{}\n{text}{}\n", body.name, body.text),
            ));
        }
    }
    differing
}

#[test]
fn the_corpus_agrees_on_every_installed_server() {
    let known = known_differences().unwrap();
    let bodies = bodies().unwrap();
    assert!(
        bodies.len() >= 400,
        "the corpus has shrunk to {}",
        bodies.len()
    );
    let mut seen = std::collections::BTreeSet::new();
    let mut unknown = Vec::new();
    for binaries in Binaries::all().unwrap() {
        let mut server = Server::start(&binaries).unwrap();
        let major = server.major();
        let accepted: Vec<Body> = bodies
            .iter()
            .filter(|body| body.since <= major)
            .cloned()
            .collect();
        for (name, text) in differing(&mut server, &accepted) {
            if known.contains_key(&name) {
                seen.insert(name);
            } else {
                unknown.push(format!("PostgreSQL {major}: {text}"));
            }
        }
    }
    assert!(
        unknown.is_empty(),
        "{} differ:\n{}",
        unknown.len(),
        unknown.join("\n")
    );
    let stale: Vec<_> = known.keys().filter(|name| !seen.contains(*name)).collect();
    assert!(
        stale.is_empty(),
        "known differences that are none: {stale:?}"
    );
}
