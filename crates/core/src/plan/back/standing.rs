//! What must hold before a run is taken back: the journal and the target are as the run left them, what
//! comes back is still kept, and nobody else reads what goes.

use std::collections::BTreeSet;

use super::ObstacleKind;
use super::record::old_of;
use super::rollback::Back;
use crate::engine::hazard::{Hazard, HazardKind};
use crate::engine::journal::{ObjectRecord, ObjectState, Record};
use crate::engine::step::{Deed, Physical};
use crate::engine::{Generation, Marker};
use crate::model::name::ObjectName;
use crate::model::observed::dependency::Reader;
use crate::plan::PlannedStep;
use crate::plan::change::{Action, Way};
use crate::plan::sequence::build::carries_marker;

impl<'a> Back<'a> {
    /// Whether an object is still what the run made of it. A later run is an obstacle.
    pub(super) fn still(&mut self, name: &ObjectName, generation: &Generation) -> bool {
        let live = self.frame.journal.live(name);
        match live {
            Some(live) if live.generation == *generation => self.stands(name, generation),
            Some(live) if self.came_back(live, generation) => {
                let text = format!("run {} built it anew since", live.run);
                self.obstacle(ObstacleKind::KeptNoMore, name, text);
                false
            }
            Some(live) => {
                let text = format!("run {} changed it later", live.run);
                self.obstacle(ObstacleKind::Later, name, text);
                false
            }
            None => {
                let text = "a later run took its name".to_owned();
                self.obstacle(ObstacleKind::Later, name, text);
                false
            }
        }
    }

    /// Whether a rollback of something later made it again as the run had left it.
    fn came_back(&self, live: &ObjectRecord, generation: &Generation) -> bool {
        let steps = self.past.done();
        let mut records = steps.flat_map(|planned| planned.step.records.iter());
        self.past.rollbacks.contains(&live.run)
            && records.any(|record| {
                matches!(record, Record::Object(made)
                    if made.name == live.name
                        && made.generation == *generation
                        && made.fingerprint == live.fingerprint)
            })
    }

    /// Whether the target agrees: the relation is there, and no other one has its name.
    pub(super) fn stands(&mut self, name: &ObjectName, generation: &Generation) -> bool {
        self.relies_on(name);
        let Some(relation) = self.observed.relations.get(name) else {
            let text = "it is not there any more".to_owned();
            self.obstacle(ObstacleKind::Changed, name, text);
            return false;
        };
        let marker = relation.marker.as_deref().and_then(Marker::parse);
        let other = marker.is_some_and(|marker| marker.generation != *generation);
        if other {
            let text = "another relation than the journal knows has its name".to_owned();
            self.obstacle(ObstacleKind::Changed, name, text);
        }
        let live = self.frame.journal.live(name);
        let anew = live.is_some_and(|live| live.is_another(relation));
        if anew {
            let text = "somebody made it anew by hand, and that table is not touched".to_owned();
            self.obstacle(ObstacleKind::Changed, name, text);
        }
        !other && !anew
    }

