//! What a PostgreSQL server says about itself in `postmaster.pid`.
//!
//! One fact a line: process, data folder, start, port, socket folder, address, memory, status. The last
//! two come later than the others, so a file may end before them.

use std::path::PathBuf;

/// What a server is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Ready,
    /// It starts, stops, or has not said yet.
    Changing,
}

/// One such file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pidfile {
    pub(super) pid: u32,
    /// None where it has not said yet.
    pub(super) socket_folder: Option<PathBuf>,
    pub(super) phase: Phase,
}

impl Pidfile {
    /// Reads it; none where it does not even name a process.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let pid = lines.first()?.parse().ok()?;
        let socket_folder = lines.get(4).filter(|folder| !folder.is_empty());
        let ready = lines.get(7).is_some_and(|status| *status == "ready");
        Some(Self {
            pid,
            socket_folder: socket_folder.map(PathBuf::from),
            phase: if ready { Phase::Ready } else { Phase::Changing },
        })
    }
}

/// The same file with another process in it; all that it says of memory stays.
pub(super) fn with_pid(text: &str, pid: u32) -> String {
    let rest = text.split_once('\n').map_or("", |(_, rest)| rest);
    format!("{pid}\n{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "4711\n/p/data\n1700000000\n5432\n/p\n\n  1234567    42\nready   \n";

    #[test]
    fn a_server_says_where_it_is_and_what_it_is_at() {
        let whole = Pidfile::parse(TEXT).unwrap();
        assert_eq!(whole.pid, 4711);
        assert_eq!(whole.socket_folder, Some(PathBuf::from("/p")));
        assert_eq!(whole.phase, Phase::Ready);
        let early = Pidfile::parse("4711\n/p/data\n1700000000\n5432\n").unwrap();
        assert_eq!((early.socket_folder, early.phase), (None, Phase::Changing));
        let stopping = Pidfile::parse(&TEXT.replace("ready   ", "stopping")).unwrap();
        assert_eq!(stopping.phase, Phase::Changing);
        assert_eq!(Pidfile::parse(""), None);
    }

    #[test]
    fn another_process_leaves_the_rest() {
        let changed = with_pid(TEXT, 7);
        assert_eq!(changed, TEXT.replacen("4711", "7", 1));
    }
}
