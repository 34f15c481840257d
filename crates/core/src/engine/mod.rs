//! The socket, floor 4: what every engine answers, without a word about any of them.
//!
//! **No driver and no runtime here.** The trait [`session::Session`] is the one place of core that is
//! asynchronous; whoever calls it brings the runtime. **No engine is known by name:** what differs
//! is answered by the session, not asked for by its name.

pub mod error;
pub mod session;

pub use error::{EngineError, ErrorKind, Sqlstate};
pub use session::{Access, Scope, ServerInfo, Session};
