//! What drifted, as short text: one line a change.

use std::collections::BTreeMap;

use super::{Change, Drift, find};
use crate::engine::Marker;
use crate::engine::journal::ObjectState;
use crate::engine::step::Privilege;
use crate::model::observed::dependency::{Read, Reader};
use crate::model::observed::grant::{Grant, Grants, Holder};
use crate::model::observed::index::Index;
use crate::model::observed::relation::{Attachment, Fires, RelationKind, Sight};
use crate::model::observed::{Defaults, DefaultsOf, Part, Unseen};
use crate::plan::decide::fixture::{World, name};

const A: &str = "CREATE MATERIALIZED VIEW marts.a AS SELECT id FROM sub.orders";
const B: &str = "CREATE MATERIALIZED VIEW marts.b AS SELECT net FROM sub.orders";

fn told(world: &World) -> String {
    let Drift { objects, extra, .. } = world.with(find);
    let mut lines = Vec::new();
    for (name, object) in &objects {
        for one in &object.drifted {
            let beside = match (&one.was, &one.now) {
                (None, None) => String::new(),
                (was, now) => format!(
                    " [{} -> {}]",
                    was.as_deref().unwrap_or("-"),
                    now.as_deref().unwrap_or("-")
                ),
            };
            let by = one.grantor.as_ref();
            let by = by.map_or_else(String::new, |by| format!(" by {by}"));
            lines.push(format!(
                "{name} {} {}: {}{beside}{by}",
                one.change.as_str(),
                one.aspect.as_str(),
                one.text
            ));
            for line in &one.lines {
                lines.push(format!("  {} {}", line.side.sign(), line.text));
            }
        }
    }
    for extra in &extra {
        let declared = if extra.declared { " declared" } else { "" };
        let kind = extra.kind.as_str();
        lines.push(format!(
            "extra {} {kind} of {}{declared}",
            extra.name, extra.owner
        ));
    }
    lines.join("\n")
}

#[track_caller]
fn holds(world: &World, expected: &[&str]) {
    let told = told(world);
    assert_eq!(told, expected.join("\n"), "\n{told}\n");
}

fn applied() -> World {
    let mut world = World::new();
    world.files(A);
    world.applied(A, "id integer");
    world
}

/// Changes what the journal remembers.
fn recorded(world: &mut World, change: impl Fn(&mut crate::engine::journal::ObjectRecord)) {
    for record in world.journal.objects.values_mut() {
        change(record);
    }
}

fn index(definition: &str) -> Index {
    Index {
        definition: definition.to_owned(),
        unique: false,
        valid: true,
        primary: false,
        constraint: None,
        clustered: false,
        replica_identity: false,
        concurrent_refresh: false,
        comment: None,
        tablespace: None,
    }
}

fn grant(privilege: &str, holder: &str, grantor: &str) -> Grant {
    Grant {
        privilege: privilege.to_owned(),
        holder: Holder::Role(holder.to_owned()),
        grantable: false,
        grantor: grantor.to_owned(),
    }
}

#[test]
fn what_is_as_it_was_applied_did_not_drift() {
    let world = applied();
    holds(&world, &[]);
    let drift = world.with(find);
    assert_eq!(drift.compared, 1);
}

#[test]
fn an_edited_file_is_no_drift() {
    let mut world = applied();
    world.files("CREATE MATERIALIZED VIEW marts.a AS SELECT id, net FROM sub.orders");
    world.files(B);
    holds(&world, &[]);
}

#[test]
fn another_definition_is_told_by_its_lines() {
    let mut world = applied();
    let relation = world.observed.relations.get_mut(&name("marts.a")).unwrap();
    relation.definition = Some("SELECT id\nFROM sub.orders\nWHERE id > 1".to_owned());
    recorded(&mut world, |record| {
        record.observed = Some("SELECT id\nFROM sub.orders".to_owned());
    });
    holds(
        &world,
        &[
            "marts.a changed definition: has another definition [SELECT id\nFROM sub.orders -> SELECT id\nFROM sub.orders\nWHERE id > 1]",
            "    ..",
            "    FROM sub.orders",
            "  + WHERE id > 1",
        ],
    );
}

