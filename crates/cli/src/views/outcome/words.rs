//! What a run that did not reach its end says: errors, grouped where they are equal; what readers
//! see; what was kept; the next commands.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::num::NonZeroU32;

use dormer_core::engine::EngineError;
use dormer_core::engine::step::StepId;
use dormer_core::model::name::ObjectName;
use dormer_deploy::{Blocked, Ended, FailedStep, Outcome};

use unicode_width::UnicodeWidthChar as _;

use super::super::style::{ERROR, HELP, WARNING, count, flowing, paint};
use super::super::time::length;
use super::seen::Seen;
use crate::report::plain;

/// So many names are listed; the others are counted.
const NAMES_SHOWN: usize = 5;
/// So many different errors are told.
const GROUPS_SHOWN: usize = 6;
/// So much of a statement that failed is shown.
const LINES_SHOWN: usize = 12;

/// Everything that a run has to complain about; none for one that reached its end.
pub(crate) fn complaint(
    outcome: &Outcome,
    seen: &Seen,
    (places, hints): (&BTreeMap<ObjectName, String>, &[(String, String)]),
) -> Option<String> {
    let mut out = String::new();
    failures(outcome, places, &mut out);
    audits(outcome, &mut out);
    for blocked in &outcome.blocked {
        blocking(outcome, blocked, &mut out);
    }
    match &outcome.ended {
        Ended::Interrupted => error(&mut out, "interrupted"),
        Ended::LeaseLost(why) => {
            error(
                &mut out,
                "the lease was lost: its session is gone, or another run took it",
            );
            causes(&mut out, why);
        }
        Ended::Unreachable(why) => {
            error(&mut out, "the target is not reached any more");
            causes(&mut out, why);
        }
        Ended::Stale(stale) => {
            error(
                &mut out,
                "the target changed since the plan was made, and nothing takes its name",
            );
            for stale in stale {
                let words = format!("{}: {}", stale.object, stale.difference);
                let _ = writeln!(out, "  caused by: {}", plain(&words));
            }
        }
        Ended::Nothing | Ended::Done | Ended::Partial | Ended::Blocked => {}
    }
    if let Some(why) = &outcome.unwritten {
        error(&mut out, "the end of the run could not be written down");
        causes(&mut out, why);
    }
    if out.is_empty() {
        return None;
    }
    skipped(outcome, &mut out);
    out.push_str(&flowing(&format!("{} {}", seen.ended(), kept(outcome))));
    out.push('\n');
    out.push_str(&pasted(hints));
    Some(out)
}

/// Hints in columns: what for, and the command.
pub(crate) fn pasted(hints: &[(String, String)]) -> String {
    let widest = hints.iter().map(|(what, _)| what.chars().count()).max();
    let widest = widest.unwrap_or(0) + 1;
    let hint = paint("hint", HELP);
    let lines = hints.iter().map(|(what, command)| {
        let what = format!("{what}:");
        format!("{hint}: {what:widest$}  {command}\n")
    });
    lines.collect()
}

fn error(out: &mut String, message: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{}: {}", paint("error", ERROR), plain(message));
}

fn causes(out: &mut String, error: &EngineError) {
    let _ = writeln!(out, "  caused by: {}", plain(&error.to_string()));
    if let Some(detail) = &error.detail {
        let _ = writeln!(out, "  caused by: {}", plain(detail));
    }
}

fn failures(outcome: &Outcome, places: &BTreeMap<ObjectName, String>, out: &mut String) {
    let mut groups: Vec<(&FailedStep, Vec<&FailedStep>)> = Vec::new();
    let mut known: BTreeMap<(String, Option<&str>), usize> = BTreeMap::new();
    for failed in &outcome.failed {
        let key = (failed.error.to_string(), failed.error.detail.as_deref());
        let at = *known.entry(key).or_insert(groups.len());
        match groups.get_mut(at) {
            Some((_, group)) => group.push(failed),
            None => groups.push((failed, vec![failed])),
        }
    }
    let more = groups.len().saturating_sub(GROUPS_SHOWN);
    for (first, group) in groups.into_iter().take(GROUPS_SHOWN) {
        match group.as_slice() {
            [one] => {
                let words = format!(
                    "step {} of {} failed: {}",
                    one.step, outcome.steps, one.title
                );
                error(out, &words);
                let place = one.object.as_ref().and_then(|object| places.get(object));
                if let Some(place) = place {
                    let _ = writeln!(out, "  --> {}", plain(place));
                }
            }
            several => {
                let titles = several.iter().map(|failed| failed.title.as_str());
                let words = format!("{} steps failed alike: {}", several.len(), some(titles));
                error(out, &words);
            }
        }
        causes(out, &first.error);
        if let Some(hint) = &first.error.hint {
            let _ = writeln!(out, "  {}: {}", paint("hint", HELP), plain(hint));
        }
        if let Some(statement) = &first.statement {
            cut(out, statement, first.error.letter);
        }
    }
    if more > 0 {
        let _ = writeln!(out, "and {}", count(more, "more error"));
    }
}

