//! Fuzz targets as plain functions, run on the stable compiler by `cargo xtask fuzz`.
//!
//! A target takes any bytes and returns: it must not panic, overflow the stack, hang, or need over a second
//! for a small input. It also asserts what must hold (a property), by `assert!`.
//! To add one, write the function below and name it in [`TARGETS`]; seeds go to `corpus/<name>/`.

pub mod mutate;
pub mod run;
pub mod seeds;
mod targets;

/// A function that takes any bytes.
pub type Target = fn(&[u8]);

/// Every target by name. The name is also the name of its corpus folder.
pub const TARGETS: &[(&str, Target)] = &[
    ("split", targets::split),
    ("parse", targets::parse),
    ("references", targets::references),
    ("lineage", targets::lineage),
    ("canonical", targets::canonical),
    ("rewrite", targets::rewriting),
    ("dormer-toml", targets::dormer_toml),
    ("catalog-lock", targets::catalog_lock),
    ("variables", targets::variables),
    ("selection", targets::selection),
    ("address", targets::address),
    ("plan-file", targets::plan_file),
];

/// Finds a target by its name.
#[must_use]
pub fn target(name: &str) -> Option<Target> {
    TARGETS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, target)| *target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corpus_passes_every_target() {
        for (name, target) in TARGETS {
            for seed in seeds::load(name).unwrap() {
                target(&seed.bytes);
            }
        }
    }

    #[test]
    fn names_are_unique() {
        let names: std::collections::BTreeSet<_> = TARGETS.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), TARGETS.len());
    }
}
