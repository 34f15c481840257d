//! Floor 7: does what a plan says, step by step, and tells what happens.
//!
//! **It decides nothing and prints nothing:** what to do stands in the plan, what happened goes to a
//! listener. No engine is known here, only sessions.
