//! What is decided in small cases.

use super::fixture::{World, name};
use crate::model::observed::dependency::{FunctionName, Read, Reader};
use crate::model::observed::index::Index;
use crate::model::observed::relation::{Attachment, ColumnValue, Fires, Ownership, RelationKind};
use crate::model::observed::{Body, Function};

const A: &str = "CREATE MATERIALIZED VIEW marts.a AS SELECT id FROM sub.orders";
const A2: &str = "CREATE MATERIALIZED VIEW marts.a AS SELECT id, net FROM sub.orders";
const B: &str = "CREATE MATERIALIZED VIEW marts.b AS SELECT id FROM marts.a";
const V: &str = "CREATE VIEW marts.v AS SELECT id FROM marts.a";

/// Holds decisions against lines.
#[track_caller]
fn holds(world: &World, expected: &[&str]) {
    let told = world.told(&world.decide());
    assert_eq!(told, expected.join("\n"), "\n{told}\n");
}

/// A target with `marts.a` and files that say more of it.
fn edited(also: &[(&str, &str)]) -> World {
    let mut world = World::new();
    world.applied(A, "id integer");
    world.files(A2);
    world.next("marts.a", "id integer, net numeric");
    for (sql, columns) in also {
        world.applied(sql, columns);
        world.files(sql);
    }
    world
}

const A_SWAPPED: &str = "± marts.a swap for the old one: CREATE MATERIALIZED VIEW marts.a__NEW AS SELECT id, net FROM sub.orders -- rows of sub.orders
    definition changed: column \"net\" added";
const A_SHAPE: &str = "note shape-change marts.a: column \"net\" added: sessions with prepared statements on it must prepare them again";

#[test]
fn what_did_not_change_is_not_touched() {
    let mut world = World::new();
    world.applied(A, "id integer");
    world.files(
        "-- says the same\ncreate materialized view marts.a as\n  select id from sub.orders",
    );
    holds(&world, &[]);
    assert!(world.asked().is_empty());
}

#[test]
fn another_text_of_the_same_meaning_builds_nothing() {
    let mut world = World::new();
    world.applied(A, "id integer");
    world.files("CREATE MATERIALIZED VIEW marts.a AS SELECT o.id FROM sub.orders AS o");
    world.spells(
        "SELECT o.id FROM sub.orders AS o",
        "SELECT id FROM sub.orders",
    );
    holds(&world, &[]);
}

#[test]
fn a_lost_journal_builds_nothing() {
    let mut world = World::new();
    for (sql, columns) in [(A, "id integer"), (B, "id integer"), (V, "id integer")] {
        world.applied(sql, columns);
        world.files(sql);
    }
    world.journal = crate::engine::journal::Journal::default();
    holds(&world, &[]);
}

#[test]
fn readers_that_hold_rows_are_built_anew_and_plain_views_are_pointed_anew() {
    let world = edited(&[(B, "id integer"), (V, "id integer")]);
    holds(
        &world,
        &[
            A_SWAPPED,
            "± marts.b swap for the old one: CREATE MATERIALIZED VIEW marts.b__NEW AS SELECT id FROM marts.a__NEW -- rows of sub.orders
    reads marts.a, which is replaced",
            "± marts.v redefine: CREATE VIEW marts.v AS SELECT id FROM marts.a
    reads marts.a, which is replaced",
            "note shape-change marts.a: column \"net\" added: sessions with prepared statements on it must prepare them again",
            "note rebuilt-by-identity marts.b: reads no column that changed; it is built anew because pseudo binds readers by identity",
        ],
    );
}

#[test]
fn a_view_below_rows_is_shadowed() {
    let on_v = "CREATE MATERIALIZED VIEW marts.m AS SELECT id FROM marts.v";
    let world = edited(&[(V, "id integer"), (on_v, "id integer")]);
    let told = world.told(&world.decide());
    assert!(
        told.contains("± marts.v swap for the old one: CREATE VIEW marts.v__NEW"),
        "{told}"
    );
    assert!(
        told.contains("FROM marts.v__NEW -- rows of sub.orders"),
        "{told}"
    );
}

#[test]
fn a_view_above_one_that_keeps_its_identity_is_not_touched() {
    let mut world = World::new();
    world.applied(
        "CREATE VIEW marts.v AS SELECT id FROM sub.orders",
        "id integer",
    );
    world.applied(
        "CREATE VIEW marts.w AS SELECT id FROM marts.v",
        "id integer",
    );
    world.files("CREATE VIEW marts.v AS SELECT id FROM sub.orders WHERE id > 0");
    world.files("CREATE VIEW marts.w AS SELECT id FROM marts.v");
    holds(
        &world,
        &[
            "± marts.v redefine: CREATE VIEW marts.v AS SELECT id FROM sub.orders WHERE id > 0
    definition changed: query changed",
        ],
    );
}

