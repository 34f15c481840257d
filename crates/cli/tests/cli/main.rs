//! The binary as people and scripts use it: transcripts, pages, and the edges of the system.
#![cfg(unix)]

#[cfg(test)]
mod edges;
#[cfg(all(test, unix, feature = "embedded"))]
mod embedded;
#[cfg(test)]
mod ends;
#[cfg(test)]
mod first_hour;
#[cfg(test)]
mod impact;
mod local;
#[cfg(test)]
mod lock;
#[cfg(test)]
mod outputs;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod runs;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod shell;
#[cfg(test)]
mod steady;
#[cfg(test)]
mod transcripts;
