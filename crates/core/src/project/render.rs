//! The text of an object as it is sent to its target.
//!
//! Variables are filled in and schemas renamed when the project is read, so the text of an object
//! is what its target gets, byte for byte; `${secret:NAME}` alone stays until a statement runs.

use crate::model::object::Object;

/// The CREATE statement of the object.
#[must_use]
pub fn definition(object: &Object) -> &str {
    object.definition.statement.span.slice(&object.source.text)
}

/// The CREATE statement, and after it the statements of the indexes, comments and grants, in the
/// order of the file and each once.
#[must_use]
pub fn statements(object: &Object) -> Vec<&str> {
    let companions = &object.companions;
    let mut spans: Vec<_> = companions.indexes.iter().map(|index| index.span).collect();
    spans.extend(companions.comment.iter().map(|comment| comment.span));
    spans.extend(
        companions
            .column_comments
            .values()
            .map(|comment| comment.span),
    );
    spans.extend(companions.grants.iter().map(|grant| grant.span));
    spans.sort_unstable();
    spans.dedup();
    let text = &object.source.text;
    let companions = spans.into_iter().map(|span| span.slice(text));
    std::iter::once(definition(object))
        .chain(companions)
        .collect()
}
