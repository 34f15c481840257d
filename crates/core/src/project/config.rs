//! `dormer.toml` to values: sections, targets, settings and rules, each with its place.
//!
//! **Reading needs no environment:** `${env:NAME}` stays in the text of a value. **It always gives
//! a [`Config`]:** what is wrong is told and left out, what is missing has its default.

use std::collections::BTreeMap;

use dormer_sql::{Dialect, Span};

use super::codes;
use super::key::Section;
use super::pattern::Pattern;
use super::quantity::{Duration, Size};
use super::reading::{Given, Reading, Written};
use super::toml::{self, Entry, Node, Value};
use crate::diagnostic::{Diagnostic, FilePath, Location, Severity, suggest};
use crate::model::name::TargetName;

/// The name of the file, in the project's folder.
pub const FILE_NAME: &str = "dormer.toml";

const DEFAULT_TARGET: &str = "dev";
const DEFAULT_FOLDER: &str = "views";

/// Everything that `dormer.toml` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// None where nobody gave one: the name of the folder holds.
    pub name: Option<String>,
    /// Not among the targets where nobody chose one of several.
    pub default_target: TargetName,
    pub folders: Vec<Folder>,
    /// At least one.
    pub targets: BTreeMap<TargetName, TargetConfig>,
    pub settings: Vec<Given>,
    pub rules: Vec<Rule>,
}

/// A folder with files of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    pub path: String,
    /// Where `dormer.toml` names it; none for the default folder.
    pub at: Option<Location>,
}

/// A target as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetConfig {
    pub dialect: Dialect,
    /// False where an engine is named that nobody knows: no text can be read for it.
    pub engine_known: bool,
    pub url: String,
    /// The file that fills the target while it is new, by its path from the project's folder.
    pub seed: Option<String>,
    pub variables: BTreeMap<String, (String, Location)>,
    pub schemas: BTreeMap<String, (String, Location)>,
    pub limits: TargetLimits,
}

/// What a target sets for the work on it; none where Dormer's own default holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TargetLimits {
    pub allow: Vec<String>,
    pub max_extra_storage: Option<Size>,
    pub lock_timeout: Option<Duration>,
    pub cutover_timeout: Option<Duration>,
    pub jobs: Option<u32>,
}

/// A `[[rule]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// As written after `match`.
    pub text: String,
    pub pattern: Pattern,
    /// The place of the pattern.
    pub at: Location,
    pub given: Vec<Given>,
}

impl Config {
    /// What `[settings]` says for targets that do not say it themselves.
    #[must_use]
    pub fn max_extra_storage(&self) -> Option<Size> {
        let mut sizes = self.settings.iter().filter_map(|given| match given.value {
            Written::Size(size) if given.path == "max_extra_storage" => Some(size),
            _ => None,
        });
        sizes.next()
    }
}

impl Default for Config {
    fn default() -> Self {
        read("").0
    }
}

/// Reads the text of a `dormer.toml`.
#[must_use]
pub fn read(text: &str) -> (Config, Vec<Diagnostic>) {
    let file = FilePath::new(FILE_NAME);
    let locate = |span| Location {
        file: file.clone(),
        span,
    };
    let mut diagnostics = Vec::new();
    let entries = toml::parse(text, 0).unwrap_or_else(|problem| {
        let message = format!("{FILE_NAME} is not TOML");
        let diagnostic = Diagnostic::new(codes::INVALID_TOML, Severity::Error, message)
            .at(locate(problem.span), problem.message);
        diagnostics.push(diagnostic);
        Vec::new()
    });
    let mut reader = ConfigReader {
        reading: Reading {
            locate: &locate,
            diagnostics: &mut diagnostics,
        },
        config: Config {
            name: None,
            default_target: TargetName(DEFAULT_TARGET.to_owned()),
            folders: Vec::new(),
            targets: BTreeMap::new(),
            settings: Vec::new(),
            rules: Vec::new(),
        },
        default_target_at: None,
    };
    reader.file(&entries);
    let config = reader.finish();
    (config, diagnostics)
}

/// Whether an address may be that of a target which lives in a folder: only the environment knows some.
fn may_be_folder(url: &str) -> bool {
    ["embedded:", "local:", "${"]
        .iter()
        .any(|start| url.starts_with(start))
}

