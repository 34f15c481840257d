//! What a run did to readers, told by what was done to each object: what is new, what is read anew,
//! what can no longer be read, and what stays behind.

use dormer_core::engine::hazard::{Hazard, HazardKind};
use dormer_core::model::name::ObjectName;
use dormer_core::plan::change::{Action, Change, Way};
use dormer_deploy::Outcome;

use super::super::style::{STRONG, count, paint};
use super::words::some;
use crate::report::plain;

/// The objects of a run, by what readers see of each.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// They can be read for the first time.
    created: Vec<ObjectName>,
    altered: Vec<ObjectName>,
    /// A new generation of them is read.
    anew: Vec<ObjectName>,
    /// They can be read no more.
    gone: Vec<ObjectName>,
    /// They are as before.
    old: Vec<ObjectName>,
    /// They were to be created and cannot be read yet.
    unborn: Vec<ObjectName>,
    /// They stay on what was replaced, with what brings each along.
    left: Vec<(ObjectName, Option<String>)>,
}

impl Seen {
    /// Puts what was planned for each object beside what became of it.
    pub(crate) fn of(changes: &[Change], hazards: &[Hazard], outcome: &Outcome) -> Self {
        let mut seen = Self::default();
        let action = |object: &ObjectName| {
            let change = changes.iter().find(|change| change.object == *object);
            change.map(|change| change.action)
        };
        for object in &outcome.readers.new {
            let side = match action(object) {
                Some(Action::Create) => &mut seen.created,
                Some(Action::Alter) => &mut seen.altered,
                Some(Action::Drop) => &mut seen.gone,
                Some(Action::Adopt | Action::Mend) => continue,
                Some(Action::Replace | Action::Carry | Action::Keep) | None => &mut seen.anew,
            };
            side.push(object.clone());
        }
        for object in &outcome.readers.old {
            let side = match action(object) {
                Some(Action::Create) => &mut seen.unborn,
                _ => &mut seen.old,
            };
            side.push(object.clone());
        }
        for change in changes
            .iter()
            .filter(|change| change.strategy == Some(Way::Leave))
        {
            let about = hazards.iter().find(|hazard| {
                hazard.kind == HazardKind::LeavesForeign
                    && hazard.object.as_ref() == Some(&change.object)
            });
            let hint = about.and_then(|hazard| hazard.hint.clone());
            seen.left.push((change.object.clone(), hint));
        }
        seen
    }

    /// After a run that reached its end: `Readers see 3 objects anew.`
    pub(super) fn done(&self) -> String {
        let mut said = Vec::new();
        let (created, anew) = (self.created.len(), self.anew.len());
        if created > 0 {
            said.push(format!("{} can be read.", count(created, "new object")));
        }
        if anew > 0 {
            said.push(format!("Readers see {} anew.", count(anew, "object")));
        }
        match self.altered.len() {
            0 => {}
            1 => said.push("1 object is altered.".to_owned()),
            n => said.push(format!("{n} objects are altered.")),
        }
        if !self.gone.is_empty() {
            said.push(format!("{} can no longer be read.", list(&self.gone)));
        }
        said.join(" ")
    }

    /// What stays behind, and the statements that its owners can run.
    pub(crate) fn left(&self) -> String {
        let lines = self.left.iter().map(|(object, hint)| {
            let what = paint("left behind", STRONG);
            let object = plain(&object.to_string());
            let hint = hint.iter().flat_map(|hint| hint.lines());
            let hint: String = hint.map(|line| format!("  {}\n", plain(line))).collect();
            format!("{what}: {object} reads what was replaced, and keeps its rows\n{hint}")
        });
        lines.collect()
    }

    /// After a run that did not reach its end.
    pub(super) fn ended(&self) -> String {
        let anew: Vec<&ObjectName> = self.anew.iter().chain(&self.altered).collect();
        let mut said = Vec::new();
        match (anew.as_slice(), self.old.as_slice()) {
            ([], []) => {}
            ([], _) => said.push("Readers see the old data.".to_owned()),
            (_, []) if self.unborn.is_empty() => {
                said.push("Readers see the new data.".to_owned());
            }
            (anew, []) => {
                said.push(format!(
                    "Readers see the new data of {}.",
                    list(anew.iter().copied())
                ));
            }
            (anew, old) => said.push(format!(
                "Readers see the new data of {}; the old of {}.",
                list(anew.iter().copied()),
                list(old)
            )),
        }
        match (self.created.is_empty(), self.unborn.is_empty()) {
            (true, _) => {}
            (false, true) => said.push(format!("{} can be read.", list(&self.created))),
            // What it reads may be among what is not there yet.
            (false, false) => {
                let are = if self.created.len() == 1 { "is" } else { "are" };
                said.push(format!("{} {are} made.", list(&self.created)));
            }
        }
        if !self.gone.is_empty() {
            said.push(format!("{} can no longer be read.", list(&self.gone)));
        }
        match (self.unborn.as_slice(), said.is_empty()) {
            ([], false) => {}
            ([], true) => said.push("Readers see the old data.".to_owned()),
            (_, true) => said.push("Nothing of it can be read yet.".to_owned()),
            (unborn, false) => said.push(format!("{} cannot be read yet.", list(unborn))),
        }
        said.join(" ")
    }
}

/// Names in a row; where there are many, the first of them.
fn list<'n>(names: impl IntoIterator<Item = &'n ObjectName>) -> String {
    let names: Vec<String> = names.into_iter().map(ToString::to_string).collect();
    plain(&some(names.iter().map(String::as_str)))
}
