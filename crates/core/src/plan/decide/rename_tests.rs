//! What is decided where an object only got another name.

use super::fixture::{World, name};
use crate::model::observed::dependency::{Read, Reader};
use crate::plan::decision::How;

const OLD: &str = "CREATE MATERIALIZED VIEW marts.old AS SELECT id FROM sub.orders";
const NEW: &str = "CREATE MATERIALIZED VIEW marts.new AS SELECT id FROM sub.orders";
const ON_OLD: &str = "CREATE MATERIALIZED VIEW marts.above AS SELECT old.id FROM marts.old";
const ON_NEW: &str = "CREATE MATERIALIZED VIEW marts.above AS SELECT new.id FROM marts.new";

fn world(applied: &[&str], files: &[&str]) -> World {
    let mut world = World::new();
    for sql in applied {
        world.applied(sql, "id integer");
    }
    for sql in files {
        world.files(sql);
    }
    world
}

/// The objects that are renamed, with what they were.
fn renamed(world: &World) -> Vec<String> {
    let decisions = world.decide_renamed();
    assert!(decisions.refused.is_empty(), "{}", world.told(&decisions));
    let reasons = decisions.objects.iter().flat_map(|(name, decision)| {
        let reasons = decision.reasons.iter();
        reasons.map(move |reason| format!("{name} {}", reason.text))
    });
    reasons
        .filter(|text| text.contains("renamed: it was"))
        .collect()
}

#[test]
fn one_that_disappears_and_one_that_appears_are_one() {
    let world = world(&[OLD, ON_OLD], &[NEW, ON_NEW]);
    assert_eq!(renamed(&world), ["marts.new renamed: it was marts.old"]);
    let decisions = world.decide_renamed();
    assert!(
        decisions
            .objects
            .values()
            .all(|decision| decision.how == How::Keep),
        "{}",
        world.told(&decisions)
    );
    assert!(decisions.hazards.is_empty());
    let relied = &decisions.relied_on;
    assert!(relied[&name("marts.old")].is_some());
    assert_eq!(relied[&name("marts.new")], None);
}

#[test]
fn a_whole_chain_gets_other_names() {
    let above = ON_NEW.replace("marts.above", "marts.higher");
    let world = world(&[OLD, ON_OLD], &[NEW, &above]);
    assert_eq!(
        renamed(&world),
        [
            "marts.higher renamed: it was marts.above",
            "marts.new renamed: it was marts.old"
        ]
    );
}

#[test]
fn a_reader_that_changed_too_is_built_anew_under_the_new_names() {
    let edited = "CREATE MATERIALIZED VIEW marts.above AS SELECT new.id + 1 AS id FROM marts.new";
    let world = world(&[OLD, ON_OLD], &[NEW, edited]);
    let decisions = world.decide_renamed();
    let above = &decisions.objects[&name("marts.above")];
    assert!(matches!(above.how, How::Swap { .. }), "{above:?}");
    assert_eq!(renamed(&world), ["marts.new renamed: it was marts.old"]);
    assert!(decisions.relied_on[&name("marts.above")].is_some());
}

#[test]
fn a_table_keeps_its_rows_under_another_name() {
    let table = |name: &str| format!("CREATE TABLE marts.{name} (id integer)");
    let above = |name: &str| format!("CREATE VIEW marts.above AS SELECT id FROM marts.{name}");
    let world = world(
        &[&table("old"), &above("old")],
        &[&table("new"), &above("new")],
    );
    assert_eq!(renamed(&world), ["marts.new renamed: it was marts.old"]);
    let decisions = world.decide_renamed();
    let mut all = decisions.objects.values();
    assert!(
        all.all(|decision| decision.how == How::Keep),
        "{}",
        world.told(&decisions)
    );
}

#[test]
fn two_that_could_be_meant_are_none() {
    let other = OLD.replace("marts.old", "marts.other");
    let mut world = world(&[OLD, &other], &[NEW]);
    assert_eq!(renamed(&world), [""; 0]);
    let told = world.told(&world.decide_renamed());
    assert!(told.contains("+ marts.new create"), "{told}");
    assert!(told.contains("- marts.old retire"), "{told}");
    assert!(
        told.contains("may be any of marts.old and marts.other under another name"),
        "{told}"
    );
    world.files(&other);
    assert_eq!(renamed(&world), ["marts.new renamed: it was marts.old"]);
}

#[test]
fn a_file_that_still_says_the_old_name_keeps_it_from_being_renamed() {
    let world = world(&[OLD, ON_OLD], &[NEW, ON_OLD]);
    let told = world.told(&world.decide());
    assert!(
        told.contains("no file declares it any more, and marts.above"),
        "{told}"
    );
    assert!(told.contains("+ marts.new create"), "{told}");
}

#[test]
fn a_function_that_is_bound_to_what_is_renamed_and_replaced_is_told() {
    let source = "CREATE MATERIALIZED VIEW marts.source AS SELECT id FROM sub.orders";
    let edited = "CREATE MATERIALIZED VIEW marts.source AS SELECT id + 1 AS id FROM sub.orders";
    let [old, new] = ["old", "new"].map(|name| {
        format!("CREATE MATERIALIZED VIEW marts.{name} AS SELECT id FROM marts.source")
    });
    let mut world = world(&[source, &old], &[edited, &new]);
    let policy = Reader::Policy {
        on: name("sub.orders"),
        name: "own".to_owned(),
    };
    world.bound(policy, Read::Relation(name("marts.old")));
    let decisions = world.decide_renamed();
    let said = world.told(&decisions);
    assert!(said.contains("± marts.new swap"), "{said}");
    assert!(said.contains("renamed: it was marts.old"), "{said}");
}
