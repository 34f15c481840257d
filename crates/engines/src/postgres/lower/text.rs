//! A text that others wrote, of which one statement is made.
//!
//! **What is put in goes beside tokens, never beside letters:** a comment or a string that looks
//! like the place is not taken for it.

use dormer_core::engine::step::{Placement, Unsupported};
use dormer_sql::Dialect;
use dormer_sql::lex::{Token, TokenKind};
use dormer_sql::parse::parse;
use dormer_sql::problem::ProblemKind;
use dormer_sql::rewrite::{Edit, rewrite};
use dormer_sql::span::Span;
use dormer_sql::split::split;
use dormer_sql::statement::{CreateView, OptionKind, StatementKind};

use super::cannot;

/// One statement of others: its text from the first word to the last, and what it is.
pub(super) struct Text<'a> {
    whole: &'a str,
    span: Span,
    /// Without white space and comments.
    tokens: Vec<Token>,
    kind: StatementKind,
}

impl<'a> Text<'a> {
    /// Reads a text that must be one statement.
    pub(super) fn read(whole: &'a str) -> Result<Self, Unsupported> {
        let parts = split(whole, Dialect::Postgres);
        let broken = parts.problems.iter().find(|problem| {
            matches!(
                problem.kind,
                ProblemKind::Unclosed | ProblemKind::BadByte | ProblemKind::PsqlCommand
            )
        });
        if let Some(problem) = broken {
            return Err(cannot(format!("cannot run the text: {}", problem.message)));
        }
        let [piece] = parts.pieces.as_slice() else {
            let count = parts.pieces.len();
            return Err(cannot(format!(
                "runs one statement at a time, and the text has {count}"
            )));
        };
        let (statement, _) = parse(whole, &parts, piece, Dialect::Postgres);
        let tokens = parts.tokens.get(piece.tokens.clone()).unwrap_or_default();
        let tokens = tokens.iter().filter(|token| !token.kind.is_trivia());
        Ok(Self {
            whole,
            span: piece.span,
            tokens: tokens.copied().collect(),
            kind: statement.kind,
        })
    }

    /// The statement, without comments around it and without `;`.
    pub(super) fn as_str(&self) -> &'a str {
        self.span.slice(self.whole)
    }

    /// The statement as a query that can stand in parentheses.
    pub(super) fn query(&self) -> Result<&'a str, Unsupported> {
        let mut depth = 0_u32;
        let balanced = self.tokens.iter().all(|token| match token.kind {
            TokenKind::OpenParen => {
                depth += 1;
                true
            }
            TokenKind::CloseParen => {
                let inside = depth > 0;
                depth = depth.saturating_sub(1);
                inside
            }
            _ => true,
        });
        match self.kind {
            StatementKind::Query(_) if balanced && depth == 0 => Ok(self.as_str()),
            _ => Err(cannot("reads rows by a query alone")),
        }
    }

    fn view(&self) -> Result<&CreateView, Unsupported> {
        match &self.kind {
            StatementKind::CreateView(view) => Ok(view),
            _ => Err(cannot("makes a view by CREATE VIEW alone")),
        }
    }

    /// CREATE MATERIALIZED VIEW that leaves it empty.
    pub(super) fn without_data(&self) -> Result<String, Unsupported> {
        const WORDS: &str = "WITH NO DATA";
        let view = self.view()?;
        if !view.materialized {
            return Err(cannot(
                "makes a materialized view by CREATE MATERIALIZED VIEW alone",
            ));
        }
        let said = |kind| view.options.iter().find(move |option| option.kind == kind);
        if said(OptionKind::WithNoData).is_some() {
            return Ok(self.as_str().to_owned());
        }
        match said(OptionKind::WithData) {
            Some(option) => self.edited(option.span, WORDS),
            None => Ok(format!("{}\n{WORDS}", self.as_str())),
        }
    }

    /// CREATE VIEW that keeps the identity of what is there.
    pub(super) fn or_replace(&self) -> Result<String, Unsupported> {
        let view = self.view()?;
        if view.materialized {
            return Err(cannot("cannot give a materialized view another query"));
        }
        let mut options = view.options.iter();
        let create = self.tokens.first();
        match create {
            Some(create) if options.all(|option| option.kind != OptionKind::OrReplace) => {
                self.edited(create.span, "CREATE OR REPLACE")
            }
            _ => Ok(self.as_str().to_owned()),
        }
    }

    fn edited(&self, span: Span, words: &str) -> Result<String, Unsupported> {
        let edit = Edit {
            span,
            replacement: words.to_owned(),
        };
        rewrite(self.whole, self.span, &[edit]).map_err(|error| cannot(error.to_string()))
    }

    fn word(&self, at: usize, word: &str) -> bool {
        let token = self.tokens.get(at);
        token.is_some_and(|token| token.is_word(self.whole, word))
    }

    /// Whether the server takes it inside of a transaction.
    pub(super) fn placement(&self) -> Placement {
        let concurrently = match &self.kind {
            StatementKind::CreateIndex(index) => index.concurrently,
            _ => {
                (self.word(0, "drop") || self.word(0, "reindex"))
                    && (1..4).any(|at| self.word(at, "concurrently"))
            }
        };
        if concurrently || self.word(0, "vacuum") {
            Placement::Alone
        } else {
            Placement::Together
        }
    }

    /// Refuses what would take along whatever depends on it. `ON DELETE CASCADE` is about rows.
    pub(super) fn refuse_cascade(&self) -> Result<(), Unsupported> {
        let verbs = ["drop", "alter", "revoke", "truncate"];
        let last = self.tokens.len().saturating_sub(1);
        let takes = (0..self.tokens.len()).any(|at| {
            let ends = at == last
                || matches!(self.tokens.get(at + 1), Some(token) if token.kind == TokenKind::Comma);
            let before = at.checked_sub(1);
            let of_rows = before
                .is_some_and(|before| self.word(before, "delete") || self.word(before, "update"));
            ends && self.word(at, "cascade") && !of_rows
        });
        if takes && verbs.iter().any(|verb| self.word(0, verb)) {
            return Err(cannot("is never told to CASCADE"));
        }
        Ok(())
    }

    /// Refuses an ALTER that does more than one thing.
    pub(super) fn refuse_second_action(&self) -> Result<(), Unsupported> {
        let mut depth = 0_i32;
        for token in &self.tokens {
            match token.kind {
                TokenKind::OpenParen | TokenKind::OpenBracket => depth += 1,
                TokenKind::CloseParen | TokenKind::CloseBracket => depth -= 1,
                TokenKind::Comma if depth == 0 => {
                    return Err(cannot("adds one column at a time"));
                }
                _ => {}
            }
        }
        Ok(())
    }
}
