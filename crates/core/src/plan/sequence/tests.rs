//! Golden plans in short text, and what holds of every plan.

use std::collections::BTreeMap;

use super::fixture::*;
use crate::engine::hazard::{Hazard, HazardKind};
use crate::engine::journal::ObjectState;
use crate::engine::step::{Deed, Millis, Privilege, StepId, StepKind};
use crate::model::observed::grant::Holder;
use crate::model::observed::relation::RelationKind::{MaterializedView, Table, View};
use crate::plan::change::Way;
use crate::plan::decision::{How, New, Own, Rebind};
use crate::plan::{Plan, PlannedStep};

pub(super) fn golden(plan: &Plan, wanted: &str) {
    let lines = wanted.trim_matches('\n').lines();
    let lines = lines.map(|line| line.strip_prefix("        ").unwrap_or(line).trim_end());
    let wanted = lines.collect::<Vec<_>>().join("\n");
    let given = render(plan);
    assert_eq!(given.trim_end(), wanted.trim_end(), "\n{given}");
}

pub(super) fn new_of(how: &mut How) -> &mut New {
    let new = match how {
        How::Create(new) | How::Swap { new, .. } => Some(new),
        _ => None,
    };
    new.unwrap()
}

pub(super) fn give_index(how: &mut How, public: &str) {
    let new = new_of(how);
    let index = index(new, public);
    new.dress.indexes.push(index);
    if let How::Swap { old: Some(old), .. } = how {
        let schema = &old.relation.name.schema;
        let now = crate::model::name::ObjectName::new(schema, public);
        let to = old.generation.name(public, Some(63));
        old.indexes.push((now, to));
    }
}

#[test]
fn created_objects_come_in_their_order() {
    let mut world = World::new();
    world.decisions.schemas.push("marts".to_owned());
    let mut how = created("marts.a", MaterializedView);
    give_index(&mut how, "a_key");
    new_of(&mut how).audits = vec![audit("revenue is never negative")];
    world.decide("marts.a", &["raw.orders"], how);
    world.decide("bi.v", &["marts.a"], created("bi.v", View));
    world.decide("bi.b", &["bi.v"], created("bi.b", MaterializedView));
    golden(
        &world.plan(),
        r#"
        1 build schema marts
            schema marts
        2 build marts.a after 1
            build marts.a as query
            mark marts.a dormer:v1:NEW:shop
          > marts.a NEW is live as a of shop
          > marts.a NEW settled
        3 fill marts.a after 2
            fill marts.a
        4 index a_key on marts.a after 3
            index marts.a_key
        5 analyze marts.a after 4
            analyze marts.a
        6 audit "revenue is never negative" on marts.a after 5
            audit revenue is never negative
        7 build bi.v after 2
            build bi.v as query
            mark bi.v dormer:v1:NEW:shop
          > bi.v NEW is live as v of shop
          > bi.v NEW settled
        8 build bi.b after 7
            build bi.b as query
            mark bi.b dormer:v1:NEW:shop
          > bi.b NEW is live as b of shop
          > bi.b NEW settled
        9 fill bi.b after 3 8
            fill bi.b
        10 analyze bi.b after 9
            analyze bi.b
        "#,
    );
}

