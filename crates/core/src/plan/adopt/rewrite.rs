//! A file that is made to say what the target has: the query alone, every other byte stays.
//!
//! **What cannot be put back into the file is refused with its reason:** a query with variables, another
//! list of columns in the head, schemas that are called otherwise in other targets. What follows the
//! query, and all comments outside of it, stay; comments within it go with it. **The file as it would be is
//! read before anybody writes it:** it has to say what the target says, in the line ends that it has.

use std::sync::Arc;

use super::canonical;
use crate::diagnostic::Location;
use crate::model::object::Object;
use crate::model::observed::relation::{Relation, RelationKind};
use crate::plan::input::Input;
use crate::project::compile::Parsed;
use crate::project::readers::sql;
use crate::project::template::{self, Variable, Variables};

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
    let file = &object.source.file;
    let on_disk = input.project.files.get(file).ok_or("its file is gone")?;
    let rewrite = Rewrite {
        at: object.location(span),
        text: escaped(&ended_like(on_disk, &told)),
    };
    reads_back(input, object, (on_disk, &rewrite), &told)?;
    Ok(rewrite)
}

/// With the line ends that a file has.
fn ended_like(file: &str, text: &str) -> String {
    let lines = file.matches('\n').count();
    let returned = file.matches("\r\n").count();
    if returned * 2 > lines {
        text.replace("\r\n", "\n").replace('\n', "\r\n")
    } else {
        text.to_owned()
    }
}

/// Written so that nothing in it is taken for a variable.
fn escaped(text: &str) -> String {
    text.replace("${", "$${")
}

/// Reads the file as it would be, and compares what it then says with what the target says.
fn reads_back(
    input: &Input<'_>,
    object: &Object,
    (on_disk, rewrite): (&str, &Rewrite),
    told: &str,
) -> Result<(), String> {
    let target = &input.project.target;
    let file = &object.source.file;
    let values = target.variables.iter().map(|(name, value)| {
        let variable = Variable {
            value: Ok(value.clone()),
            at: rewrite.at.clone(),
        };
        (name.clone(), variable)
    });
    let values = values.collect();
    let variables = Variables {
        target: &target.name.0,
        values: &values,
    };
    let mut now = on_disk.to_owned();
    let span = rewrite.at.span;
    let range = span.start as usize..span.end as usize;
    if now.get(range.clone()).is_none() {
        return Err("its text is not as it was read".to_owned());
    }
    now.replace_range(range, &rewrite.text);
    let (before, _) = template::fill(file, &Arc::from(on_disk), variables);
    if before.text != object.source.text {
        return Err("its file is not read as it lies on disk".to_owned());
    }
    let (source, wrong) = template::fill(file, &Arc::from(now), variables);
    let parsed = Parsed::of(&source.text, target.dialect);
    let source = Arc::new(source);
    let contents = sql::read(&source, &parsed, target.dialect);
    let mut objects = contents.objects.into_iter().map(|read| read.object);
    let read = objects.find(|read| read.name == object.name);
    let query = read.and_then(|read| {
        let span = read.definition.query_span?;
        Some(span.slice(&source.text).to_owned())
    });
    let same = |query: String| canonical(input, &query) == canonical(input, told);
    if wrong.is_empty() && query.is_some_and(same) {
        Ok(())
    } else {
        Err("its file would not say what the target has".to_owned())
    }
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
