//! Which views Dormer refreshes in a target, and what each of them reads there.
//!
//! - Those that are declared, made by Dormer, and read by their public names; and retired generations that
//!   somebody else's view still reads: what was left behind stays as fresh as what took its place.
//! - Who reads whom is asked of the target's own catalog. A plain view is looked through.
//! - A parent that Dormer never refreshes is ground as well: only counters tell of a refresh that somebody
//!   else did while its readers went on.
//! - **What is no relation with rows that somebody counts is unseen:** functions of users, the catalog.

use std::collections::{BTreeMap, BTreeSet};

use super::calendar::{Cron, Window};
use super::{Concurrent, Field, Settings, Skips, View};
use crate::checks::changing_call;
use crate::engine::Capabilities;
use crate::engine::capabilities::Support;
use crate::engine::journal::{Journal, ObjectRecord, ObjectState};
use crate::model::kind::ObjectKind;
use crate::model::name::ObjectName;
use crate::model::observed::Observed;
use crate::model::observed::dependency::{Read, Reader};
use crate::model::observed::relation::{Relation, RelationKind};
use crate::project::Project;
use crate::project::settings::{ObjectSettings, Origin, RefreshMode};

/// Surveys a target.
#[must_use]
pub fn survey(
    project: &Project,
    observed: &Observed,
    journal: &Journal,
    capabilities: &Capabilities,
) -> Field {
    let survey = Survey {
        project,
        observed,
        capabilities,
        ours: ours(project, observed, journal),
    };
    let mut field = Field::default();
    for (name, record) in &survey.ours {
        if let Some(relation) = observed.relations.get(name) {
            field
                .views
                .insert(name.clone(), survey.view(name, relation, record));
        }
    }
    let declared = project.catalog.objects.values();
    let views = declared.filter(|object| object.kind == ObjectKind::MaterializedView);
    for object in views.filter(|object| !field.views.contains_key(&object.name)) {
        let why = match observed.relations.get(&object.name) {
            None => "it does not exist: make it with dormer apply",
            Some(_) => "Dormer did not make it",
        };
        field.others.insert(object.name.clone(), why.to_owned());
    }
    field
}

/// What the journal says is this project's and is there, by the name that it has now.
fn ours<'j>(
    project: &Project,
    observed: &Observed,
    journal: &'j Journal,
) -> BTreeMap<ObjectName, &'j ObjectRecord> {
    let records = journal.objects.values().filter(|record| {
        record.kind == RelationKind::MaterializedView
            && record.project.as_deref() == Some(&project.name)
            && record.target.as_deref() == Some(&*project.target.name.0)
    });
    let named = records.map(|record| {
        let physical = ObjectName::new(&record.name.schema, &record.physical);
        (physical, record)
    });
    let there: BTreeMap<ObjectName, &ObjectRecord> = named
        .filter(|(physical, record)| {
            let relation = observed.relations.get(physical);
            let there = relation.is_some_and(|r| r.kind == RelationKind::MaterializedView);
            let wanted = match record.state {
                ObjectState::Live => project.catalog.objects.contains_key(&record.name),
                ObjectState::Retired => true,
                ObjectState::Shadow | ObjectState::Dropped => false,
            };
            there && wanted
        })
        .collect();
    // A retired generation that nobody but other retired ones reads is not refreshed.
    let retired = |name: &ObjectName| {
        there
            .get(name)
            .is_some_and(|record| record.state == ObjectState::Retired)
    };
    let live = |name: &ObjectName| there.contains_key(name) && !retired(name);
    let mut wanted: BTreeSet<ObjectName> =
        there.keys().filter(|name| live(name)).cloned().collect();
    let dead = dead(journal);
    let mut open: Vec<&ObjectName> = observed
        .dependencies
        .keys()
        .filter_map(|reader| match reader {
            Reader::Relation(name) => Some(name).filter(|name| !dead.contains(*name)),
            _ => None,
        })
        .collect();
    let mut seen: BTreeSet<&ObjectName> = open.iter().copied().collect();
    while let Some(reader) = open.pop() {
        for (read, _) in observed.reads_of(reader) {
            if let Read::Relation(name) = read
                && seen.insert(name)
            {
                if retired(name) {
                    wanted.insert(name.clone());
                }
                open.push(name);
            }
        }
    }
    there
        .into_iter()
        .filter(|(name, _)| wanted.contains(name))
        .collect()
}

/// The generations that nobody reads by their names: shadows, and what is retired.
fn dead(journal: &Journal) -> BTreeSet<ObjectName> {
    let records = journal.objects.values();
    let dead =
        records.filter(|record| matches!(record.state, ObjectState::Shadow | ObjectState::Retired));
    dead.map(|record| ObjectName::new(&record.name.schema, &record.physical))
        .collect()
}

struct Survey<'s> {
    project: &'s Project,
    observed: &'s Observed,
    capabilities: &'s Capabilities,
    ours: BTreeMap<ObjectName, &'s ObjectRecord>,
}

/// What the rows of a view come from.
#[derive(Default)]
struct Sources {
    parents: BTreeSet<ObjectName>,
    grounds: BTreeSet<ObjectName>,
    unseen: Option<String>,
    changing: Option<String>,
}

