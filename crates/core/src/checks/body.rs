//! The words of a query, for checks that ask for a clause by its words.

use dormer_sql::lex::{Token, TokenKind, lex};
use dormer_sql::{Dialect, QualifiedName, Span};

use crate::model::object::Object;

/// The tokens of an object's query that count, each with its place in the object's text.
pub(super) struct Body<'a> {
    text: &'a str,
    dialect: Dialect,
    /// All tokens but space and comments.
    all: Vec<Token>,
    /// The tokens outside all parentheses; an opening parenthesis stands for what it holds.
    outer: Vec<Token>,
}

/// The words that end a GROUP BY.
const AFTER_GROUP_BY: [&str; 11] = [
    "having",
    "window",
    "order",
    "limit",
    "offset",
    "fetch",
    "for",
    "qualify",
    "union",
    "intersect",
    "except",
];

/// The words that make one query of several.
const SET_OPERATIONS: [&str; 4] = ["union", "intersect", "except", "minus"];

/// One item of a GROUP BY.
pub(super) enum GroupItem {
    Column(QualifiedName),
    /// The place in the select list, from 1.
    Place(usize),
}

impl<'a> Body<'a> {
    /// The body of an object that has a query.
    pub(super) fn of(object: &'a Object, dialect: Dialect) -> Option<Self> {
        let span = object.definition.query_span?;
        let text: &str = &object.source.text;
        let mut depth = 0_u32;
        let (mut all, mut outer) = (Vec::new(), Vec::new());
        for token in lex(span.slice(text), dialect) {
            let closes = token.kind == TokenKind::CloseParen;
            depth = depth.saturating_sub(u32::from(closes));
            if !token.kind.is_trivia() {
                let span = Span::new(token.span.start + span.start, token.span.end + span.start);
                let token = Token { span, ..token };
                all.push(token);
                if depth == 0 && !closes {
                    outer.push(token);
                }
            }
            depth += u32::from(token.kind == TokenKind::OpenParen);
        }
        Some(Self {
            text,
            dialect,
            all,
            outer,
        })
    }

    /// Tells whether what starts there stands outside all parentheses.
    pub(super) fn is_outside(&self, span: Span) -> bool {
        let mut outer = self.outer.iter();
        outer.any(|token| token.span.start == span.start)
    }

    /// Tells whether the query of an object holds these letters at all, before it is taken apart.
    pub(super) fn may_hold(object: &Object, letters: &str) -> bool {
        let text = object
            .definition
            .query_span
            .map(|span| span.slice(&object.source.text));
        let windows = text.unwrap_or("").as_bytes().windows(letters.len());
        let mut windows = windows;
        windows.any(|window| window.eq_ignore_ascii_case(letters.as_bytes()))
    }

    /// The place of the first of these words outside all parentheses, in lower case.
    pub(super) fn first_of(&self, words: &[&str]) -> Option<Span> {
        let is_one = |token: &&Token| self.is_one_of(**token, words);
        self.outer.iter().find(is_one).map(|token| token.span)
    }

    /// The place of two words that follow each other.
    pub(super) fn pair(&self, first: &str, second: &str) -> Option<Span> {
        let mut pairs = self.outer.iter().zip(self.outer.iter().skip(1));
        let (first, second) =
            pairs.find(|(a, b)| a.is_word(self.text, first) && b.is_word(self.text, second))?;
        Some(first.span.to(second.span))
    }

    /// The items of the GROUP BY when the query is one SELECT and every item is a plain column or
    /// place; none where the groups are made in any other way.
    pub(super) fn group_by(&self) -> Option<Vec<GroupItem>> {
        if self.first_of(&SET_OPERATIONS).is_some() {
            return None;
        }
        let by = self.pair("group", "by")?;
        let after: Vec<Token> = self
            .outer
            .iter()
            .filter(|token| token.span.start >= by.end)
            .take_while(|token| !self.is_one_of(**token, &AFTER_GROUP_BY))
            .copied()
            .collect();
        after
            .split(|token| token.kind == TokenKind::Comma)
            .map(|item| self.group_item(item))
            .collect()
    }

