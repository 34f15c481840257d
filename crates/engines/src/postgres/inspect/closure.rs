//! Who is bound to whom, and how far the scope reaches along those ties.
//!
//! In it is what stands on the scope, through any number of views and functions, and then all that
//! this stands on. A policy, a rule, a default, a column with a row type end the way up: who reads
//! the table that they belong to does not stand on what they read. Partitions outside of the scope
//! are not followed; parents are.

use std::collections::{BTreeMap, BTreeSet};

use tokio_postgres::{Error, Row};

use super::cells::Cells;

/// How something is bound to what it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bond {
    /// By the query of a view or materialized view.
    Query,
    Function,
    Rule,
    Policy,
    Default,
    /// A column with a row type.
    Column,
    /// A sequence belongs to a column.
    Owned,
    /// A table inherits from another or is its partition.
    Inherits,
}

/// What something is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Node {
    Relation(u32),
    Function(u32),
}

/// Whether it is the rows or the type of the rows that count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Rows,
    RowType,
}

/// One tie.
#[derive(Debug)]
pub(super) struct Edge {
    pub(super) bond: Bond,
    pub(super) reader: Node,
    /// Of the rule, policy or column.
    pub(super) name: String,
    pub(super) read: Node,
    pub(super) by: Use,
    /// Columns of what is read, 0 or less for the whole; for parents, their place in the order.
    pub(super) columns: Vec<i32>,
}

/// Reads what `edges.sql` brings; a letter that is not known is left out.
pub(super) fn edge(row: &Row) -> Result<Option<Edge>, Error> {
    let mut cells = Cells::of(row);
    let bond = cells.letter()?;
    let (reader, name) = (cells.next()?, cells.next()?);
    let kind = cells.letter()?;
    let (read, columns) = (cells.next()?, cells.next()?);
    let (bond, reader) = match bond {
        'q' => (Bond::Query, Node::Relation(reader)),
        'f' => (Bond::Function, Node::Function(reader)),
        'r' => (Bond::Rule, Node::Relation(reader)),
        'p' => (Bond::Policy, Node::Relation(reader)),
        'd' => (Bond::Default, Node::Relation(reader)),
        'a' => (Bond::Column, Node::Relation(reader)),
        'o' => (Bond::Owned, Node::Relation(reader)),
        'i' => (Bond::Inherits, Node::Relation(reader)),
        _ => return Ok(None),
    };
    let (read, by) = match kind {
        'f' => (Node::Function(read), Use::Rows),
        't' => (Node::Relation(read), Use::RowType),
        _ => (Node::Relation(read), Use::Rows),
    };
    Ok(Some(Edge {
        bond,
        reader,
        name,
        read,
        by,
        columns,
    }))
}

/// All that the picture holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reach {
    pub(super) relations: Vec<u32>,
    pub(super) functions: Vec<u32>,
}

/// Follows the ties, first to readers, then to what is read.
pub(super) fn reach(edges: &[Edge], scope: &BTreeSet<u32>) -> Reach {
    let mut readers: BTreeMap<Node, Vec<&Edge>> = BTreeMap::new();
    let mut reads: BTreeMap<Node, Vec<&Edge>> = BTreeMap::new();
    for edge in edges {
        readers.entry(edge.read).or_default().push(edge);
        reads.entry(edge.reader).or_default().push(edge);
    }
    let mut inside: BTreeSet<Node> = scope.iter().copied().map(Node::Relation).collect();
    let mut ways: Vec<Node> = inside.iter().copied().collect();
    while let Some(node) = ways.pop() {
        for edge in readers.get(&node).into_iter().flatten() {
            match edge.bond {
                Bond::Query | Bond::Function => {
                    if inside.insert(edge.reader) {
                        ways.push(edge.reader);
                    }
                }
                Bond::Rule | Bond::Policy | Bond::Default | Bond::Column => {
                    inside.insert(edge.reader);
                }
                Bond::Owned | Bond::Inherits => {}
            }
        }
    }
    ways.extend(inside.iter().copied());
    while let Some(node) = ways.pop() {
        for edge in reads.get(&node).into_iter().flatten() {
            if inside.insert(edge.read) {
                ways.push(edge.read);
            }
        }
    }
    let mut reach = Reach {
        relations: Vec::new(),
        functions: Vec::new(),
    };
    for node in inside {
        match node {
            Node::Relation(id) => reach.relations.push(id),
            Node::Function(id) => reach.functions.push(id),
        }
    }
    reach
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(bond: Bond, reader: Node, read: Node) -> Edge {
        Edge {
            bond,
            reader,
            name: String::new(),
            read,
            by: Use::Rows,
            columns: vec![0],
        }
    }

    #[test]
    fn readers_of_readers_are_in_and_then_all_that_they_read() {
        use Node::{Function, Relation};
        let edges = [
            edge(Bond::Query, Relation(2), Relation(1)),
            edge(Bond::Query, Relation(3), Function(9)),
            edge(Bond::Function, Function(9), Relation(2)),
            edge(Bond::Query, Relation(3), Relation(4)),
            edge(Bond::Inherits, Relation(4), Relation(5)),
            edge(Bond::Query, Relation(6), Relation(4)),
        ];
        let found = reach(&edges, &BTreeSet::from([1]));
        assert_eq!(found.relations, [1, 2, 3, 4, 5]);
        assert_eq!(found.functions, [9]);
    }

    #[test]
    fn way_up_ends_at_a_policy() {
        use Node::Relation;
        let edges = [
            edge(Bond::Policy, Relation(2), Relation(1)),
            edge(Bond::Query, Relation(3), Relation(2)),
        ];
        let found = reach(&edges, &BTreeSet::from([1]));
        assert_eq!(found.relations, [1, 2]);
    }
}
