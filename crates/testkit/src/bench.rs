//! Functions whose throughput `cargo xtask bench` measures in process, in MB of SQL text a second.
//!
//! A bench takes one file's text and returns a number that depends on all of its work, so that nothing is
//! optimised away. To add one, name its function in [`BENCHES`].

use std::hint::black_box;
use std::time::{Duration, Instant};

use dormer_sql::lex::lex;
use dormer_sql::query::{self, Columns, Query, RelationPath};
use dormer_sql::split::split;
use dormer_sql::statement::Statement;
use dormer_sql::{Dialect, Name, Span, canonical};

/// Takes the text of one file.
pub type Bench = fn(&str) -> usize;

/// Every bench by name, in the order of the floors they climb.
pub const BENCHES: &[(&str, Bench)] = &[
    ("bytes", bytes),
    ("lex", lexing),
    ("split+parse", statements),
    ("fingerprint", fingerprint),
    ("references", references),
    ("lineage", lineage),
];

/// The ground that the others stand on: one look at every byte.
fn bytes(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b';').count()
}

fn lexing(text: &str) -> usize {
    lex(text, Dialect::Postgres).len()
}

fn parsed(text: &str) -> Vec<Statement> {
    let split = split(text, Dialect::Postgres);
    let parse = |piece| dormer_sql::parse::parse(text, &split, piece, Dialect::Postgres).0;
    split.pieces.iter().map(parse).collect()
}

fn statements(text: &str) -> usize {
    parsed(text).len()
}

fn fingerprint(text: &str) -> usize {
    let print = canonical::fingerprint(text, Span::of(0..text.len()), Dialect::Postgres);
    print.as_bytes().iter().map(|byte| usize::from(*byte)).sum()
}

fn queries(text: &str) -> impl Iterator<Item = Query> {
    let query = |statement: Statement| query::of(text, &statement.kind, Dialect::Postgres);
    parsed(text).into_iter().filter_map(query)
}

/// Parsing a query whole; the references come with it.
fn references(text: &str) -> usize {
    queries(text).map(|query| query.references().len()).sum()
}

/// Parsing a query and resolving its columns against a catalog that knows no relation.
fn lineage(text: &str) -> usize {
    queries(text)
        .map(|query| query.lineage(&Nothing).reads.len())
        .sum()
}

struct Nothing;

impl Columns for Nothing {
    fn columns(&self, _relation: &RelationPath) -> Option<&[Name]> {
        None
    }
}

/// How much text went through a bench, and in what time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throughput {
    pub bytes: usize,
    pub time: Duration,
}

/// Runs a bench over all texts, again and again, for about the given time and once at least.
#[must_use]
pub fn measure(bench: Bench, texts: &[String], time: Duration) -> Throughput {
    let whole: usize = texts.iter().map(String::len).sum();
    let started = Instant::now();
    let mut bytes = 0;
    loop {
        for text in texts {
            black_box(bench(black_box(text)));
        }
        bytes += whole;
        let taken = started.elapsed();
        if taken >= time || whole == 0 {
            return Throughput { bytes, time: taken };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_counted() {
        let texts = ["a;".to_owned(), "bc".to_owned()];
        assert_eq!(measure(bytes, &texts, Duration::ZERO).bytes, 4);
        assert_eq!(measure(bytes, &[], Duration::from_secs(9)).bytes, 0);
    }
}
