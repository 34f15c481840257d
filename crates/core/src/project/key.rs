//! The table of every key of `dormer.toml`: what it accepts, where it is allowed, what it means.
//!
//! **One table:** the reader, the directives, the JSON schema and the reference all come from it.

use super::settings::{AuditOn, CheckLevel, RefreshMode, SinkPolicy, Strategy};

/// Where a setting may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Project,
    Rule,
    File,
    Target,
}

impl Place {
    /// The words that messages use.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Project => "[settings]",
            Self::Rule => "[[rule]]",
            Self::File => "a directive in the file",
            Self::Target => "[target.NAME]",
        }
    }
}

/// What a key accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Text,
    Texts,
    /// A table of strings.
    Map,
    OneOf(&'static [&'static str]),
    Duration,
    /// A duration above zero.
    Period,
    Size,
    /// A whole number from 1.
    Count,
    Cron,
    /// `22:00-06:00`.
    Window,
    /// Names of hazards, each alone or with an object: `data-loss:marts.x`.
    Hazards,
    /// `schema.name` glob, `tag:x`, `path:dir`, `kind:mv`.
    Pattern,
}

/// One key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// With dots where it is inside a table: `refresh.every`.
    pub path: &'static str,
    pub shape: Shape,
    pub summary: &'static str,
    /// As it would be written; none where nothing holds unless somebody writes it.
    pub default: Option<&'static str>,
    /// For settings of objects and targets; empty for keys of one section only.
    pub places: &'static [Place],
}

/// A section of `dormer.toml`, or the directives of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Project,
    Folder,
    Target,
    Settings,
    Rule,
    Directive,
}

impl Section {
    pub const IN_FILE: [Self; 5] = [
        Self::Project,
        Self::Folder,
        Self::Target,
        Self::Settings,
        Self::Rule,
    ];

    /// The key at the top of `dormer.toml`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Folder => "folder",
            Self::Target => "target",
            Self::Settings => "settings",
            Self::Rule => "rule",
            Self::Directive => "",
        }
    }

    /// The words that messages use.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Project => "[project]",
            Self::Folder => "[[folder]]",
            Self::Target => "[target.NAME]",
            Self::Settings => "[settings]",
            Self::Rule => "[[rule]]",
            Self::Directive => "a directive",
        }
    }

    #[must_use]
    pub const fn summary(self) -> &'static str {
        match self {
            Self::Project => "The project as a whole.",
            Self::Folder => "A folder with files of the project.",
            Self::Target => "A named place to deploy to.",
            Self::Settings => "Settings of all objects.",
            Self::Rule => "Settings of the objects that a pattern matches.",
            Self::Directive => "Settings of one object, in its file.",
        }
    }

    const fn place(self) -> Option<Place> {
        match self {
            Self::Project | Self::Folder => None,
            Self::Target => Some(Place::Target),
            Self::Settings => Some(Place::Project),
            Self::Rule => Some(Place::Rule),
            Self::Directive => Some(Place::File),
        }
    }

    const fn own(self) -> &'static [Field] {
        match self {
            Self::Project => PROJECT,
            Self::Folder => FOLDER,
            Self::Target => TARGET,
            Self::Rule => RULE,
            Self::Settings | Self::Directive => &[],
        }
    }

    /// All keys that this section may have, in the order of the table.
    pub fn fields(self) -> impl Iterator<Item = &'static Field> {
        let place = self.place();
        let allowed =
            move |field: &&Field| place.is_some_and(|place| field.places.contains(&place));
        self.own().iter().chain(SETTINGS.iter().filter(allowed))
    }
}

/// The pattern of the keys below `checks`, which are codes.
pub const CHECKS_PATH: &str = "checks.*";

/// The readers that are built.
pub const READERS: &[&str] = &["sql"];

/// The readers that are planned: naming one is told apart from a misspelling.
pub const READERS_TO_COME: &[&str] = &["flyway", "dbt", "erb"];

pub const ENGINES: &[&str] = &["postgres", "redshift", "risingwave", "materialize"];

/// The hazards that can be allowed for good.
pub const HAZARDS: &[&str] = &[
    "data-loss",
    "history-loss",
    "drops-read-object",
    "irreversible",
    "blocks-readers",
    "leaves-foreign",
    "sink-gap",
    "rights-missing",
    "not-enough-space",
];

const fn own(path: &'static str, shape: Shape, summary: &'static str) -> Field {
    Field {
        path,
        shape,
        summary,
        default: None,
        places: &[],
    }
}

const fn setting(
    path: &'static str,
    shape: Shape,
    places: &'static [Place],
    summary: &'static str,
) -> Field {
    Field {
        path,
        shape,
        summary,
        default: None,
        places,
    }
}

impl Field {
    const fn or(self, default: &'static str) -> Self {
        Self {
            default: Some(default),
            ..self
        }
    }
}

const PROJECT: &[Field] = &[
    own(
        "name",
        Shape::Text,
        "Marks what this project owns in a target; by default the name of its folder.",
    ),
    own(
        "default_target",
        Shape::Text,
        "The target that is meant when none is named.",
    )
    .or("dev"),
];

