//! What lies in a folder that is to become a project: its SQL files, and the folders that declare views.
//!
//! - **Files are looked at and left as they are.**
//! - What is hidden is passed over, folders that other tools fill, and projects.
//! - A folder is read where its files declare views; one with anything else, and migrations, are left
//!   out and named, so that what was run once is not taken for a declaration.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use dormer_core::project::config::FILE_NAME;
use dormer_sql::Dialect;
use dormer_sql::parse::parse;
use dormer_sql::split::split;
use dormer_sql::statement::StatementKind;

/// Folders that are full of files of others.
const OTHERS: [&str; 4] = ["node_modules", "target", "vendor", "venv"];
/// So deep a folder is looked through.
const DEEPEST: usize = 12;

/// The SQL files of a folder.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Folders that are read, each with the number of its files; `.` for the folder itself.
    pub(crate) read: BTreeMap<String, usize>,
    /// Folders of files that declare no view.
    pub(crate) left: BTreeMap<String, usize>,
}

impl Found {
    /// Looks through a folder.
    ///
    /// # Errors
    ///
    /// When a folder cannot be listed. A file that cannot be read declares nothing.
    pub(super) fn below(folder: &Path) -> io::Result<Self> {
        let mut files = BTreeMap::new();
        walk(folder, "", 0, &mut files)?;
        let declaring = files.iter().filter(|(_, declares)| **declares);
        let roots = roots(declaring.map(|(path, _)| path.as_str()));
        let mut found = Self::default();
        for path in files.keys() {
            match roots.iter().find(|root| is_below(path, root)) {
                Some(root) => *found.read.entry(root.clone()).or_default() += 1,
                None => *found.left.entry(parent(path).to_owned()).or_default() += 1,
            }
        }
        Ok(found)
    }
}

/// Puts all SQL files below into a map: the path, and whether it declares a view.
fn walk(
    folder: &Path,
    before: &str,
    depth: usize,
    files: &mut BTreeMap<String, bool>,
) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let path = format!("{before}{name}");
        // A link is not followed here: it may lead back up.
        let kind = entry.file_type()?;
        let other = OTHERS.contains(&name.as_str()) || entry.path().join(FILE_NAME).is_file();
        if kind.is_dir() && depth < DEEPEST && !other {
            walk(&entry.path(), &format!("{path}/"), depth + 1, files)?;
        } else if kind.is_file() && name.ends_with(".sql") {
            let declares = !is_migration(&path)
                && fs::read_to_string(entry.path()).is_ok_and(|text| declares(&text));
            files.insert(path, declares);
        }
    }
    Ok(())
}

/// Whether a text declares a view.
fn declares(text: &str) -> bool {
    let split = split(text, Dialect::Postgres);
    split.pieces.iter().any(|piece| {
        let (statement, _) = parse(text, &split, piece, Dialect::Postgres);
        matches!(statement.kind, StatementKind::CreateView(_))
    })
}

/// Whether a file is a step of a series that was run once: `V12__orders.sql`, or in `migrations`.
/// What it declares may be changed by the next one.
fn is_migration(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let version = name
        .strip_prefix(['V', 'v', 'U', 'u'])
        .and_then(|rest| rest.split_once("__"));
    let numbered =
        version.is_some_and(|(number, _)| number.starts_with(|c: char| c.is_ascii_digit()));
    numbered || folder.split('/').any(|part| part == "migrations")
}

/// The folders to read: in each folder at the top the deepest one that holds all that declares; the
/// folder itself where a file in it does.
fn roots<'p>(paths: impl Iterator<Item = &'p str>) -> BTreeSet<String> {
    let mut roots: BTreeMap<&str, &str> = BTreeMap::new();
    for path in paths {
        let folder = parent(path);
        let top = folder.split('/').next().unwrap_or(folder);
        let root = roots.entry(top).or_insert(folder);
        *root = shared(root, folder);
    }
    if roots.contains_key(".") {
        return BTreeSet::from([".".to_owned()]);
    }
    roots.into_values().map(str::to_owned).collect()
}

/// The folder of a file.
fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or(".", |(folder, _)| folder)
}

/// The deepest folder that holds both.
fn shared<'p>(one: &'p str, other: &str) -> &'p str {
    let mut folder = one;
    while folder != other && !is_below(other, folder) {
        folder = parent(folder);
    }
    folder
}

fn is_below(path: &str, folder: &str) -> bool {
    folder == "."
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_as_deep_as_what_declares() {
        let roots = |paths: &[&str]| {
            let roots: Vec<String> = roots(paths.iter().copied()).into_iter().collect();
            roots.join(" ")
        };
        assert_eq!(
            roots(&["sql/views/a/x.sql", "sql/views/b.sql"]),
            "sql/views"
        );
        assert_eq!(
            roots(&["sql/a/x.sql", "sql/ab/y.sql", "bi/z.sql"]),
            "bi sql"
        );
        assert_eq!(roots(&["x.sql", "bi/z.sql"]), ".");
        assert_eq!(roots(&[]), "");
    }

    #[test]
    fn a_view_is_told_from_what_loads() {
        assert!(declares(
            "-- Daily\nCREATE MATERIALIZED VIEW a.b AS SELECT 1 AS n;"
        ));
        assert!(declares("CREATE OR REPLACE VIEW a.b AS SELECT 1 AS n;"));
        assert!(!declares("INSERT INTO a.b VALUES (1);"));
        assert!(!declares("-- CREATE VIEW a.b AS SELECT 1;\nSELECT 1;"));
        assert!(!declares(""));
        assert!(is_migration("db/V2_1__daily.sql") && is_migration("db/migrations/a.sql"));
        assert!(!is_migration("views/Very__daily.sql") && !is_migration("migrations.sql"));
    }
}
