//! What can go wrong with a private server: a fact, its detail, what to do.

use std::io;
use std::path::Path;

use dormer_core::engine::{EngineError, ErrorKind};

use super::binaries::{Found, OLDEST, VARIABLE};

/// How many lines of a program are told.
const LINES: usize = 4;

const INSTALL: &str = "install it:  apt install postgresql (Debian), dnf install postgresql-server (Fedora), \
     brew install postgresql (macOS); or use url = \"embedded:.dormer/dev\", which needs nothing";

pub(super) fn no_folder() -> EngineError {
    EngineError::new(ErrorKind::Other, "the address \"local:\" names no folder")
        .hint("write it so:  url = \"local:.dormer/pg\"")
}

/// There is no PostgreSQL that could be used.
pub(super) fn no_binaries(found: &Found, user: Option<&str>) -> EngineError {
    let looked = format!("looked in {}", found.looked.join(", "));
    if let (Some(folder), Some(user)) = (found.closed.first(), user) {
        let message = format!("user {user} cannot run PostgreSQL in {}", folder.display());
        return EngineError::new(ErrorKind::Permission, message)
            .detail(format!("PostgreSQL refuses root, so {user} runs it"))
            .hint(INSTALL);
    }
    if let Some(old) = found.binaries.first() {
        let folder = old.folder.display();
        let message = format!("PostgreSQL {} in {folder} is too old", old.major);
        return EngineError::new(ErrorKind::Unsupported, message)
            .detail(format!(
                "{OLDEST} is the oldest that Dormer knows; {looked}"
            ))
            .hint(INSTALL);
    }
    if let Some(named) = &found.named {
        let message = format!("{VARIABLE} names a folder without PostgreSQL: {named}");
        return EngineError::new(ErrorKind::Unavailable, message)
            .detail("initdb and postgres are looked for there, or in its folder bin")
            .hint(format!("look in the usual folders:  unset {VARIABLE}"));
    }
    EngineError::new(
        ErrorKind::Unavailable,
        "no PostgreSQL is found on this machine",
    )
    .detail(looked)
    .hint(format!(
        "{INSTALL}; or name its folder:  export {VARIABLE}=.."
    ))
}

/// The data folder is of a version that is not on this machine.
pub(super) fn other_major(major: u16, folder: &Path, found: &Found) -> EngineError {
    let shown = folder.display();
    let there: Vec<String> = found
        .binaries
        .iter()
        .map(|found| found.major.to_string())
        .collect();
    let there = if there.is_empty() {
        "no PostgreSQL is found".to_owned()
    } else {
        format!("found is PostgreSQL {}", there.join(", "))
    };
    let message =
        format!("the data in {shown} is of PostgreSQL {major}, which is not found on this machine");
    EngineError::new(ErrorKind::Unsupported, message)
        .detail(format!("{there}; looked in {}", found.looked.join(", ")))
        .hint(format!(
            "name the folder of its binaries:  export {VARIABLE}=..; or begin anew, without the data:  \
             mv {shown} {shown}.old"
        ))
}

/// Somebody else's files are there.
pub(super) fn not_ours(folder: &Path) -> EngineError {
    let shown = folder.display();
    EngineError::new(
        ErrorKind::Other,
        format!("{shown} holds something else than a private PostgreSQL"),
    )
    .detail("nothing there is touched")
    .hint("name a folder that is empty or not there:  url = \"local:.dormer/pg\"")
}

/// Root has nobody to run the server as.
pub(super) fn no_user() -> EngineError {
    EngineError::new(
        ErrorKind::Unavailable,
        "there is no user to run PostgreSQL as, and it refuses root",
    )
    .hint("make one:  useradd --system postgres")
}

/// The user of the server cannot reach its folder.
pub(super) fn closed(user: &str, folder: &Path) -> EngineError {
    let message = format!("user {user} cannot pass {}", folder.display());
    EngineError::new(ErrorKind::Permission, message)
        .detail(format!(
            "PostgreSQL refuses root, so {user} runs it and needs a way to its data"
        ))
        .hint("name a folder that others may pass:  url = \"local:/var/lib/dormer/shop\"")
}

/// The system refused something about a file.
pub(super) fn of_file(doing: &str, path: &Path, error: &io::Error) -> EngineError {
    let shown = path.display();
    let message = format!("cannot {doing} {shown}");
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            EngineError::new(ErrorKind::Unavailable, message)
                .detail(error.to_string())
                .hint(format!("see the space that is left:  df -h {shown}"))
        }
        io::ErrorKind::PermissionDenied => EngineError::new(ErrorKind::Permission, message)
            .detail(error.to_string())
            .hint(format!("see whose it is:  ls -ld {shown}")),
        _ => EngineError::new(ErrorKind::Other, message).detail(error.to_string()),
    }
}

/// The server ended in place of starting.
pub(super) fn not_started(folder: &Path, said: &str) -> EngineError {
    let shown = folder.display();
    let mut error = of_program("postgres", folder, said);
    if error.kind == ErrorKind::Unavailable && !is_full(said) {
        error.message = format!("the private PostgreSQL in {shown} does not start");
        error.hint = Some(format!("see what it wrote:  cat {shown}/log"));
    }
    error
}

