//! ARCHITECTURE.md is there and names only modules that exist.

use super::Finding;
use crate::workspace::File;

const PAGE: &str = "ARCHITECTURE.md";

/// Looks up every `crates/..` and `xtask/..` in backticks; a page that is not there is a finding.
pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let Some(page) = files.iter().find(|file| file.path == PAGE) else {
        return vec![Finding::new(PAGE, 1, "is missing")];
    };
    let mut findings = Vec::new();
    for (index, line) in page.text.lines().enumerate() {
        for quoted in line.split('`').skip(1).step_by(2) {
            let path = quoted.trim_end_matches('/');
            let ours = path.starts_with("crates/") || path.starts_with("xtask/");
            // A pattern or a form to fill in names no file.
            let literal = !path.contains(['*', '<', '{', ' ']);
            if ours && literal && !exists(files, path) {
                findings.push(Finding::new(
                    PAGE,
                    index + 1,
                    format!("{path} does not exist"),
                ));
            }
        }
    }
    findings
}

/// A file, a folder, or a module named without its ending.
fn exists(files: &[File], path: &str) -> bool {
    files.iter().any(|file| {
        file.path
            .strip_prefix(path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || rest == ".rs")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::file;

    #[test]
    fn only_what_exists_may_be_named() {
        let text = "`crates/core/src/graph/` `crates/core/src/graph/order`\n`crates/core/src/gone.rs` `crates/*/src`\n";
        let files = [file(PAGE, text), file("crates/core/src/graph/order.rs", "")];
        let found = check(&files);
        assert_eq!(
            found,
            [Finding::new(
                PAGE,
                2,
                "crates/core/src/gone.rs does not exist"
            )]
        );
        let missing = [Finding::new(PAGE, 1, "is missing")];
        assert_eq!(check(&files[1..]), missing);
    }
}
