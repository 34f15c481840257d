//! What is said of readers whose columns did not change.

use std::collections::BTreeSet;

use super::fixture::{World, name};
use crate::engine::hazard::NoteKind;
use crate::model::observed::dependency::{Read, Reader};

const A: &str =
    "CREATE MATERIALIZED VIEW marts.a AS SELECT id, sum(net) AS net FROM sub.orders GROUP BY id";
const READERS: [(&str, &str, &str); 3] = [
    ("marts.b", "SELECT id FROM marts.a", "id"),
    ("marts.c", "SELECT net FROM marts.a", "net"),
    ("marts.d", "SELECT id FROM marts.b", "id"),
];

/// Which readers are told to read nothing that changed, once the file of the lowest says this.
fn untouched(edited: &str) -> String {
    let mut world = World::new();
    world.applied(A, "id integer, net numeric");
    for (of, query, column) in READERS {
        let sql = format!("CREATE MATERIALIZED VIEW {of} AS {query}");
        world.applied(&sql, &format!("{column} integer"));
        world.files(&sql);
        let reads = world
            .observed
            .dependencies
            .get_mut(&Reader::Relation(name(of)))
            .unwrap();
        for columns in reads.values_mut() {
            *columns = BTreeSet::from([column.to_owned()]);
        }
        assert!(reads.keys().all(|read| matches!(read, Read::Relation(_))));
    }
    world.files(&format!("CREATE MATERIALIZED VIEW marts.a AS {edited}"));
    let notes = world.decide().notes;
    let told = notes
        .iter()
        .filter(|note| note.kind == NoteKind::RebuiltByIdentity);
    let told: Vec<String> = told
        .filter_map(|note| note.object.as_ref().map(ToString::to_string))
        .collect();
    told.join(" ")
}

#[test]
fn who_reads_a_column_that_changed_is_told_apart() {
    let cases = [
        // One item is another one.
        (
            "SELECT id, sum(net) * 2 AS net FROM sub.orders GROUP BY id",
            "marts.b marts.d",
        ),
        // One came along, in small letters and on a line of its own.
        (
            "select id, sum(net) AS net,\n count(*) AS n FROM sub.orders GROUP BY id",
            "marts.b marts.c marts.d",
        ),
        // One came along, and another one is not what it was.
        (
            "SELECT id + 1 AS id, sum(net) AS net, count(*) AS n FROM sub.orders GROUP BY id",
            "marts.c",
        ),
        // Other rows.
        (
            "SELECT id, sum(net) AS net FROM sub.orders WHERE net > 0 GROUP BY id",
            "",
        ),
        (
            "SELECT DISTINCT id, sum(net) AS net FROM sub.orders GROUP BY id",
            "",
        ),
    ];
    for (edited, expected) in cases {
        assert_eq!(untouched(edited), expected, "{edited}");
    }
}
