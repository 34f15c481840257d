//! The documentation as a site: the Markdown of the project as static pages below `target/site`.
//!
//! - The pages are those of `docs` and those beside the root's `Cargo.toml`; what else stands in `docs` is copied.
//! - `docs/README.md` is the first page. Its sections and lists are the navigation, and **every page of `docs` stands
//!   there**, or the folder that it is in.
//! - A folder of pages without a README gets a page that lists them.
//! - **A link that leads nowhere is a failure**, also one to a heading. What the project has and the site has not is
//!   linked in the repository.
//! - The pages need no script, and nothing from elsewhere.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::failure::{Failure, Outcome};
use crate::{output, workspace};

mod frame;
mod links;
mod navigation;
mod page;

use links::Map;
use navigation::Navigation;
use page::Page;

const STYLE: &str = include_str!("style.css");

/// The page that a visitor sees first.
const FIRST: &str = "docs/README.md";

/// Makes all pages, and writes them when every link leads somewhere.
pub(crate) fn run(arguments: &[&str]) -> Outcome {
    if !arguments.is_empty() {
        return Err(crate::usage());
    }
    let files = workspace::files()?;
    let made = make(&files, &repository()?)?;
    let folder = workspace::target().join("site");
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(Failure::while_("empty target/site", error));
        }
        Ok(()) | Err(_) => {}
    }
    for (place, text) in &made {
        workspace::write(&folder.join(place), text)?;
    }
    let pages = made.keys().filter(|place| place.ends_with(".html"));
    let index = folder.join("index.html");
    output::say(&format!("{} pages: {}", pages.count(), index.display()));
    Ok(())
}

/// Every file of the site by its place in it.
fn make(files: &[workspace::File], repository: &str) -> Outcome<BTreeMap<String, String>> {
    let map = Map::new(files, repository);
    let mut pages: Vec<Page> = files
        .iter()
        .filter(|file| map.is_page(&file.path))
        .map(|file| Page::read(&file.path, &file.text))
        .collect();
    pages.extend(lists(&map, &pages));
    let map = map.with_headings(&pages);

    let mut broken = Vec::new();
    let navigation = Navigation::read(files, &map, &mut broken);
    navigation.find_left_out(&pages, &mut broken);
    let mut made = BTreeMap::new();
    for page in &pages {
        let body = page.render(&map, &mut broken);
        let whole = frame::around(page, &body, &navigation);
        made.insert(page.place.clone(), whole);
    }
    if !broken.is_empty() {
        broken.sort();
        broken.dedup();
        let what = format!("links of the documentation:\n  {}", broken.join("\n  "));
        return Err(Failure::new(what).hint("cargo xtask site"));
    }
    made.insert("style.css".to_owned(), STYLE.to_owned());
    for file in files {
        if let Some(place) = map.copied(&file.path) {
            made.insert(place.to_owned(), file.text.clone());
        }
    }
    Ok(made)
}

