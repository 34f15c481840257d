//! One page: read for its title and headings, then rendered with its links followed.

use pulldown_cmark::{
    BrokenLink, CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd, html,
};

use super::links::{Map, place_of};

/// A heading and the anchor that leads to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heading {
    pub(super) depth: u8,
    pub(super) text: String,
    pub(super) anchor: String,
}

/// A page as it is written.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) path: String,
    pub(super) place: String,
    pub(super) title: String,
    pub(super) headings: Vec<Heading>,
    text: String,
}

impl Page {
    pub(super) fn read(path: &str, text: &str) -> Self {
        let headings = headings(text);
        let title = headings.first().map_or(path, |heading| &heading.text);
        Self {
            path: path.to_owned(),
            place: place_of(path),
            title: title.to_owned(),
            headings: headings.clone(),
            text: text.to_owned(),
        }
    }

    /// The page's own HTML; what is wrong with it is added to `broken`.
    pub(super) fn render(&self, map: &Map<'_>, broken: &mut Vec<String>) -> String {
        let mut missing = Vec::new();
        let mut note = |link: BrokenLink<'_>| {
            // Not every word in brackets is meant as a link; one with a second pair of brackets is.
            if matches!(link.link_type, pulldown_cmark::LinkType::Reference) {
                missing.push((link.span.start, link.reference.to_string()));
            }
            None
        };
        let parser = Parser::new_with_broken_link_callback(&self.text, options(), Some(&mut note));
        let mut body = Body {
            page: self,
            map,
            found: Vec::new(),
            events: Vec::new(),
            headings: self.headings.iter(),
            code: None,
        };
        for (event, span) in parser.into_offset_iter() {
            body.take(event, span.start);
        }
        let mut out = String::new();
        let found = body.found;
        html::push_html(&mut out, body.events.into_iter());
        for (at, what) in found {
            broken.push(format!("{}:{}: {what}", self.path, self.line(at)));
        }
        for (at, name) in missing {
            let line = self.line(at);
            broken.push(format!(
                "{}:{line}: [{name}] is not given an address",
                self.path
            ));
        }
        out
    }

    fn line(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        before.matches('\n').count() + 1
    }
}

const fn options() -> Options {
    Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH)
}

/// A page on its way to HTML.
struct Body<'a> {
    page: &'a Page,
    map: &'a Map<'a>,
    found: Vec<(usize, String)>,
    events: Vec<Event<'a>>,
    headings: std::slice::Iter<'a, Heading>,
    /// The words behind a fence and the text so far.
    code: Option<(String, String)>,
}

impl<'a> Body<'a> {
    fn take(&mut self, event: Event<'a>, at: usize) {
        match event {
            Event::Start(Tag::Heading {
                level,
                classes,
                attrs,
                ..
            }) => {
                let anchor = self.headings.next().map(|heading| heading.anchor.as_str());
                let id = anchor.map(CowStr::from);
                self.events.push(Event::Start(Tag::Heading {
                    level,
                    id,
                    classes,
                    attrs,
                }));
                if let Some(anchor) = anchor {
                    self.raw(&format!("<a class=\"anchor\" href=\"#{anchor}\">"));
                }
            }
            Event::End(TagEnd::Heading(depth)) => {
                self.raw("</a>");
                self.events.push(Event::End(TagEnd::Heading(depth)));
            }
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            }) => {
                let dest_url = self.follow(&dest_url, at);
                self.events.push(Event::Start(Tag::Link {
                    link_type,
                    dest_url,
                    title,
                    id,
                }));
            }
            Event::Start(Tag::Image {
                link_type,
                dest_url,
                title,
                id,
            }) => {
                let dest_url = self.follow(&dest_url, at);
                self.raw(&format!("<a class=\"picture\" href=\"{dest_url}\">"));
                self.events.push(Event::Start(Tag::Image {
                    link_type,
                    dest_url,
                    title,
                    id,
                }));
            }
            Event::End(TagEnd::Image) => {
                self.events.push(Event::End(TagEnd::Image));
                self.raw("</a>");
            }
            Event::Start(Tag::Table(columns)) => {
                self.raw("<div class=\"table\">");
                self.events.push(Event::Start(Tag::Table(columns)));
            }
            Event::End(TagEnd::Table) => {
                self.events.push(Event::End(TagEnd::Table));
                self.raw("</div>\n");
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                let words = match &kind {
                    CodeBlockKind::Fenced(words) => words.to_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((words, String::new()));
            }
            Event::End(TagEnd::CodeBlock) => {
                if let Some((words, text)) = self.code.take() {
                    self.raw(&block(&words, &text));
                }
            }
            Event::Text(text) => match &mut self.code {
                Some((_, code)) => code.push_str(&text),
                None => self.events.push(Event::Text(text)),
            },
            Event::Html(text) | Event::InlineHtml(text) => self.markup(&text, at),
            other => self.events.push(other),
        }
    }

    fn raw(&mut self, text: &str) {
        self.events.push(Event::InlineHtml(text.to_owned().into()));
    }

    fn follow(&mut self, link: &str, at: usize) -> CowStr<'a> {
        match self.map.resolve(&self.page.path, link) {
            Ok(address) => address.into(),
            Err(what) => {
                self.found.push((at, what));
                CowStr::from(String::new())
            }
        }
    }

    /// Comments are left out; anything else would be seen here alone.
    fn markup(&mut self, text: &str, at: usize) {
        let text = text.trim();
        let comment = text.starts_with("<!--") && text.ends_with("-->");
        if !comment && !text.is_empty() {
            self.found
                .push((at, format!("{text} is HTML: write Markdown")));
        }
    }
}

