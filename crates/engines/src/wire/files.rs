//! The one room of the engines that reads files: those that an address names, or that libpq would read.

#![expect(
    clippy::disallowed_methods,
    reason = "the one room of the engines that reads files"
)]

use std::path::Path;
use std::{fs, io};

/// Who else may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Readers {
    OwnerAlone,
    Others,
}

/// Reads a file with who may read it; none where there is no such file.
pub(super) fn read_private(path: &Path) -> io::Result<Option<(String, Readers)>> {
    let metadata = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    Ok(Some((fs::read_to_string(path)?, readers(&metadata))))
}

/// Reads a whole file.
pub(super) fn read(path: &Path) -> io::Result<Vec<u8>> {
    fs::read(path)
}

/// Tells whether there is such a file.
pub(super) fn exists(path: &Path) -> bool {
    path.is_file()
}

#[cfg(unix)]
fn readers(metadata: &fs::Metadata) -> Readers {
    use std::os::unix::fs::PermissionsExt as _;
    if metadata.permissions().mode() & 0o077 == 0 {
        Readers::OwnerAlone
    } else {
        Readers::Others
    }
}

#[cfg(not(unix))]
fn readers(_metadata: &fs::Metadata) -> Readers {
    Readers::OwnerAlone
}
