//! What the role that asks may do, before a command fails for it; clocks; what an engine says of itself.

use std::collections::BTreeSet;

use super::{Area, Cure, Finding, count};
use crate::engine::Access;
use crate::engine::session::{Health, SchemaRights, Weight};
use crate::model::observed::relation::Ownership;
use crate::plan::input::Input;
use crate::plan::text::sql_name;

/// So much may the clock of a target be apart from the one here.
const APART_MS: u64 = 5_000;
/// So many of one kind are told one by one.
const TOLD: usize = 5;

/// What each command needs and may lack.
#[must_use]
pub fn rights(input: &Input<'_>, health: &Health) -> Vec<Finding> {
    let mut found = Vec::new();
    access(input, &mut found);
    schemas(input, health, &mut found);
    let lacks = &health.journal_lacks;
    match &health.journal {
        _ if !lacks.is_empty() => {
            let what = format!(
                "the journal lacks {} of its parts: {}",
                lacks.len(),
                lacks.join(", ")
            );
            let words = "lay what is left of it aside, then mend:  \
                         ALTER SCHEMA dormer RENAME TO dormer_damaged";
            found.push(
                Finding::problem(Area::Journal, what)
                    .why("no run can begin, and what was applied is not known")
                    .cure(Cure::Words(words.to_owned())),
            );
        }
        None => found.push(Finding::fine(Area::Rights, "the journal can be written")),
        Some(refusal) => {
            let hint = refusal.hint.clone().unwrap_or_default();
            found.push(
                Finding::problem(Area::Rights, refusal.message.clone())
                    .why("no run can begin without the journal")
                    .cure(Cure::Statement(hint)),
            );
        }
    }
    owners(input, &mut found);
    if !health.sees_others {
        let user = input.server.map_or("this role", |server| &*server.user);
        found.push(
            Finding::note(
                Area::Rights,
                "what sessions of other roles run is not shown",
            )
            .why("`locks` and a blocked run cannot say who is in the way, and since when")
            .cure(Cure::Statement(format!(
                "GRANT pg_read_all_stats TO {}",
                dormer_sql::ident::quote(user)
            ))),
        );
    }
    found
}

fn access(input: &Input<'_>, found: &mut Vec<Finding>) {
    match input.server.map(|server| server.access) {
        Some(Access::Standby) => found.push(
            Finding::problem(Area::Connection, "the target is a standby")
                .why("plans can be made there, and nothing can be applied")
                .cure(Cure::Words(
                    "name the primary in the url of the target".to_owned(),
                )),
        ),
        Some(Access::ReadOnly) => found.push(
            Finding::problem(Area::Connection, "the target only reads for this role")
                .why("plans can be made there, and nothing can be applied"),
        ),
        Some(Access::ReadWrite) | None => {}
    }
}

fn schemas(input: &Input<'_>, health: &Health, found: &mut Vec<Finding>) {
    let role = input.server.map_or("", |server| &*server.user);
    let role = dormer_sql::ident::quote(role);
    let before = found.len();
    for (schema, rights) in &health.schemas {
        let quoted = dormer_sql::ident::quote(schema);
        match rights {
            SchemaRights::Missing if health.may_create_schemas => {}
            SchemaRights::Missing => found.push(
                Finding::problem(
                    Area::Rights,
                    format!("schema {schema} is not there, and this role may make none"),
                )
                .why("`apply` cannot make its objects")
                .cure(Cure::Statement(format!(
                    "CREATE SCHEMA {quoted} AUTHORIZATION {role}"
                ))),
            ),
            SchemaRights::There {
                usage: true,
                create: true,
                ..
            } => {}
            SchemaRights::There {
                owner,
                usage,
                create,
            } => {
                let lacks = match (usage, create) {
                    (false, true) => "USAGE",
                    (true, false) => "CREATE",
                    _ => "USAGE, CREATE",
                };
                found.push(
                    Finding::problem(
                        Area::Rights,
                        format!("{lacks} on schema {schema} of {owner} is missing"),
                    )
                    .why("`apply` cannot make its objects there")
                    .cure(Cure::Statement(format!(
                        "GRANT {lacks} ON SCHEMA {quoted} TO {role}"
                    ))),
                );
            }
        }
    }
    if found.len() == before && !health.schemas.is_empty() {
        let schemas = count(health.schemas.len(), "schema");
        found.push(Finding::fine(
            Area::Rights,
            format!("objects can be made in {schemas}"),
        ));
    }
}

/// Declared objects that somebody else owns: only the owner, or a member of that role, can change them.
fn owners(input: &Input<'_>, found: &mut Vec<Finding>) {
    let objects = input.project.catalog.objects.keys();
    let there = objects.filter_map(|name| Some((name, input.observed.relations.get(name)?)));
    let foreign: Vec<_> = there
        .filter(|(_, relation)| relation.ownership == Ownership::Foreign)
        .collect();
    let owners: BTreeSet<&str> = foreign
        .iter()
        .map(|(_, relation)| &*relation.owner)
        .collect();
    let role = input.server.map_or("", |server| &*server.user);
    for owner in owners {
        let of_owner = foreign
            .iter()
            .filter(|(_, relation)| relation.owner == owner);
        let names: Vec<String> = of_owner.map(|(name, _)| sql_name(name)).collect();
        let shown = names.get(..TOLD).unwrap_or(&names).join(", ");
        let more = match names.len().saturating_sub(TOLD) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        found.push(
            Finding::problem(
                Area::Rights,
                format!("{shown}{more} belong to {owner}, and this role is no member of it"),
            )
            .why("`apply`, `adopt` and `refresh` of them are refused by the target")
            .cure(Cure::Statement(format!(
                "GRANT {} TO {}",
                dormer_sql::ident::quote(owner),
                dormer_sql::ident::quote(role)
            ))),
        );
    }
}

/// What the engine says of its settings.
#[must_use]
pub fn remarks(health: &Health) -> Vec<Finding> {
    let remarks = health.remarks.iter().map(|remark| Finding {
        area: Area::Settings,
        weight: remark.weight,
        object: None,
        what: remark.what.clone(),
        why: remark.why.clone(),
        cure: remark.statement.clone().map_or(Cure::None, Cure::Statement),
    });
    let mut found: Vec<Finding> = remarks.collect();
    if found.iter().all(|finding| finding.weight == Weight::Fine) {
        found.push(Finding::fine(Area::Settings, "no setting hurts"));
    }
    found
}

/// Ids of runs are in the order of time, by the clock of whoever starts them.
#[must_use]
pub fn clock(health: &Health, here_ms: i64) -> Finding {
    let apart = health.now_ms.abs_diff(here_ms);
    if apart <= APART_MS {
        return Finding::fine(Area::Clock, "the clock of the target agrees");
    }
    let which = if health.now_ms > here_ms {
        "ahead of"
    } else {
        "behind"
    };
    let seconds = apart / 1_000;
    Finding::problem(
        Area::Clock,
        format!("the clock of the target is {seconds} s {which} the one here"),
    )
    .why("runs are in order of time by their ids: a rollback may take a later run for an earlier one")
    .cure(Cure::Words("set both by the same source of time".to_owned()))
}
