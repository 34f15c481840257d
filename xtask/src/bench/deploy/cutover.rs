//! A closure of a hundred views, one index each, changes hands while four sessions read it.

use std::fs;

use serde::Deserialize;

use crate::bench::millis;
use crate::bench::projects::Shape;
use crate::failure::{Failure, Outcome};

use super::program::last_words;
use super::project::{Indexes, Project, URL};
use super::reading::{Stretch, Watched, beside};
use super::server::{scratch, write};
use super::{Bench, runner};

pub(super) const VIEWS: usize = 100;
const RUNS: usize = 5;
const SHADOW: &str = "__new";

/// What an event says that is asked for here.
#[derive(Debug, Deserialize)]
struct Event {
    event: String,
    ts: String,
    #[serde(default)]
    step: u32,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    ms: f64,
}

impl Bench {
    pub(super) fn cutovers(&mut self) -> Outcome {
        let project = Project::write(Shape::Star, VIEWS, Indexes::One)?;
        self.found.cutover_head();
        self.undisturbed(&project)?;
        self.renamed(&project)?;
        self.cut_over(&project)
    }

    /// What readers see when nothing happens: the noise of the machine.
    fn undisturbed(&mut self, project: &Project) -> Outcome {
        let mut watched = Watched::new("nothing, for 2 s");
        for _ in 0..RUNS {
            let database = self.server.database("cutover_floor")?;
            database.send(&project.floor())?;
            let pause = std::time::Duration::from_secs(1);
            let ((), seen) = swap(beside(&database, &project.names(), || {
                std::thread::sleep(pause);
                Ok(())
            })?);
            watched.add(seen, millis(pause), None);
        }
        self.found.cutover(watched.finish());
        Ok(())
    }

    /// The floor: bare renames of shadows that are there, in one message.
    fn renamed(&mut self, project: &Project) -> Outcome {
        let (shadows, renames) = (scratch("shadows.sql")?, scratch("renames.sql")?);
        write(&shadows, &project.ddl(SHADOW))?;
        write(&renames, &project.renames(SHADOW))?;
        let mut watched = Watched::new("bare renames in one message");
        for _ in 0..RUNS {
            let database = self.server.database("cutover_floor")?;
            database.send(&project.floor())?;
            database.send(&shadows)?;
            let (seen, took) = beside(&database, &project.names(), || {
                let took = database.send_whole(&renames)?;
                Ok((took, now_ms()?))
            })?;
            let (took, to_ms) = took;
            // The program that sends them ends right after.
            let stretch = Stretch {
                from_ms: to_ms - millis(took),
                to_ms,
            };
            watched.add(seen, millis(took), Some(stretch));
        }
        self.found.cutover(watched.finish());
        Ok(())
    }

    fn cut_over(&mut self, project: &Project) -> Outcome {
        let database = self.server.database("cutover")?;
        let url = [(URL, database.url.as_str())];
        let dormer = runner(&self.dormer, &project.folder, &url);
        dormer.run(&["apply", "-y"])?;
        let mut watched = Watched::new("dormer apply");
        for run in 0..RUNS {
            project.edit(0, u8::from(run % 2 == 0))?;
            let change = || {
                let measured = dormer.run(&["apply", "-y", "--json"])?;
                Ok((measured, last_words()?))
            };
            let (seen, (measured, events)) = beside(&database, &project.names(), change)?;
            let stretch = cutover_of(&events);
            if stretch.is_none() {
                fs::write(scratch("events")?, &events)
                    .map_err(|error| Failure::while_("keep the events", error))?;
            }
            watched.add(seen, millis(measured.wall), stretch);
        }
        project.edit(0, 0)?;
        self.found.cutover(watched.finish());
        Ok(())
    }
}

fn swap<A, B>((one, other): (A, B)) -> (B, A) {
    (other, one)
}

fn now_ms() -> Outcome<f64> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map(millis)
        .map_err(|error| Failure::while_("read the clock", error))
}

/// When the cutover of a run was, as its events tell.
fn cutover_of(events: &str) -> Option<Stretch> {
    let told: Vec<Event> = events
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let mut started = told.iter().filter(|event| event.event == "step-started");
    let cutover = started.find(|event| event.kind == "cutover")?.step;
    let mut finished = told.iter().filter(|event| event.event == "step-finished");
    let event = finished.find(|event| event.step == cutover)?;
    let to_ms = since_1970_ms(&event.ts)?;
    Some(Stretch {
        from_ms: to_ms - event.ms,
        to_ms,
    })
}

/// Reads `2026-01-31T12:00:00.123Z` as milliseconds since 1970.
fn since_1970_ms(text: &str) -> Option<f64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let numbers = |text: &str, between| -> Option<Vec<f64>> {
        text.split(between).map(|part| part.parse().ok()).collect()
    };
    let ([year, month, day], [hours, minutes, seconds]) = (
        <[f64; 3]>::try_from(numbers(date, '-')?).ok()?,
        <[f64; 3]>::try_from(numbers(time, ':')?).ok()?,
    );
    // Years begin in March here, so that the day that comes and goes is the last one.
    let (year, month) = if month > 2.0 {
        (year, month - 3.0)
    } else {
        (year - 1.0, month + 9.0)
    };
    let leaps = (year / 4.0).floor() - (year / 100.0).floor() + (year / 400.0).floor();
    let days = year * 365.0 + leaps + ((153.0 * month + 2.0) / 5.0).floor() + day - 719_469.0;
    Some((((days * 24.0 + hours) * 60.0 + minutes) * 60.0 + seconds) * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read() {
        assert_eq!(since_1970_ms("1970-01-01T00:00:00Z"), Some(0.0));
        let found = since_1970_ms("2024-02-29T12:00:00.250Z");
        assert_eq!(found, Some(1_709_208_000_250.0));
        assert_eq!(since_1970_ms("yesterday"), None);
    }

    #[test]
    fn the_cutover_is_found_in_the_events() {
        let events = r#"
{"ts":"2024-02-29T12:00:00.000Z","run":"r","event":"step-started","step":7,"kind":"cutover","title":"take the names"}
{"ts":"2024-02-29T12:00:00.250Z","run":"r","event":"step-finished","step":7,"ms":40,"outcome":"done"}
"#;
        let found = cutover_of(events).unwrap();
        assert_eq!(found.to_ms - found.from_ms, 40.0);
        assert_eq!(found.to_ms, 1_709_208_000_250.0);
    }
}
