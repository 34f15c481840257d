//! Plan, apply and cutover beside the floor and beside peers: one run, one server, one graph.
//!
//! - **The floor** is what a plain session does: the bare DDL one by one, one catalog query, bare renames.
//! - **Each that is measured has a database of its own** on the same server, a copy of the same ground.
//! - **What could not be measured is said,** and the run goes on where it can.

use std::path::{Path, PathBuf};

use crate::failure::Outcome;

use super::measure::Measured;
use super::projects::Shape;

mod cutover;
mod peers;
mod program;
mod project;
mod reading;
mod server;
mod table;

use program::Runner;
use project::{Indexes, Project, URL};
pub(super) use server::Fsync;
use server::{Database, Server};
pub(super) use table::Deployed;
use table::{Floor, Subject};

/// Which benches of these are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    All,
    Plan,
    Apply,
    Cutover,
    Refresh,
}

impl Part {
    pub(super) const NAMES: [&str; 5] = ["deploy", "plan", "apply", "cutover", "refresh"];

    pub(super) fn parse(name: &str) -> Option<Self> {
        match name {
            "deploy" => Some(Self::All),
            "plan" => Some(Self::Plan),
            "apply" => Some(Self::Apply),
            "cutover" => Some(Self::Cutover),
            "refresh" => Some(Self::Refresh),
            _ => None,
        }
    }

    fn wants(self, other: Self) -> bool {
        self == Self::All || self == other
    }
}

/// Whether other tools are measured too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Peers {
    Measured,
    LeftOut,
}

/// How often what changes nothing is measured, and what has to begin anew each time.
const REPEATED: usize = 7;
const ANEW: usize = 3;
/// From here on once is enough.
const LARGE: usize = 5000;

/// What all benches of a run share.
#[derive(Debug)]
struct Bench {
    server: Server,
    dormer: PathBuf,
    found: Deployed,
}

/// What is wanted of these benches.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) part: Part,
    pub(super) sizes: Vec<usize>,
    pub(super) peers: Peers,
    pub(super) fsync: Fsync,
}

/// Runs the wanted benches.
pub(super) fn run(release: &Path, wanted: &Wanted) -> Outcome<Deployed> {
    let Wanted {
        part,
        sizes,
        peers,
        fsync,
    } = wanted;
    let part = *part;
    let server = Server::start(release, *fsync)?;
    let mut bench = Bench {
        found: Deployed::new(&server.version, server.settings()),
        server,
        dormer: release.join("dormer"),
    };
    bench.found.head();
    let mut first = true;
    for size in sizes {
        if part.wants(Part::Plan) || part.wants(Part::Apply) {
            let outcome = bench.sized(part, *size, first);
            bench.go_on(outcome);
        }
        if part.wants(Part::Refresh) {
            let outcome = bench.refreshed(*size);
            bench.go_on(outcome);
        }
        first = false;
    }
    if part.wants(Part::Cutover) {
        let outcome = bench.cutovers();
        bench.go_on(outcome);
    }
    match peers {
        Peers::Measured => peers::run(&mut bench, part, sizes),
        Peers::LeftOut => bench.found.missing("peers: left out".to_owned()),
    }
    Ok(bench.found)
}

impl Bench {
    /// Says what failed; the rest is still worth measuring.
    fn go_on(&mut self, outcome: Outcome) {
        if let Err(failure) = outcome {
            self.found.missing(failure.to_string());
        }
    }

    /// Plan and apply of one size; the first size is measured in more ways.
    fn sized(&mut self, part: Part, size: usize, first: bool) -> Outcome {
        let bare = Project::write(Shape::Layered, size, Indexes::None)?;
        if part.wants(Part::Apply) {
            let floor = self.created(&bare, "bare DDL, one session", "bare DDL")?;
            self.applied(&bare, floor, "4", "dormer apply, first, -j 4")?;
            if first {
                self.applied(&bare, floor, "1", "dormer apply, first, -j 1")?;
                let indexed = Project::write(Shape::Layered, size, Indexes::One)?;
                let what = "bare DDL with an index each, one session";
                let floor = self.created(&indexed, what, "bare DDL with indexes")?;
                self.applied(
                    &indexed,
                    floor,
                    "4",
                    "dormer apply, first, an index each, -j 4",
                )?;
            }
        }
        if part.wants(Part::Plan) {
            self.planned(&bare)?;
        }
        Ok(())
    }

