//! Incident 30: a table changes while views read it, and all that was around it stands as before.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use dormer_testkit::bed::Bed;
use dormer_testkit::dump::Dump;

use crate::scene::{Scene, Told, demand, same};

/// What others made around the table, and what they did to what is declared.
const HAND: &str = r#"
    GRANT SELECT ON sub.clean, marts.daily, marts.weekly, marts.shown TO anna;
    GRANT CREATE ON SCHEMA bi TO anna, bela;
    GRANT SELECT ON marts.daily TO intern WITH GRANT OPTION; GRANT SELECT (day) ON marts.daily TO builder; GRANT SELECT ON marts.daily TO bela;
    COMMENT ON COLUMN marts.daily.day IS 'by hand'; COMMENT ON MATERIALIZED VIEW marts.weekly IS 'it''s mine';
    CREATE INDEX by_hand ON marts.daily (revenue DESC) WHERE revenue > 5; COMMENT ON INDEX marts.by_hand IS 'fast';
    ALTER MATERIALIZED VIEW marts.daily SET (fillfactor = 80);
    ALTER MATERIALIZED VIEW marts.daily ALTER COLUMN revenue SET STATISTICS 500;
    ALTER MATERIALIZED VIEW marts.weekly OWNER TO bela;
    CREATE STATISTICS marts.together (dependencies) ON day, shop_id FROM marts.daily;
    ALTER DEFAULT PRIVILEGES IN SCHEMA bi GRANT SELECT ON TABLES TO finance;
    CREATE FUNCTION bi.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
    SET ROLE anna;
    CREATE VIEW bi.report WITH (security_barrier) AS SELECT day, revenue FROM marts.daily WHERE revenue > 0;
    CREATE TRIGGER into_report INSTEAD OF INSERT ON bi.report FOR EACH ROW EXECUTE FUNCTION bi.nothing();
    CREATE RULE no_delete AS ON DELETE TO bi.report DO INSTEAD NOTHING;
    COMMENT ON VIEW bi.report IS 'mine'; COMMENT ON TRIGGER into_report ON bi.report IS 'nothing';
    CREATE MATERIALIZED VIEW bi.kept WITH (fillfactor = 70) AS SELECT week, revenue FROM marts.weekly;
    CREATE UNIQUE INDEX kept_week ON bi.kept (week); ALTER MATERIALIZED VIEW bi.kept CLUSTER ON kept_week;
    COMMENT ON COLUMN bi.kept.week IS 'Monday';
    CREATE MATERIALIZED VIEW bi.empty AS SELECT week FROM bi.kept WITH NO DATA;
    CREATE VIEW bi."Odd ""name""" AS SELECT count(*) AS "how many" FROM bi.kept;
    GRANT SELECT ON bi.report TO finance WITH GRANT OPTION; GRANT SELECT (week) ON bi.kept TO intern;
    REVOKE SELECT ON bi.kept FROM finance;
    CREATE FUNCTION bi.rows_of() RETURNS SETOF bi.kept LANGUAGE sql STABLE AS 'SELECT * FROM bi.kept';
    REVOKE ALL ON FUNCTION bi.rows_of() FROM PUBLIC; GRANT EXECUTE ON FUNCTION bi.rows_of() TO intern;
    COMMENT ON FUNCTION bi.rows_of() IS 'the rows';
    RESET ROLE;
    CREATE TABLE bi.notes (week timestamptz, note text); ALTER TABLE bi.notes ENABLE ROW LEVEL SECURITY;
    CREATE POLICY known ON bi.notes FOR SELECT TO intern USING (week IN (SELECT k.week FROM bi.kept k));
    COMMENT ON POLICY known ON bi.notes IS 'weeks that are kept';
    CREATE POLICY rich ON raw.orders FOR UPDATE USING (net > 10) WITH CHECK (net > 20);
    CREATE FUNCTION raw.touched() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER on_net BEFORE UPDATE OF net ON raw.orders FOR EACH ROW EXECUTE FUNCTION raw.touched();
    ALTER TABLE raw.orders DISABLE TRIGGER on_net; COMMENT ON TRIGGER on_net ON raw.orders IS 'asleep';
    CREATE TRIGGER on_day BEFORE UPDATE OF day ON raw.orders FOR EACH ROW EXECUTE FUNCTION raw.touched();
"#;

/// A body that is parsed when it is made.
const BOUND: &str = "
    CREATE FUNCTION bi.top() RETURNS numeric LANGUAGE sql STABLE BEGIN ATOMIC
        SELECT max(d.revenue) FROM marts.daily d;
    END;
    ALTER FUNCTION bi.top() OWNER TO anna;
    CREATE VIEW bi.above_top AS SELECT bi.top() AS top;";

const RETYPE: &str = "ALTER TABLE raw.orders ALTER COLUMN net TYPE numeric(20, 4);";

