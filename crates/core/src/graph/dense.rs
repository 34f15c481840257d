//! The graph with numbers for names, so that walks cost no comparing of texts.
//!
//! Numbers follow the order of names; whatever walks in the order of numbers is deterministic.

use std::collections::{BTreeMap, BTreeSet};

use super::Edge;
use crate::model::name::ObjectName;

/// The number of a node.
pub(super) type Id = usize;

/// A value for each node.
#[derive(Debug, Clone)]
pub(super) struct PerNode<T>(Vec<T>);

impl<T: Copy + Default> PerNode<T> {
    pub(super) fn new(nodes: usize, value: T) -> Self {
        Self(vec![value; nodes])
    }

    pub(super) fn get(&self, id: Id) -> T {
        self.0.get(id).copied().unwrap_or_default()
    }

    pub(super) fn set(&mut self, id: Id, value: T) {
        if let Some(place) = self.0.get_mut(id) {
            *place = value;
        }
    }

    pub(super) fn into_vec(self) -> Vec<T> {
        self.0
    }
}

/// Names by number, and for each the numbers of what it reads and of its readers, ascending.
#[derive(Debug)]
pub(super) struct Dense<'a> {
    pub(super) names: Vec<&'a ObjectName>,
    reads: Vec<Vec<Id>>,
    readers: Vec<Vec<Id>>,
}

impl<'a> Dense<'a> {
    /// Numbers the names, which come in their order, and keeps the edges between them.
    pub(super) fn new(
        names: Vec<&'a ObjectName>,
        edges: &BTreeMap<(ObjectName, ObjectName), Edge>,
    ) -> Self {
        let mut dense = Self {
            reads: vec![Vec::new(); names.len()],
            readers: vec![Vec::new(); names.len()],
            names,
        };
        let mut last: Option<(&ObjectName, Option<Id>)> = None;
        for (reader, read) in edges.keys() {
            let from = match last {
                Some((name, id)) if name == reader => id,
                _ => dense.id(reader),
            };
            last = Some((reader, from));
            if let (Some(from), Some(to)) = (from, dense.id(read)) {
                dense.connect(from, to);
            }
        }
        dense
    }

    fn connect(&mut self, from: Id, to: Id) {
        if let Some(reads) = self.reads.get_mut(from) {
            reads.push(to);
        }
        if let Some(readers) = self.readers.get_mut(to) {
            readers.push(from);
        }
    }

    fn id(&self, name: &ObjectName) -> Option<Id> {
        self.names.binary_search(&name).ok()
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    pub(super) fn name(&self, id: Id) -> Option<&'a ObjectName> {
        self.names.get(id).copied()
    }

    pub(super) fn reads(&self, id: Id) -> &[Id] {
        self.reads.get(id).map_or(&[], Vec::as_slice)
    }

    pub(super) fn readers(&self, id: Id) -> &[Id] {
        self.readers.get(id).map_or(&[], Vec::as_slice)
    }

    /// The neighbours of every node by name, built at once from what is in order already.
    pub(super) fn by_name(
        &self,
        next: impl Fn(&Self, Id) -> &[Id],
    ) -> BTreeMap<ObjectName, BTreeSet<ObjectName>> {
        let nodes = self.names.iter().enumerate().map(|(id, name)| {
            let names = next(self, id).iter().filter_map(|id| self.name(*id));
            ((*name).clone(), names.cloned().collect())
        });
        nodes.collect()
    }
}
