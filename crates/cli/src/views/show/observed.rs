//! The observed side of one object: what the target says of it, beside what is declared.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use dormer_core::engine::journal::{ObjectRecord, RunRecord};
use dormer_core::model::name::ObjectName;
use dormer_core::model::observed::Observed;
use dormer_core::model::observed::grant::Grant;
use dormer_core::model::observed::relation::{Relation, RelationKind};
use dormer_core::plan::stands::Stands;
use serde::Serialize;

use super::one_line;
use super::text::heading;
use crate::report::plain;
use crate::views::amount::size;
use crate::views::style::{ERROR, FAINT, GOOD, STRONG, Table, WARNING, paint};
use crate::views::time::moment;

/// What was found.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    pub(crate) observed: &'a Observed,
    /// None for an external.
    pub(crate) stands: Option<Stands>,
    pub(crate) live: Option<&'a ObjectRecord>,
    /// Shadows and retired generations of it.
    pub(crate) kept: Vec<&'a ObjectRecord>,
    /// Those of everything, by the names that they have.
    pub(crate) nameless: BTreeSet<ObjectName>,
    /// The run that gave it its generation.
    pub(crate) run: Option<&'a RunRecord>,
}

/// The target's side in `dormer show --observed`.
#[derive(Debug, Serialize)]
pub(crate) struct ObservedView {
    there: bool,
    /// Null for an external.
    stands: Option<&'static str>,
    kind: Option<&'static str>,
    owner: Option<String>,
    generation: Option<String>,
    /// The name that the generation has in the target.
    physical: Option<String>,
    populated: Option<bool>,
    /// As last counted by the target.
    estimated_rows: Option<u64>,
    bytes: Option<u64>,
    comment: Option<String>,
    columns: Vec<ColumnField>,
    grants: Vec<String>,
    indexes: Vec<String>,
    options: BTreeMap<String, String>,
    /// Who reads it, as the target knows; kept generations left out.
    readers: Vec<ReaderField>,
    kept: Vec<KeptField>,
    run: Option<RunField>,
    /// As the target spells it.
    definition: Option<String>,
    #[serde(skip)]
    words: Option<Stands>,
}

#[derive(Debug, Serialize)]
struct ColumnField {
    name: String,
    #[serde(rename = "type")]
    type_name: String,
}

#[derive(Debug, Serialize)]
struct ReaderField {
    reader: String,
    /// Empty for the whole.
    columns: Vec<String>,
}

#[derive(Debug, Serialize)]
struct KeptField {
    generation: String,
    physical: String,
    state: &'static str,
    run: String,
}

#[derive(Debug, Serialize)]
struct RunField {
    run: String,
    kind: &'static str,
    state: &'static str,
    who: String,
    started: i64,
}

impl ObservedView {
    pub(crate) fn new(name: &ObjectName, found: &Found<'_>) -> Self {
        let relation = found.observed.relations.get(name);
        let bound = found.observed.readers_of(name).filter(|(reader, _)| {
            let of = reader.relation();
            of.is_none_or(|of| !found.nameless.contains(of))
        });
        Self {
            there: relation.is_some(),
            stands: found.stands.map(Stands::as_str),
            words: found.stands,
            kind: relation.map(|relation| relation.kind.as_str()),
            owner: relation.map(|relation| relation.owner.clone()),
            generation: found.live.map(|record| record.generation.to_string()),
            physical: found.live.map(|record| record.physical.clone()),
            populated: relation
                .filter(|relation| relation.kind == RelationKind::MaterializedView)
                .map(|relation| relation.populated),
            estimated_rows: relation.and_then(|relation| relation.estimated_rows),
            bytes: relation.and_then(|relation| relation.bytes),
            comment: relation.and_then(|relation| relation.comment.clone()),
            columns: relation.map(columns).unwrap_or_default(),
            grants: relation.map(grants).unwrap_or_default(),
            indexes: relation.map(indexes).unwrap_or_default(),
            options: relation
                .map(|relation| relation.options.clone())
                .unwrap_or_default(),
            readers: bound
                .map(|(reader, columns)| ReaderField {
                    reader: reader.to_string(),
                    columns: columns.iter().cloned().collect(),
                })
                .collect(),
            kept: found
                .kept
                .iter()
                .map(|record| KeptField {
                    generation: record.generation.to_string(),
                    physical: record.physical.clone(),
                    state: record.state.as_str(),
                    run: record.run.to_string(),
                })
                .collect(),
            run: found.run.map(|run| RunField {
                run: run.run.to_string(),
                kind: run.kind.as_str(),
                state: run.state.as_str(),
                who: run.who.clone(),
                started: run.started,
            }),
            definition: relation
                .and_then(|relation| relation.definition.as_deref())
                .map(|text| text.trim().trim_end_matches(';').to_owned()),
        }
    }

