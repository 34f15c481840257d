//! Readers of what lies in the project's folders: one file a format.

pub(crate) mod sql;
