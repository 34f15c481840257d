//! What is decided where the target is not as the journal remembers it.

use super::fixture::{World, name};
use crate::engine::step::{Deed, Privilege};
use crate::model::observed::dependency::{Read, Reader};
use crate::model::observed::grant::{Grant, Grants};
use crate::model::observed::relation::RelationKind;
use crate::plan::decision::How;

const A: &str = "CREATE MATERIALIZED VIEW marts.a AS SELECT id FROM sub.orders";

/// Holds decisions against lines.
#[track_caller]
fn holds(world: &World, expected: &[&str]) {
    let told = world.told(&world.decide());
    assert_eq!(told, expected.join("\n"), "\n{told}\n");
}

#[test]
fn what_was_never_filled_is_filled() {
    let mut world = World::new();
    world.applied(A, "id integer").populated = false;
    world.files(A);
    holds(&world, &["~ marts.a alter 1 deeds\n    was never filled"]);
}

#[test]
fn what_is_bound_to_another_relation_is_built_anew() {
    let mut world = World::new();
    world.files(A);
    let relation = world.applied(A, "id integer");
    relation.definition = Some("SELECT id FROM sub.orders_old".to_owned());
    relation.version = Some("7".to_owned());
    for record in world.journal.objects.values_mut() {
        record.version = Some("7".to_owned());
    }
    world.there("sub.orders_old", RelationKind::Table, "id integer");
    world.observed.dependencies.clear();
    let reader = Reader::Relation(name("marts.a"));
    world.bound(reader, Read::Relation(name("sub.orders_old")));
    let told = world.told(&world.decide());
    assert!(told.contains("± marts.a swap"), "{told}");
    assert!(
        told.ends_with("reads sub.orders_old, not sub.orders"),
        "{told}"
    );
}

#[test]
fn what_reads_a_renamed_object_follows_the_new_one() {
    let on_a = "CREATE MATERIALIZED VIEW marts.b AS SELECT id FROM marts.a";
    let mut world = World::new();
    for sql in [A, on_a] {
        world.files(sql);
        world.applied(sql, "id integer");
    }
    let renamed = world.observed.relations.remove(&name("marts.a")).unwrap();
    let relations = &mut world.observed.relations;
    relations.insert(name("marts.a_old"), renamed);
    for (record, relation) in world.journal.objects.values_mut().zip(1..) {
        record.version = Some(relation.to_string());
    }
    let b = relations.get_mut(&name("marts.b")).unwrap();
    b.definition = Some("SELECT id FROM marts.a_old".to_owned());
    b.version = Some("2".to_owned());
    world.observed.dependencies.clear();
    for (of, read) in [("marts.a_old", "sub.orders"), ("marts.b", "marts.a_old")] {
        world.bound(Reader::Relation(name(of)), Read::Relation(name(read)));
    }
    let told = world.told(&world.decide());
    assert!(told.starts_with("+ marts.a create"), "{told}");
    assert!(told.contains("± marts.b swap"), "{told}");
    assert!(told.contains("reads marts.a_old, not marts.a"), "{told}");
}

/// What is done to the grants of `marts.a`, which an earlier run gave `before`.
fn regranted(before: &str, column: Option<&str>, after: &str) -> Vec<String> {
    let mut world = World::new();
    world.files(&format!("{A}; {after}"));
    let mut given = World::new();
    given.files(&format!("{A}; {before}"));
    let relation = world.applied(A, "id integer, net numeric");
    let grants = &given.project.catalog.objects[&name("marts.a")];
    let recorded = super::privileges::declared(&grants.companions.grants);
    relation.grants = Grants::Listed(recorded.iter().map(grant).collect());
    if let Some(column) = column {
        let of = |privilege| grant(privilege);
        let mut columns = relation.columns.iter_mut();
        let one = columns.find(|one| one.name == column).unwrap();
        one.grants = recorded.iter().map(of).collect();
    }
    for record in world.journal.objects.values_mut() {
        record.companions.grants.clone_from(&recorded);
    }
    let decisions = world.decide();
    let How::Alter { deeds, .. } = &decisions.objects[&name("marts.a")].how else {
        panic!("{}", world.told(&decisions))
    };
    let said = deeds.iter().map(|deed| match deed {
        Deed::Grant { privilege, .. } => format!("grant {}", super::privileges::shown(privilege)),
        Deed::Revoke { privilege, .. } => format!("revoke {}", super::privileges::shown(privilege)),
        other => format!("{other:?}"),
    });
    said.collect()
}

