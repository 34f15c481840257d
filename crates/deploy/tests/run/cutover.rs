//! Taking names: locks, tries, and rows that changed meanwhile.

use std::time::Duration;

use dormer_core::engine::ErrorKind;
use dormer_core::engine::session::{Behind, LockHolder, Pulse};
use dormer_core::engine::step::StepId;
use dormer_core::engine::step::StepKind::{Audit, Build, Cutover, Fill};
use dormer_core::model::observed::Observed;
use dormer_core::model::observed::dependency::{Read, Reader};
use dormer_core::model::observed::grant::Grants;
use dormer_core::plan::Plan;
use dormer_deploy::{DeployError, Difference, Ended, OnLock, StaleObject, What};
use tokio::time::Instant;

use crate::plan::{made_of, name, plan, slow, step};
use crate::stage::{Stage, Told, Turn, options};
use crate::start::relation;

fn reader(age: u64) -> LockHolder {
    LockHolder {
        relation: name("a"),
        pid: 123,
        behind: Behind::Session,
        user: Some("anna".to_owned()),
        application: Some("psql".to_owned()),
        client: None,
        mode: "AccessShareLock".to_owned(),
        granted: true,
        transaction_ms: Some(age),
        activity: None,
        query: Some("SELECT *\n  FROM s.a".to_owned()),
        blocked_by: Vec::new(),
        end: "SELECT pg_terminate_backend(123)".to_owned(),
    }
}

fn waits(told: &Told) -> Vec<Option<String>> {
    let waits = told.0.iter().filter_map(|what| match what {
        What::StepWaiting { waiting_for, .. } => Some(waiting_for.clone()),
        _ => None,
    });
    waits.collect()
}

#[tokio::test(start_paused = true)]
async fn cutover_waits_for_a_long_reader_without_asking_for_the_lock() {
    let plan = plan(vec![step(1, Cutover, "a", &[])]);
    let stage = Stage::new(&plan);
    stage.set().locks = vec![reader(12_000)];
    stage.set().locks_until = Some(Instant::now() + Duration::from_secs(5));
    let (outcome, told) = stage.apply(&plan, &options(&plan)).await;
    assert_eq!(outcome.unwrap().ended, Ended::Done);
    assert_eq!(stage.tried(1), 1);
    assert_eq!(
        waits(&told)[0].as_deref(),
        Some("pid 123 (anna, psql), AccessShareLock on s.a since 12 s: SELECT * FROM s.a")
    );
}

#[tokio::test(start_paused = true)]
async fn reader_of_a_moment_is_no_reason_to_wait() {
    let plan = plan(vec![step(1, Cutover, "a", &[])]);
    let stage = Stage::new(&plan);
    stage.set().locks = vec![reader(3)];
    let (outcome, told) = stage.apply(&plan, &options(&plan)).await;
    assert_eq!(outcome.unwrap().ended, Ended::Done);
    assert!(waits(&told).is_empty());
}

#[tokio::test(start_paused = true)]
async fn cutover_gives_up_after_its_tries_and_tells_who() {
    let plan = plan(vec![step(1, Build, "b", &[]), step(2, Cutover, "a", &[1])]);
    let stage = Stage::new(&plan);
    stage.set().locks = vec![reader(12_000)];
    let (outcome, told) = stage.apply(&plan, &options(&plan)).await;
    let outcome = outcome.unwrap();
    assert_eq!(outcome.ended, Ended::Blocked);
    assert!(outcome.resumable);
    assert_eq!(outcome.blocked[0].tries, 10);
    assert_eq!(outcome.blocked[0].holders[0].pid, 123);
    assert_eq!((stage.tried(2), waits(&told).len()), (0, 9));
    assert!(
        (6_000..12_000).contains(&outcome.took.0),
        "{:?}",
        outcome.took
    );
    assert_eq!(stage.done(), [1]);
}

/// An autovacuum worker on the relation.
fn upkeep(age: u64) -> LockHolder {
    LockHolder {
        behind: Behind::Upkeep,
        user: None,
        application: Some("autovacuum worker".to_owned()),
        mode: "ShareUpdateExclusiveLock".to_owned(),
        query: None,
        ..reader(age)
    }
}

#[tokio::test(start_paused = true)]
async fn upkeep_is_waited_for_and_is_no_try() {
    let plan = plan(vec![step(1, Cutover, "a", &[])]);
    let stage = Stage::new(&plan);
    stage.set().locks = vec![upkeep(12_000)];
    stage.set().locks_until = Some(Instant::now() + Duration::from_secs(120));
    let (outcome, told) = stage.apply(&plan, &options(&plan)).await;
    assert_eq!(outcome.unwrap().ended, Ended::Done);
    assert_eq!(stage.tried(1), 1);
    assert_eq!(
        waits(&told),
        [Some(
            "pid 123 (autovacuum worker), ShareUpdateExclusiveLock on s.a since 12 s".to_owned()
        )]
    );
}

