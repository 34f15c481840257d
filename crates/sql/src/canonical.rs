//! The canonical form of SQL text and its hash.
//!
//! Two texts have one canonical form when they differ only in comments, white space, the letter
//! case of keywords and bare names, needless quotes of names, the letter case of string prefixes,
//! and `!=` for `<>`. Everything else counts.
//!
//! - The form is made of tokens, not of a tree, so that it outlives every parser.
//! - **The form reads as the same tokens**, and its own form is itself.
//! - A change of these rules is a new [`VERSION`]: fingerprints of different versions never meet.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use crate::dialect::{Dialect, Folding};
use crate::ident::{fold, quote, unquote};
use crate::keyword::is_keyword;
use crate::lex::{Closed, Token, TokenKind, lex};
use crate::query::is_own_word;
use crate::span::Span;

/// The rules that a fingerprint was made by.
pub const VERSION: &str = "dormer-fingerprint-v1";

/// Writes the text of the span in its canonical form.
#[must_use]
pub fn canonical(text: &str, span: Span, dialect: Dialect) -> String {
    let mut out = String::with_capacity(span.len() as usize);
    let mut before: Option<Written<'_>> = None;
    each(span.slice(text), dialect, |written| {
        if let Some(before) = &before {
            out.push_str(gap(before, &written));
        }
        out.push_str(&written.text);
        before = Some(written);
    });
    out
}

/// Hashes the canonical tokens of the span, each with its length before it.
#[must_use]
pub fn fingerprint(text: &str, span: Span, dialect: Dialect) -> Fingerprint {
    let mut stream = Vec::with_capacity(span.len() as usize + 64);
    let mut write = |part: &[u8]| {
        stream.extend_from_slice(&(part.len() as u64).to_le_bytes());
        stream.extend_from_slice(part);
    };
    write(VERSION.as_bytes());
    each(span.slice(text), dialect, |written| {
        if written.continues == Continues::Yes {
            write(b"\n");
        }
        write(written.text.as_bytes());
    });
    Fingerprint(*blake3::hash(&stream).as_bytes())
}

/// What counts of a text, as 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first 12 hex digits, for people.
    #[must_use]
    pub fn short(&self) -> String {
        let mut hex = self.to_string();
        hex.truncate(12);
        hex
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

/// A text that is no fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAFingerprint;

impl fmt::Display for NotAFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a fingerprint is 64 lower-case hex digits")
    }
}

impl std::error::Error for NotAFingerprint {}

impl FromStr for Fingerprint {
    type Err = NotAFingerprint;

    fn from_str(hex: &str) -> Result<Self, NotAFingerprint> {
        let lower = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if hex.len() != 64 || !hex.bytes().all(lower) {
            return Err(NotAFingerprint);
        }
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            let digits = hex.get(at * 2..at * 2 + 2).unwrap_or("");
            *byte = u8::from_str_radix(digits, 16).map_err(|_| NotAFingerprint)?;
        }
        Ok(Self(bytes))
    }
}

/// Whether a string goes on with the string before it, as two strings on two lines do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Continues {
    Yes,
    No,
}

/// One token in its canonical form.
struct Written<'a> {
    kind: TokenKind,
    text: Cow<'a, str>,
    continues: Continues,
}

