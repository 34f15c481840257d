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

/// One event of a run.
#[derive(Debug, Deserialize)]
struct Event {
    event: String,
    /// When it was told, in milliseconds since 1970 or as a date.
    #[serde(default)]
    ts: serde_json::Value,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    ms: Option<f64>,
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
    let told = events
        .lines()
        .filter_map(|line| serde_json::from_str::<Event>(line).ok());
    let mut finished = told.filter(|event| event.event == "step-finished" && cuts_over(event));
    let event = finished.next()?;
    let to_ms = event.ts.as_f64()?;
    Some(Stretch {
        from_ms: to_ms - event.ms?,
        to_ms,
    })
}

fn cuts_over(event: &Event) -> bool {
    let said = [event.kind.as_deref(), event.title.as_deref()];
    said.into_iter()
        .flatten()
        .any(|text| text.starts_with("cutover"))
}