#[test]
fn drift_is_told_apart_from_a_change_of_the_file() {
    let mut world = World::new();
    world.applied(A, "id integer").definition =
        Some("SELECT id FROM sub.orders LIMIT 1".to_owned());
    world.files(A);
    let told = world.told(&world.decide());
    assert!(
        told.contains("\n    somebody changed it in the target"),
        "{told}"
    );
}

#[test]
fn what_the_journal_does_not_know_is_not_replaced() {
    let mut world = World::new();
    world.external("CREATE VIEW marts.v AS SELECT 1 AS id", "id integer");
    world.files(V);
    world.files(A);
    world.applied(A, "id integer");
    holds(
        &world,
        &[
            "refused marts.v: it is in the target already, with another definition, and the journal does not know it",
        ],
    );
}

#[test]
fn an_external_with_rows_is_carried_and_one_without_is_pointed_anew() {
    let mut world = edited(&[]);
    world.external(
        "CREATE MATERIALIZED VIEW bi.m AS SELECT id FROM marts.a",
        "id integer",
    );
    world
        .external("CREATE VIEW bi.w AS SELECT id FROM marts.a", "id integer")
        .owner = "anna".to_owned();
    holds(
        &world,
        &[
            "> bi.m swap for the old one: captured SELECT id FROM marts.a__NEW -- rows of sub.orders
    materialized view of user deployer; reads marts.a, which is replaced",
            "> bi.w redefine: captured SELECT id FROM marts.a
    view of user anna; reads marts.a, which is replaced",
            A_SWAPPED,
            "note carries-foreign bi.m: belongs to deployer; is built anew with all that it has, and the old one is kept until cleanup",
            "note carries-foreign bi.w: belongs to anna; gets its query again and stays the same view",
            A_SHAPE,
            "note rebuilt-by-identity bi.m: reads no column that changed; it is built anew because pseudo binds readers by identity",
        ],
    );
}

#[test]
fn an_external_without_rights_stays_and_what_stands_on_it_too() {
    let mut world = edited(&[]);
    world
        .external("CREATE VIEW bi.w AS SELECT id FROM marts.a", "id integer")
        .ownership = Ownership::Foreign;
    world.external("CREATE VIEW bi.x AS SELECT id FROM bi.w", "id integer");
    let decisions = world.decide();
    assert!(!decisions.objects.contains_key(&name("bi.x")));
    let [hazard] = decisions.hazards.as_slice() else {
        panic!("{:?}", decisions.hazards)
    };
    let hint = hazard.hint.as_deref().unwrap();
    assert!(
        hint.ends_with("CREATE OR REPLACE VIEW bi.w AS SELECT id FROM marts.a;"),
        "{hint}"
    );
}

#[test]
fn what_is_declared_no_more_is_nobody_to_carry() {
    let mut world = edited(&[]);
    world.applied(
        "CREATE MATERIALIZED VIEW marts.m AS SELECT id FROM marts.a",
        "id integer",
    );
    world.refuses("FROM marts.a__", "column \"id\" does not exist");
    let decisions = world.decide();
    let hazards: Vec<&str> = decisions.hazards.iter().map(|h| h.kind.as_str()).collect();
    assert_eq!(hazards, ["data-loss"]);
    let told = world.told(&decisions);
    assert!(told.contains("- marts.m retire"), "{told}");
    assert!(!told.contains("m__NEW"), "{told}");
}

#[test]
fn a_retired_generation_does_not_keep_a_view_from_being_pointed_anew() {
    let on_v = "CREATE MATERIALIZED VIEW marts.m AS SELECT id FROM sub.orders";
    let mut world = edited(&[(V, "id integer"), (on_v, "id integer")]);
    world.retired("marts.m", "marts.v");
    let told = world.told(&world.decide());
    assert!(told.contains("± marts.v redefine"), "{told}");
}

