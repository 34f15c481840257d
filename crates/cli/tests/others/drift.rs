//! What people do to a target by hand is told, and put back or kept, on the oldest and the newest server.

use dormer_testkit::bed::Bed;
use dormer_testkit::server::Binaries;

use crate::hands::Scene;

/// The majors that this runs on.
fn beds() -> impl Iterator<Item = Bed> {
    let majors = [13, 18].into_iter();
    majors.map(|major| Bed::start(&Binaries::find_major(major).unwrap()).unwrap())
}

/// What somebody does, and what is told of it.
const CHANGES: [(&str, &str); 11] = [
    ("DROP VIEW marts.shown", "missing  is not there any more"),
    (
        "CREATE OR REPLACE VIEW marts.shown AS SELECT shop, net FROM marts.daily WHERE net > 0",
        "changed  has another definition",
    ),
    (
        "ALTER VIEW marts.shown RENAME COLUMN net TO gross",
        "changed  column \"net\" is called \"gross\"",
    ),
    (
        "ALTER MATERIALIZED VIEW marts.daily RENAME COLUMN net TO gross",
        "changed  column \"net\" is called \"gross\"",
    ),
    (
        "REFRESH MATERIALIZED VIEW marts.daily WITH NO DATA",
        "missing  holds no rows",
    ),
    ("DROP INDEX marts.daily_key", "missing  index daily_key"),
    (
        "DROP INDEX marts.daily_key; CREATE INDEX daily_key ON marts.daily (shop)",
        "changed  index daily_key",
    ),
    (
        "COMMENT ON MATERIALIZED VIEW marts.daily IS 'Per day'",
        "changed  comment: was \"Per shop\", is \"Per day\"",
    ),
    (
        "COMMENT ON MATERIALIZED VIEW marts.daily IS NULL",
        "missing  comment: \"Per shop\"",
    ),
    (
        "REVOKE SELECT ON marts.daily FROM PUBLIC",
        "missing  grant of SELECT to PUBLIC",
    ),
    (
        "ALTER MATERIALIZED VIEW marts.daily RESET (fillfactor)",
        "missing  option fillfactor: 90",
    ),
];

const DAILY: &str = "CREATE MATERIALIZED VIEW marts.daily WITH (fillfactor = 90) AS
SELECT shop, sum(net) AS net FROM raw.orders GROUP BY shop;
CREATE UNIQUE INDEX daily_key ON marts.daily (shop);
COMMENT ON MATERIALIZED VIEW marts.daily IS 'Per shop';
GRANT SELECT ON marts.daily TO PUBLIC;
";

#[test]
fn what_somebody_changes_is_told_and_put_back() {
    for bed in beds() {
        let scene = Scene::new(&bed);
        scene.view("daily", DAILY);
        scene.run(&["drift"], 0);
        scene.run(&["apply", "-y"], 0);
        let calm = scene.run(&["drift"], 0);
        assert_eq!(
            calm.stdout,
            "No drift: 2 objects of target prod are as applied.\n"
        );
        for (sql, told) in CHANGES {
            scene.sql(sql);
            let drift = scene.run(&["drift"], 3);
            assert!(drift.stdout.contains(told), "{sql}\n{}", drift.told());
            scene.run(&["status", "--check"], 3);
            scene.run(&["apply", "-y"], 0);
            scene.run(&["drift"], 0);
            let status = scene.run(&["status", "--check"], 0);
            assert!(status.stdout.contains(": 2 ok"), "{sql}\n{}", status.told());
        }
    }
}

#[test]
fn what_somebody_renamed_is_found_and_gets_its_name_back() {
    for bed in beds() {
        let scene = Scene::new(&bed);
        scene.run(&["apply", "-y"], 0);
        scene.sql("ALTER MATERIALIZED VIEW marts.daily RENAME TO daily_old");
        let drift = scene.run(&["drift"], 3);
        assert!(
            drift.stdout.contains("is called marts.daily_old now"),
            "{}",
            drift.told()
        );
        let back = "ALTER MATERIALIZED VIEW \"marts\".\"daily_old\" RENAME TO \"daily\"";
        let line = drift
            .stdout
            .lines()
            .find(|line| line.contains("give the name back"));
        let statement = line
            .and_then(|line| line.split_once(": "))
            .unwrap()
            .1
            .trim();
        assert_eq!(statement.replace('"', ""), back.replace('"', ""));
        scene.sql(statement);
        scene.run(&["drift"], 0);

        // A schema that no file names is looked into all the same.
        scene.sql("CREATE SCHEMA archive; ALTER VIEW marts.shown SET SCHEMA archive");
        let drift = scene.run(&["drift"], 3);
        assert!(
            drift.stdout.contains("is archive.shown now"),
            "{}",
            drift.told()
        );
        let status = scene.run(&["status", "--check"], 3);
        assert!(
            status.stdout.contains("marts.shown  missing"),
            "{}",
            status.told()
        );
        scene.sql("ALTER VIEW archive.shown SET SCHEMA marts");
        scene.run(&["drift"], 0);
        scene.settled();
    }
}

