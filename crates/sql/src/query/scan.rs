//! References by a scan of the tokens, for queries that the parser does not understand whole.
//!
//! The scan knows where relation names stand (after FROM, JOIN and their like, and after commas in
//! FROM) and which names a WITH has made, by the parentheses they are visible in. **It rather names
//! a relation too many than too few.**

use super::Reference;
use crate::dialect::Dialect;
use crate::ident::{Ident, Name, QualifiedName};
use crate::lex::{Token, TokenKind};

/// Finds the relations that the tokens read; `tokens` are without white space and comments.
pub(super) fn references(text: &str, tokens: &[Token], dialect: Dialect) -> Vec<Reference> {
    let mut scan = Scan {
        text,
        tokens,
        dialect,
        frames: vec![Frame::default()],
        found: Vec::new(),
    };
    let mut at = 0;
    while at < tokens.len() {
        at = scan.step(at).max(at + 1);
    }
    scan.found
}

/// What is known between one pair of parentheses.
#[derive(Default)]
struct Frame {
    ctes: Vec<Name>,
    /// A relation may stand here.
    expects: bool,
    /// Between FROM and the next clause: a comma brings another relation.
    in_from: bool,
    /// The arguments of a function, where FROM is a word of its own.
    arguments: bool,
    /// The names before AS ( in a WITH.
    in_with: bool,
    recursive: bool,
    /// The CTE whose query stands in the next parentheses.
    pending: Option<Name>,
}

struct Scan<'a> {
    text: &'a str,
    tokens: &'a [Token],
    dialect: Dialect,
    frames: Vec<Frame>,
    found: Vec<Reference>,
}

/// Words that end the FROM part.
const CLAUSES: &[&str] = &[
    "where",
    "group",
    "order",
    "having",
    "limit",
    "offset",
    "fetch",
    "union",
    "except",
    "intersect",
    "minus",
    "window",
    "qualify",
    "returning",
    "set",
    "emit",
    "connect",
    "start",
];

/// Words that no engine takes for the name of a relation.
const RESERVED: &[&str] = &[
    "select",
    "values",
    "with",
    "table",
    "where",
    "group",
    "order",
    "having",
    "limit",
    "offset",
    "fetch",
    "union",
    "except",
    "intersect",
    "window",
    "on",
    "using",
    "returning",
    "from",
    "join",
    "left",
    "right",
    "full",
    "inner",
    "cross",
    "natural",
    "as",
    "and",
    "or",
    "not",
    "case",
];

/// Words that may stand between FROM and a relation.
const BEFORE_RELATION: &[&str] = &["only", "lateral"];

