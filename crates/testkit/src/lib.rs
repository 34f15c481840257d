//! What tests need: real servers, oracle, cases.
