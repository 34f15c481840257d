//! What is decided where the target is not as the journal remembers it.

use super::fixture::{World, name};
use crate::engine::step::{Deed, Privilege};
use crate::model::observed::dependency::{Read, Reader};
use crate::model::observed::grant::{Grant, Grants, Holder};
use crate::model::observed::index::Index;
use crate::model::observed::relation::RelationKind;
use crate::plan::decision::How;

const A: &str = "CREATE MATERIALIZED VIEW marts.a AS SELECT id FROM sub.orders";

/// Holds decisions against lines.
#[track_caller]
fn holds(world: &World, expected: &[&str]) {
    let told = world.told(&world.decide());
    assert_eq!(told, expected.join("\n"), "\n{told}\n");
}

#[test]
fn what_was_never_filled_is_filled() {
    let mut world = World::new();
    world.applied(A, "id integer").populated = false;
    world.files(A);
    holds(&world, &["~ marts.a alter 1 deeds\n    was never filled"]);
}

#[test]
fn what_is_bound_to_another_relation_is_built_anew() {
    let mut world = World::new();
    world.files(A);
    let relation = world.applied(A, "id integer");
    relation.definition = Some("SELECT id FROM sub.orders_old".to_owned());
    relation.version = Some("7".to_owned());
    for record in world.journal.objects.values_mut() {
        record.version = Some("7".to_owned());
    }
    world.there("sub.orders_old", RelationKind::Table, "id integer");
    world.observed.dependencies.clear();
    let reader = Reader::Relation(name("marts.a"));
    world.bound(reader, Read::Relation(name("sub.orders_old")));
    let told = world.told(&world.decide());
    assert!(told.contains("± marts.a swap"), "{told}");
    assert!(
        told.ends_with("reads sub.orders_old, not sub.orders"),
        "{told}"
    );
}

#[test]
fn what_reads_a_renamed_object_follows_the_new_one() {
    let on_a = "CREATE MATERIALIZED VIEW marts.b AS SELECT id FROM marts.a";
    let mut world = World::new();
    for sql in [A, on_a] {
        world.files(sql);
        world.applied(sql, "id integer");
    }
    let renamed = world.observed.relations.remove(&name("marts.a")).unwrap();
    let relations = &mut world.observed.relations;
    relations.insert(name("marts.a_old"), renamed);
    for (record, relation) in world.journal.objects.values_mut().zip(1..) {
        record.version = Some(relation.to_string());
    }
    let b = relations.get_mut(&name("marts.b")).unwrap();
    b.definition = Some("SELECT id FROM marts.a_old".to_owned());
    b.version = Some("2".to_owned());
    world.observed.dependencies.clear();
    for (of, read) in [("marts.a_old", "sub.orders"), ("marts.b", "marts.a_old")] {
        world.bound(Reader::Relation(name(of)), Read::Relation(name(read)));
    }
    let told = world.told(&world.decide());
    assert!(told.starts_with("+ marts.a create"), "{told}");
    assert!(told.contains("± marts.b swap"), "{told}");
    assert!(told.contains("reads marts.a_old, not marts.a"), "{told}");
}

/// What is done to the grants of `marts.a`, which an earlier run gave `before`.
fn regranted(before: &str, column: Option<&str>, after: &str) -> Vec<String> {
    let mut world = World::new();
    world.files(&format!("{A}; {after}"));
    let mut given = World::new();
    given.files(&format!("{A}; {before}"));
    let relation = world.applied(A, "id integer, net numeric");
    let grants = &given.project.catalog.objects[&name("marts.a")];
    let recorded = super::privileges::declared(&grants.companions.grants, None);
    relation.grants = Grants::Listed(recorded.iter().map(grant).collect());
    if let Some(column) = column {
        let of = |privilege| grant(privilege);
        let mut columns = relation.columns.iter_mut();
        let one = columns.find(|one| one.name == column).unwrap();
        one.grants = recorded.iter().map(of).collect();
    }
    for record in world.journal.objects.values_mut() {
        record.companions.grants.clone_from(&recorded);
    }
    let decisions = world.decide();
    let How::Alter { deeds, .. } = &decisions.objects[&name("marts.a")].how else {
        panic!("{}", world.told(&decisions))
    };
    let said = deeds.iter().map(|deed| match deed {
        Deed::Grant { privilege, .. } => format!("grant {}", super::privileges::shown(privilege)),
        Deed::Revoke { privilege, .. } => format!("revoke {}", super::privileges::shown(privilege)),
        other => format!("{other:?}"),
    });
    said.collect()
}

fn grant(privilege: &Privilege) -> Grant {
    Grant {
        privilege: privilege.privilege.clone(),
        holder: privilege.holder.clone(),
        grantable: privilege.grantable,
        grantor: "deployer".to_owned(),
    }
}