#[test]
fn a_definition_that_was_not_read_is_known_by_its_version() {
    let mut world = applied();
    recorded(&mut world, |record| record.version = Some("7.1".to_owned()));
    let relation = world.observed.relations.get_mut(&name("marts.a")).unwrap();
    (relation.definition, relation.sight) = (None, Sight::Known);
    relation.version = Some("7.1".to_owned());
    holds(&world, &[]);
    let versions = super::versions(&world.project, &world.journal);
    assert_eq!(versions, ["7.1".to_owned()].into());
    // Its columns are read all the same.
    let relation = world.observed.relations.get_mut(&name("marts.a")).unwrap();
    relation.columns[0].name = "key".to_owned();
    holds(
        &world,
        &["marts.a changed columns: column \"id\" is called \"key\""],
    );
}

#[test]
fn names_of_columns_are_told_by_the_words_of_a_definition() {
    let told = |definition: &str| {
        let mut world = applied();
        recorded(&mut world, |record| {
            record.observed = Some(definition.to_owned());
            record.version = Some("7.1".to_owned());
        });
        let relation = world.observed.relations.get_mut(&name("marts.a")).unwrap();
        relation.version = Some("7.1".to_owned());
        told(&world)
    };
    for same in [
        " SELECT orders.id\n   FROM sub.orders;",
        "SELECT DISTINCT ON (net, day) (count(*) + 1) AS id FROM sub.orders GROUP BY net",
        "WITH x AS (SELECT a, b FROM sub.orders) SELECT x.a AS \"id\" FROM x",
        "SELECT CASE WHEN a THEN 1 ELSE 2 END AS id UNION ALL SELECT 2 AS other",
        "SELECT 'from, where'::text AS id",
    ] {
        assert_eq!(told(same), "", "{same}");
    }
    for other in [
        "SELECT orders.key\n   FROM sub.orders;",
        "SELECT orders.id AS \"select\" FROM sub.orders",
    ] {
        assert!(
            told(other).contains("is called \"id\""),
            "{other}: {}",
            told(other)
        );
    }
}

#[test]
fn what_is_gone_is_missing_and_what_was_renamed_is_found() {
    let mut world = applied();
    let mut relation = world.observed.relations.remove(&name("marts.a")).unwrap();
    holds(
        &world,
        &["marts.a missing existence: is not there any more"],
    );
    assert!(world.with(super::misses));
    let marker = Marker {
        project: "shop".to_owned(),
        generation: world.earlier(&name("marts.a")),
        after: None,
    };
    relation.marker = Some(marker.to_string());
    let elsewhere = |world: &mut World, place: &str| {
        world
            .observed
            .relations
            .insert(name(place), relation.clone());
    };
    elsewhere(&mut world, "archive.a");
    holds(
        &world,
        &["marts.a changed schema: is archive.a now [marts.a -> archive.a]"],
    );
    world.observed.relations.remove(&name("archive.a"));
    elsewhere(&mut world, "marts.a_old");
    holds(
        &world,
        &["marts.a changed name: is called marts.a_old now [marts.a -> marts.a_old]"],
    );
}

#[test]
fn a_name_that_another_relation_took_is_told() {
    let mut world = applied();
    world.files(B);
    world.applied(B, "net numeric");
    let [a, b] = ["marts.a", "marts.b"].map(name);
    let marker = |world: &World, of| {
        let generation = world.earlier(of);
        let project = "shop".to_owned();
        Some(
            Marker {
                project,
                generation,
                after: None,
            }
            .to_string(),
        )
    };
    let markers = [marker(&world, &b), marker(&world, &a)];
    for (name, marker) in [a, b].into_iter().zip(markers) {
        world.observed.relations.get_mut(&name).unwrap().marker = marker;
    }
    holds(
        &world,
        &[
            "marts.a changed name: what has its name was applied as marts.b",
            "marts.b changed name: what has its name was applied as marts.a",
        ],
    );
}

