//! What is fuzzed: every reader of text from outside, each with what must hold of its answer.

use std::collections::{BTreeMap, BTreeSet};

use dormer_core::diagnostic::FilePath;
use dormer_core::graph::select::Selector;
use dormer_core::plan::file;
use dormer_core::project::template::{Variables, fill};
use dormer_core::project::{config, lockfile};
use dormer_engines::Address;
use dormer_sql::query::{self, Columns, Query, RelationPath};
use dormer_sql::rewrite::rewrite;
use dormer_sql::split::{Split, decode};
use dormer_sql::statement::Statement;
use dormer_sql::{Dialect, Name, Span, canonical};

/// Takes the dialect off the first byte and the text off the rest, as far as it is text.
fn text(input: &[u8]) -> Option<(Dialect, &str)> {
    let (first, rest) = input.split_first()?;
    let dialect = Dialect::ALL
        .get(usize::from(*first) % Dialect::ALL.len())
        .copied();
    Some((dialect.unwrap_or_default(), decode(rest).ok()?))
}

fn statements(text: &str, dialect: Dialect) -> (Split, Vec<Statement>) {
    let split = dormer_sql::split::split(text, dialect);
    let parse = |piece| dormer_sql::parse::parse(text, &split, piece, dialect).0;
    let statements = split.pieces.iter().map(parse).collect();
    (split, statements)
}

/// Each statement that has a query, with it.
fn queries(text: &str, dialect: Dialect) -> Vec<(Span, Query)> {
    let (_, statements) = statements(text, dialect);
    let query = |statement: Statement| {
        Some((
            statement.kind.query()?,
            query::of(text, &statement.kind, dialect)?,
        ))
    };
    statements.into_iter().filter_map(query).collect()
}

/// Pieces stand in order, apart, and on the borders of characters.
pub(super) fn split(input: &[u8]) {
    let Some((dialect, text)) = text(input) else {
        return;
    };
    let split = dormer_sql::split::split(text, dialect);
    let mut end = 0;
    for piece in &split.pieces {
        assert!(
            piece.span.start >= end && !piece.span.is_empty(),
            "{piece:?}"
        );
        assert!(text.get(piece.span.range()).is_some(), "{piece:?}");
        end = piece.span.end;
    }
    for problem in &split.problems {
        assert!(text.get(problem.span.range()).is_some(), "{problem:?}");
    }
}

/// What a head says stands in its statement.
pub(super) fn parse(input: &[u8]) {
    let Some((dialect, text)) = text(input) else {
        return;
    };
    let (split, statements) = statements(text, dialect);
    for (piece, statement) in split.pieces.iter().zip(&statements) {
        assert!(piece.span.contains(statement.span), "{statement:?}");
        if let Some(query) = statement.kind.query() {
            assert!(
                piece.span.contains(query) || query.is_empty(),
                "{statement:?}"
            );
        }
    }
}

/// References stand where a name stands.
pub(super) fn references(input: &[u8]) {
    let Some((dialect, text)) = text(input) else {
        return;
    };
    for (span, query) in queries(text, dialect) {
        for reference in query.references() {
            assert!(span.contains(reference.name.span), "{reference:?}");
            assert!(!reference.name.span.slice(text).is_empty(), "{reference:?}");
        }
        for problem in query.problems() {
            assert!(span.contains(problem.span), "{problem:?}");
        }
    }
}

/// Three tables, and nothing of any other relation.
struct Tables;

impl Columns for Tables {
    fn columns(&self, relation: &RelationPath) -> Option<&[Name]> {
        static KNOWN: std::sync::OnceLock<BTreeMap<&str, Vec<Name>>> = std::sync::OnceLock::new();
        let columns = |text: &str| text.split(' ').map(Name::new).collect();
        let known = KNOWN.get_or_init(|| {
            BTreeMap::from([
                ("a", columns("id x y email")),
                ("b", columns("id z a_id email")),
                ("s.u", columns("uid name ssn")),
            ])
        });
        known.get(relation.to_string().as_str()).map(Vec::as_slice)
    }
}

/// Every column of an answer belongs to a relation that the query refers to.
pub(super) fn lineage(input: &[u8]) {
    let Some((dialect, text)) = text(input) else {
        return;
    };
    for (_, query) in queries(text, dialect) {
        let referred: BTreeSet<RelationPath> = query
            .references()
            .iter()
            .map(|reference| RelationPath::of(&reference.name))
            .collect();
        let lineage = query.lineage(&Tables);
        let sources = lineage.outputs.iter().flat_map(|output| &output.sources);
        for column in sources.chain(&lineage.rows).chain(&lineage.reads) {
            // Names are cut at the engine's limit in lineage and whole in references.
            let short = column.relation.parts().iter().all(|part| part.len() < 60);
            assert!(
                !short || referred.contains(&column.relation),
                "{column:?} {referred:?}"
            );
        }
    }
}

