//! Readers beside a change: started before it, stopped after it, and what they saw.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::thread;
use std::time::Duration;

use serde::Deserialize;

use crate::failure::{Failure, Outcome};

use super::server::Database;
use super::table::Cutover;

const READERS: usize = 4;
const PAUSE_MS: usize = 2;
/// Readers run this long before and after a change.
const AROUND: Duration = Duration::from_millis(500);

/// What readers told.
#[derive(Debug, Deserialize)]
pub(super) struct Seen {
    pub(super) reads: u64,
    pub(super) failed: u64,
    errors: std::collections::BTreeMap<String, u64>,
    pub(super) longest_ms: f64,
    slow: Vec<Slow>,
}

#[derive(Debug, Deserialize)]
struct Slow {
    began_ms: f64,
    took_ms: f64,
}

/// A stretch of time, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Stretch {
    pub(super) from_ms: f64,
    pub(super) to_ms: f64,
}

impl Seen {
    /// The longest slow read that touches a stretch of time.
    pub(super) fn longest_within(&self, stretch: Stretch) -> f64 {
        let touching = self.slow.iter().filter(|slow| {
            slow.began_ms <= stretch.to_ms && slow.began_ms + slow.took_ms >= stretch.from_ms
        });
        touching.map(|slow| slow.took_ms).fold(0.0, f64::max)
    }
}

/// Does something while readers read the relations that a file names.
pub(super) fn beside<T>(
    database: &Database<'_>,
    names: &Path,
    change: impl FnOnce() -> Outcome<T>,
) -> Outcome<(Seen, T)> {
    let failed = |error| Failure::while_("hear readers", error);
    let mut readers = database.readers(names, READERS, PAUSE_MS)?;
    let (input, output) = (readers.stdin.take(), readers.stdout.take());
    let mut output = output.into_iter().map(BufReader::new);
    let Some(mut output) = output.next() else {
        return Err(Failure::new("readers cannot be heard"));
    };
    let mut line = String::new();
    output.read_line(&mut line).map_err(failed)?;
    thread::sleep(AROUND);
    let changed = change();
    thread::sleep(AROUND);
    // The end of their input stops them, whatever became of the change.
    drop(input);
    let mut told = String::new();
    let heard = output.read_to_string(&mut told).map_err(failed);
    readers.wait().map_err(failed)?;
    let changed = changed?;
    heard?;
    let seen = serde_json::from_str(told.trim())
        .map_err(|error| Failure::while_("read what readers saw", error))?;
    Ok((seen, changed))
}

/// Several changes under readers, as one row.
#[derive(Debug)]
pub(super) struct Watched {
    row: Cutover,
    walls: Vec<f64>,
    cutovers: Vec<f64>,
}

impl Watched {
    pub(super) fn new(work: &str) -> Self {
        Self {
            row: Cutover {
                work: work.to_owned(),
                runs: 0,
                wall_ms: 0.0,
                cutover_ms: None,
                reads: 0,
                failed: 0,
                errors: Vec::new(),
                longest_ms: Vec::new(),
                longest_in_cutover_ms: Vec::new(),
            },
            walls: Vec::new(),
            cutovers: Vec::new(),
        }
    }

    /// Adds one change: how long it took, and how long the names were changing hands where that is known.
    pub(super) fn add(&mut self, seen: Seen, wall_ms: f64, cutover: Option<Stretch>) {
        self.row.runs += 1;
        self.row.reads += seen.reads;
        self.row.failed += seen.failed;
        self.row.longest_ms.push(seen.longest_ms);
        if let Some(cutover) = cutover {
            self.cutovers.push(cutover.to_ms - cutover.from_ms);
            let longest = seen.longest_within(cutover);
            self.row.longest_in_cutover_ms.push(longest);
        }
        self.walls.push(wall_ms);
        for (text, count) in seen.errors {
            self.row.errors.push(format!("{count} x {text}"));
        }
    }

    pub(super) fn finish(mut self) -> Cutover {
        self.row.wall_ms = crate::bench::median(self.walls);
        if !self.cutovers.is_empty() {
            self.row.cutover_ms = Some(crate::bench::median(self.cutovers));
        }
        self.row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_that_was_under_way_counts() {
        let text = r#"{"reads": 9, "failed": 0, "errors": {}, "longest_ms": 80.0, "median_ms": 1.0,
            "slow": [{"began_ms": 10.0, "took_ms": 30.0}, {"began_ms": 70.0, "took_ms": 80.0}]}"#;
        let seen: Seen = serde_json::from_str(text).unwrap();
        let within = |from_ms, to_ms| seen.longest_within(Stretch { from_ms, to_ms });
        assert_eq!(within(35.0, 60.0), 30.0);
        assert_eq!(within(41.0, 60.0), 0.0);
        assert_eq!(within(35.0, 75.0), 80.0);
    }
}
