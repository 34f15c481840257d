//! Columns across objects: the lineage of every object, resolved in the order of the graph.
//!
//! Layer by layer from the ground: the objects of one layer are resolved in parallel, with the
//! columns of everything below them.
//!
//! - **Columns that are not wholly known are not known at all:** a reader then says partial, and
//!   never calls a column unknown that may well be there.
//! - **Each query is released once it is resolved:** what only this asks of it is most of the
//!   memory of a project.
//! - **Objects in or above a cycle get nothing:** there is no order to resolve them in.

use std::collections::BTreeMap;

use dormer_sql::Name;
use dormer_sql::query::{Columns, Lineage, PartialReason, Query, RelationPath};
use rayon::prelude::*;

use super::Graph;
use crate::model::catalog::{Declared, External, Externals};
use crate::model::name::ObjectName;
use crate::model::object::ObjectColumns;

/// The lineage of every object that has a query.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lineages {
    /// The names of the outputs are those that readers see: names in the head of the CREATE
    /// stand for the query's own.
    pub of: BTreeMap<ObjectName, Lineage>,
    /// The columns of every relation that is known: externals, tables, and outputs of queries.
    pub columns: BTreeMap<ObjectName, Box<[Name]>>,
}

/// Resolves the columns of all objects, those that are read first.
#[must_use]
pub fn resolve(catalog: &mut Declared, graph: &Graph, externals: &Externals) -> Lineages {
    let foreign = externals.relations.iter();
    let mut known: BTreeMap<_, _> = foreign
        .filter(|(name, _)| !catalog.objects.contains_key(name))
        .filter_map(|(name, external)| Some((name.clone(), columns_of(external)?)))
        .collect();
    let objects = catalog.objects.iter();
    known.extend(
        objects.filter_map(|(name, object)| match &object.definition.columns {
            ObjectColumns::Listed(columns) => Some((name.clone(), columns.clone())),
            ObjectColumns::OfQuery | ObjectColumns::NotKnown => None,
        }),
    );
    let wants = catalog.objects.iter_mut();
    let wants = wants
        .filter_map(|(name, object)| {
            let query = object.definition.query.as_mut()?;
            let head = object.definition.head_columns.iter();
            let head = head.map(|column| &column.value).collect();
            let columns = &object.definition.columns;
            let want = Want {
                query,
                head,
                final_columns: *columns == ObjectColumns::OfQuery,
            };
            Some((name, want))
        })
        .collect();
    climb(graph, wants, known, &|_, query, columns| {
        query.lineage(columns)
    })
}

/// A query to resolve, and the column names in the head of its CREATE.
#[derive(Debug)]
struct Want<'a> {
    query: &'a mut Query,
    head: Vec<&'a Name>,
    /// What the query returns is what readers find.
    final_columns: bool,
}

/// How a query is resolved once the columns of what it reads are known.
type Ask<'a> = dyn Fn(&ObjectName, &Query, &dyn Columns) -> Lineage + Sync + 'a;

/// The columns that are known so far.
struct Known<'a>(&'a BTreeMap<ObjectName, Box<[Name]>>);

impl Columns for Known<'_> {
    fn columns(&self, relation: &RelationPath) -> Option<&[Name]> {
        self.0
            .get(&ObjectName::of_path(relation))
            .map(|names| &**names)
    }
}

