//! Sessions with real servers, from the address to the first answer.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    reason = "tests make certificates and files of passwords"
)]

#[cfg(test)]
mod pooler;
#[cfg(test)]
mod server;
#[cfg(test)]
mod tls;
