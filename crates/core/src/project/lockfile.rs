//! `catalog.lock`: the columns and types of externals, one section a target.
//!
//! ```toml
//! format_version = 1
//!
//! [target.dev.external."raw.orders"]
//! kind = "table"
//! columns = [
//!     { name = "id", type = "bigint" },
//! ]
//! ```
//!
//! **Reading what [`to_text`] wrote gives the same externals,** and the text is sorted.

use std::collections::{BTreeMap, BTreeSet};

use dormer_sql::{Dialect, Span};

use super::codes;
use super::reading::{Reading, listed};
use super::toml::{self, Entry, Node, Value};
use crate::diagnostic::{Diagnostic, FilePath, Location, suggest};
use crate::model::catalog::{External, ExternalColumn, ExternalKind, Externals};
use crate::model::name::{ObjectName, TargetName};

/// The name of the file, beside `dormer.toml`.
pub const FILE_NAME: &str = "catalog.lock";

/// The format that is read and written.
pub const FORMAT_VERSION: i64 = 1;

/// The externals of all targets that the file has a section for.
pub type Lock = BTreeMap<TargetName, Externals>;

/// Reads the text of a `catalog.lock`.
///
/// The names are those of a SQL text; `dialect_of` tells how each target folds them.
#[must_use]
pub fn read(text: &str, dialect_of: &dyn Fn(&str) -> Dialect) -> (Lock, Vec<Diagnostic>) {
    let file = FilePath::new(FILE_NAME);
    let locate = |span| Location {
        file: file.clone(),
        span,
    };
    let mut diagnostics = Vec::new();
    let mut reader = LockReader {
        reading: Reading {
            locate: &locate,
            diagnostics: &mut diagnostics,
        },
    };
    let lock = match toml::parse(text, 0) {
        Ok(entries) => reader.file(&entries, dialect_of),
        Err(problem) => {
            let message = format!("{FILE_NAME} is not TOML");
            reader.tell(problem.span, message, problem.message);
            Lock::new()
        }
    };
    (lock, diagnostics)
}

struct LockReader<'a> {
    reading: Reading<'a>,
}

impl LockReader<'_> {
    fn tell(&mut self, span: Span, message: String, label: String) {
        let words = (message, label);
        let diagnostic = self
            .reading
            .error(codes::INVALID_LOCK, span, words)
            .help("see its form: dormer explain DM0007");
        self.reading.push(diagnostic);
    }

    fn table<'n>(&mut self, node: &'n Node, what: &str) -> &'n [Entry] {
        if let Value::Table(entries) = &node.value {
            return entries;
        }
        let message = format!("{what} is {}", node.value.words());
        self.tell(node.span, message, "expected a table".to_owned());
        &[]
    }

    fn text(&mut self, entry: &Entry) -> Option<String> {
        if let Value::Text(text) = &entry.node.value {
            return Some(text.clone());
        }
        let message = format!("\"{}\" is {}", entry.key, entry.node.value.words());
        self.tell(entry.node.span, message, "expected a string".to_owned());
        None
    }

    fn unknown(&mut self, entry: &Entry) {
        let message = format!("unknown key \"{}\" in {FILE_NAME}", entry.key);
        self.tell(entry.key_span, message, "no such key".to_owned());
    }

    fn file(&mut self, entries: &[Entry], dialect_of: &dyn Fn(&str) -> Dialect) -> Lock {
        let mut lock = Lock::new();
        let version = entries.iter().find(|entry| entry.key == "format_version");
        let found = version.map(|entry| (&entry.node.value, entry.node.span));
        match found {
            Some((Value::Integer(FORMAT_VERSION), _)) => {}
            other => {
                let span = other.map_or_else(Span::default, |(_, span)| span);
                let message = format!("{FILE_NAME} has no format that is known");
                let label = format!("expected format_version = {FORMAT_VERSION}");
                self.tell(span, message, label);
                return lock;
            }
        }
        for entry in entries {
            match entry.key.as_str() {
                "format_version" => {}
                "target" => {
                    for target in self.table(&entry.node, "target") {
                        let dialect = dialect_of(&target.key);
                        let externals = self.target(target, dialect);
                        lock.insert(TargetName(target.key.clone()), externals);
                    }
                }
                _ => self.unknown(entry),
            }
        }
        lock
    }

    fn target(&mut self, target: &Entry, dialect: Dialect) -> Externals {
        let mut externals = Externals {
            recorded: true,
            ..Externals::default()
        };
        for entry in self.table(&target.node, "a target") {
            if entry.key != "external" {
                self.unknown(entry);
                continue;
            }
            for relation in self.table(&entry.node, "external") {
                let external = self.external(relation);
                match ObjectName::parse(&relation.key, dialect) {
                    Some(name) => {
                        externals.relations.insert(name, external);
                    }
                    None => {
                        let message = format!("\"{}\" is not a name", relation.key);
                        let label = "expected schema.name".to_owned();
                        self.tell(relation.key_span, message, label);
                    }
                }
            }
        }
        externals
    }

    fn external(&mut self, relation: &Entry) -> External {
        let mut external = External {
            kind: ExternalKind::Table,
            columns: Vec::new(),
        };
        for entry in self.table(&relation.node, "an external") {
            match (entry.key.as_str(), &entry.node.value) {
                ("kind", _) => {
                    if let Some(kind) = self.text(entry) {
                        external.kind = self.kind(&kind, entry.node.span);
                    }
                }
                ("columns", Value::List(columns)) => {
                    let read = columns.iter().filter_map(|column| self.column(column));
                    external.columns = read.collect();
                    // One that stands twice has been told; it would be ambiguous to every reader.
                    let mut seen = BTreeSet::new();
                    external
                        .columns
                        .retain(|column| seen.insert(column.name.clone()));
                    self.twice(columns);
                }
                ("columns", other) => {
                    let message = format!("\"columns\" is {}", other.words());
                    self.tell(entry.node.span, message, "expected an array".to_owned());
                }
                _ => self.unknown(entry),
            }
        }
        external
    }

    fn kind(&mut self, text: &str, span: Span) -> ExternalKind {
        let words = ExternalKind::ALL.map(ExternalKind::as_str);
        let found = ExternalKind::parse(text);
        if found.is_none() {
            let message = format!("\"{text}\" is no kind of external");
            let label = format!("expected {}", listed(&words, "or"));
            let diagnostic = self
                .reading
                .error(codes::INVALID_LOCK, span, (message, label));
            let diagnostic = match suggest(text, words) {
                Some(meant) => diagnostic.help(format!("did you mean \"{meant}\"?")),
                None => diagnostic,
            };
            self.reading.push(diagnostic);
        }
        found.unwrap_or(ExternalKind::Table)
    }

    /// Tells the columns that have the name of an earlier one.
    fn twice(&mut self, columns: &[Node]) {
        let mut names: BTreeMap<&str, Span> = BTreeMap::new();
        for column in columns {
            let Value::Table(entries) = &column.value else {
                continue;
            };
            let name = entries.iter().find(|entry| entry.key == "name");
            let Some((Value::Text(text), span)) =
                name.map(|entry| (&entry.node.value, entry.node.span))
            else {
                continue;
            };
            match names.get(text.as_str()) {
                Some(first) => {
                    let message = format!("a column \"{text}\" stands twice");
                    let words = (message, "named again".to_owned());
                    let first = (self.reading.locate)(*first);
                    let diagnostic = self.reading.error(codes::INVALID_LOCK, span, words);
                    self.reading.push(diagnostic.related(first, "named first"));
                }
                None => {
                    names.insert(text, span);
                }
            }
        }
    }

    fn column(&mut self, node: &Node) -> Option<ExternalColumn> {
        let mut name = None;
        let mut type_name = None;
        for entry in self.table(node, "a column") {
            match entry.key.as_str() {
                "name" => name = self.text(entry),
                "type" => type_name = self.text(entry),
                _ => self.unknown(entry),
            }
        }
        if name.is_none() && matches!(node.value, Value::Table(_)) {
            let label = "expected name = \"..\"".to_owned();
            self.tell(node.span, "a column has no name".to_owned(), label);
        }
        name.map(|name| ExternalColumn {
            name: name.into(),
            type_name,
        })
    }
}

