//! Who reads whom, floor 3: order, layers, closure, cycles, selection, and lineage across objects.
//!
//! Upward means towards the readers, downward towards what is read. **No SQL text here:** edges
//! come from references that floor 0 found. **No recursion over the graph:** a chain of 100,000
//! objects is walked with the same stack as a chain of two.

mod closure;
mod cycle;
mod dense;
mod mention;
mod order;

pub mod impact;
pub mod lineage;
pub mod select;
mod selection_error;

use std::collections::{BTreeMap, BTreeSet};

pub use closure::Towards;
pub use mention::Mention;
pub use selection_error::SelectionError;

use dense::Dense;

use crate::diagnostic::Location;
use crate::model::catalog::Declared;
use crate::model::name::ObjectName;

/// What a node of the graph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeKind {
    Declared,
    /// Read by an object, or written by a sink, and declared by none.
    External,
}

/// One object reads another, at these places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    pub reader: ObjectName,
    pub read: ObjectName,
    pub at: Vec<Location>,
}

/// A loop of objects that read each other: each reads the next, the last reads the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle {
    pub edges: Vec<Edge>,
}

/// The graph of one declared catalog.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Graph {
    /// All nodes with their layer: externals stand on layer 0, an object one above the highest
    /// that it reads, and on layer 1 when it reads nothing. Objects in or above a cycle have no
    /// layer. An external that a sink writes into stands above that sink.
    pub nodes: BTreeMap<ObjectName, (NodeKind, Option<u32>)>,
    /// What each node reads; every node has its entry.
    pub reads: BTreeMap<ObjectName, BTreeSet<ObjectName>>,
    /// Who reads each node; every node has its entry.
    pub readers: BTreeMap<ObjectName, BTreeSet<ObjectName>>,
    /// By reader, then by what is read.
    pub edges: BTreeMap<(ObjectName, ObjectName), Edge>,
}

impl Graph {
    /// Builds the graph of a catalog: what the queries read, what sinks and subscriptions take
    /// from, which tables sinks write into, and which declared functions are called.
    #[must_use]
    pub fn build(catalog: &Declared) -> Self {
        Self::of(catalog.objects.keys().cloned(), mention::collect(catalog))
    }

    /// Builds the graph of declared names and of all mentions, in any order.
    #[must_use]
    pub fn of(declared: impl IntoIterator<Item = ObjectName>, mut mentions: Vec<Mention>) -> Self {
        mentions.sort_unstable();
        let edges: BTreeMap<_, _> = mentions
            .chunk_by(|a, b| a.reader == b.reader && a.read == b.read)
            .filter_map(edge_of)
            .collect();
        let mut kinds: BTreeMap<_, _> = declared
            .into_iter()
            .map(|name| (name, NodeKind::Declared))
            .collect();
        for name in edges.keys().flat_map(|(reader, read)| [reader, read]) {
            if !kinds.contains_key(name) {
                kinds.insert(name.clone(), NodeKind::External);
            }
        }
        let dense = Dense::new(kinds.keys().collect(), &edges);
        let layers = order::layers(&kinds, &dense);
        let reads = dense.by_name(Dense::reads);
        let readers = dense.by_name(Dense::readers);
        let nodes = kinds.into_iter().zip(layers);
        Self {
            nodes: nodes
                .map(|((name, kind), layer)| (name, (kind, layer)))
                .collect(),
            reads,
            readers,
            edges,
        }
    }

    /// The layer of a node; none for a name that is not in the graph, in a cycle or above one.
    #[must_use]
    pub fn layer(&self, name: &ObjectName) -> Option<u32> {
        self.nodes.get(name).and_then(|(_, layer)| *layer)
    }
}

fn edge_of(mentions: &[Mention]) -> Option<((ObjectName, ObjectName), Edge)> {
    let first = mentions.first()?;
    let mut at: Vec<Location> = mentions.iter().map(|mention| mention.at.clone()).collect();
    at.dedup();
    let edge = Edge {
        reader: first.reader.clone(),
        read: first.read.clone(),
        at,
    };
    Some(((first.reader.clone(), first.read.clone()), edge))
}

#[cfg(test)]
mod fixture;

#[cfg(test)]
mod tests;
