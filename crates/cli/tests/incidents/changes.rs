//! Incidents 1 to 5, 10 and 11: what changed, in files or by hand, and what the plan makes of it.

use std::time::Duration;

use dormer_testkit::bed::Bed;
use dormer_testkit::probe::Reader;

use crate::scene::{CLEAN, DAILY, Scene, Told, WEEKLY, demand, same};

pub(crate) fn edited(bed: &Bed) -> Told {
    let scene = Scene::shop(bed)?;
    scene.view("weekly", &WEEKLY.replace("sum(revenue)", "max(revenue)"));
    let plan = scene.plan()?;
    plan.demand("marts.weekly", "replace", "definition-changed")?;
    demand(
        plan.changed() == 1,
        format!("{} objects change", plan.changed()),
    )?;
    scene.run(&["apply", "-y"], 0)?;
    let query = "pg_get_viewdef('marts.weekly'::regclass)";
    demand(
        scene.value(query)?.contains("max("),
        "the old SQL is still there",
    )?;
    scene.settled()?;
    Ok("one replace, definition-changed".to_owned())
}

pub(crate) fn layout(bed: &Bed) -> Told {
    let scene = Scene::shop(bed)?;
    let text = CLEAN.replace(
        "SELECT id, shop_id",
        "-- what is sold\nselect  id,\n  shop_id",
    );
    scene.view("clean", &text);
    let plan = scene.plan()?;
    demand(
        plan.changed() == 0,
        format!("{} objects change", plan.changed()),
    )?;
    scene.settled()?;
    Ok("nothing to do".to_owned())
}

pub(crate) fn nothing(bed: &Bed) -> Told {
    let scene = Scene::shop(bed)?;
    let name = scene.database.name().to_owned();
    scene.sql(&format!("ALTER DATABASE {name} SET log_statement = 'mod'"))?;
    let before = bed.server().log().len();
    let last = "SELECT xid::text FROM pg_last_committed_xact()";
    scene.sql("SELECT 1")?;
    let committed = scene.value(last)?;
    let runs = "SELECT count(*) FROM dormer.runs";
    let run_rows = scene.value(runs)?;
    scene.run(&["apply", "-y"], 0)?;
    demand(scene.value(last)? == committed, "something was committed")?;
    demand(scene.value(runs)? == run_rows, "a run was written down")?;
    let log = bed.server().log();
    let sent: Vec<&str> = log
        .get(before..)
        .unwrap_or_default()
        .lines()
        .filter(|line| line.contains("statement:") || line.contains("execute "))
        .collect();
    demand(sent.is_empty(), format!("it sent {sent:?}"))?;
    Ok("no statement beyond reading, no run row".to_owned())
}

pub(crate) fn parent(bed: &Bed) -> Told {
    let scene = Scene::shop(bed)?;
    let before = scene.look()?;
    scene.view("clean", &CLEAN.replace("net > 0", "net > 100"));
    let names = ["sub.clean", "marts.daily", "marts.weekly", "marts.shown"];
    let readers = names.map(|name| Reader::counting(name).pause(Duration::from_millis(5)));
    let probe = scene.probe(&readers);
    let ran = scene.run(&["apply", "-y"], 0);
    let seen = probe.finish();
    ran?;
    demand(seen.failed() == 0, seen.told())?;
    let lowest = scene.value("SELECT min(net) FROM sub.clean")?;
    demand(
        lowest.starts_with("101"),
        format!("the parent is the old one: {lowest}"),
    )?;
    let equal = scene.value(
        "SELECT (SELECT sum(revenue) FROM marts.weekly) = (SELECT sum(net) FROM raw.orders WHERE net > 100)",
    )?;
    demand(equal == "true", "the children did not follow")?;
    scene.clean_up()?;
    let after = scene.look()?;
    demand(
        before.lines.len() == after.lines.len(),
        format!("something vanished:\n{}", before.differences(&after)),
    )?;
    Ok(format!("3 children follow; {}", seen.told()))
}

pub(crate) fn unread_column(bed: &Bed) -> Told {
    let scene = Scene::shop(bed)?;
    let identity = "SELECT 'marts.shown'::regclass::oid";
    let before = scene.value(identity)?;
    scene.view(
        "daily",
        &DAILY.replace(
            "sum(net) AS revenue",
            "sum(net) AS revenue, count(*) AS orders",
        ),
    );
    let plan = scene.plan()?;
    plan.demand("marts.weekly", "replace", "reads-replaced")?;
    let notes = plan.json["notes"].to_string();
    demand(
        notes.contains("rebuilt-by-identity"),
        format!("no note says why: {notes}"),
    )?;
    demand(
        plan.change("sub.clean")
            .is_none_or(|(action, _)| action == "keep"),
        "what it reads is rebuilt, too",
    )?;
    scene.run(&["apply", "-y"], 0)?;
    demand(
        scene.value(identity)? == before,
        "the plain view was made anew",
    )?;
    scene.settled()?;
    Ok(
        "the plain view is re-pointed, the materialized child rebuilt, and the plan says why"
            .to_owned(),
    )
}

pub(crate) fn dropped_by_hand(bed: &Bed) -> Told {
    let scene = Scene::shop(bed)?;
    let before = scene.look()?;
    scene.sql("DROP MATERIALIZED VIEW marts.daily CASCADE")?;
    let plan = scene.plan()?;
    for name in ["marts.daily", "marts.weekly", "marts.shown"] {
        plan.demand(name, "create", "missing")?;
    }
    scene.run(&["apply", "-y"], 0)?;
    scene.settled()?;
    scene.clean_up()?;
    same("it is not as before", &before, &scene.look()?)?;
    Ok("three creates, missing; as before".to_owned())
}

pub(crate) fn changed_by_hand(bed: &Bed) -> Told {
    let scene = Scene::shop(bed)?;
    let before = scene.look()?;
    scene.sql(
        "CREATE OR REPLACE VIEW marts.shown AS SELECT day, revenue + 1 AS revenue FROM marts.daily;
         DROP MATERIALIZED VIEW marts.weekly;
         CREATE MATERIALIZED VIEW marts.weekly AS SELECT 1 AS week, 2 AS revenue;",
    )?;
    let plan = scene.plan()?;
    for name in ["marts.shown", "marts.weekly"] {
        let (_, reasons) = plan.change(name).unwrap_or_default();
        demand(
            reasons.contains("drifted") && !reasons.contains("definition-changed"),
            format!("{name}: {reasons}"),
        )?;
    }
    demand(
        plan.changed() == 2,
        format!("{} objects change", plan.changed()),
    )?;
    // What somebody made by hand is not lost without a word.
    let mut ran = scene.any(&["apply", "-y"]);
    let refused = ran.code == Some(9);
    if refused {
        ran = scene.any(&[
            "apply",
            "-y",
            "--allow",
            "data-loss",
            "--allow",
            "history-loss",
        ]);
    }
    demand(ran.code == Some(0), ran.told())?;
    scene.settled()?;
    let cleaned = scene.run(&["cleanup", "--older-than", "0s", "-y"], 0)?;
    let left = scene.value("SELECT count(*) FROM pg_class WHERE relname LIKE 'weekly\\_\\_%'")?;
    demand(
        left == "0",
        format!("cleanup leaves it: {}", cleaned.told()),
    )?;
    same("it is not as declared", &before, &scene.look()?)?;
    Ok(format!(
        "drifted, two objects; brought back{}",
        if refused { " once allowed" } else { "" }
    ))
}
