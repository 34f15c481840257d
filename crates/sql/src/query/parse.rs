//! The text of a query to a [`Query`]: the one place that calls the parser.

use squawk_syntax::SourceFile;

use super::adapt::{Adapted, adapt};
use super::convert::Converter;
use super::depth::too_deep;
use super::tree::{Body, Cte, Tree, With, WithScope};
use super::{Partial, PartialReason, Query, Reference, references, scan};
use crate::dialect::Dialect;
use crate::ident::{Ident, QualifiedName};
use crate::lex::{Token, TokenKind, lex};
use crate::problem::{Problem, ProblemKind};
use crate::span::Span;
use crate::statement::{OptionKind, StatementKind};

/// Parses the query that stands at `span` of the text.
#[must_use]
pub fn parse(text: &str, span: Span, dialect: Dialect) -> Query {
    let tokens = significant(text, span, dialect);
    let rules = dialect.rules();
    if let Some(problem) = too_deep(text, &tokens) {
        let partial = vec![Partial {
            span: problem.span,
            reason: PartialReason::TooComplex,
        }];
        let references = scan::references(text, &tokens, dialect);
        return Query {
            rules,
            references: references.into(),
            partial: partial.into(),
            problems: [problem].into(),
            ..Query::default()
        };
    }
    let adapted = adapt(text, span, &tokens, dialect);
    let body = adapted.text.as_deref().unwrap_or_else(|| span.slice(text));
    let parsed = SourceFile::parse(body);
    let mut converter = Converter {
        text,
        base: span.start,
        dialect,
        adapted: &adapted,
        calls: Vec::new(),
        long_names: Vec::new(),
        selects: 0,
        select: 0,
        stars: Vec::new(),
        problems: stray_commas(text, &tokens),
        partial: Vec::new(),
    };
    let tree = converter.root(&parsed.syntax_node());
    let Converter {
        mut calls,
        long_names,
        stars,
        mut problems,
        mut partial,
        ..
    } = converter;
    let mut syntax = syntax_problems(&parsed, span);
    partial.extend(syntax.iter().map(|problem| Partial {
        span: problem.span,
        reason: PartialReason::Syntax,
    }));
    let whole = partial.is_empty();
    // Another engine may have syntax that neither the parser nor the replacements know: there
    // the answer is partial, and only in PostgreSQL's own dialect is it a mistake.
    let sure = rules.own_syntax.is_empty();
    if problems.is_empty() && sure {
        problems.append(&mut syntax);
    }
    partial.extend(adapted.partial.iter().cloned());
    partial.sort();
    partial.dedup();
    let references = found(&tree, whole, text, &tokens, dialect);
    calls.sort_by_key(|call| call.name.span);
    let Adapted { local_names, .. } = adapted;
    Query {
        tree: Some(Box::new(tree)),
        rules,
        local_names: local_names.into(),
        long_names: long_names.into(),
        references: references.into(),
        calls: calls.into(),
        stars: stars.into(),
        problems: problems.into(),
        partial: partial.into(),
    }
}

/// Parses the query of a statement, where it has one.
///
/// A recursive view reads itself, and that is no reference.
#[must_use]
pub fn of(text: &str, statement: &StatementKind, dialect: Dialect) -> Option<Query> {
    let query = parse(text, statement.query()?, dialect);
    let StatementKind::CreateView(view) = statement else {
        return Some(query);
    };
    let recursive = view
        .options
        .iter()
        .any(|option| option.kind == OptionKind::Recursive);
    match view.name.parts.last() {
        Some(name) if recursive => Some(recursive_query(query, name, &view.columns)),
        _ => Some(query),
    }
}

/// `CREATE RECURSIVE VIEW v (c) AS q` is `WITH RECURSIVE v (c) AS (q) TABLE v`.
fn recursive_query(mut query: Query, name: &Ident, columns: &[Ident]) -> Query {
    let inner = query.tree.take().map(|tree| *tree).unwrap_or_default();
    let body = Body::Table(QualifiedName::new(vec![name.clone()]));
    let cte = Cte {
        name: name.clone(),
        columns: columns.into(),
        query: inner,
        added: Box::default(),
    };
    let with = Some(With {
        scope: WithScope::Recursive,
        ctes: [cte].into(),
    });
    query.tree = Some(Box::new(Tree {
        with,
        body,
        ..Tree::default()
    }));
    let itself = |reference: &Reference| matches!(reference.name.parts.as_slice(), [only] if only.value == name.value);
    let references = query.references.into_iter();
    query.references = references.filter(|reference| !itself(reference)).collect();
    query
}

/// The tokens of the span without white space and comments.
fn significant(text: &str, span: Span, dialect: Dialect) -> Vec<Token> {
    let tokens = lex(span.slice(text), dialect).into_iter();
    let moved = tokens.filter(|token| !token.kind.is_trivia()).map(|token| {
        let at = Span::new(token.span.start + span.start, token.span.end + span.start);
        Token {
            kind: token.kind,
            span: at,
        }
    });
    moved.collect()
}

fn syntax_problems(parsed: &squawk_syntax::Parse<SourceFile>, span: Span) -> Vec<Problem> {
    let errors = parsed.errors();
    let problems = errors.iter().map(|error| {
        let range = error.range();
        let at = |offset: u32| (span.start + offset).min(span.end);
        let at = Span::new(at(range.start().into()), at(range.end().into()));
        Problem::new(ProblemKind::Syntax, at, plain(error.message()))
    });
    problems.collect()
}

/// The parser's message in our own tone: lower case, no period, token names as people know them.
fn plain(message: &str) -> String {
    let mut words = Vec::new();
    for word in message.trim_end_matches('.').split(' ') {
        let bare = word.trim_end_matches(',');
        words.push(match bare {
            "L_PAREN" => "\"(\"".to_owned(),
            "R_PAREN" => "\")\"".to_owned(),
            "COMMA" => "\",\"".to_owned(),
            "DOT" => "\".\"".to_owned(),
            "SEMICOLON" => "\";\"".to_owned(),
            "EOF" => "the end".to_owned(),
            "IDENT" => "a name".to_owned(),
            "STRING" => "a string".to_owned(),
            "INT_NUMBER" | "NUMERIC_NUMBER" => "a number".to_owned(),
            keyword if keyword.ends_with("_KW") => keyword.trim_end_matches("_KW").to_owned(),
            _ => word.to_owned(),
        });
    }
    let mut message = words.join(" ");
    if let Some(first) = message.get_mut(..1) {
        let keyword = message_starts_with_keyword(&words);
        if !keyword {
            first.make_ascii_lowercase();
        }
    }
    message
}

fn message_starts_with_keyword(words: &[String]) -> bool {
    words
        .first()
        .is_some_and(|word| word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase()))
}

/// Commas with nothing to separate: two in a row, one before a clause or a closing parenthesis,
/// one at the start of a list.
fn stray_commas(text: &str, tokens: &[Token]) -> Vec<Problem> {
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

/// The references of the tree, and where the tree is not whole those that the scan adds.
fn found(
    tree: &Tree,
    whole: bool,
    text: &str,
    tokens: &[Token],
    dialect: Dialect,
) -> Vec<Reference> {
    let mut references = references::collect(tree, dialect.rules());
    if !whole {
        for reference in scan::references(text, tokens, dialect) {
            let known = references
                .iter()
                .any(|r| r.name.span == reference.name.span);
            if !known {
                references.push(reference);
            }
        }
        references.sort_by_key(|reference| reference.name.span);
    }
    references
}