fn grant(privilege: &Privilege) -> Grant {
    Grant {
        privilege: privilege.privilege.clone(),
        holder: privilege.holder.clone(),
        grantable: privilege.grantable,
        grantor: "deployer".to_owned(),
    }
}

#[test]
fn a_grant_that_may_not_be_passed_on_any_more_is_given_again() {
    let with = "GRANT SELECT ON marts.a TO anna WITH GRANT OPTION;";
    let without = "GRANT SELECT ON marts.a TO anna;";
    let done = regranted(with, None, without);
    assert_eq!(
        done,
        [
            "revoke SELECT to anna with grant option",
            "grant SELECT to anna"
        ]
    );
    let done = regranted(without, None, with);
    assert_eq!(done, ["grant SELECT to anna with grant option"]);
}

#[test]
fn grants_on_columns_survive_the_one_on_the_whole() {
    let whole = "GRANT SELECT ON marts.a TO anna;";
    let done = regranted(whole, None, "GRANT SELECT (id) ON marts.a TO anna;");
    assert_eq!(done, ["revoke SELECT to anna", "grant SELECT (id) to anna"]);
    // Somebody gave this one by hand.
    let done = regranted(whole, Some("net"), "");
    assert_eq!(
        done,
        ["revoke SELECT to anna", "grant SELECT (net) to anna"]
    );
}

#[test]
fn a_column_that_somebody_renamed_is_seen() {
    let mut world = World::new();
    world.files(A);
    let relation = world.applied(A, "key integer");
    relation.definition = Some("SELECT orders.id AS key FROM sub.orders".to_owned());
    relation.version = Some("7".to_owned());
    for record in world.journal.objects.values_mut() {
        record.version = Some("7".to_owned());
        record.observed = Some("SELECT orders.id FROM sub.orders".to_owned());
    }
    world.next("marts.a", "id integer");
    let told = world.told(&world.decide());
    assert!(told.contains("± marts.a swap"), "{told}");
    assert!(
        told.contains("\n    column \"id\" is called \"key\""),
        "{told}"
    );
    // A swap below renames what it reads, and nothing that it shows.
    let relations = &mut world.observed.relations;
    let relation = relations.get_mut(&name("marts.a")).unwrap();
    relation.columns[0].name = "id".to_owned();
    relation.definition = Some("SELECT orders__x.id FROM sub.orders__x orders".to_owned());
    holds(&world, &[]);
}

#[test]
fn a_view_of_somebody_whose_columns_nobody_knows_is_built_beside() {
    let mut world = World::new();
    let words = "CREATE TABLE sub.words (id int, word text)";
    let a = "CREATE MATERIALIZED VIEW marts.v AS SELECT id FROM sub.words";
    world.applied("CREATE TABLE sub.words (id int)", "id integer");
    world.applied(a, "id integer");
    world.external("CREATE VIEW bi.w AS SELECT id FROM marts.v", "id integer");
    world.files(words);
    world.files("CREATE MATERIALIZED VIEW marts.v AS SELECT id, word FROM sub.words");
    let told = world.told(&world.decide());
    assert!(told.contains("> bi.w swap for the old one"), "{told}");
}

#[test]
fn no_table_takes_the_place_of_another_kind() {
    for before in [A, "CREATE VIEW marts.a AS SELECT id FROM sub.orders"] {
        let mut world = World::new();
        world.applied(before, "id integer");
        world.files("CREATE TABLE marts.a (id integer)");
        let told = world.told(&world.decide());
        assert!(told.starts_with("refused marts.a: it is a "), "{told}");
    }
}
