//! What tells one definition from the next, and the schema that nobody looks at.

use std::collections::BTreeSet;

use dormer_core::engine::Scope;
use dormer_core::model::name::ObjectName;
use dormer_core::model::observed::dependency::Reader;
use dormer_core::model::observed::relation::Sight;
use dormer_testkit::server::{Binaries, Server};

use super::inspect;

const START: &str = "
    CREATE SCHEMA m;
    CREATE TABLE m.t (a int, b int);
    CREATE VIEW m.v AS SELECT a FROM m.t;
    CREATE MATERIALIZED VIEW m.mv AS SELECT a FROM m.v;
    CREATE ROLE anna SUPERUSER";

#[test]
fn version_is_that_of_the_definition_and_nothing_else() {
    for binaries in Binaries::all().unwrap() {
        let server = Server::start(&binaries).unwrap();
        let mut session = server.connect().unwrap();
        session.batch_execute(START).unwrap();
        let version = |name: &str| {
            let observed = inspect(&server, &Scope::everything());
            observed.relations[&ObjectName::new("m", name)]
                .version
                .clone()
        };
        assert_eq!(version("t"), None);
        let (view, mv) = (version("v"), version("mv"));
        assert!(view.is_some() && mv.is_some() && view != mv);
        for change in [
            "ALTER TABLE m.t RENAME TO u",
            "ALTER TABLE m.u RENAME COLUMN a TO aa",
            "ALTER TABLE m.u ADD COLUMN c int",
            "ALTER VIEW m.v RENAME TO w",
            "ALTER VIEW m.w SET (security_barrier = true)",
            "ALTER VIEW m.w OWNER TO anna",
            "GRANT SELECT ON m.w TO anna",
            "COMMENT ON RULE \"_RETURN\" ON m.w IS 'dormer:v1:0123abcd:shop'",
            "ALTER MATERIALIZED VIEW m.mv RENAME TO mw",
            "COMMENT ON RULE \"_RETURN\" ON m.mw IS 'dormer:v1:0123abcd:shop'",
            "REFRESH MATERIALIZED VIEW m.mw",
            "ANALYZE m.mw",
            "VACUUM (FREEZE) pg_catalog.pg_rewrite",
            "VACUUM (FULL) pg_catalog.pg_rewrite",
        ] {
            session.batch_execute(change).unwrap();
            let name = if change.starts_with("ALTER TABLE") {
                "v"
            } else {
                "w"
            };
            assert_eq!(version(name), view, "{}: {change}", server.major());
        }
        assert_eq!(version("mw"), mv);
        session
            .batch_execute("CREATE OR REPLACE VIEW m.w AS SELECT aa AS a FROM m.u")
            .unwrap();
        assert_ne!(version("w"), view);
        session
            .batch_execute(
                "DROP MATERIALIZED VIEW m.mw; CREATE MATERIALIZED VIEW m.mw AS SELECT a FROM m.w",
            )
            .unwrap();
        assert_ne!(version("mw"), mv);
    }
}

#[test]
fn known_definition_is_left_out_and_nothing_else() {
    for binaries in Binaries::all().unwrap() {
        let server = Server::start(&binaries).unwrap();
        let mut session = server.connect().unwrap();
        session.batch_execute(START).unwrap();
        let whole = inspect(&server, &Scope::everything());
        let (view, mv) = (ObjectName::new("m", "v"), ObjectName::new("m", "mv"));
        let known = whole.relations[&view].version.clone().unwrap();
        let partly = inspect(
            &server,
            &Scope {
                known: [known, "1.1".to_owned()].into(),
                ..Scope::everything()
            },
        );
        let left_out = &partly.relations[&view];
        assert_eq!(left_out.definition, None);
        assert_eq!(left_out.sight, Sight::Known);
        assert_eq!(left_out.fingerprint(), None);
        assert_eq!(left_out.columns, whole.relations[&view].columns);
        assert_eq!(partly.relations[&mv], whole.relations[&mv]);
        for (reader, reads) in &whole.dependencies {
            let now = &partly.dependencies[reader];
            if *reader == Reader::Relation(view.clone()) {
                assert!(now.keys().eq(reads.keys()));
                assert!(now.values().all(BTreeSet::is_empty));
            } else {
                assert_eq!(now, reads);
            }
        }
        assert!(partly.unseen.is_empty());
    }
}

#[test]
fn known_definition_is_read_when_a_column_got_another_name() {
    for binaries in Binaries::all().unwrap() {
        let server = Server::start(&binaries).unwrap();
        let mut session = server.connect().unwrap();
        session.batch_execute(START).unwrap();
        for (kind, name) in [("VIEW", "v"), ("MATERIALIZED VIEW", "mv")] {
            let object = ObjectName::new("m", name);
            let version = |scope: &Scope| {
                let observed = inspect(&server, scope);
                observed.relations[&object].version.clone().unwrap()
            };
            let known = version(&Scope::everything());
            session
                .batch_execute(&format!("ALTER {kind} m.{name} RENAME COLUMN a TO c"))
                .unwrap();
            let scope = Scope {
                known: [known.clone()].into(),
                ..Scope::everything()
            };
            assert_eq!(version(&scope), known);
            let relation = inspect(&server, &scope).relations[&object].clone();
            assert_eq!(relation.sight, Sight::Whole);
            assert!(relation.definition.is_some(), "{name}");
            let whole = inspect(&server, &Scope::everything());
            assert_eq!(relation, whole.relations[&object]);
        }
    }
}

#[test]
fn journal_is_never_looked_at() {
    let server = Server::start(&Binaries::find().unwrap()).unwrap();
    let mut session = server.connect().unwrap();
    session
        .batch_execute(
            "CREATE SCHEMA dormer; CREATE TABLE dormer.runs (run text PRIMARY KEY);
             CREATE SCHEMA m; CREATE VIEW m.seen AS SELECT run FROM dormer.runs",
        )
        .unwrap();
    for scope in [Scope::everything(), Scope::schemas(["dormer", "m"])] {
        let observed = inspect(&server, &scope);
        let names: Vec<String> = observed.relations.keys().map(ToString::to_string).collect();
        assert_eq!(names, ["m.seen"]);
        assert!(!observed.schemas.contains_key("dormer"));
        assert!(observed.dependencies.is_empty());
    }
}
