//! The codes that settings name.
//!
//! **A code that no check has is an error:** a misspelled one would switch off nothing.

use std::collections::BTreeSet;

use super::ALL;
use crate::diagnostic::{Code, Diagnostic, Location, Proposals, Severity};
use crate::project::settings::Origin;
use crate::project::{Project, codes};

/// The codes in settings that nothing has, each once a place.
pub(super) fn unknown(project: &Project) -> Vec<Diagnostic> {
    let known: BTreeSet<&str> = ALL
        .iter()
        .map(|check| check.code)
        .chain(codes::TEXTS.iter().map(|rule| rule.code))
        .map(Code::as_str)
        .collect();
    let mut unknown: BTreeSet<(&str, Option<&Location>)> = BTreeSet::new();
    for settings in project.settings.values() {
        for (code, level) in &settings.checks {
            if !known.contains(code.as_str()) {
                unknown.insert((code, place(&level.origin)));
            }
        }
    }
    // Of a project without objects nothing tells the place.
    for code in project.check_levels.keys().map(String::as_str) {
        let mut told = unknown.iter().map(|(told, _)| *told);
        if !known.contains(code) && !told.any(|told| told == code) {
            unknown.insert((code, None));
        }
    }
    let mut proposals = Proposals::default();
    let mut findings = Vec::new();
    for (code, at) in unknown {
        let message = format!("no check has the code {code}");
        let mut found = Diagnostic::new(codes::UNKNOWN_KEY, Severity::Error, message);
        if let Some(at) = at {
            found = found.at(at.clone(), "switches nothing");
        }
        findings.push(match proposals.suggest(code, known.iter().copied()) {
            Some(meant) => found.help(format!("did you mean {meant}?")),
            None => found.help("see all codes:  dormer explain"),
        });
    }
    findings
}

const fn place(origin: &Origin) -> Option<&Location> {
    match origin {
        Origin::Default => None,
        Origin::Project(at) | Origin::Rule { at, .. } | Origin::Directive(at) => Some(at),
    }
}
