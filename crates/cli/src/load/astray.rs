//! What is said where no project is found: where it was looked for, and the same command for the folder
//! that may have been meant.

use std::fs;
use std::path::Path;

use dormer_core::diagnostic::suggest;
use dormer_core::project::config::FILE_NAME;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::paste::{self, DIRECTORY};

/// So many projects below are named.
const SHOWN: usize = 3;

/// The folder on the command line is none.
pub(super) fn no_folder(start: &Path) -> Failure {
    let shown = start.display();
    if start.is_file() {
        let folder = match start.parent() {
            Some(parent) if parent != Path::new("") => parent.display().to_string(),
            _ => ".".to_owned(),
        };
        return Failure::new(Exit::Usage, format!("{shown} is a file, not a folder"))
            .hint(format!("name its folder:  {}", again(&folder)));
    }
    let failure = Failure::new(Exit::Usage, format!("there is no folder {shown}"));
    let parent = start
        .parent()
        .filter(|parent| *parent != Path::new(""))
        .unwrap_or(Path::new("."));
    let beside = folders(parent);
    let name = start.file_name().map(|name| name.to_string_lossy());
    let near = name.and_then(|name| suggest(&name, beside.iter().map(String::as_str)));
    let near = near.map(|near| {
        let folder = start.with_file_name(near);
        let folder = folder.display().to_string();
        format!("did you mean:  {}", again(&folder))
    });
    let none = near.is_none();
    failure
        .maybe_hint(near)
        .maybe_hint(none.then(|| "see what is there:  ls".to_owned()))
}

/// No folder from here to the top is a project.
pub(super) fn no_project(start: &Path, whole: &Path) -> Failure {
    let message = format!("no {FILE_NAME} in {} or any folder above", whole.display());
    let failure = Failure::new(Exit::Error, message);
    let below = folders(start);
    let mut projects = below
        .iter()
        .map(|name| start.join(name))
        .filter(|folder| folder.join(FILE_NAME).is_file())
        .map(|folder| {
            let folder = folder.strip_prefix(".").unwrap_or(&folder);
            format!(
                "there is one below:  {}",
                again(&folder.display().to_string())
            )
        })
        .take(SHOWN)
        .peekable();
    if projects.peek().is_some() {
        return projects.fold(failure, Failure::hint);
    }
    failure
        .hint("start one:    dormer init shop")
        .hint(format!("or name one:  {}", again("DIR")))
}

/// The names of the folders in a folder that are not hidden, in order.
fn folders(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort();
    names
}

/// The command that was written, for another folder.
fn again(folder: &str) -> String {
    paste::again(&DIRECTORY, folder)
}
