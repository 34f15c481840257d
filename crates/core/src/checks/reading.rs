//! The names that an object mentions, each with its place.

use dormer_sql::QualifiedName;
use dormer_sql::query::Query;

use crate::model::object::Object;

/// The names that the object's CREATE reads, in the order of the text: those of its query, and
/// what a sink, a subscription or a fed table stands on.
pub(super) fn read_by_definition(object: &Object) -> impl Iterator<Item = &QualifiedName> {
    let (from, into) = object.definition.statement.kind.flow();
    let of_query = object.definition.query.iter().flat_map(Query::references);
    of_query
        .map(|reference| &reference.name)
        .chain(from)
        .chain(into)
}

/// The names that the object's audits read.
pub(super) fn read_by_audits(object: &Object) -> impl Iterator<Item = &QualifiedName> {
    object
        .companions
        .audits
        .iter()
        .flat_map(|audit| audit.query.references())
        .map(|reference| &reference.name)
}
