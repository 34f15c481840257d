//! `dormer doctor`: what works, what does not, why, and the way out of each.
//!
//! **Every part is looked at by itself:** what a part needs and does not get is said once, and the others
//! go on. Only `--mend` writes anything, and that only into journal and markers.

mod configuration;

use std::time::Instant;

use dormer_core::diagnostic::Severity;
use dormer_core::engine::error::ErrorKind;
use dormer_core::engine::journal::{Journal, RunKind};
use dormer_core::engine::session::{Health, Weight};
use dormer_core::engine::{Engine, EngineError, ServerInfo, Session};
use dormer_core::model::observed::Observed;
use dormer_core::plan::health::{self, Area, Cure, Finding};
use dormer_core::plan::input::{self, Input};
use dormer_core::plan::sequence::Frame;
use dormer_core::plan::{Plan, file, rehearsal};
use dormer_engines::registry;

use super::{Face, Outcome};
use crate::args::Global;
use crate::execute::{self, How, Proposal};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::output::Output;
use crate::session::{self, Door};
use crate::views::doctor::{DoctorView, SettingView};
use crate::views::plan::{Around, Knowledge};
use crate::{clock, paste, planning};

/// The oldest server that plans are tried on, and the newest.
const SUPPORTED: std::ops::RangeInclusive<u32> = 13..=18;

const AFTER: &str = "\
Examples:
  dormer doctor                  configuration, connection, rights, journal, leftovers
  dormer doctor -t prod          the same for one target
  dormer doctor --mend           mend journal and markers, after a look at what is done
  dormer doctor --json | jq '.findings[] | select(.weight == \"problem\")'

Nothing is written without --mend, and a mend writes into the journal and into markers alone: no
object changes. Ends with 0 when there is no problem, with 1 when there is one.";

/// Say what works, what does not, why, and what would help
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    /// Mend journal and markers where that is safe
    #[arg(long)]
    mend: bool,
    #[command(flatten)]
    how: How,
}

/// Looks at everything; with `--mend` has the mends done.
///
/// # Errors
///
/// When a mend cannot be done, or nobody says yes.
pub(crate) fn run(args: &Args, global: &Global) -> Result<Outcome, Failure> {
    let mut looking = Looking::default();
    let loaded = match Loaded::open(global) {
        Ok(loaded) => loaded,
        Err(failure) => {
            looking.failed(Area::Project, &failure);
            return Ok(looking.shown(global));
        }
    };
    looking.configuration = configuration::of(&loaded, global);
    project(&loaded, &mut looking, global);
    let door = match Door::of(&loaded) {
        Ok(door) => door.knowing(&loaded.project),
        Err(failure) => {
            looking.failed(Area::Connection, &failure);
            return Ok(looking.shown(global));
        }
    };
    // What is wrong with an address, the session will say.
    let parts = door.shown().unwrap_or_default();
    let parts = parts
        .into_iter()
        .map(|(key, value)| SettingView::new(format!("  {key}"), value, "as it is understood"));
    looking.configuration.extend(parts);
    let mended = session::wait(async { Ok(target(&loaded, &door, args, &mut looking).await) })?;
    let Some(plan) = mended.filter(|_| args.mend) else {
        return Ok(looking.shown(global));
    };
    if plan.noop() {
        return Ok(looking.shown(global));
    }
    mend(&looking, plan, (&door, args), global)
}

