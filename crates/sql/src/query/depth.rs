//! How deep a query nests, so that nothing that recurses over it runs out of stack.

use crate::lex::{Token, TokenKind};
use crate::problem::{Problem, ProblemKind};

/// The deepest nesting that is followed: parentheses, brackets, CASE, and runs of prefix operators.
const DEEPEST: usize = 200;

/// The longest chain that is followed: casts, subscripts and fields of one value.
const LONGEST: usize = 1_000;

/// Finds the place where the query nests deeper, or a chain is longer, than is followed.
pub(super) fn too_deep(text: &str, tokens: &[Token]) -> Option<Problem> {
    // The CASEs that are open in each bracket: an END closes none of another bracket.
    let mut cases = vec![0_usize];
    let mut open = 0_usize;
    let mut prefixes = 0_usize;
    let mut links = 0_usize;
    let mut named = false;
    for token in tokens {
        let is_operator = token.kind == TokenKind::Operator;
        let prefix = is_operator || token.is_word(text, "not");
        prefixes = if prefix { prefixes + 1 } else { 0 };
        links = match token.kind {
            TokenKind::Dot | TokenKind::OpenBracket => links + 1,
            TokenKind::Operator if token.text(text) == "::" => links + 1,
            TokenKind::Comma | TokenKind::Semicolon => 0,
            _ => links,
        };
        match token.kind {
            TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => cases.push(0),
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace
                if cases.len() > 1 =>
            {
                open -= cases.pop().unwrap_or(0);
            }
            TokenKind::Word if !named => {
                if ends_chain(text, *token) {
                    links = 0;
                }
                if let Some(here) = cases.last_mut() {
                    if token.is_word(text, "case") {
                        *here += 1;
                        open += 1;
                    } else if token.is_word(text, "end") && *here > 0 {
                        *here -= 1;
                        open -= 1;
                    }
                }
            }
            _ => {}
        }
        // `AS end`, `t.case`: a name.
        named = token.is_word(text, "as") || token.kind == TokenKind::Dot;
        if cases.len() - 1 + open + prefixes > DEEPEST || links > LONGEST {
            let message = format!("the query nests deeper than {DEEPEST} levels");
            return Some(Problem::new(ProblemKind::TooDeep, token.span, message));
        }
    }
    None
}

/// Tells whether a word stands between values, so that a chain cannot go on over it.
fn ends_chain(text: &str, token: Token) -> bool {
    const WORDS: [&str; 12] = [
        "select", "from", "where", "and", "or", "on", "join", "union", "when", "then", "else", "as",
    ];
    WORDS.iter().any(|word| token.is_word(text, word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dialect;
    use crate::lex::lex;

    fn is_too_deep(text: &str) -> bool {
        let tokens: Vec<Token> = lex(text, Dialect::Postgres)
            .into_iter()
            .filter(|token| !token.kind.is_trivia())
            .collect();
        too_deep(text, &tokens).is_some()
    }

    #[test]
    fn nesting_counts_and_width_does_not() {
        assert!(is_too_deep(&format!("{}1", "select (".repeat(300))));
        assert!(is_too_deep(&"(select 1 as end, ".repeat(300)));
        assert!(is_too_deep(&format!("select {}", "case when ".repeat(300))));
        assert!(is_too_deep(&format!("select a{}", "::int".repeat(2_000))));
        assert!(is_too_deep(&format!("select a{}", ".b".repeat(2_000))));
        assert!(is_too_deep(&format!("select {} 1", "not ".repeat(300))));
        assert!(!is_too_deep(&format!(
            "select 1{}",
            ", (a.b::int)".repeat(5_000)
        )));
        assert!(!is_too_deep(
            &"select case when a then b end, ".repeat(5_000)
        ));
        assert!(!is_too_deep(
            &"select t.a from t where t.a::int > 1 union ".repeat(5_000)
        ));
    }
}