/// Code as it is written; in a session at a terminal the prompt cannot be marked, so that commands are copied clean.
fn block(words: &str, text: &str) -> String {
    let name: String = words
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect();
    let mut out = format!("<pre class=\"code {name}\" tabindex=\"0\"><code>");
    for line in text.split_inclusive('\n') {
        match line.strip_prefix("$ ").filter(|_| name == "console") {
            Some(command) => {
                out.push_str("<span class=\"prompt\">$ </span><b>");
                out.push_str(&escaped(command.trim_end()));
                out.push_str("</b>\n");
            }
            None => out.push_str(&escaped(line)),
        }
    }
    out.push_str("</code></pre>\n");
    out
}

/// Text as HTML shows it.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn headings(text: &str) -> Vec<Heading> {
    let mut found: Vec<Heading> = Vec::new();
    let mut open: Option<Heading> = None;
    for event in Parser::new_ext(text, options()) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                open = Some(Heading {
                    depth: level as u8,
                    text: String::new(),
                    anchor: String::new(),
                });
            }
            Event::End(TagEnd::Heading(_)) => {
                if let Some(mut heading) = open.take() {
                    heading.anchor = free(anchor(&heading.text), &found);
                    found.push(heading);
                }
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut open {
                    heading.text.push_str(&text);
                }
            }
            _ => {}
        }
    }
    found
}

/// The anchor that code hosts make of a heading.
fn anchor(text: &str) -> String {
    let kept = text.to_lowercase().replace(' ', "-");
    kept.chars()
        .filter(|letter| letter.is_alphanumeric() || ['-', '_'].contains(letter))
        .collect()
}

fn free(anchor: String, taken: &[Heading]) -> String {
    let is_free = |wanted: &str| taken.iter().all(|heading| heading.anchor != wanted);
    if is_free(&anchor) {
        return anchor;
    }
    let numbered = (1..).map(|number| format!("{anchor}-{number}"));
    numbered
        .into_iter()
        .find(|wanted| is_free(wanted))
        .unwrap_or(anchor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_those_of_code_hosts_and_each_is_there_once() {
        let headings = headings("# A b, `c`\n## `dormer.toml`\n## A b c\n## A b c\n");
        let anchors: Vec<&str> = headings
            .iter()
            .map(|heading| heading.anchor.as_str())
            .collect();
        assert_eq!(anchors, ["a-b-c", "dormertoml", "a-b-c-1", "a-b-c-2"]);
    }

    #[test]
    fn prompts_are_apart_from_commands() {
        assert_eq!(
            block("console", "$ a > b\nc\n"),
            "<pre class=\"code console\" tabindex=\"0\"><code><span class=\"prompt\">$ </span><b>a &gt; b</b>\nc\n</code></pre>\n"
        );
    }
}
