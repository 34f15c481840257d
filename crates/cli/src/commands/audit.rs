//! `dormer audit`: runs the audits of a project on what is live in a target.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use dormer_core::engine::capabilities::Sessions;
use dormer_core::model::name::ObjectName;
use dormer_core::plan::text::{self, Names};
use dormer_core::project::{Project, quantity};
use dormer_deploy::{Question, Verdict, audit};

use super::Outcome;
use crate::args::{Global, Wanted};
use crate::execute::span;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::paste;
use crate::planning::{self, Depth, Limits, Seen};
use crate::session::{self, Door};
use crate::views::audit::{About, AuditView, Audited, Found};

/// So long one audit may take where nobody says otherwise.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

const AFTER: &str = "\
Examples:
  dormer audit -t prod                   every audit, on what people read now
  dormer audit -s 'marts.*' -j 8         a part, on 8 sessions
  dormer audit --junit audits.xml        for a pipeline; it ends with 5 where one fails
  dormer audit --timeout 1h --rows 20    for large tables; more rows of a failing one
  dormer audit --json | jq '.audits[] | select(.state == \"failed\")'

An audit is a query that must return no row. Nothing is written: the sessions only read. One
that could not run is no success: without a failing one the end is 1.";

/// Run the audits on what is live
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    #[command(flatten)]
    wanted: Wanted,
    /// On so many sessions at once
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    jobs: Option<u32>,
    /// Write the results to FILE as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// The longest that one audit may take: 30s, 5m, 2h
    #[arg(long, value_name = "TIME", value_parser = span)]
    timeout: Option<quantity::Duration>,
    /// So many rows of a failing audit are shown
    #[arg(long, value_name = "N", default_value_t = 5)]
    rows: u32,
}

/// One audit before it ran.
enum Asked {
    /// Its place among the questions.
    Question(usize),
    NotRun(Found),
}

/// Runs them.
///
/// # Errors
///
/// When there is no project, no session, or the file cannot be written.
pub(crate) fn run(args: &Args, global: &Global) -> Result<Outcome, Failure> {
    let loaded = Loaded::open(global)?;
    let selected = loaded.selected(&args.wanted)?;
    let project = &loaded.project;
    let timeout = args.timeout.as_ref();
    let timeout = timeout.map_or(PATIENCE, |time| Duration::from_millis(time.milliseconds));
    let door = Door::of(&loaded)?.knowing(project).patient(timeout);
    let (view, notes) = session::wait(async {
        let failed = |error| session::unreadable(&project.target, &error);
        let opened = door.reading().await.map_err(failed)?;
        let mut session = opened.session;
        let seen = planning::look_so(session.as_mut(), &loaded, Depth::Settled).await;
        let seen = seen.map_err(failed)?;
        // Where one session is all there is, it is needed for the audits.
        drop(session);
        let (asked, questions) = questions(&loaded, selected.as_ref(), &seen);
        let jobs = jobs(args, project, &seen);
        let verdicts = audit(&door, &questions, jobs, args.rows).await;
        let verdicts = verdicts.map_err(failed)?;
        let audits = asked
            .into_iter()
            .map(|(object, name, asked)| audited((object, name), asked, &verdicts.verdicts));
        let version = Some(seen.server.version.as_str());
        let about = About {
            project: project.name.clone(),
            target: project.target.name.to_string(),
            engine: planning::engine_text(project, version),
            sessions: verdicts.sessions,
            apply: paste::command(global, &format!("apply{}", args.wanted.words())),
        };
        Ok((AuditView::new(about, audits.collect()), opened.notes))
    })?;
    if let Some(path) = &args.junit {
        save(path, &view.junit())?;
    }
    let exit = view.exit();
    let mut outcome = Outcome::new(view).notes(&notes);
    if let Some(incomplete) = loaded.incomplete(global) {
        outcome.complaint = Some(incomplete + outcome.complaint.as_deref().unwrap_or(""));
    }
    outcome.exit = exit;
    Ok(outcome)
}

type AskedAudit = (ObjectName, String, Asked);

/// The audits of what was asked for, and the queries of those that can run.
fn questions(
    loaded: &Loaded,
    selected: Option<&BTreeSet<ObjectName>>,
    seen: &Seen,
) -> (Vec<AskedAudit>, Vec<Question>) {
    let (mut asked, mut questions) = (Vec::new(), Vec::new());
    let objects = loaded.project.catalog.objects.iter();
    let wanted =
        objects.filter(|(name, _)| selected.is_none_or(|selected| selected.contains(*name)));
    for (name, object) in wanted {
        for one in &object.companions.audits {
            let ask = if seen.observed.relations.contains_key(name) {
                match text::audit(object, one, &Names::new()) {
                    Err(error) => Asked::NotRun(Found::Error(error.why)),
                    Ok(sql) => {
                        let shown = format!("audit {name}");
                        questions.push(Question { shown, sql });
                        Asked::Question(questions.len() - 1)
                    }
                }
            } else {
                Asked::NotRun(Found::Missing)
            };
            asked.push((name.clone(), one.name.clone(), ask));
        }
    }
    (asked, questions)
}

/// On how many sessions: as many as somebody wishes, where a target has so many.
fn jobs(args: &Args, project: &Project, seen: &Seen) -> usize {
    let given = Limits {
        jobs: args.jobs,
        ..Limits::default()
    };
    match seen.engine.capabilities().sessions {
        Sessions::One => 1,
        Sessions::Many => {
            let jobs = planning::limits(project, given).jobs;
            usize::try_from(jobs).unwrap_or(1)
        }
    }
}

fn audited((object, name): (ObjectName, String), asked: Asked, verdicts: &[Verdict]) -> Audited {
    let (found, ms) = match asked {
        Asked::NotRun(found) => (found, None),
        Asked::Question(at) => match verdicts.get(at) {
            None => (Found::Error("it was not run".to_owned()), None),
            Some(verdict) => {
                let ms = u64::try_from(verdict.took.as_millis()).unwrap_or(u64::MAX);
                let found = match &verdict.found {
                    Ok(rows) if rows.rows.is_empty() => Found::Passed,
                    Ok(rows) => Found::Failed(rows.clone()),
                    Err(error) => Found::Error(error.to_string()),
                };
                (found, Some(ms))
            }
        },
    };
    Audited {
        object,
        name,
        found,
        ms,
    }
}

fn save(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|error| {
        let message = format!("cannot write {}", path.display());
        Failure::new(Exit::Error, message).because(&error)
    })
}
