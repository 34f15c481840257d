//! `dormer rollback`: takes a run back.

use std::collections::BTreeSet;

use dormer_core::engine::journal::{RunDetail, RunKind, RunRecord, RunState};
use dormer_core::engine::{EngineError, Session};
use dormer_core::model::name::ObjectName;
use dormer_core::plan::back::{self, Earlier, Obstacle, ObstacleKind, PastRun, Trail};
use dormer_core::plan::decide;
use dormer_core::plan::health;
use dormer_core::plan::input::Input;
use dormer_core::plan::sequence::Frame;
use dormer_core::plan::{Plan, Refusal, file};

use super::{Outcome, history};
use crate::args::Global;
use crate::execute::{self, How, Proposal, allowances};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::session::{self, Door};
use crate::views::plan::{Around, Knowledge};
use crate::views::run_id;
use crate::{clock, paste, planning};

const AFTER: &str = "\
Examples:
  dormer rollback                 take the last run back: definitions and data as before it
  dormer rollback 7f3a            that run
  dormer rollback 7f3a --through  and all later runs on the same objects
  dormer rollback -y --json       one JSON event a line, the result last

A rollback is a plan of renames: the retired generation gets its name back, the newer one is
retired in its place. Where cleanup took the retired generations, the definitions of before are
built anew from the journal, with the rows of today. It is a run itself, and can be taken back.";

/// Take a run back: the generations before it get their names again, data included
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    /// The run, by the beginning of its id; the last without it
    #[arg(value_name = "RUN")]
    run: Option<String>,
    /// Take later runs on the same objects back too
    #[arg(long)]
    through: bool,
    #[command(flatten)]
    how: How,
}

/// Finds the run, makes the plan that takes it back, and has it executed.
///
/// # Errors
///
/// When there is no such run, or something stands in the way.
pub(crate) fn run(args: &Args, global: &Global) -> Result<Outcome, Failure> {
    let loaded = Loaded::open(global)?;
    let door = Door::of(&loaded)?.knowing(&loaded.project);
    let way = Way {
        args,
        loaded: &loaded,
        door: &door,
        global,
    };
    let past = way.asked()?;
    let mut outcome = None;
    let all = way.later(&past)?;
    way.leads_there(&past, &all)?;
    for later in all {
        let ended = way.take_back(&later)?;
        if ended.exit != Exit::Done {
            return Ok(ended);
        }
        outcome = Some(ended);
    }
    // Only the last is told as the result; what came before showed itself while it was done.
    drop(outcome);
    way.take_back(&past)
}

/// What is known on the way back.
struct Way<'a> {
    args: &'a Args,
    loaded: &'a Loaded,
    door: &'a Door<'a>,
    global: &'a Global,
}

/// A run that is to be taken back, with its plan.
struct Past {
    detail: RunDetail,
    plan: Plan,
}

/// A way back, or what stands in it.
struct Found {
    plan: Result<Plan, Vec<Obstacle>>,
    notes: Vec<String>,
}

