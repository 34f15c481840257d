//! Who may do what: as files say it, as the target says it, and what a new relation gets by itself.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::ServerInfo;
use crate::engine::step::Privilege;
use crate::model::name::ObjectName;
use crate::model::object::DeclaredGrant;
use crate::model::observed::grant::{Grant, Grants, Holder};
use crate::model::observed::relation::Relation;
use crate::model::observed::{Defaults, DefaultsOf, Observed};
use crate::plan::input::Input;

/// Privileges by what they are, whether they may be passed on or not.
type Key = (String, Option<String>, Holder);

/// The privileges that there are on a column alone.
const OF_COLUMNS: [&str; 4] = ["INSERT", "REFERENCES", "SELECT", "UPDATE"];

/// The privileges that a file declares.
pub(in crate::plan) fn declared(
    grants: &[DeclaredGrant],
    server: Option<&ServerInfo>,
) -> BTreeSet<Privilege> {
    let mut found = BTreeSet::new();
    for grant in grants {
        let columns: Vec<Option<String>> = match grant.columns.as_slice() {
            [] => vec![None],
            columns => columns.iter().cloned().map(Some).collect(),
        };
        for column in columns {
            found.insert(Privilege {
                privilege: privilege(&grant.privilege),
                column,
                holder: holder(&grant.grantee.0, server),
                grantable: grant.grant_option,
            });
        }
    }
    found
}

/// `ALL PRIVILEGES` is `ALL`.
fn privilege(written: &str) -> String {
    match written.split_whitespace().next() {
        Some("ALL") => "ALL".to_owned(),
        _ => written.to_owned(),
    }
}

/// Grantees are folded when they are read.
fn holder(written: &str, server: Option<&ServerInfo>) -> Holder {
    let bare = ["GROUP ", "ROLE "]
        .iter()
        .find_map(|word| written.strip_prefix(word));
    match bare.unwrap_or(written) {
        "public" => Holder::Public,
        name => Holder::Role(role(name, server)),
    }
}

/// The role that somebody means: whoever is at work has a name, too.
pub(in crate::plan) fn role(written: &str, server: Option<&ServerInfo>) -> String {
    match (written, server) {
        ("current_user" | "current_role" | "session_user", Some(server)) => server.user.clone(),
        _ => written.to_owned(),
    }
}

/// What the target's access lists say of a relation, without what its owner has anyway.
pub(in crate::plan) fn observed(relation: &Relation) -> BTreeSet<Privilege> {
    let owner = Holder::Role(relation.owner.clone());
    let of = |grant: &Grant, column: Option<&str>| Privilege {
        privilege: grant.privilege.clone(),
        column: column.map(str::to_owned),
        holder: grant.holder.clone(),
        grantable: grant.grantable,
    };
    let whole = relation.grants.listed().map(|grant| of(grant, None));
    let columns = relation.columns.iter().flat_map(|column| {
        let grants = column.grants.iter();
        grants.map(|grant| of(grant, Some(&column.name)))
    });
    whole
        .chain(columns)
        .filter(|privilege| privilege.holder != owner)
        .collect()
}

/// What the owner of a relation took from itself, which a new relation would have again.
pub(in crate::plan) fn owner_lacks(relation: &Relation, all: &[&str]) -> Vec<Privilege> {
    let Grants::Listed(grants) = &relation.grants else {
        return Vec::new();
    };
    let owner = Holder::Role(relation.owner.clone());
    let has = |privilege: &str| {
        let mut grants = grants.iter();
        grants.any(|grant| grant.holder == owner && grant.privilege == privilege)
    };
    let lacks = all.iter().filter(|privilege| !has(privilege));
    lacks
        .map(|privilege| Privilege {
            privilege: (*privilege).to_owned(),
            column: None,
            holder: owner.clone(),
            grantable: false,
        })
        .collect()
}

/// What the owner of a relation has and would not have on a new one: where default privileges of the
/// role that builds say so, an owner begins with less than everything.
pub(in crate::plan) fn owner_loses(
    input: &Input<'_>,
    (name, relation): (&ObjectName, &Relation),
    all: &[&str],
) -> Vec<Privilege> {
    let Some(server) = input.server else {
        return Vec::new();
    };
    let user = server.user.as_str();
    let everywhere = Defaults {
        role: user.to_owned(),
        schema: None,
        of: DefaultsOf::Relations,
    };
    // Those of a schema only add to what everybody has.
    if !input.observed.default_privileges.contains_key(&everywhere) {
        return Vec::new();
    }
    let builder = Holder::Role(user.to_owned());
    let given: BTreeSet<&str> = defaults(input.observed, user, None)
        .chain(defaults(input.observed, user, Some(&name.schema)))
        .filter(|grant| grant.holder == builder)
        .map(|grant| grant.privilege.as_str())
        .collect();
    let lacked = owner_lacks(relation, all);
    let had = |one: &&&str| !lacked.iter().any(|lacked| lacked.privilege == **one);
    all.iter()
        .filter(had)
        .filter(|one| !given.contains(**one))
        .map(|one| Privilege {
            privilege: (*one).to_owned(),
            column: None,
            holder: Holder::Role(relation.owner.clone()),
            grantable: false,
        })
        .collect()
}

