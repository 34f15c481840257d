//! SQLMesh: a model each, of the kind that makes a materialized view.

use std::fmt::Write as _;
use std::path::Path;

use crate::bench::deploy::project::Project;
use crate::bench::deploy::server::write;
use crate::bench::projects::{self, EXTERNALS, Read};
use crate::failure::Outcome;

use super::{Install, Peer};

const PLAN: &[&str] = &[
    "plan",
    "--no-prompts",
    "--auto-apply",
    "--skip-tests",
    "--no-diff",
];

pub(super) const PEER: Peer = Peer {
    name: "sqlmesh",
    install: Install::Python(&["sqlmesh[postgres]==0.236.*"]),
    write: project,
    edit: model,
    apply: PLAN,
    change: PLAN,
    remark: "without indexes; readers read views that point at its materialized views",
};

const CONFIG: &str = "\
gateways:
  pg:
    connection:
      type: postgres
      host: \"{{ env_var('PGHOST') }}\"
      port: \"{{ env_var('PGPORT') }}\"
      user: \"{{ env_var('PGUSER') }}\"
      password: none
      database: \"{{ env_var('PGDATABASE') }}\"
      concurrent_tasks: 4
    state_schema: mesh_state
default_gateway: pg
model_defaults:
  dialect: postgres
  start: '2026-01-01'
  cron: '@daily'
";

fn project(project: &Project, folder: &Path) -> Outcome {
    write(&folder.join("config.yaml"), CONFIG)?;
    let mut externals = String::new();
    for number in 0..EXTERNALS {
        // Writing to a String cannot fail.
        let _ = writeln!(
            externals,
            "- name: raw.src_{number:03}\n  columns: {{id: int, k: text, v: numeric, ts: timestamptz}}"
        );
    }
    write(&folder.join("external_models.yaml"), &externals)?;
    (0..project.size()).try_for_each(|number| model(project, folder, (number, 0)))
}

fn model(project: &Project, folder: &Path, (number, least): (usize, u8)) -> Outcome {
    let [a, b] = project.reads(number).map(Read::name);
    let query = projects::query([&a, &b], least);
    let name = Read::View(number).name();
    let text = format!("MODEL (name {name}, kind VIEW (materialized true));\n\n{query}\n");
    write(&folder.join(format!("models/mv_{number:05}.sql")), &text)
}