    /// The floor of a first apply.
    fn created(&mut self, project: &Project, work: &str, name: &'static str) -> Outcome<Floor> {
        let mut times = Vec::new();
        for _ in 0..anew(project.size()) {
            let database = self.server.database("floor")?;
            times.push(super::millis(database.send(&project.floor())?));
        }
        let subject = Subject {
            work,
            objects: project.size(),
        };
        Ok(self.found.floor(subject, name, &times))
    }

    fn applied(&mut self, project: &Project, floor: Floor, jobs: &str, work: &str) -> Outcome {
        let mut all = Vec::new();
        for _ in 0..anew(project.size()) {
            let database = self.server.database("dormer")?;
            all.push(self.dormer(project, &database, &["apply", "-y", "-j", jobs])?);
        }
        let subject = Subject {
            work,
            objects: project.size(),
        };
        self.found.work(subject, &all, Some(floor));
        Ok(())
    }

    /// Plans over what was applied: with nothing changed, and after an edit in the lowest layer.
    fn planned(&mut self, project: &Project) -> Outcome {
        let size = project.size();
        let database = self.server.database("dormer")?;
        self.dormer(project, &database, &["apply", "-y"])?;
        let asked = super::millis(database.ask()?);
        let subject = |work| Subject {
            work,
            objects: size,
        };
        let query = subject("one catalog query");
        let floor = self.found.floor(query, "one catalog query", &[asked]);
        let url = [(URL, database.url.as_str())];
        let dormer = runner(&self.dormer, &project.folder, &url);
        let runs = if size >= LARGE { ANEW } else { REPEATED };

        let all = dormer.repeat(runs, &["check"])?;
        self.found.work(subject("dormer check"), &all, Some(floor));
        let all = dormer.repeat(runs, &["plan"])?;
        let work = "dormer plan, nothing changed";
        self.found.work(subject(work), &all, Some(floor));
        for (verb, work) in [
            ("status", "dormer status, nothing changed"),
            ("drift", "dormer drift, nothing changed"),
        ] {
            let all = dormer.repeat(runs, &[verb])?;
            self.found.work(subject(work), &all, Some(floor));
        }

        let edited = size / 10;
        let closure = project.closure(edited);
        let mut plans = Vec::new();
        let mut applies = Vec::new();
        for run in 0..anew(size) {
            project.edit(edited, u8::from(run % 2 == 0))?;
            plans.extend(dormer.repeat(ANEW, &["plan"])?);
            applies.push(dormer.run(&["apply", "-y", "-j", "4"])?);
        }
        let work = format!("dormer plan, one edit, closure of {closure}");
        self.found.work(subject(&work), &plans, Some(floor));
        let work = format!("dormer apply, one edit, closure of {closure}");
        self.found.work(subject(&work), &applies, Some(floor));
        project.edit(edited, 0)
    }

    /// Everything refreshed beside one session that does it one by one, and nothing to refresh.
    fn refreshed(&mut self, size: usize) -> Outcome {
        let project = Project::write(Shape::Layered, size, Indexes::None)?;
        let subject = |work| Subject {
            work,
            objects: size,
        };
        let database = self.server.database("dormer")?;
        self.dormer(&project, &database, &["apply", "-y"])?;
        let statements = project.refreshes()?;
        let mut times = Vec::new();
        let mut all = Vec::new();
        for _ in 0..anew(size) {
            times.push(super::millis(database.send(&statements)?));
            let words = ["refresh", "--all", "-j", "4"];
            all.push(self.dormer(&project, &database, &words)?);
        }
        let serial = subject("bare REFRESH, one session");
        let floor = self.found.floor(serial, "bare REFRESH", &times);
        let work = subject("dormer refresh --all, -j 4");
        self.found.work(work, &all, Some(floor));
        let url = [(URL, database.url.as_str())];
        let dormer = runner(&self.dormer, &project.folder, &url);
        let all = dormer.repeat(REPEATED, &["refresh"])?;
        let work = subject("dormer refresh, nothing changed");
        self.found.work(work, &all, Some(floor));
        Ok(())
    }

    fn dormer(
        &self,
        project: &Project,
        database: &Database<'_>,
        arguments: &[&str],
    ) -> Outcome<Measured> {
        let url = [(URL, database.url.as_str())];
        runner(&self.dormer, &project.folder, &url).run(arguments)
    }
}

fn runner<'a>(
    path: &'a Path,
    folder: &'a Path,
    environment: &'a [(&'a str, &'a str)],
) -> Runner<'a> {
    Runner {
        path,
        folder,
        environment,
    }
}

const fn anew(size: usize) -> usize {
    if size >= LARGE { 1 } else { ANEW }
}
