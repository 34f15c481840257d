//! The places where objects name each other: the raw material of edges.
//!
//! | where a name stands | edge |
//! |---|---|
//! | in the query of an object, as a relation | the object reads the name, unless a function has it |
//! | `FROM x` of a sink, a subscription, or a table fed by a source | the object reads x |
//! | `INTO t` of a sink | t reads the sink: its rows come from there |
//! | a call of a declared function | the object reads the function |
//!
//! A call of a function that nobody declared is no edge: it is the engine's own.

use std::collections::BTreeSet;

use dormer_sql::QualifiedName;

use crate::diagnostic::Location;
use crate::model::catalog::Declared;
use crate::model::kind::ObjectKind;
use crate::model::name::ObjectName;
use crate::model::object::Object;

/// One place where a reader names what it reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mention {
    pub reader: ObjectName,
    pub read: ObjectName,
    pub at: Location,
}

/// Collects the mentions of all objects.
pub(super) fn collect(catalog: &Declared) -> Vec<Mention> {
    let mut mentions = Vec::with_capacity(catalog.objects.len() * 2);
    for object in catalog.objects.values() {
        of_query(object, catalog, &mut mentions);
        of_stream(object, &mut mentions);
    }
    share_names(catalog, &mut mentions);
    mentions
}

/// Lets all mentions of one name share its parts.
fn share_names(catalog: &Declared, mentions: &mut [Mention]) {
    let mut others: BTreeSet<ObjectName> = BTreeSet::new();
    for mention in mentions {
        for name in [&mut mention.reader, &mut mention.read] {
            let declared = catalog.objects.get_key_value(name).map(|(name, _)| name);
            match declared.or_else(|| others.get(name)) {
                Some(shared) => *name = shared.clone(),
                None => {
                    others.insert(name.clone());
                }
            }
        }
    }
}

fn of_query(object: &Object, catalog: &Declared, mentions: &mut Vec<Mention>) {
    let Some(query) = &object.definition.query else {
        return;
    };
    let is_function = |name: &QualifiedName| {
        let declared = catalog.objects.get(&ObjectName::of(name));
        declared.is_some_and(|declared| declared.kind == ObjectKind::Function)
    };
    let references = query.references().iter().map(|reference| &reference.name);
    let relations = references.filter(|name| !is_function(name));
    mentions.extend(relations.map(|name| reads(object, name)));
    let calls = query.calls().iter().map(|call| &call.name);
    let functions = calls.filter(|name| is_function(name));
    mentions.extend(functions.map(|name| reads(object, name)));
}

fn of_stream(object: &Object, mentions: &mut Vec<Mention>) {
    let (from, into) = object.definition.statement.kind.flow();
    mentions.extend(from.iter().map(|name| reads(object, name)));
    mentions.extend(into.iter().map(|table| Mention {
        reader: ObjectName::of(table),
        read: object.name.clone(),
        at: object.location(table.span),
    }));
}

fn reads(object: &Object, name: &QualifiedName) -> Mention {
    Mention {
        reader: object.name.clone(),
        read: ObjectName::of(name),
        at: object.location(name.span),
    }
}

#[cfg(test)]
mod tests {
    use dormer_sql::Dialect;

    use crate::graph::Graph;
    use crate::graph::fixture::{declared, line};

    /// The edges as text, each with the first place in its file.
    fn edges(texts: &[&str]) -> Vec<String> {
        let catalog = declared(texts, Dialect::RisingWave);
        let graph = Graph::build(&catalog);
        let told = graph.edges.values().map(|edge| {
            let at = edge.at.first().unwrap();
            let ends = line([&edge.reader, &edge.read]).replacen(' ', " < ", 1);
            format!(
                "{ends} {}",
                at.span
                    .slice(texts[at.file.as_str().parse::<usize>().unwrap()])
            )
        });
        told.collect()
    }

    #[test]
    fn queries_read_what_they_name() {
        let texts = [
            "CREATE VIEW v AS WITH w AS (SELECT 1 FROM Shop.A) SELECT * FROM w JOIN b ON true",
            "CREATE TABLE t AS SELECT * FROM v",
            "CREATE TABLE b (x int)",
        ];
        assert_eq!(edges(&texts), ["t < v v", "v < b b", "v < shop.a Shop.A"]);
        let graph = Graph::build(&declared(&texts, Dialect::Postgres));
        let layers: Vec<String> = graph.layers().into_iter().map(line).collect();
        assert_eq!(layers, ["shop.a", "b", "v", "t"]);
    }

    #[test]
    fn streams_read_and_feed() {
        let texts = [
            "CREATE SINK s INTO t FROM mv",
            "CREATE MATERIALIZED VIEW mv AS SELECT 1 FROM src",
            "CREATE TABLE t (x int)",
            "CREATE SUBSCRIPTION sub FROM t WITH (retention = '1D')",
            "CREATE SINK q AS SELECT * FROM sub2 WITH (connector = 'blackhole')",
            "CREATE TABLE fed (x int) FROM src TABLE 'a.b'",
        ];
        let expected = [
            "fed < src src",
            "mv < src src",
            "q < sub2 sub2",
            "s < mv mv",
            "sub < t t",
            "t < s t",
        ];
        assert_eq!(edges(&texts), expected);
        let graph = Graph::build(&declared(&texts, Dialect::RisingWave));
        assert_eq!(line(graph.order()), "src sub2 fed mv q s t sub");
    }

    #[test]
    fn calls_of_declared_functions_are_edges() {
        let texts = [
            "CREATE FUNCTION net(x int) RETURNS int LANGUAGE sql AS 'select x'",
            "CREATE VIEW v AS SELECT net(x), upper(y) FROM a",
        ];
        assert_eq!(edges(&texts), ["v < a a", "v < net net"]);
    }

    #[test]
    fn a_relation_is_no_function_of_its_name() {
        let texts = [
            "CREATE FUNCTION net(x int) RETURNS int LANGUAGE sql AS 'select x'",
            "CREATE VIEW v AS SELECT 1 FROM net",
            "CREATE VIEW w AS SELECT 1 FROM net(1) AS n",
        ];
        assert_eq!(edges(&texts), ["w < net net"]);
    }
}
