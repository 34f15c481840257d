//! The decisions of Dormer: floors 1 to 5.
