//! Layers by true depth, and the order that follows from them.
//!
//! A layer is the length of the longest path to the ground, so whatever an object reads stands on
//! a lower layer. **The order is by layer, then by name:** it depends on the graph alone.

use std::collections::BTreeMap;

use super::dense::{Dense, PerNode};
use super::{Graph, NodeKind};
use crate::model::name::ObjectName;

/// The layer of each node, in the order of names: nodes are taken off as soon as all that they
/// read is taken off, and what is left over stands in or above a cycle.
pub(super) fn layers(
    kinds: &BTreeMap<ObjectName, NodeKind>,
    dense: &Dense<'_>,
) -> Vec<Option<u32>> {
    let mut layers = PerNode::new(dense.len(), None);
    let mut waits_for = PerNode::new(dense.len(), 0);
    let mut depth = PerNode::new(dense.len(), 0);
    let mut ready = Vec::new();
    for (id, kind) in kinds.values().enumerate() {
        waits_for.set(id, dense.reads(id).len());
        depth.set(id, u32::from(*kind == NodeKind::Declared));
        if dense.reads(id).is_empty() {
            ready.push(id);
        }
    }
    while let Some(id) = ready.pop() {
        let layer = depth.get(id);
        layers.set(id, Some(layer));
        for &reader in dense.readers(id) {
            depth.set(reader, depth.get(reader).max(layer.saturating_add(1)));
            waits_for.set(reader, waits_for.get(reader) - 1);
            if waits_for.get(reader) == 0 {
                ready.push(reader);
            }
        }
    }
    layers.into_vec()
}

impl Graph {
    /// The nodes of each layer from the ground up, by name within a layer. Objects in or above a
    /// cycle are on none.
    #[must_use]
    pub fn layers(&self) -> Vec<Vec<&ObjectName>> {
        let mut layers = Vec::new();
        for (name, (_, layer)) in &self.nodes {
            let Some(layer) = layer.and_then(|layer| usize::try_from(layer).ok()) else {
                continue;
            };
            if layers.len() <= layer {
                layers.resize_with(layer + 1, Vec::new);
            }
            if let Some(names) = layers.get_mut(layer) {
                names.push(name);
            }
        }
        layers
    }

    /// All nodes, each after everything that it reads. Objects in or above a cycle have no place
    /// in any order and are left out.
    #[must_use]
    pub fn order(&self) -> Vec<&ObjectName> {
        self.layers().into_iter().flatten().collect()
    }

    /// The nodes that have no layer: they stand in a cycle or above one.
    #[must_use]
    pub fn without_layer(&self) -> Vec<&ObjectName> {
        let nodes = self.nodes.iter();
        nodes
            .filter(|(_, (_, layer))| layer.is_none())
            .map(|(name, _)| name)
            .collect()
    }
}
