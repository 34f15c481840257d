//! The binary `dormer`.

fn main() {}
