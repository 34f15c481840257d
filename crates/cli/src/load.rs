//! From a folder to everything that a command asks: project, graph, lineages.
//!
//! **The one road for all commands**, so that they cannot read a project in different ways. SQL can
//! nest up to 200 deep: the threads that read it have large stacks.

mod astray;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use dormer_core::checks::{self, Context};
use dormer_core::diagnostic::{Diagnostic, Severity, suggest};
use dormer_core::graph::Graph;
use dormer_core::graph::lineage::{self, Lineages};
use dormer_core::graph::select::{Facts, Selection};
use dormer_core::model::name::{ObjectName, TargetName};
use dormer_core::project::{self, Project, codes, files};

use dormer_engines::registry::Keeper;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::args::{Global, Wanted};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::paste::{self, TARGET};
use crate::report;
use crate::run::stack_sizes;
use crate::views::style::{self, paint};

/// A project with what follows from it.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The folder of the project.
    pub(crate) root: PathBuf,
    pub(crate) project: Project,
    pub(crate) graph: Graph,
    pub(crate) lineages: Lineages,
    /// The way from where the person is to the project, as it stands before shown paths.
    pub(crate) prefix: String,
    /// Where the work is done; none where not even one thread is to be had.
    pool: Option<ThreadPool>,
    /// What sessions with the target need for as long as the command line lives.
    pub(crate) keeper: Arc<Keeper>,
}

impl Loaded {
    /// Reads the project that the command line names.
    ///
    /// # Errors
    ///
    /// When there is no project. A project that is wrong is loaded as far as it goes, with its
    /// diagnostics.
    pub(crate) fn open(global: &Global) -> Result<Self, Failure> {
        let (root, prefix) = find(global)?;
        let target = global.target.clone().map(TargetName);
        let read = || {
            let environment = |name: &str| std::env::var(name).ok();
            let mut project = project::open(&root, target.as_ref(), &environment);
            let graph = Graph::build(&project.catalog);
            let lineages = lineage::resolve(&mut project.catalog, &graph, &project.externals);
            (project, graph, lineages)
        };
        let pool = pool();
        let (project, graph, lineages) =
            pool.as_ref().map_or_else(&read, |pool| pool.install(read));
        unknown_target(global, &project)?;
        Ok(Self {
            root,
            project,
            graph,
            lineages,
            prefix,
            pool,
            keeper: Arc::clone(&global.keeper),
        })
    }

    /// What checks look at.
    pub(crate) fn context(&self) -> Context<'_> {
        Context {
            project: &self.project,
            graph: &self.graph,
            lineages: &self.lineages,
        }
    }

    /// Where each object is declared, as `file:line`.
    pub(crate) fn places(&self) -> BTreeMap<ObjectName, String> {
        let objects = self.project.catalog.objects.iter();
        objects
            .map(|(name, object)| {
                let at = object.source.location(object.written.span);
                let place = report::place(&self.project.files, &self.prefix, &at);
                (name.clone(), place)
            })
            .collect()
    }

    /// Runs all checks.
    pub(crate) fn check(&self) -> Vec<Diagnostic> {
        let context = self.context();
        self.reading(|| checks::run(&context))
    }

    /// Forgets what nothing but checks and views asks for.
    pub(crate) fn checked(&mut self) {
        self.lineages = Lineages::default();
    }

    /// Does work that reads SQL where the stacks are large enough for it.
    pub(crate) fn reading<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        match &self.pool {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }

    /// The number of layers, externals not counted.
    pub(crate) fn layers(&self) -> u32 {
        let layers = self.graph.nodes.values().filter_map(|(_, layer)| *layer);
        layers.max().unwrap_or(0)
    }

    /// The number of errors that kept parts of the project from being read.
    pub(crate) fn reading_errors(&self) -> usize {
        let found = self.project.diagnostics.iter();
        found
            .filter(|found| found.severity == Severity::Error)
            .count()
    }

    /// The objects that `--select` and `--exclude` leave; none where everything is asked for.
    ///
    /// # Errors
    ///
    /// When a selector cannot be read or matches nothing: all of them, not the first.
    pub(crate) fn selected(
        &self,
        wanted: &Wanted,
    ) -> Result<Option<BTreeSet<ObjectName>>, Failure> {
        self.selected_of(wanted, None)
    }

    /// The same where a target was asked what differs.
    ///
    /// # Errors
    ///
    /// When a selector cannot be read or matches nothing: all of them, not the first.
    pub(crate) fn selected_of(
        &self,
        wanted: &Wanted,
        modified: Option<&BTreeSet<ObjectName>>,
    ) -> Result<Option<BTreeSet<ObjectName>>, Failure> {
        if !wanted.selects() {
            return Ok(None);
        }
        let dialect = self.project.target.dialect;
        let facts = Facts::of(&self.project);
        Selection::parse(&wanted.select, &wanted.exclude, dialect)
            .and_then(|selection| selection.find(&self.graph, &facts, modified))
            .map(Some)
            .map_err(|errors| {
                let failure = Failure::new(Exit::Error, "nothing to do for this selection");
                errors.iter().fold(failure, |failure, error| {
                    failure.cause(error.to_string()).maybe_hint(error.help())
                })
            })
    }

    /// What is selected, with the rest of each set that is published together: half of one is never
    /// shown. Only what is excluded stays where it is.
    pub(crate) fn whole_sets(
        &self,
        wanted: &Wanted,
        selected: &BTreeSet<ObjectName>,
    ) -> BTreeSet<ObjectName> {
        let settings = &self.project.settings;
        let set_of = |name: &ObjectName| {
            let set = settings.get(name)?.group.as_ref()?;
            Some(set.value.as_str())
        };
        let sets: BTreeSet<&str> = selected.iter().filter_map(set_of).collect();
        let mut whole = selected.clone();
        if sets.is_empty() {
            return whole;
        }
        let rest = Wanted {
            select: Vec::new(),
            exclude: wanted.exclude.clone(),
        };
        let Ok(left) = self.selected_of(&rest, None) else {
            return whole;
        };
        let others = self.project.catalog.objects.keys();
        whole.extend(
            others
                .filter(|name| set_of(name).is_some_and(|set| sets.contains(set)))
                .filter(|name| left.as_ref().is_none_or(|left| left.contains(*name)))
                .cloned(),
        );
        whole
    }

    /// Whether a selection asks what differs from a target. One that cannot be read asks nothing.
    pub(crate) fn asks_a_target(&self, wanted: &Wanted) -> bool {
        let dialect = self.project.target.dialect;
        let selection = Selection::parse(&wanted.select, &wanted.exclude, dialect);
        selection.is_ok_and(|selection| selection.asks_a_target())
    }

    /// What a command says that shows a project which could not be read as a whole.
    pub(crate) fn incomplete(&self, global: &Global) -> Option<String> {
        let errors = self.reading_errors();
        let what = match errors {
            0 => return None,
            1 => "1 error kept a part of the project from being read".to_owned(),
            _ => format!("{errors} errors kept parts of the project from being read"),
        };
        let (warning, hint) = (paint("warning", style::WARNING), paint("hint", style::HELP));
        Some(format!(
            "{warning}: {what}\n{hint}: see them:  {}\n",
            paste::command(global, "check")
        ))
    }
}

