//! Status: how each object stands, in one word, with what it takes and what keeps it.
//!
//! | state | when |
//! |---|---|
//! | missing | it was applied and is not there |
//! | drifted | somebody changed it in the target |
//! | unpopulated | it is there and holds no rows |
//! | shadow-left | a run that will not go on by itself left a generation of it |
//! | pending | its file says something that was not applied yet |
//! | ok | it is as it was applied, and as its file says |
//!
//! An object has the worst of them. **What was added by hand and nothing else makes no object drifted:** a
//! plan keeps it; `dormer drift` lists it.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::Serialize;

use super::decide::index_names::IndexNames;
use super::decide::standing::relation_kind;
use super::decide::worn;
use super::drift::companions::{Standing, differences};
use super::drift::{Aspect, Change, Drift, DriftedObject};
use super::input::Input;
use crate::engine::RunId;
use crate::engine::journal::{ObjectRecord, ObjectState, RunRecord, RunState};
use crate::engine::lease::Life;
use crate::model::name::ObjectName;
use crate::model::object::Object;
use crate::model::observed::relation::RelationKind;

/// How an object stands, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    Missing,
    Drifted,
    Unpopulated,
    ShadowLeft,
    Pending,
    Ok,
}

impl State {
    pub const ALL: [Self; 6] = [
        Self::Missing,
        Self::Drifted,
        Self::Unpopulated,
        Self::ShadowLeft,
        Self::Pending,
        Self::Ok,
    ];

    /// The word of the table and of JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Drifted => "drifted",
            Self::Unpopulated => "unpopulated",
            Self::ShadowLeft => "shadow-left",
            Self::Pending => "pending",
            Self::Ok => "ok",
        }
    }
}

/// What would help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Next {
    /// Puts it back, fills it, or does what the file says.
    Apply,
    /// Shows what changed.
    Drift,
    /// Drops what a run left.
    Cleanup,
    /// Goes on with a run.
    Resume,
    /// Takes over what is there.
    Adopt,
    /// Retires what no file declares any more: a plan of everything does, one of a part cannot.
    Retire,
}

/// One object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub name: ObjectName,
    pub kind: RelationKind,
    pub state: State,
    /// Whether a relation has its name now.
    pub exists: bool,
    pub populated: bool,
    /// As last counted by the target.
    pub rows: Option<u64>,
    pub bytes: Option<u64>,
    pub applied: Option<Applied>,
    pub retired: Retired,
    /// A lowercase fragment without a period, and what would help; none where all is well.
    pub problem: Option<(String, Next)>,
}

/// When an object was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Seconds since 1970, by the target's clock.
    pub at: Option<i64>,
    pub run: RunId,
    /// Of the definition that was applied.
    pub fingerprint: String,
}

/// The generations that are kept for rollback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retired {
    pub count: usize,
    pub bytes: u64,
    /// When a cleanup may drop the last of them; seconds since 1970.
    pub until: Option<i64>,
}

/// How every object stands, the worst first.
#[must_use]
pub fn status(
    input: &Input<'_>,
    drift: &Drift,
    keep_retired: &dyn Fn(&ObjectName) -> Duration,
) -> Vec<Line> {
    let mut looking = Looking {
        input,
        drift,
        keep_retired,
        index_names: IndexNames::of(input),
        generations: BTreeMap::new(),
    };
    looking.gather();
    let declared = input.project.catalog.objects.keys();
    let applied = super::drift::records(input).map(|record| &record.name);
    let names: BTreeSet<&ObjectName> = declared
        .filter(|name| input.wants(name))
        .chain(applied)
        .collect();
    let mut lines: Vec<Line> = names
        .into_iter()
        .filter_map(|name| looking.line(name))
        .collect();
    lines.sort_by(|one, other| (one.state, &one.name).cmp(&(other.state, &other.name)));
    lines
}

struct Looking<'a> {
    input: &'a Input<'a>,
    drift: &'a Drift,
    keep_retired: &'a dyn Fn(&ObjectName) -> Duration,
    index_names: IndexNames<'a>,
    /// Generations without a name that are there, by the object.
    generations: BTreeMap<&'a ObjectName, Vec<(&'a ObjectRecord, Option<u64>)>>,
}

