//! A graph in the form that was asked for.

use std::fmt;

use serde::Serialize;

use super::graph::{Edges, Picture, dot, mermaid, svg, text};

/// The forms of a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
    Dot,
    Mermaid,
    Svg,
}

/// The result of `dormer graph`.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct Drawing {
    pub(crate) picture: Picture,
    #[serde(skip)]
    pub(crate) format: Format,
    #[serde(skip)]
    pub(crate) edges: Edges,
}

impl fmt::Display for Drawing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let picture = &self.picture;
        f.write_str(&match self.format {
            Format::Text | Format::Json => text(picture, self.edges),
            Format::Dot => dot(picture),
            Format::Mermaid => mermaid(picture),
            Format::Svg => svg(picture),
        })
    }
}
