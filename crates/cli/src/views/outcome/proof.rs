//! What reading the whole time showed.

use std::fmt;

use anstyle::Style;
use dormer_core::model::name::ObjectName;
use dormer_deploy::Proof;
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
    longest_stall_ms: u64,
    objects: Vec<ObjectView>,
    /// The first reads that failed.
    failed: Vec<FailedReadView>,
}

#[derive(Debug, Serialize)]
struct ObjectView {
    object: ObjectName,
    reads: u64,
    failures: u64,
    longest_stall_ms: u64,
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
        let objects = proof.objects.iter().map(|(object, proved)| ObjectView {
            object: object.clone(),
            reads: proved.reads,
            failures: proved.failures,
            longest_stall_ms: proved.longest_stall.0,
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
            longest_stall_ms: proof.longest_stall.0,
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
        let stall = length(self.longest_stall_ms);
        writeln!(
            f,
            "Proof: {} reads the whole time, {failures}, the longest took {stall}.",
            self.reads
        )?;
        let mut table = Table::default();
        let mut slowest: Vec<&ObjectView> = self.objects.iter().collect();
        slowest.sort_by_key(|object| std::cmp::Reverse((object.failures, object.longest_stall_ms)));
        for object in slowest.iter().take(OBJECTS_SHOWN) {
            let reads = format!("{} reads", object.reads);
            let stall = format!("longest {}", length(object.longest_stall_ms));
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
            writeln!(f, "  and {}, none slower", count(unseen, "more object"))?;
        }
        Ok(())
    }
}
