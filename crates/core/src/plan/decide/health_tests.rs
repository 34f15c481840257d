//! Journal, markers and target held against each other, on the small targets of decisions.

use super::fixture::{World, name};
use crate::engine::journal::{Journal, ObjectState, Record, RunKind, RunRecord, RunState};
use crate::engine::lease::Life;
use crate::engine::session::{Health, SchemaRights, Weight};
use crate::engine::step::Deed;
use crate::engine::{Generation, Marker, RunId};
use crate::model::name::ObjectName;
use crate::model::observed::relation::Ownership;
use crate::plan::health::{self, Cure, Finding};
use crate::plan::rehearsal::{Rehearsal, of_what_stands};
use crate::plan::sequence::Frame;
use crate::plan::{Plan, PlanLimits};

const DAILY: &str = "CREATE MATERIALIZED VIEW marts.daily AS SELECT id FROM sub.orders";

fn marker(generation: &Generation) -> Option<String> {
    let marker = Marker {
        project: "shop".to_owned(),
        generation: generation.clone(),
        after: None,
    };
    Some(marker.to_string())
}

/// The marker of a generation that took the name of another one.
fn after(generation: &Generation, before: &Generation) -> Option<String> {
    let marker = Marker {
        project: "shop".to_owned(),
        generation: generation.clone(),
        after: Some(before.clone()),
    };
    Some(marker.to_string())
}

/// The generation that is kept.
fn kept() -> Generation {
    Generation::new(&RunId::new(1_500_000_000_000, 7), &name("marts.daily"))
}

/// A materialized view that is applied and marked, with one generation kept.
fn world() -> World {
    let mut world = World::new();
    world.applied(DAILY, "id integer");
    world.files(DAILY);
    let live = world.earlier(&name("marts.daily"));
    let daily = world.observed.relations.get_mut(&name("marts.daily"));
    daily.unwrap().marker = after(&live, &kept());
    let kept = world.retired("marts.daily", "sub.orders");
    let before = RunId::new(1_500_000_000_000, 7);
    let old = Generation::new(&before, &name("marts.daily"));
    world.observed.relations.get_mut(&kept).unwrap().marker = marker(&old);
    world
}

fn found(world: &World, journal: bool) -> Vec<Finding> {
    world.with(|input| {
        let questions = of_what_stands(input);
        let answers = questions.iter().map(|one| world.answer(one)).collect();
        let rehearsal = Rehearsal::of(questions, answers);
        health::journal(input, &rehearsal, journal.then_some(&world.journal))
    })
}

fn plan(world: &World, findings: &[Finding]) -> Plan {
    framed(world, |frame| {
        health::plan(findings, &world.observed, frame)
    })
}

