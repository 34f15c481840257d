//! How bad findings are: what settings say about checks by their codes.
//!
//! **A code that no check has is an error:** a misspelled one would switch off nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::ALL;
use crate::diagnostic::{Code, Diagnostic, FilePath, Location, Proposals, Severity};
use crate::model::name::ObjectName;
use crate::project::settings::{CheckLevel, Origin};
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

/// Gives the finding the severity that its object, or else the project, asks for.
pub(super) fn apply(
    mut finding: Diagnostic,
    project: &Project,
    owners: &Owners<'_>,
) -> Option<Diagnostic> {
    let code = finding.code.as_str();
    let of_object = || {
        let settings = project.settings.get(owners.owner(&finding)?)?;
        settings.checks.get(code).map(|setting| setting.value)
    };
    let of_project = || project.check_levels.get(code).copied();
    match of_object().or_else(of_project) {
        None => {}
        Some(CheckLevel::Off) => return None,
        Some(CheckLevel::Warning) => finding.severity = Severity::Warning,
        Some(CheckLevel::Error) => finding.severity = Severity::Error,
    }
    Some(finding)
}

/// Which object a place belongs to: the objects of each file by where their CREATE starts. Empty
/// where no object has a wish about checks.
pub(super) struct Owners<'a> {
    of_file: BTreeMap<&'a FilePath, Vec<(u32, &'a ObjectName)>>,
}

impl<'a> Owners<'a> {
    pub(super) fn of(project: &'a Project) -> Self {
        let mut of_file: BTreeMap<_, Vec<_>> = BTreeMap::new();
        if project
            .settings
            .values()
            .all(|settings| settings.checks.is_empty())
        {
            return Self { of_file };
        }
        for (name, object) in &project.catalog.objects {
            let start = object.location(object.definition.statement.span).span.start;
            of_file
                .entry(&object.source.file)
                .or_default()
                .push((start, name));
        }
        for objects in of_file.values_mut() {
            objects.sort_unstable();
        }
        Self { of_file }
    }

    /// The last object whose CREATE starts before the place, or else the file's first.
    fn owner(&self, finding: &Diagnostic) -> Option<&'a ObjectName> {
        let at = &finding.primary.as_ref()?.at;
        let objects = self.of_file.get(&at.file)?;
        let before = objects.partition_point(|(start, _)| *start <= at.span.start);
        let index = before.saturating_sub(1);
        objects.get(index).map(|(_, name)| *name)
    }
}
