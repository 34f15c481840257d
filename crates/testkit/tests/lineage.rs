//! The sources of outputs and the columns that decide rows are right, asked of a server.

#![expect(
    clippy::unwrap_used,
    reason = "a broken server or case is a failed test"
)]

use std::collections::{BTreeMap, BTreeSet};

use dormer_sql::Name;
use dormer_sql::query::{ColumnSet, Lineage, Query};
use dormer_testkit::oracle::mutation::{self, Mutation, Question};
use dormer_testkit::oracle::{Body, Catalog, Known, Server, Verdict, bodies};
use dormer_testkit::server::Binaries;

/// The bodies that the newest server takes and that Dormer is not known to see otherwise.
fn start() -> (Server, Catalog, Vec<Body>) {
    let mut catalog = Catalog::read().unwrap();
    let mut server = Server::start(&Binaries::find().unwrap()).unwrap();
    catalog.functions = server.functions().unwrap();
    let (known, major) = (Known::read().unwrap(), server.major());
    let mut bodies = bodies().unwrap();
    bodies.retain(|body| body.since <= major && !known.contains(&body.name));
    (server, catalog, bodies)
}

type Column = (String, Name);

fn columns(set: &ColumnSet, catalog: &Catalog) -> BTreeSet<Column> {
    let column = |column: &dormer_sql::query::BaseColumn| {
        (catalog.full_name(&column.relation), column.column.clone())
    };
    set.iter().map(column).collect()
}

/// The body with one of its outputs alone.
fn wrapped(body: &Body, output: &str) -> Body {
    let names = match body.columns.as_slice() {
        [] => String::new(),
        names => format!("({})", names.join(", ")),
    };
    let output = dormer_sql::ident::quote(&Name::new(output));
    // On a line of its own: a body may end in a comment.
    let text = format!("SELECT {output} FROM (\n{}\n) AS q {names}", body.text);
    Body {
        name: body.name.clone(),
        since: body.since,
        columns: Vec::new(),
        text,
    }
}

#[test]
fn sources_of_an_output_are_read_when_it_stands_alone() {
    let (mut server, catalog, bodies) = start();
    let mut cases = Vec::new();
    for (number, body) in bodies.iter().step_by(2).enumerate() {
        let (verdict, _, lineage) = Verdict::of_text(body, &catalog);
        // One output of each body, another one each time.
        let at = number % verdict.outputs.len().max(1);
        if let (Some(name), Some(output)) = (verdict.outputs.get(at), lineage.outputs.get(at)) {
            cases.push((wrapped(body, name), columns(&output.sources, &catalog)));
        }
    }
    let texts: Vec<Body> = cases.iter().map(|(body, _)| body.clone()).collect();
    let verdicts = server.judge(&texts).unwrap();
    let mut wrong = Vec::new();
    for ((body, sources), verdict) in cases.iter().zip(verdicts) {
        let (mine, _, lineage) = Verdict::of_text(body, &catalog);
        let alone = lineage
            .outputs
            .first()
            .map(|output| columns(&output.sources, &catalog));
        if alone.as_ref() != Some(sources) {
            wrong.push(format!(
                "{}: {sources:?}, alone {alone:?}\n{}",
                body.name, body.text
            ));
        }
        let theirs = match verdict {
            Ok(theirs) => theirs,
            Err(error) => {
                wrong.push(format!("{}: {error}\n{}", body.name, body.text));
                continue;
            }
        };
        let read = columns(&lineage.reads, &catalog);
        for (relation, column) in sources {
            let by_server = theirs.reads.get(relation);
            // The server pins its own catalog, and keeps no columns for whole rows.
            let silent = relation.starts_with("pg_") || mine.whole_rows.contains(relation);
            let in_server = by_server.is_some_and(|columns| columns.contains(column.as_str()));
            let source = (relation.clone(), column.clone());
            if !(read.contains(&source) && (in_server || silent)) {
                wrong.push(format!(
                    "{}: {source:?} is not read\n{}",
                    body.name, body.text
                ));
            }
        }
    }
    let (few, count) = (wrong.iter().take(20), wrong.len());
    let few: Vec<_> = few.cloned().collect();
    assert!(
        wrong.is_empty(),
        "{count} of {}:\n{}",
        cases.len(),
        few.join("\n\n")
    );
    assert!(cases.len() > 550, "only {} cases", cases.len());
}

/// Whether values alone decide what the body returns, and tables that can be changed alone.
fn follows_values(
    query: &Query,
    body: &Body,
    reads: &BTreeSet<String>,
    tables: &BTreeSet<String>,
) -> bool {
    const READS_TABLES: [&str; 7] = [
        "top_products",
        "orders_of",
        "order_numbers",
        "anything",
        "home_of",
        "latest_order",
        "query_to_xml",
    ];
    // Where a row lies and how wide it is decides these too.
    const OF_THE_ROW: [&str; 5] = ["ctid", "xmin", "xmax", "cmin", "TABLESAMPLE"];
    let calls = query
        .calls()
        .iter()
        .filter_map(|call| call.name.parts.last());
    let calls: BTreeSet<String> = calls.map(|part| part.value.to_string()).collect();
    reads.is_subset(tables)
        && !READS_TABLES.iter().any(|name| calls.contains(*name))
        && !OF_THE_ROW.iter().any(|name| body.text.contains(name))
}

