//! Graphs for tests, written as lines of text: `marts.a < sub.b sub.c` is "a reads b and c".

use std::collections::BTreeSet;
use std::sync::Arc;

use dormer_sql::statement::StatementKind;
use dormer_sql::{Dialect, Ident, QualifiedName, Span, canonical, parse, query, split};

use super::{Graph, Mention};
use crate::diagnostic::{FilePath, Location};
use crate::model::catalog::Declared;
use crate::model::kind::ObjectKind;
use crate::model::name::ObjectName;
use crate::model::object::{Companions, Definition, Object, SourceText};
use crate::project::readers::columns;

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

/// A catalog of texts, each with one CREATE; the file of each is its number.
pub(crate) fn declared(texts: &[&str], dialect: Dialect) -> Declared {
    let mut catalog = Declared::default();
    for (number, text) in texts.iter().enumerate() {
        let object = object(FilePath::new(&number.to_string()), text, dialect);
        catalog.objects.insert(object.name.clone(), object);
    }
    catalog
}

/// What a CREATE says about itself.
struct Head {
    name: QualifiedName,
    kind: ObjectKind,
    columns: Vec<Ident>,
    query: Option<Span>,
}

fn object(file: FilePath, text: &str, dialect: Dialect) -> Object {
    let pieces = split::split(text, dialect);
    let (statement, _) = parse::parse(text, &pieces, pieces.pieces.first().unwrap(), dialect);
    let head = head(&statement.kind);
    Object {
        name: ObjectName::of(&head.name),
        kind: head.kind,
        written: head.name,
        source: Arc::new(SourceText {
            file,
            text: text.into(),
            origin: Vec::new(),
        }),
        definition: Definition {
            fingerprint: canonical::fingerprint(text, statement.span, dialect),
            query: head.query.map(|span| query::parse(text, span, dialect)),
            query_span: head.query,
            head_columns: head.columns,
            columns: columns::of(&statement.kind, text),
            options: Vec::new(),
            statement,
        },
        companions: Companions::default(),
        description: String::new(),
    }
}

fn head(kind: &StatementKind) -> Head {
    let (name, kind, query) = match kind {
        StatementKind::CreateView(view) => {
            return Head {
                name: view.name.clone(),
                kind: ObjectKind::View,
                columns: view.columns.clone(),
                query: Some(view.query),
            };
        }
        StatementKind::CreateTable(table) => (&table.name, ObjectKind::Table, table.query),
        StatementKind::CreateStream(stream) => (&stream.name, ObjectKind::Sink, stream.query),
        StatementKind::CreateFunction(function) => (&function.name, ObjectKind::Function, None),
        other => panic!("no object: {other:?}"),
    };
    Head {
        name: name.clone(),
        kind,
        columns: Vec::new(),
        query,
    }
}
