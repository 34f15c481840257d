//! The room of a private server that touches files: its own folder, and what says who is who.

#![expect(
    clippy::disallowed_methods,
    reason = "the room of a private server that touches files"
)]

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use super::runner::Owner;

/// For the owner alone.
const PRIVATE: u32 = 0o700;

/// Reads a file; none where there is none, or where it is no text.
pub(super) fn read(path: &Path) -> Option<String> {
    fs::read(path)
        .ok()
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

pub(super) fn write(path: &Path, text: &str) -> io::Result<()> {
    fs::write(path, text)
}

pub(super) fn exists(path: &Path) -> bool {
    path.exists()
}

/// Removes a file; one that is not there is removed.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    settled(fs::remove_file(path))
}

/// Removes a folder with all that is in it; one that is not there is removed.
pub(super) fn remove_all(path: &Path) -> io::Result<()> {
    settled(fs::remove_dir_all(path))
}

/// Removes a folder that is empty; others stay.
pub(super) fn remove_empty(path: &Path) {
    let _ = fs::remove_dir(path);
}

fn settled(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

/// The names in a folder; none where it cannot be read.
pub(super) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.collect()
}

/// Whether nothing is in a folder, which may also not be there.
pub(super) fn empty(folder: &Path) -> io::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// Whether it is a file that somebody may run.
pub(super) fn runs(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|found| found.is_file() && found.mode() & 0o111 != 0)
}

pub(super) fn owner(path: &Path) -> Option<Owner> {
    let found = fs::metadata(path).ok()?;
    Some(Owner {
        user: found.uid(),
        group: found.gid(),
        mode: found.mode(),
    })
}

/// The way to a file or folder without links in it.
pub(super) fn whole(path: &Path) -> io::Result<PathBuf> {
    fs::canonicalize(path)
}

/// Makes a folder for its owner alone; fails where there is one.
pub(super) fn make_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().mode(PRIVATE).create(folder)
}

/// Makes a folder that others may pass; one that is there is made.
pub(super) fn make(folder: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o755).create(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        other => other,
    }
}

/// Closes a folder to everybody but its owner.
pub(super) fn close(folder: &Path) -> io::Result<()> {
    fs::set_permissions(folder, Permissions::from_mode(PRIVATE))
}

/// Gives a file or folder to somebody.
pub(super) fn give(path: &Path, user: u32, group: u32) -> io::Result<()> {
    std::os::unix::fs::chown(path, Some(user), Some(group))
}

/// Opens a file that is only there to be locked; makes it where there is none.
pub(super) fn lockable(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    options.mode(0o600).open(path)
}

/// Opens a file to write at its end.
pub(super) fn appendable(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true).mode(0o600).open(path)
}

/// Whether anybody listens on a socket.
pub(super) fn answers(socket: &Path) -> bool {
    UnixStream::connect(socket).is_ok()
}
