//! A walk over the tokens of one statement that count: no space, no comments.
//!
//! - A cursor only moves forward, or back to a place where it was; it never recurses.
//! - What is expected and not found becomes a [`Problem`] at the token that stands there instead.

use crate::dialect::Dialect;
use crate::ident::{Ident, QualifiedName};
use crate::lex::{Closed, Token, TokenKind};
use crate::problem::{Problem, ProblemKind};
use crate::span::Span;

/// The place in a statement, and what was found wrong on the way.
#[derive(Debug)]
pub struct Cursor<'a> {
    text: &'a str,
    dialect: Dialect,
    tokens: &'a [Token],
    /// Always at a token that counts, or at the end.
    at: usize,
    problems: Vec<Problem>,
}

/// A place to go back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark(usize);

impl<'a> Cursor<'a> {
    #[must_use]
    pub fn new(text: &'a str, dialect: Dialect, tokens: &'a [Token]) -> Self {
        let mut cursor = Self {
            text,
            dialect,
            tokens,
            at: 0,
            problems: Vec::new(),
        };
        cursor.at = cursor.next_at(0);
        cursor
    }

    #[must_use]
    pub fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    fn next_at(&self, from: usize) -> usize {
        let rest = self.tokens.get(from..).unwrap_or(&[]);
        let trivia = rest.iter().take_while(|token| token.kind.is_trivia());
        from + trivia.count()
    }

    #[must_use]
    pub const fn mark(&self) -> Mark {
        Mark(self.at)
    }

    pub const fn reset(&mut self, mark: Mark) {
        self.at = mark.0;
    }

    #[must_use]
    pub fn peek(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }

    pub fn bump(&mut self) -> Option<Token> {
        let token = self.peek()?;
        self.at = self.next_at(self.at + 1);
        Some(token)
    }

    #[must_use]
    pub fn at_end(&self) -> bool {
        self.at >= self.tokens.len()
    }

    #[must_use]
    pub fn at_kind(&self, kind: TokenKind) -> bool {
        self.peek().is_some_and(|token| token.kind == kind)
    }

    #[must_use]
    pub fn at_word(&self, word: &str) -> bool {
        self.peek()
            .is_some_and(|token| token.is_word(self.text, word))
    }

