//! SQL text: floor 0 of the house.
