//! The steps that make generations: build, fill, index, analyze, audit; and those that alter in place.
//!
//! - A build holds everything quick. **The owner changes last of what the builder needs to be the owner
//!   for**; what the new owner itself has and has not comes after it. Filling and indexes ask for
//!   membership in the owner's role, as replacing somebody's object does anyway.
//! - A fill waits for the rows of everything that it reads, through any number of views.
//! - The indexes of one relation are made at the same time; what needs all of them comes with the last.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::Frame;
use super::learn::{self, Story};
use super::steps::{At, Draft, Inputs, Steps};
use crate::engine::capabilities::MarkerPlace;
use crate::engine::journal::{ObjectState, Record};
use crate::engine::step::{Commented, Deed, Physical, Privilege, StepId, StepKind};
use crate::engine::{Generation, Marker};
use crate::model::name::ObjectName;
use crate::model::observed::grant::Holder;
use crate::model::observed::relation::RelationKind;
use crate::plan::ShadowInputs;
use crate::plan::decision::{Audit, Decision, Filled, How, New, NewIndex, Own};

/// Gathers the steps of one object after the other, what is read before what reads it.
pub(super) struct Builder<'a, 'b> {
    frame: &'a Frame<'a>,
    steps: &'b mut Steps,
    schemas: BTreeMap<String, At>,
    built: Built<'a>,
    /// The audits of what else is built, with what they are of.
    audits: Vec<(&'a ObjectName, &'a Audit, At)>,
}

/// What the steps of all objects are.
#[derive(Debug, Default)]
pub(super) struct Built<'a> {
    /// The step after which an object is as declared, but for its rows and its name.
    pub(super) present: BTreeMap<&'a ObjectName, At>,
    pub(super) made: BTreeMap<&'a ObjectName, Made>,
    /// Those that get their own name at once.
    pub(super) created: BTreeSet<&'a ObjectName>,
    /// The builds of created objects, by what they read and nobody builds here.
    pub(super) created_readers: BTreeMap<&'a ObjectName, Vec<At>>,
    /// Indexes that get their final name at once, with the steps that make them.
    pub(super) indexes: Vec<(ObjectName, At)>,
    /// Names of indexes that become free where an object stands, with the steps that drop them.
    pub(super) freed: BTreeMap<ObjectName, At>,
}

/// The steps that make one generation.
#[derive(Debug)]
pub(super) struct Made {
    /// The steps after which whoever reads it finds rows.
    pub(super) rows: Rc<BTreeSet<At>>,
    /// Those that no other step of it comes after.
    pub(super) last: BTreeSet<At>,
    /// What its rows come from; none for what has no rows of its own.
    pub(super) inputs: Option<Inputs>,
}

impl<'a, 'b> Builder<'a, 'b> {
    pub(super) fn new(frame: &'a Frame<'a>, steps: &'b mut Steps) -> Self {
        Self {
            frame,
            steps,
            schemas: BTreeMap::new(),
            built: Built::default(),
            audits: Vec::new(),
        }
    }

