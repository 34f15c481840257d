//! Holds JSON against docs/reference/output.schema.json.
//!
//! Stricter than the schema in one thing: a field that it does not name is wrong. **A keyword that is not
//! understood here fails the test**, so that the schema says nothing that is not held.

use std::fs;

use serde_json::{Map, Value};

use crate::shell::workspace;

/// The schema of what the binary prints.
pub(crate) struct Schema(Value);

impl Schema {
    pub(crate) fn read() -> Self {
        let path = workspace().join("docs/reference/output.schema.json");
        let text = fs::read_to_string(path).unwrap();
        Self(serde_json::from_str(&text).unwrap())
    }

    /// The names of what may stand on a line.
    pub(crate) fn names(&self) -> Vec<String> {
        let lines = self.0["anyOf"].as_array().unwrap();
        let name = |line: &Value| line["$ref"].as_str().unwrap().replace("#/$defs/", "");
        lines.iter().map(name).collect()
    }

    /// What is wrong with a value of that name, each with its place.
    pub(crate) fn wrong(&self, name: &str, value: &Value) -> Vec<String> {
        let mut wrong = Vec::new();
        match self.0["$defs"].get(name) {
            Some(schema) => self.look(schema, value, "", &mut wrong),
            None => wrong.push(format!("the schema has no {name}")),
        }
        wrong
    }

    /// The name that a line of a stream fits best, and what is wrong with it.
    pub(crate) fn nearest(&self, value: &Value) -> (String, Vec<String>) {
        let of = |name: &String| &self.0["$defs"][name]["properties"]["event"]["const"];
        let names = self.names().into_iter();
        let names = names.filter(|name| *of(name) == value["event"]);
        let each = names.map(|name| {
            let wrong = self.wrong(&name, value);
            (name, wrong)
        });
        each.min_by_key(|(_, wrong)| wrong.len()).unwrap()
    }

    fn look(&self, schema: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
        let schema = schema.as_object().unwrap();
        for (keyword, rule) in schema {
            let right = match keyword.as_str() {
                "$ref" => {
                    let name = rule.as_str().unwrap().replace("#/$defs/", "");
                    self.look(&self.0["$defs"][&name], value, at, wrong);
                    true
                }
                "type" => is(value, rule.as_str().unwrap()),
                "const" => value == rule,
                "enum" => rule.as_array().unwrap().contains(value),
                "minimum" => value.as_i64() >= rule.as_i64(),
                "format" => {
                    assert_eq!(rule, "date-time");
                    let text = value.as_str().unwrap_or_default();
                    text.len() >= 20 && text.contains('T') && text.ends_with('Z')
                }
                "anyOf" => {
                    let mut each = rule.as_array().unwrap().iter().map(|schema| {
                        let mut wrong = Vec::new();
                        self.look(schema, value, at, &mut wrong);
                        wrong
                    });
                    match each.next() {
                        Some(first) if !first.is_empty() && each.all(|other| !other.is_empty()) => {
                            wrong.extend(first);
                        }
                        _ => {}
                    }
                    true
                }
                "items" => {
                    for (number, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.look(rule, item, &format!("{at}[{number}]"), wrong);
                    }
                    true
                }
                "properties" | "additionalProperties" => {
                    self.fields(schema, value, at, wrong);
                    true
                }
                "required" => {
                    for key in rule.as_array().unwrap() {
                        let key = key.as_str().unwrap();
                        if value.is_object() && value.get(key).is_none() {
                            wrong.push(format!("{at}.{key} is missing"));
                        }
                    }
                    true
                }
                other => panic!("the keyword {other} is not understood"),
            };
            if !right {
                wrong.push(format!("{at} is {value}, not {keyword} {rule}"));
            }
        }
    }

    fn fields(
        &self,
        schema: &Map<String, Value>,
        value: &Value,
        at: &str,
        wrong: &mut Vec<String>,
    ) {
        for (key, field) in value.as_object().into_iter().flatten() {
            let at = format!("{at}.{key}");
            let named = schema.get("properties").and_then(|named| named.get(key));
            match named.or(schema.get("additionalProperties")) {
                Some(rule) => self.look(rule, field, &at, wrong),
                None => wrong.push(format!("{at} is not in the schema")),
            }
        }
    }
}

fn is(value: &Value, kind: &str) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("the type {other} is not understood"),
    }
}

#[test]
fn wrong_fields_are_told_with_their_places() {
    let schema = Schema::read();
    let right = r#"{"format_version":1,"command":"init","folder":"a","files":["b"],"next":[]}"#;
    let right: Value = serde_json::from_str(right).unwrap();
    assert_eq!(schema.wrong("init", &right), [""; 0]);
    let wrong = r#"{"format_version":1,"command":"check","folder":null,"files":["b",1],"more":2}"#;
    let wrong: Value = serde_json::from_str(wrong).unwrap();
    let mut told = schema.wrong("init", &wrong);
    told.sort();
    assert_eq!(
        told,
        [
            ".command is \"check\", not const \"init\"",
            ".files[1] is 1, not type \"string\"",
            ".folder is null, not type \"string\"",
            ".more is not in the schema",
            ".next is missing"
        ]
    );
}
