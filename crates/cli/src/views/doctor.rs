//! What was looked at, what is wrong, and the way out of each.

use std::collections::BTreeMap;
use std::fmt;

use anstyle::Style;
use dormer_core::engine::session::Weight;
use dormer_core::plan::health::{Area, Cure, Finding};
use serde::Serialize;

use super::style::{ERROR, FAINT, GOOD, HELP, STRONG, Table, WARNING, count, paint};
use crate::output;

/// So many findings that are alike are told one by one.
const SHOWN: usize = 5;

/// The result of `dormer doctor`.
#[derive(Debug, Serialize)]
pub(crate) struct DoctorView {
    configuration: Vec<SettingView>,
    findings: Vec<FindingView>,
    problems: usize,
    notes: usize,
    /// How many of them `--mend` would mend.
    mends: usize,
    #[serde(skip)]
    mend: String,
}

/// One value of the configuration, and where it comes from.
#[derive(Debug, Serialize)]
pub(crate) struct SettingView {
    pub(crate) key: String,
    pub(crate) value: String,
    pub(crate) source: String,
}

impl SettingView {
    pub(crate) fn new(
        key: impl Into<String>,
        value: impl Into<String>,
        source: impl Into<String>,
    ) -> Self {
        Self {
            key: key.into(),
            value: value.into(),
            source: source.into(),
        }
    }
}

#[derive(Debug, Serialize)]
struct FindingView {
    area: Area,
    weight: Weight,
    object: Option<String>,
    what: String,
    why: Option<String>,
    cure: Option<CureView>,
}

#[derive(Debug, Serialize)]
struct CureView {
    kind: &'static str,
    text: String,
}

impl DoctorView {
    /// `command` makes something to paste of the words after `dormer`.
    pub(crate) fn new(
        configuration: Vec<SettingView>,
        findings: &[Finding],
        command: &dyn Fn(&str) -> String,
    ) -> Self {
        let weighs = |weight: Weight| {
            let found = findings.iter().filter(|finding| finding.weight == weight);
            found.count()
        };
        let mends = findings
            .iter()
            .filter(|finding| matches!(finding.cure, Cure::Mend(_)));
        Self {
            configuration,
            problems: weighs(Weight::Problem),
            notes: weighs(Weight::Note),
            mends: mends.count(),
            findings: findings.iter().map(|found| view(found, command)).collect(),
            mend: command("doctor --mend"),
        }
    }

    pub(crate) const fn problems(&self) -> usize {
        self.problems
    }
}

fn view(finding: &Finding, command: &dyn Fn(&str) -> String) -> FindingView {
    let cure = match &finding.cure {
        Cure::None => None,
        Cure::Mend(mending) => Some(("mend", mending.words())),
        Cure::Command(words) => Some(("command", command(words))),
        Cure::Statement(sql) if sql.is_empty() => None,
        Cure::Statement(sql) => Some(("statement", sql.clone())),
        Cure::Words(words) => Some(("words", words.clone())),
    };
    FindingView {
        area: finding.area,
        weight: finding.weight,
        object: finding.object.as_ref().map(ToString::to_string),
        what: finding.what.clone(),
        why: Some(finding.why.clone()).filter(|why| !why.is_empty()),
        cure: cure.map(|(kind, text)| CureView { kind, text }),
    }
}

impl fmt::Display for DoctorView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.configuration.is_empty() {
            writeln!(f, "{}", paint("Configuration", STRONG))?;
            let mut table = Table::default();
            for setting in &self.configuration {
                table.row([
                    (&setting.key, Style::new()),
                    (&setting.value, STRONG),
                    (&setting.source, FAINT),
                ]);
            }
            table.write_within(f, 2, output::width())?;
            writeln!(f)?;
        }
        writeln!(f, "{}", paint("Findings", STRONG))?;
        let mut table = Table::default();
        // What is alike of many objects is told of the first of them.
        let mut told: BTreeMap<(Area, &str, Option<&str>), usize> = BTreeMap::new();
        for finding in &self.findings {
            let alike = told.entry(finding.likeness()).or_insert(0);
            *alike += 1;
            if *alike <= SHOWN {
                finding.rows(&mut table);
            }
        }
        for ((area, why, _), alike) in told {
            if let Some(more) = alike.checked_sub(SHOWN).filter(|more| *more > 0) {
                let text = format!("and {more} more alike, all of them with --json: {why}");
                table.row([("", FAINT), (area.as_str(), FAINT), (&text, FAINT)]);
            }
        }
        table.write_within(f, 2, output::width())?;
        writeln!(f)?;
        let fine = self.problems == 0;
        let said = format!(
            "{}, {}.",
            count(self.problems, "problem"),
            count(self.notes, "note")
        );
        writeln!(f, "{}", paint(said, if fine { GOOD } else { ERROR }))?;
        if self.mends > 0 {
            let mends = count(self.mends, "safe mend");
            let hint = paint("hint", HELP);
            writeln!(
                f,
                "{hint}: do {mends} of journal and markers:  {}",
                self.mend
            )?;
        }
        Ok(())
    }
}

impl FindingView {
    /// What many objects have in common.
    fn likeness(&self) -> (Area, &str, Option<&str>) {
        let why = self.why.as_deref().unwrap_or(&self.what);
        (self.area, why, self.cure.as_ref().map(|cure| cure.kind))
    }

    fn rows(&self, table: &mut Table) {
        let (word, style) = match self.weight {
            Weight::Fine => ("ok", GOOD),
            Weight::Note => ("note", HELP),
            Weight::Problem => ("problem", if self.is_hard() { ERROR } else { WARNING }),
        };
        let what = match &self.object {
            Some(object) => format!("{object}: {}", self.what),
            None => self.what.clone(),
        };
        let strong = Style::new();
        table.row([(word, style), (self.area.as_str(), FAINT), (&what, strong)]);
        if let Some(why) = &self.why {
            table.row([("", style), ("", FAINT), (why, FAINT)]);
        }
        if let Some(cure) = &self.cure {
            let text = match cure.kind {
                "mend" => format!("doctor --mend would {}", cure.text),
                "statement" => format!("somebody with the right can run:  {}", cure.text),
                "command" => format!("run:  {}", cure.text),
                _ => cure.text.clone(),
            };
            table.row([("", style), ("", FAINT), (&text, HELP)]);
        }
    }

    /// Whether nothing of Dormer mends it.
    fn is_hard(&self) -> bool {
        self.cure.as_ref().is_none_or(|cure| cure.kind != "mend")
    }
}
