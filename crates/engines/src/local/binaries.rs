//! Which PostgreSQL of this machine a private server is made of.
//!
//! `DORMER_PG_BIN` names a folder and nothing else is looked at. Without it all folders of `PATH` and
//! the usual ones are, and the newest version that Dormer knows is taken; of two equal ones the first.
//! A data folder that exists needs its own version. **Pure:** the machine is a trait.

use std::path::{Path, PathBuf};

/// The variable that names the folder of the binaries.
pub(super) const VARIABLE: &str = "DORMER_PG_BIN";
/// The versions that Dormer knows.
pub(super) const OLDEST: u16 = 13;
const NEWEST: u16 = 18;

/// Folders with one version each: where they are, how they are called, what follows.
const USUAL: [(&str, &str, &str); 8] = [
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/usr/libexec", "postgresql", ""),
    ("/opt/homebrew/opt", "postgresql", "bin"),
    ("/usr/local/opt", "postgresql", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
    ("/Library/PostgreSQL", "", "bin"),
    ("/opt/local/lib", "postgresql", "bin"),
];
const ALONE: &str = "/usr/local/pgsql/bin";

/// What is asked of the machine.
pub(super) trait Machine {
    /// The names in a folder; none where there is no such folder.
    fn names(&self, folder: &Path) -> Vec<String>;
    fn has(&self, file: &Path) -> bool;
    /// Whether the user of the server may run what is in a folder.
    fn open(&self, folder: &Path) -> bool;
    /// What `postgres --version` says.
    fn version(&self, postgres: &Path) -> Option<String>;
}

/// The folder with `initdb` and `postgres` of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    pub(super) folder: PathBuf,
    pub(super) major: u16,
}

impl Binaries {
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// What was found, the best first, and where it was looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Found {
    pub(super) binaries: Vec<Binaries>,
    /// Complete, but not to be entered by the user of the server.
    pub(super) closed: Vec<PathBuf>,
    /// The folder that the variable names, where it names one.
    pub(super) named: Option<String>,
    /// For people: `PATH`, `/usr/lib/postgresql/*/bin`.
    pub(super) looked: Vec<String>,
}

impl Found {
    /// The best, or the best of the version that a data folder has.
    pub(super) fn choose(&self, wanted: Option<u16>) -> Option<&Binaries> {
        let mut all = self.binaries.iter();
        match wanted {
            None => all.find(|found| found.major >= OLDEST),
            Some(wanted) => all.find(|found| found.major == wanted),
        }
    }
}

/// Looks for all of them.
pub(super) fn find(machine: &dyn Machine, given: Option<&str>, path: Option<&str>) -> Found {
    let mut found = Found::default();
    let mut folders = Vec::new();
    if let Some(given) = given {
        found.looked.push(format!("{VARIABLE}={given}"));
        found.named = Some(given.to_owned());
        // Also the folder above, as people think of an installation.
        folders.extend([PathBuf::from(given), Path::new(given).join("bin")]);
    } else {
        found.looked.push("PATH".to_owned());
        let path = path.unwrap_or_default().split(':');
        folders.extend(
            path.filter(|folder| folder.starts_with('/'))
                .map(PathBuf::from),
        );
        for (parent, start, end) in USUAL {
            let shown = Path::new(parent).join(format!("{start}*")).join(end);
            let shown = shown.display().to_string();
            found.looked.push(shown.trim_end_matches('/').to_owned());
            let mut names = machine.names(Path::new(parent));
            names.sort();
            names.retain(|name| name.starts_with(start));
            folders.extend(
                names
                    .iter()
                    .map(|name| Path::new(parent).join(name).join(end)),
            );
        }
        found.looked.push(ALONE.to_owned());
        folders.push(PathBuf::from(ALONE));
    }
    for folder in folders {
        // Without a slash at its end, so that the same folder is the same.
        let folder: PathBuf = folder.components().collect();
        let complete = ["initdb", "postgres"]
            .iter()
            .all(|name| machine.has(&folder.join(name)));
        if !complete || found.binaries.iter().any(|known| known.folder == folder) {
            continue;
        }
        if !machine.open(&folder) {
            found.closed.push(folder);
            continue;
        }
        let version = machine.version(&folder.join("postgres"));
        if let Some(major) = version.as_deref().and_then(major_of) {
            found.binaries.push(Binaries { folder, major });
        }
    }
    let known = |found: &Binaries| (OLDEST..=NEWEST).contains(&found.major);
    // The order among equals stays.
    found
        .binaries
        .sort_by_key(|found| (!known(found), std::cmp::Reverse(found.major)));
    found
}

