//! How bad a finding is by the settings: those of its object, or else of the project.
//!
//! **One rule for what reading found and what checks found.** A finding belongs to the object that
//! it says, or else to the object at its place: the last one of the file that starts before it.

use std::collections::BTreeMap;

use super::Project;
use super::settings::{CheckLevel, ObjectSettings};
use crate::diagnostic::{Diagnostic, FilePath};

/// What the settings of a project ask of its checks.
#[derive(Debug)]
pub struct Strictness<'a> {
    project: &'a BTreeMap<String, CheckLevel>,
    /// The objects of each file by where they start, comments included. Empty where no object has
    /// a wish about checks.
    of_file: BTreeMap<&'a FilePath, Vec<(u32, &'a ObjectSettings)>>,
}

impl<'a> Strictness<'a> {
    #[must_use]
    pub fn of(project: &'a Project) -> Self {
        let mut of_file: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut settings = project.settings.values();
        let asked = settings.any(|settings| !settings.checks.is_empty());
        for (name, object) in project.catalog.objects.iter().filter(|_| asked) {
            let Some(settings) = project.settings.get(name) else {
                continue;
            };
            let statement = &object.definition.statement;
            let first = statement.comments.first().unwrap_or(&statement.span);
            let start = object.location(*first).span.start;
            let objects = of_file.entry(&object.source.file).or_default();
            objects.push((start, &**settings));
        }
        for objects in of_file.values_mut() {
            objects.sort_unstable_by_key(|(start, _)| *start);
        }
        Self {
            project: &project.check_levels,
            of_file,
        }
    }

    /// What the settings ask for; none where nobody says anything.
    #[must_use]
    pub fn asked(&self, found: &Diagnostic) -> Option<CheckLevel> {
        let code = found.code.as_str();
        let own = self.settings(found);
        let own = own.and_then(|settings| settings.checks.get(code));
        own.map(|setting| setting.value)
            .or_else(|| self.project.get(code).copied())
    }

    /// The settings of the object that a finding belongs to; before the first of a file, of that.
    fn settings(&self, found: &Diagnostic) -> Option<&'a ObjectSettings> {
        let primary = found.primary.as_ref().map(|label| &label.at);
        let at = found.belongs_to.as_ref().or(primary)?;
        let objects = self.of_file.get(&at.file)?;
        let before = objects.partition_point(|(start, _)| *start <= at.span.start);
        let index = before.saturating_sub(1);
        objects.get(index).map(|(_, settings)| *settings)
    }
}
