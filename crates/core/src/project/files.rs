//! The only room that reads the disk: where the project is, and what its files hold.
//!
//! - Only `*.sql`; what is hidden (a leading dot, so `.dormer` too) is passed over.
//! - The list is sorted by path, whatever the order of the disk.
//! - **Links are followed, each folder is entered once,** so that a loop of links ends.
//! - What cannot be read is a value beside the files, never the end of reading.

#![expect(
    clippy::disallowed_methods,
    reason = "this is the room that the files are read in"
)]

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::config::{FILE_NAME, Folder};
use crate::diagnostic::{FilePath, Location};

/// What could not be read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("folder \"{path}\" does not exist")]
    FolderMissing {
        path: String,
        at: Option<Location>,
        /// A folder beside it that has SQL files, where there is just one.
        beside: Option<String>,
    },
    #[error("folder \"{path}\" is outside of the project")]
    FolderOutside { path: String, at: Option<Location> },
    #[error("\"{path}\" cannot be read")]
    Unreadable { path: FilePath, source: io::Error },
}

/// The bytes of one file.
#[derive(Debug)]
pub struct File {
    pub path: FilePath,
    pub bytes: Vec<u8>,
}

/// Finds the project's folder: `start` or the nearest parent that holds `dormer.toml`.
#[must_use]
pub fn find_root(start: &Path) -> Option<PathBuf> {
    let start = fs::canonicalize(start).ok()?;
    let found = start.ancestors().find(|dir| dir.join(FILE_NAME).is_file());
    found.map(Path::to_path_buf)
}

/// Reads a file beside `dormer.toml`; none where there is no such file.
///
/// # Errors
/// The file is there and cannot be read.
pub fn read_one(root: &Path, name: &str) -> Result<Option<Vec<u8>>, FileError> {
    match fs::read(root.join(name)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(FileError::Unreadable {
            path: FilePath::new(name),
            source,
        }),
    }
}

/// Reads the files of all folders, each file once, and makes something of each at once, in
/// parallel: the bytes of all files are never in memory together.
pub fn read<T: Send>(
    root: &Path,
    folders: &[Folder],
    each: impl Fn(File) -> T + Sync,
) -> (Vec<T>, Vec<FileError>) {
    let mut walk = Walk::default();
    for folder in folders {
        walk.folder(root, folder);
    }
    let read: Vec<Result<T, FileError>> = walk
        .found
        .into_iter()
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|(path, on_disk)| match fs::read(on_disk) {
            Ok(bytes) => Ok(each(File { path, bytes })),
            Err(source) => Err(FileError::Unreadable { path, source }),
        })
        .collect();
    let mut files = Vec::with_capacity(read.len());
    for file in read {
        match file {
            Ok(file) => files.push(file),
            Err(error) => walk.errors.push(error),
        }
    }
    (files, walk.errors)
}

/// The folder of a project that has SQL files in it, where there is just one.
fn only_with_sql(root: &Path) -> Option<String> {
    let entries = fs::read_dir(root).ok()?.flatten();
    let names = entries.filter(|entry| entry.path().is_dir());
    let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut with_sql = names.filter(|name| {
        let mut walk = Walk::default();
        if !name.starts_with('.') {
            walk.enter("", &root.join(name));
        }
        !walk.found.is_empty()
    });
    let only = with_sql.next()?;
    with_sql.next().is_none().then_some(only)
}

#[derive(Default)]
struct Walk {
    found: BTreeSet<(FilePath, PathBuf)>,
    entered: BTreeSet<PathBuf>,
    errors: Vec<FileError>,
}

impl Walk {
    fn folder(&mut self, root: &Path, folder: &Folder) {
        let path = folder.path.trim_end_matches('/');
        let path = path.trim_start_matches("./");
        let on_disk = root.join(path);
        let at = || folder.at.clone();
        if path.starts_with('/') || path.split('/').any(|part| part == "..") {
            let path = folder.path.clone();
            return self
                .errors
                .push(FileError::FolderOutside { path, at: at() });
        }
        if !on_disk.is_dir() {
            return self.errors.push(FileError::FolderMissing {
                path: folder.path.clone(),
                at: at(),
                beside: only_with_sql(root),
            });
        }
        let prefix = if path == "." || path.is_empty() {
            String::new()
        } else {
            format!("{path}/")
        };
        self.enter(&prefix, &on_disk);
    }

    fn enter(&mut self, prefix: &str, folder: &Path) {
        let entries = fs::canonicalize(folder)
            .map(|real| self.entered.insert(real))
            .and_then(|new| new.then(|| fs::read_dir(folder)).transpose());
        let entries = match entries {
            Ok(Some(entries)) => entries,
            Ok(None) => return,
            Err(source) => return self.unreadable(prefix.trim_end_matches('/'), source),
        };
        let mut folders = Vec::new();
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(source) => {
                    self.unreadable(prefix.trim_end_matches('/'), source);
                    continue;
                }
            };
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with('.') {
                continue;
            }
            let path = format!("{prefix}{name}");
            let on_disk = entry.path();
            let kind = match entry.file_type() {
                Ok(kind) if kind.is_symlink() => {
                    fs::metadata(&on_disk).map(|data| data.file_type())
                }
                kind => kind,
            };
            match kind {
                Ok(kind) if kind.is_dir() => folders.push((format!("{path}/"), on_disk)),
                Ok(_) if name.ends_with(".sql") => {
                    self.found.insert((FilePath::new(&path), on_disk));
                }
                Err(source) if name.ends_with(".sql") => self.unreadable(&path, source),
                Ok(_) | Err(_) => {}
            }
        }
        folders.sort();
        for (prefix, folder) in folders {
            self.enter(&prefix, &folder);
        }
    }

    fn unreadable(&mut self, path: &str, source: io::Error) {
        let path = FilePath::new(path);
        self.errors.push(FileError::Unreadable { path, source });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(path: &str) -> Folder {
        Folder {
            path: path.to_owned(),
            at: None,
        }
    }

    #[test]
    fn links_that_loop_end_and_hidden_files_are_passed_over() {
        let root = std::env::temp_dir().join(format!("dormer-files-{}", std::process::id()));
        let views = root.join("views/b/.hidden");
        fs::create_dir_all(&views).unwrap();
        fs::write(root.join(FILE_NAME), "").unwrap();
        for path in [
            "views/b/z.sql",
            "views/a.sql",
            "views/b/.x.sql",
            "views/b/.hidden/y.sql",
        ] {
            fs::write(root.join(path), path).unwrap();
        }
        fs::write(root.join("views/readme.md"), "").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(root.join("views"), root.join("views/b/loop")).unwrap();
        let folders = [folder("views"), folder("views/b"), folder("none")];
        let (paths, errors) = read(&root, &folders, |file| file.path.to_string());
        assert_eq!(paths, ["views/a.sql", "views/b/z.sql"]);
        assert!(matches!(errors[..], [FileError::FolderMissing { .. }]));
        let found = find_root(&root.join("views/b")).unwrap();
        assert_eq!(found, fs::canonicalize(&root).unwrap());
        fs::remove_dir_all(&root).unwrap();
    }
}
