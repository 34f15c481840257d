//! dbt: a model each, materialized as a materialized view.

use std::fmt::Write as _;
use std::path::Path;

use crate::bench::deploy::project::Project;
use crate::bench::deploy::server::write;
use crate::bench::projects::{self, EXTERNALS, Read};
use crate::failure::Outcome;

use super::{Install, Peer};

pub(super) const PEER: Peer = Peer {
    name: "dbt",
    install: Install::Python(&["dbt-core<1.12", "dbt-postgres"]),
    write: project,
    edit: model,
    apply: &["run", "--quiet", "--threads", "4"],
    // Without it a changed query is not noticed: the old one is refreshed.
    change: &[
        "run",
        "--quiet",
        "--threads",
        "4",
        "--full-refresh",
        "--select",
        "mv_00000+",
    ],
    remark: "a run with nothing changed refreshes every view; a change needs --full-refresh",
};

const PROJECT: &str = "\
name: bench
version: '1.0'
profile: bench
model-paths: [models]
models:
  bench:
    +materialized: materialized_view
flags:
  send_anonymous_usage_stats: false
";

const PROFILES: &str = "\
bench:
  target: dev
  outputs:
    dev:
      type: postgres
      host: \"{{ env_var('PGHOST') }}\"
      port: \"{{ env_var('PGPORT') | as_number }}\"
      user: \"{{ env_var('PGUSER') }}\"
      password: none
      dbname: \"{{ env_var('PGDATABASE') }}\"
      schema: mart
      threads: 4
";

fn project(project: &Project, folder: &Path) -> Outcome {
    write(&folder.join("dbt_project.yml"), PROJECT)?;
    write(&folder.join("profiles.yml"), PROFILES)?;
    let mut sources =
        "version: 2\nsources:\n  - name: raw\n    schema: raw\n    tables:\n".to_owned();
    for number in 0..EXTERNALS {
        // Writing to a String cannot fail.
        let _ = writeln!(sources, "      - name: src_{number:03}");
    }
    write(&folder.join("models/sources.yml"), &sources)?;
    (0..project.size()).try_for_each(|number| model(project, folder, (number, 0)))
}

fn model(project: &Project, folder: &Path, (number, least): (usize, u8)) -> Outcome {
    let [a, b] = project.reads(number).map(|read| match read {
        Read::View(number) => format!("{{{{ ref('mv_{number:05}') }}}}"),
        Read::External(number) => {
            format!("{{{{ source('raw', 'src_{:03}') }}}}", number % EXTERNALS)
        }
    });
    let query = projects::query([&a, &b], least);
    let config = if project.indexed() {
        "{{ config(indexes=[{'columns': ['id'], 'unique': true}]) }}\n"
    } else {
        ""
    };
    let path = folder.join(format!("models/mv_{number:05}.sql"));
    write(&path, &format!("{config}{query}\n"))
}
