//! Imports point down only: `floors.toml` gives each crate and module its floor, and what it may name.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Finding;
use super::paths::{self, Named};
use crate::failure::{Failure, Outcome};
use crate::workspace::File;

/// The table of `floors.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Floors {
    #[serde(rename = "crate")]
    crates: Vec<Crate>,
}

/// One crate: what it may name, and the floors of its modules where it has several.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Crate {
    pub(super) name: String,
    pub(super) path: String,
    /// Crates of the workspace that it may depend on.
    #[serde(default)]
    pub(super) names: Vec<String>,
    /// Crates that may be nowhere in its dependency tree.
    #[serde(default)]
    pub(super) never: Vec<String>,
    /// Modules of other crates that it may not name, as `dormer_core::plan`.
    #[serde(default)]
    never_paths: Vec<String>,
    /// Modules by floor; empty where the crate is one floor.
    #[serde(default)]
    modules: BTreeMap<String, u8>,
    /// Modules that may not name each other.
    #[serde(default)]
    islands: Vec<String>,
    /// The crate is not built yet.
    #[serde(default)]
    planned: bool,
    /// Modules with a floor that are not built yet.
    #[serde(default)]
    planned_modules: Vec<String>,
}

impl Floors {
    pub(super) fn parse(text: &str) -> Outcome<Self> {
        toml::from_str(text).map_err(|error| Failure::while_("read floors.toml", error))
    }

    pub(super) fn of(&self, name: &str) -> Option<&Crate> {
        self.crates.iter().find(|known| known.name == name)
    }

    /// Finds crates and modules that have a floor and do not exist, and planned ones that do.
    pub(super) fn missing(&self, files: &[File]) -> Vec<Finding> {
        let mut findings = Vec::new();
        for known in &self.crates {
            findings.extend(gone(files, &known.path, "/Cargo.toml", known.planned));
            for module in known.modules.keys().filter(|_| !known.planned) {
                let path = format!("{}/src/{module}", known.path);
                let planned = known.planned_modules.contains(module);
                findings.extend(gone(files, &path, "/", planned));
            }
            let planned = known.planned_modules.iter();
            for module in planned.filter(|module| !known.modules.contains_key(*module)) {
                let what = format!("{module} of {} is planned without a floor", known.name);
                findings.push(Finding::new("floors.toml", 1, what));
            }
        }
        findings
    }

    /// The crates whose whole dependency tree is looked through.
    pub(super) fn trees(&self) -> impl Iterator<Item = &Crate> {
        self.crates.iter().filter(|known| !known.never.is_empty())
    }

    /// Finds imports that point up, or at a neighbour that must not be known.
    pub(super) fn check(&self, file: &File, blanked: &str) -> Vec<Finding> {
        let place = self.crates.iter().find_map(|known| {
            let inside = file.path.strip_prefix(&known.path)?.strip_prefix("/src/")?;
            Some((known, module_of(inside)))
        });
        let Some((known, module)) = place else {
            return Vec::new();
        };
        let mut findings = Vec::new();
        if let Some(what) = known.homeless(&module) {
            findings.push(Finding::new(&file.path, 1, what));
        }
        for named in paths::named(blanked) {
            let what = known
                .foreign(&named)
                .or_else(|| known.upward(&module, &named));
            findings.extend(what.map(|what| Finding::at(file, named.offset, what)));
        }
        findings
    }
}

impl Crate {
    /// A module at the top without a floor.
    fn homeless(&self, module: &[String]) -> Option<String> {
        let top = module.first()?;
        let known = self.modules.is_empty() || self.modules.contains_key(top);
        (!known).then(|| format!("module {top} of {} has no floor in floors.toml", self.name))
    }

