//! Graphs for tests, written as lines of text: `marts.a < sub.b sub.c` is "a reads b and c".

use std::collections::BTreeSet;

use dormer_sql::{Dialect, Span};

use super::{Graph, Mention};
use crate::diagnostic::{FilePath, Location};
use crate::model::name::ObjectName;

/// Reads a name; a bare one is in the default schema.
pub(crate) fn name(text: &str) -> ObjectName {
    ObjectName::parse(text, Dialect::Postgres).unwrap()
}

/// Builds the graph of lines like `a < b c`; whatever stands left of `<` is declared, in the file
/// `<name>.sql`, and mentions what it reads at growing offsets.
pub(crate) fn graph(lines: &[&str]) -> Graph {
    let mut declared = BTreeSet::new();
    let mut mentions = Vec::new();
    for line in lines {
        let (reader, reads) = line.split_once('<').unwrap_or((line, ""));
        let reader = name(reader.trim());
        for (at, read) in (0..).zip(reads.split_whitespace()) {
            mentions.push(Mention {
                reader: reader.clone(),
                read: name(read),
                at: Location {
                    file: FilePath::new(&format!("{}.sql", reader.name)),
                    span: Span::new(at * 10, at * 10 + 5),
                },
            });
        }
        declared.insert(reader);
    }
    Graph::of(declared, mentions)
}

/// Builds a graph of numbered nodes, all declared, from pairs of reader and read.
pub(crate) fn numbered(nodes: u32, pairs: &[(u32, u32)]) -> Graph {
    let mentions = pairs.iter().map(|&(reader, read)| Mention {
        reader: number(reader),
        read: number(read),
        at: Location {
            file: FilePath::new("all.sql"),
            span: Span::new(reader, read),
        },
    });
    Graph::of((0..nodes).map(number), mentions.collect())
}

/// The name of a numbered node.
pub(crate) fn number(n: u32) -> ObjectName {
    ObjectName::new("public", &format!("n{n:06}"))
}

/// The names as one line of text, the default schema left out.
pub(crate) fn line<'a>(names: impl IntoIterator<Item = &'a ObjectName>) -> String {
    let names = names.into_iter().map(ToString::to_string);
    let names: Vec<String> = names
        .map(|name| name.trim_start_matches("public.").to_owned())
        .collect();
    names.join(" ")
}
