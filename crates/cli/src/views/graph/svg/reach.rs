//! What each node lights up when the pointer is over it.
//!
//! Everything up and down from it, as long as the picture stays small enough for that; in larger
//! ones its neighbours alone.

use super::super::Picture;
use super::ranks::Neighbours;

/// The largest picture in which a node lights up all that is connected with it.
const FAR: usize = 300;

/// For each node the nodes upward and downward of it, itself included.
pub(super) struct Reached {
    upward: Vec<Vec<usize>>,
    downward: Vec<Vec<usize>>,
    neighbours: Vec<Vec<usize>>,
}

impl Reached {
    pub(super) fn of(picture: &Picture, next: &Neighbours) -> Self {
        let nodes = 0..picture.nodes.len();
        if picture.nodes.len() > FAR {
            let near = |node: usize| [next.reads(node), next.readers(node)].concat();
            return Self {
                upward: nodes.clone().map(|node| vec![node]).collect(),
                downward: nodes.clone().map(|node| vec![node]).collect(),
                neighbours: nodes.map(near).collect(),
            };
        }
        let upward: Vec<_> = nodes
            .clone()
            .map(|node| walk(node, picture.nodes.len(), |node| next.readers(node)))
            .collect();
        let downward: Vec<_> = nodes
            .map(|node| walk(node, picture.nodes.len(), |node| next.reads(node)))
            .collect();
        let both = upward.iter().zip(&downward);
        Self {
            neighbours: both
                .map(|(up, down)| [up.as_slice(), down].concat())
                .collect(),
            upward,
            downward,
        }
    }

    pub(super) fn upward(&self, node: usize) -> &[usize] {
        self.upward.get(node).map_or(&[], Vec::as_slice)
    }

    pub(super) fn downward(&self, node: usize) -> &[usize] {
        self.downward.get(node).map_or(&[], Vec::as_slice)
    }

    /// The nodes that light up this one, without itself.
    pub(super) fn both(&self, node: usize) -> impl Iterator<Item = usize> + use<'_> {
        let both = self.neighbours.get(node).into_iter().flatten().copied();
        both.filter(move |other| *other != node)
    }
}

fn walk<'a>(start: usize, nodes: usize, next: impl Fn(usize) -> &'a [usize]) -> Vec<usize> {
    let mut seen = super::Each::new(nodes, false);
    seen.set(start, true);
    let mut reached = vec![start];
    let mut open = vec![start];
    while let Some(node) = open.pop() {
        for other in next(node) {
            if !seen.get(*other) {
                seen.set(*other, true);
                reached.push(*other);
                open.push(*other);
            }
        }
    }
    reached.sort_unstable();
    reached
}
