//! What `dormer init` found and wrote, and what to do next.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use dormer_core::model::kind::ObjectKind;
use serde::Serialize;

use super::style::{FAINT, STRONG, WARNING, count, paint};
use crate::commands::init::ADDRESS;
use crate::commands::init::found::Found;
use crate::load::Loaded;
use crate::paste::quoted;

/// The result of `dormer init`.
#[derive(Debug, Serialize)]
pub(crate) struct InitView {
    folder: String,
    /// What was written, from the folder.
    files: Vec<&'static str>,
    /// None where the folder was empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<FoundView>,
    /// Commands to run next, in order.
    next: Vec<String>,
}

/// The SQL files that a project was made around.
#[derive(Debug, Serialize)]
struct FoundView {
    /// Folders that the project reads.
    read: Vec<FolderView>,
    /// Folders that it does not.
    left: Vec<FolderView>,
    /// Objects that the files declare, by kind.
    objects: BTreeMap<ObjectKind, usize>,
    layers: u32,
    /// What is wrong with the files.
    errors: usize,
}

#[derive(Debug, Serialize)]
struct FolderView {
    path: String,
    files: usize,
}

impl InitView {
    /// A new project with the example in it.
    pub(crate) fn of_example(folder: &Path, files: Vec<&'static str>) -> Self {
        let commands = [
            "dormer graph",
            "dormer apply",
            "dormer show marts.orders_daily",
        ];
        Self {
            next: next(folder, commands.map(str::to_owned)),
            folder: folder.display().to_string(),
            files,
            found: None,
        }
    }

    /// A project around what was there.
    pub(crate) fn around(folder: &Path, found: &Found, loaded: &Loaded) -> Self {
        let mut objects: BTreeMap<ObjectKind, usize> = BTreeMap::new();
        for object in loaded.project.catalog.objects.values() {
            *objects.entry(object.kind).or_default() += 1;
        }
        let folders = |folders: &BTreeMap<String, usize>| {
            let folders = folders.iter();
            folders
                .map(|(path, files)| FolderView {
                    path: path.clone(),
                    files: *files,
                })
                .collect()
        };
        let commands = [
            "dormer check".to_owned(),
            "dormer graph".to_owned(),
            format!("export {ADDRESS}=postgres://USER@HOST:5432/DATABASE"),
            "dormer plan".to_owned(),
        ];
        Self {
            next: next(folder, commands),
            folder: folder.display().to_string(),
            files: vec![dormer_core::project::config::FILE_NAME],
            found: Some(FoundView {
                read: folders(&found.read),
                left: folders(&found.left),
                objects,
                layers: loaded.layers(),
                errors: loaded.reading_errors(),
            }),
        }
    }
}

/// The way into the folder, and the commands there.
fn next<const N: usize>(folder: &Path, commands: [String; N]) -> Vec<String> {
    let folder = folder.display().to_string();
    let enter = (folder != ".").then(|| format!("cd {}", quoted(&folder)));
    enter.into_iter().chain(commands).collect()
}

impl fmt::Display for InitView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.found {
            Some(found) => write!(f, "{found}")?,
            None => {
                let files = count(self.files.len(), "file");
                writeln!(f, "Wrote {files} into {}:\n", paint(&self.folder, STRONG))?;
                for file in &self.files {
                    writeln!(f, "  {}", paint(file, FAINT))?;
                }
            }
        }
        writeln!(f, "\nNext:")?;
        for command in &self.next {
            writeln!(f, "  {command}")?;
        }
        Ok(())
    }
}

impl fmt::Display for FoundView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folders = self.read.iter().chain(&self.left);
        let files: usize = folders.clone().map(|folder| folder.files).sum();
        let widest = folders.map(|folder| folder.path.chars().count()).max();
        let widest = widest.unwrap_or(0);
        let files = paint(count(files, "SQL file"), STRONG);
        writeln!(f, "Found {files}, which stay as they are:\n")?;
        for FolderView { path, files } in &self.read {
            writeln!(f, "  {path:widest$}  {}", count(*files, "file"))?;
        }
        for FolderView { path, files } in &self.left {
            let words = format!("{path:widest$}  {}, not read", count(*files, "file"));
            writeln!(f, "  {}", paint(words, FAINT))?;
        }
        let objects = self.objects.iter();
        let objects: Vec<String> = objects
            .map(|(kind, objects)| count(*objects, kind.words()))
            .collect();
        let layers = count(self.layers as usize, "layer");
        writeln!(f, "\nThey declare {} in {layers}.", objects.join(", "))?;
        if self.errors > 0 {
            let errors = paint(count(self.errors, "error"), WARNING);
            writeln!(f, "{errors} in them: dormer check tells where.")?;
        }
        writeln!(f, "Wrote dormer.toml, which reads them where they lie.")
    }
}
