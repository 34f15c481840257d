//! From a folder to everything that a command asks: project, graph, lineages.
//!
//! **The one road for all commands**, so that they cannot read a project in different ways. SQL can
//! nest as deep as somebody likes: the threads that read it have large stacks.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use dormer_core::diagnostic::{Diagnostic, Severity};
use dormer_core::graph::Graph;
use dormer_core::graph::lineage::{self, Lineages};
use dormer_core::graph::select::{Facts, Selection};
use dormer_core::model::name::ObjectName;
use dormer_core::project::config::FILE_NAME;
use dormer_core::project::{self, Project, files};

use crate::args::Global;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::report::Reporter;
use crate::run::STACK_BYTES;

/// A project with what follows from it.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) project: Project,
    pub(crate) graph: Graph,
    pub(crate) lineages: Lineages,
    /// The way from where the person is to the project, as it stands before shown paths.
    pub(crate) prefix: String,
}

impl Loaded {
    /// Reads the project that the command line names.
    ///
    /// # Errors
    ///
    /// When there is no project. A project that is wrong is loaded as far as it goes, with its
    /// diagnostics.
    pub(crate) fn open(global: &Global) -> Result<Self, Failure> {
        let root = find(global)?;
        // Fails only where a pool exists already, which then is as good.
        let _ = rayon::ThreadPoolBuilder::new()
            .stack_size(STACK_BYTES)
            .build_global();
        let environment = |name: &str| std::env::var(name).ok();
        let project = project::open(&root, global.target.as_deref(), &environment);
        let graph = Graph::build(&project.catalog);
        let lineages = lineage::resolve(&project.catalog, &graph, &project.externals);
        Ok(Self {
            project,
            graph,
            lineages,
            prefix: prefix(&root),
        })
    }

    /// The number of layers, externals not counted.
    pub(crate) fn layers(&self) -> u32 {
        let layers = self.graph.nodes.values().filter_map(|(_, layer)| *layer);
        layers.max().unwrap_or(0)
    }

    /// The errors that kept parts of the project from being read.
    pub(crate) fn reading_errors(&self) -> Vec<&Diagnostic> {
        let found = self.project.diagnostics.iter();
        found
            .filter(|found| found.severity == Severity::Error)
            .collect()
    }

    /// The objects that `--select` and `--exclude` leave; none where everything is asked for.
    ///
    /// # Errors
    ///
    /// When a selector cannot be read or matches nothing: all of them, not the first.
    pub(crate) fn selected(&self, global: &Global) -> Result<Option<BTreeSet<ObjectName>>, Failure> {
        if !global.selects() {
            return Ok(None);
        }
        let dialect = self.project.target.dialect;
        Selection::parse(&global.select, &global.exclude, dialect)
            .and_then(|selection| selection.find(&self.graph, &Facts::of(&self.project)))
            .map(Some)
            .map_err(|errors| {
                let failure = Failure::new(Exit::Error, "nothing to do for this selection");
                errors.iter().fold(failure, |failure, error| {
                    failure.cause(error.to_string()).maybe_hint(error.help())
                })
            })
    }

    /// What a command says that shows a project which could not be read as a whole.
    pub(crate) fn incomplete(&self) -> Option<String> {
        let errors = self.reading_errors();
        if errors.is_empty() {
            return None;
        }
        let shown =
            Reporter::new(&self.project.files, &self.prefix).all(errors.iter().copied().take(3));
        let more = match errors.len().saturating_sub(3) {
            0 => String::new(),
            more => format!("and {more} more\n"),
        };
        Some(format!(
            "{shown}{more}Incomplete: not all of the project could be read.\nhint: dormer check\n"
        ))
    }
}

/// Finds the project: the folder asked for, or one above it.
fn find(global: &Global) -> Result<PathBuf, Failure> {
    let start = global
        .directory
        .clone()
        .unwrap_or_else(|| PathBuf::from("."));
    if !start.is_dir() {
        return Err(Failure::new(
            Exit::Usage,
            format!("there is no folder {}", start.display()),
        ));
    }
    if start.join(FILE_NAME).is_file() {
        return Ok(start);
    }
    files::find_root(&start).ok_or_else(|| {
        let start = start.canonicalize().unwrap_or(start);
        let looked = start.display();
        Failure::new(Exit::Error, format!("no {FILE_NAME} in {looked} or any folder above"))
            .hint("start one:    dormer init shop")
            .hint("or name one:  dormer check -C DIR")
    })
}

/// The shortest way to say where a project is: nothing for the current folder.
fn prefix(root: &Path) -> String {
    let shown = std::env::current_dir()
        .ok()
        .and_then(|here| root.strip_prefix(here).ok())
        .unwrap_or(root);
    let shown = shown.strip_prefix(".").unwrap_or(shown).to_string_lossy();
    let shown = shown.trim_end_matches('/');
    match shown {
        "" if root.is_absolute() && root.parent().is_none() => "/".to_owned(),
        "" => String::new(),
        path => format!("{path}/"),
    }
}
