//! The graph for the terminal: layers as strata, the ground at the bottom, readable without colour.

use std::fmt::Write;

use super::{Arrow, Kind, Node, Picture, count};

/// Whether each edge is told on a line of its own, with its places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edges {
    Hidden,
    Shown,
}

/// Lines that get longer are broken between names.
const WIDTH: usize = 100;

/// Writes the layers from the roof to the ground, then the cycles, then one line of numbers.
pub(crate) fn text(picture: &Picture, edges: Edges) -> String {
    let mut out = String::new();
    let widths = Widths::of(picture);
    for (layer, nodes) in picture.strata_of_nodes().into_iter().rev() {
        let heading = heading(layer, &nodes);
        line(&mut out, &heading);
        for node in nodes {
            match edges {
                Edges::Hidden => short(&mut out, node, &widths),
                Edges::Shown => long(&mut out, node, picture, &widths),
            }
        }
        out.push('\n');
    }
    for cycle in &picture.cycles {
        let objects = cycle.objects.iter().chain(cycle.objects.first());
        let objects: Vec<&str> = objects.map(String::as_str).collect();
        line(&mut out, &format!("cycle: {}", objects.join(" reads ")));
        for edge in &cycle.edges {
            line(&mut out, &format!("  {}", told(edge)));
        }
        out.push('\n');
    }
    line(&mut out, &picture.summary());
    out
}

fn heading(layer: Option<u32>, nodes: &[&Node]) -> String {
    let externals = nodes.iter().all(|node| node.kind == Kind::External);
    let what = if externals { "external" } else { "object" };
    let place = match layer {
        None => return "no layer: in a cycle or above one".to_owned(),
        Some(0) => "ground".to_owned(),
        Some(layer) => format!("layer {layer}"),
    };
    format!("{place}, {}", count(nodes.len(), what))
}

/// The widths of the columns of names and kinds; a few very long names stand out of theirs.
struct Widths {
    name: usize,
    kind: usize,
}

impl Widths {
    fn of(picture: &Picture) -> Self {
        let widest = |of: fn(&Node) -> String, most: usize| {
            let lengths = picture.nodes.iter().map(|node| of(node).chars().count());
            lengths.filter(|length| *length <= most).max().unwrap_or(0)
        };
        Self {
            name: widest(|node| node.name.clone(), 44),
            kind: widest(Node::kind_words, 30),
        }
    }
}

/// `  name   kind   reads a, b`, broken between names where it gets too long.
fn short(out: &mut String, node: &Node, widths: &Widths) {
    let mut row = start(node, widths);
    let indent = row.chars().count();
    let mut names = node.reads.iter().peekable();
    if names.peek().is_none() {
        return line(out, row.trim_end());
    }
    row.push_str("reads ");
    let hanging = indent + "reads ".len();
    let mut length = hanging;
    while let Some(name) = names.next() {
        let comma = if names.peek().is_some() { "," } else { "" };
        let more = name.chars().count() + comma.len();
        if length > hanging && length + more + 1 > WIDTH {
            line(out, row.trim_end());
            row = " ".repeat(hanging);
            length = hanging;
        } else if length > hanging {
            row.push(' ');
            length += 1;
        }
        row.push_str(name);
        row.push_str(comma);
        length += more;
    }
    line(out, &row);
}

/// The same with a line for each edge that is shown, and its places.
fn long(out: &mut String, node: &Node, picture: &Picture, widths: &Widths) {
    line(out, start(node, widths).trim_end());
    let own = |edge: &&Arrow| edge.reader == node.name;
    let first = picture.edges.partition_point(|edge| {
        let reader = picture.nodes.get(edge.ends.reader);
        reader.is_some_and(|reader| reader.parts < node.parts)
    });
    let edges = picture.edges.iter().skip(first).take_while(own);
    for edge in edges {
        let at: Vec<String> = edge.at.iter().map(ToString::to_string).collect();
        let (read, name) = (&edge.read, widths.name);
        line(out, &format!("      reads {read:name$}  {}", at.join(", ")));
    }
}

fn start(node: &Node, widths: &Widths) -> String {
    let Widths { name, kind } = widths;
    format!("  {:name$}  {:kind$}  ", node.name, node.kind_words())
}

fn told(edge: &Arrow) -> String {
    let at = edge.at.first().map(ToString::to_string);
    let (reader, read) = (&edge.reader, &edge.read);
    format!("{reader} reads {read} in {}", at.unwrap_or_default())
}

fn line(out: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _written = writeln!(out, "{text}");
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{looped, shop};
    use super::*;

    #[test]
    fn strata_stand_on_the_ground() {
        let expected = "\
layer 3, 2 objects
  bi.status          view                 reads marts.\"Odd & <name>\", marts.daily
  bi.weekly          materialized view    reads marts.daily

layer 2, 2 objects
  marts.\"Odd & <name>\"  view                 reads clean.orders
  marts.daily        materialized view    reads clean.items, clean.orders

layer 1, 2 objects
  clean.items        view                 reads shop.items
  clean.orders       view                 reads shop.orders

ground, 2 externals
  shop.items         external table
  shop.orders        external table

6 objects in 3 layers, 2 externals, 8 edges
";
        let picture = shop();
        let shown = text(&picture, Edges::Hidden);
        let squeeze = |text: &str| {
            let lines = text
                .lines()
                .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
            lines.collect::<Vec<_>>()
        };
        assert_eq!(squeeze(&shown), squeeze(expected));
        let column = |name: &str| {
            let row = shown.lines().find(|line| line.starts_with(name)).unwrap();
            row.find("reads")
        };
        assert_eq!(column("  bi.status"), column("  clean.items"));
    }

    #[test]
    fn edges_tell_their_places() {
        let shown = text(&shop(), Edges::Shown);
        assert!(shown.contains("      reads clean.orders"), "{shown}");
        assert!(shown.contains("views/daily.sql:2:6"), "{shown}");
    }

    #[test]
    fn cycles_are_told_under_the_layers() {
        let shown = text(&looped(), Edges::Hidden);
        assert!(
            shown.starts_with("no layer: in a cycle or above one\n"),
            "{shown}"
        );
        assert!(
            shown.contains("cycle: x.a reads x.b reads x.a\n"),
            "{shown}"
        );
        assert!(
            shown.contains("  x.a reads x.b in views/a.sql:2:6\n"),
            "{shown}"
        );
    }

    #[test]
    fn long_lists_are_broken_between_names() {
        let mut picture = shop();
        let names = (0..30).map(|n| format!("schema.object_{n}")).collect();
        picture.nodes.first_mut().unwrap().reads = names;
        let shown = text(&picture, Edges::Hidden);
        assert!(
            shown.lines().all(|line| line.chars().count() <= WIDTH),
            "{shown}"
        );
    }
}