fn climb(
    graph: &Graph,
    mut wants: BTreeMap<&ObjectName, Want<'_>>,
    mut columns: BTreeMap<ObjectName, Box<[Name]>>,
    ask: &Ask<'_>,
) -> Lineages {
    let mut of = BTreeMap::new();
    for layer in graph.layers() {
        let mut wanted: Vec<_> = layer
            .into_iter()
            .filter_map(|name| Some((name, wants.remove(name)?)))
            .collect();
        let known = Known(&columns);
        let resolve = |(name, want): &mut (&ObjectName, Want<'_>)| {
            let mut lineage = ask(name, want.query, &known);
            want.query.release();
            for (output, head) in lineage.outputs.iter_mut().zip(&want.head) {
                output.name = (*head).clone();
            }
            lineage
        };
        // One object alone is not worth waking the other threads.
        let resolved: Vec<Lineage> = if wanted.len() < 2 {
            wanted.iter_mut().map(resolve).collect()
        } else {
            wanted.par_iter_mut().map(resolve).collect()
        };
        for ((name, want), lineage) in wanted.into_iter().zip(resolved) {
            if want.final_columns && outputs_are_whole(want.query, &lineage) {
                let names = lineage.outputs.iter().map(|output| output.name.clone());
                columns.insert(name.clone(), names.collect());
            }
            of.insert(name.clone(), lineage);
        }
    }
    Lineages { of, columns }
}

/// Tells whether the outputs are all that the query returns: a piece that was not understood may
/// hide some, and so may a `*` over columns that nobody knows.
fn outputs_are_whole(query: &Query, lineage: &Lineage) -> bool {
    let no_star = query.stars().is_empty();
    lineage.partial.iter().all(|partial| match partial.reason {
        PartialReason::Syntax | PartialReason::TooComplex => false,
        PartialReason::UnknownColumns => no_star,
    })
}

/// The columns of an external; one that is recorded without any is not known.
fn columns_of(external: &External) -> Option<Box<[Name]>> {
    let names = external.columns.iter().map(|column| column.name.clone());
    (!external.columns.is_empty()).then(|| names.collect())
}

#[cfg(test)]
mod tests {
    use dormer_sql::query::{BaseColumn, Output, Partial};
    use dormer_sql::{Dialect, Span};

    use super::*;
    use crate::graph::fixture::{declared, graph, name};
    use crate::model::catalog::{ExternalColumn, ExternalKind};

    /// Resolves graphs whose queries are all `SELECT * FROM` everything that they read.
    fn star(lines: &[&str], ground: &[(&str, &[&str])], heads: &[(&str, &[&str])]) -> Lineages {
        let graph = graph(lines);
        let declared: Vec<ObjectName> = lines
            .iter()
            .map(|line| name(line.split('<').next().unwrap().trim()))
            .collect();
        let heads: BTreeMap<Name, Vec<Name>> = heads
            .iter()
            .map(|(of, columns)| {
                (
                    (*of).into(),
                    columns.iter().copied().map(Name::new).collect(),
                )
            })
            .collect();
        let mut queries = vec![Query::default(); declared.len()];
        let wants = declared
            .iter()
            .zip(&mut queries)
            .map(|(name, query)| {
                let head = heads.get(&name.name).into_iter().flatten().collect();
                (
                    name,
                    Want {
                        query,
                        head,
                        final_columns: true,
                    },
                )
            })
            .collect();
        let known = ground.iter().map(|(of, columns)| {
            let columns = columns.iter().copied().map(Name::new);
            (name(of), columns.collect())
        });
        climb(&graph, wants, known.collect(), &|name, _, columns| {
            let mut lineage = Lineage::default();
            let mut outputs = Vec::new();
            for read in &graph.reads[name] {
                let relation = RelationPath::new([read.schema.clone(), read.name.clone()]);
                let Some(names) = columns.columns(&relation) else {
                    lineage.partial.push(Partial {
                        span: Span::default(),
                        reason: PartialReason::Syntax,
                    });
                    continue;
                };
                outputs.extend(names.iter().map(|column| {
                    Output {
                        name: column.clone(),
                        span: Span::default(),
                        sources: [BaseColumn {
                            relation: relation.clone(),
                            column: column.clone(),
                        }]
                        .into_iter()
                        .collect(),
                    }
                }));
            }
            lineage.outputs = outputs.into();
            lineage
        })
    }

