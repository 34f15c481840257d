//! What an inspection of PostgreSQL sees, on every major version that this machine has.
//!
//! `observed.txt` is what the newest sees of the fixture, and `observed.<major>.diff` how an older
//! one differs; `BLESS=1` writes them anew.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a broken server or golden is a failed test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use dormer_core::engine::{EngineError, Scope};
use dormer_core::model::name::ObjectName;
use dormer_core::model::observed::dependency::{Read, Reader};
use dormer_core::model::observed::relation::{Ownership, RelationKind, Sight};
use dormer_core::model::observed::{Observed, Part, Unseen};
use dormer_engines::Settings;
use dormer_engines::registry::{Place, open};
use dormer_sql::Dialect;
use dormer_testkit::server::{Binaries, Server};

mod difference;
mod render;
mod version;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/inspect")
}

/// Inspects by the public way: an address, a session.
fn try_inspect(url: &str, scope: &Scope) -> Result<Observed, EngineError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let limit = Duration::from_secs(60);
    runtime.block_on(async {
        let place = Place {
            dialect: Dialect::Postgres,
            url,
            environment: &|_| None,
        };
        let mut opened = open(place, &Settings::reading(limit, limit)).await?;
        opened.session.inspect(scope).await
    })
}

fn inspect(server: &Server, scope: &Scope) -> Observed {
    try_inspect(&server.url(), scope)
        .unwrap_or_else(|error| panic!("PostgreSQL {}: {error} {:?}", server.major(), error.detail))
}

/// Starts a server and loads what of the fixture it accepts.
fn loaded(binaries: &Binaries) -> Server {
    let server = Server::start(binaries).unwrap();
    let mut session = server.connect().unwrap();
    for since in [0, 14, 15] {
        let name = match since {
            0 => "fixture.sql".to_owned(),
            since => format!("fixture.{since}.sql"),
        };
        if server.major() >= since {
            let text = fs::read_to_string(folder().join(name)).unwrap();
            session.batch_execute(&text).unwrap();
        }
    }
    server
}

fn newest() -> Binaries {
    Binaries::all().unwrap().pop().unwrap()
}

fn marts() -> Scope {
    Scope::schemas(["marts", "not_there_yet"])
}

/// Compares with a golden, or writes it.
fn golden(name: &str, found: &str) {
    let path = folder().join(name);
    if env::var_os("BLESS").is_some() {
        fs::write(&path, found).unwrap();
        return;
    }
    let wanted = fs::read_to_string(&path).unwrap_or_default();
    let differs = difference::difference(&wanted, found);
    assert!(
        wanted == found,
        "{name} differs (BLESS=1 writes it anew):\n{differs}"
    );
}

#[test]
fn every_major_sees_one_of_everything() {
    let mut all = Binaries::all().unwrap();
    let newest = all.pop().unwrap();
    let text = render::render(&inspect(&loaded(&newest), &marts()));
    golden("observed.txt", &text);
    for binaries in all {
        let older = render::render(&inspect(&loaded(&binaries), &marts()));
        let differs = difference::difference(&text, &older);
        golden(&format!("observed.{}.diff", binaries.major()), &differs);
    }
}

#[test]
fn two_looks_at_the_same_are_the_same() {
    let server = loaded(&newest());
    let first = inspect(&server, &marts());
    assert_eq!(first, inspect(&server, &marts()));
    assert!(
        first
            .relations
            .values()
            .all(|one| one.fingerprint().is_some())
    );
}

#[test]
fn fingerprint_is_about_what_matters() {
    let server = loaded(&newest());
    let daily = ObjectName::new("marts", "orders_daily");
    let look = || inspect(&server, &marts()).relations[&daily].fingerprint();
    let mut session = server.connect().unwrap();
    let before = look();
    session
        .batch_execute(
            "INSERT INTO raw.customers (name) VALUES ('a');
             INSERT INTO raw.orders (customer_id, net) VALUES (1, 2);
             REFRESH MATERIALIZED VIEW marts.orders_daily; ANALYZE marts.orders_daily",
        )
        .unwrap();
    assert_eq!(before, look());
    let mut seen = BTreeSet::from([before]);
    for change in [
        "GRANT INSERT ON marts.orders_daily TO anna",
        "GRANT SELECT (net) ON marts.orders_daily TO anna",
        "COMMENT ON MATERIALIZED VIEW marts.orders_daily IS 'other'",
        "COMMENT ON COLUMN marts.orders_daily.day IS 'other'",
        "COMMENT ON RULE \"_RETURN\" ON marts.orders_daily IS 'dormer:v1:other'",
        "ALTER MATERIALIZED VIEW marts.orders_daily SET (autovacuum_enabled = off)",
        "ALTER MATERIALIZED VIEW marts.orders_daily OWNER TO anna",
        "ALTER MATERIALIZED VIEW marts.orders_daily ALTER day SET STATISTICS 7",
        "DROP INDEX marts.orders_daily_some",
        "ALTER TABLE raw.customers RENAME COLUMN country TO land",
    ] {
        session.batch_execute(change).unwrap();
        assert!(seen.insert(look()), "not seen: {change}");
    }
}

