//! The faces of a plan that is made by hand.

use std::collections::{BTreeMap, BTreeSet};

use anstream::adapter::strip_str;
use dormer_core::engine::RunId;
use dormer_core::engine::hazard::Note;
use dormer_core::engine::hazard::{HazardKind, NoteKind};
use dormer_core::engine::step::{Expect, Millis, Placement, Statement, Step, StepId, StepKind};
use dormer_core::plan::change::Summary;
use dormer_core::plan::{FORMAT_VERSION, PlanLimits, PlannedStep, Refusal};
use serde_json::Value;

use super::*;
use crate::views::View;

fn name(text: &str) -> ObjectName {
    let (schema, name) = text.split_once('.').unwrap();
    ObjectName::new(schema, name)
}

fn change(action: Action, object: &str, way: Option<Way>, reason: (ReasonKind, &str)) -> Change {
    Change {
        object: name(object),
        kind: "materialized view".to_owned(),
        action,
        reasons: vec![Reason {
            kind: reason.0,
            text: reason.1.to_owned(),
        }],
        strategy: way,
        because: Vec::new(),
        hazards: Vec::new(),
    }
}

fn planned(id: u32, kind: StepKind, title: &str, statements: &[(&str, Placement)]) -> PlannedStep {
    PlannedStep {
        step: Step {
            id: StepId(id),
            kind,
            title: title.to_owned(),
            object: Some(name("marts.orders_daily")),
            deeds: Vec::new(),
            needs: BTreeSet::from_iter(id.checked_sub(1).filter(|id| *id > 0).map(StepId)),
            records: Vec::new(),
        },
        statements: statements
            .iter()
            .map(|(sql, placement)| Statement {
                sql: (*sql).to_owned(),
                placement: *placement,
                expect: Expect::Anything,
            })
            .collect(),
        forecast: (kind == StepKind::Fill).then_some(Millis(42_000)),
        inputs: Vec::new(),
        undo: Vec::new(),
    }
}

fn hazard() -> Hazard {
    Hazard {
        kind: HazardKind::LeavesForeign,
        object: Some(name("bi.weekly_report")),
        text: "view of user anna stays on the retired generation".to_owned(),
        hint: Some("GRANT anna TO deployer".to_owned()),
    }
}

fn plan() -> Plan {
    let daily = (ReasonKind::DefinitionChanged, "column \"net\" added");
    let weekly = (
        ReasonKind::ReadsReplaced,
        "reads marts.orders_daily, which is replaced",
    );
    let changes = vec![
        change(
            Action::Replace,
            "marts.orders_daily",
            Some(Way::Swap),
            daily,
        ),
        change(
            Action::Replace,
            "marts.orders_weekly",
            Some(Way::Swap),
            weekly,
        ),
        change(
            Action::Carry,
            "bi.weekly_report",
            Some(Way::Swap),
            (
                ReasonKind::ReadsReplaced,
                "view of user anna, reads marts.orders_weekly",
            ),
        ),
        change(
            Action::Alter,
            "sub.orders_clean",
            None,
            (ReasonKind::PropertyChanged, "comment changed"),
        ),
        change(Action::Keep, "sub.shops", None, (ReasonKind::Missing, "")),
    ];
    Plan {
        format_version: FORMAT_VERSION,
        tool: "0.1.0".to_owned(),
        kind: RunKind::Apply,
        project: "shop".to_owned(),
        target: "prod".to_owned(),
        engine: "postgres 16.4".to_owned(),
        run: RunId::parse("7f3a000000").unwrap(),
        summary: Summary::of(&changes),
        changes,
        notes: vec![Note {
            kind: NoteKind::DoubleStorage,
            object: None,
            text: "about 41 GB more until cleanup (220 GB free)".to_owned(),
        }],
        hazards: Vec::new(),
        refused: Vec::new(),
        steps: vec![
            planned(
                1,
                StepKind::Build,
                "build marts.orders_daily",
                &[(
                    "CREATE MATERIALIZED VIEW a AS\nSELECT 1",
                    Placement::Together,
                )],
            ),
            planned(
                2,
                StepKind::Fill,
                "fill marts.orders_daily",
                &[("REFRESH MATERIALIZED VIEW a -- all", Placement::Alone)],
            ),
            planned(
                3,
                StepKind::Cutover,
                "take the names",
                &[
                    (
                        "ALTER MATERIALIZED VIEW a RENAME TO b;",
                        Placement::Together,
                    ),
                    ("ALTER MATERIALIZED VIEW c RENAME TO a", Placement::Together),
                ],
            ),
        ],
        observed: BTreeMap::new(),
        readers: BTreeMap::new(),
        limits: PlanLimits::default(),
    }
}

fn view(plan: Plan, blocking: Vec<Hazard>) -> PlanView {
    PlanView {
        plan,
        around: Around {
            blocking,
            command: "dormer apply -t prod".to_owned(),
            file: None,
            along: Vec::new(),
            blockers: Vec::new(),
            knowledge: Knowledge::Target,
        },
        face: Face::Text,
        detail: Detail::Changes,
    }
}

fn text(view: &PlanView) -> String {
    strip_str(&view.text()).to_string()
}

