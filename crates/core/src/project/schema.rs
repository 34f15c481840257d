//! The JSON schema of `dormer.toml`, for editors: made from the table of keys that the reader uses.

use serde_json::{Map, Value, json};

use super::key::{CHECKS_PATH, Field, HAZARDS, Section, Shape};

/// Makes the schema.
#[must_use]
pub fn json_schema() -> Value {
    let mut properties = Map::new();
    for section in Section::IN_FILE {
        let table = table(section);
        let value = match section {
            Section::Folder | Section::Rule => json!({ "type": "array", "items": table }),
            Section::Target => json!({ "type": "object", "additionalProperties": table }),
            Section::Project | Section::Settings | Section::Directive => table,
        };
        properties.insert(section.key().to_owned(), value);
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "dormer.toml",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    })
}

/// The table of one section, with the keys below a dot as tables of their own.
fn table(section: Section) -> Value {
    let mut properties = Map::new();
    for field in section.fields() {
        let Some((group, key)) = field.path.split_once('.') else {
            properties.insert(field.path.to_owned(), value(field));
            continue;
        };
        let empty = || json!({ "type": "object", "additionalProperties": false });
        let group = properties.entry(group).or_insert_with(empty);
        let inside = if field.path == CHECKS_PATH {
            ("patternProperties", "^DM[0-9]{4}$")
        } else {
            ("properties", key)
        };
        if let Some(group) = group.as_object_mut() {
            let below = group.entry(inside.0).or_insert_with(|| json!({}));
            if let Some(below) = below.as_object_mut() {
                below.insert(inside.1.to_owned(), value(field));
            }
        }
    }
    let mut table = json!({
        "description": section.summary(),
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if let (Section::Rule, Some(table)) = (section, table.as_object_mut()) {
        table.insert("required".to_owned(), json!(["match"]));
    }
    table
}

fn value(field: &Field) -> Value {
    let mut schema = shape(field.shape);
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("description".to_owned(), json!(field.summary));
        if let Some(default) = field.default {
            schema.insert("default".to_owned(), json!(default));
        }
    }
    schema
}

fn shape(shape: Shape) -> Value {
    match shape {
        Shape::Text | Shape::Pattern => json!({ "type": "string" }),
        Shape::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        Shape::Map => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        Shape::OneOf(words) => json!({ "enum": words }),
        Shape::Duration => json!({ "type": "string", "pattern": "^([0-9]+(d|h|m|s|ms))+$" }),
        Shape::Period => {
            let any = "([0-9]+(d|h|m|s|ms))*";
            let pattern = format!("^{any}[0-9]*[1-9][0-9]*(d|h|m|s|ms){any}$");
            json!({ "type": "string", "pattern": pattern })
        }
        Shape::Size => json!({ "type": "string", "pattern": "^[0-9]+ *([kKmMgGtT]?[bB]|%)$" }),
        Shape::Count => json!({ "type": "integer", "minimum": 1, "maximum": u32::MAX }),
        Shape::Cron => json!({ "type": "string", "pattern": r"^\s*(\S+\s+){4,5}\S+\s*$" }),
        Shape::Window => {
            json!({ "type": "string", "pattern": "^[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}$" })
        }
        Shape::Hazards => {
            let pattern = format!("^({})(:.+)?$", HAZARDS.join("|"));
            json!({ "type": "array", "items": { "type": "string", "pattern": pattern } })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_table_is_in_the_schema() {
        let schema = json_schema();
        for section in Section::IN_FILE {
            let pointer = match section {
                Section::Folder | Section::Rule => format!("/properties/{}/items", section.key()),
                Section::Target => "/properties/target/additionalProperties".to_owned(),
                _ => format!("/properties/{}", section.key()),
            };
            for field in section.fields().filter(|field| field.path != CHECKS_PATH) {
                let path = field.path.replace('.', "/properties/");
                let pointer = format!("{pointer}/properties/{path}/description");
                assert!(schema.pointer(&pointer).is_some(), "{pointer}");
            }
        }
    }
}
