//! PostgreSQL from npm packages in pinned versions, each with the hash of its archive.
//!
//! An archive whose hash is another is not unpacked. `target/pg/<major>/{bin,lib,share}` is complete or absent: a new
//! one is made aside and renamed.

use std::path::{Path, PathBuf};
use std::{env, fs, io, process};

use serde::Deserialize;

use super::digest;
use crate::failure::{Failure, Outcome};
use crate::{command, output, workspace};

/// One archive of the registry: a major for a platform, in one version, with its SHA-512 as npm writes it.
struct Package {
    major: u16,
    platform: &'static str,
    version: &'static str,
    sha512: &'static str,
}

const X64: &str = "linux-x64";
const ARM64: &str = "linux-arm64";

/// Every major that can be had; the two oldest have no package for 64-bit ARM.
#[rustfmt::skip]
const PACKAGES: &[Package] = &[
    Package { major: 13, platform: X64, version: "13.23.0-beta.16",
        sha512: "0ipxynPYHBsr6aM8BS4yKdLNdYwWD08Xpu05JrvMkcLezmCr0hd0hA9Bq4mR+CdmY0flRKEtgkPbZhvhvDR4+w==" },
    Package { major: 14, platform: X64, version: "14.23.0-beta.17",
        sha512: "WlG1LDcOwA+V0uYSdSGCwqk/aDPiMX/X23cgNdYY5YcBprXjOH3IFoeCrgeXsct4Ep8LL8UsBP9/Ho2mpoea1w==" },
    Package { major: 15, platform: X64, version: "15.18.0-beta.17",
        sha512: "TC0kHcDMAusLbQXRc+9KMz1BLJY+ntfPNbwFP79f9IURSxPRgFLy0Ig8oF1J8Wy9Wnj0XdZkMItV3Nov/LwqhA==" },
    Package { major: 16, platform: X64, version: "16.14.0-beta.17",
        sha512: "8fr7hEiI7XlbPDPsLZJ4RU1NR6jTIDWpf81Sfiwk3T845V0yJJGxjawjkQZmIWVgPW/qY/dMSv0o08FRWJ/zsg==" },
    Package { major: 17, platform: X64, version: "17.10.0-beta.17",
        sha512: "hU4Sgna19ixDP/l3P/zkHhQ9B0JDV39qA97RNz55QcngeRjFC5/1G36LZjODVJ84kVJHUTQMmly7nzWO8js8kg==" },
    Package { major: 18, platform: X64, version: "18.4.0-beta.17",
        sha512: "jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==" },
    Package { major: 15, platform: ARM64, version: "15.18.0-beta.17",
        sha512: "ape8eUuz4O2KrO8mySDMEKuHYEppJ71EJ4IanBa1fH6LOui9wifm4+iJnhFkaY+WGBa/Rgw/of+RlFHO2i+bLg==" },
    Package { major: 16, platform: ARM64, version: "16.14.0-beta.17",
        sha512: "LNT9TXoOGR/RSop1PewcMtpuf1Dtg6sKU7sFA1ODqInRA8NoP15HyLekUHW5aWnruu4yfs1pcy6DaV39T556mQ==" },
    Package { major: 17, platform: ARM64, version: "17.10.0-beta.17",
        sha512: "mC+bQvaBEf0WDD0nPWW3eGUXDUVzoyCzMtgl+Fw6Jy9DkQFK+jcPtzkzqhhrS/fGzn5telNpKInl8xPqDh71Ig==" },
    Package { major: 18, platform: ARM64, version: "18.4.0-beta.17",
        sha512: "TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==" },
];

/// Why npm gave no binaries.
pub(super) enum Missing {
    /// This machine has no package of this major; it may have one of another.
    NoPackage(Failure),
    /// npm is not there or does not reach its registry; asking for another major is waiting in vain.
    Unreachable(Failure),
    /// The package is there and is not what it should be.
    Wrong(Failure),
}

/// Puts one major into `target/pg`.
pub(super) fn install(major: u16) -> Result<(), Missing> {
    let platform = match (env::consts::OS, env::consts::ARCH) {
        ("linux", "x86_64") => Some(X64),
        ("linux", "aarch64") => Some(ARM64),
        _ => None,
    };
    let mut packages = PACKAGES.iter();
    let wanted = packages.find(|known| known.major == major && Some(known.platform) == platform);
    let Some(wanted) = wanted else {
        return Err(Missing::NoPackage(Failure::new(format!(
            "no package of PostgreSQL {major} for this machine"
        ))));
    };
    let name = format!("@embedded-postgres/{}@{}", wanted.platform, wanted.version);
    output::say(&format!(
        "  installs PostgreSQL {major} into target/pg/{major} ({name})"
    ));
    let parent = workspace::target().join("pg");
    let aside = parent.join(format!(".{major}-{}", process::id()));
    let made = download(&name, &aside).and_then(|archive| {
        unpack(&archive, wanted, &aside, &parent.join(major.to_string())).map_err(Missing::Wrong)
    });
    drop(fs::remove_dir_all(&aside));
    made
}

fn download(name: &str, aside: &Path) -> Result<PathBuf, Missing> {
    fs::create_dir_all(aside)
        .map_err(|error| Missing::Wrong(io_failure("create", aside, error)))?;
    // Whoever has no network learns so at once.
    let mut npm = command::program(
        "npm",
        &["pack", "--loglevel=error", "--fetch-retries=0", name],
    );
    command::capture(npm.current_dir(aside)).map_err(Missing::Unreachable)?;
    archive_in(aside).map_err(Missing::Wrong)
}

fn archive_in(aside: &Path) -> Outcome<PathBuf> {
    fs::read_dir(aside)
        .map_err(|error| io_failure("read", aside, error))?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|ending| ending == "tgz"))
        .ok_or_else(|| Failure::new("npm pack left no archive"))
}

fn unpack(archive: &Path, wanted: &Package, aside: &Path, place: &Path) -> Outcome {
    let found = digest::sha512(archive)?;
    if found != wanted.sha512 {
        let (major, pinned) = (wanted.major, wanted.sha512);
        return Err(Failure::new(format!(
            "the package of PostgreSQL {major} is not the pinned one: its sha512 is {found}, not {pinned}"
        )));
    }
    let mut tar = command::program("tar", &["xzf"]);
    command::capture(tar.arg(archive).arg("-C").arg(aside))?;
    link(&aside.join("package"))?;
    drop(fs::remove_dir_all(place));
    fs::rename(aside.join("package/native"), place)
        .map_err(|error| io_failure("make", place, error))
}

fn io_failure(doing: &str, path: &Path, error: io::Error) -> Failure {
    Failure::while_(format!("{doing} {}", path.display()), error)
}

/// A link that a package cannot carry: both paths begin at the package's root.
#[derive(Debug, Deserialize)]
struct Link {
    source: String,
    target: String,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archive_with_another_hash_is_not_unpacked() {
        let folder = env::temp_dir().join(format!("dormer-npm-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        let archive = folder.join("a.tgz");
        fs::write(&archive, "other").unwrap();
        let told = unpack(&archive, &PACKAGES[0], &folder, &folder.join("place")).unwrap_err();
        assert!(told.to_string().contains("is not the pinned one"), "{told}");
        assert!(!folder.join("place").exists());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn every_package_has_a_whole_hash() {
        for package in PACKAGES {
            assert_eq!(package.sha512.len(), 88, "{}", package.version);
            let major = format!("{}.", package.major);
            assert!(package.version.starts_with(&major), "{}", package.version);
        }
    }
}
