//! The graph in the language of Mermaid, for Markdown pages: one subgraph a layer, edges upward.

use std::fmt::Write;

use super::{Kind, Node, Picture};

/// Writes the graph for Mermaid.
pub(crate) fn mermaid(picture: &Picture) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _written = write_graph(&mut out, picture);
    out
}

fn write_graph(out: &mut String, picture: &Picture) -> std::fmt::Result {
    writeln!(out, "flowchart BT")?;
    for (layer, numbers) in picture.strata() {
        match layer {
            None => writeln!(out, "  subgraph no_layer [\"in a cycle or above one\"]")?,
            Some(0) => writeln!(out, "  subgraph layer_0 [\"ground\"]")?,
            Some(n) => writeln!(out, "  subgraph layer_{n} [\"layer {n}\"]")?,
        }
        for number in numbers {
            if let Some(node) = picture.nodes.get(number) {
                writeln!(out, "    n{number}{}", shape(node))?;
            }
        }
        writeln!(out, "  end")?;
    }
    for edge in &picture.edges {
        writeln!(out, "  n{} --> n{}", edge.ends.read, edge.ends.reader)?;
    }
    writeln!(out, "  classDef external stroke-dasharray: 4 3")?;
    writeln!(out, "  classDef materialized stroke-width: 2px")?;
    Ok(())
}

/// The shape of a kind with the name inside, and the class that styles it.
fn shape(node: &Node) -> String {
    let name = escaped(&node.name);
    match node.kind {
        Kind::External => format!("[(\"{name}\")]:::external"),
        Kind::Table | Kind::TableAs => format!("[(\"{name}\")]"),
        Kind::View => format!("(\"{name}\")"),
        Kind::MaterializedView => format!("[\"{name}\"]:::materialized"),
        Kind::Source | Kind::Sink | Kind::Subscription => format!("([\"{name}\"])"),
        Kind::Function => format!("{{{{\"{name}\"}}}}"),
    }
}

/// Letters that mean something inside a quoted label are written by their numbers.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() {
            out.push(' ');
        } else if matches!(c, '"' | '#' | '&' | '<' | '>' | '`' | '\\') {
            // Writing to a string cannot fail.
            let _written = write!(out, "#{};", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{looped, shop};
    use super::*;

    #[test]
    fn layers_are_subgraphs_and_edges_go_up() {
        let text = mermaid(&shop());
        assert!(text.starts_with("flowchart BT\n  subgraph layer_0 [\"ground\"]\n"));
        assert_eq!(text.matches(" --> ").count(), 8);
        assert_eq!(text.matches("subgraph").count(), 4);
        assert!(mermaid(&looped()).contains("subgraph no_layer"));
    }

    #[test]
    fn letters_of_the_language_are_escaped() {
        assert!(mermaid(&shop()).contains("(\"marts.#34;Odd #38; #60;name#62;#34;\")"));
    }
}
