//! Other tools over the same graph on the same server: first creation, nothing changed, one parent changed.
//!
//! A peer is one file with one [`Peer`]. They are installed below `target/bench/peers`, once; **one that cannot be
//! installed or run is said, with the reason.**

use std::fs;
use std::path::{Path, PathBuf};

use crate::bench::millis;
use crate::bench::projects::Shape;
use crate::failure::{Failure, Outcome};
use crate::{command, workspace};

use super::program::Runner;
use super::project::{Indexes, Project};
use super::reading::{Watched, beside};
use super::server::{Database, Server, scratch};
use super::table::{Floor, Subject};
use super::{Bench, Part, cutover};

mod dbt;
mod pgmold;
mod sqlmesh;

/// No peer is measured with more objects.
const MOST: usize = 1000;
const ALL: [Peer; 3] = [dbt::PEER, sqlmesh::PEER, pgmold::PEER];

/// How a peer is made ready.
#[derive(Debug, Clone, Copy)]
enum Install {
    /// Python packages in a folder of their own.
    Python(&'static [&'static str]),
    /// A program of the cargo registry.
    Cargo(&'static str),
}

/// Another tool, and how it does what Dormer does.
#[derive(Debug, Clone, Copy)]
struct Peer {
    name: &'static str,
    install: Install,
    /// Writes the whole project into a folder.
    write: fn(&Project, &Path) -> Outcome,
    /// Writes one view of it that keeps values from `least` on.
    edit: fn(&Project, &Path, (usize, u8)) -> Outcome,
    /// Creates everything, and is run again with nothing changed.
    apply: &'static [&'static str],
    /// Brings the change of view 0 and of all that read it to the readers.
    change: &'static [&'static str],
    /// What has to be known of its numbers.
    remark: &'static str,
}

/// Measures all peers that install.
pub(super) fn run(bench: &mut Bench, part: Part, sizes: &[usize]) {
    let size = sizes.first().copied().unwrap_or(MOST).min(MOST);
    for peer in ALL {
        let measured = peer
            .program()
            .and_then(|program| measure(bench, (&peer, &program), part, size));
        if let Err(failure) = measured {
            let what = format!("{}: {failure}", peer.name);
            bench.found.missing(what);
        }
    }
}

fn measure(bench: &mut Bench, (peer, program): (&Peer, &Path), part: Part, size: usize) -> Outcome {
    bench
        .found
        .remark(format!("{}: {}", peer.name, peer.remark));
    if part.wants(Part::Plan) || part.wants(Part::Apply) {
        let project = Project::write(Shape::Layered, size, Indexes::None)?;
        let floors = floors(bench, &project)?;
        created(bench, (peer, program), &project, floors)?;
    }
    if part.wants(Part::Cutover) {
        changed(bench, (peer, program))?;
    }
    Ok(())
}

/// The floors right before the peer, so that both see the same machine.
fn floors(bench: &Bench, project: &Project) -> Outcome<[Floor; 2]> {
    let database = bench.server.database("floor")?;
    let ddl = Floor {
        name: "bare DDL",
        ms: millis(database.send(&project.floor())?),
    };
    let query = Floor {
        name: "one catalog query",
        ms: millis(database.ask()?),
    };
    Ok([ddl, query])
}

fn created(
    bench: &mut Bench,
    (peer, program): (&Peer, &Path),
    project: &Project,
    [ddl, query]: [Floor; 2],
) -> Outcome {
    let folder = peer.fresh(project)?;
    let database = bench.server.database(peer.name)?;
    let environment = environment(&bench.server, &database);
    let environment = borrowed(&environment);
    let runner = runner(program, &folder, &environment);
    let objects = project.size();
    let first = runner.run(peer.apply)?;
    let work = format!("{}, first", peer.name);
    let subject = |work| Subject { work, objects };
    bench.found.work(subject(&work), &[first], Some(ddl));
    let again = runner.run(peer.apply)?;
    let work = format!("{}, nothing changed", peer.name);
    bench.found.work(subject(&work), &[again], Some(query));
    Ok(())
}

/// One parent of a hundred views changes under readers.
fn changed(bench: &mut Bench, (peer, program): (&Peer, &Path)) -> Outcome {
    let project = Project::write(Shape::Star, cutover::VIEWS, Indexes::One)?;
    let folder = peer.fresh(&project)?;
    let database = bench.server.database(peer.name)?;
    let environment = environment(&bench.server, &database);
    let environment = borrowed(&environment);
    let runner = runner(program, &folder, &environment);
    runner.run(peer.apply)?;
    (peer.edit)(&project, &folder, (0, 1))?;
    let (seen, measured) = beside(&database, &project.names(), || runner.run(peer.change))?;
    let mut watched = Watched::new(peer.name);
    watched.add(seen, millis(measured.wall), None);
    bench.found.cutover(watched.finish());
    Ok(())
}

impl Peer {
    /// The peer's program, installed where it is not there yet.
    fn program(&self) -> Outcome<PathBuf> {
        let root = workspace::target().join("bench/peers");
        fs::create_dir_all(&root)
            .map_err(|error| Failure::while_(format!("make {}", root.display()), error))?;
        let home = match self.install {
            Install::Python(_) => root.join(self.name),
            Install::Cargo(_) => root,
        };
        let program = home.join("bin").join(self.name);
        if program.is_file() {
            return Ok(program);
        }
        let place = home.to_string_lossy();
        match self.install {
            Install::Python(packages) => {
                command::capture(&mut command::program("python3", &["-m", "venv", &place]))?;
                let pip = home.join("bin/pip");
                let pip = pip.to_string_lossy();
                let words = [&["install", "--quiet"], packages].concat();
                command::capture(&mut command::program(&pip, &words))?;
            }
            Install::Cargo(package) => {
                let words = ["install", "--quiet", "--locked", package, "--root", &place];
                command::capture(&mut command::program("cargo", &words))?;
            }
        }
        Ok(program)
    }

    /// The project in a folder where the peer has not been yet.
    fn fresh(&self, project: &Project) -> Outcome<PathBuf> {
        let folder = scratch(&format!("{}-{}", self.name, project.name))?;
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .map_err(|error| Failure::while_("remove an old project", error))?;
        }
        (self.write)(project, &folder)?;
        Ok(folder)
    }
}

fn environment(server: &Server, database: &Database<'_>) -> Vec<(&'static str, String)> {
    vec![
        ("PGHOST", server.folder.clone()),
        ("PGPORT", server.port.clone()),
        ("PGUSER", "postgres".to_owned()),
        ("PGDATABASE", database.name.clone()),
        ("PGMOLD_DATABASE_URL", format!("db:{}", database.url)),
        ("DBT_PROFILES_DIR", ".".to_owned()),
        ("DO_NOT_TRACK", "1".to_owned()),
        ("SQLMESH__DISABLE_ANONYMIZED_ANALYTICS", "1".to_owned()),
        ("NO_COLOR", "1".to_owned()),
    ]
}

fn borrowed<'a>(environment: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    environment
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect()
}

fn runner<'a>(
    path: &'a Path,
    folder: &'a Path,
    environment: &'a [(&'a str, &'a str)],
) -> Runner<'a> {
    super::runner(path, folder, environment)
}
