//! The order within each row: few crossings, by barycenter sweeps and swaps of neighbours.
//!
//! The best order that was seen is kept, so more sweeps never make a picture worse.

use super::ranks::Ranks;
use super::{Each, length, mean};

/// How often the rows are swept, up and down in turn.
const SWEEPS: usize = 14;
/// Swapping neighbours is worth its time up to this many cells.
const SWAPS: usize = 1500;

/// Orders the cells of all rows.
pub(super) fn untangle(ranks: &mut Ranks) {
    let mut at = Each::new(ranks.cells.len(), 0);
    note_all(&ranks.rows, &mut at);
    let mut best = (crossings(ranks, &at), ranks.rows.clone());
    for sweep in 0..SWEEPS {
        if best.0 == 0 {
            break;
        }
        let up = sweep % 2 == 0;
        let rows = ranks.rows.len();
        for step in 0..rows {
            let row = if up { step } else { rows - 1 - step };
            settle(ranks, row, up, &mut at);
        }
        if ranks.cells.len() <= SWAPS {
            swap(ranks, &mut at);
        }
        let crossings = crossings(ranks, &at);
        if crossings < best.0 {
            best = (crossings, ranks.rows.clone());
        }
    }
    ranks.rows = best.1;
}

fn note_all(rows: &[Vec<usize>], at: &mut Each<usize>) {
    rows.iter().for_each(|row| note(row, at));
}

fn note(row: &[usize], at: &mut Each<usize>) {
    row.iter()
        .enumerate()
        .for_each(|(place, cell)| at.set(*cell, place));
}

/// Sorts one row by the mean place of what its cells are linked to; cells without links keep
/// their place among the others.
fn settle(ranks: &mut Ranks, row: usize, up: bool, at: &mut Each<usize>) {
    let links = if up { &ranks.below } else { &ranks.above };
    let Some(cells) = ranks.rows.get_mut(row) else {
        return;
    };
    let own = length(cells.len());
    let mut keyed: Vec<(f64, usize)> = cells
        .iter()
        .map(|cell| {
            let linked = links.get(*cell).into_iter().flatten();
            let place = mean(linked.map(|other| length(at.get(*other))));
            (place, *cell)
        })
        .map(|(place, cell)| (place.unwrap_or(f64::NAN), cell))
        .collect();
    // A cell without links takes the key of its left neighbour, so it stays beside it.
    let mut last = 0.0_f64.min(own);
    for (key, _) in &mut keyed {
        if key.is_nan() {
            *key = last;
        }
        last = *key;
    }
    keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
    *cells = keyed.into_iter().map(|(_, cell)| cell).collect();
    note(cells, at);
}

/// Swaps neighbours in a row where that takes crossings away.
fn swap(ranks: &mut Ranks, at: &mut Each<usize>) {
    for row in 0..ranks.rows.len() {
        let Some(mut cells) = ranks.rows.get_mut(row).map(std::mem::take) else {
            continue;
        };
        for _ in 0..4 {
            let mut better = false;
            for place in 1..cells.len() {
                let Some(&[left, right]) = cells.get(place - 1..=place) else {
                    continue;
                };
                let now = pair(ranks, left, right, at);
                if pair(ranks, right, left, at) < now {
                    cells.swap(place - 1, place);
                    at.set(left, place);
                    at.set(right, place - 1);
                    better = true;
                }
            }
            if !better {
                break;
            }
        }
        if let Some(own) = ranks.rows.get_mut(row) {
            *own = cells;
        }
    }
}

/// The crossings between the links of two neighbours, in this order.
fn pair(ranks: &Ranks, left: usize, right: usize, at: &Each<usize>) -> usize {
    let count = |links: &[Vec<usize>]| {
        let places = |cell: usize| {
            links
                .get(cell)
                .into_iter()
                .flatten()
                .map(|other| at.get(*other))
        };
        let over = |place: usize| places(right).filter(|other| *other < place).count();
        places(left).map(over).sum::<usize>()
    };
    count(&ranks.above) + count(&ranks.below)
}

/// The crossings of all links, with a Fenwick tree for each pair of rows.
fn crossings(ranks: &Ranks, at: &Each<usize>) -> usize {
    let mut total = 0;
    for (row, next) in ranks.rows.iter().zip(ranks.rows.iter().skip(1)) {
        let mut tree = Each::new(next.len() + 1, 0_usize);
        let mut seen = 0;
        for cell in row {
            let linked = ranks.above.get(*cell).into_iter().flatten();
            let mut places: Vec<usize> = linked.map(|other| at.get(*other)).collect();
            places.sort_unstable();
            for place in &places {
                total += seen - up_to(&tree, *place);
            }
            for place in places {
                add(&mut tree, place, next.len());
                seen += 1;
            }
        }
    }
    total
}

fn add(tree: &mut Each<usize>, place: usize, length: usize) {
    let mut at = place + 1;
    while at <= length {
        tree.set(at, tree.get(at) + 1);
        at += at & at.wrapping_neg();
    }
}

/// How many stand at the place or left of it.
fn up_to(tree: &Each<usize>, place: usize) -> usize {
    let (mut at, mut sum) = (place + 1, 0);
    while at > 0 {
        sum += tree.get(at);
        at -= at & at.wrapping_neg();
    }
    sum
}