fn framed<T>(world: &World, work: impl FnOnce(&Frame<'_>) -> T) -> T {
    world.with(|input| {
        work(&Frame {
            tool: "0.1.0",
            project: "shop",
            target: &input.project.target.name.0,
            engine: input.engine,
            engine_text: "pseudo 1",
            run: input.run,
            kind: RunKind::Mend,
            journal: input.journal,
            limits: PlanLimits::default(),
        })
    })
}

fn problems(findings: &[Finding]) -> Vec<&Finding> {
    let problems = findings.iter();
    problems
        .filter(|finding| finding.weight == Weight::Problem)
        .collect()
}

fn mendings(findings: &[Finding]) -> Vec<String> {
    let cures = findings.iter().map(|finding| &finding.cure);
    cures
        .filter_map(|cure| match cure {
            Cure::Mend(mending) => Some(mending.words()),
            _ => None,
        })
        .collect()
}

/// Does to the world what a mend says.
fn mended(world: &mut World, plan: &Plan) {
    for step in &plan.steps {
        for deed in &step.step.deeds {
            let Deed::Mark {
                relation, marker, ..
            } = deed
            else {
                panic!("a mend does {deed:?}");
            };
            let relation = world.observed.relations.get_mut(&relation.name).unwrap();
            relation.marker = marker.as_ref().map(ToString::to_string);
        }
        for record in &step.step.records {
            match record {
                Record::Object(record) => {
                    let key = (record.name.clone(), record.generation.clone());
                    world.journal.objects.insert(key, (**record).clone());
                }
                Record::Moved {
                    name,
                    generation,
                    state,
                    physical,
                } => {
                    let key = (name.clone(), generation.clone());
                    let record = world.journal.objects.get_mut(&key).unwrap();
                    record.state = *state;
                    record.physical.clone_from(physical);
                }
                Record::Settled { .. } => {}
                other => panic!("a mend writes {other:?}"),
            }
        }
    }
}

#[test]
fn what_agrees_is_said_once() {
    let world = world();
    let found = found(&world, true);
    assert!(problems(&found).is_empty(), "{found:?}");
    assert!(
        found
            .iter()
            .any(|finding| finding.what == "journal, markers and target agree on 1 object")
    );
    assert!(mendings(&found).is_empty());
    let held = found
        .iter()
        .find(|finding| finding.why.contains("sub.orders"));
    assert!(held.unwrap().what.starts_with("1 retired generation kept"));
}

#[test]
fn a_lost_journal_is_written_again_from_markers_and_files() {
    let mut world = world();
    let before = std::mem::take(&mut world.journal);
    let found = found(&world, false);
    assert_eq!(problems(&found).len(), 3, "{found:?}");
    let plan = plan(&world, &found);
    assert!(plan.steps.iter().all(|step| step.step.deeds.is_empty()));
    mended(&mut world, &plan);
    for (key, was) in &before.objects {
        let now = &world.journal.objects[key];
        assert_eq!(now.state, was.state);
        assert_eq!(now.physical, was.physical);
    }
    let live = before.live(&name("marts.daily")).unwrap();
    let now = world.journal.live(&name("marts.daily")).unwrap();
    assert_eq!(now.fingerprint, live.fingerprint);
    assert_eq!(now.declared, live.declared);
    assert!(problems(&self::found(&world, true)).is_empty());
    assert_eq!(world.told(&world.decide()), "");
}

#[test]
fn the_cutover_that_nobody_wrote_down_can_be_taken_back() {
    let mut world = world();
    world.journal = Journal::default();
    let mend = plan(&world, &found(&world, false));
    let history = framed(&world, |frame| {
        health::history(&mend, &world.observed, frame)
    });
    let (past, steps) = history.unwrap();
    assert_eq!(steps.len(), 1);
    let renames: Vec<String> = past.steps[0]
        .step
        .deeds
        .iter()
        .filter_map(|deed| match deed {
            Deed::Rename { relation, to } => Some(format!("{} to {to}", relation.name.name)),
            _ => None,
        })
        .collect();
    let live = world.earlier(&name("marts.daily"));
    let before = RunId::new(1_500_000_000_000, 7);
    let old = Generation::new(&before, &name("marts.daily"));
    assert_eq!(
        renames,
        [
            format!("daily to daily__{old}"),
            format!("daily__{live} to daily")
        ]
    );
    // Of two that are kept, the marker tells which was the last.
    let mut two = self::world();
    let third = aside(&mut two, None);
    two.journal = Journal::default();
    let mend = plan(&two, &found(&two, false));
    let history = framed(&two, |frame| health::history(&mend, &two.observed, frame));
    let deeds = format!("{:?}", history.unwrap().0.steps);
    assert!(!deeds.contains(&*third.name), "{deeds}");
}

/// Another generation beside, as a run builds it after another one, or the first one.
fn aside(world: &mut World, before: Option<&Generation>) -> ObjectName {
    let third = Generation::new(&RunId::new(1_610_000_000_000, 7), &name("marts.daily"));
    let physical = third.relation(&name("marts.daily"), Some(63));
    let sql = format!("CREATE MATERIALIZED VIEW {physical} AS SELECT id FROM sub.orders");
    world.external(&sql, "id integer").marker =
        before.map_or_else(|| marker(&third), |before| after(&third, before));
    physical
}

#[test]
fn what_nothing_proves_to_have_been_live_is_a_shadow_and_no_way_back() {
    let mut world = world();
    // An apply died: its shadow is filled, and came after what is live.
    world
        .observed
        .relations
        .remove(&kept().relation(&name("marts.daily"), Some(63)));
    let live = world.earlier(&name("marts.daily"));
    let shadow = aside(&mut world, Some(&live));
    world.journal = Journal::default();
    let lost = found(&world, false);
    assert!(
        mendings(&lost).contains(&format!("write down that {} is a shadow", shadow.name)),
        "{lost:?}"
    );
    let mend = plan(&world, &lost);
    assert!(
        framed(&world, |frame| health::history(
            &mend,
            &world.observed,
            frame
        ))
        .is_none()
    );
    mended(&mut world, &mend);
    let left = found(&world, true);
    assert!(problems(&left).is_empty(), "{left:?}");
    assert!(
        left.iter()
            .any(|finding| finding.what.starts_with("1 shadow of runs"))
    );
    // One without rows never had the name, whatever a marker says.
    let mut empty = self::world();
    let old = kept().relation(&name("marts.daily"), Some(63));
    empty.observed.relations.get_mut(&old).unwrap().populated = false;
    empty.journal = Journal::default();
    let mend = plan(&empty, &found(&empty, false));
    assert!(
        framed(&empty, |frame| health::history(
            &mend,
            &empty.observed,
            frame
        ))
        .is_none()
    );
}

#[test]
fn a_shadow_of_a_run_that_did_not_end_is_written_down_as_its_own() {
    let mut world = world();
    let live = world.earlier(&name("marts.daily"));
    let shadow = aside(&mut world, Some(&live));
    let dead = RunId::new(1_610_000_000_000, 7);
    world.journal.unfinished.push(RunRecord {
        run: dead.clone(),
        kind: RunKind::Apply,
        project: "shop".to_owned(),
        state: RunState::Stopped,
        who: "anna".to_owned(),
        host: "laptop".to_owned(),
        tool: "0.1.0".to_owned(),
        started: 0,
        ended: None,
        summary: String::new(),
        error: None,
        session: None,
    });
    let mend = plan(&world, &found(&world, true));
    mended(&mut world, &mend);
    let public = name("marts.daily");
    let mut records = world.journal.of(&public);
    let record = records
        .find(|record| *record.physical == *shadow.name)
        .unwrap();
    assert_eq!(record.state, ObjectState::Shadow);
    assert_eq!(record.run, dead);
}

#[test]
fn names_that_were_swapped_by_hand_are_swapped_in_the_journal_and_a_taken_name_is_refused() {
    let mut world = world();
    let public = name("marts.daily");
    let aside = kept().relation(&public, Some(63));
    let live = world.observed.relations.remove(&public).unwrap();
    let old = world.observed.relations.remove(&aside).unwrap();
    world.observed.relations.insert(public.clone(), old);
    world.observed.relations.insert(aside.clone(), live);
    let mend = plan(&world, &found(&world, true));
    mended(&mut world, &mend);
    assert_eq!(world.journal.live(&public).unwrap().generation, kept());
    let was = &world.journal.objects[&(public.clone(), world.earlier(&public))];
    assert_eq!(was.state, ObjectState::Retired);
    assert_eq!(was.physical, *aside.name);
    let again = found(&world, true);
    assert!(mendings(&again).is_empty(), "{again:?}");
    // What is live now would be kept under the name that the other one has.
    world.files("CREATE MATERIALIZED VIEW marts.daily AS SELECT id + 1 AS id FROM sub.orders");
    let told = world.told(&world.decide());
    assert!(told.contains("something has that name"), "{told}");
    // Under the name of its own generation, the journal learns of it, and the plan goes.
    let own = world.earlier(&public).relation(&public, Some(63));
    let live = world.observed.relations.remove(&aside).unwrap();
    world.observed.relations.insert(own, live);
    let mend = plan(&world, &found(&world, true));
    mended(&mut world, &mend);
    assert!(mendings(&found(&world, true)).is_empty());
    let told = world.told(&world.decide());
    assert!(!told.contains("something has that name"), "{told}");
}

#[test]
fn a_view_on_a_new_column_stays_where_it_is() {
    let mut world = world();
    let more = "CREATE MATERIALIZED VIEW marts.daily AS SELECT id, 1 AS more FROM sub.orders";
    let live = world.earlier(&name("marts.daily"));
    world.applied(more, "id integer, more integer").marker = after(&live, &kept());
    world.files(more);
    world.external(
        "CREATE VIEW bi.fits AS SELECT id FROM marts.daily",
        "id integer",
    );
    world.external(
        "CREATE VIEW bi.new AS SELECT more FROM marts.daily",
        "more integer",
    );
    let reads = |world: &mut World, of: &str, column: &str| {
        let reader = crate::model::observed::dependency::Reader::Relation(name(of));
        let reads = world.observed.dependencies.get_mut(&reader).unwrap();
        for columns in reads.values_mut() {
            *columns = [column.to_owned()].into();
        }
    };
    reads(&mut world, "bi.fits", "id");
    reads(&mut world, "bi.new", "more");
    world.journal = Journal::default();
    let mend = plan(&world, &found(&world, false));
    let (past, _) = framed(&world, |frame| {
        health::history(&mend, &world.observed, frame)
    })
    .unwrap();
    let deeds = past.steps.iter().flat_map(|planned| &planned.step.deeds);
    let views: Vec<String> = deeds
        .filter_map(|deed| match deed {
            Deed::Redefine { relation, .. } => Some(relation.name.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(views, ["bi.fits"]);
}

#[test]
fn wiped_markers_are_written_again() {
    let mut world = world();
    for relation in world.observed.relations.values_mut() {
        relation.marker = None;
    }
    let found = found(&world, true);
    assert_eq!(mendings(&found).len(), 2, "{found:?}");
    let plan = plan(&world, &found);
    assert!(plan.steps.iter().all(|step| step.step.records.is_empty()));
    mended(&mut world, &plan);
    assert!(problems(&self::found(&world, true)).is_empty());
}

#[test]
fn what_somebody_made_anew_gets_no_marker_of_ours() {
    let mut world = world();
    let daily = world
        .observed
        .relations
        .get_mut(&name("marts.daily"))
        .unwrap();
    daily.marker = None;
    daily.definition = Some("SELECT 1 AS id".to_owned());
    let found = found(&world, true);
    assert!(mendings(&found).is_empty(), "{found:?}");
    assert_eq!(problems(&found)[0].cure, Cure::Command("plan".to_owned()));
}

#[test]
fn markers_of_somebody_else_are_not_written() {
    let mut world = world();
    let daily = world
        .observed
        .relations
        .get_mut(&name("marts.daily"))
        .unwrap();
    daily.marker = None;
    daily.ownership = Ownership::Foreign;
    assert!(mendings(&found(&world, true)).is_empty());
}

#[test]
fn what_is_gone_is_told_by_what_it_was() {
    let mut world = world();
    let before = RunId::new(1_500_000_000_000, 7);
    let old = Generation::new(&before, &name("marts.daily"));
    let kept = old.relation(&name("marts.daily"), Some(63));
    world.observed.relations.remove(&kept);
    let gone = found(&world, true);
    assert_eq!(
        mendings(&gone),
        [format!("write down that {} is gone", kept.name)]
    );
    world.observed.relations.remove(&name("marts.daily"));
    let both = found(&world, true);
    assert_eq!(problems(&both)[0].cure, Cure::Command("apply".to_owned()));
    assert_eq!(mendings(&both).len(), 1);
}

#[test]
fn a_name_that_was_changed_by_hand_is_found_by_its_marker() {
    let mut world = world();
    let daily = world.observed.relations.remove(&name("marts.daily"));
    world
        .observed
        .relations
        .insert(name("marts.tagesumsatz"), daily.unwrap());
    let found = found(&world, true);
    let renamed = problems(&found)[0];
    assert_eq!(renamed.what, "daily is called marts.tagesumsatz now");
    assert!(mendings(&found).is_empty());
}

#[test]
fn the_target_is_right_about_generations() {
    let mut world = world();
    let newer = Generation::new(&RunId::new(1_650_000_000_000, 7), &name("marts.daily"));
    let daily = world
        .observed
        .relations
        .get_mut(&name("marts.daily"))
        .unwrap();
    daily.marker = marker(&newer);
    let found = found(&world, true);
    let plan = plan(&world, &found);
    mended(&mut world, &plan);
    let live = world.journal.live(&name("marts.daily")).unwrap();
    assert_eq!(live.generation, newer);
    let old = world.earlier(&name("marts.daily"));
    let old = &world.journal.objects[&(name("marts.daily"), old)];
    assert_eq!(old.state, ObjectState::Dropped);
    assert!(problems(&self::found(&world, true)).is_empty());
}

#[test]
fn an_object_of_two_projects_is_nobodys_to_mend() {
    let mut world = world();
    let daily = world
        .observed
        .relations
        .get_mut(&name("marts.daily"))
        .unwrap();
    daily.marker = Some("dormer:v1:aaaaaaaa:other".to_owned());
    let found = found(&world, true);
    assert!(
        problems(&found)[0]
            .what
            .contains("a marker of project other")
    );
    assert!(mendings(&found).is_empty());
}

#[test]
fn runs_that_nobody_works_on_are_told() {
    let mut world = world();
    let run = |session| RunRecord {
        run: RunId::new(1_690_000_000_000, 7),
        kind: RunKind::Apply,
        project: "shop".to_owned(),
        state: RunState::Running,
        who: "anna".to_owned(),
        host: "vm".to_owned(),
        tool: "0.1.0".to_owned(),
        started: 0,
        ended: None,
        summary: String::new(),
        error: None,
        session: Some(session),
    };
    world.journal.unfinished = vec![run(Life::Dead)];
    let dead = found(&world, true);
    let cure = &problems(&dead)[0].cure;
    assert!(matches!(cure, Cure::Command(words) if words.starts_with("apply --resume ")));
    world.journal.unfinished = vec![run(Life::Alive)];
    assert!(problems(&found(&world, true)).is_empty());
}

#[test]
fn missing_rights_are_told_with_what_gives_them() {
    let mut world = world();
    let daily = world
        .observed
        .relations
        .get_mut(&name("marts.daily"))
        .unwrap();
    daily.ownership = Ownership::Foreign;
    daily.owner = "bob".to_owned();
    let there = SchemaRights::There {
        owner: "bob".to_owned(),
        usage: true,
        create: false,
    };
    let schemas = [("marts", there), ("later", SchemaRights::Missing)];
    let health = Health {
        schemas: schemas
            .map(|(schema, rights)| (schema.to_owned(), rights))
            .into(),
        ..Health::default()
    };
    let found = world.with(|input| health::rights(input, &health));
    let cures: Vec<&Cure> = problems(&found).into_iter().map(|one| &one.cure).collect();
    let statements = [
        "CREATE SCHEMA later AUTHORIZATION deployer",
        "GRANT CREATE ON SCHEMA marts TO deployer",
        "GRANT bob TO deployer",
    ];
    let statements = statements.map(|sql| Cure::Statement(sql.to_owned()));
    assert_eq!(cures, statements.iter().collect::<Vec<_>>());
}

#[test]
fn clocks_may_differ_by_seconds() {
    let health = Health {
        now_ms: 100_000,
        ..Health::default()
    };
    assert_eq!(health::clock(&health, 104_000).weight, Weight::Fine);
    let behind = health::clock(&health, 160_000);
    assert_eq!(behind.weight, Weight::Problem);
    assert_eq!(
        behind.what,
        "the clock of the target is 60 s behind the one here"
    );
}