#[test]
fn rules_triggers_and_defaults_of_a_view_come_along() {
    let mut world = edited(&[]);
    let attached = |definition: &str| Attachment {
        definition: definition.to_owned(),
        fires: Fires::Usually,
        comment: None,
    };
    let view = world.external("CREATE VIEW bi.w AS SELECT id FROM marts.a", "id integer");
    view.columns[0].value = ColumnValue::Default("7".to_owned());
    view.triggers.insert(
        "t".to_owned(),
        attached("CREATE TRIGGER t INSTEAD OF INSERT ON bi.w FOR EACH ROW EXECUTE FUNCTION f()"),
    );
    view.rules.insert(
        "quiet".to_owned(),
        attached("CREATE RULE quiet AS\n    ON DELETE TO bi.w DO INSTEAD NOTHING;"),
    );
    world.external(
        "CREATE MATERIALIZED VIEW bi.m AS SELECT id FROM bi.w",
        "id integer",
    );
    let told = world.told(&world.decide());
    assert!(
        told.contains("dress: CREATE TRIGGER t INSTEAD OF INSERT ON bi.w__NEW FOR"),
        "{told}"
    );
    assert!(
        told.contains("ON DELETE TO bi.w__NEW DO INSTEAD NOTHING")
            && told.contains("ALTER VIEW bi.w__NEW ALTER COLUMN id SET DEFAULT 7"),
        "{told}"
    );
}

#[test]
fn bound_functions_follow_and_users_of_the_row_type_are_left() {
    let mut world = edited(&[]);
    let function = |name: &str| FunctionName {
        name: crate::model::name::ObjectName::new("bi", name),
        arguments: String::new(),
    };
    for (of, read) in [
        ("top", Read::Relation(name("marts.a"))),
        ("rows", Read::RowType(name("marts.a"))),
    ] {
        world.bound(Reader::Function(function(of)), read);
        let told = Function {
            owner: "deployer".to_owned(),
            ownership: Ownership::Held,
            body: Body::Bound,
            definition: Some(format!("CREATE OR REPLACE FUNCTION bi.{of}() ..")),
            settings: std::collections::BTreeMap::new(),
            comment: None,
            extension: None,
            grants: crate::model::observed::grant::Grants::Default,
        };
        world.observed.functions.insert(function(of), told);
    }
    holds(
        &world,
        &[
            A_SWAPPED,
            "rebind function bi.top()",
            A_SHAPE,
            "hazard leaves-foreign marts.a: function bi.rows() stays on the retired generation: it uses the type of its rows, which no statement changes",
        ],
    );
    // Its body reads what it returns rows of: it would be made anew with another type.
    world.bound(
        Reader::Function(function("rows")),
        Read::Relation(name("marts.a")),
    );
    let decisions = world.decide();
    let rebinds = decisions.rebinds.iter().map(|rebind| rebind.what.as_str());
    assert_eq!(rebinds.collect::<Vec<_>>(), ["function bi.top()"]);
    assert_eq!(decisions.hazards.len(), 1, "{:?}", decisions.hazards);
    let text = world.observed.functions.get_mut(&function("rows"));
    text.unwrap().body = Body::Text;
    let hazards = world.decide().hazards;
    assert!(hazards[0].text.contains("it breaks until"), "{hazards:?}");
}

#[test]
fn a_file_that_is_gone_asks_for_an_allowance_and_for_no_reader() {
    let mut world = World::new();
    world.applied(A, "id integer");
    holds(
        &world,
        &[
            "- marts.a retire
    no file declares it any more",
            "hazard data-loss marts.a: loses its name now, and its rows with the next cleanup after keep_retired",
        ],
    );
    world
        .external("CREATE VIEW bi.w AS SELECT id FROM marts.a", "id integer")
        .owner = "anna".to_owned();
    let refused = world.decide().refused;
    assert_eq!(refused.len(), 1);
    assert!(
        refused[0]
            .text
            .ends_with("bi.w of user anna still reads it"),
        "{}",
        refused[0].text
    );
}

#[test]
fn a_table_is_never_dropped_and_a_table_made_by_a_query_is() {
    let mut world = World::new();
    world.applied(
        "CREATE TABLE sub.t (id int, late int GENERATED ALWAYS AS (id + 1) STORED)",
        "id integer, late integer",
    );
    world.applied(
        "CREATE TABLE sub.u AS\nSELECT id FROM sub.orders",
        "id integer",
    );
    let told = world.told(&world.decide());
    assert!(!told.contains("sub.t "), "{told}");
    assert!(told.contains("- sub.u retire"), "{told}");
}

