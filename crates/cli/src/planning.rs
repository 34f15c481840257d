//! From a project and a target to a fresh plan: the one road for `plan` and `apply`.
//!
//! **Nothing is written to the target.** It is read once, asked once what changed definitions mean, and
//! left alone. A project with errors is never planned.

use std::collections::BTreeSet;
use std::time::Duration;

use dormer_core::diagnostic::{Diagnostic, Severity};
use dormer_core::engine::capabilities::Sessions;
use dormer_core::engine::journal::{Journal, RunKind};
use dormer_core::engine::session::{Draft, LockHolder, Sizes};
use dormer_core::engine::step::{Deed, Millis, StepKind};
use dormer_core::engine::{Access, Engine, EngineError, ErrorKind, ServerInfo, Session};
use dormer_core::model::name::ObjectName;
use dormer_core::model::observed::Observed;
use dormer_core::plan::change::Action;
use dormer_core::plan::decision::Decisions;
use dormer_core::plan::input::{self, Input};
use dormer_core::plan::rehearsal::{self, Question, Rehearsal};
use dormer_core::plan::sequence::{self, Frame};
use dormer_core::plan::{Plan, PlanLimits, decide, drift};
use dormer_core::plan::{rename, unselected};
use dormer_core::project::{Project, quantity};

use dormer_engines::registry::Opened;

use crate::args::{Global, Wanted};
use crate::clock;
use crate::commands::Outcome;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::output::Output;
use crate::seed;
use crate::session::{self, Door};
use crate::views::check::CheckView;
use crate::views::plan::Knowledge;

/// Whoever holds a lock for so long may hold it for longer.
const WORTH_TELLING_MS: u64 = 1_000;

/// How long generations of objects are kept that no file declares any more.
const USUALLY_KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// Limits that the command line sets.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Limits {
    pub(crate) lock_timeout: Option<quantity::Duration>,
    pub(crate) cutover_timeout: Option<quantity::Duration>,
    pub(crate) jobs: Option<u32>,
}

/// A fresh plan, and what is known around it.
#[derive(Debug)]
pub(crate) struct Fresh {
    pub(crate) plan: Plan,
    pub(crate) along: Vec<ObjectName>,
    pub(crate) knowledge: Knowledge,
    /// What was noticed while connecting.
    pub(crate) notes: Vec<String>,
    /// Who holds locks now that steps would wait for.
    pub(crate) blockers: Vec<LockHolder>,
}

/// A project that can be planned, or what is wrong with it.
pub(crate) enum Readied {
    Ready(Box<Loaded>),
    Wrong(Outcome),
}

/// Reads a project and checks it.
///
/// # Errors
///
/// When there is no project.
pub(crate) fn ready(global: &Global) -> Result<Readied, Failure> {
    let mut loaded = Loaded::open(global)?;
    let mut found: Vec<Diagnostic> = loaded.project.diagnostics.clone();
    found.extend(loaded.check());
    found.retain(|found| found.severity == Severity::Error);
    if found.is_empty() {
        loaded.checked();
        return Ok(Readied::Ready(Box::new(loaded)));
    }
    found.sort_by(|a, b| a.order().cmp(&b.order()));
    let view = CheckView::new(loaded, found);
    let summary = format!(
        "{}: no plan is made of a project with errors\n",
        view.summary()
    );
    let mut outcome = Outcome::new(view).summary(summary);
    outcome.exit = Exit::Project;
    Ok(Readied::Wrong(outcome))
}

/// The limits of a plan: of the command line, else of the target, else Dormer's own.
pub(crate) fn limits(project: &Project, given: Limits) -> PlanLimits {
    let usual = PlanLimits::default();
    let set = &project.target.limits;
    let millis = |given: Option<quantity::Duration>, set: Option<quantity::Duration>, usual| {
        given
            .or(set)
            .map_or(usual, |time| Millis(time.milliseconds))
    };
    PlanLimits {
        lock_timeout_ms: millis(given.lock_timeout, set.lock_timeout, usual.lock_timeout_ms),
        cutover_timeout_ms: millis(
            given.cutover_timeout,
            set.cutover_timeout,
            usual.cutover_timeout_ms,
        ),
        statement_timeout_ms: usual.statement_timeout_ms,
        jobs: match sessions(project) {
            Sessions::Many => given.jobs.or(set.jobs).unwrap_or(usual.jobs),
            Sessions::One => 1,
        },
    }
}

