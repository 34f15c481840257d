//! What is decided where the journal and the target tell of different generations.

use super::fixture::{World, name};
use crate::engine::journal::{ObjectState, Record};
use crate::engine::{Generation, Marker, RunId};
use crate::model::observed::relation::RelationKind;
use crate::plan::decision::{How, Old};

const A: &str = "CREATE MATERIALIZED VIEW marts.a AS SELECT id FROM sub.orders";
const A2: &str = "CREATE MATERIALIZED VIEW marts.a AS SELECT id, net FROM sub.orders";
const A3: &str = "CREATE MATERIALIZED VIEW marts.a AS SELECT net FROM sub.orders";

/// The generation that a script gave `marts.a`.
fn scripted() -> Generation {
    Generation::new(&RunId::new(1_650_000_000_000, 7), &name("marts.a"))
}

fn marked(project: &str) -> Option<String> {
    let marker = Marker {
        project: project.to_owned(),
        generation: scripted(),
        after: None,
    };
    Some(marker.to_string())
}

/// A target in which a script made A2 of what an apply made of A.
fn after_a_script() -> World {
    let mut world = World::new();
    world.applied(A, "id integer");
    let aside = world.earlier(&name("marts.a"));
    let aside = aside.relation(&name("marts.a"), Some(63)).to_string();
    world.there(&aside, RelationKind::MaterializedView, "id integer");
    let live = world.external(A2, "id integer, net numeric");
    live.marker = marked("shop");
    world
}

fn old_of(world: &World) -> Old {
    let decisions = world.decide();
    match &decisions.objects.get(&name("marts.a")).unwrap().how {
        How::Swap { old: Some(old), .. } => old.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_a_script_made_is_there_as_declared() {
    let mut world = after_a_script();
    world.files(A2);
    assert_eq!(world.told(&world.decide()), "");
}

#[test]
fn what_a_script_made_retires_under_the_generation_of_its_marker() {
    let mut world = after_a_script();
    world.files(A3);
    world.next("marts.a", "net numeric");
    let told = world.told(&world.decide());
    assert!(told.contains("definition changed"), "{told}");
    assert!(!told.contains("somebody"), "{told}");
    assert!(!told.contains("refused"), "{told}");
    let old = old_of(&world);
    assert_eq!((old.generation, old.recorded), (scripted(), None));
    // The journal hears where the generation before it is.
    let before = world.earlier(&name("marts.a"));
    assert_eq!(
        world.decide().ended,
        [Record::Moved {
            name: name("marts.a"),
            physical: before.name("a", Some(63)),
            generation: before,
            state: ObjectState::Retired,
        }]
    );
}

#[test]
fn what_a_script_made_first_is_not_a_stranger() {
    let mut world = World::new();
    world.external(A2, "id integer, net numeric").marker = marked("shop");
    world.files(A3);
    world.next("marts.a", "net numeric");
    assert_eq!(old_of(&world).generation, scripted());

    world.external(A2, "id integer, net numeric").marker = marked("other");
    let told = world.told(&world.decide());
    assert!(told.contains("the journal does not know it"), "{told}");
}

#[test]
fn what_somebody_took_away_is_live_no_more_once_it_is_made_again() {
    let mut world = World::new();
    world.applied(A, "id integer");
    world.files(A);
    world.observed.relations.remove(&name("marts.a"));
    assert_eq!(
        world.decide().ended,
        [Record::Moved {
            name: name("marts.a"),
            generation: world.earlier(&name("marts.a")),
            state: ObjectState::Dropped,
            physical: "a".to_owned(),
        }]
    );
}

#[test]
fn a_journal_that_is_right_is_told_nothing() {
    let mut world = World::new();
    let earlier = world.earlier(&name("marts.a"));
    let marker = Marker {
        project: "shop".to_owned(),
        generation: earlier.clone(),
        after: None,
    };
    world.applied(A, "id integer").marker = Some(marker.to_string());
    world.files(A2);
    world.next("marts.a", "id integer, net numeric");
    assert_eq!(world.decide().ended, []);
    assert_eq!(old_of(&world).generation, earlier);
}
