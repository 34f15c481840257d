//! What people should know of a run that is taken back.

use super::rollback::Back;
use crate::engine::hazard::{Note, NoteKind};
use crate::engine::step::Deed;
use crate::model::name::ObjectName;
use crate::plan::change::{Change, Way};

impl Back<'_> {
    pub(super) fn note_all(&mut self, object: Option<&ObjectName>, stays: &[Deed]) {
        let nameless = self.past.plan.run.clone();
        for deed in stays {
            let what = match deed {
                Deed::AddColumn { table, column, .. } => format!("column {table}.{column} stays"),
                Deed::Verbatim { sql, .. } => {
                    let start: String = sql.chars().take(60).collect();
                    format!("what this did stays: {start}")
                }
                deed => format!("what run {nameless} did stays: {deed:?}"),
            };
            self.plan.notes.push(Note {
                kind: NoteKind::Leftover,
                object: object.cloned(),
                text: what,
            });
        }
    }

    pub(super) fn note_stays(&mut self, object: &ObjectName, why: &str) {
        self.plan.notes.push(Note {
            kind: NoteKind::Leftover,
            object: Some(object.clone()),
            text: format!("it stays: {why}"),
        });
    }

    pub(super) fn note_changed(&mut self, what: &str) {
        let run = &self.past.plan.run;
        self.plan.notes.push(Note {
            kind: NoteKind::Leftover,
            object: None,
            text: format!("{what} is not as run {run} left it: it stays as somebody made it since"),
        });
    }

    pub(super) fn note_older_rows(&mut self) {
        let restored = |change: &&Change| change.strategy == Some(Way::Swap);
        let count = self.changes.values().filter(restored).count();
        if count > 0 {
            let text = match count {
                1 => "rows of 1 object are as of its last refresh".to_owned(),
                count => format!("rows of {count} objects are as of their last refresh"),
            };
            self.plan.notes.push(Note {
                kind: NoteKind::OlderData,
                object: None,
                text,
            });
        }
    }
}
