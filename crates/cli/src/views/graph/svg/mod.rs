//! The graph as a picture for the browser: layers as strata on the ground of the externals.
//!
//! Four stations, each in its file: who stands in which row ([`ranks`]), in which order within a
//! row ([`order`]), at which place ([`place`]), and how it looks ([`paint`], [`theme`]).
//!
//! - **No script:** hover is CSS, dark mode is CSS, tooltips are titles.
//! - **Edges go up** from what is read to its reader and pass between nodes, not through them:
//!   an edge over several rows holds a place in each of them.
//! - **Deterministic:** the same picture gives the same bytes.

mod order;
mod paint;
mod place;
mod ranks;
mod reach;
mod theme;

use super::Picture;

/// Draws the graph.
pub(crate) fn svg(picture: &Picture) -> String {
    let mut ranks = ranks::Ranks::of(picture);
    order::untangle(&mut ranks);
    let places = place::Places::of(&ranks);
    paint::paint(picture, &ranks, &places)
}

/// A value for each cell or node, by number.
#[derive(Debug, Clone)]
struct Each<T>(Vec<T>);

impl<T: Copy + Default> Each<T> {
    fn new(length: usize, value: T) -> Self {
        Self(vec![value; length])
    }

    fn get(&self, at: usize) -> T {
        self.0.get(at).copied().unwrap_or_default()
    }

    fn set(&mut self, at: usize, value: T) {
        if let Some(place) = self.0.get_mut(at) {
            *place = value;
        }
    }
}

/// A count as a length; counts here are far below the point where it matters.
fn length(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::from(u32::MAX), f64::from)
}

/// The mean of some numbers, none of none.
fn mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (sum, n) = values
        .into_iter()
        .fold((0.0, 0.0), |(sum, n), value| (sum + value, n + 1.0));
    (n > 0.0).then(|| sum / n)
}

#[cfg(test)]
mod tests;
