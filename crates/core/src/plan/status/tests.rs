//! How objects stand, as short text: one line each.

use std::time::Duration;

use super::{Next, status};
use crate::engine::journal::{ObjectState, RunKind, RunRecord, RunState};
use crate::engine::lease::Life;
use crate::model::observed::index::Index;
use crate::plan::decide::fixture::{World, name};
use crate::plan::drift;

const A: &str = "CREATE MATERIALIZED VIEW marts.a AS SELECT id FROM sub.orders";
const B: &str = "CREATE MATERIALIZED VIEW marts.b AS SELECT net FROM sub.orders";

const DAY: i64 = 86_400;

fn told(world: &World) -> String {
    let lines = world.with(|input| {
        let drift = drift::find(input);
        status(input, &drift, &|_| Duration::from_secs(86_400))
    });
    let lines = lines.iter().map(|line| {
        let problem = line.problem.as_ref();
        let problem = problem.map_or_else(String::new, |(text, next)| format!(": {text} {next:?}"));
        let retired = match line.retired.count {
            0 => String::new(),
            count => format!(
                " retired {count}, {:?} until {:?}",
                line.retired.bytes, line.retired.until
            ),
        };
        format!("{} {}{retired}{problem}", line.name, line.state.as_str())
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn holds(world: &World, expected: &[&str]) {
    let told = told(world);
    assert_eq!(told, expected.join("\n"), "\n{told}\n");
}

fn applied(all: &[&str]) -> World {
    let mut world = World::new();
    for sql in all {
        world.files(sql);
        world.applied(sql, "id integer");
    }
    world
}

#[test]
fn what_is_applied_and_as_its_file_says_is_ok() {
    holds(&applied(&[A]), &["marts.a ok"]);
}

#[test]
fn the_worst_comes_first() {
    let c = "CREATE VIEW marts.c AS SELECT id FROM sub.orders";
    let d = "CREATE MATERIALIZED VIEW marts.d AS SELECT id FROM sub.orders";
    let mut world = applied(&[A, c, d]);
    world.files(B);
    world.observed.relations.remove(&name("marts.d"));
    let drifted = world.observed.relations.get_mut(&name("marts.c")).unwrap();
    drifted.definition = Some("SELECT 1 AS id".to_owned());
    let empty = world.observed.relations.get_mut(&name("marts.a")).unwrap();
    empty.populated = false;
    holds(
        &world,
        &[
            "marts.d missing: is not there any more Apply",
            "marts.c drifted: has another definition Drift",
            "marts.a unpopulated: holds no rows: nobody can read it until it is filled Apply",
            "marts.b pending: new, not applied yet Apply",
        ],
    );
}

#[test]
fn what_a_file_says_and_nobody_applied_is_pending() {
    let mut world = applied(&[A, B]);
    world.files("CREATE MATERIALIZED VIEW marts.a AS SELECT id, net FROM sub.orders");
    world.files(&format!(
        "{B}; COMMENT ON MATERIALIZED VIEW marts.b IS 'new'"
    ));
    holds(
        &world,
        &[
            "marts.a pending: edited, not applied yet Apply",
            "marts.b pending: comment changed, not applied yet Apply",
        ],
    );
    world.project.catalog.objects.remove(&name("marts.a"));
    let told = told(&world);
    assert!(
        told.starts_with("marts.a pending: no file declares it any more Retire"),
        "{told}"
    );
}

#[test]
fn what_stands_there_and_nobody_applied_can_be_adopted() {
    let mut world = World::new();
    world.files(A);
    world.external(A, "id integer");
    holds(
        &world,
        &["marts.a pending: is there and was never applied Adopt"],
    );
}

#[test]
fn what_was_added_by_hand_alone_is_no_problem() {
    let mut world = applied(&[A]);
    let relation = world.observed.relations.get_mut(&name("marts.a")).unwrap();
    relation.comment = Some("by hand".to_owned());
    let index = Index {
        definition: "CREATE INDEX mine ON marts.a (id)".to_owned(),
        unique: false,
        valid: true,
        primary: false,
        constraint: None,
        clustered: false,
        replica_identity: false,
        concurrent_refresh: false,
        comment: None,
        tablespace: None,
    };
    relation.indexes.insert("mine".to_owned(), index);
    holds(&world, &["marts.a ok"]);
}

#[test]
fn retired_generations_are_counted_until_the_last_may_go() {
    let mut world = applied(&[A]);
    let physical = world.retired("marts.a", "sub.orders");
    let relation = world.observed.relations.get_mut(&physical).unwrap();
    relation.bytes = Some(4096);
    for record in world.journal.objects.values_mut() {
        record.since = (record.state == ObjectState::Retired).then_some(DAY);
    }
    holds(&world, &["marts.a ok retired 1, 4096 until Some(172800)"]);
    // What is gone from the target takes no room.
    world.observed.relations.remove(&physical);
    holds(&world, &["marts.a ok"]);
}

#[test]
fn a_shadow_is_left_where_nobody_works_on_it() {
    let mut world = applied(&[A]);
    let physical = world.retired("marts.a", "sub.orders");
    let mut run = None;
    for record in world.journal.objects.values_mut() {
        if record.state == ObjectState::Retired {
            record.state = ObjectState::Shadow;
            run = Some(record.run.clone());
        }
    }
    let run = run.unwrap();
    let left = format!(
        "marts.a shadow-left: {} was left by run {run}",
        physical.name
    );
    holds(&world, &[&format!("{left} {:?}", Next::Cleanup)]);
    let mut unfinished = RunRecord {
        run,
        kind: RunKind::Apply,
        project: "shop".to_owned(),
        state: RunState::Running,
        who: String::new(),
        host: String::new(),
        tool: String::new(),
        started: 0,
        ended: None,
        summary: String::new(),
        error: None,
        session: Some(Life::Dead),
    };
    world.journal.unfinished = vec![unfinished.clone()];
    holds(
        &world,
        &[&format!("{left}, which can go on {:?}", Next::Resume)],
    );
    unfinished.session = Some(Life::Alive);
    world.journal.unfinished = vec![unfinished];
    holds(&world, &["marts.a ok"]);
}
