//! Reasons in words.

use super::standing::Standing;
use super::{Deciding, reason};
use crate::model::name::ObjectName;
use crate::model::observed::relation::{Column, Relation};
use crate::plan::change::{Reason, ReasonKind};
use crate::plan::drift::definition;

/// Why an object that is declared gets another definition.
pub(super) fn of_standing(deciding: &Deciding<'_>, name: &ObjectName) -> Vec<Reason> {
    let Some(standing) = deciding.standings.get(name) else {
        return Vec::new();
    };
    let record = deciding.input.record(name);
    match standing {
        Standing::Missing if record.is_some() => {
            vec![reason(ReasonKind::Missing, "it is gone from the target")]
        }
        Standing::Missing => vec![reason(ReasonKind::Missing, "new")],
        Standing::Same | Standing::Stranger => Vec::new(),
        Standing::OtherKind { found, .. } => {
            let text = format!("it is a {} in the target", found.as_str().replace('-', " "));
            vec![reason(ReasonKind::DefinitionChanged, text)]
        }
        Standing::Changed { file, target } => {
            let mut reasons = Vec::new();
            if *file {
                let text = difference(deciding, name);
                reasons.push(reason(
                    ReasonKind::DefinitionChanged,
                    format!("definition changed: {text}"),
                ));
            }
            if *target {
                let text = drift(deciding, name)
                    .unwrap_or_else(|| "somebody changed it in the target".to_owned());
                reasons.push(reason(ReasonKind::Drifted, text));
            }
            reasons
        }
    }
}

/// Why what has a name is not taken for the object.
pub(super) fn stranger(deciding: &Deciding<'_>, name: &ObjectName) -> &'static str {
    let live = deciding.input.journal.live(name);
    match live.is_some_and(|record| deciding.input.is_made_anew(record)) {
        true => "somebody made it anew by hand: it is not the table that was applied",
        false => {
            "it is in the target already, with another definition, and the journal does not know it"
        }
    }
}

/// What is not as it was, where the text of its definition does not tell.
fn drift(deciding: &Deciding<'_>, name: &ObjectName) -> Option<String> {
    let relation = deciding.input.observed.relations.get(name)?;
    definition::told(deciding.input, name, relation)
}

/// What is different in the columns, or that the query is.
fn difference(deciding: &Deciding<'_>, name: &ObjectName) -> String {
    let before = deciding.input.observed.relations.get(name);
    let after = deciding.rehearsal.columns(name);
    match (before, after) {
        (Some(before), Some(after)) => {
            columns(before, after).unwrap_or_else(|| "query changed".to_owned())
        }
        _ => "query changed".to_owned(),
    }
}

/// How columns differ; none where they are the same.
pub(super) fn columns(before: &Relation, after: &[(String, String)]) -> Option<String> {
    columns_as(before, after, Column::spelled)
}

/// The same without a word about collations.
pub(super) fn plain_columns(before: &Relation, after: &[(String, String)]) -> Option<String> {
    columns_as(before, after, |column| column.type_name.clone())
}

fn columns_as(
    before: &Relation,
    after: &[(String, String)],
    spelled: impl Fn(&Column) -> String,
) -> Option<String> {
    let mut said = Vec::new();
    for (name, type_name) in after {
        match before.columns.iter().find(|column| column.name == *name) {
            None => said.push(format!("column \"{name}\" added")),
            Some(column) if spelled(column) != *type_name => said.push(format!(
                "column \"{name}\" is {type_name}, was {}",
                spelled(column)
            )),
            Some(_) => {}
        }
    }
    for column in &before.columns {
        if !after.iter().any(|(name, _)| *name == column.name) {
            said.push(format!("column \"{}\" removed", column.name));
        }
    }
    let names = after.iter().map(|(name, _)| name.as_str());
    let there = before.columns.iter().map(|column| column.name.as_str());
    if said.is_empty() && !names.eq(there) {
        said.push("order of columns changed".to_owned());
    }
    (!said.is_empty()).then(|| said.join(", "))
}

/// Why an object follows what it reads.
pub(super) fn follows(because: &[ObjectName]) -> Vec<Reason> {
    let names: Vec<String> = because.iter().map(ToString::to_string).collect();
    let text = match names.as_slice() {
        [one] => format!("reads {one}, which is replaced"),
        [one, other] => format!("reads {one} and {other}, which are replaced"),
        [one, rest @ ..] => format!("reads {one} and {} more, which are replaced", rest.len()),
        [] => return Vec::new(),
    };
    vec![reason(ReasonKind::ReadsReplaced, text)]
}