#[test]
fn a_generation_that_the_journal_never_heard_of_is_no_drift() {
    let mut world = applied();
    let marker = Marker {
        project: "shop".to_owned(),
        generation: world.earlier(&name("marts.other")),
        after: None,
    };
    let relation = world.observed.relations.get_mut(&name("marts.a")).unwrap();
    relation.marker = Some(marker.to_string());
    relation.definition = Some("SELECT 1 AS id".to_owned());
    holds(&world, &[]);
    assert_eq!(world.with(find).compared, 0);
}

#[test]
fn another_kind_is_all_there_is_to_say() {
    let mut world = applied();
    world.there("marts.a", RelationKind::Table, "id integer, more text");
    holds(
        &world,
        &["marts.a changed kind: is a table, was a materialized view [materialized view -> table]"],
    );
}

#[test]
fn what_it_reads_is_told_where_a_name_went_elsewhere() {
    let mut world = applied();
    world.there("sub.orders_old", RelationKind::Table, "id integer");
    world.observed.dependencies.clear();
    let reader = Reader::Relation(name("marts.a"));
    world.bound(reader, Read::Relation(name("sub.orders_old")));
    let told = told(&world);
    assert!(
        told.starts_with("marts.a changed reads: reads sub.orders_old, not sub.orders"),
        "{told}"
    );
}

#[test]
fn companions_that_dormer_gave_are_held_against_the_journal() {
    let mut world = applied();
    let finance = Privilege {
        privilege: "SELECT".to_owned(),
        column: None,
        holder: Holder::Role("finance".to_owned()),
        grantable: false,
    };
    recorded(&mut world, |record| {
        let given = &mut record.companions;
        given.owner = Some("builder".to_owned());
        given.comment = Some("Orders".to_owned());
        given.column_comments = [("id".to_owned(), "The key".to_owned())].into();
        given.grants = [finance.clone()].into();
        for index in ["gone", "other"] {
            let sql = format!("CREATE INDEX {index} ON marts.a (id)");
            given.indexes.insert(index.to_owned(), "1".to_owned());
            given.index_statements.insert(index.to_owned(), sql);
        }
        given.options = BTreeMap::from([("fillfactor".to_owned(), "70".to_owned())]);
    });
    let relation = world.observed.relations.get_mut(&name("marts.a")).unwrap();
    relation.comment = Some("Old orders".to_owned());
    relation.populated = false;
    relation.options = BTreeMap::from([("fillfactor".to_owned(), "80".to_owned())]);
    let unique = index("CREATE UNIQUE INDEX other ON marts.a USING btree (id)");
    relation.indexes.insert("other".to_owned(), unique);
    holds(
        &world,
        &[
            "marts.a missing rows: holds no rows: nobody can read it until it is filled",
            "marts.a changed owner: owner [builder -> deployer]",
            "marts.a missing indexes: index gone [CREATE INDEX gone ON marts.a (id) -> -]",
            "marts.a changed indexes: index other [CREATE INDEX other ON marts.a (id) -> CREATE UNIQUE INDEX other ON marts.a USING btree (id)]",
            "marts.a changed options: option fillfactor [70 -> 80]",
            "marts.a missing grants: grant of SELECT to finance",
            "marts.a missing comments: comment on column \"id\" [The key -> -]",
            "marts.a changed comments: comment [Orders -> Old orders]",
        ],
    );
}

