//! What is adopted and what is not, on the small targets of decisions.

use std::collections::BTreeMap;

use super::fixture::{World, name};
use crate::engine::journal::{Journal, ObjectRecord, ObjectState, Record, RunKind};
use crate::engine::session::Rehearsed;
use crate::engine::step::Deed;
use crate::engine::{EngineError, ErrorKind};
use crate::model::observed::relation::{Ownership, RelationKind};
use crate::plan::adopt::{self, Accept, Found, State};
use crate::plan::change::Action;
use crate::plan::rehearsal::{Rehearsal, of_what_stands};
use crate::plan::sequence::Frame;
use crate::plan::{Plan, PlanLimits};

const TOTALS: &str = "CREATE VIEW marts.totals AS SELECT sum(net) AS net FROM sub.orders";

fn found(world: &World, accept: Option<Accept>) -> (Vec<Found>, Plan) {
    world.with(|input| {
        let questions = of_what_stands(input);
        let answers = questions.iter().map(|one| world.answer(one)).collect();
        let rehearsal = Rehearsal::of(questions, answers);
        let found = adopt::examine(input, &rehearsal, accept);
        let frame = Frame {
            tool: "0.1.0",
            project: &input.project.name,
            target: &input.project.target.name.0,
            engine: input.engine,
            engine_text: "pseudo 1",
            run: input.run,
            kind: RunKind::Adopt,
            journal: input.journal,
            limits: PlanLimits::default(),
        };
        let plan = adopt::plan(&found, input.observed, &frame);
        (found, plan)
    })
}

fn states(world: &World, accept: Option<Accept>) -> BTreeMap<String, &'static str> {
    let (found, _) = found(world, accept);
    let states = found.iter();
    states
        .map(|found| (found.object.to_string(), found.state.as_str()))
        .collect()
}

fn only(world: &World, accept: Option<Accept>) -> Found {
    found(world, accept).0.remove(0)
}

/// What the journal says once the plan is done.
fn written(plan: &Plan) -> Vec<&ObjectRecord> {
    let records = plan.steps.iter().flat_map(|step| &step.step.records);
    records
        .filter_map(|record| match record {
            Record::Object(record) => Some(&**record),
            _ => None,
        })
        .collect()
}

/// The target and the journal as an adoption leaves them.
fn adopted(world: &mut World, plan: &Plan) {
    for record in written(plan) {
        let relation = world.observed.relations.get_mut(&record.name).unwrap();
        let mut record = record.clone();
        record.observed.clone_from(&relation.definition);
        let key = (record.name.clone(), record.generation.clone());
        world.journal.objects.insert(key, record);
    }
    for step in &plan.steps {
        for deed in &step.step.deeds {
            let Deed::Mark {
                relation, marker, ..
            } = deed
            else {
                panic!("an adoption does {deed:?}");
            };
            let relation = world.observed.relations.get_mut(&relation.name).unwrap();
            relation.marker = marker.as_ref().map(ToString::to_string);
        }
    }
}

#[test]
fn what_is_the_same_is_adopted_and_the_next_plan_is_empty() {
    let mut world = World::new();
    world.external(TOTALS, "net numeric");
    world.files("CREATE VIEW marts.totals AS SELECT sum( net ) AS net FROM sub.orders");
    world.spells(
        "SELECT sum( net ) AS net FROM sub.orders",
        "SELECT sum(net) AS net FROM sub.orders",
    );
    let (found, plan) = found(&world, None);
    assert_eq!(found[0].state, State::Adopt);
    let [change] = plan.changes.as_slice() else {
        panic!("{plan:?}");
    };
    assert_eq!(change.action, Action::Adopt);
    assert_eq!(plan.summary.adopt, 1);
    assert_eq!(plan.observed.len(), 1);
    adopted(&mut world, &plan);
    let (found, again) = self::found(&world, None);
    assert_eq!(found[0].state, State::Ours);
    assert!(again.noop());
    assert_eq!(world.told(&world.decide()), "");
}

#[test]
fn what_is_taken_back_is_forgotten() {
    let mut world = World::new();
    world.external(TOTALS, "net numeric");
    world.files(TOTALS);
    let (_, plan) = found(&world, None);
    let [planned] = plan.steps.as_slice() else {
        panic!("{plan:?}");
    };
    let [Record::Moved { state, .. }] = planned.undo.as_slice() else {
        panic!("{planned:?}");
    };
    assert_eq!(*state, ObjectState::Dropped);
}

