//! Whose shadows are dropped.

use super::fixture::World;
use crate::engine::journal::ObjectState;

#[test]
fn shadows_of_another_project_are_left_alone() {
    let mut world = World::new();
    let sql = "CREATE MATERIALIZED VIEW marts.a AS SELECT id FROM sub.orders";
    world.applied(sql, "id integer");
    world.files(sql);
    let shadow = world.retired("marts.a", "sub.orders");
    let mut shadows = world.journal.objects.values_mut();
    let record = shadows.find(|one| one.physical == *shadow.name).unwrap();
    record.state = ObjectState::Shadow;
    assert_eq!(world.decide().leftovers.len(), 1);
    let mut shadows = world.journal.objects.values_mut();
    let record = shadows.find(|one| one.physical == *shadow.name).unwrap();
    record.project = Some("other".to_owned());
    assert!(world.decide().leftovers.is_empty());
}
