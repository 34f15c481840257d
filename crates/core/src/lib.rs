//! What Dormer knows and decides, floors 1 to 5: nouns, declared side, graph, socket, plan, checks.
//!
//! **Core does no I/O**, but for `project/files.rs`, the one room that reads files. It cannot fail
//! for a user's mistake: it returns values and [`diagnostic::Diagnostic`]s, all of them.

pub mod checks;
pub mod diagnostic;
pub mod engine;
pub mod graph;
pub mod model;
pub mod plan;
pub mod project;
