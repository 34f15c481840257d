//! Runs that end before their time, and what is read meanwhile.

use std::time::Duration;

use dormer_core::engine::ErrorKind;
use dormer_core::engine::journal::RunState;
use dormer_core::engine::step::StepKind::{Build, Cutover, Fill};
use dormer_core::plan::change::Action;
use dormer_deploy::{Ended, Interrupt};

use crate::plan::{name, plan, slow, step};
use crate::stage::{Stage, Turn, options};

#[tokio::test(start_paused = true)]
async fn connection_lost_after_the_commit_does_not_do_it_twice() {
    let plan = plan(vec![slow(step(1, Fill, "a", &[]), 500)]);
    let stage = Stage::new(&plan);
    stage.turn(1, [Turn::LostAfter]);
    let (outcome, _) = stage.apply(&plan, &options(&plan)).await;
    assert_eq!(outcome.unwrap().ended, Ended::Done);
    assert_eq!(stage.tried(1), 1);
}

#[tokio::test(start_paused = true)]
async fn connection_lost_before_the_commit_is_tried_once_more() {
    let plan = plan(vec![
        slow(step(1, Fill, "a", &[]), 500),
        slow(step(2, Fill, "b", &[1]), 500),
    ]);
    let stage = Stage::new(&plan);
    stage.turn(1, [Turn::LostBefore]);
    stage.turn(2, [Turn::LostBefore, Turn::LostBefore]);
    let (outcome, _) = stage.apply(&plan, &options(&plan)).await;
    let outcome = outcome.unwrap();
    assert!(matches!(outcome.ended, Ended::Unreachable(_)));
    assert!(outcome.resumable);
    assert_eq!((stage.tried(1), stage.tried(2)), (2, 2));
    assert_eq!(stage.set().run.clone().unwrap().0, RunState::Stopped);
}

#[tokio::test(start_paused = true)]
async fn lost_lease_ends_the_run_at_once_and_writes_nothing_more() {
    let plan = plan(vec![
        slow(step(1, Fill, "a", &[]), 500),
        slow(step(2, Fill, "b", &[]), 500),
    ]);
    let stage = Stage::new(&plan);
    stage.slow(2, 3_600_000);
    stage.turn(1, [Turn::Fail(ErrorKind::LeaseLost)]);
    let (outcome, _) = stage.apply(&plan, &options(&plan)).await;
    let outcome = outcome.unwrap();
    assert!(matches!(outcome.ended, Ended::LeaseLost(_)));
    assert!(outcome.took.0 < 5_000);
    assert_eq!(stage.set().written, ["prepare", "take", "begin"]);
}

#[tokio::test(start_paused = true)]
async fn broken_session_of_the_lease_ends_the_run() {
    let plan = plan(vec![slow(step(1, Fill, "a", &[]), 500)]);
    let stage = Stage::new(&plan);
    stage.slow(1, 3_600_000);
    stage.set().lease_breaks = true;
    let (outcome, _) = stage.apply(&plan, &options(&plan)).await;
    let outcome = outcome.unwrap();
    assert!(matches!(outcome.ended, Ended::LeaseLost(_)));
    assert!(outcome.took.0 < 5_000);
}

#[tokio::test(start_paused = true)]
async fn interrupt_lets_short_work_end_and_begins_nothing() {
    let plan = plan(vec![
        slow(step(1, Fill, "a", &[]), 500),
        slow(step(2, Fill, "b", &[1]), 500),
    ]);
    let stage = Stage::new(&plan);
    stage.slow(1, 2_000);
    let (outcome, took) = interrupted(&stage, &plan, &[500]).await;
    assert_eq!(outcome.ended, Ended::Interrupted);
    assert_eq!(took.as_millis(), 2_000);
    assert_eq!(stage.done(), [1]);
    assert_eq!(stage.set().run.clone().unwrap().0, RunState::Stopped);
    assert_eq!(stage.set().written.last(), Some(&"release"));
}

