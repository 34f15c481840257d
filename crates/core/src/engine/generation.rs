//! The ids of runs and generations, and the names that generations have in a target.
//!
//! **Nothing is ever read back out of a name:** the journal and the marker know. Time and randomness
//! are handed in.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::name::ObjectName;

const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 2020-01-01, in milliseconds since 1970: what the ids of runs count from.
const EPOCH_MS: u64 = 1_577_836_800_000;
const RUN_LETTERS: usize = 10;
const GENERATION_LETTERS: usize = 8;
/// Between a name and its generation.
const BETWEEN: &str = "__";

/// One execution of apply, rollback, cleanup and the like: ten characters in order of time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(String);

impl RunId {
    /// Makes an id of a time, in milliseconds since 1970, and of any number.
    #[must_use]
    pub fn new(now_ms: u64, random: u16) -> Self {
        // Eight characters are 34 years of milliseconds; two keep runs of one moment apart.
        let time = now_ms.saturating_sub(EPOCH_MS) & ((1 << 40) - 1);
        Self(base32(
            (time << 10) | u64::from(random & 0x3ff),
            RUN_LETTERS,
        ))
    }

    /// Reads what somebody typed or what the journal holds.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == RUN_LETTERS && text.bytes().all(|byte| LETTERS.contains(&byte));
        fits.then(|| Self(text.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One built version of an object: eight characters made of the run and the object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Generation(String);

impl Generation {
    /// The generation that a run builds of an object: the same plan has the same one again.
    #[must_use]
    pub fn new(run: &RunId, object: &ObjectName) -> Self {
        Self(hashed([run.as_str(), &object.schema, &object.name]))
    }

    /// What stands before every generation, as the beginning of a range.
    pub(crate) const fn least() -> Self {
        Self(String::new())
    }

    /// Reads what the journal or a marker holds.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits =
            text.len() == GENERATION_LETTERS && text.bytes().all(|byte| LETTERS.contains(&byte));
        fits.then(|| Self(text.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of something of this generation: `orders_daily__<generation>`. Where the engine's longest
    /// name leaves no room for all of it, as much as fits, and eight characters made of the generation and
    /// the whole name: an object and its indexes may begin alike.
    #[must_use]
    pub fn name(&self, public: &str, longest: Option<usize>) -> String {
        let room = longest.map_or(usize::MAX, |bytes| {
            bytes.saturating_sub(BETWEEN.len() + self.0.len())
        });
        let mut end = room.min(public.len());
        while !public.is_char_boundary(end) {
            end -= 1;
        }
        match public.get(..end) {
            Some(kept) if end < public.len() => {
                format!("{kept}{BETWEEN}{}", hashed([&self.0, public]))
            }
            _ => format!("{public}{BETWEEN}{}", self.0),
        }
    }

    /// The same for a relation: it stays in its schema.
    #[must_use]
    pub fn relation(&self, public: &ObjectName, longest: Option<usize>) -> ObjectName {
        ObjectName::new(&public.schema, &self.name(&public.name, longest))
    }
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What Dormer writes beside a generation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Marker {
    pub project: String,
    pub generation: Generation,
    /// The generation that had the name when this one was built: **once this one has the name, it tells
    /// that the other one was live,** which nothing else tells when the journal is lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Generation>,
}

impl Marker {
    /// Reads a marker; none for a text that is somebody else's.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("dormer:v1:")?;
        let (generation, project) = rest.split_once(':')?;
        let (generation, after) = match generation.split_once('<') {
            Some((generation, after)) => (generation, Some(Generation::parse(after)?)),
            None => (generation, None),
        };
        Some(Self {
            project: project.to_owned(),
            generation: Generation::parse(generation)?,
            after,
        })
    }

    /// Whether both are of the same generation of the same project.
    #[must_use]
    pub fn is_of(&self, other: &Self) -> bool {
        self.project == other.project && self.generation == other.generation
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "dormer:v1:{}", self.generation)?;
        if let Some(after) = &self.after {
            write!(f, "<{after}")?;
        }
        write!(f, ":{}", self.project)
    }
}

/// Eight characters made of texts.
fn hashed<const N: usize>(parts: [&str; N]) -> String {
    let mut hash = blake3::Hasher::new();
    for part in parts {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    let mut bytes = [0; 8];
    hash.finalize_xof().fill(&mut bytes);
    base32(u64::from_le_bytes(bytes) >> 24, GENERATION_LETTERS)
}

fn base32(number: u64, letters: usize) -> String {
    let letter = |at: usize| {
        let five = (number >> (5 * at)) & 31;
        let letter = usize::try_from(five).ok().and_then(|at| LETTERS.get(at));
        letter.map_or('0', |byte| char::from(*byte))
    };
    (0..letters).rev().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_in_order_of_time() {
        let ids: Vec<RunId> = [1_700_000_000_000, 1_700_000_000_001, 2_000_000_000_000]
            .into_iter()
            .map(|now| RunId::new(now, 1023))
            .collect();
        assert!(ids.is_sorted());
        for id in ids {
            assert_eq!(RunId::parse(id.as_str()), Some(id));
        }
    }

    #[test]
    fn names_of_generations_fit_and_stay_apart() {
        let run = RunId::new(1_700_000_000_000, 0);
        let long = "ü".repeat(31);
        let one = ObjectName::new("marts", &format!("{long}a"));
        let other = ObjectName::new("marts", &format!("{long}b"));
        let name = |object: &ObjectName| Generation::new(&run, object).relation(object, Some(63));
        assert_ne!(name(&one), name(&other));
        assert!(name(&one).name.len() <= 63);
        let generation = Generation::new(&run, &one);
        let index = format!("{long}a_key");
        assert_ne!(
            generation.name(&one.name, Some(63)),
            generation.name(&index, Some(63))
        );
        assert!(
            Generation::new(&run, &one)
                .name("orders", Some(63))
                .starts_with("orders__")
        );
    }

    #[test]
    fn markers_are_read_as_they_are_written() {
        let run = RunId::new(1_700_000_000_000, 0);
        let marker = Marker {
            project: "shop: north".to_owned(),
            generation: Generation::new(&run, &ObjectName::new("a", "b")),
            after: None,
        };
        assert_eq!(Marker::parse(&marker.to_string()), Some(marker));
        assert_eq!(Marker::parse("somebody's own words"), None);
    }
}
