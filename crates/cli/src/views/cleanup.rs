//! What a cleanup would drop, and what it keeps and why.

use std::fmt;

use anstyle::Style;
use dormer_core::plan::back::Kept;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::amount::size;
use super::plan::PlanView;
use super::style::{FAINT, STRONG, Table, count};
use crate::output;

/// So much of what is kept is listed.
const SHOWN: usize = 20;

/// The result of `dormer cleanup --dry-run`.
#[derive(Debug)]
pub(crate) struct CleanupView {
    plan: PlanView,
    kept: Vec<Kept>,
    bytes: u64,
}

impl CleanupView {
    pub(crate) const fn new(plan: PlanView, kept: Vec<Kept>, bytes: u64) -> Self {
        Self { plan, kept, bytes }
    }

    /// What is kept and what becomes free, before a cleanup is done.
    pub(crate) fn told(kept: &[Kept], bytes: u64) -> String {
        About { kept, bytes }.to_string()
    }
}

struct About<'a> {
    kept: &'a [Kept],
    bytes: u64,
}

impl fmt::Display for About<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.bytes > 0 {
            writeln!(f, "About {} become free.", size(self.bytes))?;
        }
        if self.kept.is_empty() {
            return Ok(());
        }
        let mut table = Table::default();
        for kept in self.kept.iter().take(SHOWN) {
            table.row([
                ("kept", FAINT),
                (&kept.physical.to_string(), STRONG),
                (&kept.why, Style::new()),
            ]);
        }
        table.write_within(f, 2, output::width())?;
        let more = self.kept.len().saturating_sub(SHOWN);
        if more > 0 {
            writeln!(f, "  and {} kept", count(more, "more generation"))?;
        }
        Ok(())
    }
}

impl fmt::Display for CleanupView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.plan.fmt(f)?;
        About {
            kept: &self.kept,
            bytes: self.bytes,
        }
        .fmt(f)
    }
}

impl Serialize for CleanupView {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut whole = serde_json::to_value(&self.plan).map_err(serde::ser::Error::custom)?;
        if let Value::Object(fields) = &mut whole {
            // The frame says which command it was.
            fields.shift_remove("command");
            let kept = self.kept.iter().map(|kept| {
                json!({
                    "physical": kept.physical.to_string(),
                    "object": kept.object.to_string(),
                    "why": kept.why,
                })
            });
            fields.insert("kept".to_owned(), kept.collect());
            fields.insert("bytes".to_owned(), self.bytes.into());
        }
        whole.serialize(serializer)
    }
}
