//! How one object follows what changes: an object that is declared, or an external above.
//!
//! - A plain view keeps its identity where it can: its columns stay, and **nothing above it holds rows
//!   of its own**, because a shadow that is built through a view that reads the old generation would
//!   hold old rows.
//! - Everything else is built beside and swapped.
//! - An external that cannot be brought along stays on the retired generation, and that is a hazard.

use std::collections::BTreeSet;

use super::dress::{self, Figure};
use super::standing::{self, Standing};
use super::worn::{self, Worn};
use super::{Deciding, KEPT, companions, notes, reason, table, words};
use crate::engine::Generation;
use crate::engine::capabilities::Filling;
use crate::engine::hazard::{Hazard, HazardKind, Note, NoteKind};
use crate::engine::journal::RecordedCompanions;
use crate::engine::session::Rehearsed;
use crate::engine::step::{Captured, Deed, Form, Physical};
use crate::model::kind::ObjectKind;
use crate::model::name::ObjectName;
use crate::model::object::Object;
use crate::model::observed::relation::{Ownership, Relation, RelationKind};
use crate::plan::change::{Action, ReasonKind, Way};
use crate::plan::decision::{Audit, Decision, Filled, How, New, Old, Own};
use crate::plan::input::Input;
use crate::plan::rehearsal::When;
use crate::plan::text::{self, Names, NotRenamed, sql_name};
use crate::project::settings::AuditOn;

/// Decides on a declared object of the closure.
pub(super) fn declared(deciding: &mut Deciding<'_>, object: &Object) {
    let name = &object.name;
    let Some(standing) = deciding.standings.get(name).cloned() else {
        return;
    };
    let because = because(deciding, name);
    let root = deciding.input.wants(name) && standing != Standing::Same;
    if !root && because.is_empty() {
        return;
    }
    let Some(kind) = standing::relation_kind(object.kind) else {
        return leave_kind(deciding, object);
    };
    if !placed(deciding, object, &standing) || !grounded(deciding, name) {
        return;
    }
    if object.kind == ObjectKind::Table {
        return table::decide(deciding, object, &standing);
    }
    if let Some(Rehearsed::Refused(error)) = deciding.rehearsal.answer(name, When::Next) {
        if let Some(pending) = pending(deciding, name) {
            let text =
                format!("it reads {pending}, whose change is not part of this plan: {error}");
            let hint = format!("select it too:  --select '+{name}'");
            return deciding.refuse(name, text, Some(hint));
        }
        if deciding.input.is_pending(name) {
            let text = format!(
                "it cannot follow as it was applied, and what its file says now is not part of this \
                 plan: {error}"
            );
            let hint = format!("select it too:  --select {name}");
            return deciding.refuse(name, text, Some(hint));
        }
        let hint = error.hint.clone();
        return deciding.refuse(
            name,
            format!("the target refuses its definition: {error}"),
            hint,
        );
    }
    let mut reasons = words::of_standing(deciding, name);
    if standing != Standing::Missing {
        reasons.extend(words::follows(&because));
    }
    let before = deciding.input.observed.relations.get(name);
    let before = before.filter(|_| standing != Standing::Missing);
    let how = match before {
        Some(before) if redefinable(deciding, before, (name, kind)) => {
            redefine(deciding, object, before)
        }
        _ => build(deciding, (object, kind), before),
    };
    let action = match standing {
        Standing::Missing => Action::Create,
        _ => Action::Replace,
    };
    notes::unselected(deciding, object);
    match how {
        Ok(how) => decided(deciding, object, (action, kind, how), (reasons, because)),
        Err(error) => deciding.refuse(
            name,
            format!("its text cannot read the new generations: {}", error.why),
            Some("give what it reads aliases, or write the names without their schema".to_owned()),
        ),
    }
}

fn decided(
    deciding: &mut Deciding<'_>,
    object: &Object,
    (action, kind, how): (Action, RelationKind, How),
    (reasons, because): (Vec<crate::plan::change::Reason>, Vec<ObjectName>),
) {
    let decision = Decision {
        object: object.name.clone(),
        kind,
        own: Own::Declared(Box::new(deciding.declaration(object))),
        action,
        reasons,
        because,
        how,
        reads: deciding.reads(&object.name),
    };
    deciding.decided(decision);
}