    pub(super) fn finish(mut self) -> Built<'a> {
        for (object, audit, at) in std::mem::take(&mut self.audits) {
            self.audit_reads(object, audit, at);
        }
        self.free_names();
        self.built
    }

    /// An audit waits for the rows of all that it reads; and what is read keeps its name until then, so
    /// its cutover waits for the audit.
    fn audit_reads(&mut self, object: &ObjectName, audit: &Audit, at: At) {
        for read in audit.reads.iter().filter(|read| *read != object) {
            let Some(made) = self.built.made.get_mut(read) else {
                continue;
            };
            if let Some(step) = self.steps.get_mut(at) {
                step.needs.extend(made.rows.iter());
                step.needs.extend(self.built.present.get(read));
            }
            made.last.insert(at);
        }
    }

    pub(super) fn schemas(&mut self, schemas: &[String]) {
        for schema in schemas {
            let mut step = Draft::of(StepKind::Build, format!("build schema {schema}"));
            step.deeds.push(Deed::CreateSchema {
                schema: schema.clone(),
            });
            let at = self.steps.add(step);
            self.schemas.insert(schema.clone(), at);
        }
    }

    pub(super) fn decision(&mut self, decision: &'a Decision) {
        match &decision.how {
            How::Create(new) => self.make(decision, new, None),
            How::Swap { new, old } => {
                let live = old.as_ref().map(|old| &old.relation.name);
                self.make(decision, new, Some(live));
            }
            How::Alter {
                deeds,
                generation,
                new_generation,
            } => self.alter(decision, deeds, (generation.as_ref(), new_generation)),
            How::Keep => self.passes(decision),
            How::Redefine { .. } | How::Retire { .. } | How::Leave => {}
        }
    }

    /// Bringing rows in is a step of its own, which waits for all that it reads.
    fn alter(
        &mut self,
        decision: &'a Decision,
        deeds: &[Deed],
        known: (Option<&Generation>, &Generation),
    ) {
        let object = &decision.object;
        let is_fill = |deed: &&Deed| matches!(deed, Deed::Fill { .. });
        let (fill, others): (Vec<&Deed>, Vec<&Deed>) = deeds.iter().partition(is_fill);
        let mut present = None;
        if !others.is_empty() || known.0.is_none() {
            let others = others.into_iter().cloned().collect();
            let mut parts = apart(others);
            let last = parts.pop().unwrap_or_default();
            let step = |deeds| {
                let title = format!("alter {object}");
                let mut step = Draft::about(StepKind::Alter, object, title);
                step.deeds = deeds;
                step
            };
            let mut before = None;
            for deeds in parts {
                let mut step = step(deeds);
                step.needs.extend(before);
                before = Some(self.add_alter(step));
            }
            let mut step = step(last);
            step.needs.extend(before);
            learn::altered(decision, known, self.frame, &mut step);
            present = Some(self.add_alter(step));
        }
        let mut rows = self.rows_below(decision);
        if let Some(Deed::Fill { relation }) = fill.first().copied() {
            let mut step = Draft::about(StepKind::Fill, object, format!("fill {object}"));
            step.deeds.push(Deed::Fill {
                relation: relation.clone(),
            });
            step.needs.extend(rows.iter());
            step.needs.extend(present);
            let at = self.steps.add(step);
            let last = self.analyze(object, relation, BTreeSet::from([at]));
            rows = Rc::new(BTreeSet::from([at]));
            present = present.or(Some(last));
        } else if decision.kind != RelationKind::View {
            rows = Rc::default();
        }
        if let Some(at) = present {
            self.built.present.insert(object, at);
        }
        self.shows(object, rows);
    }

    /// Remembers which names of indexes become free with a step, and which it takes.
    fn add_alter(&mut self, step: Draft) -> At {
        let mut freed = Vec::new();
        let mut taken = Vec::new();
        for deed in &step.deeds {
            match deed {
                Deed::DropIndex { index, .. } => freed.push(index.clone()),
                Deed::Index { index, .. } => taken.push(index.clone()),
                _ => {}
            }
        }
        taken.retain(|index| !freed.contains(index));
        let at = self.steps.add(step);
        self.built
            .indexes
            .extend(taken.into_iter().map(|index| (index, at)));
        self.built
            .freed
            .extend(freed.into_iter().map(|index| (index, at)));
        at
    }

    /// Whoever takes the name of an index that an alteration drops comes after it.
    fn free_names(&mut self) {
        for (index, at) in &self.built.indexes {
            if let Some(freed) = self.built.freed.get(index)
                && freed != at
                && let Some(step) = self.steps.get_mut(*at)
            {
                step.needs.insert(*freed);
            }
        }
    }

    /// A view that stays shows rows that others bring in.
    fn passes(&mut self, decision: &'a Decision) {
        if decision.kind == RelationKind::View {
            let rows = self.rows_below(decision);
            self.shows(&decision.object, rows);
        }
    }

    fn shows(&mut self, object: &'a ObjectName, rows: Rc<BTreeSet<At>>) {
        if !rows.is_empty() {
            let made = Made {
                rows,
                last: BTreeSet::new(),
                inputs: None,
            };
            self.built.made.insert(object, made);
        }
    }

    /// `shadow` is none for what gets its own name at once, and otherwise says what has the name now.
    fn make(&mut self, decision: &'a Decision, new: &'a New, shadow: Option<Option<&ObjectName>>) {
        let object = &decision.object;
        let build = self.build(decision, new, shadow.is_some());
        let below = self.rows_below(decision);
        let (rows, inputs) = if new.filled == Filled::Apart {
            let shadow = inputs_of(new, shadow.flatten());
            let mut step = Draft::about(StepKind::Fill, object, format!("fill {object}"));
            step.deeds.push(Deed::Fill {
                relation: new.relation.clone(),
            });
            step.needs.insert(build);
            step.needs.extend(below.iter());
            step.inputs.push(Inputs {
                fill: None,
                shadow: shadow.clone(),
            });
            let fill = self.steps.add(step);
            let inputs = Inputs {
                fill: Some(fill),
                shadow,
            };
            (Rc::new(BTreeSet::from([fill])), Some(inputs))
        } else if has_rows(decision, new) {
            if let Some(step) = self.steps.get_mut(build) {
                step.needs.extend(below.iter());
            }
            (Rc::new(BTreeSet::from([build])), None)
        } else {
            (below, None)
        };
        let mut last: BTreeSet<At> = rows.iter().copied().chain([build]).collect();
        if new.filled == Filled::Apart {
            last.remove(&build);
        }
        let indexes = self.indexes(object, new, &last);
        if shadow.is_none() {
            self.built.created.insert(object);
            let named = new.dress.indexes.iter().map(|index| index.index.clone());
            self.built
                .indexes
                .extend(named.zip(indexes.iter().copied()));
            for read in &decision.reads {
                if !self.built.present.contains_key(read) {
                    self.built
                        .created_readers
                        .entry(read)
                        .or_default()
                        .push(build);
                }
            }
        }
        if !indexes.is_empty() {
            last = indexes.into_iter().collect();
        }
        if has_rows(decision, new) {
            last = BTreeSet::from([self.analyze(object, &new.relation, last)]);
        }
        let audits = self.audits(object, new, &last);
        if !audits.is_empty() {
            last = audits;
        }
        let made = Made { rows, last, inputs };
        self.built.present.insert(object, build);
        self.built.made.insert(object, made);
    }

    fn build(&mut self, decision: &Decision, new: &New, shadow: bool) -> At {
        let object = &decision.object;
        let mut step = Draft::about(StepKind::Build, object, format!("build {object}"));
        step.deeds = build_deeds(new, self.marker(decision, new));
        let reads = decision.reads.iter();
        let present = reads.filter_map(|read| self.built.present.get(read));
        step.needs.extend(present);
        step.needs.extend(self.schemas.get(&*object.schema));
        let state = if shadow {
            ObjectState::Shadow
        } else {
            ObjectState::Live
        };
        let story = Story {
            decision,
            generation: &new.generation,
            frame: self.frame,
        };
        let record = story.object(&new.relation, state);
        step.records.push(Record::Object(Box::new(record)));
        if !shadow {
            step.records.push(Record::Settled {
                name: object.clone(),
                generation: new.generation.clone(),
            });
        }
        self.steps.add(step)
    }

    fn marker(&self, decision: &Decision, new: &New) -> Option<Marker> {
        let place = self.frame.engine.capabilities().marker;
        let after = match &decision.how {
            How::Swap { old: Some(old), .. } => Some(old.generation.clone()),
            _ => None,
        };
        carries_marker(place, new.relation.kind).then(|| Marker {
            after,
            ..marker(&decision.own, &new.generation, self.frame)
        })
    }

    /// The steps after which all that an object reads has rows.
    fn rows_below(&self, decision: &Decision) -> Rc<BTreeSet<At>> {
        let reads = decision.reads.iter();
        let mut made = reads.filter_map(|read| self.built.made.get(read));
        let Some(first) = made.next() else {
            return Rc::default();
        };
        let mut rows = Rc::clone(&first.rows);
        for next in made {
            if !next.rows.is_subset(&rows) {
                Rc::make_mut(&mut rows).extend(next.rows.iter());
            }
        }
        rows
    }

    /// One step for each index, in their order.
    fn indexes(&mut self, object: &ObjectName, new: &New, after: &BTreeSet<At>) -> Vec<At> {
        let mut steps: Vec<Draft> = new
            .dress
            .indexes
            .iter()
            .map(|index| index_step(object, index, after))
            .collect();
        let finishing = &new.dress.after_indexes;
        let finish = steps.pop().map(|mut step| {
            step.deeds.extend(finishing.iter().map(verbatim));
            step
        });
        let mut added: Vec<At> = steps.into_iter().map(|step| self.steps.add(step)).collect();
        if let Some(mut step) = finish {
            if !finishing.is_empty() {
                step.needs.extend(added.iter());
            }
            added.push(self.steps.add(step));
        }
        added
    }

    fn analyze(&mut self, object: &ObjectName, relation: &Physical, after: BTreeSet<At>) -> At {
        let mut step = Draft::about(StepKind::Analyze, object, format!("analyze {object}"));
        step.deeds.push(Deed::Analyze {
            relation: relation.clone(),
        });
        step.needs = after;
        self.steps.add(step)
    }

    fn audits(
        &mut self,
        object: &'a ObjectName,
        new: &'a New,
        after: &BTreeSet<At>,
    ) -> BTreeSet<At> {
        let step = |audit: &Audit| {
            let title = format!("audit \"{}\" on {object}", audit.name);
            let mut step = Draft::about(StepKind::Audit, object, title);
            step.deeds.push(Deed::Audit {
                name: audit.name.clone(),
                sql: audit.sql.clone(),
            });
            step.needs.clone_from(after);
            step
        };
        let mut added = BTreeSet::new();
        for audit in &new.audits {
            let at = self.steps.add(step(audit));
            added.insert(at);
            self.audits.push((object, audit, at));
        }
        added
    }
}