    pub(super) fn write(&self, f: &mut fmt::Formatter<'_>, target: &str) -> fmt::Result {
        heading(f, &format!("Observed in target {target}"))?;
        let mut table = Table::default();
        if let Some(stands) = self.words {
            let style = match stands {
                Stands::AsApplied => GOOD,
                Stands::FileChanged | Stands::NotApplied | Stands::NotThere => WARNING,
                Stands::TargetChanged | Stands::BothChanged | Stands::OtherKind => ERROR,
            };
            table.row([("it", FAINT), (stands.words(), style)]);
        } else if !self.there {
            table.row([("it", FAINT), ("is not there", WARNING)]);
        }
        self.facts(&mut table);
        table.write(f, 2)?;
        self.kept_text(f)?;
        self.readers_text(f)?;
        match &self.definition {
            Some(definition) => {
                heading(f, "Definition as the target spells it")?;
                for line in definition.lines() {
                    writeln!(f, "  {}", plain(line).trim_end())?;
                }
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn facts(&self, table: &mut Table) {
        let mut row = |what: &str, text: &str| {
            table.row([(what, FAINT), (text, anstyle::Style::new())]);
        };
        if let (Some(kind), Some(owner)) = (self.kind, &self.owner) {
            row("kind", &kind.replace('-', " "));
            row("owner", owner);
        }
        if let (Some(generation), Some(physical)) = (&self.generation, &self.physical) {
            row("generation", &format!("{generation}, called {physical}"));
        }
        if let Some(run) = &self.run {
            let when = moment(run.started);
            row(
                "run",
                &format!("{} {} of {}, {when}", run.kind, run.run, run.who),
            );
        }
        if self.populated == Some(false) {
            row("rows", "none: it was never filled");
        } else if let Some(rows) = self.estimated_rows {
            row("rows", &format!("{rows}, as last counted"));
        }
        if let Some(bytes) = self.bytes {
            row("size", &size(bytes));
        }
        if let Some(comment) = &self.comment {
            row("comment", comment);
        }
        for (option, value) in &self.options {
            row("option", &format!("{option} = {value}"));
        }
        for index in &self.indexes {
            row("index", &one_line(index));
        }
        for grant in &self.grants {
            row("grant", grant);
        }
    }

    fn kept_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kept.is_empty() {
            return Ok(());
        }
        heading(f, "Other generations")?;
        let mut table = Table::default();
        for kept in &self.kept {
            let run = format!("run {}", kept.run);
            table.row([(&kept.physical, STRONG), (kept.state, FAINT), (&run, FAINT)]);
        }
        table.write(f, 2)
    }

    fn readers_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.there {
            return Ok(());
        }
        heading(f, "Read by, as the target knows")?;
        if self.readers.is_empty() {
            return writeln!(f, "  {}", paint("nobody", FAINT));
        }
        let mut table = Table::default();
        for reader in &self.readers {
            table.row([
                (&reader.reader, STRONG),
                (&reader.columns.join(", "), FAINT),
            ]);
        }
        table.write(f, 2)
    }
}

fn columns(relation: &Relation) -> Vec<ColumnField> {
    let columns = relation.columns.iter();
    columns
        .map(|column| ColumnField {
            name: column.name.clone(),
            type_name: column.spelled(),
        })
        .collect()
}

fn indexes(relation: &Relation) -> Vec<String> {
    let indexes = relation.indexes.values();
    indexes.map(|index| index.definition.clone()).collect()
}

/// `SELECT (net) to anna, to pass on, by deployer`; what the owner has anyway is left out.
fn grants(relation: &Relation) -> Vec<String> {
    let told = |grant: &Grant, column: Option<&str>| {
        let column = column.map_or_else(String::new, |column| format!(" ({column})"));
        let option = if grant.grantable { ", to pass on" } else { "" };
        format!("{}{column} to {}{option}", grant.privilege, grant.holder)
    };
    let owner = &relation.owner;
    let others = |grant: &&Grant| grant.holder.to_string() != *owner;
    let whole = relation.grants.listed().filter(others);
    let whole = whole.map(|grant| told(grant, None));
    let columns = relation.columns.iter().flat_map(|column| {
        let grants = column.grants.iter().filter(others);
        grants.map(|grant| told(grant, Some(&column.name)))
    });
    whole.chain(columns).collect()
}
