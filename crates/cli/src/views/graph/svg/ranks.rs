//! Who stands in which row: layers from the ground up, wide layers in several rows, and for each
//! edge over several rows a bend in every row between.
//!
//! All edges of one node share their bends, like branches of one trunk.

use super::super::{Node, Picture};
use super::{Each, length, mean};

/// The height of a node.
pub(super) const NODE_HEIGHT: f64 = 44.0;
/// The room between two nodes of a row.
const NODE_GAP: f64 = 20.0;
/// The room of a bend, and between a bend and a node.
const BEND_WIDTH: f64 = 2.0;
const BEND_GAP: f64 = 12.0;
/// The room between bends.
const TRUNK_GAP: f64 = 5.0;
/// The longest label, in letters.
pub(super) const LABEL: usize = 30;

/// One place in a row: a node, or a bend of the trunk of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell {
    Node(usize),
    Bend,
}

/// One layer, or what has none.
#[derive(Debug, Clone)]
pub(super) struct Stratum {
    pub(super) layer: Option<u32>,
    pub(super) nodes: usize,
    /// How many rows it has.
    pub(super) rows: usize,
}

/// Rows of cells and the links between neighbouring rows.
#[derive(Debug, Clone)]
pub(super) struct Ranks {
    /// From the ground up.
    pub(super) strata: Vec<Stratum>,
    /// The cells of each row, from the ground up, from left to right.
    pub(super) rows: Vec<Vec<usize>>,
    pub(super) cells: Vec<Cell>,
    pub(super) widths: Each<f64>,
    /// The cells of the row above, and of the row below, that each cell is linked to.
    pub(super) above: Vec<Vec<usize>>,
    pub(super) below: Vec<Vec<usize>>,
    /// For each edge of the picture its cells from what is read to the reader; two cells that are
    /// not in neighbouring rows where a cycle leaves no way up.
    pub(super) routes: Vec<Vec<usize>>,
}

impl Ranks {
    pub(super) fn of(picture: &Picture) -> Self {
        let mut groups = picture.strata();
        let neighbours = Neighbours::of(picture);
        let along = neighbours.settle(&mut groups);
        let widths: Vec<f64> = picture.nodes.iter().map(width).collect();
        let mut ranks = Self {
            strata: Vec::new(),
            rows: Vec::new(),
            cells: (0..picture.nodes.len()).map(Cell::Node).collect(),
            widths: Each(widths),
            above: vec![Vec::new(); picture.nodes.len()],
            below: vec![Vec::new(); picture.nodes.len()],
            routes: Vec::new(),
        };
        let wrap = wrap_at(picture.nodes.len());
        for (layer, nodes) in groups {
            let rows = ranks.broken(&nodes, wrap, &neighbours);
            ranks.strata.push(Stratum {
                layer,
                nodes: nodes.len(),
                rows: rows.len(),
            });
            ranks.rows.extend(rows);
        }
        ranks.link(picture, &along);
        ranks
    }

    /// The distance that the middles of two neighbours in a row keep.
    pub(super) fn distance(&self, left: usize, right: usize) -> f64 {
        let bend = |cell: usize| self.cells.get(cell) == Some(&Cell::Bend);
        let gap = match (bend(left), bend(right)) {
            (true, true) => TRUNK_GAP,
            (false, false) => NODE_GAP,
            _ => BEND_GAP,
        };
        f64::midpoint(self.widths.get(left), self.widths.get(right)) + gap
    }

    /// Breaks a layer into rows. Nodes come in the order of where they belong from left to right,
    /// so each column takes the next few; in a column those with most readers stand highest.
    fn broken(&self, nodes: &[usize], wrap: f64, neighbours: &Neighbours) -> Vec<Vec<usize>> {
        let total: f64 = nodes
            .iter()
            .map(|node| self.widths.get(*node) + NODE_GAP)
            .sum();
        let rows = (1..=nodes.len()).find(|rows| total / length(*rows) <= wrap);
        let rows = rows.unwrap_or(1);
        let mut broken = vec![Vec::new(); rows];
        for column in nodes.chunks(rows) {
            let mut column = column.to_vec();
            column.sort_by_key(|node| neighbours.readers(*node).len());
            // A short last column fills the lowest rows of the others' height.
            for (row, node) in broken.iter_mut().zip(column) {
                row.push(node);
            }
        }
        broken
    }

