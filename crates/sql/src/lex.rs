//! Text to tokens with exact byte spans, for every dialect.
//!
//! The tokens of a text cover it without gap and without overlap, whatever the bytes. What is not
//! closed runs to the end of the text and says so in its kind.

use crate::dialect::{Dialect, Rules};
use crate::span::Span;

/// Whether a quoted thing or a comment has its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Closed {
    Yes,
    No,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenKind {
    /// White space, and a byte-order mark wherever files were joined.
    Space,
    LineComment,
    BlockComment(Closed),
    /// A bare name or keyword.
    Word,
    /// `"name"` or `U&"name"`.
    QuotedName(Closed),
    /// `'text'`, `E'text'`, `U&'text'`, `B'01'`, `X'ff'`, `N'text'`.
    Text(Closed),
    /// `$tag$text$tag$`.
    DollarText(Closed),
    Number,
    /// `$1`.
    Parameter,
    Operator,
    Comma,
    Dot,
    Semicolon,
    OpenParen,
    CloseParen,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    /// From a backslash outside of quotes to the end of the line: a command of psql.
    PsqlCommand,
    Nul,
    /// Any other character.
    Other,
}

impl TokenKind {
    /// Tells whether the token is only for people: white space or a comment.
    #[must_use]
    pub const fn is_trivia(self) -> bool {
        matches!(
            self,
            Self::Space | Self::LineComment | Self::BlockComment(_)
        )
    }
}

/// One token: what and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub kind: TokenKind,
    pub span: Span,
}

impl Token {
    #[must_use]
    pub fn text(self, text: &str) -> &str {
        self.span.slice(text)
    }

    /// Tells whether the token is the keyword `word`, written in any letter case.
    #[must_use]
    pub fn is_word(self, text: &str, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text(text).eq_ignore_ascii_case(word)
    }
}

/// Splits a text into tokens that cover it whole.
#[must_use]
pub fn lex(text: &str, dialect: Dialect) -> Vec<Token> {
    let mut lexer = Lexer {
        bytes: text.as_bytes(),
        at: 0,
        rules: dialect.rules(),
        signs_end: 0,
    };
    let mut tokens = Vec::with_capacity(text.len() / 4 + 1);
    while lexer.at < lexer.bytes.len() {
        let start = lexer.at;
        let kind = lexer.next();
        if lexer.at == start {
            lexer.at += 1;
        }
        tokens.push(Token {
            kind,
            span: Span::of(start..lexer.at),
        });
    }
    tokens
}

struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    rules: &'static Rules,
    /// Where a run of lone signs ends, so that `++++..` is looked at once and not once a sign.
    signs_end: usize,
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

const OPERATORS: &[u8] = b"+-*/<>=~!@#%^&|`?:";