/// A page for each folder of pages that has none of its own.
fn lists(map: &Map<'_>, pages: &[Page]) -> Vec<Page> {
    let mut folders: BTreeMap<&str, Vec<&Page>> = BTreeMap::new();
    for page in pages {
        if let Some((folder, _)) = page.path.rsplit_once('/') {
            folders.entry(folder).or_default().push(page);
        }
    }
    let without = folders
        .into_iter()
        .filter(|(folder, _)| !map.is_page(&format!("{folder}/README.md")));
    without
        .map(|(folder, pages)| {
            let name = folder.rsplit('/').next().unwrap_or(folder);
            let mut text = format!("# {}\n\n", capitalised(name));
            for page in pages {
                let file = page.path.rsplit('/').next().unwrap_or(&page.path);
                text.push_str(&format!("- [{}]({file})\n", page.title));
            }
            Page::read(&format!("{folder}/README.md"), &text)
        })
        .collect()
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// The address of the repository, from the workspace's manifest.
fn repository() -> Outcome<String> {
    let manifest: toml::Table = workspace::read("Cargo.toml")?
        .parse()
        .map_err(|error| Failure::while_("read Cargo.toml", error))?;
    let address = ["workspace", "package", "repository"]
        .iter()
        .try_fold(&toml::Value::Table(manifest), |value, key| value.get(key))
        .and_then(|value| value.as_str().map(str::to_owned));
    address.ok_or_else(|| Failure::new("Cargo.toml names no repository"))
}

/// The folder of a path, without a `/` at its end; empty for the root.
fn folder(path: &str) -> &str {
    Path::new(path)
        .parent()
        .and_then(Path::to_str)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(files: &[(&str, &str)]) -> Outcome<BTreeMap<String, String>> {
        let files: Vec<workspace::File> = files
            .iter()
            .map(|(path, text)| workspace::File {
                path: (*path).to_owned(),
                text: (*text).to_owned(),
            })
            .collect();
        make(&files, "https://example.com/house")
    }

    const README: (&str, &str) = (
        "docs/README.md",
        "# Docs\n\n## One\n\n- [a](a.md), with [data](data.json)\n- [why](why)\n",
    );

    fn told(files: &[(&str, &str)]) -> String {
        site(files).unwrap_err().to_string()
    }

    #[test]
    fn links_lead_to_pages_files_folders_and_the_repository() {
        let made = site(&[
            README,
            (
                "docs/a.md",
                "# A\n\n[b](why/b.md#big-words) [c](../src/c.rs) [d](../src) [e](#a)\n",
            ),
            ("docs/data.json", "{}"),
            (
                "docs/why/b.md",
                "# B\n\n## Big `words`!\n\n[up](../README.md)\n",
            ),
            ("src/c.rs", ""),
        ])
        .unwrap();
        let places: Vec<&str> = made.keys().map(String::as_str).collect();
        assert_eq!(
            places,
            [
                "a.html",
                "data.json",
                "index.html",
                "style.css",
                "why/b.html",
                "why/index.html"
            ]
        );
        let page = &made["a.html"];
        for address in [
            "\"why/b.html#big-words\"",
            "\"https://example.com/house/blob/main/src/c.rs\"",
            "\"https://example.com/house/tree/main/src\"",
            "\"#a\"",
        ] {
            assert!(page.contains(address), "{address} in {page}");
        }
        assert!(made["why/b.html"].contains("href=\"../index.html\">up"));
        assert!(made["why/index.html"].contains("href=\"b.html\">B"));
    }

    #[test]
    fn links_that_lead_nowhere_are_told_with_their_lines() {
        let told = told(&[
            README,
            (
                "docs/a.md",
                "# A\n\n[b](gone.md)\n[c](#gone)\n[d](why/b.md#gone)\n[e][missing]\n",
            ),
            ("docs/data.json", "{}"),
            ("docs/why/b.md", "# B\n"),
        ]);
        assert_eq!(
            told,
            "error: links of the documentation:\n  \
             docs/a.md:3: gone.md is not there\n  \
             docs/a.md:4: #gone is no heading of docs/a.md\n  \
             docs/a.md:5: why/b.md#gone is no heading of docs/why/b.md\n  \
             docs/a.md:6: [missing] is not given an address\n\
             hint: cargo xtask site"
        );
    }

    #[test]
    fn a_page_that_the_navigation_leaves_out_is_told() {
        let told = told(&[
            README,
            ("docs/a.md", "# A\n"),
            ("docs/data.json", "{}"),
            ("docs/lost.md", "# Lost\n"),
            ("docs/why/b.md", "# B\n"),
        ]);
        assert!(
            told.contains("docs/README.md:1: docs/lost.md is not listed"),
            "{told}"
        );
    }

    #[test]
    fn markup_in_a_page_is_told() {
        let told = told(&[
            README,
            ("docs/a.md", "# A\n\n<!-- fine -->\n\nb <b>c</b>\n"),
            ("docs/data.json", "{}"),
            ("docs/why/b.md", "# B\n"),
        ]);
        assert!(told.contains("docs/a.md:5: <b> is HTML"), "{told}");
    }
}