impl Survey<'_> {
    fn view(&self, name: &ObjectName, relation: &Relation, record: &ObjectRecord) -> View {
        let sources = self.sources(name, &record.name);
        let settings = self.project.settings.get(&record.name);
        View {
            of: record.name.clone(),
            generation: record.generation.clone(),
            parents: sources.parents,
            grounds: sources.grounds,
            unseen: sources.unseen,
            changing: sources.changing,
            populated: relation.populated,
            concurrent: self.concurrent(name, relation),
            settings: settings.map_or_else(Settings::default, |settings| of(settings)),
        }
    }

    fn sources(&self, name: &ObjectName, public: &ObjectName) -> Sources {
        let mut sources = Sources {
            changing: self.changing(public),
            ..Sources::default()
        };
        let mut open = vec![name];
        let mut seen = BTreeSet::from([name]);
        while let Some(reader) = open.pop() {
            for (read, _) in self.observed.reads_of(reader) {
                let read = match read {
                    Read::Relation(read) => read,
                    Read::Function(function) => {
                        sources.unseen.get_or_insert(format!("function {function}"));
                        continue;
                    }
                    Read::RowType(_) => continue,
                };
                if !seen.insert(read) {
                    continue;
                }
                match self.observed.relations.get(read) {
                    Some(relation) if relation.kind == RelationKind::View => {
                        if sources.changing.is_none() {
                            sources.changing = self.changing(read);
                        }
                        open.push(read);
                    }
                    Some(_) if self.ours.contains_key(read) => {
                        sources.parents.insert(read.clone());
                        if self.left_alone(read) {
                            sources.grounds.insert(read.clone());
                        }
                    }
                    Some(relation) => {
                        if relation.kind == RelationKind::ForeignTable {
                            sources
                                .unseen
                                .get_or_insert(format!("foreign table {read}"));
                        }
                        sources.grounds.insert(read.clone());
                    }
                    None => {
                        sources.unseen.get_or_insert(read.to_string());
                    }
                }
            }
        }
        // A query that reads no relation by identity may read some that no catalog tells of.
        let nothing = sources.parents.is_empty() && sources.grounds.is_empty();
        if nothing && sources.unseen.is_none() && self.declared_reads(public) {
            sources.unseen = Some("what the target does not tell of".to_owned());
        }
        sources
    }

    /// Whether one of ours is only ever refreshed by somebody else.
    fn left_alone(&self, name: &ObjectName) -> bool {
        let record = self.ours.get(name);
        let settings = record.and_then(|record| self.project.settings.get(&record.name));
        settings.is_some_and(|settings| settings.refresh_mode.value == RefreshMode::Never)
    }

    /// Whether the declared query names relations.
    fn declared_reads(&self, public: &ObjectName) -> bool {
        let object = self.project.catalog.objects.get(public);
        let query = object.and_then(|object| object.definition.query.as_ref());
        query.is_some_and(|query| !query.references().is_empty())
    }

    /// A function in a declared object that gives another value each time.
    fn changing(&self, name: &ObjectName) -> Option<String> {
        let object = self.project.catalog.objects.get(name)?;
        changing_call(self.project.target.dialect, object)
    }

    fn concurrent(&self, name: &ObjectName, relation: &Relation) -> Concurrent {
        if self.capabilities.concurrent_refresh == Support::No {
            return Concurrent::Impossible {
                why: "the engine has nothing else".to_owned(),
                advice: String::new(),
            };
        }
        if relation
            .indexes
            .values()
            .any(|index| index.concurrent_refresh)
        {
            return Concurrent::Possible;
        }
        let unique = relation.indexes.iter().find(|(_, index)| index.unique);
        let why = match unique {
            Some((index, found)) if !found.valid => {
                format!("its unique index {index} is not valid")
            }
            Some((index, _)) => {
                format!("its unique index {index} is not on plain columns of all rows")
            }
            None => "it has no unique index".to_owned(),
        };
        Concurrent::Impossible {
            why,
            advice: format!("a unique index on plain columns: CREATE UNIQUE INDEX ON {name} (..)"),
        }
    }
}

/// The settings of one object.
fn of(settings: &ObjectSettings) -> Settings {
    let ms = |duration: &crate::project::quantity::Duration| duration.milliseconds;
    let window = settings.refresh_window.as_ref();
    let cron = settings.refresh_cron.as_ref();
    Settings {
        every: settings
            .refresh_every
            .as_ref()
            .map(|every| ms(&every.value)),
        // What is no expression and no window was said when the project was read.
        cron: cron.and_then(|cron| Cron::parse(&cron.value)),
        lag: settings.refresh_lag.as_ref().map(|lag| ms(&lag.value)),
        min_interval: settings
            .refresh_min_interval
            .as_ref()
            .map(|least| ms(&least.value)),
        max_skip: ms(&settings.refresh_max_skip.value),
        skips: match settings.refresh_max_skip.origin {
            Origin::Default => Skips::ByDefault,
            Origin::Project(_) | Origin::Rule { .. } | Origin::Directive(_) => Skips::Asked,
        },
        window: window.and_then(|window| Window::parse(&window.value)),
        mode: settings.refresh_mode.value,
        group: settings.group.as_ref().map(|group| group.value.clone()),
    }
}
