//! Values as SQL text. **Safe under every setting of the server:** a text with a backslash says itself
//! what a backslash means.

use dormer_core::model::name::ObjectName;
use dormer_sql::ident::quote;

/// Appends a text.
pub(super) fn text(out: &mut String, value: &str) {
    let escapes = value.contains('\\');
    out.push_str(if escapes { " E'" } else { "'" });
    let mut rest = value;
    while let Some((before, letter, after)) = cut(rest) {
        out.push_str(before);
        out.push(letter);
        out.push(letter);
        rest = after;
    }
    out.push_str(rest);
    out.push('\'');
}

/// The text before the first letter that is to be doubled, that letter, and the text after it.
fn cut(value: &str) -> Option<(&str, char, &str)> {
    let at = value.find(['\'', '\\'])?;
    let (before, rest) = value.split_at_checked(at)?;
    let mut letters = rest.chars();
    let letter = letters.next()?;
    Some((before, letter, letters.as_str()))
}

/// Appends a text, or NULL.
pub(super) fn optional(out: &mut String, value: Option<&str>) {
    match value {
        Some(value) => text(out, value),
        None => out.push_str("NULL"),
    }
}

/// Appends the two texts of a name, with a comma between them.
pub(super) fn name(out: &mut String, name: &ObjectName) {
    text(out, &name.schema);
    out.push_str(", ");
    text(out, &name.name);
}

/// Appends the text that `to_regclass` reads as a relation of this schema.
pub(super) fn relation(out: &mut String, schema: &str, physical: &str) {
    let path = format!("{}.{}", quote(schema), quote(physical));
    text(out, &path);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_cannot_leave_their_quotes() {
        for (value, wanted) in [
            ("", "''"),
            ("it's", "'it''s'"),
            ("ü 'x'", "'ü ''x'''"),
            (r"a\'b", r" E'a\\''b'"),
            (r"\", r" E'\\'"),
        ] {
            let mut out = String::new();
            text(&mut out, value);
            assert_eq!(out, wanted);
        }
    }

    #[test]
    fn relations_are_quoted_twice() {
        let mut out = String::new();
        relation(&mut out, "O'Hara", "a\\\"b");
        assert_eq!(out, r#" E'"O''Hara"."a\\""b"'"#);
    }
}