/// How long the retired generations of an object are kept.
pub(crate) fn keep_retired(project: &Project, name: &ObjectName) -> Duration {
    let settings = project.settings.get(name);
    settings.map_or(USUALLY_KEPT, |settings| {
        Duration::from_millis(settings.keep_retired.value.milliseconds)
    })
}

/// How many sessions of a target work at once.
pub(crate) fn sessions(project: &Project) -> Sessions {
    let engine = session::engine(&project.target, None).ok();
    engine.map_or(Sessions::Many, |engine| engine.capabilities().sessions)
}

/// What a target said, in one look.
pub(crate) struct Seen {
    pub(crate) server: ServerInfo,
    pub(crate) observed: Observed,
    pub(crate) journal: Option<Journal>,
    pub(crate) engine: Box<dyn Engine>,
    pub(crate) notes: Vec<String>,
    depth: Depth,
}

/// Asks the journal, and reads the catalog of the schemas that matter.
pub(crate) async fn look(session: &mut dyn Session, loaded: &Loaded) -> Result<Seen, EngineError> {
    look_so(session, loaded, Depth::Whole).await
}

/// The same, and into these schemas as well.
pub(crate) async fn look_into(
    session: &mut dyn Session,
    loaded: &Loaded,
    more: &BTreeSet<String>,
) -> Result<Seen, EngineError> {
    look_at(session, loaded, Depth::Whole, more).await
}

/// How much of a target is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Definitions that are as they were settled are left out, whatever the files say; sizes are not.
    Settled,
    /// Definitions that the journal knows are left out: enough to see that there is nothing to do.
    Known,
    Whole,
}

/// The same, with as much as is wanted.
pub(crate) async fn look_so(
    session: &mut dyn Session,
    loaded: &Loaded,
    depth: Depth,
) -> Result<Seen, EngineError> {
    look_at(session, loaded, depth, &BTreeSet::new()).await
}

async fn look_at(
    session: &mut dyn Session,
    loaded: &Loaded,
    depth: Depth,
    more: &BTreeSet<String>,
) -> Result<Seen, EngineError> {
    let project = &loaded.project;
    let server = session.server().await?;
    let journal = session.journal().await?;
    let nothing = Journal::default();
    let known = journal.as_ref().unwrap_or(&nothing);
    let mut scope = input::scope(project, &loaded.graph, known);
    if let Some(schemas) = &mut scope.schemas {
        schemas.extend(more.iter().cloned());
    }
    match depth {
        Depth::Settled => {
            scope.known = drift::versions(project, known);
            scope.sizes = Sizes::OfAll;
        }
        Depth::Known => scope.known = input::known(project, &loaded.graph, known),
        Depth::Whole => {}
    }
    let depth = match scope.known.is_empty() {
        true => Depth::Whole,
        false => depth,
    };
    let observed = session.inspect(&scope).await?;
    let engine = session::engine(&project.target, Some(server.version_number))?;
    Ok(Seen {
        server,
        observed,
        journal,
        engine,
        notes: Vec::new(),
        depth,
    })
}

/// Opens a session that only reads, and looks once.
///
/// # Errors
///
/// When there is no session, or the target cannot be read.
pub(crate) fn seen(loaded: &Loaded, door: &Door<'_>) -> Result<Seen, Failure> {
    let project = &loaded.project;
    let look = async {
        let opened = door.reading().await?;
        let mut session = opened.session;
        let mut seen = look(session.as_mut(), loaded).await?;
        seen.notes = opened.notes;
        Ok(seen)
    };
    session::wait(async {
        look.await
            .map_err(|error| session::unreadable(&project.target, &error))
    })
}

/// The engine and its version, as a plan names them.
pub(crate) fn engine_text(project: &Project, version: Option<&str>) -> String {
    let name = project.target.dialect.rules().name;
    version.map_or_else(|| name.to_owned(), |version| format!("{name} {version}"))
}

/// Makes a plan for what the target is now.
///
/// # Errors
///
/// When the selection is none, there is no session, or the target cannot be read.
pub(crate) fn fresh(
    loaded: &Loaded,
    wanted: &Wanted,
    limits: PlanLimits,
    (door, output): (&Door<'_>, Output),
) -> Result<Fresh, Failure> {
    let asks = loaded.asks_a_target(wanted);
    // What is wrong with a selection is said before anybody is asked.
    let nothing = BTreeSet::new();
    let selected = loaded.selected_of(wanted, asks.then_some(&nothing))?;
    let asking = Asking {
        wanted,
        asks,
        selected: selected.as_ref(),
    };
    // A thread that read the project has memory left from it; another one would take its own.
    loaded.reading(|| asked(loaded, (door, output), &asking, limits))
}

/// What is selected, as far as it is known before the target is asked.
struct Asking<'a> {
    wanted: &'a Wanted,
    /// Whether the target has a say in it.
    asks: bool,
    selected: Option<&'a BTreeSet<ObjectName>>,
}

