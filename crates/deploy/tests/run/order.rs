//! Which steps are done, when, and in whose company.

use dormer_core::engine::ErrorKind;
use dormer_core::engine::step::StepKind::{Analyze, Audit, Build, Cutover, Fill, Index};
use dormer_deploy::{Ended, StepEnd, What};

use crate::plan::{plan, slow, step};
use crate::stage::{Stage, Turn, options};

#[tokio::test(start_paused = true)]
async fn chain_of_one_object_is_one_transaction() {
    let plan = plan(vec![
        step(1, Build, "a", &[]),
        step(2, Fill, "a", &[1]),
        step(3, Index, "a", &[2]),
        step(4, Analyze, "a", &[3]),
    ]);
    let stage = Stage::new(&plan);
    let (outcome, told) = stage.apply(&plan, &options(&plan)).await;
    let outcome = outcome.unwrap();
    assert_eq!(outcome.ended, Ended::Done);
    assert_eq!(stage.works(), [[1, 2, 3, 4]]);
    assert_eq!(outcome.done.len(), 4);
    assert!(!outcome.resumable);
    let written = stage.set().written.clone();
    assert_eq!(written, ["prepare", "take", "begin", "end", "release"]);
    assert!(matches!(
        told.0.first(),
        Some(What::RunStarted { steps: 4, .. })
    ));
}

