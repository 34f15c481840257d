//! What is left as it is, and who is told of it.

use super::fixture::{World, name};
use crate::model::observed::dependency::{FunctionName, Read, Reader};
use crate::model::observed::relation::{Ownership, RelationKind};
use crate::model::observed::{Defaults, DefaultsOf};
use crate::plan::decision::How;

const A: &str = "CREATE MATERIALIZED VIEW marts.a AS SELECT id FROM sub.orders";
const B: &str = "CREATE MATERIALIZED VIEW marts.b AS SELECT id FROM marts.a";
const V: &str = "CREATE VIEW marts.v AS SELECT id FROM marts.a";

/// A target with `marts.a` and files that say more of it.
fn edited(also: &[(&str, &str)]) -> World {
    let mut world = World::new();
    world.applied(A, "id integer");
    world.files("CREATE MATERIALIZED VIEW marts.a AS SELECT id, net FROM sub.orders");
    world.next("marts.a", "id integer, net numeric");
    for (sql, columns) in also {
        world.applied(sql, columns);
        world.files(sql);
    }
    world
}

#[test]
fn rows_that_come_through_a_bound_function_are_told() {
    let mut world = edited(&[(B, "id integer")]);
    let top = FunctionName {
        name: crate::model::name::ObjectName::new("bi", "top"),
        arguments: String::new(),
    };
    world.bound(
        Reader::Function(top.clone()),
        Read::Relation(name("marts.a")),
    );
    world.external("CREATE VIEW bi.w AS SELECT 1 AS id", "id integer");
    world.external(
        "CREATE MATERIALIZED VIEW bi.m AS SELECT id FROM bi.w",
        "id integer",
    );
    for reader in ["bi.w", "marts.b"] {
        let reader = Reader::Relation(name(reader));
        world.bound(reader, Read::Function(top.clone()));
    }
    let decisions = world.decide();
    let hazards = decisions.hazards.iter();
    let old: Vec<String> = hazards
        .filter(|hazard| hazard.text.contains("come through function bi.top()"))
        .map(|hazard| hazard.object.clone().unwrap().to_string())
        .collect();
    assert_eq!(old, ["bi.m", "marts.b"]);
}

#[test]
fn who_stands_on_a_retired_view_is_told_when_that_freezes() {
    let mut world = edited(&[(V, "id integer")]);
    let retired = world.retired("marts.v", "marts.a");
    let sql = format!("CREATE VIEW bi.w AS SELECT id FROM {retired}");
    world.external(&sql, "id integer");
    let hazards = |world: &World| {
        let hazards = world.decide().hazards;
        let told = hazards.iter().map(|hazard| hazard.text.clone());
        told.collect::<Vec<_>>()
    };
    // Rows of its own do not change with what they were read from.
    assert_eq!(hazards(&world), Vec::<String>::new());
    world.observed.relations.get_mut(&retired).unwrap().kind = RelationKind::View;
    let told = format!(
        "stays on the old marts.a: it reads {retired}, which is kept for rollback and follows nothing"
    );
    assert_eq!(hazards(&world), [told]);
}

#[test]
fn a_row_type_in_a_column_of_what_is_built_anew_is_new_too() {
    let mut world = edited(&[(B, "a marts.a")]);
    let column = Reader::Column {
        of: name("marts.b"),
        column: "a".to_owned(),
    };
    world.bound(column, Read::RowType(name("marts.a")));
    world.next("marts.b", "a pg_temp.dormer_1");
    let decisions = world.decide();
    assert_eq!(decisions.hazards, []);
    let said = decisions.notes.iter().map(|note| note.text.as_str());
    assert!(
        said.clone()
            .any(|said| said.starts_with("column \"a\" is rows of the new marts.a")),
        "{:?}",
        said.collect::<Vec<_>>()
    );
}

#[test]
fn what_somebody_made_under_an_applied_name_is_not_replaced() {
    let mut world = World::new();
    world.applied(A, "id integer");
    world.files(A);
    let relation = world.observed.relations.get_mut(&name("marts.a")).unwrap();
    relation.kind = RelationKind::Table;
    relation.definition = None;
    let told = world.told(&world.decide());
    assert!(
        told.starts_with("refused marts.a: the target has a table of this name"),
        "{told}"
    );
}

#[test]
fn the_owner_of_rows_that_stay_behind_is_told_what_can_be_run() {
    let mut world = edited(&[]);
    world
        .external(
            "CREATE MATERIALIZED VIEW bi.m AS SELECT id FROM marts.a",
            "id integer",
        )
        .ownership = Ownership::Foreign;
    let hazards = world.decide().hazards;
    let hint = hazards[0].hint.as_deref().unwrap();
    assert!(
        hint.ends_with(
            "DROP MATERIALIZED VIEW bi.m; CREATE MATERIALIZED VIEW bi.m AS SELECT id FROM marts.a;"
        ),
        "{hint}"
    );
}

#[test]
fn another_target_in_the_same_database_keeps_its_objects() {
    let mut world = World::new();
    world.applied(A, "id integer");
    for record in world.journal.objects.values_mut() {
        record.target = Some("bob".to_owned());
    }
    assert_eq!(world.told(&world.decide()), "");
}

#[test]
fn an_owner_keeps_what_default_privileges_would_take() {
    let mut world = edited(&[]);
    let granted = |world: &World| {
        let decisions = world.decide();
        let How::Swap { new, .. } = &decisions.objects[&name("marts.a")].how else {
            panic!("{decisions:?}")
        };
        let granted = new.dress.grant.iter();
        let granted = granted.map(|one| format!("{} {}", one.privilege, one.holder));
        granted.collect::<Vec<_>>()
    };
    assert_eq!(granted(&world), Vec::<String>::new());
    let nothing = Defaults {
        role: "deployer".to_owned(),
        schema: None,
        of: DefaultsOf::Relations,
    };
    world
        .observed
        .default_privileges
        .insert(nothing, Default::default());
    assert_eq!(granted(&world), ["INSERT deployer", "SELECT deployer"]);
}
