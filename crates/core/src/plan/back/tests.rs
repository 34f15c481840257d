//! Rollbacks as short text, and everything that can stand in the way.

use super::fixture::*;
use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::engine::journal::{ObjectState, RunKind, StepRecord, StepState};
use crate::engine::step::{Captured, Deed, Form, Millis, StepId, StepKind};
use crate::engine::{Generation, RunId};
use crate::model::observed::Observed;
use crate::model::observed::relation::RelationKind::{MaterializedView, Table, View};
use crate::plan::Plan;
use crate::plan::decision::{How, Own};
use crate::plan::sequence::fixture::*;

pub(super) fn done(plan: &Plan) -> BTreeMap<StepId, StepRecord> {
    let record = |step: &crate::plan::PlannedStep| StepRecord {
        step: step.step.id,
        kind: step.step.kind,
        title: step.step.title.clone(),
        object: step.step.object.clone(),
        state: StepState::Done,
        ms: Millis(1),
        error: None,
        detail: None,
    };
    let steps = plan.steps.iter();
    steps.map(|step| (step.step.id, record(step))).collect()
}

/// A run that swaps, redefines, creates, retires and alters; the world after it.
fn after() -> (World, Plan) {
    let mut world = World::new();
    let mut a = swapped(&mut world, "marts.a", MaterializedView);
    if let How::Swap {
        new,
        old: Some(old),
    } = &mut a
    {
        let index = index(new, "a_key");
        new.dress.indexes.push(index);
        let to = old.generation.name("a_key", Some(63));
        old.indexes.push((name("marts.a_key"), to));
    }
    world.decide("marts.a", &[], a);
    let v = redefined(&mut world, "marts.v");
    world.decide("marts.v", &["marts.a"], v);
    let mut x = swapped(&mut world, "bi.x", View);
    if let How::Swap { old: Some(old), .. } = &mut x {
        old.recorded = None;
        old.marker = None;
    }
    world.decide("bi.x", &["marts.v"], x).own = Own::External { project: None };
    let mut made = created("marts.made", MaterializedView);
    if let How::Create(new) = &mut made {
        let index = index(new, "made_key");
        new.dress.indexes.push(index);
    }
    world.decide("marts.made", &[], made);
    world.decide("marts.upper", &["marts.made"], created("marts.upper", View));
    world.decide("marts.t", &[], created("marts.t", Table));
    let gone = old(&mut world, "marts.gone", View);
    world.decide("marts.gone", &[], How::Retire { old: gone });
    let generation = world.live("marts.altered", MaterializedView).generation;
    let verbatim = |undo: Option<&str>| Deed::Verbatim {
        sql: "do".to_owned(),
        undo: undo.map(str::to_owned),
    };
    let alter = How::Alter {
        deeds: vec![verbatim(Some("undo")), verbatim(None)],
        generation: Some(generation.clone()),
        new_generation: generation,
    };
    world.decide("marts.altered", &[], alter);
    let plan = world.plan();
    world.hear(&plan);
    (world, plan)
}

/// The target of [`after`] with its indexes.
fn with_all_indexes(observed: Observed) -> Observed {
    let old = Generation::new(&earlier(), &name("marts.a"));
    let old_index = old.name("a_key", Some(63));
    let retired = away(&earlier(), "marts.a").to_string();
    let indexes = [
        ("marts.a", "a_key"),
        (retired.as_str(), old_index.as_str()),
        ("marts.made", "made_key"),
    ];
    with_indexes(observed, &indexes)
}

fn with_indexes(mut observed: Observed, indexes: &[(&str, &str)]) -> Observed {
    let index = || crate::model::observed::index::Index {
        definition: String::new(),
        unique: true,
        valid: true,
        primary: false,
        constraint: None,
        clustered: false,
        replica_identity: false,
        concurrent_refresh: true,
        comment: None,
        tablespace: None,
    };
    for (relation, key) in indexes {
        let relation = observed.relations.get_mut(&name(relation)).unwrap();
        relation.indexes.insert((*key).to_owned(), index());
    }
    observed
}

