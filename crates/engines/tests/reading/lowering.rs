//! The statements of deeds do on a real server what they say.

use std::collections::BTreeMap;

use dormer_core::engine::step::{Captured, Commented, Deed, Form, Inverse, Physical, Privilege};
use dormer_core::engine::{Generation, Marker, Scope};
use dormer_core::model::name::ObjectName;
use dormer_core::model::observed::Observed;
use dormer_core::model::observed::grant::Holder;
use dormer_core::model::observed::relation::{Relation, RelationKind};
use dormer_engines::registry::engine;
use dormer_sql::Dialect;
use dormer_testkit::server::{Binaries, Server};

use super::{name, reading};

const START: &str = "
    CREATE SCHEMA m; CREATE ROLE \"An na\"; CREATE TABLE m.t (a int, b text);
    INSERT INTO m.t VALUES (1, 'x'), (2, 'y')";

fn does(server: &Server, deed: &Deed) -> usize {
    let version = u32::from(server.major()) * 10_000;
    let engine = engine(Dialect::Postgres, Some(version)).unwrap();
    let mut rows = 0;
    for statement in engine.lower(deed).unwrap() {
        let answer = server.connect().unwrap().query(&statement.sql, &[]);
        let answer = answer.unwrap_or_else(|error| panic!("{}: {error:?}", statement.sql));
        rows += answer.len();
    }
    rows
}

/// Does it, takes it back, and does it again.
fn does_and_undoes(server: &Server, deed: &Deed) {
    let before = look(server);
    does(server, deed);
    let after = look(server);
    if let Inverse::Deed(back) = deed.inverse() {
        does(server, &back);
        assert_eq!(
            fingerprints(&look(server)),
            fingerprints(&before),
            "{deed:?}"
        );
        does(server, deed);
    }
    assert_eq!(
        fingerprints(&look(server)),
        fingerprints(&after),
        "{deed:?}"
    );
}

fn look(server: &Server) -> Observed {
    let mut opened = reading(&server.url());
    let scope = Scope::schemas(["m"]);
    opened
        .runtime
        .block_on(opened.session.inspect(&scope))
        .unwrap()
}

fn fingerprints(observed: &Observed) -> BTreeMap<&ObjectName, String> {
    let relations = observed.relations.iter();
    let shown = |relation: &Relation| format!("{:?}", relation.fingerprint().unwrap());
    relations.map(|(name, one)| (name, shown(one))).collect()
}

fn on(kind: RelationKind, text: &str) -> Physical {
    Physical {
        name: name(text),
        kind,
    }
}

fn build(relation: Physical, sql: &str) -> Deed {
    Deed::Build {
        relation,
        form: Form::Written(sql.to_owned()),
    }
}

fn captured(relation: &Relation) -> Form {
    Form::Captured(Captured {
        columns: relation
            .columns
            .iter()
            .map(|one| one.name.clone())
            .collect(),
        query: relation.definition.clone().unwrap(),
        options: relation.options.clone(),
        tablespace: relation.tablespace.clone(),
        access_method: relation.access_method.clone(),
    })
}

fn options(
    relation: Physical,
    set: &[(&str, Option<&str>)],
    before: &[(&str, Option<&str>)],
) -> Deed {
    let map = |pairs: &[(&str, Option<&str>)]| {
        let pair =
            |(key, value): &(&str, Option<&str>)| ((*key).to_owned(), value.map(str::to_owned));
        pairs.iter().map(pair).collect()
    };
    Deed::Options {
        relation,
        set: map(set),
        before: map(before),
    }
}