/// What a relation that is made now gets without asking.
pub(in crate::plan) fn by_default(input: &Input<'_>, name: &ObjectName) -> BTreeSet<Privilege> {
    let Some(server) = input.server else {
        return BTreeSet::new();
    };
    by_default_of(input, name, &server.user)
}

/// The same for what a role makes.
pub(in crate::plan) fn by_default_of(
    input: &Input<'_>,
    name: &ObjectName,
    user: &str,
) -> BTreeSet<Privilege> {
    let owner = Holder::Role(user.to_owned());
    defaults(input.observed, user, None)
        .chain(defaults(input.observed, user, Some(&name.schema)))
        .filter(|grant| grant.holder != owner)
        .map(|grant| Privilege {
            privilege: grant.privilege.clone(),
            column: None,
            holder: grant.holder.clone(),
            grantable: grant.grantable,
        })
        .collect()
}

fn defaults<'a>(
    observed: &'a Observed,
    role: &str,
    schema: Option<&str>,
) -> impl Iterator<Item = &'a Grant> + use<'a> {
    let key = Defaults {
        role: role.to_owned(),
        schema: schema.map(str::to_owned),
        of: DefaultsOf::Relations,
    };
    observed.default_privileges.get(&key).into_iter().flatten()
}

/// Those of `wanted` that `given` does not have; `ALL` is had by who has every one of `all`.
pub(in crate::plan) fn missing(
    wanted: &BTreeSet<Privilege>,
    given: &BTreeSet<Privilege>,
    all: &[&str],
) -> Vec<Privilege> {
    let mut have: BTreeMap<Key, bool> = BTreeMap::new();
    for privilege in given {
        let passed = have.entry(key(privilege)).or_insert(false);
        *passed |= privilege.grantable;
    }
    let has = |privilege: &str, wanted: &Privilege| {
        let key = (
            privilege.to_owned(),
            wanted.column.clone(),
            wanted.holder.clone(),
        );
        let found = have.get(&key);
        found.is_some_and(|grantable| *grantable || !wanted.grantable)
    };
    let lacks = |wanted: &&Privilege| {
        if wanted.privilege == "ALL" {
            !has("ALL", wanted) && !spelled_out(wanted, all).all(|one| has(one, wanted))
        } else {
            !has(&wanted.privilege, wanted)
        }
    };
    wanted.iter().filter(lacks).cloned().collect()
}

/// The privileges with `ALL` spelled out.
pub(in crate::plan) fn spelled(
    privileges: &BTreeSet<Privilege>,
    all: &[&str],
) -> BTreeSet<Privilege> {
    let mut found = BTreeSet::new();
    for privilege in privileges {
        if privilege.privilege == "ALL" {
            found.extend(spelled_out(privilege, all).map(|one| Privilege {
                privilege: one.to_owned(),
                ..privilege.clone()
            }));
        } else {
            found.insert(privilege.clone());
        }
    }
    found
}

/// What `ALL` stands for: a column has fewer privileges than a relation.
fn spelled_out<'a>(
    privilege: &Privilege,
    all: &'a [&'a str],
) -> impl Iterator<Item = &'a str> + use<'a> {
    let of_column = privilege.column.is_some();
    all.iter()
        .copied()
        .filter(move |one| !of_column || OF_COLUMNS.contains(one))
}

/// Whether taking `taken` takes this as well: what is taken of a relation is taken of its columns, and
/// a privilege that may be passed on is not told from one that may not.
pub(in crate::plan) fn goes_with(privilege: &Privilege, taken: &Privilege) -> bool {
    privilege.privilege == taken.privilege
        && privilege.holder == taken.holder
        && (taken.column.is_none() || privilege.column == taken.column)
}

fn key(privilege: &Privilege) -> Key {
    (
        privilege.privilege.clone(),
        privilege.column.clone(),
        privilege.holder.clone(),
    )
}

/// A privilege as people read it.
pub(in crate::plan) fn shown(privilege: &Privilege) -> String {
    let column = privilege.column.as_ref();
    let column = column.map_or_else(String::new, |column| format!(" ({column})"));
    let option = if privilege.grantable {
        " with grant option"
    } else {
        ""
    };
    format!(
        "{}{column} to {}{option}",
        privilege.privilege, privilege.holder
    )
}
