//! Incidents 14, 15, 21, 25, 26 and 28: readers, while the ground changes below them.

use std::thread;
use std::time::{Duration, Instant};

use dormer_testkit::bed::Bed;
use dormer_testkit::probe::{Manner, Probe, Reader, Seen};

use crate::scene::{CLEAN, DAILY, Scene, Told, demand, told};

/// What a reader may wait at a cutover that nobody stands in the way of.
const STALL: Duration = Duration::from_millis(25);
/// How long a cutover may hold readers up before it gives way.
const CUTOVER: Duration = Duration::from_millis(500);
/// What a busy machine adds to a wait.
const SLACK: Duration = Duration::from_millis(150);

fn slow_daily(added: u8) -> String {
    DAILY.replace(
        "sum(net) AS revenue FROM sub.clean",
        &format!(
            "sum(net) + {added} + 0 * max(s.n) AS revenue\n\
             FROM sub.clean, (SELECT count(*) AS n FROM generate_series(1, 4000000)) AS s"
        ),
    )
}

fn served(seen: &Seen) -> Result<(), String> {
    let empty = seen.values.get("0").copied().unwrap_or_default();
    demand(
        seen.failed() == 0 && empty == 0,
        format!("{}; {empty} saw no row", seen.told()),
    )
}

/// What the same readers wait when nothing happens.
fn quiet(scene: &Scene<'_>, readers: &[Reader]) -> Duration {
    let probe = scene.probe(readers);
    thread::sleep(Duration::from_secs(1));
    probe.finish().longest_stall
}

pub(crate) fn slow_build(bed: &Bed) -> Told {
    let scene = Scene::shop(bed)?;
    scene.view("daily", &slow_daily(0));
    scene.run(&["apply", "-y"], 0)?;
    scene.view("daily", &slow_daily(1));
    let readers = ["marts.daily", "marts.weekly", "marts.shown", "sub.clean"].map(Reader::counting);
    let noise = quiet(&scene, &readers);
    let probe = scene.probe(&readers);
    let ran = scene.run(&["apply", "-y"], 0);
    let seen = probe.finish();
    ran?;
    served(&seen)?;
    let told = format!(
        "{} ({:.1} ms when nothing happens)",
        seen.told(),
        noise.as_secs_f64() * 1e3
    );
    demand(seen.longest_stall <= STALL.max(noise * 2), &told)?;
    Ok(told)
}

/// Opens a transaction that reads a relation, and keeps it open for a while.
fn hold(scene: &Scene<'_>, relation: &str, open: Duration) -> Result<Held, String> {
    let mut session = scene.session()?;
    let begin = format!("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM {relation}");
    session
        .batch_execute(&begin)
        .map_err(|error| told(&error))?;
    let pid: i32 = session
        .query_one("SELECT pg_backend_pid()", &[])
        .map_err(|error| told(&error))?
        .get(0);
    let query = format!("SELECT count(*) FROM {relation}");
    let thread = thread::spawn(move || {
        thread::sleep(open);
        let row = session
            .query_one(&query, &[])
            .map_err(|error| told(&error))?;
        session
            .batch_execute("COMMIT")
            .map_err(|error| told(&error))?;
        Ok(row.get::<_, i64>(0))
    });
    Ok(Held { pid, thread })
}

struct Held {
    pid: i32,
    thread: thread::JoinHandle<Result<i64, String>>,
}

impl Held {
    fn end(self) -> Result<i64, String> {
        self.thread
            .join()
            .map_err(|_| "the reader panicked".to_owned())?
    }
}

/// Applies to the end, going on where it gave up behind a lock, and says how often that was.
fn persist(scene: &Scene<'_>) -> Result<(usize, String), String> {
    let mut said = String::new();
    for tries in 0..20 {
        let more: &[&str] = if tries == 0 {
            &["apply", "-y"]
        } else {
            &["apply", "-y", "--resume"]
        };
        let ran = scene.any(more);
        said.push_str(&ran.told());
        match ran.code {
            Some(0) => return Ok((tries, said)),
            Some(6) => {}
            _ => return Err(ran.told()),
        }
    }
    Err(format!("it never ended: {said}"))
}