pub(super) fn back(world: &World, plan: &Plan, observed: &Observed) -> Result<Plan, Vec<Obstacle>> {
    let steps = done(plan);
    let past = PastRun {
        plan,
        steps: &steps,
        rollbacks: &BTreeSet::new(),
    };
    let run = RunId::new(1_800_000_000_000, 1);
    let mut frame = world.frame();
    frame.run = &run;
    rollback(past, observed, &frame)
}

fn obstacles(world: &World, plan: &Plan, observed: &Observed) -> Vec<(ObstacleKind, String)> {
    let obstacles = back(world, plan, observed).unwrap_err();
    obstacles
        .into_iter()
        .map(|obstacle| {
            let refusal = obstacle.refusal;
            (
                obstacle.kind,
                format!("{}: {}", refusal.object, refusal.text),
            )
        })
        .collect()
}

#[test]
fn rollback_gives_every_name_back() {
    let (world, plan) = after();
    let back = back(&world, &plan, &with_all_indexes(observed(&world))).unwrap();
    assert_eq!(back.kind, RunKind::Rollback);
    assert!(back.hazards.is_empty());
    let notes: Vec<&str> = back.notes.iter().map(|note| note.text.as_str()).collect();
    assert_eq!(
        notes,
        [
            "it stays: it may hold rows that are nowhere else",
            "what this did stays: do",
            "rows of 2 objects are as of their last refresh"
        ]
    );
    golden(
        &back,
        r#"
        1 cutover of 4 objects: bi.x, marts.a, marts.gone, marts.v
            rename index marts.a_key to a_key__NEW
            rename index marts.a_key__OLD to a_key
            unmark bi.x__OLD
            mark bi.x dormer:v1:NEW:
            rename marts.gone__OLD to gone
            rename bi.x to x__NEW
            rename marts.v to v__4dx3dggr
            rename marts.v__4dx3dggr to v
            rename marts.a to a__NEW
            rename marts.a__OLD to a
            rename bi.x__OLD to x
            redefine marts.v as old query
          > marts.gone OLD now live as gone
          > marts.a OLD now live as a
          > marts.a NEW now retired as a__NEW
          > bi.x OLD now live as x
          > bi.x NEW now retired as x__NEW
          > marts.v declared earlier
        2 retire marts.upper, marts.made after 1
            rename index marts.made_key to made_key__NEW
            rename marts.upper to upper__NEW
            rename marts.made to made__NEW
          > marts.upper NEW now retired as upper__NEW
          > marts.made NEW now retired as made__NEW
        3 alter marts.altered after 2
            undo
          > marts.altered declared earlier
        4 settle run 3hrqx00007 as taken back after 3
          > bi.x OLD settled
          > marts.v OLD settled
          > run 3hrqx00007 rolled-back
        "#,
    );
}

/// A view that reads what another step took the name from.
#[test]
fn query_that_comes_back_finds_every_name() {
    let mut world = World::new();
    world.decide("new.a", &[], created("new.a", View));
    let a = old(&mut world, "marts.a", View);
    world.decide("marts.a", &[], How::Retire { old: a });
    let mut c = created("marts.c", MaterializedView);
    if let How::Create(new) = &mut c {
        let index = index(new, "key");
        new.dress.indexes.push(index);
    }
    world.decide("marts.c", &[], c);
    let mut gone = old(&mut world, "marts.gone", MaterializedView);
    let old_index = gone.generation.name("key", Some(63));
    gone.indexes.push((name("marts.key"), old_index.clone()));
    world.decide("marts.gone", &[], How::Retire { old: gone });
    let b = redefined(&mut world, "marts.b");
    world.decide("marts.b", &["new.a"], b);
    let plan = world.plan();
    world.hear(&plan);
    let mut seen = with_indexes(
        observed(&world),
        &[("marts.c", "key"), ("marts.c", &old_index)],
    );
    reads(&mut seen, Reader::Relation(name("marts.b")), &name("new.a"));
    golden(
        &back(&world, &plan, &seen).unwrap(),
        r#"
        1 cutover of 3 objects: marts.a, marts.b, marts.gone
            rename index marts.key to key__NEW
            rename index marts.key__OLD to key
            rename marts.gone__OLD to gone
            rename marts.a__OLD to a
            rename marts.b to b__1g7aj047
            rename marts.b__1g7aj047 to b
            redefine marts.b as old query
          > marts.gone OLD now live as gone
          > marts.a OLD now live as a
          > marts.b declared earlier
        2 retire new.a, marts.c after 1
            rename new.a to a__NEW
            rename marts.c to c__NEW
          > new.a NEW now retired as a__NEW
          > marts.c NEW now retired as c__NEW
        3 settle run 3hrqx00007 as taken back after 2
          > marts.b OLD settled
          > run 3hrqx00007 rolled-back
        "#,
    );
}

