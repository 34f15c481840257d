//! Other engines' syntax, replaced by PostgreSQL's in a text of **equal length**, so that spans
//! hold in the text itself.
//!
//! Each replacement is switched on by the dialect's table. What a replacement loses and lineage
//! needs is kept beside the text: where a TOP stood, where EXCEPT was meant, which names are local.

mod clauses;
mod place;
mod values;

use crate::dialect::{Dialect, OwnSyntax};
use crate::ident::{Ident, Name};
use crate::lex::{Token, TokenKind};
use crate::span::Span;

use super::{Partial, PartialReason};
use place::{Place, places};

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
    pub local_names: Vec<Name>,
    /// Places of `(+)`.
    pub outer_marks: Vec<Span>,
    /// What `* EXCLUDE (a, b)` leaves out, by the offset where the star ends.
    pub excluded: Vec<(u32, Vec<Ident>)>,
    pub partial: Vec<Partial>,
}

/// Replaces what the dialect has of its own in the query at `span`; `tokens` are those of the span
/// without white space and comments.
pub(super) fn adapt(text: &str, span: Span, tokens: &[Token], dialect: Dialect) -> Adapted {
    let own = dialect.rules().own_syntax;
    if own.is_empty() || !is_balanced(tokens) {
        return Adapted::default();
    }
    let source = span.slice(text);
    let mut adapter = Adapter {
        text,
        tokens,
        places: places(text, tokens),
        base: span.start as usize,
        bytes: source.as_bytes().to_vec(),
        changed: false,
        dialect,
        out: Adapted::default(),
    };
    for at in 0..tokens.len() {
        if adapter.is_blanked(at) {
            continue;
        }
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

/// Tells whether every bracket is closed by its own kind: replacements count on it.
fn is_balanced(tokens: &[Token]) -> bool {
    use TokenKind::{CloseBrace, CloseBracket, CloseParen, OpenBrace, OpenBracket, OpenParen};
    let mut open = Vec::new();
    tokens.iter().all(|token| match token.kind {
        OpenParen | OpenBracket | OpenBrace => {
            open.push(token.kind);
            true
        }
        CloseParen => open.pop() == Some(OpenParen),
        CloseBracket => open.pop() == Some(OpenBracket),
        CloseBrace => open.pop() == Some(OpenBrace),
        _ => true,
    }) && open.is_empty()
}

struct Adapter<'a> {
    text: &'a str,
    tokens: &'a [Token],
    places: Vec<Place>,
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

    /// Tells whether a replacement has already taken the token away.
    fn is_blanked(&self, at: usize) -> bool {
        let start = self.tokens.get(at).map(|token| token.span.start as usize);
        let byte = start.and_then(|start| self.bytes.get(start.checked_sub(self.base)?));
        byte == Some(&b' ')
    }

    fn kind(&self, at: usize) -> Option<TokenKind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    /// Tells whether the parentheses hold hints for the engine, and no arguments.
    fn is_options(&self, open: usize) -> bool {
        let words = ["aggregate", "distinct", "limit"];
        let hint = words.iter().any(|word| self.is(open + 1, word))
            && (self.is(open + 2, "input") || self.is(open + 3, "input"));
        self.kind(open) == Some(TokenKind::OpenParen) && hint
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

    /// Writes spaces over the tokens; where they hold more than one piece of syntax, they stay, and
    /// the answer is partial.
    fn blank(&mut self, from: usize, to: usize) {
        if self.holds_query(from, to) {
            self.give_up(from, to);
            return;
        }
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
            OwnSyntax::Approximate
                if self.is(at, "approximate") && self.kind(at + 1) == Some(TokenKind::Word) =>
            {
                self.blank(at, at + 1);
            }
            OwnSyntax::At => {
                self.at_name(at);
                self.subscript_in_from(at);
            }
            OwnSyntax::NullTreatment => self.null_treatment(at),
            OwnSyntax::OuterMark => self.outer_mark(at),
            OwnSyntax::ConvertCall => self.convert_call(at),
            OwnSyntax::BackslashStrings => self.backslash_string(at),
            OwnSyntax::ArrayCall => self.array_call(at),
            OwnSyntax::StructTypes => self.struct_type(at),
            OwnSyntax::MapBraces => self.map_braces(at),
            OwnSyntax::AsOf if self.is(at, "as") && self.is(at + 1, "of") => {
                // `AS of` at the end, or with more of the query behind it, is an alias.
                let end = self.group_end(at);
                if end > at + 2 && !self.holds_query(at, end) {
                    self.blank(at, end);
                }
            }
            OwnSyntax::ShowInFrom => self.show_in_from(at),
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
            OwnSyntax::SessionWindow
                if self.is(at, "session") && self.is(at + 1, "with") && self.is(at + 2, "gap") =>
            {
                self.blank(at, self.group_end(at));
            }
            OwnSyntax::Lambda => self.lambda(at),
            OwnSyntax::CollectionLiterals => self.collection(at),
            OwnSyntax::MutuallyRecursive => self.mutually_recursive(at),
            OwnSyntax::QueryOptions if self.is(at, "options") && self.is_options(at + 1) => {
                self.blank(at, self.after_group(at + 1));
            }
            _ => {}
        }
    }

    fn place(&self, at: usize) -> Place {
        self.places.get(at).copied().unwrap_or_default()
    }

    /// Tells whether the tokens hold a word that begins another part of a query.
    fn holds_query(&self, from: usize, to: usize) -> bool {
        let words = ["select", "from", "join", "where", "table"];
        (from..to).any(|at| words.iter().any(|word| self.is(at, word)))
    }

    fn local(&mut self, at: usize) {
        if let Some(name) = self.ident(at) {
            self.out.local_names.push(name.value);
        }
    }

    fn ident(&self, at: usize) -> Option<Ident> {
        let token = self.tokens.get(at)?;
        let named = matches!(token.kind, TokenKind::Word | TokenKind::QuotedName(_));
        named.then(|| Ident::parse(token.text(self.text), token.span, self.dialect))
    }
}
