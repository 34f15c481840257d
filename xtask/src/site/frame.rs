//! What stands around a page: its head, the navigation, what is on it, and the pages before and after.

use std::fmt::Write as _;

use super::links::relative;
use super::navigation::Navigation;
use super::page::{Heading, Page, escaped};

/// A roof with a window in it.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E\
%3Cpath d='M3 17 16 4l13 13v11H3z' fill='%234453c4'/%3E%3Cpath d='M12 16h8v8h-8z' fill='%23fff'/%3E%3C/svg%3E";

/// Pages with fewer sections need no list of them.
const FEW: usize = 3;

/// The whole page.
pub(super) fn around(page: &Page, body: &str, navigation: &Navigation) -> String {
    let to = |place: &str| relative(&page.place, place);
    let title = match page.place.as_str() {
        "index.html" => escaped(&page.title),
        _ => format!("{} · Dormer", escaped(&page.title)),
    };
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
         <link rel=\"icon\" href=\"{ICON}\">\n<link rel=\"stylesheet\" href=\"{style}\">\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#content\">To the text</a>\n\
         <header><a class=\"name\" href=\"{first}\">Dormer</a>\
         <input type=\"checkbox\" id=\"menu\" aria-label=\"Show all pages\"><label for=\"menu\" aria-hidden=\"true\">Pages</label>\n\
         <nav aria-label=\"Pages\">\n{pages}</nav></header>\n\
         <main id=\"content\">\n{body}{neighbours}</main>\n{contents}</body>\n</html>\n",
        style = to("style.css"),
        first = to("index.html"),
        pages = pages(page, navigation),
        neighbours = neighbours(page, navigation),
        contents = contents(&page.headings),
    )
}

fn pages(page: &Page, navigation: &Navigation) -> String {
    let mut out = String::new();
    for section in &navigation.sections {
        let _ = writeln!(out, "<h2>{}</h2>\n<ul>", escaped(&section.title));
        for entry in &section.entries {
            let here = if entry.place == page.place {
                " aria-current=\"page\""
            } else {
                ""
            };
            let (to, text) = (relative(&page.place, &entry.place), escaped(&entry.text));
            let _ = writeln!(out, "<li><a href=\"{to}\"{here}>{text}</a></li>");
        }
        out.push_str("</ul>\n");
    }
    out
}

fn neighbours(page: &Page, navigation: &Navigation) -> String {
    let entries: Vec<_> = navigation.entries().collect();
    let Some(at) = entries.iter().position(|entry| entry.place == page.place) else {
        return String::new();
    };
    let before = at.checked_sub(1).and_then(|at| entries.get(at));
    let sides = [
        ("before", "prev", before),
        ("after", "next", entries.get(at + 1)),
    ];
    let mut out = "<footer>".to_owned();
    for (class, rel, entry) in sides {
        if let Some(entry) = entry {
            let (to, text) = (relative(&page.place, &entry.place), escaped(&entry.text));
            let _ = write!(
                out,
                "<a class=\"{class}\" rel=\"{rel}\" href=\"{to}\">{text}</a>"
            );
        }
    }
    out.push_str("</footer>\n");
    out
}

fn contents(headings: &[Heading]) -> String {
    let shown: Vec<&Heading> = headings
        .iter()
        .filter(|heading| heading.depth == 2)
        .collect();
    if shown.len() < FEW {
        return String::new();
    }
    let mut out = "<aside aria-label=\"On this page\"><h2>On this page</h2>\n<ul>\n".to_owned();
    for heading in shown {
        let text = escaped(&heading.text);
        let _ = writeln!(out, "<li><a href=\"#{}\">{text}</a></li>", heading.anchor);
    }
    out.push_str("</ul></aside>\n");
    out
}
