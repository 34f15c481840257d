//! Compares what a plan relies on with what is there now.
//!
//! It is compared before the first step, and for what a cutover takes names from right before it: what
//! others gave an object since, and who reads it now, would be left on the retired generation.
//! What the run itself did before is left out, and what it built must still be there. What a plan does
//! not name may change as it likes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use dormer_core::engine::step::{Deed, StepId, StepKind};
use dormer_core::engine::{EngineError, Scope, Session};
use dormer_core::model::name::ObjectName;
use dormer_core::model::observed::Observed;
use dormer_core::model::observed::dependency::Read;
use dormer_core::model::observed::relation::Persistence;
use dormer_core::plan::Plan;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::outcome::{Difference, StaleObject};
use crate::web::Web;

/// What earlier tries of a run did.
#[derive(Debug, Default)]
pub(crate) struct Deeds {
    /// Relations that they changed, made, or gave another name.
    touched: BTreeSet<ObjectName>,
    /// Relations that they made, by the names that these have now.
    built: BTreeSet<ObjectName>,
    /// Names that they took from what stays as it is: its readers are spelled otherwise since.
    renamed: BTreeSet<ObjectName>,
}

impl Deeds {
    /// Follows the steps that are done.
    pub(crate) fn of(web: &Web<'_>, done: &BTreeSet<StepId>) -> Self {
        let mut deeds = Self::default();
        for step in web.order().filter(|step| done.contains(&step.step.id)) {
            if alters(step.step.kind) {
                deeds.touched.extend(step.step.object.clone());
            }
            if step.step.kind == StepKind::Rename {
                deeds
                    .renamed
                    .extend(step.step.deeds.iter().filter_map(old_name));
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
            | Deed::Refresh { relation, .. }
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
        let mut stale = self.changed(plan, &Look::of(plan, observed));
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

    /// Whether it reads what was renamed, and did so when the plan was made.
    fn respelled(&self, plan: &Plan, name: &ObjectName) -> bool {
        let mut renamed = self.renamed.iter();
        renamed.any(|from| {
            let readers = plan.readers.get(from);
            readers.is_some_and(|readers| readers.contains(&name.to_string()))
        })
    }

    /// What others changed, and what they bound to what will get another identity.
    pub(crate) fn changed(&self, plan: &Plan, look: &Look) -> Vec<StaleObject> {
        let relied = plan.observed.iter();
        let relied =
            relied.filter(|(name, _)| !self.touched.contains(*name) && !self.respelled(plan, name));
        let mut stale = Vec::new();
        for (name, then) in relied {
            let difference = match (then, look.prints.get(name)) {
                (None, None) => None,
                (None, Some(_)) => Some(Difference::Appeared),
                (Some(_), None) => Some(Difference::Gone),
                (Some(_), Some(None)) => Some(Difference::Unseen),
                (Some(then), Some(Some(now))) if then == now => None,
                (Some(_), Some(Some(_))) => Some(Difference::Changed),
            };
            let bound = look.bound.iter().filter(|bound| bound.to == *name);
            let bound = bound.map(|bound| Difference::ReadBy(bound.reader.clone()));
            let differences = difference.into_iter().chain(bound);
            stale.extend(differences.map(|difference| StaleObject {
                object: name.clone(),
                difference,
            }));
        }
        stale
    }
}

fn old_name(deed: &Deed) -> Option<ObjectName> {
    match deed {
        Deed::Rename { relation, .. } => Some(relation.name.clone()),
        _ => None,
    }
}

/// Whether steps of a kind change the object that they are about under the name that it has; the others
/// work on what their deeds name, a shadow as a rule.
const fn alters(kind: StepKind) -> bool {
    match kind {
        StepKind::Alter | StepKind::Cutover | StepKind::Retire | StepKind::Rename => true,
        // A shadow of an earlier run that is dropped is about an object too.
        StepKind::Drop
        | StepKind::Build
        | StepKind::Fill
        | StepKind::Refresh
        | StepKind::Index
        | StepKind::Analyze
        | StepKind::Audit
        | StepKind::Settle => false,
    }
}

/// What was seen of all that a plan relies on.
#[derive(Debug)]
pub(crate) struct Look {
    /// The fingerprints of what is there; none for what is locked.
    prints: BTreeMap<ObjectName, Option<String>>,
    /// What is bound to one of them and was not when the plan was made.
    bound: Vec<Bound>,
}

#[derive(Debug)]
struct Bound {
    to: ObjectName,
    /// As people say it.
    reader: String,
    /// The relation that the reader is or belongs to.
    of: Option<ObjectName>,
}

impl Look {
    pub(crate) fn of(plan: &Plan, observed: &Observed) -> Self {
        let there = plan.observed.keys().filter_map(|name| {
            let relation = observed.relations.get(name)?;
            let print = relation.fingerprint().map(|print| print.to_string());
            Some((name.clone(), print))
        });
        Self {
            prints: there.collect(),
            bound: newly_bound(plan, observed),
        }
    }
}

fn newly_bound(plan: &Plan, observed: &Observed) -> Vec<Bound> {
    // What belongs to a session goes with it.
    let temporary = |of: &ObjectName| {
        let relation = observed.relations.get(of);
        relation.is_some_and(|relation| relation.persistence == Persistence::Temporary)
    };
    let mut found = Vec::new();
    for (reader, reads) in &observed.dependencies {
        let of = reader.relation();
        for read in reads.keys().filter_map(Read::relation) {
            let Some(then) = plan.readers.get(read) else {
                continue;
            };
            // What belongs to the relation itself is a part of its fingerprint.
            if of == Some(read) || of.is_some_and(temporary) {
                continue;
            }
            let said = reader.to_string();
            if !then.contains(&said) {
                found.push(Bound {
                    to: read.clone(),
                    reader: said,
                    of: of.cloned(),
                });
            }
        }
    }
    if !found.is_empty() {
        // What a step of this very plan made or gave another name, by whichever session.
        let mut plans_own = Deeds::default();
        for step in &plan.steps {
            step.step
                .deeds
                .iter()
                .for_each(|deed| plans_own.follow(deed));
        }
        found.retain(|bound| {
            let of = bound.of.as_ref();
            of.is_none_or(|of| !plans_own.touched.contains(of))
        });
    }
    found.sort_by(|a, b| (&a.to, &a.reader).cmp(&(&b.to, &b.reader)));
    found.dedup_by(|a, b| a.to == b.to && a.reader == b.reader);
    found
}

/// What was seen last, for all who take names at about the same time.
#[derive(Debug, Default)]
pub(crate) struct Looks(Mutex<Option<Seen>>);

#[derive(Debug)]
struct Seen {
    look: Arc<Look>,
    good_until: Instant,
}

/// A look is good for so long from its beginning, or for as long again as it took.
const GOOD_FOR: Duration = Duration::from_millis(500);

impl Looks {
    /// What is there now. Who comes while another looks waits for that.
    pub(crate) async fn look(
        &self,
        session: &mut dyn Session,
        plan: &Plan,
    ) -> Result<Arc<Look>, EngineError> {
        let mut seen = self.0.lock().await;
        let since = Instant::now();
        if let Some(seen) = seen.as_ref().filter(|seen| since < seen.good_until) {
            return Ok(Arc::clone(&seen.look));
        }
        let schemas = plan.observed.keys().map(|name| &*name.schema);
        let observed = session.inspect(&Scope::schemas(schemas)).await?;
        let look = Arc::new(Look::of(plan, &observed));
        let took = since.elapsed();
        *seen = Some(Seen {
            look: Arc::clone(&look),
            good_until: since + GOOD_FOR.max(took * 2),
        });
        Ok(look)
    }
}
