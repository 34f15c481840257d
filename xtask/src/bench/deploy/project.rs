//! Generated projects that can really be applied: the ground under them, the bare DDL of the same graph.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use crate::bench::projects::{self, EXTERNALS, Read, Shape};
use crate::failure::{Failure, Outcome};

use super::server::{scratch, write};

/// The variable that the address of a database is in.
pub(super) const URL: &str = "DORMER_BENCH_URL";

const CONFIG: &str = "\
[project]
name = \"bench\"
default_target = \"dev\"

[target.dev]
engine = \"postgres\"
url = \"${env:DORMER_BENCH_URL}\"
";

/// Whether each view has an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Indexes {
    None,
    One,
}

/// A graph of views, and the folder of its project.
#[derive(Debug, Clone)]
pub(super) struct Project {
    pub(super) name: String,
    pub(super) folder: PathBuf,
    pub(super) graph: Vec<[Read; 2]>,
    indexes: Indexes,
}

impl Project {
    /// Writes the project anew, as it is before any edit.
    pub(super) fn write(shape: Shape, size: usize, indexes: Indexes) -> Outcome<Self> {
        let with = match indexes {
            Indexes::None => "bare",
            Indexes::One => "indexed",
        };
        let name = format!("{}-{size}-{with}", shape.name());
        let project = Self {
            folder: scratch(&name)?,
            graph: projects::graph(shape, size),
            name,
            indexes,
        };
        if project.folder.exists() {
            fs::remove_dir_all(&project.folder)
                .map_err(|error| Failure::while_("remove an old project", error))?;
        }
        write(&project.folder.join("dormer.toml"), CONFIG)?;
        write(&project.folder.join("catalog.lock"), &projects::catalog())?;
        for number in 0..project.graph.len() {
            project.edit(number, 0)?;
        }
        write(&project.floor(), &project.ddl(""))?;
        let names: Vec<String> = (0..size).map(|number| Read::View(number).name()).collect();
        write(&project.names(), &names.join("\n"))?;
        Ok(project)
    }

    pub(super) const fn size(&self) -> usize {
        self.graph.len()
    }

    /// The bare DDL, in an order in which it can be sent.
    pub(super) fn floor(&self) -> PathBuf {
        self.folder.join("floor.sql")
    }

