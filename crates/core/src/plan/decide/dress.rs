//! What a new generation wears: what is declared, and what others gave the one before.
//!
//! **Nothing that somebody set by hand is lost, and nothing of it is silent:** it is kept and noted. What
//! Dormer itself gave, and no file says any more, is not given again.

use std::collections::{BTreeMap, BTreeSet};

use dormer_sql::ident::quote;

use super::worn::{self, Worn};
use super::{Deciding, inherited, privileges};
use crate::engine::Generation;
use crate::engine::hazard::{Note, NoteKind};
use crate::engine::journal::RecordedCompanions;
use crate::engine::step::{Commented, Physical, Privilege};
use crate::model::name::ObjectName;
use crate::model::observed::relation::{ColumnValue, Relation, RelationKind};
use crate::plan::decision::{Dress, NewIndex};
use crate::plan::text::{self, IndexPlace, NotRenamed, Which, sql_name};

const WITH_ITS_COLUMN: &str = " with its column";

/// For which generation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figure<'a> {
    pub(super) public: &'a ObjectName,
    pub(super) relation: &'a Physical,
    pub(super) generation: &'a Generation,
    /// The columns that it will have; none where nobody knows.
    pub(super) columns: Option<&'a [(String, String)]>,
    /// What has the public name now.
    pub(super) before: Option<&'a Relation>,
}

impl Figure<'_> {
    pub(super) fn has_column(&self, name: &str) -> bool {
        self.columns
            .is_none_or(|columns| columns.iter().any(|(column, _)| column == name))
    }

    /// Whether indexes take their names only in a cutover.
    fn is_shadow(&self) -> bool {
        self.relation.name != *self.public
    }
}

/// Dresses a generation.
pub(super) fn dress(
    deciding: &mut Deciding<'_>,
    figure: Figure<'_>,
    (worn, recorded): (&Worn, &RecordedCompanions),
) -> Result<Dress, NotRenamed> {
    let mut dress = Dress {
        owner: owner(deciding, figure, worn),
        ..Dress::default()
    };
    comments(deciding, figure, (worn, recorded), &mut dress);
    grants(deciding, figure, (worn, recorded), &mut dress);
    indexes(deciding, figure, (worn, recorded), &mut dress)?;
    if let Some(before) = figure.before {
        attachments(deciding, figure, before, &mut dress)?;
        inherited::relation(deciding, figure, (before, worn), &mut dress);
        options_by_hand(deciding, figure, (worn, recorded), &mut dress);
    }
    Ok(dress)
}

fn owner(deciding: &Deciding<'_>, figure: Figure<'_>, worn: &Worn) -> Option<String> {
    let before = figure.before.map(|before| before.owner.clone());
    let wanted = worn.owner.clone().or(before)?;
    let builder = deciding.input.server.map(|server| server.user.as_str());
    (builder != Some(wanted.as_str())).then_some(wanted)
}

fn comments(
    deciding: &mut Deciding<'_>,
    figure: Figure<'_>,
    (worn, recorded): (&Worn, &RecordedCompanions),
    dress: &mut Dress,
) {
    let relation = Commented::Relation(figure.relation.clone());
    if let Some(text) = &worn.comment {
        dress.comments.push((relation, text.clone()));
    } else if let Some(text) = figure.before.and_then(|before| before.comment.as_ref())
        && recorded.comment.as_ref() != Some(text)
    {
        dress.comments.push((relation, text.clone()));
        deciding.kept(figure.public, "its comment");
    }
    let mut columns: BTreeMap<&String, &String> = worn.column_comments.iter().collect();
    for column in figure.before.map_or(&[][..], |before| &before.columns) {
        let Some(text) = &column.comment else {
            continue;
        };
        let given = recorded.column_comments.get(&column.name) == Some(text);
        if given || columns.contains_key(&column.name) {
            continue;
        }
        let what = format!("the comment on column {}", column.name);
        if figure.has_column(&column.name) {
            columns.insert(&column.name, text);
            deciding.kept(figure.public, &what);
        } else {
            deciding.gone(figure.public, &what, WITH_ITS_COLUMN);
        }
    }
    let of = |column: &String| Commented::Column {
        of: figure.relation.name.clone(),
        column: column.clone(),
    };
    let comments = columns.into_iter();
    dress
        .comments
        .extend(comments.map(|(column, text)| (of(column), text.clone())));
}

