//! Queries made from a stream of choices, over relations whose columns are known.

/// placeholder
pub fn query() {}