#[test]
fn what_hangs_together_is_cut_over_together() {
    let mut world = World::new();
    let mut a = swapped(&mut world, "marts.a", MaterializedView);
    give_index(&mut a, "a_key");
    world.decide("marts.a", &["raw.orders"], a);
    let mut v = redefined(&mut world, "marts.v");
    if let How::Redefine { with, .. } = &mut v {
        with.push(Deed::Verbatim {
            sql: "with v".to_owned(),
            undo: None,
        });
    }
    world.decide("marts.v", &["marts.a"], v);
    let mut x = swapped(&mut world, "bi.x", MaterializedView);
    if let How::Swap { old: Some(old), .. } = &mut x {
        old.recorded = None;
        old.marker = None;
    }
    world.decide("bi.x", &["marts.a"], x).own = Own::External { project: None };
    let gone = old(&mut world, "marts.gone", View);
    world.decide("marts.gone", &["marts.a"], How::Retire { old: gone });
    world.decisions.rebinds.push(Rebind {
        what: "function marts.top()".to_owned(),
        on: names(&["bi.x", "marts.a"]),
        deed: Deed::Verbatim {
            sql: "function".to_owned(),
            undo: None,
        },
    });
    let plan = world.plan();
    let cutover = |step: &&PlannedStep| step.step.kind == StepKind::Cutover;
    let inputs = &plan.steps.iter().find(cutover).unwrap().inputs;
    let inputs: Vec<_> = inputs
        .iter()
        .map(|inputs| (inputs.live.clone().unwrap().to_string(), inputs.fill))
        .collect();
    assert_eq!(
        inputs,
        [
            ("marts.a".to_owned(), StepId(2)),
            ("bi.x".to_owned(), StepId(6))
        ]
    );
    golden(
        &plan,
        r#"
        1 build marts.a
            build marts.a__NEW as query
            mark marts.a__NEW dormer:v1:NEW<OLD:shop
          > marts.a NEW is shadow as a__NEW of shop
        2 fill marts.a after 1
            fill marts.a__NEW
        3 index a_key on marts.a after 2
            index marts.a_key__NEW
        4 analyze marts.a after 3
            analyze marts.a__NEW
        5 build bi.x after 1
            build bi.x__NEW as query
            mark bi.x__NEW dormer:v1:NEW<OLD:
          > bi.x NEW is shadow as x__NEW of nobody
        6 fill bi.x after 2 5
            fill bi.x__NEW
        7 analyze bi.x after 6
            analyze bi.x__NEW
        8 cutover of 4 objects: marts.a, bi.x, marts.gone, marts.v after 1 2 4 7
            rename index marts.a_key to a_key__OLD
            rename index marts.a_key__NEW to a_key
            rename marts.v to v__96ptx3w6
            rename marts.v__96ptx3w6 to v
            rename marts.gone to gone__OLD
            rename bi.x to x__OLD
            rename marts.a to a__OLD
            rename marts.a__NEW to a
            rename bi.x__NEW to x
            unmark bi.x
            mark bi.x__OLD dormer:v1:OLD:
            redefine marts.v as new query
            with v
            function
          > marts.a OLD now retired as a__OLD
          > marts.a NEW now live as a
          > bi.x OLD is retired as x__OLD of nobody
          > bi.x NEW now live as x
          > marts.gone OLD now retired as gone__OLD
          > marts.v declared now
        9 settle marts.a, bi.x, marts.v after 8
          > marts.a NEW settled
          > bi.x NEW settled
          > marts.v OLD settled
        "#,
    );
}

#[test]
fn independent_objects_are_cut_over_apart() {
    let mut world = World::new();
    for object in ["marts.a", "marts.b"] {
        let how = swapped(&mut world, object, View);
        world.decide(object, &["raw.orders"], how);
    }
    golden(
        &world.plan(),
        r#"
        1 build marts.a
            build marts.a__NEW as query
            mark marts.a__NEW dormer:v1:NEW<OLD:shop
          > marts.a NEW is shadow as a__NEW of shop
        2 build marts.b
            build marts.b__NEW as query
            mark marts.b__NEW dormer:v1:NEW<OLD:shop
          > marts.b NEW is shadow as b__NEW of shop
        3 cutover marts.a after 1
            rename marts.a to a__OLD
            rename marts.a__NEW to a
          > marts.a OLD now retired as a__OLD
          > marts.a NEW now live as a
        4 settle marts.a after 3
          > marts.a NEW settled
        5 cutover marts.b after 2
            rename marts.b to b__OLD
            rename marts.b__NEW to b
          > marts.b OLD now retired as b__OLD
          > marts.b NEW now live as b
        6 settle marts.b after 5
          > marts.b NEW settled
        "#,
    );
}

