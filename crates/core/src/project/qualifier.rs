//! Schemas that are named in what the statements keep as tokens: types, collations, operators, and
//! literals that the engine reads as names.
//!
//! **Only a word before a dot is a schema, and only where no relation or column can stand:** behind
//! `::`, `AS`, `COLLATE` and `OPERATOR (`, and in the parts of a CREATE that hold types and
//! functions alone.

use dormer_sql::ident::read_qualified;
use dormer_sql::lex::{Token, TokenKind, lex};
use dormer_sql::{Dialect, Ident, Span};

use super::compile::Parsed;
use super::readers::literal;

/// The tokens of a text that are not for people only.
pub(super) struct Tokens<'a> {
    text: &'a str,
    dialect: Dialect,
    tokens: Vec<Token>,
}

/// Tells whether a text has a name of three parts anywhere.
pub(super) fn has_long_name(parsed: &Parsed) -> bool {
    let mut parts = 0;
    let mut dotted = false;
    let tokens = parsed.split.tokens.iter();
    for token in tokens.filter(|token| !token.kind.is_trivia()) {
        let dot = token.kind == TokenKind::Dot;
        if !dot {
            let first = u32::from(is_name(*token));
            parts = if dotted && first == 1 {
                parts + 1
            } else {
                first
            };
            if parts == 3 {
                return true;
            }
        }
        dotted = dot && parts > 0;
    }
    false
}

impl<'a> Tokens<'a> {
    pub(super) fn of(text: &'a str, parsed: &Parsed, dialect: Dialect) -> Self {
        let tokens = parsed.split.tokens.iter().copied();
        Self {
            text,
            dialect,
            tokens: tokens.filter(|token| !token.kind.is_trivia()).collect(),
        }
    }

    /// The words before the first dot of a name, each with the index of its token.
    pub(super) fn first_parts(&self) -> impl Iterator<Item = (usize, Ident)> {
        let tokens = self.tokens.iter().enumerate();
        tokens.filter_map(|(index, token)| {
            let first = is_name(*token)
                && self.kind(index + 1) == Some(TokenKind::Dot)
                && self
                    .before(index, 1)
                    .is_none_or(|before| before.kind != TokenKind::Dot);
            let ident = || Ident::parse(token.text(self.text), token.span, self.dialect);
            first.then(|| (index, ident()))
        })
    }

    /// Tells whether a name that starts at a token is that of a type, a collation or an operator.
    pub(super) fn no_relation(&self, index: usize) -> bool {
        let Some(before) = self.before(index, 1) else {
            return false;
        };
        let word = |token: Token, word: &str| token.is_word(self.text, word);
        let operator = before.kind == TokenKind::OpenParen
            && self
                .before(index, 2)
                .is_some_and(|token| word(token, "operator"));
        operator || before.text(self.text) == "::" || word(before, "as") || word(before, "collate")
    }

    /// The literals that the engine reads as names of objects, each with the schema in it.
    pub(super) fn names_in_literals(&self) -> impl Iterator<Item = (Span, Ident)> {
        let tokens = self.tokens.iter().enumerate();
        tokens.filter_map(|(index, token)| {
            let text = matches!(token.kind, TokenKind::Text(_)) && self.read_as_name(index);
            let written = text.then(|| literal::text(token.text(self.text), self.dialect))?;
            let inside = lex(&written, self.dialect);
            let name = read_qualified(&written, &inside, self.dialect)?;
            match name.parts.as_slice() {
                [schema, _] => Some((token.span, schema.clone())),
                _ => None,
            }
        })
    }

    fn read_as_name(&self, index: usize) -> bool {
        const TYPES: [&str; 4] = ["regclass", "regtype", "regproc", "regprocedure"];
        const FUNCTIONS: [&str; 6] = [
            "nextval",
            "currval",
            "setval",
            "to_regclass",
            "to_regtype",
            "to_regproc",
        ];
        let one_of = |token: Option<Token>, words: &[&str]| {
            token.is_some_and(|token| words.iter().any(|word| token.is_word(self.text, word)))
        };
        let next = self.tokens.get(index + 1);
        let cast =
            next.is_some_and(|next| next.text(self.text) == "::" || next.is_word(self.text, "as"));
        let argument = self
            .before(index, 1)
            .is_some_and(|token| token.kind == TokenKind::OpenParen);
        (cast && one_of(self.tokens.get(index + 2).copied(), &TYPES))
            || one_of(self.before(index, 1), &TYPES)
            || (argument && one_of(self.before(index, 2), &FUNCTIONS))
    }

    fn kind(&self, index: usize) -> Option<TokenKind> {
        self.tokens.get(index).map(|token| token.kind)
    }

    fn before(&self, index: usize, count: usize) -> Option<Token> {
        self.tokens.get(index.checked_sub(count)?).copied()
    }
}

fn is_name(token: Token) -> bool {
    matches!(token.kind, TokenKind::Word | TokenKind::QuotedName(_))
}
