//! Who holds or waits for locks, as chains: who waits for whom.
//!
//! **The statement that would end a blocker is shown, never run.**

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use anstyle::Style;
use dormer_core::engine::session::LockHolder;
use serde::Serialize;

use super::style::{ERROR, FAINT, GOOD, HELP, STRONG, WARNING, broken, count, paint};
use super::time::length;
use crate::output;
use crate::report::plain;

/// So much of a query is shown.
const QUERY_SHOWN: usize = 300;

/// The result of `dormer locks`.
#[derive(Debug, Serialize)]
pub(crate) struct LocksView {
    pub(crate) target: String,
    /// How many relations were asked about.
    pub(crate) objects: usize,
    sessions: Vec<Sitting>,
}

/// One session with all that it holds and waits for.
#[derive(Debug, Serialize)]
struct Sitting {
    pid: i32,
    user: Option<String>,
    application: Option<String>,
    client: Option<String>,
    activity: Option<String>,
    transaction_ms: Option<u64>,
    query: Option<String>,
    locks: Vec<Held>,
    blocked_by: BTreeSet<i32>,
    /// Who waits for it, straight or through others.
    keeps_waiting: usize,
    /// The statement that would end it.
    end: String,
}

/// One lock.
#[derive(Debug, Serialize)]
struct Held {
    relation: String,
    mode: String,
    granted: bool,
}

impl LocksView {
    pub(crate) fn new(target: String, objects: usize, holders: &[LockHolder]) -> Self {
        let mut by_pid: BTreeMap<i32, Sitting> = BTreeMap::new();
        for holder in holders {
            let sitting = by_pid.entry(holder.pid).or_insert_with(|| sitting(holder));
            sitting.blocked_by.extend(&holder.blocked_by);
            sitting.locks.push(Held {
                relation: holder.relation.to_string(),
                mode: holder.mode.clone(),
                granted: holder.granted,
            });
        }
        let waits: BTreeMap<i32, BTreeSet<i32>> = by_pid
            .iter()
            .map(|(pid, sitting)| (*pid, sitting.blocked_by.clone()))
            .collect();
        for (pid, sitting) in &mut by_pid {
            sitting.keeps_waiting = behind(*pid, &waits).len();
        }
        Self {
            target,
            objects,
            sessions: by_pid.into_values().collect(),
        }
    }

    /// The sessions that others wait for and that wait for nobody shown here, and those alone.
    fn roots(&self) -> impl Iterator<Item = &Sitting> {
        let shown = |pid: &i32| self.sessions.iter().any(|other| other.pid == *pid);
        self.sessions
            .iter()
            .filter(move |sitting| !sitting.blocked_by.iter().any(shown))
    }
}

/// Everybody who waits for a session, straight or through others.
fn behind(pid: i32, waits: &BTreeMap<i32, BTreeSet<i32>>) -> BTreeSet<i32> {
    let (mut found, mut next) = (BTreeSet::new(), vec![pid]);
    while let Some(pid) = next.pop() {
        let waiting = waits.iter().filter(|(_, of)| of.contains(&pid));
        next.extend(
            waiting
                .map(|(pid, _)| *pid)
                .filter(|pid| found.insert(*pid)),
        );
    }
    found.remove(&pid);
    found
}

fn sitting(holder: &LockHolder) -> Sitting {
    Sitting {
        pid: holder.pid,
        user: holder.user.clone(),
        application: holder.application.clone(),
        client: holder.client.clone(),
        activity: holder.activity.clone(),
        transaction_ms: holder.transaction_ms,
        query: holder.query.clone(),
        locks: Vec::new(),
        blocked_by: BTreeSet::new(),
        keeps_waiting: 0,
        end: holder.end.clone(),
    }
}

