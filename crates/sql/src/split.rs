//! A text to its statements, with exact spans.
//!
//! - `;` separates only outside of brackets, quotes, comments and `BEGIN ATOMIC .. END` bodies.
//! - Every token but white space and comments is in exactly one piece, or is a `;`, a psql command
//!   or a NUL byte between pieces.
//! - What is not closed is a [`Problem`] at its opening, and never swallows the statements that
//!   follow on lines of their own.
//! - Each comment before a statement belongs to it, except on the line where the one before ended.

use std::ops::Range;

use crate::dialect::Dialect;
use crate::lex::{Closed, Token, TokenKind, lex};
use crate::problem::{Problem, ProblemKind};
use crate::span::Span;

/// A text in tokens and statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// All tokens, covering the text whole.
    pub tokens: Vec<Token>,
    pub pieces: Vec<Piece>,
    /// The comments after the last statement.
    pub trailing_comments: Vec<Span>,
    pub problems: Vec<Problem>,
}

/// The text of one statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// From the first token to the last, without the `;`.
    pub span: Span,
    /// The same as indexes into [`Split::tokens`].
    pub tokens: Range<usize>,
    /// The comments before the first token.
    pub comments: Vec<Span>,
}

/// The most problems of one kind that one statement reports.
const REPORTED: usize = 8;

/// Splits a text into statements.
#[must_use]
pub fn split(text: &str, dialect: Dialect) -> Split {
    let tokens = lex(text, dialect);
    let mut splitter = Splitter {
        text,
        tokens: &tokens,
        pieces: Vec::new(),
        problems: Vec::new(),
        comments: Vec::new(),
        tail_comments: Vec::new(),
        after_end: false,
        piece: None,
    };
    splitter.run();
    let Splitter {
        pieces,
        mut problems,
        comments,
        ..
    } = splitter;
    problems.sort_by_key(|problem| problem.span);
    Split {
        pieces,
        problems,
        trailing_comments: comments,
        tokens,
    }
}

/// Reads bytes as text.
///
/// # Errors
/// A [`Problem`] at the first byte that is not UTF-8.
pub fn decode(bytes: &[u8]) -> Result<&str, Problem> {
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let bad = error.error_len().unwrap_or(bytes.len() - at).max(1);
        let byte = bytes.get(at).copied().unwrap_or(0);
        let span = Span::of(at..at + bad);
        let message = format!("byte 0x{byte:02x} is not UTF-8");
        Problem::new(ProblemKind::BadByte, span, message)
    })
}

struct Splitter<'a> {
    text: &'a str,
    tokens: &'a [Token],
    pieces: Vec<Piece>,
    problems: Vec<Problem>,
    /// Comments for the next statement.
    comments: Vec<Span>,
    /// Comments since the last token of the open statement.
    tail_comments: Vec<Span>,
    /// Whether a statement ended on this line and no other has begun.
    after_end: bool,
    piece: Option<Open>,
}

/// The statement that is being read.
struct Open {
    first: usize,
    last: usize,
    comments: Vec<Span>,
    brackets: Brackets,
    head: Head,
    /// The word BEGIN and the depth of CASE and BEGIN in a `BEGIN ATOMIC` body.
    atomic: Option<(Span, usize)>,
}

/// What the first words say about `;` in the rest of the statement.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Head {
    /// Not yet known: this many words have been read.
    Reading(u8),
    /// CREATE FUNCTION or PROCEDURE: a `BEGIN ATOMIC` body may follow.
    Routine,
    /// CREATE RULE: a list of statements in parentheses may follow.
    Rule,
    Plain,
}

impl Head {
    fn read(self, word: &str) -> Self {
        let is = |other: &str| word.eq_ignore_ascii_case(other);
        match self {
            Self::Reading(0) if is("create") => Self::Reading(1),
            Self::Reading(1..6) if is("function") || is("procedure") => Self::Routine,
            Self::Reading(1..6) if is("rule") => Self::Rule,
            Self::Reading(count @ 1..6) => Self::Reading(count + 1),
            Self::Reading(_) => Self::Plain,
            known => known,
        }
    }
}

impl<'a> Splitter<'a> {
    fn run(&mut self) {
        let tokens = self.tokens;
        for (index, token) in tokens.iter().enumerate() {
            self.unclosed(*token);
            match token.kind {
                TokenKind::Space => self.after_end &= !self.has_newline(*token),
                TokenKind::LineComment | TokenKind::BlockComment(_) => self.comment(*token),
                TokenKind::Nul => self.nul(index, *token),
                TokenKind::PsqlCommand => self.psql(*token),
                TokenKind::Semicolon => self.semicolon(index),
                _ => self.token(index, *token),
            }
        }
        self.close();
    }

    fn has_newline(&self, token: Token) -> bool {
        token.text(self.text).contains('\n')
    }