/// Calls `write` with each token that counts.
fn each<'a>(text: &'a str, dialect: Dialect, mut write: impl FnMut(Written<'a>)) {
    let tokens = lex(text, dialect);
    let counts = |token: &Token| !token.kind.is_trivia();
    let last = tokens
        .iter()
        .rposition(|token| counts(token) && token.kind != TokenKind::Semicolon);
    let tokens = last.and_then(|last| tokens.get(..=last)).unwrap_or(&[]);
    let mut before: Option<TokenKind> = None;
    let mut newline = false;
    let mut tokens = tokens.iter().peekable();
    while let Some(token) = tokens.next() {
        let raw = token.text(text);
        if !counts(token) {
            newline |= token.kind == TokenKind::Space && raw.contains('\n');
            continue;
        }
        let text_before = matches!(before, Some(TokenKind::Text(_)));
        let continues = if newline && text_before && raw.starts_with('\'') {
            Continues::Yes
        } else {
            Continues::No
        };
        let written = match token.kind {
            TokenKind::Word => lower(raw),
            TokenKind::QuotedName(Closed::Yes) => {
                while tokens.next_if(|token| !counts(token)).is_some() {}
                let escaped = tokens
                    .peek()
                    .is_some_and(|token| token.is_word(text, "uescape"));
                let argument = before == Some(TokenKind::OpenParen);
                name(raw, (escaped, argument), dialect)
            }
            TokenKind::QuotedName(Closed::No) | TokenKind::Text(_) => prefix(raw),
            TokenKind::Operator if raw == "!=" => Cow::Borrowed("<>"),
            _ => Cow::Borrowed(raw),
        };
        write(Written {
            kind: token.kind,
            text: written,
            continues,
        });
        before = Some(token.kind);
        newline = false;
    }
}

fn lower(raw: &str) -> Cow<'_, str> {
    if raw.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(raw.to_ascii_lowercase())
    } else {
        Cow::Borrowed(raw)
    }
}

/// Writes a quoted name the one way; one with an escape character of its own stays as it is, and so
/// does one that opens an argument list and would be a word of the function's grammar without them.
fn name(raw: &str, (escaped, argument): (bool, bool), dialect: Dialect) -> Cow<'_, str> {
    if escaped && !raw.starts_with('"') {
        return prefix(raw);
    }
    let (mut value, _) = unquote(raw);
    if dialect.rules().folding == Folding::Always {
        value = fold(value);
    }
    if MEANS_MORE
        .split_ascii_whitespace()
        .any(|word| word == value)
        || argument && is_own_word(&value)
    {
        return Cow::Owned(format!("\"{value}\""));
    }
    Cow::Owned(quote(&value))
}

/// Words that no grammar reserves, yet that mean something else without quotes, as `"year"` does
/// after an interval and `"rollup"` in GROUP BY.
const MEANS_MORE: &str = "\
    anti approximate asof at connect cube day document exclude hop hour ignore level list \
    map minute month nfc nfd nfkc nfkd nocycle options pivot prior qualify respect rollup \
    second semi session start struct tumble unknown unpivot varying year";

/// Writes the letter before the quote as a capital.
fn prefix(raw: &str) -> Cow<'_, str> {
    if raw.starts_with(|c: char| c.is_ascii_lowercase()) {
        let mut text = raw.to_owned();
        if let Some(letter) = text.get_mut(..1) {
            letter.make_ascii_uppercase();
        }
        Cow::Owned(text)
    } else {
        Cow::Borrowed(raw)
    }
}

/// What stands between two tokens, so that they read as the same two tokens.
fn gap(before: &Written<'_>, after: &Written<'_>) -> &'static str {
    use TokenKind::{
        CloseBracket, CloseParen, Comma, Dot, OpenBracket, OpenParen, Operator, PsqlCommand,
        QuotedName, Word,
    };
    let named = |kind| matches!(kind, Word | QuotedName(_));
    let ends_value = |kind| named(kind) || matches!(kind, CloseParen | CloseBracket);
    let cast = |written: &Written<'_>| written.kind == Operator && written.text == "::";
    let calls = || !(before.kind == Word && is_keyword(&before.text));
    match (before.kind, after.kind) {
        (PsqlCommand, _) | (_, PsqlCommand) => "\n",
        _ if after.continues == Continues::Yes => "\n",
        (_, Comma | CloseParen | CloseBracket) | (OpenParen | OpenBracket, _) => "",
        (kind, Dot) if ends_value(kind) => "",
        (Dot, kind) if named(kind) => "",
        (Dot, Operator) if after.text == "*" => "",
        (kind, OpenParen) if named(kind) && calls() => "",
        (kind, OpenBracket) if ends_value(kind) && calls() => "",
        (kind, _) if ends_value(kind) && cast(after) => "",
        (_, kind) if cast(before) && named(kind) => "",
        _ => " ",
    }
}

#[cfg(test)]
#[path = "canonical_tests.rs"]
mod tests;
