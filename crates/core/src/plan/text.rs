//! Statements with other names in them: the text stays as somebody wrote it, byte for byte, but for
//! the names of what is made and of what is read.

use std::collections::BTreeMap;

use dormer_sql::ident::quote;
use dormer_sql::rewrite::{Edit, rewrite};
use dormer_sql::statement::{CreateIndex, HeadOption, OptionKind, StatementKind};
use dormer_sql::query::Query;
use dormer_sql::{Dialect, QualifiedName, Span};

use crate::model::name::ObjectName;
use crate::model::object::Object;

/// Which name stands for which while a plan is carried out: public names to those of shadows.
pub type Names = BTreeMap<ObjectName, ObjectName>;

/// A statement that cannot be given other names without changing what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotRenamed {
    /// A lowercase fragment.
    pub why: String,
}

/// A name as SQL writes it.
#[must_use]
pub fn sql_name(name: &ObjectName) -> String {
    format!("{}.{}", quote(&name.schema), quote(&name.name))
}

/// The CREATE statement of an object under another name and reading others: without OR REPLACE,
/// IF NOT EXISTS and WITH [NO] DATA, which the engine says.
///
/// # Errors
///
/// When a name cannot be replaced without a change of meaning.
pub fn create(object: &Object, name: &ObjectName, names: &Names) -> Result<String, NotRenamed> {
    let text = &object.source.text;
    let statement = &object.definition.statement;
    let mut edits: Vec<Edit> = dropped(&object.definition.options, statement.span, text);
    edits.push(Edit {
        span: object.written.span(),
        replacement: sql_name(name),
    });
    if let Some(query) = &object.definition.query {
        edits.extend(reading(query, text, names)?);
    }
    finish(text, statement.span, &edits)
}

/// The query of an object, reading others.
///
/// # Errors
///
/// When the object has none, or a name cannot be replaced without a change of meaning.
pub fn query(object: &Object, names: &Names) -> Result<String, NotRenamed> {
    let text = &object.source.text;
    let definition = &object.definition;
    let (Some(query), Some(span)) = (&definition.query, definition.query_span) else {
        return Err(not("it has no query"));
    };
    finish(text, span, &reading(query, text, names)?)
}

/// A query as the target told it, reading others.
///
/// # Errors
///
/// When it is no query that Dormer can read as a whole.
pub fn captured(text: &str, names: &Names, dialect: Dialect) -> Result<String, NotRenamed> {
    let text = text.trim().trim_end_matches(';');
    let span = Span::of(0..text.len());
    let query = dormer_sql::query::parse(text, span, dialect);
    finish(text, span, &reading(&query, text, names)?)
}
