//! Deeds to statements: those of PostgreSQL. **Pure.**

use dormer_core::engine::script::Part;
use dormer_core::engine::step::{Deed, Statement, Unsupported};
use dormer_core::engine::{Capabilities, Engine, EngineError};

use super::capabilities::capabilities;
use crate::postgres::lower::Postgres;

/// PostgreSQL in this process, as far as it is known without a session.
#[derive(Debug)]
pub(crate) struct Embedded {
    postgres: Postgres,
    capabilities: Capabilities,
}

impl Embedded {
    /// The version is that of `server_version_num`.
    pub(crate) fn new(version: Option<u32>) -> Self {
        Self {
            postgres: Postgres::new(version),
            capabilities: capabilities(version),
        }
    }
}

impl Engine for Embedded {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn lower(&self, deed: &Deed) -> Result<Vec<Statement>, Unsupported> {
        self.postgres.lower(deed)
    }

    fn script(&self, part: &Part<'_>) -> Result<Vec<Statement>, EngineError> {
        self.postgres.script(part)
    }
}
