//! Sessions with real servers, from the address to the first answer, and what they write.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    reason = "tests make certificates and files of passwords"
)]

#[cfg(test)]
mod desk;
#[cfg(test)]
mod execute;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod lease;
#[cfg(test)]
mod pooler;
#[cfg(test)]
mod server;
#[cfg(test)]
mod tls;