pub(crate) fn long_reader(bed: &Bed) -> Told {
    let scene = Scene::shop(bed)?;
    let held = hold(&scene, "marts.daily", Duration::from_secs(8))?;
    let pid = held.pid.to_string();
    let readers = ["marts.daily", "marts.weekly", "marts.shown", "sub.clean"].map(Reader::counting);
    scene.view("daily", &DAILY.replace("sum(net)", "max(net)"));
    let probe = scene.probe(&readers);
    let begun = Instant::now();
    let ended = persist(&scene);
    let took = begun.elapsed();
    let seen = probe.finish();
    let rows = held.end()?;
    let (again, said) = ended?;
    served(&seen)?;
    demand(rows > 0, "the report saw nothing")?;
    demand(
        took > Duration::from_secs(7),
        "the cutover did not wait for the reader",
    )?;
    demand(seen.longest_stall <= CUTOVER + SLACK, seen.told())?;
    demand(
        said.contains(&pid),
        format!("nothing says who holds the lock (pid {pid}): {said}"),
    )?;
    Ok(format!(
        "done after {:.1} s, resumed {again} times; {}",
        took.as_secs_f64(),
        seen.told()
    ))
}

pub(crate) fn snapshots(bed: &Bed) -> Told {
    let scene = Scene::shop(bed)?;
    let count = "SELECT count(*) FROM marts.daily";
    let before = scene.value(count)?;
    // A report that has read the view, and one that has a snapshot and has not looked at it yet.
    let report = hold(&scene, "marts.daily", Duration::from_secs(3))?;
    let mut other = scene.session()?;
    other
        .batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM raw.orders")
        .map_err(|error| told(&error))?;
    scene.view(
        "clean",
        &CLEAN.replace("net > 0", "net > 0 AND shop_id < 6"),
    );
    let (again, _) = persist(&scene)?;
    let row = other.query_one(count, &[]).map_err(|error| told(&error))?;
    let late: i64 = row.get(0);
    other
        .batch_execute("COMMIT")
        .map_err(|error| told(&error))?;
    let old = report.end()?;
    let now = scene.value(count)?;
    demand(
        old.to_string() == before,
        format!("the report saw {old} and not {before}"),
    )?;
    demand(
        late != 0 && [&before, &now].contains(&&late.to_string()),
        format!("the late reader saw {late}; before {before}, now {now}"),
    )?;
    Ok(format!(
        "the report saw {old}, the late reader {late}, now {now}; resumed {again} times"
    ))
}

pub(crate) fn leaving(bed: &Bed) -> Told {
    const VIEWS: u64 = 8;
    let scene = Scene::empty(bed)?;
    let write = |added: u64| {
        scene.view("v0", &format!("CREATE MATERIALIZED VIEW marts.v0 AS\nSELECT id, net + {added} AS net FROM raw.orders;\n"));
        for number in 1..VIEWS {
            let text = format!(
                "CREATE MATERIALIZED VIEW marts.v{number} AS\nSELECT id, net FROM marts.v{};\n",
                number - 1
            );
            scene.view(&format!("v{number}"), &text);
        }
    };
    write(0);
    scene.run(&["apply", "-y"], 0)?;
    write(1);
    // The cutover itself begins when everything is built; the readers stay for longer than that.
    let mut held = Vec::new();
    for number in 0..VIEWS {
        let open = Duration::from_millis(2000 + 400 * number);
        held.push(hold(&scene, &format!("marts.v{number}"), open)?);
    }
    let readers: Vec<Reader> = (0..VIEWS)
        .map(|number| {
            Reader::counting(&format!("marts.v{number}")).pause(Duration::from_millis(10))
        })
        .collect();
    let probe = scene.probe(&readers);
    let ended = persist(&scene);
    let seen = probe.finish();
    for one in held {
        demand(one.end()? > 0, "a report saw nothing")?;
    }
    let (again, _) = ended?;
    served(&seen)?;
    demand(seen.longest_stall <= CUTOVER + SLACK, seen.told())?;
    Ok(format!("{}; resumed {again} times", seen.told()))
}

