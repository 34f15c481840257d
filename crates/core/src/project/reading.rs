//! Tables of TOML to values by the table of keys, with every mistake told at its place.
//!
//! **A mistake costs its own key only:** the rest of the table is read on.

use std::collections::BTreeMap;

use dormer_sql::Span;

use super::codes;
use super::cron::is_cron;
use super::key::{self, CHECKS_PATH, Field, HAZARDS, READERS_TO_COME, Section, Shape};
use super::pattern::Pattern;
use super::quantity::{Duration, Size};
use super::toml::{Entry, Node, Value};
use crate::diagnostic::{Code, Diagnostic, Location, Severity, suggest};

/// What somebody wrote for one key, of the shape that the key accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    Text(String),
    Texts(Vec<String>),
    Map(BTreeMap<String, (String, Location)>),
    Duration(Duration),
    Size(Size),
    Count(u32),
    Pattern(Pattern),
}

/// One key that somebody wrote, with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The path of the key: `refresh.every`, `checks.DM0104`.
    pub path: String,
    pub value: Written,
    /// The place of the value.
    pub at: Location,
}

/// Reads tables and gathers what is wrong with them.
pub(crate) struct Reading<'a> {
    /// Turns a span of the tree into a place on disk.
    pub(crate) locate: &'a dyn Fn(Span) -> Location,
    pub(crate) diagnostics: &'a mut Vec<Diagnostic>,
}

