//! Times an inspection of generated materialized views beside one catalog query over them.
//!
//! `inspecting COUNT` starts a PostgreSQL of its own and prints three lines, `name nanoseconds`:
//! the bare query, the inspection on an open session, and the bare query of dependencies. Each is
//! the best of several runs.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program for measuring: it reads the clock, tells, and ends when something breaks"
)]

use std::time::{Duration, Instant};

use dormer_core::engine::Scope;
use dormer_engines::Settings;
use dormer_engines::registry::{Place, open};
use dormer_sql::Dialect;
use dormer_testkit::server::{Binaries, Server};

const RUNS: usize = 15;

/// What a tool asks that knows nothing but materialized views.
const INVENTORY: &str = "
SELECT n.nspname::text, c.relname::text, pg_get_userbyid(c.relowner)::text, c.relispopulated,
       obj_description(c.oid, 'pg_class'), pg_total_relation_size(c.oid), c.reltuples::bigint,
       pg_get_viewdef(c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'm' ORDER BY 1, 2";

const DEPENDENCIES: &str = "
SELECT DISTINCT dc.oid, rc.oid, a.attname::text
FROM pg_depend d JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
JOIN pg_class dc ON dc.oid = r.ev_class
JOIN pg_class rc ON d.refclassid = 'pg_class'::regclass AND rc.oid = d.refobjid
LEFT JOIN pg_attribute a ON a.attrelid = rc.oid AND a.attnum = d.refobjsubid AND d.refobjsubid > 0
WHERE dc.oid <> rc.oid AND dc.relkind = 'm'";

/// Materialized views in layers of a hundred, each on two of the layer before, with an index,
/// a comment and a grant.
fn ddl(count: usize) -> String {
    let mut sql = String::from("CREATE SCHEMA marts; CREATE ROLE readers;");
    for table in 0..100 {
        sql.push_str(&format!(
            "CREATE TABLE marts.o0_{table} (id int, kind text, net numeric(12,2), at timestamptz);"
        ));
    }
    for number in 0..count {
        let (layer, place) = (number / 100 + 1, number % 100);
        let (before, other) = (layer - 1, (place * 7 + 1) % 100);
        sql.push_str(&format!(
            "CREATE MATERIALIZED VIEW marts.o{layer}_{place} AS
             SELECT a.id, a.kind, sum(b.net) AS net, max(b.at) AS at FROM marts.o{before}_{place} a
             JOIN marts.o{before}_{other} b ON b.id = a.id WHERE a.kind <> 'x' GROUP BY 1, 2 WITH NO DATA;
             CREATE UNIQUE INDEX ON marts.o{layer}_{place} (id, kind);
             COMMENT ON MATERIALIZED VIEW marts.o{layer}_{place} IS 'number {number}';
             GRANT SELECT ON marts.o{layer}_{place} TO readers;"
        ));
    }
    sql
}

fn best(mut run: impl FnMut()) -> Duration {
    let time = |_| {
        let started = Instant::now();
        run();
        started.elapsed()
    };
    (0..RUNS).map(time).min().unwrap_or_default()
}

fn main() {
    let count = std::env::args()
        .nth(1)
        .map_or(1000, |text| text.parse().unwrap());
    let server = Server::start(&Binaries::find().unwrap()).unwrap();
    let mut plain = server.connect().unwrap();
    plain.batch_execute(&ddl(count)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let limit = Duration::from_secs(60);
    let url = server.url();
    let place = Place {
        dialect: Dialect::Postgres,
        url: &url,
        environment: &|_| None,
    };
    let mut opened = runtime
        .block_on(open(place, &Settings::reading(limit, limit)))
        .unwrap();
    let scope = Scope::schemas(["marts"]);
    let inventory = best(|| drop(plain.query(INVENTORY, &[]).unwrap()));
    let inspection = best(|| {
        let observed = runtime.block_on(opened.session.inspect(&scope)).unwrap();
        assert_eq!(observed.relations.len(), count + 100);
    });
    let dependencies = best(|| drop(plain.query(DEPENDENCIES, &[]).unwrap()));
    println!("inventory {}", inventory.as_nanos());
    println!("inspection {}", inspection.as_nanos());
    println!("dependencies {}", dependencies.as_nanos());
}
