//! The text of a query to a [`Query`]: the one place that calls the parser.

use std::collections::BTreeSet;

use squawk_syntax::SourceFile;

use super::adapt::{Adapted, adapt};
use super::convert::{Converter, Found};
use super::depth::too_deep;
use super::tree::{Body, Cte, Tree, With, WithScope};
use super::{Construct, ConstructKind, Partial, PartialReason, Query, Reference};
use super::{mistake, references, scan};
use crate::dialect::Dialect;
use crate::ident::{Ident, QualifiedName};
use crate::lex::{Token, lex};
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
    let mut converter = Converter::new(text, span, dialect, &adapted);
    let tree = converter.root(&parsed.syntax_node());
    let mut found = converter.found;
    found
        .problems
        .splice(0..0, mistake::stray_commas(text, &tokens));
    let mut syntax = mistake::syntax(text, &parsed.errors(), span, &tokens);
    found.partial.extend(syntax.iter().map(|problem| Partial {
        span: problem.span,
        reason: PartialReason::Syntax,
    }));
    let whole = found.partial.is_empty();
    // Another engine may have syntax that neither the parser nor the replacements know: there
    // the answer is partial, and only in PostgreSQL's own dialect is it a mistake.
    let sure = rules.own_syntax.is_empty();
    if found.problems.is_empty() && sure {
        found.problems.append(&mut syntax);
    }
    let (mut references, mut sight) = references::collect(&tree, &found.naming_rows);
    sight.know(&found.output_names);
    let qualifiers = sight.end(text, &tokens, dialect);
    if !whole {
        complete(&mut references, scan::references(text, &tokens, dialect));
    }
    let query = Query {
        rules,
        references: references.into(),
        qualifiers,
        ..Query::default()
    };
    assemble(query, tree, found, adapted)
}

/// Puts together what was found, in the order of the text.
fn assemble(query: Query, tree: Tree, mut found: Found, adapted: Adapted) -> Query {
    found.partial.extend(adapted.partial);
    found.partial.sort();
    found.partial.dedup();
    found.calls.sort_by_key(|call| call.name.span);
    let (kind, depth) = (ConstructKind::OuterJoin, 0);
    let marks = adapted.outer_marks.into_iter();
    found
        .constructs
        .extend(marks.map(|span| Construct { kind, span, depth }));
    found.constructs.sort_by_key(|construct| construct.span);
    Query {
        tree: Some(Box::new(tree)),
        local_names: adapted.local_names.into(),
        calls: found.calls.into(),
        stars: found.stars.into(),
        constructs: found.constructs.into(),
        problems: found.problems.into(),
        partial: found.partial.into(),
        ..query
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

/// Adds what the scan has found to the references of a tree that is not whole.
fn complete(references: &mut Vec<Reference>, scanned: Vec<Reference>) {
    let known: BTreeSet<Span> = references.iter().map(|found| found.name.span).collect();
    let more = scanned.into_iter();
    references.extend(more.filter(|found| !known.contains(&found.name.span)));
    references.sort_by_key(|reference| reference.name.span);
}
