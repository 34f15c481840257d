//! What is wrong with the text of a query, in words that name what stands there.

use squawk_syntax::syntax_error::SyntaxError;

use crate::lex::{Token, TokenKind};
use crate::problem::{Problem, ProblemKind};
use crate::span::Span;

/// The parser's errors in the query at `span`, each at the word where it stumbled.
pub(super) fn syntax(
    text: &str,
    errors: &[SyntaxError],
    span: Span,
    tokens: &[Token],
) -> Vec<Problem> {
    let problem = |error: &SyntaxError| {
        let range = error.range();
        let at = |offset: u32| (span.start + offset).min(span.end);
        let at = Span::new(at(range.start().into()), at(range.end().into()));
        let next = tokens.partition_point(|token| token.span.start < at.start);
        let found = tokens.get(next).filter(|_| at.is_empty());
        let message = message(error.message(), found.map(|token| token.text(text)));
        Problem::new(
            ProblemKind::Syntax,
            found.map_or(at, |token| token.span),
            message,
        )
    };
    let mut problems: Vec<Problem> = errors.iter().map(problem).collect();
    problems.extend(bare_as(text, tokens));
    let parameters = tokens
        .iter()
        .filter(|token| token.kind == TokenKind::Parameter);
    problems.extend(parameters.map(|token| {
        let message = format!("there is no parameter `{}` here", token.text(text));
        Problem::new(ProblemKind::Syntax, token.span, message)
    }));
    problems
}

/// `AS` with no name after it, which the parser lets pass in FROM.
fn bare_as(text: &str, tokens: &[Token]) -> Option<Problem> {
    let ends = |next: Option<&Token>| {
        next.is_none_or(|next| matches!(next.kind, TokenKind::CloseParen | TokenKind::Comma))
    };
    let mut bare = tokens
        .iter()
        .enumerate()
        .filter(|(at, token)| token.is_word(text, "as") && ends(tokens.get(at + 1)));
    let (at, token) = bare.next()?;
    let found = tokens.get(at + 1).map_or("the end".to_owned(), |next| {
        format!("`{}`", next.text(text))
    });
    let message = format!("expected a name after AS, found {found}");
    Some(Problem::new(ProblemKind::Syntax, token.span, message))
}

/// What was expected and what was found instead.
fn message(parser: &str, found: Option<&str>) -> String {
    let parser = parser.trim_end_matches('.');
    let wanted = parser.split(", found").next().unwrap_or(parser);
    let wanted = wanted.split(" but got").next().unwrap_or(wanted);
    let found = found.map_or_else(
        || "the end".to_owned(),
        |found| format!("`{}`", shown(found)),
    );
    match wanted.to_ascii_lowercase().as_str() {
        "expected command" | "missing semicolon between statements" => {
            format!("unexpected {found}")
        }
        "expected expression" => format!("expected an expression, found {found}"),
        "missing comma" => format!("unexpected {found}, or a comma is missing before it"),
        "join missing condition" => format!("expected ON or USING, found {found}"),
        wanted_lower if wanted_lower.starts_with("expected ") => {
            format!("{}, found {found}", plain(wanted))
        }
        _ => plain(wanted),
    }
}

/// A word short enough for a message.
fn shown(word: &str) -> String {
    let short: String = word.chars().take(24).collect();
    if short.len() < word.len() {
        format!("{short}..")
    } else {
        short
    }
}

/// The parser's words in our tone: lower case, names of tokens as people know them.
fn plain(message: &str) -> String {
    let words = message.split(' ').map(|word| {
        let (bare, comma) = word
            .strip_suffix(',')
            .map_or((word, ""), |bare| (bare, ","));
        format!("{}{comma}", token_name(bare))
    });
    let message = words.collect::<Vec<_>>().join(" ");
    let mut letters = message.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => message,
    }
}