/// The steps of an alteration: columns first, which indexes may need; then indexes are built, which
/// readers do not wait for; then everything that they would have to wait for with it.
fn apart(deeds: Vec<Deed>) -> Vec<Vec<Deed>> {
    let builds = |deed: &Deed| matches!(deed, Deed::Index { .. });
    if !deeds.iter().any(builds) {
        return vec![deeds];
    }
    let (indexes, others): (Vec<Deed>, Vec<Deed>) = deeds.into_iter().partition(builds);
    let grows = |deed: &Deed| matches!(deed, Deed::AddColumn { .. });
    let (columns, others): (Vec<Deed>, Vec<Deed>) = others.into_iter().partition(grows);
    let mut parts = vec![columns, indexes, others];
    parts.retain(|part| !part.is_empty());
    parts
}

/// Everything quick about a new generation.
fn build_deeds(new: &New, marker: Option<Marker>) -> Vec<Deed> {
    let relation = &new.relation;
    let dress = &new.dress;
    let mut deeds = vec![Deed::Build {
        relation: relation.clone(),
        form: new.form.clone(),
    }];
    deeds.extend(marker.map(|marker| Deed::Mark {
        relation: relation.clone(),
        marker: Some(marker),
        before: None,
    }));
    let comment = |(on, text): &(Commented, String)| Deed::Comment {
        on: on.clone(),
        text: Some(text.clone()),
        before: None,
    };
    deeds.extend(dress.comments.iter().map(comment));
    // What belongs to the owner by being the owner moves with the ownership: it is said afterwards.
    let owns = |privilege: &&Privilege| match (&privilege.holder, &dress.owner) {
        (Holder::Role(role), Some(owner)) => role == owner,
        (Holder::Public | Holder::Role(_), _) => false,
    };
    let (late_revoke, revoke): (Vec<_>, Vec<_>) = dress.revoke.iter().partition(owns);
    let (late_grant, grant): (Vec<_>, Vec<_>) = dress.grant.iter().partition(owns);
    deeds.extend(
        revoke
            .into_iter()
            .map(|privilege| revoked(relation, privilege)),
    );
    deeds.extend(
        grant
            .into_iter()
            .map(|privilege| granted(relation, privilege)),
    );
    deeds.extend(dress.statements.iter().map(verbatim));
    if dress.indexes.is_empty() {
        deeds.extend(dress.after_indexes.iter().map(verbatim));
    }
    // Nobody knows here who builds; the owner of what is taken back stays as it is.
    deeds.extend(dress.owner.as_ref().map(|owner| Deed::Owner {
        relation: relation.clone(),
        role: owner.clone(),
        before: owner.clone(),
    }));
    deeds.extend(
        late_revoke
            .into_iter()
            .map(|privilege| revoked(relation, privilege)),
    );
    deeds.extend(
        late_grant
            .into_iter()
            .map(|privilege| granted(relation, privilege)),
    );
    deeds
}

