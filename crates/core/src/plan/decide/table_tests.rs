//! What is decided, and told as drift, of tables that somebody changed or made anew by hand.

use super::fixture::{World, name};
use crate::model::observed::relation::RelationKind;
use crate::plan::drift;

const MADE: &str = "CREATE TABLE marts.k AS SELECT id, net FROM sub.orders";
const PLAIN: &str = "CREATE TABLE sub.t (id int, word text)";
const SETTLED: &str = r#"[["id", "integer", false], ["net", "numeric", false]]"#;

/// A target that has this table as it was settled, and a file that says the same.
fn settled(sql: &str, with: &str, columns: &str) -> World {
    let mut world = World::new();
    world.applied(sql, with).version = Some("t7.1".to_owned());
    world.files(sql);
    for record in world.journal.objects.values_mut() {
        record.version = Some("t7.1".to_owned());
        record.observed = Some(columns.to_owned());
    }
    world
}

fn made() -> World {
    settled(MADE, "id integer, net numeric", SETTLED)
}

fn plain(with: &str) -> World {
    let columns = r#"[["id", "integer", false], ["word", "text", false]]"#;
    settled(PLAIN, with, columns)
}

fn now(world: &mut World, version: &str) {
    let table = world.observed.relations.get_mut(&name("marts.k")).unwrap();
    table.version = Some(version.to_owned());
}

fn drifted(world: &World) -> Vec<String> {
    let drift = world.with(drift::find);
    let drifted = drift.objects.into_values().flat_map(|one| one.drifted);
    drifted.map(|one| one.text).collect()
}

#[test]
fn table_that_somebody_made_anew_is_nobodys_to_replace() {
    let mut world = made();
    assert_eq!(world.told(&world.decide()), "");
    now(&mut world, "t8.1");
    for file in [MADE, "CREATE TABLE marts.k AS SELECT id FROM sub.orders"] {
        world.files(file);
        let told = world.told(&world.decide());
        assert!(
            told.starts_with("refused marts.k: somebody made it anew by hand"),
            "{told}"
        );
    }
    assert_eq!(
        drifted(&world),
        ["somebody made it anew by hand: it is not the table that was applied"]
    );
    world.project.catalog.objects.clear();
    assert_eq!(world.told(&world.decide()), "");
}

#[test]
fn table_that_somebody_made_anew_is_not_renamed() {
    let renamed = |version: &str| {
        let mut world = made();
        now(&mut world, version);
        world.project.catalog.objects.clear();
        world.files("CREATE TABLE marts.k2 AS SELECT id, net FROM sub.orders");
        world.with(|input| crate::plan::rename::world(input).is_some())
    };
    assert!(renamed("t7.1"));
    assert!(!renamed("t8.1"));
}

#[test]
fn copy_of_a_database_tells_nothing_of_its_tables() {
    let mut world = made();
    now(&mut world, "t8.2");
    assert_eq!(world.told(&world.decide()), "");
    assert!(drifted(&world).is_empty());
}

#[test]
fn column_that_somebody_dropped_builds_a_table_of_a_query_anew() {
    let mut world = made();
    let table = world.observed.relations.get_mut(&name("marts.k")).unwrap();
    table.columns.pop();
    let told = world.told(&world.decide());
    assert!(told.contains("± marts.k swap"), "{told}");
    assert!(told.contains("column \"net\" is gone"), "{told}");
    assert_eq!(drifted(&world), ["column \"net\" is gone"]);
}

#[test]
fn declared_column_that_is_gone_is_added_again() {
    let world = plain("id integer");
    let told = world.told(&world.decide());
    assert_eq!(
        told,
        "~ sub.t alter 1 deeds\n    column \"word\" is gone from the target, and is added again"
    );
    assert_eq!(drifted(&world), ["column \"word\" is gone"]);
}

#[test]
fn column_that_somebody_altered_is_told_and_kept() {
    let mut world = plain("id integer, word integer");
    let table = world.observed.relations.get_mut(&name("sub.t")).unwrap();
    assert_eq!(table.kind, RelationKind::Table);
    table.columns[0].not_null = true;
    let told = world.told(&world.decide());
    let kept = "was set by hand and is kept";
    for what in [
        "that column \"word\" is integer, was text",
        "that column \"id\" is NOT NULL",
    ] {
        assert!(told.contains(&format!("{what} {kept}")), "{told}");
    }
    assert!(!told.contains("alter"), "{told}");
    assert_eq!(
        drifted(&world),
        [
            "column \"id\" is NOT NULL",
            "column \"word\" is integer, was text"
        ]
    );
}