#[tokio::test(start_paused = true)]
async fn upkeep_without_an_end_is_in_the_way_like_everybody() {
    let plan = plan(vec![step(1, Cutover, "a", &[])]);
    let stage = Stage::new(&plan);
    stage.set().locks = vec![upkeep(12_000)];
    let (outcome, _) = stage.apply(&plan, &options(&plan)).await;
    let outcome = outcome.unwrap();
    assert_eq!(outcome.ended, Ended::Blocked);
    assert_eq!(outcome.blocked[0].tries, 10);
    assert!(outcome.took.0 >= 300_000, "{:?}", outcome.took);
    let mut options = options(&plan);
    options.on_lock = OnLock::Fail;
    let stage = Stage::new(&plan);
    stage.set().locks = vec![upkeep(12_000)];
    let (outcome, told) = stage.apply(&plan, &options).await;
    assert_eq!(outcome.unwrap().ended, Ended::Blocked);
    assert!(waits(&told).is_empty());
}

#[tokio::test(start_paused = true)]
async fn lock_timeouts_are_tried_again_with_longer_pauses() {
    let plan = plan(vec![step(1, Cutover, "a", &[])]);
    let stage = Stage::new(&plan);
    let turns = [
        ErrorKind::LockTimeout,
        ErrorKind::Conflict,
        ErrorKind::Cancelled,
    ];
    stage.turn(1, turns.map(Turn::Fail));
    let (outcome, told) = stage.apply(&plan, &options(&plan)).await;
    let outcome = outcome.unwrap();
    assert_eq!(outcome.ended, Ended::Done);
    assert_eq!(waits(&told).len(), 3);
    assert!((250..=350).contains(&outcome.took.0), "{:?}", outcome.took);
}

