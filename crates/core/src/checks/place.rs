//! Places and names as findings tell them.

use dormer_sql::ident::quote;

use super::Context;
use crate::diagnostic::{Location, Note};
use crate::model::name::ObjectName;
use crate::model::object::Object;

/// The place of the object's CREATE.
pub(super) fn of_object(object: &Object) -> Location {
    object.location(object.definition.statement.span)
}

/// The place of the object's name in its CREATE.
pub(super) fn of_name(object: &Object) -> Location {
    object.location(object.written.span)
}

/// The note that tells where an object is declared; none for what no file declares.
pub(super) fn declared_in(context: &Context<'_>, name: &ObjectName) -> Option<Note> {
    let object = context.project.catalog.objects.get(name)?;
    Some(Note::with_place(
        format!("{name} is declared in"),
        of_object(object),
    ))
}

/// The name as people say it, for text that puts it in quotes itself.
pub(super) fn plain(name: &ObjectName) -> String {
    match &name.database {
        Some(database) => format!("{database}.{}.{}", name.schema, name.name),
        None => format!("{}.{}", name.schema, name.name),
    }
}

/// The name as SQL has to write it, for statements that people paste.
pub(super) fn sql(name: &ObjectName) -> String {
    format!("{}.{}", quote(&name.schema), quote(&name.name))
}

/// Joins words as a sentence does: `a`, `a and b`, `a, b and c`.
pub(super) fn and_list<S: AsRef<str>>(words: &[S]) -> String {
    let Some((last, before)) = words.split_last() else {
        return String::new();
    };
    if before.is_empty() {
        return last.as_ref().to_owned();
    }
    let before: Vec<&str> = before.iter().map(AsRef::as_ref).collect();
    format!("{} and {}", before.join(", "), last.as_ref())
}

/// The note that tells which columns there are.
pub(super) fn columns<S: AsRef<str>>(names: &[S]) -> String {
    match names {
        [one] => format!("its one column is {}", one.as_ref()),
        several => format!("it has the columns {}", and_list(several)),
    }
}