fn token_name(word: &str) -> &str {
    match word {
        "L_PAREN" => "`(`",
        "R_PAREN" => "`)`",
        "L_BRACK" => "`[`",
        "R_BRACK" => "`]`",
        "L_CURLY" => "`{`",
        "R_CURLY" => "`}`",
        "L_ANGLE" => "`<`",
        "R_ANGLE" => "`>`",
        "COMMA" => "`,`",
        "DOT" => "`.`",
        "COLON" => "`:`",
        "SEMICOLON" => "`;`",
        "EQ" => "`=`",
        "STAR" => "`*`",
        "EOF" => "the end",
        "IDENT" => "a name",
        "STRING" => "a string",
        "INT_NUMBER" | "NUMERIC_NUMBER" => "a number",
        word => word.strip_suffix("_KW").unwrap_or(word),
    }
}

/// Commas with nothing to separate: two in a row, one before a clause or a closing parenthesis,
/// one at the start of a list.
pub(super) fn stray_commas(text: &str, tokens: &[Token]) -> Vec<Problem> {
    const ENDS: [&str; 12] = [
        "from",
        "where",
        "group",
        "having",
        "order",
        "limit",
        "union",
        "except",
        "intersect",
        "window",
        "offset",
        "fetch",
    ];
    let mut problems = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if token.kind != TokenKind::Comma {
            continue;
        }
        let next = tokens.get(at + 1);
        let before = at.checked_sub(1).and_then(|at| tokens.get(at));
        let doubled = before.is_some_and(|before| before.kind == TokenKind::Comma);
        let message = match next {
            _ if doubled => Some("a second comma, with nothing between the two"),
            _ if begins_list(text, tokens, at) => Some("a comma with nothing before it"),
            None => Some("a comma with nothing after it"),
            Some(next) if next.kind == TokenKind::CloseParen => {
                Some("a comma with nothing after it")
            }
            Some(next) if ENDS.iter().any(|word| next.is_word(text, word)) => {
                Some("a comma with nothing after it")
            }
            _ => None,
        };
        if let Some(message) = message {
            problems.push(Problem::new(ProblemKind::StrayComma, token.span, message));
        }
    }
    problems
}

/// Tells whether the token before `at` is one that a list begins after, and no name.
fn begins_list(text: &str, tokens: &[Token], at: usize) -> bool {
    const WORDS: [&str; 8] = [
        "select", "distinct", "from", "by", "values", "where", "having", "on",
    ];
    let back = |n: usize| at.checked_sub(n).and_then(|at| tokens.get(at));
    let Some(token) = back(1) else { return false };
    let named = back(2).is_some_and(|t| t.is_word(text, "as") || t.kind == TokenKind::Dot);
    let begins = !named && WORDS.iter().any(|word| token.is_word(text, word));
    token.kind == TokenKind::OpenParen || begins
}

#[cfg(test)]
mod tests {
    use crate::query::parse;
    use crate::{Dialect, Span};

    fn first(text: &str) -> (String, &str) {
        let query = parse(text, Span::of(0..text.len()), Dialect::Postgres);
        let problem = query.problems().first().unwrap();
        (problem.message.clone(), problem.span.slice(text))
    }

    #[test]
    fn a_mistake_is_told_at_the_word_where_it_shows() {
        let cases = [
            (
                "SELECT a FORM t",
                "unexpected `t`, or a comma is missing before it",
                "t",
            ),
            ("SELECT a FROM t GROUP x", "expected BY, found `x`", "x"),
            (
                "SELECT a FROM t LIMIT 1 WHERE x",
                "unexpected `WHERE`",
                "WHERE",
            ),
            ("SELECT {a} FROM t", "unexpected `{`", "{"),
            (
                "SELECT a FROM t JOIN u WHERE b",
                "expected ON or USING, found `WHERE`",
                "WHERE",
            ),
            (
                "SELECT a FROM t WHERE",
                "expected an expression, found the end",
                "",
            ),
            (
                "SELECT a,, b FROM t",
                "a second comma, with nothing between the two",
                ",",
            ),
            (
                "SELECT a FROM t AS",
                "expected a name after AS, found the end",
                "AS",
            ),
        ];
        for (text, message, word) in cases {
            let (found, at) = first(text);
            assert_eq!((found.as_str(), at), (message, word), "{text}");
        }
    }
}
