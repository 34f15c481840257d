//! Who reads whom, floor 3: order, layers, closure, cycles, selection, and lineage across objects.
//!
//! Upward means towards the readers, downward towards what is read. **No SQL text here:** edges
//! come from references that floor 0 found.

pub mod lineage;

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Location;
use crate::model::catalog::Declared;
use crate::model::name::ObjectName;

/// What a node of the graph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeKind {
    Declared,
    /// Read by an object and declared by none.
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
#[derive(Debug, Clone, Default)]
pub struct Graph {
    /// All nodes with their layer: externals stand on layer 0, an object one above the highest
    /// that it reads. Objects in or above a cycle have no layer.
    pub nodes: BTreeMap<ObjectName, (NodeKind, Option<u32>)>,
    pub reads: BTreeMap<ObjectName, BTreeSet<ObjectName>>,
    pub readers: BTreeMap<ObjectName, BTreeSet<ObjectName>>,
    pub edges: BTreeMap<(ObjectName, ObjectName), Edge>,
}

impl Graph {
    #[must_use]
    pub fn build(_catalog: &Declared) -> Self {
        Self::default()
    }
}