#[test]
fn index_name_that_goes_to_another_object_joins_the_cutovers() {
    let mut world = World::new();
    let mut a = swapped(&mut world, "marts.a", MaterializedView);
    give_index(&mut a, "key");
    new_of(&mut a).dress.indexes.clear();
    world.decide("marts.a", &[], a);
    let mut b = swapped(&mut world, "marts.b", MaterializedView);
    give_index(&mut b, "key");
    if let How::Swap { old: Some(old), .. } = &mut b {
        old.indexes.clear();
    }
    world.decide("marts.b", &[], b);
    let mut c = created("marts.c", MaterializedView);
    give_index(&mut c, "key");
    world.decide("marts.c", &[], c);
    let plan = world.plan();
    let cutovers: Vec<&PlannedStep> = plan
        .steps
        .iter()
        .filter(|step| step.step.kind == StepKind::Cutover)
        .collect();
    assert_eq!(cutovers.len(), 1);
    let index = plan
        .steps
        .iter()
        .find(|step| step.step.title == "index key on marts.c")
        .unwrap();
    assert!(index.step.needs.contains(&cutovers[0].step.id));
}

#[test]
fn created_object_waits_for_the_view_that_it_reads() {
    let mut world = World::new();
    let a = swapped(&mut world, "marts.a", View);
    world.decide("marts.a", &[], a);
    let v = redefined(&mut world, "marts.v");
    world.decide("marts.v", &["marts.a", "marts.early"], v);
    world.decide("marts.early", &[], created("marts.early", MaterializedView));
    world.decide("marts.late", &["marts.v"], created("marts.late", View));
    golden(
        &world.plan(),
        r#"
        1 build marts.a
            build marts.a__NEW as query
            mark marts.a__NEW dormer:v1:NEW<OLD:shop
          > marts.a NEW is shadow as a__NEW of shop
        2 build marts.early
            build marts.early as query
            mark marts.early dormer:v1:NEW:shop
          > marts.early NEW is live as early of shop
          > marts.early NEW settled
        3 fill marts.early after 2
            fill marts.early
        4 analyze marts.early after 3
            analyze marts.early
        5 cutover of 2 objects: marts.a, marts.v after 1 2 3
            rename marts.v to v__96ptx3w6
            rename marts.v__96ptx3w6 to v
            rename marts.a to a__OLD
            rename marts.a__NEW to a
            redefine marts.v as new query
          > marts.a OLD now retired as a__OLD
          > marts.a NEW now live as a
          > marts.v declared now
        6 build marts.late after 5
            build marts.late as query
            mark marts.late dormer:v1:NEW:shop
          > marts.late NEW is live as late of shop
          > marts.late NEW settled
        7 settle marts.a, marts.v after 5
          > marts.a NEW settled
          > marts.v OLD settled
        "#,
    );
}

#[test]
fn small_things_have_a_step_each() {
    let mut world = World::new();
    let mut leftover = world.live("marts.left", View);
    leftover.state = ObjectState::Shadow;
    leftover.physical = away(&earlier(), "marts.left").name.to_string();
    world.decisions.leftovers.push(leftover);
    let gone = old(&mut world, "marts.gone", View);
    world.decide("marts.gone", &[], How::Retire { old: gone });
    world.live("marts.kept", View);
    world.decide("marts.kept", &[], How::Keep);
    let generation = world.live("marts.known", MaterializedView).generation;
    let alter = |generation: Option<_>, object: &str| How::Alter {
        deeds: vec![Deed::Verbatim {
            sql: format!("alter {object}"),
            undo: None,
        }],
        generation,
        new_generation: crate::engine::Generation::new(&run(), &name(object)),
    };
    world.decide("marts.known", &[], alter(Some(generation), "marts.known"));
    world.decide("marts.unknown", &[], alter(None, "marts.unknown"));
    golden(
        &world.plan(),
        r#"
        1 drop marts.left__OLD
            drop marts.left__OLD
          > run 0mmgf60007 abandoned
          > marts.left OLD now dropped as left__OLD
          > marts.kept declared now
        2 alter marts.known
            alter marts.known
          > marts.known declared now
        3 alter marts.unknown
            alter marts.unknown
            mark marts.unknown dormer:v1:NEW:shop
          > marts.unknown NEW is live as unknown of shop
          > marts.unknown NEW settled
        4 retire marts.gone after 1 2 3
            rename marts.gone to gone__OLD
          > marts.gone OLD now retired as gone__OLD
        "#,
    );
}

