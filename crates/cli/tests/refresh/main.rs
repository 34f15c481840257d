//! `dormer refresh` against a real PostgreSQL: what is sent, what readers feel, what a crash leaves, and
//! whether a view that is called fresh is.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    reason = "scripts wait and look at the clock"
)]

#[cfg(test)]
mod counters;
#[cfg(test)]
mod runs;
#[cfg(test)]
mod scene;
