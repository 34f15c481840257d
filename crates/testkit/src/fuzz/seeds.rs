//! Where mutation starts: the corpus of a target, shared seeds, and every SQL file of cases, examples and suites.
//!
//! The order is the order of paths, so that a run with the same seed number mutates the same inputs.

use std::path::{Path, PathBuf};
use std::{fs, io};

const LARGEST: u64 = 32 * 1024;
const SEED_ENDINGS: [&str; 2] = ["sql", "toml"];

/// One file to start from.
#[derive(Debug, Clone)]
pub struct Seed {
    pub path: PathBuf,
    pub bytes: Vec<u8>,
}

/// Reads `corpus/<target>`, `corpus/shared`, and the SQL and TOML files of cases, examples and suites.
pub fn load(target: &str) -> io::Result<Vec<Seed>> {
    let testkit = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    walk(&testkit.join("corpus").join(target), &mut paths)?;
    walk(&testkit.join("corpus/shared"), &mut paths)?;
    for folder in [
        "../../cases",
        "../../examples",
        "../sql/tests/engines",
        "oracle",
    ] {
        let mut found = Vec::new();
        walk(&testkit.join(folder), &mut found)?;
        paths.extend(found.into_iter().filter(|path| {
            path.extension()
                .and_then(|e| e.to_str())
                .is_some_and(|e| SEED_ENDINGS.contains(&e))
        }));
    }
    let mut seeds = Vec::new();
    for path in paths {
        if fs::metadata(&path)?.len() <= LARGEST {
            seeds.push(Seed {
                bytes: fs::read(&path)?,
                path,
            });
        }
    }
    Ok(seeds)
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, paths)?;
        } else {
            paths.push(path);
        }
    }
    Ok(())
}
