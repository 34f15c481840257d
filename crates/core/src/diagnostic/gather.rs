//! Puts diagnostics in the order in which they are shown, and one mistake that was made at several
//! places together.
//!
//! A column that is misspelled five times is one thing to mend: the first place is told in full,
//! the others stand [`again`](Diagnostic::again). **No place is lost.** Only what says the same
//! words about one file is put together, and nothing that points at other places already.

use std::collections::BTreeMap;

use super::{Code, Diagnostic, FilePath, Note, Severity};

/// What two findings of one mistake have in common.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Mistake {
    file: FilePath,
    code: Code,
    severity: Severity,
    message: String,
    label: String,
    notes: Vec<Note>,
    help: Vec<String>,
}

impl Mistake {
    fn of(found: &Diagnostic) -> Option<Self> {
        let primary = found.primary.as_ref()?;
        found.related.is_empty().then(|| Self {
            file: primary.at.file.clone(),
            code: found.code,
            severity: found.severity,
            message: found.message.clone(),
            label: primary.text.clone(),
            notes: found.notes.clone(),
            help: found.help.clone(),
        })
    }
}

/// Sorts, takes out what is said twice, and gathers the places of each mistake.
#[must_use]
pub fn gather(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found.sort_by(|a, b| a.order().cmp(&b.order()));
    found.dedup();
    let mut first: BTreeMap<Mistake, usize> = BTreeMap::new();
    let mut gathered: Vec<Diagnostic> = Vec::with_capacity(found.len());
    for next in found {
        let Some(mistake) = Mistake::of(&next) else {
            gathered.push(next);
            continue;
        };
        let index = *first.entry(mistake).or_insert(gathered.len());
        match gathered.get_mut(index) {
            Some(told) => {
                told.again.extend(next.primary.map(|label| label.at));
                told.again.extend(next.again);
            }
            None => gathered.push(next),
        }
    }
    gathered
}

#[cfg(test)]
mod tests {
    use dormer_sql::Span;

    use super::super::Location;
    use super::*;

    fn at(start: u32) -> Location {
        Location {
            file: FilePath::new("views/a.sql"),
            span: Span::new(start, start + 1),
        }
    }

    fn found(start: u32, message: &str) -> Diagnostic {
        Diagnostic::new(Code::new("DM0104"), Severity::Error, message).at(at(start), "here")
    }

    #[test]
    fn one_mistake_is_told_once_with_all_its_places() {
        let told = gather(vec![
            found(9, "x"),
            found(1, "x"),
            found(5, "y"),
            found(4, "x"),
        ]);
        let expected = Diagnostic {
            again: vec![at(4), at(9)],
            ..found(1, "x")
        };
        assert_eq!(told, [expected, found(5, "y")]);
        assert_eq!(gather(told.clone()), told);
    }

    #[test]
    fn what_points_at_other_places_stays_alone() {
        let two = vec![
            found(1, "x").related(at(7), "first"),
            found(2, "x").related(at(7), "first"),
        ];
        assert_eq!(gather(two.clone()), two);
    }
}
