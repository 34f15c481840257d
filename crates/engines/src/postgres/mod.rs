//! PostgreSQL, versions 13 to 18.
//!
//! A session reads the catalog with the extended protocol, so a pooler in transaction mode may lose
//! its prepared statements; the error says so. Older servers are refused when the session opens.

mod capabilities;
mod inspect;
pub(crate) mod lower;
pub(crate) mod session;
