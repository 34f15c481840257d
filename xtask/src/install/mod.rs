//! Installs below `target/` what the tests need, each in a pinned version.

pub(crate) mod deny;
mod digest;
mod npm;
pub(crate) mod postgres;