/// Reads `postgres (PostgreSQL) 18.4 (Debian 18.4-1)`.
fn major_of(version: &str) -> Option<u16> {
    let number = version.split_once("(PostgreSQL)")?.1.trim_start();
    let digits = number.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// A machine with these folders, each with what its `postgres --version` says.
    #[derive(Default)]
    struct Imagined(BTreeMap<PathBuf, String>);

    impl Imagined {
        fn with(mut self, folder: &str, version: &str) -> Self {
            let text = format!("postgres (PostgreSQL) {version}\n");
            self.0.insert(PathBuf::from(folder), text);
            self
        }
    }

    impl Machine for Imagined {
        fn names(&self, folder: &Path) -> Vec<String> {
            let below = self
                .0
                .keys()
                .filter_map(|path| path.strip_prefix(folder).ok());
            let names = below.filter_map(|path| path.iter().next()?.to_str());
            names.map(str::to_owned).collect()
        }

        fn has(&self, file: &Path) -> bool {
            file.parent()
                .is_some_and(|folder| self.0.contains_key(folder))
        }

        fn open(&self, folder: &Path) -> bool {
            !folder.starts_with("/closed")
        }

        fn version(&self, postgres: &Path) -> Option<String> {
            self.0.get(postgres.parent()?).cloned()
        }
    }

    fn machine() -> Imagined {
        Imagined::default()
            .with("/usr/bin", "14.2")
            .with("/usr/lib/postgresql/9/bin", "9.6.24")
            .with("/usr/lib/postgresql/16/bin", "16.4 (Debian 16.4-1)")
            .with("/usr/lib/postgresql/18/bin", "18.1")
            .with("/usr/libexec/postgresql17", "17.2")
            .with("/usr/local/pgsql/bin", "19devel")
            .with("/closed/pg/bin", "18.4")
    }

    fn folder(found: &Found, wanted: Option<u16>) -> Option<&str> {
        found.choose(wanted)?.folder.to_str()
    }

    #[test]
    fn the_newest_known_version_is_taken() {
        let found = find(&machine(), None, Some("/usr/bin:relative:/bin"));
        let majors: Vec<u16> = found.binaries.iter().map(|found| found.major).collect();
        assert_eq!(majors, [18, 17, 16, 14, 19, 9]);
        assert_eq!(folder(&found, None), Some("/usr/lib/postgresql/18/bin"));
    }

    #[test]
    fn a_data_folder_gets_its_own_version() {
        let found = find(&machine(), None, Some("/usr/bin"));
        assert_eq!(folder(&found, Some(14)), Some("/usr/bin"));
        assert_eq!(folder(&found, Some(17)), Some("/usr/libexec/postgresql17"));
        assert_eq!(folder(&found, Some(15)), None);
    }

    #[test]
    fn the_first_of_two_equal_ones_is_taken() {
        let machine = machine().with("/opt/pg/bin", "18.4");
        let found = find(&machine, None, Some("/opt/pg/bin"));
        assert_eq!(folder(&found, None), Some("/opt/pg/bin"));
    }

    #[test]
    fn a_named_folder_counts_alone() {
        let found = find(&machine(), Some("/usr/lib/postgresql/16"), Some("/usr/bin"));
        assert_eq!(found.binaries.len(), 1);
        assert_eq!(folder(&found, None), Some("/usr/lib/postgresql/16/bin"));
        let found = find(&machine(), Some("/nowhere"), Some("/usr/bin"));
        assert_eq!(found.choose(None), None);
        assert_eq!(found.looked, ["DORMER_PG_BIN=/nowhere"]);
    }

    #[test]
    fn what_is_too_old_or_closed_is_not_taken() {
        let old = Imagined::default().with("/usr/lib/postgresql/9/bin", "9.6.24");
        assert_eq!(find(&old, None, None).choose(None), None);
        let found = find(&machine(), Some("/closed/pg/bin"), None);
        assert_eq!(found.choose(None), None);
        assert_eq!(found.closed, [PathBuf::from("/closed/pg/bin")]);
    }

    #[test]
    fn all_places_are_named() {
        let found = find(&Imagined::default(), None, None);
        assert_eq!(found.looked.first().map(String::as_str), Some("PATH"));
        assert_eq!(found.looked.len(), USUAL.len() + 2);
        assert!(
            found
                .looked
                .iter()
                .any(|place| place == "/usr/lib/postgresql/*/bin")
        );
        assert!(
            found
                .looked
                .iter()
                .any(|place| place == "/usr/libexec/postgresql*")
        );
    }
}