    fn foreign(&self, named: &Named) -> Option<String> {
        let written = named.segments.join("::");
        let met = self.never_paths.iter().find(|never| {
            written
                .strip_prefix(never.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        })?;
        Some(format!("{} may not name {met}", self.name))
    }

    fn upward(&self, module: &[String], named: &Named) -> Option<String> {
        let own = module.first()?;
        let other = resolve(module, named)?;
        if other == *own {
            return None;
        }
        if self.islands.contains(own) && self.islands.contains(&other) {
            return Some(format!(
                "{own} may not name {other}: neighbours do not know each other"
            ));
        }
        let (own_floor, other_floor) = (self.modules.get(own)?, self.modules.get(&other)?);
        (other_floor > own_floor).then(|| {
            format!("{own} (floor {own_floor}) may not name {other} (floor {other_floor}): imports point down")
        })
    }
}

/// Whether a crate (by its manifest) or a module (a file or a folder) is not as planned.
fn gone(files: &[File], path: &str, inside: &str, planned: bool) -> Option<Finding> {
    let built = files.iter().any(|file| {
        let rest = file.path.strip_prefix(path);
        rest.is_some_and(|rest| rest == ".rs" || rest.starts_with(inside))
    });
    let what = match (built, planned) {
        (false, false) => "has a floor and does not exist",
        (true, true) => "exists and is no longer planned",
        (true, false) | (false, true) => return None,
    };
    Some(Finding::new("floors.toml", 1, format!("{path} {what}")))
}

/// The module path of a file below `src/`.
fn module_of(inside: &str) -> Vec<String> {
    let stem = inside.strip_suffix(".rs").unwrap_or(inside);
    let mut module: Vec<String> = stem.split('/').map(str::to_owned).collect();
    module.pop_if(|last| matches!(last.as_str(), "mod" | "lib" | "main"));
    module
}

/// The module at the top of the crate that a path leads to; nothing for a path out of the crate.
fn resolve(module: &[String], named: &Named) -> Option<String> {
    let mut path: Vec<&str> = module
        .iter()
        .chain(&named.inside)
        .map(String::as_str)
        .collect();
    let mut segments = named.segments.iter().map(String::as_str).peekable();
    match segments.next()? {
        "crate" => path.clear(),
        "self" => {}
        "super" => {
            path.pop();
            while segments.next_if_eq(&"super").is_some() {
                path.pop();
            }
        }
        _ => return None,
    }
    path.extend(segments);
    path.first().map(|top| (*top).to_owned())
}

#[cfg(test)]
pub(super) const SAMPLE: &str = r#"
[[crate]]
name = "dormer-core"
path = "crates/core"
names = ["dormer-sql"]
never = ["tokio"]
modules = { diagnostic = 0, model = 1, graph = 3, plan = 5, checks = 5 }

[[crate]]
name = "dormer-engines"
path = "crates/engines"
names = ["dormer-core"]
never_paths = ["dormer_core::plan"]
islands = ["postgres", "redshift"]
"#;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::{code, file};

    fn found(path: &str, text: &str) -> Vec<String> {
        let floors = Floors::parse(SAMPLE).unwrap();
        let findings = floors.check(&file(path, text), &code::blank(text));
        findings.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn import_from_above_is_found_in_every_way_of_writing() {
        let graph = "crates/core/src/graph/order.rs";
        for text in [
            "use crate::plan::Plan;",
            "use crate::{model::Name, plan};",
            "use super::super::plan::Plan;",
            "fn a() { crate::plan::make() }",
            "mod tests { use super::super::super::plan::Plan; }",
            "pub(in crate::plan::x) fn a() {}",
        ] {
            assert_eq!(found(graph, text).len(), 1, "{text}");
        }
        assert_eq!(
            found(graph, "\nuse crate::plan::Plan;")[0],
            "crates/core/src/graph/order.rs:2: graph (floor 3) may not name plan (floor 5): imports point down"
        );
    }

    #[test]
    fn import_from_below_the_same_floor_or_a_comment_is_fine() {
        let graph = "crates/core/src/graph/order.rs";
        for text in [
            "use crate::model::Name;",
            "use super::build;",
            "use self::plan::X;",
            "mod tests { use super::*; use super::super::build::x; }",
            "// use crate::plan::Plan;",
            "fn a() -> &'static str { \"crate::plan::Plan\" }",
            "use std::plan::X;",
            "use crate::diagnostic::Diagnostic;",
        ] {
            assert!(
                found(graph, text).is_empty(),
                "{text}: {:?}",
                found(graph, text)
            );
        }
        assert!(found("crates/core/src/checks/cycle.rs", "use crate::plan::Plan;").is_empty());
        assert!(
            found(
                "crates/core/src/graph.rs",
                "use self::a::b; use crate::model::c;"
            )
            .is_empty()
        );
        assert!(found("crates/core/src/lib.rs", "pub use crate::plan::Plan;").is_empty());
    }

    #[test]
    fn what_has_a_floor_exists_unless_it_is_planned() {
        let list = "[[crate]]\nname = \"a\"\npath = \"crates/a\"\nplanned_modules = [\"c\"]\n\
                    modules = { b = 1, c = 2, d = 3 }\n\
                    [[crate]]\nname = \"e\"\npath = \"crates/e\"\nplanned = true\n";
        let floors = Floors::parse(list).unwrap();
        let mut files = vec![
            file("crates/a/Cargo.toml", ""),
            file("crates/a/src/b.rs", ""),
            file("crates/a/src/d/e.rs", ""),
        ];
        assert!(floors.missing(&files).is_empty());
        files.push(file("crates/a/src/c/mod.rs", ""));
        files.push(file("crates/e/Cargo.toml", ""));
        assert_eq!(floors.missing(&files).len(), 2);
        files.truncate(2);
        assert_eq!(floors.missing(&files).len(), 1);
        assert_eq!(floors.missing(&[]).len(), 3);
    }

    #[test]
    fn module_without_a_floor_is_found() {
        assert_eq!(found("crates/core/src/things/a.rs", "").len(), 1);
    }

    #[test]
    fn neighbours_and_forbidden_modules_are_not_named() {
        assert_eq!(
            found(
                "crates/engines/src/postgres/lower.rs",
                "use crate::redshift::lower;"
            )
            .len(),
            1
        );
        assert_eq!(
            found(
                "crates/engines/src/postgres/mod.rs",
                "use dormer_core::{model::A, plan::B};"
            )
            .len(),
            1
        );
        assert!(
            found(
                "crates/engines/src/postgres/mod.rs",
                "use dormer_core::planet::B;"
            )
            .is_empty()
        );
    }
}
