//! What came of a refresh run, in a few lines that can be pasted into a ticket.

use std::fmt::{self, Write as _};

use anstyle::Style;
use dormer_core::engine::step::Millis;
use dormer_core::model::name::ObjectName;
use dormer_core::plan::refresh::Unstarted;
use dormer_deploy::{RefreshEnded, RefreshOutcome};
use serde::Serialize;

use super::super::outcome::{ErrorView, pasted};
use super::super::style::{ERROR, FAINT, GOOD, STRONG, Table, WARNING, count, paint};
use super::{RefreshView, SHOWN, Summary, took};
use crate::args::Global;
use crate::exit::Exit;
use crate::{output, paste};

/// The slowest are named where there are many.
const SLOWEST: usize = 3;

/// The end of a refresh run.
#[derive(Debug, Serialize)]
pub(crate) struct ResultView {
    event: &'static str,
    run: String,
    kind: &'static str,
    target: String,
    ended: &'static str,
    summary: Summary,
    refreshed: Vec<DoneView>,
    failed: Vec<FailedView>,
    blocked: Vec<BlockedView>,
    /// Views that read what was not refreshed.
    parent_stale: Vec<StaleView>,
    /// Views that were due and not begun.
    left: Vec<LeftView>,
    ms: Millis,
    exit_code: u8,
    next: Vec<String>,
    #[serde(skip)]
    hints: Vec<(String, String)>,
    #[serde(skip)]
    why: Option<String>,
    #[serde(skip)]
    unwritten: Option<String>,
    #[serde(skip)]
    exit: Exit,
}

#[derive(Debug, Serialize)]
struct DoneView {
    object: ObjectName,
    mode: &'static str,
    ms: Millis,
}

#[derive(Debug, Serialize)]
struct FailedView {
    object: ObjectName,
    mode: &'static str,
    ms: Millis,
    error: ErrorView,
    #[serde(skip)]
    text: String,
    #[serde(skip)]
    detail: Option<String>,
}

#[derive(Debug, Serialize)]
struct BlockedView {
    object: Option<ObjectName>,
    tries: u32,
    reason: String,
    pids: Vec<i32>,
}

#[derive(Debug, Serialize)]
struct StaleView {
    object: ObjectName,
    because: ObjectName,
}

#[derive(Debug, Serialize)]
struct LeftView {
    object: ObjectName,
    reason: &'static str,
}

impl ResultView {
    pub(crate) fn new(ending: &RefreshOutcome, view: RefreshView, global: &Global) -> Self {
        let refreshed = ending.refreshed.iter().map(|done| DoneView {
            object: done.name.clone(),
            mode: done.mode.as_str(),
            ms: done.ms,
        });
        let failed = ending.failed.iter().map(|failed| FailedView {
            object: failed.name.clone(),
            mode: failed.mode.as_str(),
            ms: failed.ms,
            error: ErrorView::from(&failed.error),
            text: failed.error.to_string(),
            detail: failed.error.detail.clone(),
        });
        let blocked = ending.blocked.iter().map(|blocked| BlockedView {
            object: blocked.object.clone(),
            tries: blocked.tries,
            reason: blocked.reason.clone(),
            pids: blocked.holders.iter().map(|holder| holder.pid).collect(),
        });
        let (mut parent_stale, mut left) = (Vec::new(), Vec::new());
        for skipped in &ending.skipped {
            parent_stale.push(StaleView {
                object: skipped.name.clone(),
                because: skipped.because.clone(),
            });
        }
        for (object, why) in &ending.unstarted {
            let object = object.clone();
            let reason = match why {
                Unstarted::ParentStale(because) => {
                    let because = because.clone();
                    parent_stale.push(StaleView { object, because });
                    continue;
                }
                Unstarted::Budget => "budget",
                Unstarted::Replaced => "replaced",
                Unstarted::Stopped => "stopped",
            };
            left.push(LeftView { object, reason });
        }
        let why = match &ending.ended {
            RefreshEnded::LeaseLost(error) | RefreshEnded::Unreachable(error) => {
                Some(error.to_string())
            }
            RefreshEnded::Nothing
            | RefreshEnded::Done
            | RefreshEnded::Partial
            | RefreshEnded::Blocked
            | RefreshEnded::Interrupted => None,
        };
        let hints = hints(ending, global);
        let exit = exit(ending, view.exit());
        Self {
            event: "result",
            run: ending.run.to_string(),
            kind: "refresh",
            target: view.target,
            ended: word(&ending.ended),
            summary: view.summary,
            refreshed: refreshed.collect(),
            failed: failed.collect(),
            blocked: blocked.collect(),
            parent_stale,
            left,
            ms: ending.took,
            exit_code: exit.code(),
            next: hints.iter().map(|(_, command)| command.clone()).collect(),
            hints,
            why,
            unwritten: ending.unwritten.as_ref().map(ToString::to_string),
            exit,
        }
    }