    /// A refresh of each view, in an order in which each comes after what it reads.
    pub(super) fn refreshes(&self) -> Outcome<PathBuf> {
        let mut text = String::new();
        for number in 0..self.graph.len() {
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "REFRESH MATERIALIZED VIEW {};",
                Read::View(number).name()
            );
        }
        let path = self.folder.join("refreshes.sql");
        write(&path, &text)?;
        Ok(path)
    }

    /// The public names, one a line.
    pub(super) fn names(&self) -> PathBuf {
        self.folder.join("names")
    }

    /// Writes a view that keeps values from `least` on: another one changes what it means; 0 is no edit.
    pub(super) fn edit(&self, number: usize, least: u8) -> Outcome {
        let path = self.folder.join(format!("views/mv_{number:05}.sql"));
        write(&path, &self.file(number, least))
    }

    /// The whole text of a view's file.
    pub(super) fn file(&self, number: usize, least: u8) -> String {
        let schema = if number == 0 {
            "CREATE SCHEMA IF NOT EXISTS mart;\n\n"
        } else {
            ""
        };
        format!("{schema}{}", self.object(number, least, ""))
    }

    /// What a view reads.
    pub(super) fn reads(&self, number: usize) -> [Read; 2] {
        let reads = self.graph.get(number).copied();
        reads.unwrap_or([Read::External(0); 2])
    }

    pub(super) fn indexed(&self) -> bool {
        self.indexes == Indexes::One
    }

    /// A view and its index, with something behind each name that is made and read.
    fn object(&self, number: usize, least: u8, behind: &str) -> String {
        let [a, b] = self.reads(number).map(|read| {
            let behind = if matches!(read, Read::View(_)) {
                behind
            } else {
                ""
            };
            format!("{}{behind}", read.name())
        });
        let name = format!("{}{behind}", Read::View(number).name());
        let query = projects::query([&a, &b], least);
        let mut text = format!("CREATE MATERIALIZED VIEW {name} AS\n{query};\n");
        if self.indexed() {
            // Writing to a String cannot fail.
            let _ = write!(
                text,
                "\nCREATE UNIQUE INDEX {} ON {name} (id);\n",
                index(number, behind)
            );
        }
        text
    }

    /// All views and indexes in order, with something behind each name.
    pub(super) fn ddl(&self, behind: &str) -> String {
        let mut text = "CREATE SCHEMA IF NOT EXISTS mart;\n".to_owned();
        for number in 0..self.graph.len() {
            text.push_str(&self.object(number, 0, behind));
        }
        text
    }

    /// The renames that put the views that have something behind their names in the place of those
    /// that have not, in one transaction.
    pub(super) fn renames(&self, behind: &str) -> String {
        let mut text = "BEGIN;\n".to_owned();
        for (from, to) in [("", "__old"), (behind, "")] {
            for number in 0..self.graph.len() {
                let name = Read::View(number).name();
                // Writing to a String cannot fail.
                let _ = writeln!(
                    text,
                    "ALTER MATERIALIZED VIEW {name}{from} RENAME TO mv_{number:05}{to};"
                );
                if self.indexed() {
                    let (old, new) = (index(number, from), index(number, to));
                    let _ = writeln!(text, "ALTER INDEX mart.{old} RENAME TO {new};");
                }
            }
        }
        text.push_str("COMMIT;\n");
        text
    }

    /// How many views stand on one, itself among them.
    pub(super) fn closure(&self, number: usize) -> usize {
        let mut within: Vec<bool> = Vec::with_capacity(self.graph.len());
        for (at, reads) in self.graph.iter().enumerate() {
            let reads_it = reads.iter().any(|read| match read {
                Read::View(other) => within.get(*other).copied().unwrap_or_default(),
                Read::External(_) => false,
            });
            within.push(at == number || reads_it);
        }
        within.into_iter().filter(|inside| *inside).count()
    }
}

fn index(number: usize, behind: &str) -> String {
    format!("mv_{number:05}_id{behind}")
}

/// Twenty tables of two hundred rows.
pub(super) fn ground() -> String {
    let mut text = "CREATE SCHEMA raw;\n".to_owned();
    for number in 0..EXTERNALS {
        let name = Read::External(number).name();
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "CREATE TABLE {name} (id integer PRIMARY KEY, k text, v numeric, ts timestamptz);
INSERT INTO {name} SELECT g, 'k' || g % 7, g % 50, '2026-01-01'::timestamptz + g * interval '1 minute'
FROM generate_series(1, 200) g;
ANALYZE {name};
"
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(shape: Shape, size: usize) -> Project {
        Project {
            name: String::new(),
            folder: PathBuf::new(),
            graph: projects::graph(shape, size),
            indexes: Indexes::One,
        }
    }

    #[test]
    fn all_of_a_star_stand_on_its_middle() {
        assert_eq!(project(Shape::Star, 100).closure(0), 100);
        assert_eq!(project(Shape::Star, 100).closure(5), 1);
        assert_eq!(project(Shape::Chain, 10).closure(4), 6);
    }

    #[test]
    fn renames_give_way_before_they_take() {
        let text = project(Shape::Star, 1).renames("__new");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines,
            [
                "BEGIN;",
                "ALTER MATERIALIZED VIEW mart.mv_00000 RENAME TO mv_00000__old;",
                "ALTER INDEX mart.mv_00000_id RENAME TO mv_00000_id__old;",
                "ALTER MATERIALIZED VIEW mart.mv_00000__new RENAME TO mv_00000;",
                "ALTER INDEX mart.mv_00000_id__new RENAME TO mv_00000_id;",
                "COMMIT;",
            ]
        );
    }
}
