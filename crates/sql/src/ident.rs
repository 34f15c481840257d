//! Names in SQL text: folding, quoting, unquoting.

use crate::dialect::{Dialect, Folding};
use crate::lex::{Token, TokenKind};
use crate::span::Span;

/// A name, or a part of one: up to 23 bytes take no memory of their own, and longer ones are shared
/// by all who clone them.
pub type Name = smol_str::SmolStr;

/// Cuts a name to the length that the engine keeps, at the end of a character.
#[must_use]
pub fn cut(value: Name, dialect: Dialect) -> Name {
    let limit = dialect.rules().name_bytes;
    match limit.filter(|limit| value.len() > *limit) {
        Some(limit) => {
            let end = (0..=limit).rev().find(|at| value.is_char_boundary(*at));
            Name::new(value.get(..end.unwrap_or(0)).unwrap_or(""))
        }
        None => value,
    }
}

/// One part of a name, folded as the engine folds it, with its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ident {
    pub value: Name,
    pub quoted: bool,
    pub span: Span,
}

impl Ident {
    /// Reads a name as written: bare, `"quoted"`, or `U&"unicode"`.
    #[must_use]
    pub fn parse(raw: &str, span: Span, dialect: Dialect) -> Self {
        let is_plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
        if raw.bytes().all(is_plain) {
            return Self {
                value: Name::new(raw),
                quoted: false,
                span,
            };
        }
        let (value, quoted) = unquote(raw);
        let value = match (quoted, dialect.rules().folding) {
            (true, Folding::Unquoted) => value,
            _ => fold(value),
        };
        Self {
            value: value.into(),
            quoted,
            span,
        }
    }
}

/// A name of one to three parts, as written in the text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QualifiedName {
    pub parts: Vec<Ident>,
    pub span: Span,
}

impl QualifiedName {
    #[must_use]
    pub fn new(mut parts: Vec<Ident>) -> Self {
        // A project holds many names, for good.
        parts.shrink_to_fit();
        let span = match (parts.first(), parts.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => Span::default(),
        };
        Self { parts, span }
    }

    /// The folded parts, joined by dots, without quotes: for people and for comparing.
    #[must_use]
    pub fn dotted(&self) -> String {
        let parts: Vec<&str> = self.parts.iter().map(|part| part.value.as_str()).collect();
        parts.join(".")
    }

    /// The last part: the name of the object itself.
    #[must_use]
    pub fn last(&self) -> &str {
        self.parts.last().map_or("", |part| part.value.as_str())
    }

    /// The part before the last: the schema, where one is written.
    #[must_use]
    pub fn schema(&self) -> Option<&str> {
        self.parts
            .iter()
            .rev()
            .nth(1)
            .map(|part| part.value.as_str())
    }
}

/// Reads a name that is the whole of the tokens: parts with dots between them.
#[must_use]
pub fn read_qualified(text: &str, tokens: &[Token], dialect: Dialect) -> Option<QualifiedName> {
    let mut parts = Vec::new();
    let mut wants_part = true;
    for token in tokens.iter().filter(|token| !token.kind.is_trivia()) {
        match token.kind {
            TokenKind::Word | TokenKind::QuotedName(_) if wants_part => {
                parts.push(Ident::parse(token.text(text), token.span, dialect));
            }
            TokenKind::Dot if !wants_part => {}
            _ => return None,
        }
        wants_part = !wants_part;
    }
    (!wants_part && parts.len() <= 3).then(|| QualifiedName::new(parts))
}

/// Folds ASCII letters to lower case, as every engine here does in UTF-8 databases.
#[must_use]
pub fn fold(mut value: String) -> String {
    value.make_ascii_lowercase();
    value
}

/// Takes the quotes off a name; tells whether there were any.
#[must_use]
pub fn unquote(raw: &str) -> (String, bool) {
    let inner = |text: &str| {
        let text = text.strip_prefix('"')?;
        Some(text.strip_suffix('"').unwrap_or(text).replace("\"\"", "\""))
    };
    if let Some(unicode) = raw.strip_prefix("U&").or_else(|| raw.strip_prefix("u&")) {
        let (name, escape) = split_escape(unicode);
        if let Some(value) = inner(name) {
            return (unicode_escapes(&value, escape), true);
        }
    }
    inner(raw).map_or_else(|| (raw.to_owned(), false), |value| (value, true))
}

/// Takes `UESCAPE '!'` off the end of a `U&""` name; `\` escapes where there is none.
fn split_escape(text: &str) -> (&str, char) {
    let Some((name, rest)) = text.rsplit_once('"').filter(|(name, _)| !name.is_empty()) else {
        return (text, '\\');
    };
    let escape = rest
        .rsplit_once('\'')
        .and_then(|(before, _)| before.chars().next_back());
    let name = text.get(..name.len() + 1).unwrap_or(text);
    (name, escape.unwrap_or('\\'))
}

/// Resolves `\0061` and `\+000061` as in `U&""` names, `\` being the escape character.
fn unicode_escapes(value: &str, escape: char) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once(escape) {
        out.push_str(before);
        let digits = |text: &str, n: usize| {
            let hex = text.get(..n)?;
            let code = u32::from_str_radix(hex, 16).ok()?;
            Some((char::from_u32(code)?, n))
        };
        if let Some(after) = after.strip_prefix(escape) {
            out.push(escape);
            rest = after;
        } else if let Some((c, n)) = after.strip_prefix('+').and_then(|text| digits(text, 6)) {
            out.push(c);
            rest = after.get(n + 1..).unwrap_or("");
        } else if let Some((c, n)) = digits(after, 4) {
            out.push(c);
            rest = after.get(n..).unwrap_or("");
        } else {
            out.push(escape);
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// Writes a name so that every engine reads exactly this name.
///
/// Lower-case names that are no keyword of any kind stay bare, so that generated statements read
/// like hand-written ones.
#[must_use]
pub fn quote(value: &str) -> String {
    let mut chars = value.chars();
    let starts = chars
        .next()
        .is_some_and(|c| c.is_ascii_lowercase() || c == '_');
    let plain = starts && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if plain && !crate::keyword::is_keyword(value) {
        value.to_owned()
    } else {
        format!("\"{}\"", value.replace('"', "\"\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str, dialect: Dialect) -> Name {
        Ident::parse(raw, Span::default(), dialect).value
    }

    #[test]
    fn folding_follows_the_dialect() {
        assert_eq!(read("Orders", Dialect::Postgres), "orders");
        assert_eq!(read("\"Orders\"", Dialect::Postgres), "Orders");
        assert_eq!(read("\"Orders\"", Dialect::Redshift), "orders");
        assert_eq!(read("ÄB", Dialect::Postgres), "Äb");
    }

    #[test]
    fn unicode_names_are_resolved() {
        assert_eq!(read(r#"U&"d\0061t\+000061""#, Dialect::Postgres), "data");
        assert_eq!(read(r#"U&"a\\b""#, Dialect::Postgres), r"a\b");
        assert_eq!(
            read(r#"U&"d!0061ta" UESCAPE '!'"#, Dialect::Postgres),
            "data"
        );
    }

    #[test]
    fn quoting_keeps_plain_names_bare() {
        assert_eq!(quote("orders_daily"), "orders_daily");
        assert_eq!(quote("order"), "\"order\"");
        assert_eq!(quote("Say \"hi\""), "\"Say \"\"hi\"\"\"");
    }
}
