//! What becomes of renames on the way back, and of the way back.

use super::fixture::{observed, reads};
use super::tests::back;
use super::trail::Trail;
use super::*;
use crate::engine::Generation;
use crate::engine::RunId;
use crate::engine::journal::{ObjectRecord, ObjectState, Record};
use crate::engine::step::{Deed, StepKind};
use crate::model::observed::relation::RelationKind::MaterializedView;
use crate::plan::Plan;
use crate::plan::sequence::fixture::*;
use crate::plan::sequence::steps::{Draft, Steps};

/// A run that renamed `marts.a` to `marts.z`, which `marts.b` reads; the world after it.
fn renamed() -> (World, Plan) {
    let mut world = World::new();
    let before = world.live("marts.a", MaterializedView);
    let reader = world.live("marts.b", MaterializedView);
    let mut step = Draft::of(StepKind::Rename, "rename marts.a to marts.z".to_owned());
    step.deeds.push(Deed::Rename {
        relation: physical("marts.a", MaterializedView),
        to: "z".to_owned(),
    });
    step.records.push(Record::Moved {
        name: before.name.clone(),
        generation: before.generation.clone(),
        state: ObjectState::Dropped,
        physical: "a".to_owned(),
    });
    step.records.push(Record::Object(Box::new(ObjectRecord {
        name: name("marts.z"),
        physical: "z".to_owned(),
        run: run(),
        ..before
    })));
    step.records.push(declared(&reader, "reads z"));
    step.undo.push(declared(&reader, "reads a"));
    let mut steps = Steps::default();
    steps.add(step);
    let mut plan = empty();
    plan.run = run();
    steps.finish(&world.frame(), &mut plan);
    world.hear(&plan);
    (world, plan)
}

fn declared(record: &ObjectRecord, text: &str) -> Record {
    Record::Declared {
        name: record.name.clone(),
        generation: record.generation.clone(),
        fingerprint: text.to_owned(),
        declared: text.to_owned(),
        companions: Box::default(),
    }
}

fn live(world: &World) -> Vec<String> {
    let records = world.journal.objects.values();
    let live = records.filter(|record| record.state == ObjectState::Live);
    live.map(|record| format!("{} {}", record.name, record.fingerprint))
        .collect()
}

#[test]
fn rename_goes_back_and_forth_and_leaves_one_name() {
    let (mut world, plan) = renamed();
    let fingerprint = world.journal.live(&name("marts.z")).unwrap();
    let fingerprint = fingerprint.fingerprint.clone();
    let there = vec![
        "marts.b reads z".to_owned(),
        format!("marts.z {fingerprint}"),
    ];
    let back_again = vec![
        format!("marts.a {fingerprint}"),
        "marts.b reads a".to_owned(),
    ];
    assert_eq!(live(&world), there);
    let mut plan = plan;
    for wanted in [&back_again, &there, &back_again, &there] {
        plan = back(&world, &plan, &observed(&world)).unwrap();
        world.hear(&plan);
        assert_eq!(live(&world), *wanted);
    }
}

#[test]
fn way_back_of_a_rename_is_not_taken_back_once_another_has_the_name() {
    let (mut world, plan) = renamed();
    let first = back(&world, &plan, &observed(&world)).unwrap();
    world.hear(&first);
    let later = RunId::new(1_750_000_000_000, 0);
    let of = name("marts.a");
    let mut record = world.journal.live(&of).unwrap().clone();
    let key = (of.clone(), record.generation.clone());
    world.journal.objects.get_mut(&key).unwrap().state = ObjectState::Retired;
    record.generation = Generation::new(&later, &of);
    record.run = later.clone();
    world.remember(record);
    let obstacles = back(&world, &first, &observed(&world)).unwrap_err();
    assert_eq!(obstacles[0].kind, ObstacleKind::Later, "{obstacles:?}");
    let text = format!("run {later} changed it later");
    assert_eq!(obstacles[0].refusal.text, text);
}

#[test]
fn reader_that_a_later_run_made_or_declared_anew_keeps_the_name() {
    let (mut world, plan) = renamed();
    let later = RunId::new(1_750_000_000_000, 0);
    let mut record = world.live("marts.c", MaterializedView);
    record.run = later.clone();
    world.remember(record);
    let reader = world.journal.live(&name("marts.b")).unwrap().clone();
    let key = (reader.name.clone(), reader.generation);
    world.journal.objects.get_mut(&key).unwrap().fingerprint = "reads z twice".to_owned();
    let mut observed = observed(&world);
    for reader in ["marts.b", "marts.c"] {
        reads(
            &mut observed,
            Reader::Relation(name(reader)),
            &name("marts.z"),
        );
    }
    let obstacles = back(&world, &plan, &observed).unwrap_err();
    let told = obstacles.iter().map(|one| {
        assert_eq!(one.kind, ObstacleKind::Later);
        format!("{}: {}", one.refusal.object, one.refusal.text)
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            "marts.b: a later run declared it anew".to_owned(),
            format!("marts.c: run {later} made it later, and it reads marts.z"),
        ]
    );
}

#[test]
fn an_object_is_followed_through_its_names() {
    let (_, rename) = renamed();
    let edit = |of: &str, text: &str| {
        let mut world = World::new();
        world.decide(of, &[], created(of, MaterializedView));
        let mut plan = world.plan();
        for record in plan
            .steps
            .iter_mut()
            .flat_map(|step| &mut step.step.records)
        {
            if let Record::Object(object) = record {
                object.declared = format!("CREATE MATERIALIZED VIEW {of} AS {text}");
            }
        }
        plan
    };
    let dialect = dormer_sql::Dialect::Postgres;
    let mut trail = Trail::of(&edit("marts.a", "SELECT 1 AS a"), dialect);
    assert!(!trail.follow(&edit("marts.z", "SELECT 1 AS a")));
    assert!(!trail.follow(&edit("marts.c", "SELECT a FROM marts.z")));
    assert!(trail.follow(&rename));
    assert!(trail.follow(&edit("marts.z", "SELECT 1 AS a")));
    assert!(trail.follow(&edit("marts.b", "SELECT 1 AS a")));
    assert!(trail.follow(&edit("marts.c", "SELECT a FROM marts.z")));
    assert!(!trail.follow(&edit("marts.d", "SELECT a FROM marts.other")));
}