#[test]
fn a_table_gets_new_columns_and_nothing_else() {
    let changed = |sql: &str| {
        let mut world = World::new();
        world.applied(
            "CREATE TABLE sub.t (id int, word text DEFAULT 'a')",
            "id integer, word text",
        );
        world.files(sql);
        world.told(&world.decide())
    };
    let told = changed("CREATE TABLE sub.t (id int, word text DEFAULT 'a', late date)");
    assert_eq!(told, "~ sub.t alter 1 deeds\n    column \"late\" added");
    for sql in [
        "CREATE TABLE sub.t (id bigint, word text DEFAULT 'a')",
        "CREATE TABLE sub.t (id int, word text DEFAULT 'A')",
        "CREATE TABLE sub.t (id int)",
        "CREATE TABLE sub.t (id int, word text DEFAULT 'a', PRIMARY KEY (id))",
        "CREATE TABLE sub.t (id int, word text DEFAULT 'a') WITH (fillfactor = 50)",
    ] {
        let told = changed(sql);
        assert!(told.starts_with("refused sub.t: "), "{sql}\n{told}");
    }
}

#[test]
fn what_reads_a_new_table_is_not_asked_about_and_is_built() {
    let mut world = World::new();
    world.applied(A, "id integer");
    world.files("CREATE TABLE sub.words (id int, word text)");
    world.files("CREATE MATERIALIZED VIEW marts.a AS SELECT id, word FROM sub.orders JOIN sub.words USING (id)");
    world.refuses("sub.words", "relation \"sub.words\" does not exist");
    let told = world.told(&world.decide());
    assert!(!told.contains("refused"), "{told}");
    assert!(told.contains("± marts.a swap"), "{told}");
    assert!(told.contains("+ sub.words create"), "{told}");
}

#[test]
fn a_definition_that_the_target_refuses_is_refused_once() {
    let mut world = edited(&[(B, "id integer")]);
    world.refuses("id, net FROM sub.orders", "column \"net\" does not exist");
    let refused = world.decide().refused;
    let told: Vec<String> = refused
        .iter()
        .map(|refusal| format!("{}: {}", refusal.object, refusal.text))
        .collect();
    assert_eq!(
        told,
        ["marts.a: the target refuses its definition: column \"net\" does not exist"]
    );
}

#[test]
fn who_would_read_itself_through_an_external_is_refused() {
    let mut world = World::new();
    world.applied(
        "CREATE VIEW marts.v AS SELECT id FROM sub.orders",
        "id integer",
    );
    world.external("CREATE VIEW bi.w AS SELECT id FROM marts.v", "id integer");
    world.files("CREATE VIEW marts.v AS SELECT id FROM bi.w");
    let refused = world.decide().refused;
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].object, name("marts.v"));
}

#[test]
fn what_another_kind_cannot_wear_is_let_go_of() {
    let mut world = World::new();
    let before = world.applied(
        "CREATE MATERIALIZED VIEW marts.a AS SELECT id FROM sub.orders",
        "id integer",
    );
    let index = Index {
        definition: "CREATE INDEX by_id ON marts.a USING btree (id)".to_owned(),
        unique: false,
        valid: true,
        primary: false,
        constraint: None,
        clustered: false,
        replica_identity: false,
        concurrent_refresh: false,
        comment: None,
        tablespace: None,
    };
    before.indexes.insert("by_id".to_owned(), index);
    before
        .options
        .insert("fillfactor".to_owned(), "50".to_owned());
    world.files("CREATE VIEW marts.a AS SELECT id FROM sub.orders");
    let told = world.told(&world.decide());
    assert!(!told.contains("dress: "), "{told}");
    assert!(
        told.contains("note not-declared marts.a: the index by_id"),
        "{told}"
    );
}

#[test]
fn an_index_made_by_hand_is_kept_and_told() {
    let mut world = World::new();
    let before = world.applied(A, "id integer");
    let index = Index {
        definition: "CREATE INDEX by_id ON marts.a USING btree (id)".to_owned(),
        unique: false,
        valid: true,
        primary: false,
        constraint: None,
        clustered: false,
        replica_identity: false,
        concurrent_refresh: false,
        comment: None,
        tablespace: None,
    };
    before.indexes.insert("by_id".to_owned(), index);
    world.files("CREATE MATERIALIZED VIEW marts.a AS SELECT id FROM sub.orders WHERE id > 0");
    holds(
        &world,
        &[
            "± marts.a swap for the old one: CREATE MATERIALIZED VIEW marts.a__NEW AS SELECT id FROM sub.orders WHERE id > 0 -- rows of sub.orders
    dress: CREATE INDEX by_id__NEW ON marts.a__NEW USING btree (id)
    definition changed: query changed",
            "note not-declared marts.a: the index by_id was set by hand and is kept",
        ],
    );
}

