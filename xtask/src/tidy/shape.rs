//! The shape of a Rust file: not longer than the wall, and opened by its module doc.

use super::Finding;
use crate::workspace::File;

/// Files aim at 250 lines; this is where they must be cut.
const WALL: usize = 600;

pub(super) fn check(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    let lines = file.text.lines().count();
    if lines > WALL {
        findings.push(Finding::new(
            &file.path,
            WALL + 1,
            format!("{lines} lines; {WALL} is the wall"),
        ));
    }
    let in_src = file.path.split('/').any(|folder| folder == "src");
    let opened = file
        .text
        .lines()
        .find(|line| !line.trim().is_empty())
        .is_some_and(|line| {
            line.strip_prefix("//!")
                .is_some_and(|doc| !doc.trim().is_empty())
        });
    if in_src && !opened {
        findings.push(Finding::new(
            &file.path,
            1,
            "opens without a module doc (`//!`: its purpose)",
        ));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::file;

    #[test]
    fn file_beyond_the_wall_is_found() {
        let text = format!("//! Long.\n{}", "\n".repeat(WALL));
        assert_eq!(check(&file("crates/a/src/b.rs", &text)).len(), 1);
        let text = format!("//! Long.\n{}", "\n".repeat(WALL - 1));
        assert!(check(&file("crates/a/src/b.rs", &text)).is_empty());
    }

    #[test]
    fn module_doc_comes_first() {
        for wrong in ["use a;\n//! Late.\n", "//!\n", "", "/// Item.\n"] {
            assert_eq!(
                check(&file("crates/a/src/b.rs", wrong)).len(),
                1,
                "{wrong:?}"
            );
        }
        assert!(check(&file("crates/a/src/b.rs", "\n//! Purpose.\n")).is_empty());
        assert!(check(&file("crates/a/tests/b.rs", "fn a() {}\n")).is_empty());
    }
}
