//! Rules that read the project, floor 5: one file a check, with its code, its text and its cases.
//!
//! A check is a pure function from [`Context`] to diagnostics. [`run`] asks all of them, gives every
//! finding the severity that the settings ask for, and puts them in the order in which they are
//! shown.
//!
//! - **Every file `dmNNNN_*.rs` stands in [`ALL`]**, in the order of the codes.
//! - **No check compares all objects with all others:** ten thousand objects are looked at in one
//!   pass, with lookups in ordered maps.
//! - **What the project floor found stays as it is;** only findings of checks can be switched off.

/// The end of a check's text: how to switch it off for one object and for many.
macro_rules! off {
    ($code:literal) => {
        concat!(
            "\nSwitch it off for one object with a line before its CREATE:\n\n```sql\n",
            "-- dormer: checks = { ",
            $code,
            " = \"off\" }\n```\n\nor for many in `dormer.toml`, there or in a `[[rule]]`:\n\n",
            "```toml\n[settings]\nchecks = { ",
            $code,
            " = \"off\" }\n```\n"
        )
    };
}

mod below;
mod body;
pub mod externals;
mod facts;
mod group_key;
mod levels;
mod option;
mod place;
mod reading;
mod redshift_body;
mod unresolved;

mod dm0103_unknown_relation;
mod dm0104_unknown_column;
mod dm0105_ambiguous_column;
mod dm0106_cycle;
mod dm0107_unqualified_name;
mod dm0108_name_too_long;
mod dm0109_names_collide;
mod dm0111_unsupported_by_engine;
mod dm0112_not_concurrently;
mod dm0113_volatile_function;
mod dm0114_select_star;
mod dm0115_foreign_environment;
mod dm0116_layer_in_name;
mod dm0117_audit_reads_nothing;
mod dm0119_settings_contradict;
mod dm0124_auto_refresh_refused;
mod dm0125_said_twice;
mod dm0126_digit_first_name;
mod dm0127_full_recompute;
mod dm0128_duplicate_column;
mod dm0129_head_too_long;

#[cfg(test)]
mod tests;

use dormer_sql::Dialect;
use rayon::prelude::*;

use crate::diagnostic::{Code, Diagnostic, Severity, gather};
use crate::graph::Graph;
use crate::graph::lineage::Lineages;
use crate::model::object::Object;
use crate::project::Project;
use crate::project::settings::CheckLevel;
use crate::project::strictness::Strictness;

/// What a check may look at.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub project: &'a Project,
    pub graph: &'a Graph,
    pub lineages: &'a Lineages,
}

/// One rule: what it is called, what it says about itself, and how it looks.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    pub code: Code,
    /// In kebab-case: `unknown-column`.
    pub name: &'static str,
    /// One line for lists.
    pub summary: &'static str,
    /// The text of `dormer explain`: why it matters, a bad case, a better way. Markdown.
    pub text: &'static str,
    /// How bad a finding is as a rule; a check may call single findings milder or worse.
    pub severity: Severity,
    pub run: fn(&Context<'_>) -> Vec<Diagnostic>,
}

impl Check {
    /// A finding of this check with its usual severity.
    fn finding(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.code, self.severity, message)
    }

    /// A finding that is a warning, whatever the usual severity.
    fn warning(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.code, Severity::Warning, message)
    }

    /// A finding that is an error, whatever the usual severity.
    fn error(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.code, Severity::Error, message)
    }
}

/// All checks, by code.
pub const ALL: &[Check] = &[
    dm0103_unknown_relation::CHECK,
    dm0104_unknown_column::CHECK,
    dm0105_ambiguous_column::CHECK,
    dm0106_cycle::CHECK,
    dm0107_unqualified_name::CHECK,
    dm0108_name_too_long::CHECK,
    dm0109_names_collide::CHECK,
    dm0111_unsupported_by_engine::CHECK,
    dm0112_not_concurrently::CHECK,
    dm0113_volatile_function::CHECK,
    dm0114_select_star::CHECK,
    dm0115_foreign_environment::CHECK,
    dm0116_layer_in_name::CHECK,
    dm0117_audit_reads_nothing::CHECK,
    dm0119_settings_contradict::CHECK,
    dm0124_auto_refresh_refused::CHECK,
    dm0125_said_twice::CHECK,
    dm0126_digit_first_name::CHECK,
    dm0127_full_recompute::CHECK,
    dm0128_duplicate_column::CHECK,
    dm0129_head_too_long::CHECK,
];

/// Runs all checks: findings with the severity that the settings ask for, in the order in which
/// they are shown, none twice, one mistake in one file told once.
#[must_use]
pub fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let strictness = Strictness::of(context.project);
    let findings: Vec<Diagnostic> = ALL
        .par_iter()
        .flat_map_iter(|check| (check.run)(context))
        .filter_map(|finding| with_level(finding, &strictness))
        .collect();
    gather(
        findings
            .into_iter()
            .chain(levels::unknown(context.project))
            .collect(),
    )
}

/// Whether readers can go on during a refresh, by what is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreseen {
    Possible,
    /// It has no unique index on plain columns over all rows.
    Impossible,
}

/// Whether readers can go on while an object is refreshed; none where the engine has no such thing.
#[must_use]
pub fn concurrent_refresh(dialect: Dialect, object: &Object) -> Option<Foreseen> {
    dm0112_not_concurrently::foreseen(dialect, object)
}

/// The first function in an object's query that gives another value each time, whatever the data.
#[must_use]
pub fn changing_call(dialect: Dialect, object: &Object) -> Option<String> {
    dm0113_volatile_function::first_in(dialect, object)
}

/// Gives the finding the severity that its object, or else the project, asks for.
fn with_level(mut finding: Diagnostic, strictness: &Strictness<'_>) -> Option<Diagnostic> {
    match strictness.asked(&finding) {
        None => {}
        Some(CheckLevel::Off) => return None,
        Some(CheckLevel::Warning) => finding.severity = Severity::Warning,
        Some(CheckLevel::Error) => finding.severity = Severity::Error,
    }
    Some(finding)
}
