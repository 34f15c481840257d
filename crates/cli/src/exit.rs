//! The exit codes: an API, so each is a documented constant and none ever changes its meaning.
//!
//! When several hold, the first of 130, 6, 7, 9, 11, 5, 8, 1 counts.

/// One way to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Done, or nothing to do.
    Done,
    /// Something failed that has no code of its own.
    Error,
    /// There are changes; only with `--detailed-exitcode`.
    Changes,
    /// The target differs from what was applied.
    Drift,
    /// The project has errors.
    Project,
    /// An audit failed.
    Audit,
    /// A lease is held by somebody else, or locks block.
    Blocked,
    /// The plan no longer fits the target.
    Stale,
    /// Some objects failed; their dependents were skipped.
    Partial,
    /// The plan has a hazard that is not allowed.
    Hazard,
    /// An object is older than it may be.
    Freshness,
    /// The target cannot be reached.
    Unavailable,
    /// The command line is wrong, or an answer is needed and there is no terminal.
    Usage,
    /// Interrupted by Ctrl-C.
    Interrupted,
}

impl Exit {
    pub(crate) const ALL: [Self; 14] = [
        Self::Done,
        Self::Error,
        Self::Changes,
        Self::Drift,
        Self::Project,
        Self::Audit,
        Self::Blocked,
        Self::Stale,
        Self::Partial,
        Self::Hazard,
        Self::Freshness,
        Self::Unavailable,
        Self::Usage,
        Self::Interrupted,
    ];

    /// The number that the shell sees.
    #[must_use]
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Error => 1,
            Self::Changes => 2,
            Self::Drift => 3,
            Self::Project => 4,
            Self::Audit => 5,
            Self::Blocked => 6,
            Self::Stale => 7,
            Self::Partial => 8,
            Self::Hazard => 9,
            Self::Freshness => 10,
            Self::Unavailable => 11,
            Self::Usage => 64,
            Self::Interrupted => 130,
        }
    }

    /// What it means, for the reference.
    #[must_use]
    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done, or nothing to do",
            Self::Error => "an error that has no code of its own",
            Self::Changes => "changes are present (only with `--detailed-exitcode`)",
            Self::Drift => "the target has drifted",
            Self::Project => "the project has errors, or warnings under `--deny warnings`",
            Self::Audit => "an audit failed",
            Self::Blocked => "a lease is held by another run, or locks block",
            Self::Stale => "the plan is stale",
            Self::Partial => "partial: some objects failed, their dependents were skipped",
            Self::Hazard => "a hazard is not allowed",
            Self::Freshness => "freshness is broken",
            Self::Unavailable => {
                "the target is unavailable: not reached, starting, stopping or full"
            }
            Self::Usage => {
                "wrong usage, or an answer is needed without a terminal and without `-y`"
            }
            Self::Interrupted => "interrupted",
        }
    }

    /// What it means, in a few words.
    #[must_use]
    pub(crate) const fn brief(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Error => "error",
            Self::Changes => "changes, with --detailed-exitcode",
            Self::Drift => "drift",
            Self::Project => "the project has errors",
            Self::Audit => "an audit failed",
            Self::Blocked => "blocked by a lease or locks",
            Self::Stale => "the plan is stale",
            Self::Partial => "partial",
            Self::Hazard => "a hazard is not allowed",
            Self::Freshness => "freshness broken",
            Self::Unavailable => "target unavailable",
            Self::Usage => "wrong usage",
            Self::Interrupted => "interrupted",
        }
    }

    /// Whether a command of this version can end so.
    #[must_use]
    pub(crate) const fn in_use(self) -> bool {
        !matches!(self, Self::Freshness)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_and_differ() {
        let codes: Vec<u8> = Exit::ALL.iter().map(|exit| exit.code()).collect();
        assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
    }
}
