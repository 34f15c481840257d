//! One open connection to a target, as an object-safe trait.
//!
//! **A session that only reads says so to the target** where the target can hold it to that.
//! Dropping a session closes it.

use std::collections::BTreeSet;

use async_trait::async_trait;

use super::error::EngineError;
use crate::model::observed::Observed;

/// Which schemas are looked at. **Schemas of the engine itself never are.**
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope {
    /// None for all.
    pub schemas: Option<BTreeSet<String>>,
}

impl Scope {
    /// All schemas.
    #[must_use]
    pub const fn everything() -> Self {
        Self { schemas: None }
    }

    /// These schemas, as they are called in the target.
    #[must_use]
    pub fn schemas<'a>(schemas: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            schemas: Some(schemas.into_iter().map(str::to_owned).collect()),
        }
    }
}

/// What the target says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerInfo {
    /// To compare with: 160004 for 16.4.
    pub version_number: u32,
    /// To show: `16.4`.
    pub version: String,
    pub user: String,
    pub database: String,
    pub access: Access,
}

/// What the target would let this session do to its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    ReadWrite,
    /// The session, its user or its database is set to reading alone.
    ReadOnly,
    /// A replica that follows another server.
    Standby,
}

/// One open connection to a target.
#[async_trait]
pub trait Session: Send {
    /// Asks the target about itself.
    async fn server(&mut self) -> Result<ServerInfo, EngineError>;

    /// Reads the catalog of the target, in a number of queries that does not depend on its size.
    async fn inspect(&mut self, scope: &Scope) -> Result<Observed, EngineError>;
}