fn grants(
    deciding: &mut Deciding<'_>,
    figure: Figure<'_>,
    (worn, recorded): (&Worn, &RecordedCompanions),
    dress: &mut Dress,
) {
    let all = deciding.input.engine.capabilities().privileges.clone();
    let by_default = privileges::by_default(deciding.input, figure.public);
    let mut wanted = privileges::spelled(&worn.grants, &all);
    match figure.before {
        None => wanted.extend(by_default.iter().cloned()),
        Some(before) => {
            let given = privileges::spelled(&recorded.grants, &all);
            let owner = dress.owner.as_deref();
            for privilege in privileges::observed(before) {
                let declared =
                    !privileges::missing(&BTreeSet::from([privilege.clone()]), &wanted, &all)
                        .is_empty();
                if !declared || given.contains(&privilege) && !wanted.contains(&privilege) {
                    continue;
                }
                let column = privilege.column.as_deref();
                let what = format!("the grant of {}", privileges::shown(&privilege));
                if column.is_some_and(|column| !figure.has_column(column)) {
                    deciding.gone(figure.public, &what, WITH_ITS_COLUMN);
                    continue;
                }
                if !by_default.contains(&privilege) {
                    deciding.kept(figure.public, &what);
                }
                wanted.insert(privilege);
            }
            if owner.is_none_or(|owner| owner == before.owner) {
                let lacks = privileges::owner_lacks(before, &all);
                dress.revoke.extend(lacks);
            }
        }
    }
    let of_columns = |privilege: &&Privilege| {
        privilege
            .column
            .as_deref()
            .is_none_or(|column| figure.has_column(column))
    };
    let unwanted = privileges::missing(&by_default, &wanted, &all);
    let mut given = by_default;
    given.retain(|privilege| !unwanted.contains(privilege));
    dress.revoke.extend(unwanted);
    let missing = privileges::missing(&wanted, &given, &all);
    // Who may pass it on has it.
    let passed_on = |privilege: &&Privilege| {
        let grantable = Privilege {
            grantable: true,
            ..(*privilege).clone()
        };
        privilege.grantable || !wanted.contains(&grantable)
    };
    let missing = missing.iter().filter(of_columns).filter(passed_on);
    dress.grant = missing.cloned().collect();
    if let Some(before) = figure.before
        && dress
            .owner
            .as_ref()
            .is_none_or(|owner| *owner == before.owner)
    {
        let loses = privileges::owner_loses(deciding.input, (figure.public, before), &all);
        dress.grant.extend(loses);
    }
}

fn indexes(
    deciding: &mut Deciding<'_>,
    figure: Figure<'_>,
    (worn, recorded): (&Worn, &RecordedCompanions),
    dress: &mut Dress,
) -> Result<(), NotRenamed> {
    let dialect = deciding.input.project.target.dialect;
    let longest = deciding.input.engine.capabilities().name_bytes;
    let mut wanted: BTreeMap<&str, (&str, Option<&String>)> = worn
        .indexes
        .iter()
        .map(|(name, sql)| (name.as_str(), (sql.as_str(), None)))
        .collect();
    for (name, index) in figure.before.iter().flat_map(|before| &before.indexes) {
        if let Some((_, comment)) = wanted.get_mut(name.as_str()) {
            *comment = index.comment.as_ref();
        } else if !recorded.indexes.contains_key(name) {
            let columns = worn::index_columns(&index.definition, dialect);
            let what = format!("the index {name}");
            if !index.valid {
                deciding.gone(figure.public, &what, ": it is not valid");
            } else if figure.relation.kind == RelationKind::View {
                deciding.gone(figure.public, &what, ": a view has none");
            } else if columns.iter().all(|column| figure.has_column(column)) {
                wanted.insert(name, (&index.definition, index.comment.as_ref()));
                deciding.kept(figure.public, &what);
            } else {
                deciding.gone(figure.public, &what, WITH_ITS_COLUMN);
            }
        }
    }
    for (name, (sql, comment)) in wanted {
        let made = if figure.is_shadow() {
            figure.generation.name(name, longest)
        } else {
            name.to_owned()
        };
        let place = IndexPlace {
            name: &made,
            on: &figure.relation.name,
        };
        dress.indexes.push(NewIndex {
            index: ObjectName::new(&figure.public.schema, &made),
            public: name.to_owned(),
            sql: text::index(sql, place, dialect)?,
            comment: comment.cloned(),
        });
        if let Some(before) = figure.before.and_then(|before| before.indexes.get(name)) {
            inherited::index(deciding, figure, (name, before), dress);
        }
    }
    Ok(())
}

/// `ALTER MATERIALIZED VIEW marts.a__x`.
pub(super) fn alter(relation: &Physical) -> String {
    let noun = match relation.kind {
        RelationKind::View => "VIEW",
        RelationKind::MaterializedView => "MATERIALIZED VIEW",
        _ => "TABLE",
    };
    format!("ALTER {noun} {}", sql_name(&relation.name))
}

