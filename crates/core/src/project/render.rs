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

/// The CREATE statement, and after it the statements of the indexes, comments, grants and
/// owner, in the order of the file and each once.
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
    spans.extend(companions.owner.iter().map(|owner| owner.span));
    spans.sort_unstable();
    spans.dedup();
    let text = &object.source.text;
    let companions = spans.into_iter().map(|span| span.slice(text));
    std::iter::once(definition(object))
        .chain(companions)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use dormer_sql::Dialect;

    use super::*;
    use crate::diagnostic::FilePath;
    use crate::model::object::SourceText;
    use crate::project::compile::Parsed;
    use crate::project::readers::sql;

    #[test]
    fn everything_of_an_object_is_rendered_in_the_order_of_the_file() {
        let all = [
            "CREATE VIEW a AS SELECT 1 AS id",
            "COMMENT ON COLUMN a.id IS 'Key'",
            "ALTER VIEW a OWNER TO anna",
            "GRANT SELECT ON a TO b, c",
            "COMMENT ON VIEW a IS 'All'",
        ];
        let source = Arc::new(SourceText {
            file: FilePath::new("a.sql"),
            text: all.join(";\n").into(),
            origin: Vec::new(),
        });
        let parsed = Parsed::of(&source.text, Dialect::Postgres);
        let contents = sql::read(&source, &parsed, Dialect::Postgres);
        let object = &contents.objects.first().unwrap().object;
        assert_eq!(statements(object), all);
    }
}