/// What is as before, whatever becomes of types: the lines of columns differ as they should.
fn standing(dump: Dump) -> Dump {
    dump.without(|key| key.contains(": column ") || key.contains(": rows"))
}

/// Puts a change where the script has a place for it.
fn with_change(script: &str, change: &str) -> Result<String, String> {
    let (before, rest) = script
        .split_once("-- >>>\n")
        .ok_or("the script has no place for a change")?;
    let (_, after) = rest
        .split_once("-- <<<\n")
        .ok_or("the place for a change does not end")?;
    Ok(format!("{before}{change}\n{after}"))
}

fn psql() -> Option<PathBuf> {
    let named = std::env::var_os("PATH").into_iter();
    let folders: Vec<PathBuf> = named
        .flat_map(|path| std::env::split_paths(&path).collect::<Vec<_>>())
        .chain(
            (13..=18)
                .rev()
                .map(|major| format!("/usr/lib/postgresql/{major}/bin").into()),
        )
        .collect();
    let mut programs = folders.into_iter().map(|folder| folder.join("psql"));
    programs.find(|program| program.is_file())
}

/// Runs a script as it is: by psql where it is installed, otherwise as psql would.
fn run(scene: &Scene<'_>, script: &str) -> Result<(), String> {
    let Some(psql) = psql() else {
        let statements = script.replace("\\set ON_ERROR_STOP on", "");
        return scene.sql(&statements);
    };
    let path = scene.project.folder().join("change.sql");
    std::fs::write(&path, script).map_err(|error| error.to_string())?;
    let ran = Command::new(psql)
        .args(["--no-psqlrc", "--quiet", "--file"])
        .arg(&path)
        .arg(scene.database.url())
        .stdin(Stdio::null())
        .output()
        .map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    demand(ran.status.success(), format!("psql: {said}"))
}

pub(crate) fn retyped(bed: &Bed) -> Told {
    let scene = Scene::shop(bed)?;
    scene.sql(HAND)?;
    if bed.major() >= 14 {
        scene.sql(BOUND)?;
    }
    // Without the script the target refuses.
    demand(scene.sql(RETYPE).is_err(), "nothing stands in the way")?;
    scene.settled()?;
    let before = scene.look()?;
    let told = scene.run(&["impact", "raw.orders.net"], 0)?;
    for name in ["sub.clean", "marts.daily", "bi.report", "policy known"] {
        demand(
            told.stdout.contains(name),
            format!("{name}: {}", told.told()),
        )?;
    }
    let script = scene
        .run(&["impact", "raw.orders.net", "--script"], 0)?
        .stdout;
    demand(
        !script.to_ascii_uppercase().contains("CASCADE"),
        format!("it says CASCADE:\n{script}"),
    )?;
    demand(
        !script.contains("on_day"),
        format!("it takes what is not in its way:\n{script}"),
    )?;
    // As it is, it changes nothing at all; a change that fails undoes everything.
    run(&scene, &script)?;
    same(
        "the script alone changed something",
        &before,
        &scene.look()?,
    )?;
    let failing = with_change(
        &script,
        "ALTER TABLE raw.orders ALTER COLUMN nothing TYPE text;",
    )?;
    demand(
        run(&scene, &failing).is_err(),
        "a wrong change went through",
    )?;
    same("a failed change left something", &before, &scene.look()?)?;
    run(&scene, &with_change(&script, RETYPE)?)?;
    let after = scene.look()?;
    same(
        "not all stands as before",
        &standing(before),
        &standing(after),
    )?;
    demand(
        scene.value(
            "SELECT format_type(atttypid, atttypmod) FROM pg_attribute
             WHERE attrelid = 'raw.orders'::regclass AND attname = 'net'",
        )? == "numeric(20,4)",
        "the column has its old type",
    )?;
    scene.settled()?;
    // The journal is as true as before: the next change is an ordinary one, and can be taken back.
    scene.view("clean", &crate::scene::CLEAN.replace("net > 0", "net > -1"));
    scene.run(&["apply", "-y", "--allow", "leaves-foreign"], 0)?;
    scene.settled()?;
    held(&scene)?;
    scene.run(&["rollback", "-y"], 0)?;
    Ok(
        "the change went through; every view, grant, comment as before; the plan is empty"
            .to_owned(),
    )
}

/// What a rollback would go back to is never dropped: the script is refused until it is given up.
fn held(scene: &Scene<'_>) -> Result<(), String> {
    let told = scene.run(&["impact", "raw.orders.net"], 0)?;
    demand(
        told.stdout.contains("hold on to it") && told.stdout.contains("cleanup --older-than 0s"),
        format!(
            "generations that hold on to it are not named: {}",
            told.told()
        ),
    )?;
    let refused = scene.run(&["impact", "raw.orders.net", "--script"], 1)?;
    demand(
        refused.stderr.contains("cleanup --older-than 0s"),
        format!("it does not say how to free it: {}", refused.told()),
    )
}
