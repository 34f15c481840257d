//! Writes the files that are made from something else, or with `--check` says which are not as they would be made.
//!
//! To add one: a function in [`MAKERS`], or for what only the binary knows, a line in [`FROM_DORMER`] with the
//! (hidden) command whose standard output is the file.

use std::path::Path;

use crate::failure::{Failure, Outcome};
use crate::{command, output, workspace};

mod changelog;
mod schema;

type Maker = fn() -> Outcome<String>;

/// Files made here.
const MAKERS: &[(&str, Maker)] = &[
    ("CHANGELOG.md", changelog::make),
    ("docs/reference/output.schema.json", schema::make),
];

/// Files that the binary `dormer` writes about itself: path, arguments.
const FROM_DORMER: &[(&str, &[&str])] = &[
    (
        "docs/images/shop.svg",
        &["graph", "-C", "examples/shop", "--format", "svg"],
    ),
    ("docs/reference/checks.md", &["docs", "checks"]),
    ("docs/reference/cli.md", &["docs", "cli"]),
    ("docs/reference/config.md", &["docs", "config"]),
    ("docs/reference/dormer.schema.json", &["docs", "schema"]),
    ("docs/reference/exit-codes.md", &["docs", "exit-codes"]),
    ("docs/reference/hazards.md", &["docs", "hazards"]),
    ("docs/reference/json.md", &["docs", "json"]),
];

/// Makes every file, then writes it or compares it.
pub(crate) fn run(arguments: &[&str]) -> Outcome {
    let check = match arguments {
        [] => false,
        ["--check"] => true,
        _ => return Err(crate::usage()),
    };
    let mut made = Vec::new();
    for (path, maker) in MAKERS {
        made.push((*path, maker()?));
    }
    for (path, arguments) in FROM_DORMER {
        let mut cargo = command::cargo(&[
            "run",
            "--quiet",
            "--locked",
            "--package",
            "dormer-cli",
            "--",
        ]);
        made.push((*path, command::capture(cargo.args(*arguments))?));
    }
    let mut stale = Vec::new();
    for (path, text) in made {
        let present = std::fs::read_to_string(workspace::root().join(path)).unwrap_or_default();
        if present == text {
            continue;
        }
        if check {
            stale.push(format!("{path}:{}", first_difference(&present, &text)));
        } else {
            workspace::write(Path::new(path), &text)?;
            output::say(&format!("wrote {path}"));
        }
    }
    if stale.is_empty() {
        return Ok(());
    }
    let what = format!("not as they would be generated:\n  {}", stale.join("\n  "));
    Err(Failure::new(what).hint("cargo xtask generate"))
}

/// The number of the first line that differs.
fn first_difference(present: &str, wanted: &str) -> usize {
    let same = present
        .lines()
        .zip(wanted.lines())
        .take_while(|(a, b)| a == b)
        .count();
    same + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_difference_counts_lines_from_one() {
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), 2);
        assert_eq!(first_difference("", "a\n"), 1);
        assert_eq!(first_difference("a\n", "a\nb\n"), 2);
    }
}
