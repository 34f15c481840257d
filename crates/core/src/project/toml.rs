//! TOML text to a tree in which every key and every value knows its place.
//!
//! One tree serves `dormer.toml`, `catalog.lock` and the directives in SQL files, so that the
//! readers above share their words. **The order of the file is kept; no input panics.**

use dormer_sql::Span;
use toml_edit::{Document, Item, Key, Table, TableLike, Value as TomlValue};

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) value: Value,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Text(String),
    Integer(i64),
    Boolean(bool),
    /// A float or a date: nothing in Dormer's files takes one.
    Other(&'static str),
    List(Vec<Node>),
    Table(Vec<Entry>),
}

/// One `key = value` of a table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) node: Node,
}

impl Value {
    /// Says what the value is, in the words of TOML.
    pub(crate) const fn words(&self) -> &'static str {
        match self {
            Self::Text(_) => "a string",
            Self::Integer(_) => "an integer",
            Self::Boolean(_) => "a boolean",
            Self::Other(words) => words,
            Self::List(_) => "an array",
            Self::Table(_) => "a table",
        }
    }
}

/// What TOML itself finds wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TomlProblem {
    pub(crate) span: Span,
    pub(crate) message: String,
}

/// Parses a text; `offset` is added to all spans, for a text that is a piece of a file.
///
/// `toml` reads the text first, because `toml_edit` panics on some texts that are no TOML: it counts
/// on spans that a value it has given up does not have.
pub(crate) fn parse(text: &str, offset: u32) -> Result<Vec<Entry>, TomlProblem> {
    toml::de::DeTable::parse(text).map_err(|error| TomlProblem {
        span: shift(error.span(), offset),
        message: one_line(error.message()),
    })?;
    let document = Document::parse(text).map_err(|error| TomlProblem {
        span: shift(error.span(), offset),
        message: one_line(error.message()),
    })?;
    Ok(entries(document.as_table(), offset))
}

fn shift(range: Option<std::ops::Range<usize>>, offset: u32) -> Span {
    let span = Span::of(range.unwrap_or(0..0));
    Span::new(
        span.start.saturating_add(offset),
        span.end.saturating_add(offset),
    )
}

fn one_line(message: &str) -> String {
    let lines: Vec<&str> = message.lines().map(str::trim).collect();
    lines.join(", ")
}

fn entries(table: &dyn TableLike, offset: u32) -> Vec<Entry> {
    let entry = |(key, item): (&str, &Item)| {
        let key_span = shift(table.key(key).and_then(Key::span), offset);
        let mut node = node(item, offset)?;
        if node.span.is_empty() {
            node.span = key_span;
        }
        Some(Entry {
            key: key.to_owned(),
            key_span,
            node,
        })
    };
    table.iter().filter_map(entry).collect()
}

fn node(item: &Item, offset: u32) -> Option<Node> {
    let value = match item {
        Item::None => return None,
        Item::Value(value) => return Some(scalar(value, offset)),
        Item::Table(table) => Value::Table(entries(table, offset)),
        Item::ArrayOfTables(tables) => {
            let table = |table: &Table| Node {
                span: shift(table.span(), offset),
                value: Value::Table(entries(table, offset)),
            };
            Value::List(tables.iter().map(table).collect())
        }
    };
    let span = shift(item.span(), offset);
    Some(Node { span, value })
}

fn scalar(value: &TomlValue, offset: u32) -> Node {
    let span = shift(value.span(), offset);
    let value = match value {
        TomlValue::String(text) => Value::Text(text.value().clone()),
        TomlValue::Integer(number) => Value::Integer(*number.value()),
        TomlValue::Float(_) => Value::Other("a float"),
        TomlValue::Boolean(boolean) => Value::Boolean(*boolean.value()),
        TomlValue::Datetime(_) => Value::Other("a date"),
        TomlValue::Array(items) => {
            Value::List(items.iter().map(|item| scalar(item, offset)).collect())
        }
        TomlValue::InlineTable(table) => Value::Table(entries(table, offset)),
    };
    Node { span, value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_and_value_knows_its_place() {
        let text = "[a]\nb = { c.d = \"x\" }\n[[e]]\nf = [1, true]\n";
        let tree = parse(text, 0).unwrap();
        let Value::Table(a) = &tree[0].node.value else {
            panic!()
        };
        let Value::Table(b) = &a[0].node.value else {
            panic!()
        };
        let Value::Table(c) = &b[0].node.value else {
            panic!()
        };
        assert_eq!(c[0].key_span.slice(text), "d");
        assert_eq!(c[0].node.span.slice(text), "\"x\"");
        assert_eq!(tree[1].key, "e");
    }

    #[test]
    fn a_mistake_has_its_place_in_the_whole_file() {
        let problem = parse("a = ", 100).unwrap_err();
        assert!(problem.span.start >= 100);
        assert!(!problem.message.contains('\n'));
    }
}
