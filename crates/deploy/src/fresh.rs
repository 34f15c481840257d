//! Compares what a plan relies on with what is there now. **Pure.**
//!
//! What the run itself did before is left out, and what it built must still be there. What a plan does
//! not name may change as it likes.

use std::collections::BTreeSet;

use dormer_core::engine::Scope;
use dormer_core::engine::step::{Deed, StepId, StepKind};
use dormer_core::model::name::ObjectName;
use dormer_core::model::observed::Observed;
use dormer_core::model::observed::relation::Relation;
use dormer_core::plan::Plan;

use crate::outcome::{Difference, StaleObject};
use crate::web::Web;

/// What earlier tries of a run did.
#[derive(Debug, Default)]
pub(crate) struct Deeds {
    /// Relations that they changed, made, or gave another name.
    touched: BTreeSet<ObjectName>,
    /// Relations that they made, by the names that these have now.
    built: BTreeSet<ObjectName>,
}

impl Deeds {
    /// Follows the steps that are done.
    pub(crate) fn of(web: &Web<'_>, done: &BTreeSet<StepId>) -> Self {
        let mut deeds = Self::default();
        for step in web.order().filter(|step| done.contains(&step.step.id)) {
            // What builds, fills or indexes a shadow is about an object that it does not touch.
            let changes = matches!(
                step.step.kind,
                StepKind::Alter | StepKind::Cutover | StepKind::Retire
            );
            if changes {
                deeds.touched.extend(step.step.object.clone());
            }
            let inputs = step.inputs.iter();
            deeds
                .touched
                .extend(inputs.map(|inputs| inputs.shadow.clone()));
            for deed in &step.step.deeds {
                deeds.follow(deed);
            }
        }
        deeds
    }

    fn follow(&mut self, deed: &Deed) {
        match deed {
            Deed::Build { relation, .. } => {
                self.built.insert(relation.name.clone());
                self.touched.insert(relation.name.clone());
            }
            Deed::Rename { relation, to } => {
                let renamed = ObjectName::new(&relation.name.schema, to);
                if self.built.remove(&relation.name) {
                    self.built.insert(renamed.clone());
                }
                self.touched.insert(relation.name.clone());
                self.touched.insert(renamed);
            }
            Deed::Drop { relation } => {
                self.built.remove(&relation.name);
                self.touched.insert(relation.name.clone());
            }
            Deed::Fill { relation }
            | Deed::Mark { relation, .. }
            | Deed::Owner { relation, .. }
            | Deed::Options { relation, .. }
            | Deed::Analyze { relation }
            | Deed::Redefine { relation, .. } => {
                self.touched.insert(relation.name.clone());
            }
            Deed::Grant { on, .. } | Deed::Revoke { on, .. } => {
                self.touched.insert(on.name.clone());
            }
            Deed::AddColumn { table, .. } => {
                self.touched.insert(table.clone());
            }
            // The object of the step is what they change.
            Deed::CreateSchema { .. }
            | Deed::Index { .. }
            | Deed::DropIndex { .. }
            | Deed::Comment { .. }
            | Deed::Audit { .. }
            | Deed::RenameIndex { .. }
            | Deed::Rebind { .. }
            | Deed::Verbatim { .. } => {}
        }
    }

    /// The schemas that have to be looked at; none when nothing has to be.
    pub(crate) fn scope(&self, plan: &Plan) -> Option<Scope> {
        let names = plan.observed.keys().chain(&self.built);
        let schemas: BTreeSet<&str> = names.map(|name| &*name.schema).collect();
        (!schemas.is_empty()).then(|| Scope::schemas(schemas))
    }

    /// What is not as the plan relies on.
    pub(crate) fn differences(&self, plan: &Plan, observed: &Observed) -> Vec<StaleObject> {
        let relied = plan.observed.iter();
        let relied = relied.filter(|(name, _)| !self.touched.contains(*name));
        let mut stale: Vec<StaleObject> = relied
            .filter_map(|(name, then)| {
                let now = observed.relations.get(name);
                let fingerprint = now.map(Relation::fingerprint);
                let difference = match (then, fingerprint) {
                    (None, None) => return None,
                    (None, Some(_)) => Difference::Appeared,
                    (Some(_), None) => Difference::Gone,
                    (Some(_), Some(None)) => Difference::Unseen,
                    (Some(then), Some(Some(now))) if *then == now.to_string() => return None,
                    (Some(_), Some(Some(_))) => Difference::Changed,
                };
                Some(StaleObject {
                    object: name.clone(),
                    difference,
                })
            })
            .collect();
        let gone = self
            .built
            .iter()
            .filter(|name| !observed.relations.contains_key(*name));
        stale.extend(gone.map(|name| StaleObject {
            object: name.clone(),
            difference: Difference::ShadowGone,
        }));
        stale
    }
}
