//! The door: everything that plan and apply promise, through the binary, on real servers of every major.
//!
//! | room | proves |
//! |---|---|
//! | `walk` | each case of `cases/door`: apply, plan again, rollback, apply again |
//! | `crash` | the same, ended at boundaries of steps and resumed |
//! | `kills` | the same, killed at any moment under readers |
//! | `embedded` | cases on the embedded target |
//! | `graphs` | random projects and random edits |
//! | `parts` | selections, and what is published together |
//!
//! The oldest and the newest major run in full, the others as smoke; `DORMER_MAJORS=13,16` chooses others,
//! `DORMER_FULL=1` runs everything on all of them, `DORMER_DOOR=name` one case or those that begin so.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    reason = "a broken server or folder is a failed test"
)]

#[cfg(test)]
mod case;
#[cfg(test)]
mod crash;
#[cfg(all(test, feature = "embedded"))]
mod embedded;
#[cfg(test)]
mod end;
#[cfg(test)]
mod graphs;
#[cfg(test)]
mod kills;
#[cfg(test)]
mod majors;
#[cfg(test)]
mod parts;
#[cfg(test)]
mod walk;
