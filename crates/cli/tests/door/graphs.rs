//! Random projects and random edits: what apply makes equals what the files make when they are simply run,
//! and what it makes when everything is replaced.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use dormer_testkit::bed::{Bed, Database};
use dormer_testkit::dump::Dump;
use dormer_testkit::project::Project;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::Value;

use crate::case::told;
use crate::end::{clean, look, nothing_to_do, run, same};
use crate::majors;
use crate::walk::never_cascades;

const GROUND: &str = "
CREATE SCHEMA raw; CREATE SCHEMA g; CREATE SCHEMA bi;
CREATE TABLE raw.t AS SELECT i % 10 AS k, i AS v FROM generate_series(1, 40) AS i;
GRANT USAGE ON SCHEMA raw, g, bi TO anna; GRANT CREATE ON SCHEMA bi TO anna;";

/// One object; numbers are taken modulo what there is.
#[derive(Debug, Clone)]
struct Node {
    materialized: bool,
    reads: [usize; 2],
    shape: u8,
    added: u8,
    indexed: bool,
    commented: bool,
    granted: bool,
    /// Somebody's own view stands on it.
    stood_on: bool,
    gone: bool,
}

/// A change of one object.
#[derive(Debug, Clone, Copy)]
enum Edit {
    Added(u8),
    Shape(u8),
    Kind,
    Index,
    Comment,
    Grant,
    Gone,
}

fn node() -> impl Strategy<Value = Node> {
    let companions = (any::<bool>(), any::<bool>(), any::<bool>());
    let query = (0..5u8, 0..3u8, any::<[prop::sample::Index; 2]>());
    (
        prop::bool::weighted(0.7),
        companions,
        query,
        prop::bool::weighted(0.2),
    )
        .prop_map(
            |(materialized, (indexed, commented, granted), (shape, added, reads), stood_on)| Node {
                materialized,
                reads: reads.map(|one| one.index(1 << 20)),
                shape,
                added,
                indexed,
                commented,
                granted,
                stood_on,
                gone: false,
            },
        )
}

fn edit() -> impl Strategy<Value = (usize, Edit)> {
    let edit = prop_oneof![
        4 => (3..9u8).prop_map(Edit::Added),
        4 => (0..5u8).prop_map(Edit::Shape),
        1 => Just(Edit::Kind),
        1 => Just(Edit::Index),
        1 => Just(Edit::Comment),
        1 => Just(Edit::Grant),
        1 => Just(Edit::Gone),
    ];
    (0..1000usize, edit)
}

/// The numbers of what an object reads; none stands for the table.
fn reads(nodes: &[Node], number: usize) -> [Option<usize>; 2] {
    let pick = |choice: usize| {
        let at = choice % (number + 1);
        (at < number && !nodes[at].gone).then_some(at)
    };
    nodes[number].reads.map(pick)
}

/// The file of an object.
fn file(nodes: &[Node], number: usize) -> String {
    let node = &nodes[number];
    let name = |read: Option<usize>| read.map_or("raw.t".to_owned(), |at| format!("g.n{at}"));
    let [p, q] = reads(nodes, number).map(name);
    let added = node.added;
    let value = |of: &str| format!("((sum({of}) + {added}) % 100003)::bigint AS v");
    let query = match node.shape {
        0 => format!("SELECT k, {} FROM {p} GROUP BY k", value("v")),
        1 => format!(
            "SELECT a.k, {} FROM {p} AS a JOIN {q} AS b ON a.k = b.k GROUP BY a.k",
            value("a.v + b.v")
        ),
        2 => format!(
            "SELECT k, {} FROM (SELECT k, v FROM {p} UNION ALL SELECT k, v FROM {q}) AS both_of GROUP BY k",
            value("v")
        ),
        3 => format!(
            "SELECT k, count(*) AS w, {} FROM {p} GROUP BY k",
            value("v")
        ),
        _ => format!(
            "WITH few AS (SELECT k, v FROM {p} WHERE k < 8) SELECT k, {} FROM few GROUP BY k",
            value("v")
        ),
    };
    let kind = if node.materialized {
        "MATERIALIZED VIEW"
    } else {
        "VIEW"
    };
    let mut text = format!("CREATE {kind} g.n{number} AS\n{query};\n");
    if node.indexed && node.materialized {
        let _ = writeln!(text, "CREATE UNIQUE INDEX n{number}_k ON g.n{number} (k);");
    }
    if node.commented {
        let _ = writeln!(
            text,
            "COMMENT ON {kind} g.n{number} IS 'number {number}, {added}';"
        );
    }
    if node.granted {
        let _ = writeln!(text, "GRANT SELECT ON g.n{number} TO finance;");
    }
    text
}