/// The statement that failed, as far as it helps: its first lines, or those up to the letter at which
/// the target stumbled.
fn cut(out: &mut String, statement: &str, letter: Option<NonZeroU32>) {
    let before = letter.and_then(|letter| usize::try_from(letter.get() - 1).ok());
    let (line, lead) = before.map_or((0, None), |before| {
        let before: String = statement.chars().take(before).collect();
        let line = before.matches('\n').count();
        (line, before.rsplit('\n').next().map(blank))
    });
    let statement = plain(statement.trim_end());
    let first = (line + 1).saturating_sub(LINES_SHOWN);
    if first > 0 {
        let _ = writeln!(out, "    .. {}", count(first, "line"));
    }
    let mut lines = statement.lines().enumerate().skip(first);
    for (number, text) in lines.by_ref().take(LINES_SHOWN) {
        let _ = writeln!(out, "    {text}");
        if let Some(lead) = lead.as_ref().filter(|_| number == line) {
            let _ = writeln!(out, "    {lead}{}", paint("^", ERROR));
        }
    }
    let rest = lines.count();
    if rest > 0 {
        let _ = writeln!(out, "    .. and {}", count(rest, "more line"));
    }
}

/// As wide as a text, and empty.
fn blank(text: &str) -> String {
    let blank = |letter: char| match letter {
        '\t' => "\t".to_owned(),
        letter => " ".repeat(letter.width().unwrap_or(0)),
    };
    text.chars().map(blank).collect()
}

fn audits(outcome: &Outcome, out: &mut String) {
    for audit in &outcome.audits {
        error(out, &format!("{} failed", audit.title));
        let _ = writeln!(out, "  it returned a row: {}", plain(&audit.row));
    }
}

fn blocking(outcome: &Outcome, blocked: &Blocked, out: &mut String) {
    let words = format!(
        "step {} of {} is blocked: {}",
        blocked.step, outcome.steps, blocked.title
    );
    error(out, &words);
    let tries = match blocked.tries {
        0 | 1 => String::new(),
        tries => format!(" in {tries} tries"),
    };
    let _ = writeln!(out, "  caused by: {}{tries}", plain(&blocked.reason));
    if let Some(error) = &blocked.error {
        causes(out, error);
    }
    for holder in &blocked.holders {
        let who = [&holder.user, &holder.application].into_iter().flatten();
        let who: Vec<&str> = who.map(String::as_str).collect();
        let since = holder
            .transaction_ms
            .map(|ms| format!(" for {}", length(ms)));
        let since = since.unwrap_or_default();
        let activity = holder.activity.as_deref().unwrap_or("unknown");
        let words = format!(
            "pid {} ({}) has {} on {}, {activity}{since}",
            holder.pid,
            who.join(", "),
            holder.mode,
            holder.relation
        );
        let _ = writeln!(out, "  {}: {}", paint("blocker", WARNING), plain(&words));
    }
}

fn skipped(outcome: &Outcome, out: &mut String) {
    let objects = outcome.skipped.iter();
    // One may be named for each of several failures.
    let names: BTreeSet<&ObjectName> = objects
        .filter_map(|skipped| skipped.object.as_ref())
        .collect();
    let names: Vec<String> = names.into_iter().map(ToString::to_string).collect();
    if !names.is_empty() {
        let names = some(names.iter().map(String::as_str));
        let _ = writeln!(
            out,
            "Not done, because they need what failed: {}.",
            plain(&names)
        );
    }
}

/// What was kept: `Steps 1 to 4 are kept.`
fn kept(outcome: &Outcome) -> String {
    let mut done: Vec<u32> = outcome.done.iter().map(|StepId(id)| *id).collect();
    done.sort_unstable();
    let runs: Vec<&[u32]> = done.chunk_by(|a, b| a + 1 == *b).collect();
    let said = |run: &&[u32]| match run {
        [first, .., last] => format!("{first} to {last}"),
        run => run.first().map(ToString::to_string).unwrap_or_default(),
    };
    match (done.as_slice(), runs.as_slice()) {
        ([], _) => "No step is done.".to_owned(),
        ([one], _) => format!("Step {one} is kept."),
        (_, [_] | [_, _] | [_, _, _]) => {
            let runs: Vec<String> = runs.iter().map(said).collect();
            format!("Steps {} are kept.", runs.join(", "))
        }
        _ => format!("{} of {} steps are kept.", done.len(), outcome.steps),
    }
}

/// The first of some names, and how many others there are.
pub(super) fn some<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.collect();
    let shown = names.get(..NAMES_SHOWN).unwrap_or(&names).join(", ");
    match names.len().saturating_sub(NAMES_SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
