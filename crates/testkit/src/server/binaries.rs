//! Finds the PostgreSQL binaries of this machine.
//!
//! The order is `DORMER_PG_BIN`, `target/pg/<major>`, Debian's folders, `PATH`; nothing found is an error with a hint.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use super::ServerError;

/// The folder that holds `initdb` and `postgres` of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    folder: PathBuf,
    major: u16,
}

impl Binaries {
    /// Finds the first: `DORMER_PG_BIN`, then `target/pg` and Debian's folders with the newest ahead, then `PATH`.
    pub fn find() -> Result<Self, ServerError> {
        let places = places();
        let found = places.iter().find_map(|folder| Self::at(folder));
        found.ok_or_else(|| not_found("binaries".to_owned(), &places))
    }

    /// Finds the first of one major version, in the same order.
    pub fn find_major(major: u16) -> Result<Self, ServerError> {
        let places = places();
        let found = places.iter().filter_map(|folder| Self::at(folder));
        found
            .into_iter()
            .find(|binaries| binaries.major == major)
            .ok_or_else(|| not_found(major.to_string(), &places))
    }

    /// Finds one of each major version that this machine has, the oldest first.
    pub fn all() -> Result<Vec<Self>, ServerError> {
        let places = places();
        let mut by_major = BTreeMap::new();
        for found in places.iter().filter_map(|folder| Self::at(folder)) {
            by_major.entry(found.major).or_insert(found);
        }
        if by_major.is_empty() {
            return Err(not_found("binaries".to_owned(), &places));
        }
        Ok(by_major.into_values().collect())
    }

    /// Takes a folder that holds both programs, and asks the server for its version.
    #[must_use]
    pub fn at(folder: &Path) -> Option<Self> {
        if !folder.join("initdb").is_file() {
            return None;
        }
        let output = Command::new(folder.join("postgres"))
            .arg("--version")
            .output()
            .ok()?;
        let major = major_of(&String::from_utf8_lossy(&output.stdout))?;
        Some(Self {
            folder: folder.to_owned(),
            major,
        })
    }

    #[must_use]
    pub fn major(&self) -> u16 {
        self.major
    }

    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// Reads `postgres (PostgreSQL) 18.4 (Debian 18.4-1)`.
fn major_of(version: &str) -> Option<u16> {
    let number = version.split_once("(PostgreSQL)")?.1.trim_start();
    let digits = number.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

fn not_found(wanted: String, places: &[PathBuf]) -> ServerError {
    let looked: Vec<_> = places
        .iter()
        .map(|place| place.display().to_string())
        .collect();
    let looked = format!("DORMER_PG_BIN, target/pg, {}", looked.join(", "));
    ServerError::NotFound {
        wanted,
        looked,
        hint: "cargo xtask test (it installs what tests need)",
    }
}

fn places() -> Vec<PathBuf> {
    let mut places: Vec<PathBuf> = env::var_os("DORMER_PG_BIN")
        .map(PathBuf::from)
        .into_iter()
        .collect();
    places.extend(numbered(&target_folder().join("pg")));
    places.extend(numbered(Path::new("/usr/lib/postgresql")));
    places.extend(env::var_os("PATH").iter().flat_map(env::split_paths));
    places
}

fn target_folder() -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => workspace.join(folder),
        None => workspace.join("target"),
    }
}

/// The `bin` folders under folders named by a major version, newest first.
fn numbered(parent: &Path) -> Vec<PathBuf> {
    let mut majors: Vec<u16> = fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect();
    majors.sort_unstable_by(|a, b| b.cmp(a));
    majors
        .into_iter()
        .map(|major| parent.join(major.to_string()).join("bin"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn major_is_read_from_any_version_text() {
        assert_eq!(major_of("postgres (PostgreSQL) 18.4\n"), Some(18));
        assert_eq!(
            major_of("postgres (PostgreSQL) 15.16 (Debian 15.16-0+deb12u1)"),
            Some(15)
        );
        assert_eq!(major_of("postgres (PostgreSQL) 19beta1"), Some(19));
        assert_eq!(major_of("something else"), None);
    }

    #[test]
    fn missing_major_says_where_it_looked_and_what_to_do() {
        let text = Binaries::find_major(3).unwrap_err().to_string();
        assert!(
            text.contains("target/pg") && text.contains("cargo xtask test"),
            "{text}"
        );
    }
}