#[test]
fn plan_reads_as_it_is_promised() {
    let shown = text(&view(plan(), Vec::new()));
    assert_eq!(
        shown,
        "\
Plan for target prod (postgres 16.4), run 7f3a

  ± marts.orders_daily   replace by swap  definition changed: column \"net\" added
  ± marts.orders_weekly  replace by swap  reads marts.orders_daily, which is replaced
  > bi.weekly_report     carried          view of user anna, reads marts.orders_weekly
  ~ sub.orders_clean     alter            comment changed
  = 1 object unchanged

  note  double-storage  about 41 GB more until cleanup (220 GB free)

Plan: 0 to create, 1 to alter, 2 to replace, 0 to drop, 1 carried, 1 unchanged.
It takes about 42.0 s on 4 sessions, as the last time; 2 steps not counted that never ran.
"
    );
}

#[test]
fn hazards_come_with_what_allows_them() {
    let mut plan = plan();
    plan.hazards = vec![hazard()];
    let shown = text(&view(plan.clone(), vec![hazard()]));
    let expected = "
  hazard  leaves-foreign  bi.weekly_report: view of user anna stays on the retired generation
                          GRANT anna TO deployer

1 hazard blocks until allowed:  dormer apply -t prod --allow leaves-foreign:bi.weekly_report
";
    let expected = expected
        .trim_start_matches('\n')
        .replacen("  hazard", "hazard", 1);
    assert!(shown.contains(&expected), "{shown}");
    let shown = text(&view(plan, Vec::new()));
    assert!(shown.contains("retired generation (allowed)"), "{shown}");
    assert!(!shown.contains("--allow"), "{shown}");
}

#[test]
fn blockers_are_told_before_anything_runs() {
    let mut view = view(plan(), Vec::new());
    view.around.blockers = vec![LockHolder {
        relation: name("marts.orders_daily"),
        pid: 42,
        behind: dormer_core::engine::session::Behind::Session,
        user: Some("anna".to_owned()),
        application: Some("psql".to_owned()),
        client: None,
        mode: "AccessShareLock".to_owned(),
        granted: true,
        transaction_ms: Some(720_000),
        activity: Some("idle in transaction".to_owned()),
        query: None,
        blocked_by: Vec::new(),
        end: String::new(),
    }];
    let shown = text(&view);
    let expected = "note  blocker         marts.orders_daily: pid 42 (anna, psql) has AccessShareLock, \
                    idle in transaction for 12 min 0 s";
    assert!(shown.contains(expected), "{shown}");
}

#[test]
fn what_cannot_be_done_is_an_error_with_its_way_out() {
    let mut plan = plan();
    plan.refused = vec![Refusal {
        object: name("marts.facts"),
        text: "column \"a\" of a table cannot become text".to_owned(),
        hint: Some("dormer explain irreversible".to_owned()),
    }];
    let shown = text(&view(plan, Vec::new()));
    assert!(
        shown.contains("error  cannot          marts.facts: column \"a\" of a table cannot"),
        "{shown}"
    );
    assert!(shown.contains("dormer explain irreversible"), "{shown}");
}

#[test]
fn script_has_the_borders_of_transactions() {
    let mut view = view(plan(), Vec::new());
    view.face = Face::Sql;
    let shown = text(&view);
    let steps = shown.split_once("\\set ON_ERROR_STOP on\n").unwrap().1;
    assert_eq!(
        steps,
        "
-- step 1 of 3: build marts.orders_daily
BEGIN;
SET LOCAL lock_timeout = '5000ms';
CREATE MATERIALIZED VIEW a AS
SELECT 1;
COMMIT;

-- step 2 of 3: fill marts.orders_daily
SET lock_timeout = '5000ms';
REFRESH MATERIALIZED VIEW a -- all
;

-- step 3 of 3: take the names
BEGIN;
SET LOCAL lock_timeout = '500ms';
ALTER MATERIALIZED VIEW a RENAME TO b;
ALTER MATERIALIZED VIEW c RENAME TO a;
COMMIT;
"
    );
}

#[test]
fn markdown_keeps_texts_in_their_cells() {
    let mut plan = plan();
    plan.changes[0].reasons[0].text = "a | b\n<script>".to_owned();
    plan.steps[0].statements[0].sql = "SELECT '```'".to_owned();
    let mut view = view(plan, Vec::new());
    view.face = Face::Markdown;
    let shown = text(&view);
    assert!(
        shown.contains(
            "| `±` | `marts.orders_daily` | replace by swap | definition changed: a \\| b &lt;script> |"
        ),
        "{shown}"
    );
    assert!(shown.contains("<summary>3 steps, 4 statements</summary>"));
    assert!(shown.contains("\n````sql\n"), "{shown}");
}

#[test]
fn json_holds_the_plan_and_its_timeouts() {
    let fields = view(plan(), vec![hazard()]).fields().unwrap();
    assert_eq!(fields["noop"], Value::Bool(false));
    assert_eq!(fields["summary"]["replace"], 2);
    assert_eq!(fields["blocking"][0], "leaves-foreign:bi.weekly_report");
    let statement = &fields["steps"][2]["statements"][0];
    assert_eq!(statement["lock_timeout_ms"], 500);
    assert_eq!(statement["transaction"], true);
    let read = file::read(&Value::Object(fields).to_string()).unwrap();
    let mut listed = plan();
    listed
        .changes
        .retain(|change| change.action != Action::Keep);
    assert_eq!(read, listed);
}

#[test]
fn chains_of_steps_decide_the_forecast() {
    let forecast = Forecast::of(&plan()).unwrap();
    assert_eq!((forecast.ms, forecast.unknown), (42_000, 2));
    let mut short = plan();
    short.steps.truncate(1);
    assert_eq!(Forecast::of(&short), None);
}
