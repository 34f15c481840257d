//! Who reads whom, files and target together: what the way upward goes through.
//!
//! - What is declared is read as its file says; where that is not understood as a whole, as the target
//!   tells it.
//! - **Views that nobody declared are read as the target tells them,** with the columns that it has.

use std::collections::{BTreeMap, BTreeSet};

use dormer_sql::query::{Columns, RelationPath};
use dormer_sql::{Name, Span};

use super::{Subject, Whose};
use crate::diagnostic::{FilePath, Location};
use crate::graph::impact::{self as upward, Reached};
use crate::graph::lineage::Lineages;
use crate::graph::{Graph, Mention};
use crate::model::name::ObjectName;
use crate::model::observed::Observed;
use crate::model::observed::dependency::{Read, Reader};
use crate::model::observed::relation::Relation;
use crate::project::Project;

/// All that impact is looked for in.
#[derive(Debug)]
pub struct Ground<'a> {
    project: &'a Project,
    observed: Option<&'a Observed>,
    graph: Graph,
    lineages: Lineages,
}

impl<'a> Ground<'a> {
    /// Joins files with what was observed, where a target was looked at.
    #[must_use]
    pub fn new(
        project: &'a Project,
        (graph, lineages): (&Graph, &Lineages),
        observed: Option<&'a Observed>,
    ) -> Self {
        let Some(observed) = observed else {
            return Self {
                project,
                observed,
                graph: graph.clone(),
                lineages: lineages.clone(),
            };
        };
        let mut lineages = lineages.clone();
        for (name, relation) in &observed.relations {
            if !lineages.columns.contains_key(name) {
                let columns = relation.columns.iter();
                let columns = columns.map(|column| Name::from(column.name.as_str()));
                lineages.columns.insert(name.clone(), columns.collect());
            }
        }
        let told = told(project, observed, &lineages);
        Self {
            project,
            observed: Some(observed),
            graph: joined(project, graph, observed),
            lineages: Lineages {
                of: lineages.of.into_iter().chain(told).collect(),
                columns: lineages.columns,
            },
        }
    }

    /// All names that can be asked about.
    #[must_use]
    pub fn names(&self) -> BTreeSet<&ObjectName> {
        let observed = self.observed.into_iter();
        let observed = observed.flat_map(|observed| observed.relations.keys());
        let recorded = self.project.externals.relations.keys();
        let declared = self.project.catalog.objects.keys();
        let nodes = self.graph.nodes.keys();
        nodes
            .chain(recorded)
            .chain(declared)
            .chain(observed)
            .collect()
    }

    /// The columns of a relation; none where nobody knows them.
    #[must_use]
    pub fn columns(&self, name: &ObjectName) -> Option<&[Name]> {
        self.lineages.columns.get(name).map(|columns| &**columns)
    }

    /// As people say it.
    #[must_use]
    pub fn kind(&self, name: &ObjectName) -> String {
        if let Some(object) = self.project.catalog.objects.get(name) {
            return object.kind.to_string();
        }
        self.relation(name).map_or_else(
            || "external".to_owned(),
            |relation| relation.kind.as_str().replace('-', " "),
        )
    }

    pub(super) fn whose(&self, name: &ObjectName) -> Whose {
        if self.project.catalog.objects.contains_key(name) {
            Whose::Declared
        } else {
            Whose::External
        }
    }

    pub(super) fn owner(&self, name: &ObjectName) -> Option<String> {
        self.relation(name).map(|relation| relation.owner.clone())
    }

    fn relation(&self, name: &ObjectName) -> Option<&Relation> {
        self.observed?.relations.get(name)
    }

    pub(super) fn layer(&self, name: &ObjectName) -> Option<u32> {
        self.graph.layer(name)
    }

    pub(super) fn reached(&self, subject: Subject<'_>) -> BTreeMap<ObjectName, Reached> {
        upward::impact(&self.lineages, &self.graph, subject.object, subject.column)
    }
}

/// The graph with those that only the target knows.
fn joined(project: &Project, graph: &Graph, observed: &Observed) -> Graph {
    let nowhere = Location {
        file: FilePath::new(""),
        span: Span::default(),
    };
    let mention = |reader: &ObjectName, read: &ObjectName| Mention {
        reader: reader.clone(),
        read: read.clone(),
        at: nowhere.clone(),
    };
    let declared = &project.catalog.objects;
    let mut mentions: Vec<Mention> = graph
        .edges
        .values()
        .map(|edge| mention(&edge.reader, &edge.read))
        .collect();
    for (reader, reads) in &observed.dependencies {
        let Reader::Relation(reader) = reader else {
            continue;
        };
        if declared.contains_key(reader) {
            continue;
        }
        let reads = reads.keys().filter_map(|read| match read {
            Read::Relation(name) | Read::RowType(name) => Some(name),
            Read::Function(_) => None,
        });
        mentions.extend(reads.map(|read| mention(reader, read)));
    }
    Graph::of(declared.keys().cloned(), mentions)
}

struct Known<'a>(&'a BTreeMap<ObjectName, Box<[Name]>>);

impl Columns for Known<'_> {
    fn columns(&self, relation: &RelationPath) -> Option<&[Name]> {
        let name = ObjectName::of_path(relation);
        self.0.get(&name).map(|names| &**names)
    }
}

/// The lineage of what the target tells better than any file.
fn told<'a>(
    project: &'a Project,
    observed: &'a Observed,
    lineages: &'a Lineages,
) -> Vec<(ObjectName, dormer_sql::query::Lineage)> {
    let dialect = project.target.dialect;
    let known = Known(&lineages.columns);
    let unclear = |name: &ObjectName| {
        let lineage = lineages.of.get(name);
        lineage.is_none_or(|lineage| !lineage.partial.is_empty())
    };
    let relations = observed.relations.iter();
    relations
        .filter(|(name, _)| unclear(name))
        .filter_map(|(name, relation)| {
            let text = relation.definition.as_deref()?;
            let text = text.trim().trim_end_matches(';');
            let query = dormer_sql::query::parse(text, Span::of(0..text.len()), dialect);
            let mut lineage = query.lineage(&known);
            // Somebody may have renamed a column, or named it in the head.
            for (output, column) in lineage.outputs.iter_mut().zip(&relation.columns) {
                output.name = Name::from(column.name.as_str());
            }
            Some((name.clone(), lineage))
        })
        .collect()
}
