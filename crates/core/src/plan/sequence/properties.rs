//! What holds of every plan, whatever is done to its objects.

use super::tests::give_index;
use std::collections::BTreeMap;

use proptest::prelude::*;

use super::fixture::*;
use crate::engine::step::{Deed, StepId, StepKind};
use crate::model::observed::relation::RelationKind::{MaterializedView, View};
use crate::plan::Plan;
use crate::plan::decision::How;

/// What the plan of some objects holds, whatever is done to them.
pub(in crate::plan) fn world_of(shapes: &[(u8, Vec<usize>)]) -> World {
    let mut world = World::new();
    let object = |at: usize| format!("s{}.o{at}", at % 3);
    for (at, (shape, reads)) in shapes.iter().enumerate() {
        let name = object(at);
        let reads: Vec<String> = reads.iter().map(|read| object(read % at.max(1))).collect();
        let reads: Vec<&str> = match at {
            0 => Vec::new(),
            _ => reads.iter().map(String::as_str).collect(),
        };
        let how = match shape % 8 {
            0 => created(&name, MaterializedView),
            1 => created(&name, View),
            2 => {
                let mut how = swapped(&mut world, &name, MaterializedView);
                give_index(&mut how, &format!("key{at}"));
                how
            }
            3 => swapped(&mut world, &name, View),
            4 => redefined(&mut world, &name),
            5 => How::Retire {
                old: old(&mut world, &name, View),
            },
            6 => How::Keep,
            _ => How::Leave,
        };
        world.decide(&name, &reads, how);
    }
    world
}

proptest! {
    #[test]
    fn steps_are_in_order(shapes in proptest::collection::vec(
        (0u8..8, proptest::collection::vec(0usize..40, 0..4)), 1..40
    )) {
        let world = world_of(&shapes);
        let plan = world.plan();
        prop_assert!(plan.refused.is_empty(), "{:?}", plan.refused);
        let mut built: BTreeMap<_, StepId> = BTreeMap::new();
        for (number, planned) in (1..).zip(&plan.steps) {
            let step = &planned.step;
            prop_assert_eq!(step.id, StepId(number));
            prop_assert!(step.needs.iter().all(|need| *need < step.id));
            prop_assert!(!step.deeds.is_empty() || step.kind == StepKind::Settle);
            for statement in &planned.statements {
                prop_assert!(!statement.sql.to_uppercase().contains("CASCADE"));
            }
            let takes = |deed: &Deed| matches!(deed, Deed::Drop { .. });
            prop_assert!(!step.deeds.iter().any(takes));
            if let Some(Deed::Build { .. }) = step.deeds.first() {
                let object = step.object.clone().unwrap();
                let reads = &world.decisions.objects[&object].reads;
                let of_this_plan = reads.iter().filter(|read| matches!(
                    world.decisions.objects[*read].how, How::Create(_) | How::Swap { .. }
                ));
                for read in of_this_plan {
                    prop_assert!(step.needs.contains(&built[read]), "{}", render(&plan));
                }
                built.insert(object, step.id);
            }
        }
        names_hold(&plan)?;
    }
}

/// Every rename finds the name that it takes away, and a free one to give.
fn names_hold(plan: &Plan) -> Result<(), TestCaseError> {
    let mut taken = std::collections::BTreeSet::new();
    let mut known = std::collections::BTreeSet::new();
    for planned in &plan.steps {
        for deed in &planned.step.deeds {
            let (from, to) = match deed {
                Deed::Build { relation, .. } => {
                    taken.insert(relation.name.clone());
                    continue;
                }
                Deed::Index { index, .. } => {
                    prop_assert!(taken.insert(index.clone()), "{index}\n{}", render(plan));
                    continue;
                }
                Deed::Rename { relation, to } => (&relation.name, to),
                Deed::RenameIndex { index, to } => (index, to),
                _ => continue,
            };
            // What nobody made here was there before.
            if !taken.remove(from) {
                prop_assert!(known.insert(from.clone()), "{from} twice\n{}", render(plan));
            }
            let to = crate::model::name::ObjectName::new(&from.schema, to);
            prop_assert!(taken.insert(to.clone()), "{to}\n{}", render(plan));
        }
    }
    Ok(())
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the clock of a test")]
fn ten_thousand_creates_are_planned_at_once() {
    let shapes: Vec<(u8, Vec<usize>)> = (0..10_000_usize)
        .map(|at| (u8::from(at % 4 == 0), vec![at / 2, at / 3]))
        .collect();
    let world = world_of(&shapes);
    let decisions = world.decisions.clone();
    let started = std::time::Instant::now();
    let plan = super::plan(decisions, &world.frame());
    let took = started.elapsed();
    assert!(plan.steps.len() > 20_000);
    // Well under 200 ms in a release; this bound only tells a quadratic loop.
    assert!(took.as_secs() < 5, "{took:?}");
}
