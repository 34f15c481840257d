//! As whom a private server runs. PostgreSQL refuses root, so root starts it as somebody else.
//!
//! Root takes, in this order, the owner of the data folder that is there, the owner of the project's
//! folder, the user `postgres`, the user `nobody`. Anybody else runs it as themselves. **Pure:** what
//! the system says is handed in.

/// A user other than root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Runner {
    pub(super) user: u32,
    pub(super) group: u32,
    pub(super) name: String,
}

/// Who may do what with a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) user: u32,
    pub(super) group: u32,
    pub(super) mode: u32,
}

impl Runner {
    /// Finds the user in the text of `/etc/passwd`.
    pub(super) fn choose(users: &str, owners: &[u32]) -> Option<Self> {
        let all: Vec<Self> = users.lines().filter_map(Self::parse).collect();
        let owner = owners.iter().find_map(|owner| {
            let mut owning = all.iter();
            owning.find(|user| user.user == *owner && *owner != 0)
        });
        let named = || {
            let names = ["postgres", "_postgres", "nobody"];
            names
                .iter()
                .find_map(|name| all.iter().find(|user| user.name == *name))
        };
        owner.or_else(named).cloned()
    }

    /// Reads a line such as `postgres:x:101:104:PostgreSQL:/var/lib/postgresql:/bin/sh`.
    fn parse(line: &str) -> Option<Self> {
        let mut fields = line.split(':');
        let name = fields.next()?.to_owned();
        // Some systems write 4294967294 as -2.
        let number = |text: &str| {
            let number: i64 = text.parse().ok()?;
            let whole = if number < 0 {
                number + (1 << 32)
            } else {
                number
            };
            u32::try_from(whole).ok()
        };
        let user = number(fields.nth(1)?)?;
        let group = number(fields.next()?)?;
        Some(Self { user, group, name })
    }

    /// Whether this user may go through a folder.
    pub(super) const fn may_pass(&self, folder: Owner) -> bool {
        let bit = if folder.user == self.user {
            0o100
        } else if folder.group == self.group {
            0o010
        } else {
            0o001
        };
        folder.mode & bit != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USERS: &str = "root:x:0:0::/root:/bin/sh\npostgresql:x:7:7:::\nnobody:*:-2:-2:::\n\
                         postgres:x:101:104:::\nanna:x:1000:1000:::\n";

    fn chosen(users: &str, owners: &[u32]) -> Option<(u32, u32)> {
        Runner::choose(users, owners).map(|user| (user.user, user.group))
    }

    #[test]
    fn the_owner_comes_before_the_usual_users() {
        assert_eq!(chosen(USERS, &[1000]), Some((1000, 1000)));
        assert_eq!(chosen(USERS, &[0]), Some((101, 104)));
        assert_eq!(chosen(USERS, &[5, 0]), Some((101, 104)));
        let without = USERS.replace("postgres:", "somebody:");
        assert_eq!(chosen(&without, &[]), Some((4_294_967_294, 4_294_967_294)));
        assert_eq!(chosen("root:x:0:0::/root:/bin/sh\n", &[0]), None);
    }

    #[test]
    fn the_nearest_permission_counts() {
        let anna = Runner::choose(USERS, &[1000]).unwrap();
        let folder = |user, group, mode| Owner { user, group, mode };
        assert!(anna.may_pass(folder(0, 0, 0o755)));
        assert!(!anna.may_pass(folder(0, 0, 0o700)));
        assert!(anna.may_pass(folder(1000, 0, 0o700)));
        assert!(!anna.may_pass(folder(1000, 0, 0o077)));
        assert!(anna.may_pass(folder(0, 1000, 0o710)));
    }
}
