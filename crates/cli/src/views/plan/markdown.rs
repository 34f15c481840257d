//! A plan for a pull request: what changes first, the statements folded away.

use std::fmt;

use super::{Forecast, Knowledge, PlanView, allowance, deed, why};

pub(super) fn write(view: &PlanView, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    writeln!(f, "### {}\n", cell(&view.title()))?;
    if view.around.knowledge == Knowledge::Files {
        writeln!(
            f,
            "Made from the files alone, as if nothing of it existed: the target was not asked.\n"
        )?;
    }
    changes(view, f)?;
    writeln!(f, "**{}**", view.summary())?;
    if let Some(forecast) = Forecast::of(&view.plan) {
        writeln!(f, "It takes {forecast}.")?;
    }
    remarks(view, f)?;
    statements(view, f)
}

fn changes(view: &PlanView, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut changes = view.changed().peekable();
    if changes.peek().is_none() {
        return Ok(());
    }
    writeln!(f, "| | object | what | why |\n|---|---|---|---|")?;
    for change in changes {
        let reasons: Vec<String> = change
            .reasons
            .iter()
            .map(|reason| cell(&why(reason)))
            .collect();
        writeln!(
            f,
            "| {} | {} | {} | {} |",
            sign(change.action.sign()),
            code(&change.object.to_string()),
            deed(change),
            reasons.join("<br>")
        )?;
    }
    writeln!(f)
}

fn remarks(view: &PlanView, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let plan = &view.plan;
    if plan.notes.is_empty() && plan.hazards.is_empty() && plan.refused.is_empty() {
        return Ok(());
    }
    writeln!(f)?;
    let about = |object: Option<String>| object.map_or_else(String::new, |name| code(&name) + " ");
    for refusal in &plan.refused {
        let object = about(Some(refusal.object.to_string()));
        writeln!(f, "- **error** {object}{}", cell(&refusal.text))?;
    }
    for hazard in &plan.hazards {
        let object = about(hazard.object.as_ref().map(ToString::to_string));
        write!(
            f,
            "- **hazard** {} {object}{}",
            hazard.kind,
            cell(&hazard.text)
        )?;
        if view.blocks(hazard) {
            writeln!(
                f,
                ", blocks until {}",
                code(&format!("--allow {}", allowance(hazard)))
            )?;
        } else {
            writeln!(f, ", allowed")?;
        }
    }
    for note in &plan.notes {
        let object = about(note.object.as_ref().map(ToString::to_string));
        writeln!(f, "- note {} {object}{}", note.kind, cell(&note.text))?;
    }
    Ok(())
}

fn statements(view: &PlanView, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let steps = &view.plan.steps;
    let all: usize = steps.iter().map(|step| step.statements.len()).sum();
    if all == 0 {
        return Ok(());
    }
    let texts = steps.iter().flat_map(|step| &step.statements);
    let fence = fence(texts.map(|statement| statement.sql.as_str()));
    let counted = [(steps.len(), "step"), (all, "statement")]
        .map(|(n, one)| super::super::style::count(n, one));
    writeln!(
        f,
        "\n<details>\n<summary>{}</summary>\n\n{fence}sql",
        counted.join(", ")
    )?;
    for planned in steps {
        writeln!(
            f,
            "-- {}: {}",
            planned.step.id,
            planned.step.title.replace('\n', " ")
        )?;
        for statement in &planned.statements {
            writeln!(f, "{};", statement.sql.trim_end().trim_end_matches(';'))?;
        }
    }
    writeln!(f, "{fence}\n\n</details>")
}

/// A fence that is longer than any in the texts.
fn fence<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let longest = texts
        .flat_map(|text| text.split(|c| c != '`'))
        .map(str::len);
    "`".repeat(longest.max().unwrap_or(0).max(2) + 1)
}

/// A sign that Markdown shows as it is.
fn sign(sign: char) -> String {
    code(&sign.to_string())
}

/// A name between backticks, whatever is in it.
fn code(text: &str) -> String {
    let text = crate::report::plain(text).replace(['\n', '\t'], " ");
    let text = text.replace('|', "\\|").replace('`', "'");
    format!("`{text}`")
}

/// A text that stays in its cell, and is no HTML.
fn cell(text: &str) -> String {
    let text = crate::report::plain(text).replace(['\n', '\t'], " ");
    text.replace('|', "\\|").replace('<', "&lt;")
}