/// Asks the target, and makes a plan of what it says.
fn asked(
    loaded: &Loaded,
    (door, output): (&Door<'_>, Output),
    asking: &Asking<'_>,
    limits: PlanLimits,
) -> Result<Fresh, Failure> {
    let project = &loaded.project;
    let run = clock::new_run();
    let decided = async |session: &mut dyn Session, depth: Depth| {
        let mut seen = look_so(session, loaded, depth).await?;
        let nothing = Journal::default();
        let everything = Input {
            project,
            graph: &loaded.graph,
            engine: seen.engine.as_ref(),
            server: Some(&seen.server),
            observed: &seen.observed,
            journal: seen.journal.as_ref().unwrap_or(&nothing),
            run: &run,
            selected: None,
            renames: None,
            pending: None,
        };
        let mut selected = asking.selected.cloned();
        let mut enough = true;
        if asking.asks {
            let all = decided_on(session, everything).await?;
            enough = enough && input::is_enough(&all.decisions, &seen.observed);
            let modified = all.decisions.modified();
            if let Ok(found) = loaded.selected_of(asking.wanted, Some(&modified)) {
                selected = found;
            }
        }
        let whole = selected
            .as_ref()
            .map(|selected| loaded.whole_sets(asking.wanted, selected));
        let input = Input {
            selected: whole.as_ref(),
            ..everything
        };
        let Decided { decisions, journal } = decided_on(session, input).await?;
        let renames = journal.is_some();
        if journal.is_some() {
            seen.journal = journal;
        }
        let enough = seen.depth == Depth::Whole
            || enough && !renames && input::is_enough(&decisions, &seen.observed);
        Ok::<_, EngineError>((seen, decisions, selected, enough))
    };
    let planned = async |opened: Opened| {
        let mut session = opened.session;
        let session = session.as_mut();
        let (mut seen, mut decisions, mut selected, enough) =
            decided(session, Depth::Known).await?;
        if !enough {
            // Somebody changed something in the target. The two pictures are never held together.
            drop((seen, decisions));
            (seen, decisions, selected, _) = decided(session, Depth::Whole).await?;
        }
        drop(seen.observed);
        let frame = Frame {
            tool: clock::TOOL,
            project: &project.name,
            target: &project.target.name.0,
            engine: seen.engine.as_ref(),
            engine_text: &engine_text(project, Some(&seen.server.version)),
            run: &run,
            kind: RunKind::Apply,
            journal: &seen.journal.unwrap_or_default(),
            limits,
        };
        let plan = sequence::plan(decisions, &frame);
        let blockers = blockers(session, &plan).await?;
        Ok(Fresh {
            blockers,
            along: along(&plan, selected.as_ref()),
            plan,
            knowledge: Knowledge::Target,
            notes: opened.notes,
        })
    };
    let failed = |error: EngineError| session::unreadable(&project.target, &error);
    session::wait(async {
        let mut opened = door.reading().await.map_err(failed)?;
        seed::sow(loaded, door, opened.session.as_mut(), output).await?;
        planned(opened).await.map_err(failed)
    })
}

/// What is decided, and the journal as it stands after the renames, where there are any.
struct Decided {
    decisions: Decisions,
    journal: Option<Journal>,
}

/// Decides on everything that was asked for.
async fn decided_on(session: &mut dyn Session, input: Input<'_>) -> Result<Decided, EngineError> {
    let renamed = rename::world(&input);
    let input = renamed.as_ref().map_or(input, |world| world.input(input));
    let applied = unselected::as_applied(&input);
    let input = applied
        .as_ref()
        .map_or(input, |applied| applied.input(input));
    let rehearsal = rehearse(session, &input).await?;
    let decisions = decide::decide(&input, &rehearsal);
    Ok(Decided {
        decisions,
        journal: renamed.map(|world| world.journal),
    })
}

/// Asks the target what changed definitions mean; where it cannot be asked, fingerprints decide.
pub(crate) async fn rehearse(
    session: &mut dyn Session,
    input: &Input<'_>,
) -> Result<Rehearsal, EngineError> {
    ask(session, input, rehearsal::questions(input)).await
}

/// Asks the target these questions.
pub(crate) async fn ask(
    session: &mut dyn Session,
    input: &Input<'_>,
    questions: Vec<Question>,
) -> Result<Rehearsal, EngineError> {
    let drafts: Vec<Draft> = questions
        .iter()
        .map(|question| question.draft.clone())
        .collect();
    if drafts.is_empty() {
        return Ok(Rehearsal::of(questions, Vec::new()));
    }
    let read_only = match input.server.map(|server| server.access) {
        Some(Access::Standby) => Some("the target is a standby"),
        Some(Access::ReadOnly) => Some("the target only reads"),
        _ => None,
    };
    if let Some(why) = read_only {
        let why = why.to_owned();
        return Ok(Rehearsal::NotAsked { why });
    }
    match session.rehearse(&drafts).await {
        Ok(answers) => Ok(Rehearsal::of(questions, answers).after_renames(input)),
        Err(error) => match error.kind {
            ErrorKind::Permission | ErrorKind::LockTimeout | ErrorKind::Unsupported => {
                Ok(Rehearsal::NotAsked {
                    why: error.to_string(),
                })
            }
            _ => Err(error),
        },
    }
}

/// Who holds locks now that steps of a plan would wait for. Whoever came just now is soon gone.
async fn blockers(session: &mut dyn Session, plan: &Plan) -> Result<Vec<LockHolder>, EngineError> {
    let changes = plan.changes.iter();
    let touched = changes.filter(|change| match change.action {
        Action::Alter | Action::Replace | Action::Drop | Action::Carry => true,
        Action::Create | Action::Keep | Action::Adopt | Action::Mend => false,
    });
    let mut names: BTreeSet<ObjectName> = touched.map(|change| change.object.clone()).collect();
    // What is renamed has its old name still.
    let renames = plan.steps.iter().map(|planned| &planned.step);
    let renames = renames.filter(|step| step.kind == StepKind::Rename);
    names.extend(
        renames
            .flat_map(|step| &step.deeds)
            .filter_map(|deed| match deed {
                Deed::Rename { relation, .. } => Some(relation.name.clone()),
                _ => None,
            }),
    );
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let mut holders = session.locks(&names).await?;
    holders.retain(|holder| {
        // One whose age may not be seen may be old.
        let old = |ms| ms >= WORTH_TELLING_MS;
        holder.granted && holder.transaction_ms.is_none_or(old)
    });
    Ok(holders)
}

/// Objects of the project that change although nobody selected them.
fn along(plan: &Plan, selected: Option<&BTreeSet<ObjectName>>) -> Vec<ObjectName> {
    let Some(selected) = selected else {
        return Vec::new();
    };
    let changes = plan.changes.iter().filter(|change| {
        matches!(
            change.action,
            Action::Replace | Action::Create | Action::Alter
        ) && !selected.contains(&change.object)
    });
    changes.map(|change| change.object.clone()).collect()
}

/// Makes a plan without a target: for an empty one.
///
/// # Errors
///
/// When the selection is none, or the engine is not there yet.
pub(crate) fn offline(
    loaded: &Loaded,
    wanted: &Wanted,
    limits: PlanLimits,
) -> Result<Fresh, Failure> {
    let selected = loaded.selected(wanted)?;
    let whole = selected
        .as_ref()
        .map(|selected| loaded.whole_sets(wanted, selected));
    let project = &loaded.project;
    let run = clock::new_run();
    let engine = session::engine(&project.target, None)
        .map_err(|error| session::unreadable(&project.target, &error))?;
    let (observed, journal) = (Observed::default(), Journal::default());
    let input = Input {
        project,
        graph: &loaded.graph,
        engine: engine.as_ref(),
        server: None,
        observed: &observed,
        journal: &journal,
        run: &run,
        selected: whole.as_ref(),
        renames: None,
        pending: None,
    };
    let rehearsal = Rehearsal::NotAsked {
        why: "no target was asked for anything".to_owned(),
    };
    let frame = Frame {
        tool: clock::TOOL,
        project: &project.name,
        target: &project.target.name.0,
        engine: engine.as_ref(),
        engine_text: &engine_text(project, None),
        run: &run,
        kind: RunKind::Apply,
        journal: &journal,
        limits,
    };
    let plan = sequence::plan(decide::decide(&input, &rehearsal), &frame);
    Ok(Fresh {
        along: along(&plan, selected.as_ref()),
        plan,
        knowledge: Knowledge::Files,
        notes: Vec::new(),
        blockers: Vec::new(),
    })
}
