//! Generated projects of N materialized views over 20 external tables, in four shapes.
//!
//! A project is a function of its shape and size alone, and is written anew only when it is not there yet.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::failure::{Failure, Outcome};

pub(super) const EXTERNALS: usize = 20;
const LAYERS: usize = 5;
/// Changes with the text of the projects, so that an old one is not taken for a new one.
const FORMAT: &str = "2";

/// How the views stand on each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Five layers; each view reads two of the layer below, now and then an external.
    Layered,
    /// Each view reads the one before it: N layers.
    Chain,
    /// All read the first.
    Star,
    /// Paths that part and meet again.
    Diamond,
}

impl Shape {
    pub(super) const ALL: [Self; 4] = [Self::Layered, Self::Chain, Self::Star, Self::Diamond];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Layered => "layered",
            Self::Chain => "chain",
            Self::Star => "star",
            Self::Diamond => "diamond",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    External(usize),
    View(usize),
}

impl Read {
    pub(super) fn name(self) -> String {
        match self {
            Self::External(number) => format!("raw.src_{:03}", number % EXTERNALS),
            Self::View(number) => format!("mart.mv_{number:05}"),
        }
    }
}

/// What each view reads, in an order in which they can be created.
pub(super) fn graph(shape: Shape, size: usize) -> Vec<[Read; 2]> {
    use Read::{External, View};
    match shape {
        Shape::Chain => {
            let below = |i: usize| i.checked_sub(1).map_or(External(0), View);
            (0..size).map(|i| [below(i), External(i)]).collect()
        }
        Shape::Star => (0..size)
            .map(|i| {
                if i == 0 {
                    [External(0), External(1)]
                } else {
                    [View(0), External(i)]
                }
            })
            .collect(),
        Shape::Diamond => (0..size)
            .map(|i| match i {
                0 | 1 => [External(i), External(i + 1)],
                _ if i % 3 == 0 => [View(i - 2), View(i - 1)],
                _ => [View((i - i % 3).saturating_sub(1)), External(i)],
            })
            .collect(),
        Shape::Layered => layered(size),
    }
}

fn layered(size: usize) -> Vec<[Read; 2]> {
    let mut random = 7_u64;
    let mut below = |bound: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % u64::try_from(bound.max(1)).unwrap_or(1)).unwrap_or(0)
    };
    let width = size.div_ceil(LAYERS).max(1);
    (0..size)
        .map(|i| {
            let Some(lower) = (i / width).checked_sub(1) else {
                return [
                    Read::External(below(EXTERNALS)),
                    Read::External(below(EXTERNALS)),
                ];
            };
            let first = Read::View(lower * width + below(width));
            let view = Read::View(lower * width + below(width));
            [
                first,
                if below(10) < 3 {
                    Read::External(below(EXTERNALS))
                } else {
                    view
                },
            ]
        })
        .collect()
}

/// The query of a view over two relations; `least` is the smallest value that it keeps.
pub(super) fn query([a, b]: [&str; 2], least: u8) -> String {
    format!(
        "WITH a AS (
  SELECT id, k, v, ts FROM {a}
), b AS (
  SELECT id, k, v, ts FROM {b} WHERE v IS NOT NULL
)
SELECT
  a.id,
  a.k,
  (a.v + COALESCE(b.v, 0)) / 2 AS v,
  GREATEST(a.ts, b.ts) AS ts,
  CASE WHEN a.v > 10 THEN 'high' ELSE 'low' END AS band
FROM a
LEFT JOIN b ON a.id = b.id
WHERE a.v >= {least}"
    )
}

fn view(number: usize, reads: [Read; 2]) -> String {
    let [a, b] = reads.map(Read::name);
    let schema = if number == 0 {
        "CREATE SCHEMA IF NOT EXISTS mart;\n"
    } else {
        ""
    };
    let (name, query) = (Read::View(number).name(), query([&a, &b], 0));
    format!("{schema}CREATE MATERIALIZED VIEW {name} AS\n{query};\n")
}

const CONFIG: &str = "\
[project]
name = \"bench\"
default_target = \"dev\"

[target.dev]
engine = \"postgres\"
url = \"local:.dormer/dev\"
";

/// The externals' columns, so that a check knows what the views read.
pub(super) fn catalog() -> String {
    let mut text = "format_version = 1\n".to_owned();
    for number in 0..EXTERNALS {
        let name = Read::External(number).name();
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "
[target.dev.external.\"{name}\"]
kind = \"table\"
columns = [
    {{ name = \"id\", type = \"integer\" }},
    {{ name = \"k\", type = \"text\" }},
    {{ name = \"v\", type = \"numeric\" }},
    {{ name = \"ts\", type = \"timestamp with time zone\" }},
]
"
        );
    }
    text
}

/// Writes a project into a folder of its own.
pub(super) fn write(folder: &Path, shape: Shape, size: usize) -> Outcome {
    let stamp = folder.join(".complete");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == FORMAT) {
        return Ok(());
    }
    let failed = |error| Failure::while_(format!("write {}", folder.display()), error);
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(failed)?;
    }
    let views = folder.join("views");
    fs::create_dir_all(&views).map_err(failed)?;
    fs::write(folder.join("dormer.toml"), CONFIG).map_err(failed)?;
    fs::write(folder.join("catalog.lock"), catalog()).map_err(failed)?;
    let mut name = String::new();
    for (number, reads) in graph(shape, size).into_iter().enumerate() {
        name.clear();
        // Writing to a String cannot fail.
        let _ = write!(name, "mv_{number:05}.sql");
        fs::write(views.join(&name), view(number, reads)).map_err(failed)?;
    }
    fs::write(stamp, FORMAT).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_view_reads_only_views_before_it() {
        for shape in Shape::ALL {
            let graph = graph(shape, 1000);
            assert_eq!(graph.len(), 1000, "{}", shape.name());
            for (number, reads) in graph.iter().enumerate() {
                for read in reads {
                    assert!(
                        !matches!(read, Read::View(other) if *other >= number),
                        "{} {number}",
                        shape.name()
                    );
                }
            }
        }
    }

    #[test]
    fn chain_has_a_layer_for_each_view_and_star_has_two() {
        assert_eq!(
            graph(Shape::Chain, 3)[2],
            [Read::View(1), Read::External(2)]
        );
        assert!(
            graph(Shape::Star, 9)
                .iter()
                .skip(1)
                .all(|reads| reads[0] == Read::View(0))
        );
    }

    #[test]
    fn same_shape_and_size_give_the_same_graph() {
        assert_eq!(graph(Shape::Layered, 500), graph(Shape::Layered, 500));
    }
}
