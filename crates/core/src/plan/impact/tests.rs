//! Impact on small targets, as short text.

use std::collections::BTreeSet;

use super::*;
use crate::graph::Graph;
use crate::graph::lineage;
use crate::model::observed::dependency::FunctionName;
use crate::model::observed::relation::{Ownership, RelationKind};
use crate::plan::decide::fixture::{World, name};

const A: &str = "CREATE MATERIALIZED VIEW marts.a AS SELECT id, net FROM sub.orders";
const B: &str =
    "CREATE MATERIALIZED VIEW marts.b AS SELECT count(id) AS n FROM marts.a WHERE net > 0";
const V: &str = "CREATE VIEW marts.v AS SELECT id FROM marts.a";

fn shop() -> World {
    let mut world = World::new();
    for (sql, with) in [
        (A, "id integer, net numeric"),
        (B, "n bigint"),
        (V, "id integer"),
    ] {
        world.applied(sql, with);
        world.files(sql);
    }
    world
}

fn of(world: &World, object: &str, column: Option<&str>) -> Impact {
    let object = name(object);
    world.with(|input| {
        let graph = Graph::build(&input.project.catalog);
        let mut catalog = input.project.catalog.clone();
        let lineages = lineage::resolve(&mut catalog, &graph, &input.project.externals);
        let ground = Ground::new(input.project, (&graph, &lineages), Some(input.observed));
        let subject = Subject {
            object: &object,
            column,
        };
        impact(&ground, Some(input), subject)
    })
}

fn told(impact: &Impact) -> Vec<String> {
    let mut lines = Vec::new();
    for (at, layer) in impact.layers.iter().enumerate() {
        for (name, one) in layer {
            let fate = one.fate.as_ref().map_or("none", Fate::as_str);
            let uses: Vec<&str> = one.uses.iter().map(|one| one.as_str()).collect();
            let through: Vec<String> = one.through.iter().map(ToString::to_string).collect();
            lines.push(format!(
                "{at} {name} {fate} [{}] through [{}] as [{}] {:?}",
                uses.join(" "),
                through.join(" "),
                one.columns.join(" "),
                one.certainty,
            ));
        }
    }
    for bound in &impact.bound {
        let fate = bound.fate.as_ref().map_or("none", Fate::as_str);
        lines.push(format!("{} on {} {fate}", bound.what, bound.to));
    }
    lines
}

#[test]
fn fates_are_those_that_a_plan_would_decide() {
    let mut world = shop();
    world.external(
        "CREATE VIEW bi.mine AS SELECT id FROM marts.v",
        "id integer",
    );
    let foreign = world.external(
        "CREATE VIEW bi.theirs AS SELECT id FROM marts.a",
        "id integer",
    );
    foreign.ownership = Ownership::Foreign;
    foreign.owner = "anna".to_owned();
    world.external(
        "CREATE MATERIALIZED VIEW bi.m AS SELECT id FROM marts.a",
        "id integer",
    );
    let function = FunctionName {
        name: name("bi.rows_of"),
        arguments: String::new(),
    };
    world.bound(Reader::Function(function), Read::RowType(name("marts.a")));
    assert_eq!(
        told(&of(&world, "marts.a", None)),
        [
            "0 bi.m carried [] through [marts.a] as [id] Certain",
            "0 bi.theirs left [] through [marts.a] as [id] Certain",
            "0 marts.b swapped [] through [marts.a] as [n] Certain",
            "0 marts.v re-pointed [] through [marts.a] as [id] Certain",
            "1 bi.mine untouched [] through [marts.v] as [id] Certain",
            "function bi.rows_of() on marts.a left",
        ]
    );
}

#[test]
fn a_column_goes_through_views_that_nobody_declared() {
    let mut world = shop();
    world.external(
        "CREATE VIEW bi.sums AS SELECT a.id, sum(a.net) AS total FROM marts.a AS a GROUP BY a.id",
        "id integer, total numeric",
    );
    world.external(
        "CREATE VIEW bi.top AS SELECT max(s.total) AS most FROM bi.sums AS s",
        "most numeric",
    );
    assert_eq!(
        told(&of(&world, "sub.orders", Some("net"))),
        [
            "0 marts.a none [projected] through [sub.orders] as [net] Certain",
            "1 bi.sums none [projected] through [marts.a] as [total] Certain",
            "1 marts.b none [filtered] through [marts.a] as [] Certain",
            "2 bi.top none [projected] through [bi.sums] as [most] Certain",
        ]
    );
    assert_eq!(
        told(&of(&world, "marts.a", Some("id"))),
        [
            "0 bi.sums re-pointed [projected grouped] through [marts.a] as [id] Certain",
            "0 marts.b swapped [projected] through [marts.a] as [n] Certain",
            "0 marts.v re-pointed [projected] through [marts.a] as [id] Certain",
            "1 bi.top untouched [] through [] as [] Certain",
        ]
    );
}