    /// Those who read a relation and go on reading it when the run is taken back.
    pub(super) fn strangers(&self, name: &ObjectName) -> Vec<&'a Reader> {
        let readers = self.readers.of_others(name);
        readers
            .filter(|reader| {
                let relation = reader.relation();
                relation.is_none_or(|relation| {
                    !self.ours.contains(relation) && !self.aside.contains(relation)
                })
            })
            .filter(|reader| !self.rebound(reader))
            .collect()
    }

    /// Whether the run had bound it anew, and it still says what it said then: it is bound back.
    fn rebound(&self, reader: &Reader) -> bool {
        let name = reader.to_string();
        let Some(now) = self.bound.get(&name) else {
            return false;
        };
        let mut deeds = self.past.done().flat_map(|step| &step.step.deeds);
        deeds.any(|deed| match deed {
            Deed::Rebind { what, sql, .. } => *what == name && sql == now,
            _ => false,
        })
    }

    /// Leaves out what the run had bound anew and somebody changed since: that stays as it is.
    pub(super) fn as_left(&mut self, planned: &'a PlannedStep) -> Vec<Deed> {
        let mut left = Vec::new();
        for deed in &planned.step.deeds {
            if let Deed::Rebind { what, sql, .. } = deed
                && self.bound.get(what) != Some(sql)
            {
                self.note_changed(what);
                continue;
            }
            left.push(deed.clone());
        }
        left
    }

    /// The marker for a generation that loses its name and has none: somebody made it anew by hand, and
    /// a cleanup would keep it for good.
    pub(super) fn marked_away(
        &self,
        (name, generation): (&ObjectName, &Generation),
        away: &str,
    ) -> Option<Deed> {
        let relation = self.observed.relations.get(name)?;
        let project = self.frame.journal.live(name)?.project.clone()?;
        let place = self.frame.engine.capabilities().marker;
        let marks = relation.marker.is_none() && carries_marker(place, relation.kind);
        marks.then(|| Deed::Mark {
            relation: Physical {
                name: ObjectName::new(&name.schema, away),
                kind: relation.kind,
            },
            marker: Some(Marker {
                project,
                generation: generation.clone(),
                after: None,
            }),
            before: None,
        })
    }

    pub(super) fn is_read(&mut self, name: &ObjectName) -> bool {
        let strangers = self.strangers(name);
        for reader in &strangers {
            let text = format!("{reader} reads it");
            self.obstacle(ObstacleKind::Read, name, text);
        }
        !strangers.is_empty()
    }

    /// A new generation loses the name again.
    pub(super) fn made(&mut self, name: &ObjectName, generation: &Generation, had_old: bool) {
        if !self.still(name, generation) {
            return;
        }
        if !had_old {
            self.change(name, Action::Drop, None);
            self.is_read(name);
            return;
        }
        self.change(name, Action::Replace, Some(Way::Swap));
        self.given_since(name);
        for reader in self.strangers(name) {
            self.plan.hazards.push(Hazard {
                kind: HazardKind::LeavesForeign,
                object: Some(name.clone()),
                text: format!("{reader} reads the generation that is taken back, and stays on it"),
                hint: None,
            });
        }
    }

    /// The generation before must still be there.
    pub(super) fn kept(
        &mut self,
        name: &ObjectName,
        generation: &Generation,
        physical: &ObjectName,
    ) {
        self.relies_on(physical);
        let key = (name.clone(), generation.clone());
        let record = self.frame.journal.objects.get(&key);
        let retired = record.is_some_and(|record| record.state == ObjectState::Retired);
        if !retired || !self.observed.relations.contains_key(physical) {
            let text = format!("the generation before, {physical}, is kept no more");
            self.obstacle(ObstacleKind::KeptNoMore, name, text);
            return;
        }
        if let Some(record) = record
            && !self.is_generation(record, physical)
        {
            let text =
                format!("{physical} is not the generation before any more: somebody made it anew");
            self.obstacle(ObstacleKind::KeptNoMore, name, text);
        }
    }

    /// Whether what is kept under a name is the generation that the journal knows there. A cleanup asks
    /// the same.
    fn is_generation(&self, record: &ObjectRecord, physical: &ObjectName) -> bool {
        let Some(relation) = self.observed.relations.get(physical) else {
            return false;
        };
        if relation.kind != record.kind || record.is_another(relation) {
            return false;
        }
        let place = self.frame.engine.capabilities().marker;
        let marker = relation.marker.as_deref().and_then(Marker::parse);
        !carries_marker(place, record.kind)
            || marker.is_some_and(|marker| marker.generation == record.generation)
    }

    /// What only lost its name gets it back, if nobody has it now.
    pub(super) fn unretired(&mut self, planned: &'a PlannedStep) {
        let records = &planned.step.records;
        let live: BTreeSet<&ObjectName> = records
            .iter()
            .filter_map(|record| match record {
                Record::Moved {
                    name,
                    state: ObjectState::Live,
                    ..
                } => Some(name),
                _ => None,
            })
            .collect();
        for (name, _, _) in records.iter().filter_map(old_of) {
            if live.contains(name) {
                continue;
            }
            self.change(name, Action::Create, None);
            self.relies_on(name);
            if let Some(later) = self.frame.journal.live(name) {
                let text = format!("run {} made it anew later", later.run);
                self.obstacle(ObstacleKind::Later, name, text);
            } else if self.observed.relations.contains_key(name) {
                let text = "somebody else has its name now".to_owned();
                self.obstacle(ObstacleKind::Changed, name, text);
            }
        }
    }

    /// What comes back to the journal must not have been taken over anew.
    pub(super) fn not_taken_since(&mut self, planned: &'a PlannedStep, object: &ObjectName) {
        let back = planned.undo.iter().any(
            |record| matches!(record, Record::Object(record) if record.state == ObjectState::Live),
        );
        if let Some(live) = self.frame.journal.live(object)
            && back
            && planned.step.records.iter().all(|record| {
                !matches!(record, Record::Object(new) if new.generation == live.generation)
            })
        {
            let text = format!("run {} took it over since", live.run);
            self.obstacle(ObstacleKind::Later, object, text);
        }
    }

    /// What the run declared of an object must be what the journal says.
    pub(super) fn not_declared_later(&mut self, planned: &'a PlannedStep, object: &ObjectName) {
        for record in &planned.step.records {
            let (name, generation, fingerprint, companions) = match record {
                Record::Declared {
                    name,
                    generation,
                    fingerprint,
                    companions,
                    ..
                } => (name, generation, fingerprint, &**companions),
                Record::Object(new) if new.state == ObjectState::Live => (
                    &new.name,
                    &new.generation,
                    &new.fingerprint,
                    &new.companions,
                ),
                _ => continue,
            };
            if name != object || !self.still(name, generation) {
                continue;
            }
            let key = (name.clone(), generation.clone());
            let now = self.frame.journal.objects.get(&key);
            let same = now.is_some_and(|now| {
                now.fingerprint == *fingerprint && now.companions == *companions
            });
            if !same {
                let text = "a later run declared it anew".to_owned();
                self.obstacle(ObstacleKind::Later, name, text);
            }
        }
    }
}
