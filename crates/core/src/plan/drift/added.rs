//! What an object has that nobody declared: somebody gave it by hand, and a plan keeps it.
//!
//! **What a new relation gets by default privileges is nobody's hand.**

use std::collections::BTreeSet;

use super::companions::Standing;
use super::object::one;
use super::{Aspect, Change, Drifted};
use crate::engine::step::Privilege;
use crate::model::observed::relation::{Relation, RelationKind};
use crate::plan::decide::privileges;
use crate::plan::input::Input;

/// Finds it.
pub(super) fn find(input: &Input<'_>, standing: &Standing<'_>) -> Vec<Drifted> {
    let mut found = Vec::new();
    grants(input, standing, &mut found);
    let relation = standing.relation;
    let recorded = standing.recorded;
    for (name, index) in &relation.indexes {
        if !recorded.indexes.contains_key(name) && index.constraint.is_none() {
            found.push(Drifted {
                now: Some(index.definition.clone()),
                ..added(Aspect::Indexes, format!("index {name}"))
            });
        }
    }
    if let (None, Some(text)) = (&recorded.comment, &relation.comment) {
        found.push(Drifted {
            now: Some(text.clone()),
            ..added(Aspect::Comments, "comment".to_owned())
        });
    }
    for column in &relation.columns {
        let given = recorded.column_comments.contains_key(&column.name);
        if let (false, Some(text)) = (given, &column.comment) {
            let what = format!("comment on column \"{}\"", column.name);
            found.push(Drifted {
                now: Some(text.clone()),
                ..added(Aspect::Comments, what)
            });
        }
    }
    // The options of a table are part of how it is made.
    if standing.queried && relation.kind != RelationKind::Table {
        let options = relation.options.iter();
        let options = options.filter(|(name, _)| !recorded.options.contains_key(*name));
        found.extend(options.map(|(name, value)| Drifted {
            now: Some(value.clone()),
            ..added(Aspect::Options, format!("option {name}"))
        }));
    }
    attachments(relation, &mut found);
    found
}

fn added(aspect: Aspect, text: String) -> Drifted {
    one(aspect, Change::Added, text)
}

fn grants(input: &Input<'_>, standing: &Standing<'_>, found: &mut Vec<Drifted>) {
    let all = &input.engine.capabilities().privileges;
    let relation = standing.relation;
    let mut known = privileges::spelled(&standing.recorded.grants, all);
    known.extend(privileges::by_default(input, standing.name));
    known.extend(privileges::by_default_of(
        input,
        standing.name,
        &relation.owner,
    ));
    let given = privileges::observed(relation);
    let more = privileges::missing(&given, &known, all);
    for privilege in more {
        found.push(Drifted {
            grantor: grantor(relation, &privilege),
            ..added(
                Aspect::Grants,
                format!("grant of {}", privileges::shown(&privilege)),
            )
        });
    }
}

/// Who gave a privilege, where one did.
fn grantor(relation: &Relation, privilege: &Privilege) -> Option<String> {
    let of_columns = relation.columns.iter().filter(|column| {
        let of = privilege.column.as_deref();
        of == Some(&column.name)
    });
    let of_columns = of_columns.flat_map(|column| &column.grants);
    let whole = privilege.column.is_none();
    let of_whole = relation.grants.listed().filter(|_| whole);
    let grants = of_whole
        .chain(of_columns)
        .filter(|grant| grant.privilege == privilege.privilege && grant.holder == privilege.holder);
    let grantors: BTreeSet<&str> = grants.map(|grant| grant.grantor.as_str()).collect();
    let mut grantors = grantors.into_iter();
    let first = grantors.next()?;
    grantors.next().is_none().then(|| first.to_owned())
}

/// None of these can be declared.
fn attachments(relation: &Relation, found: &mut Vec<Drifted>) {
    let triggers = relation
        .triggers
        .keys()
        .map(|name| format!("trigger {name}"));
    let rules = relation.rules.keys().map(|name| format!("rule {name}"));
    let policies = relation
        .policies
        .keys()
        .map(|name| format!("policy {name}"));
    let statistics = relation.statistics.keys();
    let statistics = statistics.map(|name| format!("statistics {name}"));
    let all = triggers.chain(rules).chain(policies).chain(statistics);
    found.extend(all.map(|text| added(Aspect::Attachments, text)));
}
