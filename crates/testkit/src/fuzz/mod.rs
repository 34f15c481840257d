//! Fuzz targets as plain functions, run on the stable compiler by `cargo xtask fuzz`.
//!
//! A target takes any bytes and returns: it must not panic, overflow the stack, hang, or need over a second
//! for a small input. It also asserts what must hold (a property), by `assert!`.
//! To add one, write the function below and name it in [`TARGETS`]; seeds go to `corpus/<name>/`.

pub mod mutate;
pub mod run;
pub mod seeds;

/// A function that takes any bytes.
pub type Target = fn(&[u8]);

/// Every target by name. The name is also the name of its corpus folder.
pub const TARGETS: &[(&str, Target)] = &[("utf8", utf8)];

/// Finds a target by its name.
#[must_use]
pub fn target(name: &str) -> Option<Target> {
    TARGETS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, target)| *target)
}

/// The loop's own proof of life: decoding never changes text that is valid.
fn utf8(input: &[u8]) {
    let decoded = String::from_utf8_lossy(input);
    if let Ok(text) = std::str::from_utf8(input) {
        assert_eq!(text, decoded);
    }
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
