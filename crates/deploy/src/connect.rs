//! How sessions are had: whoever calls knows the engine and the address.

use async_trait::async_trait;
use dormer_core::engine::capabilities::Sessions;
use dormer_core::engine::{EngineError, Session};

/// What a session is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// It does steps.
    Work,
    /// It reads what readers read, for the proof.
    Probe,
    /// It runs audits on what is live, and only reads.
    Audit,
    /// It holds the lease, and nothing else.
    Lease,
}

/// Opens sessions with one target.
#[async_trait]
pub trait Connect: Send + Sync {
    /// How many of them work at once. **Those of a target that has one take turns:** each call of theirs waits
    /// for that of another to end.
    fn sessions(&self) -> Sessions {
        Sessions::Many
    }

    /// Opens one. The name is what the target shows of it to other people, after the tool's own:
    /// `0dk3v8q2zz step 5`.
    async fn open(&self, purpose: Purpose, name: &str) -> Result<Box<dyn Session>, EngineError>;
}
