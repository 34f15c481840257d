//! Which objects a command is about: the grammar of `--select` and `--exclude`.
//!
//! | written | means |
//! |---|---|
//! | `marts.orders`, `orders` | that object; a bare name where only one object has it |
//! | `marts.*`, `*_daily` | a glob: `*` any letters, `?` one; without a dot it looks at the last name |
//! | `tag:x`, `kind:mv` | objects with that tag, of that kind |
//! | `path:views/marts` | objects declared in that folder or file; globs work |
//! | `state:modified` | objects that differ from a target |
//! | `+a`, `a+`, `+a+` | with what it reads, with its readers, with both |
//!
//! Several selectors are a union; what `--exclude` finds is taken away. No selector means
//! everything. **A selector that matches nothing is an error**, in `--exclude` too: a typing
//! mistake must not widen what a command does. **All errors at once.** An external is found by a
//! name or a glob that no declared object matches. Where a target renames schemas, an object is
//! found by the name in its file as well as by the one in the target.

use std::collections::BTreeSet;

use dormer_sql::Dialect;

use super::selection_error::SelectionError;
use super::{Graph, NodeKind, Towards};
use crate::diagnostic::{FilePath, suggest};
use crate::model::kind::ObjectKind;
use crate::model::name::ObjectName;
use crate::project::Project;
use crate::project::pattern::{NameGlob, glob_matches, lies_in, path_of, prefixes};

/// What selectors ask about an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts<'a> {
    pub name: &'a ObjectName,
    /// Every name that it may be meant by, its own among them.
    pub names: Vec<ObjectName>,
    pub kind: ObjectKind,
    pub tags: &'a [String],
    pub path: &'a FilePath,
}

impl<'a> Facts<'a> {
    /// The facts of all declared objects of a project.
    #[must_use]
    pub fn of(project: &'a Project) -> Vec<Self> {
        let objects = project.catalog.objects.iter();
        let facts = objects.map(|(name, object)| Self {
            name,
            names: project.target.names_of(name),
            kind: object.kind,
            tags: (project.settings.get(name))
                .map_or(&[], |settings| settings.tags.value.as_slice()),
            path: &object.source.file,
        });
        facts.collect()
    }
}

/// How far a selector reaches on one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    Itself,
    Closure,
}

/// What the core of a selector looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// A full name.
    Name(ObjectName),
    /// A last name, in whichever schema.
    LastName(String),
    /// A pattern over the parts of a name.
    Glob(NameGlob),
    Tag(String),
    Path(String),
    Kind(ObjectKind),
    /// `state:modified`: what differs from a target.
    Modified,
}

/// One selector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    /// As it was written.
    pub text: String,
    /// `+a`.
    pub downward: Reach,
    pub term: Term,
    /// `a+`.
    pub upward: Reach,
}

impl Selector {
    /// Reads one selector; names are read as the dialect reads them.
    pub fn parse(text: &str, dialect: Dialect) -> Result<Self, SelectionError> {
        let text = text.trim();
        let (downward, core) = match text.strip_prefix('+') {
            Some(core) => (Reach::Closure, core),
            None => (Reach::Itself, text),
        };
        let (upward, core) = match core.strip_suffix('+') {
            Some(core) => (Reach::Closure, core),
            None => (Reach::Itself, core),
        };
        Ok(Self {
            text: text.to_owned(),
            downward,
            term: Term::parse(core, text, dialect)?,
            upward,
        })
    }
}

/// The words that stand before a colon.
const METHODS: [&str; 4] = ["kind", "path", "state", "tag"];

impl Term {
    fn parse(core: &str, text: &str, dialect: Dialect) -> Result<Self, SelectionError> {
        if let Some((method, value)) = core.split_once(':').filter(|_| !core.starts_with('"')) {
            return Self::parse_method(method, value, text);
        }
        if let Some(glob) = NameGlob::parse(core).filter(NameGlob::is_open) {
            return Ok(Self::Glob(glob));
        }
        let not_a_name = || SelectionError::NotASelector {
            text: text.to_owned(),
        };
        let tokens = dormer_sql::lex::lex(core, dialect);
        let name = dormer_sql::ident::read_qualified(core, &tokens, dialect);
        let name = name.ok_or_else(not_a_name)?;
        Ok(if name.schema().is_some() {
            Self::Name(ObjectName::of(&name))
        } else {
            Self::LastName(name.last().to_owned())
        })
    }

