//! Incidents 16, 17, 19 and 24: runs that die, runs that meet, and the way back.

use std::time::{Duration, Instant};

use dormer_testkit::bed::Bed;
use dormer_testkit::dump::Dump;
use dormer_testkit::probe::Reader;

use crate::proxy::Proxy;
use crate::scene::{CLEAN, Scene, Told, demand, same};

/// A shop whose ground was edited, as it is before apply and as it should be after it.
fn edited(bed: &Bed) -> Result<(Scene<'_>, Dump), String> {
    let mut scene = Scene::shop(bed)?;
    scene.view("clean", &CLEAN.replace("net > 0", "net > 100"));
    let whole = scene.database.copy().map_err(|error| error.to_string())?;
    let url = scene.database.url();
    scene.project.aim(&whole.url());
    scene.run(&["apply", "-y"], 0)?;
    scene.clean_up()?;
    let dump = Dump::of(
        &mut whole.connect().map_err(|error| error.to_string())?,
        dormer_testkit::dump::Looking::CatalogAndRows,
    );
    scene.project.aim(&url);
    Ok((scene, dump.map_err(|error| error.to_string())?))
}

fn readers() -> [Reader; 4] {
    ["sub.clean", "marts.daily", "marts.weekly", "marts.shown"]
        .map(|name| Reader::counting(name).pause(Duration::from_millis(5)))
}

/// Goes on as a person would: resume, or take the lease of a holder that is dead, or apply anew.
fn go_on(scene: &Scene<'_>) -> Result<(), String> {
    let mut said = String::new();
    for more in [
        ["--resume"].as_slice(),
        &["--resume", "--take-lease"],
        &[],
        &["--take-lease"],
    ] {
        let mut arguments = vec!["apply", "-y"];
        arguments.extend(more);
        let ran = scene.any(&arguments);
        said.push_str(&ran.told());
        if ran.code == Some(0) && scene.any(&["plan", "--detailed-exitcode"]).code == Some(0) {
            return Ok(());
        }
    }
    Err(format!("it cannot be finished: {said}"))
}

pub(crate) fn every_boundary(bed: &Bed) -> Told {
    demand(
        cfg!(feature = "crash-points"),
        "the binary was built without crash-points",
    )?;
    let (mut scene, wanted) = edited(bed)?;
    let (mut crashed, mut reads) = (0, 0);
    for at in 1..2000 {
        let copy = scene.database.copy().map_err(|error| error.to_string())?;
        let template = std::mem::replace(&mut scene.database, copy);
        let url = scene.database.url();
        scene.project.aim(&url);
        let probe = scene.probe(&readers());
        scene.project.variable("DORMER_CRASH_AT", at.to_string());
        let ran = scene.any(&["apply", "-y"]);
        scene.project.forget_variable("DORMER_CRASH_AT");
        let ended = if ran.code.is_none() {
            go_on(&scene)
        } else {
            Ok(())
        };
        let seen = probe.finish();
        let at_it = |error: String| format!("boundary {at}: {error}\n{}", ran.told());
        ended.map_err(at_it)?;
        demand(seen.failed() == 0, seen.told()).map_err(at_it)?;
        reads += seen.reads;
        scene.clean_up().map_err(at_it)?;
        same("it ended otherwise", &wanted, &scene.look()?).map_err(at_it)?;
        scene.database = template;
        if ran.code == Some(0) {
            break;
        }
        crashed += 1;
    }
    Ok(format!(
        "{crashed} boundaries, all finished; {reads} reads, 0 failed"
    ))
}

pub(crate) fn two_runs(bed: &Bed) -> Told {
    let (scene, wanted) = edited(bed)?;
    let begun = Instant::now();
    let both = [(); 2].map(|()| scene.project.spawn(&["apply", "-y"]).unwrap());
    let mut codes: Vec<i32> = Vec::new();
    let mut said = String::new();
    for one in both {
        let ran = one.wait().map_err(|error| error.to_string())?;
        said.push_str(&ran.told());
        codes.push(ran.code.unwrap_or(-1));
    }
    codes.sort_unstable();
    // The second finds nothing to do, is told that the lease is held, or that its plan is of before.
    demand([vec![0, 0], vec![0, 6], vec![0, 7]].contains(&codes), said)?;
    scene.settled()?;
    scene.clean_up()?;
    same("two runs made something else", &wanted, &scene.look()?)?;
    Ok(format!(
        "codes {codes:?} after {:.1} s",
        begun.elapsed().as_secs_f64()
    ))
}

pub(crate) fn lost_answers(bed: &Bed) -> Told {
    let (mut scene, wanted) = edited(bed)?;
    let proxy = Proxy::start(bed.server())?;
    let mut lost = 0;
    for number in 1..200 {
        let copy = scene.database.copy().map_err(|error| error.to_string())?;
        let template = std::mem::replace(&mut scene.database, copy);
        let probe = scene.probe(&readers());
        proxy.lose(number);
        let url = proxy.url(scene.database.name());
        scene.project.aim(&url);
        let ran = scene.any(&["apply", "-y"]);
        let was_lost = proxy.has_lost();
        proxy.lose(0);
        let url = scene.database.url();
        scene.project.aim(&url);
        let ended = if ran.code == Some(0) {
            scene.settled()
        } else {
            go_on(&scene)
        };
        let seen = probe.finish();
        let at_it = |error: String| format!("answer {number}: {error}\n{}", ran.told());
        ended.map_err(at_it)?;
        demand(seen.failed() == 0, seen.told()).map_err(at_it)?;
        scene.clean_up().map_err(at_it)?;
        same("it ended otherwise", &wanted, &scene.look()?).map_err(at_it)?;
        scene.database = template;
        if !was_lost {
            break;
        }
        lost += 1;
    }
    demand(lost > 0, "no COMMIT was seen")?;
    Ok(format!(
        "{lost} answers lost, one a run; the end is the same"
    ))
}

pub(crate) fn rollback_of_hundred(bed: &Bed) -> Told {
    const VIEWS: usize = 100;
    let scene = Scene::empty(bed)?;
    let write = |added: usize| {
        for number in 0..VIEWS {
            let (reads, added) = match number {
                0 => ("raw.orders".to_owned(), added),
                _ => (format!("marts.v{}", (number - 1) / 3), 0),
            };
            let text = format!(
                "CREATE MATERIALIZED VIEW marts.v{number} AS\n\
                 SELECT shop_id, sum(net) + {added} AS net FROM {reads} GROUP BY shop_id;\n\
                 CREATE UNIQUE INDEX v{number}_shop ON marts.v{number} (shop_id);\n"
            );
            scene.view(&format!("v{number}"), &text);
        }
    };
    write(0);
    scene.run(&["apply", "-y"], 0)?;
    let before = scene.look()?;
    write(1);
    scene.run(&["apply", "-y"], 0)?;
    let readers: Vec<Reader> = [0, 33, 66, 99]
        .map(|number| Reader::counting(&format!("marts.v{number}")))
        .to_vec();
    let probe = scene.probe(&readers);
    let begun = Instant::now();
    let ran = scene.run(&["rollback", "-y"], 0);
    let took = begun.elapsed();
    let seen = probe.finish();
    ran?;
    demand(seen.failed() == 0, seen.told())?;
    scene.clean_up()?;
    same("it is not as before", &before, &scene.look()?)?;
    let told = format!(
        "{:.2} s for the whole command; {}",
        took.as_secs_f64(),
        seen.told()
    );
    demand(took < Duration::from_secs(1), &told)?;
    Ok(told)
}
