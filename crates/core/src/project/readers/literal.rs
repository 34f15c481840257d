//! The text of a string literal, without its quotes.

use dormer_sql::Dialect;

/// Reads `'it''s'`, `E'a\n'`, `U&'\0061'` or `$tag$text$tag$`.
#[must_use]
pub(crate) fn text(written: &str, dialect: Dialect) -> String {
    if let Some(tag) = written
        .strip_prefix('$')
        .and_then(|rest| rest.split_once('$'))
        .map(|(tag, _)| format!("${tag}$"))
    {
        let inside = written.strip_prefix(&tag).unwrap_or(written);
        return inside.strip_suffix(&tag).unwrap_or(inside).to_owned();
    }
    let (prefix, inside) = written.split_once('\'').unwrap_or(("", written));
    let inside = inside.strip_suffix('\'').unwrap_or(inside);
    let inside = inside.replace("''", "'");
    let backslash = prefix.eq_ignore_ascii_case("e")
        || (prefix.is_empty() && dialect.rules().backslash_strings);
    if backslash {
        escapes(&inside)
    } else if prefix.eq_ignore_ascii_case("u&") {
        // A name with the same escapes is read by the same rules.
        let name = format!("U&\"{}\"", inside.replace('"', "\"\""));
        dormer_sql::ident::unquote(&name).0
    } else {
        inside
    }
}

fn escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('u') => {
                let digits: String = chars.clone().take(4).collect();
                match u32::from_str_radix(&digits, 16)
                    .ok()
                    .and_then(char::from_u32)
                {
                    Some(letter) if digits.len() == 4 => {
                        out.push(letter);
                        chars.nth(3);
                    }
                    _ => out.push('u'),
                }
            }
            Some(other) => out.push(other),
            None => out.push('\\'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_escapes_are_taken_off() {
        let read = |written| text(written, Dialect::Postgres);
        assert_eq!(read("'it''s'"), "it's");
        assert_eq!(read(r"E'a\n\u0062'"), "a\nb");
        assert_eq!(read(r"'a\n'"), r"a\n");
        assert_eq!(read(r"U&'\0061'"), "a");
        assert_eq!(read("$x$it's$x$"), "it's");
        assert_eq!(text(r"'a\'b'", Dialect::Redshift), "a'b");
    }
}
