//! Where things are: the root, the build folder, the files that belong to the project.

use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::command;
use crate::failure::{Failure, Outcome};

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Where everything goes that can be made again.
pub(crate) fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// A file of the project by its path from the root, with `/` between folders.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Every text file that git tracks or would track, sorted by path; never an empty list.
pub(crate) fn files() -> Outcome<Vec<File>> {
    let mut git = command::program(
        "git",
        &[
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
            "--deduplicate",
        ],
    );
    let listed = command::capture(&mut git)?;
    let mut files = Vec::new();
    for path in listed.split('\0').filter(|path| !path.is_empty()) {
        let whole = root().join(path);
        // A file deleted but not yet committed is listed; a picture is not text.
        let Ok(bytes) = fs::read(&whole) else {
            continue;
        };
        if let Ok(text) = String::from_utf8(bytes) {
            files.push(File {
                path: path.to_owned(),
                text,
            });
        }
    }
    files.sort();
    // Git lists nothing where a folder above ignores this one; nothing must not pass for tidy.
    if files.iter().any(|file| file.path == "Cargo.toml") {
        Ok(files)
    } else {
        Err(
            Failure::new("git does not list the project's own Cargo.toml")
                .hint("git check-ignore --verbose Cargo.toml"),
        )
    }
}

/// Reads a file by its path from the root.
pub(crate) fn read(path: &str) -> Outcome<String> {
    fs::read_to_string(root().join(path))
        .map_err(|error| Failure::while_(format!("read {path}"), error))
}

/// Writes a file by its path from the root, with its folders.
pub(crate) fn write(path: &Path, text: &str) -> Outcome {
    let whole = root().join(path);
    let parent = whole.parent().unwrap_or(&whole);
    fs::create_dir_all(parent)
        .and_then(|()| fs::write(&whole, text))
        .map_err(|error| Failure::while_(format!("write {}", path.display()), error))
}