impl Reading<'_> {
    /// Starts an error at a place; [`Self::push`] ends it.
    pub(crate) fn error(&self, code: Code, span: Span, words: (String, String)) -> Diagnostic {
        let (message, label) = words;
        Diagnostic::new(code, Severity::Error, message).at((self.locate)(span), label)
    }

    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Reads the entries of one section.
    pub(crate) fn section(&mut self, section: Section, entries: &[Entry]) -> Vec<Given> {
        let mut given = Vec::new();
        self.table(section, "", entries, &mut given);
        given
    }

    fn table(&mut self, section: Section, prefix: &str, entries: &[Entry], given: &mut Vec<Given>) {
        for entry in entries {
            let path = format!("{prefix}{}", entry.key);
            if let Some(field) = section.fields().find(|field| field.matches(&path)) {
                if let Some(value) = self.value(field, &path, &entry.node) {
                    let at = (self.locate)(entry.node.span);
                    given.push(Given { path, value, at });
                }
                continue;
            }
            let inner = format!("{path}.");
            if prefix.is_empty() && section.fields().any(|field| field.path.starts_with(&inner)) {
                if let Value::Table(entries) = &entry.node.value {
                    self.table(section, &inner, entries, given);
                } else {
                    let keys = keys_below(section, &inner);
                    let expected = if keys.is_empty() {
                        "expected a table of codes such as { DM0104 = \"off\" }".to_owned()
                    } else {
                        format!("expected a table with {}", keys.join(", "))
                    };
                    self.refuse(&path, &entry.node, expected);
                }
                continue;
            }
            self.unknown(section, prefix, entry);
        }
    }

    /// Tells a key that is unknown, or known and not allowed here.
    fn unknown(&mut self, section: Section, prefix: &str, entry: &Entry) {
        let path = format!("{prefix}{}", entry.key);
        let group = format!("{path}.");
        let elsewhere = key::SETTINGS
            .iter()
            .find(|field| field.matches(&path) || field.path.starts_with(&group));
        let words = section.words();
        let code = if section == Section::Directive {
            codes::MISPLACED_DIRECTIVE
        } else {
            codes::UNKNOWN_KEY
        };
        if let Some(field) = elsewhere {
            let places: Vec<_> = field.places.iter().map(|place| place.words()).collect();
            let message = format!("key \"{path}\" is not allowed in {words}");
            let diagnostic = self
                .error(
                    code,
                    entry.key_span,
                    (message, "not allowed here".to_owned()),
                )
                .note(format!(
                    "\"{path}\" is allowed in {}",
                    listed(&places, "and")
                ));
            return self.push(diagnostic);
        }
        let message = format!("unknown key \"{path}\" in {words}");
        let diagnostic = self.error(code, entry.key_span, (message, "no such key".to_owned()));
        let known = keys_below(section, prefix);
        let diagnostic = match suggest(&entry.key, known.iter().map(String::as_str)) {
            Some(meant) => diagnostic.help(format!("did you mean \"{meant}\"?")),
            None if prefix == "checks." => {
                diagnostic.note("keys of checks are codes such as DM0104")
            }
            None => diagnostic.note(format!("known here: {}", known.join(", "))),
        };
        self.push(diagnostic);
    }

    /// Tells that a key does not accept a value.
    pub(crate) fn refuse(&mut self, path: &str, node: &Node, expected: String) {
        let message = match &node.value {
            Value::Text(text) => format!("\"{path}\" does not accept \"{}\"", text.escape_debug()),
            Value::Integer(number) => format!("\"{path}\" does not accept {number}"),
            Value::Boolean(boolean) => format!("\"{path}\" does not accept {boolean}"),
            other @ (Value::Other(_) | Value::List(_) | Value::Table(_)) => {
                format!("\"{path}\" does not accept {}", other.words())
            }
        };
        let mut diagnostic = self.error(codes::INVALID_VALUE, node.span, (message, expected));
        if let (Value::Text(text), Some(words)) = (&node.value, choices(path))
            && let Some(meant) = suggest(text, words.iter().copied())
        {
            diagnostic = diagnostic.help(format!("did you mean \"{meant}\"?"));
        }
        self.push(diagnostic);
    }

    fn value(&mut self, field: &Field, path: &str, node: &Node) -> Option<Written> {
        if path == "reader"
            && let Some(reader) = reader_to_come(node)
        {
            let message = format!("the reader \"{reader}\" is not built yet");
            let words = (message, format!("expected {}", quoted(key::READERS)));
            let diagnostic = self.error(codes::INVALID_VALUE, node.span, words);
            self.push(diagnostic);
            return None;
        }
        match (field.shape, &node.value) {
            (Shape::Map, Value::Table(entries)) => return Some(self.map(path, entries)),
            (Shape::Texts | Shape::Hazards, Value::List(items)) => {
                return Some(self.texts(field.shape, path, items));
            }
            _ => {}
        }
        match read_scalar(field.shape, &node.value) {
            Ok(value) => Some(value),
            Err(expected) => {
                self.refuse(path, node, expected);
                None
            }
        }
    }

    fn map(&mut self, path: &str, entries: &[Entry]) -> Written {
        let mut map = BTreeMap::new();
        for entry in entries {
            if let Value::Text(text) = &entry.node.value {
                let at = (self.locate)(entry.node.span);
                map.insert(entry.key.clone(), (text.clone(), at));
            } else {
                let path = format!("{path}.{}", entry.key);
                self.refuse(&path, &entry.node, "expected a string".to_owned());
            }
        }
        Written::Map(map)
    }

    fn texts(&mut self, shape: Shape, path: &str, items: &[Node]) -> Written {
        let mut texts = Vec::new();
        for item in items {
            match &item.value {
                Value::Text(text) if shape != Shape::Hazards || is_hazard(text) => {
                    texts.push(text.clone());
                }
                Value::Text(_) => self.refuse(path, item, expected(shape)),
                _ => self.refuse(path, item, "expected a string".to_owned()),
            }
        }
        Written::Texts(texts)
    }
}

fn reader_to_come(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Text(text) if READERS_TO_COME.contains(&text.as_str()) => Some(text),
        _ => None,
    }
}

/// The names of the keys directly below a prefix, for lists and suggestions.
fn keys_below(section: Section, prefix: &str) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    let below = |field: &'static Field| field.path.strip_prefix(prefix);
    for path in section.fields().filter_map(below) {
        let key = path.split('.').next().unwrap_or(path).to_owned();
        if key != "*" && !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

fn choices(path: &str) -> Option<&'static [&'static str]> {
    if path == "allow" {
        return Some(HAZARDS);
    }
    let all = Section::IN_FILE.into_iter().flat_map(Section::fields);
    let mut found = all.filter(|field| field.matches(path));
    match found.next()?.shape {
        Shape::OneOf(words) => Some(words),
        _ => None,
    }
}

