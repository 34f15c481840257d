//! A plan as a script that somebody runs by hand: what has to be said in it beside the statements.
//!
//! **A script stops where a run would, and tells the journal what a run would.** It takes no lease.

use super::generation::RunId;
use super::session::NewRun;
use super::step::{Statement, Step};

/// A part of a script.
#[derive(Debug, Clone)]
pub enum Part<'a> {
    /// What comes first: the journal where there is none, and that a run begins.
    Begin(&'a NewRun<'a>),
    /// One step with its statements.
    Step {
        run: &'a RunId,
        step: &'a Step,
        statements: &'a [Statement],
    },
    /// What is set before statements are said again as the target told them.
    Again,
    /// What comes last: that the run is done.
    End(&'a RunId),
}
