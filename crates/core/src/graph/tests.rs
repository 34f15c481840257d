//! What holds for layers, order, cycles and closures: tables for the cases, laws for all graphs.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::fixture::{graph, line, name, number, numbered};
use super::{Cycle, Graph, NodeKind, Towards};
use crate::model::name::ObjectName;

fn told(cycle: &Cycle) -> String {
    line(cycle.edges.iter().map(|edge| &edge.reader))
}

#[test]
fn layers_are_true_depth() {
    let graph = graph(&["a < ext", "b < a ext", "c < b a", "alone", "d < alone"]);
    let layers: Vec<String> = graph.layers().into_iter().map(line).collect();
    assert_eq!(layers, ["ext", "a alone", "b d", "c"]);
    assert_eq!(line(graph.order()), "ext a alone b d c");
    assert_eq!(
        graph.nodes.get(&name("ext")),
        Some(&(NodeKind::External, Some(0)))
    );
    assert_eq!(
        graph.nodes.get(&name("alone")),
        Some(&(NodeKind::Declared, Some(1)))
    );
}

#[test]
fn every_node_has_its_entries_and_every_mention_its_place() {
    let graph = graph(&["a < ext b ext", "b"]);
    assert_eq!(line(&graph.reads[&name("a")]), "b ext");
    assert_eq!(line(&graph.readers[&name("ext")]), "a");
    assert!(graph.reads[&name("ext")].is_empty());
    let edge = &graph.edges[&(name("a"), name("ext"))];
    let starts: Vec<u32> = edge.at.iter().map(|at| at.span.start).collect();
    assert_eq!(starts, [0, 20]);
}

#[test]
fn cycles_are_told_as_their_shortest_loop() {
    let cases: [(&[&str], &[&str]); 6] = [
        (&["a < b", "b < c", "c"], &[]),
        (&["a < a"], &["a"]),
        (&["a < b", "b < c", "c < a"], &["a b c"]),
        (&["a < b", "b < c", "c < a d", "d < c"], &["c d"]),
        (
            &["z < y", "y < z", "roof < z", "b < a", "a < b"],
            &["a b", "y z"],
        ),
        (&["a < b", "b < c x", "c < d", "d < a", "x < a"], &["a b x"]),
    ];
    for (lines, expected) in cases {
        let cycles = graph(lines).cycles();
        assert_eq!(cycles.iter().map(told).collect::<Vec<_>>(), expected);
        for cycle in &cycles {
            let next = cycle.edges.iter().cycle().skip(1);
            for (edge, next) in cycle.edges.iter().zip(next) {
                assert_eq!(edge.read, next.reader);
                assert!(!edge.at.is_empty());
            }
        }
    }
}

#[test]
fn nothing_in_or_above_a_cycle_has_a_layer() {
    let graph = graph(&["a < b", "b < a low", "low < ext", "roof < a low"]);
    assert_eq!(line(graph.without_layer()), "a b roof");
    assert_eq!(graph.layer(&name("low")), Some(1));
    assert_eq!(line(graph.order()), "ext low");
}

#[test]
fn closures_go_one_way() {
    let graph = graph(&["a < ext", "b < a", "c < b", "x < ext"]);
    let (a, unknown) = (name("a"), name("unknown"));
    assert_eq!(line(graph.closure([&a], Towards::Readers)), "a b c");
    assert_eq!(line(graph.closure([&a], Towards::Read)), "a ext");
    assert_eq!(line(graph.closure([&unknown], Towards::Readers)), "unknown");
}

#[test]
fn long_chains_and_rings_do_not_overflow_the_stack() {
    const LONG: u32 = 100_000;
    let chain: Vec<(u32, u32)> = (1..LONG).map(|n| (n, n - 1)).collect();
    let graph = numbered(LONG, &chain);
    assert_eq!(graph.layer(&number(LONG - 1)), Some(LONG));
    assert!(graph.cycles().is_empty());

    let ring: Vec<(u32, u32)> = (0..LONG).map(|n| (n, (n + 1) % LONG)).collect();
    let cycles = numbered(LONG, &ring).cycles();
    assert_eq!(cycles.len(), 1);
    assert_eq!(cycles[0].edges.len(), LONG as usize);
}

fn graphs() -> impl Strategy<Value = Graph> {
    (1_u32..14).prop_flat_map(|nodes| {
        let pairs = prop::collection::vec((0..nodes, 0..nodes), 0..30);
        pairs.prop_map(move |pairs| numbered(nodes, &pairs))
    })
}

fn graphs_without_cycles() -> impl Strategy<Value = Graph> {
    (1_u32..14).prop_flat_map(|nodes| {
        let pairs = prop::collection::vec((0..nodes, 0..nodes), 0..30);
        pairs.prop_map(move |pairs| {
            let down = pairs.into_iter().filter(|(reader, read)| reader > read);
            numbered(nodes, &down.collect::<Vec<_>>())
        })
    })
}

/// The longest path to the ground, found the slow way.
fn depth(graph: &Graph, name: &ObjectName) -> u32 {
    let below = graph.reads[name].iter().map(|read| depth(graph, read));
    below.max().unwrap_or(0) + 1
}

fn reaches_itself(graph: &Graph, name: &ObjectName) -> bool {
    let next: BTreeSet<&ObjectName> = graph.reads[name].iter().collect();
    graph.closure(next, Towards::Read).contains(name)
}

proptest! {
    #[test]
    fn order_respects_edges(graph in graphs()) {
        let order = graph.order();
        let place = |name: &ObjectName| order.iter().position(|other| *other == name);
        for (reader, read) in graph.edges.keys() {
            if let Some(at) = place(reader) {
                prop_assert!(place(read).is_some_and(|below| below < at));
            }
        }
        prop_assert_eq!(order.len() + graph.without_layer().len(), graph.nodes.len());
    }

    #[test]
    fn layers_are_the_longest_path(graph in graphs_without_cycles()) {
        for name in graph.nodes.keys() {
            prop_assert_eq!(graph.layer(name), Some(depth(&graph, name)));
        }
    }

    #[test]
    fn a_cycle_is_found_iff_there_is_one(graph in graphs()) {
        let looped = graph.nodes.keys().any(|name| reaches_itself(&graph, name));
        let cycles = graph.cycles();
        prop_assert_eq!(looped, !cycles.is_empty());
        let mut seen = BTreeSet::new();
        for cycle in &cycles {
            for edge in &cycle.edges {
                prop_assert!(graph.edges.contains_key(&(edge.reader.clone(), edge.read.clone())));
                prop_assert!(seen.insert(edge.reader.clone()), "loops are simple and apart");
            }
        }
        for name in graph.without_layer() {
            let below = graph.closure([name], Towards::Read);
            prop_assert!(below.iter().any(|name| reaches_itself(&graph, name)));
        }
    }

    #[test]
    fn upward_and_downward_are_inverse(graph in graphs()) {
        for a in graph.nodes.keys() {
            for b in graph.closure([a], Towards::Readers) {
                prop_assert!(graph.closure([b], Towards::Read).contains(a));
            }
            for b in graph.closure([a], Towards::Read) {
                prop_assert!(graph.closure([b], Towards::Readers).contains(a));
            }
        }
    }
}