/// The target that stands for itself when `dormer.toml` names none.
fn plain_target(name: &str) -> TargetConfig {
    TargetConfig {
        dialect: Dialect::Postgres,
        engine_known: true,
        url: format!("embedded:.dormer/{name}"),
        seed: None,
        variables: BTreeMap::new(),
        schemas: BTreeMap::new(),
        limits: TargetLimits::default(),
    }
}

struct ConfigReader<'a> {
    reading: Reading<'a>,
    config: Config,
    default_target_at: Option<Span>,
}

impl ConfigReader<'_> {
    fn file(&mut self, entries: &[Entry]) {
        for entry in entries {
            let known = |section: &Section| section.key() == entry.key;
            match Section::IN_FILE.into_iter().find(known) {
                Some(Section::Project) => self.project(entry),
                Some(Section::Folder) => self.list(entry, Self::folder),
                Some(Section::Target) => self.targets(entry),
                Some(Section::Settings) => {
                    if let Some(table) = self.table("settings", &entry.node, "[settings]") {
                        self.config.settings = self.reading.section(Section::Settings, table);
                    }
                }
                Some(Section::Rule) => self.list(entry, Self::rule),
                Some(Section::Directive) | None => self.unknown_section(entry),
            }
        }
    }

    fn table<'n>(&mut self, path: &str, node: &'n Node, header: &str) -> Option<&'n [Entry]> {
        if let Value::Table(entries) = &node.value {
            return Some(entries);
        }
        let expected = format!("expected a table: {header}");
        self.reading.refuse(path, node, expected);
        None
    }

    /// Reads `[[name]]`, one after the other.
    fn list(&mut self, entry: &Entry, read: fn(&mut Self, &Node, &[Entry])) {
        let header = format!("[[{}]]", entry.key);
        if let Value::List(items) = &entry.node.value {
            for item in items {
                if let Some(table) = self.table(&entry.key, item, &header) {
                    read(self, item, table);
                }
            }
        } else {
            let expected = format!("expected {header}, with two brackets");
            self.reading.refuse(&entry.key, &entry.node, expected);
        }
    }

    fn project(&mut self, entry: &Entry) {
        let Some(table) = self.table("project", &entry.node, "[project]") else {
            return;
        };
        for given in self.reading.section(Section::Project, table) {
            match (given.path.as_str(), given.value) {
                ("name", Written::Text(name)) => self.config.name = Some(name),
                ("default_target", Written::Text(name)) => {
                    self.config.default_target = TargetName(name);
                    self.default_target_at = Some(given.at.span);
                }
                _ => {}
            }
        }
    }

    fn folder(&mut self, _node: &Node, table: &[Entry]) {
        let mut folder = Folder {
            path: DEFAULT_FOLDER.to_owned(),
            at: None,
        };
        for given in self.reading.section(Section::Folder, table) {
            if let ("path", Written::Text(path)) = (given.path.as_str(), given.value) {
                folder = Folder {
                    path,
                    at: Some(given.at),
                };
            }
        }
        self.config.folders.push(folder);
    }

    fn targets(&mut self, entry: &Entry) {
        let Some(targets) = self.table("target", &entry.node, "[target.NAME]") else {
            return;
        };
        for target in targets {
            let path = format!("target.{}", target.key);
            let header = format!("[{path}]");
            if let Some(table) = self.table(&path, &target.node, &header) {
                let read = self.target(&target.key, table);
                self.config
                    .targets
                    .insert(TargetName(target.key.clone()), read);
            }
        }
    }

    fn target(&mut self, name: &str, table: &[Entry]) -> TargetConfig {
        let mut target = plain_target(name);
        target.engine_known = !table.iter().any(|entry| entry.key == "engine");
        let mut seed_at = None;
        for given in self.reading.section(Section::Target, table) {
            match (given.path.as_str(), given.value) {
                ("engine", Written::Text(engine)) => {
                    target.dialect = Dialect::parse(&engine).unwrap_or_default();
                    target.engine_known = true;
                }
                ("url", Written::Text(url)) => {
                    self.placeholders(&url, &given.at);
                    target.url = url;
                }
                ("seed", Written::Text(path)) => {
                    target.seed = Some(path);
                    seed_at = Some(given.at.span);
                }
                ("vars", Written::Map(map)) => target.variables = self.map(map),
                ("schemas", Written::Map(map)) => target.schemas = self.map(map),
                ("allow", Written::Texts(allow)) => target.limits.allow = allow,
                ("max_extra_storage", Written::Size(size)) => {
                    target.limits.max_extra_storage = Some(size);
                }
                ("lock_timeout", Written::Duration(duration)) => {
                    target.limits.lock_timeout = Some(duration);
                }
                ("cutover_timeout", Written::Duration(duration)) => {
                    target.limits.cutover_timeout = Some(duration);
                }
                ("jobs", Written::Count(count)) => target.limits.jobs = Some(count),
                _ => {}
            }
        }
        if let Some(span) = seed_at.filter(|_| !may_be_folder(&target.url)) {
            let message = format!("target \"{name}\" has a seed, and may be somebody else's");
            let label = "a seed fills targets of a folder: embedded: and local:".to_owned();
            let words = (message, label);
            let diagnostic = self.reading.error(codes::INVALID_VALUE, span, words);
            self.reading.push(diagnostic);
        }
        target
    }

    fn map(
        &mut self,
        map: BTreeMap<String, (String, Location)>,
    ) -> BTreeMap<String, (String, Location)> {
        for (value, at) in map.values() {
            self.placeholders(value, at);
        }
        map
    }

    /// Refuses a `${..}` that is neither of the environment nor a secret.
    fn placeholders(&mut self, value: &str, at: &Location) {
        let mut rest = value;
        while let Some((before, after)) = rest.split_once("${") {
            rest = after;
            let inside = after.split_once('}').map(|(inside, _)| inside);
            let known = inside.is_some_and(|name| {
                let name = name.strip_prefix("env:").or(name.strip_prefix("secret:"));
                name.is_some_and(super::template::is_name)
            });
            if !known && !before.ends_with('$') {
                let message = match inside {
                    Some(name) => format!("\"${{{name}}}\" is not known in {FILE_NAME}"),
                    None => "\"${\" is not closed".to_owned(),
                };
                let label = "expected ${env:NAME} or ${secret:NAME}".to_owned();
                let words = (message, label);
                let diagnostic = self.reading.error(codes::UNKNOWN_VARIABLE, at.span, words);
                self.reading.push(diagnostic);
            }
        }
    }

    fn rule(&mut self, node: &Node, table: &[Entry]) {
        let mut given = self.reading.section(Section::Rule, table);
        let is_match = |given: &Given| given.path == "match";
        let Some(index) = given.iter().position(is_match) else {
            if !table.iter().any(|entry| entry.key == "match") {
                let message = "a rule has no \"match\"".to_owned();
                let label = "expected match = \"schema.name\"".to_owned();
                let span = node.span;
                let words = (message, label);
                let diagnostic = self.reading.error(codes::INVALID_VALUE, span, words);
                self.reading.push(diagnostic);
            }
            return;
        };
        let found = given.remove(index);
        if let Written::Pattern(pattern) = found.value {
            self.config.rules.push(Rule {
                text: text_of(table, "match"),
                pattern,
                at: found.at,
                given,
            });
        }
    }

    fn unknown_section(&mut self, entry: &Entry) {
        let message = format!("unknown key \"{}\" in {FILE_NAME}", entry.key);
        let words = (message, "no such section".to_owned());
        let diagnostic = self
            .reading
            .error(codes::UNKNOWN_KEY, entry.key_span, words);
        let sections = Section::IN_FILE.map(Section::key);
        let settings = Section::Settings.fields();
        let top = |path: &'static str| path.split('.').next().unwrap_or(path);
        let is_setting = settings
            .into_iter()
            .any(|field| top(field.path) == entry.key);
        let diagnostic = match suggest(&entry.key, sections) {
            Some(meant) => diagnostic.help(format!("did you mean \"{meant}\"?")),
            None if is_setting => {
                diagnostic.help(format!("move \"{}\" below [settings]", entry.key))
            }
            None => diagnostic.note(format!("known here: {}", sections.join(", "))),
        };
        self.reading.push(diagnostic);
    }

    /// Fills in what nobody wrote.
    fn finish(mut self) -> Config {
        if self.config.folders.is_empty() {
            self.config.folders.push(Folder {
                path: DEFAULT_FOLDER.to_owned(),
                at: None,
            });
        }
        let config = &mut self.config;
        let default = config.default_target.clone();
        match self.default_target_at {
            _ if config.targets.contains_key(&default) => {}
            Some(span) if !config.targets.is_empty() => {
                let names = config.targets.keys().map(|name| name.0.as_str());
                let message = format!("target \"{default}\" is not defined");
                let words = (message, format!("no section [target.{default}]"));
                let mut diagnostic = self.reading.error(codes::UNKNOWN_TARGET, span, words);
                if let Some(meant) = suggest(&default.0, names) {
                    diagnostic = diagnostic.help(format!("did you mean \"{meant}\"?"));
                }
                self.reading.push(diagnostic);
            }
            Some(_) | None if config.targets.is_empty() => {
                let target = plain_target(&default.0);
                config.targets.insert(default, target);
            }
            // One target needs no choice; among several it is the person's.
            Some(_) | None => {
                if let (1, Some(only)) = (config.targets.len(), config.targets.keys().next()) {
                    config.default_target = only.clone();
                }
            }
        }
        self.config
    }
}