#[test]
fn what_the_new_owner_has_is_said_after_the_ownership() {
    let mut world = World::new();
    let mut how = created("marts.a", View);
    let privilege = |role: &str| Privilege {
        privilege: "SELECT".to_owned(),
        column: None,
        holder: Holder::Role(role.to_owned()),
        grantable: false,
    };
    let dress = &mut new_of(&mut how).dress;
    dress.owner = Some("team".to_owned());
    dress.revoke = vec![privilege("team"), privilege("guest")];
    dress.grant = vec![privilege("finance")];
    dress.after_indexes = vec!["cluster".to_owned()];
    world.decide("marts.a", &[], how);
    golden(
        &world.plan(),
        r#"
        1 build marts.a
            build marts.a as query
            mark marts.a dormer:v1:NEW:shop
            revoke SELECT on marts.a from guest
            grant SELECT on marts.a to finance
            cluster
            owner marts.a team
            revoke SELECT on marts.a from team
          > marts.a NEW is live as a of shop
          > marts.a NEW settled
        "#,
    );
}

#[test]
fn what_needs_all_indexes_comes_with_the_last() {
    let mut world = World::new();
    let mut how = created("marts.a", MaterializedView);
    for public in ["one", "two", "three"] {
        give_index(&mut how, public);
    }
    new_of(&mut how).dress.after_indexes = vec!["cluster".to_owned()];
    world.decide("marts.a", &[], how);
    golden(
        &world.plan(),
        r#"
        1 build marts.a
            build marts.a as query
            mark marts.a dormer:v1:NEW:shop
          > marts.a NEW is live as a of shop
          > marts.a NEW settled
        2 fill marts.a after 1
            fill marts.a
        3 index one on marts.a after 2
            index marts.one
        4 index two on marts.a after 2
            index marts.two
        5 index three on marts.a after 2 3 4
            index marts.three
            cluster
        6 analyze marts.a after 3 4 5
            analyze marts.a
        "#,
    );
}

#[test]
fn table_made_by_a_query_waits_for_rows() {
    let mut world = World::new();
    world.decide("marts.a", &[], created("marts.a", MaterializedView));
    world.decide("marts.t", &["marts.a"], created("marts.t", Table));
    golden(
        &world.plan(),
        r#"
        1 build marts.a
            build marts.a as query
            mark marts.a dormer:v1:NEW:shop
          > marts.a NEW is live as a of shop
          > marts.a NEW settled
        2 fill marts.a after 1
            fill marts.a
        3 analyze marts.a after 2
            analyze marts.a
        4 build marts.t after 1 2
            build marts.t as query
          > marts.t NEW is live as t of shop
          > marts.t NEW settled
        5 analyze marts.t after 4
            analyze marts.t
        "#,
    );
}

#[test]
fn deed_without_a_statement_is_refused_by_name() {
    let mut world = World::new();
    let how = How::Alter {
        deeds: vec![Deed::Options {
            relation: physical("marts.a", View),
            set: BTreeMap::new(),
            before: BTreeMap::new(),
        }],
        generation: None,
        new_generation: crate::engine::Generation::new(&run(), &name("marts.a")),
    };
    world.decide("marts.a", &[], how);
    let refused = world.plan().refused;
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].object, name("marts.a"));
    assert_eq!(refused[0].text, "pseudo has no options");
}

