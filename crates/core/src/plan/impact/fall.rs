//! Who has to give way before somebody can change a relation: all that is bound to it by identity, and all
//! that is bound to those.
//!
//! - Of a change of one column only those that read it have to go, and then everything above them.
//! - **What no statement would put back is an obstacle,** and so is a generation without its name: it
//!   holds rows that nobody can make again.

use std::collections::{BTreeMap, BTreeSet};

use super::Subject;
use crate::model::name::ObjectName;
use crate::model::observed::Observed;
use crate::model::observed::dependency::{Columns, FunctionName, Read, Reader};
use crate::model::observed::relation::RelationKind;
use crate::plan::Refusal;

/// Something that is dropped and made again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Node {
    Relation(ObjectName),
    Function(FunctionName),
}

/// All that has to give way.
#[derive(Debug, Default)]
pub(super) struct Fallen {
    /// What is read before what reads it.
    pub(super) nodes: Vec<Node>,
    /// Policies that stop reading for a while, and rules: by the relation that they are on.
    pub(super) policies: BTreeSet<(ObjectName, String)>,
    pub(super) rules: BTreeSet<(ObjectName, String)>,
    /// The relation itself and what inherits from it.
    pub(super) changed: BTreeSet<ObjectName>,
    pub(super) obstacles: Vec<Refusal>,
    /// What stands on it and does not have to go.
    pub(super) notes: Vec<String>,
}

/// Why a node is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Because {
    /// Somebody changes it.
    Changed,
    /// It is not there for a while.
    Gone,
}

/// One that is bound to a node.
type Tie<'a> = (&'a Reader, &'a Read, &'a Columns);

/// Follows who is bound to whom.
pub(super) fn fall(observed: &Observed, subject: Subject<'_>) -> Fallen {
    let mut falling = Falling {
        observed,
        column: subject.column,
        ties: ties(observed),
        nodes: BTreeSet::new(),
        fallen: Fallen::default(),
    };
    falling.fallen.changed = heirs(observed, subject.object);
    let changed: Vec<ObjectName> = falling.fallen.changed.iter().cloned().collect();
    let mut open: Vec<(Node, Because)> = changed
        .into_iter()
        .map(|name| (Node::Relation(name), Because::Changed))
        .collect();
    while let Some((node, because)) = open.pop() {
        for tie in falling.ties.get(&node).cloned().unwrap_or_default() {
            if let Some(next) = falling.follow(&node, because, tie)
                && falling.nodes.insert(next.clone())
            {
                open.push((next, Because::Gone));
            }
        }
    }
    falling.finish()
}

struct Falling<'a> {
    observed: &'a Observed,
    column: Option<&'a str>,
    ties: BTreeMap<Node, Vec<Tie<'a>>>,
    nodes: BTreeSet<Node>,
    fallen: Fallen,
}