#[test]
fn dependencies_are_those_of_a_direct_query() {
    for binaries in Binaries::all().unwrap() {
        let server = loaded(&binaries);
        let observed = inspect(&server, &Scope::everything());
        let rows = server.connect().unwrap().query(DIRECT, &[]).unwrap();
        let mut wanted: BTreeMap<_, BTreeMap<_, BTreeSet<String>>> = BTreeMap::new();
        for row in rows {
            let name = |at: usize| ObjectName::new(row.get(at), row.get(at + 1));
            let columns = wanted
                .entry(name(0))
                .or_default()
                .entry(name(2))
                .or_default();
            columns.extend(row.get::<_, Option<String>>(4));
        }
        let mut found: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for (reader, reads) in &observed.dependencies {
            for (read, columns) in reads {
                if let (Reader::Relation(reader), Read::Relation(read)) = (reader, read) {
                    let reads = found.entry(reader.clone()).or_default();
                    reads.insert(read.clone(), columns.clone());
                }
            }
        }
        assert!(wanted.len() >= 7);
        assert_eq!(found, wanted);
    }
}

const DIRECT: &str = "
SELECT DISTINCT dn.nspname::text, dc.relname::text, rn.nspname::text, rc.relname::text, a.attname::text
FROM pg_depend d JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
JOIN pg_class dc ON dc.oid = r.ev_class AND dc.relkind IN ('v', 'm') JOIN pg_namespace dn ON dn.oid = dc.relnamespace
JOIN pg_class rc ON d.refclassid = 'pg_class'::regclass AND rc.oid = d.refobjid JOIN pg_namespace rn ON rn.oid = rc.relnamespace
LEFT JOIN pg_attribute a ON a.attrelid = rc.oid AND a.attnum = d.refobjsubid AND d.refobjsubid > 0
WHERE dc.oid <> rc.oid AND dn.nspname NOT IN ('pg_catalog', 'information_schema')
  AND rn.nspname NOT IN ('pg_catalog', 'information_schema')";

#[test]
fn fixture_of_the_oracle_is_seen() {
    let oracle = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testkit/oracle");
    for binaries in Binaries::all().unwrap() {
        let server = Server::start(&binaries).unwrap();
        let mut session = server.connect().unwrap();
        for (name, since) in [("schema.sql", 0), ("schema.14.sql", 14)] {
            if server.major() >= since {
                let text = fs::read_to_string(oracle.join(name)).unwrap();
                session.batch_execute(&text).unwrap();
            }
        }
        let observed = inspect(&server, &Scope::everything());
        let customers = &observed.relations[&ObjectName::new("shop", "customers")];
        assert_eq!(customers.kind, RelationKind::Table);
        assert_eq!(customers.columns[3].name, "Full Name");
        assert_eq!(customers.columns[2].type_name, "shop.email_address");
    }
}

#[test]
fn role_with_few_rights_sees_the_same_and_that_it_owns_nothing() {
    let server = loaded(&newest());
    server
        .connect()
        .unwrap()
        .batch_execute("CREATE ROLE guest LOGIN; GRANT anna TO guest")
        .unwrap();
    let url = server
        .url()
        .replace("postgres://postgres@", "postgres://guest@");
    let mut seen = try_inspect(&url, &marts()).unwrap();
    let mut whole = inspect(&server, &marts());
    assert_eq!(seen.unseen, BTreeSet::new());
    let held: Vec<String> = seen
        .relations
        .iter()
        .filter(|(_, one)| one.ownership == Ownership::Held)
        .map(|(name, _)| name.to_string())
        .collect();
    assert_eq!(held, ["bi.weekly"]);
    for one in seen.functions.values_mut() {
        assert_eq!(one.ownership, Ownership::Foreign);
        one.ownership = Ownership::Held;
    }
    for one in seen
        .relations
        .values_mut()
        .chain(whole.relations.values_mut())
    {
        one.ownership = Ownership::Held;
    }
    assert_eq!(seen, whole);
}

