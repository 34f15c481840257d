//! Incident 27: somebody's view stands on top, and whoever applies has no right to change it.

use dormer_testkit::bed::Bed;

use crate::scene::{CLEAN, DAILY, Scene, Told, demand, same};

pub(crate) fn foreign_view(bed: &Bed) -> Told {
    let mut scene = Scene::empty(bed)?;
    scene
        .sql("GRANT CREATE ON SCHEMA sub, marts TO outsider; GRANT CREATE ON SCHEMA bi TO anna")?;
    let url = scene.database.url_as("outsider");
    scene.project.aim(&url);
    scene.view("clean", CLEAN);
    scene.view("daily", &DAILY.replace("TO finance", "TO finance, anna"));
    scene.run(&["apply", "-y"], 0)?;
    scene.sql(
        "SET ROLE anna; CREATE VIEW bi.report AS SELECT day, revenue FROM marts.daily; RESET ROLE",
    )?;
    scene.sql("COMMENT ON VIEW bi.report IS 'mine'; GRANT SELECT ON bi.report TO intern")?;
    let rows = "SELECT count(*) || '/' || sum(revenue) FROM bi.report";
    let seen = scene.value(rows)?;
    let before = scene.look()?.without(|key| !key.starts_with("bi."));

    scene.view("clean", &CLEAN.replace("net > 0", "net > 100"));
    let plan = scene.plan()?.json.to_string();
    demand(
        plan.contains("leaves-foreign"),
        format!("no hazard: {plan}"),
    )?;
    demand(
        plan.to_uppercase().contains("CREATE OR REPLACE VIEW"),
        "the statement for its owner is not shown",
    )?;
    let refused = scene.run(&["apply", "-y"], 9)?;
    demand(refused.told().contains("leaves-foreign"), refused.told())?;
    scene.run(&["apply", "-y", "--allow", "leaves-foreign"], 0)?;
    demand(
        scene.value(rows)? == seen,
        "somebody's view shows something else",
    )?;
    // The retired generation below it is needed, whatever its age.
    scene.clean_up()?;
    demand(
        scene.value(rows)? == seen,
        "cleanup took what somebody reads",
    )?;
    let after = scene.look()?.without(|key| !key.starts_with("bi."));
    let definition = |key: &str| key.contains("definition");
    same(
        "it was changed",
        &before.without(definition),
        &after.without(definition),
    )?;
    let lowest = scene.value("SELECT min(net) > 100 FROM sub.clean")?;
    demand(lowest == "true", "the edit did not arrive")?;
    scene.settled()?;
    Ok(
        "leaves-foreign, code 9; once allowed it reads the retired generation, which cleanup keeps"
            .to_owned(),
    )
}
