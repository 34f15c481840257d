//! Cycles: every group of objects that read each other, told as its shortest loop.
//!
//! A group is a strongly connected component with at least one edge inside. One loop a group is
//! told, because mending it is the first step of mending the group. **The loop is the shortest of
//! its group**; in a group so large that comparing all its loops would take more than
//! [`STEPS`] steps it is the shortest that was found in them.

use super::dense::{Dense, Id, PerNode};
use super::{Cycle, Graph};

/// How many edges are looked at for the shortest loop of one group.
const STEPS: usize = 2_000_000;

impl Graph {
    /// One cycle for each group of objects that read each other, by the least name in the loop;
    /// each loop starts with its least name.
    #[must_use]
    pub fn cycles(&self) -> Vec<Cycle> {
        let names = self.without_layer();
        if names.is_empty() {
            return Vec::new();
        }
        let dense = Dense::new(names, &self.edges);
        let groups = groups(&dense);
        let mut group_of = PerNode::new(dense.len(), 0);
        for (number, group) in groups.iter().enumerate() {
            group.iter().for_each(|&id| group_of.set(id, number));
        }
        let mut search = Search {
            dense: &dense,
            group_of,
            came_from: PerNode::new(dense.len(), 0),
            seen_in: PerNode::new(dense.len(), 0),
            rounds: 0,
        };
        let mut loops: Vec<Vec<Id>> = groups
            .iter()
            .filter_map(|group| search.shortest_loop(group))
            .collect();
        loops.sort_unstable();
        loops.iter().map(|ids| self.told(&dense, ids)).collect()
    }

    fn told(&self, dense: &Dense<'_>, ids: &[Id]) -> Cycle {
        let next = ids.iter().cycle().skip(1);
        let edges = ids.iter().zip(next).filter_map(|(&reader, &read)| {
            let key = (dense.name(reader)?.clone(), dense.name(read)?.clone());
            self.edges.get(&key).cloned()
        });
        Cycle {
            edges: edges.collect(),
        }
    }
}

/// A node that is being walked: how many of what it reads are done.
struct Visit {
    id: Id,
    done: usize,
}

/// The strongly connected components, each in the order of its numbers, after Tarjan.
fn groups(dense: &Dense<'_>) -> Vec<Vec<Id>> {
    // 0 is "not seen"; a node is given the count of nodes seen so far.
    let mut number = PerNode::new(dense.len(), 0_usize);
    let mut lowest = PerNode::new(dense.len(), 0_usize);
    let mut waiting = PerNode::new(dense.len(), false);
    let (mut count, mut stack, mut groups) = (0, Vec::new(), Vec::new());
    for root in 0..dense.len() {
        if number.get(root) != 0 {
            continue;
        }
        let mut path = vec![Visit { id: root, done: 0 }];
        while let Some(Visit { id, done }) = path.last_mut() {
            let id = *id;
            if number.get(id) == 0 {
                count += 1;
                number.set(id, count);
                lowest.set(id, count);
                waiting.set(id, true);
                stack.push(id);
            }
            if let Some(&read) = dense.reads(id).get(*done) {
                *done += 1;
                if number.get(read) == 0 {
                    path.push(Visit { id: read, done: 0 });
                } else if waiting.get(read) {
                    lowest.set(id, lowest.get(id).min(number.get(read)));
                }
                continue;
            }
            path.pop();
            if let Some(reader) = path.last() {
                let low = lowest.get(reader.id).min(lowest.get(id));
                lowest.set(reader.id, low);
            }
            if lowest.get(id) == number.get(id) {
                let at = stack.iter().rposition(|&other| other == id);
                let mut group = stack.split_off(at.unwrap_or(0));
                group.iter().for_each(|&other| waiting.set(other, false));
                group.sort_unstable();
                groups.push(group);
            }
        }
    }
    groups
}

/// The search for short loops, with its tables used again and again.
struct Search<'a> {
    dense: &'a Dense<'a>,
    group_of: PerNode<usize>,
    came_from: PerNode<Id>,
    seen_in: PerNode<usize>,
    rounds: usize,
}

impl Search<'_> {
    /// The shortest loop of a group: from each of its nodes in turn, breadth first.
    fn shortest_loop(&mut self, group: &[Id]) -> Option<Vec<Id>> {
        let mut best: Option<Vec<Id>> = None;
        let mut steps = 0;
        for &start in group {
            let below = best.as_ref().map_or(usize::MAX, Vec::len);
            if below == 1 || (steps > STEPS && best.is_some()) {
                break;
            }
            best = self.loop_through(start, below, &mut steps).or(best);
        }
        best
    }

    /// The shortest loop through one node with fewer than `below` nodes.
    fn loop_through(&mut self, start: Id, below: usize, steps: &mut usize) -> Option<Vec<Id>> {
        self.rounds += 1;
        let mut wave = vec![start];
        let mut length = 1;
        while !wave.is_empty() && length < below {
            let mut next = Vec::new();
            for &id in &wave {
                for &read in self.dense.reads(id) {
                    *steps += 1;
                    if read == start {
                        return Some(self.way_back(start, id));
                    }
                    let inside = self.group_of.get(read) == self.group_of.get(start);
                    if inside && self.seen_in.get(read) != self.rounds {
                        self.seen_in.set(read, self.rounds);
                        self.came_from.set(read, id);
                        next.push(read);
                    }
                }
            }
            wave = next;
            length += 1;
        }
        None
    }

    fn way_back(&self, start: Id, end: Id) -> Vec<Id> {
        let mut nodes = vec![end];
        let mut at = end;
        while at != start {
            at = self.came_from.get(at);
            nodes.push(at);
        }
        nodes.reverse();
        nodes
    }
}
