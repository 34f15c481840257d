//! Hazards, notes and exit codes in plain words: what a plan and a run can say.

use dormer_core::engine::hazard::{HazardKind, NoteKind};

use crate::exit::Exit;
use crate::views::explain::Topic;

const HAZARDS: &str = include_str!("hazards.md");
const NOTES: &str = include_str!("notes.md");

/// Everything that is no check.
pub(crate) fn topics() -> Vec<Topic> {
    let hazards = HazardKind::ALL.into_iter();
    let hazards = hazards.map(|kind| topic("hazard", kind.as_str(), HAZARDS));
    let notes = NoteKind::ALL.into_iter();
    let notes = notes.map(|kind| topic("note", kind.as_str(), NOTES));
    let exits = Exit::ALL.into_iter().map(|exit| Topic {
        kind: "exit code",
        name: exit.code().to_string(),
        summary: exit.meaning().to_owned(),
        text: String::new(),
    });
    hazards.chain(notes).chain(exits).collect()
}

/// Finds what a page says under a name.
fn topic(kind: &'static str, name: &str, page: &str) -> Topic {
    let section = page
        .split("## ")
        .find_map(|section| section.strip_prefix(name)?.strip_prefix('\n'));
    let section = section.unwrap_or_default();
    let (summary, text) = section.split_once('\n').unwrap_or((section, ""));
    Topic {
        kind,
        name: name.to_owned(),
        summary: summary.trim_start_matches("summary: ").to_owned(),
        text: text.trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_explained() {
        for topic in topics() {
            assert!(!topic.summary.is_empty(), "{}", topic.name);
            assert!(
                !topic.text.is_empty() || topic.kind == "exit code",
                "{}",
                topic.name
            );
        }
        let sections = HAZARDS.matches("## ").count() + NOTES.matches("## ").count();
        assert_eq!(sections, HazardKind::ALL.len() + NoteKind::ALL.len());
    }
}
