//! What would be refreshed, how and why; and what came of it.

mod result;

use std::collections::BTreeMap;
use std::fmt;

use anstyle::Style;
use dormer_core::engine::refresh::Moment;
use dormer_core::engine::{EngineError, step::Millis};
use dormer_core::model::name::ObjectName;
use dormer_core::plan::refresh::{Judgement, State, Verdict};
use serde::Serialize;

use super::style::{FAINT, GOOD, HELP, STRONG, Table, WARNING, count, paint};
use super::time::{length, moment};
use crate::args::Global;
use crate::commands::{Face, Outcome};
use crate::exit::Exit;
use crate::refreshing::{Asked, Looked};
use crate::{output, paste};

pub(crate) use result::ResultView;

/// So many views of a kind are listed; the others are counted.
const SHOWN: usize = 40;

/// What would be refreshed now.
#[derive(Debug, Serialize)]
pub(crate) struct RefreshView {
    /// Where it is the last line of a stream.
    event: &'static str,
    target: String,
    engine: String,
    noop: bool,
    summary: Summary,
    views: Vec<ViewView>,
    /// Declared views that are not Dormer's to refresh, and why.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    others: BTreeMap<ObjectName, String>,
    #[serde(skip)]
    wants_parents: bool,
}

#[derive(Debug, Default, Clone, Serialize)]
struct Summary {
    due: usize,
    fresh: usize,
    held: usize,
    parent_stale: usize,
    not_selected: usize,
    never: usize,
}

#[derive(Debug, Serialize)]
struct ViewView {
    object: ObjectName,
    state: &'static str,
    reasons: Vec<ReasonView>,
    /// How it is refreshed, or would be.
    mode: &'static str,
    why_mode: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
    expected_ms: Millis,
    #[serde(skip_serializing_if = "Option::is_none")]
    lag_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    goal_ms: Option<u64>,
    /// When it may be refreshed, in milliseconds since 1970; none while that is now or not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<ObjectName>,
    #[serde(skip)]
    words: String,
}

#[derive(Debug, Serialize)]
struct ReasonView {
    reason: &'static str,
    text: String,
}

impl RefreshView {
    pub(crate) fn new(looked: &Looked, judgement: &Judgement, asked: &Asked) -> Self {
        let mut summary = Summary::default();
        let order = looked.field.order();
        let verdicts = order
            .into_iter()
            .filter_map(|name| Some((name, judgement.verdicts.get(name)?)));
        let views: Vec<ViewView> = verdicts
            .map(|(name, verdict)| {
                summary.add(verdict);
                ViewView::new(name, verdict)
            })
            .collect();
        let wanted = |name: &ObjectName| {
            let selected = asked.selected.as_ref();
            selected.is_none_or(|selected| selected.contains(name))
        };
        let others = looked.field.others.iter();
        let others = others.filter(|(name, _)| wanted(name));
        Self {
            event: "result",
            target: String::new(),
            engine: String::new(),
            noop: summary.due == 0,
            wants_parents: asked.selected.is_some() && !asked.upstream,
            others: others
                .map(|(name, why)| (name.clone(), why.clone()))
                .collect(),
            summary,
            views,
        }
    }

    /// Says of which target it is.
    pub(crate) fn of(&mut self, target: &str, engine: &str) {
        target.clone_into(&mut self.target);
        engine.clone_into(&mut self.engine);
    }

    /// The exit code where nothing is refreshed: a view that was asked for and stays stale is no success.
    pub(crate) const fn exit(&self) -> Exit {
        if self.wants_parents && self.summary.parent_stale > 0 {
            Exit::Partial
        } else {
            Exit::Done
        }
    }

    /// One line before the work.
    pub(crate) fn head(&self) -> String {
        let target = &self.target;
        format!(
            "Refresh of target {target} ({}): {}\n",
            self.engine, self.summary
        )
    }

    fn section(
        &self,
        f: &mut fmt::Formatter<'_>,
        state: &str,
        (label, style): (&str, Style),
    ) -> fmt::Result {
        let all: Vec<&ViewView> = self
            .views
            .iter()
            .filter(|view| view.state == state)
            .collect();
        let mut table = Table::default();
        for view in all.iter().take(SHOWN) {
            let label = if state == "due" { view.mode } else { label };
            table.row([
                (label, style),
                (&view.object.to_string(), STRONG),
                (&view.words, Style::new()),
            ]);
        }
        table.write_within(f, 2, output::width())?;
        let more = all.len().saturating_sub(SHOWN);
        if more > 0 {
            writeln!(f, "  and {}", count(more, "more view"))?;
        }
        Ok(())
    }
}

impl Summary {
    fn add(&mut self, verdict: &Verdict) {
        let counted = match verdict.state {
            State::Due => &mut self.due,
            State::Fresh => &mut self.fresh,
            State::Held(_) => &mut self.held,
            State::ParentStale(_) => &mut self.parent_stale,
            State::NotChosen => &mut self.not_selected,
            State::Never => &mut self.never,
        };
        *counted += 1;
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            (self.fresh, "fresh as counted"),
            (self.held, "held back"),
            (self.parent_stale, "parent stale"),
            (self.not_selected, "stale and not selected"),
            (self.never, "never refreshed by Dormer"),
        ];
        write!(f, "{} due", self.due)?;
        for (n, what) in parts.into_iter().filter(|(n, _)| *n > 0) {
            write!(f, ", {n} {what}")?;
        }
        Ok(())
    }
}

