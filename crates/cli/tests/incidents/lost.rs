//! Incident 29: the whole journal is dropped, or all markers are wiped.

use dormer_testkit::bed::Bed;

use crate::scene::{CLEAN, Scene, Told, demand, same};

/// Takes every marker away.
const WIPE: &str = "
DO $$
DECLARE one record;
BEGIN
    FOR one IN SELECT w.ev_class::regclass::text AS name FROM pg_rewrite w
               JOIN pg_description d ON d.objoid = w.oid AND d.classoid = 'pg_rewrite'::regclass
               WHERE d.description LIKE 'dormer:%'
    LOOP
        EXECUTE format('COMMENT ON RULE \"_RETURN\" ON %s IS NULL', one.name);
    END LOOP;
END $$";
const MARKERS: &str = "SELECT string_agg(w.ev_class::regclass::text || ' ' || d.description, ', ' ORDER BY w.ev_class::regclass::text) \
FROM pg_rewrite w JOIN pg_description d ON d.objoid = w.oid AND d.classoid = 'pg_rewrite'::regclass \
WHERE d.description LIKE 'dormer:%'";
const ROWS: &str =
    "SELECT (SELECT count(*) FROM sub.clean) || '/' || (SELECT sum(revenue) FROM marts.shown)";

/// A shop that was changed once, so that one generation of everything is kept: what was read before.
fn changed(bed: &Bed) -> Result<(Scene<'_>, String), String> {
    let scene = Scene::shop(bed)?;
    let before = scene.value(ROWS)?;
    scene.view("clean", &CLEAN.replace("net > 0", "net > 100"));
    scene.run(&["apply", "-y"], 0)?;
    Ok((scene, before))
}

/// What `doctor` tells, and mends; afterwards it has nothing more to mend.
fn mended(scene: &Scene<'_>, told: &str) -> Result<(), String> {
    let sick = scene.run(&["doctor"], 1)?;
    demand(sick.stdout.contains(told), sick.told())?;
    let before = scene.look()?;
    scene.run(&["doctor", "--mend", "-y"], 0)?;
    same("a mend changed something", &before, &scene.look()?)?;
    scene.run(&["doctor"], 0)?;
    scene.settled()
}

pub(crate) fn journal_or_markers(bed: &Bed) -> Told {
    let (scene, before) = changed(bed)?;
    let markers = scene.value(MARKERS)?;
    let now = scene.value(ROWS)?;
    demand(before != now, "the change shows in nothing")?;

    scene.sql(WIPE)?;
    mended(&scene, "has no marker")?;
    demand(
        scene.value(MARKERS)? == markers,
        format!(
            "the markers are not as they were: {markers} / {}",
            scene.value(MARKERS)?
        ),
    )?;
    // The journal knows every run: the last apply is taken back as ever.
    scene.run(&["rollback", "-y"], 0)?;
    demand(
        scene.value(ROWS)? == before,
        "the rollback brought other rows",
    )?;

    let (scene, before) = changed(bed)?;
    scene.sql("DROP SCHEMA dormer CASCADE")?;
    let kept = scene.look()?;
    mended(&scene, "the journal is gone")?;
    let history = scene.run(&["history", "--json"], 0)?;
    let run = history
        .stdout
        .split("\"run\": \"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .ok_or_else(|| history.told())?
        .to_owned();
    // Who changed the file then finds a change of the file, and not of the target.
    scene.view("clean", &CLEAN.replace("net > 0", "net > 200"));
    let plan = scene.plan()?;
    plan.demand("sub.clean", "replace", "definition-changed")?;
    scene.view("clean", &CLEAN.replace("net > 0", "net > 100"));
    scene.settled()?;
    // What is kept can be gone back to, rows included, and forth again.
    scene.run(&["rollback", &run, "-y"], 0)?;
    demand(
        scene.value(ROWS)? == before,
        "what was kept did not come back",
    )?;
    scene.run(&["doctor"], 0)?;
    let back = scene.run(&["history", "--json"], 0)?;
    let back = back.stdout.split("\"run\": \"").nth(1);
    let back = back
        .and_then(|rest| rest.split('"').next())
        .unwrap_or_default();
    scene.run(&["rollback", back, "-y"], 0)?;
    same("there and back is not the same", &kept, &scene.look()?)?;
    scene.settled()?;
    scene.clean_up()?;
    let left = "SELECT count(*) FROM pg_class WHERE relname LIKE '%\\_\\_%' AND relkind IN ('v', 'm') \
                AND relnamespace IN ('sub'::regnamespace, 'marts'::regnamespace)";
    demand(scene.value(left)? == "0", "cleanup left something")?;
    Ok(
        "mended without a build: the plan is empty, and rollback brings back what was kept; \
        without the journal, which run did it is lost"
            .to_owned(),
    )
}
