//! `CHANGELOG.md` out of the fragments in `changelog/unreleased` and the released pages in `changelog/<version>`.
//!
//! A fragment is one file: `kind: <kind>` on the first line, then after an empty line one paragraph that tells the
//! past problem and the present behaviour. The files' names give the order.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::failure::{Failure, Outcome};
use crate::workspace;

/// The kinds in the order of their headings.
const KINDS: &[(&str, &str)] = &[
    ("security", "Security"),
    ("removed", "Removed"),
    ("changed", "Changed"),
    ("added", "Added"),
    ("fixed", "Fixed"),
];
const HEAD: &str = "\
# Changelog

<!-- Made by `cargo xtask generate` from changelog/; write a fragment there instead. -->
";

pub(super) fn make() -> Outcome<String> {
    let folder = workspace::root().join("changelog");
    let mut pages = vec![(
        "Unreleased".to_owned(),
        fragments(&folder.join("unreleased"))?,
    )];
    let mut released: Vec<_> = names(&folder)?
        .into_iter()
        .filter_map(|name| Some((version(&name)?, name)))
        .collect();
    released.sort_by_key(|(version, _)| Reverse(*version));
    for (_, name) in released {
        pages.push((name.clone(), fragments(&folder.join(&name))?));
    }
    render(&pages)
}

fn version(name: &str) -> Option<[u32; 3]> {
    let numbers: Vec<u32> = name
        .split('.')
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    numbers.try_into().ok()
}

fn names(folder: &Path) -> Outcome<Vec<String>> {
    let failed = |error| Failure::while_(format!("read {}", folder.display()), error);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        names.push(
            entry
                .map_err(failed)?
                .file_name()
                .to_string_lossy()
                .into_owned(),
        );
    }
    names.sort();
    Ok(names)
}

fn fragments(folder: &Path) -> Outcome<Vec<(String, String)>> {
    let mut found = Vec::new();
    for name in names(folder)?
        .into_iter()
        .filter(|name| name.ends_with(".md"))
    {
        let path = folder.join(&name);
        let text = fs::read_to_string(&path)
            .map_err(|error| Failure::while_(format!("read {}", path.display()), error))?;
        found.push((name, text));
    }
    Ok(found)
}

/// Turns pages of (file name, text) into one text, or names the first fragment that is not one.
fn render(pages: &[(String, Vec<(String, String)>)]) -> Outcome<String> {
    let mut text = HEAD.to_owned();
    for (title, fragments) in pages {
        let mut by_kind: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for (name, fragment) in fragments {
            let (kind, told) = parse(fragment).ok_or_else(|| {
                Failure::new(format!("{title}/{name} is no fragment"))
                    .hint("cat changelog/TEMPLATE.md")
            })?;
            by_kind.entry(kind).or_default().push(told);
        }
        // Writing to a String cannot fail.
        let _ = write!(text, "\n## {title}\n");
        if by_kind.is_empty() {
            text.push_str("\nNothing yet.\n");
        }
        for (kind, told) in by_kind {
            let heading = KINDS.get(kind).map_or("", |(_, heading)| heading);
            let _ = write!(text, "\n### {heading}\n\n");
            for line in told {
                let _ = writeln!(text, "- {line}");
            }
        }
    }
    Ok(text)
}

fn parse(fragment: &str) -> Option<(usize, String)> {
    let (first, rest) = fragment.split_once('\n')?;
    let kind = first.strip_prefix("kind:")?.trim();
    let kind = KINDS.iter().position(|(known, _)| *known == kind)?;
    let told = rest.trim();
    let one_paragraph = rest.starts_with('\n') && !told.is_empty() && !told.contains("\n\n");
    one_paragraph.then(|| {
        (
            kind,
            told.lines().map(str::trim).collect::<Vec<_>>().join(" "),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(title: &str, fragments: &[&str]) -> (String, Vec<(String, String)>) {
        let named = fragments
            .iter()
            .map(|text| ("a.md".to_owned(), (*text).to_owned()));
        (title.to_owned(), named.collect())
    }

    #[test]
    fn fragments_are_grouped_by_kind_in_the_order_of_headings() {
        let pages = [page(
            "Unreleased",
            &[
                "kind: fixed\n\nB was\nwrong.\n",
                "kind: added\n\nA is there.\n",
            ],
        )];
        let text = render(&pages).unwrap();
        assert!(
            text.ends_with(
                "## Unreleased\n\n### Added\n\n- A is there.\n\n### Fixed\n\n- B was wrong.\n"
            ),
            "{text}"
        );
    }

    #[test]
    fn page_without_fragments_says_so() {
        assert!(
            render(&[page("Unreleased", &[])])
                .unwrap()
                .ends_with("## Unreleased\n\nNothing yet.\n")
        );
    }

    #[test]
    fn fragment_without_kind_or_with_two_paragraphs_is_refused() {
        for wrong in [
            "A is there.\n",
            "kind: new\n\nA.\n",
            "kind: added\n\nA.\n\nB.\n",
            "kind: added\n\n",
        ] {
            assert!(
                render(&[page("Unreleased", &[wrong])]).is_err(),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn versions_are_ordered_as_numbers() {
        assert!(version("0.10.0") > version("0.9.0"));
        assert_eq!(version("unreleased"), None);
    }
}
