//! PostgreSQL, versions 13 to 18.
//!
//! A session needs a server process of its own: behind a pooler in transaction mode it is refused when
//! it opens, and so is an older server.

mod capabilities;
mod inspect;
pub(crate) mod lower;
pub(crate) mod session;

pub(crate) use capabilities::capabilities;
