//! The order of objects: what is read stands before what reads it, and otherwise names decide.
//!
//! **Objects that read each other in a circle come last,** by name: the steps say that they wait for
//! each other.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::model::name::ObjectName;
use crate::plan::decision::Decision;

/// The decisions in the order in which their objects can be built.
pub(super) fn reads_first(objects: &BTreeMap<ObjectName, Decision>) -> Vec<&Decision> {
    let decisions: Vec<&Decision> = objects.values().collect();
    let places = places(&decisions);
    let of = |name: &ObjectName| places.get(name).copied();
    let reads = decisions.iter().map(|decision| {
        let places = decision.reads.iter().filter_map(of);
        places.filter(|place| {
            decisions.get(*place).map(|read| &read.object) != Some(&decision.object)
        })
    });
    let edges: Vec<Vec<usize>> = reads.map(Iterator::collect).collect();
    let order = topological(&edges).unwrap_or_else(|order| order);
    order
        .into_iter()
        .filter_map(|place| decisions.get(place).copied())
        .collect()
}

/// Where each object stands in a list.
pub(super) fn places<'a>(decisions: &[&'a Decision]) -> BTreeMap<&'a ObjectName, usize> {
    let named = decisions.iter().enumerate();
    named
        .map(|(place, decision)| (&decision.object, place))
        .collect()
}

/// Orders numbers so that each comes after those that it needs, the lowest first where several can come.
///
/// # Errors
///
/// When some need each other: the order with those at its end.
pub(in crate::plan) fn topological(needs: &[Vec<usize>]) -> Result<Vec<usize>, Vec<usize>> {
    let mut waiting: Vec<usize> = vec![0; needs.len()];
    let mut wanted_by: Vec<Vec<usize>> = vec![Vec::new(); needs.len()];
    for (place, (needs, waits)) in needs.iter().zip(&mut waiting).enumerate() {
        for need in needs {
            if let Some(by) = wanted_by.get_mut(*need) {
                by.push(place);
                *waits += 1;
            }
        }
    }
    let free = waiting.iter().enumerate().filter(|(_, waits)| **waits == 0);
    let mut ready: BinaryHeap<Reverse<usize>> = free.map(|(place, _)| Reverse(place)).collect();
    let mut order = Vec::with_capacity(needs.len());
    while let Some(Reverse(place)) = ready.pop() {
        order.push(place);
        for by in wanted_by.get(place).into_iter().flatten() {
            if let Some(waits) = waiting.get_mut(*by) {
                *waits -= 1;
                if *waits == 0 {
                    ready.push(Reverse(*by));
                }
            }
        }
    }
    if order.len() == needs.len() {
        return Ok(order);
    }
    let stuck = waiting.iter().enumerate().filter(|(_, waits)| **waits > 0);
    order.extend(stuck.map(|(place, _)| place));
    Err(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lowest_comes_first_and_after_what_it_needs() {
        let needs = [vec![2], vec![], vec![3], vec![]];
        assert_eq!(topological(&needs), Ok(vec![1, 3, 2, 0]));
    }

    #[test]
    fn circles_are_told() {
        let needs = [vec![1], vec![0], vec![]];
        assert_eq!(topological(&needs), Err(vec![2, 0, 1]));
    }
}
