//! The ways back: the plan that takes a run back, and the plan that clears away what nobody needs.
//!
//! - **A rollback drops nothing:** names go back to the generations that had them, data included, and
//!   what the run made is retired.
//! - **A cleanup drops only what the journal knows and whose marker says the same,** never what a name
//!   suggests; and nothing that somebody reads who stays.
//! - **What is kept no more is built anew** by the definitions that the journal holds: see [`Earlier`].
//! - What stands in the way is told by name, all of it.

mod cleanup;
#[cfg(test)]
mod cleanup_tests;
mod cutback;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod properties;
mod rebuild;
mod record;
mod remark;
mod renamed;
#[cfg(test)]
mod renamed_tests;
mod rollback;
mod since;
mod standing;
#[cfg(test)]
mod tests;
mod trail;

use std::collections::BTreeMap;

use super::Refusal;
use crate::model::name::ObjectName;
use crate::model::observed::Observed;
use crate::model::observed::dependency::Reader;

pub use cleanup::{CleanupOptions, CleanupPlan, Kept, cleanup};
pub use rebuild::{Earlier, anew, rebuildable, replaced};
pub(in crate::plan) use rebuild::{applied_object, declared_object};
pub use rollback::{PastRun, rollback};
pub use trail::{Trail, touched};

/// Why a run cannot be taken back by renames.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Obstacle {
    pub kind: ObstacleKind,
    pub refusal: Refusal,
}

/// The kinds of obstacles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ObstacleKind {
    /// A later run changed the object: it has to be taken back first.
    Later,
    /// The generation before is kept no more: only building it anew brings it back.
    KeptNoMore,
    /// A view got columns, and cannot lose them again under its identity: it has to be built anew.
    Grown,
    /// The journal does not say what it was before.
    Unknown,
    /// Somebody reads what the run created.
    Read,
    /// The target is not as the run left it, or cannot be put back in place.
    Changed,
}

/// Who reads each relation, found in one pass.
struct Readers<'a>(BTreeMap<&'a ObjectName, Vec<&'a Reader>>);

impl<'a> Readers<'a> {
    fn of(observed: &'a Observed) -> Self {
        let mut readers: BTreeMap<&ObjectName, Vec<&Reader>> = BTreeMap::new();
        for (reader, reads) in &observed.dependencies {
            for relation in reads.keys().filter_map(|read| read.relation()) {
                let known = readers.entry(relation).or_default();
                if known.last() != Some(&reader) {
                    known.push(reader);
                }
            }
        }
        Self(readers)
    }

    /// Those who read a relation and are not it or a part of it.
    fn of_others(&self, name: &ObjectName) -> impl Iterator<Item = &'a Reader> {
        let readers = self.0.get(name).into_iter().flatten().copied();
        readers.filter(move |reader| reader.relation() != Some(name))
    }
}

/// The fingerprint that a plan relies on.
fn fingerprint(observed: &Observed, name: &ObjectName) -> Option<String> {
    let relation = observed.relations.get(name)?;
    relation
        .fingerprint()
        .map(|fingerprint| fingerprint.to_string())
}
