//! Runs of plans against a target that is played: what it answers is written down before.

mod cutover;
mod end;
mod order;
mod plan;
mod random;
mod stage;
mod start;