/// What it reads that gets another identity.
fn because(deciding: &Deciding<'_>, name: &ObjectName) -> Vec<ObjectName> {
    let reads = deciding.readers.reads(name);
    reads
        .filter(|read| deciding.is_replaced(read))
        .cloned()
        .collect()
}

/// What plans do not make yet is left to somebody else, and said.
fn leave_kind(deciding: &mut Deciding<'_>, object: &Object) {
    if deciding.input.wants(&object.name) {
        let engine = deciding.input.engine.capabilities().name;
        deciding.notes.push(Note {
            kind: NoteKind::NotDeployed,
            object: Some(object.name.clone()),
            text: format!(
                "plans make no {} on {engine} yet: make it yourself",
                object.kind
            ),
        });
    }
}

/// Whether its name is free for it, or its own.
fn placed(deciding: &mut Deciding<'_>, object: &Object, standing: &Standing) -> bool {
    let text = match standing {
        Standing::Stranger => words::stranger(deciding, &object.name).to_owned(),
        Standing::OtherKind { found, ours: false } => format!(
            "the target has a {} of this name, which is not the project's",
            found.as_str().replace('-', " ")
        ),
        _ => return true,
    };
    let hint = match standing {
        Standing::Stranger => format!(
            "see what differs, and accept one of the two:  dormer adopt {} --dry-run",
            object.name
        ),
        _ => "rename one of the two, or make the file say what the target has".to_owned(),
    };
    deciding.refuse(&object.name, text, Some(hint));
    false
}

/// Whether everything that it reads is there or will be.
fn grounded(deciding: &mut Deciding<'_>, name: &ObjectName) -> bool {
    let waiting = deciding.readers.reads(name).find(|read| {
        let missing = deciding.standings.get(read) == Some(&Standing::Missing);
        let object = deciding.input.project.catalog.objects.get(*read);
        let made = object.is_some_and(|object| standing::relation_kind(object.kind).is_some());
        missing && made && !deciding.objects.contains_key(*read)
    });
    let Some(waiting) = waiting.cloned() else {
        return true;
    };
    let text = format!("it reads {waiting}, which is not there and not part of this plan");
    let hint = format!("select it too:  --select '+{name}'");
    deciding.refuse(name, text, Some(hint));
    false
}

/// Something below, through anything between, that was changed and not asked for.
fn pending(deciding: &Deciding<'_>, name: &ObjectName) -> Option<ObjectName> {
    let mut open: Vec<&ObjectName> = deciding.readers.reads(name).collect();
    let mut seen = BTreeSet::new();
    while let Some(read) = open.pop() {
        let standing = deciding.standings.get(read);
        let object = deciding.input.project.catalog.objects.get(read);
        let made = object.is_some_and(|object| standing::relation_kind(object.kind).is_some());
        let changed = standing.is_some_and(|standing| *standing != Standing::Same)
            || deciding.input.is_pending(read);
        if made && changed && !deciding.objects.contains_key(read) {
            return Some(read.clone());
        }
        if seen.insert(read) {
            open.extend(deciding.readers.reads(read));
        }
    }
    None
}

/// Whether a view can get its new query under the identity that it has.
fn redefinable(
    deciding: &Deciding<'_>,
    before: &Relation,
    (name, kind): (&ObjectName, RelationKind),
) -> bool {
    kind == RelationKind::View
        && before.kind == RelationKind::View
        && before.ownership == Ownership::Held
        && before.definition.is_some()
        && !deciding.below_rows.contains(name)
        && same_columns(deciding, before, name)
}

fn same_columns(deciding: &Deciding<'_>, before: &Relation, name: &ObjectName) -> bool {
    deciding.rehearsal.columns(name).is_some_and(|after| {
        let there = before.columns.iter();
        let there = there.map(|column| (column.name.clone(), column.spelled()));
        after.iter().cloned().eq(there)
    })
}