#[test]
fn circle_of_objects_is_no_circle_of_steps() {
    let mut world = World::new();
    world.decide("marts.a", &["marts.b"], created("marts.a", View));
    world.decide("marts.b", &["marts.a"], created("marts.b", View));
    // The builder knows what is built already: the circle never becomes one of steps.
    let plan = world.plan();
    assert!(
        plan.steps
            .iter()
            .all(|step| step.step.needs.iter().all(|need| *need < step.step.id))
    );
}

#[test]
fn changes_say_how_and_at_what_risk() {
    let mut world = World::new();
    let v = redefined(&mut world, "marts.v");
    world.decide("marts.v", &[], v);
    world.decisions.hazards.push(Hazard {
        kind: HazardKind::DataLoss,
        object: Some(name("marts.v")),
        text: "rows go".to_owned(),
        hint: None,
    });
    let key = (name("marts.v"), StepKind::Cutover);
    world.journal.durations.insert(key, Millis(12));
    let plan = world.plan();
    assert_eq!(plan.changes[0].strategy, Some(Way::Redefine));
    assert_eq!(plan.changes[0].hazards, ["data-loss"]);
    assert_eq!(plan.changes[0].kind, "view");
    assert_eq!(plan.summary.replace, 1);
    assert_eq!(plan.steps[0].forecast, Some(Millis(12)));
}

#[test]
fn audits_wait_for_the_rows_of_what_else_they_read() {
    let mut world = World::new();
    let mut a = swapped(&mut world, "marts.a", MaterializedView);
    let mut sums = audit("the sums are those of marts.b");
    sums.reads = vec![name("marts.b"), name("raw.orders")];
    new_of(&mut a).audits = vec![sums];
    world.decide("marts.a", &["raw.orders"], a);
    let b = swapped(&mut world, "marts.b", MaterializedView);
    world.decide("marts.b", &["raw.orders"], b);
    let plan = world.plan();
    let step = |title: &str| {
        let mut steps = plan.steps.iter();
        let found = steps.find(|step| step.step.title == title);
        &found.unwrap_or_else(|| panic!("no {title}")).step
    };
    let audit = step("audit \"the sums are those of marts.b\" on marts.a");
    assert!(audit.needs.contains(&step("fill marts.b").id));
    assert!(audit.needs.contains(&step("analyze marts.a").id));
    // It reads the shadow by the name that the shadow has before its cutover.
    assert!(step("cutover marts.b").needs.contains(&audit.id));
}

#[test]
fn an_old_relation_that_was_made_by_hand_is_retired_with_a_marker() {
    let mut world = World::new();
    let mut swap = swapped(&mut world, "marts.a", MaterializedView);
    if let How::Swap { old: Some(old), .. } = &mut swap {
        old.marker = None;
    }
    world.decide("marts.a", &[], swap);
    let text = render(&world.plan());
    assert!(
        text.contains("mark marts.a__OLD dormer:v1:OLD:shop"),
        "{text}"
    );
}

#[test]
fn what_was_never_filled_waits_for_what_it_reads() {
    let mut world = World::new();
    let filled = |world: &mut World, object: &str| How::Alter {
        deeds: vec![Deed::Fill {
            relation: physical(object, MaterializedView),
        }],
        generation: Some(world.live(object, MaterializedView).generation),
        new_generation: crate::engine::Generation::new(&run(), &name(object)),
    };
    let how = filled(&mut world, "marts.c");
    world.decide("marts.c", &[], how);
    world.live("marts.b", View);
    world.decide("marts.b", &["marts.c"], How::Keep);
    let how = filled(&mut world, "marts.a");
    world.decide("marts.a", &["marts.b"], how);
    let plan = world.plan();
    let order: Vec<(&str, Vec<u32>)> = plan
        .steps
        .iter()
        .map(|planned| {
            let needs = planned.step.needs.iter().map(|need| need.0);
            (planned.step.title.as_str(), needs.collect())
        })
        .collect();
    assert_eq!(
        order,
        [
            ("fill marts.c", vec![]),
            ("analyze marts.c", vec![1]),
            ("fill marts.a", vec![1]),
            ("analyze marts.a", vec![3]),
        ]
    );
}