#[test]
fn rollback_never_drops() {
    let (world, plan) = after();
    let back = back(&world, &plan, &with_all_indexes(observed(&world))).unwrap();
    let deeds = back.steps.iter().flat_map(|step| &step.step.deeds);
    assert_eq!(
        deeds
            .filter(|deed| matches!(deed, Deed::Drop { .. }))
            .count(),
        0
    );
}

#[test]
fn rollback_of_a_rollback_is_the_run_again() {
    let (mut world, plan) = after();
    let first = back(&world, &plan, &with_all_indexes(observed(&world))).unwrap();
    world.hear(&first);
    for name in [name("marts.a"), name("marts.made"), name("bi.x")] {
        let live = world.journal.live(&name).map(|live| live.run.clone());
        assert_eq!(live, (*name.name != *"made").then(earlier_or_run(&name)));
    }
    let second = back(&world, &first, &observed(&world)).unwrap();
    world.hear(&second);
    for object in ["marts.a", "marts.made", "marts.upper", "bi.x"] {
        let live = world.journal.live(&name(object)).unwrap();
        assert_eq!(live.generation, Generation::new(&run(), &name(object)));
        assert_eq!(live.physical, *name(object).name);
    }
    assert_eq!(
        world.journal.live(&name("marts.v")).unwrap().fingerprint,
        "now"
    );
}

/// An external is written down by the run that carries it.
fn earlier_or_run(name: &ObjectName) -> impl Fn() -> RunId {
    let external = *name.schema == *"bi";
    move || if external { run() } else { earlier() }
}

#[test]
fn only_what_was_done_is_taken_back() {
    let (world, plan) = after();
    let steps = done(&plan)
        .into_iter()
        .filter(|(_, step)| step.kind == StepKind::Alter)
        .collect();
    let past = PastRun {
        plan: &plan,
        steps: &steps,
        rollbacks: &BTreeSet::new(),
    };
    let back = rollback(past, &observed(&world), &world.frame()).unwrap();
    golden(
        &back,
        r#"
        1 alter marts.altered
            undo
          > marts.altered declared earlier
        2 settle run 3hrqx00007 as taken back after 1
          > run 3hrqx00007 rolled-back
        "#,
    );
}

#[test]
fn later_runs_stand_in_the_way() {
    let (mut world, plan) = after();
    let later = RunId::new(1_750_000_000_000, 0);
    let mut record = world.journal.live(&name("marts.a")).unwrap().clone();
    let key = (record.name.clone(), record.generation.clone());
    world.journal.objects.get_mut(&key).unwrap().state = ObjectState::Retired;
    record.generation = Generation::new(&later, &record.name);
    record.run = later.clone();
    world.remember(record);
    let altered = name("marts.altered");
    let generation = world.journal.live(&altered).unwrap().generation.clone();
    let altered = world
        .journal
        .objects
        .get_mut(&(altered, generation))
        .unwrap();
    altered.fingerprint = "later".to_owned();
    let given = obstacles(&world, &plan, &observed(&world));
    assert_eq!(
        given,
        [
            (
                ObstacleKind::Later,
                format!("marts.a: run {later} changed it later")
            ),
            (
                ObstacleKind::Later,
                "marts.altered: a later run declared it anew".to_owned()
            )
        ]
    );
    let hint = back(&world, &plan, &observed(&world)).unwrap_err();
    let hint = hint[0].refusal.hint.clone().unwrap();
    assert_eq!(hint, format!("dormer rollback {} --through", run()));
}