impl fmt::Display for LocksView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let objects = count(self.objects, "object");
        if self.sessions.is_empty() {
            return writeln!(
                f,
                "Nobody holds or waits for a lock on {objects} of target {}.",
                self.target
            );
        }
        let title = format!("Locks on {objects} of target {}", self.target);
        writeln!(f, "{}", paint(title, STRONG))?;
        let mut shown = BTreeSet::new();
        let roots: Vec<&Sitting> = self.roots().collect();
        let (blockers, others): (Vec<&Sitting>, Vec<&Sitting>) = roots
            .into_iter()
            .partition(|sitting| sitting.keeps_waiting > 0);
        for sitting in blockers.into_iter().chain(others) {
            self.chain(f, sitting, (0, &mut shown))?;
        }
        // Those that wait for each other in a ring begin nowhere.
        for sitting in &self.sessions {
            if !shown.contains(&sitting.pid) {
                self.chain(f, sitting, (0, &mut shown))?;
            }
        }
        self.ends(f)
    }
}

impl LocksView {
    fn chain(
        &self,
        f: &mut fmt::Formatter<'_>,
        sitting: &Sitting,
        (depth, shown): (usize, &mut BTreeSet<i32>),
    ) -> fmt::Result {
        if !shown.insert(sitting.pid) {
            return Ok(());
        }
        writeln!(f)?;
        sitting.write(f, depth)?;
        for other in &self.sessions {
            if other.blocked_by.contains(&sitting.pid) {
                self.chain(f, other, (depth + 1, &mut *shown))?;
            }
        }
        Ok(())
    }

    /// How to end those that keep others waiting.
    fn ends(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Any lock is in the way of a cutover, also while nobody waits for it.
        for sitting in self.roots().filter(|sitting| sitting.holds()) {
            if sitting.keeps_waiting == 0 {
                writeln!(
                    f,
                    "\npid {} would keep a cutover waiting; what would end it, and was not run:\n  {}",
                    sitting.pid,
                    paint(plain(&sitting.end), HELP)
                )?;
                continue;
            }
            let waiting = count(sitting.keeps_waiting, "session");
            let verb = if sitting.keeps_waiting == 1 {
                "waits"
            } else {
                "wait"
            };
            writeln!(
                f,
                "\n{waiting} {verb} for {}; what would end it, and was not run:\n  {}",
                sitting.pid,
                paint(plain(&sitting.end), HELP)
            )?;
        }
        Ok(())
    }
}

impl Sitting {
    fn holds(&self) -> bool {
        self.locks.iter().any(|lock| lock.granted)
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
        let margin = "    ".repeat(depth);
        let who = [&self.user, &self.application, &self.client];
        let who: Vec<String> = who
            .into_iter()
            .flatten()
            .filter(|word| !word.is_empty())
            .map(|word| plain(word))
            .collect();
        let mut state = self.activity.clone().unwrap_or_default();
        match self.transaction_ms {
            Some(ms) => state.push_str(&format!(" for {}", length(ms))),
            None if state.is_empty() => {
                state.push_str("age and query not visible: needs pg_monitor");
            }
            None => {}
        }
        let pid = paint(format!("pid {}", self.pid), STRONG);
        let who = who.join(", ");
        writeln!(
            f,
            "{margin}{pid}  {who}  {}",
            paint(plain(state.trim()), FAINT)
        )?;
        for (words, granted, style) in [("holds", true, GOOD), ("waits for", false, ERROR)] {
            let mut modes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            for lock in self.locks.iter().filter(|lock| lock.granted == granted) {
                modes.entry(&lock.mode).or_default().push(&lock.relation);
            }
            for (mode, mut relations) in modes {
                relations.sort_unstable();
                relations.dedup();
                let text = format!("{mode} on {}", relations.join(", "));
                lines(f, (&margin, words), (&text, style))?;
            }
        }
        let unseen = self.blocked_by.iter().map(ToString::to_string);
        let waits: Vec<String> = unseen.collect();
        if !waits.is_empty() {
            let text = format!("pid {}", waits.join(", "));
            lines(f, (&margin, "behind"), (&text, WARNING))?;
        }
        if let Some(query) = &self.query {
            let query = query.split_whitespace().collect::<Vec<_>>().join(" ");
            let mut cut: String = query.chars().take(QUERY_SHOWN).collect();
            if cut.len() < query.len() {
                cut.push_str(" ..");
            }
            if !cut.is_empty() {
                lines(f, (&margin, "query"), (&cut, Style::new()))?;
            }
        }
        Ok(())
    }
}

