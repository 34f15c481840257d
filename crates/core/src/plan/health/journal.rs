//! The journal against the markers against what is there.
//!
//! | found | way out |
//! |---|---|
//! | a marker that the journal does not know | mend: the journal learns what files and target say of it |
//! | one of which nothing proves that it ever had the name | mend: a shadow, for `cleanup`, never for a rollback |
//! | a record whose relation has no marker, and is what was applied | mend: the marker is written |
//! | a record of a kept generation that is gone | mend: the journal learns that it is gone |
//! | a record of what is declared no more and is gone | mend: the same |
//! | a record of a declared object that is gone | `apply` makes it anew |
//! | a relation under another name than the journal says | the rename back, for a person to decide |
//! | generations that changed names with each other | mend: the journal learns which is which |
//! | a relation without a marker that is not what was applied | `plan` shows what somebody changed |
//! | a run that did not end and that nobody works on | `apply --resume` |
//! | kept generations, shadows of dead runs | `cleanup`, with what it frees |

use std::collections::{BTreeMap, BTreeSet};

use super::known::{self, Proven, Publics};
use super::leftovers;
use super::mend::Mending;
use super::{Area, Cure, Finding, count};
use crate::engine::journal::{Journal, ObjectRecord, ObjectState};
use crate::engine::lease::Life;
use crate::engine::session::Weight;
use crate::engine::step::{Deed, Physical};
use crate::engine::{Generation, Marker};
use crate::model::name::ObjectName;
use crate::model::observed::relation::{Ownership, Relation};
use crate::plan::decide::compare::{self, Compared};
use crate::plan::decide::standing::Standing;
use crate::plan::input::Input;
use crate::plan::rehearsal::Rehearsal;
use crate::plan::sequence::build::carries_marker;
use crate::plan::text::same_definition;

/// Looks at everything; `journal` says whether there is one at all.
#[must_use]
pub fn journal(
    input: &Input<'_>,
    rehearsal: &Rehearsal,
    journal: Option<&Journal>,
) -> Vec<Finding> {
    let mut looking = Looking {
        input,
        compared: compare::compare(input, rehearsal),
        marked: marked(input),
        lost: journal.is_none(),
        found: Vec::new(),
    };
    looking.unknown();
    looking.records();
    looking.strangers();
    looking.whole();
    let mut found = looking.found;
    found.extend(runs(input));
    found.extend(leftovers::of(input));
    found
}

struct Looking<'a> {
    input: &'a Input<'a>,
    compared: BTreeMap<ObjectName, Compared>,
    /// By generation, the relations that have a marker of ours.
    marked: BTreeMap<Generation, &'a ObjectName>,
    /// There is no journal.
    lost: bool,
    found: Vec<Finding>,
}

fn marked<'a>(input: &Input<'a>) -> BTreeMap<Generation, &'a ObjectName> {
    let marked = known::marked(input).into_iter();
    marked
        .map(|(name, _, marker)| (marker.generation, name))
        .collect()
}