fn redefine(
    deciding: &mut Deciding<'_>,
    object: &Object,
    before: &Relation,
) -> Result<How, NotRenamed> {
    let name = &object.name;
    let form = Form::Written(text::create(object, name, &Names::new())?);
    let relation = Physical {
        name: name.clone(),
        kind: RelationKind::View,
    };
    let mut with = companions::deeds(deciding, object);
    with.extend(options_by_hand(deciding, object, before));
    Ok(How::Redefine {
        relation,
        form: Box::new(form),
        before: Box::new(captured(
            before,
            before.definition.as_deref().unwrap_or_default(),
        )),
        with,
        generation: deciding
            .input
            .record(name)
            .map(|record| record.generation.clone()),
    })
}

/// A new definition wipes the options of a view: those that somebody set come back.
fn options_by_hand(deciding: &Deciding<'_>, object: &Object, before: &Relation) -> Option<Deed> {
    let worn = worn::declared(deciding.input, &deciding.index_names, object);
    let record = deciding.input.record(&object.name);
    let given =
        |name: &String| record.is_some_and(|record| record.companions.options.contains_key(name));
    let options = before.options.iter();
    let by_hand: std::collections::BTreeMap<String, Option<String>> = options
        .filter(|(name, _)| !worn.options.contains_key(*name) && !given(name))
        .map(|(name, value)| (name.clone(), Some(value.clone())))
        .collect();
    (!by_hand.is_empty()).then(|| Deed::Options {
        relation: Physical {
            name: object.name.clone(),
            kind: RelationKind::View,
        },
        set: by_hand.clone(),
        before: by_hand,
    })
}

/// Builds it: under its own name where nobody can read it before it is whole, else beside.
fn build(
    deciding: &mut Deciding<'_>,
    (object, kind): (&Object, RelationKind),
    before: Option<&Relation>,
) -> Result<How, NotRenamed> {
    let name = &object.name;
    let generation = deciding.generation(name);
    let longest = deciding.input.engine.capabilities().name_bytes;
    let audited = audits_cutover(deciding.input, object);
    let published = deciding.published(name).is_some();
    let beside = before.is_some() || audited || published || !because(deciding, name).is_empty();
    let relation = Physical {
        name: if beside {
            generation.relation(name, longest)
        } else {
            name.clone()
        },
        kind,
    };
    let form = Form::Written(text::create(object, &relation.name, &deciding.names)?);
    let worn = worn::declared(deciding.input, &deciding.index_names, object);
    let recorded = deciding
        .input
        .record(name)
        .map(|record| record.companions.clone());
    let rehearsal = deciding.rehearsal;
    let figure = Figure {
        public: name,
        relation: &relation,
        generation: &generation,
        columns: rehearsal.columns(name),
        before,
    };
    let dress = dress::dress(deciding, figure, (&worn, &recorded.unwrap_or_default()))?;
    if beside {
        deciding.names.insert(name.clone(), relation.name.clone());
    }
    // What is filled counts as refreshed: it is written down what its rows came from.
    let grounds = if beside || kind == RelationKind::MaterializedView {
        deciding.grounds(name)
    } else {
        Vec::new()
    };
    let filling = deciding.input.engine.capabilities().filling;
    let new = Box::new(New {
        filled: if kind == RelationKind::MaterializedView && filling == Filling::Apart {
            Filled::Apart
        } else {
            Filled::WithBuild
        },
        generation,
        relation,
        form,
        dress,
        // They may read what is decided later.
        audits: Vec::new(),
        grounds,
        way: Way::Swap,
    });
    if beside {
        let old = before.map(|before| old(deciding, name, before));
        Ok(How::Swap { new, old })
    } else {
        Ok(How::Create(new))
    }
}

fn audits_cutover(input: &Input<'_>, object: &Object) -> bool {
    let settings = input.project.settings.get(&object.name);
    let on = settings.map_or(AuditOn::Cutover, |settings| settings.audit_on.value);
    on != AuditOn::Refresh && !object.companions.audits.is_empty()
}

