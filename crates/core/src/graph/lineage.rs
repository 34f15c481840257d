//! Columns across objects: the lineage of every object, resolved in the order of the graph.
//!
//! Layer by layer from the ground: the objects of one layer are resolved in parallel, with the
//! columns of everything below them.
//!
//! - **Columns that are not wholly known are not known at all:** a reader then says partial, and
//!   never calls a column unknown that may well be there.
//! - **Objects in or above a cycle get nothing:** there is no order to resolve them in.

use std::collections::BTreeMap;

use dormer_sql::query::{Columns, Lineage, PartialReason, Query, RelationPath};
use dormer_sql::statement::{CreateTable, OptionKind, StatementKind};
use rayon::prelude::*;

use super::Graph;
use crate::model::catalog::{Declared, External, Externals};
use crate::model::name::ObjectName;
use crate::model::object::Object;

/// The lineage of every object that has a query.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lineages {
    /// The names of the outputs are those that readers see: names in the head of the CREATE
    /// stand for the query's own.
    pub of: BTreeMap<ObjectName, Lineage>,
    /// The columns of every relation that is known: externals, tables, and outputs of queries.
    pub columns: BTreeMap<ObjectName, Vec<String>>,
}

/// Resolves the columns of all objects, those that are read first.
#[must_use]
pub fn resolve(catalog: &Declared, graph: &Graph, externals: &Externals) -> Lineages {
    let foreign = externals.relations.iter();
    let mut known: BTreeMap<_, _> = foreign
        .filter(|(name, _)| !catalog.objects.contains_key(name))
        .filter_map(|(name, external)| Some((name.clone(), columns_of(external)?)))
        .collect();
    let objects = catalog.objects.iter();
    known.extend(objects.filter_map(|(name, object)| Some((name.clone(), own_columns(object)?))));
    let wants = catalog.objects.iter();
    let wants = wants
        .filter_map(|(name, object)| {
            let query = object.definition.query.as_ref()?;
            let head = object.definition.head_columns.iter();
            let head = head.map(|column| column.value.as_str()).collect();
            Some((name, Want { query, head }))
        })
        .collect();
    climb(graph, &wants, known, &|_, query, columns| {
        query.lineage(columns)
    })
}

/// A query to resolve, and the column names in the head of its CREATE.
#[derive(Debug)]
struct Want<'a> {
    query: &'a Query,
    head: Vec<&'a str>,
}

/// How a query is resolved once the columns of what it reads are known.
type Ask<'a> = dyn Fn(&ObjectName, &Query, &dyn Columns) -> Lineage + Sync + 'a;

/// The columns that are known so far.
struct Known<'a>(&'a BTreeMap<ObjectName, Vec<String>>);

impl Columns for Known<'_> {
    fn columns(&self, relation: &RelationPath) -> Option<&[String]> {
        self.0
            .get(&ObjectName::of_path(relation))
            .map(Vec::as_slice)
    }
}

fn climb(
    graph: &Graph,
    wants: &BTreeMap<&ObjectName, Want<'_>>,
    mut columns: BTreeMap<ObjectName, Vec<String>>,
    ask: &Ask<'_>,
) -> Lineages {
    let mut of = BTreeMap::new();
    for layer in graph.layers() {
        let wanted: Vec<_> = layer
            .into_iter()
            .filter_map(|name| Some((name, wants.get(name)?)))
            .collect();
        let known = Known(&columns);
        let resolve = |&(name, want): &(&ObjectName, &Want<'_>)| {
            let mut lineage = ask(name, want.query, &known);
            for (output, head) in lineage.outputs.iter_mut().zip(&want.head) {
                (*head).clone_into(&mut output.name);
            }
            lineage
        };
        // One object alone is not worth waking the other threads.
        let resolved: Vec<Lineage> = if wanted.len() < 2 {
            wanted.iter().map(resolve).collect()
        } else {
            wanted.par_iter().map(resolve).collect()
        };
        for ((name, want), lineage) in wanted.into_iter().zip(resolved) {
            if outputs_are_whole(want.query, &lineage) {
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
fn columns_of(external: &External) -> Option<Vec<String>> {
    let names = external.columns.iter().map(|column| column.name.clone());
    (!external.columns.is_empty()).then(|| names.collect())
}

/// The columns that a CREATE TABLE gives, where it gives all of them.
fn own_columns(object: &Object) -> Option<Vec<String>> {
    let StatementKind::CreateTable(table) = &object.definition.statement.kind else {
        return None;
    };
    let whole = table.query.is_none() && !table.columns.is_empty() && !borrows(table, object);
    let names = table.columns.iter().map(|column| column.name.value.clone());
    whole.then(|| names.collect())
}

/// Tells whether a table takes columns from somewhere else as well: `LIKE other`, `INHERITS`, the
/// schema of a registry, `INCLUDE key AS k`.
fn borrows(table: &CreateTable, object: &Object) -> bool {
    let more = [
        OptionKind::Inherits,
        OptionKind::Include,
        OptionKind::Format,
    ];
    let text = &object.source.text;
    let own = [
        "constraint",
        "primary",
        "unique",
        "check",
        "foreign",
        "exclude",
        "watermark",
    ];
    table
        .options
        .iter()
        .any(|option| more.contains(&option.kind))
        || table.constraints.iter().any(|span| {
            let words = span.slice(text);
            let first = words.split(|c: char| !c.is_ascii_alphabetic()).next();
            !first.is_some_and(|word| own.iter().any(|own| word.eq_ignore_ascii_case(own)))
        })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use dormer_sql::Span;
    use dormer_sql::query::{BaseColumn, Output, Partial};

    use super::*;
    use crate::graph::fixture::{graph, name};

    /// Resolves graphs whose queries are all `SELECT * FROM` everything that they read.
    fn star(lines: &[&str], ground: &[(&str, &[&str])], heads: &[(&str, &[&str])]) -> Lineages {
        let graph = graph(lines);
        let query = Query::default();
        let declared: Vec<ObjectName> = lines
            .iter()
            .map(|line| name(line.split('<').next().unwrap().trim()))
            .collect();
        let head = |name: &ObjectName| {
            let head = heads.iter().find(|(of, _)| *of == name.name);
            head.map(|(_, columns)| columns.to_vec())
                .unwrap_or_default()
        };
        let wants = declared
            .iter()
            .map(|name| {
                let head = head(name);
                (
                    name,
                    Want {
                        query: &query,
                        head,
                    },
                )
            })
            .collect();
        let known = ground.iter().map(|(of, columns)| {
            let columns = columns.iter().map(ToString::to_string);
            (name(of), columns.collect())
        });
        climb(&graph, &wants, known.collect(), &|name, _, columns| {
            let mut lineage = Lineage::default();
            for read in &graph.reads[name] {
                let relation = RelationPath(vec![read.schema.clone(), read.name.clone()]);
                let Some(names) = columns.columns(&relation) else {
                    lineage.partial.push(Partial {
                        span: Span::default(),
                        reason: PartialReason::Syntax,
                    });
                    continue;
                };
                lineage.outputs.extend(names.iter().map(|column| Output {
                    name: column.clone(),
                    span: Span::default(),
                    sources: BTreeSet::from([BaseColumn {
                        relation: relation.clone(),
                        column: column.clone(),
                    }]),
                }));
            }
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
}