/// A word and a text beside it, broken where the terminal ends.
fn lines(
    f: &mut fmt::Formatter<'_>,
    (margin, word): (&str, &str),
    (text, style): (&str, Style),
) -> fmt::Result {
    const WORDS: usize = 11;
    let before = margin.len() + 2 + WORDS;
    let room = output::width().saturating_sub(before).max(30);
    for (at, line) in broken(&plain(text), room).into_iter().enumerate() {
        let word = if at == 0 { word } else { "" };
        let word = paint(format!("{word:WORDS$}"), FAINT);
        writeln!(f, "{margin}  {word}{}", paint(line, style))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;
    use dormer_core::model::name::ObjectName;

    use super::*;
    use crate::views::View;
    use dormer_core::engine::session::Behind;

    fn holder(pid: i32, relation: &str, mode: (&str, bool), blocked_by: &[i32]) -> LockHolder {
        LockHolder {
            relation: ObjectName::new("marts", relation),
            pid,
            behind: Behind::Session,
            user: Some("anna".to_owned()),
            application: Some("psql".to_owned()),
            client: None,
            mode: mode.0.to_owned(),
            granted: mode.1,
            transaction_ms: Some(720_000),
            activity: Some("idle in transaction".to_owned()),
            query: Some("SELECT *\n  FROM marts.daily".to_owned()),
            blocked_by: blocked_by.to_vec(),
            end: format!("SELECT pg_terminate_backend({pid})"),
        }
    }

    fn shown(holders: &[LockHolder]) -> String {
        let view = LocksView::new("prod".to_owned(), 2, holders);
        strip_str(&view.text()).to_string()
    }

    #[test]
    fn chains_show_who_waits_for_whom() {
        let read = ("AccessShareLock", true);
        let text = shown(&[
            holder(42, "daily", read, &[]),
            holder(42, "weekly", read, &[]),
            holder(50, "daily", ("AccessExclusiveLock", false), &[42]),
            holder(60, "daily", ("AccessShareLock", false), &[50]),
        ]);
        assert_eq!(
            text,
            "\
Locks on 2 objects of target prod

pid 42  anna, psql  idle in transaction for 12 min 0 s
  holds      AccessShareLock on marts.daily, marts.weekly
  query      SELECT * FROM marts.daily

    pid 50  anna, psql  idle in transaction for 12 min 0 s
      waits for  AccessExclusiveLock on marts.daily
      behind     pid 42
      query      SELECT * FROM marts.daily

        pid 60  anna, psql  idle in transaction for 12 min 0 s
          waits for  AccessShareLock on marts.daily
          behind     pid 50
          query      SELECT * FROM marts.daily

2 sessions wait for 42; what would end it, and was not run:
  SELECT pg_terminate_backend(42)
"
        );
    }

    #[test]
    fn rings_are_shown_once() {
        let wait = ("AccessExclusiveLock", false);
        let text = shown(&[holder(1, "a", wait, &[2]), holder(2, "b", wait, &[1])]);
        assert_eq!(text.matches("pid 1  ").count(), 1, "{text}");
        assert_eq!(text.matches("pid 2  ").count(), 1, "{text}");
    }

    #[test]
    fn nobody_is_said_in_words() {
        assert_eq!(
            shown(&[]),
            "Nobody holds or waits for a lock on 2 objects of target prod.\n"
        );
    }
}
