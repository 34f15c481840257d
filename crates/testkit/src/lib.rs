//! What tests need: real servers, oracle, cases.

pub mod bed;
pub mod bench;
pub mod dump;
pub mod fuzz;
pub mod oracle;
pub mod probe;
pub mod project;
pub mod server;
pub mod yardstick;