impl Way<'_> {
    fn command(&self, words: &str) -> String {
        paste::command(self.global, words)
    }

    /// The run that was asked for, or the last.
    fn asked(&self) -> Result<Past, Failure> {
        let target = &self.loaded.project.target;
        let asked = self.args.run.clone();
        let project = self.loaded.project.name.clone();
        let ask = async move |mut session: Box<dyn Session>| {
            let recent = session.runs(run_id::LOOK_BACK).await?;
            let last = recent.iter().find(|run| {
                run.project == project
                    && matches!(
                        run.kind,
                        RunKind::Apply | RunKind::Rollback | RunKind::Adopt
                    )
            });
            let id = asked.or_else(|| last.as_ref().map(|run| run.run.to_string()));
            let found = match &id {
                Some(id) => session.run(id).await?,
                None => Vec::new(),
            };
            Ok((found, id))
        };
        let (found, id) = session::read(self.loaded, ask)?.value;
        let Some(id) = id else {
            let message = format!("no run on target {} to take back", target.name);
            return Err(Failure::new(Exit::Error, message));
        };
        let detail = history::one(found, &id, self.global)?;
        let of = &detail.run;
        let shown = &of.run;
        if self.args.run.is_none() && of.kind == RunKind::Rollback {
            let message = format!("the last run {shown} is a rollback itself");
            return Err(Failure::new(Exit::Error, message)
                .hint(format!(
                    "take it back:       {}",
                    self.command(&format!("rollback {shown}"))
                ))
                .hint(format!("or name a run of:   {}", self.command("history"))));
        }
        self.past(detail)
    }

    fn past(&self, detail: RunDetail) -> Result<Past, Failure> {
        let of = &detail.run;
        let shown = &of.run;
        let refused = |words: &str| Err(Failure::new(Exit::Error, format!("run {shown} {words}")));
        let ours = &self.loaded.project.name;
        if of.project != *ours {
            return refused(&format!("is of project {}, and this is {ours}", of.project));
        }
        match (of.kind, of.state) {
            (RunKind::Cleanup | RunKind::Refresh, _) => {
                return refused(&format!(
                    "is a {}, which nothing takes back",
                    of.kind.as_str()
                ));
            }
            (_, RunState::RolledBack) => return refused("is taken back already"),
            (
                RunKind::Apply | RunKind::Rollback | RunKind::Adopt | RunKind::Mend,
                RunState::Running
                | RunState::Done
                | RunState::Partial
                | RunState::Stopped
                | RunState::Abandoned,
            ) => {}
        }
        let plan = file::read(&detail.plan).map_err(|error| {
            let message = format!("the plan of run {shown} cannot be read from the journal");
            Failure::new(Exit::Error, message).because(&error)
        })?;
        Ok(Past { detail, plan })
    }

    /// With `--through` the later runs on the same objects, the newest first.
    fn later(&self, past: &Past) -> Result<Vec<Past>, Failure> {
        if !self.args.through {
            return Ok(Vec::new());
        }
        let run = past.detail.run.run.clone();
        let project = self.loaded.project.name.clone();
        let ask = async move |mut session: Box<dyn Session>| {
            let recent = session.runs(run_id::LOOK_BACK).await?;
            let counts = |record: &RunRecord| {
                record.run > run
                    && record.project == project
                    && matches!(record.kind, RunKind::Apply | RunKind::Adopt)
                    && !matches!(record.state, RunState::RolledBack | RunState::Abandoned)
            };
            let mut details = Vec::new();
            for record in recent.into_iter().filter(counts) {
                details.extend(session.run(record.run.as_str()).await?);
            }
            Ok(details)
        };
        let mut details = session::read(self.loaded, ask)?.value;
        details.sort_by(|a, b| a.run.run.cmp(&b.run.run));
        let mut trail = Trail::of(&past.plan, self.loaded.project.target.dialect);
        let mut later = Vec::new();
        for detail in details {
            let past = self.past(detail)?;
            if trail.follow(&past.plan) {
                later.push(past);
            }
        }
        later.reverse();
        Ok(later)
    }

    /// Refuses before anything is taken back where later runs stand in the way that are not among these.
    fn leads_there(&self, past: &Past, later: &[Past]) -> Result<(), Failure> {
        if later.is_empty() {
            return Ok(());
        }
        let found = session::wait(async {
            let found = self.back(past).await;
            found.map_err(|error| session::unreadable(&self.loaded.project.target, &error))
        })?;
        let taken: BTreeSet<ObjectName> = later
            .iter()
            .flat_map(|later| back::touched(&later.plan))
            .collect();
        let mut obstacles = found.plan.err().unwrap_or_default();
        obstacles.retain(|obstacle| {
            obstacle.kind == ObstacleKind::Later && !taken.contains(&obstacle.refusal.object)
        });
        if obstacles.is_empty() {
            return Ok(());
        }
        Err(self.obstacles(past.detail.run.run.as_str(), &obstacles))
    }

    /// Takes one run back.
    fn take_back(&self, past: &Past) -> Result<Outcome, Failure> {
        let Self {
            args,
            loaded,
            door,
            global,
        } = *self;
        let project = &loaded.project;
        let how = &args.how;
        let found = session::wait(async {
            let found = self.back(past).await;
            found.map_err(|error| session::unreadable(&project.target, &error))
        })?;
        let shown = past.detail.run.run.as_str();
        let plan = found
            .plan
            .map_err(|obstacles| self.obstacles(shown, &obstacles))?;
        let allowed = allowances(&how.allow, project)?;
        let proposal = Proposal {
            around: Around {
                blocking: execute::blocking(&plan, &allowed),
                command: self.command(&format!("rollback {shown}")),
                file: None,
                along: Vec::new(),
                blockers: Vec::new(),
                knowledge: Knowledge::Target,
            },
            text: file::to_line(&plan),
            plan,
            resume: false,
            places: std::collections::BTreeMap::new(),
            notes: found.notes,
        };
        execute::execute(&proposal, how, global, door)
    }

    /// The plan that takes a run back: by renames, or where nothing is kept by building anew.
    async fn back(&self, past: &Past) -> Result<Found, EngineError> {
        let loaded = self.loaded;
        let project = &loaded.project;
        let opened = self.door.reading().await?;
        let mut session = opened.session;
        let seen = planning::look(session.as_mut(), loaded).await?;
        let recent = session.runs(run_id::LOOK_BACK).await?;
        let journal = seen.journal.clone().unwrap_or_default();
        let rollbacks = recent.iter().filter(|run| run.kind == RunKind::Rollback);
        let run = clock::new_run();
        let frame = Frame {
            tool: clock::TOOL,
            project: &project.name,
            target: &project.target.name.0,
            engine: seen.engine.as_ref(),
            engine_text: &planning::engine_text(project, Some(&seen.server.version)),
            run: &run,
            kind: RunKind::Rollback,
            journal: &journal,
            limits: planning::limits(project, self.args.how.limits()),
        };
        // A mend wrote down what the cutovers before it must have done: those are taken back.
        let lost = match past.detail.run.kind {
            RunKind::Mend => Some(health::history(&past.plan, &seen.observed, &frame)),
            _ => None,
        };
        let (past_plan, steps) = match &lost {
            Some(Some((plan, steps))) => (plan, steps),
            Some(None) => {
                return Ok(Found {
                    plan: Err(vec![nothing_kept(&past.plan)]),
                    notes: opened.notes,
                });
            }
            None => (&past.plan, &past.detail.steps),
        };
        let of = PastRun {
            plan: past_plan,
            steps,
            rollbacks: &rollbacks.map(|run| run.run.clone()).collect(),
        };
        let plan = match back::rollback(of, &seen.observed, &frame) {
            Err(obstacles) if back::rebuildable(&obstacles) => {
                let gone = session.gone(&back::replaced(of)).await?;
                let earlier = loaded.reading(|| Earlier::before(of, &journal, &gone, project));
                match earlier {
                    Ok(earlier) => {
                        let input = Input {
                            project: &earlier.project,
                            graph: &earlier.graph,
                            engine: seen.engine.as_ref(),
                            server: Some(&seen.server),
                            observed: &seen.observed,
                            journal: &journal,
                            run: &run,
                            selected: Some(&earlier.touched),
                            renames: None,
                            pending: None,
                        };
                        let rehearsal = planning::rehearse(session.as_mut(), &input).await?;
                        let decisions = decide::decide(&input, &rehearsal);
                        Ok(back::anew(decisions, &earlier, of, &frame))
                    }
                    Err(unknown) => Err(obstacles.into_iter().chain(unknown).collect()),
                }
            }
            planned => planned,
        };
        Ok(Found {
            plan,
            notes: opened.notes,
        })
    }

    /// What stands in the way of a rollback.
    fn obstacles(&self, run: &str, obstacles: &[Obstacle]) -> Failure {
        let later = |obstacle: &Obstacle| obstacle.kind == ObstacleKind::Later;
        let unknown = |obstacle: &Obstacle| obstacle.kind == ObstacleKind::Unknown;
        let mut failure = Failure::new(Exit::Error, format!("run {run} cannot be taken back"));
        let causes = obstacles.iter().map(|obstacle| {
            let Refusal { object, text, .. } = &obstacle.refusal;
            format!("{object}: {text}")
        });
        failure.causes = causes.collect();
        let hints = obstacles.iter().filter(|obstacle| !later(obstacle));
        let hints: BTreeSet<&String> = hints
            .filter_map(|obstacle| obstacle.refusal.hint.as_ref())
            .collect();
        failure.hints.extend(hints.into_iter().cloned());
        let through = obstacles.iter().any(later) && !self.args.through;
        let through = through.then(|| self.command(&format!("rollback {run} --through")));
        let anew = obstacles.iter().any(unknown);
        let anew = anew.then(|| self.command("apply"));
        failure
            .maybe_hint(through.map(|command| format!("take later runs back too:  {command}")))
            .maybe_hint(anew.map(|command| {
                format!("with the files as they were before, build it anew:  {command}")
            }))
    }
}

/// A mend that found nothing kept of any object.
fn nothing_kept(plan: &Plan) -> Obstacle {
    let object = plan.changes.first().map(|change| change.object.clone());
    Obstacle {
        kind: ObstacleKind::KeptNoMore,
        refusal: Refusal {
            object: object.unwrap_or_else(|| ObjectName::new("", "")),
            text: "a mend changes nothing that is read, and it found no generation before this one"
                .to_owned(),
            hint: None,
        },
    }
}