    fn parse_method(method: &str, value: &str, text: &str) -> Result<Self, SelectionError> {
        let text = || text.to_owned();
        if value.is_empty() {
            return Err(SelectionError::NotASelector { text: text() });
        }
        match method {
            "tag" => Ok(Self::Tag(value.to_owned())),
            "path" => Ok(Self::Path(path_of(value).to_owned())),
            "kind" => ObjectKind::parse(value).map(Self::Kind).ok_or_else(|| {
                SelectionError::UnknownKind {
                    text: text(),
                    near: suggest(value, ObjectKind::ALL.map(ObjectKind::as_str)),
                }
            }),
            "state" if value == "modified" => Ok(Self::Modified),
            "state" => Err(SelectionError::UnknownState { text: text() }),
            _ => Err(SelectionError::UnknownMethod {
                text: text(),
                method: method.to_owned(),
                near: suggest(method, METHODS),
            }),
        }
    }
}

/// What a command line selects.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    pub select: Vec<Selector>,
    pub exclude: Vec<Selector>,
}

impl Selection {
    /// Reads all selectors of a command line.
    pub fn parse<T: AsRef<str>>(
        select: &[T],
        exclude: &[T],
        dialect: Dialect,
    ) -> Result<Self, Vec<SelectionError>> {
        let mut errors = Vec::new();
        let mut read = |texts: &[T]| {
            let selectors = texts.iter();
            let selectors = selectors.map(|text| Selector::parse(text.as_ref(), dialect));
            let mut good = Vec::new();
            for selector in selectors {
                match selector {
                    Ok(selector) => good.push(selector),
                    Err(error) => errors.push(error),
                }
            }
            good
        };
        let (select, exclude) = (read(select), read(exclude));
        if errors.is_empty() {
            Ok(Self { select, exclude })
        } else {
            Err(errors)
        }
    }

    /// Whether it asks what differs from a target.
    #[must_use]
    pub fn asks_a_target(&self) -> bool {
        let mut all = self.select.iter().chain(&self.exclude);
        all.any(|selector| selector.term == Term::Modified)
    }

    /// Finds what is selected: declared objects, and the externals that a closure or a name
    /// reaches. Nothing selected means the whole graph, externals included. `modified` is what
    /// differs from a target; none where no target was asked.
    pub fn find(
        &self,
        graph: &Graph,
        facts: &[Facts<'_>],
        modified: Option<&BTreeSet<ObjectName>>,
    ) -> Result<BTreeSet<ObjectName>, Vec<SelectionError>> {
        let all = |selectors: &[Selector]| {
            let mut found = BTreeSet::new();
            let mut errors = Vec::new();
            for selector in selectors {
                match reached(selector, (graph, modified), facts) {
                    Ok(names) => found.extend(names.into_iter().cloned()),
                    Err(error) => errors.push(error),
                }
            }
            (found, errors)
        };
        let (mut found, mut errors) = all(&self.select);
        let (excluded, more) = all(&self.exclude);
        errors.extend(more);
        if !errors.is_empty() {
            return Err(errors);
        }
        if self.select.is_empty() {
            found = graph.nodes.keys().cloned().collect();
            found.extend(facts.iter().map(|facts| facts.name.clone()));
        }
        found.retain(|name| !excluded.contains(name));
        Ok(found)
    }
}

fn reached<'a>(
    selector: &Selector,
    (graph, modified): (&'a Graph, Option<&'a BTreeSet<ObjectName>>),
    facts: &[Facts<'a>],
) -> Result<BTreeSet<&'a ObjectName>, SelectionError> {
    let core = match (&selector.term, modified) {
        // That nothing differs is no mistake of whoever asks.
        (Term::Modified, Some(modified)) => modified.iter().collect(),
        _ => matched(selector, graph, facts)?,
    };
    let mut found: BTreeSet<&ObjectName> = core.iter().copied().collect();
    if selector.downward == Reach::Closure {
        found.extend(graph.closure(core.iter().copied(), Towards::Read));
    }
    if selector.upward == Reach::Closure {
        found.extend(graph.closure(core, Towards::Readers));
    }
    Ok(found)
}

