//! What every deed becomes, word for word.

use dormer_core::engine::Generation;
use dormer_core::engine::step::{Inverse, Placement};
use dormer_core::model::name::ObjectName;

use super::*;

fn on(kind: RelationKind, name: &str) -> Physical {
    Physical {
        name: ObjectName::new("marts", name),
        kind,
    }
}

fn mv(name: &str) -> Physical {
    on(RelationKind::MaterializedView, name)
}

fn view(name: &str) -> Physical {
    on(RelationKind::View, name)
}

fn table(name: &str) -> Physical {
    on(RelationKind::Table, name)
}

fn try_lower(deed: &Deed) -> Result<Vec<Statement>, Unsupported> {
    Postgres::new(None).lower(deed)
}

/// The statements as a script; what is not usual about one is said before it.
fn lower(deed: &Deed) -> String {
    let statements = try_lower(deed).unwrap();
    let shown = statements.into_iter().map(|statement| {
        let expect = match statement.expect {
            Expect::Anything => "",
            Expect::NoRow => "[no row] ",
        };
        let placement = match statement.placement {
            Placement::Together => "",
            Placement::Alone => "[alone] ",
        };
        format!("{expect}{placement}{}", statement.sql)
    });
    shown.collect::<Vec<_>>().join(";\n")
}

fn refused(deed: &Deed) -> String {
    try_lower(deed).unwrap_err().message
}

fn written(relation: Physical, sql: &str) -> Deed {
    Deed::Build {
        relation,
        form: Form::Written(sql.to_owned()),
    }
}

fn redefined(sql: &str) -> Deed {
    Deed::Redefine {
        relation: view("v"),
        form: Form::Written(sql.to_owned()),
        before: Form::Written(String::new()),
    }
}

fn captured() -> Captured {
    let options = [("fillfactor", "70"), ("toast.vacuum_truncate", "on")];
    let options = options.map(|(key, value)| (key.to_owned(), value.to_owned()));
    Captured {
        columns: vec!["day".to_owned(), "Net".to_owned()],
        query: " SELECT day,\n    net AS \"Net\"\n   FROM raw.orders; -- end".to_owned(),
        options: options.into(),
        tablespace: Some("fast disk".to_owned()),
        access_method: Some("heap".to_owned()),
    }
}

fn privilege(holder: Holder, grantable: bool) -> Privilege {
    Privilege {
        privilege: "SELECT".to_owned(),
        column: None,
        holder,
        grantable,
    }
}

fn role(name: &str) -> Holder {
    Holder::Role(name.to_owned())
}

fn verbatim(sql: &str) -> Deed {
    Deed::Verbatim {
        sql: sql.to_owned(),
        undo: None,
    }
}

fn index(sql: &str) -> Deed {
    Deed::Index {
        index: ObjectName::new("marts", "i"),
        sql: sql.to_owned(),
    }
}

fn audit(sql: &str) -> Deed {
    Deed::Audit {
        name: "never".to_owned(),
        sql: sql.to_owned(),
    }
}

fn comment(on: Commented, text: Option<&str>) -> Deed {
    Deed::Comment {
        on,
        text: text.map(str::to_owned),
        before: None,
    }
}

fn options(relation: Physical, set: &[(&str, Option<&str>)]) -> Deed {
    let pair = |(key, value): &(&str, Option<&str>)| ((*key).to_owned(), value.map(str::to_owned));
    Deed::Options {
        relation,
        set: set.iter().map(pair).collect(),
        before: BTreeMap::new(),
    }
}

