//! A file that is made to say what the target has: the query alone, every other byte stays.
//!
//! **What cannot be put back into the file is refused with its reason:** a query with variables, another
//! list of columns in the head, schemas that are called otherwise in other targets. What follows the
//! query, and all comments outside of it, stay; comments within it go with it.

use crate::diagnostic::Location;
use crate::model::object::Object;
use crate::model::observed::relation::{Relation, RelationKind};
use crate::plan::input::Input;

/// A part of a file, and what it is to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrite {
    /// On disk.
    pub at: Location,
    pub text: String,
}

/// The query of an object's file as the target tells it.
///
/// # Errors
///
/// With the reason why the file cannot be made to say it, a lowercase fragment.
pub fn rewrite(input: &Input<'_>, object: &Object) -> Result<Rewrite, String> {
    let relation = input.observed.relations.get(&object.name);
    let relation = relation.ok_or("it is not there")?;
    let told = told(relation).ok_or("the target tells no query of it")?;
    let target = &input.project.target;
    if !target.schemas.is_empty() {
        return Err(format!(
            "target {} calls schemas otherwise, and the file is for all targets",
            target.name
        ));
    }
    let (Some(span), Some(_)) = (object.definition.query_span, &object.definition.query) else {
        return Err("its file has no query".to_owned());
    };
    let filled = object.source.origin.iter();
    let mut filled = filled.filter(|piece| {
        piece.rendered.start < span.end && span.start < piece.rendered.end
            || span.contains(piece.rendered)
    });
    if filled.next().is_some() || span.slice(&object.source.text).contains("${") {
        return Err("its query has variables, which the target does not know".to_owned());
    }
    let head = &object.definition.head_columns;
    let head = head.iter().map(|column| column.value.as_str());
    let there = relation.columns.iter().map(|column| column.name.as_str());
    if !object.definition.head_columns.is_empty() && !head.eq(there) {
        return Err("its head names other columns than the target has".to_owned());
    }
    Ok(Rewrite {
        at: object.location(span),
        text: told,
    })
}

/// As the target tells it, without the spaces around and the semicolon.
fn told(relation: &Relation) -> Option<String> {
    let view = matches!(
        relation.kind,
        RelationKind::View | RelationKind::MaterializedView
    );
    let text = relation.definition.as_ref().filter(|_| view)?;
    Some(text.trim().trim_end_matches(';').trim_end().to_owned())
}
