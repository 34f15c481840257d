//! Where a link of a page leads in the site.
//!
//! Paths are those of the project, with `/` between folders and none at the end; places are those of the site.

use std::collections::{BTreeMap, BTreeSet};

use super::page::Page;
use super::{FIRST, folder};
use crate::workspace::File;

/// Everything that can be linked.
#[derive(Debug)]
pub(super) struct Map<'a> {
    paths: BTreeSet<&'a str>,
    folders: BTreeSet<&'a str>,
    headings: BTreeMap<String, BTreeSet<String>>,
    repository: &'a str,
}

impl<'a> Map<'a> {
    pub(super) fn new(files: &'a [File], repository: &'a str) -> Self {
        let paths: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
        let mut folders = BTreeSet::new();
        for path in &paths {
            let mut above = folder(path);
            while !above.is_empty() && folders.insert(above) {
                above = folder(above);
            }
        }
        Self {
            paths,
            folders,
            headings: BTreeMap::new(),
            repository,
        }
    }

    /// Learns which headings the pages have.
    pub(super) fn with_headings(mut self, pages: &[Page]) -> Self {
        for page in pages {
            let anchors = page.headings.iter().map(|heading| heading.anchor.clone());
            self.headings.insert(page.path.clone(), anchors.collect());
        }
        self
    }

    /// Whether a file is a page of the site.
    pub(super) fn is_page(&self, path: &str) -> bool {
        let here = path.starts_with("docs/") || !path.contains('/');
        here && path.ends_with(".md") && self.paths.contains(path)
    }

    /// The place of a file that is taken into the site as it is.
    pub(super) fn copied<'b>(&self, path: &'b str) -> Option<&'b str> {
        let place = path.strip_prefix("docs/")?;
        (!path.ends_with(".md") && self.paths.contains(path)).then_some(place)
    }

    /// The address for a link of a page, or what is wrong with it.
    pub(super) fn resolve(&self, from: &str, link: &str) -> Result<String, String> {
        if link.contains("://") || link.starts_with("mailto:") {
            return Ok(link.to_owned());
        }
        let (path, anchor) = match link.split_once('#') {
            Some((path, anchor)) => (path, Some(anchor)),
            None => (link, None),
        };
        let path = if path.is_empty() {
            from.to_owned()
        } else {
            joined(folder(from), path).ok_or_else(|| format!("{link} leaves the project"))?
        };
        let listed = format!("{path}/README.md");
        let page = [&path, &listed]
            .into_iter()
            .find(|path| self.headings.contains_key(*path));
        if let Some(page) = page {
            return self.to_page(from, page, link, anchor);
        }
        if let Some(place) = self.copied(&path) {
            return Ok(relative(&place_of(from), place));
        }
        let (kind, known) = match self.folders.contains(path.as_str()) {
            true => ("tree", true),
            false => ("blob", self.paths.contains(path.as_str())),
        };
        if known {
            Ok(format!("{}/{kind}/main/{path}", self.repository))
        } else {
            Err(format!("{link} is not there"))
        }
    }

    fn to_page(
        &self,
        from: &str,
        page: &str,
        link: &str,
        anchor: Option<&str>,
    ) -> Result<String, String> {
        let Some(anchor) = anchor else {
            return Ok(relative(&place_of(from), &place_of(page)));
        };
        let headings = self.headings.get(page);
        if !headings.is_some_and(|headings| headings.contains(anchor)) {
            return Err(format!("{link} is no heading of {page}"));
        }
        let address = match page == from {
            true => String::new(),
            false => relative(&place_of(from), &place_of(page)),
        };
        Ok(format!("{address}#{anchor}"))
    }
}

/// The place of a page: `docs` is the root of the site, and its README the first page.
pub(super) fn place_of(path: &str) -> String {
    if path == FIRST {
        return "index.html".to_owned();
    }
    let Some(path) = path.strip_prefix("docs/") else {
        // The pages beside the root's manifest shout.
        let stem = path.strip_suffix(".md").unwrap_or(path);
        return format!("house/{}.html", stem.to_lowercase());
    };
    match path.strip_suffix("README.md") {
        Some(folder) => format!("{folder}index.html"),
        None => format!("{}.html", path.strip_suffix(".md").unwrap_or(path)),
    }
}

/// The way from one place to another.
pub(super) fn relative(from: &str, to: &str) -> String {
    let mut ours = folder(from)
        .split('/')
        .filter(|name| !name.is_empty())
        .peekable();
    let mut theirs = to;
    while let (Some(name), Some((first, rest))) = (ours.peek(), theirs.split_once('/')) {
        if *name != first {
            break;
        }
        ours.next();
        theirs = rest;
    }
    "../".repeat(ours.count()) + theirs
}

/// A path from a folder, with `.` and `..` followed; none where it leaves the project.
fn joined(folder: &str, path: &str) -> Option<String> {
    let mut names: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                names.pop()?;
            }
            name => names.push(name),
        }
    }
    Some(names.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_go_up_no_further_than_they_must() {
        assert_eq!(relative("a/b.html", "a/c.html"), "c.html");
        assert_eq!(relative("a/b.html", "d/c.html"), "../d/c.html");
        assert_eq!(relative("a.html", "d/c.html"), "d/c.html");
        assert_eq!(relative("a/b/c.html", "a/d.html"), "../d.html");
        assert_eq!(relative("a/b.html", "a.html"), "../a.html");
    }

    #[test]
    fn paths_follow_dots_inside_the_project_alone() {
        assert_eq!(joined("docs/a", "../b.md").as_deref(), Some("docs/b.md"));
        assert_eq!(joined("docs", "./c/").as_deref(), Some("docs/c"));
        assert_eq!(joined("docs", "../../b.md"), None);
    }

    #[test]
    fn places_follow_the_folders() {
        assert_eq!(place_of("docs/README.md"), "index.html");
        assert_eq!(place_of("docs/a/README.md"), "a/index.html");
        assert_eq!(place_of("docs/a/b.md"), "a/b.html");
        assert_eq!(place_of("ARCHITECTURE.md"), "house/architecture.html");
    }
}