#[test]
fn what_is_kept_no_more_does_not_come_back() {
    let (world, plan) = after();
    let mut seen = observed(&world);
    let old = away(&earlier(), "marts.a");
    seen.relations.remove(&old);
    assert_eq!(
        obstacles(&world, &plan, &seen),
        [(
            ObstacleKind::KeptNoMore,
            format!("marts.a: the generation before, {old}, is kept no more")
        )]
    );
}

#[test]
fn what_somebody_made_anew_under_its_name_does_not_come_back() {
    let (world, plan) = after();
    let old = away(&earlier(), "marts.a");
    for marker in [None, Some("dormer:shop:somebody".to_owned())] {
        let mut seen = observed(&world);
        seen.relations.get_mut(&old).unwrap().marker = marker;
        let found = obstacles(&world, &plan, &seen);
        let text =
            format!("marts.a: {old} is not the generation before any more: somebody made it anew");
        assert_eq!(found, [(ObstacleKind::KeptNoMore, text)]);
    }
}

#[test]
fn readers_of_what_was_created_are_named() {
    let (world, plan) = after();
    let mut seen = observed(&world);
    let made = name("marts.made");
    reads(&mut seen, Reader::Relation(name("marts.upper")), &made);
    reads(&mut seen, Reader::Relation(name("bi.report")), &made);
    reads(&mut seen, function("bi.top"), &made);
    assert_eq!(
        obstacles(&world, &plan, &seen),
        [
            (
                ObstacleKind::Read,
                "marts.made: bi.report reads it".to_owned()
            ),
            (
                ObstacleKind::Read,
                "marts.made: function bi.top() reads it".to_owned()
            )
        ]
    );
}

#[test]
fn readers_of_what_is_swapped_back_are_a_hazard() {
    let (world, plan) = after();
    let mut seen = observed(&world);
    reads(
        &mut seen,
        Reader::Relation(name("bi.report")),
        &name("marts.a"),
    );
    reads(
        &mut seen,
        Reader::Relation(name("marts.v")),
        &name("marts.a"),
    );
    let back = back(&world, &plan, &seen).unwrap();
    assert_eq!(back.hazards.len(), 1);
    assert!(back.hazards[0].text.starts_with("bi.report reads"));
}

#[test]
fn what_somebody_did_since_is_a_hazard() {
    let (mut world, plan) = after();
    let mut live = world.journal.live(&name("marts.v")).unwrap().clone();
    live.observed = Some("SELECT 1".to_owned());
    world.remember(live);
    let mut seen = with_all_indexes(observed(&world));
    let view = seen.relations.get_mut(&name("marts.v")).unwrap();
    view.definition = Some(" SELECT\n 1;".to_owned());
    assert!(back(&world, &plan, &seen).unwrap().hazards.is_empty());
    let view = seen.relations.get_mut(&name("marts.v")).unwrap();
    view.definition = Some("SELECT 2".to_owned());
    let mut seen = with_indexes(seen, &[("marts.a", "by_hand")]);
    let a = seen.relations.get_mut(&name("marts.a")).unwrap();
    let grant = crate::model::observed::grant::Grant {
        holder: crate::model::observed::grant::Holder::Public,
        privilege: "SELECT".to_owned(),
        grantor: "shop".to_owned(),
        grantable: false,
    };
    a.grants = crate::model::observed::grant::Grants::Listed([grant].into());
    let back = back(&world, &plan, &seen).unwrap();
    let told: Vec<&str> = back.hazards.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(
        told.iter()
            .any(|text| text.starts_with("somebody gave it another query"))
    );
    assert!(
        told.iter()
            .any(|text| text.starts_with("index by_hand was made"))
    );
}