#[test]
fn every_deed_has_its_statements() {
    let marker = Marker {
        project: "shop's".to_owned(),
        generation: Generation::parse("0123abcd").unwrap(),
        after: None,
    };
    let mark = |relation, marker| Deed::Mark {
        relation,
        marker,
        before: None,
    };
    let cases = [
        (
            Deed::CreateSchema {
                schema: "Marts".to_owned(),
            },
            "CREATE SCHEMA IF NOT EXISTS \"Marts\"",
        ),
        (
            written(
                mv("a__1"),
                "CREATE MATERIALIZED VIEW marts.a__1 AS SELECT 1; -- end",
            ),
            "CREATE MATERIALIZED VIEW marts.a__1 AS SELECT 1\nWITH NO DATA",
        ),
        (
            written(view("v"), "CREATE VIEW marts.v AS SELECT 1 -- end"),
            "CREATE VIEW marts.v AS SELECT 1",
        ),
        (
            written(table("t"), "CREATE TABLE marts.t AS SELECT 1 AS a"),
            "CREATE TABLE marts.t AS SELECT 1 AS a",
        ),
        (
            Deed::Fill { relation: mv("a") },
            "REFRESH MATERIALIZED VIEW marts.a",
        ),
        (
            Deed::Fill {
                relation: view("a"),
            },
            "",
        ),
        (
            Deed::Fill {
                relation: table("a"),
            },
            "",
        ),
        (
            index("CREATE UNIQUE INDEX i ON marts.a (day) -- key"),
            "CREATE UNIQUE INDEX i ON marts.a (day)",
        ),
        (
            index("CREATE INDEX CONCURRENTLY i ON marts.a (day)"),
            "[alone] CREATE INDEX CONCURRENTLY i ON marts.a (day)",
        ),
        (
            Deed::DropIndex {
                index: ObjectName::new("marts", "i"),
                sql: String::new(),
            },
            "DROP INDEX marts.i",
        ),
        (
            comment(Commented::Relation(mv("a")), Some("Revenue, it's net")),
            "COMMENT ON MATERIALIZED VIEW marts.a IS 'Revenue, it''s net'",
        ),
        (
            comment(Commented::Relation(view("a")), Some("a\\'b")),
            "COMMENT ON VIEW marts.a IS E'a\\\\''b'",
        ),
        (
            comment(Commented::Relation(table("a")), None),
            "COMMENT ON TABLE marts.a IS NULL",
        ),
        (
            comment(
                Commented::Column {
                    of: ObjectName::new("marts", "a"),
                    column: "order".to_owned(),
                },
                Some(""),
            ),
            "COMMENT ON COLUMN marts.a.\"order\" IS ''",
        ),
        (
            comment(Commented::Index(ObjectName::new("marts", "i")), None),
            "COMMENT ON INDEX marts.i IS NULL",
        ),
        (
            mark(mv("a"), Some(marker.clone())),
            "COMMENT ON RULE \"_RETURN\" ON marts.a IS 'dormer:v1:0123abcd:shop''s'",
        ),
        (
            mark(view("a"), None),
            "COMMENT ON RULE \"_RETURN\" ON marts.a IS NULL",
        ),
        (mark(table("a"), Some(marker)), ""),
        (
            Deed::Owner {
                relation: mv("a"),
                role: "Anna".to_owned(),
                before: "b".to_owned(),
            },
            "ALTER MATERIALIZED VIEW marts.a OWNER TO \"Anna\"",
        ),
        (
            options(
                view("a"),
                &[
                    ("security_barrier", Some("true")),
                    ("check_option", Some("local")),
                    ("security_invoker", None),
                ],
            ),
            "ALTER VIEW marts.a SET (check_option = 'local', security_barrier = 'true');\n\
             ALTER VIEW marts.a RESET (security_invoker)",
        ),
        (
            options(mv("a"), &[("toast.vacuum_truncate", None)]),
            "ALTER MATERIALIZED VIEW marts.a RESET (toast.vacuum_truncate)",
        ),
        (options(table("a"), &[]), ""),
        (
            Deed::AddColumn {
                table: ObjectName::new("marts", "t"),
                column: "net".to_owned(),
                sql: "net numeric(12,2) DEFAULT 0 -- euro".to_owned(),
            },
            "ALTER TABLE marts.t ADD COLUMN net numeric(12,2) DEFAULT 0",
        ),
        (Deed::Analyze { relation: mv("a") }, "ANALYZE marts.a"),
        (
            Deed::Analyze {
                relation: view("a"),
            },
            "",
        ),
        (
            audit("-- never\nSELECT * FROM marts.a WHERE net < 0; -- end"),
            "[no row] SELECT * FROM (\nSELECT * FROM marts.a WHERE net < 0\n) AS audit LIMIT 1",
        ),
        (
            Deed::Rename {
                relation: mv("a__1"),
                to: "Table".to_owned(),
            },
            "ALTER MATERIALIZED VIEW marts.a__1 RENAME TO \"Table\"",
        ),
        (
            Deed::Rename {
                relation: table("a"),
                to: "b".to_owned(),
            },
            "ALTER TABLE marts.a RENAME TO b",
        ),
        (
            Deed::RenameIndex {
                index: ObjectName::new("marts", "i__1"),
                to: "i".to_owned(),
            },
            "ALTER INDEX marts.i__1 RENAME TO i",
        ),
        (verbatim("NOTIFY x;"), "NOTIFY x"),
        (verbatim("VACUUM marts.a"), "[alone] VACUUM marts.a"),
        (
            verbatim("drop index concurrently marts.i"),
            "[alone] drop index concurrently marts.i",
        ),
        (
            Deed::Drop { relation: mv("a") },
            "DROP MATERIALIZED VIEW marts.a",
        ),
        (
            Deed::Drop {
                relation: view("a"),
            },
            "DROP VIEW marts.a",
        ),
        (
            Deed::Drop {
                relation: on(RelationKind::PartitionedTable, "a"),
            },
            "DROP TABLE marts.a",
        ),
        (
            Deed::Drop {
                relation: on(RelationKind::ForeignTable, "a"),
            },
            "DROP FOREIGN TABLE marts.a",
        ),
    ];
    for (deed, wanted) in cases {
        assert_eq!(lower(&deed), wanted, "{deed:?}");
    }
}