#[test]
fn a_difference_is_told_as_the_target_spells_both() {
    let mut world = World::new();
    world.external(TOTALS, "net numeric");
    world.files("CREATE VIEW marts.totals AS SELECT max(net) AS most FROM sub.orders; COMMENT ON VIEW marts.totals IS 'All';");
    world.next("marts.totals", "most numeric");
    let found = only(&world, None);
    assert_eq!(found.state, State::Differs);
    let (declared, observed) = found.difference.definition.unwrap();
    assert_eq!(declared, "SELECT max(net) AS most FROM sub.orders");
    assert_eq!(observed, "SELECT sum(net) AS net FROM sub.orders");
    assert_eq!(
        found.difference.columns.as_deref(),
        Some("column \"most\" added, column \"net\" removed")
    );
    assert_eq!(found.difference.companions, ["comment changed"]);
}

#[test]
fn another_comment_alone_is_not_adopted_in_silence() {
    let mut world = World::new();
    world.external(TOTALS, "net numeric").comment = Some("by hand".to_owned());
    world.files(&format!("{TOTALS}; COMMENT ON VIEW marts.totals IS 'All';"));
    let differs = only(&world, None);
    assert_eq!(differs.state, State::Differs);
    assert!(differs.difference.definition.is_none());
    // Accepted, it is the next apply's to change.
    let (_, plan) = found(&world, Some(Accept::Declared));
    adopted(&mut world, &plan);
    let told = world.told(&world.decide());
    assert!(told.contains("comment changed"), "{told}");
}

#[test]
fn what_is_accepted_as_declared_is_a_change_to_come() {
    let mut world = World::new();
    world.external(TOTALS, "net numeric").grants = crate::model::observed::grant::Grants::Default;
    world.files("CREATE VIEW marts.totals AS SELECT sum(net) AS net FROM sub.orders WHERE id > 1");
    let (found, plan) = found(&world, Some(Accept::Declared));
    assert_eq!(found[0].state, State::Accepted);
    let [record] = written(&plan)[..] else {
        panic!("{plan:?}");
    };
    assert_eq!(
        record.declared,
        "CREATE VIEW marts.totals (net) AS\nSELECT sum(net) AS net FROM sub.orders"
    );
    adopted(&mut world, &plan);
    let told = world.told(&world.decide());
    assert!(told.contains("definition changed: query changed"), "{told}");
    assert!(!told.contains("refused"), "{told}");
}

#[test]
fn what_is_not_ours_to_take_is_left() {
    let mut world = World::new();
    let names = ["missing", "kind", "theirs", "foreign", "locked"];
    for one in names {
        world.files(&TOTALS.replace("totals", one));
    }
    world.there("marts.kind", RelationKind::Table, "net numeric");
    let theirs = format!("dormer:v1:{}:other", world.earlier(&name("marts.theirs")));
    world
        .external(&TOTALS.replace("totals", "theirs"), "net numeric")
        .marker = Some(theirs);
    world
        .external(&TOTALS.replace("totals", "foreign"), "net numeric")
        .ownership = Ownership::Foreign;
    world
        .external(&TOTALS.replace("totals", "locked"), "net numeric")
        .definition = None;
    for accept in [None, Some(Accept::Declared), Some(Accept::Observed)] {
        let states = states(&world, accept);
        assert_eq!(states["marts.missing"], "missing");
        assert_eq!(states["marts.kind"], "other-kind");
        assert_eq!(states["marts.theirs"], "other-project");
        assert_eq!(states["marts.foreign"], "foreign");
        assert_eq!(states["marts.locked"], "unknown");
        assert!(found(&world, accept).1.noop());
    }
}

#[test]
fn columns_of_a_table_are_compared_by_the_target() {
    let mut world = World::new();
    world.there(
        "marts.rates",
        RelationKind::Table,
        "code text, rate numeric(12,4)",
    );
    world.files("CREATE TABLE marts.rates (code text, rate decimal(12, 4))");
    let asked = world.with(|input| {
        let questions = of_what_stands(input);
        questions[0].draft.query.clone()
    });
    assert_eq!(
        asked,
        "SELECT CAST(NULL AS text) AS code, CAST(NULL AS decimal(12, 4)) AS rate"
    );
    assert_eq!(only(&world, None).state, State::Adopt);
    world.next("marts.rates", "code text, rate numeric(12,2)");
    let differs = only(&world, None);
    assert_eq!(differs.state, State::Differs);
    assert_eq!(
        differs.difference.columns.as_deref(),
        Some("column \"rate\" is numeric(12,2), was numeric(12,4)")
    );
}

#[test]
fn only_somebody_can_say_which_query_filled_a_table() {
    let mut world = World::new();
    world.there("marts.kept", RelationKind::Table, "id integer");
    world.files("CREATE TABLE marts.kept AS SELECT id FROM sub.orders");
    assert_eq!(states(&world, None)["marts.kept"], "differs");
    let (found, plan) = found(&world, Some(Accept::Observed));
    assert_eq!(found[0].state, State::Adopt);
    adopted(&mut world, &plan);
    assert_eq!(world.told(&world.decide()), "");
}

