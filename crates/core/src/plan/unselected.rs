//! The project as a selection leaves it: what was not asked for is as it was applied.
//!
//! - **A reader that follows what is replaced is built anew as the journal has it.** What its file says now
//!   was not asked for; neither are its new comments, grants and indexes.
//! - Its audits run where its definition is the same: those of another definition may read what is not there.
//! - What nobody wrote down is taken as its file says it, and the plan says so.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::back::applied_object;
use super::input::Input;
use super::readers::Readers;
use crate::graph::Graph;
use crate::model::name::ObjectName;
use crate::model::object::Object;
use crate::project::Project;

/// A project of which only a part was asked for.
#[derive(Debug, Clone)]
pub struct Unselected {
    project: Project,
    graph: Graph,
    /// Those whose files define something else.
    pending: BTreeSet<ObjectName>,
}

impl Unselected {
    /// What is known when a plan is made for it.
    #[must_use]
    pub fn input<'a>(&'a self, before: Input<'a>) -> Input<'a> {
        Input {
            project: &self.project,
            graph: &self.graph,
            pending: Some(&self.pending),
            ..before
        }
    }
}

/// The audits of a file, as it says them.
fn audits(object: &Object) -> String {
    let audits = object.companions.audits.iter();
    let said = audits.map(|audit| {
        let sql = audit.span.slice(&object.source.text);
        format!("-- dormer: audit {:?}\n{sql}\n;\n", audit.name)
    });
    said.collect()
}

/// Puts back what was not asked for; none where everything was.
#[must_use]
pub fn as_applied(input: &Input<'_>) -> Option<Unselected> {
    let selected = input.selected?;
    let dialect = input.project.target.dialect;
    let above = Readers::of(input).above(selected);
    let mut project = input.project.clone();
    let mut pending = BTreeSet::new();
    for (name, object) in &mut project.catalog.objects {
        let same = input.says_the_same(object);
        if selected.contains(name) || same && !above.contains(name) {
            continue;
        }
        let Some(record) = input.record(name) else {
            continue;
        };
        let audits = if same { audits(object) } else { String::new() };
        let Some(applied) = applied_object(record, &audits, dialect) else {
            continue;
        };
        *object = applied;
        if !same {
            pending.insert(name.clone());
        }
        // The owner is what the journal says.
        if let Some(settings) = project.settings.get_mut(name)
            && settings.owner.is_some()
        {
            Arc::make_mut(settings).owner = None;
        }
    }
    let graph = Graph::build(&project.catalog);
    Some(Unselected {
        project,
        graph,
        pending,
    })
}
