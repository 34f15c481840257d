//! The folder of a database: made private, kept out of git, open in one process at a time.
//!
//! | in it | what |
//! |---|---|
//! | `data` | the files of PostgreSQL |
//! | `holder` | the number of the process that has it open; held by a lock of the system |
//! | `.gitignore` | nothing of this is for git |
//!
//! **The lock ends with its process,** however that ends: a number that is left behind means nothing.

use std::error::Error;
use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

const DATA: &str = "data";
const HOLDER: &str = "holder";
const GITIGNORE: &str = ".gitignore";

/// Who has a folder open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// This very process.
    Own,
    /// Another process, by its number where it is known.
    Other(Option<u32>),
}

/// Why a folder cannot be opened.
#[derive(Debug)]
pub enum Trouble {
    Held {
        path: PathBuf,
        by: Holder,
    },
    /// It holds files of somebody else.
    Foreign {
        path: PathBuf,
    },
    Folder {
        doing: &'static str,
        path: PathBuf,
        error: io::Error,
    },
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Held { path, by } => {
                let path = path.display();
                match by {
                    Holder::Own => write!(f, "this process has {path} open already"),
                    Holder::Other(Some(pid)) => {
                        write!(f, "process {pid} has {path} open")
                    }
                    Holder::Other(None) => write!(f, "another process has {path} open"),
                }
            }
            Self::Foreign { path } => {
                write!(f, "{} holds files of something else", path.display())
            }
            Self::Folder { doing, path, .. } => write!(f, "cannot {doing} {}", path.display()),
        }
    }
}

impl Error for Trouble {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Held { .. } | Self::Foreign { .. } => None,
            Self::Folder { error, .. } => Some(error),
        }
    }
}

/// A folder that nobody else may open as long as this value lives.
#[derive(Debug)]
pub(crate) struct Held {
    /// Where the files of the database are, or will be.
    pub(crate) data: PathBuf,
    _lock: File,
}

impl Held {
    /// Makes the folder where there is none, and takes it.
    pub(crate) fn take(folder: &Path) -> Result<Self, Trouble> {
        let trouble = |doing| {
            move |error| Trouble::Folder {
                doing,
                path: folder.to_owned(),
                error,
            }
        };
        make(folder).map_err(trouble("make"))?;
        if foreign(folder).map_err(trouble("read"))? {
            return Err(Trouble::Foreign {
                path: folder.to_owned(),
            });
        }
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut lock = options
            .open(folder.join(HOLDER))
            .map_err(trouble("write to"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Trouble::Held {
                    path: folder.to_owned(),
                    by: holder(&mut lock),
                });
            }
            Err(TryLockError::Error(error)) => return Err(trouble("lock")(error)),
        }
        let ignored = folder.join(GITIGNORE);
        if !ignored.exists() {
            fs::write(ignored, "*\n").map_err(trouble("write to"))?;
        }
        sign(&mut lock).map_err(trouble("write to"))?;
        Ok(Self {
            // Whatever the current folder becomes.
            data: std::path::absolute(folder)
                .map_err(trouble("find"))?
                .join(DATA),
            _lock: lock,
        })
    }
}

/// Makes a folder that only its owner can look into; those above it as usual.
fn make(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(above) = folder.parent() {
        fs::create_dir_all(above)?;
    }
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(folder) {
        // Somebody else was quicker.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

/// Whether a folder holds files and none of a database.
fn foreign(folder: &Path) -> io::Result<bool> {
    let mut other = false;
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        if name == HOLDER || name == DATA {
            return Ok(false);
        }
        other |= name != GITIGNORE;
    }
    Ok(other)
}

fn sign(lock: &mut File) -> io::Result<()> {
    lock.set_len(0)?;
    lock.rewind()?;
    writeln!(lock, "{}", std::process::id())?;
    lock.flush()
}

fn holder(lock: &mut File) -> Holder {
    let mut text = String::new();
    // Between the lock and the number is a moment.
    let read = lock.read_to_string(&mut text).ok();
    let pid = read.and_then(|_| text.trim().parse().ok());
    if pid == Some(std::process::id()) {
        Holder::Own
    } else {
        Holder::Other(pid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("dormer-{name}-{}", std::process::id()));
        drop(fs::remove_dir_all(&folder));
        folder
    }

    #[test]
    fn folder_is_private_and_ignored_and_held_once() {
        let folder = scratch("folder");
        let path = folder.join("a/dev");
        let held = Held::take(&path).unwrap();
        assert_eq!(held.data, path.join("data"));
        assert_eq!(fs::read_to_string(path.join(".gitignore")).unwrap(), "*\n");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700);
        }
        let refused = Held::take(&path).unwrap_err();
        assert!(matches!(
            refused,
            Trouble::Held {
                by: Holder::Own,
                ..
            }
        ));
        drop(held);
        drop(Held::take(&path).unwrap());
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn folder_of_something_else_is_refused() {
        let folder = scratch("foreign");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("a.sql"), "SELECT 1").unwrap();
        let refused = Held::take(&folder).unwrap_err();
        assert!(matches!(refused, Trouble::Foreign { .. }));
        let mut left: Vec<_> = fs::read_dir(&folder).unwrap().collect();
        assert_eq!(left.len(), 1, "{:?}", left.pop());
        fs::remove_dir_all(&folder).unwrap();
    }
}
