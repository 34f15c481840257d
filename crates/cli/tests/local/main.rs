//! Private servers, `local:PATH`: who starts and stops them, what a crash leaves, as whom they run.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    reason = "processes are waited for, and a broken folder is a failed test"
)]

#[cfg(test)]
mod crashes;
#[cfg(test)]
mod door;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod scene;
#[cfg(test)]
mod sharing;
#[cfg(test)]
mod users;