#[test]
fn what_somebody_adds_is_told_and_kept() {
    for bed in beds() {
        let scene = Scene::new(&bed);
        scene.run(&["apply", "-y"], 0);
        scene.sql(
            "CREATE ROLE reader_of_drift; GRANT SELECT ON marts.daily TO reader_of_drift;
             CREATE INDEX mine ON marts.daily (net); COMMENT ON COLUMN marts.shown.net IS 'mine';
             CREATE TABLE marts.scratch (id integer)",
        );
        let drift = scene.run(&["drift"], 3);
        for told in [
            "added  grant of SELECT to reader_of_drift, granted by ",
            "added  index mine: CREATE INDEX mine ON marts.daily USING btree (net)",
            "added  comment on column \"net\": \"mine\"",
            "kept by apply:",
            "marts.scratch  table of ",
        ] {
            assert!(drift.stdout.contains(told), "{told}\n{}", drift.told());
        }
        assert!(!drift.stdout.contains("put it back"), "{}", drift.told());
        scene.settled();
        let status = scene.run(&["status"], 0);
        assert!(status.stdout.contains(": 2 ok"), "{}", status.told());
        scene.sql(
            "DROP INDEX marts.mine; COMMENT ON COLUMN marts.shown.net IS NULL;
             REVOKE SELECT ON marts.daily FROM reader_of_drift; DROP ROLE reader_of_drift",
        );
        // What stands there beside is no drift.
        let drift = scene.run(&["drift"], 0);
        assert!(drift.stdout.contains("marts.scratch"), "{}", drift.told());
    }
}

#[test]
fn audits_of_what_is_live_fail_with_their_rows() {
    for bed in beds() {
        let scene = Scene::new(&bed);
        let audited = format!(
            "{DAILY}\n-- dormer: audit \"no shop is zero\"\nSELECT shop, net FROM marts.daily WHERE shop = 0;\n\
             -- dormer: audit \"net is there\"\nSELECT shop FROM marts.daily WHERE net IS NULL;\n"
        );
        let missing = scene.view_and_run(&audited, &["audit"], 1);
        assert!(
            missing.stdout.contains("marts.daily is not there"),
            "{}",
            missing.told()
        );
        scene.view("daily", DAILY);
        scene.run(&["apply", "-y"], 0);
        let failed = scene.view_and_run(&audited, &["audit", "-j", "2", "--junit", "out.xml"], 5);
        for told in [
            "no shop is zero: 1 row",
            "  shop  net\n  0     ",
            "1 failed, 1 passed.",
        ] {
            assert!(failed.stdout.contains(told), "{told}\n{}", failed.told());
        }
        let xml = scene.read("out.xml");
        assert!(xml.contains("failures=\"1\" errors=\"0\""), "{xml}");
        assert!(
            xml.contains("<failure message=\"1 row\">shop=0, net="),
            "{xml}"
        );
        // Nothing can be written by an audit, and what takes too long is ended.
        let writes = audited.replace("WHERE shop = 0", "WHERE nextval('raw.counter') = 0");
        scene.sql("CREATE SEQUENCE raw.counter");
        let refused = scene.view_and_run(&writes, &["audit"], 1);
        assert!(
            refused.stdout.contains("read-only transaction"),
            "{}",
            refused.told()
        );
        let slow = audited.replace("WHERE shop = 0", "WHERE pg_sleep(20) IS NULL");
        let ended = scene.view_and_run(&slow, &["audit", "--timeout", "200ms"], 1);
        assert!(
            ended.stdout.contains("statement timeout"),
            "{}",
            ended.told()
        );
    }
}
