//! The JSON schema of what `--json` prints, made of its short form.
//!
//! - The short form explains itself in its head; a word in it that is nothing is a failure.
//! - Every field must be said on the page that explains JSON to people.
//! - The schema allows more fields than it names, as the page promises; the tests of the binary do not.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::failure::{Failure, Outcome};
use crate::workspace;

const SHORT: &str = "crates/cli/src/commands/docs/outputs.toml";
const PAGE: &str = "crates/cli/src/commands/docs/json.md";

pub(super) fn make() -> Outcome<String> {
    let short = workspace::read(SHORT)?;
    let schema = expand(&short, &workspace::read(PAGE)?)
        .map_err(|what| Failure::new(format!("{SHORT}: {what}")))?;
    Ok(format!("{schema:#}\n"))
}

fn expand(short: &str, page: &str) -> Result<Value, String> {
    let short: toml::Table = short.parse().map_err(|error| format!("{error}"))?;
    let table = |name: &str| match short.get(name) {
        Some(toml::Value::Table(table)) => table.clone(),
        _ => toml::Table::new(),
    };
    let (outputs, events, parts) = (table("output"), table("event"), table("part"));
    let expanding = Expanding {
        parts: parts.keys().chain(outputs.keys()).cloned().collect(),
        said: said(page),
    };

    let mut definitions = Map::new();
    for (name, fields) in &outputs {
        let fields = known(name, fields)?;
        let other = fields.get("@with").and_then(toml::Value::as_str);
        let other = other.map(|other| {
            let found = outputs.get(other).ok_or(format!("no output {other}"))?;
            known(other, found)
        });
        let other = other.transpose()?;
        let command = fields.get("@command").and_then(toml::Value::as_str);
        let command = command.map_or_else(|| format!("={name}"), str::to_owned);
        let mut whole = toml::Table::new();
        whole.extend(
            other
                .into_iter()
                .flatten()
                .map(|(key, value)| (key.clone(), value.clone())),
        );
        whole.extend(
            fields
                .iter()
                .map(|(key, value)| (key.clone(), value.clone())),
        );
        let frame = [
            ("format_version", json!({"const": 1})),
            ("command", expanding.value(&command)?),
        ];
        definitions.insert(name.clone(), expanding.object(name, &frame, &whole)?);
    }
    for (name, fields) in &events {
        let frame = [
            ("ts", expanding.value("moment")?),
            ("run", expanding.value("text")?),
            ("event", json!({"const": name})),
        ];
        definitions.insert(
            name.clone(),
            expanding.object(name, &frame, known(name, fields)?)?,
        );
    }
    let lines: Vec<Value> = definitions
        .keys()
        .map(|name| json!({"$ref": format!("#/$defs/{name}")}))
        .collect();
    for (name, fields) in &parts {
        let fields = known(name, fields)?;
        let schema = match fields.get("@is").and_then(toml::Value::as_str) {
            Some(value) => expanding.value(value)?,
            None => expanding.object(name, &[], fields)?,
        };
        if definitions.insert(name.clone(), schema).is_some() {
            return Err(format!("{name} is an output and a part"));
        }
    }
    Ok(json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What dormer --json prints: one such object, or one on each line",
        "anyOf": lines,
        "$defs": definitions,
    }))
}

fn known<'a>(name: &str, value: &'a toml::Value) -> Result<&'a toml::Table, String> {
    value.as_table().ok_or(format!("{name} is no table"))
}

struct Expanding {
    parts: BTreeSet<String>,
    said: BTreeSet<String>,
}

impl Expanding {
    fn object(
        &self,
        name: &str,
        frame: &[(&str, Value)],
        fields: &toml::Table,
    ) -> Result<Value, String> {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for (key, schema) in frame {
            properties.insert((*key).to_owned(), schema.clone());
            required.push((*key).to_owned());
        }
        for (key, value) in fields.iter().filter(|(key, _)| !key.starts_with('@')) {
            let value = value.as_str().ok_or(format!("{name}.{key} is no text"))?;
            let (key, absent) = match key.strip_suffix('?') {
                Some(key) => (key, true),
                None => (key.as_str(), false),
            };
            if !self.said.contains(key) {
                return Err(format!("{name}.{key} is not explained in {PAGE}"));
            }
            let schema = self
                .value(value)
                .map_err(|what| format!("{name}.{key}: {what}"))?;
            properties.insert(key.to_owned(), schema);
            if !absent {
                required.push(key.to_owned());
            }
        }
        Ok(json!({"type": "object", "properties": properties, "required": required}))
    }

    fn value(&self, text: &str) -> Result<Value, String> {
        if let Some(inner) = text
            .strip_prefix('[')
            .and_then(|text| text.strip_suffix(']'))
        {
            return Ok(json!({"type": "array", "items": self.value(inner)?}));
        }
        if let Some(inner) = text
            .strip_prefix('{')
            .and_then(|text| text.strip_suffix('}'))
        {
            return Ok(json!({"type": "object", "additionalProperties": self.value(inner)?}));
        }
        if let Some(inner) = text.strip_suffix('?') {
            return Ok(json!({"anyOf": [self.value(inner)?, {"type": "null"}]}));
        }
        if let Some(word) = text.strip_prefix('=') {
            return Ok(json!({"const": word}));
        }
        if text.contains('|') {
            let words: Vec<&str> = text.split('|').collect();
            return Ok(json!({"enum": words}));
        }
        Ok(match text {
            "text" => json!({"type": "string"}),
            "moment" => json!({"type": "string", "format": "date-time"}),
            "count" => json!({"type": "integer", "minimum": 0}),
            "number" => json!({"type": "integer"}),
            "flag" => json!({"type": "boolean"}),
            "any" => json!({}),
            part if self.parts.contains(part) => json!({"$ref": format!("#/$defs/{part}")}),
            other => return Err(format!("{other} is nothing")),
        })
    }
}

/// The words that a page has in backticks: `a.b[]` says a and b.
fn said(page: &str) -> BTreeSet<String> {
    let quoted = page.split('`').skip(1).step_by(2);
    quoted
        .flat_map(|code| {
            code.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        })
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_form_is_expanded() {
        let short =
            "[output.a]\nb = \"[c]\"\n\"d?\" = \"e|f?\"\n[event.g]\n[part.c]\nb = \"{text}\"\n";
        let schema = expand(short, "`b` and `x.d[]`").unwrap();
        assert_eq!(
            schema["$defs"]["a"],
            json!({
                "type": "object",
                "properties": {
                    "format_version": {"const": 1},
                    "command": {"const": "a"},
                    "b": {"type": "array", "items": {"$ref": "#/$defs/c"}},
                    "d": {"anyOf": [{"enum": ["e", "f"]}, {"type": "null"}]},
                },
                "required": ["format_version", "command", "b"],
            })
        );
        assert_eq!(
            schema["anyOf"],
            json!([{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/g"}])
        );
        assert_eq!(
            schema["$defs"]["g"]["required"],
            json!(["ts", "run", "event"])
        );
    }

    #[test]
    fn what_is_not_explained_or_nothing_is_told() {
        let told = |short: &str| expand(short, "`b`").unwrap_err();
        assert!(told("[output.a]\nc = \"text\"\n").starts_with("a.c is not explained"));
        assert_eq!(told("[output.a]\nb = \"txt\"\n"), "a.b: txt is nothing");
        assert_eq!(told("[output.a]\n\"@with\" = \"b\"\n"), "no output b");
    }
}
