//! In which clause each token of a query stands: one pass, so that asking costs nothing.

use crate::lex::{Token, TokenKind};

/// The words that begin a clause.
const CLAUSES: [&str; 13] = [
    "select", "from", "where", "group", "having", "order", "on", "using", "join", "start",
    "connect", "limit", "window",
];

/// Where a token stands: the last word that began a clause of its SELECT, and all before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Place {
    last: Option<u8>,
    seen: u16,
}

impl Place {
    /// Tells whether the clause has begun before the token, in the same SELECT.
    pub(super) fn is_after(self, clause: &str) -> bool {
        let at = CLAUSES.iter().position(|known| *known == clause);
        at.is_some_and(|at| self.seen & (1 << at) != 0)
    }

    /// Tells whether the token stands in the FROM list.
    pub(super) fn is_in_from(self) -> bool {
        let last = self.last.and_then(|last| CLAUSES.get(usize::from(last)));
        matches!(last, Some(&("from" | "join")))
    }
}

/// The place of every token.
pub(super) fn places(text: &str, tokens: &[Token]) -> Vec<Place> {
    let mut frames = vec![Place::default()];
    let mut places = Vec::with_capacity(tokens.len());
    for token in tokens {
        match token.kind {
            TokenKind::CloseParen if frames.len() > 1 => {
                frames.pop();
            }
            _ => {}
        }
        let here = frames.last().copied().unwrap_or_default();
        places.push(here);
        match token.kind {
            TokenKind::OpenParen => frames.push(Place::default()),
            TokenKind::Word => {
                let clause = CLAUSES
                    .iter()
                    .position(|clause| token.is_word(text, clause));
                if let (Some(at), Some(frame)) = (clause, frames.last_mut()) {
                    let seen = if at == 0 { 0 } else { frame.seen };
                    *frame = Place {
                        last: u8::try_from(at).ok(),
                        seen: seen | (1 << at),
                    };
                }
            }
            _ => {}
        }
    }
    places
}