    /// Leads every edge up through the rows between its ends.
    fn link(&mut self, picture: &Picture, along: &Each<f64>) {
        let mut row_of = Each::new(picture.nodes.len(), 0);
        for (number, row) in self.rows.iter().enumerate() {
            row.iter().for_each(|node| row_of.set(*node, number));
        }
        let mut upward: Vec<Vec<(usize, usize)>> = vec![Vec::new(); picture.nodes.len()];
        self.routes = vec![Vec::new(); picture.edges.len()];
        for (number, edge) in picture.edges.iter().enumerate() {
            let (read, reader) = (edge.ends.read, edge.ends.reader);
            if row_of.get(read) < row_of.get(reader) {
                if let Some(own) = upward.get_mut(read) {
                    own.push((reader, number));
                }
            } else if let Some(route) = self.routes.get_mut(number) {
                *route = vec![read, reader];
            }
        }
        let mut keys: Vec<f64> = along.0.clone();
        for (node, mut readers) in upward.into_iter().enumerate() {
            readers.sort_by_key(|(reader, _)| row_of.get(*reader));
            let aim = mean(readers.iter().map(|(reader, _)| along.get(*reader)));
            let mut trunk = vec![node];
            for (reader, edge) in readers {
                for row in row_of.get(node) + trunk.len()..row_of.get(reader) {
                    let bend = self.bend(row, trunk.last().copied());
                    keys.push(f64::midpoint(along.get(node), aim.unwrap_or_default()));
                    trunk.push(bend);
                }
                let rise = row_of.get(reader) - row_of.get(node);
                let mut route: Vec<usize> = trunk.iter().copied().take(rise).collect();
                if let Some(last) = route.last() {
                    self.join(*last, reader);
                }
                route.push(reader);
                if let Some(place) = self.routes.get_mut(edge) {
                    *place = route;
                }
            }
        }
        let keys = Each(keys);
        for row in &mut self.rows {
            row.sort_by(|a, b| keys.get(*a).total_cmp(&keys.get(*b)));
        }
    }

    fn bend(&mut self, row: usize, below: Option<usize>) -> usize {
        let cell = self.cells.len();
        self.cells.push(Cell::Bend);
        self.widths.0.push(BEND_WIDTH);
        self.above.push(Vec::new());
        self.below.push(Vec::new());
        if let Some(row) = self.rows.get_mut(row) {
            row.push(cell);
        }
        if let Some(below) = below {
            self.join(below, cell);
        }
        cell
    }

    fn join(&mut self, below: usize, above: usize) {
        if let Some(cells) = self.above.get_mut(below) {
            cells.push(above);
        }
        if let Some(cells) = self.below.get_mut(above) {
            cells.push(below);
        }
    }
}

/// The width at which a layer goes on in another row: a screen, more for very many nodes.
fn wrap_at(nodes: usize) -> f64 {
    let most = 1500.0 + 1.6 * length(nodes.saturating_sub(200));
    (length(nodes) * 190.0 * 110.0).sqrt().clamp(1100.0, most)
}

/// The room that a node needs for its label and its schema.
fn width(node: &Node) -> f64 {
    let letters = |text: &str, most: usize| length(text.chars().count().min(most));
    let wide = |text: &str| length(text.chars().filter(|c| *c > '\u{2e80}').count()) * 5.0;
    let name = letters(&node.parts.name, LABEL) * 7.55 + wide(&node.parts.name);
    let schema = letters(&node.parts.schema, LABEL) * 6.4 + wide(&node.parts.schema);
    (name.max(schema) + 38.0 + 13.0).max(104.0).round()
}

/// What each node reads and who reads it, by number.
pub(super) struct Neighbours {
    reads: Vec<Vec<usize>>,
    readers: Vec<Vec<usize>>,
}

impl Neighbours {
    pub(super) fn of(picture: &Picture) -> Self {
        let mut found = Self {
            reads: vec![Vec::new(); picture.nodes.len()],
            readers: vec![Vec::new(); picture.nodes.len()],
        };
        for edge in &picture.edges {
            if let Some(reads) = found.reads.get_mut(edge.ends.reader) {
                reads.push(edge.ends.read);
            }
            if let Some(readers) = found.readers.get_mut(edge.ends.read) {
                readers.push(edge.ends.reader);
            }
        }
        found
    }

    pub(super) fn reads(&self, node: usize) -> &[usize] {
        self.reads.get(node).map_or(&[], Vec::as_slice)
    }

    pub(super) fn readers(&self, node: usize) -> &[usize] {
        self.readers.get(node).map_or(&[], Vec::as_slice)
    }

    /// Orders the layers by where the neighbours of their nodes stand, up and down in turn; gives
    /// the place of each node along its layer, from 0 to 1.
    fn settle(&self, strata: &mut [(Option<u32>, Vec<usize>)]) -> Each<f64> {
        let mut along = Each::new(self.reads.len(), 0.0);
        strata
            .iter()
            .for_each(|(_, nodes)| spread(nodes, &mut along));
        for round in 0..8 {
            let up = round % 2 == 0;
            let mut settle = |nodes: &mut Vec<usize>| {
                let key = |node: usize| {
                    let next = if up {
                        self.reads(node)
                    } else {
                        self.readers(node)
                    };
                    mean(next.iter().map(|next| along.get(*next))).unwrap_or(along.get(node))
                };
                let mut keyed: Vec<(f64, usize)> = nodes.iter().map(|n| (key(*n), *n)).collect();
                keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
                *nodes = keyed.into_iter().map(|(_, node)| node).collect();
                spread(nodes, &mut along);
            };
            if up {
                strata.iter_mut().for_each(|(_, nodes)| settle(nodes));
            } else {
                strata.iter_mut().rev().for_each(|(_, nodes)| settle(nodes));
            }
        }
        along
    }
}

fn spread(nodes: &[usize], along: &mut Each<f64>) {
    for (at, node) in nodes.iter().enumerate() {
        along.set(*node, (length(at) + 0.5) / length(nodes.len()));
    }
}
