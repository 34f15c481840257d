//! The settings of an object, each value with the place it comes from.

use std::collections::BTreeMap;
use std::fmt;

pub use super::quantity::{Duration, Size};
use crate::diagnostic::Location;

/// Where a value comes from; the later ones narrow the earlier ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody wrote it: Dormer's own default.
    Default,
    /// `[settings]` of `dormer.toml`.
    Project(Location),
    /// A `[[rule]]` of `dormer.toml`, by its pattern.
    Rule { pattern: String, at: Location },
    /// A `-- dormer:` line in the object's file.
    Directive(Location),
}

/// A value and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting<T> {
    pub value: T,
    pub origin: Origin,
}

impl<T> Setting<T> {
    #[must_use]
    pub const fn default_value(value: T) -> Self {
        Self {
            value,
            origin: Origin::Default,
        }
    }
}

/// Gives an enum the words that `dormer.toml` uses for it.
macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $name {
            /// What `dormer.toml` accepts, in the order of telling.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

/// What a check does when it finds something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckLevel {
    Off,
    Warning,
    Error,
}

words!(CheckLevel { Error = "error", Warning = "warning", Off = "off" });

/// The way a replace is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strategy {
    Swap,
    Alias,
    InPlace,
    Recreate,
}

words!(Strategy { Swap = "swap", Alias = "alias", Recreate = "recreate", InPlace = "in-place" });

/// How a refresh is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RefreshMode {
    Auto,
    Concurrently,
    Plain,
    Never,
}

words!(RefreshMode {
    Auto = "auto",
    Concurrently = "concurrently",
    Plain = "plain",
    Never = "never",
});

/// What happens to a sink when what it reads is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SinkPolicy {
    Replace,
    Recreate,
    RecreateWithSnapshot,
    Keep,
}

words!(SinkPolicy {
    Replace = "replace",
    Recreate = "recreate",
    RecreateWithSnapshot = "recreate-with-snapshot",
    Keep = "keep",
});

/// When audits run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AuditOn {
    Cutover,
    Refresh,
    Both,
}

words!(AuditOn { Cutover = "cutover", Refresh = "refresh", Both = "both" });

/// All settings of one object. `None` means that neither a person nor Dormer has set it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectSettings {
    pub strategy: Option<Setting<Strategy>>,
    pub keep_retired: Setting<Duration>,
    pub tags: Setting<Vec<String>>,
    pub group: Option<Setting<String>>,
    pub owner: Option<Setting<String>>,
    pub allow: Setting<Vec<String>>,
    pub refresh_every: Option<Setting<Duration>>,
    pub refresh_cron: Option<Setting<String>>,
    pub refresh_lag: Option<Setting<Duration>>,
    pub refresh_min_interval: Option<Setting<Duration>>,
    pub refresh_max_skip: Setting<Duration>,
    pub refresh_window: Option<Setting<String>>,
    pub refresh_mode: Setting<RefreshMode>,
    pub sink: Option<Setting<SinkPolicy>>,
    pub audit_on: Setting<AuditOn>,
    /// How bad each check is for this object, by code.
    pub checks: BTreeMap<String, Setting<CheckLevel>>,
}

impl Default for ObjectSettings {
    fn default() -> Self {
        const HOUR: u64 = 60 * 60 * 1000;
        let hours = |n: u64| {
            Setting::default_value(Duration {
                milliseconds: n * HOUR,
            })
        };
        Self {
            strategy: None,
            keep_retired: hours(24),
            tags: Setting::default_value(Vec::new()),
            group: None,
            owner: None,
            allow: Setting::default_value(Vec::new()),
            refresh_every: None,
            refresh_cron: None,
            refresh_lag: None,
            refresh_min_interval: None,
            refresh_max_skip: hours(1),
            refresh_window: None,
            refresh_mode: Setting::default_value(RefreshMode::Auto),
            sink: None,
            audit_on: Setting::default_value(AuditOn::Cutover),
            checks: BTreeMap::new(),
        }
    }
}