    #[must_use]
    pub fn at_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.at_word(word))
    }

    /// Tells whether the words stand here, one after the other.
    #[must_use]
    pub fn at_words(&self, words: &[&str]) -> bool {
        let mut at = self.at;
        for word in words {
            let token = self.tokens.get(at);
            if !token.is_some_and(|token| token.is_word(self.text, word)) {
                return false;
            }
            at = self.next_at(at + 1);
        }
        true
    }

    /// The kind of the token that stands `count` tokens after the next one.
    #[must_use]
    pub fn kind_after(&self, count: usize) -> Option<TokenKind> {
        let at = (0..count).fold(self.at, |at, _| self.next_at(at + 1));
        self.tokens.get(at).map(|token| token.kind)
    }

    /// Takes the words if all of them stand here.
    pub fn take_words(&mut self, words: &[&str]) -> Option<Span> {
        if !self.at_words(words) {
            return None;
        }
        let start = self.mark();
        for _ in words {
            self.bump();
        }
        Some(self.span_from(start))
    }

    pub fn take_word(&mut self, word: &str) -> Option<Span> {
        self.take_words(&[word])
    }

    pub fn take_kind(&mut self, kind: TokenKind) -> Option<Span> {
        let token = self.peek().filter(|token| token.kind == kind)?;
        self.bump();
        Some(token.span)
    }

    /// Spans the tokens from the mark up to here; empty at the mark when there are none.
    #[must_use]
    pub fn span_from(&self, mark: Mark) -> Span {
        let taken = self.tokens.get(mark.0..self.at).unwrap_or(&[]);
        let last = taken.iter().rev().find(|token| !token.kind.is_trivia());
        match (taken.first(), last) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => self.here_empty(),
        }
    }

    /// The same, where no tokens are no span.
    #[must_use]
    pub fn some_from(&self, mark: Mark) -> Option<Span> {
        Some(self.span_from(mark)).filter(|span| !span.is_empty())
    }

    /// The next token's place; at the end of the statement, its last token's.
    #[must_use]
    pub fn here(&self) -> Span {
        let token = self.peek().or_else(|| self.last());
        token.map_or_else(Span::default, |token| token.span)
    }

    fn last(&self) -> Option<Token> {
        let mut tokens = self.tokens.iter().rev();
        tokens.find(|token| !token.kind.is_trivia()).copied()
    }

    fn here_empty(&self) -> Span {
        match (self.peek(), self.last()) {
            (Some(token), _) => Span::new(token.span.start, token.span.start),
            (None, Some(last)) => Span::new(last.span.end, last.span.end),
            (None, None) => Span::default(),
        }
    }

    /// The next token as an error message shows it.
    #[must_use]
    pub fn found(&self) -> String {
        const SHOWN: usize = 40;
        let Some(token) = self.peek() else {
            return "the end of the statement".to_owned();
        };
        let word: String = token.text(self.text).chars().take(SHOWN).collect();
        let more = if word.len() < token.span.len() as usize {
            ".."
        } else {
            ""
        };
        format!("`{word}{more}`")
    }

    /// Records that something else was expected here.
    pub fn expected(&mut self, what: &str) {
        let message = format!("expected {what}, found {}", self.found());
        self.problem(ProblemKind::Syntax, self.here(), message);
    }

    pub fn problem(&mut self, kind: ProblemKind, span: Span, message: impl Into<String>) {
        self.problems.push(Problem::new(kind, span, message));
    }

    /// Takes the word, or records that it is missing.
    pub fn expect_word(&mut self, word: &str, place: &str) -> Option<Span> {
        let taken = self.take_word(word);
        if taken.is_none() {
            self.expected(&format!("{}{place}", word.to_ascii_uppercase()));
        }
        taken
    }

    /// Tells whether a name can stand here: a quoted one, or a word that no grammar reserves.
    #[must_use]
    pub fn at_name(&self) -> bool {
        self.peek().is_some_and(|token| match token.kind {
            TokenKind::Word => {
                let word = token.text(self.text);
                !NEVER_NAMES
                    .iter()
                    .any(|other| word.eq_ignore_ascii_case(other))
            }
            TokenKind::QuotedName(_) => true,
            _ => false,
        })
    }

    /// Takes one part of a name.
    pub fn take_ident(&mut self) -> Option<Ident> {
        if self.at_name() {
            self.any_ident()
        } else {
            None
        }
    }

    fn any_ident(&mut self) -> Option<Ident> {
        let named =
            |token: &Token| matches!(token.kind, TokenKind::Word | TokenKind::QuotedName(_));
        let token = self.peek().filter(named)?;
        self.bump();
        let raw = token.text(self.text);
        Some(Ident::parse(raw, token.span, self.dialect))
    }

    /// Takes a name with its dots; after a dot any word is a name.
    pub fn take_name(&mut self) -> Option<QualifiedName> {
        let mut parts = vec![self.take_ident()?];
        while self.at_kind(TokenKind::Dot) {
            let mark = self.mark();
            self.bump();
            if let Some(part) = self.any_ident() {
                parts.push(part);
            } else {
                self.expected("a name after the dot");
                self.reset(mark);
                self.bump();
                break;
            }
        }
        Some(QualifiedName::new(parts))
    }

    /// Takes a name; without one, records what was expected and answers with no parts.
    pub fn expect_name(&mut self, what: &str) -> QualifiedName {
        self.take_name().unwrap_or_else(|| {
            self.expected(what);
            QualifiedName::new(Vec::new())
        })
    }

    /// Takes one token, or a whole bracket; never recurses.
    pub fn bump_balanced(&mut self) -> Option<Span> {
        let start = self.mark();
        let mut depth = 0_usize;
        while let Some(token) = self.bump() {
            match token.kind {
                TokenKind::OpenParen | TokenKind::OpenBracket => depth += 1,
                TokenKind::CloseParen | TokenKind::CloseBracket => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        self.some_from(start)
    }

    /// Takes `( .. )` and answers with its inside.
    pub fn take_group(&mut self) -> Option<Span> {
        if !self.at_kind(TokenKind::OpenParen) {
            return None;
        }
        let whole = self.bump_balanced()?;
        let text = whole.slice(self.text);
        let close = u32::from(text.len() > 1 && text.ends_with(')'));
        Some(Span::new(whole.start + 1, whole.end - close))
    }

    /// Takes everything up to the end of the statement.
    pub fn take_rest(&mut self) -> Option<Span> {
        let start = self.mark();
        self.at = self.tokens.len();
        self.some_from(start)
    }

    /// Takes whole brackets and tokens as long as `go` holds for the next one.
    pub fn take_while(&mut self, go: impl Fn(&Self) -> bool) -> Option<Span> {
        let start = self.mark();
        while !self.at_end() && go(self) {
            self.bump_balanced();
        }
        self.some_from(start)
    }

    /// Tells whether a string of any kind stands here.
    #[must_use]
    pub fn at_text(&self) -> bool {
        let text = |token: Token| {
            matches!(
                token.kind,
                TokenKind::Text(Closed::Yes | Closed::No) | TokenKind::DollarText(_)
            )
        };
        self.peek().is_some_and(text)
    }

    /// The tokens from here to the end, trivia among them.
    #[must_use]
    pub fn remaining(&self) -> &'a [Token] {
        self.tokens.get(self.at..).unwrap_or(&[])
    }

    /// Ends the walk before the token that starts at `offset`.
    pub fn cut(&mut self, offset: u32) {
        let keep = self
            .tokens
            .partition_point(|token| token.span.start < offset);
        self.tokens = self.tokens.get(..keep).unwrap_or(self.tokens);
        self.at = self.at.min(keep);
    }

    #[must_use]
    pub const fn text(&self) -> &'a str {
        self.text
    }
}

/// Words that are never a bare name where a statement's head has one.
const NEVER_NAMES: &[&str] = &[
    "as", "select", "from", "on", "to", "with", "is", "where", "using", "in", "into", "and", "or",
    "not", "create", "table", "grant", "union", "having", "order", "group", "limit", "values",
];
