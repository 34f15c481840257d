//! Who runs a server: PostgreSQL refuses root, so root starts it as user `postgres` or `nobody`.
//!
//! Such a user may not pass a checkout below root's home; then the binaries are copied, once for all servers.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::binaries::Binaries;
use super::{ServerError, fresh_folder, io_error, temporary_folder};

/// Who runs the server: nobody special, or for root a user that PostgreSQL accepts.
#[derive(Debug)]
pub(super) struct ServerUser {
    other: Option<(u32, u32)>,
}

impl ServerUser {
    /// Root is told by the owner of a folder that this process has just made.
    pub(super) fn of(folder: &Path) -> Result<Self, ServerError> {
        let owner = fs::metadata(folder)
            .map_err(io_error("look at", folder))?
            .uid();
        if owner != 0 {
            return Ok(Self { other: None });
        }
        let users = Path::new("/etc/passwd");
        let text = fs::read_to_string(users).map_err(io_error("read", users))?;
        let found = ["postgres", "nobody"]
            .iter()
            .find_map(|name| user_ids(&text, name));
        found
            .map(|ids| Self { other: Some(ids) })
            .ok_or(ServerError::NoUser)
    }

    pub(super) fn give(&self, folder: &Path) -> Result<(), ServerError> {
        let Some((user, group)) = self.other else {
            return Ok(());
        };
        std::os::unix::fs::chown(folder, Some(user), Some(group))
            .map_err(io_error("give away", folder))
    }

    pub(super) fn command(&self, program: &Path, folder: &Path) -> Command {
        let mut command = Command::new(program);
        // A developer's PG* variables and locale have no say in a test.
        command
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("LC_ALL", "C")
            .current_dir(folder);
        if let Some((user, group)) = self.other {
            command.uid(user).gid(group);
        }
        command
    }

    /// Where the programs can be run from: another user may not pass a checkout below root's home,
    /// so the binaries are copied once, beside the clusters, and shared by later servers.
    pub(super) fn reachable(&self, binaries: &Binaries) -> Result<PathBuf, ServerError> {
        let folder =
            fs::canonicalize(binaries.folder()).map_err(io_error("find", binaries.folder()))?;
        if self.other.is_none() || folder.ancestors().all(passable) {
            return Ok(folder);
        }
        let Some(whole) = folder.parent() else {
            return Ok(folder);
        };
        let stamp = fs::metadata(folder.join("postgres")).map_err(io_error("look at", &folder))?;
        let name = format!(
            "dormer-pg-{}-{}-{}",
            binaries.major(),
            stamp.len(),
            stamp.mtime()
        );
        let copy = temporary_folder().join(name);
        if !made_by_root(&copy) {
            let aside = fresh_folder()?;
            let made = copy_tree(whole, &aside.join("whole")).and_then(|()| {
                fs::rename(aside.join("whole"), &copy).map_err(io_error("create", &copy))
            });
            drop(fs::remove_dir_all(&aside));
            // Another test may have been faster; its copy is as good.
            if !made_by_root(&copy) {
                made?;
            }
        }
        Ok(copy.join("bin"))
    }
}

fn user_ids(users: &str, name: &str) -> Option<(u32, u32)> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next()? == name).then_some(())?;
        Some((fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?))
    })
}

fn passable(folder: &Path) -> bool {
    fs::metadata(folder).is_ok_and(|found| found.permissions().mode() & 0o001 != 0)
}

fn made_by_root(folder: &Path) -> bool {
    fs::symlink_metadata(folder).is_ok_and(|found| found.is_dir() && found.uid() == 0)
}

fn copy_tree(from: &Path, to: &Path) -> Result<(), ServerError> {
    fs::create_dir(to).map_err(io_error("create", to))?;
    fs::set_permissions(to, fs::Permissions::from_mode(0o755)).map_err(io_error("open up", to))?;
    for entry in fs::read_dir(from).map_err(io_error("read", from))? {
        let entry = entry.map_err(io_error("read", from))?;
        let (source, copy) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().map_err(io_error("look at", &source))?;
        if kind.is_dir() {
            copy_tree(&source, &copy)?;
        } else if kind.is_symlink() {
            let aim = fs::read_link(&source).map_err(io_error("read", &source))?;
            std::os::unix::fs::symlink(aim, &copy).map_err(io_error("create", &copy))?;
        } else {
            fs::copy(&source, &copy).map_err(io_error("copy", &source))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_is_found_by_its_whole_name() {
        let users = "root:x:0:0::/root:/bin/sh\npostgresql:x:7:7:::\npostgres:x:101:104:::\n";
        assert_eq!(user_ids(users, "postgres"), Some((101, 104)));
        assert_eq!(user_ids(users, "nobody"), None);
    }
}