    fn comment(&mut self, token: Token) {
        if self.piece.is_some() {
            self.tail_comments.push(token.span);
        } else if !self.after_end {
            self.comments.push(token.span);
        }
        self.after_end &= !self.has_newline(token);
    }

    fn nul(&mut self, index: usize, token: Token) {
        match self.problems.last_mut() {
            Some(last)
                if last.kind == ProblemKind::BadByte && last.span.end == token.span.start =>
            {
                last.span.end = token.span.end;
            }
            _ => self.problem(ProblemKind::BadByte, token.span, "a NUL byte in the text"),
        }
        if let Some(open) = &mut self.piece {
            open.last = index;
        }
    }

    /// Reports the command; outside of brackets it also ends the statement before it.
    fn psql(&mut self, token: Token) {
        let name: String = token
            .text(self.text)
            .chars()
            .take_while(|c| !c.is_whitespace())
            .collect();
        let message = format!("`{name}` is a command of psql, not SQL");
        self.problem(ProblemKind::PsqlCommand, token.span, message);
        if self.piece.as_ref().is_some_and(Open::at_top) {
            self.close();
        }
    }

    fn semicolon(&mut self, index: usize) {
        let ends = match &self.piece {
            None => true,
            Some(open) => open.at_top() || self.recovers(open, index),
        };
        if ends {
            self.close();
            self.comments.clear();
            self.after_end = true;
        } else if let Some(open) = &mut self.piece {
            open.last = index;
            self.tail_comments.clear();
        }
    }

    /// Tells whether a `;` ends a statement with an open bracket or body: when a statement
    /// begins on a line after it, as no statement inside of the open one could.
    fn recovers(&self, open: &Open, index: usize) -> bool {
        let Some((line_start, next)) = self.next_token(index + 1) else {
            return true;
        };
        let words = if open.atomic.is_some() || open.head == Head::Rule {
            NEVER_NESTED
        } else {
            STATEMENT_WORDS
        };
        let word = next.text(self.text);
        line_start
            && next.kind == TokenKind::Word
            && words.iter().any(|other| word.eq_ignore_ascii_case(other))
    }

    /// Finds the next token that counts, and tells whether it is the first on its line.
    fn next_token(&self, from: usize) -> Option<(bool, Token)> {
        let mut line_start = false;
        for token in self.tokens.iter().skip(from) {
            match token.kind {
                TokenKind::Space => line_start |= self.has_newline(*token),
                TokenKind::BlockComment(_) | TokenKind::LineComment | TokenKind::Nul => {}
                _ => return Some((line_start, *token)),
            }
        }
        None
    }

    fn token(&mut self, index: usize, token: Token) {
        let comments = &mut self.comments;
        let open = self.piece.get_or_insert_with(|| Open {
            first: index,
            last: index,
            comments: std::mem::take(comments),
            brackets: Brackets::default(),
            head: Head::Reading(0),
            atomic: None,
        });
        match token.kind {
            TokenKind::Word => open.word(self.text, self.tokens, index),
            TokenKind::OpenParen | TokenKind::OpenBracket => open.brackets.open(token),
            TokenKind::CloseParen | TokenKind::CloseBracket => {
                open.brackets.close(token, &mut self.problems);
            }
            _ if matches!(open.head, Head::Reading(0)) => open.head = Head::Plain,
            _ => {}
        }
        open.last = index;
        self.tail_comments.clear();
        self.after_end = false;
    }

    /// Ends the open statement; comments after its last line go to the next one.
    fn close(&mut self) {
        let Some(open) = self.piece.take() else {
            return;
        };
        if let Some((begin, _)) = open.atomic {
            self.problem(ProblemKind::Unclosed, begin, "BEGIN ATOMIC without its END");
        }
        open.brackets.finish(&mut self.problems);
        let end_of = |index: usize| self.tokens.get(index).map(|token| token.span);
        if let (Some(first), Some(last)) = (end_of(open.first), end_of(open.last)) {
            let tail = self.tail_comments.last().copied().unwrap_or(last);
            let between = Span::new(last.end, tail.start.max(last.end));
            let line = between.slice(self.text).find('\n').unwrap_or(usize::MAX);
            let line_end = (last.end as usize).saturating_add(line);
            let tail = self.tail_comments.drain(..);
            self.comments
                .extend(tail.skip_while(|comment| (comment.start as usize) < line_end));
            self.pieces.push(Piece {
                span: first.to(last),
                tokens: open.first..open.last + 1,
                comments: open.comments,
            });
        }
    }

    fn problem(&mut self, kind: ProblemKind, span: Span, message: impl Into<String>) {
        self.problems.push(Problem::new(kind, span, message));
    }