#[test]
fn without_a_rehearsal_fingerprints_decide() {
    let world = edited(&[(V, "id integer")]);
    let told = world.told(&world.decide_offline());
    assert!(told.contains("± marts.a swap"), "{told}");
    assert!(told.contains("note not-rehearsed: "), "{told}");
}

#[test]
fn a_parent_that_was_not_asked_for_is_named() {
    let mut world = World::new();
    world.files(A);
    world.files(B);
    world.selected = Some([name("marts.b")].into());
    let refused = world.decide().refused;
    assert_eq!(refused.len(), 1);
    assert!(
        refused[0].text.contains("it reads marts.a"),
        "{}",
        refused[0].text
    );
}

#[test]
fn what_is_missing_is_created_and_what_it_stands_on_first() {
    let mut world = World::new();
    world.files(A);
    world.files(B);
    world.applied(V, "id integer");
    world.observed.relations.remove(&name("marts.v"));
    world.observed.dependencies.clear();
    world.files(V);
    holds(
        &world,
        &[
            "+ marts.a create CREATE MATERIALIZED VIEW marts.a AS SELECT id FROM sub.orders\n    new",
            "+ marts.b create CREATE MATERIALIZED VIEW marts.b AS SELECT id FROM marts.a\n    new",
            "+ marts.v create CREATE VIEW marts.v AS SELECT id FROM marts.a\n    it is gone from the target",
        ],
    );
    assert_eq!(world.decide().relied_on.get(&name("marts.a")), Some(&None));
}

#[test]
fn the_kind_of_what_stands_there_is_looked_at() {
    let mut world = World::new();
    world.there("marts.a", RelationKind::Table, "id integer");
    world.files(A);
    let told = world.told(&world.decide());
    assert!(
        told.starts_with("refused marts.a: the target has a table of this name"),
        "{told}"
    );
}

#[test]
fn the_schema_of_an_external_is_never_made() {
    let mut world = edited(&[]);
    world.observed.schemas.remove("bi");
    world.external(
        "CREATE MATERIALIZED VIEW bi.m AS SELECT id FROM marts.a",
        "id integer",
    );
    assert!(world.decide().schemas.is_empty());
}

#[test]
fn who_reads_what_is_replaced_is_relied_on() {
    let mut world = edited(&[(B, "id integer"), (V, "id integer")]);
    world.external("CREATE VIEW bi.w AS SELECT id FROM marts.v", "id integer");
    let readers = world.decide().readers;
    let of = |text: &str| {
        let readers = readers.get(&name(text))?;
        Some(readers.iter().cloned().collect::<Vec<_>>())
    };
    assert_eq!(
        of("marts.a"),
        Some(vec!["marts.b".to_owned(), "marts.v".to_owned()])
    );
    assert_eq!(of("marts.b"), Some(Vec::new()));
    // It keeps its identity, and with it all who read it.
    assert_eq!(of("marts.v"), None);
}

#[test]
fn a_lock_before_what_is_read_refuses_nothing() {
    let mut world = edited(&[(B, "id integer")]);
    world.locked.push("FROM sub.orders");
    holds(
        &world,
        &[
            "± marts.a swap for the old one: CREATE MATERIALIZED VIEW marts.a__NEW AS SELECT id, net FROM sub.orders -- rows of sub.orders
    definition changed: query changed",
            "± marts.b swap for the old one: CREATE MATERIALIZED VIEW marts.b__NEW AS SELECT id FROM marts.a__NEW -- rows of sub.orders
    reads marts.a, which is replaced",
            "note not-rehearsed marts.a: its new columns are not known: somebody holds a lock on what it reads",
            "note not-rehearsed marts.b: its new columns are not known: somebody holds a lock on what it reads",
            "note rebuilt-by-identity marts.b: reads no column that changed; it is built anew because pseudo binds readers by identity",
        ],
    );
}

#[test]
fn a_schema_beside_the_scope_is_not_made_for_what_stands_in_it() {
    let mut world = edited(&[]);
    world.observed.schemas.remove("bi");
    world.external(
        "CREATE MATERIALIZED VIEW bi.m AS SELECT id FROM marts.a",
        "id integer",
    );
    let decisions = world.decide();
    assert!(decisions.objects.contains_key(&name("bi.m")));
    assert_eq!(decisions.schemas, Vec::<String>::new());
}
