//! Tables: made when they are missing, given new columns, never anything else.

use std::collections::{BTreeMap, BTreeSet};

use dormer_sql::statement::{CreateTable, OptionKind, StatementKind, TableColumn};
use dormer_sql::{Dialect, Span};

use super::dress::{self, Figure};
use super::standing::Standing;
use super::{Deciding, companions, reason, words, worn};
use crate::engine::journal::RecordedCompanions;
use crate::engine::step::{Deed, Form, Physical};
use crate::model::object::Object;
use crate::model::observed::relation::{Relation, RelationKind};
use crate::plan::change::{Action, ReasonKind, Way};
use crate::plan::decision::{Decision, Filled, How, New, Own};
use crate::plan::drift::columns::compare;
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
        (Standing::OtherKind { found, .. }, _) => {
            let kind = found.as_str().replace('-', " ");
            let text = format!("it is a {kind} in the target, and no table is made in its place");
            let hint = "take it out of the files and apply, then declare the table and apply again";
            return deciding.refuse(name, text, Some(hint.to_owned()));
        }
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

/// Tells what somebody made of the columns of tables: no plan changes what holds rows.
pub(super) fn by_hand(deciding: &mut Deciding<'_>) {
    let input = deciding.input;
    let dialect = input.project.target.dialect;
    for name in deciding.objects.keys().cloned().collect::<Vec<_>>() {
        let relation = input.observed.relations.get(&name);
        let Some((record, relation)) = input.record(&name).zip(relation) else {
            continue;
        };
        if record.kind == RelationKind::Table && has_columns(&record.declared, dialect) {
            let found = compare(record, relation, dialect);
            for what in found.retyped.iter().chain(&found.nulls) {
                deciding.kept(&name, &format!("that {what}"));
            }
        }
    }
}

fn create(deciding: &mut Deciding<'_>, object: &Object) -> Result<How, text::NotRenamed> {
    let name = &object.name;
    let generation = deciding.generation(name);
    let relation = Physical {
        name: name.clone(),
        kind: RelationKind::Table,
    };
    let form = Form::Written(text::create(object, name, &Names::new())?);
    let worn = worn::declared(deciding.input, &deciding.index_names, object);
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
    let dialect = deciding.input.project.target.dialect;
    let source = Text {
        text: &object.source.text,
        dialect,
    };
    let record = deciding.input.record(&object.name);
    let before_file = record.and_then(|record| {
        let table = read(&record.declared, dialect)?;
        let text = Text {
            text: &record.declared,
            dialect,
        };
        Some((written(&table, text), beside_columns(&table, text)))
    });
    if let Some((_, beside)) = &before_file
        && *beside != beside_columns(table, source)
    {
        return Err("constraints or options of a table are changed".to_owned());
    }
    let applied = before_file.map(|(columns, _)| columns).unwrap_or_default();
    let (mut deeds, mut reasons) = (Vec::new(), Vec::new());
    for column in &table.columns {
        let name = column.name.value.as_str();
        if before.columns.iter().any(|there| there.name == name) {
            let words = source.words(whole(column));
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
            sql: whole(column).slice(source.text).to_owned(),
        });
        let text = match applied.contains_key(name) {
            true => format!("column \"{name}\" is gone from the target, and is added again"),
            false => format!("column \"{name}\" added"),
        };
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

/// Tells whether a statement makes a table with columns, as opposed to one made by a query.
pub(in crate::plan) fn has_columns(statement: &str, dialect: Dialect) -> bool {
    read(statement, dialect).is_some_and(|table| table.query.is_none())
}

/// The columns that a CREATE TABLE lists; none for a table that is made by a query.
pub(in crate::plan) fn column_names(statement: &str, dialect: Dialect) -> Option<BTreeSet<String>> {
    let table = read(statement, dialect).filter(|table| table.query.is_none())?;
    let columns = table.columns.iter();
    Some(
        columns
            .map(|column| column.name.value.to_string())
            .collect(),
    )
}

fn read(statement: &str, dialect: Dialect) -> Option<CreateTable> {
    let split = dormer_sql::split::split(statement, dialect);
    let piece = split.pieces.first()?;
    match dormer_sql::parse::parse(statement, &split, piece, dialect)
        .0
        .kind
    {
        StatementKind::CreateTable(table) => Some(table),
        _ => None,
    }
}

/// The columns of a CREATE TABLE by name, as their words say them.
fn written(table: &CreateTable, text: Text<'_>) -> BTreeMap<String, String> {
    let columns = table.columns.iter();
    columns
        .map(|column| (column.name.value.to_string(), text.words(whole(column))))
        .collect()
}

/// Everything of a CREATE TABLE but its columns: constraints, options, what it inherits.
fn beside_columns(table: &CreateTable, text: Text<'_>) -> BTreeSet<String> {
    let constraints = table.constraints.iter().copied();
    let options = table.options.iter();
    let options = options.filter(|option| option.kind != OptionKind::IfNotExists);
    constraints
        .chain(options.map(|option| option.span))
        .map(|span| text.words(span))
        .collect()
}

/// A text to read words of.
#[derive(Debug, Clone, Copy)]
struct Text<'a> {
    text: &'a str,
    dialect: Dialect,
}

impl Text<'_> {
    /// The words of a part, without their spaces, comments and letter case.
    fn words(self, part: Span) -> String {
        dormer_sql::canonical::canonical(self.text, part, self.dialect)
    }
}

/// The place of a column.
fn whole(column: &TableColumn) -> Span {
    let whole = column.name.span.to(column.type_name);
    column.rest.map_or(whole, |rest| whole.to(rest))
}
