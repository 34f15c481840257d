//! What PostgreSQL in this process can do, as data: all that PostgreSQL can, but for what needs others.

use dormer_core::engine::Capabilities;
use dormer_core::engine::capabilities::{Sessions, Support};

use crate::postgres;

pub(crate) fn capabilities(version: Option<u32>) -> Capabilities {
    Capabilities {
        sessions: Sessions::One,
        statement_timeout: Support::No,
        cancel: Support::No,
        ..postgres::capabilities(version)
    }
}
