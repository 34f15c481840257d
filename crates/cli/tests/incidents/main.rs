//! What goes wrong in real life, each as a short script against a real PostgreSQL with real readers.
//!
//! `docs/incidents.md` is the list in words. **A gate, not a measurement:** an incident that does not end as
//! the list says is a failed test; the numbers beside it are what was seen this time.
//! Run by `cargo xtask incidents`, alone on the machine, because stalls are measured.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    reason = "scripts wait, read files and look at the clock"
)]

#[cfg(test)]
mod around;
#[cfg(test)]
mod changes;
#[cfg(test)]
mod crashes;
#[cfg(test)]
mod keeps;
#[cfg(test)]
mod lost;
#[cfg(test)]
mod plans;
#[cfg(test)]
mod proxy;
#[cfg(test)]
mod readers;
#[cfg(test)]
mod rights;
#[cfg(test)]
mod scene;
#[cfg(test)]
mod table;