/// Gives new generations their audits, now that every shadow has its name.
pub(super) fn audits(deciding: &mut Deciding<'_>) {
    let objects = &deciding.input.project.catalog.objects;
    let mut refused = Vec::new();
    for (name, decision) in &mut deciding.objects {
        let (How::Create(new) | How::Swap { new, .. }) = &mut decision.how else {
            continue;
        };
        let audited = |object: &&Object| audits_cutover(deciding.input, object);
        let Some(object) = objects.get(name).filter(audited) else {
            continue;
        };
        for audit in &object.companions.audits {
            match text::audit(object, audit, &deciding.names) {
                Ok(sql) => new.audits.push(Audit {
                    name: audit.name.clone(),
                    sql,
                    reads: text::audit_reads(object, audit),
                }),
                Err(error) => refused.push((name.clone(), audit.name.clone(), error.why)),
            }
        }
    }
    for (name, audit, why) in refused {
        let text = format!("its audit \"{audit}\" cannot read the new generations: {why}");
        let hint = "give what it reads aliases, or write the names without their schema";
        deciding.refuse(&name, text, Some(hint.to_owned()));
    }
}

/// What has the name now, and the names that it and its indexes will have.
pub(super) fn old(deciding: &Deciding<'_>, name: &ObjectName, before: &Relation) -> Old {
    let longest = deciding.input.engine.capabilities().name_bytes;
    let recorded = deciding.input.live(name).cloned().map(Box::new);
    let marker = deciding.input.marker(name);
    let known = recorded.as_ref().map(|record| record.generation.clone());
    let known = known.or_else(|| marker.as_ref().map(|marker| marker.generation.clone()));
    let generation = known.unwrap_or_else(|| {
        let retired = ObjectName::new(&name.schema, &format!("{} retired", name.name));
        Generation::new(deciding.input.run, &retired)
    });
    let indexes = before.indexes.keys();
    let indexes = indexes.map(|index| {
        let now = ObjectName::new(&name.schema, index);
        (now, generation.name(index, longest))
    });
    Old {
        relation: Physical {
            name: name.clone(),
            kind: before.kind,
        },
        indexes: indexes.collect(),
        marker,
        generation,
        recorded,
    }
}

/// Decides on an external of the closure.
pub(super) fn external(deciding: &mut Deciding<'_>, name: &ObjectName) {
    let because = because(deciding, name);
    let Some(relation) = deciding.input.observed.relations.get(name) else {
        return;
    };
    let view = matches!(
        relation.kind,
        RelationKind::View | RelationKind::MaterializedView
    );
    if because.is_empty() || !view {
        return;
    }
    let how = match obstacle(deciding, name, relation) {
        Some(why) => leave(deciding, (name, relation), &why),
        None => carry(deciding, name, relation),
    };
    let record = deciding.input.live(name);
    let owner = format!(
        "{} of user {}",
        relation.kind.as_str().replace('-', " "),
        relation.owner
    );
    let mut reasons = vec![reason(ReasonKind::ReadsReplaced, owner)];
    reasons.extend(words::follows(&because));
    let decision = Decision {
        object: name.clone(),
        kind: relation.kind,
        own: Own::External {
            project: record.and_then(|record| record.project.clone()),
        },
        action: Action::Carry,
        reasons,
        because,
        how,
        reads: deciding.reads(name),
    };
    deciding.decided(decision);
}

/// Why an external cannot be brought along.
fn obstacle(deciding: &Deciding<'_>, name: &ObjectName, relation: &Relation) -> Option<String> {
    if relation.ownership == Ownership::Foreign {
        return Some(format!("it {}", deciding.foreign(&relation.owner)));
    }
    if let Some(extension) = &relation.extension {
        return Some(format!("it belongs to the extension {extension}"));
    }
    if relation.definition.is_none() {
        return Some("its definition is behind somebody's lock".to_owned());
    }
    match deciding.rehearsal.answer(name, When::Next) {
        Some(Rehearsed::Refused(error)) => Some(format!("the target refuses it: {error}")),
        _ => None,
    }
}