#[test]
fn a_grant_that_may_not_be_passed_on_any_more_is_given_again() {
    let with = "GRANT SELECT ON marts.a TO anna WITH GRANT OPTION;";
    let without = "GRANT SELECT ON marts.a TO anna;";
    let done = regranted(with, None, without);
    assert_eq!(
        done,
        [
            "revoke SELECT to anna with grant option",
            "grant SELECT to anna"
        ]
    );
    let done = regranted(without, None, with);
    assert_eq!(done, ["grant SELECT to anna with grant option"]);
}

#[test]
fn grants_on_columns_survive_the_one_on_the_whole() {
    let whole = "GRANT SELECT ON marts.a TO anna;";
    let done = regranted(whole, None, "GRANT SELECT (id) ON marts.a TO anna;");
    assert_eq!(done, ["revoke SELECT to anna", "grant SELECT (id) to anna"]);
    // Somebody gave this one by hand.
    let done = regranted(whole, Some("net"), "");
    assert_eq!(
        done,
        ["revoke SELECT to anna", "grant SELECT (net) to anna"]
    );
}

#[test]
fn a_column_that_somebody_renamed_is_seen() {
    let mut world = World::new();
    world.files(A);
    let relation = world.applied(A, "key integer");
    relation.definition = Some("SELECT orders.id AS key FROM sub.orders".to_owned());
    relation.version = Some("7".to_owned());
    for record in world.journal.objects.values_mut() {
        record.version = Some("7".to_owned());
        record.observed = Some("SELECT orders.id FROM sub.orders".to_owned());
    }
    world.next("marts.a", "id integer");
    let told = world.told(&world.decide());
    assert!(told.contains("± marts.a swap"), "{told}");
    assert!(
        told.contains("\n    column \"id\" is called \"key\""),
        "{told}"
    );
    // A swap below renames what it reads, and nothing that it shows.
    let relations = &mut world.observed.relations;
    let relation = relations.get_mut(&name("marts.a")).unwrap();
    relation.columns[0].name = "id".to_owned();
    relation.definition = Some("SELECT orders__x.id FROM sub.orders__x orders".to_owned());
    holds(&world, &[]);
}

#[test]
fn a_view_of_somebody_whose_columns_nobody_knows_is_built_beside() {
    let mut world = World::new();
    let words = "CREATE TABLE sub.words (id int, word text)";
    let a = "CREATE MATERIALIZED VIEW marts.v AS SELECT id FROM sub.words";
    world.applied("CREATE TABLE sub.words (id int)", "id integer");
    world.applied(a, "id integer");
    world.external("CREATE VIEW bi.w AS SELECT id FROM marts.v", "id integer");
    world.files(words);
    world.files("CREATE MATERIALIZED VIEW marts.v AS SELECT id, word FROM sub.words");
    let told = world.told(&world.decide());
    assert!(told.contains("> bi.w swap for the old one"), "{told}");
}

#[test]
fn no_table_takes_the_place_of_another_kind() {
    for before in [A, "CREATE VIEW marts.a AS SELECT id FROM sub.orders"] {
        let mut world = World::new();
        world.applied(before, "id integer");
        world.files("CREATE TABLE marts.a (id integer)");
        let told = world.told(&world.decide());
        assert!(told.starts_with("refused marts.a: it is a "), "{told}");
    }
}

#[test]
fn a_view_of_another_collation_is_swapped() {
    let mut world = World::new();
    let v = "CREATE VIEW marts.v AS SELECT word FROM sub.words";
    world.applied(v, "word text").columns[0].collation = Some(name("pg_catalog.C"));
    world.files("CREATE VIEW marts.v AS SELECT lower(word) AS word FROM sub.words");
    world.next("marts.v", "word text");
    let told = world.told(&world.decide());
    assert!(told.contains("± marts.v swap"), "{told}");
    assert!(
        told.contains("column \"word\" is text, was text COLLATE pg_catalog.c"),
        "{told}"
    );
}

#[test]
fn a_changed_parent_that_was_not_asked_for_is_named() {
    let mut world = World::new();
    let on_a = "CREATE MATERIALIZED VIEW marts.b AS SELECT id FROM marts.a";
    world.applied(A, "id integer");
    world.applied(on_a, "id integer");
    world.files("CREATE MATERIALIZED VIEW marts.a AS SELECT id, net FROM sub.orders");
    world.files("CREATE MATERIALIZED VIEW marts.b AS SELECT net FROM marts.a");
    world.selected = Some([name("marts.b")].into());
    world.refuses("net FROM marts.a", "column \"net\" does not exist");
    let refused = world.decide().refused;
    assert_eq!(refused.len(), 1);
    assert!(
        refused[0]
            .text
            .starts_with("it reads marts.a, whose change is not part of this plan"),
        "{}",
        refused[0].text
    );
}

