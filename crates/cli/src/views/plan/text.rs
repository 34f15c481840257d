//! A plan as people read it before they say yes.

use std::fmt;

use anstyle::Style;
use dormer_core::engine::hazard::Note;
use dormer_core::plan::change::{Action, Change, Reason, ReasonKind};

use super::super::style::{ERROR, FAINT, GOOD, HELP, STRONG, Table, WARNING, count, paint};
use super::super::time::length;
use super::{Detail, Forecast, Knowledge, PlanView, deed, why};
use crate::output;

/// So many notes of one kind are shown; the others are counted.
const NOTES_SHOWN: usize = 8;

pub(super) fn write(view: &PlanView, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    writeln!(f, "{}\n", paint(view.title(), STRONG))?;
    if view.around.knowledge == Knowledge::Files {
        writeln!(
            f,
            "Made from the files alone: the target was not asked, so this is everything that is\n\
             declared, as if nothing of it existed. What a target really needs:  {}\n",
            view.around.command.replacen(" apply", " plan", 1)
        )?;
    }
    changes(view, f)?;
    remarks(view, f)?;
    if view.detail == Detail::Steps {
        steps(view, f)?;
    }
    writeln!(f, "{}", paint(view.summary(), STRONG))?;
    // A run that goes on has done a part of it before.
    let fresh = view.around.knowledge != Knowledge::Journal;
    if let Some(forecast) = Forecast::of(&view.plan).filter(|_| fresh) {
        writeln!(f, "It takes {forecast}.")?;
    }
    Ok(())
}

/// The sign of an action has the same colour everywhere.
fn style(action: Action) -> Style {
    match action {
        Action::Create => GOOD,
        Action::Alter | Action::Replace => WARNING,
        Action::Drop => ERROR,
        Action::Carry | Action::Adopt | Action::Mend => HELP,
        Action::Keep => FAINT,
    }
}

fn changes(view: &PlanView, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut table = Table::with_signs();
    for change in view.changed() {
        let sign = change.action.sign().to_string();
        let reasons = told(change);
        let mut rest = reasons.iter().map(String::as_str);
        let object = change.object.to_string();
        let first = rest.next().unwrap_or("");
        table.row([
            (&sign, style(change.action)),
            (&object, STRONG),
            (deed(change), Style::new()),
            (first, FAINT),
        ]);
        for reason in rest {
            let none = Style::new();
            table.row([("", none), ("", none), ("", none), (reason, FAINT)]);
        }
    }
    table.write_within(f, 2, output::width())?;
    let kept = view.plan.summary.keep;
    if kept > 0 {
        let objects = count(kept, "object");
        let state = match view.around.knowledge {
            Knowledge::Files => "not selected",
            Knowledge::Target | Knowledge::Journal => "unchanged",
        };
        writeln!(f, "  {}", paint(format!("= {objects} {state}"), FAINT))?;
    }
    if kept > 0 || !table.is_empty() {
        writeln!(f)?;
    }
    Ok(())
}

/// The reasons of a change. That a new object is not there yet is said by its sign: its kind is told.
fn told(change: &Change) -> Vec<String> {
    let new =
        |reason: &&Reason| change.action == Action::Create && reason.kind == ReasonKind::Missing;
    let kind = (change.action == Action::Create).then(|| change.kind.clone());
    let reasons = change.reasons.iter().filter(|reason| !new(reason));
    let mut reasons: Vec<String> = kind.into_iter().chain(reasons.map(why)).collect();
    reasons.dedup();
    reasons
}

