//! Everything downstream of an object or of one of its columns, and how it depends on it.
//!
//! **Where lineage is partial or missing, the answer says possible:** an object upward of the
//! column is left out only when its lineage is whole and does not mention the column.

use std::collections::{BTreeMap, BTreeSet};

use dormer_sql::Name;
use dormer_sql::query::{BaseColumn, Clause, ColumnSet, Lineage};

use super::lineage::Lineages;
use super::{Graph, Towards};
use crate::model::name::ObjectName;

/// How certain it is that an object depends on the column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    Certain,
    /// Its lineage, or that of something between, is not whole.
    Possible,
}

/// How the rows of an object depend on the column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowEffect {
    None,
    /// A row of something that it reads, further down, is there or not because of the column.
    Inherited,
    /// Its own query decides by the column which rows there are.
    Decided,
}

/// What the query of an object does with a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Use {
    /// A column of its own is made of it.
    Projected,
    Filtered,
    Grouped,
    Joined,
}

impl Use {
    /// The word in text and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Projected => "projected",
            Self::Filtered => "filtered",
            Self::Grouped => "grouped",
            Self::Joined => "joined",
        }
    }
}

/// What reaches one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// Its columns that carry the value of the column.
    pub columns: BTreeSet<Name>,
    /// What it reads the column of, or a column that is made of it: with one of these gone, it breaks.
    pub through: BTreeSet<ObjectName>,
    pub uses: BTreeSet<Use>,
    pub rows: RowEffect,
    pub certainty: Certainty,
}

/// What reaches each object upward, by name.
pub type Impact = BTreeMap<ObjectName, Reached>;

/// Finds what depends on an object, or on one of its columns.
///
/// Of a whole object everything upward depends: with all columns and all rows.
#[must_use]
pub fn impact(
    lineages: &Lineages,
    graph: &Graph,
    object: &ObjectName,
    column: Option<&str>,
) -> Impact {
    let upward = graph.closure([object], Towards::Readers);
    let mut upward: Vec<&ObjectName> = upward.into_iter().filter(|name| *name != object).collect();
    // By layer, so that what is read is known first; what has no layer comes last.
    upward.sort_by_key(|name| (graph.layer(name).is_none(), graph.layer(name)));
    let Some(column) = column else {
        let everything = |name: &ObjectName| Reached {
            columns: lineages
                .columns
                .get(name)
                .into_iter()
                .flatten()
                .cloned()
                .collect(),
            through: reads_of(graph, name)
                .filter(|read| *read == object || upward.contains(read))
                .cloned()
                .collect(),
            uses: BTreeSet::new(),
            rows: RowEffect::Inherited,
            certainty: Certainty::Certain,
        };
        return upward
            .iter()
            .map(|name| ((*name).clone(), everything(name)))
            .collect();
    };
    let start = Reached {
        columns: BTreeSet::from([column.into()]),
        through: BTreeSet::new(),
        uses: BTreeSet::new(),
        rows: RowEffect::None,
        certainty: Certainty::Certain,
    };
    let mut reached = Impact::from([(object.clone(), start)]);
    for name in upward {
        let lineage = lineages.of.get(name);
        if let Some(touch) = touch(lineage, &reached, graph.reads.get(name)) {
            reached.insert(name.clone(), touch);
        }
    }
    reached.remove(object);
    reached
}

fn reads_of<'a>(graph: &'a Graph, name: &ObjectName) -> impl Iterator<Item = &'a ObjectName> {
    graph.reads.get(name).into_iter().flatten()
}

/// What a query does with the columns that carry the value.
fn uses(lineage: &Lineage, carried: &dyn Fn(&BaseColumn) -> bool) -> BTreeSet<Use> {
    let clauses = lineage.clauses.iter().filter(|(column, _)| carried(column));
    let uses = clauses.map(|(_, clause)| match clause {
        Clause::Filter => Use::Filtered,
        Clause::Group => Use::Grouped,
        Clause::Join => Use::Joined,
    });
    let mut outputs = lineage.outputs.iter();
    let projected = outputs.any(|output| output.sources.iter().any(carried));
    uses.chain(projected.then_some(Use::Projected)).collect()
}

fn touch(
    lineage: Option<&Lineage>,
    below: &Impact,
    reads: Option<&BTreeSet<ObjectName>>,
) -> Option<Reached> {
    let read: Vec<&Reached> = reads
        .into_iter()
        .flatten()
        .filter_map(|name| below.get(name))
        .collect();
    if read.is_empty() {
        return None;
    }
    let whole = lineage.is_some_and(|lineage| lineage.partial.is_empty());
    let carried = |source: &BaseColumn| {
        let from = below.get(&ObjectName::of_path(&source.relation));
        from.is_some_and(|from| from.columns.contains(&source.column))
    };
    let outputs = lineage.into_iter().flat_map(|lineage| &lineage.outputs);
    let columns: BTreeSet<Name> = outputs
        .filter(|output| output.sources.iter().any(carried))
        .map(|output| output.name.clone())
        .collect();
    let rows = if lineage.is_some_and(|lineage| lineage.rows.iter().any(carried)) {
        RowEffect::Decided
    } else if read.iter().any(|below| below.rows != RowEffect::None) {
        RowEffect::Inherited
    } else {
        RowEffect::None
    };
    // It is as certain as the surest of what it depends by: what it reads besides does not count.
    let sure = |below: &Reached| below.certainty == Certainty::Certain;
    let by_column = |sources: &ColumnSet| {
        let mut carrying = sources.iter().filter(|source| carried(source));
        carrying.any(|source| {
            let from = below.get(&ObjectName::of_path(&source.relation));
            from.is_some_and(sure)
        })
    };
    let mentions = lineage.is_some_and(|lineage| lineage.reads.iter().any(carried));
    let depends_by_column = mentions || !columns.is_empty() || rows == RowEffect::Decided;
    let certain = lineage.is_some_and(|lineage| {
        by_column(&lineage.reads)
            || by_column(&lineage.rows)
            || lineage
                .outputs
                .iter()
                .any(|output| by_column(&output.sources))
    }) || read
        .iter()
        .any(|below| below.rows != RowEffect::None && sure(below));
    let certainty = if certain {
        Certainty::Certain
    } else {
        Certainty::Possible
    };
    let possible_below = read
        .iter()
        .any(|below| below.certainty == Certainty::Possible);
    let depends = depends_by_column || rows != RowEffect::None || !whole || possible_below;
    let through = lineage.into_iter().flat_map(|lineage| &lineage.reads);
    let through = through.filter(|source| carried(source));
    depends.then(|| Reached {
        columns,
        through: through
            .map(|source| ObjectName::of_path(&source.relation))
            .collect(),
        uses: lineage.map_or_else(BTreeSet::new, |lineage| uses(lineage, &carried)),
        rows,
        certainty,
    })
}