fn revoked(on: &Physical, privilege: &Privilege) -> Deed {
    Deed::Revoke {
        on: on.clone(),
        privilege: privilege.clone(),
    }
}

fn granted(on: &Physical, privilege: &Privilege) -> Deed {
    Deed::Grant {
        on: on.clone(),
        privilege: privilege.clone(),
    }
}

fn verbatim(sql: impl AsRef<str>) -> Deed {
    Deed::Verbatim {
        sql: sql.as_ref().to_owned(),
        undo: None,
    }
}

fn index_step(object: &ObjectName, index: &NewIndex, after: &BTreeSet<At>) -> Draft {
    let title = format!("index {} on {object}", index.public);
    let mut step = Draft::about(StepKind::Index, object, title);
    step.needs.clone_from(after);
    step.deeds.extend(index_deeds(index));
    step
}

fn index_deeds(index: &NewIndex) -> impl Iterator<Item = Deed> + use<> {
    let made = Deed::Index {
        index: index.index.clone(),
        sql: index.sql.clone(),
    };
    let comment = index.comment.as_ref().map(|text| Deed::Comment {
        on: Commented::Index(index.index.clone()),
        text: Some(text.clone()),
        before: None,
    });
    [Some(made), comment].into_iter().flatten()
}

/// Everything about a new generation, one deed after the other: built, filled, indexed. **Its owner is
/// said first**, so that nothing is given to whoever happens to build it.
pub(in crate::plan) fn all_deeds(new: &New, marker: Option<Marker>) -> Vec<Deed> {
    let mut deeds = build_deeds(new, marker);
    let owner = |deed: &Deed| matches!(deed, Deed::Owner { .. });
    if let Some(at) = deeds.iter().position(owner) {
        let owner = deeds.remove(at);
        deeds.insert(1, owner);
    }
    if new.filled == Filled::Apart {
        deeds.push(Deed::Fill {
            relation: new.relation.clone(),
        });
    }
    let indexes = &new.dress.indexes;
    deeds.extend(indexes.iter().flat_map(index_deeds));
    if !indexes.is_empty() {
        deeds.extend(new.dress.after_indexes.iter().map(verbatim));
    }
    deeds
}