/// The canonical form is its own canonical form, and has the same fingerprint.
pub(super) fn canonical(input: &[u8]) {
    let Some((dialect, text)) = text(input) else {
        return;
    };
    let whole = |text: &str| Span::of(0..text.len());
    let once = canonical::canonical(text, whole(text), dialect);
    let twice = canonical::canonical(&once, whole(&once), dialect);
    assert_eq!(once, twice);
    let fingerprint = |text: &str| canonical::fingerprint(text, whole(text), dialect);
    assert_eq!(fingerprint(text), fingerprint(&once));
}

/// A query whose references are pointed at other names reads exactly the other names.
pub(super) fn rewriting(input: &[u8]) {
    let Some((dialect, text)) = text(input) else {
        return;
    };
    let (_, statements) = statements(text, dialect);
    for span in statements
        .iter()
        .filter_map(|statement| statement.kind.query())
    {
        // The query alone: a recursive view's own name is a reference there.
        let query = query::parse(text, span, dialect);
        if !query.problems().is_empty() || !query.partial().is_empty() {
            continue;
        }
        let place = |at: u32| vec!["new place".to_owned(), format!("t {at}")];
        let Ok(edits) = query.rename(text, &|name| Some(place(name.span.start))) else {
            continue;
        };
        let rewritten = rewrite(text, span, &edits);
        assert!(
            rewritten.is_ok(),
            "references overlap: {:?}",
            query.references()
        );
        let rewritten = rewritten.unwrap_or_default();
        let again = query::parse(&rewritten, Span::of(0..rewritten.len()), dialect);
        let found: Vec<String> = again.references().iter().map(|r| r.name.dotted()).collect();
        let wanted = query
            .references()
            .iter()
            .map(|r| place(r.name.span.start).join("."));
        let wanted: Vec<String> = wanted.collect();
        assert_eq!(found, wanted, "{rewritten}");
    }
}

/// `dormer.toml`.
pub(super) fn dormer_toml(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let (_, diagnostics) = config::read(text);
    for diagnostic in diagnostics {
        let at = diagnostic.primary.map(|label| label.at.span);
        assert!(at.is_none_or(|at| text.get(at.range()).is_some()), "{at:?}");
    }
}

/// `catalog.lock`, and what is written of it reads the same.
pub(super) fn catalog_lock(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let dialect_of = |_: &str| Dialect::Postgres;
    let (lock, diagnostics) = lockfile::read(text, &dialect_of);
    if diagnostics.is_empty() {
        let written = lockfile::to_text(&lock);
        let (again, _) = lockfile::read(&written, &dialect_of);
        assert_eq!(written, lockfile::to_text(&again));
    }
}

/// A plan file, and what is written of it reads the same.
pub(super) fn plan_file(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    if let Ok(plan) = file::read(text) {
        let written = file::to_text(&plan);
        let again = file::read(&written).map(|plan| file::to_text(&plan));
        assert_eq!(again.as_deref(), Ok(written.as_str()));
    }
}

/// Variables in SQL text: every offset of the result has a place on disk.
pub(super) fn variables(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let variables = Variables {
        target: "dev",
        values: &BTreeMap::new(),
    };
    let (source, _) = fill(&FilePath::new("a.sql"), &text.into(), variables);
    for (at, _) in source.text.char_indices() {
        let on_disk = source.location(Span::of(at..at)).span;
        assert!(text.get(on_disk.range()).is_some(), "{at} is {on_disk:?}");
    }
}

/// Selections on the command line.
pub(super) fn selection(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let _read = Selector::parse(text, Dialect::Postgres);
}

/// The address of a target, with and without an environment.
pub(super) fn address(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let _bare = Address::parse(text, &|_| None);
    let _given = Address::parse("postgres://", &|_| Some(text.to_owned()));
    // What stands before the @ of a whole URL is a password, and is never shown.
    const SECRET: &str = "hunter2";
    let url = format!("postgres://u:{SECRET}{text}@h/d");
    let shown = format!("{:?}", Address::parse(&url, &|_| None));
    assert!(!shown.contains(SECRET), "{url}: {shown}");
}