impl Looking<'_> {
    fn gather(&mut self) {
        for record in self.input.journal.objects.values() {
            if !matches!(record.state, ObjectState::Shadow | ObjectState::Retired) {
                continue;
            }
            let physical = ObjectName::new(&record.name.schema, &record.physical);
            if let Some(relation) = self.input.observed.relations.get(&physical) {
                let of = self.generations.entry(&record.name).or_default();
                of.push((record, relation.bytes));
            }
        }
    }

    /// One line; none for what is no relation.
    fn line(&self, name: &ObjectName) -> Option<Line> {
        let input = self.input;
        let object = input.project.catalog.objects.get(name);
        let relation = input.observed.relations.get(name);
        let record = input
            .record(name)
            .filter(|record| input.is_of_target(record));
        let declared = object.and_then(|object| relation_kind(object.kind));
        let recorded = record.map(|record| record.kind);
        let kind = declared.or(recorded)?;
        let found = self.standing(name, object, record);
        let (state, problem) = found.map_or((State::Ok, None), |(state, text, next)| {
            (state, Some((text, next)))
        });
        Some(Line {
            name: name.clone(),
            kind,
            state,
            exists: relation.is_some(),
            populated: relation.is_some_and(|relation| relation.populated),
            rows: relation.and_then(|relation| relation.estimated_rows),
            bytes: relation.and_then(|relation| relation.bytes),
            applied: record.map(|record| Applied {
                at: record.since,
                run: record.run.clone(),
                fingerprint: record.fingerprint.clone(),
            }),
            retired: self.retired(name),
            problem,
        })
    }

    /// The worst that there is to say of it.
    fn standing(
        &self,
        name: &ObjectName,
        object: Option<&Object>,
        record: Option<&ObjectRecord>,
    ) -> Option<(State, String, Next)> {
        let drifted = self.drift.objects.get(name);
        let drifted = drifted.filter(|drifted| !drifted.kept());
        drifted
            .map(of_drift)
            .or_else(|| self.shadow(name))
            .or_else(|| self.pending(name, object, record))
    }

    /// What a run left that does not work on it any more.
    fn shadow(&self, name: &ObjectName) -> Option<(State, String, Next)> {
        let generations = self.generations.get(name)?.iter();
        let mut shadows = generations
            .map(|(record, _)| *record)
            .filter(|record| record.state == ObjectState::Shadow);
        let shadow = shadows.next()?;
        let mut unfinished = self.input.journal.unfinished.iter();
        let run = unfinished.find(|run| run.run == shadow.run);
        if run.is_some_and(works) {
            return None;
        }
        let (goes_on, next) = match run.map(|run| run.state) {
            Some(RunState::Running | RunState::Partial | RunState::Stopped) => {
                (", which can go on", Next::Resume)
            }
            _ => ("", Next::Cleanup),
        };
        let text = format!(
            "{} was left by run {}{goes_on}",
            shadow.physical, shadow.run
        );
        Some((State::ShadowLeft, text, next))
    }

    /// What its file says and nobody applied.
    fn pending(
        &self,
        name: &ObjectName,
        object: Option<&Object>,
        record: Option<&ObjectRecord>,
    ) -> Option<(State, String, Next)> {
        let pending = |text: &str, next| Some((State::Pending, text.to_owned(), next));
        let relation = self.input.observed.relations.get(name);
        let (object, record) = match (object, record) {
            (None, _) => return pending("no file declares it any more", Next::Retire),
            (Some(_), None) if relation.is_none() => {
                return pending("new, not applied yet", Next::Apply);
            }
            (Some(_), None) if self.input.marked(name) => return None,
            (Some(_), None) => return pending("is there and was never applied", Next::Adopt),
            (Some(object), Some(record)) => (object, record),
        };
        if object.definition.fingerprint.to_string() != record.fingerprint {
            return pending("edited, not applied yet", Next::Apply);
        }
        let standing = Standing {
            name,
            relation: relation?,
            recorded: &record.companions,
            queried: worn::has_query(object),
        };
        let worn = worn::declared(self.input, &self.index_names, object);
        let differences = differences(self.input, &standing, &worn);
        let text = differences.into_iter().find_map(|found| found.text)?;
        pending(&format!("{text}, not applied yet"), Next::Apply)
    }

    fn retired(&self, name: &ObjectName) -> Retired {
        let kept = i64::try_from((self.keep_retired)(name).as_secs()).unwrap_or(i64::MAX);
        let generations = self.generations.get(name).into_iter().flatten();
        let retired = generations.filter(|(record, _)| record.state == ObjectState::Retired);
        retired.fold(Retired::default(), |all, (record, bytes)| Retired {
            count: all.count + 1,
            bytes: all.bytes.saturating_add(bytes.unwrap_or(0)),
            until: all
                .until
                .max(record.since.map(|since| since.saturating_add(kept))),
        })
    }
}

/// Whether somebody works on a run now.
fn works(run: &RunRecord) -> bool {
    run.state == RunState::Running && run.session == Some(Life::Alive)
}

/// The worst of what drifted, in the words of one line.
fn of_drift(drifted: &DriftedObject) -> (State, String, Next) {
    let by_hand = drifted
        .drifted
        .iter()
        .filter(|one| one.change != Change::Added);
    let (mut worst, mut count) = (None, 0_usize);
    for one in by_hand {
        worst = worst.or(Some(one));
        count += 1;
    }
    let Some(worst) = worst else {
        return (State::Drifted, String::new(), Next::Drift);
    };
    let state = match worst.aspect {
        _ if drifted.owner.is_none() => State::Missing,
        Aspect::Rows => State::Unpopulated,
        _ => State::Drifted,
    };
    let text = match worst.aspect {
        Aspect::Indexes | Aspect::Options | Aspect::Grants | Aspect::Comments | Aspect::Owner => {
            format!("{} {}", worst.text, worst.change.as_str())
        }
        _ => worst.text.clone(),
    };
    let text = match count {
        0 | 1 => text,
        _ => format!("{text}, and {} more", count - 1),
    };
    let next = match state {
        State::Missing | State::Unpopulated => Next::Apply,
        _ => Next::Drift,
    };
    (state, text, next)
}
