//! The graph as a picture: text, JSON, dot, mermaid, SVG, all made from one [`Picture`].
//!
//! **Every format shows the same nodes in the same order**, and every format but JSON puts the
//! ground at the bottom and the readers above it. Output depends on the graph alone.

mod dot;
mod mermaid;
mod svg;
mod text;

#[cfg(test)]
mod fixture;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use dormer_core::diagnostic::{FilePath, Location};
use dormer_core::graph::{Cycle, Edge, Graph};
use dormer_core::model::catalog::ExternalKind;
use dormer_core::model::kind::ObjectKind;
use dormer_core::model::name::ObjectName;
use dormer_core::project::Project;
use dormer_sql::LineIndex;
use serde::Serialize;

pub(crate) use dot::dot;
pub(crate) use mermaid::mermaid;
pub(crate) use svg::svg;
pub(crate) use text::{Edges, text};

/// What is shown: the graph of a project, or the part of it that was selected.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Picture {
    pub(crate) project: String,
    pub(crate) target: String,
    /// From the ground up.
    pub(crate) layers: Vec<Layer>,
    /// By name.
    pub(crate) nodes: Vec<Node>,
    /// Between nodes that are shown, by reader and then by what is read.
    pub(crate) edges: Vec<Arrow>,
    pub(crate) cycles: Vec<Loop>,
}

/// The names of one layer.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Layer {
    pub(crate) layer: u32,
    pub(crate) objects: Vec<String>,
}

/// One node with what it reads and who reads it, shown or not.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// What an external is, where `catalog.lock` says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) recorded_as: Option<ExternalKind>,
    /// None in a cycle and above one.
    pub(crate) layer: Option<u32>,
    pub(crate) file: Option<String>,
    pub(crate) reads: Vec<String>,
    pub(crate) readers: Vec<String>,
    #[serde(skip)]
    pub(crate) parts: ObjectName,
}

/// What a node is, as far as a picture tells it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    External,
    Source,
    Table,
    TableAs,
    View,
    MaterializedView,
    Sink,
    Subscription,
    Function,
}

impl Kind {
    const fn of(kind: ObjectKind) -> Self {
        match kind {
            ObjectKind::Table => Self::Table,
            ObjectKind::TableAs => Self::TableAs,
            ObjectKind::View => Self::View,
            ObjectKind::MaterializedView => Self::MaterializedView,
            ObjectKind::Source => Self::Source,
            ObjectKind::Sink => Self::Sink,
            ObjectKind::Subscription => Self::Subscription,
            ObjectKind::Function => Self::Function,
        }
    }

    /// The words that stand beside a name.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::External => "external",
            Self::Source => ObjectKind::Source.words(),
            Self::Table => ObjectKind::Table.words(),
            Self::TableAs => ObjectKind::TableAs.words(),
            Self::View => ObjectKind::View.words(),
            Self::MaterializedView => ObjectKind::MaterializedView.words(),
            Self::Sink => ObjectKind::Sink.words(),
            Self::Subscription => ObjectKind::Subscription.words(),
            Self::Function => ObjectKind::Function.words(),
        }
    }
}

impl Node {
    /// The kind in words; of an external also what it is.
    pub(crate) fn kind_words(&self) -> String {
        match &self.recorded_as {
            Some(kind) => format!("external {}", kind.words()),
            None => self.kind.words().to_owned(),
        }
    }
}

/// One edge, and where the reader names what it reads.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Arrow {
    pub(crate) reader: String,
    pub(crate) read: String,
    pub(crate) at: Vec<At>,
    /// The numbers of both ends among the nodes.
    #[serde(skip)]
    pub(crate) ends: Ends,
}

/// The two ends of an edge by number.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ends {
    pub(crate) reader: usize,
    pub(crate) read: usize,
}

/// A place as people read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct At {
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A cycle: each object reads the next, the last reads the first.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Loop {
    pub(crate) objects: Vec<String>,
    pub(crate) edges: Vec<Arrow>,
}

impl Picture {
    /// Takes what is shown from a project and its graph: all nodes, or those in the scope.
    pub(crate) fn of(
        project: &Project,
        graph: &Graph,
        scope: Option<&BTreeSet<ObjectName>>,
    ) -> Self {
        let shown = |name: &ObjectName| scope.is_none_or(|scope| scope.contains(name));
        let names: Vec<&ObjectName> = graph.nodes.keys().filter(|name| shown(name)).collect();
        let mut places = Places::new(project);
        let edges = graph.edges.values();
        let edges = edges
            .filter_map(|edge| places.arrow(&names, edge))
            .collect();
        let inside = |cycle: &Cycle| cycle.edges.iter().all(|edge| shown(&edge.reader));
        let cycles = graph.cycles().into_iter().filter(inside);
        let cycles = cycles.map(|cycle| Loop {
            objects: texts(cycle.edges.iter().map(|edge| &edge.reader)),
            edges: (cycle.edges.iter())
                .filter_map(|edge| places.arrow(&names, edge))
                .collect(),
        });
        Self {
            project: project.name.clone(),
            target: project.target.name.to_string(),
            layers: layers(graph, shown),
            cycles: cycles.collect(),
            nodes: names
                .iter()
                .map(|name| node(project, graph, name))
                .collect(),
            edges,
        }
    }