    /// Reports a token that runs to the end of the text, at its opening.
    fn unclosed(&mut self, token: Token) {
        let text = token.text(self.text);
        let upto = |quote: char| text.find(quote).map_or(1, |at| at + 1);
        let (what, opening) = match token.kind {
            TokenKind::Text(Closed::No) => ("string", upto('\'')),
            TokenKind::QuotedName(Closed::No) => ("quoted name", upto('"')),
            TokenKind::BlockComment(Closed::No) => ("comment", 2),
            TokenKind::DollarText(Closed::No) => {
                let tag = text.get(1..).and_then(|rest| rest.find('$'));
                ("dollar-quoted string", tag.map_or(1, |at| at + 2))
            }
            _ => return,
        };
        let start = token.span.start as usize;
        let span = Span::of(start..start + opening);
        self.problem(
            ProblemKind::Unclosed,
            span,
            format!("this {what} is not closed"),
        );
    }
}

impl Open {
    fn at_top(&self) -> bool {
        self.brackets.stack.is_empty() && self.atomic.is_none()
    }

    fn word(&mut self, text: &str, tokens: &[Token], index: usize) {
        if self.head == Head::Plain {
            return;
        }
        let Some(token) = tokens.get(index) else {
            return;
        };
        let word = token.text(text);
        if self.head != Head::Routine {
            self.head = self.head.read(word);
            return;
        }
        let is = |other: &str| word.eq_ignore_ascii_case(other);
        match &mut self.atomic {
            None if is("atomic") => {
                let begin = before(tokens, index).filter(|token| token.is_word(text, "begin"));
                self.atomic = begin.map(|token| (token.span, 1));
            }
            Some((_, depth)) if is("case") || is("end") => {
                let named = before(tokens, index)
                    .is_some_and(|token| token.kind == TokenKind::Dot || token.is_word(text, "as"));
                match (named, is("case")) {
                    (true, _) => {}
                    (false, true) => *depth += 1,
                    (false, false) => *depth -= 1,
                }
                if *depth == 0 {
                    self.atomic = None;
                }
            }
            None | Some(_) => {}
        }
    }
}

/// Finds the last token before `index` that is no space and no comment.
fn before(tokens: &[Token], index: usize) -> Option<&Token> {
    let mut before = tokens.get(..index)?.iter().rev();
    before.find(|token| !token.kind.is_trivia())
}

/// The brackets of one statement that are open.
#[derive(Default)]
struct Brackets {
    stack: Vec<Token>,
    parens: usize,
    stray: usize,
}

impl Brackets {
    fn open(&mut self, token: Token) {
        self.parens += usize::from(token.kind == TokenKind::OpenParen);
        self.stack.push(token);
    }

    fn pop(&mut self) -> Option<Token> {
        let top = self.stack.pop()?;
        self.parens -= usize::from(top.kind == TokenKind::OpenParen);
        Some(top)
    }

    /// Closes the nearest bracket of the same kind; those above it were never closed.
    fn close(&mut self, token: Token, problems: &mut Vec<Problem>) {
        let (kind, open) = match token.kind {
            TokenKind::CloseParen => (TokenKind::OpenParen, self.parens),
            _ => (TokenKind::OpenBracket, self.stack.len() - self.parens),
        };
        if open == 0 {
            self.stray += 1;
            if self.stray <= REPORTED {
                let message = format!("this {} closes nothing", name_of(token.kind));
                problems.push(Problem::new(ProblemKind::Syntax, token.span, message));
            }
            return;
        }
        while let Some(top) = self.pop() {
            if top.kind == kind {
                return;
            }
            self.stray += 1;
            if self.stray <= REPORTED {
                problems.push(unclosed_bracket(top));
            }
        }
    }

    fn finish(self, problems: &mut Vec<Problem>) {
        let reported = self.stack.into_iter().take(REPORTED);
        problems.extend(reported.map(unclosed_bracket));
    }
}

fn unclosed_bracket(token: Token) -> Problem {
    let message = format!("this {} is not closed", name_of(token.kind));
    Problem::new(ProblemKind::Unclosed, token.span, message)
}

const fn name_of(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::OpenParen | TokenKind::CloseParen => "parenthesis",
        _ => "bracket",
    }
}

/// Words that begin a statement, where one begins on a line after a `;`.
const STATEMENT_WORDS: &[&str] = &[
    "create", "drop", "alter", "grant", "revoke", "comment", "select", "with", "refresh", "insert",
    "update", "delete", "merge", "truncate", "values", "table", "set", "reset", "begin", "commit",
    "rollback", "start", "copy", "vacuum", "analyze", "explain", "call", "do", "show", "reindex",
    "cluster", "lock", "flush", "wait", "unload", "execute", "prepare",
];

/// Words that begin a statement that no body and no rule can hold.
const NEVER_NESTED: &[&str] = &[
    "create", "drop", "alter", "grant", "revoke", "comment", "refresh", "vacuum",
];

#[cfg(test)]
#[path = "split_tests.rs"]
mod tests;
