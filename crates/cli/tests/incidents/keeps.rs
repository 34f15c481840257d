//! Incidents 6 to 9 and 18: what others made stays.

use dormer_testkit::bed::Bed;
use dormer_testkit::dump::Dump;

use crate::scene::{CLEAN, Scene, Told, demand, same};

/// The lines of a dump that speak of something.
fn about(dump: &Dump, words: &str) -> Dump {
    dump.clone().without(|key| !key.contains(words))
}

/// Does something by hand, edits the ground of everything, applies, and looks whether it is still there.
fn survives(bed: &Bed, hand: &str, words: &str, listed: Option<&str>) -> Told {
    let scene = Scene::shop(bed)?;
    scene.sql(hand)?;
    let before = about(&scene.look()?, words);
    demand(!before.lines.is_empty(), "the script looks at nothing")?;
    scene.view("clean", &CLEAN.replace("net > 0", "net > -1"));
    let plan = scene.run(&["plan"], 0)?;
    if let Some(listed) = listed {
        let whole = scene.run(&["plan", "--json"], 0)?;
        demand(
            plan.stdout.contains(listed) && whole.stdout.contains("not-declared"),
            format!("it is not listed as not declared: {}", plan.told()),
        )?;
    }
    scene.run(&["apply", "-y"], 0)?;
    scene.settled()?;
    scene.clean_up()?;
    same("it did not survive", &before, &about(&scene.look()?, words))?;
    Ok(match listed {
        Some(_) => "survives, and is listed".to_owned(),
        None => "survives".to_owned(),
    })
}

pub(crate) fn external(bed: &Bed) -> Told {
    let hand = "
        GRANT SELECT ON marts.daily, marts.weekly TO anna; GRANT CREATE ON SCHEMA bi TO anna;
        ALTER DEFAULT PRIVILEGES IN SCHEMA bi GRANT SELECT ON TABLES TO bela;
        SET ROLE anna;
        CREATE VIEW bi.report WITH (security_barrier) AS SELECT day, revenue FROM marts.daily;
        CREATE MATERIALIZED VIEW bi.kept WITH (fillfactor = 70) AS SELECT week, revenue FROM marts.weekly;
        CREATE UNIQUE INDEX kept_week ON bi.kept (week);
        CREATE VIEW bi.above AS SELECT max(revenue) AS most FROM bi.kept;
        COMMENT ON VIEW bi.report IS 'mine'; COMMENT ON COLUMN bi.kept.week IS 'Monday';
        GRANT SELECT ON bi.report TO finance WITH GRANT OPTION; GRANT SELECT (week) ON bi.kept TO intern;
        RESET ROLE;";
    survives(bed, hand, "bi.", None)
}

pub(crate) fn grant(bed: &Bed) -> Told {
    let hand = "GRANT SELECT ON marts.daily TO intern WITH GRANT OPTION; GRANT SELECT (day) ON marts.daily TO bela;";
    survives(bed, hand, "marts.daily: privilege", Some("intern"))
}

pub(crate) fn comment(bed: &Bed) -> Told {
    let hand = "COMMENT ON COLUMN marts.daily.day IS 'by hand'; COMMENT ON MATERIALIZED VIEW marts.weekly IS 'by hand';";
    survives(bed, hand, "comment", None)
}

pub(crate) fn index(bed: &Bed) -> Told {
    let hand = "CREATE INDEX by_hand ON marts.daily (revenue DESC) WHERE revenue > 5;";
    survives(bed, hand, "index", Some("by_hand"))
}

pub(crate) fn other_schema(bed: &Bed) -> Told {
    let scene = Scene::shop(bed)?;
    scene.sql(
        "CREATE SCHEMA elsewhere; CREATE TABLE elsewhere.t AS SELECT 1 AS a;
         CREATE MATERIALIZED VIEW elsewhere.m AS SELECT a FROM elsewhere.t;
         CREATE VIEW elsewhere.v AS SELECT a FROM elsewhere.m;",
    )?;
    let identities = "SELECT string_agg(oid::text, ',' ORDER BY oid) FROM pg_class
                      WHERE relnamespace = 'elsewhere'::regnamespace";
    let (before, known) = (about(&scene.look()?, "elsewhere"), scene.value(identities)?);
    scene.view("clean", &CLEAN.replace("net > 0", "net > -1"));
    for format in [["plan"].as_slice(), &["plan", "--json"]] {
        let plan = scene.run(format, 0)?;
        demand(
            !plan.stdout.contains("elsewhere"),
            format!("it is mentioned: {}", plan.told()),
        )?;
    }
    scene.run(&["apply", "-y"], 0)?;
    same(
        "it was touched",
        &before,
        &about(&scene.look()?, "elsewhere"),
    )?;
    demand(scene.value(identities)? == known, "it was made anew")?;
    Ok("untouched, unmentioned".to_owned())
}