#[test]
fn what_was_added_by_hand_is_drift_that_a_plan_keeps() {
    let mut world = applied();
    let relation = world.observed.relations.get_mut(&name("marts.a")).unwrap();
    relation.comment = Some("By hand".to_owned());
    let made = index("CREATE INDEX mine ON marts.a USING btree (id)");
    relation.indexes.insert("mine".to_owned(), made);
    relation.grants = Grants::Listed([grant("SELECT", "anna", "bela")].into());
    relation.columns[0].grants = [grant("SELECT", "carl", "deployer")].into();
    let trigger = Attachment {
        definition: "CREATE TRIGGER t".to_owned(),
        fires: Fires::Usually,
        comment: None,
    };
    relation.triggers.insert("t".to_owned(), trigger);
    holds(
        &world,
        &[
            "marts.a added indexes: index mine [- -> CREATE INDEX mine ON marts.a USING btree (id)]",
            "marts.a added grants: grant of SELECT (id) to carl by deployer",
            "marts.a added grants: grant of SELECT to anna by bela",
            "marts.a added comments: comment [- -> By hand]",
            "marts.a added attachments: trigger t",
        ],
    );
    let drift = world.with(find);
    let object = &drift.objects[&name("marts.a")];
    assert!(object.kept());
    assert!(object.drifted.iter().all(|one| one.change == Change::Added));
    // A plan of the same target has nothing to do.
    let plan = world.told(&world.decide());
    assert!(!plan.contains("marts.a alter"), "{plan}");
}

#[test]
fn what_default_privileges_gave_is_nobodys_hand() {
    let mut world = applied();
    let given = [grant("SELECT", "readers", "deployer")];
    let defaults = Defaults {
        role: "deployer".to_owned(),
        schema: Some("marts".to_owned()),
        of: DefaultsOf::Relations,
    };
    let privileges = &mut world.observed.default_privileges;
    privileges.insert(defaults, given.clone().into());
    let relation = world.observed.relations.get_mut(&name("marts.a")).unwrap();
    relation.grants = Grants::Listed(given.into());
    holds(&world, &[]);
}

#[test]
fn a_part_that_could_not_be_read_tells_nothing() {
    let mut world = applied();
    recorded(&mut world, |record| {
        let given = &mut record.companions;
        let sql = "CREATE INDEX key ON marts.a (id)".to_owned();
        given.indexes.insert("key".to_owned(), "1".to_owned());
        given.index_statements.insert("key".to_owned(), sql);
    });
    world.observed.unseen.insert(Unseen::Denied(Part::Indexes));
    holds(&world, &[]);
}

#[test]
fn columns_of_a_table_are_those_that_were_applied() {
    let sql = "CREATE TABLE marts.t (id integer, net numeric)";
    let mut world = World::new();
    world.files(sql);
    world.applied(sql, "id integer, more text");
    holds(
        &world,
        &[
            "marts.t missing columns: column \"net\" is gone",
            "marts.t added columns: column \"more\"",
        ],
    );
}

#[test]
fn relations_that_dormer_never_made_are_extra_and_no_drift() {
    let mut world = applied();
    world.there("marts.scratch", RelationKind::Table, "id integer");
    world.there("marts.numbers", RelationKind::Sequence, "");
    world.there("bi.theirs", RelationKind::View, "id integer");
    world.retired("marts.a", "sub.orders");
    world.files(B);
    world.there("marts.b", RelationKind::MaterializedView, "net numeric");
    let marked = world.there("marts.marked", RelationKind::View, "id integer");
    marked.marker = Some("dormer:v1:00000000:other".to_owned());
    holds(
        &world,
        &[
            "extra marts.b materialized-view of deployer declared",
            "extra marts.scratch table of deployer",
        ],
    );
    assert!(world.with(find).objects.is_empty());
    // Nobody asked for them where a part was asked for.
    world.selected = Some([name("marts.a")].into());
    holds(&world, &[]);
}

#[test]
fn what_is_of_another_target_or_retired_is_not_compared() {
    let mut world = applied();
    world.observed.relations.remove(&name("marts.a"));
    recorded(&mut world, |record| {
        record.target = Some("other".to_owned());
    });
    holds(&world, &[]);
    recorded(&mut world, |record| {
        record.target = Some(String::new());
        record.state = ObjectState::Retired;
    });
    holds(&world, &[]);
}