#[cfg(test)]
mod tests {
    use dormer_sql::Span;
    use dormer_sql::query::{Output, Partial, PartialReason, RelationPath};

    use super::*;
    use crate::graph::fixture::{graph, name};

    fn base(text: &str) -> BaseColumn {
        let (relation, column) = text.split_once('.').unwrap();
        BaseColumn {
            relation: RelationPath::new([relation.into()]),
            column: column.into(),
        }
    }

    fn lineage(outputs: &[(&str, &str)], rows: &[&str]) -> Lineage {
        let outputs: Vec<Output> = outputs
            .iter()
            .map(|(name, source)| Output {
                name: (*name).into(),
                span: Span::default(),
                sources: [base(source)].into_iter().collect(),
            })
            .collect();
        let rows: ColumnSet = rows.iter().map(|text| base(text)).collect();
        let sources = outputs.iter().flat_map(|output| &output.sources);
        Lineage {
            reads: sources.chain(&rows).cloned().collect(),
            outputs: outputs.into(),
            rows,
            ..Lineage::default()
        }
    }

    fn shop() -> (Lineages, Graph) {
        let graph = graph(&[
            "day < ext",
            "week < day",
            "late < day",
            "count < late",
            "odd < ext",
        ]);
        let mut odd = lineage(&[], &[]);
        odd.partial.push(Partial {
            span: Span::default(),
            reason: PartialReason::Syntax,
        });
        let of = [
            (
                "day",
                lineage(&[("net", "ext.net"), ("at", "ext.at")], &["ext.kind"]),
            ),
            ("week", lineage(&[("sum", "day.net")], &["day.at"])),
            ("late", lineage(&[("at", "day.at")], &["day.net"])),
            ("count", lineage(&[("at", "late.at")], &[])),
            ("odd", odd),
        ];
        let lineages = Lineages {
            of: of
                .into_iter()
                .map(|(of, lineage)| (name(of), lineage))
                .collect(),
            columns: BTreeMap::new(),
        };
        (lineages, graph)
    }

    fn told(impact: &Impact) -> Vec<String> {
        let lines = impact.iter().map(|(name, reached)| {
            let columns: Vec<&str> = reached.columns.iter().map(Name::as_str).collect();
            let (rows, sure) = (reached.rows, reached.certainty);
            format!("{}: {} {rows:?} {sure:?}", name.name, columns.join(","))
        });
        lines.collect()
    }

    #[test]
    fn values_and_rows_are_told_apart() {
        let (lineages, graph) = shop();
        let net = impact(&lineages, &graph, &name("day"), Some("net"));
        assert_eq!(
            told(&net),
            [
                "count:  Inherited Certain",
                "late:  Decided Certain",
                "week: sum None Certain",
            ]
        );
    }

    #[test]
    fn partial_lineage_is_possible_and_whole_lineage_ends_the_walk() {
        let (lineages, graph) = shop();
        let other = impact(&lineages, &graph, &name("ext"), Some("other"));
        assert_eq!(told(&other), ["odd:  None Possible"]);
    }

    #[test]
    fn a_path_that_carries_nothing_makes_nothing_certain() {
        let graph = graph(&[
            "sure < ext",
            "odd < ext",
            "by_odd < sure odd",
            "by_sure < sure odd",
        ]);
        let mut odd = lineage(&[], &[]);
        odd.partial.push(Partial {
            span: Span::default(),
            reason: PartialReason::Syntax,
        });
        let of = [
            (
                "sure",
                lineage(&[("net", "ext.net"), ("id", "ext.id")], &[]),
            ),
            ("odd", odd),
            ("by_odd", lineage(&[("id", "sure.id"), ("x", "odd.x")], &[])),
            (
                "by_sure",
                lineage(&[("net", "sure.net"), ("x", "odd.x")], &[]),
            ),
        ];
        let of = of.into_iter();
        let lineages = Lineages {
            of: of.map(|(of, lineage)| (name(of), lineage)).collect(),
            columns: BTreeMap::new(),
        };
        let net = impact(&lineages, &graph, &name("ext"), Some("net"));
        assert_eq!(
            told(&net),
            [
                "by_odd:  None Possible",
                "by_sure: net None Certain",
                "odd:  None Possible",
                "sure: net None Certain",
            ]
        );
    }

    #[test]
    fn an_object_reaches_everything_upward() {
        let (lineages, graph) = shop();
        let all = impact(&lineages, &graph, &name("day"), None);
        let names: Vec<&str> = all.keys().map(|name| name.name.as_str()).collect();
        assert_eq!(names, ["count", "late", "week"]);
    }
}
