//! What each crate may depend on, in its manifest and in its whole dependency tree.

use toml::{Table, Value};

use super::Finding;
use super::floors::{Crate, Floors};
use crate::workspace::File;

/// Looks through the manifest of every member.
pub(super) fn check(files: &[File], floors: &Floors) -> Vec<Finding> {
    let manifests: Vec<(&File, Table)> = files
        .iter()
        .filter(|file| file.path.ends_with("/Cargo.toml"))
        .filter_map(|file| Some((file, file.text.parse().ok()?)))
        .collect();
    let members: Vec<String> = manifests
        .iter()
        .filter_map(|(_, manifest)| name(manifest))
        .collect();
    let mut findings = Vec::new();
    for (file, manifest) in &manifests {
        let Some(name) = name(manifest) else { continue };
        let Some(known) = floors.of(&name) else {
            findings.push(Finding::new(
                &file.path,
                1,
                format!("{name} has no floor in floors.toml"),
            ));
            continue;
        };
        for dependency in dependencies(manifest) {
            if let Some(what) = refused(known, &members, &dependency) {
                findings.push(Finding::new(
                    &file.path,
                    line_of(&file.text, &dependency),
                    what,
                ));
            }
        }
    }
    findings
}

fn refused(known: &Crate, members: &[String], dependency: &str) -> Option<String> {
    let name = &known.name;
    if known.never.iter().any(|never| never == dependency) {
        return Some(format!("{name} may not depend on {dependency}"));
    }
    let own = members.iter().any(|member| member == dependency);
    let allowed = known.names.iter().any(|allowed| allowed == dependency);
    (own && !allowed)
        .then(|| format!("{name} may not depend on {dependency}: floors.toml does not name it"))
}

fn name(manifest: &Table) -> Option<String> {
    Some(manifest.get("package")?.get("name")?.as_str()?.to_owned())
}

/// Normal and build dependencies, also those of one platform; tests may use what they like.
fn dependencies(manifest: &Table) -> Vec<String> {
    let platforms = manifest.get("target").and_then(Value::as_table);
    let tables = platforms
        .into_iter()
        .flat_map(Table::values)
        .filter_map(Value::as_table)
        .chain([manifest]);
    let mut found = Vec::new();
    for table in tables {
        for kind in ["dependencies", "build-dependencies"] {
            for (key, value) in table
                .get(kind)
                .and_then(Value::as_table)
                .into_iter()
                .flatten()
            {
                let renamed = value.get("package").and_then(Value::as_str);
                found.push(renamed.unwrap_or(key).to_owned());
            }
        }
    }
    found
}

fn line_of(text: &str, dependency: &str) -> usize {
    1 + text
        .lines()
        .position(|line| line.trim_start().starts_with(dependency))
        .unwrap_or_default()
}

/// Looks through the output of `cargo tree --prefix none` for crates that may be nowhere in it.
pub(super) fn tree(known: &Crate, tree: &str) -> Vec<Finding> {
    let (name, path) = (&known.name, &known.path);
    let mut met: Vec<&str> = tree
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    met.sort_unstable();
    met.dedup();
    met.into_iter()
        .filter(|met| known.never.iter().any(|never| never == met))
        .map(|met| {
            let see = format!("cargo tree -p {name} --edges normal,build -i {met}");
            let what = format!("{met} is in the dependency tree; see: {see}");
            Finding::new(&format!("{path}/Cargo.toml"), 1, what)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::{file, floors};

    fn found(core: &str) -> Vec<String> {
        let floors = Floors::parse(floors::SAMPLE).unwrap();
        let files = [
            file(
                "crates/core/Cargo.toml",
                &format!("[package]\nname = \"dormer-core\"\n{core}"),
            ),
            file(
                "crates/engines/Cargo.toml",
                "[package]\nname = \"dormer-engines\"\n",
            ),
        ];
        check(&files, &floors)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn forbidden_and_upward_dependencies_are_found() {
        assert_eq!(
            found("[dependencies]\ntokio = \"1\"\n"),
            ["crates/core/Cargo.toml:4: dormer-core may not depend on tokio"]
        );
        assert_eq!(
            found("[dependencies]\ndormer-engines.workspace = true\n").len(),
            1
        );
        assert_eq!(
            found("[target.'cfg(unix)'.dependencies]\nrt = { package = \"tokio\" }\n").len(),
            1
        );
        assert_eq!(found("[build-dependencies]\ntokio = \"1\"\n").len(), 1);
    }

    #[test]
    fn test_dependencies_and_strangers_are_fine() {
        assert!(
            found("[dev-dependencies]\ntokio = \"1\"\n[dependencies]\nserde = \"1\"\n").is_empty()
        );
    }

    #[test]
    fn crate_without_a_floor_is_found() {
        let floors = Floors::parse(floors::SAMPLE).unwrap();
        let files = [file(
            "crates/new/Cargo.toml",
            "[package]\nname = \"dormer-new\"\n",
        )];
        assert_eq!(check(&files, &floors).len(), 1);
    }

    #[test]
    fn tree_names_what_comes_in_through_others() {
        let text =
            "dormer-core v0.1.0\nserde v1.0.0\ntokio v1.4.0\ntokio v1.4.0 (*)\ntokio-util v0.7.0\n";
        let floors = Floors::parse(floors::SAMPLE).unwrap();
        let core = floors.of("dormer-core").unwrap();
        assert_eq!(tree(core, text).len(), 1);
        assert!(tree(core, "serde v1.0.0\ntokio-util v0.7.0\n").is_empty());
    }
}