    /// The numbers of the nodes of each layer, from the ground up, by name within a layer; those
    /// that have no layer come last.
    fn strata(&self) -> Vec<(Option<u32>, Vec<usize>)> {
        let nodes = self.nodes.iter().enumerate();
        let mut nodes: Vec<_> = nodes.map(|(number, node)| (node.layer, number)).collect();
        nodes.sort_by_key(|(layer, number)| (layer.is_none(), *layer, *number));
        let strata = nodes.chunk_by(|(a, _), (b, _)| a == b).map(|group| {
            let layer = group.first().and_then(|(layer, _)| *layer);
            (layer, group.iter().map(|(_, number)| *number).collect())
        });
        strata.collect()
    }

    /// The same with the nodes themselves.
    fn strata_of_nodes(&self) -> Vec<(Option<u32>, Vec<&Node>)> {
        let nodes = |numbers: Vec<usize>| numbers.into_iter().filter_map(|n| self.nodes.get(n));
        let strata = self.strata().into_iter();
        strata
            .map(|(layer, numbers)| (layer, nodes(numbers).collect()))
            .collect()
    }

    /// One line that counts what is shown.
    pub(crate) fn summary(&self) -> String {
        let externals = self.nodes.iter().filter(|node| node.kind == Kind::External);
        let externals = externals.count();
        let layers = self.layers.iter().filter(|layer| layer.layer > 0).count();
        let mut parts = vec![format!(
            "{} in {}",
            count(self.nodes.len() - externals, "object"),
            count(layers, "layer")
        )];
        parts.push(count(externals, "external"));
        parts.push(count(self.edges.len(), "edge"));
        if !self.cycles.is_empty() {
            parts.push(count(self.cycles.len(), "cycle"));
        }
        parts.join(", ")
    }
}

impl fmt::Display for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text(self, Edges::Hidden))
    }
}

fn count(n: usize, one: &str) -> String {
    match n {
        1 => format!("1 {one}"),
        _ => format!("{n} {one}s"),
    }
}

fn texts<'a>(names: impl IntoIterator<Item = &'a ObjectName>) -> Vec<String> {
    names.into_iter().map(ToString::to_string).collect()
}

fn layers(graph: &Graph, shown: impl Fn(&ObjectName) -> bool) -> Vec<Layer> {
    let layers = (0..).zip(graph.layers());
    let layers = layers.map(|(layer, names)| Layer {
        layer,
        objects: texts(names.into_iter().filter(|name| shown(name))),
    });
    layers.filter(|layer| !layer.objects.is_empty()).collect()
}

fn node(project: &Project, graph: &Graph, name: &ObjectName) -> Node {
    let object = project.catalog.objects.get(name);
    let external = project.externals.relations.get(name);
    let external = external.filter(|_| object.is_none());
    Node {
        name: name.to_string(),
        kind: object.map_or(Kind::External, |object| Kind::of(object.kind)),
        recorded_as: external.map(|external| external.kind),
        layer: graph.layer(name),
        file: object.map(|object| object.source.file.as_str().to_owned()),
        reads: texts(graph.reads.get(name).into_iter().flatten()),
        readers: texts(graph.readers.get(name).into_iter().flatten()),
        parts: name.clone(),
    }
}

/// Turns offsets into lines, with the lines of each file counted once.
struct Places<'a> {
    project: &'a Project,
    lines: BTreeMap<&'a FilePath, LineIndex>,
}

impl<'a> Places<'a> {
    const fn new(project: &'a Project) -> Self {
        Self {
            project,
            lines: BTreeMap::new(),
        }
    }

    /// Tells an edge whose both ends are among the names that are shown.
    fn arrow(&mut self, names: &[&ObjectName], edge: &Edge) -> Option<Arrow> {
        let number = |name| names.binary_search(&name).ok();
        let (reader, read) = number(&edge.reader).zip(number(&edge.read))?;
        Some(Arrow {
            reader: edge.reader.to_string(),
            read: edge.read.to_string(),
            at: edge.at.iter().map(|at| self.at(at)).collect(),
            ends: Ends { reader, read },
        })
    }

    fn at(&mut self, at: &Location) -> At {
        let found = self.project.files.get_key_value(&at.file);
        let (line, column) = found.map_or((1, 1), |(file, text)| {
            let lines = self.lines.entry(file);
            let lines = lines.or_insert_with(|| LineIndex::new(text));
            let place = lines.place(text, at.span.start);
            (place.line, place.column)
        });
        At {
            file: at.file.as_str().to_owned(),
            line,
            column,
        }
    }
}
