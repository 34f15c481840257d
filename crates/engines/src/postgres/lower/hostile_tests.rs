//! No name and no text breaks out of its statement, whatever is in it.

use dormer_core::model::name::ObjectName;
use dormer_sql::Dialect;
use dormer_sql::ident::QualifiedName;
use dormer_sql::parse::parse;
use dormer_sql::split::split;
use dormer_sql::statement::StatementKind;
use proptest::prelude::*;

use super::*;

/// Pieces that end names, strings, comments and statements, and words that drop things.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "\"",
        "'",
        ";",
        "--",
        "/*",
        "*/",
        "$$",
        "\\",
        "\n",
        " ",
        ".",
        "(",
        ")",
        ",",
        "E'",
        "U&\"",
        "CASCADE",
        "cascade",
        "DROP TABLE x",
        "order",
        "a",
        "B",
        "ä",
        "🦀",
        "1",
        "$1",
        "%",
        "\u{7f}",
    ]);
    prop::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat())
}

fn deeds(name: &ObjectName, word: &str) -> Vec<Deed> {
    let kinds = [
        RelationKind::View,
        RelationKind::MaterializedView,
        RelationKind::Table,
        RelationKind::ForeignTable,
        RelationKind::Sequence,
    ];
    let text = || Some(word.to_owned());
    let mut deeds = vec![
        Deed::CreateSchema {
            schema: word.to_owned(),
        },
        Deed::DropIndex {
            index: name.clone(),
            sql: String::new(),
        },
        Deed::RenameIndex {
            index: name.clone(),
            to: word.to_owned(),
        },
        Deed::AddColumn {
            table: name.clone(),
            column: "a".to_owned(),
            sql: "a int".to_owned(),
        },
    ];
    for kind in kinds {
        let relation = || Physical {
            name: name.clone(),
            kind,
        };
        let privilege = || Privilege {
            privilege: "SELECT".to_owned(),
            column: text(),
            holder: Holder::Role(word.to_owned()),
            grantable: true,
        };
        let captured = Captured {
            columns: vec![word.to_owned()],
            query: "SELECT 1".to_owned(),
            options: [(word.replace('.', ""), word.to_owned())].into(),
            tablespace: text(),
            access_method: text(),
        };
        let set = [
            (word.replace('.', ""), text()),
            (format!("{}x", word.replace('.', "")), None),
        ];
        deeds.extend([
            Deed::Build {
                relation: relation(),
                form: Form::Captured(captured.clone()),
            },
            Deed::Redefine {
                relation: relation(),
                form: Form::Captured(captured.clone()),
                before: Form::Captured(captured),
            },
            Deed::Fill {
                relation: relation(),
            },
            Deed::Analyze {
                relation: relation(),
            },
            Deed::Drop {
                relation: relation(),
            },
            Deed::Rename {
                relation: relation(),
                to: word.to_owned(),
            },
            Deed::Owner {
                relation: relation(),
                role: word.to_owned(),
                before: String::new(),
            },
            Deed::Options {
                relation: relation(),
                set: set.into(),
                before: BTreeMap::new(),
            },
            Deed::Grant {
                on: relation(),
                privilege: privilege(),
            },
            Deed::Revoke {
                on: relation(),
                privilege: privilege(),
            },
            Deed::Comment {
                on: Commented::Relation(relation()),
                text: text(),
                before: None,
            },
            Deed::Comment {
                on: Commented::Column {
                    of: name.clone(),
                    column: word.to_owned(),
                },
                text: text(),
                before: None,
            },
            Deed::Comment {
                on: Commented::Index(name.clone()),
                text: text(),
                before: None,
            },
            Deed::Mark {
                relation: relation(),
                marker: dormer_core::engine::Generation::parse("0123abcd").map(|generation| {
                    Marker {
                        project: word.to_owned(),
                        generation,
                        after: None,
                    }
                }),
                before: None,
            },
        ]);
    }
    deeds
}

/// The name that a statement is about, read back.
fn about(kind: &StatementKind) -> Option<QualifiedName> {
    match kind {
        StatementKind::CreateView(view) => Some(view.name.clone()),
        StatementKind::Drop(drop) => drop.names.first().cloned(),
        StatementKind::Alter(alter) => Some(alter.name.clone()),
        StatementKind::Comment(comment) => Some(comment.on.clone()),
        StatementKind::Grant(grant) => grant.on.first().cloned(),
        StatementKind::Refresh(refresh) => Some(refresh.name.clone()),
        _ => None,
    }
}

proptest! {
    #[test]
    fn statement_stays_one_and_about_the_same(
        schema in hostile(), object in hostile(), word in hostile()
    ) {
        let name = ObjectName::new(&schema, &object);
        for deed in deeds(&name, &word) {
            let Ok(statements) = Postgres::new(None).lower(&deed) else {
                continue;
            };
            for statement in statements {
                let sql = statement.sql.as_str();
                let parts = split(sql, Dialect::Postgres);
                prop_assert!(parts.problems.is_empty(), "{sql}: {:?}", parts.problems);
                prop_assert_eq!(parts.pieces.len(), 1, "{}", sql);
                let piece = &parts.pieces[0];
                prop_assert_eq!(piece.span.slice(sql), sql);
                let (read, problems) = parse(sql, &parts, piece, Dialect::Postgres);
                prop_assert!(problems.is_empty(), "{sql}: {problems:?}");
                let cascades = parts.tokens.iter().any(|token| token.is_word(sql, "cascade"));
                prop_assert!(!cascades, "{sql}");
                if let Some(found) = about(&read.kind) {
                    // The parser cuts names to the length that the server keeps.
                    let cut = |part: &str| dormer_sql::ident::cut(part.into(), Dialect::Postgres);
                    let wanted = [cut(&name.schema), cut(&name.name)];
                    let parts = found.parts.iter().map(|part| cut(&part.value));
                    prop_assert_eq!(parts.collect::<Vec<_>>(), wanted, "{}", sql);
                }
            }
        }
    }

    #[test]
    fn audit_stays_one_query(query in hostile(), before in hostile()) {
        let sql = format!("{before} SELECT {query}");
        for sql in [sql.as_str(), query.as_str()] {
            let deed = Deed::Audit { name: query.clone(), sql: sql.to_owned() };
            let Ok(statements) = Postgres::new(None).lower(&deed) else {
                continue;
            };
            let sql = statements[0].sql.as_str();
            let parts = split(sql, Dialect::Postgres);
            prop_assert_eq!(parts.pieces.len(), 1, "{}", sql);
            let (read, _) = parse(sql, &parts, &parts.pieces[0], Dialect::Postgres);
            prop_assert!(matches!(read.kind, StatementKind::Query(_)), "{sql}");
            prop_assert!(sql.ends_with(") AS audit LIMIT 1"));
        }
    }
}
