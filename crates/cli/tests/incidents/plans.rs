//! Incidents 12, 13, 20, 22 and 23: what a plan says, and when it is refused.

use dormer_testkit::bed::Bed;

use crate::scene::{CLEAN, DAILY, SHOWN, Scene, Told, WEEKLY, demand, same};

/// Every row of the journal as one text.
const JOURNAL: &str = "
SELECT string_agg(md5(query_to_xml(format('SELECT * FROM dormer.%I ORDER BY 1', relname), true, false, '')::text), ',' ORDER BY relname)
FROM pg_class WHERE relnamespace = to_regnamespace('dormer') AND relkind = 'r'";

pub(crate) fn file_removed(bed: &Bed) -> Told {
    let scene = Scene::shop(bed)?;
    scene.project.forget("weekly").unwrap();
    let plan = scene.plan()?;
    plan.demand("marts.weekly", "drop", "not-declared")?;
    let hazards = plan.json["hazards"].as_array().cloned().unwrap_or_default();
    let names: Vec<String> = hazards
        .iter()
        .filter_map(|hazard| Some(hazard["kind"].as_str()?.to_owned()))
        .collect();
    demand(!names.is_empty(), "the drop has no hazard")?;
    let refused = scene.run(&["apply", "-y"], 9)?;
    demand(
        names.iter().all(|name| refused.told().contains(name)),
        refused.told(),
    )?;

    scene.sql("CREATE VIEW bi.reads AS SELECT week FROM marts.weekly")?;
    let mut allow = vec!["apply", "-y"];
    for name in names.iter().filter(|name| *name != "drops-read-object") {
        allow.extend(["--allow", name.as_str()]);
    }
    let read = scene.run(&allow, 1)?;
    demand(read.told().contains("bi.reads"), read.told())?;
    scene.value("SELECT count(*) FROM bi.reads")?;

    scene.sql("DROP VIEW bi.reads")?;
    scene.run(&allow, 0)?;
    let there = scene.value("SELECT to_regclass('marts.weekly')")?;
    demand(there.is_empty(), "it is still there")?;
    scene.settled()?;
    Ok(format!(
        "refused without {}, and while it is read",
        names.join(", ")
    ))
}

pub(crate) fn dry_run(bed: &Bed) -> Told {
    let scene = Scene::shop(bed)?;
    scene.view("clean", &CLEAN.replace("net > 0", "net > 100"));
    scene.view(
        "more",
        "CREATE VIEW marts.more AS SELECT week FROM marts.weekly;\n",
    );
    scene.project.forget("shown").unwrap();
    let committed = "SELECT xid::text FROM pg_last_committed_xact()";
    let (dump, journal, last) = (
        scene.look()?,
        scene.value(JOURNAL)?,
        scene.value(committed)?,
    );
    for format in ["text", "json", "sql", "markdown"] {
        scene.run(&["plan", "--format", format], 0)?;
    }
    scene.run(&["plan", "--out", "plan.json"], 0)?;
    same("the target changed", &dump, &scene.look()?)?;
    demand(scene.value(JOURNAL)? == journal, "the journal changed")?;
    demand(scene.value(committed)? == last, "something was committed")?;
    Ok("dump, journal, rows equal; nothing committed".to_owned())
}

pub(crate) fn stale(bed: &Bed) -> Told {
    let scene = Scene::shop(bed)?;
    scene.view("daily", &DAILY.replace("sum(net)", "max(net)"));
    scene.run(&["plan", "--out", "plan.json"], 0)?;
    // Nothing of this is any business of the plan.
    scene.sql(
        "CREATE TABLE raw.more (a int); CREATE VIEW bi.apart AS SELECT 1 AS one;
         INSERT INTO raw.orders VALUES (0, 0, '2026-01-01', 5); ANALYZE raw.orders;",
    )?;
    let copy = scene.database.copy().map_err(|error| error.to_string())?;
    scene.sql(
        "DROP MATERIALIZED VIEW marts.weekly;
         CREATE MATERIALIZED VIEW marts.weekly AS SELECT day AS week, revenue FROM marts.daily;",
    )?;
    let before = scene.look()?;
    let refused = scene.run(&["apply", "-y", "plan.json"], 7)?;
    demand(refused.told().contains("marts.weekly"), refused.told())?;
    same("the refused plan did something", &before, &scene.look()?)?;

    let mut scene = scene;
    scene.project.aim(&copy.url());
    let ran = scene.any(&["apply", "-y", "plan.json"]);
    demand(
        ran.code == Some(0),
        format!("unrelated changes block: {}", ran.told()),
    )?;
    Ok("code 7, names marts.weekly; unrelated changes do not block".to_owned())
}