#[test]
fn what_the_target_told_is_composed_again() {
    let build = |relation, one| Deed::Build {
        relation,
        form: Form::Captured(one),
    };
    assert_eq!(
        lower(&build(mv("a"), captured())),
        "CREATE MATERIALIZED VIEW marts.a (day, \"Net\")\n\
         USING heap\n\
         WITH (fillfactor = '70', toast.vacuum_truncate = 'on')\n\
         TABLESPACE \"fast disk\" AS\n\
         SELECT day,\n    net AS \"Net\"\n   FROM raw.orders\n\
         WITH NO DATA"
    );
    let mut one = captured();
    one.options = BTreeMap::from([("check_option".to_owned(), "cascaded".to_owned())]);
    assert_eq!(
        lower(&build(view("a"), one.clone())),
        "CREATE VIEW marts.a (day, \"Net\")\nWITH (check_option = 'cascaded') AS\n\
         SELECT day,\n    net AS \"Net\"\n   FROM raw.orders"
    );
    one.columns.clear();
    one.options.clear();
    one.query = "SELECT;".to_owned();
    assert_eq!(
        lower(&Deed::Redefine {
            relation: view("a"),
            form: Form::Captured(one.clone()),
            before: Form::Captured(one.clone()),
        }),
        "CREATE OR REPLACE VIEW marts.a AS\nSELECT"
    );
    assert_eq!(
        refused(&build(table("a"), one)),
        "postgres cannot make a table of a query"
    );
}

#[test]
fn or_replace_stands_after_the_word_create() {
    assert_eq!(
        lower(&redefined(
            "/* CREATE VIEW */ create\n RECURSIVE view marts.v (a) AS SELECT 1"
        )),
        "CREATE OR REPLACE\n RECURSIVE view marts.v (a) AS SELECT 1"
    );
    assert_eq!(
        lower(&redefined(
            "CREATE OR REPLACE VIEW marts.v AS SELECT 'CREATE VIEW'"
        )),
        "CREATE OR REPLACE VIEW marts.v AS SELECT 'CREATE VIEW'"
    );
    assert_eq!(
        refused(&redefined("CREATE MATERIALIZED VIEW marts.v AS SELECT 1")),
        "postgres cannot give a materialized view another query"
    );
}

#[test]
fn materialized_view_is_made_empty_however_it_was_written() {
    let made = |sql| lower(&written(mv("a"), sql));
    assert_eq!(
        made("CREATE MATERIALIZED VIEW a AS SELECT 1 WITH DATA"),
        "CREATE MATERIALIZED VIEW a AS SELECT 1 WITH NO DATA"
    );
    assert_eq!(
        made("CREATE MATERIALIZED VIEW a AS SELECT 1 -- x\nWITH NO DATA"),
        "CREATE MATERIALIZED VIEW a AS SELECT 1 -- x\nWITH NO DATA"
    );
    let other = written(mv("a"), "CREATE VIEW a AS SELECT 1");
    assert!(refused(&other).contains("CREATE MATERIALIZED VIEW alone"));
}