/// Writes the text of a `catalog.lock`: sorted, the same bytes for the same externals.
#[must_use]
pub fn to_text(lock: &Lock) -> String {
    let mut out = format!(
        "# Columns and types of what the project reads and does not own.\n\
         format_version = {FORMAT_VERSION}\n"
    );
    for (target, externals) in lock {
        if externals.relations.is_empty() {
            out.push_str(&format!("\n[target.{}.external]\n", key(&target.0)));
        }
        for (name, external) in &externals.relations {
            let target = key(&target.0);
            let name = string(&name.to_string());
            out.push_str(&format!("\n[target.{target}.external.{name}]\n"));
            out.push_str(&format!("kind = {}\n", string(external.kind.as_str())));
            out.push_str("columns = [\n");
            for column in &external.columns {
                out.push_str(&format!("    {{ name = {}", string(&column.name)));
                if let Some(type_name) = &column.type_name {
                    out.push_str(&format!(", type = {}", string(type_name)));
                }
                out.push_str(" },\n");
            }
            out.push_str("]\n");
        }
    }
    out
}

/// Writes a basic string of TOML.
fn string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn key(text: &str) -> String {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if !text.is_empty() && text.bytes().all(bare) {
        text.to_owned()
    } else {
        string(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_back() {
        let column = |name: &str, type_name: Option<&str>| ExternalColumn {
            name: name.into(),
            type_name: type_name.map(str::to_owned),
        };
        let external = External {
            kind: ExternalKind::Table,
            columns: vec![column("id", Some("bigint")), column("Say \"hi\"\n", None)],
        };
        let externals = Externals {
            relations: BTreeMap::from([
                (ObjectName::new("raw", "orders"), external.clone()),
                (ObjectName::new("raw", "Ord.ers"), external),
            ]),
            recorded: true,
        };
        let lock = Lock::from([
            (TargetName("dev".to_owned()), externals),
            (
                TargetName("a b".to_owned()),
                Externals {
                    recorded: true,
                    ..Externals::default()
                },
            ),
        ]);
        let text = to_text(&lock);
        let (read, diagnostics) = read(&text, &|_| Dialect::Postgres);
        assert_eq!(diagnostics, []);
        assert_eq!(read, lock);
        assert_eq!(to_text(&read), text);
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in ".*|format_version = 1\n(\\[target(\\.[a-z\"]{1,4}){0,3}\\]\n|[a-z]{1,7} = [0-9a-z\"\\[\\]{}, =]{0,12}\n){0,6}") {
            let _ = read(&text, &|_| Dialect::Postgres);
        }
    }
}