#[test]
fn what_a_role_may_not_read_is_said() {
    let server = loaded(&newest());
    server
        .connect()
        .unwrap()
        .batch_execute(
            "CREATE ROLE guest LOGIN;
             REVOKE SELECT ON pg_catalog.pg_policy, pg_catalog.pg_default_acl FROM PUBLIC;
             REVOKE SELECT ON pg_catalog.pg_constraint FROM PUBLIC",
        )
        .unwrap();
    let url = server
        .url()
        .replace("postgres://postgres@", "postgres://guest@");
    let error = try_inspect(&url, &marts()).map(|observed| observed.unseen);
    let error = error.unwrap_err();
    assert_eq!(error.kind, dormer_core::engine::ErrorKind::Permission);
    server
        .connect()
        .unwrap()
        .batch_execute("GRANT SELECT ON pg_catalog.pg_policy TO PUBLIC")
        .unwrap();
    let seen = try_inspect(&url, &marts()).unwrap();
    let unseen = [Part::Indexes, Part::Grants].map(Unseen::Denied);
    assert_eq!(seen.unseen, BTreeSet::from(unseen));
    assert!(!seen.relations.is_empty());
}

#[test]
fn what_is_locked_is_said_and_not_waited_for() {
    for binaries in Binaries::all().unwrap() {
        let server = loaded(&binaries);
        let mut session = server.connect().unwrap();
        let mut locking = session.transaction().unwrap();
        locking
            .batch_execute("REFRESH MATERIALIZED VIEW marts.orders_daily")
            .unwrap();
        let started = Instant::now();
        let observed = inspect(&server, &marts());
        assert!(started.elapsed() < Duration::from_secs(1));
        let locked = |schema, name| {
            let relation = &observed.relations[&ObjectName::new(schema, name)];
            assert_eq!(
                relation.fingerprint().is_none(),
                relation.sight == Sight::Locked
            );
            relation.sight == Sight::Locked
        };
        assert!(locked("marts", "orders_daily") && locked("marts", "orders_barrier"));
        assert!(locked("bi", "guarded"), "a policy reads it");
        assert!(!locked("bi", "weekly") && !locked("bi", "numbered"));
        let unseen = observed.unseen.iter().map(ToString::to_string);
        assert!(
            unseen
                .into_iter()
                .any(|text| text == "parts of marts.orders_daily, which are locked")
        );
        drop(locking);
        assert_eq!(inspect(&server, &marts()).unseen, BTreeSet::new());
    }
}

#[test]
fn objects_that_are_dropped_meanwhile_break_nothing() {
    for binaries in Binaries::all().unwrap() {
        let server = loaded(&binaries);
        let stop = AtomicBool::new(false);
        thread::scope(|scope| {
            for worker in 0..3 {
                let (server, stop) = (&server, &stop);
                scope.spawn(move || {
                    let mut session = server.connect().unwrap();
                    let table = format!("marts.t{worker}");
                    while !stop.load(Ordering::Relaxed) {
                        session
                            .batch_execute(&format!(
                                "CREATE TABLE {table} (a int PRIMARY KEY, b text);
                                 CREATE VIEW {table}v AS SELECT a FROM {table};
                                 CREATE MATERIALIZED VIEW {table}m AS SELECT a FROM {table}v;
                                 CREATE INDEX ON {table}m (a);
                                 CREATE RULE r AS ON INSERT TO {table} DO ALSO DELETE FROM marts.base;"
                            ))
                            .unwrap();
                        session
                            .batch_execute(&format!(
                                "DROP MATERIALIZED VIEW {table}m; DROP VIEW {table}v; DROP TABLE {table}"
                            ))
                            .unwrap();
                    }
                });
            }
            let mut failed = Vec::new();
            for _ in 0..15 {
                failed.extend(try_inspect(&server.url(), &marts()).err());
            }
            stop.store(true, Ordering::Relaxed);
            assert_eq!(failed, [], "PostgreSQL {}", server.major());
        });
    }
}