/// A relation with its partitions and heirs: a column is one of all of them.
fn heirs(observed: &Observed, of: &ObjectName) -> BTreeSet<ObjectName> {
    let mut found = BTreeSet::from([of.clone()]);
    loop {
        let more: Vec<ObjectName> = observed
            .relations
            .iter()
            .filter(|(name, relation)| {
                !found.contains(*name) && relation.parents.iter().any(|one| found.contains(one))
            })
            .map(|(name, _)| name.clone())
            .collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

pub(super) fn node_of(read: &Read) -> Node {
    match read {
        Read::Relation(name) | Read::RowType(name) => Node::Relation(name.clone()),
        Read::Function(name) => Node::Function(name.clone()),
    }
}

fn ties(observed: &Observed) -> BTreeMap<Node, Vec<Tie<'_>>> {
    let mut ties: BTreeMap<Node, Vec<Tie<'_>>> = BTreeMap::new();
    for (reader, reads) in &observed.dependencies {
        for (read, columns) in reads {
            ties.entry(node_of(read))
                .or_default()
                .push((reader, read, columns));
        }
    }
    ties
}

impl Falling<'_> {
    /// What falls by one tie.
    fn follow(&mut self, node: &Node, because: Because, tie: Tie<'_>) -> Option<Node> {
        let (reader, read, columns) = tie;
        let by_type = matches!(read, Read::RowType(_));
        let holds = match (because, self.column) {
            (Because::Gone, _) | (Because::Changed, None) => true,
            (Because::Changed, Some(column)) => by_type || columns.contains(column),
        };
        if !holds {
            return None;
        }
        match reader {
            Reader::Relation(name) => Some(Node::Relation(name.clone())),
            // The type of a table's rows changes with it, and functions follow.
            Reader::Function(_)
                if by_type && because == Because::Changed && self.column.is_some() =>
            {
                None
            }
            Reader::Function(name) => Some(Node::Function(name.clone())),
            Reader::Policy { on, name } => {
                self.fallen.policies.insert((on.clone(), name.clone()));
                None
            }
            Reader::Rule { on, name } => {
                self.fallen.rules.insert((on.clone(), name.clone()));
                None
            }
            Reader::Column { of, .. } if self.is_view(of) => Some(Node::Relation(of.clone())),
            Reader::Column { of, .. } | Reader::Default { of, .. } => {
                let text = format!("{reader} is bound to {}", shown(node));
                if because == Because::Gone || self.column.is_some() {
                    self.fallen.obstacles.push(Refusal {
                        object: of.clone(),
                        text: format!("{text}, and no statement puts that back"),
                        hint: None,
                    });
                } else {
                    self.fallen.notes.push(text);
                }
                None
            }
        }
    }

    fn is_view(&self, name: &ObjectName) -> bool {
        let relation = self.observed.relations.get(name);
        relation.is_some_and(|relation| {
            matches!(
                relation.kind,
                RelationKind::View | RelationKind::MaterializedView
            )
        })
    }

    fn finish(mut self) -> Fallen {
        self.fallen.nodes = self.in_order();
        let nodes = &self.nodes;
        // What goes with a relation comes back with it.
        let gone = |on: &ObjectName| nodes.contains(&Node::Relation(on.clone()));
        self.fallen.policies.retain(|(on, _)| !gone(on));
        self.fallen.rules.retain(|(on, _)| !gone(on));
        self.fallen
    }

    /// What is read before what reads it; what reads itself in a ring is an obstacle.
    fn in_order(&mut self) -> Vec<Node> {
        let mut below: BTreeMap<Node, BTreeSet<Node>> = self
            .nodes
            .iter()
            .map(|node| (node.clone(), BTreeSet::new()))
            .collect();
        for (read, ties) in &self.ties {
            if !self.nodes.contains(read) {
                continue;
            }
            for (reader, _, _) in ties {
                let reader = match reader {
                    Reader::Relation(name) | Reader::Column { of: name, .. } => {
                        Node::Relation(name.clone())
                    }
                    Reader::Function(name) => Node::Function(name.clone()),
                    Reader::Rule { on, .. } => Node::Relation(on.clone()),
                    Reader::Policy { .. } | Reader::Default { .. } => continue,
                };
                if let Some(reads) = below.get_mut(&reader)
                    && reader != *read
                {
                    reads.insert(read.clone());
                }
            }
        }
        let mut order = Vec::with_capacity(below.len());
        while !below.is_empty() {
            let ready: Vec<Node> = below
                .iter()
                .filter(|(_, reads)| reads.iter().all(|read| !below.contains_key(read)))
                .map(|(node, _)| node.clone())
                .collect();
            if ready.is_empty() {
                for node in below.into_keys() {
                    self.fallen.obstacles.push(Refusal {
                        object: self.name(&node),
                        text: format!("{} reads itself through others", shown(&node)),
                        hint: None,
                    });
                }
                break;
            }
            for node in ready {
                below.remove(&node);
                order.push(node);
            }
        }
        order
    }

    fn name(&self, node: &Node) -> ObjectName {
        match node {
            Node::Relation(name) => name.clone(),
            Node::Function(function) => function.name.clone(),
        }
    }
}

/// A node, for people.
pub(super) fn shown(node: &Node) -> String {
    match node {
        Node::Relation(name) => name.to_string(),
        Node::Function(name) => format!("function {name}"),
    }
}
