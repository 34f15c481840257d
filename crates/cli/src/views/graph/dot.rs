//! The graph in the language of Graphviz: one cluster a layer, edges upward.

use std::fmt::Write;

use super::{Kind, Node, Picture};

/// Writes the graph for `dot`.
pub(crate) fn dot(picture: &Picture) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _written = write_graph(&mut out, picture);
    out
}

fn write_graph(out: &mut String, picture: &Picture) -> std::fmt::Result {
    writeln!(out, "digraph {} {{", quoted(&picture.project))?;
    writeln!(out, "  rankdir=BT; newrank=true; ranksep=0.8; nodesep=0.3;")?;
    writeln!(
        out,
        "  node [shape=box, style=\"rounded,filled\", fillcolor=white, color=\"#8a94a6\", \
         fontname=\"Helvetica\", fontsize=11];"
    )?;
    writeln!(out, "  edge [color=\"#8a94a6\", arrowsize=0.6];")?;
    for (layer, nodes) in picture.strata_of_nodes() {
        let Some(layer) = layer else {
            for node in nodes {
                write_node(out, node, "  ")?;
            }
            continue;
        };
        let label = match layer {
            0 => "ground".to_owned(),
            n => format!("layer {n}"),
        };
        writeln!(out, "  subgraph cluster_{layer} {{")?;
        writeln!(
            out,
            "    label={}; labeljust=l; style=filled; color=\"#f1f3f7\"; fontname=\"Helvetica\"; \
             fontsize=10; fontcolor=\"#5b6472\";",
            quoted(&label)
        )?;
        for node in &nodes {
            write_node(out, node, "    ")?;
        }
        let names: Vec<String> = nodes.iter().map(|node| quoted(&node.name)).collect();
        writeln!(out, "    {{ rank=same; {}; }}", names.join("; "))?;
        writeln!(out, "  }}")?;
    }
    for edge in &picture.edges {
        writeln!(out, "  {} -> {};", quoted(&edge.read), quoted(&edge.reader))?;
    }
    writeln!(out, "}}")
}

fn write_node(out: &mut String, node: &Node, indent: &str) -> std::fmt::Result {
    let look = match node.kind {
        Kind::External => ", style=\"rounded,dashed\"",
        Kind::Table | Kind::TableAs => ", shape=cylinder, style=filled",
        Kind::View => "",
        Kind::MaterializedView => ", fillcolor=\"#e6ecff\"",
        Kind::Source | Kind::Sink | Kind::Subscription => ", shape=cds, style=filled",
        Kind::Function => ", shape=ellipse, style=filled",
    };
    let looped = if node.layer.is_none() {
        ", color=\"#c0392b\""
    } else {
        ""
    };
    let name = quoted(&node.name);
    let tooltip = quoted(&node.kind_words());
    writeln!(out, "{indent}{name} [tooltip={tooltip}{look}{looped}];")
}

/// A string of the language. A backslash is doubled, since `\N` and the like mean something in
/// labels.
fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    let text: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    format!("\"{text}\"")
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{looped, shop};
    use super::*;

    #[test]
    fn layers_are_clusters_and_edges_go_up() {
        let dot = dot(&shop());
        assert!(dot.starts_with("digraph \"shop\" {\n"));
        assert!(dot.contains("subgraph cluster_0 {"));
        assert!(dot.contains("  \"shop.orders\" -> \"clean.orders\";\n"));
        assert_eq!(dot.matches(" -> ").count(), 8);
        assert_eq!(dot.matches('{').count(), dot.matches('}').count());
    }

    #[test]
    fn quotes_in_names_are_escaped() {
        assert!(dot(&shop()).contains(r#""marts.\"Odd & <name>\"" [tooltip="view"];"#));
        assert_eq!(quoted("a\\\"b\n"), r#""a\\\"b ""#);
    }

    #[test]
    fn nodes_without_a_layer_are_shown_too() {
        assert!(dot(&looped()).contains("\"x.a\" [tooltip=\"view\", color=\"#c0392b\"];"));
    }
}
