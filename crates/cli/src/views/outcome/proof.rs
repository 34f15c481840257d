//! What reading the whole time showed.

use std::fmt;

use anstyle::Style;
use dormer_core::engine::step::Millis;
use dormer_core::model::name::ObjectName;
use dormer_deploy::{Proof, Reading};
use serde::Serialize;

use super::super::style::{ERROR, FAINT, STRONG, Table, count};
use super::super::time::length;
use super::ErrorView;

/// So many objects are shown; the others count in the sum.
const OBJECTS_SHOWN: usize = 20;

/// The proof of a run.
#[derive(Debug, Serialize)]
pub(super) struct ProofView {
    reads: u64,
    failures: u64,
    /// None where reads were interleaved with the work: no stall shows in them.
    longest_stall_ms: Option<u64>,
    /// Whether reads stood between the statements of the run, in the one session that there is.
    interleaved: bool,
    objects: Vec<ObjectView>,
    /// The first reads that failed.
    failed: Vec<FailedReadView>,
}

#[derive(Debug, Serialize)]
struct ObjectView {
    object: ObjectName,
    reads: u64,
    failures: u64,
    longest_stall_ms: Option<u64>,
    /// Why it was not read: it could not be before the run either.
    unread: Option<String>,
}

#[derive(Debug, Serialize)]
struct FailedReadView {
    object: ObjectName,
    at: String,
    error: ErrorView,
}

impl ProofView {
    pub(super) fn new(proof: &Proof) -> Self {
        let interleaved = proof.reading == Reading::Interleaved;
        let stall = |stall: Millis| (!interleaved).then_some(stall.0);
        let objects = proof.objects.iter().map(|(object, proved)| ObjectView {
            object: object.clone(),
            reads: proved.reads,
            failures: proved.failures,
            longest_stall_ms: stall(proved.longest_stall),
            unread: proved.unread.clone(),
        });
        let failed = proof.failed.iter().map(|failed| FailedReadView {
            object: failed.object.clone(),
            at: failed.at.to_string(),
            error: ErrorView::from(&failed.error),
        });
        Self {
            reads: proof.reads,
            failures: proof.failures,
            longest_stall_ms: stall(proof.longest_stall),
            interleaved,
            objects: objects.collect(),
            failed: failed.collect(),
        }
    }
}

impl fmt::Display for ProofView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failures = match self.failures {
            0 => "none failed".to_owned(),
            n => format!("{n} failed"),
        };
        match self.longest_stall_ms {
            Some(stall) => writeln!(
                f,
                "Proof: {} reads the whole time, {failures}, the longest took {}.",
                self.reads,
                length(stall)
            )?,
            None => writeln!(
                f,
                "Proof: {} reads between the statements, {failures}; in one session no stall can be seen.",
                self.reads
            )?,
        }
        let mut table = Table::default();
        let mut slowest: Vec<&ObjectView> = self.objects.iter().collect();
        slowest.sort_by_key(|object| std::cmp::Reverse((object.failures, object.longest_stall_ms)));
        for object in slowest.iter().take(OBJECTS_SHOWN) {
            let reads = format!("{} reads", object.reads);
            let stall = object.longest_stall_ms;
            let stall = stall.map(|ms| format!("longest {}", length(ms)));
            let stall = stall.unwrap_or_default();
            let name = object.object.to_string();
            match (&object.unread, object.failures) {
                (Some(why), _) => {
                    let why = format!("not read: {why}");
                    table.row([
                        (name.as_str(), STRONG),
                        (why.as_str(), FAINT),
                        ("", FAINT),
                        ("", FAINT),
                    ]);
                }
                (None, failures) => {
                    let failed = if failures == 0 {
                        String::new()
                    } else {
                        format!("{failures} failed")
                    };
                    table.row([
                        (name.as_str(), STRONG),
                        (reads.as_str(), Style::new()),
                        (stall.as_str(), Style::new()),
                        (failed.as_str(), ERROR),
                    ]);
                }
            }
        }
        table.write(f, 2)?;
        let unseen = slowest.len().saturating_sub(OBJECTS_SHOWN);
        if unseen > 0 {
            let more = count(unseen, "more object");
            match self.longest_stall_ms {
                Some(_) => writeln!(f, "  and {more}, none slower")?,
                None => writeln!(f, "  and {more}")?,
            }
        }
        Ok(())
    }
}