impl ViewView {
    fn new(name: &ObjectName, verdict: &Verdict) -> Self {
        let reasons = verdict.reasons.iter().map(|reason| ReasonView {
            reason: reason.as_str(),
            text: reason.to_string(),
        });
        let (state, next, because) = match &verdict.state {
            State::Due => ("due", None, verdict.behind.clone()),
            State::Fresh => ("fresh", None, None),
            State::Held(held) => ("held", Some(held.until()), None),
            State::ParentStale(parent) => ("parent-stale", None, Some(parent.clone())),
            State::NotChosen => ("not-selected", None, None),
            State::Never => ("never", None, None),
        };
        Self {
            object: name.clone(),
            state,
            reasons: reasons.collect(),
            mode: verdict.choice.mode.as_str(),
            why_mode: verdict.choice.why.clone(),
            advice: verdict.choice.advice.clone(),
            expected_ms: verdict.expected,
            lag_ms: verdict.lag,
            goal_ms: verdict.goal,
            next_ms: next.filter(|next| next.0 < i64::MAX).map(|next| next.0),
            because,
            words: words(verdict),
        }
    }
}

/// What is said of a view beside its name.
fn words(verdict: &Verdict) -> String {
    let first = verdict.reasons.first();
    match &verdict.state {
        State::Due => {
            let mut words = first.map(ToString::to_string).unwrap_or_default();
            if let Some(parent) = &verdict.behind {
                words.push_str(&format!("; {parent}, which it reads, stays stale for now"));
            }
            words
        }
        State::Held(held) => match held.until() {
            Moment(i64::MAX) => held.to_string(),
            Moment(until) => format!("{held}: from {}", moment(until.div_euclid(1_000))),
        },
        State::ParentStale(parent) => {
            format!("{parent}, which it reads, is stale and not refreshed now")
        }
        State::Fresh | State::NotChosen | State::Never => {
            first.map(ToString::to_string).unwrap_or_default()
        }
    }
}

impl fmt::Display for RefreshView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.noop && self.summary.held == 0 && self.summary.parent_stale == 0 {
            let nothing = paint("Nothing is stale", GOOD);
            writeln!(
                f,
                "{nothing}: {} views are fresh as counted.",
                self.summary.fresh
            )?;
        } else {
            write!(f, "{}\n\n", self.head().trim_end())?;
        }
        self.section(f, "due", ("", HELP))?;
        self.section(f, "held", ("held", FAINT))?;
        self.section(f, "parent-stale", ("parent stale", WARNING))?;
        let mut table = Table::default();
        let advised = self.views.iter().filter(|view| view.state == "due");
        for view in advised.take(SHOWN) {
            if let Some(advice) = view.advice.as_ref().filter(|advice| !advice.is_empty()) {
                let text = format!("readers wait: {}; add {advice}", view.why_mode);
                table.row([
                    ("note", FAINT),
                    (&view.object.to_string(), Style::new()),
                    (&text, Style::new()),
                ]);
            }
        }
        for (name, why) in self.others.iter().take(SHOWN) {
            table.row([
                ("note", FAINT),
                (&name.to_string(), Style::new()),
                (&format!("not refreshed: {why}"), Style::new()),
            ]);
        }
        if !table.is_empty() {
            writeln!(f)?;
            table.write_within(f, 2, output::width())?;
        }
        if self.exit() == Exit::Partial {
            let hint = paint("hint", HELP);
            writeln!(f, "{hint}: refresh what they read too:  --upstream")?;
        }
        Ok(())
    }
}

/// What was decided, as the journal keeps it.
pub(crate) fn document(judgement: &Judgement) -> String {
    let due: Vec<ViewView> = judgement
        .due()
        .map(|(name, verdict)| ViewView::new(name, verdict))
        .collect();
    serde_json::json!({ "format_version": super::FORMAT_VERSION, "kind": "refresh", "due": due })
        .to_string()
}

/// The target takes no sessions now: that is no failure of any view.
pub(crate) fn away(error: &EngineError, target: &str, global: &Global) -> Outcome {
    let view = AwayView {
        event: "result",
        ended: "away",
        target: target.to_owned(),
        reason: error.to_string(),
        exit_code: Exit::Unavailable.code(),
        again: paste::command(global, "refresh"),
    };
    let mut outcome = Outcome::new(view).face(Face::Stream);
    outcome.exit = Exit::Unavailable;
    outcome
}

#[derive(Debug, Serialize)]
struct AwayView {
    event: &'static str,
    ended: &'static str,
    target: String,
    reason: String,
    exit_code: u8,
    again: String,
}

impl fmt::Display for AwayView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { target, reason, .. } = self;
        writeln!(f, "Target {target} is away: {reason}.")?;
        writeln!(
            f,
            "Nothing was begun and nothing failed; readers see what they saw."
        )?;
        writeln!(
            f,
            "{}: when it is back:  {}",
            paint("hint", HELP),
            self.again
        )
    }
}

/// A length of time for a line of a result.
fn took(ms: Millis) -> String {
    length(ms.0)
}
