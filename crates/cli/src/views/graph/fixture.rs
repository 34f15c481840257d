//! Pictures for tests, written as lines: `marts.daily view < clean.orders clean.items`.

use std::sync::Arc;

use dormer_core::diagnostic::{FilePath, Location};
use dormer_core::graph::{Graph, Mention};
use dormer_core::model::catalog::ExternalKind;
use dormer_core::model::kind::ObjectKind;
use dormer_core::model::name::ObjectName;
use dormer_core::project::Project;
use dormer_sql::{Dialect, Span};

use super::{Kind, Picture};

fn name(text: &str) -> ObjectName {
    ObjectName::parse(text, Dialect::Postgres).unwrap()
}

/// What one line declares.
struct Line {
    name: ObjectName,
    kind: ObjectKind,
    reads: Vec<ObjectName>,
}

impl Line {
    fn parse(line: &str) -> Self {
        let (head, reads) = line.split_once(" < ").unwrap_or((line, ""));
        let (named, kind) = head.trim().rsplit_once(' ').unwrap();
        Self {
            name: name(named),
            kind: ObjectKind::parse(kind).unwrap(),
            reads: reads
                .split_whitespace()
                .map(|text| name(&text.replace('~', " ")))
                .collect(),
        }
    }

    fn file(&self) -> String {
        format!("views/{}.sql", self.name.name)
    }
}

/// Makes a picture; a `~` in what is read stands for a space.
pub(super) fn picture(lines: &[String]) -> Picture {
    let lines: Vec<Line> = lines.iter().map(|line| Line::parse(line)).collect();
    let mut project = Project {
        name: "shop".to_owned(),
        ..Project::default()
    };
    let mut mentions = Vec::new();
    for line in &lines {
        let file = FilePath::new(&line.file());
        let text = "one\nFROM x";
        for read in &line.reads {
            mentions.push(Mention {
                reader: line.name.clone(),
                read: read.clone(),
                at: Location {
                    file: file.clone(),
                    span: Span::new(9, 10),
                },
            });
        }
        project.files.insert(file, Arc::from(text));
    }
    let declared: Vec<ObjectName> = lines.iter().map(|line| line.name.clone()).collect();
    let graph = Graph::of(declared, mentions);
    let mut picture = Picture::of(&project, &graph, None);
    for node in &mut picture.nodes {
        match lines.iter().find(|line| line.name == node.parts) {
            Some(line) => {
                node.kind = Kind::of(line.kind);
                node.file = Some(line.file());
            }
            None => node.recorded_as = Some(ExternalKind::Table),
        }
    }
    picture
}

fn lines(lines: &[&str]) -> Picture {
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    picture(&lines)
}

/// Six objects in three layers; one has a name that every format must escape.
pub(super) fn shop() -> Picture {
    lines(&[
        "clean.orders view < shop.orders",
        "clean.items view < shop.items",
        "marts.daily mv < clean.orders clean.items",
        "marts.\"Odd & <name>\" view < clean.orders",
        "bi.weekly mv < marts.daily",
        "bi.status view < marts.daily marts.\"Odd~&~<name>\"",
    ])
}

/// A cycle, something above it and something below it.
pub(super) fn looped() -> Picture {
    lines(&[
        "x.a view < x.b",
        "x.b view < x.a low.c",
        "x.roof mv < x.a",
        "low.c view < ext.t",
    ])
}

/// A believable shop.
pub(super) fn example() -> Picture {
    lines(&[
        "clean.orders mv < raw.orders raw.shops",
        "clean.order_items mv < raw.order_items",
        "clean.customers mv < raw.customers",
        "clean.products view < raw.products",
        "core.orders mv < clean.orders clean.order_items raw.payments",
        "core.customer_orders mv < clean.orders clean.customers",
        "core.sales mv < clean.order_items clean.orders clean.products",
        "marts.orders_daily mv < core.orders",
        "marts.customers_monthly mv < core.customer_orders core.orders",
        "marts.products_weekly mv < core.sales",
        "marts.open_payments view < core.orders",
        "bi.best_sellers view < marts.products_weekly clean.products",
        "bi.retention mv < marts.customers_monthly",
        "bi.revenue_dashboard mv < marts.orders_daily",
        "bi.shop_status view < marts.orders_daily marts.open_payments raw.shops",
    ])
}

/// A large picture: layers of equal width, each object reads one to three below, mostly near.
pub(super) fn large(objects: usize, layers: usize) -> Picture {
    let words = [
        "orders",
        "customers",
        "sales",
        "payments",
        "shops",
        "returns",
        "stock",
        "visits",
        "campaigns",
        "suppliers",
        "shipments",
        "invoices",
    ];
    let endings = [
        "",
        "_daily",
        "_by_region",
        "_clean",
        "_enriched",
        "_monthly_totals",
    ];
    let mut seed = 7_usize;
    let mut next = |below: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below.max(1)
    };
    let schemas = ["clean", "core", "marts", "bi", "reports", "api"];
    let width = objects / layers;
    let label = |layer: usize, n: usize| match layer {
        0 => format!("raw.{}_{n}", words[n % words.len()]),
        _ => {
            let word = words[(n * 5 + layer) % words.len()];
            let ending = endings[(n + layer) % endings.len()];
            format!(
                "{}.{word}{ending}_{n}",
                schemas[(layer - 1) % schemas.len()]
            )
        }
    };
    let mut all = Vec::new();
    for layer in 1..=layers {
        for n in 0..width {
            let mut reads = vec![label(layer - 1, n)];
            for _ in 0..next(3) {
                let below = if next(5) == 0 { next(layer) } else { layer - 1 };
                let near = (n + next(5)).saturating_sub(2).min(width - 1);
                reads.push(label(below, near));
            }
            let kind = if next(3) == 0 { "view" } else { "mv" };
            all.push(format!("{} {kind} < {}", label(layer, n), reads.join(" ")));
        }
    }
    picture(&all)
}
