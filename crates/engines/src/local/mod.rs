//! A private PostgreSQL for one project, `local:PATH`: a native server from binaries of this machine.
//!
//! | room | does |
//! |---|---|
//! | `folder` | what lies where below PATH |
//! | `binaries` | which PostgreSQL of this machine |
//! | `runner` | as whom the server runs: PostgreSQL refuses root |
//! | `server` | makes the data folder, starts and stops the server |
//! | `keeper` | who uses the server: the first starts it, the last one out stops it |
//! | `command` | what `dormer local` does |
//! | `pidfile` | what a server says about itself |
//! | `problem` | what can go wrong, in words |
//! | `disk`, `process` | the rooms that touch files, and that start programs |
//!
//! Limits: unix systems; one server for one PATH; binaries that are there, nothing is downloaded.
//!
//! - **No port is opened.** The server listens on a unix socket in a folder of its owner alone; whoever
//!   may enter that folder is let in.
//! - **Nobody counts users.** Each command holds a shared lock on one file, which ends with its process
//!   however it ends; who can take that lock alone is the last.
//! - **No foreign process is ever ended**, and no data folder touched that Dormer did not make.
//! - **It is PostgreSQL from there on:** sessions, statements and inspection are those of the engine.

mod binaries;
mod command;
mod disk;
mod folder;
mod keeper;
mod pidfile;
mod problem;
mod process;
mod runner;
mod server;

pub use command::{Down, Life, Status, down, is_local, status, up};
pub(crate) use keeper::Keeper;

/// How the address of a private server begins.
pub(crate) const SCHEME: &str = "local:";

/// The value of an environment variable, where it is set.
type Environment<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

/// Where a private server is asked for.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    /// The whole address, `local:PATH`.
    pub url: &'a str,
    pub environment: Environment<'a>,
}

impl std::fmt::Debug for Site<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Site")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}
