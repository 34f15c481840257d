//! Who uses a private server: the first command starts it, the last one out stops it.
//!
//! | file | lock | held by |
//! |---|---|---|
//! | `users` | shared | each command, from its first session to its end |
//! | `gate` | alone | whoever comes or leaves, for that moment |
//!
//! Whoever leaves lets go of `users`, and then tries to take it alone: whoever can is the last. Locks end with
//! their process, so a command that is killed is no user any more; the server that it leaves behind
//! serves the next command, and is stopped when that one leaves. Under the gate nobody comes meanwhile.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::{Mutex, PoisonError};

use dormer_core::engine::EngineError;

use super::folder::{self, Folder};
use super::server::{self, Look, Server};
use super::{Site, disk, problem, process};
use crate::wire::address::Address;

const LOOK_EVERY: u64 = 3;
/// A server that is made and started, or stopped, takes far less; in milliseconds.
const PATIENCE: u64 = 120_000;

/// Keeps the private servers of one command running, for as long as it lives.
#[derive(Debug, Default)]
pub(crate) struct Keeper {
    stays: Mutex<Vec<Stay>>,
}

impl Keeper {
    /// Sees to it that the server runs, and tells where.
    ///
    /// # Errors
    ///
    /// When it does not run, for want of binaries, space, rights.
    pub(crate) fn address(&self, site: Site<'_>) -> Result<Address, EngineError> {
        let folder = Folder::of(site)?;
        let mut stays = self.stays.lock().unwrap_or_else(PoisonError::into_inner);
        let at = match stays.iter_mut().find(|stay| stay.asked == folder) {
            Some(stay) => stay.again(site)?,
            None => {
                let stay = Stay::enter(&folder, site)?;
                let at = stay.at.clone();
                stays.push(stay);
                at
            }
        };
        address(&at, site)
    }
}

/// The address of the server behind a socket. Of the variables of the person only those count that say
/// nothing about where the server is.
fn address(at: &Path, site: Site<'_>) -> Result<Address, EngineError> {
    let environment = |name: &str| {
        let harmless = ["PGAPPNAME", "PGCONNECT_TIMEOUT", "PGOPTIONS"].contains(&name);
        harmless.then(|| (site.environment)(name)).flatten()
    };
    Address::parse(&folder::url(at), &environment)
}

/// One command at one server.
#[derive(Debug)]
pub(super) struct Stay {
    /// As it was asked for, and as it is without links.
    asked: Folder,
    folder: Folder,
    pub(super) at: PathBuf,
    users: File,
    child: Option<Child>,
}

impl Stay {
    /// Comes in, and starts the server where nobody did.
    pub(super) fn enter(asked: &Folder, site: Site<'_>) -> Result<Self, EngineError> {
        let environment = site.environment;
        Server {
            folder: asked,
            environment,
        }
        .prepare()?;
        let root = asked.root();
        let whole = disk::whole(root).map_err(|error| problem::of_file("find", root, &error))?;
        let folder = Folder::at(whole);
        let gate = Gate::pass(&folder)?;
        let path = folder.users();
        let users =
            disk::lockable(&path).map_err(|error| problem::of_file("write", &path, &error))?;
        users
            .lock_shared()
            .map_err(|error| problem::of_file("lock", &path, &error))?;
        let ran = Server {
            folder: &folder,
            environment,
        }
        .run();
        drop(gate);
        let (at, child) = ran?;
        Ok(Self {
            asked: asked.clone(),
            folder,
            at,
            users,
            child,
        })
    }

    /// Where the server is now; it is started again where it crashed.
    fn again(&mut self, site: Site<'_>) -> Result<PathBuf, EngineError> {
        if !matches!(server::look(&self.folder), Look::Ready(..)) {
            // A child that crashed is waited for, so that its number is free.
            let _ = self.child.as_mut().map(Child::try_wait);
            let gate = Gate::pass(&self.folder)?;
            let server = Server {
                folder: &self.folder,
                environment: site.environment,
            };
            let (at, child) = server.run()?;
            drop(gate);
            self.at = at;
            self.child = child.or_else(|| self.child.take());
        }
        Ok(self.at.clone())
    }

    fn leave(&mut self) -> Result<(), EngineError> {
        let path = self.folder.users();
        self.users
            .unlock()
            .map_err(|error| problem::of_file("unlock", &path, &error))?;
        let _gate = Gate::pass(&self.folder)?;
        if self.users.try_lock().is_ok() && !disk::exists(&self.folder.kept()) {
            server::stop(&self.folder, self.child.as_mut())?;
        }
        Ok(())
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        // Who cannot stop it leaves it to the next command; what this one did is done.
        let _ = self.leave();
    }
}

/// The right to start and stop a server; it ends when this is dropped.
pub(super) struct Gate {
    _file: File,
}

impl Gate {
    /// Waits until nobody else starts or stops it.
    pub(super) fn pass(folder: &Folder) -> Result<Self, EngineError> {
        let path = folder.gate();
        let file =
            disk::lockable(&path).map_err(|error| problem::of_file("write", &path, &error))?;
        for _ in 0..PATIENCE / LOOK_EVERY {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) => process::pause(LOOK_EVERY),
                Err(TryLockError::Error(error)) => {
                    return Err(problem::of_file("lock", &path, &error));
                }
            }
        }
        Err(problem::gate_closed(folder.root()))
    }
}

/// Whether a command uses the server now. **Only under the gate:** it takes the lock for a moment.
pub(super) fn in_use(folder: &Folder) -> bool {
    let file = disk::lockable(&folder.users());
    file.is_ok_and(|file| file.try_lock().is_err())
}