#[tokio::test(start_paused = true)]
async fn whoever_does_not_want_to_wait_does_not() {
    let plan = plan(vec![step(1, Cutover, "a", &[])]);
    let stage = Stage::new(&plan);
    stage.set().locks = vec![reader(12_000)];
    let mut options = options(&plan);
    options.on_lock = OnLock::Fail;
    let (outcome, told) = stage.apply(&plan, &options).await;
    assert_eq!(outcome.unwrap().ended, Ended::Blocked);
    assert!(waits(&told).is_empty());
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_waits_without_end() {
    let plan = plan(vec![step(1, Cutover, "a", &[])]);
    let stage = Stage::new(&plan);
    stage.set().locks = vec![reader(12_000)];
    stage.set().locks_until = Some(Instant::now() + Duration::from_secs(3_600));
    let mut options = options(&plan);
    options.on_lock = OnLock::Wait;
    let (outcome, _) = stage.apply(&plan, &options).await;
    assert_eq!(outcome.unwrap().ended, Ended::Done);
}

#[tokio::test(start_paused = true)]
async fn step_of_the_same_run_in_the_way_is_no_try() {
    let plan = plan(vec![step(1, Cutover, "a", &[])]);
    let stage = Stage::new(&plan);
    let mut own = reader(60_000);
    own.application = Some("dormer 0000000001 step 7".to_owned());
    stage.set().locks = vec![own];
    stage.set().locks_until = Some(Instant::now() + Duration::from_secs(60));
    let (outcome, told) = stage.apply(&plan, &options(&plan)).await;
    assert_eq!(outcome.unwrap().ended, Ended::Done);
    assert_eq!(waits(&told), [None]);
}

/// Two shadows on top of each other, audited, that take their names together.
fn group() -> (Plan, Stage) {
    let mut fill = made_of(step(2, Fill, "b", &[1]), "b__new", 2, "ground");
    fill.inputs[0].grounds = vec![name("other")];
    let cutover = made_of(step(4, Cutover, "a", &[3]), "a__new", 1, "ground");
    let mut cutover = made_of(cutover, "b__new", 2, "ground");
    cutover.inputs[1].grounds = vec![name("other")];
    let plan = plan(vec![
        made_of(step(1, Fill, "a", &[]), "a__new", 1, "ground"),
        fill,
        step(3, Audit, "b", &[2]),
        cutover,
    ]);
    let stage = Stage::new(&plan);
    stage.set().repeated = [1, 2, 3].map(StepId).into();
    for relation in ["ground", "other", "live"] {
        stage.set().pulses.insert(name(relation), pulse("1", 1));
    }
    (plan, stage)
}

fn pulse(storage: &str, written: u64) -> Pulse {
    Pulse {
        storage: Some(storage.to_owned()),
        written: Some(written),
    }
}

#[tokio::test(start_paused = true)]
async fn shadow_whose_ground_did_not_move_is_filled_once() {
    let (plan, stage) = group();
    let (outcome, _) = stage.apply(&plan, &options(&plan)).await;
    assert_eq!(outcome.unwrap().ended, Ended::Done);
    assert_eq!(stage.works(), [[1], [2], [3], [4]]);
}

#[tokio::test(start_paused = true)]
async fn shadow_whose_ground_moved_is_filled_and_audited_again_with_what_stands_on_it() {
    let (plan, stage) = group();
    let beat = (name("ground"), pulse("1", 2));
    stage.set().beats.insert(StepId(3), [beat].into());
    let (outcome, told) = stage.apply(&plan, &options(&plan)).await;
    assert_eq!(outcome.unwrap().ended, Ended::Done);
    assert_eq!(stage.works(), [[1], [2], [3], [1], [2], [3], [4]]);
    let details: Vec<Option<String>> = stage
        .set()
        .steps
        .values()
        .map(|record| record.detail.clone())
        .collect();
    assert_eq!(
        (&details[0], &details[1], &details[3]),
        (&None, &None, &None)
    );
    assert!(
        details[2]
            .as_ref()
            .unwrap()
            .contains(r#""s.ground":{"storage":"1","written":2}"#)
    );
    let repeated = told
        .0
        .iter()
        .filter(|what| matches!(what, What::StepRepeated { .. }));
    assert_eq!(repeated.count(), 3);
}

#[tokio::test(start_paused = true)]
async fn busy_ground_does_not_keep_the_cutover_away() {
    let (plan, stage) = group();
    let beats = (2..100).map(|written| (name("other"), pulse("1", written)));
    stage.set().beats.insert(StepId(2), beats.collect());
    let (outcome, _) = stage.apply(&plan, &options(&plan)).await;
    assert_eq!(outcome.unwrap().ended, Ended::Done);
    assert_eq!((stage.tried(1), stage.tried(2), stage.tried(4)), (1, 4, 1));
}

#[tokio::test(start_paused = true)]
async fn cutover_never_makes_data_older() {
    let (plan, stage) = group();
    let beats = (2..100).map(|storage: u32| (name("live"), pulse(&storage.to_string(), 1)));
    stage.set().beats.insert(StepId(3), beats.collect());
    let (outcome, _) = stage.apply(&plan, &options(&plan)).await;
    let outcome = outcome.unwrap();
    assert_eq!(outcome.ended, Ended::Blocked);
    assert_eq!(stage.tried(4), 0);
    assert!(outcome.blocked[0].reason.contains("refreshed"));
}

#[tokio::test(start_paused = true)]
async fn audit_that_fails_the_second_time_is_asked_again_by_the_next_try() {
    let (plan, stage) = group();
    let beat = (name("ground"), pulse("1", 2));
    stage.set().beats.insert(StepId(3), [beat].into());
    stage.turn(3, [Turn::Well, Turn::Row("bad")]);
    let (outcome, _) = stage.apply(&plan, &options(&plan)).await;
    let outcome = outcome.unwrap();
    assert_eq!(outcome.ended, Ended::Partial);
    assert_eq!(outcome.audits[0].step, StepId(3));
    let mut options = options(&plan);
    options.resume = true;
    let (outcome, _) = stage.apply(&plan, &options).await;
    assert_eq!(outcome.unwrap().ended, Ended::Done);
    assert_eq!((stage.tried(1), stage.tried(3)), (3, 3));
}

#[tokio::test(start_paused = true)]
async fn connection_lost_over_what_is_done_again_does_not_pass_for_done() {
    let (plan, stage) = group();
    let beat = (name("ground"), pulse("1", 2));
    stage.set().beats.insert(StepId(3), [beat].into());
    stage.turn(1, [Turn::Well, Turn::LostBefore]);
    let (outcome, _) = stage.apply(&plan, &options(&plan)).await;
    assert_eq!(outcome.unwrap().ended, Ended::Done);
    assert_eq!(stage.works(), [[1], [2], [3], [1], [2], [3], [4]]);
}

#[tokio::test(start_paused = true)]
async fn resumed_run_knows_what_was_seen_before_its_fills() {
    let (plan, stage) = group();
    stage.set().locks = vec![reader(12_000)];
    let (outcome, _) = stage.apply(&plan, &options(&plan)).await;
    assert_eq!(outcome.unwrap().ended, Ended::Blocked);
    stage.set().locks.clear();
    stage.set().pulses.insert(name("other"), pulse("1", 9));
    let mut options = options(&plan);
    options.resume = true;
    let (outcome, _) = stage.apply(&plan, &options).await;
    assert_eq!(outcome.unwrap().ended, Ended::Done);
    assert_eq!((stage.tried(1), stage.tried(2)), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn blocked_cutover_does_not_stop_others() {
    let plan = plan(vec![
        step(1, Cutover, "a", &[]),
        slow(step(2, Fill, "b", &[]), 500),
    ]);
    let stage = Stage::new(&plan);
    stage.turn(1, (0..10).map(|_| Turn::Fail(ErrorKind::LockTimeout)));
    let (outcome, _) = stage.apply(&plan, &options(&plan)).await;
    let outcome = outcome.unwrap();
    assert_eq!(outcome.ended, Ended::Blocked);
    assert_eq!(
        outcome.blocked[0].error.as_ref().unwrap().kind,
        ErrorKind::LockTimeout
    );
    assert_eq!(stage.done(), [2]);
}

/// A plan that fills for two seconds and then takes the name of `a`, as it was observed.
fn after_a_fill(stage_of: impl FnOnce(&Plan) -> Stage) -> (Plan, Stage) {
    let mut plan = plan(vec![
        step(1, Build, "a__new", &[]),
        step(2, Fill, "a__new", &[1]),
        step(3, Cutover, "a", &[2]),
    ]);
    for step in plan.steps.iter_mut() {
        step.step.object = Some(name("a"));
    }
    let print = relation().fingerprint().unwrap().to_string();
    plan.observed.insert(name("a"), Some(print));
    let readers = [name("known").to_string()].into_iter().collect();
    plan.readers.insert(name("a"), readers);
    let stage = stage_of(&plan);
    stage.set().observed.relations.insert(name("a"), relation());
    reads(&mut stage.set().observed, "known");
    stage.slow(2, 2_000);
    (plan, stage)
}

fn reads(observed: &mut Observed, reader: &str) {
    let reads = [(Read::Relation(name("a")), Default::default())];
    let reader = Reader::Relation(name(reader));
    observed
        .dependencies
        .insert(reader, reads.into_iter().collect());
}

#[tokio::test(start_paused = true)]
async fn nothing_takes_a_name_that_somebody_new_reads() {
    let (plan, stage) = after_a_fill(Stage::new);
    let plays = options(&plan);
    let late = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        reads(&mut stage.set().observed, "late");
    };
    let ((outcome, _), ()) = tokio::join!(stage.apply(&plan, &plays), late);
    let outcome = outcome.unwrap();
    let stale = StaleObject {
        object: name("a"),
        difference: Difference::ReadBy("s.late".to_owned()),
    };
    assert_eq!(outcome.ended, Ended::Stale(vec![stale.clone()]));
    assert!(outcome.resumable);
    assert_eq!(stage.done(), [1, 2]);

    // What the run did itself is known; what others did still counts.
    let mut again = options(&plan);
    again.resume = true;
    stage
        .set()
        .observed
        .relations
        .insert(name("a__new"), relation());
    let (refused, _) = stage.apply(&plan, &again).await;
    assert_eq!(refused.unwrap_err(), DeployError::Stale(vec![stale]));

    let late = Reader::Relation(name("late"));
    stage.set().observed.dependencies.remove(&late);
    let (outcome, _) = stage.apply(&plan, &again).await;
    assert_eq!(outcome.unwrap().ended, Ended::Done);
}

#[tokio::test(start_paused = true)]
async fn nothing_takes_a_name_whose_grants_changed_meanwhile() {
    let (plan, stage) = after_a_fill(Stage::new);
    let plays = options(&plan);
    let granted = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let mut set = stage.set();
        let relation = set.observed.relations.get_mut(&name("a")).unwrap();
        relation.grants = Grants::Listed(Default::default());
    };
    let ((outcome, _), ()) = tokio::join!(stage.apply(&plan, &plays), granted);
    let stale = StaleObject {
        object: name("a"),
        difference: Difference::Changed,
    };
    assert_eq!(outcome.unwrap().ended, Ended::Stale(vec![stale]));
    assert_eq!(stage.done(), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn readers_that_the_plan_knows_and_makes_do_not_count() {
    let (plan, stage) = after_a_fill(Stage::new);
    reads(&mut stage.set().observed, "a__new");
    let (outcome, _) = stage.apply(&plan, &options(&plan)).await;
    assert_eq!(outcome.unwrap().ended, Ended::Done);
}
