//! pgmold: the same statements in SQL files.

use std::path::Path;

use crate::bench::deploy::project::Project;
use crate::bench::deploy::server::write;
use crate::failure::Outcome;

use super::{Install, Peer};

const APPLY: &[&str] = &[
    "apply",
    "--schema",
    "sql:schema",
    "--target-schemas",
    "mart",
    "--allow-destructive",
];

pub(super) const PEER: Peer = Peer {
    name: "pgmold",
    install: Install::Cargo("pgmold"),
    write: project,
    edit: object,
    apply: APPLY,
    change: APPLY,
    remark: "one session",
};

fn project(project: &Project, folder: &Path) -> Outcome {
    (0..project.size()).try_for_each(|number| object(project, folder, (number, 0)))
}

fn object(project: &Project, folder: &Path, (number, least): (usize, u8)) -> Outcome {
    let path = folder.join(format!("schema/mv_{number:05}.sql"));
    write(&path, &project.file(number, least))
}
