//! What tests need: real servers, oracle, cases.

pub mod bench;
pub mod fuzz;
pub mod oracle;
pub mod server;
pub mod yardstick;
