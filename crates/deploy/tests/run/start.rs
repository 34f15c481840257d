//! What is looked at before the first step.

use dormer_core::engine::ErrorKind;
use dormer_core::engine::journal::{RunState, StepState};
use dormer_core::engine::lease::LeaseHolder;
use dormer_core::engine::step::StepKind::{Build, Cutover, Drop, Fill};
use dormer_core::model::observed::Observed;
use dormer_core::plan::Refusal;
use dormer_deploy::{DeployError, Difference, Ended, What};

use crate::plan::{name, plan, slow, step};
use crate::stage::{Stage, Turn, options};

#[tokio::test]
async fn nothing_to_do_writes_nothing() {
    let plan = plan(Vec::new());
    let stage = Stage::new(&plan);
    let (outcome, told) = stage.apply(&plan, &options(&plan)).await;
    assert_eq!(outcome.unwrap().ended, Ended::Nothing);
    assert!(stage.set().written.is_empty());
    assert!(stage.set().opened.is_empty());
    assert!(told.0.is_empty());
}

#[tokio::test]
async fn plan_that_cannot_be_done_is_not_begun() {
    let mut plan = plan(vec![step(1, Build, "a", &[])]);
    plan.refused.push(Refusal {
        object: name("a"),
        text: "no".to_owned(),
        hint: None,
    });
    let stage = Stage::new(&plan);
    let (outcome, _) = stage.apply(&plan, &options(&plan)).await;
    assert!(matches!(outcome, Err(DeployError::Refused(_))));
    assert!(stage.set().opened.is_empty());
}

#[tokio::test]
async fn steps_that_need_each_other_are_not_begun() {
    let plan = plan(vec![step(1, Build, "a", &[2]), step(2, Build, "b", &[1])]);
    let stage = Stage::new(&plan);
    let (outcome, _) = stage.apply(&plan, &options(&plan)).await;
    assert!(matches!(outcome, Err(DeployError::Unreachable { .. })));
}

#[tokio::test]
async fn held_lease_is_told_with_its_holder() {
    let plan = plan(vec![step(1, Build, "a", &[])]);
    let stage = Stage::new(&plan);
    stage.set().holder = Some(LeaseHolder {
        run: None,
        who: "anna".to_owned(),
        host: "h".to_owned(),
        since: 1,
    });
    let (outcome, _) = stage.apply(&plan, &options(&plan)).await;
    let error = outcome.unwrap_err();
    assert_eq!(error.to_string(), "anna on h has the lease");
    assert!(stage.works().is_empty());
}

#[tokio::test(start_paused = true)]
async fn stale_plan_is_refused_with_the_objects_and_gives_its_lease_back() {
    let mut plan = plan(vec![step(1, Build, "a", &[])]);
    plan.observed.insert(name("a"), None);
    plan.observed
        .insert(name("ground"), Some("then".to_owned()));
    plan.observed.insert(name("gone"), Some("then".to_owned()));
    let stage = Stage::new(&plan);
    for there in ["ground", "unrelated"] {
        stage
            .set()
            .observed
            .relations
            .insert(name(there), relation());
    }
    let (outcome, _) = stage.apply(&plan, &options(&plan)).await;
    let Err(DeployError::Stale(stale)) = outcome else {
        panic!("{outcome:?}");
    };
    let stale: Vec<_> = stale
        .into_iter()
        .map(|stale| (stale.object, stale.difference))
        .collect();
    assert_eq!(
        stale,
        [
            (name("gone"), Difference::Gone),
            (name("ground"), Difference::Changed)
        ]
    );
    assert_eq!(stage.set().written, ["prepare", "take", "release"]);
}

#[tokio::test(start_paused = true)]
async fn resumed_run_does_not_repeat_what_is_done() {
    let mut plan = plan(vec![
        slow(step(1, Build, "a", &[]), 500),
        slow(step(2, Fill, "a", &[1]), 500),
        step(3, Cutover, "a", &[2]),
    ]);
    plan.observed.insert(name("a"), None);
    let stage = Stage::new(&plan);
    stage.turn(2, [Turn::Fail(ErrorKind::Other)]);
    let (outcome, _) = stage.apply(&plan, &options(&plan)).await;
    assert_eq!(outcome.unwrap().ended, Ended::Partial);
    assert_eq!(stage.set().run.clone().unwrap().0, RunState::Partial);

    let (again, _) = stage.apply(&plan, &options(&plan)).await;
    assert!(matches!(again, Err(DeployError::Begun { .. })));

    let mut options = options(&plan);
    options.resume = true;
    let (gone, _) = stage.apply(&plan, &options).await;
    let Err(DeployError::Stale(stale)) = gone else {
        panic!("{gone:?}");
    };
    assert_eq!(stale[0].difference, Difference::ShadowGone);

    stage.set().observed.relations.insert(name("a"), relation());
    let (outcome, told) = stage.apply(&plan, &options).await;
    let outcome = outcome.unwrap();
    assert_eq!(outcome.ended, Ended::Done);
    assert_eq!(outcome.done.len(), 3);
    assert_eq!(stage.tried(1), 1);
    assert!(matches!(
        told.0.first(),
        Some(What::RunStarted {
            already_done: 1,
            ..
        })
    ));

    let (ended, _) = stage.apply(&plan, &options).await;
    assert!(matches!(ended, Err(DeployError::Ended { .. })));
}

#[tokio::test(start_paused = true)]
async fn what_a_run_dropped_itself_does_not_make_it_stale() {
    let mut plan = plan(vec![step(1, Drop, "a", &[]), step(2, Drop, "b", &[1])]);
    let fingerprint = relation().fingerprint().unwrap().to_string();
    plan.observed.insert(name("a"), Some(fingerprint.clone()));
    plan.observed.insert(name("b"), Some(fingerprint));
    let stage = Stage::new(&plan);
    for there in ["a", "b"] {
        stage
            .set()
            .observed
            .relations
            .insert(name(there), relation());
    }
    stage.turn(2, [Turn::Fail(ErrorKind::Other)]);
    let (outcome, _) = stage.apply(&plan, &options(&plan)).await;
    assert_eq!(outcome.unwrap().ended, Ended::Partial);
    assert_eq!(
        stage.set().steps[&dormer_core::engine::step::StepId(2)].state,
        StepState::Failed
    );
    stage.set().observed = Observed::default();
    stage.set().observed.relations.insert(name("b"), relation());
    let mut options = options(&plan);
    options.resume = true;
    let (outcome, _) = stage.apply(&plan, &options).await;
    assert_eq!(outcome.unwrap().ended, Ended::Done);
}

pub(crate) fn relation() -> dormer_core::model::observed::relation::Relation {
    use dormer_core::model::observed::grant::Grants;
    use dormer_core::model::observed::relation::{
        Ownership, Persistence, Relation, RelationKind, RowSecurity, Sight,
    };
    Relation {
        kind: RelationKind::MaterializedView,
        persistence: Persistence::Permanent,
        owner: "u".to_owned(),
        ownership: Ownership::Held,
        columns: Vec::new(),
        sight: Sight::Whole,
        definition: None,
        version: None,
        comment: None,
        marker: None,
        options: Default::default(),
        grants: Grants::Default,
        indexes: Default::default(),
        triggers: Default::default(),
        rules: Default::default(),
        policies: Default::default(),
        row_security: RowSecurity::Off,
        statistics: Default::default(),
        publications: Default::default(),
        parents: Vec::new(),
        partition_bound: None,
        owned_by: None,
        extension: None,
        tablespace: None,
        access_method: None,
        populated: true,
        bytes: None,
        estimated_rows: None,
    }
}
