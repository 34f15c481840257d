//! The plan that clears away retired generations and the shadows of runs that will not go on.
//!
//! - **Only what the journal knows,** of this project or carried for nobody, and only where the marker
//!   says the same. What disagrees is kept and told.
//! - **A relation goes when all who read it went before,** in one pass to the end: whatever is left then
//!   is kept, and the reader that holds it is named. So the dry run tells exactly what the run does.
//! - Rows of the journal whose relation is gone are closed by the first step.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::time::Duration;

use super::{Readers, fingerprint};
use crate::engine::Marker;
use crate::engine::journal::{ObjectRecord, ObjectState, Record, RunKind};
use crate::engine::step::StepKind;
use crate::model::name::ObjectName;
use crate::model::observed::Observed;
use crate::model::observed::dependency::Reader;
use crate::plan::Plan;
use crate::plan::change::{Action, Change, Reason, ReasonKind, Summary};
use crate::plan::sequence::build::carries_marker;
use crate::plan::sequence::steps::{At, Draft, Steps};
use crate::plan::sequence::{Frame, drop_step, kind_words};

/// How long things are kept.
#[derive(Clone, Copy)]
pub struct CleanupOptions<'a> {
    /// What somebody asked for; none for what is set for each object.
    pub older_than: Option<Duration>,
    /// How long an object's retired generations are kept.
    pub keep_retired: &'a dyn Fn(&ObjectName) -> Duration,
    /// Seconds since 1970, by the target's clock.
    pub now: i64,
}

impl fmt::Debug for CleanupOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CleanupOptions")
            .field("older_than", &self.older_than)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

/// What a cleanup does and what it leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CleanupPlan {
    pub plan: Plan,
    /// By the name that they have in the target.
    pub kept: Vec<Kept>,
    /// What becomes free, as far as the target says it.
    pub bytes: u64,
}

/// Something that a cleanup leaves where it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kept {
    pub physical: ObjectName,
    /// The public name.
    pub object: ObjectName,
    /// A lowercase fragment without a period.
    pub why: String,
}

/// Makes the plan of a cleanup.
#[must_use]
pub fn cleanup(
    observed: &Observed,
    frame: &Frame<'_>,
    options: &CleanupOptions<'_>,
) -> CleanupPlan {
    let mut sweep = Sweep::new(observed, frame, options);
    for record in frame.journal.objects.values() {
        sweep.look_at(record);
    }
    sweep.finish()
}

struct Sweep<'a> {
    observed: &'a Observed,
    frame: &'a Frame<'a>,
    options: &'a CleanupOptions<'a>,
    /// Names that live generations have.
    live: BTreeSet<ObjectName>,
    candidates: BTreeMap<ObjectName, &'a ObjectRecord>,
    gone: Vec<Record>,
    kept: Vec<Kept>,
}

impl<'a> Sweep<'a> {
    fn new(observed: &'a Observed, frame: &'a Frame<'a>, options: &'a CleanupOptions<'a>) -> Self {
        let records = frame.journal.objects.values();
        let live = records.filter(|record| record.state == ObjectState::Live);
        Self {
            observed,
            frame,
            options,
            live: live.map(physical).collect(),
            candidates: BTreeMap::new(),
            gone: Vec::new(),
            kept: Vec::new(),
        }
    }

    fn look_at(&mut self, record: &'a ObjectRecord) {
        let theirs = record.project.as_deref();
        if theirs.is_some_and(|project| project != self.frame.project) {
            return;
        }
        if matches!(record.state, ObjectState::Live | ObjectState::Dropped) {
            return;
        }
        let name = physical(record);
        if !self.observed.relations.contains_key(&name) {
            // A schema that nobody looked into may hold it.
            if self.observed.schemas.contains_key(&*name.schema) {
                self.gone.push(dropped(record));
            }
            return;
        }
        match self.stays(record, &name) {
            Some(why) => self.kept.push(Kept {
                physical: name,
                object: record.name.clone(),
                why,
            }),
            None => {
                self.candidates.insert(name, record);
            }
        }
    }

