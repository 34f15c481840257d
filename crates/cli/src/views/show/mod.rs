//! Everything about one object: what it is, whom it reads, who reads it, and how it will be made.

mod columns;
pub(crate) mod observed;
mod settings;
mod text;

use dormer_core::graph::NodeKind;
use dormer_core::model::name::ObjectName;
use dormer_core::model::object::{Companions, DeclaredGrant, Object};
use dormer_sql::Span;
use dormer_sql::query::{Lineage, PartialReason};
use serde::Serialize;

use crate::load::Loaded;
use crate::report;
use columns::ColumnView;
use observed::ObservedView;
pub(crate) use settings::SettingView;

/// The result of `dormer show`.
#[derive(Debug, Serialize)]
pub(crate) struct ShowView {
    object: String,
    kind: &'static str,
    target: String,
    engine: &'static str,
    /// From the project's folder; null for an external.
    file: Option<String>,
    line: Option<u32>,
    layer: Option<u32>,
    description: String,
    reads: Vec<NeighbourView>,
    read_by: Vec<NeighbourView>,
    columns: Vec<ColumnView>,
    /// The columns that decide which rows there are.
    rows: Vec<String>,
    /// Why lineage is not complete; empty where it is.
    partial: Vec<PartialView>,
    settings: Vec<SettingView>,
    /// How it will be refreshed, as far as the files tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    refreshed: Option<&'static str>,
    companions: CompanionsView,
    fingerprint: Option<String>,
    /// The statement that makes it, as it will be sent; null for an external.
    definition: Option<String>,
    /// What the target says, where it was asked; else null.
    observed: Option<ObservedView>,
    #[serde(skip)]
    layers: u32,
    #[serde(skip)]
    place: String,
    #[serde(skip)]
    kind_words: String,
}

/// An object one step away.
#[derive(Debug, Serialize)]
struct NeighbourView {
    object: String,
    kind: &'static str,
    layer: Option<u32>,
    #[serde(skip)]
    words: String,
}

/// A piece of the query for which lineage is not known.
#[derive(Debug, Serialize)]
struct PartialView {
    line: u32,
    reason: &'static str,
}

/// What belongs to the object and is made with it.
#[derive(Debug, Default, Serialize)]
struct CompanionsView {
    comment: Option<String>,
    owner: Option<String>,
    indexes: Vec<String>,
    grants: Vec<GrantView>,
    audits: Vec<String>,
}

/// One privilege of one role.
#[derive(Debug, Serialize)]
struct GrantView {
    privilege: String,
    columns: Vec<String>,
    to: String,
    grant_option: bool,
}

impl ShowView {
    /// Shows a declared object.
    pub(crate) fn declared(loaded: &Loaded, object: &Object) -> Self {
        let at = object.location(object.definition.statement.span);
        let text = &object.source.text;
        let place = report::place(&loaded.project.files, &loaded.prefix, &at);
        let lineage = loaded.lineages.of.get(&object.name);
        Self {
            kind: object.kind.as_str(),
            kind_words: object.kind.words().to_owned(),
            file: Some(object.source.file.to_string()),
            line: Some(line(loaded, object, object.definition.statement.span)),
            description: object.description.clone(),
            columns: columns::of_object(loaded, object, lineage),
            rows: lineage
                .map(|lineage| columns::names(&lineage.rows))
                .unwrap_or_default(),
            partial: lineage
                .map(|lineage| partial(loaded, object, lineage))
                .unwrap_or_default(),
            settings: settings::views(loaded, object),
            refreshed: settings::refreshed(loaded, object),
            companions: CompanionsView::of(text, &object.companions),
            fingerprint: Some(object.definition.fingerprint.to_string()),
            definition: Some(object.definition.statement.span.slice(text).to_owned()),
            place,
            ..Self::node(loaded, &object.name)
        }
    }

