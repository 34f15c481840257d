//! Who waits for whom, where names go from one object to another.

use super::fixture::*;
use super::tests::{give_index, golden};
use crate::engine::step::Deed;
use crate::model::observed::relation::RelationKind::{MaterializedView, View};
use crate::plan::decision::How;

/// An alteration of an object that the journal knows.
fn altered(world: &mut World, object: &str, deeds: Vec<Deed>) {
    let generation = world.live(object, MaterializedView).generation;
    let how = How::Alter {
        deeds,
        generation: Some(generation.clone()),
        new_generation: generation,
    };
    world.decide(object, &[], how);
}

fn index_deed(index: &str) -> Deed {
    Deed::Index {
        index: name(index),
        sql: String::new(),
    }
}

fn drop_index(index: &str) -> Deed {
    Deed::DropIndex {
        index: name(index),
        sql: String::new(),
    }
}

#[test]
fn readers_wait_for_no_build_of_an_index() {
    let mut world = World::new();
    let deeds = vec![
        Deed::AddColumn {
            table: name("marts.a"),
            column: "net".to_owned(),
            sql: "net numeric".to_owned(),
        },
        index_deed("marts.k__new"),
        drop_index("marts.k"),
        Deed::RenameIndex {
            index: name("marts.k__new"),
            to: "k".to_owned(),
        },
    ];
    altered(&mut world, "marts.a", deeds);
    golden(
        &world.plan(),
        r#"
        1 alter marts.a
            add marts.a.net
        2 alter marts.a after 1
            index marts.k__new
        3 alter marts.a after 2
            drop index marts.k
            rename index marts.k__new to k
          > marts.a declared now
          > marts.a OLD settled
        "#,
    );
}

#[test]
fn name_of_a_dropped_index_is_taken_after_it() {
    let mut world = World::new();
    altered(&mut world, "marts.a", vec![index_deed("marts.k")]);
    altered(&mut world, "marts.b", vec![drop_index("marts.k")]);
    let plan = world.plan();
    assert!(plan.refused.is_empty());
    let taking = plan.steps.last().unwrap();
    assert_eq!(taking.step.title, "alter marts.a");
    assert_eq!(taking.step.needs.len(), 1);
}

#[test]
fn what_is_moved_loses_its_old_name_last() {
    let mut world = World::new();
    let a = old(&mut world, "marts.a", MaterializedView);
    world.decide("marts.a", &[], How::Retire { old: a });
    let mut b = old(&mut world, "marts.b", MaterializedView);
    b.indexes.push((name("marts.key"), "key__OLD".to_owned()));
    world.decide("marts.b", &[], How::Retire { old: b });
    world.decide("new.a", &[], created("new.a", MaterializedView));
    let mut key = created("marts.c", MaterializedView);
    give_index(&mut key, "key");
    world.decide("marts.c", &[], key);
    let v = redefined(&mut world, "marts.v");
    world.decide("marts.v", &["new.a"], v);
    let plan = world.plan();
    assert!(plan.refused.is_empty());
    let before = |title: &str| {
        let find = |title: &str| plan.steps.iter().find(|step| step.step.title == title);
        let needs = find(title).unwrap().step.needs.iter();
        let titles = needs.map(|id| &plan.steps[id.0 as usize - 1].step.title);
        titles.cloned().collect::<Vec<_>>()
    };
    let wanted = [
        "fill marts.c",
        "fill new.a",
        "analyze new.a",
        "settle marts.v",
    ];
    assert_eq!(before("retire marts.a"), wanted);
    assert_eq!(before("retire marts.b"), ["retire marts.a"]);
    assert_eq!(
        before("index key on marts.c"),
        ["fill marts.c", "retire marts.b"]
    );
}

#[test]
fn what_retires_in_a_cutover_waits_for_what_is_created() {
    let mut world = World::new();
    let a = swapped(&mut world, "marts.a", View);
    world.decide("marts.a", &[], a);
    let gone = old(&mut world, "marts.gone", MaterializedView);
    world.decide("marts.gone", &["marts.a"], How::Retire { old: gone });
    world.decide(
        "new.gone",
        &["marts.a"],
        created("new.gone", MaterializedView),
    );
    let plan = world.plan();
    let find = |title: &str| plan.steps.iter().find(|step| step.step.title == title);
    let cutover = find("cutover of 2 objects: marts.a, marts.gone").unwrap();
    let analyze = find("analyze new.gone").unwrap();
    assert!(cutover.step.needs.contains(&analyze.step.id));
}