const FOLDER: &[Field] = &[
    own("path", Shape::Text, "From the folder of dormer.toml.").or("views"),
    own(
        "reader",
        Shape::OneOf(READERS),
        "What the files are written in.",
    )
    .or("sql"),
];

const TARGET: &[Field] = &[
    own("engine", Shape::OneOf(ENGINES), "The kind of warehouse.").or("postgres"),
    own(
        "url",
        Shape::Text,
        "The address; ${env:NAME} takes a part from the environment.",
    )
    .or("embedded:.dormer/dev"),
    own(
        "seed",
        Shape::Text,
        "A SQL file that fills the target while it is new and empty; for embedded: and local: alone.",
    ),
];

const RULE: &[Field] = &[own(
    "match",
    Shape::Pattern,
    "Which objects: a glob on schema.name, tag:x, path:dir or kind:mv.",
)];

const PRF: &[Place] = &[Place::Project, Place::Rule, Place::File];
const RF: &[Place] = &[Place::Rule, Place::File];
const T: &[Place] = &[Place::Target];

/// The settings of objects and targets.
pub const SETTINGS: &[Field] = &[
    setting(
        "strategy",
        Shape::OneOf(Strategy::WORDS),
        PRF,
        "How a replace is done; by default what the engine does best.",
    ),
    setting(
        "keep_retired",
        Shape::Duration,
        PRF,
        "How long the retired generation stays for a rollback.",
    )
    .or("24h"),
    setting("tags", Shape::Texts, RF, "Words to select objects by."),
    setting(
        "group",
        Shape::Text,
        RF,
        "The name of a set of objects that is published together.",
    ),
    setting("owner", Shape::Text, PRF, "The role that owns the object."),
    setting(
        "allow",
        Shape::Hazards,
        &[Place::Target, Place::Rule, Place::File],
        "Hazards that are allowed for good.",
    ),
    setting(
        "max_extra_storage",
        Shape::Size,
        &[Place::Project, Place::Target],
        "How much more storage a change may take: bytes, or percent of the free space.",
    ),
    setting(
        "refresh.every",
        Shape::Period,
        PRF,
        "Refresh at this interval.",
    ),
    setting(
        "refresh.cron",
        Shape::Cron,
        PRF,
        "Refresh at these times: a cron expression of 5 or 6 fields.",
    ),
    setting(
        "refresh.lag",
        Shape::Period,
        PRF,
        "Refresh so often that the rows are never older than this.",
    ),
    setting(
        "refresh.min_interval",
        Shape::Duration,
        PRF,
        "The shortest time between two refreshes.",
    ),
    setting(
        "refresh.max_skip",
        Shape::Duration,
        PRF,
        "The longest time that a refresh is skipped because nothing seems to have changed.",
    )
    .or("1h"),
    setting(
        "refresh.window",
        Shape::Window,
        PRF,
        "The hours of the day in which to refresh: 22:00-06:00.",
    ),
    setting(
        "refresh.mode",
        Shape::OneOf(RefreshMode::WORDS),
        PRF,
        "How a refresh is done.",
    )
    .or("auto"),
    setting(
        "sink",
        Shape::OneOf(SinkPolicy::WORDS),
        RF,
        "What happens to the sink when what it reads is replaced.",
    ),
    setting(
        "audit.on",
        Shape::OneOf(AuditOn::WORDS),
        PRF,
        "When audits run.",
    )
    .or("cutover"),
    setting(
        CHECKS_PATH,
        Shape::OneOf(CheckLevel::WORDS),
        PRF,
        "How bad what this check finds is.",
    ),
    setting(
        "vars",
        Shape::Map,
        T,
        "What ${name} in SQL text stands for.",
    ),
    setting(
        "schemas",
        Shape::Map,
        T,
        "Schemas that have another name in this target.",
    ),
    setting(
        "lock_timeout",
        Shape::Period,
        T,
        "How long one statement waits for a lock.",
    ),
    setting(
        "cutover_timeout",
        Shape::Period,
        T,
        "How long a cutover may hold its locks.",
    )
    .or("500ms"),
    setting("jobs", Shape::Count, T, "How many sessions work at once."),
];

/// Finds a setting by its path, wherever it is allowed.
#[must_use]
pub fn find_setting(path: &str) -> Option<&'static Field> {
    SETTINGS.iter().find(|field| field.matches(path))
}

impl Field {
    /// Tells whether this is the key of a path; below `checks` every code is.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        if self.path == CHECKS_PATH {
            return path.strip_prefix("checks.").is_some_and(is_code);
        }
        self.path == path
    }
}

/// Tells whether a word has the shape of a check's code: `DM` and four digits.
#[must_use]
pub fn is_code(word: &str) -> bool {
    let digits = word.strip_prefix("DM").unwrap_or("");
    digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engines_are_those_that_the_dialects_know() {
        let known = dormer_sql::Dialect::ALL.map(|dialect| dialect.rules().name);
        assert_eq!(ENGINES, known);
    }

    #[test]
    fn no_section_has_a_key_twice() {
        for section in Section::IN_FILE {
            let mut paths: Vec<_> = section.fields().map(|field| field.path).collect();
            let all = paths.len();
            paths.sort_unstable();
            paths.dedup();
            assert_eq!(paths.len(), all, "{section:?}");
        }
    }
}