    /// Shows an external: what is recorded of it and who reads it.
    pub(crate) fn external(loaded: &Loaded, name: &ObjectName) -> Self {
        let recorded = loaded.project.externals.relations.get(name);
        let columns = recorded
            .map(|external| external.columns.as_slice())
            .unwrap_or_default();
        Self {
            columns: columns.iter().map(ColumnView::of_external).collect(),
            ..Self::node(loaded, name)
        }
    }

    /// Adds what the target says.
    pub(crate) fn observed(mut self, observed: ObservedView) -> Self {
        self.observed = Some(observed);
        self
    }

    fn node(loaded: &Loaded, name: &ObjectName) -> Self {
        let target = &loaded.project.target;
        let neighbours = |names: Option<&std::collections::BTreeSet<ObjectName>>| {
            let names = names.into_iter().flatten();
            names.map(|name| NeighbourView::of(loaded, name)).collect()
        };
        Self {
            object: name.to_string(),
            kind: "external",
            target: target.name.to_string(),
            engine: target.dialect.rules().name,
            file: None,
            line: None,
            layer: loaded.graph.layer(name),
            description: String::new(),
            reads: neighbours(loaded.graph.reads.get(name)),
            read_by: neighbours(loaded.graph.readers.get(name)),
            columns: Vec::new(),
            rows: Vec::new(),
            partial: Vec::new(),
            settings: Vec::new(),
            refreshed: None,
            companions: CompanionsView::default(),
            fingerprint: None,
            definition: None,
            observed: None,
            layers: loaded.layers(),
            place: String::new(),
            kind_words: external_words(loaded, name),
        }
    }
}

impl NeighbourView {
    fn of(loaded: &Loaded, name: &ObjectName) -> Self {
        let declared = loaded.project.catalog.objects.get(name);
        let external = loaded
            .graph
            .nodes
            .get(name)
            .is_none_or(|(kind, _)| *kind == NodeKind::External);
        Self {
            object: name.to_string(),
            kind: match declared {
                Some(object) if !external => object.kind.as_str(),
                _ => "external",
            },
            layer: loaded.graph.layer(name),
            words: declared.map_or_else(
                || external_words(loaded, name),
                |object| object.kind.words().to_owned(),
            ),
        }
    }
}

fn external_words(loaded: &Loaded, name: &ObjectName) -> String {
    match loaded.project.externals.relations.get(name) {
        Some(external) => format!("external {}", external.kind.words()),
        None if loaded.project.externals.recorded => "external, not in catalog.lock".to_owned(),
        None => "external".to_owned(),
    }
}

impl CompanionsView {
    fn of(text: &str, companions: &Companions) -> Self {
        Self {
            comment: companions
                .comment
                .as_ref()
                .and_then(|comment| comment.text.clone()),
            owner: companions
                .owner
                .as_ref()
                .map(|owner| owner.role.value.to_string()),
            indexes: companions
                .indexes
                .iter()
                .map(|index| one_line(index.span.slice(text)))
                .collect(),
            grants: companions.grants.iter().map(GrantView::of).collect(),
            audits: companions
                .audits
                .iter()
                .map(|audit| audit.name.clone())
                .collect(),
        }
    }
}

impl GrantView {
    fn of(grant: &DeclaredGrant) -> Self {
        Self {
            privilege: grant.privilege.clone(),
            columns: grant.columns.clone(),
            to: grant.grantee.0.clone(),
            grant_option: grant.grant_option,
        }
    }
}

fn partial(loaded: &Loaded, object: &Object, lineage: &Lineage) -> Vec<PartialView> {
    let view = |found: &dormer_sql::query::Partial| PartialView {
        line: line(loaded, object, found.span),
        reason: match found.reason {
            PartialReason::Syntax => "syntax that Dormer does not know",
            PartialReason::UnknownColumns => "a relation whose columns are not known",
            PartialReason::TooComplex => "more than Dormer follows",
        },
    };
    lineage.partial.iter().map(view).collect()
}

fn line(loaded: &Loaded, object: &Object, span: Span) -> u32 {
    let at = object.location(span);
    loaded.project.files.get(&at.file).map_or(1, |text| {
        dormer_sql::LineIndex::new(text)
            .place(text, at.span.start)
            .line
    })
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