#[test]
fn target_that_differs_from_the_journal_is_told() {
    let (world, plan) = after();
    let mut seen = observed(&world);
    let strange = Generation::new(&RunId::new(1_710_000_000_000, 0), &name("s.s"));
    seen.relations
        .insert(name("marts.a"), relation(MaterializedView, Some(&strange)));
    seen.relations.remove(&name("marts.upper"));
    seen.relations
        .insert(name("marts.gone"), relation(View, None));
    assert_eq!(
        obstacles(&world, &plan, &seen),
        [
            (
                ObstacleKind::Changed,
                "marts.a: another relation than the journal knows has its name".to_owned()
            ),
            (
                ObstacleKind::Changed,
                "marts.gone: somebody else has its name now".to_owned()
            ),
            (
                ObstacleKind::Changed,
                "marts.upper: it is not there any more".to_owned()
            )
        ]
    );
}

#[test]
fn view_that_grew_does_not_go_back() {
    let mut world = World::new();
    let mut v = redefined(&mut world, "marts.v");
    if let How::Redefine { before, .. } = &mut v {
        **before = Form::Captured(Captured {
            columns: Vec::new(),
            query: "old".to_owned(),
            options: BTreeMap::new(),
            tablespace: None,
            access_method: None,
        });
    }
    world.decide("marts.v", &[], v);
    let plan = world.plan();
    world.hear(&plan);
    assert_eq!(
        obstacles(&world, &plan, &observed(&world)),
        [(
            ObstacleKind::Grown,
            "marts.v: it got columns, and a view cannot lose them again".to_owned()
        )]
    );
}

/// A function that the run bound anew, as it is in the target now.
fn with_function(now: Option<&str>) -> Result<Plan, Vec<Obstacle>> {
    let mut world = World::new();
    let swap = swapped(&mut world, "marts.a", MaterializedView);
    world.decide("marts.a", &[], swap);
    world.decisions.rebinds.push(crate::plan::decision::Rebind {
        what: "function bi.top()".to_owned(),
        on: vec![name("marts.a")],
        deed: Deed::Rebind {
            what: "function bi.top()".to_owned(),
            sql: "CREATE top".to_owned(),
            before: "CREATE top".to_owned(),
        },
    });
    let plan = world.plan();
    world.hear(&plan);
    let mut seen = observed(&world);
    if let Some(now) = now {
        let reader = function("bi.top");
        if let Reader::Function(of) = &reader {
            let told = crate::model::observed::Function {
                owner: "shop".to_owned(),
                ownership: crate::model::observed::relation::Ownership::Held,
                body: crate::model::observed::Body::Bound,
                definition: Some(now.to_owned()),
                settings: BTreeMap::new(),
                comment: None,
                extension: None,
                grants: crate::model::observed::grant::Grants::Default,
            };
            seen.functions.insert(of.clone(), told);
        }
        reads(&mut seen, reader, &name("marts.a"));
    }
    back(&world, &plan, &seen)
}

#[test]
fn what_somebody_changed_since_is_not_bound_back() {
    let plan = with_function(Some("CREATE top")).unwrap();
    let text = render(&plan);
    assert!(
        text.contains("rebind function bi.top(): CREATE top"),
        "{text}"
    );
    assert!(plan.hazards.is_empty());
    let note = "function bi.top() is not as run";
    let plan = with_function(Some("CREATE another")).unwrap();
    let text = render(&plan);
    assert!(!text.contains("rebind"), "{text}");
    assert!(plan.notes.iter().any(|one| one.text.starts_with(note)));
    assert!(
        plan.hazards
            .iter()
            .any(|hazard| hazard.text.contains("stays on it"))
    );
    let plan = with_function(None).unwrap();
    assert!(!render(&plan).contains("rebind"));
    assert!(plan.notes.iter().any(|one| one.text.starts_with(note)));
}

#[test]
fn what_was_made_by_hand_gets_the_marker_of_its_generation() {
    let mut world = World::new();
    let swap = swapped(&mut world, "marts.a", MaterializedView);
    world.decide("marts.a", &[], swap);
    let plan = world.plan();
    world.hear(&plan);
    let mut seen = observed(&world);
    seen.relations.get_mut(&name("marts.a")).unwrap().marker = None;
    let text = render(&back(&world, &plan, &seen).unwrap());
    assert!(
        text.contains("mark marts.a__NEW dormer:v1:NEW:shop"),
        "{text}"
    );
}
