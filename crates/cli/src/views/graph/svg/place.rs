//! The place of every cell: rows as close as they may be, edges as straight as they can be.
//!
//! Within a row the order is fixed and neighbours keep their distance; each cell wants to stand
//! at the mean of what it is linked to. The nearest places that keep the distances are an isotonic
//! regression, solved by pooling neighbours that push each other.

use super::ranks::{Cell, NODE_HEIGHT, Ranks};
use super::{Each, mean};

/// The room left of the rows for the names of the layers.
pub(super) const GUTTER: f64 = 132.0;
/// The room above the layers for the title, and below them for the legend.
pub(super) const HEADER: f64 = 84.0;
pub(super) const FOOTER: f64 = 68.0;
/// The room around the rows of a layer, between its rows, and between layers.
const PADDING: f64 = 17.0;
const ROW_GAP: f64 = 38.0;
const LAYER_GAP: f64 = 30.0;
/// The room on the right, and the least width of the rows.
const MARGIN: f64 = 36.0;
const LEAST: f64 = 620.0;
/// More room around what has no layer, for the bows of its cycles.
const BOWS: f64 = 26.0;

/// The band of one layer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Band {
    pub(super) top: f64,
    pub(super) height: f64,
}

/// Where everything is.
#[derive(Debug, Clone)]
pub(super) struct Places {
    pub(super) width: f64,
    pub(super) height: f64,
    /// In the order of the strata.
    pub(super) bands: Vec<Band>,
    /// The middle of each cell, and the top of its row.
    pub(super) middle: Each<f64>,
    pub(super) top: Each<f64>,
}

impl Places {
    pub(super) fn of(ranks: &Ranks) -> Self {
        let (middle, width) = across(ranks);
        let mut places = Self {
            width: GUTTER + width + MARGIN,
            height: 0.0,
            bands: Vec::new(),
            middle,
            top: Each::new(ranks.cells.len(), 0.0),
        };
        places.stack(ranks);
        places
    }

    /// Stacks the layers, the last one on top.
    fn stack(&mut self, ranks: &Ranks) {
        let mut y = HEADER;
        let mut rows = ranks.rows.iter().rev();
        for stratum in ranks.strata.iter().rev() {
            let top = y;
            let padding = PADDING + if stratum.layer.is_none() { BOWS } else { 0.0 };
            y += padding;
            for row in rows.by_ref().take(stratum.rows) {
                row.iter().for_each(|cell| self.top.set(*cell, y));
                y += NODE_HEIGHT + ROW_GAP;
            }
            y += padding - ROW_GAP;
            self.bands.push(Band {
                top,
                height: y - top,
            });
            y += LAYER_GAP;
        }
        self.bands.reverse();
        self.height = y - LAYER_GAP.min(y - HEADER) + FOOTER;
    }
}

/// The middles of all cells, and the width of the widest row.
fn across(ranks: &Ranks) -> (Each<f64>, f64) {
    let rows: Vec<Row> = ranks
        .rows
        .iter()
        .map(|cells| Row::of(ranks, cells))
        .collect();
    let width = rows.iter().map(|row| row.width).fold(LEAST, f64::max);
    let mut middle = Each::new(ranks.cells.len(), 0.0);
    for row in &rows {
        let start = (width - row.width) / 2.0 + row.first;
        for (cell, offset) in row.cells.iter().zip(&row.offsets) {
            middle.set(*cell, start + offset);
        }
    }
    for sweep in 0..24 {
        let wish = match sweep {
            _ if sweep >= 18 => Wish::Both,
            _ if sweep % 2 == 0 => Wish::Below,
            _ => Wish::Above,
        };
        let settle = |row: &Row, middle: &mut Each<f64>| row.settle(ranks, wish, width, middle);
        if sweep % 2 == 0 {
            rows.iter().for_each(|row| settle(row, &mut middle));
        } else {
            rows.iter().rev().for_each(|row| settle(row, &mut middle));
        }
    }
    middle.0.iter_mut().for_each(|x| *x += GUTTER);
    (middle, width)
}

/// Which links a cell follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Below,
    Above,
    Both,
}

/// A row with the least offset of each of its cells from the first.
struct Row<'a> {
    cells: &'a [usize],
    offsets: Vec<f64>,
    /// From the left edge to the middle of the first cell.
    first: f64,
    width: f64,
}

impl<'a> Row<'a> {
    fn of(ranks: &Ranks, cells: &'a [usize]) -> Self {
        let mut offsets = Vec::with_capacity(cells.len());
        let mut offset = 0.0;
        let mut before = None;
        for cell in cells {
            if let Some(before) = before {
                offset += ranks.distance(before, *cell);
            }
            offsets.push(offset);
            before = Some(*cell);
        }
        let half = |cell: Option<&usize>| cell.map_or(0.0, |cell| ranks.widths.get(*cell) / 2.0);
        let first = half(cells.first());
        Self {
            width: first + offset + half(cells.last()),
            first,
            cells,
            offsets,
        }
    }

    fn settle(&self, ranks: &Ranks, wish: Wish, width: f64, middle: &mut Each<f64>) {
        let wishes = self.cells.iter().zip(&self.offsets).map(|(cell, offset)| {
            let (place, weight) = wished(ranks, *cell, wish, middle);
            Pool {
                place: place - offset,
                weight,
                cells: 1,
            }
        });
        let (least, most) = (self.first, width - self.width + self.first);
        let mut cells = self.cells.iter().zip(&self.offsets);
        for pool in pooled(wishes) {
            let place = pool.place.clamp(least, most.max(least));
            for (cell, offset) in cells.by_ref().take(pool.cells) {
                middle.set(*cell, place + offset);
            }
        }
    }
}

/// Where a cell wants to stand, and how much. Trunks hold on to each other most: an edge over
/// many rows is to be straight.
fn wished(ranks: &Ranks, cell: usize, wish: Wish, middle: &Each<f64>) -> (f64, f64) {
    let linked = |links: &[Vec<usize>], wanted: bool| {
        let links = links.get(cell).filter(|_| wanted);
        links.cloned().unwrap_or_default()
    };
    let mut others = linked(&ranks.below, wish != Wish::Above);
    others.extend(linked(&ranks.above, wish != Wish::Below));
    let bend = ranks.cells.get(cell) == Some(&Cell::Bend);
    let each = if bend { 4.0 } else { 1.0 };
    match mean(others.iter().map(|other| middle.get(*other))) {
        Some(place) => (place, each * super::length(others.len()).sqrt()),
        None => (middle.get(cell), 0.05),
    }
}

/// Neighbours that stand as close as they may and move as one.
#[derive(Debug, Clone, Copy)]
struct Pool {
    place: f64,
    weight: f64,
    cells: usize,
}

/// Pools neighbours until the places grow from left to right.
fn pooled(wishes: impl Iterator<Item = Pool>) -> Vec<Pool> {
    let mut pools: Vec<Pool> = Vec::new();
    for mut pool in wishes {
        while let Some(before) = pools.pop_if(|before| before.place > pool.place) {
            let weight = before.weight + pool.weight;
            pool = Pool {
                place: (before.place * before.weight + pool.place * pool.weight) / weight,
                weight,
                cells: before.cells + pool.cells,
            };
        }
        pools.push(pool);
    }
    pools
}
