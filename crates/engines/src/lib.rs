//! The engines, floor 6: sessions with targets, one folder for each engine, and the wire they share.
//!
//! **No engine knows another,** and nothing here knows a project or a plan. The environment is handed
//! in as a function; files are read in one room, `wire/files.rs`, and only those that an address
//! names: passwords and certificates. `local` alone starts programs and writes files, in two rooms.

mod embedded;
#[cfg(unix)]
pub mod local;
mod postgres;
pub mod registry;
mod secrets;
mod wire;

pub use secrets::Secrets;
pub use wire::address::Address;
pub use wire::settings::{Purpose, Settings};
