//! Clauses that PostgreSQL has not.

use super::Adapter;
use crate::lex::TokenKind;

impl Adapter<'_> {
    pub(super) fn top(&mut self, at: usize) {
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

    pub(super) fn minus(&mut self, at: usize) {
        let follows = self.is(at + 1, "select")
            || self.is(at + 1, "all")
            || self.kind(at + 1) == Some(TokenKind::OpenParen) && self.is(at + 2, "select");
        if self.is(at, "minus") && follows {
            self.out.minus.push(self.span(at, at + 1));
            self.overwrite(at, at + 1, "UNION");
        }
    }

    pub(super) fn qualify(&mut self, at: usize) {
        let begins_condition = !matches!(
            self.kind(at + 1),
            None | Some(TokenKind::Dot | TokenKind::Comma | TokenKind::CloseParen)
        );
        if self.is(at, "qualify") && begins_condition && !self.before(at, "as") {
            let word = if self.place(at).is_after("having") {
                "AND"
            } else {
                "HAVING"
            };
            self.overwrite(at, at + 1, word);
        }
    }

    pub(super) fn pivot(&mut self, at: usize) {
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

    pub(super) fn exclude(&mut self, at: usize) {
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
        let star = at.checked_sub(1).and_then(|before| self.tokens.get(before));
        let star_end = star.map_or(0, |star| star.span.end);
        let names = (at + 1..end)
            .filter_map(|index| self.ident(index))
            .collect();
        self.out.excluded.push((star_end, names));
        self.blank(at, end);
    }

    pub(super) fn connect_by(&mut self, at: usize) {
        let start = self.is(at, "start") && self.is(at + 1, "with");
        let connect = self.is(at, "connect") && self.is(at + 1, "by");
        if start || connect {
            let place = self.place(at);
            let filtered = ["where", "start", "connect"]
                .iter()
                .any(|word| place.is_after(word));
            let mut end = at + 2;
            if self.is(end, "nocycle") {
                end += 1;
            }
            self.give_up(at, end);
            self.overwrite(at, end, if filtered { "AND" } else { "WHERE" });
            self.out.local_names.push("level".into());
        }
        if self.is(at, "prior") && !matches!(self.kind(at + 1), Some(TokenKind::Dot)) {
            self.blank(at, at + 1);
        }
    }

    pub(super) fn system_time(&mut self, at: usize) {
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

    pub(super) fn mutually_recursive(&mut self, at: usize) {
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
    pub(super) fn blank_types(&mut self, from: usize, to: usize) {
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