/// Column settings, triggers, rules, extended statistics: statements as the target tells them.
fn attachments(
    deciding: &mut Deciding<'_>,
    figure: Figure<'_>,
    before: &Relation,
    dress: &mut Dress,
) -> Result<(), NotRenamed> {
    let alter = alter(figure.relation);
    let kept = before.columns.iter();
    for column in kept.filter(|column| figure.has_column(&column.name)) {
        let of = format!("{alter} ALTER COLUMN {}", quote(&column.name));
        let rows = figure.relation.kind != RelationKind::View;
        if let Some(target) = column.statistics_target.filter(|_| rows) {
            dress
                .statements
                .push(format!("{of} SET STATISTICS {target}"));
        }
        // What is inserted through a view may have defaults of the view's own.
        if let (false, ColumnValue::Default(value)) = (rows, &column.value) {
            dress.statements.push(format!("{of} SET DEFAULT {value}"));
        }
        if !column.options.is_empty() {
            let options = column.options.iter();
            let options: Vec<String> = options
                .map(|(name, value)| format!("{name} = {value}"))
                .collect();
            dress
                .statements
                .push(format!("{of} SET ({})", options.join(", ")));
        }
        if let Some(storage) = column.storage.as_ref().filter(|_| rows) {
            dress
                .statements
                .push(format!("{of} SET STORAGE {}", storage.to_ascii_uppercase()));
        }
    }
    let new = &figure.relation.name;
    let dialect = deciding.input.project.target.dialect;
    if figure.relation.kind != before.kind {
        let kind = figure.relation.kind.as_str().replace('-', " ");
        let triggers = before
            .triggers
            .keys()
            .map(|name| format!("the trigger {name}"));
        let rules = before.rules.keys().map(|name| format!("the rule {name}"));
        let statistics = before.statistics.keys();
        let statistics = statistics.map(|name| format!("the statistics {name}"));
        for what in triggers.chain(rules).chain(statistics) {
            deciding.gone(figure.public, &what, &format!(": it is now a {kind}"));
        }
        return Ok(());
    }
    for rule in before.rules.values() {
        let on = ("TO", Which::First);
        let rule = text::named_after(&rule.definition, on, new, dialect)?;
        dress.statements.push(rule);
    }
    for trigger in before.triggers.values() {
        let on = ("ON", Which::First);
        let trigger = text::named_after(&trigger.definition, on, new, dialect)?;
        dress.statements.push(trigger);
    }
    for (name, definition) in &before.statistics {
        // Statistics have names of their own; the retired generation keeps those it has.
        let made = if figure.is_shadow() {
            figure.generation.relation(name, Some(63))
        } else {
            name.clone()
        };
        let on = ("FROM", Which::Last);
        let statistics = text::named_after(definition, on, new, dialect)?;
        let called = ("STATISTICS", Which::First);
        let statistics = text::named_after(&statistics, called, &made, dialect)?;
        dress.statements.push(statistics);
    }
    Ok(())
}

/// Options that somebody set on the relation and no file declares.
fn options_by_hand(
    deciding: &mut Deciding<'_>,
    figure: Figure<'_>,
    (worn, recorded): (&Worn, &RecordedCompanions),
    dress: &mut Dress,
) {
    let Some(before) = figure.before.filter(|_| !worn.foreign) else {
        return;
    };
    let mut by_hand: Vec<(&String, &String)> = before.options.iter().collect();
    by_hand.retain(|(name, value)| {
        let given = recorded.options.get(*name);
        let given = given.is_some_and(|given| worn::same_value(given, value));
        !worn.options.contains_key(*name) && !given
    });
    if before.kind != figure.relation.kind {
        let kind = figure.relation.kind.as_str().replace('-', " ");
        for (name, _) in by_hand {
            let what = format!("the option {name}");
            deciding.gone(figure.public, &what, &format!(": it is now a {kind}"));
        }
        return;
    }
    let options: Vec<String> = by_hand
        .into_iter()
        .map(|(name, value)| {
            deciding.notes.push(Note {
                kind: NoteKind::NotDeclared,
                object: Some(figure.public.clone()),
                text: format!("the option {name} = {value} was set by hand and is kept"),
            });
            format!("{name} = '{}'", value.replace('\'', "''"))
        })
        .collect();
    if !options.is_empty() {
        dress.statements.push(format!(
            "{} SET ({})",
            alter(figure.relation),
            options.join(", ")
        ));
    }
}
