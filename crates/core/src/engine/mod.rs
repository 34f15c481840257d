//! The socket, floor 4: what every engine answers, without a word about any of them.
//!
//! **No driver and no runtime here.** The trait [`session::Session`] is the one place of core that is
//! asynchronous; whoever calls it brings the runtime. **No engine is known by name:** what differs
//! is answered by the session and by the [`Capabilities`], not asked for by its name.

pub mod capabilities;
pub mod error;
pub mod generation;
pub mod hazard;
pub mod journal;
pub mod lease;
pub mod refresh;
pub mod script;
pub mod secret;
pub mod session;
pub mod step;

pub use capabilities::Capabilities;
pub use error::{EngineError, ErrorKind, Sqlstate};
pub use generation::{Generation, Marker, RunId};
pub use session::{Access, Scope, ServerInfo, Session};
pub use step::{Deed, Statement, Step, Unsupported};

/// What can be known of an engine without a session. **Pure:** the same deed gives the same
/// statements.
pub trait Engine: std::fmt::Debug + Send + Sync {
    /// What it can do.
    fn capabilities(&self) -> &Capabilities;

    /// The statements of a deed, in order.
    ///
    /// # Errors
    ///
    /// When the engine has none for it.
    fn lower(&self, deed: &Deed) -> Result<Vec<Statement>, Unsupported>;

    /// The statements of a part of a script; those of the plan alone where the engine has no more to say.
    ///
    /// # Errors
    ///
    /// When what the journal shall hear cannot be written.
    fn script(&self, part: &script::Part<'_>) -> Result<Vec<Statement>, EngineError> {
        Ok(match part {
            script::Part::Step { statements, .. } => statements.to_vec(),
            script::Part::Begin(_) | script::Part::Again | script::Part::End(_) => Vec::new(),
        })
    }
}
