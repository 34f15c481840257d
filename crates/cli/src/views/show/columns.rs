//! The columns of an object, each with its type where it is declared or with what it comes from.

use dormer_core::model::catalog::ExternalColumn;
use dormer_core::model::name::ObjectName;
use dormer_core::model::object::Object;
use dormer_sql::query::{BaseColumn, Lineage, Output};
use dormer_sql::statement::StatementKind;
use serde::Serialize;

use crate::load::Loaded;

/// A column and the columns that its value comes from.
#[derive(Debug, Serialize)]
pub(super) struct ColumnView {
    pub(super) name: String,
    /// As written; null for the column of a query.
    #[serde(rename = "type")]
    pub(super) type_name: Option<String>,
    pub(super) from: Vec<String>,
    pub(super) comment: Option<String>,
    /// Made by a query from no column at all: a constant, a count.
    #[serde(skip)]
    pub(super) from_nothing: bool,
}

impl ColumnView {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            type_name: None,
            from: Vec::new(),
            comment: None,
            from_nothing: false,
        }
    }

    pub(super) fn of_external(column: &ExternalColumn) -> Self {
        Self {
            type_name: column.type_name.clone(),
            ..Self::new(&column.name)
        }
    }

    fn of_output(name: &str, output: &Output) -> Self {
        Self {
            from: names(&output.sources),
            from_nothing: output.sources.is_empty(),
            ..Self::new(name)
        }
    }

    fn with_comment(self, object: &Object) -> Self {
        let comment = object.companions.column_comments.get(&self.name);
        Self {
            comment: comment.and_then(|comment| comment.text.clone()),
            ..self
        }
    }
}

/// Lists the columns as the query makes them, or as the table declares them.
pub(super) fn of_object(
    loaded: &Loaded,
    object: &Object,
    lineage: Option<&Lineage>,
) -> Vec<ColumnView> {
    let outputs = lineage.map(|lineage| &*lineage.outputs);
    let mut known = loaded
        .lineages
        .columns
        .get(&object.name)
        .into_iter()
        .flatten();
    let columns: Vec<ColumnView> = match (outputs, &object.definition.statement.kind) {
        (Some(outputs), _) if !outputs.is_empty() => {
            // The head of a CREATE may give other names than the query does.
            let column = |output: &Output| {
                let name = known.next().unwrap_or(&output.name);
                ColumnView::of_output(name, output)
            };
            outputs.iter().map(column).collect()
        }
        (_, StatementKind::CreateTable(table)) if !table.columns.is_empty() => {
            let text = &object.source.text;
            let columns = table.columns.iter();
            let column = |column: &dormer_sql::statement::TableColumn| ColumnView {
                type_name: Some(column.type_name.slice(text).to_owned()),
                ..ColumnView::new(&column.name.value)
            };
            columns.map(column).collect()
        }
        _ => known.map(|name| ColumnView::new(name)).collect(),
    };
    let columns = columns.into_iter();
    columns.map(|column| column.with_comment(object)).collect()
}

/// Columns as people write them.
pub(super) fn names<'a>(columns: impl IntoIterator<Item = &'a BaseColumn>) -> Vec<String> {
    let shown = |column: &BaseColumn| {
        let relation = ObjectName::of_path(&column.relation);
        format!("{relation}.{}", dormer_sql::ident::quote(&column.column))
    };
    columns.into_iter().map(shown).collect()
}