#[test]
fn generations_without_a_name_are_told_apart() {
    let mut world = shop();
    let retired = world.retired("marts.a", "sub.orders");
    let impact = of(&world, "sub.orders", Some("id"));
    let kept: Vec<&ObjectName> = impact.kept.keys().collect();
    assert_eq!(kept, [&retired]);
    let above: BTreeSet<&ObjectName> = impact.layers.iter().flat_map(BTreeMap::keys).collect();
    assert!(!above.contains(&retired), "{above:?}");
    let refused = world.with(|input| {
        let object = name("sub.orders");
        script(
            input,
            Subject {
                object: &object,
                column: None,
            },
        )
    });
    assert_eq!(refused, Err(NoScript::Held(BTreeSet::from([retired]))));
}

fn falls(world: &World, object: &str, column: Option<&str>) -> (Vec<String>, Vec<String>) {
    let object = name(object);
    let subject = Subject {
        object: &object,
        column,
    };
    let fallen = fall::fall(&world.observed, subject);
    let obstacles = fallen.obstacles.iter();
    (
        fallen.nodes.iter().map(fall::shown).collect(),
        obstacles.map(|one| one.text.clone()).collect(),
    )
}

fn reads(world: &mut World, reader: &str, read: &str, column: &str) {
    let reads = world
        .observed
        .dependencies
        .entry(Reader::Relation(name(reader)))
        .or_default();
    reads.insert(Read::Relation(name(read)), [column.to_owned()].into());
}

#[test]
fn what_reads_the_column_falls_and_all_that_stands_on_it() {
    let mut world = shop();
    reads(&mut world, "marts.a", "sub.orders", "net");
    world.external(
        "CREATE VIEW bi.other AS SELECT id FROM sub.orders",
        "id integer",
    );
    reads(&mut world, "bi.other", "sub.orders", "id");
    let (nodes, obstacles) = falls(&world, "sub.orders", Some("net"));
    assert_eq!(nodes, ["marts.a", "marts.b", "marts.v"]);
    assert!(obstacles.is_empty(), "{obstacles:?}");
    let (nodes, _) = falls(&world, "sub.orders", None);
    assert_eq!(nodes, ["bi.other", "marts.a", "marts.b", "marts.v"]);
}

#[test]
fn partitions_and_heirs_have_the_column_as_well() {
    let mut world = World::new();
    let part = world.there(
        "sub.part",
        RelationKind::Partition,
        "id integer, net numeric",
    );
    part.parents = vec![name("sub.orders")];
    world.external(
        "CREATE VIEW bi.of_part AS SELECT id FROM sub.part",
        "id integer",
    );
    reads(&mut world, "bi.of_part", "sub.part", "id");
    assert_eq!(falls(&world, "sub.orders", Some("id")).0, ["bi.of_part"]);
    assert!(falls(&world, "sub.orders", Some("net")).0.is_empty());
}

#[test]
fn a_column_with_the_type_of_its_rows_is_an_obstacle() {
    let mut world = shop();
    world.there("bi.keeps", RelationKind::Table, "one marts.a");
    let column = Reader::Column {
        of: name("bi.keeps"),
        column: "one".to_owned(),
    };
    world.bound(column, Read::RowType(name("marts.a")));
    let (_, obstacles) = falls(&world, "sub.orders", None);
    assert_eq!(
        obstacles,
        ["column bi.keeps.one is bound to marts.a, and no statement puts that back"]
    );
}

#[test]
fn functions_come_back_after_what_they_read_and_before_who_calls_them() {
    let mut world = shop();
    let top = FunctionName {
        name: name("bi.top"),
        arguments: "n integer".to_owned(),
    };
    world.bound(
        Reader::Function(top.clone()),
        Read::Relation(name("marts.a")),
    );
    world.external("CREATE VIEW bi.calls AS SELECT 1 AS one", "one integer");
    world.bound(Reader::Relation(name("bi.calls")), Read::Function(top));
    let (nodes, _) = falls(&world, "sub.orders", None);
    let at = |what: &str| nodes.iter().position(|node| node == what).unwrap();
    assert!(at("marts.a") < at("function bi.top(n integer)"));
    assert!(at("function bi.top(n integer)") < at("bi.calls"));
}

#[test]
fn a_column_is_named_as_a_word() {
    let dialect = Dialect::Postgres;
    assert!(says("(net > 10)", "net", dialect));
    assert!(says("(\"Net\" > 10)", "Net", dialect));
    assert!(!says("(network > 10) OR ('net' = x)", "net", dialect));
}
