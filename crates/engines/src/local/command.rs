//! What `dormer local` does: keeps a private server running, stops it, looks at it.

use std::path::PathBuf;

use dormer_core::engine::EngineError;

use super::folder::{self, Folder};
use super::keeper::{Gate, Stay, in_use};
use super::server::{self, Look};
use super::{Site, disk, problem};

/// What a private server is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Life {
    /// No command ever asked for it.
    NotMade,
    Stopped,
    Running,
    /// It recovers from a crash.
    Changing,
}

/// What is seen of a private server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    pub folder: PathBuf,
    pub life: Life,
    /// It stays when the last command leaves.
    pub kept: bool,
    /// A command is at work.
    pub used: bool,
    /// The version of its data.
    pub major: Option<u16>,
    pub pid: Option<u32>,
    /// The folder of its socket, while it runs.
    pub socket_folder: Option<PathBuf>,
    /// What a session with it needs: superuser and database have this name.
    pub user: &'static str,
    pub port: u16,
}

/// How a stop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Down {
    Stopped,
    /// It did not run.
    Nothing,
    /// Commands are at work; the last of them stops it.
    Later,
}

/// Whether an address is that of a private server.
#[must_use]
pub fn is_local(url: &str) -> bool {
    url.starts_with(super::SCHEME)
}

/// Starts the server where it does not run, and keeps it.
///
/// # Errors
///
/// When it does not start.
pub fn up(site: Site<'_>) -> Result<Status, EngineError> {
    let asked = Folder::of(site)?;
    let stay = Stay::enter(&asked, site)?;
    let kept = asked.kept();
    disk::write(&kept, "").map_err(|error| problem::of_file("write", &kept, &error))?;
    drop(stay);
    status(site)
}

/// Keeps the server no longer, and stops it as soon as no command uses it.
///
/// # Errors
///
/// When it does not stop.
pub fn down(site: Site<'_>) -> Result<Down, EngineError> {
    let Some(folder) = made(site)? else {
        return Ok(Down::Nothing);
    };
    let _gate = Gate::pass(&folder)?;
    let kept = folder.kept();
    disk::remove(&kept).map_err(|error| problem::of_file("remove", &kept, &error))?;
    if in_use(&folder) {
        return Ok(Down::Later);
    }
    let stopped = server::stop(&folder, None)?;
    Ok(if stopped {
        Down::Stopped
    } else {
        Down::Nothing
    })
}

/// Looks at the server; starts and changes nothing.
///
/// # Errors
///
/// When its folder cannot be looked into.
pub fn status(site: Site<'_>) -> Result<Status, EngineError> {
    let asked = Folder::of(site)?;
    let mut status = Status {
        folder: asked.root().to_owned(),
        life: Life::NotMade,
        kept: false,
        used: false,
        major: None,
        pid: None,
        socket_folder: None,
        user: folder::NAME,
        port: folder::PORT,
    };
    let Some(folder) = made(site)? else {
        return Ok(status);
    };
    let _gate = Gate::pass(&folder)?;
    let version = disk::read(&folder.version());
    status.major = version.and_then(|text| text.trim().parse().ok());
    status.kept = disk::exists(&folder.kept());
    status.used = in_use(&folder);
    (status.life, status.pid, status.socket_folder) = match server::look(&folder) {
        Look::Absent if status.major.is_none() => (Life::NotMade, None, None),
        Look::Absent | Look::Dead(_) => (Life::Stopped, None, None),
        Look::Ready(at, pid) => (Life::Running, Some(pid), Some(at)),
        Look::Changing(pid) => (Life::Changing, Some(pid), None),
    };
    Ok(status)
}

/// The folder without links, where there is one of ours.
fn made(site: Site<'_>) -> Result<Option<Folder>, EngineError> {
    let asked = Folder::of(site)?;
    let root = asked.root();
    if !disk::exists(&asked.gate()) {
        let nothing = disk::empty(root);
        return match nothing.map_err(|error| problem::of_file("look into", root, &error))? {
            true => Ok(None),
            false => Err(problem::not_ours(root)),
        };
    }
    let whole = disk::whole(root).map_err(|error| problem::of_file("find", root, &error))?;
    Ok(Some(Folder::at(whole)))
}