    /// Why a relation stays, whoever reads it.
    fn stays(&self, record: &ObjectRecord, name: &ObjectName) -> Option<String> {
        if let Some(why) = self.too_young(record) {
            return Some(why);
        }
        if self.live.contains(name) {
            return Some("a live generation has this name".to_owned());
        }
        let relation = self.observed.relations.get(name)?;
        if relation.kind != record.kind {
            let (now, then) = (kind_words(relation.kind), kind_words(record.kind));
            return Some(format!("it is a {now}, and the journal knows a {then}"));
        }
        if record.is_another(relation) {
            return Some(
                "somebody made it anew by hand: it is not what the journal knows".to_owned(),
            );
        }
        let place = self.frame.engine.capabilities().marker;
        if !carries_marker(place, record.kind) {
            return None;
        }
        match relation.marker.as_deref().and_then(Marker::parse) {
            Some(marker) if marker.generation == record.generation => None,
            Some(_) => Some("its marker is that of another generation".to_owned()),
            None => Some("it has no marker of Dormer".to_owned()),
        }
    }

    fn too_young(&self, record: &ObjectRecord) -> Option<String> {
        if record.state == ObjectState::Shadow {
            let mut unfinished = self.frame.journal.unfinished.iter();
            let goes_on =
                unfinished.any(|run| run.run == record.run) || record.run == *self.frame.run;
            return goes_on.then(|| format!("run {} can go on with it", record.run));
        }
        let keep = self.options.older_than;
        let keep = keep.unwrap_or_else(|| (self.options.keep_retired)(&record.name));
        if keep.is_zero() {
            return None;
        }
        let Some(since) = record.since else {
            return Some("nobody wrote down when it was retired".to_owned());
        };
        let age = u64::try_from(self.options.now.saturating_sub(since)).unwrap_or_default();
        let left = keep.as_secs().saturating_sub(age);
        (left > 0).then(|| format!("it is kept for another {}", spoken(left)))
    }

    fn finish(mut self) -> CleanupPlan {
        let readers = Readers::of(self.observed);
        let parts = parts(self.observed);
        let order = self.order(&readers, &parts);
        let mut plan = self.frame.plan();
        plan.kind = RunKind::Cleanup;
        let mut steps = Steps::default();
        let mut dropped_by: BTreeMap<&ObjectName, At> = BTreeMap::new();
        let mut bytes = 0_u64;
        if order.is_empty() && !self.gone.is_empty() {
            let title = "settle what is gone already".to_owned();
            steps.add(Draft::of(StepKind::Settle, title));
        }
        for name in &order {
            let Some(record) = self.candidates.get(name) else {
                continue;
            };
            let mut step = drop_step(record);
            let before = relations_before(name, &readers, &parts);
            step.needs
                .extend(before.filter_map(|reader| dropped_by.get(reader)));
            dropped_by.insert(name, steps.add(step));
            plan.changes.push(change(record, name));
            plan.observed
                .insert(name.clone(), fingerprint(self.observed, name));
            let relation = self.observed.relations.get(name);
            bytes += relation
                .and_then(|relation| relation.bytes)
                .unwrap_or_default();
        }
        if let Some(first) = steps.first_mut() {
            first.records.append(&mut self.gone);
        }
        plan.summary = Summary::of(&plan.changes);
        steps.finish(self.frame, &mut plan);
        self.kept.sort();
        CleanupPlan {
            plan,
            kept: self.kept,
            bytes,
        }
    }