fn leave(
    deciding: &mut Deciding<'_>,
    (name, relation): (&ObjectName, &Relation),
    why: &str,
) -> How {
    let statement = relation.definition.as_ref().map(|definition| {
        let options = with(relation);
        let query = definition.trim().trim_end_matches(';');
        match relation.kind {
            RelationKind::View => format!(
                "its owner can run after the apply:  CREATE OR REPLACE VIEW {}{options} AS {query};",
                sql_name(name)
            ),
            _ => format!(
                "its owner can build it again after the apply:  DROP MATERIALIZED VIEW {name}; \
                 CREATE MATERIALIZED VIEW {name}{options} AS {query};",
                name = sql_name(name)
            ),
        }
    });
    deciding.hazards.push(Hazard {
        kind: HazardKind::LeavesForeign,
        object: Some(name.clone()),
        text: format!("stays on the retired generation: {why}"),
        hint: statement,
    });
    How::Leave
}

fn with(relation: &Relation) -> String {
    let options = relation.options.iter();
    let options: Vec<String> = options
        .filter(|(name, _)| *name != "check_option")
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    if options.is_empty() {
        String::new()
    } else {
        format!(" WITH ({})", options.join(", "))
    }
}

fn carry(deciding: &mut Deciding<'_>, name: &ObjectName, relation: &Relation) -> How {
    let definition = relation.definition.clone().unwrap_or_default();
    let query = definition.trim().trim_end_matches(';').to_owned();
    // Of columns that nobody knows, a shadow tells before the cutover whether they fit.
    let fits = same_columns(deciding, relation, name);
    if relation.kind == RelationKind::View && !deciding.below_rows.contains(name) && fits {
        let form = Box::new(captured(relation, &query));
        return How::Redefine {
            relation: Physical {
                name: name.clone(),
                kind: RelationKind::View,
            },
            before: form.clone(),
            form,
            with: Vec::new(),
            generation: deciding
                .input
                .live(name)
                .map(|record| record.generation.clone()),
        };
    }
    match rebuild(deciding, (name, relation), &query) {
        Ok(how) => how,
        Err(error) => leave(deciding, (name, relation), &error.why),
    }
}

fn rebuild(
    deciding: &mut Deciding<'_>,
    (name, before): (&ObjectName, &Relation),
    query: &str,
) -> Result<How, NotRenamed> {
    let generation = deciding.generation(name);
    let longest = deciding.input.engine.capabilities().name_bytes;
    let dialect = deciding.input.project.target.dialect;
    let relation = Physical {
        name: generation.relation(name, longest),
        kind: before.kind,
    };
    let form = captured(before, &text::captured(query, &deciding.names, dialect)?);
    let rehearsal = deciding.rehearsal;
    let figure = Figure {
        public: name,
        relation: &relation,
        generation: &generation,
        columns: rehearsal.columns(name),
        before: Some(before),
    };
    let worn = Worn {
        foreign: true,
        ..Worn::default()
    };
    // What somebody else's object keeps is not ours to note; what it loses is.
    let noted = deciding.notes.len();
    let dress = dress::dress(deciding, figure, (&worn, &RecordedCompanions::default()))?;
    let mut lost = deciding.notes.split_off(noted);
    lost.retain(|note| !note.text.ends_with(KEPT));
    deciding.notes.append(&mut lost);
    deciding.names.insert(name.clone(), relation.name.clone());
    let grounds = deciding.grounds(name);
    let old = old(deciding, name, before);
    let rows = before.kind == RelationKind::MaterializedView && before.populated;
    let new = Box::new(New {
        generation,
        relation,
        form,
        filled: if rows {
            Filled::Apart
        } else {
            Filled::WithBuild
        },
        dress,
        audits: Vec::new(),
        grounds,
        way: Way::Swap,
    });
    Ok(How::Swap {
        new,
        old: Some(old),
    })
}

/// A view as the target tells it, with this query.
pub(super) fn captured(relation: &Relation, query: &str) -> Form {
    let columns = relation.columns.iter();
    Form::Captured(Captured {
        columns: columns.map(|column| column.name.clone()).collect(),
        query: query.trim().trim_end_matches(';').to_owned(),
        options: relation.options.clone(),
        tablespace: relation.tablespace.clone(),
        access_method: relation.access_method.clone(),
    })
}