#[test]
fn other_words_for_the_same_companions_are_no_change() {
    let mut world = World::new();
    let head = "CREATE MATERIALIZED VIEW marts.a WITH (toast.autovacuum_enabled = false) AS SELECT id FROM sub.orders";
    world.files(&format!(
        "{head}; COMMENT ON MATERIALIZED VIEW marts.a IS ''; COMMENT ON COLUMN marts.a.id IS '';
        GRANT ALL (id) ON marts.a TO anna; GRANT SELECT ON marts.a TO CURRENT_USER, bela;"
    ));
    let to = |privilege: &str, role: &str| Grant {
        privilege: privilege.to_owned(),
        holder: Holder::Role(role.to_owned()),
        grantable: false,
        grantor: "deployer".to_owned(),
    };
    let relation = world.applied(head, "id integer");
    relation.columns[0].grants = [to("INSERT", "anna"), to("SELECT", "anna")].into();
    relation.grants = Grants::Listed([to("SELECT", "bela")].into());
    for record in world.journal.objects.values_mut() {
        let options = &mut record.companions.options;
        options.insert("toast.autovacuum_enabled".to_owned(), "false".to_owned());
    }
    holds(&world, &[]);
}

#[test]
fn a_comma_in_quotes_parts_no_options() {
    let mut world = World::new();
    let a = "CREATE MATERIALIZED VIEW marts.a WITH (one = 'x, y = ''z''', two) AS SELECT id FROM sub.orders";
    world.files(a);
    let relation = world.applied(a, "id integer");
    let options = [("one", "x, y = 'z'"), ("two", "true")];
    relation.options = options
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    holds(&world, &[]);
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

/// The names that indexes of new objects get.
fn indexes_of(world: &World, of: &str) -> Vec<String> {
    let decisions = world.decide();
    let How::Create(new) = &decisions.objects[&name(of)].how else {
        panic!("{}", world.told(&decisions))
    };
    let indexes = new.dress.indexes.iter();
    indexes.map(|index| index.public.clone()).collect()
}

#[test]
fn indexes_that_nobody_named_do_not_share_a_name() {
    let mut world = World::new();
    world.files(
        "CREATE MATERIALIZED VIEW marts.a AS SELECT id AS b_c FROM sub.orders;
        CREATE INDEX ON marts.a (b_c); CREATE INDEX ON marts.a (b_c) WHERE b_c > 0;
        CREATE INDEX ON marts.a (lower(b_c));",
    );
    world.files(
        "CREATE MATERIALIZED VIEW marts.a_b AS SELECT id AS c FROM sub.orders;
        CREATE INDEX ON marts.a_b (c);",
    );
    let long = "n".repeat(63);
    world.files(&format!(
        "CREATE MATERIALIZED VIEW marts.{long} AS SELECT id FROM sub.orders; CREATE INDEX ON marts.{long} (id);"
    ));
    assert_eq!(
        indexes_of(&world, "marts.a"),
        ["a_b_c_idx", "a_b_c_idx1", "a_expr_idx"]
    );
    assert_eq!(indexes_of(&world, "marts.a_b"), ["a_b_c_idx2"]);
    let cut = format!("{}_id_idx", "n".repeat(56));
    assert_eq!(indexes_of(&world, &format!("marts.{long}")), [cut]);
}

#[test]
fn an_index_that_nobody_named_keeps_its_name() {
    let mut world = World::new();
    let a_b = "CREATE MATERIALIZED VIEW marts.a_b AS SELECT id AS c FROM sub.orders";
    let relation = world.applied(a_b, "c integer");
    let made = index("CREATE INDEX a_b_c_idx ON marts.a_b USING btree (c)");
    relation.indexes.insert("a_b_c_idx".to_owned(), made);
    world.files(&format!("{a_b}; CREATE INDEX ON marts.a_b (c);"));
    for record in world.journal.objects.values_mut() {
        let indexes = &mut record.companions.indexes;
        indexes.insert("a_b_c_idx".to_owned(), "1".to_owned());
    }
    world.files(
        "CREATE MATERIALIZED VIEW marts.a AS SELECT id AS b_c FROM sub.orders; CREATE INDEX ON marts.a (b_c);",
    );
    assert_eq!(indexes_of(&world, "marts.a"), ["a_b_c_idx1"]);
}

#[test]
fn a_name_of_an_index_that_another_one_has_is_refused() {
    let mut world = World::new();
    let other = world.there("marts.other", RelationKind::Table, "id integer");
    let made = index("CREATE INDEX key ON marts.other USING btree (id)");
    other.indexes.insert("key".to_owned(), made);
    world.files(&format!("{A}; CREATE INDEX key ON marts.a (id);"));
    let refused = world.decide().refused;
    assert_eq!(refused.len(), 1);
    assert_eq!(
        refused[0].text,
        "an index of marts.other has the name of its index key"
    );
    // One that loses it in the same run is no hindrance.
    world.observed.relations.remove(&name("marts.other"));
    let other = "CREATE MATERIALIZED VIEW marts.other AS SELECT id FROM sub.orders";
    let made = index("CREATE INDEX key ON marts.other USING btree (id)");
    let relation = world.applied(other, "id integer");
    relation.indexes.insert("key".to_owned(), made);
    assert!(world.decide().refused.is_empty());
}