#[tokio::test(start_paused = true)]
async fn company_parts_after_a_failure_and_only_the_guilty_fails() {
    let steps = (1..=6)
        .map(|id| step(id, Build, &format!("o{id}"), &[]))
        .collect();
    let plan = plan(steps);
    let stage = Stage::new(&plan);
    stage.turn(
        3,
        [Turn::Fail(ErrorKind::Syntax), Turn::Fail(ErrorKind::Syntax)],
    );
    let mut options = options(&plan);
    options.jobs = 1;
    let (outcome, told) = stage.apply(&plan, &options).await;
    let outcome = outcome.unwrap();
    assert_eq!(outcome.ended, Ended::Partial);
    assert_eq!(outcome.failed.len(), 1);
    assert_eq!(outcome.failed[0].step.0, 3);
    assert_eq!(
        outcome.failed[0].statement.as_deref(),
        Some("statement of 3")
    );
    assert_eq!(stage.done(), [1, 2, 4, 5, 6]);
    assert!(outcome.resumable);
    let failed = told.0.iter().filter(|what| {
        matches!(
            what,
            What::StepFinished {
                outcome: StepEnd::Failed,
                ..
            }
        )
    });
    assert_eq!(failed.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn no_more_steps_at_once_than_jobs() {
    let steps = (1..=20)
        .map(|id| slow(step(id, Fill, &format!("o{id}"), &[]), 1_000))
        .collect();
    let plan = plan(steps);
    let stage = Stage::new(&plan);
    (1..=20).for_each(|id| stage.slow(id, 1_000));
    let mut options = options(&plan);
    options.jobs = 3;
    let (outcome, _) = stage.apply(&plan, &options).await;
    let outcome = outcome.unwrap();
    assert_eq!(stage.set().most_active, 3);
    assert_eq!(outcome.took.0 / 1_000, 7);
}

#[tokio::test(start_paused = true)]
async fn fewer_sessions_than_jobs_will_do() {
    let steps = (1..=8)
        .map(|id| slow(step(id, Fill, &format!("o{id}"), &[]), 1_000))
        .collect();
    let plan = plan(steps);
    let stage = Stage::new(&plan);
    (1..=8).for_each(|id| stage.slow(id, 1_000));
    stage.set().room = Some(2);
    let (outcome, _) = stage.apply(&plan, &options(&plan)).await;
    let outcome = outcome.unwrap();
    assert_eq!(outcome.ended, Ended::Done);
    assert_eq!(outcome.took.0, 4_000);

    let stage = Stage::new(&plan);
    stage.set().room = Some(0);
    let (outcome, _) = stage.apply(&plan, &options(&plan)).await;
    assert!(matches!(outcome.unwrap().ended, Ended::Unreachable(_)));
}

#[tokio::test(start_paused = true)]
async fn longest_way_comes_first() {
    let plan = plan(vec![
        slow(step(1, Fill, "short", &[]), 200),
        slow(step(2, Fill, "long", &[]), 150),
        slow(step(3, Fill, "after", &[2]), 900),
    ]);
    let stage = Stage::new(&plan);
    let mut options = options(&plan);
    options.jobs = 1;
    let (outcome, _) = stage.apply(&plan, &options).await;
    assert_eq!(outcome.unwrap().ended, Ended::Done);
    assert_eq!(stage.works(), [[2], [3], [1]]);
}

#[tokio::test(start_paused = true)]
async fn ready_steps_are_shared_among_sessions() {
    let steps = (1..=8)
        .map(|id| step(id, Build, &format!("o{id}"), &[]))
        .collect();
    let plan = plan(steps);
    let stage = Stage::new(&plan);
    (1..=8).for_each(|id| stage.slow(id, 10));
    let (outcome, _) = stage.apply(&plan, &options(&plan)).await;
    assert_eq!(outcome.unwrap().ended, Ended::Done);
    assert_eq!(
        stage.works().iter().map(Vec::len).collect::<Vec<_>>(),
        [2, 2, 2, 2]
    );
}

#[tokio::test(start_paused = true)]
async fn company_that_takes_too_long_parts() {
    let steps = (1..=4)
        .map(|id| step(id, Fill, &format!("o{id}"), &[]))
        .collect();
    let plan = plan(steps);
    let stage = Stage::new(&plan);
    stage.slow(2, 60_000);
    let mut options = options(&plan);
    options.jobs = 1;
    let (outcome, _) = stage.apply(&plan, &options).await;
    assert_eq!(outcome.unwrap().ended, Ended::Done);
    assert_eq!(stage.works().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn failure_skips_what_stands_on_it_and_nothing_else() {
    let plan = plan(vec![
        slow(step(1, Fill, "a", &[]), 500),
        slow(step(2, Fill, "b", &[1]), 500),
        step(3, Cutover, "b", &[2]),
        slow(step(4, Fill, "c", &[]), 500),
        step(5, Cutover, "c", &[4]),
    ]);
    let stage = Stage::new(&plan);
    stage.turn(1, [Turn::Fail(ErrorKind::Other)]);
    let (outcome, told) = stage.apply(&plan, &options(&plan)).await;
    let outcome = outcome.unwrap();
    assert_eq!(outcome.ended, Ended::Partial);
    assert_eq!(stage.done(), [4, 5]);
    assert_eq!(outcome.skipped.len(), 1);
    let skipped = &outcome.skipped[0];
    assert_eq!(
        skipped.steps.iter().map(|id| id.0).collect::<Vec<_>>(),
        [2, 3]
    );
    assert_eq!(skipped.because_of, Some(crate::plan::name("a")));
    let told = told
        .0
        .iter()
        .filter(|what| matches!(what, What::ObjectSkipped { .. }));
    assert_eq!(told.count(), 1);
    assert_eq!(outcome.readers.new, [crate::plan::name("c")]);
    assert_eq!(
        outcome.readers.old,
        [crate::plan::name("a"), crate::plan::name("b")]
    );
}

#[tokio::test(start_paused = true)]
async fn failed_audit_keeps_its_cutover_from_being_done() {
    let plan = plan(vec![
        step(1, Build, "a", &[]),
        step(2, Audit, "a", &[1]),
        step(3, Cutover, "a", &[2]),
    ]);
    let stage = Stage::new(&plan);
    stage.turn(2, [Turn::Row("-1")]);
    let (outcome, _) = stage.apply(&plan, &options(&plan)).await;
    let outcome = outcome.unwrap();
    assert_eq!(outcome.audits.len(), 1);
    assert_eq!(outcome.audits[0].row, "-1");
    assert!(outcome.failed.is_empty());
    assert_eq!(stage.done(), [1]);
}

#[tokio::test(start_paused = true)]
async fn members_of_a_group_are_skipped_by_their_names() {
    let mut cutover = step(3, Cutover, "a", &[2]);
    cutover.step.object = None;
    cutover
        .step
        .deeds
        .extend(step(4, Cutover, "b", &[]).step.deeds);
    let plan = plan(vec![
        step(1, Build, "a", &[]),
        step(2, Audit, "b", &[1]),
        cutover,
    ]);
    let stage = Stage::new(&plan);
    stage.turn(2, [Turn::Row("-1")]);
    let (outcome, told) = stage.apply(&plan, &options(&plan)).await;
    let outcome = outcome.unwrap();
    let skipped: Vec<_> = outcome
        .skipped
        .iter()
        .map(|skipped| skipped.object.clone())
        .collect();
    assert_eq!(skipped, [Some(crate::plan::name("a"))]);
    assert_eq!(outcome.readers.old.len(), 2);
    let told = told
        .0
        .iter()
        .filter(|what| matches!(what, What::ObjectSkipped { .. }));
    assert_eq!(told.count(), 1);
}
