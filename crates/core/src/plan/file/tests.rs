//! What is written is read, and what is damaged is named.

use proptest::prelude::*;

use super::*;
use crate::engine::hazard::{HazardKind, NoteKind};
use crate::model::observed::relation::RelationKind::{MaterializedView, View};
use crate::plan::decision::How;
use crate::plan::sequence::fixture::*;

fn large() -> Plan {
    let mut world = World::new();
    let a = swapped(&mut world, "marts.a", MaterializedView);
    world.decide("marts.a", &["raw.orders"], a);
    let v = redefined(&mut world, "marts.v");
    world.decide("marts.v", &["marts.a"], v);
    world.decide("marts.kept", &[], How::Keep);
    world.decide(
        "marts.\"odd\" name",
        &[],
        created("marts.\"odd\" name", View),
    );
    world.decisions.notes.push(Note {
        kind: NoteKind::DoubleStorage,
        object: None,
        text: "about 41 GB more".to_owned(),
    });
    world.decisions.hazards.push(Hazard {
        kind: HazardKind::LeavesForeign,
        object: Some(name("bi.x")),
        text: "it stays".to_owned(),
        hint: Some("dormer status".to_owned()),
    });
    world
        .decisions
        .relied_on
        .insert(name("marts.a"), Some("f".to_owned()));
    world.decisions.relied_on.insert(name("marts.n"), None);
    world.plan()
}

fn listed(mut plan: Plan) -> Plan {
    plan.changes.retain(|change| change.action != Action::Keep);
    plan
}

#[test]
fn plan_comes_back_from_its_file() {
    let plan = large();
    assert_eq!(plan.summary.keep, 1);
    let text = to_text(&plan);
    assert_eq!(read(&text), Ok(listed(plan)));
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["command"], "plan");
    assert_eq!(value["noop"], false);
    assert_eq!(value["steps"][0]["statements"][0]["lock_timeout_ms"], 5000);
    assert_eq!(value["steps"][0]["statements"][0]["transaction"], true);
    assert_eq!(value["observed_fingerprint"]["marts.a"], "f");
}

#[test]
fn foreign_and_damaged_files_are_told_apart() {
    let text = to_text(&large());
    let message = |text: &str| read(text).unwrap_err().message;
    assert_eq!(message(" \n"), "it is empty");
    assert!(message(text.get(..200).unwrap()).starts_with("it ends in the middle"));
    assert!(message("SELECT 1").starts_with("it is no plan: "));
    assert!(message("{}").contains("not of Dormer"));
    assert!(message("[]").contains("not of Dormer"));
    let other = text.replace("\"command\": \"plan\"", "\"command\": \"check\"");
    assert_eq!(
        message(&other),
        "it is the output of dormer check, not a plan"
    );
    let newer = text.replace("\"format_version\": 1", "\"format_version\": 2");
    assert_eq!(
        message(&newer),
        "its format is 2, and this Dormer reads 1: it was written by 0.1.0"
    );
    let damaged = text.replace("\"kind\": \"fill\"", "\"kind\": \"thrill\"");
    assert!(message(&damaged).starts_with("it is a plan, and it is damaged: unknown variant"));
    let moved = text.replace("\"id\": 2,", "\"id\": 3,");
    assert_eq!(message(&moved), "step 3 stands in the place of step 2");
    let late = text.replacen("\"needs\": []", "\"needs\": [9]", 1);
    assert_eq!(
        message(&late),
        "step 1 needs one that does not come before it"
    );
    let none = text.replace("\"noop\": false", "\"noop\": true");
    assert!(message(&none).contains("nothing is to do"));
}

#[test]
fn fields_of_later_releases_are_no_errors() {
    let text = to_text(&large());
    let more = text.replacen('{', "{ \"more\": [1, {}],", 1);
    assert_eq!(read(&more), Ok(listed(large())));
}

proptest! {
    #[test]
    fn texts_come_back_as_they_are(sql in "\\PC{0,40}", object in "\\PC{1,12}") {
        let mut plan = large();
        for step in &mut plan.steps {
            step.step.title.clone_from(&sql);
            step.step.object = Some(ObjectName::new("s", &object));
            for statement in &mut step.statements {
                statement.sql.clone_from(&sql);
            }
        }
        prop_assert_eq!(read(&to_text(&plan)), Ok(listed(plan)));
    }
}
