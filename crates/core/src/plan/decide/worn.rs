//! What an object wears: its companions as declared, as the journal remembers them, and as they are.

use std::collections::{BTreeMap, BTreeSet};

use dormer_sql::statement::{CreateIndex, OptionKind, StatementKind};
use dormer_sql::{Dialect, Span};

use super::index_names::IndexNames;
use super::privileges;
use crate::engine::journal::RecordedCompanions;
use crate::engine::step::Privilege;
use crate::model::object::{DeclaredComment, Object};
use crate::plan::input::Input;
use crate::plan::text;

/// What a file, and the settings, give an object.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::plan) struct Worn {
    pub(in crate::plan) owner: Option<String>,
    pub(in crate::plan) comment: Option<String>,
    pub(in crate::plan) column_comments: BTreeMap<String, String>,
    pub(in crate::plan) grants: BTreeSet<Privilege>,
    /// By name, the statements as they are written.
    pub(in crate::plan) indexes: BTreeMap<String, String>,
    pub(in crate::plan) options: BTreeMap<String, String>,
    /// No file declares it: everything it wears was given by others, and its options are part of how
    /// it is made.
    pub(in crate::plan) foreign: bool,
}

/// Reads what an object wears.
pub(in crate::plan) fn declared(
    input: &Input<'_>,
    index_names: &IndexNames<'_>,
    object: &Object,
) -> Worn {
    let companions = &object.companions;
    let settings = input.project.settings.get(&object.name);
    let by_setting = settings.and_then(|settings| settings.owner.as_ref());
    let owner = companions
        .owner
        .as_ref()
        .map(|owner| privileges::role(&owner.role.value, input.server));
    let source = &object.source.text;
    let indexes = companions.indexes.iter().enumerate();
    let indexes = indexes.filter_map(|(place, index)| {
        let statement = index.span.slice(source).to_owned();
        let name = match &index.index.name {
            Some(name) => name.last(),
            None => index_names.get(&object.name, place)?,
        };
        Some((name.to_owned(), statement))
    });
    let comments = companions.column_comments.iter();
    Worn {
        owner: owner.or_else(|| by_setting.map(|owner| owner.value.clone())),
        comment: companions.comment.as_ref().and_then(said),
        column_comments: comments
            .filter_map(|(column, comment)| Some((column.clone(), said(comment)?)))
            .collect(),
        grants: privileges::declared(&companions.grants, input.server),
        indexes: indexes.collect(),
        options: options(object),
        foreign: false,
    }
}

/// A comment without a word is none.
fn said(comment: &DeclaredComment) -> Option<String> {
    comment.text.clone().filter(|text| !text.is_empty())
}

impl Worn {
    /// What Dormer itself gave an object, as if a file said it now.
    pub(in crate::plan) fn remembered(recorded: &RecordedCompanions) -> Self {
        Self {
            owner: recorded.owner.clone(),
            comment: recorded.comment.clone(),
            column_comments: recorded.column_comments.clone(),
            grants: recorded.grants.clone(),
            indexes: recorded.index_statements.clone(),
            options: recorded.options.clone(),
            foreign: false,
        }
    }

    /// What the journal remembers of it.
    pub(in crate::plan) fn recorded(&self, dialect: Dialect) -> RecordedCompanions {
        let canonical = |sql: &String| {
            let span = Span::of(0..sql.len());
            dormer_sql::canonical::fingerprint(sql, span, dialect).to_string()
        };
        let indexes = self.indexes.iter();
        RecordedCompanions {
            owner: self.owner.clone(),
            comment: self.comment.clone(),
            column_comments: self.column_comments.clone(),
            grants: self.grants.clone(),
            indexes: indexes
                .map(|(name, sql)| (name.clone(), canonical(sql)))
                .collect(),
            index_statements: self.indexes.clone(),
            options: self.options.clone(),
        }
    }
}

/// The options of the head: the inside of WITH, folded.
fn options(object: &Object) -> BTreeMap<String, String> {
    let source = &object.source.text;
    let mut found = BTreeMap::new();
    for option in &object.definition.options {
        match (option.kind, option.value) {
            (OptionKind::With, Some(value)) => {
                let inside = value.slice(source).trim();
                let inside = inside.strip_prefix('(').unwrap_or(inside);
                let inside = inside.strip_suffix(')').unwrap_or(inside);
                let mut quoted = false;
                let parts = inside.split(|letter| {
                    quoted ^= letter == '\'';
                    letter == ',' && !quoted
                });
                for one in parts {
                    let (name, value) = one.split_once('=').unwrap_or((one, "true"));
                    found.insert(name.trim().to_ascii_lowercase(), plain(value.trim()));
                }
            }
            (OptionKind::CheckOption, _) => {
                let words = option.span.slice(source).to_ascii_lowercase();
                let value = if words.contains("local") {
                    "local"
                } else {
                    "cascaded"
                };
                found.insert("check_option".to_owned(), value.to_owned());
            }
            _ => {}
        }
    }
    found
}

/// A value without its quotes.
fn plain(value: &str) -> String {
    let inside = value.strip_prefix('\'');
    let inside = inside.and_then(|value| value.strip_suffix('\''));
    inside.map_or_else(|| value.to_owned(), |value| value.replace("''", "'"))
}

/// Tells whether two values of an option mean the same.
pub(in crate::plan) fn same_value(one: &str, other: &str) -> bool {
    let plain = |value: &str| match value.to_ascii_lowercase().as_str() {
        "on" | "yes" | "1" | "true" => "true".to_owned(),
        "off" | "no" | "0" | "false" => "false".to_owned(),
        other => other.to_owned(),
    };
    plain(one) == plain(other)
}

/// Tells whether an index that is there is the declared one, as far as texts tell: unique, keys,
/// predicate. Spellings differ between a file and the target, so what cannot be compared is the same.
pub(in crate::plan) fn same_index(declared: &str, observed: &str, dialect: Dialect) -> bool {
    let (Some(declared), Some(observed)) = (
        text::parse_index(declared, dialect),
        text::parse_index(observed, dialect),
    ) else {
        return true;
    };
    let keys = |index: &CreateIndex| -> Vec<Option<String>> {
        let keys = index.keys.iter();
        keys.map(|key| key.as_ref().map(|key| key.value.to_string()))
            .collect()
    };
    declared.unique == observed.unique
        && keys(&declared) == keys(&observed)
        && declared.predicate.is_some() == observed.predicate.is_some()
}

/// The columns that an index names.
pub(in crate::plan) fn index_columns(sql: &str, dialect: Dialect) -> Vec<String> {
    let index = text::parse_index(sql, dialect);
    let keys = index.into_iter().flat_map(|index| index.keys);
    keys.flatten().map(|key| key.value.to_string()).collect()
}

/// Whether an object is a view whose options are its companions, as opposed to a table's.
pub(in crate::plan) fn has_query(object: &Object) -> bool {
    !matches!(
        object.definition.statement.kind,
        StatementKind::CreateTable(_)
    ) && object.definition.query.is_some()
}
