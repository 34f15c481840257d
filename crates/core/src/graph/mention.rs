//! The places where objects name each other: the raw material of edges.
//!
//! | where a name stands | edge |
//! |---|---|
//! | in the query of an object | the object reads the name |
//! | `FROM x` of a sink or subscription | the object reads x |
//! | `INTO t` of a sink | t reads the sink: its rows come from there |
//! | a call of a declared function | the object reads the function |
//!
//! A call of a function that nobody declared is no edge: it is the engine's own.

use dormer_sql::QualifiedName;
use dormer_sql::statement::StatementKind;

use crate::diagnostic::Location;
use crate::model::catalog::Declared;
use crate::model::kind::ObjectKind;
use crate::model::name::ObjectName;
use crate::model::object::Object;

/// One place where a reader names what it reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mention {
    pub reader: ObjectName,
    pub read: ObjectName,
    pub at: Location,
}

/// Collects the mentions of all objects.
pub(super) fn collect(catalog: &Declared) -> Vec<Mention> {
    let mut mentions = Vec::with_capacity(catalog.objects.len() * 2);
    for object in catalog.objects.values() {
        of_query(object, catalog, &mut mentions);
        of_stream(object, &mut mentions);
    }
    mentions
}

fn of_query(object: &Object, catalog: &Declared, mentions: &mut Vec<Mention>) {
    let Some(query) = &object.definition.query else {
        return;
    };
    let references = query.references().iter();
    mentions.extend(references.map(|reference| reads(object, &reference.name)));
    let calls = query.calls().iter();
    mentions.extend(calls.filter_map(|call| {
        let declared = catalog.objects.get(&ObjectName::of(&call.name))?;
        (declared.kind == ObjectKind::Function).then(|| reads(object, &call.name))
    }));
}

fn of_stream(object: &Object, mentions: &mut Vec<Mention>) {
    let StatementKind::CreateStream(stream) = &object.definition.statement.kind else {
        return;
    };
    mentions.extend(stream.from.iter().map(|name| reads(object, name)));
    mentions.extend(stream.into.iter().map(|table| Mention {
        reader: ObjectName::of(table),
        read: object.name.clone(),
        at: object.location(table.span),
    }));
}

fn reads(object: &Object, name: &QualifiedName) -> Mention {
    Mention {
        reader: object.name.clone(),
        read: ObjectName::of(name),
        at: object.location(name.span),
    }
}
