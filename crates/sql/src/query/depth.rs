//! How deep a query nests, so that nothing that recurses over it runs out of stack.

use crate::lex::{Token, TokenKind};
use crate::problem::{Problem, ProblemKind};

/// The deepest nesting that is followed: parentheses, brackets, CASE, and runs of prefix operators.
pub(super) const DEEPEST: usize = 200;

/// Finds the place where the query nests deeper than is followed.
pub(super) fn too_deep(text: &str, tokens: &[Token]) -> Option<Problem> {
    let mut depth = 0_usize;
    let mut prefixes = 0_usize;
    for token in tokens {
        let prefix = token.kind == TokenKind::Operator || token.is_word(text, "not");
        prefixes = if prefix { prefixes + 1 } else { 0 };
        match token.kind {
            TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => depth += 1,
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => {
                depth = depth.saturating_sub(1);
            }
            TokenKind::Word if token.is_word(text, "case") => depth += 1,
            TokenKind::Word if token.is_word(text, "end") => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth + prefixes > DEEPEST {
            let message = format!("the query nests deeper than {DEEPEST} levels");
            return Some(Problem::new(ProblemKind::TooDeep, token.span, message));
        }
    }
    None
}
