//! The nouns, floor 1: names, kinds, objects with their companions, columns, classes, catalogs.
//!
//! **No I/O and no outside formats.** What is serialized gets its shape at the boundary.

pub mod catalog;
pub mod class;
pub mod kind;
pub mod name;
pub mod object;
pub mod observed;