#[tokio::test(start_paused = true)]
async fn interrupt_ends_long_work_after_a_while() {
    let plan = plan(vec![slow(step(1, Fill, "a", &[]), 500)]);
    let stage = Stage::new(&plan);
    stage.slow(1, 3_600_000);
    let (outcome, took) = interrupted(&stage, &plan, &[500]).await;
    assert_eq!(outcome.ended, Ended::Interrupted);
    assert!(outcome.failed.is_empty());
    assert_eq!(took.as_millis(), 5_500);
}

#[tokio::test(start_paused = true)]
async fn second_interrupt_returns_at_once() {
    let plan = plan(vec![slow(step(1, Fill, "a", &[]), 500)]);
    let stage = Stage::new(&plan);
    stage.slow(1, 3_600_000);
    let (outcome, took) = interrupted(&stage, &plan, &[500, 100]).await;
    assert_eq!(outcome.ended, Ended::Interrupted);
    assert_eq!(took.as_millis(), 600);
    assert!(outcome.resumable);
}

#[tokio::test(start_paused = true)]
async fn interrupt_ends_the_waiting_for_locks() {
    let plan = plan(vec![step(1, Cutover, "a", &[])]);
    let stage = Stage::new(&plan);
    stage.turn(1, (0..1_000).map(|_| Turn::Fail(ErrorKind::LockTimeout)));
    let (outcome, took) = interrupted(&stage, &plan, &[3_000]).await;
    assert_eq!(outcome.ended, Ended::Interrupted);
    assert_eq!(took.as_millis(), 3_000);
}

/// Interrupts after these times, each after the one before.
async fn interrupted(
    stage: &Stage,
    plan: &dormer_core::plan::Plan,
    after: &[u64],
) -> (dormer_deploy::Outcome, Duration) {
    let interrupt = Interrupt::new();
    let options = options(plan);
    let since = tokio::time::Instant::now();
    let raising = async {
        for time in after {
            tokio::time::sleep(Duration::from_millis(*time)).await;
            interrupt.raise();
        }
    };
    let ((outcome, _), ()) = tokio::join!(stage.apply_until(plan, &options, &interrupt), raising);
    (outcome.unwrap(), since.elapsed())
}

#[tokio::test(start_paused = true)]
async fn proof_reads_everything_from_before_to_after() {
    let mut plan = plan(vec![
        slow(step(1, Fill, "a", &[]), 500),
        slow(step(2, Build, "new", &[]), 500),
        slow(step(3, Fill, "denied", &[]), 500),
    ]);
    let created = plan
        .changes
        .iter_mut()
        .find(|change| change.object == name("new"))
        .unwrap();
    created.action = Action::Create;
    let stage = Stage::new(&plan);
    stage.slow(1, 1_000);
    stage.set().unreadable = [name("new"), name("denied")].into();
    let mut options = options(&plan);
    options.prove = true;
    let later = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        stage.set().unreadable.remove(&name("new"));
        tokio::time::sleep(Duration::from_millis(250)).await;
        stage.set().unreadable.insert(name("a"));
        tokio::time::sleep(Duration::from_millis(50)).await;
        stage.set().unreadable.remove(&name("a"));
    };
    let ((outcome, _), ()) = tokio::join!(stage.apply(&plan, &options), later);
    let proof = outcome.unwrap().proof.unwrap();
    assert!(proof.reads > 100, "{proof:?}");
    assert!((5..60).contains(&proof.failures), "{proof:?}");
    assert!(proof.failed.iter().all(|failed| failed.object == name("a")));
    assert_eq!(proof.longest_stall.0, 1);
    assert_eq!(proof.objects[&name("new")].failures, 0);
    assert!(proof.objects[&name("new")].reads > 10);
    assert!(proof.objects[&name("denied")].unread.is_some());
    assert_eq!(proof.objects[&name("denied")].failures, 0);
}
