//! What others do to a target between the runs of Dormer, and while one is under way: a script that an
//! administrator runs, a view that an analyst makes, a loader that locks its table.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    reason = "scripts wait and look at the clock"
)]

#[cfg(test)]
mod adopting;
#[cfg(test)]
mod drift;
#[cfg(test)]
mod hands;
#[cfg(test)]
mod ills;
#[cfg(test)]
mod names;
#[cfg(test)]
mod tables;
