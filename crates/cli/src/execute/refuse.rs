//! Why a plan is not executed: what is in the way, and the next command.

use dormer_core::engine::RunId;
use dormer_core::engine::lease::{LeaseHolder, Life};
use dormer_core::plan::Refusal;
use dormer_deploy::{DeployError, StaleObject};

use crate::args::Global;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::views::plan::{Knowledge, PlanView, allowance};
use crate::views::time::{length, moment};
use crate::{clock, paste, session};

/// So many objects are named; the others are counted.
const SHOWN: usize = 8;

/// The plan has changes that nobody can make.
pub(crate) fn refused(refusals: &[Refusal]) -> Failure {
    let message = match refusals.len() {
        1 => "a change cannot be made".to_owned(),
        n => format!("{n} changes cannot be made"),
    };
    let mut failure = Failure::new(Exit::Error, message);
    let causes = refusals.iter();
    failure.causes = some(causes.map(|refusal| format!("{}: {}", refusal.object, refusal.text)));
    let hints = refusals.iter().filter_map(|refusal| refusal.hint.clone());
    failure.hints = hints.take(SHOWN).collect();
    failure.untouched()
}

/// Hazards that nobody allowed.
pub(super) fn hazards(view: &PlanView) -> Failure {
    let blocking = &view.around.blocking;
    let message = match blocking.len() {
        1 => "a hazard is not allowed".to_owned(),
        n => format!("{n} hazards are not allowed"),
    };
    let mut failure = Failure::new(Exit::Hazard, message);
    let causes = blocking.iter();
    failure.causes = some(causes.map(|hazard| format!("{}: {}", allowance(hazard), hazard.text)));
    let kind = blocking.first().map(|hazard| hazard.kind.as_str());
    failure
        .untouched()
        .maybe_hint(kind.map(|kind| format!("what it means:  dormer explain {kind}")))
        .maybe_hint(
            view.allowing()
                .map(|words| format!("let it pass:    {words}")),
        )
}

fn some(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut texts: Vec<String> = texts.collect();
    let more = texts.len().saturating_sub(SHOWN);
    if more > 0 {
        texts.truncate(SHOWN);
        texts.push(format!("and {more} more"));
    }
    texts
}

/// No step was begun.
pub(super) fn deploy(error: &DeployError, view: &PlanView, global: &Global) -> Failure {
    let command = |words: &str| paste::command(global, words);
    let plan = &view.plan;
    let run = &plan.run;
    let target = plan.target.as_str();
    match error {
        DeployError::Refused(refusals) => refused(refusals),
        DeployError::LeaseHeld { holder, life } => {
            held((holder, *life), (target, &view.around.command), global)
        }
        DeployError::Stale(objects) => stale(objects, view, global),
        DeployError::Begun { run: id, state } => {
            let message = format!("run {run} has begun before, and is {}", state.as_str());
            Failure::new(Exit::Error, message)
                .hint(format!(
                    "go on with it:   {}",
                    command(&format!("apply --resume {id}"))
                ))
                .hint(format!("or begin anew:   {}", command("apply")))
        }
        DeployError::Ended { state, .. } => {
            // What it was made for is no more, whatever became of it.
            let message = format!("run {run} has ended: it is {}", state.as_str());
            Failure::new(Exit::Stale, message)
                .hint(format!(
                    "see it:       {}",
                    command(&format!("history {run}"))
                ))
                .hint(format!("begin anew:   {}", command("apply")))
        }
        DeployError::Unreachable { step } => Failure::new(
            Exit::Error,
            format!("step {step} of the plan needs a step that is not in it"),
        )
        .hint(format!("make a new one:  {}", command("plan"))),
        DeployError::Interrupted => {
            Failure::new(Exit::Interrupted, "interrupted before the first step").untouched()
        }
        DeployError::Session { doing, source } => {
            let message = format!("could not {doing} on target {target}");
            session::failure(message, source).untouched()
        }
    }
}

/// Nothing was begun that has no plan file: where, and the command again.
pub(crate) fn undeployed(
    error: &DeployError,
    (target, again): (&str, &str),
    global: &Global,
) -> Failure {
    match error {
        DeployError::LeaseHeld { holder, life } => held((holder, *life), (target, again), global),
        DeployError::Interrupted => {
            Failure::new(Exit::Interrupted, "interrupted before the first view").untouched()
        }
        DeployError::Session { doing, source } => {
            let message = format!("could not {doing} on target {target}");
            session::failure(message, source).untouched()
        }
        DeployError::Refused(_)
        | DeployError::Stale(_)
        | DeployError::Begun { .. }
        | DeployError::Ended { .. }
        | DeployError::Unreachable { .. } => Failure::new(Exit::Error, error.to_string()),
    }
}

/// Somebody else works on the target.
fn held(
    (holder, life): (&LeaseHolder, Life),
    (target, again): (&str, &str),
    global: &Global,
) -> Failure {
    let command = |words: &str| paste::command(global, words);
    let LeaseHolder {
        run,
        who,
        host,
        since,
    } = holder;
    let ms = clock::now_seconds()
        .saturating_sub(*since)
        .saturating_mul(1_000);
    let age = length(u64::try_from(ms).unwrap_or(0));
    let message = format!("{who} on {host} has the lease of target {target}");
    let of_run = run.as_ref().map(|run| format!(" for run {run}"));
    let of_run = of_run.unwrap_or_default();
    let failure = Failure::new(Exit::Blocked, message)
        .cause(format!("taken {}, {age} ago{of_run}", moment(*since)))
        .untouched();
    let id = run.as_ref().map_or("", RunId::as_str);
    match life {
        Life::Alive => {
            let see = format!("history {id}");
            failure
                .cause("its session is alive")
                .hint(format!("see what it does:        {}", command(see.trim())))
                .hint(format!("see what it waits for:   {}", command("locks")))
                .hint(format!("wait for it, and then:   {again}"))
        }
        Life::Dead => {
            let resume = format!("apply --resume {id}");
            failure
                .cause("its session is gone")
                .hint(format!("go on with its run:  {}", command(resume.trim())))
                .hint(format!("take the lease:      {again} --take-lease"))
        }
    }
}

fn stale(objects: &[StaleObject], view: &PlanView, global: &Global) -> Failure {
    let run = &view.plan.run;
    let message = format!("the plan of run {run} is stale: the target changed since it was made");
    let mut failure = Failure::new(Exit::Stale, message);
    let causes = objects.iter();
    failure.causes = some(causes.map(|stale| format!("{}: {}", stale.object, stale.difference)));
    failure
        .untouched()
        .hint(match (view.around.knowledge, &view.around.file) {
            (_, Some(file)) => {
                let words = format!("plan --out {file}");
                format!("make a new one:  {}", paste::command(global, &words))
            }
            (Knowledge::Journal, None) => {
                format!("begin anew:  {}", paste::command(global, "apply"))
            }
            (_, None) => format!("try again:  {}", view.around.command),
        })
}
