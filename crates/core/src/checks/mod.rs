//! Rules that read the project, floor 5: one file a check, with its code, its text and its cases.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::graph::Graph;
use crate::graph::lineage::Lineages;
use crate::project::Project;

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
    pub severity: Severity,
    pub run: fn(&Context<'_>) -> Vec<Diagnostic>,
}

/// All checks, by code.
pub const ALL: &[Check] = &[];