/// Says what a shape accepts, for the label under the value.
pub(crate) fn expected(shape: Shape) -> String {
    match shape {
        Shape::Text => "expected a string".to_owned(),
        Shape::Texts => "expected an array of strings".to_owned(),
        Shape::Map => "expected a table of strings".to_owned(),
        Shape::OneOf(words) => format!("expected {}", quoted(words)),
        Shape::Duration => {
            "expected a duration such as \"30s\", \"5m\", \"2h\" or \"1d\"".to_owned()
        }
        Shape::Period => {
            "expected a duration above zero such as \"30s\", \"5m\", \"2h\" or \"1d\"".to_owned()
        }
        Shape::Size => {
            "expected bytes such as \"20GB\", or a part of the free space such as \"15%\""
                .to_owned()
        }
        Shape::Count => "expected a whole number from 1".to_owned(),
        Shape::Cron => {
            "expected a cron expression of 5 or 6 fields, each in its range, such as \"*/15 * * * *\"".to_owned()
        }
        Shape::Window => {
            "expected two different hours of the day such as \"22:00-06:00\""
                .to_owned()
        }
        Shape::Hazards => format!(
            "expected hazards, each alone or with an object (\"data-loss:marts.x\"): {}",
            HAZARDS.join(", ")
        ),
        Shape::Pattern => "expected a glob on schema.name, tag:x, path:dir or kind:mv".to_owned(),
    }
}

fn quoted(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    let quoted: Vec<&str> = quoted.iter().map(String::as_str).collect();
    listed(&quoted, "or")
}

/// Writes a list as a sentence does: `a, b and c`.
pub(crate) fn listed(items: &[&str], last: &str) -> String {
    match items.split_last() {
        None => String::new(),
        Some((only, [])) => (*only).to_owned(),
        Some((end, before)) => format!("{} {last} {end}", before.join(", ")),
    }
}

fn read_scalar(shape: Shape, value: &Value) -> Result<Written, String> {
    let refused = || expected(shape);
    if let (Shape::Count, Value::Integer(number)) = (shape, value) {
        let count = u32::try_from(*number).ok().filter(|count| *count > 0);
        return count.map(Written::Count).ok_or_else(refused);
    }
    let Value::Text(text) = value else {
        return Err(refused());
    };
    match shape {
        Shape::Text => Some(Written::Text(text.clone())),
        Shape::OneOf(words) => words
            .contains(&text.as_str())
            .then(|| Written::Text(text.clone())),
        Shape::Duration => Duration::parse(text).map(Written::Duration),
        Shape::Period => Duration::parse(text)
            .filter(|duration| *duration > Duration::ZERO)
            .map(Written::Duration),
        Shape::Size => Size::parse(text).map(Written::Size),
        Shape::Cron => is_cron(text).then(|| Written::Text(text.clone())),
        Shape::Window => is_window(text).then(|| Written::Text(text.clone())),
        Shape::Pattern => return Pattern::parse(text).map(Written::Pattern),
        Shape::Texts | Shape::Map | Shape::Count | Shape::Hazards => None,
    }
    .ok_or_else(refused)
}

fn is_window(text: &str) -> bool {
    let time = |text: &str| {
        let (hour, minute) = text.split_once(':')?;
        let number = |text: &str| (text.len() == 2).then(|| text.parse::<u8>().ok())?;
        let (hour, minute) = (number(hour)?, number(minute)?);
        (hour < 24 && minute < 60).then_some((hour, minute))
    };
    let both = text.split_once('-');
    let both = both.and_then(|(from, to)| Some((time(from)?, time(to)?)));
    both.is_some_and(|(from, to)| from != to)
}

fn is_hazard(text: &str) -> bool {
    let (name, object) = text.split_once(':').unwrap_or((text, "any"));
    HAZARDS.contains(&name) && !object.is_empty()
}

/// Tells whether a path is that of a check's level.
pub(crate) fn check_code(path: &str) -> Option<&str> {
    let prefix = CHECKS_PATH.strip_suffix('*').unwrap_or(CHECKS_PATH);
    path.strip_prefix(prefix)
}