    pub(crate) const fn exit(&self) -> Exit {
        self.exit
    }

    /// What it has to complain about; none for a run that reached its end.
    pub(crate) fn complaint(&self) -> Option<String> {
        let mut out = String::new();
        let mut say = |style: Style, word: &str, text: &str| {
            // Writing to a string cannot fail.
            let _ = writeln!(
                out,
                "{}: {}",
                paint(word, style),
                crate::report::plain(text)
            );
        };
        for failed in self.failed.iter().take(SHOWN) {
            say(
                ERROR,
                "error",
                &format!("{} was not refreshed", failed.object),
            );
            say(Style::new(), "  caused by", &failed.text);
            if let Some(detail) = &failed.detail {
                say(Style::new(), "  caused by", detail);
            }
        }
        for blocked in self.blocked.iter().take(SHOWN) {
            let object = blocked.object.as_ref().map(ToString::to_string);
            let tries = count(usize::try_from(blocked.tries).unwrap_or(0), "try");
            let tries = tries.replace("trys", "tries");
            say(
                ERROR,
                "error",
                &format!(
                    "{} was not refreshed: blocked in {tries}",
                    object.unwrap_or_default()
                ),
            );
            say(Style::new(), "  caused by", &blocked.reason);
        }
        match (self.ended, &self.why) {
            ("interrupted", _) => say(ERROR, "error", "interrupted"),
            ("lease-lost", Some(why)) => {
                say(ERROR, "error", "the lease was lost");
                say(Style::new(), "  caused by", why);
            }
            ("unreachable", Some(why)) => {
                // Maintenance is no alarm.
                say(WARNING, "warning", "the target went away");
                say(Style::new(), "  caused by", why);
            }
            _ => {}
        }
        if let Some(why) = &self.unwritten {
            say(
                WARNING,
                "warning",
                "the end of the run could not be written down",
            );
            say(Style::new(), "  caused by", why);
        }
        if out.is_empty() {
            return None;
        }
        out.push_str(
            "Readers see the same rows as before where nothing was refreshed. What was refreshed is kept.\n",
        );
        out.push_str(&pasted(&self.hints));
        Some(out)
    }
}

/// What can be done from here: what for, and the command.
fn hints(ending: &RefreshOutcome, global: &Global) -> Vec<(String, String)> {
    let hint = |what: &str, words: &str| (what.to_owned(), paste::command(global, words));
    let mut hints = Vec::new();
    let blocked = ending
        .blocked
        .iter()
        .find_map(|blocked| blocked.object.as_ref());
    if let Some(object) = blocked {
        let words = format!("locks {}", paste::quoted(&object.to_string()));
        hints.push(hint("see who holds the lock", &words));
    }
    let again = match &ending.ended {
        RefreshEnded::Nothing | RefreshEnded::Done => return hints,
        RefreshEnded::Partial => "when that is mended",
        RefreshEnded::Blocked => "when it is free",
        RefreshEnded::Interrupted => "go on",
        RefreshEnded::LeaseLost(_) | RefreshEnded::Unreachable(_) => "when it is back",
    };
    hints.push(hint(again, "refresh"));
    if !ending.failed.is_empty() {
        hints.push(hint("see the run", &format!("history {}", ending.run)));
    }
    hints
}

