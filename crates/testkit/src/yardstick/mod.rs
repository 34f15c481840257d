//! What `cargo xtask bench` holds plan and apply against: bare statements, one catalog query, readers.
//!
//! **Nothing here knows Dormer:** a yardstick sends what anybody could send with a plain session.

pub mod readers;
mod statements;

pub use statements::{Sending, inventory, send};
