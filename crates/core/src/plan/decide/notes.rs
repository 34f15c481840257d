//! What is said about the plan as a whole: storage, shapes, rights, what could not be seen.

use super::touched::{self, Touched};
use super::{Deciding, words};
use crate::engine::hazard::{Hazard, HazardKind, Note, NoteKind};
use crate::model::object::Object;
use crate::model::observed::relation::{Ownership, RelationKind};
use crate::plan::change::Action;
use crate::plan::decision::{How, Own};
use crate::plan::rehearsal::Rehearsal;
use crate::project::quantity::Size;

/// Adds notes and hazards that follow from the decisions.
pub(super) fn add(deciding: &mut Deciding<'_>) {
    storage(deciding);
    objects(deciding);
    if let Rehearsal::NotAsked { why } = deciding.rehearsal {
        let text = format!("the target was not asked what definitions mean: {why}");
        note(deciding, NoteKind::NotRehearsed, text);
    }
    let unseen: Vec<String> = deciding
        .input
        .observed
        .unseen
        .iter()
        .map(ToString::to_string)
        .collect();
    if !unseen.is_empty() {
        note(
            deciding,
            NoteKind::Unseen,
            format!("not seen: {}", unseen.join("; ")),
        );
    }
}

fn note(deciding: &mut Deciding<'_>, kind: NoteKind, text: String) {
    deciding.notes.push(Note {
        kind,
        object: None,
        text,
    });
}

/// Two generations take twice the room until cleanup.
fn storage(deciding: &mut Deciding<'_>) {
    let swapped = deciding
        .objects
        .values()
        .filter(|decision| matches!(&decision.how, How::Swap { old: Some(_), .. }));
    let relations =
        swapped.filter_map(|decision| deciding.input.observed.relations.get(&decision.object));
    let bytes: u64 = relations.filter_map(|relation| relation.bytes).sum();
    if bytes == 0 {
        return;
    }
    let shown = amount(bytes);
    match deciding.input.project.target.limits.max_extra_storage {
        Some(Size::Bytes(limit)) if bytes > limit => deciding.hazards.push(Hazard {
            kind: HazardKind::NotEnoughSpace,
            object: None,
            text: format!(
                "about {shown} more until cleanup, and max_extra_storage is {}",
                amount(limit)
            ),
            hint: None,
        }),
        Some(Size::Percent(_)) => note(
            deciding,
            NoteKind::DoubleStorage,
            format!(
                "about {shown} more until cleanup; how much is free, this target does not tell"
            ),
        ),
        _ => note(
            deciding,
            NoteKind::DoubleStorage,
            format!("about {shown} more until cleanup"),
        ),
    }
}

fn amount(bytes: u64) -> String {
    let units = [
        (1 << 40, "TB"),
        (1 << 30, "GB"),
        (1 << 20, "MB"),
        (1 << 10, "kB"),
    ];
    for (size, unit) in units {
        if bytes >= size {
            let tenths = bytes.saturating_mul(10) / size;
            return match tenths {
                100.. => format!("{} {unit}", tenths / 10),
                _ => format!("{}.{} {unit}", tenths / 10, tenths % 10),
            };
        }
    }
    format!("{bytes} bytes")
}

fn objects(deciding: &mut Deciding<'_>) {
    let mut notes = Vec::new();
    let mut hazards = Vec::new();
    let touched = touched::columns(deciding);
    for (name, decision) in &deciding.objects {
        let before = deciding.input.observed.relations.get(name);
        let after = deciding.rehearsal.columns(name);
        let mut say = |kind, text: String| {
            notes.push(Note {
                kind,
                object: Some(name.clone()),
                text,
            });
        };
        let replaced = matches!(decision.how, How::Swap { old: Some(_), .. });
        if let (Rehearsal::Asked { locked, .. }, Own::Declared(_), true, None) =
            (deciding.rehearsal, &decision.own, replaced, after)
        {
            let why = match locked.contains(name) {
                true => "somebody holds a lock on what it reads",
                false => "it reads a table that is made or changed",
            };
            let text = format!("its new columns are not known: {why}");
            say(NoteKind::NotRehearsed, text);
        }
        if let (true, Some(before), Some(after)) = (replaced, before, after)
            && let Some(said) = words::columns(before, after)
        {
            say(
                NoteKind::ShapeChange,
                format!("{said}: sessions with prepared statements on it must prepare them again"),
            );
        }
        if let (Own::External { .. }, Action::Carry, Some(before)) =
            (&decision.own, decision.action, before)
            && !matches!(decision.how, How::Leave)
        {
            let how = if replaced {
                "is built anew with all that it has, and the old one is kept until cleanup"
            } else {
                "gets its query again and stays the same view"
            };
            say(
                NoteKind::CarriesForeign,
                format!("belongs to {}; {how}", before.owner),
            );
        }
        let nothing = Touched::Columns(std::collections::BTreeSet::new());
        if replaced
            && decision.kind != RelationKind::View
            && !decision.because.is_empty()
            && touched.get(name) == Some(&nothing)
        {
            let engine = deciding.input.engine.capabilities().name;
            say(
                NoteKind::RebuiltByIdentity,
                format!(
                    "reads no column that changed; it is built anew because {engine} binds readers by identity"
                ),
            );
        }
        if let (Own::Declared(_), Some(before)) = (&decision.own, before)
            && before.ownership == Ownership::Foreign
            && !matches!(decision.how, How::Keep)
        {
            let user = deciding
                .input
                .server
                .map_or("", |server| server.user.as_str());
            hazards.push(Hazard {
                kind: HazardKind::RightsMissing,
                object: Some(name.clone()),
                text: deciding.foreign(&before.owner),
                hint: Some(format!("GRANT {} TO {user};", before.owner)),
            });
        }
    }
    deciding.notes.extend(notes);
    deciding.hazards.extend(hazards);
}

/// Which definition something has that nobody asked for, and that follows what it reads.
pub(super) fn unselected(deciding: &mut Deciding<'_>, object: &Object) {
    let name = &object.name;
    let text = if deciding.input.is_pending(name) {
        "is built anew as it was applied: what its file says now was not selected"
    } else if deciding.input.wants(name) || deciding.input.says_the_same(object) {
        return;
    } else {
        "gets what its file says now, though it was not selected: what was applied is not written down"
    };
    deciding.notes.push(Note {
        kind: NoteKind::Unselected,
        object: Some(name.clone()),
        text: text.to_owned(),
    });
}
