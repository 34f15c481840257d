//! What an adoption finds: what is taken over, what is ours already, and what differs and how.

use std::fmt;

use anstyle::Style;
use dormer_core::plan::adopt::{Found, Rewrite, State};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::difference;
use super::plan::PlanView;
use super::style::{FAINT, HELP, STRONG, Table, WARNING, count, paint};
use crate::output;
use crate::report::plain;

/// The result of `dormer adopt --dry-run`.
#[derive(Debug)]
pub(crate) struct AdoptView {
    plan: PlanView,
    report: Report,
}

impl AdoptView {
    pub(crate) const fn new(plan: PlanView, report: Report) -> Self {
        Self { plan, report }
    }
}

/// Everything that was looked at, and what would help.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Report {
    objects: Vec<ObjectView>,
    /// What for, and the command.
    #[serde(serialize_with = "commands")]
    next: Vec<(String, String)>,
}

#[derive(Debug, Clone, Serialize)]
struct ObjectView {
    object: String,
    kind: String,
    state: &'static str,
    /// What stands in the way; none for what is adopted or ours.
    why: Option<String>,
    definition: Option<Definition>,
    /// What an apply would change of columns and companions.
    would_change: Vec<String>,
    /// What the file is to say.
    rewrite: Option<RewriteView>,
}

/// As the target spells both.
#[derive(Debug, Clone, Serialize)]
struct Definition {
    declared: String,
    observed: String,
}

#[derive(Debug, Clone, Serialize)]
struct RewriteView {
    file: String,
    before: String,
    after: String,
}

/// What is done about the file of an object that differs.
#[derive(Debug, Clone)]
pub(crate) enum Filing {
    None,
    /// It can be written: what stands there now, and what will.
    Written(Rewrite, String),
    /// It cannot, and why.
    Refused(String),
}

impl Report {
    pub(crate) fn new(found: &[(Found, Filing)], next: Vec<(String, String)>) -> Self {
        let objects = found.iter().map(|(found, filing)| view(found, filing));
        Self {
            objects: objects.collect(),
            next,
        }
    }

    fn of<'a>(&'a self, state: &'a str) -> impl Iterator<Item = &'a ObjectView> {
        self.objects.iter().filter(move |one| one.state == state)
    }
}

fn view(found: &Found, filing: &Filing) -> ObjectView {
    let why = match &found.state {
        State::Adopt | State::Ours => None,
        State::Accepted => Some("accepted: the next apply brings it to its file".to_owned()),
        State::Missing => Some("not there: apply makes it".to_owned()),
        State::Differs => Some("it is not what its file says".to_owned()),
        State::OtherKind { found } => {
            let kind = found.as_str().replace('-', " ");
            Some(format!("the target has a {kind} of this name"))
        }
        State::OtherProject { project } => Some(format!("it belongs to project {project}")),
        State::Foreign { owner } => Some(format!(
            "it belongs to {owner}, and only a member of that role can take it over"
        )),
        State::Unknown { why } => Some(why.clone()),
    };
    let difference = &found.difference;
    let definition = difference.definition.as_ref();
    let mut would_change: Vec<String> = Vec::new();
    would_change.extend(difference.refused.clone());
    would_change.extend(difference.columns.clone());
    would_change.extend(difference.companions.iter().cloned());
    let rewrite = match filing {
        Filing::Written(rewrite, before) => Some(RewriteView {
            file: rewrite.at.file.to_string(),
            before: before.clone(),
            after: rewrite.text.clone(),
        }),
        Filing::Refused(why) => {
            would_change.push(format!("its file cannot be written: {why}"));
            None
        }
        Filing::None => None,
    };
    ObjectView {
        object: found.object.to_string(),
        kind: found.kind.clone(),
        state: found.state.as_str(),
        why,
        definition: definition.map(|(declared, observed)| Definition {
            declared: declared.clone(),
            observed: observed.clone(),
        }),
        would_change,
        rewrite,
    }
}

fn commands<S: Serializer>(next: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    let commands: Vec<&String> = next.iter().map(|(_, command)| command).collect();
    commands.serialize(serializer)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ours = self.of("ours").count();
        if ours > 0 {
            let objects = count(ours, "object");
            let are = if ours == 1 { "is" } else { "are" };
            writeln!(
                f,
                "  {}",
                paint(format!("= {objects} {are} ours already"), FAINT)
            )?;
        }
        let rest = self
            .objects
            .iter()
            .filter(|one| !matches!(one.state, "adopt" | "ours"));
        for one in rest {
            about(one, f)?;
        }
        let hint = paint("hint", HELP);
        let widest = self.next.iter().map(|(what, _)| what.chars().count()).max();
        let widest = widest.unwrap_or(0) + 1;
        for (what, command) in &self.next {
            let what = format!("{what}:");
            writeln!(f, "{hint}: {what:widest$}  {command}")?;
        }
        Ok(())
    }
}

fn about(one: &ObjectView, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut table = Table::with_signs();
    let (sign, style) = match one.state {
        "accepted" => ("*", HELP),
        "missing" => ("?", FAINT),
        _ => ("!", WARNING),
    };
    let why = one.why.as_deref().unwrap_or_default();
    table.row([
        (sign, style),
        (&one.object, STRONG),
        (&one.kind, FAINT),
        (why, Style::new()),
    ]);
    for change in &one.would_change {
        table.row([
            ("", style),
            ("", STRONG),
            ("", FAINT),
            (&format!("an apply would see: {change}"), FAINT),
        ]);
    }
    table.write_within(f, 2, output::width())?;
    if let Some(rewrite) = &one.rewrite {
        writeln!(
            f,
            "      {} will say what the target has:",
            plain(&rewrite.file)
        )?;
        f.write_str(&difference::lines(&rewrite.before, &rewrite.after, 6))?;
    } else if let Some(definition) = &one.definition {
        let (goes, comes) = ("- in the target", "+ in the file");
        writeln!(
            f,
            "      {}",
            paint(format!("{goes}, {comes}, as the target spells both"), FAINT)
        )?;
        f.write_str(&difference::lines(
            &definition.observed,
            &definition.declared,
            6,
        ))?;
    }
    Ok(())
}

impl fmt::Display for AdoptView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.plan.plan.noop() {
            write!(f, "{}", self.plan)?;
        }
        write!(f, "{}", self.report)?;
        if self.plan.plan.noop() {
            writeln!(f, "Nothing to adopt.")?;
        }
        Ok(())
    }
}

impl Serialize for AdoptView {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let plan = serde_json::to_value(&self.plan).map_err(serde::ser::Error::custom)?;
        let mut report = serde_json::to_value(&self.report).map_err(serde::ser::Error::custom)?;
        if let (Value::Object(fields), Value::Object(report)) = (json!({"plan": plan}), &mut report)
        {
            report.extend(fields);
        }
        report.serialize(serializer)
    }
}
