//! The clock, chance, and who we are: what floors below are handed.

use std::hash::{BuildHasher, Hasher, RandomState};

use dormer_core::engine::RunId;
use dormer_deploy::Timestamp;

/// Dormer's own version.
pub(crate) const TOOL: &str = env!("CARGO_PKG_VERSION");

/// A new id of a run.
pub(crate) fn new_run() -> RunId {
    // Whoever makes a hasher gets new keys, which is all the chance that is needed here.
    let random = RandomState::new().build_hasher().finish();
    let random = u16::try_from(random & 0xffff).unwrap_or_default();
    RunId::new(Timestamp::now().0, random)
}

/// Seconds since 1970.
pub(crate) fn now_seconds() -> i64 {
    i64::try_from(Timestamp::now().0 / 1_000).unwrap_or(i64::MAX)
}

/// Milliseconds since 1970.
pub(crate) fn now_milliseconds() -> i64 {
    i64::try_from(Timestamp::now().0).unwrap_or(i64::MAX)
}

/// Who runs this, as the lease and the journal show it: a pipeline says so itself.
pub(crate) fn who() -> String {
    set(&["DORMER_WHO", "USER", "LOGNAME", "USERNAME"])
        .or_else(account)
        .unwrap_or_else(unknown)
}

/// The machine.
pub(crate) fn host() -> String {
    let told = ["/proc/sys/kernel/hostname", "/etc/hostname"]
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok());
    let mut told = told.map(|text| text.trim().to_owned());
    told.find(|name| !name.is_empty())
        .or_else(|| set(&["HOSTNAME", "COMPUTERNAME"]))
        .unwrap_or_else(unknown)
}

/// The name of the account that this process runs as, where the environment does not say it.
fn account() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let id = status.lines().find_map(|line| line.strip_prefix("Uid:"))?;
    let id = id.split_whitespace().next()?;
    let accounts = std::fs::read_to_string("/etc/passwd").ok()?;
    let mut names = accounts.lines().filter_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == id).then(|| name.to_owned())
    });
    names.next()
}

fn unknown() -> String {
    "unknown".to_owned()
}

fn set(names: &[&str]) -> Option<String> {
    let set = names.iter().filter_map(|name| std::env::var(name).ok());
    let mut set = set.filter(|value| !value.is_empty());
    set.next()
}