impl Scan<'_> {
    fn word(&self, at: usize) -> Option<String> {
        let token = self.tokens.get(at)?;
        let word = token.kind == TokenKind::Word;
        word.then(|| token.text(self.text).to_ascii_lowercase())
    }

    fn kind(&self, at: usize) -> Option<TokenKind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    /// Looks at one token; returns where to go on.
    fn step(&mut self, at: usize) -> usize {
        let Some(token) = self.tokens.get(at).copied() else {
            return at;
        };
        match token.kind {
            TokenKind::OpenParen => self.open(at),
            TokenKind::CloseParen => self.close(),
            TokenKind::Comma => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.expects = frame.in_from;
                }
            }
            TokenKind::QuotedName(_) => return self.name(at),
            TokenKind::Word => return self.keyword(at),
            _ => {}
        }
        at + 1
    }

    fn open(&mut self, at: usize) {
        let call = at.checked_sub(1).and_then(|before| self.word(before));
        let splits = |word: &str| matches!(word, "extract" | "substring" | "trim" | "overlay");
        let arguments = call.as_deref().is_some_and(splits);
        let (inherits, pending, recursive) = self.frames.last_mut().map_or_else(
            || (false, None, false),
            |frame| {
                let inherits = frame.expects;
                frame.expects = false;
                (inherits, frame.pending.take(), frame.recursive)
            },
        );
        let in_from = inherits && !call.as_deref().is_some_and(is_window);
        let mut frame = Frame {
            arguments,
            expects: inherits,
            in_from,
            ..Frame::default()
        };
        if let (true, Some(name)) = (recursive, &pending) {
            frame.ctes.push(name.clone());
        }
        if let (Some(outer), Some(name)) = (self.frames.last_mut(), pending) {
            // Visible only once its own parentheses are closed, unless recursive.
            outer.pending = Some(name);
        }
        self.frames.push(frame);
    }

    fn close(&mut self) {
        if self.frames.len() > 1 {
            self.frames.pop();
        }
        if let Some(frame) = self.frames.last_mut()
            && let Some(name) = frame.pending.take()
        {
            frame.ctes.push(name);
        }
    }

    fn keyword(&mut self, at: usize) -> usize {
        let word = self.word(at).unwrap_or_default();
        let before = at
            .checked_sub(1)
            .and_then(|at| self.word(at))
            .unwrap_or_default();
        // A query begins at the start, behind a parenthesis, and behind AS.
        let opened = at.checked_sub(1).map(|at| self.kind(at));
        let begins = matches!(opened, None | Some(Some(TokenKind::OpenParen))) || before == "as";
        let rows = word == "rows" && self.word(at + 1).as_deref() == Some("from");
        let Some(frame) = self.frames.last_mut() else {
            return at + 1;
        };
        match word.as_str() {
            word if frame.expects && BEFORE_RELATION.contains(&word) => {}
            word if frame.expects && !rows && !RESERVED.contains(&word) => return self.name(at),
            "with" if !begins => {}
            "with" => {
                frame.in_with = true;
                frame.in_from = false;
                frame.expects = false;
            }
            "recursive" if frame.in_with => frame.recursive = true,
            "as" if frame.in_with => return self.cte(at),
            "select" | "values" => {
                frame.in_with = false;
                frame.in_from = false;
                frame.expects = false;
            }
            "from" if frame.arguments || before == "distinct" => {}
            "from" | "join" | "into" | "update" => {
                frame.expects = true;
                frame.in_from = true;
            }
            "table"
                if begins
                    || matches!(
                        before.as_str(),
                        "union" | "all" | "except" | "intersect" | "minus" | "distinct"
                    ) =>
            {
                frame.expects = true;
            }
            word if CLAUSES.contains(&word) => {
                frame.in_from = false;
                frame.expects = false;
            }
            _ => frame.expects = false,
        }
        at + 1
    }

    /// Remembers the name before `AS (` or `AS MATERIALIZED (`, with or without a column list.
    fn cte(&mut self, at: usize) -> usize {
        let mut open = at + 1;
        while self
            .word(open)
            .is_some_and(|w| matches!(w.as_str(), "not" | "materialized"))
        {
            open += 1;
        }
        if self.kind(open) != Some(TokenKind::OpenParen) {
            return at + 1;
        }
        let mut name_at = at.checked_sub(1);
        if name_at.and_then(|at| self.kind(at)) == Some(TokenKind::CloseParen) {
            name_at = name_at.and_then(|close| self.before_group(close));
        }
        let token = name_at.and_then(|at| self.tokens.get(at)).copied();
        if let (Some(token), Some(frame)) = (token, self.frames.last_mut()) {
            let name = Ident::parse(token.text(self.text), token.span, self.dialect);
            frame.pending = Some(name.value);
        }
        open
    }

    /// The index before the parenthesis that the one at `close` closes.
    fn before_group(&self, close: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for at in (0..=close).rev() {
            match self.kind(at) {
                Some(TokenKind::CloseParen) => depth += 1,
                Some(TokenKind::OpenParen) => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return at.checked_sub(1);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// Reads a name where a relation may stand; returns the index after it.
    fn name(&mut self, at: usize) -> usize {
        let expects = self.frames.last().is_some_and(|frame| frame.expects);
        let mut parts = Vec::new();
        let mut next = at;
        while let Some(token) = self.tokens.get(next) {
            if !matches!(token.kind, TokenKind::Word | TokenKind::QuotedName(_)) {
                break;
            }
            parts.push(Ident::parse(
                token.text(self.text),
                token.span,
                self.dialect,
            ));
            next += 1;
            if self.kind(next) != Some(TokenKind::Dot) {
                break;
            }
            next += 1;
        }
        if !expects || parts.is_empty() {
            return at + 1;
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.expects = false;
        }
        let called = self.kind(next) == Some(TokenKind::OpenParen);
        let windowed = called && matches!(parts.last(), Some(last) if is_window(&last.value));
        if windowed && let Some(frame) = self.frames.last_mut() {
            frame.expects = true;
        }
        let hidden = matches!(parts.as_slice(), [only] if self.is_cte(&only.value));
        if !called && !hidden && parts.len() <= 3 {
            self.found.push(Reference {
                name: QualifiedName::new(parts),
                slot: None,
            });
        }
        next
    }

    fn is_cte(&self, name: &str) -> bool {
        self.frames
            .iter()
            .any(|frame| frame.ctes.iter().any(|cte| cte == name))
    }
}

fn is_window(name: &str) -> bool {
    matches!(name, "tumble" | "hop")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lex::lex;

    fn scanned(text: &str) -> String {
        let tokens: Vec<Token> = lex(text, Dialect::Postgres)
            .into_iter()
            .filter(|token| !token.kind.is_trivia())
            .collect();
        let found = references(text, &tokens, Dialect::Postgres);
        let names: Vec<String> = found.iter().map(|found| found.name.dotted()).collect();
        names.join(" ")
    }

    #[test]
    fn every_place_of_a_relation_is_seen() {
        let cases = [
            ("SELECT a FROM t JOIN u ON f(a, b) = 1, v", "t u v"),
            (
                "SELECT a FROM t JOIN u USING (id), v WHERE a IN (1, w)",
                "t u v",
            ),
            ("SELECT a FROM t EXCEPT TABLE v", "t v"),
            ("TABLE v", "v"),
            ("SELECT 1 FROM start, set, rows, t", "start set rows t"),
            ("SELECT 1 FROM ROWS FROM (f(1), g(2)) r, t", "t"),
            (
                "SELECT 1 FROM (WITH x AS (SELECT 1 FROM t) SELECT 1 FROM x) q, x",
                "t x",
            ),
            (
                "WITH x AS (SELECT 1 FROM x), y (a) AS NOT MATERIALIZED (SELECT 1 FROM x) TABLE y",
                "x",
            ),
            (
                "WITH RECURSIVE x AS (SELECT 1 FROM x JOIN t ON true) SELECT 1 FROM x",
                "t",
            ),
            (
                "SELECT extract(day FROM a), a IS DISTINCT FROM b FROM s.t",
                "s.t",
            ),
            (
                "SELECT 1 FROM f(x) WITH ORDINALITY, LATERAL (SELECT 1 FROM u) q, ONLY t",
                "u t",
            ),
            ("SELECT 1 FROM tumble(a.t, ts, interval '1 day') w", "a.t"),
        ];
        for (text, names) in cases {
            assert_eq!(scanned(text), names, "{text}");
        }
    }
}
