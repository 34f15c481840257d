//! Installs below `target/` what the tests need, each in a pinned version.

pub(crate) mod deny;
pub(crate) mod postgres;
