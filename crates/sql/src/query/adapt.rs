//! Other engines' syntax, replaced by PostgreSQL's in a text of **equal length**, so that spans
//! hold in the text itself.
//!
//! Each replacement is switched on by the dialect's table. What a replacement loses and lineage
//! needs is kept beside the text: where a TOP stood, where EXCEPT was meant, which names are local.

use crate::dialect::{Dialect, OwnSyntax};
use crate::ident::Ident;
use crate::lex::{Token, TokenKind};
use crate::span::Span;

use super::{Partial, PartialReason};

/// A text that the parser understands, and what it no longer says.
#[derive(Debug, Default)]
pub(super) struct Adapted {
    /// `None` where nothing had to be replaced.
    pub text: Option<String>,
    /// Places of `TOP n`.
    pub tops: Vec<Span>,
    /// Places of `MINUS`, which the parser reads as UNION.
    pub minus: Vec<Span>,
    /// Names that are neither columns nor relations: lambda arguments, `AT n`.
    pub local_names: Vec<String>,
    pub partial: Vec<Partial>,
}

/// Replaces what the dialect has of its own in the query at `span`; `tokens` are those of the span
/// without white space and comments.
pub(super) fn adapt(text: &str, span: Span, tokens: &[Token], dialect: Dialect) -> Adapted {
    let own = dialect.rules().own_syntax;
    if own.is_empty() {
        return Adapted::default();
    }
    let source = span.slice(text);
    let mut adapter = Adapter {
        text,
        tokens,
        base: span.start as usize,
        bytes: source.as_bytes().to_vec(),
        changed: false,
        dialect,
        out: Adapted::default(),
    };
    for at in 0..tokens.len() {
        for syntax in own {
            adapter.replace(*syntax, at);
        }
    }
    let Adapter {
        bytes,
        changed,
        mut out,
        ..
    } = adapter;
    if changed {
        out.text = String::from_utf8(bytes).ok();
    }
    out
}

struct Adapter<'a> {
    text: &'a str,
    tokens: &'a [Token],
    base: usize,
    bytes: Vec<u8>,
    changed: bool,
    dialect: Dialect,
    out: Adapted,
}

