//! Rust text with comments and literals blanked out, so that a scanner sees code alone.
//!
//! The blanked text has the same length and the same line ends; what is blanked is spaces.

/// Replaces every comment, string and character by spaces of equal length.
pub(super) fn blank(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        let end = literal_end(bytes, at);
        if end > at {
            let gone = bytes.iter().take(end).skip(at);
            out.extend(gone.map(|byte| if *byte == b'\n' { b'\n' } else { b' ' }));
            at = end;
        } else {
            out.push(byte);
            at += 1;
        }
    }
    String::from_utf8(out).unwrap_or_default()
}

/// The end of the comment or literal that begins here, or `at` itself.
fn literal_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    if rest.starts_with(b"//") {
        return at
            + rest
                .iter()
                .position(|byte| *byte == b'\n')
                .unwrap_or(rest.len());
    }
    if rest.starts_with(b"/*") {
        return at + comment_length(rest);
    }
    if rest.starts_with(b"\"") {
        return at + quoted_length(rest);
    }
    if rest.starts_with(b"'") {
        return at + character_length(rest);
    }
    let begins_word = at
        .checked_sub(1)
        .and_then(|before| bytes.get(before))
        .is_none_or(|byte| !is_word(*byte));
    if begins_word {
        at + prefixed_length(rest)
    } else {
        at
    }
}

/// The string literals with the lines that they begin on, up to the file's own tests; escapes stay as written.
pub(super) fn strings(text: &str) -> Vec<(usize, &str)> {
    let bytes = text.as_bytes();
    let (mut found, mut at, mut line) = (Vec::new(), 0, 1);
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with(b"#[cfg(test)]") {
            break;
        }
        let end = literal_end(bytes, at).max(at + 1);
        let literal = text.get(at..end).unwrap_or_default();
        let inside = literal
            .trim_start_matches(['r', 'b', 'c'])
            .trim_matches('#');
        let inside = inside
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        // What is one byte long or begins in another way is code, a comment or a character.
        if let Some(inside) = inside.filter(|_| end > at + 1) {
            found.push((line, inside));
        }
        line += literal.matches('\n').count();
        at = end;
    }
    found
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn comment_length(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        let here = rest.get(at..).unwrap_or_default();
        if here.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                break;
            }
        } else {
            at += 1;
        }
    }
    at
}

fn quoted_length(rest: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = rest.get(at) {
        at += match byte {
            b'\\' => 2,
            b'"' => return at + 1,
            _ => 1,
        };
    }
    rest.len()
}

/// A character, not the lifetime that looks like the beginning of one.
fn character_length(rest: &[u8]) -> usize {
    match rest.get(1) {
        Some(b'\\') => {
            let close = rest.iter().skip(3).position(|byte| *byte == b'\'');
            close.map_or(0, |close| close + 4)
        }
        Some(first) => {
            // One character has up to four bytes before its closing quote.
            let width = match first {
                0x00..=0x7f => 1,
                0x80..=0xdf => 2,
                0xe0..=0xef => 3,
                _ => 4,
            };
            if rest.get(1 + width) == Some(&b'\'') {
                width + 2
            } else {
                0
            }
        }
        None => 0,
    }
}

/// `r"..."`, `r#"..."#`, `b"..."`, `c"..."`, `br#"..."#`, `b'x'`; zero for anything else.
fn prefixed_length(rest: &[u8]) -> usize {
    let letters = rest
        .iter()
        .take_while(|byte| matches!(byte, b'r' | b'b' | b'c'))
        .count()
        .min(2);
    if letters == 0 {
        return 0;
    }
    let after = rest.get(letters..).unwrap_or_default();
    let raw = rest.iter().take(letters).any(|byte| *byte == b'r');
    let length = if raw {
        raw_length(after)
    } else if after.starts_with(b"\"") {
        quoted_length(after)
    } else if after.starts_with(b"'") {
        character_length(after)
    } else {
        0
    };
    if length == 0 { 0 } else { letters + length }
}

fn raw_length(after: &[u8]) -> usize {
    let hashes = after.iter().take_while(|byte| **byte == b'#').count();
    if after.get(hashes) != Some(&b'"') {
        return 0;
    }
    let mut at = hashes + 1;
    while at < after.len() {
        let here = after.get(at..).unwrap_or_default();
        if here.starts_with(b"\"")
            && here
                .iter()
                .skip(1)
                .take_while(|byte| **byte == b'#')
                .count()
                >= hashes
        {
            return at + 1 + hashes;
        }
        at += 1;
    }
    after.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str) -> String {
        let blanked = blank(text);
        assert_eq!(blanked.len(), text.len());
        blanked.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn comments_and_literals_are_blanked() {
        assert_eq!(kept("a // use crate::b\nc"), "a c");
        assert_eq!(kept("a /* x /* y */ z */ b"), "a b");
        assert_eq!(
            kept(r#"f("use \" crate", 'x', '\'', '"') + g"#),
            "f( , , , ) + g"
        );
        assert_eq!(
            kept(r###"r#"a " b"# + br"x" + b'y' + c"z" + d"###),
            "+ + + + d"
        );
        assert_eq!(kept("'é' x '→' y"), "x y");
    }

    #[test]
    fn lifetimes_and_words_that_end_like_a_prefix_stay() {
        assert_eq!(
            kept("fn a<'a>(x: &'a str, r: &'static str) {}"),
            "fn a<'a>(x: &'a str, r: &'static str) {}"
        );
        assert_eq!(kept("for b in bar {}"), "for b in bar {}");
        assert_eq!(kept("r#type = 1"), "r#type = 1");
    }

    #[test]
    fn strings_are_found_with_their_lines_up_to_the_tests() {
        let text =
            "a(\"one\", 'x'); // \"no\"\n\nb(r#\"two \"2\"\"#, \"\");\n#[cfg(test)]\nc(\"three\")";
        assert_eq!(strings(text), [(1, "one"), (3, "two \"2\""), (3, "")]);
        assert_eq!(strings("f(\"a\nb\", \"c\")"), [(1, "a\nb"), (2, "c")]);
    }

    #[test]
    fn line_ends_stay() {
        assert_eq!(blank("\"a\nb\"\n/*\n*/").matches('\n').count(), 3);
    }
}