pub(crate) fn long_names(bed: &Bed) -> Told {
    let scene = Scene::empty(bed)?;
    let names: Vec<String> = (0..4)
        .map(|number| {
            format!(
                "{}{number}",
                "name_of_sixty_bytes_and_more_".repeat(3).get(..62).unwrap()
            )
        })
        .collect();
    let write = |added: u8| {
        for (number, name) in names.iter().enumerate() {
            let reads = number
                .checked_sub(1)
                .map_or("raw.orders".to_owned(), |before| {
                    format!("marts.{}", names[before])
                });
            let index = name.replacen("name", "keys", 1);
            let text = format!(
                "CREATE MATERIALIZED VIEW marts.{name} AS\n\
                 SELECT id, net + {added} AS net FROM {reads};\n\
                 CREATE UNIQUE INDEX {index} ON marts.{name} (id);\n"
            );
            scene.view(&format!("long{number}"), &text);
        }
    };
    write(0);
    scene.run(&["apply", "-y"], 0)?;
    scene.sql(&format!(
        "CREATE VIEW bi.{} AS SELECT net FROM marts.{}",
        names[0], names[3]
    ))?;
    let before = scene.look()?;
    for added in 1..4 {
        write(added);
        scene.run(&["apply", "-y"], 0)?;
        scene.settled()?;
    }
    // A name that was cut short would be met twice, or be refused by the server.
    let longest = scene.value("SELECT max(octet_length(relname)) FROM pg_class")?;
    let relations = scene.value(
        "SELECT count(*) FROM pg_class WHERE relnamespace = 'marts'::regnamespace AND relkind = 'm'",
    )?;
    scene.clean_up()?;
    let after = scene.look()?;
    demand(
        before.lines.len() == after.lines.len(),
        before.differences(&after).to_string(),
    )?;
    Ok(format!(
        "4 names of 63 bytes in {relations} generations, the longest {longest} bytes"
    ))
}

pub(crate) fn audit_fails(bed: &Bed) -> Told {
    let scene = Scene::shop(bed)?;
    let audit = "\n-- dormer: audit \"revenue is never negative\"\nSELECT * FROM marts.daily WHERE revenue < 0;\n";
    scene.view(
        "apart",
        "CREATE MATERIALIZED VIEW marts.apart AS SELECT count(*) AS n FROM raw.orders;\n",
    );
    scene.view("daily", &format!("{DAILY}{audit}"));
    scene.view("shown", SHOWN);
    scene.view("weekly", WEEKLY);
    scene.run(&["apply", "-y"], 0)?;
    let before = scene.look()?;
    scene.view(
        "daily",
        &format!("{}{audit}", DAILY.replace("sum(net)", "-sum(net)")),
    );
    scene.view(
        "apart",
        "CREATE MATERIALIZED VIEW marts.apart AS SELECT 7 AS n;\n",
    );
    let ran = scene.run(&["apply", "-y"], 5)?;
    demand(ran.told().contains("revenue is never negative"), ran.told())?;
    let lowest = scene.value("SELECT min(revenue) < 0 FROM marts.daily")?;
    demand(lowest == "false", "readers see what failed its audit")?;
    demand(
        scene.value("SELECT n FROM marts.apart")? == "7",
        "what stands apart was held back",
    )?;
    let shadows = scene.value(
        "SELECT count(*) FROM pg_class WHERE relname LIKE 'daily\\_\\_%' AND relkind = 'm' AND relispopulated",
    )?;
    demand(shadows != "0", "no shadow is kept for a look")?;
    scene.view("daily", &format!("{DAILY}{audit}"));
    scene.run(&["apply", "-y"], 0)?;
    scene.clean_up()?;
    let apart = |key: &str| key.contains("marts.apart");
    same(
        "something is left",
        &before.without(apart),
        &scene.look()?.without(apart),
    )?;
    Ok("code 5; old data served, the shadow kept, what stands apart is new".to_owned())
}
