//! Drift: what somebody changed in the target without Dormer.
//!
//! | room | tells |
//! |---|---|
//! | `definition` | whether a definition, its columns or what it reads are others than were settled |
//! | `companions` | what an object wears, beside what it should |

pub(in crate::plan) mod companions;
pub(in crate::plan) mod definition;