/// What somebody else puts on top.
fn by_hand(nodes: &[Node]) -> String {
    let mut text = String::new();
    for (number, node) in nodes.iter().enumerate().filter(|(_, node)| node.stood_on) {
        let _ = writeln!(
            text,
            "GRANT SELECT ON g.n{number} TO anna;
             CREATE VIEW bi.on_{number} WITH (security_barrier) AS SELECT v, k FROM g.n{number};
             ALTER VIEW bi.on_{number} OWNER TO anna;
             GRANT SELECT (k) ON bi.on_{number} TO intern;
             COMMENT ON VIEW bi.on_{number} IS 'mine';"
        );
        if node.materialized {
            let _ = writeln!(
                text,
                "CREATE MATERIALIZED VIEW bi.kept_{number} AS SELECT k FROM g.n{number};
                 CREATE INDEX kept_{number}_k ON bi.kept_{number} (k);
                 CREATE INDEX hand_{number} ON g.n{number} (v);"
            );
        }
    }
    text
}

fn edited(nodes: &[Node], edits: &[(usize, Edit)]) -> Vec<Node> {
    let mut nodes = nodes.to_vec();
    for (choice, edit) in edits {
        let number = choice % nodes.len();
        let read: BTreeSet<usize> = (0..nodes.len())
            .filter(|at| !nodes[*at].gone)
            .flat_map(|at| reads(&nodes, at))
            .flatten()
            .collect();
        let node = &mut nodes[number];
        match edit {
            Edit::Added(added) => node.added = *added,
            Edit::Shape(shape) => node.shape = *shape,
            // What somebody put on it by hand would not fit another kind.
            Edit::Kind if !node.stood_on => node.materialized = !node.materialized,
            Edit::Index => node.indexed = !node.indexed,
            Edit::Comment => node.commented = !node.commented,
            Edit::Grant => node.granted = !node.granted,
            Edit::Gone if !node.stood_on && !read.contains(&number) => node.gone = true,
            Edit::Kind | Edit::Gone => {}
        }
    }
    nodes
}

fn write(project: &Project, nodes: &[Node]) {
    for (number, node) in nodes.iter().enumerate() {
        let name = format!("n{number}");
        if node.gone {
            // It may be gone already.
            drop(project.forget(&name));
        } else {
            project.view(&name, &file(nodes, number)).unwrap();
        }
    }
}

fn directly(database: &Database<'_>, nodes: &[Node], hand: &str) -> Result<(), String> {
    let mut session = database.connect().map_err(|error| error.to_string())?;
    let live = (0..nodes.len()).filter(|number| !nodes[*number].gone);
    let files: String = live.map(|number| file(nodes, number)).collect();
    for text in [GROUND, &files, hand] {
        session
            .batch_execute(text)
            .map_err(|error| format!("the direct build: {}\n{text}", told(&error)))?;
    }
    Ok(())
}

