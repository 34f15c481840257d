//! The way through the site, as `docs/README.md` lists it: its sections, and the links of their lists.

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

use super::FIRST;
use super::links::{Map, place_of};
use super::page::Page;
use crate::workspace::File;

/// A link of the navigation.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) text: String,
    /// The page's place in the site.
    pub(super) place: String,
}

/// A heading and the pages below it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) title: String,
    pub(super) entries: Vec<Entry>,
}

/// All sections in their order.
#[derive(Debug)]
pub(super) struct Navigation {
    pub(super) sections: Vec<Section>,
}

impl Navigation {
    pub(super) fn read(files: &[File], map: &Map<'_>, broken: &mut Vec<String>) -> Self {
        let Some(first) = files.iter().find(|file| file.path == FIRST) else {
            broken.push(format!("{FIRST}:1: is not there"));
            return Self {
                sections: Vec::new(),
            };
        };
        Self {
            sections: sections(&first.text, map),
        }
    }

    /// Names the pages that nobody would find.
    pub(super) fn find_left_out(&self, pages: &[Page], broken: &mut Vec<String>) {
        let listed = |path: &str| {
            let place = place_of(path);
            self.entries().any(|entry| entry.place == place)
        };
        for page in pages {
            let list = page
                .path
                .rsplit_once('/')
                .map(|(folder, _)| format!("{folder}/README.md"));
            let through = list.filter(|list| list != FIRST && listed(list));
            let known = page.path == FIRST || listed(&page.path) || through.is_some();
            // A list that was made for a folder is needed only where somebody links it.
            let made = page.path.ends_with("/README.md");
            if page.path.starts_with("docs/") && !known && !made {
                broken.push(format!("{FIRST}:1: {} is not listed", page.path));
            }
        }
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.sections.iter().flat_map(|section| &section.entries)
    }
}

fn sections(text: &str, map: &Map<'_>) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let (mut heading, mut item, mut link) = (false, false, None);
    for event in Parser::new(text) {
        match event {
            Event::Start(Tag::Heading {
                level: HeadingLevel::H2,
                ..
            }) => {
                heading = true;
                sections.push(Section {
                    title: String::new(),
                    entries: Vec::new(),
                });
            }
            Event::End(TagEnd::Heading(_)) => heading = false,
            Event::Start(Tag::Item) => item = true,
            Event::End(TagEnd::Item) => item = false,
            // The first link of a line is the page; what follows belongs to its description.
            Event::Start(Tag::Link { dest_url, .. }) if item => {
                link = Some((dest_url.to_string(), String::new()));
                item = false;
            }
            Event::End(TagEnd::Link) => {
                if let (Some((to, text)), Some(section)) = (link.take(), sections.last_mut())
                    && let Some(place) = place(map, &to)
                {
                    section.entries.push(Entry { text, place });
                }
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some((_, said)) = &mut link {
                    said.push_str(&text);
                } else if let Some(section) = sections.last_mut().filter(|_| heading) {
                    section.title.push_str(&text);
                }
            }
            _ => {}
        }
    }
    sections.retain(|section| !section.entries.is_empty());
    sections
}

/// The place of a page of the site; a link elsewhere is not part of the way.
fn place(map: &Map<'_>, link: &str) -> Option<String> {
    let address = map.resolve(FIRST, link).ok()?;
    (address.ends_with(".html") && !address.contains("://")).then_some(address)
}