#[test]
fn a_lost_journal_is_found_again_by_the_marker() {
    let mut world = World::new();
    let marker = format!("dormer:v1:{}:shop", world.earlier(&name("marts.totals")));
    world.external(TOTALS, "net numeric").marker = Some(marker);
    world.files(TOTALS);
    let (_, plan) = found(&world, None);
    assert!(plan.steps[0].step.deeds.is_empty());
    let generation = world.earlier(&name("marts.totals"));
    assert_eq!(written(&plan)[0].generation, generation);
}

#[test]
fn without_an_answer_nothing_is_adopted() {
    let mut world = World::new();
    world.external(TOTALS, "net numeric");
    world.files(TOTALS);
    world.journal = Journal::default();
    let why = "no rights".to_owned();
    let found = world.with(|input| adopt::examine(input, &Rehearsal::NotAsked { why }, None));
    assert_eq!(found[0].state, State::Differs);
    let refused = found[0].difference.refused.as_deref();
    assert_eq!(refused, Some("the target was not asked: no rights"));
    let error = EngineError::new(ErrorKind::Syntax, "no such column");
    let found = world.with(|input| {
        let questions = of_what_stands(input);
        let rehearsal = Rehearsal::of(questions, vec![Rehearsed::Refused(error)]);
        adopt::examine(input, &rehearsal, None)
    });
    let refused = found[0].difference.refused.as_deref();
    assert_eq!(
        refused,
        Some("the target refuses its definition: no such column")
    );
}

fn on_disk(world: &mut World, text: &str) {
    world.files(text);
    let file = crate::diagnostic::FilePath::new("a.sql");
    world.project.files.insert(file, text.into());
}

#[test]
fn a_file_is_written_so_that_it_reads_back_as_the_target_says() {
    let mut world = World::new();
    let rewritten = |world: &World| {
        world.with(|input| {
            let object = input.project.catalog.objects.get(&name("marts.totals"));
            adopt::rewrite(input, object.unwrap())
        })
    };
    let there = |world: &mut World, query: &str| {
        world.external(TOTALS, "net text").definition = Some(query.to_owned());
    };
    there(&mut world, "SELECT '${x} ${'::text AS net,\n    1 AS one");
    on_disk(
        &mut world,
        "-- All.\r\nCREATE VIEW marts.totals AS\r\nSELECT 1 AS net;\r\n",
    );
    assert_eq!(
        rewritten(&world).unwrap().text,
        "SELECT '$${x} $${'::text AS net,\r\n    1 AS one"
    );
    // What no file can say is not written: two dollars before a brace, or a line end within a text.
    for query in ["SELECT '$${x}'::text AS net", "SELECT 'a\nb'::text AS net"] {
        there(&mut world, query);
        let refused = rewritten(&world).unwrap_err();
        assert_eq!(refused, "its file would not say what the target has");
    }
    on_disk(
        &mut world,
        "CREATE VIEW marts.totals AS\nSELECT 1 AS net;\n",
    );
    assert_eq!(
        rewritten(&world).unwrap().text,
        "SELECT 'a\nb'::text AS net"
    );
}

#[test]
fn a_file_is_written_only_where_the_target_knows_all_of_it() {
    let mut world = World::new();
    world.external(TOTALS, "net numeric");
    let edited = "CREATE VIEW marts.totals AS SELECT max(net) AS net FROM sub.orders";
    let rewritten = |world: &World| {
        world.with(|input| {
            let object = input.project.catalog.objects.get(&name("marts.totals"));
            adopt::rewrite(input, object.unwrap())
        })
    };
    on_disk(&mut world, edited);
    let rewrite = rewritten(&world).unwrap();
    assert_eq!(
        rewrite.at.span.slice(edited),
        "SELECT max(net) AS net FROM sub.orders"
    );
    assert_eq!(rewrite.text, "SELECT sum(net) AS net FROM sub.orders");
    world.files(&edited.replace("totals AS", "totals (most) AS"));
    assert_eq!(
        rewritten(&world).unwrap_err(),
        "its head names other columns than the target has"
    );
    world.files(&edited.replace("max(net)", "max(net) || '${secret:SALT}'"));
    assert_eq!(
        rewritten(&world).unwrap_err(),
        "its query has variables, which the target does not know"
    );
    world.files(edited);
    let schemas = &mut world.project.target.schemas;
    schemas.insert("sub".to_owned(), "anna".to_owned());
    assert!(
        rewritten(&world)
            .unwrap_err()
            .contains("calls schemas otherwise")
    );
}
