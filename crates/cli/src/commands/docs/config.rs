//! The reference of `dormer.toml` and its JSON schema, from the table of keys.

use std::fmt::Write as _;

use dormer_core::project::key::{Field, Section, Shape};
use dormer_core::project::schema;

/// What the page opens with.
const HEAD: &str = "\
# dormer.toml

A project is a folder with this file. Editors that know JSON schema can check it while it is written:
put `#:schema dormer.schema.json` with the path of [the schema](dormer.schema.json) on its first line.

A value is taken from the narrowest place that gives one: a directive in the object's file, then the
last rule that matches, then `[settings]`, then the default. `dormer show NAME` tells which it was.

- A duration is a number with a unit: `30s`, `5m`, `2h`, `1d`.
- `${env:NAME}` is taken from the environment, in this file only. `${name}` in SQL files is a variable
  of the target; `$${` is a plain `${`.
- An unknown key is an error with its place, never ignored.
";

/// Makes the page.
pub(super) fn page() -> String {
    let mut out = HEAD.to_owned();
    for section in Section::IN_FILE.into_iter().chain([Section::Directive]) {
        let title = match section {
            Section::Directive => "Directives".to_owned(),
            section => format!("`{}`", section.words()),
        };
        let _ = write!(out, "\n## {title}\n\n{}\n\n", section.summary());
        if section == Section::Directive {
            out.push_str("A comment line `-- dormer: key = value` before the CREATE.\n\n");
        }
        out.push_str("| key | value | default | |\n|---|---|---|---|\n");
        for field in section.fields() {
            row(&mut out, field);
        }
    }
    out
}

fn row(out: &mut String, field: &Field) {
    let default = field
        .default
        .map(|default| format!("`{default}`"))
        .unwrap_or_default();
    let _ = writeln!(
        out,
        "| `{}` | {} | {default} | {} |",
        field.path,
        value(field.shape),
        field.summary
    );
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
        Shape::Duration => "duration".to_owned(),
        Shape::Size => "bytes or percent".to_owned(),
        Shape::Count => "whole number from 1".to_owned(),
        Shape::Cron => "cron expression".to_owned(),
        Shape::Window => "hours, as `22:00-06:00`".to_owned(),
        Shape::Hazards => "list of hazards".to_owned(),
        Shape::Pattern => "pattern".to_owned(),
    }
}

/// The JSON schema, for editors.
pub(super) fn schema() -> String {
    format!("{:#}\n", schema::json_schema())
}
