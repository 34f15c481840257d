//! Runs that are killed at any moment, under readers: `DORMER_KILLS` of them, 20 as a rule and 200 in full.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use dormer_testkit::bed::{Bed, Database};
use dormer_testkit::dump::Dump;
use dormer_testkit::probe::{Probe, Reader};
use dormer_testkit::project::Project;

use crate::case::told;
use crate::end::{clean, finish, look, nothing_to_do, readable, run, same};
use crate::majors;

const OBJECTS: usize = 10;

const GROUND: &str = "
CREATE SCHEMA raw; CREATE SCHEMA marts; CREATE SCHEMA bi;
CREATE TABLE raw.t AS SELECT i % 50 AS k, i AS v FROM generate_series(1, 20000) AS i;";

/// Somebody's own, on top of the whole.
const BY_HAND: &str = "
CREATE VIEW bi.report WITH (security_barrier) AS SELECT k, v FROM marts.m9;
CREATE MATERIALIZED VIEW bi.kept AS SELECT k, v FROM marts.m8;
CREATE INDEX kept_by_k ON bi.kept (k);
ALTER VIEW bi.report OWNER TO anna; GRANT USAGE ON SCHEMA marts, bi TO anna;
GRANT SELECT ON bi.report TO finance; GRANT SELECT ON marts.m9 TO anna, finance;";

fn kills() -> usize {
    let text = std::env::var("DORMER_KILLS").ok();
    text.and_then(|text| text.parse().ok())
        .unwrap_or(if majors::full() { 200 } else { 20 })
}

/// Every third one is a plain view; each reads the one before and the one before that.
fn write(project: &Project, version: i32) {
    for number in 0..OBJECTS {
        let kind = if number % 3 == 2 {
            "VIEW"
        } else {
            "MATERIALIZED VIEW"
        };
        let reads = match number {
            0 => "raw.t AS a".to_owned(),
            1 => "marts.m0 AS a".to_owned(),
            _ => format!(
                "marts.m{} AS a JOIN marts.m{} AS b USING (k)",
                number - 1,
                number - 2
            ),
        };
        let added = if number == 0 { version } else { 0 };
        let mut text = format!(
            "CREATE {kind} marts.m{number} AS\n\
             SELECT k, sum(a.v) % 1000003 + {added} AS v FROM {reads} GROUP BY k;\n"
        );
        if kind != "VIEW" {
            text.push_str(&format!(
                "CREATE UNIQUE INDEX m{number}_k ON marts.m{number} (k);\n"
            ));
        }
        project.view(&format!("m{number}"), &text).unwrap();
    }
}

/// What every kill begins from and should end at.
struct Scene<'a> {
    template: Database<'a>,
    before: Dump,
    after: Dump,
    /// How long a whole run takes.
    takes: Duration,
}

fn scene(bed: &Bed) -> Result<(Scene<'_>, Project), String> {
    let template = bed.database().map_err(|error| error.to_string())?;
    let mut admin = template.connect().map_err(|error| error.to_string())?;
    admin.batch_execute(GROUND).map_err(|error| told(&error))?;
    let binary = Path::new(env!("CARGO_BIN_EXE_dormer"));
    let mut project = Project::new(binary, &template.url()).unwrap();
    write(&project, 1);
    run(&project, &["apply", "-y"], 0)?;
    admin.batch_execute(BY_HAND).map_err(|error| told(&error))?;
    drop(admin);
    let before = look(&template)?;
    write(&project, 2);
    let whole = template.copy().map_err(|error| error.to_string())?;
    project.aim(&whole.url());
    let begun = Instant::now();
    run(&project, &["apply", "-y"], 0)?;
    let takes = begun.elapsed();
    clean(&project)?;
    nothing_to_do(&project, "after the whole run")?;
    let after = look(&whole)?;
    drop(whole);
    let scene = Scene {
        template,
        before,
        after,
        takes,
    };
    Ok((scene, project))
}

fn kill(scene: &Scene<'_>, project: &mut Project, moment: Duration) -> Result<bool, String> {
    let database = scene.template.copy().map_err(|error| error.to_string())?;
    project.aim(&database.url());
    let readers: Vec<Reader> = (0..OBJECTS)
        .map(|number| format!("marts.m{number}"))
        .chain(["bi.report".to_owned(), "bi.kept".to_owned()])
        .map(|name| Reader::counting(&name).pause(Duration::from_millis(10)))
        .collect();
    let probe = Probe::start(&database.url(), &readers);
    let running = project.spawn(&["apply", "-y"]).unwrap();
    thread::sleep(moment);
    let killed = running.kill().unwrap();
    let served = readable(&database, &scene.before, &scene.after);
    let finished = finish(project, &["apply", "-y"]);
    let seen = probe.finish();
    served?;
    let how = finished?;
    let told = format!("{}\nafter {how}", killed.told());
    if seen.failed() > 0 || seen.values.keys().any(|rows| rows == "0") {
        return Err(format!("{} {:?}\n{told}", seen.told(), seen.values));
    }
    clean(project).map_err(|error| format!("{error}\n{told}"))?;
    same("finished is another", &scene.after, &look(&database)?)
        .map_err(|error| format!("{error}\n{told}"))?;
    Ok(killed.code.is_none())
}

/// How often an earlier moment is tried where the run had ended by itself.
const EARLIER: usize = 4;

/// Kills a run before its end. How long one takes is measured once, and the machine may have had more to
/// do then than it has now: where a run is over before it is killed, an earlier moment is tried.
fn in_time(scene: &Scene<'_>, project: &mut Project, moment: Duration) -> Result<bool, String> {
    let mut moment = moment;
    for _ in 0..EARLIER {
        let killed = kill(scene, project, moment)
            .map_err(|error| format!("killed after {moment:?}: {error}"))?;
        if killed {
            return Ok(true);
        }
        moment = moment * 3 / 5;
    }
    Ok(false)
}

#[test]
fn killed_runs_are_finished_and_readers_do_not_notice() {
    let all = majors::deep();
    let each = kills().div_ceil(all.len());
    let mut failures = Vec::new();
    let (mut killed, mut tried) = (0, 0);
    for binaries in &all {
        let bed = Bed::start(binaries).unwrap();
        let (scene, mut project) = scene(&bed).unwrap_or_else(|error| panic!("{error}"));
        let span = u64::try_from(scene.takes.as_micros()).unwrap();
        for number in 0..each {
            // Spread over the whole run, and a different place in each of its parts every time.
            let scattered = u64::try_from(number * 7919 % each).unwrap() * span;
            let moment = Duration::from_micros(scattered / u64::try_from(each).unwrap());
            tried += 1;
            match in_time(&scene, &mut project, moment) {
                Ok(before_its_end) => killed += usize::from(before_its_end),
                Err(error) => failures.push(format!("PostgreSQL {}, {error}", bed.major())),
            }
        }
    }
    let failed = failures.len();
    eprintln!("{killed} of {tried} runs were killed before their end, {failed} ended wrong");
    assert!(
        failures.is_empty(),
        "{failed} of {tried} failed\n\n{}",
        failures.join("\n\n")
    );
    assert!(
        killed * 2 > tried,
        "only {killed} of {tried} were still running"
    );
}
