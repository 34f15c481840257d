//! Tables: made when they are missing, given new columns, never anything else.

use std::collections::BTreeMap;

use dormer_sql::Dialect;
use dormer_sql::statement::{CreateTable, StatementKind};

use super::dress::{self, Figure};
use super::standing::Standing;
use super::{Deciding, companions, reason, words, worn};
use crate::engine::journal::RecordedCompanions;
use crate::engine::step::{Deed, Form, Physical};
use crate::model::object::Object;
use crate::model::observed::relation::{Relation, RelationKind};
use crate::plan::change::{Action, ReasonKind, Way};
use crate::plan::decision::{Decision, Filled, How, New, Own};
use crate::plan::text::{self, Names};

/// Decides on a table that is not as its file says.
pub(super) fn decide(deciding: &mut Deciding<'_>, object: &Object, standing: &Standing) {
    let name = &object.name;
    let before = deciding.input.observed.relations.get(name);
    let (action, how, reasons) = match (standing, before) {
        (Standing::Missing, _) | (_, None) => match create(deciding, object) {
            Ok(how) => (Action::Create, how, words::of_standing(deciding, name)),
            Err(error) => return deciding.refuse(name, error.why, None),
        },
        (_, Some(before)) => match columns(deciding, object, before) {
            Ok((deeds, reasons)) => {
                let mut all = deeds;
                all.extend(companions::deeds(deciding, object));
                if all.is_empty() {
                    return;
                }
                let record = deciding.input.record(name);
                let how = How::Alter {
                    generation: record.map(|record| record.generation.clone()),
                    new_generation: deciding.generation(name),
                    deeds: all,
                };
                (Action::Alter, how, reasons)
            }
            Err(why) => {
                let hint = "change the table yourself, then make the file say what it is";
                return deciding.refuse(name, why, Some(hint.to_owned()));
            }
        },
    };
    let decision = Decision {
        object: name.clone(),
        kind: before.map_or(RelationKind::Table, |before| before.kind),
        own: Own::Declared(Box::new(deciding.declaration(object))),
        action,
        reasons,
        because: Vec::new(),
        how,
        reads: deciding.reads(name),
    };
    deciding.decided(decision);
}

fn create(deciding: &mut Deciding<'_>, object: &Object) -> Result<How, text::NotRenamed> {
    let name = &object.name;
    let generation = deciding.generation(name);
    let relation = Physical {
        name: name.clone(),
        kind: RelationKind::Table,
    };
    let form = Form::Written(text::create(object, name, &Names::new())?);
    let worn = worn::declared(deciding.input, object);
    let figure = Figure {
        public: name,
        relation: &relation,
        generation: &generation,
        columns: None,
        before: None,
    };
    let dress = dress::dress(deciding, figure, (&worn, &RecordedCompanions::default()))?;
    Ok(How::Create(Box::new(New {
        generation,
        relation,
        form,
        filled: Filled::WithBuild,
        dress,
        audits: Vec::new(),
        grounds: Vec::new(),
        way: Way::Swap,
    })))
}

type Added = (Vec<Deed>, Vec<crate::plan::change::Reason>);

/// The columns that a table gets; or why its change is refused.
fn columns(deciding: &Deciding<'_>, object: &Object, before: &Relation) -> Result<Added, String> {
    let StatementKind::CreateTable(table) = &object.definition.statement.kind else {
        return Err("it is no table with columns".to_owned());
    };
    let source = &object.source.text;
    let dialect = deciding.input.project.target.dialect;
    let applied = deciding.input.record(&object.name);
    let applied = applied
        .map(|record| written(&record.declared, dialect))
        .unwrap_or_default();
    let (mut deeds, mut reasons) = (Vec::new(), Vec::new());
    for column in &table.columns {
        let name = column.name.value.as_str();
        let words = text_of(table, name, source);
        if before.columns.iter().any(|there| there.name == name) {
            if applied.get(name).is_some_and(|before| *before != words) {
                return Err(format!(
                    "column \"{name}\" of a table is changed, which asks for a copy of it"
                ));
            }
            continue;
        }
        deeds.push(Deed::AddColumn {
            table: object.name.clone(),
            column: name.to_owned(),
            sql: column_text(table, name, source),
        });
        let text = format!("column \"{name}\" added");
        reasons.push(reason(ReasonKind::DefinitionChanged, text));
    }
    for name in applied.keys() {
        let declared = table
            .columns
            .iter()
            .any(|column| column.name.value == *name);
        if !declared && before.columns.iter().any(|there| there.name == *name) {
            return Err(format!(
                "column \"{name}\" of a table is gone from its file, and its data is not dropped"
            ));
        }
    }
    Ok((deeds, reasons))
}

/// The columns of a CREATE TABLE by name, as their words say them.
fn written(statement: &str, dialect: Dialect) -> BTreeMap<String, String> {
    let split = dormer_sql::split::split(statement, dialect);
    let Some(piece) = split.pieces.first() else {
        return BTreeMap::new();
    };
    match dormer_sql::parse::parse(statement, &split, piece, dialect)
        .0
        .kind
    {
        StatementKind::CreateTable(table) => {
            let columns = table.columns.iter();
            let names = columns.map(|column| column.name.value.to_string());
            names
                .map(|name| {
                    let words = text_of(&table, &name, statement);
                    (name, words)
                })
                .collect()
        }
        _ => BTreeMap::new(),
    }
}

/// The words of a column without their letter case and spaces.
fn text_of(table: &CreateTable, name: &str, source: &str) -> String {
    let text = column_text(table, name, source).to_ascii_lowercase();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A column as its table says it.
fn column_text(table: &CreateTable, name: &str, source: &str) -> String {
    let mut columns = table.columns.iter();
    let Some(column) = columns.find(|column| column.name.value == name) else {
        return String::new();
    };
    let whole = column.name.span.to(column.type_name);
    let whole = column.rest.map_or(whole, |rest| whole.to(rest));
    whole.slice(source).to_owned()
}