/// Has the mends done, after everything was shown.
fn mend(
    looking: &Looking,
    plan: Plan,
    (door, args): (&Door<'_>, &Args),
    global: &Global,
) -> Result<Outcome, Failure> {
    let output = Output::new(global);
    let back = looking.back.then(|| plan.run.clone());
    if !global.json {
        let text = looking.shown(global).view.text() + "\n";
        // What somebody is asked about is shown in any case.
        if args.how.approved() {
            output.talk(&text);
        } else {
            output.complain(&text);
        }
    }
    let proposal = Proposal {
        text: file::to_text(&plan),
        around: Around {
            blocking: Vec::new(),
            command: paste::command(global, "doctor --mend"),
            file: None,
            along: Vec::new(),
            blockers: Vec::new(),
            knowledge: Knowledge::Target,
        },
        plan,
        resume: false,
        places: std::collections::BTreeMap::new(),
        notes: Vec::new(),
    };
    let mut outcome = execute::execute(&proposal, &args.how, global, door)?;
    outcome.face = Face::Stream;
    if let Some(run) = back.filter(|_| outcome.exit == Exit::Done) {
        let command = paste::command(global, &format!("rollback {run}"));
        let said = format!("go back to what was kept, if it must be:  {command}\n");
        let before = outcome.summary.take().unwrap_or_default();
        outcome.summary = Some(before + &said);
    }
    Ok(outcome)
}

/// What is known so far.
#[derive(Default)]
struct Looking {
    configuration: Vec<SettingView>,
    findings: Vec<Finding>,
    /// Whether a mend would know of generations that a rollback could go back to.
    back: bool,
}

impl Looking {
    fn fine(&mut self, area: Area, what: impl Into<String>) {
        self.say(area, (Weight::Fine, what.into()), ("", Cure::None));
    }

    fn say(&mut self, area: Area, (weight, what): (Weight, String), (why, cure): (&str, Cure)) {
        self.findings.push(Finding {
            area,
            weight,
            object: None,
            what,
            why: why.to_owned(),
            cure,
        });
    }

    fn failed(&mut self, area: Area, failure: &Failure) {
        let why = failure.causes.join("; ");
        let cure = failure
            .hints
            .first()
            .cloned()
            .map_or(Cure::None, Cure::Words);
        self.say(
            area,
            (Weight::Problem, failure.message.clone()),
            (&why, cure),
        );
    }

    /// What the target said against something.
    fn refused(&mut self, area: Area, what: &str, error: &EngineError) {
        let failure = session::failure(what, error);
        self.failed(area, &failure);
    }

    fn shown(&self, global: &Global) -> Outcome {
        let mut findings: Vec<Finding> = self.findings.clone();
        findings.sort_by(|a, b| (a.area, &a.object, &a.what).cmp(&(b.area, &b.object, &b.what)));
        let configuration = self.configuration.iter();
        let configuration = configuration
            .map(|one| SettingView::new(&*one.key, &*one.value, &*one.source))
            .collect();
        let command = |words: &str| paste::command(global, words);
        let view = DoctorView::new(configuration, &findings, &command);
        let exit = if view.problems() > 0 {
            Exit::Error
        } else {
            Exit::Done
        };
        let mut outcome = Outcome::new(view);
        outcome.exit = exit;
        outcome
    }
}

/// What is wrong with the files.
fn project(loaded: &Loaded, looking: &mut Looking, global: &Global) {
    let mut found = loaded.project.diagnostics.clone();
    found.extend(loaded.check());
    let errors = found
        .iter()
        .filter(|found| found.severity == Severity::Error);
    let objects = loaded.project.catalog.objects.len();
    match errors.count() {
        0 => {
            let noun = if objects == 1 { "object" } else { "objects" };
            let what = format!("{objects} {noun} declared in {}", files(loaded));
            looking.fine(Area::Project, what);
        }
        n => {
            let noun = if n == 1 { "error" } else { "errors" };
            let cure = Cure::Words(format!("see them:  {}", paste::command(global, "check")));
            let why = "no plan is made of a project with errors";
            looking.say(
                Area::Project,
                (Weight::Problem, format!("the files have {n} {noun}")),
                (why, cure),
            );
        }
    }
}

fn files(loaded: &Loaded) -> String {
    let files = loaded.project.files.keys();
    let sql = files.filter(|file| file.as_str().ends_with(".sql")).count();
    match sql {
        1 => "1 file".to_owned(),
        n => format!("{n} files"),
    }
}

/// Everything that only the target knows. Returns the plan of all mends.
async fn target(
    loaded: &Loaded,
    door: &Door<'_>,
    args: &Args,
    looking: &mut Looking,
) -> Option<Plan> {
    let since = Instant::now();
    let opened = match door.reading().await {
        Ok(opened) => opened,
        Err(error) => {
            let what = format!("target {} is not reached", loaded.project.target.name);
            looking.refused(Area::Connection, &what, &error);
            return None;
        }
    };
    let took = since.elapsed().as_millis();
    for note in opened.notes {
        looking.say(Area::Connection, (Weight::Note, note), ("", Cure::None));
    }
    let mut session = opened.session;
    let server = match session.server().await {
        Ok(server) => server,
        Err(error) => {
            looking.refused(
                Area::Connection,
                "the target does not say what it is",
                &error,
            );
            return None;
        }
    };
    let what = format!(
        "connected in {took} ms as {} to database {}",
        server.user, server.database
    );
    looking.fine(Area::Connection, what);
    version(&server, looking);
    let health = health(session.as_mut(), loaded, looking).await;
    let engine = match registry::engine(loaded.project.target.dialect, Some(server.version_number))
    {
        Ok(engine) => engine,
        Err(error) => {
            looking.refused(Area::Connection, "the engine is not there yet", &error);
            return None;
        }
    };
    let journal = match session.journal().await {
        Ok(journal) => Some(journal),
        Err(error) => {
            looking.refused(Area::Journal, "the journal cannot be read", &error);
            None
        }
    };
    let nothing = Journal::default();
    let known = journal
        .as_ref()
        .and_then(Option::as_ref)
        .unwrap_or(&nothing);
    let scope = input::scope(&loaded.project, &loaded.graph, known);
    let observed = match session.inspect(&scope).await {
        Ok(observed) => observed,
        Err(error) => {
            looking.refused(Area::Connection, "the catalog cannot be read", &error);
            return None;
        }
    };
    let seen = Seen {
        server,
        engine,
        journal,
        observed,
        health,
    };
    compared(session.as_mut(), loaded, &seen, (args, looking)).await
}

/// What the target said.
struct Seen {
    server: ServerInfo,
    engine: Box<dyn Engine>,
    /// None where it cannot be read; none in it where there is none.
    journal: Option<Option<Journal>>,
    observed: Observed,
    health: Option<Health>,
}

async fn compared(
    session: &mut dyn Session,
    loaded: &Loaded,
    seen: &Seen,
    (args, looking): (&Args, &mut Looking),
) -> Option<Plan> {
    let project = &loaded.project;
    let run = clock::new_run();
    let nothing = Journal::default();
    let known = seen.journal.as_ref().and_then(Option::as_ref);
    let input = Input {
        project,
        graph: &loaded.graph,
        engine: seen.engine.as_ref(),
        server: Some(&seen.server),
        observed: &seen.observed,
        journal: known.unwrap_or(&nothing),
        run: &run,
        selected: None,
        renames: None,
        pending: None,
    };
    if let Some(health) = &seen.health {
        looking.findings.extend(health::rights(&input, health));
        looking.findings.extend(health::remarks(health));
        looking
            .findings
            .push(health::clock(health, clock::now_milliseconds()));
    }
    // Of a journal that lacks parts of itself, nothing can be said.
    let whole = |health: &Health| health.journal_lacks.is_empty();
    let journal = seen.journal.as_ref()?;
    if !seen.health.as_ref().is_none_or(whole) {
        return None;
    }
    let questions = rehearsal::of_what_stands(&input);
    let rehearsal = match planning::ask(session, &input, questions).await {
        Ok(rehearsal) => rehearsal,
        Err(error) => {
            looking.refused(
                Area::Journal,
                "the target cannot be asked what definitions mean",
                &error,
            );
            return None;
        }
    };
    let found = loaded.reading(|| health::journal(&input, &rehearsal, journal.as_ref()));
    let engine_text = planning::engine_text(project, Some(&seen.server.version));
    let frame = Frame {
        tool: clock::TOOL,
        project: &project.name,
        target: &project.target.name.0,
        engine: seen.engine.as_ref(),
        engine_text: &engine_text,
        run: &run,
        kind: RunKind::Mend,
        journal: input.journal,
        limits: planning::limits(project, args.how.limits()),
    };
    let plan = health::plan(&found, &seen.observed, &frame);
    looking.back = health::history(&plan, &seen.observed, &frame).is_some();
    looking.findings.extend(found);
    Some(plan)
}

fn version(server: &ServerInfo, looking: &mut Looking) {
    let major = server.version_number / 10_000;
    let said = format!("version {}", server.version);
    if SUPPORTED.contains(&major) {
        return looking.fine(Area::Connection, format!("{said} is supported"));
    }
    let (weight, why) = if major < *SUPPORTED.start() {
        (
            Weight::Problem,
            "it is older than every version that Dormer is tried on",
        )
    } else {
        (
            Weight::Note,
            "it is newer than every version that this Dormer was tried on",
        )
    };
    looking.say(Area::Connection, (weight, said), (why, Cure::None));
}

/// Rights, settings, clock: what the engine tells of itself.
async fn health(
    session: &mut dyn Session,
    loaded: &Loaded,
    looking: &mut Looking,
) -> Option<Health> {
    let objects = loaded.project.catalog.objects.keys();
    let mut schemas: std::collections::BTreeSet<String> =
        objects.map(|name| name.schema.to_string()).collect();
    schemas.extend(loaded.project.catalog.schemas.keys().cloned());
    match session.health(&schemas).await {
        Ok(health) => {
            match &health.encrypted {
                Some(protocol) => {
                    looking.fine(Area::Connection, format!("encrypted with {protocol}"));
                }
                None => looking.fine(Area::Connection, "not encrypted"),
            }
            Some(health)
        }
        Err(error) if error.kind == ErrorKind::Unsupported => None,
        Err(error) => {
            looking.refused(
                Area::Rights,
                "the target does not say what may be done",
                &error,
            );
            None
        }
    }
}
