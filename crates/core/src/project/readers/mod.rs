//! Readers of what lies in the project's folders: one file a format, and what they share.

pub(crate) mod columns;
mod companion;
pub(crate) mod literal;
pub(crate) mod sql;
mod typing;