impl Looking<'_> {
    /// Markers that the journal does not know.
    fn unknown(&mut self) {
        let input = self.input;
        let known: BTreeSet<&Generation> = input
            .journal
            .objects
            .keys()
            .map(|(_, generation)| generation)
            .collect();
        let mut unknown = known::marked(input);
        unknown.retain(|(_, _, marker)| !known.contains(&marker.generation));
        if unknown.is_empty() {
            return;
        }
        if self.lost {
            let objects = count(unknown.len(), "relation");
            self.found.push(
                Finding::problem(
                    Area::Journal,
                    format!("the journal is gone, and {objects} here have markers of this project"),
                )
                .why(
                    "who applied what and when is lost, and the runs that could be taken back; what is \
                     there, and what is kept for rollback, the markers still tell",
                )
                .cure(Cure::Command("doctor --mend".to_owned())),
            );
        }
        let publics = Publics::of(input);
        let proven = Proven::of(input, &publics);
        let longest = input.engine.capabilities().name_bytes;
        for (physical, relation, marker) in unknown {
            let declared = input.project.catalog.objects.contains_key(physical);
            let carried = marker.project.is_empty();
            let aside = publics.aside(physical, &marker.generation, longest);
            // Of what was carried for nobody, only what is kept aside has to be known.
            let public = match aside {
                None if declared && !carried => physical,
                Some(public) => public,
                None => {
                    if !carried {
                        self.nobodys(physical, &marker);
                    }
                    continue;
                }
            };
            let compared = self.compared.get(public);
            let known = (compared, &proven);
            let record = known::record(input, (public, physical), (relation, &marker), known);
            let (what, why) = match record.state {
                ObjectState::Live => (
                    "it has a marker of this project, and the journal does not know it".to_owned(),
                    "nobody can tell a change of its file from one in the target",
                ),
                ObjectState::Shadow => (
                    format!(
                        "the journal does not know {}, and nothing tells that it ever had the name",
                        physical.name
                    ),
                    "a rollback must never publish it, and cleanup would never touch it",
                ),
                ObjectState::Retired | ObjectState::Dropped => (
                    format!(
                        "the journal does not know {}, which is kept of it",
                        physical.name
                    ),
                    "neither rollback nor cleanup would ever touch it",
                ),
            };
            let finding = Finding::problem(Area::Journal, what)
                .about(public)
                .why(why)
                .cure(Cure::Mend(Mending::Know(Box::new(record))));
            self.found.push(finding);
        }
    }

    fn nobodys(&mut self, physical: &ObjectName, marker: &Marker) {
        let what = format!(
            "it has a marker of this project ({}), but no file declares it and the journal does not \
             know it",
            marker.generation
        );
        self.found.push(
            Finding::note(Area::Journal, what)
                .about(physical)
                .why("nobody but you can tell whether it is needed")
                .cure(Cure::Words(
                    "declare it again and mend, or drop it yourself".to_owned(),
                )),
        );
    }

    /// What the journal says of this project, each against the target.
    fn records(&mut self) {
        let input = self.input;
        for record in input.journal.objects.values() {
            let ours = record.project.as_deref() == Some(&input.project.name);
            if !ours || !input.is_of_target(record) || record.state == ObjectState::Dropped {
                continue;
            }
            let physical = ObjectName::new(&record.name.schema, &record.physical);
            match input.observed.relations.get(&physical) {
                None => self.gone(record, &physical),
                Some(relation) => self.there(record, (&physical, relation)),
            }
        }
    }

    fn gone(&mut self, record: &ObjectRecord, physical: &ObjectName) {
        let input = self.input;
        if let Some(now) = self.marked.get(&record.generation).copied() {
            return self.renamed(record, (physical, now));
        }
        let declared = input.project.catalog.objects.contains_key(&record.name);
        let mend = Mending::Moved {
            object: record.name.clone(),
            kind: record.kind,
            generation: record.generation.clone(),
            state: ObjectState::Dropped,
            physical: record.physical.clone(),
        };
        let finding = match record.state {
            ObjectState::Live if declared => {
                Finding::problem(Area::Journal, "it is gone from the target")
                    .why("somebody dropped it; readers find nothing")
                    .cure(Cure::Command("apply".to_owned()))
            }
            ObjectState::Live => Finding::note(
                Area::Journal,
                "no file declares it, it is gone from the target, and the journal believes in it",
            )
            .cure(Cure::Mend(mend)),
            ObjectState::Retired | ObjectState::Shadow | ObjectState::Dropped => Finding::note(
                Area::Journal,
                format!("{} was kept of it and is gone", record.physical),
            )
            .why("a rollback to it has to build it anew")
            .cure(Cure::Mend(mend)),
        };
        self.found.push(finding.about(&record.name));
    }

    /// Its marker is on a relation of another name.
    fn renamed(&mut self, record: &ObjectRecord, (physical, now): (&ObjectName, &ObjectName)) {
        let what = format!("{} is called {now} now", record.physical);
        let longest = self.input.engine.capabilities().name_bytes;
        if record.state == ObjectState::Retired
            && record.generation.relation(&record.name, longest) == *now
        {
            let mend = Mending::Moved {
                object: record.name.clone(),
                kind: record.kind,
                generation: record.generation.clone(),
                state: ObjectState::Retired,
                physical: now.name.to_string(),
            };
            self.found.push(
                Finding::problem(Area::Journal, what)
                    .about(&record.name)
                    .why(
                        "it is kept under the name of its generation, and the journal says another",
                    )
                    .cure(Cure::Mend(mend)),
            );
            return;
        }
        let back = Deed::Rename {
            relation: Physical {
                name: now.clone(),
                kind: record.kind,
            },
            to: record.physical.clone(),
        };
        let statements = self.input.engine.lower(&back).unwrap_or_default();
        let back: Vec<String> = statements
            .into_iter()
            .map(|statement| statement.sql)
            .collect();
        let cure = if now.schema == physical.schema && !back.is_empty() {
            Cure::Statement(back.join("; "))
        } else if now.schema == physical.schema {
            Cure::Words(format!("call it {} again", record.physical))
        } else {
            Cure::Words(format!("move it back to schema {}", physical.schema))
        };
        self.found.push(
            Finding::problem(Area::Journal, what)
                .about(&record.name)
                .why("somebody gave it another name by hand; a plan takes it for gone")
                .cure(cure),
        );
    }

    fn there(&mut self, record: &ObjectRecord, (physical, relation): (&ObjectName, &Relation)) {
        let place = self.input.engine.capabilities().marker;
        if !carries_marker(place, relation.kind) {
            return;
        }
        match relation.marker.as_deref().and_then(Marker::parse) {
            Some(marker) if marker.generation == record.generation => {}
            Some(marker) => self.mismatch(record, physical, &marker),
            None => self.unmarked(record, (physical, relation)),
        }
    }

    fn unmarked(&mut self, record: &ObjectRecord, (physical, relation): (&ObjectName, &Relation)) {
        let dialect = self.input.project.target.dialect;
        let version = record.version.is_some() && record.version == relation.version;
        let told = record
            .observed
            .as_deref()
            .zip(relation.definition.as_deref());
        let same = version || told.is_some_and(|(then, now)| same_definition(then, now, dialect));
        if relation.kind != record.kind || !same {
            self.found.push(
                Finding::problem(
                    Area::Journal,
                    format!("{physical} has no marker and is not what was applied"),
                )
                .about(&record.name)
                .why("somebody made it anew by hand")
                .cure(Cure::Command("plan".to_owned())),
            );
            return;
        }
        let finding = Finding::problem(Area::Journal, format!("{physical} has no marker"))
            .about(&record.name)
            .why("if the journal were lost, nothing would tell that it is ours; cleanup leaves it alone");
        let finding = if relation.ownership == Ownership::Foreign {
            let owner = &relation.owner;
            finding.cure(Cure::Words(format!("mend it as a member of {owner}")))
        } else {
            finding.cure(Cure::Mend(Mending::Mark {
                object: record.name.clone(),
                relation: Physical {
                    name: physical.clone(),
                    kind: relation.kind,
                },
                marker: Marker {
                    project: self.input.project.name.clone(),
                    generation: record.generation.clone(),
                    after: self.before(record),
                },
            }))
        };
        self.found.push(finding);
    }

    /// The generation that a retired or live one took the name of: the last that an earlier run made.
    fn before(&self, record: &ObjectRecord) -> Option<Generation> {
        if record.state == ObjectState::Shadow {
            return None;
        }
        let kept = self.input.journal.of(&record.name);
        let kept = kept.filter(|kept| kept.state == ObjectState::Retired && kept.run < record.run);
        let last = kept.max_by_key(|kept| &kept.run)?;
        Some(last.generation.clone())
    }

    /// The name has another generation than the journal says: a script ran, or somebody swapped names.
    fn mismatch(&mut self, record: &ObjectRecord, physical: &ObjectName, marker: &Marker) {
        let ours = &self.input.project.name;
        if marker.project != *ours {
            let whose = if marker.project.is_empty() {
                "nobody".to_owned()
            } else {
                format!("project {}", marker.project)
            };
            self.found.push(
                Finding::problem(
                    Area::Journal,
                    format!("{physical} has a marker of {whose}, and the journal calls it ours"),
                )
                .about(&record.name)
                .why("two projects would replace each other's objects")
                .cure(Cure::Words("declare it in one project alone".to_owned())),
            );
            return;
        }
        let (state, physical_now) = self.became(record);
        self.found.push(
            Finding::problem(
                Area::Journal,
                format!(
                    "its marker says generation {}, and the journal {}",
                    marker.generation, record.generation
                ),
            )
            .about(&record.name)
            .why("the target is right: a plan was run as a script, or names were changed by hand")
            .cure(Cure::Mend(Mending::Moved {
                object: record.name.clone(),
                kind: record.kind,
                generation: record.generation.clone(),
                state,
                physical: physical_now,
            })),
        );
    }

    /// What became of a generation that does not have the name that the journal says: its marker tells,
    /// wherever it is in its schema, and also where two changed names with each other.
    fn became(&self, record: &ObjectRecord) -> (ObjectState, String) {
        let now = self.marked.get(&record.generation).copied();
        match now.filter(|now| now.schema == record.name.schema) {
            Some(now) if *now == record.name => (ObjectState::Live, now.name.to_string()),
            Some(now) if record.state == ObjectState::Shadow => {
                (ObjectState::Shadow, now.name.to_string())
            }
            Some(now) => (ObjectState::Retired, now.name.to_string()),
            None => (ObjectState::Dropped, record.physical.clone()),
        }
    }

    /// Declared objects that are there, and that nobody has taken over.
    fn strangers(&mut self) {
        let input = self.input;
        let place = input.engine.capabilities().marker;
        let catalog = &input.project.catalog.objects;
        let there = catalog.keys().filter(|name| {
            let Some(relation) = input.observed.relations.get(name) else {
                return false;
            };
            let marked = input.marker(name).is_some() && carries_marker(place, relation.kind);
            input.record(name).is_none() && !marked
        });
        let strangers: Vec<&ObjectName> = there.collect();
        if strangers.is_empty() {
            return;
        }
        let differ = strangers.iter().filter(|name| {
            let compared = self.compared.get(**name);
            compared.is_none_or(|compared| {
                matches!(
                    compared.standing,
                    Standing::Stranger | Standing::OtherKind { .. }
                )
            })
        });
        let differ = match differ.count() {
            0 => String::new(),
            n => format!(", {n} of them with another definition"),
        };
        let objects = match strangers.as_slice() {
            [one] => format!("{one} is there, and nobody has taken it over"),
            all => format!(
                "{} declared objects are there, and nobody has taken them over",
                all.len()
            ),
        };
        self.found.push(
            Finding::note(Area::Journal, format!("{objects}{differ}"))
                .why("what somebody changes there is not noticed before that")
                .cure(Cure::Command("adopt".to_owned())),
        );
    }

    /// What is in order, said once.
    fn whole(&mut self) {
        let input = self.input;
        let ours = input.journal.objects.values();
        let live =
            ours.filter(|record| record.state == ObjectState::Live && input.is_of_target(record));
        let live = live.count();
        let sound = self
            .found
            .iter()
            .all(|finding| finding.weight != Weight::Problem);
        if self.lost {
            if sound {
                let what = "there is no journal yet: the first run makes it";
                self.found.push(Finding::fine(Area::Journal, what));
            }
        } else if sound {
            let objects = count(live, "object");
            self.found.push(Finding::fine(
                Area::Journal,
                format!("journal, markers and target agree on {objects}"),
            ));
        }
    }
}

/// Runs that did not end.
fn runs(input: &Input<'_>) -> Vec<Finding> {
    let ours = input.journal.unfinished.iter();
    let ours = ours.filter(|run| run.project == input.project.name);
    let found = ours.map(|run| match run.session {
        Some(Life::Alive) => Finding::note(
            Area::Runs,
            format!("run {} of {} works now", run.run, run.who),
        )
        .why("another one waits for it, or ends with code 6"),
        Some(Life::Dead) | None => {
            let error = run.error.as_deref().map(|error| format!(": {error}"));
            Finding::problem(
                Area::Runs,
                format!(
                    "run {} ({}) did not end, and nobody works on it{}",
                    run.run,
                    run.kind.as_str(),
                    error.unwrap_or_default()
                ),
            )
            .why("readers see what it had done; the rest waits")
            .cure(Cure::Command(format!("apply --resume {}", run.run)))
        }
    });
    found.collect()
}