    fn group_item(&self, item: &[Token]) -> Option<GroupItem> {
        if let [token] = item
            && token.kind == TokenKind::Number
        {
            return token.text(self.text).parse().ok().map(GroupItem::Place);
        }
        dormer_sql::ident::read_qualified(self.text, item, self.dialect).map(GroupItem::Column)
    }

    /// Tells whether the query has another query in it: a CTE, or a subquery anywhere.
    pub(super) fn has_inner_query(&self) -> bool {
        let selects = self.all.iter();
        let selects = selects.filter(|token| token.is_word(self.text, "select"));
        selects.count() > 1
    }

    /// Tells of a place whether it counts for the rows that leave the outermost SELECT: in its
    /// select list, or behind its GROUP BY. What WITH and FROM hold is grouped, WHERE makes no rows.
    pub(super) fn selected(&self) -> impl Fn(Span) -> bool + use<> {
        let start = |words: &[&str]| self.first_of(words).map(|span| span.start);
        let select = start(&["select"]).unwrap_or(0);
        let from = start(&["from"]).unwrap_or(u32::MAX);
        let by = self.pair("group", "by").map_or(u32::MAX, |by| by.end);
        move |place| (select..from).contains(&place.start) || place.start >= by
    }

    /// The bare column that a piece of a select list is, with or without another name for it.
    pub(super) fn plain_column(&self, item: Span) -> Option<QualifiedName> {
        let first = self
            .all
            .partition_point(|token| token.span.start < item.start);
        let after = self
            .all
            .partition_point(|token| token.span.start < item.end);
        let tokens = self.all.get(first..after)?;
        let name_ends = tokens
            .iter()
            .zip(tokens.iter().skip(1))
            .position(|(a, b)| a.kind != TokenKind::Dot && b.kind != TokenKind::Dot);
        let (name, alias) = tokens.split_at_checked(name_ends.map_or(tokens.len(), |at| at + 1))?;
        let is_alias = match alias {
            [] => true,
            [name] | [_, name] => {
                let first_is_as = alias.len() == 1 || self.is_one_of(*alias.first()?, &["as"]);
                first_is_as && matches!(name.kind, TokenKind::Word | TokenKind::QuotedName(_))
            }
            _ => false,
        };
        let name = is_alias.then_some(name)?;
        dormer_sql::ident::read_qualified(self.text, name, self.dialect)
    }

    fn is_one_of(&self, token: Token, words: &[&str]) -> bool {
        words.iter().any(|word| token.is_word(self.text, word))
    }
}

/// Tells whether a `*` is the whole select list of an `EXISTS (SELECT * ..)`.
pub(super) fn is_in_exists(text: &str, star: Span) -> bool {
    let before = text.get(..star.start as usize).unwrap_or("");
    strip_word(before, "select")
        .and_then(|before| before.trim_end().strip_suffix('('))
        .and_then(|before| strip_word(before, "exists"))
        .is_some()
}

/// Takes a word, written in any letter case, and the space behind it from the end of a text.
fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let text = text.trim_end();
    let start = text.len().checked_sub(word.len())?;
    let (before, last) = (text.get(..start)?, text.get(start..)?);
    last.eq_ignore_ascii_case(word).then_some(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_in_exists_is_told_from_others() {
        let star = |text: &str| {
            let at = text.find('*').unwrap();
            is_in_exists(text, Span::of(at..at + 1))
        };
        assert!(star("SELECT 1 WHERE EXISTS (SELECT * FROM t)"));
        assert!(star("select 1 where not exists(\n select * from t)"));
        assert!(!star("SELECT * FROM t"));
        assert!(!star("SELECT 1 FROM (SELECT * FROM t) x"));
    }
}
