//! Values, types and FROM items that PostgreSQL has not.

use super::Adapter;
use crate::lex::TokenKind;

impl Adapter<'_> {
    pub(super) fn at_name(&mut self, at: usize) {
        let time = ["time", "local"].iter().any(|word| self.is(at + 1, word));
        let named = matches!(
            self.kind(at + 1),
            Some(TokenKind::Word | TokenKind::QuotedName(_))
        );
        let after_name = at.checked_sub(1).and_then(|before| self.kind(before));
        let after_name = matches!(after_name, Some(TokenKind::Word | TokenKind::QuotedName(_)));
        if self.is(at, "at") && named && after_name && !time && self.place(at).is_in_from() {
            self.local(at + 1);
            self.blank(at, at + 2);
        }
    }

    pub(super) fn lambda(&mut self, at: usize) {
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

    pub(super) fn collection(&mut self, at: usize) {
        let list = self.is(at, "list");
        if !list && !self.is(at, "map") {
            return;
        }
        let open = at + 1;
        match self.kind(open) {
            // `value::map[text => int]` is a type.
            Some(TokenKind::OpenBracket) if self.before_text(at) == "::" => {
                self.overwrite(at, self.after_group(open), "int");
            }
            Some(TokenKind::OpenBracket) if self.is_literal(at, list) => self.literal(at),
            Some(TokenKind::OpenParen) if self.is(open + 1, "select") => self.blank(at, at + 1),
            // `value::int list`: the type before is enough.
            _ if list && self.type_before(at) => self.blank(at, at + 1),
            _ => {}
        }
    }

    fn before_text(&self, at: usize) -> &str {
        at.checked_sub(1)
            .map_or("", |before| self.token_text(before))
    }

    /// `FROM (SHOW ..)`: nobody knows its columns.
    pub(super) fn show_in_from(&mut self, at: usize) {
        if self.is(at, "show")
            && self.before_text(at) == "("
            && self.place(at.saturating_sub(1)).is_in_from()
        {
            let end = self.group_end(at);
            self.give_up(at, end);
            self.overwrite(at, end, "SELECT");
        }
    }

    /// Tells literals from a column called `list` or `map` with a subscript.
    fn is_literal(&mut self, at: usize, list: bool) -> bool {
        let end = self.after_group(at + 1);
        let arrow = (at + 1..end).any(|inside| self.token_text(inside) == "=>");
        let named = self.before_text(at) == ".";
        let one_number = end == at + 4 && self.kind(at + 2) == Some(TokenKind::Number);
        if list && one_number && !named {
            // `list[1]` may be either.
            self.give_up(at, end);
        }
        !named && (arrow || end == at + 3 || list && !one_number)
    }

    /// Tells whether a cast to a type ends right before `at`.
    pub(super) fn type_before(&self, at: usize) -> bool {
        let cast = |back: usize| {
            at.checked_sub(back)
                .is_some_and(|index| matches!(self.token_text(index), "::") || self.is(index, "as"))
        };
        cast(2) || (self.before(at, "list") && cast(3))
    }

    /// `FROM t, t.payload.items[0].lines AS l`: the path up to the subscript is enough.
    pub(super) fn subscript_in_from(&mut self, at: usize) {
        if self.kind(at) != Some(TokenKind::OpenBracket) || !self.place(at).is_in_from() {
            return;
        }
        let mut start = at;
        while matches!(
            start.checked_sub(1).and_then(|before| self.kind(before)),
            Some(TokenKind::Word | TokenKind::QuotedName(_) | TokenKind::Dot)
        ) && !self.before(start, "from")
            && !self.before(start, "join")
        {
            start -= 1;
        }
        let begins = self.before(start, "from")
            || self.before(start, "join")
            || start.checked_sub(1).and_then(|b| self.kind(b)) == Some(TokenKind::Comma);
        if !begins {
            return;
        }
        let mut end = self.after_group(at);
        loop {
            end = match self.kind(end) {
                Some(TokenKind::OpenBracket) => self.after_group(end),
                Some(TokenKind::Dot) => end + 2,
                _ => break,
            };
        }
        self.blank(at, end.min(self.tokens.len()));
    }

    /// `IGNORE NULLS` and `RESPECT NULLS`, inside the arguments or behind them.
    pub(super) fn null_treatment(&mut self, at: usize) {
        let treats = self.is(at, "ignore") || self.is(at, "respect");
        if treats && self.is(at + 1, "nulls") {
            self.blank(at, at + 2);
        }
    }

    /// `a.id = b.id (+)`.
    pub(super) fn outer_mark(&mut self, at: usize) {
        let plus = self.token_text(at + 1) == "+";
        let open = self.kind(at) == Some(TokenKind::OpenParen);
        if open && plus && self.kind(at + 2) == Some(TokenKind::CloseParen) {
            self.out.outer_marks.push(self.span(at, at + 3));
            self.blank(at, at + 3);
        }
    }

    /// `CONVERT(type, value)`: the value is what remains.
    pub(super) fn convert_call(&mut self, at: usize) {
        if !self.is(at, "convert") || self.kind(at + 1) != Some(TokenKind::OpenParen) {
            return;
        }
        let mut end = at + 2;
        while !matches!(
            self.kind(end),
            None | Some(TokenKind::Comma | TokenKind::CloseParen)
        ) {
            end = match self.kind(end) {
                Some(TokenKind::OpenParen) => self.after_group(end),
                _ => end + 1,
            };
        }
        if self.kind(end) == Some(TokenKind::Comma) {
            self.blank(at + 2, end + 1);
        }
    }

    /// A plain string with `\'` in it: its text means nothing here.
    pub(super) fn backslash_string(&mut self, at: usize) {
        let text = self.token_text(at);
        let plain = matches!(self.kind(at), Some(TokenKind::Text(_))) && text.starts_with('\'');
        if plain && text.contains('\\') && text.len() > 2 {
            let emptied = format!("'{}'", "x".repeat(text.len() - 2));
            self.overwrite(at, at + 1, &emptied);
        }
    }

    /// `ARRAY(1, 2)`, which is a function and no subquery.
    pub(super) fn array_call(&mut self, at: usize) {
        let opens = self.kind(at + 1) == Some(TokenKind::OpenParen);
        let query = ["select", "with", "values"]
            .iter()
            .any(|word| self.is(at + 2, word));
        if self.is(at, "array") && opens && !query {
            self.overwrite(at, at + 1, "arra_");
        }
    }

    /// `::struct<id int>`: the parser knows no such type.
    pub(super) fn struct_type(&mut self, at: usize) {
        let opens = self.token_text(at + 1).starts_with('<');
        let is_type = self.before_text(at) == "::" || self.before(at, "as");
        if !(self.is(at, "struct") || self.is(at, "map")) || !opens || !is_type {
            return;
        }
        let mut depth = 0_usize;
        let mut end = at + 1;
        while let Some(token) = self.tokens.get(end) {
            let text = token.text(self.text);
            depth += text.matches('<').count();
            depth = depth.saturating_sub(text.matches('>').count());
            end += 1;
            if depth == 0 {
                break;
            }
        }
        if depth == 0 && !self.holds_query(at, end) {
            self.overwrite(at, end, "int");
        }
    }

    /// `MAP {'a': 1}`.
    pub(super) fn map_braces(&mut self, at: usize) {
        if self.is(at, "map") && self.kind(at + 1) == Some(TokenKind::OpenBrace) {
            self.literal(at);
        }
    }

    /// A literal in brackets or braces behind a word becomes a row of its values.
    fn literal(&mut self, at: usize) {
        let open = at + 1;
        let end = self.after_group(open);
        self.blank(at, at + 1);
        self.overwrite(open, open + 1, "(");
        self.overwrite(end.saturating_sub(1), end, ")");
        for inside in open..end {
            if matches!(self.token_text(inside), "=>" | ":") {
                self.overwrite(inside, inside + 1, ",");
            }
        }
    }
}
