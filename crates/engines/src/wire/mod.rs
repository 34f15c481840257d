//! The PostgreSQL protocol, shared by all engines that speak it: address, password, TLS, session.
//!
//! | room | does |
//! |---|---|
//! | `address` | the address of a target and the defaults around it, as libpq reads them |
//! | `url` | the parts of a URL |
//! | `passfile` | `.pgpass` |
//! | `tls` | what a certificate must prove |
//! | `connect` | host after host until one answers |
//! | `ask` | many questions at once, their answers row by row |
//! | `cancel` | ends from outside what a session runs |
//! | `pooler` | refuses a session without a server process of its own |
//! | `settings` | what is set in a session before it does anything |
//! | `problem` | errors of the wire and the server as an [`EngineError`](dormer_core::engine::EngineError) |
//! | `files` | the one room that reads files |
//!
//! **A password is never shown:** its type prints stars, and no message quotes an address.

pub(crate) mod address;
pub(crate) mod ask;
pub(crate) mod cancel;
pub(crate) mod connect;
mod files;
mod passfile;
mod pooler;
pub(crate) mod problem;
pub(crate) mod settings;
mod tls;
mod url;
