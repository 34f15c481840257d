//! What somebody did by hand since a run, and what a rollback would do to it: a hazard for each.

use std::collections::BTreeSet;

use super::record::old_of;
use super::rollback::Back;
use crate::engine::hazard::{Hazard, HazardKind};
use crate::engine::step::{Deed, Form, Privilege};
use crate::model::name::ObjectName;
use crate::model::observed::relation::Relation;
use crate::plan::decide::privileges;

impl Back<'_> {
    /// A query that is not the one that the run left is written over.
    pub(super) fn redefined_since(&mut self, name: &ObjectName, left: &Form) {
        let Some(now) = self.observed.relations.get(name) else {
            return;
        };
        let Some(definition) = &now.definition else {
            return;
        };
        let same = match (self.frame.journal.live(name), left) {
            (Some(live), _) => match &live.observed {
                Some(settled) => {
                    (live.version.is_some() && live.version == now.version)
                        || words(settled) == words(definition)
                }
                // Nobody wrote down what the target said of it.
                None => true,
            },
            (None, Form::Captured(left)) => words(&left.query) == words(definition),
            (None, Form::Written(_)) => true,
        };
        if !same {
            let text = "somebody gave it another query since, which is written over".to_owned();
            self.hazard(HazardKind::Irreversible, name, text);
        }
    }

    /// Indexes and grants that the run did not make stay on the generation that loses the name.
    pub(super) fn given_since(&mut self, name: &ObjectName) {
        let Some(now) = self.observed.relations.get(name) else {
            return;
        };
        let mut indexes: BTreeSet<&str> = BTreeSet::new();
        let mut granted: BTreeSet<Privilege> = BTreeSet::new();
        let mut before = None;
        for planned in self.past.done() {
            let about = planned.step.object.as_ref() == Some(name);
            for deed in &planned.step.deeds {
                match deed {
                    Deed::Grant { privilege, .. } if about => {
                        granted.insert(privilege.clone());
                    }
                    Deed::Index { index, .. } if about => {
                        indexes.insert(&index.name);
                    }
                    Deed::RenameIndex { index, to } if index.schema == name.schema => {
                        indexes.insert(to);
                    }
                    _ => {}
                }
            }
            let mut records = planned.step.records.iter().filter_map(old_of);
            if let Some((_, _, physical)) = records.find(|(of, _, _)| *of == name) {
                before = Some(ObjectName::new(&name.schema, physical));
            }
        }
        let before: Option<&Relation> = before.and_then(|name| self.observed.relations.get(&name));
        let all = &self.frame.engine.capabilities().privileges;
        let mut known = privileges::spelled(&granted, all);
        known.extend(before.map(privileges::observed).unwrap_or_default());
        let given = privileges::observed(now);
        let given = given
            .difference(&known)
            .map(|privilege| format!("{} was granted since", privileges::shown(privilege)));
        let made = now.indexes.keys().filter(|index| {
            let by_run = indexes.contains(index.as_str());
            !by_run && before.is_none_or(|before| !before.indexes.contains_key(*index))
        });
        let made = made.map(|index| format!("index {index} was made since"));
        let texts: Vec<String> = given.chain(made).collect();
        for text in texts {
            let text = format!("{text}, and stays on the generation that is taken back");
            self.hazard(HazardKind::LeavesForeign, name, text);
        }
    }

    fn hazard(&mut self, kind: HazardKind, name: &ObjectName, text: String) {
        self.plan.hazards.push(Hazard {
            kind,
            object: Some(name.clone()),
            text,
            hint: None,
        });
    }
}

/// A query without the spaces that say nothing.
fn words(query: &str) -> String {
    let signs = query.chars();
    signs
        .filter(|sign| !sign.is_whitespace() && *sign != ';')
        .collect()
}