    /// What goes, readers before what they read; what stays is told why.
    fn order(&mut self, readers: &Readers<'_>, parts: &Parts<'_>) -> Vec<ObjectName> {
        let mut waiting: BTreeMap<&ObjectName, usize> = BTreeMap::new();
        let mut frees: BTreeMap<&ObjectName, Vec<&ObjectName>> = BTreeMap::new();
        let mut ready: VecDeque<&ObjectName> = VecDeque::new();
        for name in self.candidates.keys() {
            let holders: Vec<Holder<'_>> = holders(name, readers, parts).collect();
            for reader in holders.iter().filter_map(Holder::relation) {
                frees.entry(reader).or_default().push(name);
            }
            waiting.insert(name, holders.len());
            if holders.is_empty() {
                ready.push_back(name);
            }
        }
        let mut order = Vec::new();
        while let Some(name) = ready.pop_front() {
            order.push(name.clone());
            for freed in frees.get(name).into_iter().flatten() {
                if let Some(count) = waiting.get_mut(freed) {
                    *count -= 1;
                    if *count == 0 {
                        ready.push_back(freed);
                    }
                }
            }
        }
        let going: BTreeSet<&ObjectName> = order.iter().collect();
        for (name, record) in &self.candidates {
            if going.contains(name) {
                continue;
            }
            let left = |holder: &Holder<'_>| {
                holder
                    .relation()
                    .is_none_or(|relation| !going.contains(relation))
            };
            let holders: Vec<Holder<'_>> = holders(name, readers, parts).filter(left).collect();
            // Somebody outside is the cause; another kept generation is only in between.
            let outside = |holder: &&Holder<'_>| {
                holder
                    .relation()
                    .is_none_or(|relation| !self.candidates.contains_key(relation))
            };
            let holder = holders.iter().find(outside).or(holders.first());
            let why = holder.map_or_else(
                || "somebody reads it".to_owned(),
                |holder| format!("{holder} reads it"),
            );
            self.kept.push(Kept {
                physical: name.clone(),
                object: record.name.clone(),
                why,
            });
        }
        order
    }
}

/// Who keeps a relation from being dropped.
enum Holder<'a> {
    Reader(&'a Reader),
    /// A partition or a table that inherits from it.
    Part(&'a ObjectName),
}

impl<'a> Holder<'a> {
    fn relation(&self) -> Option<&'a ObjectName> {
        match self {
            Self::Reader(reader) => reader.relation(),
            Self::Part(name) => Some(name),
        }
    }
}

impl fmt::Display for Holder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reader(reader) => reader.fmt(f),
            Self::Part(name) => name.fmt(f),
        }
    }
}

/// What inherits from each relation.
type Parts<'a> = BTreeMap<&'a ObjectName, Vec<&'a ObjectName>>;

fn parts(observed: &Observed) -> Parts<'_> {
    let mut parts: Parts<'_> = BTreeMap::new();
    for (name, relation) in &observed.relations {
        for parent in &relation.parents {
            parts.entry(parent).or_default().push(name);
        }
    }
    parts
}

fn holders<'a>(
    name: &ObjectName,
    readers: &Readers<'a>,
    parts: &Parts<'a>,
) -> impl Iterator<Item = Holder<'a>> {
    let inheriting = parts.get(name).into_iter().flatten().copied();
    let inheriting: Vec<Holder<'a>> = inheriting.map(Holder::Part).collect();
    let name = name.clone();
    let reading: Vec<Holder<'a>> = readers.of_others(&name).map(Holder::Reader).collect();
    reading.into_iter().chain(inheriting)
}

fn relations_before<'a>(
    name: &ObjectName,
    readers: &Readers<'a>,
    parts: &Parts<'a>,
) -> impl Iterator<Item = &'a ObjectName> {
    holders(name, readers, parts).filter_map(|holder| holder.relation())
}

fn physical(record: &ObjectRecord) -> ObjectName {
    ObjectName::new(&record.name.schema, &record.physical)
}

fn dropped(record: &ObjectRecord) -> Record {
    Record::Moved {
        name: record.name.clone(),
        generation: record.generation.clone(),
        state: ObjectState::Dropped,
        physical: record.physical.clone(),
    }
}

fn change(record: &ObjectRecord, name: &ObjectName) -> Change {
    let text = match record.state {
        ObjectState::Shadow => format!("a shadow of run {}, which will not go on", record.run),
        ObjectState::Live | ObjectState::Retired | ObjectState::Dropped => {
            format!("a retired generation of {}", record.name)
        }
    };
    Change {
        object: name.clone(),
        kind: kind_words(record.kind),
        action: Action::Drop,
        reasons: vec![Reason {
            kind: ReasonKind::Requested,
            text,
        }],
        strategy: None,
        because: Vec::new(),
        hazards: Vec::new(),
    }
}

/// A time as people say it, in its largest unit.
fn spoken(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} d", seconds / 86_400),
    }
}