/// Starts threads with stacks as large as there is room for, or takes the current thread alone.
fn pool() -> Option<ThreadPool> {
    let with_stack = |bytes| ThreadPoolBuilder::new().stack_size(bytes).build().ok();
    let alone = || {
        ThreadPoolBuilder::new()
            .num_threads(1)
            .use_current_thread()
            .build()
            .ok()
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    stack_sizes(threads).find_map(with_stack).or_else(alone)
}

/// A target on the command line that is not defined: not the project is wrong, but the command.
fn unknown_target(global: &Global, project: &Project) -> Result<(), Failure> {
    let asked =
        |found: &&Diagnostic| found.code == codes::UNKNOWN_TARGET && found.primary.is_none();
    match project.diagnostics.iter().find(asked) {
        Some(found) if global.target.is_some() => {
            let mut failure = Failure::new(Exit::Error, found.message.clone());
            let notes = found.notes.iter();
            failure.causes = notes
                .map(|note| note.told(|at| at.file.to_string()))
                .collect();
            let others = project.other_targets.iter().map(|target| &target.name);
            let names = std::iter::once(&project.target.name).chain(others);
            let asked = global.target.as_deref().unwrap_or_default();
            let near = suggest(asked, names.map(|name| name.0.as_str()));
            let again = paste::again(&TARGET, near.unwrap_or(&project.target.name.0));
            let what = match near {
                Some(_) => "did you mean",
                None => "use a known one",
            };
            Err(failure.hint(format!("{what}:  {again}")))
        }
        _ => Ok(()),
    }
}

/// Finds the project, the folder asked for or one above it, and how its paths are shown.
fn find(global: &Global) -> Result<(PathBuf, String), Failure> {
    let start = global.directory.as_deref().unwrap_or(Path::new("."));
    if !start.is_dir() {
        return Err(astray::no_folder(start));
    }
    let whole = start.canonicalize().unwrap_or_else(|_| start.to_owned());
    let Some(root) = files::find_root(start) else {
        return Err(astray::no_project(start, &whole));
    };
    let below = whole.strip_prefix(&root).unwrap_or(Path::new(""));
    let shown = below.iter().fold(start.to_owned(), |path, _| above(&path));
    let prefix = prefix(&shown);
    Ok((root, prefix))
}

/// The folder above, as short as it can be written.
fn above(path: &Path) -> PathBuf {
    match path.components().next_back() {
        Some(Component::Normal(_)) => path.parent().unwrap_or(path).to_owned(),
        Some(Component::CurDir) => PathBuf::from(".."),
        _ => path.join(".."),
    }
}

/// What stands before the paths of a project: nothing for the current folder.
fn prefix(shown: &Path) -> String {
    let shown = shown
        .strip_prefix(".")
        .unwrap_or(shown)
        .display()
        .to_string();
    match shown.as_str() {
        "" => shown,
        path if path.ends_with('/') => shown,
        path => format!("{path}/"),
    }
}
