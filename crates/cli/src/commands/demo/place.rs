//! The folder of the demo: the example, with a target of its own, in a folder that goes again.
//!
//! **What was made is taken away at every end**, unless somebody wants to keep it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use dormer_engines::registry::OF_ITS_OWN;

use crate::commands::init;
use crate::exit::Exit;
use crate::failure::Failure;

/// The target of the example, and the settings that would have the demo wait.
const TARGET: &str = "embedded:.dormer/dev";
const TIMES: &str = "refresh = {";

/// A folder, and whether it stays.
pub(super) enum Place {
    Kept(PathBuf),
    Passing(PathBuf),
}

impl Place {
    /// Makes the folder; the one that is to be kept must be empty.
    ///
    /// # Errors
    ///
    /// When it cannot be made, or is not empty.
    pub(super) fn make(keep: Option<&Path>) -> Result<Self, Failure> {
        match keep {
            Some(folder) => {
                let found = occupant(folder);
                match found.map_err(|error| init::cannot_write(folder, &error))? {
                    None => Ok(Self::Kept(folder.to_owned())),
                    Some(occupant) => {
                        let message = format!("{} is not empty", folder.display());
                        Err(Failure::new(Exit::Error, message)
                            .cause(format!(
                                "{occupant} is there, and nothing is ever overwritten"
                            ))
                            .hint("use a new folder:  dormer demo --keep DIR"))
                    }
                }
            }
            None => {
                let name = format!("dormer-demo-{}", std::process::id());
                let folder = std::env::temp_dir().join(name);
                own(&folder).map_err(|error| init::cannot_write(&folder, &error))?;
                Ok(Self::Passing(folder))
            }
        }
    }

    pub(super) fn folder(&self) -> &Path {
        match self {
            Self::Kept(folder) | Self::Passing(folder) => folder,
        }
    }

    /// Writes the example.
    ///
    /// # Errors
    ///
    /// When a file cannot be written.
    pub(super) fn fill(&self) -> Result<(), Failure> {
        for (path, text) in init::FILES {
            let whole = self.folder().join(path);
            let text = at_any_time(path, text);
            init::write_new(&whole, &text).map_err(|error| init::cannot_write(&whole, &error))?;
        }
        Ok(())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Self::Passing(folder) = self {
            // Whoever cannot remove it cannot do more about it either.
            let _gone = fs::remove_dir_all(folder);
        }
    }
}

/// The first entry of a folder, where it has one.
fn occupant(folder: &Path) -> io::Result<Option<String>> {
    let mut entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let first = entries.next().transpose()?;
    Ok(first.map(|entry| entry.file_name().to_string_lossy().into_owned()))
}

/// A new folder that nobody else looks into.
fn own(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// A file of the example without the times that its refreshes keep, and on a target that is there.
fn at_any_time(path: &str, text: &str) -> String {
    let lines = text.lines();
    let lines = lines.filter(|line| {
        let line = line.trim_start_matches("-- dormer: ");
        !line.starts_with(TIMES)
    });
    let text: String = lines.map(|line| format!("{line}\n")).collect();
    if path.ends_with(".toml") {
        text.replace(TARGET, &format!("{OF_ITS_OWN}.dormer/dev"))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn example_of_the_demo_has_no_times() {
        for (path, text) in init::FILES {
            let text = at_any_time(path, text);
            assert!(!text.contains(TIMES), "{path}: {text}");
        }
        let (_, text) = init::FILES
            .iter()
            .find(|(path, _)| *path == "dormer.toml")
            .unwrap();
        assert!(text.contains(TARGET));
    }
}