const fn starts_word(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

const fn continues_word(byte: u8) -> bool {
    starts_word(byte) || byte.is_ascii_digit() || byte == b'$'
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn take_while(&mut self, keep: impl Fn(u8) -> bool) {
        let rest = self.bytes.get(self.at..).unwrap_or(&[]);
        self.at += rest.iter().take_while(|byte| keep(**byte)).count();
    }

    fn one(&mut self, kind: TokenKind) -> TokenKind {
        self.at += 1;
        kind
    }

    fn next(&mut self) -> TokenKind {
        match self.peek(0) {
            0 if self.at < self.bytes.len() => self.one(TokenKind::Nul),
            b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => self.space(),
            0xef if self.at_byte_order_mark() => self.space(),
            b'-' if self.peek(1) == b'-' => {
                self.take_while(|byte| byte != b'\n' && byte != b'\r');
                TokenKind::LineComment
            }
            b'/' if self.peek(1) == b'*' => self.block_comment(),
            b'\'' => self.string(self.rules.backslash_strings),
            b'"' => self.quoted_name(),
            b'$' => self.dollar(),
            b'0'..=b'9' => self.number(),
            b'.' if self.peek(1).is_ascii_digit() && !self.after_name() => self.number(),
            b'.' => self.one(TokenKind::Dot),
            b',' => self.one(TokenKind::Comma),
            b';' => self.one(TokenKind::Semicolon),
            b'(' => self.one(TokenKind::OpenParen),
            b')' => self.one(TokenKind::CloseParen),
            b'[' => self.one(TokenKind::OpenBracket),
            b']' => self.one(TokenKind::CloseBracket),
            b'{' => self.one(TokenKind::OpenBrace),
            b'}' => self.one(TokenKind::CloseBrace),
            b'\\' => {
                self.take_while(|byte| byte != b'\n' && byte != b'\r');
                TokenKind::PsqlCommand
            }
            b'#' if self.rules.hash_names && starts_word(self.peek(1)) => {
                self.at += 1;
                self.take_while(continues_word);
                TokenKind::Word
            }
            byte if starts_word(byte) => self.word(),
            byte if OPERATORS.contains(&byte) => self.operator(),
            _ => self.one(TokenKind::Other),
        }
    }

    fn space(&mut self) -> TokenKind {
        loop {
            self.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c));
            if !self.at_byte_order_mark() {
                return TokenKind::Space;
            }
            self.at += BYTE_ORDER_MARK.len();
        }
    }

    fn at_byte_order_mark(&self) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or(&[]);
        rest.starts_with(BYTE_ORDER_MARK)
    }

    /// Tells whether the byte before is the end of a name, so that `t.1` is not a number.
    fn after_name(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.bytes.get(at));
        before.is_some_and(|byte| continues_word(*byte) || matches!(byte, b'"' | b']' | b')'))
    }

    fn word(&mut self) -> TokenKind {
        let unicode = self.peek(0).eq_ignore_ascii_case(&b'u') && self.peek(1) == b'&';
        match (self.peek(0), self.peek(1)) {
            (b'e' | b'E', b'\'') => {
                self.at += 1;
                self.string(true)
            }
            (b'b' | b'B' | b'x' | b'X' | b'n' | b'N', b'\'') => {
                self.at += 1;
                self.string(false)
            }
            _ if unicode && self.peek(2) == b'\'' => {
                self.at += 2;
                self.string(false)
            }
            _ if unicode && self.peek(2) == b'"' => {
                self.at += 2;
                self.quoted_name()
            }
            _ => {
                self.take_while(continues_word);
                TokenKind::Word
            }
        }
    }

    fn string(&mut self, backslash: bool) -> TokenKind {
        TokenKind::Text(self.quoted(b'\'', backslash))
    }

    fn quoted_name(&mut self) -> TokenKind {
        TokenKind::QuotedName(self.quoted(b'"', false))
    }

    /// Reads from the opening quote to the closing one; a doubled quote stands for itself.
    fn quoted(&mut self, quote: u8, backslash: bool) -> Closed {
        self.at += 1;
        while let Some(byte) = self.bytes.get(self.at).copied() {
            self.at += 1;
            if byte == b'\\' && backslash && self.at < self.bytes.len() {
                self.at += 1;
            } else if byte == quote {
                if self.peek(0) != quote {
                    return Closed::Yes;
                }
                self.at += 1;
            }
        }
        Closed::No
    }

    fn block_comment(&mut self) -> TokenKind {
        self.at += 2;
        let mut depth = 1_usize;
        while self.at < self.bytes.len() {
            match (self.peek(0), self.peek(1)) {
                (b'/', b'*') => {
                    depth += 1;
                    self.at += 2;
                }
                (b'*', b'/') => {
                    depth -= 1;
                    self.at += 2;
                    if depth == 0 {
                        return TokenKind::BlockComment(Closed::Yes);
                    }
                }
                _ => self.at += 1,
            }
        }
        TokenKind::BlockComment(Closed::No)
    }

    fn dollar(&mut self) -> TokenKind {
        if self.peek(1).is_ascii_digit() {
            self.at += 1;
            self.take_while(|byte| byte.is_ascii_digit());
            return TokenKind::Parameter;
        }
        let start = self.at;
        self.at += 1;
        if starts_word(self.peek(0)) {
            self.take_while(|byte| continues_word(byte) && byte != b'$');
        }
        if self.peek(0) != b'$' {
            self.at = start;
            return self.one(TokenKind::Other);
        }
        self.at += 1;
        let tag = self.bytes.get(start..self.at).unwrap_or(b"$$");
        while self.at < self.bytes.len() {
            let rest = self.bytes.get(self.at..).unwrap_or(&[]);
            match rest.iter().position(|byte| *byte == b'$') {
                Some(skip) => self.at += skip,
                None => break,
            }
            if self.bytes.get(self.at..).unwrap_or(&[]).starts_with(tag) {
                self.at += tag.len();
                return TokenKind::DollarText(Closed::Yes);
            }
            self.at += 1;
        }
        self.at = self.bytes.len();
        TokenKind::DollarText(Closed::No)
    }

    fn number(&mut self) -> TokenKind {
        let radix = matches!(self.peek(1), b'x' | b'X' | b'o' | b'O' | b'b' | b'B');
        if self.peek(0) == b'0' && radix && self.peek(2).is_ascii_hexdigit() {
            self.at += 2;
            self.take_while(|byte| byte.is_ascii_hexdigit() || byte == b'_');
            return TokenKind::Number;
        }
        let digits = |byte: u8| byte.is_ascii_digit() || byte == b'_';
        self.take_while(digits);
        if self.peek(0) == b'.' && self.peek(1) != b'.' {
            self.at += 1;
            self.take_while(digits);
        }
        let sign = usize::from(matches!(self.peek(1), b'+' | b'-'));
        if matches!(self.peek(0), b'e' | b'E') && self.peek(1 + sign).is_ascii_digit() {
            self.at += 1 + sign;
            self.take_while(digits);
        }
        TokenKind::Number
    }

    /// Reads the longest operator; a comment start ends it, and a sign at its end stands alone
    /// unless the operator holds a character that no arithmetic operator has.
    fn operator(&mut self) -> TokenKind {
        if self.at < self.signs_end {
            return self.one(TokenKind::Operator);
        }
        let rest = self.bytes.get(self.at..).unwrap_or(&[]);
        if self.peek(0) == b':' {
            self.at += if matches!(self.peek(1), b':' | b'=') {
                2
            } else {
                1
            };
            return TokenKind::Operator;
        }
        let is_operator = |byte: &u8| OPERATORS.contains(byte) && *byte != b':';
        let mut length = rest.iter().take_while(|byte| is_operator(byte)).count();
        let comment = |pair: &[u8]| pair == b"--" || pair == b"/*";
        let run = rest.get(..length).unwrap_or(&[]);
        if let Some(at) = run.windows(2).position(comment) {
            length = at.max(1);
        }
        let run = rest.get(..length).unwrap_or(&[]);
        if !run.iter().any(|byte| b"~!@#%^&|`?".contains(byte)) {
            let signs = run
                .iter()
                .rev()
                .take_while(|byte| matches!(byte, b'+' | b'-'))
                .count();
            if signs == length {
                self.signs_end = self.at + length;
            }
            length = length.saturating_sub(signs.min(length.saturating_sub(1)));
        }
        self.at += length.max(1);
        TokenKind::Operator
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(TokenKind, &str)> {
        kinds_of(text, Dialect::Postgres)
    }

    fn kinds_of(text: &str, dialect: Dialect) -> Vec<(TokenKind, &str)> {
        let tokens = lex(text, dialect);
        tokens
            .into_iter()
            .filter(|token| token.kind != TokenKind::Space)
            .map(|token| (token.kind, token.text(text)))
            .collect()
    }

    #[test]
    fn quotes_of_all_kinds_are_one_token() {
        use TokenKind::{DollarText, QuotedName, Text};
        assert_eq!(kinds("'a''b'"), [(Text(Closed::Yes), "'a''b'")]);
        assert_eq!(kinds(r"E'a\'b'"), [(Text(Closed::Yes), r"E'a\'b'")]);
        assert_eq!(
            kinds(r#"U&"a;b""#),
            [(QuotedName(Closed::Yes), r#"U&"a;b""#)]
        );
        assert_eq!(
            kinds("$a$ $$;' $a$"),
            [(DollarText(Closed::Yes), "$a$ $$;' $a$")]
        );
        assert_eq!(kinds("'open"), [(Text(Closed::No), "'open")]);
        let backslash = r"'it\'s'";
        assert_eq!(
            kinds_of(backslash, Dialect::Redshift),
            [(Text(Closed::Yes), backslash)]
        );
    }

    #[test]
    fn comments_nest_and_end_operators() {
        let comment = TokenKind::BlockComment(Closed::Yes);
        assert_eq!(kinds("/* a /* b */ ; */"), [(comment, "/* a /* b */ ; */")]);
        let expected = [
            (TokenKind::Word, "a"),
            (TokenKind::Operator, "+"),
            (TokenKind::LineComment, "--x"),
        ];
        assert_eq!(kinds("a+--x"), expected);
        assert_eq!(kinds("+/*x*/").len(), 2);
    }

    #[test]
    fn numbers_and_dots_are_told_apart() {
        assert_eq!(kinds("1.5e-3"), [(TokenKind::Number, "1.5e-3")]);
        assert_eq!(kinds(".5"), [(TokenKind::Number, ".5")]);
        assert_eq!(kinds("a.b").len(), 3);
        assert_eq!(kinds("a*-1").len(), 4);
    }

    #[test]
    fn backslashes_start_psql_commands() {
        let psql = TokenKind::PsqlCommand;
        assert_eq!(
            kinds("\\set x 1\nselect").first(),
            Some(&(psql, "\\set x 1"))
        );
        assert_eq!(kinds("select 1 \\gset\n").last(), Some(&(psql, "\\gset")));
    }

    #[test]
    fn byte_order_marks_are_space_where_files_were_joined() {
        let text = "\u{feff}select;\u{feff}\n\u{feff}x\u{feff}y";
        let words: Vec<&str> = kinds(text).iter().map(|(_, word)| *word).collect();
        assert_eq!(words, ["select", ";", "x\u{feff}y"]);
    }

    #[test]
    fn signs_stand_alone_without_looking_ahead_twice() {
        assert_eq!(kinds("1+-+2").len(), 5);
        assert_eq!(kinds("1+-+@2").len(), 3);
        assert_eq!(
            lex(&"-+".repeat(500_000), Dialect::Postgres).len(),
            1_000_000
        );
    }

    proptest::proptest! {
        #[test]
        fn tokens_cover_any_text_without_gap(text in ".*") {
            for dialect in Dialect::ALL {
                let mut at = 0;
                for token in lex(&text, dialect) {
                    proptest::prop_assert_eq!(token.span.start, at);
                    proptest::prop_assert!(text.get(token.span.range()).is_some());
                    at = token.span.end;
                }
                proptest::prop_assert_eq!(at as usize, text.len());
            }
        }
    }
}