#[test]
fn deeds_are_done_and_undone() {
    for binaries in Binaries::all().unwrap() {
        let server = Server::start(&binaries).unwrap();
        server.connect().unwrap().batch_execute(START).unwrap();
        let mv = || on(RelationKind::MaterializedView, "m.\"M v\"");
        let view = || on(RelationKind::View, "m.v");
        does(
            &server,
            &Deed::CreateSchema {
                schema: "m".to_owned(),
            },
        );
        does(
            &server,
            &build(
                mv(),
                "CREATE MATERIALIZED VIEW m.\"M v\" (a, \"B b\") WITH (fillfactor = 70) AS SELECT a, b FROM m.t; -- end",
            ),
        );
        assert!(!look(&server).relations[&mv().name].populated);
        does(&server, &Deed::Fill { relation: mv() });
        assert!(look(&server).relations[&mv().name].populated);
        let written =
            "CREATE VIEW m.v WITH (security_barrier) AS SELECT a FROM m.t WHERE a > 0 -- end";
        does(&server, &build(view(), written));
        let marker = Generation::parse("0123abcd").map(|generation| Marker {
            project: "it's\\".to_owned(),
            generation,
            after: None,
        });
        let privilege = |grantable, column: Option<&str>| Privilege {
            privilege: "SELECT".to_owned(),
            column: column.map(str::to_owned),
            holder: Holder::Role("An na".to_owned()),
            grantable,
        };
        let comment = |on| Deed::Comment {
            on,
            text: Some("it's \\ $$".to_owned()),
            before: None,
        };
        let index = name("m.\"I x\"");
        let deeds = [
            Deed::Index {
                index: index.clone(),
                sql: "CREATE UNIQUE INDEX \"I x\" ON m.\"M v\" (a) -- end".to_owned(),
            },
            comment(Commented::Relation(mv())),
            comment(Commented::Relation(view())),
            comment(Commented::Relation(on(RelationKind::Table, "m.t"))),
            comment(Commented::Column {
                of: mv().name,
                column: "B b".to_owned(),
            }),
            comment(Commented::Index(index.clone())),
            Deed::Mark {
                relation: mv(),
                marker: marker.clone(),
                before: None,
            },
            Deed::Mark {
                relation: view(),
                marker,
                before: None,
            },
            // The first grant of all writes the access list down, for good.
            Deed::Owner {
                relation: mv(),
                role: "An na".to_owned(),
                before: "postgres".to_owned(),
            },
            Deed::Owner {
                relation: view(),
                role: "An na".to_owned(),
                before: "postgres".to_owned(),
            },
            options(
                view(),
                &[("check_option", Some("local")), ("security_barrier", None)],
                &[("check_option", None), ("security_barrier", Some("true"))],
            ),
            options(
                mv(),
                &[("fillfactor", Some("80"))],
                &[("fillfactor", Some("70"))],
            ),
            Deed::RenameIndex {
                index,
                to: "j".to_owned(),
            },
            Deed::Rename {
                relation: mv(),
                to: "other".to_owned(),
            },
        ];
        for deed in &deeds {
            does_and_undoes(&server, deed);
        }
        for (number, privilege) in [privilege(true, None), privilege(false, Some("a"))]
            .into_iter()
            .enumerate()
        {
            let other = on(RelationKind::Table, "m.t");
            does(
                &server,
                &Deed::Grant {
                    on: other.clone(),
                    privilege: privilege.clone(),
                },
            );
            let listed = look(&server).relations[&other.name].clone();
            let grants = listed.grants.listed().count() + listed.columns[0].grants.len();
            assert!(grants > 1, "{number}");
            does(
                &server,
                &Deed::Revoke {
                    on: other.clone(),
                    privilege,
                },
            );
            let after = look(&server).relations[&other.name].clone();
            assert_eq!(
                after.grants.listed().count() + after.columns[0].grants.len(),
                after
                    .grants
                    .listed()
                    .filter(|one| one.holder == Holder::Role("postgres".to_owned()))
                    .count()
            );
        }
        does(
            &server,
            &Deed::Analyze {
                relation: on(RelationKind::MaterializedView, "m.other"),
            },
        );
        does(
            &server,
            &Deed::AddColumn {
                table: name("m.t"),
                column: "c".to_owned(),
                sql: "c int DEFAULT 0 -- end".to_owned(),
            },
        );

        // What was captured is the same when it is made again.
        let seen = look(&server);
        for text in ["m.other", "m.v"] {
            let relation = &seen.relations[&name(text)];
            let again = Physical {
                name: name("m.again"),
                kind: relation.kind,
            };
            does(
                &server,
                &Deed::Build {
                    relation: again.clone(),
                    form: captured(relation),
                },
            );
            let made = look(&server).relations[&again.name].clone();
            assert_eq!(made.definition, relation.definition);
            assert_eq!(made.options, relation.options);
            let columns = |one: &Relation| {
                one.columns
                    .iter()
                    .map(|one| (one.name.clone(), one.type_name.clone()))
                    .collect::<Vec<_>>()
            };
            assert_eq!(columns(&made), columns(relation));
            does(&server, &Deed::Drop { relation: again });
        }
        let before = seen.relations[&name("m.v")].clone();
        let redefine = Deed::Redefine {
            relation: view(),
            form: Form::Written(
                "/* x */ CREATE VIEW m.v AS SELECT a, b AS new FROM m.t".to_owned(),
            ),
            before: captured(&before),
        };
        does(&server, &redefine);
        let after = look(&server).relations[&name("m.v")].clone();
        assert_eq!(after.columns.len(), 2);
        assert_ne!(after.version, before.version);

        let audit = |sql: &str| {
            does(
                &server,
                &Deed::Audit {
                    name: "x".to_owned(),
                    sql: sql.to_owned(),
                },
            )
        };
        assert_eq!(audit("SELECT a, a FROM m.t -- all"), 1);
        assert_eq!(
            audit("WITH x AS (SELECT * FROM m.t) TABLE x ORDER BY a LIMIT 5;"),
            1
        );
        assert_eq!(audit("SELECT * FROM m.t WHERE a > 5 /* none */"), 0);
    }
}