/// Whether it holds rows that the planner of the engine wants to know about. A table that is declared
/// by its columns reads nothing and is empty.
fn has_rows(decision: &Decision, new: &New) -> bool {
    match new.relation.kind {
        RelationKind::MaterializedView => true,
        RelationKind::View | RelationKind::Sequence => false,
        RelationKind::Table
        | RelationKind::PartitionedTable
        | RelationKind::Partition
        | RelationKind::ForeignTable => {
            new.filled == Filled::Apart || !decision.reads.is_empty() || !new.grounds.is_empty()
        }
    }
}

fn inputs_of(new: &New, live: Option<&ObjectName>) -> ShadowInputs {
    ShadowInputs {
        shadow: new.relation.name.clone(),
        generation: new.generation.clone(),
        live: live.cloned(),
        grounds: new.grounds.clone(),
        fill: StepId(0),
    }
}

/// Whether a relation of this kind can carry the marker of its generation.
pub(in crate::plan) const fn carries_marker(place: MarkerPlace, kind: RelationKind) -> bool {
    match place {
        MarkerPlace::Rule => matches!(kind, RelationKind::View | RelationKind::MaterializedView),
        MarkerPlace::Comment | MarkerPlace::FirstColumn => true,
        MarkerPlace::None => false,
    }
}

/// The marker of a generation. That of somebody else's object names no project.
pub(super) fn marker(own: &Own, generation: &Generation, frame: &Frame<'_>) -> Marker {
    let project = match own {
        Own::Declared(_) | Own::Recorded => frame.project,
        Own::External { project } => project.as_deref().unwrap_or_default(),
    };
    Marker {
        project: project.to_owned(),
        generation: generation.clone(),
        after: None,
    }
}