/// Notes, hazards and what cannot be done, in columns of their own.
fn remarks(view: &PlanView, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut table = Table::default();
    let along = &view.around.along;
    if !along.is_empty() {
        let names: Vec<String> = along.iter().map(ToString::to_string).collect();
        let text = format!("taken along by the selection: {}", names.join(", "));
        table.row([("note", HELP), ("selection", STRONG), (&text, Style::new())]);
    }
    notes(view, &mut table);
    blockers(view, &mut table);
    for hazard in &view.plan.hazards {
        let text = about(hazard.object.as_ref(), &hazard.text);
        let state = if view.blocks(hazard) {
            ""
        } else {
            " (allowed)"
        };
        let name = hazard.kind.as_str();
        let text = format!("{text}{state}");
        table.row([("hazard", WARNING), (name, STRONG), (&text, Style::new())]);
        below(&mut table, hazard.hint.as_deref());
    }
    for refusal in &view.plan.refused {
        let text = about(Some(&refusal.object), &refusal.text);
        table.row([("error", ERROR), ("cannot", STRONG), (&text, Style::new())]);
        below(&mut table, refusal.hint.as_deref());
    }
    table.write_within(f, 2, output::width())?;
    if let Some(command) = view.allowing() {
        let many = view.around.blocking.len();
        let verb = if many == 1 { "blocks" } else { "block" };
        writeln!(
            f,
            "\n{} {verb} until allowed:  {command}",
            count(many, "hazard")
        )?;
    }
    if table.is_empty() {
        Ok(())
    } else {
        writeln!(f)
    }
}

fn notes(view: &PlanView, table: &mut Table) {
    let mut notes: Vec<&Note> = view.plan.notes.iter().collect();
    notes.sort_by_key(|note| note.kind);
    for kind in notes.chunk_by(|a, b| a.kind == b.kind) {
        let shown = match view.detail {
            Detail::Changes => NOTES_SHOWN,
            Detail::Steps => usize::MAX,
        };
        for note in kind.iter().take(shown) {
            let text = about(note.object.as_ref(), &note.text);
            let name = note.kind.as_str();
            table.row([("note", HELP), (name, STRONG), (&text, Style::new())]);
        }
        let unseen = kind.len().saturating_sub(shown);
        if unseen > 0 {
            let text = format!("and {unseen} more of these, all of them with -v");
            table.row([("", HELP), ("", STRONG), (&text, FAINT)]);
        }
    }
}

/// Who is in the way now; it may be gone when the plan is done.
fn blockers(view: &PlanView, table: &mut Table) {
    for holder in view.around.blockers.iter().take(NOTES_SHOWN) {
        let who = [&holder.user, &holder.application].into_iter().flatten();
        let who: Vec<&str> = who.map(String::as_str).collect();
        let activity = holder.activity.as_deref();
        let activity = activity.unwrap_or("age and query not visible: needs pg_monitor");
        let age = holder
            .transaction_ms
            .map(|ms| format!(" for {}", length(ms)));
        let age = age.unwrap_or_default();
        let text = format!(
            "{}: pid {} ({}) has {}, {activity}{age}",
            holder.relation,
            holder.pid,
            who.join(", "),
            holder.mode,
        );
        table.row([("note", HELP), ("blocker", STRONG), (&text, Style::new())]);
    }
}

fn below(table: &mut Table, hint: Option<&str>) {
    for line in hint.unwrap_or_default().lines() {
        table.row([("", HELP), ("", STRONG), (line, HELP)]);
    }
}

/// What a remark is about, and what it says; a text that names its object already is enough.
fn about(object: Option<&dormer_core::model::name::ObjectName>, text: &str) -> String {
    match object.map(ToString::to_string) {
        Some(object) if !text.contains(&object) => format!("{object}: {text}"),
        _ => text.to_owned(),
    }
}

fn steps(view: &PlanView, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for planned in &view.plan.steps {
        let step = &planned.step;
        let title = paint(crate::report::plain(&step.title), STRONG);
        write!(f, "step {}  {title}", step.id)?;
        match planned.forecast {
            Some(forecast) => {
                let forecast = format!("about {}", length(forecast.0));
                writeln!(f, "  {}", paint(forecast, FAINT))?;
            }
            None => writeln!(f)?,
        }
        for statement in &planned.statements {
            for line in crate::report::plain(statement.sql.trim()).lines() {
                writeln!(f, "    {}", paint(line, FAINT))?;
            }
        }
    }
    if view.plan.steps.is_empty() {
        return Ok(());
    }
    writeln!(f)
}