fn case(bed: &Bed, nodes: &[Node], edits: &[(usize, Edit)]) -> Result<(), String> {
    let new = || bed.database().map_err(|error| error.to_string());
    let (database, first, second) = (new()?, new()?, new()?);
    let mut admin = database.connect().map_err(|error| error.to_string())?;
    admin.batch_execute(GROUND).map_err(|error| told(&error))?;
    let binary = Path::new(env!("CARGO_BIN_EXE_dormer"));
    let mut project = Project::new(binary, &database.url()).unwrap();
    write(&project, nodes);
    run(&project, &["apply", "-y"], 0)?;
    nothing_to_do(&project, "after the first apply")?;
    let hand = by_hand(nodes);
    admin.batch_execute(&hand).map_err(|error| told(&error))?;
    directly(&first, nodes, &hand)?;
    same(
        "the first apply is another",
        &look(&first)?,
        &look(&database)?,
    )?;

    let after = edited(nodes, edits);
    write(&project, &after);
    let plan = run(&project, &["plan", "--json"], 0)?;
    let plan: Value = serde_json::from_str(&plan.stdout).map_err(|error| error.to_string())?;
    never_cascades(&plan)?;
    let apply = [
        "apply",
        "-y",
        "--allow",
        "data-loss",
        "--allow",
        "history-loss",
    ];
    run(&project, &apply, 0)?;
    nothing_to_do(&project, "after the edit")?;
    clean(&project)?;
    directly(&second, &after, &hand)?;
    let pruned = look(&database)?;
    same("the edit is another", &look(&second)?, &pruned)?;
    full(&new()?, &mut project, (&after, &hand))
        .and_then(|full| same("with everything replaced it is another", &full, &pruned))
}

/// The same project where every object had another definition before, so that each is replaced, whatever
/// it reads.
fn full(
    database: &Database<'_>,
    project: &mut Project,
    (nodes, hand): (&[Node], &str),
) -> Result<Dump, String> {
    let mut admin = database.connect().map_err(|error| error.to_string())?;
    admin.batch_execute(GROUND).map_err(|error| told(&error))?;
    project.aim(&database.url());
    let mut others = nodes.to_vec();
    others.iter_mut().for_each(|node| node.added += 50);
    write(project, &others);
    run(project, &["apply", "-y"], 0)?;
    admin.batch_execute(hand).map_err(|error| told(&error))?;
    write(project, nodes);
    let plan = run(project, &["plan", "--json"], 0)?;
    let plan: Value = serde_json::from_str(&plan.stdout).map_err(|error| error.to_string())?;
    let live = nodes.iter().filter(|node| !node.gone).count();
    if plan["summary"]["replace"] != live {
        return Err(format!("{live} should be replaced: {}", plan["summary"]));
    }
    run(project, &["apply", "-y"], 0)?;
    nothing_to_do(project, "after everything was replaced")?;
    clean(project)?;
    look(database)
}

#[test]
fn random_projects_equal_what_their_files_make() {
    let cases = if majors::full() { 60 } else { 8 };
    for binaries in majors::deep() {
        let bed = Bed::start(&binaries).unwrap();
        let config = Config {
            cases,
            max_shrink_iters: 60,
            failure_persistence: None,
            ..Config::default()
        };
        let mut runner = TestRunner::new(config);
        let graphs = (vec(node(), 1..14), vec(edit(), 1..5));
        let ran = runner.run(&graphs, |(nodes, edits)| {
            case(&bed, &nodes, &edits).map_err(TestCaseError::fail)
        });
        if let Err(error) = ran {
            panic!("PostgreSQL {}: {error}", bed.major());
        }
    }
}

/// A project that does not stand by itself proves nothing; neither does one that the checks refuse.
#[test]
fn random_projects_can_be_built_without_dormer() {
    let bed = Bed::start(&majors::deep().pop().unwrap()).unwrap();
    let binary = Path::new(env!("CARGO_BIN_EXE_dormer"));
    let stands = |nodes: &[Node], hand: &str| -> Result<(), String> {
        let database = bed.database().map_err(|error| error.to_string())?;
        directly(&database, nodes, hand)?;
        let project = Project::new(binary, &database.url()).unwrap();
        write(&project, nodes);
        run(&project, &["check"], 0).map(drop)
    };
    let config = Config {
        cases: 24,
        failure_persistence: None,
        ..Config::default()
    };
    let graphs = (vec(node(), 1..14), vec(edit(), 1..5));
    let ran = TestRunner::new(config).run(&graphs, |(nodes, edits)| {
        let hand = by_hand(&nodes);
        stands(&nodes, &hand)
            .and_then(|()| stands(&edited(&nodes, &edits), &hand))
            .map_err(TestCaseError::fail)
    });
    if let Err(error) = ran {
        panic!("{error}");
    }
}
