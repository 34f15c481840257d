//! The examples of `dormer explain`: the bad one is found under its code, the better one is not.
//!
//! An example is read on every engine: on one at least the bad one is found and the better one is
//! not. What it reads and does
//! not create itself comes from [`WORLD`].

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test writes its projects to the disk, and fails where that fails"
)]

use std::fs;
use std::path::{Path, PathBuf};

use dormer_core::checks::{self, Context};
use dormer_core::diagnostic::Code;
use dormer_core::graph::{Graph, lineage};
use dormer_core::project::{self, codes};

/// What examples read: the head of each CREATE, and the rest.
const WORLD: [(&str, &str); 9] = [
    (
        "TABLE sub.orders",
        "(id int, day date, week int, net int, revenue int, total int, shop_id int, customer_id int)",
    ),
    (
        "TABLE sub.orders_clean",
        "(id int, day date, net int, shop_id int)",
    ),
    ("TABLE sub.shops", "(id int)"),
    ("TABLE sub.customers", "(id int)"),
    ("TABLE raw.orders", "(id int)"),
    ("TABLE marts.orders", "(id int)"),
    (
        "MATERIALIZED VIEW marts.orders_daily",
        "AS SELECT day, week, net, revenue, shop_id FROM sub.orders",
    ),
    (
        "MATERIALIZED VIEW marts.orders_weekly",
        "AS SELECT week FROM sub.orders",
    ),
    (
        "MATERIALIZED VIEW marts.mv_01_daily",
        "AS SELECT week, revenue FROM sub.orders",
    ),
];

const ENGINES: [&str; 4] = ["postgres", "redshift", "risingwave", "materialize"];

#[test]
fn every_example_is_found_and_the_better_one_is_not() {
    let mut count = 0;
    let of_checks = checks::ALL.iter().map(|check| (check.code, check.text));
    let of_project = codes::TEXTS.iter().map(|rule| (rule.code, rule.text));
    let mut wrong = Vec::new();
    for (code, text) in of_checks.chain(of_project) {
        let text = text.split("\nSwitch it off").next().unwrap();
        let (bad, better) = text.split_once("\nBetter").unwrap_or((text, ""));
        let config = block(bad, "toml");
        let Some(bad) = block(bad, "sql") else {
            continue;
        };
        let better = block(better, "sql");
        count += 1;
        let finds = |example: &str, engine: &str| finds(code, example, (engine, config.as_deref()));
        let mut engines = ENGINES.into_iter().filter(|engine| finds(&bad, engine));
        let fits = |engine: &str| better.as_ref().is_none_or(|better| !finds(better, engine));
        if !engines.any(fits) {
            wrong.push(format!("{code}\n{bad}{}", better.as_deref().unwrap_or("")));
        }
    }
    assert!(count >= checks::ALL.len() + 5, "{count} examples");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The first block of a language in a Markdown text.
fn block(text: &str, language: &str) -> Option<String> {
    let (_, after) = text.split_once(&format!("```{language}\n"))?;
    after.split_once("```").map(|(block, _)| block.to_owned())
}

fn finds(code: Code, example: &str, (engine, config): (&str, Option<&str>)) -> bool {
    let root = write(code, example, (engine, config));
    let mut project = project::open(&root, None, &|_| None);
    let graph = Graph::build(&project.catalog);
    let lineages = lineage::resolve(&mut project.catalog, &graph, &project.externals);
    let context = Context {
        project: &project,
        graph: &graph,
        lineages: &lineages,
    };
    let found = checks::run(&context);
    let mut all = project.diagnostics.iter().chain(&found);
    all.any(|diagnostic| diagnostic.code == code)
}

/// Writes a project with the example, and with what it reads.
fn write(code: Code, example: &str, (engine, config): (&str, Option<&str>)) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("explain-{code}"));
    fs::create_dir_all(root.join("views")).unwrap();
    let target = format!("[target.dev]\nengine = \"{engine}\"\n");
    let config = match config {
        Some(config) => format!("[project]\nname = \"shop\"\ndefault_target = \"prod\"\n{config}"),
        None => format!("[project]\nname = \"shop\"\n{target}"),
    };
    fs::write(root.join("dormer.toml"), config).unwrap();
    let (mut ground, mut sql) = (String::new(), String::new());
    for (head, rest) in WORLD {
        let name = head.rsplit(' ').next().unwrap();
        let creates = |line: &str| {
            let mut words = line.split_ascii_whitespace();
            line.starts_with("CREATE") && words.any(|word| word == name)
        };
        let indexes = |line: &str| line.contains(" INDEX ");
        let created = example.lines().any(|line| creates(line) && !indexes(line));
        if created {
            continue;
        }
        // A companion stands in the file of its object, and an audit belongs to what it reads there.
        if head.starts_with("TABLE sub.") || head.starts_with("TABLE raw.") {
            ground += &format!("CREATE {head} {rest};\n");
        } else if example.contains(name) {
            sql += &format!("CREATE {head} {rest};\n");
        }
    }
    fs::write(root.join("views/ground.sql"), ground).unwrap();
    fs::write(root.join("views/a.sql"), sql + example).unwrap();
    root
}
