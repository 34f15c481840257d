//! What hangs on relations and other things: indexes, triggers, rules, policies, grants.
//!
//! **What hangs on something that is not in the picture is left out:** it went with it.

use std::collections::BTreeSet;

use dormer_core::model::name::ObjectName;
use dormer_core::model::observed::grant::{Grant, Grants, Holder};
use dormer_core::model::observed::index::Index;
use dormer_core::model::observed::relation::{Attachment, Fires, Policy};
use dormer_core::model::observed::{Defaults, DefaultsOf};
use tokio_postgres::{Error, Row};

use super::assemble::Seen;
use super::cells::Cells;

pub(super) fn index(seen: &mut Seen, row: &Row) -> Result<(), Error> {
    let mut cells = Cells::of(row);
    let id = cells.next()?;
    if cells.next()? {
        seen.locked(id);
        return Ok(());
    }
    let Some(relation) = seen.relation_mut(id) else {
        return Ok(());
    };
    let name = cells.next()?;
    // NULL for what was dropped meanwhile.
    let Some(definition) = cells.next()? else {
        return Ok(());
    };
    let index = Index {
        definition,
        unique: cells.next()?,
        valid: cells.next()?,
        primary: cells.next()?,
        constraint: cells.next()?,
        clustered: cells.next()?,
        replica_identity: cells.next()?,
        concurrent_refresh: cells.next()?,
        comment: cells.next()?,
        tablespace: cells.next()?,
    };
    relation.indexes.insert(name, index);
    Ok(())
}

pub(super) fn attachment(seen: &mut Seen, row: &Row) -> Result<(), Error> {
    let mut cells = Cells::of(row);
    let what = cells.letter()?;
    let id = cells.next()?;
    if cells.next()? {
        seen.locked(id);
        return Ok(());
    }
    let Some(relation) = seen.relation_mut(id) else {
        return Ok(());
    };
    let schema: Option<String> = cells.next()?;
    let name: String = cells.next()?;
    let definition: Option<String> = cells.next()?;
    let fires = match cells.letter()? {
        'D' => Fires::Never,
        'R' => Fires::OnReplica,
        'A' => Fires::Always,
        _ => Fires::Usually,
    };
    let comment = cells.next()?;
    match (what, definition) {
        ('u', _) => {
            relation.publications.insert(name);
        }
        ('s', Some(definition)) => {
            let name = ObjectName::new(&schema.unwrap_or_default(), &name);
            relation.statistics.insert(name, definition);
        }
        ('p', _) => {
            let permissive: Option<bool> = cells.next()?;
            let command = command(cells.letter()?).to_owned();
            let holder = |role: String| match role.as_str() {
                "" => Holder::Public,
                _ => Holder::Role(role),
            };
            let policy = Policy {
                permissive: permissive.unwrap_or(true),
                command,
                holders: cells.names()?.into_iter().map(holder).collect(),
                using: cells.next()?,
                check: cells.next()?,
                comment,
            };
            relation.policies.insert(name, policy);
        }
        (_, Some(definition)) => {
            let attachment = Attachment {
                definition,
                fires,
                comment,
            };
            let those = match what {
                't' => &mut relation.triggers,
                _ => &mut relation.rules,
            };
            those.insert(name, attachment);
        }
        // It was dropped after the snapshot was taken.
        (_, None) => {}
    }
    Ok(())
}

fn command(letter: char) -> &'static str {
    match letter {
        'r' => "SELECT",
        'a' => "INSERT",
        'w' => "UPDATE",
        'd' => "DELETE",
        _ => "ALL",
    }
}

pub(super) fn grant(seen: &mut Seen, row: &Row) -> Result<(), Error> {
    let mut cells = Cells::of(row);
    let what = cells.letter()?;
    let id: u32 = cells.next()?;
    let name: Option<String> = cells.next()?;
    let role: Option<String> = cells.next()?;
    let default_of = cells.optional_letter()?;
    let holder = cells.next()?;
    let privilege: Option<String> = cells.next()?;
    let (grantable, grantor): (Option<bool>, Option<String>) = (cells.next()?, cells.next()?);
    // A list without privileges still says something: that there are none.
    let grant = privilege.zip(grantor).map(|(privilege, grantor)| Grant {
        holder: match holder {
            Some(role) => Holder::Role(role),
            None => Holder::Public,
        },
        privilege,
        grantable: grantable.unwrap_or(false),
        grantor,
    });
    let list = match what {
        'r' => seen
            .relations
            .get_mut(&id)
            .and_then(|(_, relation)| listed(&mut relation.grants)),
        'a' => seen.relation_mut(id).and_then(|relation| {
            let mut columns = relation.columns.iter_mut();
            let column = columns.find(|column| Some(&column.name) == name.as_ref());
            column.map(|column| &mut column.grants)
        }),
        'f' => seen
            .functions
            .get_mut(&id)
            .and_then(|(_, function)| listed(&mut function.grants)),
        'n' => seen
            .schemas
            .get_mut(&id)
            .and_then(|(_, schema)| listed(&mut schema.grants)),
        _ => {
            let of = match default_of {
                Some('S') => DefaultsOf::Sequences,
                Some('f') => DefaultsOf::Functions,
                _ => DefaultsOf::Relations,
            };
            let defaults = Defaults {
                role: role.unwrap_or_default(),
                schema: name,
                of,
            };
            let lists = &mut seen.observed.default_privileges;
            Some(lists.entry(defaults).or_default())
        }
    };
    if let Some(list) = list {
        list.extend(grant);
    }
    Ok(())
}

/// The list to add to; a list that is NULL has no rows, so it is never asked for.
fn listed(grants: &mut Grants) -> Option<&mut BTreeSet<Grant>> {
    match grants {
        Grants::Listed(list) => Some(list),
        Grants::Default => None,
    }
}