fn matched<'a>(
    selector: &Selector,
    graph: &'a Graph,
    facts: &[Facts<'a>],
) -> Result<Vec<&'a ObjectName>, SelectionError> {
    let text = selector.text.clone();
    let found: Vec<&ObjectName> = match &selector.term {
        Term::Modified => return Err(SelectionError::NeedsTarget { text }),
        Term::Tag(tag) => pick(facts, |facts| {
            facts.tags.iter().any(|own| glob_matches(tag, own))
        }),
        Term::Path(path) => pick(facts, |facts| lies_in(facts.path.as_str(), path)),
        Term::Kind(kind) => pick(facts, |facts| facts.kind == *kind),
        Term::Name(name) => named(graph, facts, |other| other == name),
        Term::Glob(glob) => named(graph, facts, |name| glob.matches(name)),
        Term::LastName(last) => {
            let found = named(graph, facts, |name| name.name == *last);
            if found.len() > 1 {
                let candidates = found.into_iter().cloned().collect();
                return Err(SelectionError::Ambiguous { text, candidates });
            }
            found
        }
    };
    if found.is_empty() {
        let near = near(&selector.term, graph, facts);
        return Err(SelectionError::MatchesNothing { text, near });
    }
    Ok(found)
}

fn pick<'a>(facts: &[Facts<'a>], wanted: impl Fn(&Facts<'a>) -> bool) -> Vec<&'a ObjectName> {
    let found = facts.iter().filter(|facts| wanted(facts));
    found.map(|facts| facts.name).collect()
}

/// The declared objects with a fitting name, or else the externals.
fn named<'a>(
    graph: &'a Graph,
    facts: &[Facts<'a>],
    fits: impl Fn(&ObjectName) -> bool,
) -> Vec<&'a ObjectName> {
    let found = pick(facts, |facts| facts.names.iter().any(&fits));
    if !found.is_empty() {
        return found;
    }
    externals(graph).filter(|name| fits(name)).collect()
}

fn externals(graph: &Graph) -> impl Iterator<Item = &ObjectName> {
    let nodes = graph.nodes.iter();
    let externals = nodes.filter(|(_, (kind, _))| *kind == NodeKind::External);
    externals.map(|(name, _)| name)
}

/// What somebody may have meant by a term that matches nothing.
fn near(term: &Term, graph: &Graph, facts: &[Facts<'_>]) -> Option<String> {
    let names = || facts.iter().map(|facts| facts.name).chain(externals(graph));
    let near_name = |text: &str, told: fn(&ObjectName) -> String| {
        let texts: Vec<String> = names().map(told).collect();
        let near = suggest(text, texts.iter().map(String::as_str))?;
        let name = names().find(|name| told(name) == near)?;
        Some(name.to_string())
    };
    match term {
        Term::Name(name) => near_name(&name.to_string(), ToString::to_string).or_else(|| {
            // The right name in another schema.
            let same = names().find(|other| other.name == name.name);
            same.map(ToString::to_string)
        }),
        Term::LastName(last) => near_name(last, |name| name.name.to_string()),
        Term::Tag(tag) => {
            let tags = facts.iter().flat_map(|facts| facts.tags);
            suggest(tag, tags.map(String::as_str)).map(|tag| format!("tag:{tag}"))
        }
        Term::Path(path) => {
            let paths = facts.iter().map(|facts| facts.path.as_str());
            let folders: BTreeSet<&str> = paths.flat_map(prefixes).collect();
            suggest(path, folders).map(|path| format!("path:{path}"))
        }
        Term::Glob(_) | Term::Kind(_) | Term::Modified => None,
    }
}

#[cfg(test)]
mod tests;