/// Whether a program found no space.
fn is_full(said: &str) -> bool {
    let full = [
        "No space left on device",
        "Disk quota exceeded",
        "Check free disk space",
    ];
    full.iter().any(|words| said.contains(words))
}

/// A program did not do its work.
pub(super) fn of_program(name: &str, folder: &Path, said: &str) -> EngineError {
    let shown = folder.display();
    if is_full(said) {
        return EngineError::new(
            ErrorKind::Unavailable,
            format!("no space is left for the private PostgreSQL in {shown}"),
        )
        .detail(last(said))
        .hint(format!("see the space that is left:  df -h {shown}"));
    }
    let error = EngineError::new(
        ErrorKind::Unavailable,
        format!("{name} failed for the private PostgreSQL in {shown}"),
    )
    .detail(last(said));
    if said.contains("ermission denied") {
        error.hint(format!("see whose it is:  ls -la {shown}"))
    } else if said.contains("could not look up effective user ID") {
        error.hint("run it as a user that /etc/passwd knows")
    } else {
        error.hint(format!("try another PostgreSQL:  export {VARIABLE}=.."))
    }
}

/// It is there and gives no answer.
pub(super) fn silent(pid: u32, folder: &Path) -> EngineError {
    let shown = folder.display();
    EngineError::new(
        ErrorKind::Unavailable,
        format!("the private PostgreSQL in {shown} takes no sessions"),
    )
    .detail(format!(
        "its process is {pid}; it may be recovering from a crash"
    ))
    .hint("stop it:  dormer local down")
}

/// Somebody else starts or stops it for too long.
pub(super) fn gate_closed(folder: &Path) -> EngineError {
    let shown = folder.display();
    EngineError::new(
        ErrorKind::Unavailable,
        format!(
            "another command starts or stops the private PostgreSQL in {shown} and does not end"
        ),
    )
    .hint("see whether it is there:  pgrep -a dormer")
}

/// The last lines that mean something, as one.
fn last(said: &str) -> String {
    let lines: Vec<&str> = said
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let telling = |line: &&&str| {
        ["FATAL", "PANIC", "ERROR", "error:", "HINT", "could not"]
            .iter()
            .any(|word| line.contains(word))
    };
    let mut told: Vec<&str> = lines.iter().filter(telling).copied().collect();
    if told.is_empty() {
        told = lines;
    }
    told.split_off(told.len().saturating_sub(LINES)).join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::local::binaries::Binaries;

    #[test]
    fn nothing_found_says_where_it_looked_and_what_to_do() {
        let found = Found {
            looked: vec!["PATH".to_owned(), "/usr/lib/postgresql/*/bin".to_owned()],
            ..Found::default()
        };
        let error = no_binaries(&found, None);
        assert_eq!(
            error.detail.as_deref(),
            Some("looked in PATH, /usr/lib/postgresql/*/bin")
        );
        let hint = error.hint.unwrap();
        let named = Found {
            named: Some("/nowhere".to_owned()),
            ..found
        };
        let error = no_binaries(&named, None);
        assert_eq!(
            error.message,
            "DORMER_PG_BIN names a folder without PostgreSQL: /nowhere"
        );
        for word in [
            "apt install",
            "dnf install",
            "brew install",
            "embedded:",
            VARIABLE,
        ] {
            assert!(hint.contains(word), "{word}: {hint}");
        }
    }

    #[test]
    fn what_is_there_and_of_no_use_is_named() {
        let old = Found {
            binaries: vec![Binaries {
                folder: "/old/bin".into(),
                major: 9,
            }],
            ..Found::default()
        };
        let error = no_binaries(&old, None);
        assert_eq!(error.message, "PostgreSQL 9 in /old/bin is too old");
        let closed = Found {
            closed: vec!["/closed/pg/bin".into()],
            ..Found::default()
        };
        let error = no_binaries(&closed, Some("postgres"));
        assert_eq!(
            error.message,
            "user postgres cannot run PostgreSQL in /closed/pg/bin"
        );
        assert_eq!(error.kind, ErrorKind::Permission);
    }

    #[test]
    fn a_program_is_told_by_what_it_said_last() {
        let said = "creating subdirectories ... ok\n\nFATAL:  could not write: No space left on device\nchild exited\n";
        let error = of_program("initdb", Path::new("/p"), said);
        assert_eq!(
            error.message,
            "no space is left for the private PostgreSQL in /p"
        );
        assert_eq!(
            error.detail.as_deref(),
            Some("FATAL:  could not write: No space left on device")
        );
        let said =
            "FATAL:  could not extend file: wrote only 4096 bytes\nHINT:  Check free disk space.\n";
        let error = of_program("initdb", Path::new("/p"), said);
        assert_eq!(
            error.message,
            "no space is left for the private PostgreSQL in /p"
        );
        let error = not_started(Path::new("/p"), "FATAL:  bogus data\n");
        assert_eq!(error.message, "the private PostgreSQL in /p does not start");
        assert_eq!(
            error.hint.as_deref(),
            Some("see what it wrote:  cat /p/log")
        );
        let error = of_program("initdb", Path::new("/p"), "one\ntwo\n");
        assert_eq!(error.detail.as_deref(), Some("one; two"));
    }
}