    fn columns(lineages: &Lineages, of: &str) -> Option<String> {
        lineages.columns.get(&name(of)).map(|names| names.join(" "))
    }

    #[test]
    fn outputs_climb_from_layer_to_layer() {
        let lineages = star(
            &["a < ext", "b < a", "c < b a"],
            &[("ext", &["x", "y"])],
            &[],
        );
        assert_eq!(columns(&lineages, "c").as_deref(), Some("x y x y"));
        assert_eq!(lineages.of.len(), 3);
    }

    #[test]
    fn head_names_stand_for_the_first_outputs() {
        let heads: [(&str, &[&str]); 1] = [("a", &["day"])];
        let lineages = star(&["a < ext", "b < a"], &[("ext", &["x", "y"])], &heads);
        assert_eq!(columns(&lineages, "b").as_deref(), Some("day y"));
        assert_eq!(lineages.of[&name("a")].outputs[0].name, "day");
    }

    #[test]
    fn half_known_columns_are_not_known() {
        let lineages = star(&["a < ext other", "b < a"], &[("ext", &["x"])], &[]);
        assert_eq!(columns(&lineages, "a"), None);
        assert!(!lineages.of[&name("b")].partial.is_empty());
    }

    #[test]
    fn objects_in_cycles_get_nothing() {
        let lineages = star(&["a < b", "b < a", "c < ext"], &[("ext", &["x"])], &[]);
        assert_eq!(lineages.of.keys().collect::<Vec<_>>(), [&name("c")]);
    }

    fn resolved(texts: &[&str]) -> Lineages {
        let mut catalog = declared(texts, Dialect::RisingWave);
        let mut externals = Externals::default();
        let column = |name: &str| ExternalColumn {
            name: name.into(),
            type_name: None,
        };
        let external = External {
            kind: ExternalKind::Table,
            columns: ["id", "net"].map(column).to_vec(),
        };
        externals.relations.insert(name("shop.orders"), external);
        let graph = Graph::build(&catalog);
        resolve(&mut catalog, &graph, &externals)
    }

    #[test]
    fn real_queries_are_resolved_through_layers() {
        let lineages = resolved(&[
            "CREATE VIEW a (key) AS SELECT * FROM shop.orders",
            "CREATE VIEW b AS SELECT key, net AS gross FROM a",
            "CREATE VIEW c AS SELECT x.* FROM b AS x",
        ]);
        assert_eq!(columns(&lineages, "a").as_deref(), Some("key net"));
        assert_eq!(columns(&lineages, "c").as_deref(), Some("key gross"));
        let gross = &lineages.of[&name("b")].outputs[1];
        let source = gross.sources.first().unwrap();
        assert_eq!(ObjectName::of_path(&source.relation), name("a"));
        assert_eq!(source.column, "net");
    }

    #[test]
    fn tables_and_sources_give_the_columns_that_they_list() {
        let lineages = resolved(&[
            "CREATE TABLE t (id int, note text, PRIMARY KEY (id))",
            "CREATE SOURCE s (id int) WITH (connector = 'kafka') FORMAT PLAIN ENCODE JSON",
            "CREATE TABLE likely (id int, LIKE t)",
            "CREATE SOURCE all_of (*, id int) WITH (connector = 'kafka') FORMAT PLAIN ENCODE AVRO",
            "CREATE TABLE none () INHERITS (t)",
            "CREATE VIEW v AS SELECT * FROM t JOIN likely ON true",
        ]);
        assert_eq!(columns(&lineages, "t").as_deref(), Some("id note"));
        assert_eq!(columns(&lineages, "s").as_deref(), Some("id"));
        for unknown in ["likely", "all_of", "none", "v"] {
            assert_eq!(columns(&lineages, unknown), None, "{unknown}");
        }
        assert!(!lineages.of[&name("v")].partial.is_empty());
        assert!(lineages.of[&name("v")].unresolved.is_empty());
    }
}