fn text_of(table: &[Entry], key: &str) -> String {
    let entry = table.iter().find(|entry| entry.key == key);
    match entry.map(|entry| &entry.node.value) {
        Some(Value::Text(text)) => text.clone(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_has_its_defaults() {
        let (config, diagnostics) = read("");
        assert!(diagnostics.is_empty());
        assert_eq!(config.folders[0].path, "views");
        let target = &config.targets[&config.default_target];
        assert_eq!(target.url, "embedded:.dormer/dev");
    }

    #[test]
    fn seed_is_for_targets_of_a_folder_alone() {
        let told = |url: &str| {
            let (config, diagnostics) = read(&format!(
                "[target.dev]\nurl = \"{url}\"\nseed = \"seed.sql\"\n"
            ));
            let target = &config.targets[&config.default_target];
            assert_eq!(target.seed.as_deref(), Some("seed.sql"));
            diagnostics
                .into_iter()
                .map(|d| d.message)
                .collect::<Vec<_>>()
        };
        for url in [
            "embedded:.dormer/dev",
            "local:.dormer/pg",
            "${env:SHOP_URL}",
        ] {
            assert!(told(url).is_empty(), "{url}");
        }
        assert_eq!(
            told("postgres://h/d"),
            ["target \"dev\" has a seed, and may be somebody else's"]
        );
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let text = "[projct]\n[settings]\nkeep_retired = 5\nrefresh.evry = \"5m\"\ntags = []\n";
        let (_, diagnostics) = read(text);
        let messages: Vec<&str> = diagnostics.iter().map(|d| d.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "unknown key \"projct\" in dormer.toml",
                "\"keep_retired\" does not accept 5",
                "unknown key \"refresh.evry\" in [settings]",
                "key \"tags\" is not allowed in [settings]",
            ]
        );
        let places: Vec<&str> = diagnostics
            .iter()
            .map(|d| d.primary.as_ref().unwrap().at.span.slice(text))
            .collect();
        assert_eq!(places, ["projct", "5", "evry", "tags"]);
    }

    #[test]
    fn deep_nesting_is_refused_and_breaks_nothing() {
        let (_, diagnostics) = read(&format!("settings = {}", "[".repeat(100_000)));
        assert_eq!(diagnostics.len(), 1);
        let (_, diagnostics) = read(&format!("{}a = 1", "a.".repeat(100_000)));
        assert_eq!(diagnostics.len(), 1);
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in ".*|(\\[+[a-z.]{0,8}\\]+\n|[a-z_.]{1,8} = (\\[|\\{|\"|'|[0-9a-z\"' ,}=]){0,12}\n){0,8}") {
            let (config, _) = read(&text);
            proptest::prop_assert!(!config.targets.is_empty());
        }
    }
}
