//! There and back with any plan: every name is where it was, and every live generation too.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::fixture::{observed, relation};
use super::tests::back;
use crate::engine::Generation;
use crate::engine::journal::ObjectState;
use crate::engine::step::Deed;
use crate::model::name::ObjectName;
use crate::model::observed::Observed;
use crate::model::observed::index::Index;
use crate::model::observed::relation::RelationKind;
use crate::plan::Plan;
use crate::plan::decision::How;
use crate::plan::sequence::fixture::World;
use crate::plan::sequence::properties::world_of;

/// The names of a target: of relations and indexes alike.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Names {
    relations: BTreeSet<ObjectName>,
    indexes: BTreeSet<ObjectName>,
}

impl Names {
    fn before(world: &World) -> Self {
        let mut names = Self::default();
        for record in world.journal.objects.values() {
            let name = ObjectName::new(&record.name.schema, &record.physical);
            names.relations.insert(name);
        }
        for decision in world.decisions.objects.values() {
            if let How::Swap { old: Some(old), .. } | How::Retire { old } = &decision.how {
                names
                    .indexes
                    .extend(old.indexes.iter().map(|(now, _)| now.clone()));
            }
        }
        names
    }

    /// Does what the deeds of a plan do to names, and fails where a server would.
    fn follow(&mut self, plan: &Plan) -> Result<(), TestCaseError> {
        for deed in plan.steps.iter().flat_map(|step| &step.step.deeds) {
            match deed {
                Deed::Build { relation, .. } => {
                    prop_assert!(self.relations.insert(relation.name.clone()));
                }
                Deed::Index { index, .. } => prop_assert!(self.indexes.insert(index.clone())),
                Deed::Rename { relation, to } => {
                    prop_assert!(self.relations.remove(&relation.name), "{}", relation.name);
                    let to = ObjectName::new(&relation.name.schema, to);
                    prop_assert!(self.relations.insert(to.clone()), "{to}");
                }
                Deed::RenameIndex { index, to } => {
                    prop_assert!(self.indexes.remove(index), "{index}");
                    let to = ObjectName::new(&index.schema, to);
                    prop_assert!(self.indexes.insert(to.clone()), "{to}");
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// A target in which the indexes stand somewhere in their schemas.
    fn into_observed(self, world: &World) -> Observed {
        let mut observed = observed(world);
        for name in self.indexes {
            let holder = ObjectName::new(&name.schema, "holder of indexes");
            let holder = observed
                .relations
                .entry(holder)
                .or_insert_with(|| relation(RelationKind::Table, None));
            holder.indexes.insert(name.name.to_string(), index());
        }
        observed
    }
}

fn index() -> Index {
    Index {
        definition: String::new(),
        unique: false,
        valid: true,
        primary: false,
        constraint: None,
        clustered: false,
        replica_identity: false,
        concurrent_refresh: false,
        comment: None,
        tablespace: None,
    }
}

fn live(world: &World) -> BTreeMap<ObjectName, (Generation, String)> {
    let records = world.journal.objects.values();
    records
        .filter(|record| record.state == ObjectState::Live)
        .map(|record| {
            let known = (record.generation.clone(), record.fingerprint.clone());
            (record.name.clone(), known)
        })
        .collect()
}

proptest! {
    #[test]
    fn there_and_back_is_where_it_began(shapes in proptest::collection::vec(
        (0u8..8, proptest::collection::vec(0usize..40, 0..4)), 1..30
    )) {
        let mut world = world_of(&shapes);
        let mut names = Names::before(&world);
        let (first, known) = (names.clone(), live(&world));
        let plan = world.plan();
        names.follow(&plan)?;
        world.hear(&plan);
        let seen = names.clone().into_observed(&world);
        let back = back(&world, &plan, &seen);
        prop_assert!(back.is_ok(), "{:?}", back);
        let back = back.unwrap();
        names.follow(&back)?;
        world.hear(&back);
        prop_assert_eq!(live(&world), known);
        prop_assert!(names.relations.is_superset(&first.relations));
        prop_assert!(names.indexes.is_superset(&first.indexes));
        for step in &back.steps {
            prop_assert!(step.step.needs.iter().all(|need| *need < step.step.id));
        }
    }
}
