//! The reference of `dormer.toml` and its JSON schema, from the table of keys.

use std::fmt::Write as _;

use dormer_core::project::key::{Field, Place, SETTINGS, Section, Shape};
use dormer_core::project::schema;

/// What the page opens with.
const HEAD: &str = "\
# dormer.toml

A project is a folder with this file. Editors that know JSON schema check it while it is written, with
`#:schema` and the path of [the schema](dormer.schema.json) on its first line.

- A duration is a number with a unit: `30s`, `5m`, `2h`, `1d`.
- `${env:NAME}` is taken from the environment, in this file only. `${name}` in SQL files is a variable
  of the target; `$${` is a plain `${`.
- An unknown key is an error with its place, never ignored.
- Every key is read and checked for every engine; those of an engine whose targets are still to come
  take effect with them.
";

const SETTINGS_HEAD: &str = "
## Settings

A setting is taken from the narrowest place that gives it: a directive in the object's file, then the
last `[[rule]]` that matches the object, then `[settings]`, then the default. A directive is a comment
line `-- dormer: key = value` before the CREATE. `dormer show NAME` tells where each value comes from.
A key with a dot is a key of a table: `refresh = { every = \"5m\" }`.

| key | value | default | where | |
|---|---|---|---|---|
";

/// Makes the page.
pub(super) fn page() -> String {
    let mut out = HEAD.to_owned();
    let own = [
        Section::Project,
        Section::Folder,
        Section::Target,
        Section::Rule,
    ];
    for section in own {
        let _ = write!(out, "\n## `{}`\n\n{}", section.words(), section.summary());
        match section {
            Section::Target | Section::Rule => {
                out.push_str(" Beside these, [settings](#settings).\n\n");
            }
            _ => out.push_str("\n\n"),
        }
        out.push_str("| key | value | default | |\n|---|---|---|---|\n");
        let is_setting = |field: &&Field| SETTINGS.iter().any(|setting| setting.path == field.path);
        for field in section.fields().filter(|field| !is_setting(field)) {
            let (value, default, summary) = (value(field.shape), default(field), summary(field));
            let _ = writeln!(
                out,
                "| `{}` | {value} | {default} | {summary} |",
                field.path
            );
        }
    }
    out.push_str(SETTINGS_HEAD);
    for field in SETTINGS {
        let (value, default) = (value(field.shape), default(field));
        let places: Vec<&str> = field.places.iter().copied().map(place).collect();
        let (path, summary) = (field.path, summary(field));
        let _ = writeln!(
            out,
            "| `{path}` | {value} | {default} | {} | {summary} |",
            places.join(", ")
        );
    }
    out
}

fn default(field: &Field) -> String {
    field
        .default
        .map(|default| format!("`{default}`"))
        .unwrap_or_default()
}

const fn place(place: Place) -> &'static str {
    match place {
        Place::Project => "project",
        Place::Rule => "rule",
        Place::File => "file",
        Place::Target => "target",
    }
}

fn value(shape: Shape) -> String {
    match shape {
        Shape::Text => "text".to_owned(),
        Shape::Texts => "list of texts".to_owned(),
        Shape::Map => "table of texts".to_owned(),
        Shape::OneOf(words) => {
            let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            words.join(", ")
        }
        Shape::Period => "duration above zero".to_owned(),
        Shape::Duration => "duration".to_owned(),
        Shape::Size => "bytes or percent".to_owned(),
        Shape::Count => "whole number from 1".to_owned(),
        Shape::Cron => "cron expression".to_owned(),
        Shape::Window => "hours, as `22:00-06:00`".to_owned(),
        Shape::Hazards => "list of hazards".to_owned(),
        Shape::Pattern => "pattern".to_owned(),
    }
}

/// The summary with its placeholders set as code.
fn summary(field: &Field) -> String {
    let mut out = String::new();
    for (at, word) in field.summary.split(' ').enumerate() {
        let space = if at == 0 { "" } else { " " };
        let _ = match word.starts_with("${") {
            true => write!(out, "{space}`{word}`"),
            false => write!(out, "{space}{word}"),
        };
    }
    out
}

/// The JSON schema, for editors.
pub(super) fn schema() -> String {
    format!("{:#}\n", schema::json_schema())
}
