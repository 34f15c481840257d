//! How declared objects and what has their names compare, each by itself: nothing follows anything here.

use std::collections::BTreeMap;

use super::standing::Standing;
use super::{Deciding, companions, words};
use crate::engine::session::Rehearsed;
use crate::model::kind::ObjectKind;
use crate::model::name::ObjectName;
use crate::plan::decision::{Declaration, How};
use crate::plan::input::Input;
use crate::plan::rehearsal::{Rehearsal, When};

/// One object and what has its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::plan) struct Compared {
    pub(in crate::plan) standing: Standing,
    /// What of the columns differs, as far as the target said.
    pub(in crate::plan) columns: Option<String>,
    /// What of the companions differs, each in words.
    pub(in crate::plan) companions: Vec<String>,
    /// What the journal would say of it.
    pub(in crate::plan) declaration: Declaration,
}

/// Compares everything that was asked for.
pub(in crate::plan) fn compare(
    input: &Input<'_>,
    rehearsal: &Rehearsal,
) -> BTreeMap<ObjectName, Compared> {
    let mut deciding = Deciding::new(input, rehearsal);
    deciding.standings();
    let mut found = BTreeMap::new();
    for (name, object) in &input.project.catalog.objects {
        let Some(standing) = deciding.standings.get(name).cloned() else {
            continue;
        };
        if !input.wants(name) {
            continue;
        }
        let differ = match standing {
            Standing::Missing | Standing::OtherKind { .. } => None,
            Standing::Same | Standing::Changed { .. } | Standing::Stranger => {
                companions::decide(&mut deciding, object)
            }
        };
        let companions = match differ {
            Some((How::Alter { .. }, reasons)) => {
                reasons.into_iter().map(|reason| reason.text).collect()
            }
            _ => Vec::new(),
        };
        let before = input.observed.relations.get(name);
        let asked = rehearsal.answer(name, When::Now);
        let columns = match (before, asked) {
            (Some(before), Some(Rehearsed::Accepted { columns, .. })) => {
                let columns = without_collation(object.kind, columns);
                match object.kind {
                    ObjectKind::Table => words::plain_columns(before, &columns),
                    _ => words::columns(before, &columns),
                }
            }
            _ => None,
        };
        found.insert(
            name.clone(),
            Compared {
                standing,
                columns,
                companions,
                declaration: deciding.declaration(object),
            },
        );
    }
    found
}

/// A table says its collations apart from its types.
fn without_collation(kind: ObjectKind, columns: &[(String, String)]) -> Vec<(String, String)> {
    let columns = columns.iter().cloned();
    let plain = |type_name: String| match type_name.split_once(" COLLATE ") {
        Some((plain, _)) if kind == ObjectKind::Table => plain.to_owned(),
        _ => type_name,
    };
    columns
        .map(|(name, type_name)| (name, plain(type_name)))
        .collect()
}