const fn word(ended: &RefreshEnded) -> &'static str {
    match ended {
        RefreshEnded::Nothing => "nothing",
        RefreshEnded::Done => "done",
        RefreshEnded::Partial => "partial",
        RefreshEnded::Blocked => "blocked",
        RefreshEnded::Interrupted => "interrupted",
        RefreshEnded::LeaseLost(_) => "lease-lost",
        RefreshEnded::Unreachable(_) => "unreachable",
    }
}

/// The first that holds, in the order of the exit codes.
fn exit(ending: &RefreshOutcome, asked: Exit) -> Exit {
    match &ending.ended {
        RefreshEnded::Interrupted => Exit::Interrupted,
        RefreshEnded::Blocked | RefreshEnded::LeaseLost(_) => Exit::Blocked,
        RefreshEnded::Unreachable(_) => Exit::Unavailable,
        RefreshEnded::Partial => Exit::Partial,
        RefreshEnded::Nothing | RefreshEnded::Done if asked != Exit::Done => asked,
        RefreshEnded::Nothing | RefreshEnded::Done if ending.unwritten.is_some() => Exit::Error,
        RefreshEnded::Nothing | RefreshEnded::Done => Exit::Done,
    }
}

impl fmt::Display for ResultView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let due = self.summary.due;
        let style = if self.exit == Exit::Done {
            GOOD
        } else {
            WARNING
        };
        let head = format!(
            "Refreshed {} of {}",
            self.refreshed.len(),
            count(due, "view")
        );
        write!(f, "{} on target {}", paint(head, style), self.target)?;
        write!(f, " in {}, run {}", took(self.ms), self.run)?;
        if self.summary.fresh > 0 {
            write!(f, "; {} were fresh as counted", self.summary.fresh)?;
        }
        writeln!(f, ".")?;
        let mut table = Table::default();
        for failed in self.failed.iter().take(SHOWN) {
            let object = failed.object.to_string();
            table.row([
                ("failed", ERROR),
                (&object, STRONG),
                (&failed.text, Style::new()),
            ]);
        }
        for blocked in self.blocked.iter().take(SHOWN) {
            let object = blocked.object.as_ref().map(ToString::to_string);
            let object = object.unwrap_or_default();
            table.row([
                ("blocked", ERROR),
                (&object, STRONG),
                (&blocked.reason, Style::new()),
            ]);
        }
        for stale in self.parent_stale.iter().take(SHOWN) {
            let reads = format!("reads {}, which was not refreshed", stale.because);
            let object = stale.object.to_string();
            table.row([
                ("parent stale", WARNING),
                (&object, STRONG),
                (&reads, Style::new()),
            ]);
        }
        for left in self.left.iter().take(SHOWN) {
            let why = match left.reason {
                "budget" => "the budget was used up; it comes first the next time",
                "replaced" => "another run replaces it now",
                _ => "the run ended before its turn",
            };
            let object = left.object.to_string();
            table.row([("left", FAINT), (&object, STRONG), (why, Style::new())]);
        }
        if self.refreshed.len() > 1 {
            let mut slowest: Vec<&DoneView> = self.refreshed.iter().collect();
            slowest.sort_by(|a, b| b.ms.cmp(&a.ms).then(a.object.cmp(&b.object)));
            for done in slowest.into_iter().take(SLOWEST) {
                let object = done.object.to_string();
                let words = format!("{} {}", took(done.ms), done.mode);
                table.row([
                    ("slowest", FAINT),
                    (&object, STRONG),
                    (&words, Style::new()),
                ]);
            }
        }
        table.write_within(f, 2, output::width())
    }
}
