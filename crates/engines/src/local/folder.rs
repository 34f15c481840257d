//! What lies where in the folder of a private server. **Names alone:** nothing here looks at the disk.
//!
//! | name | what |
//! |---|---|
//! | `data` | the data folder; whole from the first moment, since it is made as `data.new.<pid>` |
//! | `log`, `log.old` | what the server wrote since its last start, and before |
//! | `gate` | locked while somebody starts or stops the server |
//! | `users` | locked, shared, by every command at work |
//! | `kept` | the server stays when the last command leaves |
//! | `.gitignore` | keeps all of it out of git |

use std::path::{Path, PathBuf};

use dormer_core::engine::EngineError;

use super::{SCHEME, Site, problem};

/// The socket's number; it has its folder for itself.
pub(super) const PORT: u16 = 5432;
/// The bytes that a path of a socket has on every system.
const LONGEST_SOCKET: usize = 103;

/// The folder of one private server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Folder {
    root: PathBuf,
}

/// How the names of data folders begin that are being made.
pub(super) const NEW: &str = "data.new.";

impl Folder {
    /// Reads the address.
    ///
    /// # Errors
    ///
    /// When it names no folder.
    pub(super) fn of(site: Site<'_>) -> Result<Self, EngineError> {
        let path = site.url.strip_prefix(SCHEME).unwrap_or(site.url).trim();
        if path.is_empty() {
            return Err(problem::no_folder());
        }
        Ok(Self::at(PathBuf::from(path)))
    }

    pub(super) const fn at(root: PathBuf) -> Self {
        Self { root }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn data(&self) -> PathBuf {
        self.root.join("data")
    }

    /// Where the process of this number makes the data folder: what a killed one left may still be written to.
    pub(super) fn new_data(&self, me: u32) -> PathBuf {
        self.root.join(format!("{NEW}{me}"))
    }

    pub(super) fn pidfile(&self) -> PathBuf {
        self.data().join("postmaster.pid")
    }

    pub(super) fn version(&self) -> PathBuf {
        self.data().join("PG_VERSION")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.root.join("log")
    }

    pub(super) fn old_log(&self) -> PathBuf {
        self.root.join("log.old")
    }

    pub(super) fn gate(&self) -> PathBuf {
        self.root.join("gate")
    }

    pub(super) fn users(&self) -> PathBuf {
        self.root.join("users")
    }

    pub(super) fn kept(&self) -> PathBuf {
        self.root.join("kept")
    }

    pub(super) fn gitignore(&self) -> PathBuf {
        self.root.join(".gitignore")
    }
}

/// The socket in a folder.
pub(super) fn socket(folder: &Path) -> PathBuf {
    folder.join(format!(".s.PGSQL.{PORT}"))
}

/// What the server puts beside its socket.
pub(super) fn socket_lock(folder: &Path) -> PathBuf {
    folder.join(format!(".s.PGSQL.{PORT}.lock"))
}

/// Whether a socket can be in a folder: its path is short enough, and of characters that need no
/// quotes anywhere.
pub(super) fn holds_socket(folder: &Path) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+@".contains(&byte);
    let path = socket(folder);
    let bytes = path.as_os_str().as_encoded_bytes();
    bytes.len() <= LONGEST_SOCKET && bytes.iter().copied().all(plain)
}

/// The address of the server behind a socket.
pub(super) fn url(socket_folder: &Path) -> String {
    let mut host = String::new();
    for byte in socket_folder.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() {
            host.push(char::from(*byte));
        } else {
            host.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("postgres://{NAME}@{host}:{PORT}/{NAME}")
}

/// The superuser and the database of every private server.
pub(super) const NAME: &str = "dormer";

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str) -> Result<Folder, EngineError> {
        Folder::of(Site {
            url,
            environment: &|_| None,
        })
    }

    #[test]
    fn an_address_names_a_folder() {
        let root = |url| of(url).unwrap().root;
        assert_eq!(root("local:/var/my pg"), Path::new("/var/my pg"));
        assert_eq!(root("local: .dormer/pg"), Path::new(".dormer/pg"));
        let error = of("local:").unwrap_err();
        assert_eq!(error.message, "the address \"local:\" names no folder");
    }

    #[test]
    fn a_long_or_odd_path_holds_no_socket() {
        assert!(holds_socket(Path::new("/srv/shop/.dormer/pg")));
        assert!(!holds_socket(Path::new("/srv/my shop/.dormer/pg")));
        assert!(!holds_socket(Path::new(&format!("/{}", "a".repeat(90)))));
        assert!(holds_socket(Path::new(&format!("/{}", "a".repeat(88)))));
    }

    #[test]
    fn the_address_of_a_socket_is_a_url() {
        assert_eq!(
            url(Path::new("/run/a-b")),
            "postgres://dormer@%2Frun%2Fa%2Db:5432/dormer"
        );
    }
}