/// What must not change an output: each view's outputs by the column that is changed.
fn questions(
    mutations: &[Mutation],
    view: usize,
    (verdict, lineage): &(Verdict, Lineage),
    catalog: &Catalog,
) -> Vec<(usize, Question)> {
    let rows = columns(&lineage.rows, catalog);
    let sources = lineage.outputs.iter();
    let sources: Vec<_> = sources
        .map(|output| columns(&output.sources, catalog))
        .collect();
    let mut asked = Vec::new();
    for (number, mutation) in mutations.iter().enumerate() {
        if !verdict.reads.contains_key(&mutation.relation) {
            continue;
        }
        let column = (mutation.relation.clone(), mutation.column.clone());
        let outputs = verdict.outputs.iter().zip(&sources);
        let outputs: Vec<String> = outputs
            .filter(|(_, sources)| !rows.contains(&column) && !sources.contains(&column))
            .map(|(name, _)| name.clone())
            .collect();
        if !outputs.is_empty() {
            asked.push((number, Question { view, outputs }));
        }
    }
    asked
}

/// The outputs as they are, by view and name; what differs by itself follows the clock or chance and is left out.
fn usual(
    server: &mut Server,
    by_mutation: &BTreeMap<usize, Vec<Question>>,
) -> BTreeMap<(usize, String), String> {
    let mut outputs: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    for question in by_mutation.values().flatten() {
        let known = outputs.entry(question.view).or_default();
        known.extend(question.outputs.iter().cloned());
    }
    let question = |(view, outputs): (usize, BTreeSet<String>)| Question {
        view,
        outputs: outputs.into_iter().collect(),
    };
    let questions: Vec<Question> = outputs.into_iter().map(question).collect();
    let first = mutation::ask(server, None, &questions).unwrap();
    let again = mutation::ask(server, None, &questions).unwrap();
    let mut usual = BTreeMap::new();
    for (question, (first, again)) in questions.into_iter().zip(first.into_iter().zip(again)) {
        let pairs = first
            .unwrap_or_default()
            .into_iter()
            .zip(again.unwrap_or_default());
        for (output, (first, again)) in question.outputs.into_iter().zip(pairs) {
            if first == again {
                usual.insert((question.view, output), first);
            }
        }
    }
    usual
}

/// One body of so many is asked.
const EVERY: usize = 3;

/// Bodies that are always asked: in them a function of the select list decides how many rows there are.
const MULTIPLIED: [&str; 3] = [
    "nested_srf_in_select_list",
    "order_by_srf_output",
    "srf_in_select_list",
];

fn is_asked(at: usize, body: &Body) -> bool {
    at.is_multiple_of(EVERY) || MULTIPLIED.contains(&body.name.as_str())
}

/// Each mutation with what it must not change.
fn unmoved(
    mutations: &[Mutation],
    bodies: &[Body],
    catalog: &Catalog,
) -> BTreeMap<usize, Vec<Question>> {
    let tables = mutations.iter().map(|known| known.relation.clone());
    let tables: BTreeSet<String> = tables.collect();
    let mut asked: BTreeMap<usize, Vec<Question>> = BTreeMap::new();
    for (view, body) in bodies.iter().enumerate() {
        let (verdict, query, lineage) = Verdict::of_text(body, catalog);
        let reads = verdict.reads.keys().cloned().collect();
        if follows_values(&query, body, &reads, &tables) {
            for (number, question) in questions(mutations, view, &(verdict, lineage), catalog) {
                asked.entry(number).or_default().push(question);
            }
        }
    }
    asked
}

#[test]
fn what_is_no_source_and_decides_no_row_changes_no_output() {
    let (mut server, catalog, bodies) = start();
    let bodies = bodies.into_iter().enumerate();
    let bodies: Vec<Body> = bodies
        .filter(|(at, body)| is_asked(*at, body))
        .map(|(_, body)| body)
        .collect();
    server.judge(&bodies).unwrap();
    let mutations = mutation::fill(&mut server).unwrap();
    let by_mutation = unmoved(&mutations, &bodies, &catalog);
    let usual = usual(&mut server, &by_mutation);
    let (mut moved, mut said) = (BTreeMap::new(), 0);
    for (number, questions) in by_mutation {
        let mutation = &mutations[number];
        let answers = mutation::ask(&mut server, Some(mutation), &questions).unwrap();
        for (question, answer) in questions.iter().zip(answers) {
            let body = &bodies[question.view];
            for (output, after) in question.outputs.iter().zip(answer.unwrap_or_default()) {
                let Some(before) = usual.get(&(question.view, output.clone())) else {
                    continue;
                };
                said += usize::from(!before.starts_with("0 "));
                if *before != after {
                    let changed = format!("{}.{}", mutation.relation, mutation.column);
                    let text = format!("{changed} changes {output}\n{}", body.text);
                    moved.insert(body.name.as_str(), text);
                }
            }
        }
    }
    let names: Vec<&str> = moved.keys().copied().collect();
    assert!(names.is_empty(), "of {said}: {moved:#?}");
    assert!(said > 4000, "only {said} answers over rows");
}