#[test]
fn privileges_are_given_and_taken_whole() {
    let grant = |privilege| Deed::Grant {
        on: mv("a"),
        privilege,
    };
    assert_eq!(
        lower(&grant(privilege(Holder::Public, false))),
        "GRANT SELECT ON marts.a TO PUBLIC"
    );
    let mut one = privilege(role("Anna B"), true);
    one.column = Some("net".to_owned());
    assert_eq!(
        lower(&grant(one.clone())),
        "GRANT SELECT (net) ON marts.a TO \"Anna B\" WITH GRANT OPTION"
    );
    assert_eq!(
        lower(&Deed::Revoke {
            on: on(RelationKind::Sequence, "s"),
            privilege: one,
        }),
        "REVOKE SELECT (net) ON SEQUENCE marts.s FROM \"Anna B\""
    );
    assert_eq!(
        refused(&grant(privilege(Holder::Public, true))),
        "postgres cannot let everybody pass a privilege on"
    );
    let mut odd = privilege(Holder::Public, false);
    odd.privilege = "SELECT ON x TO y; --".to_owned();
    assert!(refused(&grant(odd)).starts_with("postgres has no privilege"));
}

#[test]
fn what_came_later_is_refused_by_name() {
    let mut one = privilege(role("a"), false);
    one.privilege = "MAINTAIN".to_owned();
    let grant = Deed::Grant {
        on: mv("a"),
        privilege: one,
    };
    let said = |version, deed| {
        let lowered = Postgres::new(Some(version)).lower(deed);
        lowered.map_err(|error| error.message)
    };
    assert!(said(170_000, &grant).is_ok());
    assert_eq!(
        said(160_004, &grant),
        Err("postgres has no MAINTAIN before version 17".to_owned())
    );
    let invoker = options(view("a"), &[("security_invoker", Some("true"))]);
    assert!(said(140_000, &invoker).is_err());
    assert!(said(150_000, &invoker).is_ok());
}

#[test]
fn text_that_is_not_one_statement_is_refused() {
    for sql in [
        "SELECT 1; DROP TABLE x",
        "",
        "-- nothing",
        "SELECT 1) AS audit; --",
        "SELECT 1) AS audit, (SELECT 2",
        "SELECT 1) UNION (SELECT 2",
        "DELETE FROM x",
        "SELECT 'open",
        "SELECT 1 /* open",
        "\\! rm",
    ] {
        assert!(try_lower(&audit(sql)).is_err(), "{sql}");
    }
    let two = written(view("v"), "CREATE VIEW v AS SELECT 1; DROP TABLE x");
    assert_eq!(
        refused(&two),
        "postgres runs one statement at a time, and the text has 2"
    );
    let add = |sql: &str| Deed::AddColumn {
        table: ObjectName::new("marts", "t"),
        column: "a".to_owned(),
        sql: sql.to_owned(),
    };
    assert!(try_lower(&add("a int, DROP COLUMN b")).is_err());
    assert!(try_lower(&add("a int REFERENCES x ON DELETE CASCADE")).is_ok());
}

#[test]
fn cascade_of_others_is_refused_where_it_takes_objects_along() {
    for sql in [
        "DROP VIEW a CASCADE",
        "alter table a drop column b cascade",
        "ALTER TABLE a DROP COLUMN b CASCADE, ADD COLUMN c int",
        "REVOKE SELECT ON a FROM b CASCADE -- end",
        "TRUNCATE a CASCADE",
    ] {
        assert_eq!(refused(&verbatim(sql)), "postgres is never told to CASCADE");
    }
    for sql in [
        "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES c ON DELETE CASCADE",
        "CREATE VIEW a AS SELECT cascade FROM b",
        "DROP VIEW a RESTRICT",
    ] {
        assert_eq!(lower(&verbatim(sql)), sql);
    }
}

#[test]
fn other_databases_are_not_reached() {
    let name = ObjectName::parse("other.marts.a", dormer_sql::Dialect::Postgres).unwrap();
    let relation = Physical {
        name,
        kind: RelationKind::View,
    };
    assert!(refused(&Deed::Drop { relation }).contains("another database"));
}

#[test]
fn inverse_of_a_rename_renames_back() {
    let deed = Deed::Rename {
        relation: mv("a"),
        to: "b".to_owned(),
    };
    let Inverse::Deed(back) = deed.inverse() else {
        panic!("a rename has an inverse");
    };
    assert_eq!(lower(&back), "ALTER MATERIALIZED VIEW marts.b RENAME TO a");
}
