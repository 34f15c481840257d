//! All that a plan is made of, and which part of the target has to be looked at for it.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::journal::{Journal, ObjectRecord, ObjectState};
use crate::engine::session::Sizes;
use crate::engine::{Engine, Marker, RunId, Scope, ServerInfo};
use crate::graph::{Graph, NodeKind};
use crate::model::name::ObjectName;
use crate::model::object::Object;
use crate::model::observed::Observed;
use crate::model::observed::relation::Sight;
use crate::plan::rename::Renames;
use crate::project::Project;

use super::decide::standing::relation_kind;
use super::decide::table;
use super::decision::{Decisions, How};

/// What is known when a plan is made.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    pub project: &'a Project,
    pub graph: &'a Graph,
    pub engine: &'a dyn Engine,
    /// None where no target was asked.
    pub server: Option<&'a ServerInfo>,
    pub observed: &'a Observed,
    pub journal: &'a Journal,
    pub run: &'a RunId,
    /// The objects that were asked for; none for all.
    pub selected: Option<&'a BTreeSet<ObjectName>>,
    /// The renames that made target and journal what they are here; none where there are none.
    pub renames: Option<&'a Renames>,
    /// Objects that nobody asked for, and that stand here as they were applied, whatever their files say.
    pub pending: Option<&'a BTreeSet<ObjectName>>,
}

impl Input<'_> {
    /// Whether somebody asked for this object.
    pub(in crate::plan) fn wants(&self, name: &ObjectName) -> bool {
        self.selected.is_none_or(|selected| selected.contains(name))
    }

    /// Whether its file says something that is not part of the plan.
    pub(in crate::plan) fn is_pending(&self, name: &ObjectName) -> bool {
        self.pending.is_some_and(|pending| pending.contains(name))
    }

    /// Whether a file defines an object as it was applied; also where it never was.
    pub(in crate::plan) fn says_the_same(&self, object: &Object) -> bool {
        let record = self.record(&object.name);
        record.is_none_or(|record| record.fingerprint == object.definition.fingerprint.to_string())
    }

    /// What the journal knows of the generation that has the name, if it is this project's.
    pub(in crate::plan) fn record(&self, name: &ObjectName) -> Option<&ObjectRecord> {
        let ours = |record: &&ObjectRecord| record.project.as_deref() == Some(&self.project.name);
        self.live(name).filter(ours)
    }

    /// What the journal knows of the generation that has the name. **Where a marker tells of another
    /// generation, the marker is right:** somebody ran a plan as a script, and the journal did not hear.
    pub(in crate::plan) fn live(&self, name: &ObjectName) -> Option<&ObjectRecord> {
        let Some(marker) = self.marker(name) else {
            let live = self.journal.live(name);
            return live.filter(|record| !self.is_made_anew(record));
        };
        let mut records = self.journal.of(name);
        records.find(|record| {
            record.state == ObjectState::Live && record.generation == marker.generation
        })
    }

    /// Whether somebody dropped a table that a query made, and made another one under its name. A table
    /// with columns of its own is its file's, whoever made it: nothing of it is ever dropped.
    pub(in crate::plan) fn is_made_anew(&self, record: &ObjectRecord) -> bool {
        let relation = self.observed.relations.get(&record.name);
        relation.is_some_and(|relation| record.is_another(relation))
            && !table::has_columns(&record.declared, self.project.target.dialect)
    }

    /// The marker of what has the name.
    pub(in crate::plan) fn marker(&self, name: &ObjectName) -> Option<Marker> {
        let relation = self.observed.relations.get(name)?;
        Marker::parse(relation.marker.as_deref()?)
    }

    /// Whether what has the name was made by a plan of this project.
    pub(in crate::plan) fn marked(&self, name: &ObjectName) -> bool {
        let marker = self.marker(name);
        marker.is_some_and(|marker| marker.project == self.project.name)
    }

    /// Whether this project made it for this target, and not for another one in the same database.
    pub(in crate::plan) fn is_of_target(&self, record: &ObjectRecord) -> bool {
        record.project.as_deref() == Some(&self.project.name)
            && record.target.as_deref() == Some(&*self.project.target.name.0)
    }
}

/// The versions of the definitions that nobody has to read: those of the journal, but for what the files
/// say otherwise now, for all above it, and for what these read. **Whoever decides on what is seen so asks
/// [`is_enough`] afterwards:** somebody may have changed something in the target, too.
#[must_use]
pub fn known(project: &Project, graph: &Graph, journal: &Journal) -> BTreeSet<String> {
    let ours = |record: &&ObjectRecord| {
        record.state == ObjectState::Live && record.project.as_deref() == Some(&project.name)
    };
    let records: BTreeMap<&ObjectName, &ObjectRecord> = journal
        .objects
        .values()
        .filter(ours)
        .map(|record| (&record.name, record))
        .collect();
    let objects = &project.catalog.objects;
    let same = |name: &ObjectName, object: &Object| {
        let record = records.get(name);
        record.is_some_and(|record| record.fingerprint == object.definition.fingerprint.to_string())
    };
    let declared = objects.iter();
    let changed = declared
        .filter(|(name, object)| relation_kind(object.kind).is_some() && !same(name, object))
        .map(|(name, _)| name);
    let gone = records.keys().copied();
    let gone = gone.filter(|name| !objects.contains_key(*name));
    let mut touched: BTreeSet<&ObjectName> = changed.chain(gone).collect();
    let mut open: Vec<&ObjectName> = touched.iter().copied().collect();
    while let Some(name) = open.pop() {
        let readers = graph.readers.get(name).into_iter().flatten();
        open.extend(readers.filter(|reader| touched.insert(reader)));
    }
    let read = touched.iter().filter_map(|name| graph.reads.get(*name));
    let read: Vec<&ObjectName> = read.flatten().collect();
    touched.extend(read);
    let left = records.iter().filter(|(name, _)| !touched.contains(*name));
    left.filter_map(|(_, record)| record.version.clone())
        .collect()
}

/// Whether all was read that decisions were made on: what they change, and what that reads.
#[must_use]
pub fn is_enough(decisions: &Decisions, observed: &Observed) -> bool {
    let read = |name: &ObjectName| {
        let relation = observed.relations.get(name);
        relation.is_none_or(|relation| relation.sight != Sight::Known)
    };
    let changes = decisions.objects.values();
    let mut changes = changes.filter(|decision| !matches!(decision.how, How::Keep));
    decisions.refused.is_empty()
        && decisions.hazards.is_empty()
        && changes.all(|decision| read(&decision.object) && decision.reads.iter().all(read))
}

/// The schemas that have to be looked at: those of declared objects, of what they read, and of what the
/// journal knows of this project.
#[must_use]
pub fn scope(project: &Project, graph: &Graph, journal: &Journal) -> Scope {
    let mut schemas: BTreeSet<String> = project.catalog.schemas.keys().cloned().collect();
    let nodes = graph.nodes.iter();
    let read =
        nodes.filter(|(name, (kind, _))| *kind == NodeKind::Declared || name.database.is_none());
    schemas.extend(read.map(|(name, _)| name.schema.to_string()));
    schemas.extend(
        project
            .catalog
            .absent
            .keys()
            .map(|name| name.schema.to_string()),
    );
    let records = journal.objects.values();
    let ours = records.filter(|record| record.project.as_deref() == Some(&project.name));
    schemas.extend(ours.map(|record| record.name.schema.to_string()));
    Scope {
        schemas: Some(schemas),
        known: BTreeSet::new(),
        sizes: Sizes::OfRead,
    }
}