impl Adapter<'_> {
    fn is(&self, at: usize, word: &str) -> bool {
        self.tokens
            .get(at)
            .is_some_and(|token| token.is_word(self.text, word))
    }

    fn kind(&self, at: usize) -> Option<TokenKind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    fn before(&self, at: usize, word: &str) -> bool {
        at.checked_sub(1).is_some_and(|at| self.is(at, word))
    }

    fn token_text(&self, at: usize) -> &str {
        self.tokens
            .get(at)
            .map_or("", |token| token.text(self.text))
    }

    /// Writes `with` over the tokens `from..to`, filled up with spaces.
    fn overwrite(&mut self, from: usize, to: usize, with: &str) {
        let last = to.checked_sub(1).and_then(|at| self.tokens.get(at));
        let (Some(first), Some(last)) = (self.tokens.get(from), last) else {
            return;
        };
        let range = (first.span.start as usize).saturating_sub(self.base)
            ..(last.span.end as usize).saturating_sub(self.base);
        let Some(slot) = self.bytes.get_mut(range) else {
            return;
        };
        if slot.len() < with.len() {
            return;
        }
        let filled = with.bytes().chain(std::iter::repeat(b' '));
        for (byte, new) in slot.iter_mut().zip(filled) {
            if !matches!(*byte, b'\n' | b'\r') || new != b' ' {
                *byte = new;
            }
        }
        self.changed = true;
    }

    fn blank(&mut self, from: usize, to: usize) {
        self.overwrite(from, to, "");
    }

    fn span(&self, from: usize, to: usize) -> Span {
        let last = to.checked_sub(1).and_then(|at| self.tokens.get(at));
        match (self.tokens.get(from), last) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => Span::default(),
        }
    }

    fn give_up(&mut self, from: usize, to: usize) {
        let span = self.span(from, to);
        self.out.partial.push(Partial {
            span,
            reason: PartialReason::Syntax,
        });
    }

    /// The index after the parenthesis, bracket or brace that closes the one at `at`.
    fn after_group(&self, at: usize) -> usize {
        use TokenKind::{CloseBrace, CloseBracket, CloseParen, OpenBrace, OpenBracket, OpenParen};
        let mut depth = 0_usize;
        for (index, token) in self.tokens.iter().enumerate().skip(at) {
            match token.kind {
                OpenParen | OpenBracket | OpenBrace => depth += 1,
                CloseParen | CloseBracket | CloseBrace => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return index + 1;
                    }
                }
                _ => {}
            }
        }
        self.tokens.len()
    }

    /// The index of the first token from `at` on that ends the group it stands in.
    fn group_end(&self, at: usize) -> usize {
        let mut index = at;
        while let Some(kind) = self.kind(index) {
            match kind {
                TokenKind::OpenParen | TokenKind::OpenBracket => index = self.after_group(index),
                TokenKind::CloseParen | TokenKind::CloseBracket => break,
                _ => index += 1,
            }
        }
        index
    }

    fn replace(&mut self, syntax: OwnSyntax, at: usize) {
        match syntax {
            OwnSyntax::Top => self.top(at),
            OwnSyntax::Minus => self.minus(at),
            OwnSyntax::Qualify => self.qualify(at),
            OwnSyntax::Approximate if self.is(at, "approximate") => {
                if self.kind(at + 1) == Some(TokenKind::Word) {
                    self.blank(at, at + 1);
                }
            }
            OwnSyntax::At => self.at_name(at),
            OwnSyntax::Pivot if self.is(at, "pivot") || self.is(at, "unpivot") => self.pivot(at),
            OwnSyntax::Exclude => self.exclude(at),
            OwnSyntax::ConnectBy => self.connect_by(at),
            OwnSyntax::HashNames if self.token_text(at).starts_with('#') => {
                let name = self.token_text(at).replacen('#', "_", 1);
                self.overwrite(at, at + 1, &name);
            }
            OwnSyntax::Asof if self.is(at, "asof") => {
                let joins = ["join", "left", "inner"]
                    .iter()
                    .any(|word| self.is(at + 1, word));
                if joins {
                    self.blank(at, at + 1);
                }
            }
            OwnSyntax::SystemTime => self.system_time(at),
            OwnSyntax::SessionWindow if self.is(at, "session") && self.is(at + 1, "with") => {
                if self.is(at + 2, "gap") {
                    self.blank(at, self.group_end(at));
                }
            }
            OwnSyntax::Lambda => self.lambda(at),
            OwnSyntax::CollectionLiterals => self.collection(at),
            OwnSyntax::MutuallyRecursive => self.mutually_recursive(at),
            OwnSyntax::QueryOptions if self.is(at, "options") => {
                if self.kind(at + 1) == Some(TokenKind::OpenParen) {
                    self.blank(at, self.after_group(at + 1));
                }
            }
            _ => {}
        }
    }

    fn top(&mut self, at: usize) {
        let starts = ["select", "distinct", "all"]
            .iter()
            .any(|word| self.before(at, word));
        if !starts || !self.is(at, "top") {
            return;
        }
        let end = match self.kind(at + 1) {
            Some(TokenKind::Number) => at + 2,
            Some(TokenKind::OpenParen) => self.after_group(at + 1),
            _ => return,
        };
        self.out.tops.push(self.span(at, end));
        self.blank(at, end);
    }

    fn minus(&mut self, at: usize) {
        let follows = self.is(at + 1, "select")
            || self.is(at + 1, "all")
            || self.kind(at + 1) == Some(TokenKind::OpenParen) && self.is(at + 2, "select");
        if self.is(at, "minus") && follows {
            self.out.minus.push(self.span(at, at + 1));
            self.overwrite(at, at + 1, "UNION");
        }
    }

    fn qualify(&mut self, at: usize) {
        let begins_condition = !matches!(
            self.kind(at + 1),
            None | Some(TokenKind::Dot | TokenKind::Comma | TokenKind::CloseParen)
        );
        if self.is(at, "qualify") && begins_condition && !self.before(at, "as") {
            let word = if self.clause_before(at, "having") {
                "AND"
            } else {
                "HAVING"
            };
            self.overwrite(at, at + 1, word);
        }
    }

    /// Tells whether the clause stands before `at` in the same SELECT.
    fn clause_before(&self, at: usize, clause: &str) -> bool {
        let mut depth = 0_i32;
        for index in (0..at).rev() {
            match self.kind(index) {
                Some(TokenKind::CloseParen) => depth += 1,
                Some(TokenKind::OpenParen) => depth -= 1,
                _ if depth == 0 && self.is(index, clause) => return true,
                _ if depth == 0 && self.is(index, "select") => return false,
                _ => {}
            }
            if depth < 0 {
                return false;
            }
        }
        false
    }

    fn at_name(&mut self, at: usize) {
        let time = ["time", "local"].iter().any(|word| self.is(at + 1, word));
        let named = matches!(
            self.kind(at + 1),
            Some(TokenKind::Word | TokenKind::QuotedName(_))
        );
        let after_name = at.checked_sub(1).and_then(|before| self.kind(before));
        let after_name = matches!(after_name, Some(TokenKind::Word | TokenKind::QuotedName(_)));
        if self.is(at, "at") && named && after_name && !time {
            self.local(at + 1);
            self.blank(at, at + 2);
        }
    }

    fn local(&mut self, at: usize) {
        if let Some(token) = self.tokens.get(at) {
            let name = Ident::parse(token.text(self.text), token.span, self.dialect);
            self.out.local_names.push(name.value);
        }
    }

    fn pivot(&mut self, at: usize) {
        let mut open = at + 1;
        if self.is(open, "include") || self.is(open, "exclude") {
            open += 2;
        }
        if self.kind(open) == Some(TokenKind::OpenParen) {
            let end = self.after_group(open);
            self.give_up(at, end);
            self.blank(at, end);
        } else if self.is(at, "unpivot") {
            // `FROM t, UNPIVOT t.object AS value AT key`: the value is what remains.
            self.give_up(at, at + 1);
            self.blank(at, at + 1);
        }
    }

    fn exclude(&mut self, at: usize) {
        let after_star = at
            .checked_sub(1)
            .is_some_and(|before| self.token_text(before) == "*");
        let word = self.is(at, "exclude")
            || self.is(at, "except") && self.kind(at + 1) == Some(TokenKind::OpenParen);
        if !after_star || !word || self.is(at + 2, "select") {
            return;
        }
        let end = match self.kind(at + 1) {
            Some(TokenKind::OpenParen) => self.after_group(at + 1),
            Some(TokenKind::Word | TokenKind::QuotedName(_)) => at + 2,
            _ => return,
        };
        self.give_up(at, end);
        self.blank(at, end);
    }

    fn connect_by(&mut self, at: usize) {
        let start = self.is(at, "start") && self.is(at + 1, "with");
        let connect = self.is(at, "connect") && self.is(at + 1, "by");
        if start || connect {
            let filtered = self.clause_before(at, "where") || self.clause_before(at, "start");
            let filtered = filtered || self.clause_before(at, "connect");
            let mut end = at + 2;
            if self.is(end, "nocycle") {
                end += 1;
            }
            self.give_up(at, end);
            self.overwrite(at, end, if filtered { "AND" } else { "WHERE" });
            self.out.local_names.push("level".to_owned());
        }
        if self.is(at, "prior") && !matches!(self.kind(at + 1), Some(TokenKind::Dot)) {
            self.blank(at, at + 1);
        }
    }

    fn system_time(&mut self, at: usize) {
        let starts = self.is(at, "for") && self.is(at + 1, "system_time");
        if !(starts && self.is(at + 2, "as") && self.is(at + 3, "of")) {
            return;
        }
        let mut end = at + 5;
        if self.kind(end) == Some(TokenKind::OpenParen) {
            end = self.after_group(end);
        }
        // `NOW() - INTERVAL '1 hour'`, `timestamp '..'`.
        while matches!(
            self.kind(end),
            Some(TokenKind::Operator | TokenKind::Text(_))
        ) || self.before(end, "-")
            || self.is(end, "interval")
        {
            end += 1;
        }
        self.blank(at, end.min(self.tokens.len()));
    }

    fn lambda(&mut self, at: usize) {
        let opens = at.checked_sub(1).and_then(|before| self.kind(before));
        let opens = matches!(opens, Some(TokenKind::Comma | TokenKind::OpenParen));
        if !opens || self.token_text(at) != "|" {
            return;
        }
        let mut end = at + 1;
        while matches!(self.kind(end), Some(TokenKind::Word | TokenKind::Comma)) {
            if self.kind(end) == Some(TokenKind::Word) {
                self.local(end);
            }
            end += 1;
        }
        if self.token_text(end) == "|" {
            self.blank(at, end + 1);
        }
    }

    fn collection(&mut self, at: usize) {
        let list = self.is(at, "list");
        if !list && !self.is(at, "map") {
            return;
        }
        let open = at + 1;
        match self.kind(open) {
            Some(TokenKind::OpenBracket | TokenKind::OpenBrace) => {
                let end = self.after_group(open);
                self.blank(at, at + 1);
                self.overwrite(open, open + 1, "(");
                self.overwrite(end.saturating_sub(1), end, ")");
                for inside in open..end {
                    if self.token_text(inside) == "=>" || self.token_text(inside) == ":" {
                        self.overwrite(inside, inside + 1, ",");
                    }
                }
            }
            Some(TokenKind::OpenParen) if self.is(open + 1, "select") => self.blank(at, at + 1),
            // `value::int list`: the type before is enough.
            _ if list && self.type_before(at) => self.blank(at, at + 1),
            _ => {}
        }
    }

    /// Tells whether a cast to a type ends right before `at`.
    fn type_before(&self, at: usize) -> bool {
        let cast = |back: usize| {
            at.checked_sub(back)
                .is_some_and(|index| matches!(self.token_text(index), "::") || self.is(index, "as"))
        };
        cast(2) || (self.before(at, "list") && cast(3))
    }

    fn mutually_recursive(&mut self, at: usize) {
        if !self.is(at, "mutually") || !self.is(at + 1, "recursive") || !self.before(at, "with") {
            return;
        }
        self.blank(at, at + 1);
        let mut next = at + 2;
        if self.kind(next) == Some(TokenKind::OpenParen) {
            let end = self.after_group(next);
            self.blank(next, end);
            next = end;
        }
        // Each CTE: name (column type, ..) AS (query), ..
        while self.kind(next + 1) == Some(TokenKind::OpenParen) {
            let end = self.after_group(next + 1);
            self.blank_types(next + 2, end.saturating_sub(1));
            if !self.is(end, "as") || self.kind(end + 1) != Some(TokenKind::OpenParen) {
                return;
            }
            next = self.after_group(end + 1);
            if self.kind(next) != Some(TokenKind::Comma) {
                return;
            }
            next += 1;
        }
    }

    /// Leaves the first word of each item of a list and blanks the rest.
    fn blank_types(&mut self, from: usize, to: usize) {
        let mut at = from;
        while at < to {
            let mut end = at + 1;
            while end < to && self.kind(end) != Some(TokenKind::Comma) {
                end = if self.kind(end) == Some(TokenKind::OpenParen) {
                    self.after_group(end)
                } else {
                    end + 1
                };
            }
            if end > at + 1 {
                self.blank(at + 1, end.min(to));
            }
            at = end + 1;
        }
    }
}