pub(crate) fn prepared(bed: &Bed) -> Told {
    let scene = Scene::shop(bed)?;
    let reader = Reader {
        statement: "SELECT t::text, t.* FROM marts.daily AS t LIMIT 1".to_owned(),
        ..Reader::counting("marts.daily")
    };
    let readers = [reader.manner(Manner::Prepared).many(3)];
    let through = |scene: &Scene<'_>| -> Result<Seen, String> {
        let probe = Probe::start(&scene.database.url(), &readers);
        let ran = scene.run(&["apply", "-y"], 0);
        thread::sleep(Duration::from_millis(100));
        let seen = probe.finish();
        ran.map(|_| seen)
    };
    scene.view("daily", &DAILY.replace("sum(net)", "max(net)"));
    let plan = scene.plan()?.json.to_string();
    demand(
        !plan.contains("shape-change"),
        "the plan speaks of a change of shape",
    )?;
    let same = through(&scene)?;
    demand(same.failed() == 0, format!("same columns: {}", same.told()))?;
    scene.view(
        "daily",
        &DAILY.replace("sum(net) AS revenue", "sum(net) AS revenue, 1 AS one"),
    );
    let plan = scene.plan()?.json.to_string();
    demand(
        plan.contains("shape-change"),
        "the plan does not say shape-change",
    )?;
    let other = through(&scene)?;
    let known = other
        .failures
        .keys()
        .all(|text| text.contains("cached plan must not change result type"));
    demand(known, other.told())?;
    Ok(format!(
        "same columns: {}; other columns: shape-change was said",
        same.told()
    ))
}

pub(crate) fn newer_data(bed: &Bed) -> Told {
    let scene = Scene::shop(bed)?;
    scene.view("clean", &CLEAN.replace("net > 0", "net > -1"));
    scene.view(
        "weekly",
        "CREATE MATERIALIZED VIEW marts.weekly AS
SELECT date_trunc('week', day) AS week, sum(revenue) + 0 * max(s.n) AS revenue
FROM marts.daily, (SELECT count(*) AS n FROM generate_series(1, 12000000)) AS s GROUP BY 1;
",
    );
    let running = scene.project.spawn(&["apply", "-y"]).unwrap();
    // The shadow of clean is filled at once; that of weekly takes its time.
    let begun = Instant::now();
    let filled = "SELECT count(*) FROM pg_class WHERE relname LIKE 'clean\\_\\_%' AND relkind = 'm' AND relispopulated";
    while scene.value(filled)? == "0" {
        demand(
            begun.elapsed() < Duration::from_secs(20),
            "no shadow was filled",
        )?;
        thread::sleep(Duration::from_millis(20));
    }
    scene.sql(
        "INSERT INTO raw.orders VALUES (0, 0, '2026-01-01', 1000000);
         REFRESH MATERIALIZED VIEW sub.clean; REFRESH MATERIALIZED VIEW marts.daily;",
    )?;
    let newest = "SELECT max(net) FROM sub.clean";
    let seen = scene.value(newest)?;
    let between = scene.value(
        "SELECT count(*) FROM pg_class WHERE relname LIKE 'clean\\_\\_%' AND relkind = 'm'",
    )?;
    let ran = running.wait().map_err(|error| error.to_string())?;
    demand(ran.code == Some(0), ran.told())?;
    let after = scene.value(newest)?;
    demand(
        after == seen,
        format!("readers saw {seen} and then {after}: {}", ran.told()),
    )?;
    let daily = scene.value("SELECT max(revenue) > 1000000 FROM marts.daily")?;
    demand(daily == "true", "what stands on it is older than it was")?;
    Ok(format!(
        "the newest row stays; {between} generations of the shadow at that moment"
    ))
}
